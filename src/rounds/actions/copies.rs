//! Copies of a round: a new draft with the same rules, or a test round to try the draft out.

use super::next_reference;
use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{RoundId, TEST_PREFIX};
use crate::base::text::clean_line;
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::rounds::model::{Round, RoundDefinition, RoundStage, Timetable};
use crate::rounds::rules::readiness;
use crate::rounds::store::{self, NewRound};

/// Days for which a test round takes bids.
pub const TEST_DAYS: i64 = 14;

/// Sets up a new draft round of the same fund with the definition of another. Returns its reference.
///
/// # Errors
/// Faults of the name and the times; [`Problem::Refused`] for a test round.
pub fn copy(
    tx: &mut WriteTx<'_>,
    from: RoundId,
    name: &str,
    opens_at: At,
    closes_at: At,
) -> Result<Change<String>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let from = store::get_round(tx.conn(), from)?;
    if from.test {
        return Err(Problem::refused("A test round is not copied", "Copy the round that it tries out instead."));
    }
    let name = clean_line(name);
    let mut faults = Faults::default();
    if name.is_empty() {
        faults.add("name", "Enter a name for the round");
    }
    if closes_at <= opens_at {
        faults.add("closes_date-day", "The round must close after it opens");
    }
    faults.check()?;
    let (version, definition) = store::get_definition(tx.conn(), from.id)?;
    let reference = next_reference(tx, &from.fund_code, opens_at)?;
    let new = NewRound { fund: from.fund, reference: &reference, name: &name, opens_at, closes_at, test: false };
    let round = store::insert_round(tx, &new)?;
    store::insert_definition(tx, round, 1, &definition, &format!("Copied from {}, version {version}", from.reference))?;
    let event = Event::new(EventKind::RoundCopied)
        .round(round)
        .with("reference", Fact::code(&reference))
        .with("from", Fact::code(&from.reference))
        .with("definition", version);
    Ok(Change::new(reference, event))
}

/// Makes a test round of a draft: its rules as they stand, open at once and for `TEST_DAYS`. Returns its reference.
///
/// # Errors
/// [`Problem::Refused`] when the round is no draft or would not be ready.
pub fn try_out(tx: &mut WriteTx<'_>, from: RoundId) -> Result<Change<String>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let from = store::get_round(tx.conn(), from)?;
    if from.test || from.stage != RoundStage::Draft {
        return Err(Problem::refused(
            "Only a round that is being set up can be tried out",
            "Copy this round and try the copy out.",
        ));
    }
    let (version, definition) = store::get_definition(tx.conn(), from.id)?;
    let (opens_at, closes_at) = (tx.now(), tx.now().plus_days(TEST_DAYS));
    // The days that are announced are those of the round itself: they need not fit the test's two weeks.
    let rules = RoundDefinition { timetable: Timetable::default(), ..(*definition).clone() };
    require_ready(&Round { opens_at, closes_at, ..from.clone() }, &rules, opens_at)?;
    let prefix = format!("{TEST_PREFIX}-{}-", from.reference);
    let reference = format!("{prefix}{}", store::count_references(tx.conn(), &prefix)? + 1);
    let name = format!("{} (test)", from.name);
    let new = NewRound { fund: from.fund, reference: &reference, name: &name, opens_at, closes_at, test: true };
    let round = store::insert_round(tx, &new)?;
    store::insert_definition(tx, round, 1, &definition, &format!("To try out {}, version {version}", from.reference))?;
    store::set_stage(tx, round, RoundStage::Draft, RoundStage::Published)?;
    let event = Event::new(EventKind::TestRoundMade)
        .round(round)
        .with("reference", Fact::code(&reference))
        .with("from", Fact::code(&from.reference))
        .with("definition", version);
    Ok(Change::new(reference, event))
}

fn require_ready(round: &Round, definition: &RoundDefinition, now: At) -> Result<(), Problem> {
    let missing = readiness(round, definition, now);
    if missing.is_empty() {
        return Ok(());
    }
    Err(Problem::refused("This round cannot be tried out yet", format!("{}.", missing.join(". "))))
}

/// Closes a test round now, so that its bids can be scored without waiting. A real round closes by the clock alone (D3).
///
/// # Errors
/// [`Problem::Refused`] when it takes no bids; not found for a real round.
pub fn close_test(tx: &mut WriteTx<'_>, round: RoundId) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = store::get_round(tx.conn(), round)?;
    if !round.test {
        return Err(Problem::NotFound);
    }
    let now = tx.now();
    if round.stage != RoundStage::Published || now >= round.closes_at || now <= round.opens_at {
        return Err(Problem::refused("This test round takes no bids now", "Go on with its next step."));
    }
    store::close_test(tx, round.id, round.version)?;
    let event = Event::new(EventKind::TestRoundClosed).round(round.id).with("closes_at", now);
    Ok(Change::new((), event))
}
