//! That a letter went by post or by hand where no e-mail certainly arrived: of the letters of a round, and of those about a grant.

use jiff::civil::Date;

use super::{event, require_unconflicted};
use crate::access::{self, Action};
use crate::applications::get_application;
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::letters::model::{Letter, Way};
use crate::letters::store;
use crate::rounds::{Round, get_round};

const TITLE: &str = "There is nothing to record";

/// The letter was issued on that day or before, and its e-mail did not certainly arrive.
fn require_lost(letter: &Letter, sent_on: Date, now: At) -> Result<(), Problem> {
    if !letter.is_issued() {
        return Err(Problem::refused(TITLE, "The letter is not issued."));
    }
    if !letter.is_lost() {
        return Err(Problem::refused(TITLE, "Its email was sent, or is still waiting to be sent."));
    }
    let mut faults = Faults::default();
    if sent_on > now.london_date() {
        faults.add("sent_on-day", "The day must be today or earlier");
    } else if letter.issued_at.is_some_and(|issued| sent_on < issued.london_date()) {
        faults.add("sent_on-day", "The letter was not issued before that day");
    }
    faults.check()
}

fn posted(round: &Round, letter: &Letter, way: Way, sent_on: Date) -> Event {
    event(EventKind::LetterPosted, round, letter)
        .with("way", Fact::code(way.word()))
        .with("on", Fact::code(&sent_on.to_string()))
}

/// Records that an application's letters whose e-mail did not certainly arrive went another way, all in one envelope. Says how many.
///
/// # Errors
/// [`Problem::Invalid`] for a day before the letter's or in the future; [`Problem::Refused`] when the e-mail may still be sent.
pub fn record_posted(tx: &mut WriteTx<'_>, reference: &str, way: Way, sent_on: Date) -> Result<Change<usize>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let asked = store::letter_of_reference(tx.conn(), reference)?;
    let application = get_application(tx.conn(), asked.application)?;
    let round = get_round(tx.conn(), application.round)?;
    require_unconflicted(tx, round.id)?;
    require_lost(&asked, sent_on, tx.now())?;
    let mut change: Option<Change<()>> = None;
    let mut count = 0;
    for letter in store::letters_of(tx.conn(), application.id)? {
        let lost = letter.is_lost();
        let was_issued = letter.issued_at.is_some_and(|at| at.london_date() <= sent_on);
        if letter.reference != asked.reference && !(lost && was_issued) {
            continue;
        }
        store::insert_post(tx, (letter.id, &letter.reference), way, sent_on)?;
        let event = posted(&round, &letter, way, sent_on);
        change = Some(match change {
            None => Change::new((), event),
            Some(change) => change.and(event),
        });
        count += 1;
    }
    let replaced = || Problem::refused(TITLE, "The letter was replaced by a corrected one: record how that one went.");
    Ok(change.ok_or_else(replaced)?.map(|()| count))
}

/// Records that a letter about a grant whose e-mail did not certainly arrive went another way.
///
/// # Errors
/// Those of [`record_posted`].
pub fn record_single_posted(
    tx: &mut WriteTx<'_>,
    reference: &str,
    way: Way,
    sent_on: Date,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let letter = store::letter_about_grant(tx.conn(), reference)?.letter;
    let application = get_application(tx.conn(), letter.application)?;
    let round = get_round(tx.conn(), application.round)?;
    require_unconflicted(tx, round.id)?;
    require_lost(&letter, sent_on, tx.now())?;
    store::insert_single_post(tx, (application.id, reference), way, sent_on)?;
    Ok(Change::new((), posted(&round, &letter, way, sent_on)))
}
