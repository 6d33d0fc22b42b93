//! The panel of a round: who takes bids, how many, and what they know about.

use std::collections::BTreeSet;

use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::RoundId;
use crate::error::{Faults, Problem};
use crate::rounds::{RoundStage, get_definition, get_round};
use crate::scoring::model::PanelMember;
use crate::scoring::{rules, store};

/// Most bids that a limit can name.
const LIMIT_MOST: i32 = 10_000;

/// Sets a member's place on the panel of a round, their limit and expertise. Assignments that are made stay.
///
/// # Errors
/// Faults of the limit; [`Problem::Refused`] once moderation has started; [`Problem::Stale`] when somebody else changed it meanwhile;
/// [`Problem::NotFound`] for nobody of the panel.
pub fn set_panel_member(tx: &mut WriteTx<'_>, round: RoundId, wanted: &PanelMember) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = get_round(tx.conn(), round)?;
    if round.stage > RoundStage::Scoring {
        return Err(Problem::refused(
            "The panel of this round is settled",
            "Moderation has started, so nobody gets further applications to score.",
        ));
    }
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let stored = store::panel_of(tx.conn(), round.id)?.into_iter().find(|member| member.account == wanted.account);
    let stored = stored.ok_or(Problem::NotFound)?;
    let mut faults = Faults::default();
    if wanted.limit.is_some_and(|limit| !(1..=LIMIT_MOST).contains(&limit)) {
        faults.add("limit", "The limit must be a whole number from 1 to 10,000, or empty for no limit");
    }
    faults.check()?;
    let known: BTreeSet<String> =
        rules::tag_groups(&definition).into_iter().flat_map(|group| group.tags).map(|(tag, _)| tag).collect();
    if let Some(tag) = wanted.tags.iter().find(|tag| !known.contains(*tag)) {
        return Err(Problem::Malformed(format!("{tag} is no tag of this round")));
    }
    let same = (stored.stage, stored.limit, &stored.tags) == (wanted.stage, wanted.limit, &wanted.tags);
    if stored.version != wanted.version && !same {
        return Err(stale(&stored, wanted));
    }
    let version = stored.version;
    store::put_panel_member(tx, round.id, &PanelMember { version, ..wanted.clone() })?;
    let mut event = Event::new(EventKind::PanelMemberSet)
        .round(round.id)
        .with("account", wanted.account.row())
        .with("stage", Fact::code(wanted.stage.word()))
        .with("tags", Fact::codes(wanted.tags.iter().map(String::as_str)));
    if let Some(limit) = wanted.limit {
        event = event.with("limit", limit);
    }
    Ok(Change::new((), event))
}

fn stale(stored: &PanelMember, wanted: &PanelMember) -> Problem {
    let limit = |member: &PanelMember| member.limit.map_or_else(|| "None".to_owned(), |limit| limit.to_string());
    let stage = |member: &PanelMember| if member.is_on() { "Yes" } else { "No" }.to_owned();
    Problem::Stale {
        title: format!("{}, panel member", stored.name),
        texts: vec![
            ("Takes bids".to_owned(), stage(stored), stage(wanted)),
            ("Limit".to_owned(), limit(stored), limit(wanted)),
            ("Expertise".to_owned(), stored.tags.join(", "), wanted.tags.join(", ")),
        ],
    }
}
