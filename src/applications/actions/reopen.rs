//! A submitted bid becomes a draft again: taken back by its applicant, or re-opened by an officer. What was received stays, and an
//! officer's re-opening can be ended by putting the bid back as it was received.

use std::collections::BTreeSet;

use super::answers::summarise;
use super::{after_closing, own};
use crate::access::{self, Action};
use crate::applications::model::{Application, ApplicationStage};
use crate::applications::store;
use crate::applications::submissions::{AskedBy, ReadBack, ReceivedFile, Reopening, SubmittedVersion};
use crate::applications::versions::is_same;
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::actor::Actor;
use crate::base::time::At;
use crate::db::{Conn, DbError};
use crate::error::{Faults, Problem};
use crate::mail::{self, NewMail};
use crate::rounds::{Round, RoundStage, Window, get_definition, get_round};

fn require_submitted(application: &Application) -> Result<(), Problem> {
    match application.stage {
        ApplicationStage::Submitted => Ok(()),
        ApplicationStage::Draft => {
            Err(Problem::refused("This application is a draft", "It can be changed already, until it is submitted."))
        }
        ApplicationStage::Withdrawn => {
            Err(Problem::refused("This application is withdrawn", "It can no longer be changed."))
        }
    }
}

/// Submissions of one bid that its applicants may make: each is kept whole and answered by mail.
const MOST_SUBMISSIONS: i32 = 50;

/// Takes a submitted bid back, to change it and hand it in again before the round closes.
///
/// # Errors
/// [`Problem::Refused`] when it is not submitted, was submitted very often, or the round takes no bids.
pub fn take_back(tx: &mut WriteTx<'_>, reference: &str) -> Result<Change<()>, Problem> {
    let (application, round) = own(tx, reference)?;
    require_submitted(&application)?;
    // Once scoring has begun only the office opens a bid.
    let in_time = round.window(tx.now()) == Window::Open
        || (round.stage == RoundStage::Published && after_closing(&application, &round, tx)?);
    if !in_time {
        return Err(Problem::refused(
            "This round is closed",
            "Your application is submitted and stays as it is. If something in it must be corrected, contact the office.",
        ));
    }
    let number = store::receipts_of(tx.conn(), application.id)?;
    if number >= MOST_SUBMISSIONS {
        return Err(Problem::refused(
            "This application was submitted too often",
            "It stays as it is, and is received. If something in it must be corrected, contact the office.",
        ));
    }
    store::reopen(tx, application.id, number, (AskedBy::Applicant, "", None))?;
    let event = Event::new(EventKind::ApplicationTakenBack)
        .round(round.id)
        .application(application.id)
        .with("submission", number);
    Ok(Change::new((), event))
}

/// Days that a re-opened bid may stay open: a slip in the year would hold up the round.
const MOST_DAYS: i64 = 28;

