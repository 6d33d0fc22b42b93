//! What people do with applications.

mod answers;
mod behalf;
mod documents;
mod exports;
mod gates;
mod late;
mod merge;
mod reopen;
mod start;
mod stream;
mod submit;

pub use answers::{SavedPage, bring_back, save_answers, save_page};
pub use behalf::{Arrival, Whose, start_for};
pub use documents::{DOCUMENTS_PER_QUESTION, Kept, Place, add_document, place_of, remove_document, reuse_document};
pub use exports::{Export, ExportFormat, record_export};
pub use gates::{ItemCheck, check_gate, check_item};
pub use late::{Attempt, record_late, refuse_late_start};
pub use merge::merge_organisations;
pub use reopen::{Returned, put_back, reopen, returned, settle_returned, take_back};
pub use start::{Beginning, EligibilityAnswers, begin, refusals, start};
pub use stream::change_stream;
pub use submit::{Declaration, Submission, check_declaration, submit, withdraw};

use super::model::{Application, ApplicationStage};
use super::store;
use crate::access::{self, Action};
use crate::audit::WriteTx;
use crate::base::actor::Actor;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::{Round, Window, get_round};

/// Loads an application that the actor may change, with its round.
pub(super) fn own(tx: &mut WriteTx<'_>, reference: &str) -> Result<(Application, Round), Problem> {
    let actor = tx.actor().clone();
    own_of(tx.conn(), &actor, reference)
}

/// The same, to look only.
fn own_of(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<(Application, Round), Problem> {
    let application = store::application_of_reference(conn, reference)?;
    let bid = store::bid_of(conn, &application, actor)?;
    access::require(actor, Action::ChangeBid(&bid))?;
    let round = get_round(conn, application.round)?;
    Ok((application, round))
}

/// A bid may be begun: the request was received before the closing time, compared inside the transaction (D3).
pub(super) fn require_beginning(round: &Round, tx: &WriteTx<'_>) -> Result<(), Problem> {
    match (round.window(tx.received()), round.grace_words()) {
        (Window::Grace, Some(words)) => {
            Err(Problem::refused("Nothing can be begun any more", format!("It closed on {}. {words}", round.closes_at)))
        }
        _ => require_open(round, tx),
    }
}

/// What was begun may be changed and submitted: the request was received before the last moment, grace included.
pub(super) fn require_open(round: &Round, tx: &WriteTx<'_>) -> Result<(), Problem> {
    require_open_at(round, tx.received())
}

fn require_open_at(round: &Round, received: At) -> Result<(), Problem> {
    match round.window(received) {
        Window::Open | Window::Grace => Ok(()),
        Window::NotYet => {
            Err(Problem::refused("This round is not open yet", format!("It opens on {}.", round.opens_at)))
        }
        Window::Closed => Err(Problem::refused("This round is closed", closed_text(round))),
    }
}

/// Whether this one bid may be changed although its round has closed.
pub(super) fn after_closing(application: &Application, round: &Round, tx: &mut WriteTx<'_>) -> Result<bool, Problem> {
    let (actor, now) = (tx.actor().clone(), tx.received());
    Ok(store::may_change_after_closing(tx.conn(), application, round, (&actor, now))?)
}

/// The bid may be changed now: its round is open, or the office lets this one bid be changed after it closed.
pub(super) fn require_writable(application: &Application, round: &Round, tx: &mut WriteTx<'_>) -> Result<(), Problem> {
    if after_closing(application, round, tx)? { Ok(()) } else { require_open(round, tx) }
}

pub(super) fn closed_text(round: &Round) -> String {
    let grace = match round.grace_minutes {
        0 => String::new(),
        minutes => format!(", and {minutes} minutes later for what was begun before"),
    };
    format!(
        "It closed on {}{grace}, by our clock. What you saved before is kept, and you can read and copy it, but it can no longer be \
         changed or submitted. If something outside your control stopped you, contact the office.",
        round.closes_at
    )
}

pub(super) fn require_draft(application: &Application) -> Result<(), Problem> {
    match application.stage {
        ApplicationStage::Draft => Ok(()),
        ApplicationStage::Submitted => Err(Problem::refused(
            "This application is submitted",
            "While the round is open you can choose to change it. After that, contact the office.",
        )),
        ApplicationStage::Withdrawn => {
            Err(Problem::refused("This application is withdrawn", "It can no longer be changed."))
        }
    }
}
