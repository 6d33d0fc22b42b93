//! The start of scoring. Who scores what is in `assigning` and `roster`, the panel of a round in `panel`, what members do with their
//! sheets in `sheets` and `saving`.

use crate::access::{self, Action};
use crate::applications::{settle_returned, submitted_of_round};
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::ids::RoundId;
use crate::error::Problem;
use crate::rounds::{RoundStage, get_round, set_stage};

mod assigning;
mod opening;
mod panel;
mod plan;
mod roster;
mod saving;
mod sheets;

pub use crate::conflicts::{declare_conflict, declare_no_conflict};
pub use assigning::{assign, assign_balanced, assign_planned, require_assignable, take_off};
pub(super) use opening::take_workbook;
pub use opening::{reopen_bid, reopen_sheet};
pub use panel::set_panel_member;
pub(super) use plan::suiting;
pub use plan::{Plan, Setting, plan_of, setting_of};
pub use roster::{change_by_roster, stamp};
pub use saving::{NOTE, SavedSheet, TypedSheet, read_changes, save_marks, save_sheet, submit_sheet};
pub(super) use sheets::require_here;

/// Starts the scoring of a round that has closed: from now on members declare, read and score.
///
/// # Errors
/// [`Problem::Refused`] when the round is not published, still takes applications, or one that was re-opened was not handed in again.
pub fn start_scoring(tx: &mut WriteTx<'_>, round: RoundId) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = get_round(tx.conn(), round)?;
    if round.stage != RoundStage::Published {
        return Err(Problem::refused(
            "Scoring cannot start now",
            format!("This round stands at: {}.", round.standing(tx.now())),
        ));
    }
    // What was received in time may still wait for the database: nobody who was in time is left off the list.
    if tx.now() < round.settled_at() {
        return Err(Problem::refused(
            "Scoring cannot start yet",
            format!("The round takes applications until {}. Scoring can start one minute later.", round.last_moment()),
        ));
    }
    round.require_unsealed()?;
    let settled = settle_returned(tx, &round, false)?;
    set_stage(tx, round.id, RoundStage::Published, RoundStage::Scoring)?;
    let applications = submitted_of_round(tx.conn(), round.id)?.len();
    let event = Event::new(EventKind::ScoringStarted).round(round.id).with("applications", applications);
    Ok(settled.with(Change::new((), event)).map(|_| ()))
}
