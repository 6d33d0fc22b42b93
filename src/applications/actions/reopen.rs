//! A submitted bid becomes a draft again: taken back by its applicant, or re-opened by an officer. What was received stays.

use super::{after_closing, own};
use crate::access::{self, Action};
use crate::applications::model::{Application, ApplicationStage};
use crate::applications::store;
use crate::applications::submissions::AskedBy;
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::mail::{self, NewMail};
use crate::rounds::{Round, RoundStage, Window, get_round};

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
    if round.window(tx.now()) != Window::Open && !after_closing(&application, &round, tx)? {
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

/// Re-opens a submitted bid for its applicant, who is told by e-mail. After the round has closed only until a time that the
/// officer names; never once scoring has begun.
///
/// # Errors
/// Every fault of the reason and the time; [`Problem::Refused`] when the bid is not submitted or is being assessed.
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
    if round.stage != RoundStage::Published {
        return Err(Problem::refused(
            "This application can no longer be re-opened",
            "Scoring has begun: every application is judged as it stands.",
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
