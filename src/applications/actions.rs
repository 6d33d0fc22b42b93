//! What people do with applications.

mod answers;
mod documents;
mod gates;
mod merge;
mod start;
mod submit;

pub use answers::save_answers;
pub use documents::{Kept, add_document, remove_document};
pub use gates::check_gate;
pub use merge::merge_organisations;
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
            "It can no longer be changed. You can withdraw it, or contact the office.",
        )),
        ApplicationStage::Withdrawn => {
            Err(Problem::refused("This application is withdrawn", "It can no longer be changed."))
        }
    }
}
