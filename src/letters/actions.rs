//! What people do with letters once they are drafted: a second person approves, an officer issues, now or at a set time, the
//! applicant reads; a letter that was wrong is replaced, and in the end the round is closed.

pub mod approving;
pub mod closing;
pub mod correcting;
mod posting;
pub mod scheduling;
pub mod singles;

pub use approving::{Approval, approve_round, digest_of, may_approve, what_to_approve};
pub use closing::{Missing, Reconciled, close_round, missing_of};
pub use correcting::{draft_correction, issue_correction, settle_corrections, withdraw_correction};
pub use posting::{record_posted, record_single_posted};
pub(super) use scheduling::refuse_scheduled;
pub use scheduling::{cancel_schedule, issue_due, schedule_round};
pub use singles::{draft_single, issue_single, settle_singles, withdraw_single};

mod controlled;
mod read;
mod telling;
pub mod wordings;

use jiff::civil::Date;

use super::data::owed;
use super::model::{BatchStage, Delivery, Letter, LetterStage};
use super::store;
use crate::access::{self, Action};
use crate::accounts::contacts_of;
use crate::app::App;
use crate::applications::{Application, get_application, received_of_round, require_unconflicted};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{LetterId, RoundId};
use crate::base::time::At;
use crate::db::Conn;
use crate::decisions::recommendation_of;
use crate::error::Problem;
use crate::mail::{self, NewMail};
use crate::press::{LetterData, lint};
use crate::rounds::{Round, RoundStage, get_round, set_stage};

/// Every letter of a decided round, when it has all of them and none needs an officer: for each application that was submitted the
/// letters that it is owed.
fn complete(conn: &mut Conn, round: &Round, title: &str) -> Result<Vec<Letter>, Problem> {
    match round.stage {
        RoundStage::Decided => {}
        RoundStage::Issued => return Err(Problem::refused(title, "They are issued already.")),
        _ => return Err(Problem::refused(title, "The round is not decided yet.")),
    }
    if store::newest_batch(conn, round.id)?.is_some_and(|batch| batch.stage == BatchStage::Running) {
        return Err(Problem::refused(
            title,
            "They are still being made, or making them was interrupted. Wait, or draft them again.",
        ));
    }
    refuse_scheduled(conn, round.id, title)?;
    let recommendation = recommendation_of(conn, round.id)?;
    let letters = store::letters_of_round(conn, round.id)?;
    let held = letters.iter().filter(|letter| letter.stage == LetterStage::NeedsOfficer).count();
    let mut missing = 0_usize;
    for application in received_of_round(conn, round.id)? {
        let outcome = recommendation.as_ref().and_then(|found| found.outcome_for(application.id));
        for kind in owed(&application, outcome) {
            let found =
                letters.iter().filter(|letter| letter.application == application.id && Some(letter.kind) == kind);
            if found.count() != 1 {
                missing += 1;
            }
        }
    }
    let expected = letters.len();
    match (missing, held) {
        (0, 0) if expected > 0 => Ok(letters),
        (0, 0) => Err(Problem::refused(title, "There are none.")),
        (0, held) => Err(Problem::refused(title, format!("{}.", counted(held, "needs you", "need you")))),
        (missing, _) => Err(Problem::refused(
            title,
            format!("{}. Draft them first.", counted(missing, "is missing", "are missing")),
        )),
    }
}

fn counted(count: usize, one: &str, more: &str) -> String {
    if count == 1 { format!("1 letter {one}") } else { format!("{count} letters {more}") }
}

/// The approved letters of a round, which can be issued on `day`: all of it. They come from the documents that are in force at `now`
/// and say what is on record.
///
/// # Errors
/// [`Problem::Refused`] with what stands in the way.
pub fn check_issue(conn: &mut Conn, round: &Round, day: Date, now: At) -> Result<Vec<Letter>, Problem> {
    let title = "These letters cannot be issued";
    let letters = approved(conn, round, title)?;
    for letter in &letters {
        require_sound(letter, day, title)?;
    }
    controlled::require_current(conn, round, &letters, now, title)?;
    read::require_accepted(conn, round, &letters, title)?;
    Ok(letters)
}

/// Every letter of a round, when all are approved.
fn approved(conn: &mut Conn, round: &Round, title: &str) -> Result<Vec<Letter>, Problem> {
    let letters = complete(conn, round, title)?;
    let waiting = letters.iter().filter(|letter| letter.stage != LetterStage::Approved).count();
    if waiting > 0 {
        let text = format!("{}.", counted(waiting, "is not approved yet", "are not approved yet"));
        return Err(Problem::refused(title, text));
    }
    Ok(letters)
}

/// A letter is sound when its data are whole, nothing in them is unfinished, and it bears the date of the day.
fn require_sound(letter: &Letter, day: Date, title: &str) -> Result<(), Problem> {
    let data: LetterData = serde_json::from_str(&letter.data).map_err(Problem::internal)?;
    let dated = data.common().date.day();
    if dated.is_none_or(|dated| dated < day) {
        return Err(Problem::refused(
            title,
            "They bear an earlier date, and the time to accept or to ask for a review counts from it. Draft them again.",
        ));
    }
    if dated != Some(day) {
        return Err(Problem::refused(
            title,
            format!(
                "They bear the date {}, and the time to accept or to ask for a review counts from it. Set a time on that day, \
                 or draft them again for another day.",
                data.common().date.words
            ),
        ));
    }
    if let Some(finding) = lint(&data, "").first() {
        return Err(Problem::refused(
            title,
            format!("{} has something unfinished in it: {finding}.", letter.reference),
        ));
    }
    Ok(())
}