/// Re-opens a submitted bid for its applicant, who is told by e-mail. After the round has closed only until a time that the
/// officer names; never once the panel moderates. Its score sheets are the business of `scoring::actions::reopen_bid`.
///
/// # Errors
/// Every fault of the reason and the time; [`Problem::Refused`] when the bid is not submitted or scoring is over.
pub fn reopen(
    tx: &mut WriteTx<'_>,
    reference: &str,
    reason: &str,
    until: Option<At>,
    told: impl FnOnce(&Application, &Round) -> Result<Vec<NewMail>, Problem>,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let application = store::application_of_reference(tx.conn(), reference)?;
    let actor = tx.actor().clone();
    let bid = store::bid_of(tx.conn(), &application, &actor)?;
    // A draft is nobody's business but its applicant's.
    access::require(&actor, Action::ReadBid(&bid))?;
    require_submitted(&application)?;
    let round = get_round(tx.conn(), application.round)?;
    if !matches!(round.stage, RoundStage::Published | RoundStage::Scoring) {
        return Err(Problem::refused(
            "This application can no longer be re-opened",
            "Scoring is over: every application is judged as it stands.",
        ));
    }
    let now = tx.now();
    let mut faults = Faults::default();
    let reason = faults.reason("reason", reason, 1_000, "Say why the application is re-opened: the applicant reads it");
    match (until, round.window(now)) {
        (None, Window::Closed) => {
            faults.add("until-day", "The round has closed. Say until when the application may be changed");
        }
        (Some(until), _) if until <= now => faults.add("until-day", "The time must be in the future"),
        (Some(until), _) if until > now.plus_days(MOST_DAYS) => {
            faults.add("until-day", format!("The time must be within {MOST_DAYS} days from now"));
        }
        _ => {}
    }
    faults.check()?;
    // While the round is open its own closing time counts.
    let until = until.filter(|until| round.window(now) == Window::Closed || *until > round.closes_at);
    let number = store::receipts_of(tx.conn(), application.id)?;
    store::reopen(tx, application.id, number, (AskedBy::Office, &reason, until))?;
    let random = tx.random().clone();
    for message in told(&application, &round)? {
        let about = mail::About::application(round.id, application.id);
        mail::queue_about(tx.conn(), &message, about, &random, now)?;
    }
    let mut event = Event::new(EventKind::ApplicationReopened)
        .round(round.id)
        .application(application.id)
        .with("submission", number);
    if let Some(until) = until {
        event = event.with("until", until);
    }
    Ok(Change::new((), event))
}

/// A bid that the office re-opened, and that was not handed in again.
#[derive(Debug)]
pub struct Returned {
    /// The bid.
    pub application: Application,
    /// Its round.
    pub round: Round,
    /// Why and until when it is open.
    pub opening: Reopening,
    /// What stands where it is not handed in again.
    pub received: SubmittedVersion,
}

