//! What people do with applications.

mod answers;
mod behalf;
mod documents;
mod gates;
mod merge;
mod reopen;
mod start;
mod submit;

pub use answers::save_answers;
pub use behalf::{Arrival, Whose, start_for};
pub use documents::{Kept, add_document, remove_document};
pub use gates::check_gate;
pub use merge::merge_organisations;
pub use reopen::{reopen, take_back};
pub use start::{EligibilityAnswers, refusals, start};
pub use submit::{Declaration, Submission, check_declaration, submit, withdraw};

use super::model::{Application, ApplicationStage};
use super::store;
use crate::access::{self, Action};
use crate::audit::WriteTx;
use crate::error::Problem;
use crate::rounds::{Round, Window, get_round};

/// Loads an application that the actor may change, with its round.
pub(super) fn own(tx: &mut WriteTx<'_>, reference: &str) -> Result<(Application, Round), Problem> {
    let application = store::application_of_reference(tx.conn(), reference)?;
    let actor = tx.actor().clone();
    let bid = store::bid_of(tx.conn(), &application, &actor)?;
    access::require(&actor, Action::ChangeBid(&bid))?;
    let round = get_round(tx.conn(), application.round)?;
    Ok((application, round))
}

/// The round takes bids now, compared inside the transaction (D3).
pub(super) fn require_open(round: &Round, tx: &WriteTx<'_>) -> Result<(), Problem> {
    match round.window(tx.now()) {
        Window::Open => Ok(()),
        Window::NotYet => {
            Err(Problem::refused("This round is not open yet", format!("It opens on {}.", round.opens_at)))
        }
        Window::Closed => Err(Problem::refused("This round is closed", closed_text(round))),
    }
}

/// Whether this one bid may be changed although its round has closed.
pub(super) fn after_closing(application: &Application, round: &Round, tx: &mut WriteTx<'_>) -> Result<bool, Problem> {
    let (actor, now) = (tx.actor().clone(), tx.now());
    Ok(store::may_change_after_closing(tx.conn(), application, round, (&actor, now))?)
}

/// The bid may be changed now: its round is open, or the office lets this one bid be changed after it closed.
pub(super) fn require_writable(application: &Application, round: &Round, tx: &mut WriteTx<'_>) -> Result<(), Problem> {
    if after_closing(application, round, tx)? { Ok(()) } else { require_open(round, tx) }
}

pub(super) fn closed_text(round: &Round) -> String {
    format!(
        "It closed on {}, by our clock. What you wrote is kept, and you can read and copy it, but it cannot be submitted to \
         this round. Your attempt has been recorded. If something outside your control stopped you, contact the office.",
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
