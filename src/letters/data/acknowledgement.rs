//! What a letter of receipt says: the newest submission of an application, as it is on record.

use super::{Addressee, Letterhead, money};
use crate::applications::{Application, ApplicationStage, entry_of, submissions_of};
use crate::base::time::At;
use crate::config::Settings;
use crate::db::Conn;
use crate::error::Problem;
use crate::press::LetterKind;
use crate::press::data::{LetterData, Signatory};
use crate::press::later::{AcknowledgementLetter, NextStep};
use crate::press::values::LetterDate;
use crate::rounds::{RoundDefinition, get_definition, get_round};

const TITLE: &str = "This letter cannot be made";

/// The letter of receipt of an application that is with the office, dated today.
///
/// # Errors
/// [`Problem::NotFound`] of an application that is not with the office; [`Problem::Refused`] with what is missing.
pub fn acknowledgement(
    conn: &mut Conn,
    settings: &Settings,
    application: &Application,
    now: At,
) -> Result<LetterData, Problem> {
    let missing = |words: String| Problem::refused(TITLE, words);
    let entered_at = application.submitted_at.filter(|_| application.stage == ApplicationStage::Submitted);
    let entered_at = entered_at.ok_or(Problem::NotFound)?;
    // What came on paper or by telephone was received when it came, not when the office typed it.
    let received = entry_of(conn, application.id)?.map_or(entered_at, |entry| entry.received_at);
    let round = get_round(conn, application.round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let head = Letterhead::gather(conn, settings, &round, now)?;
    let to = Addressee::gather(conn, application).map_err(|found| missing(found.in_words(application)))?;
    let ask = application.ask.ok_or_else(|| missing("The application has no amount.".to_owned()))?;
    let signatory = Signatory { name: "The grants office".to_owned(), role: capitalised(&head.fund) };
    Ok(LetterData::Acknowledgement(Box::new(AcknowledgementLetter {
        common: head.common(&to, LetterKind::Acknowledgement, signatory),
        requested: money(ask).map_err(missing)?,
        received: LetterDate::new(received.london_date()),
        received_time: format!("{} (London time)", received.time_words()),
        next_steps: next_steps(&definition, received),
        fingerprint: submissions_of(conn, application.id)?.pop().map(|newest| newest.sha256),
    })))
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn next_steps(definition: &RoundDefinition, received: At) -> Vec<NextStep> {
    let announced = definition.timetable.letters_by.map(|day| day.0).filter(|day| *day >= received.london_date());
    let step = |what: &str| NextStep { what: what.to_owned(), by: None };
    vec![
        step("We check that your application is complete and that your organisation can apply."),
        step("Members of the panel score it, each alone, and then agree one score for each criterion."),
        NextStep {
            what: "The Commissioner decides, and we write to every applicant on the same day, with feedback."
                .to_owned(),
            by: announced.map(LetterDate::new),
        },
    ]
}