/// Issues every letter of a round now, tells every applicant by e-mail, and ends the round: all of it or nothing.
///
/// # Errors
/// [`Problem::Refused`] with what stands in the way; a fault when a kept PDF is not what was approved.
pub fn issue_round(tx: &mut WriteTx<'_>, app: &App, round: RoundId) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = get_round(tx.conn(), round)?;
    require_unconflicted(tx, round.id)?;
    let now = tx.now();
    let letters = check_issue(tx.conn(), &round, now.london_date(), now)?;
    issue_all(tx, app, &round, letters)
}

/// Issues these letters, which are all of the round and can be issued.
fn issue_all(tx: &mut WriteTx<'_>, app: &App, round: &Round, letters: Vec<Letter>) -> Result<Change<()>, Problem> {
    let mut events = Vec::with_capacity(letters.len() + 1);
    let mut told: Option<(i32, Delivery)> = None;
    for letter in letters {
        require_kept(app, &letter)?;
        // Letters come by application, the outcome first: one e-mail speaks of both.
        let delivery = match told {
            Some((application, delivery)) if application == letter.application.row() => delivery,
            _ => tell(tx, app, &letter)?,
        };
        told = Some((letter.application.row(), delivery));
        store::set_issued(tx, letter.id, delivery)?;
        let sha256 = Fact::code(letter.pdf_sha256.as_deref().unwrap_or_default());
        events.push(event(EventKind::LetterIssued, round, &letter).with("pdf", sha256));
    }
    set_stage(tx, round.id, RoundStage::Decided, RoundStage::Issued)?;
    events.push(Event::new(EventKind::RoundFinished).round(round.id).with("letters", events.len()));
    change(events)
}

/// The file store still has the bytes that were approved.
fn require_kept(app: &App, letter: &Letter) -> Result<(), Problem> {
    let kept = letter.pdf_sha256.as_deref().and_then(|sha256| app.files.hash_now(sha256));
    if kept.is_some() && kept == letter.pdf_sha256 {
        return Ok(());
    }
    Err(Problem::internal(format!("the PDF of {} is not in the file store as it was approved", letter.reference)))
}

/// Queues the e-mail about an application's letters. Where nobody of the organisation is left to write to, the office
/// sees a failed delivery.
fn tell(tx: &mut WriteTx<'_>, app: &App, letter: &Letter) -> Result<Delivery, Problem> {
    let application = get_application(tx.conn(), letter.application)?;
    let Some((_, name, email)) = contacts_of(tx.conn(), application.organisation)?.into_iter().next() else {
        return Ok(Delivery::Failed);
    };
    let round = get_round(tx.conn(), application.round)?;
    let named = app.settings.mail_outcome.then(|| letter.title());
    let mut message = ready_mail(app, &application, (letter.id, named), name, email)?;
    message.subject = round.mail_subject(&message.subject);
    let now = tx.now();
    mail::queue(tx.conn(), &message, &app.random, now)?;
    Ok(Delivery::Queued)
}

/// Says that letters are ready and where, and nothing of their content: mail is read over shoulders. The subject is `named` after the
/// letter only where the office chose so.
fn ready_mail(
    app: &App,
    application: &Application,
    (letter, named): (LetterId, Option<&str>),
    name: String,
    email: String,
) -> Result<NewMail, Problem> {
    let data = serde_json::json!({
        "name": name,
        "reference": application.reference,
        "project": application.title,
        "withdrawn": application.was_withdrawn_after_submission(),
        "link": app.settings.address(&format!("/applications/{}", application.reference)),
        "service": app.settings.service_name,
        "office": app.settings.office.name,
        "office_email": app.settings.office.email,
        "office_phone": app.settings.office.phone,
    });
    let subject = match named {
        Some(letter) => format!("{letter} about your application {}", application.reference),
        None => format!("Letters about your application {}", application.reference),
    };
    Ok(NewMail {
        kind: "letters_ready",
        letter: Some(letter),
        to_email: email,
        to_name: name,
        subject,
        text: app.pages.mail("mail/letters_ready.txt", &data).map_err(Problem::internal)?,
        html: app.pages.mail("mail/letters_ready.html", &data).map_err(Problem::internal)?,
    })
}

/// Records that the applicant opened a letter, the first time alone.
///
/// # Errors
/// [`Problem::NotFound`] when they opened it before: there is nothing to record.
pub fn mark_read(tx: &mut WriteTx<'_>, letter: &Letter) -> Result<Change<()>, Problem> {
    if store::was_read(tx.conn(), letter)? {
        return Err(Problem::NotFound);
    }
    let application = get_application(tx.conn(), letter.application)?;
    let round = get_round(tx.conn(), application.round)?;
    Ok(Change::new((), event(EventKind::LetterRead, &round, letter)))
}

/// The record of one letter that was drafted by itself: its reference, the template and the hash of its PDF, where it could be made.
fn drafted(
    kind: EventKind,
    (round, application): (&Round, &Application),
    (reference, template, pdf): (&str, &str, Option<&str>),
) -> Event {
    let event = Event::new(kind)
        .round(round.id)
        .application(application.id)
        .with("letter", Fact::code(reference))
        .with("template", Fact::code(template));
    match pdf {
        Some(sha256) => event.with("pdf", Fact::code(sha256)),
        None => event,
    }
}

pub(super) fn event(kind: EventKind, round: &Round, letter: &Letter) -> Event {
    Event::new(kind).round(round.id).application(letter.application).with("letter", Fact::code(&letter.reference))
}

/// A change with several events.
pub(super) fn change(events: Vec<Event>) -> Result<Change<()>, Problem> {
    let mut events = events.into_iter();
    let first = events.next().ok_or(Problem::NotFound)?;
    Ok(events.fold(Change::new((), first), Change::and))
}
