//! The panel's decision on a tie at the cut line (P7).

use super::{require_unconflicted, round_in};
use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{ApplicationId, RoundId};
use crate::base::money::Pence;
use crate::decisions::model::RankedRound;
use crate::decisions::rules::{REASONS_LIMIT, TieChoice, is_tied_group, rank};
use crate::decisions::store;
use crate::error::{Faults, Problem};
use crate::rounds::{RoundDefinition, RoundStage, get_definition};

/// Records what the panel decided on a joint-ranked group at the cut line: which of it to fund, and why. The panel may
/// decide again until the round is recommended. Faults stand under `choices` and `reason`.
///
/// # Errors
/// [`Problem::Refused`] when the group is not, or is no longer, the whole tied group; a fault when there is no reason
/// or the chosen ones ask for more than is left.
pub fn settle_tie(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    choices: &[(ApplicationId, TieChoice)],
    reason: &str,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = round_in(tx, round, RoundStage::Moderation)?;
    require_unconflicted(tx, round.id)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let ranked = store::ranking_of(tx.conn(), &round, &definition)?;
    let place = |id: ApplicationId| ranked.applications.iter().position(|application| application.id == id);
    let places: Option<Vec<usize>> = choices.iter().map(|(id, _)| place(*id)).collect();
    let places = places.ok_or(Problem::NotFound)?;
    if !is_tied_group(&definition.rules(), &ranked.candidates, &places) {
        return Err(Problem::refused(
            "This tie is no longer the same",
            "The panel decides on the whole group that shares the rank at the cut line, and on no other application. \
             Open the ranking again to see the group as it is now.",
        ));
    }
    let mut faults = Faults::default();
    if let Some(over) = too_dear(&definition, &ranked, &places, choices) {
        faults.add(
            "choices",
            format!("Those you fund ask for {over} more than is left. Keep more of the group in reserve"),
        );
    }
    let missing = "Say why the panel decided so. Applicants and auditors may read it";
    let reason = faults.reason("reason", reason, REASONS_LIMIT, missing);
    faults.check()?;
    for (application, choice) in choices {
        store::put_tie_choice(tx, round.id, *application, *choice, &reason)?;
    }
    let event = |(application, choice): &(ApplicationId, TieChoice)| {
        Event::new(EventKind::TieSettled)
            .round(round.id)
            .application(*application)
            .with("choice", Fact::code(choice.word()))
            .with("group", choices.len())
    };
    let mut events = choices.iter().map(event);
    let first = events.next().ok_or(Problem::NotFound)?;
    Ok(events.fold(Change::new((), first), Change::and))
}

/// By how much the chosen ones ask for more than is left at the tie; none when they fit.
fn too_dear(
    definition: &RoundDefinition,
    ranked: &RankedRound,
    places: &[usize],
    choices: &[(ApplicationId, TieChoice)],
) -> Option<Pence> {
    let mut undecided = ranked.candidates.clone();
    for place in places {
        if let Some(candidate) = undecided.get_mut(*place) {
            candidate.tie_choice = None;
        }
    }
    let before = rank(&definition.rules(), &undecided);
    let left = before.ceiling.checked_sub(before.committed)?;
    let chosen = places.iter().zip(choices).filter(|(_, (_, choice))| *choice == TieChoice::Fund);
    let asked = Pence::checked_sum(chosen.filter_map(|(place, _)| undecided.get(*place)).map(|found| found.ask))?;
    asked.checked_sub(left).filter(|over| *over > Pence::ZERO)
}
