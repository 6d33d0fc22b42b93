//! What officers and decision makers do: settle a tie, recommend, take or send back, sign.

use crate::applications::require_unconflicted;
use crate::audit::WriteTx;
use crate::base::ids::RoundId;
use crate::error::Problem;
use crate::rounds::{Round, RoundStage, get_round};

mod approve;
mod limits;
mod line;
mod notice;
mod recommend;
mod settle;
mod sign;
mod step_up;

pub use approve::{approve, declare_conflict};
pub use limits::set_limit;
pub use line::record_line;
pub use recommend::{AwardInput, RecommendationInput, recommend, require_same_ranking, send_back, take_back};
pub use settle::settle_tie;
pub use sign::{Signature, require_same_recommendation, sign, who_may_sign};
pub use step_up::{CODE_MINUTES, issue_code, note_try, send_code};

/// The round, when it stands where the action needs it.
fn round_in(tx: &mut WriteTx<'_>, round: RoundId, stage: RoundStage) -> Result<Round, Problem> {
    let round = get_round(tx.conn(), round)?;
    if round.stage == stage {
        return Ok(round);
    }
    let (title, text) = match (stage, round.stage) {
        (_, RoundStage::Decided | RoundStage::Issued) => {
            ("The decision is signed", "A signed decision does not change.")
        }
        (RoundStage::Moderation, RoundStage::Recommended) => (
            "The recommendation is made",
            "It waits for the decision maker. To change anything, take the recommendation back first.",
        ),
        (RoundStage::Moderation, _) => (
            "The panel has not moderated this round yet",
            "Ranking begins when scoring is over and moderation has started.",
        ),
        _ => (
            "There is no recommendation",
            "It was taken back, or has not been made. The panel's officers must make it first.",
        ),
    };
    Err(Problem::refused(title, text))
}

/// The answer to who has a conflict of interest in the round: for them its ranking and decision are not there (D10), because each rank
/// tells of the others.
#[must_use]
pub const fn conflicted() -> Problem {
    Problem::NotFound
}
