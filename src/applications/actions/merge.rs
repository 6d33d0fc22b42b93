//! Merging two records of one organisation.

use std::collections::BTreeMap;

use crate::access::{self, Action};
use crate::accounts::{Member, take_up};
use crate::applications::model::{Application, ApplicationStage};
use crate::applications::store;
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::ids::{OrganisationId, RoundId};
use crate::error::{Problem, required_reason};
use crate::mail::{self, NewMail};
use crate::rounds::{get_definition, get_round};

/// Takes one organisation up into another: its bids, people, contacts, numbers and names move; its row stays as merged. Its people
/// are told by mail.
///
/// # Errors
/// Faults of the reason; [`Problem::Refused`] when either was merged already, nobody of either has consented ([`take_up`]), the officer
/// may not see all that would move, or both have bids in a round that allows an organisation fewer.
pub fn merge_organisations(
    tx: &mut WriteTx<'_>,
    from: OrganisationId,
    into: OrganisationId,
    reason: &str,
    compose: impl FnOnce(&[Member]) -> Result<Vec<NewMail>, Problem>,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let reason = required_reason("reason", reason, 1_000, "Say how you know that they are one organisation")?;
    let moving = store::bids_of_organisation(tx.conn(), from)?;
    let standing = store::bids_of_organisation(tx.conn(), into)?;
    let actor = tx.actor().clone();
    for (organisation, bids) in [(from, &moving), (into, &standing)] {
        if store::shown_bids_of_organisation(tx.conn(), &actor, organisation)?.len() != bids.len() {
            return Err(Problem::refused(
                "Another officer must merge these records",
                "You have an interest in one of them.",
            ));
        }
    }
    require_room(tx, &moving, &standing)?;
    let taken_up = take_up(tx, from, into, &reason)?;
    for application in &moving {
        store::set_organisation(tx, application, into)?;
    }
    let (now, random) = (tx.now(), tx.random().clone());
    for message in compose(&taken_up.told)? {
        mail::queue(tx.conn(), &message, &random, now)?;
    }
    let event = Event::new(EventKind::OrganisationsMerged)
        .with("organisation", from.row())
        .with("into", into.row())
        .with("bids", moving.len())
        .with("people", taken_up.members)
        .with("numbers", taken_up.numbers);
    Ok(Change::new((), event))
}

/// Refuses when a round would hold more bids of the organisation than it allows.
fn require_room(tx: &mut WriteTx<'_>, moving: &[Application], standing: &[Application]) -> Result<(), Problem> {
    let counted = |bids: &[Application]| {
        let mut rounds: BTreeMap<RoundId, i32> = BTreeMap::new();
        for bid in bids.iter().filter(|bid| bid.stage != ApplicationStage::Withdrawn) {
            *rounds.entry(bid.round).or_default() += 1;
        }
        rounds
    };
    let there = counted(standing);
    for (round, count) in counted(moving) {
        let Some(others) = there.get(&round) else { continue };
        let (_, definition) = get_definition(tx.conn(), round)?;
        if count + others > definition.max_bids_per_organisation {
            let round = get_round(tx.conn(), round)?;
            return Err(Problem::refused(
                "These organisations cannot be merged yet",
                format!(
                    "Both have applications in {}, {}, where an organisation may make {}. One must be withdrawn first.",
                    round.fund_name, round.name, definition.max_bids_per_organisation
                ),
            ));
        }
    }
    Ok(())
}
