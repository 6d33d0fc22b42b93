//! Letters are issued at a set time, on the day whose date they bear, for all applicants at one moment.

use super::{approved, check_issue, digest_of, issue_all, require_unconflicted};
use crate::access::{self, Action};
use crate::app::{App, chain};
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::RoundId;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::letters::model::{Schedule, ScheduleStage};
use crate::letters::store;
use crate::rounds::get_round;

/// Sets the time at which the approved letters of a round are issued.
///
/// # Errors
/// [`Problem::Refused`] with what stands in the way; [`Problem::Invalid`] for a time that has passed or is on another day than
/// the letters' date.
pub fn schedule_round(tx: &mut WriteTx<'_>, round: RoundId, issue_at: At) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = get_round(tx.conn(), round)?;
    require_unconflicted(tx, round.id)?;
    let now = tx.now();
    if issue_at <= now {
        let mut faults = Faults::default();
        faults.add("time", "The time must be in the future");
        return Err(Problem::Invalid(faults));
    }
    let letters = check_issue(tx.conn(), &round, issue_at.london_date(), now)?;
    let count = i32::try_from(letters.len()).map_err(Problem::internal)?;
    store::insert_schedule(tx, round.id, issue_at, count, &digest_of(&round, &letters))?;
    let event = Event::new(EventKind::LettersScheduled).round(round.id).with("letters", count).with("at", issue_at);
    Ok(Change::new((), event))
}

/// Cancels the set time. Nothing else changes: the letters stay approved.
///
/// # Errors
/// [`Problem::Refused`] when they do not wait for one.
pub fn cancel_schedule(tx: &mut WriteTx<'_>, round: RoundId) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    require_unconflicted(tx, round)?;
    let Some(waiting) = store::waiting_schedule(tx.conn(), round)? else {
        return Err(Problem::refused("There is nothing to cancel", "The letters do not wait for a set time."));
    };
    store::end_schedule(tx, waiting.id, ScheduleStage::Cancelled, None)?;
    Ok(Change::new((), Event::new(EventKind::LettersUnscheduled).round(round).with("at", waiting.issue_at)))
}

/// Refuses what would change letters that wait for a set time.
pub(in crate::letters) fn refuse_scheduled(conn: &mut Conn, round: RoundId, title: &str) -> Result<(), Problem> {
    match store::waiting_schedule(conn, round)? {
        None => Ok(()),
        Some(waiting) => Err(Problem::refused(
            title,
            format!("They are to be issued on {}. Cancel that first.", waiting.issue_at.moment_words()),
        )),
    }
}

/// Issues the letters whose time has come; says how many rounds'. What a rule forbids by then is recorded with its reason and not
/// tried again; after a fault of the service it is tried again.
///
/// # Errors
/// When the database refuses.
pub fn issue_due(app: &App) -> Result<usize, Problem> {
    let mut issued = 0;
    for schedule in app.db.read(|conn| store::due_schedules(conn, app.clock.now()))? {
        let person = app.db.read(|conn| crate::db::person(conn, schedule.set_by))?;
        let problem = match person {
            None => Problem::refused("", "Whoever set the time has no account any more."),
            Some(person) => match app.ledger.write(&Actor::Person(person), |tx| issue_scheduled(tx, app, &schedule)) {
                Ok(()) => {
                    issued += 1;
                    continue;
                }
                Err(problem) => problem,
            },
        };
        let words = match &problem {
            Problem::Refused { text, .. } => text.as_str(),
            Problem::NotFound => "Whoever set the time may not issue letters of this round any more.",
            other => {
                tracing::error!(
                    cause = chain(other),
                    round = schedule.round.row(),
                    "letters could not be issued in time"
                );
                continue;
            }
        };
        app.ledger.write(&Actor::System("letters"), |tx| fail(tx, &schedule, words))?;
    }
    Ok(issued)
}

fn fail(tx: &mut WriteTx<'_>, schedule: &Schedule, words: &str) -> Result<Change<()>, Problem> {
    // Another process may have issued them a moment before.
    if store::waiting_schedule(tx.conn(), schedule.round)?.is_none_or(|waiting| waiting.id != schedule.id) {
        return Ok(Change::unchanged(()));
    }
    store::end_schedule(tx, schedule.id, ScheduleStage::Failed, Some(words))?;
    let event = Event::new(EventKind::LettersNotIssued).round(schedule.round).with("at", schedule.issue_at);
    Ok(Change::new((), event))
}

fn issue_scheduled(tx: &mut WriteTx<'_>, app: &App, schedule: &Schedule) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = get_round(tx.conn(), schedule.round)?;
    require_unconflicted(tx, round.id)?;
    // First, so that they wait for nothing any more.
    store::end_schedule(tx, schedule.id, ScheduleStage::Issued, None)?;
    let title = "The letters were not issued";
    let letters = approved(tx.conn(), &round, title)?;
    if digest_of(&round, &letters) != schedule.digest {
        return Err(Problem::refused(
            title,
            "They are not the letters for which the time was set. Approve them again.",
        ));
    }
    let now = tx.now();
    let (today, planned) = (now.london_date(), schedule.issue_at.london_date());
    if today != planned {
        return Err(Problem::refused(
            title,
            format!(
                "The service was not running on {}, the day whose date they bear, and the time to accept or to ask for a \
                 review counts from it. Draft them again for another day, and have them approved again.",
                schedule.issue_at.date_words()
            ),
        ));
    }
    let letters = check_issue(tx.conn(), &round, today, now).map(|_| letters)?;
    issue_all(tx, app, &round, letters)
}