/// Finds such a bid for an officer, who reads no word of the draft.
///
/// # Errors
/// [`Problem::NotFound`] when it is none, or hidden from the officer; [`Problem::Refused`] when it was handed in again.
pub fn returned(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<Returned, Problem> {
    access::require(actor, Action::RunRounds)?;
    let application = store::application_of_reference(conn, reference)?;
    if store::hidden_from(conn, actor, application.round)?.contains(&application.id) {
        return Err(Problem::NotFound);
    }
    let opening = store::reopenings_of(conn, application.id)?.pop();
    let opening = opening.filter(|opening| opening.asked_by == AskedBy::Office).ok_or(Problem::NotFound)?;
    match application.stage {
        ApplicationStage::Draft => {}
        ApplicationStage::Submitted => {
            return Err(Problem::refused("This application is submitted", "There is nothing to be put back."));
        }
        ApplicationStage::Withdrawn => {
            return Err(Problem::refused("This application is withdrawn", "Its applicant has withdrawn it."));
        }
    }
    let round = get_round(conn, application.round)?;
    // From before a round was held up for them.
    if round.stage > RoundStage::Scoring {
        return Err(Problem::refused("This application can no longer be put back", "Scoring is over."));
    }
    let received = store::submissions_of(conn, application.id)?.pop().ok_or(Problem::NotFound)?;
    Ok(Returned { application, round, opening, received })
}

/// Puts a re-opened bid back as it was received last, word for word: its answers, files, kind of grant and time of receipt. What its
/// applicant typed since is kept among the earlier versions of each answer. The applicant is told by e-mail.
///
/// # Errors
/// Those of [`returned`].
pub fn put_back(
    tx: &mut WriteTx<'_>,
    reference: &str,
    told: impl FnOnce(&Returned) -> Result<Vec<NewMail>, Problem>,
) -> Result<Change<()>, Problem> {
    let actor = tx.actor().clone();
    let returned = returned(tx.conn(), &actor, reference)?;
    let (now, random) = (tx.now(), tx.random().clone());
    for message in told(&returned)? {
        let about = mail::About::application(returned.round.id, returned.application.id);
        mail::queue_about(tx.conn(), &message, about, &random, now)?;
    }
    set_back(tx, &returned)
}

/// The round goes on, and no bid that the office re-opened may be lost to it: each must be handed in again or put back first. With
/// `all` those too whose time has not come yet.
///
/// # Errors
/// [`Problem::Refused`], naming each bid and what can be done.
pub fn settle_returned(tx: &mut WriteTx<'_>, round: &Round, all: bool) -> Result<Change<()>, Problem> {
    let (actor, now) = (tx.actor().clone(), tx.now());
    let open = store::returned_of_round(tx.conn(), round.id, &BTreeSet::new())?;
    let due = open.into_iter().filter(|(_, opening)| all || opening.until.is_none_or(|until| until <= now));
    let hidden = store::hidden_from(tx.conn(), &actor, round.id)?;
    let (mut told, mut change) = (Vec::new(), Change::unchanged(()));
    for (reference, opening) in due {
        let application = store::application_of_reference(tx.conn(), &reference)?;
        if hidden.contains(&application.id) {
            // What a conflict of interest hides from an officer holds nothing up for them, and no message names it.
            let received = store::submissions_of(tx.conn(), application.id)?.pop().ok_or(Problem::NotFound)?;
            let returned = Returned { application, round: round.clone(), opening, received };
            change = change.with(set_back(tx, &returned)?).map(|_| ());
        } else {
            let until = opening.until.unwrap_or(round.closes_at);
            let verb = if until <= now { "was" } else { "is" };
            told.push(format!("{reference} {verb} with its applicant until {}.", until.moment_words()));
        }
    }
    if told.is_empty() {
        return Ok(change);
    }
    Err(Problem::refused(
        "An application is re-opened and not submitted again",
        format!(
            "{} Wait until it is submitted, or put it back as it was: both are found at the top of the round’s list of applications.",
            told.join(" ")
        ),
    ))
}

fn set_back(tx: &mut WriteTx<'_>, returned: &Returned) -> Result<Change<()>, Problem> {
    let (application, round) = (&returned.application, &returned.round);
    let read: ReadBack = serde_json::from_str(&returned.received.content).map_err(Problem::internal)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let stored = store::stored_answers(tx.conn(), application.id)?;
    for (code, value) in read.stored(&definition).map_err(|cause| Problem::internal(DbError::Corrupt(cause)))? {
        let now = stored.get(&code);
        // What nobody ever answered needs no row that says so.
        if !is_same(now.map_or("", |now| &now.value), &value) {
            store::put_answer(tx, application.id, &code, now, (&value, ""))?;
        }
    }
    put_files_back(tx, application, &read.documents)?;
    summarise(tx, application, &definition)?;
    let stream = read.stream.as_deref().or(application.stream.as_deref());
    store::set_back(tx, application.id, &returned.received, stream)?;
    let event = Event::new(EventKind::ApplicationPutBack)
        .round(round.id)
        .application(application.id)
        .with("submission", returned.received.number);
    Ok(Change::new((), event))
}

/// The files that were received count, and no others.
fn put_files_back(tx: &mut WriteTx<'_>, application: &Application, received: &[ReceivedFile]) -> Result<(), Problem> {
    let mut wanted: Vec<&ReceivedFile> = received.iter().collect();
    let mut ever = store::documents_ever(tx.conn(), application.id)?;
    // Where the same file was added twice, the one that counts now goes on counting.
    ever.sort_by_key(|(document, removed)| (*removed, document.id.row()));
    for (document, removed) in ever {
        let is_it = |file: &&ReceivedFile| {
            file.question == document.question && file.file_name == document.file_name && file.sha256 == document.sha256
        };
        let place = wanted.iter().position(is_it);
        if let Some(place) = place {
            wanted.swap_remove(place);
        }
        match (place, removed) {
            (Some(_), true) => store::set_document_back(tx, document.id)?,
            (None, false) => store::set_document_removed(tx, document.id)?,
            (Some(_), false) | (None, true) => {}
        }
    }
    Ok(())
}
