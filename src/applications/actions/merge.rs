//! Merging two records of one organisation.

use std::collections::BTreeMap;

use crate::access::{self, Action};
use crate::accounts::take_up;
use crate::applications::model::{Application, ApplicationStage};
use crate::applications::store;
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::ids::{OrganisationId, RoundId};
use crate::base::text::clean;
use crate::error::{Faults, Problem};
use crate::rounds::{get_definition, get_round};

/// Takes one organisation up into another: its bids, people, contacts, numbers and names move; its row stays as merged.
///
/// # Errors
/// Faults of the reason; [`Problem::Refused`] when either was merged already, or both have bids in a round that allows an
/// organisation fewer.
pub fn merge_organisations(
    tx: &mut WriteTx<'_>,
    from: OrganisationId,
    into: OrganisationId,
    reason: &str,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let reason = clean(reason);
    let mut faults = Faults::default();
    if reason.is_empty() {
        faults.add("reason", "Say how you know that they are one organisation");
    } else if reason.chars().count() > 1_000 {
        faults.add("reason", "The reason must be 1,000 characters or fewer");
    }
    faults.check()?;
    let moving = store::bids_of_organisation(tx.conn(), from)?;
    let standing = store::bids_of_organisation(tx.conn(), into)?;
    require_room(tx, &moving, &standing)?;
    let taken_up = take_up(tx, from, into, &reason)?;
    for application in &moving {
        store::set_organisation(tx, application, into)?;
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
