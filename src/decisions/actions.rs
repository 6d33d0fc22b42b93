//! What officers and decision makers do: settle a tie, recommend, take back, sign.

use super::store;
use crate::audit::WriteTx;
use crate::base::ids::RoundId;
use crate::error::Problem;
use crate::rounds::{Round, RoundStage, get_round};

mod recommend;
mod settle;
mod sign;

pub use recommend::{AwardInput, RecommendationInput, recommend, require_same_ranking, take_back};
pub use settle::settle_tie;
pub use sign::{Signature, require_same_recommendation, sign};

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

/// Refuses who has a conflict of interest in an application of the round: the ranking shows it, and what is done with the ranking
/// touches it.
fn require_unconflicted(tx: &mut WriteTx<'_>, round: RoundId) -> Result<(), Problem> {
    let account = tx.actor().account();
    match account {
        Some(account) if store::is_conflicted(tx.conn(), round, account)? => Err(conflicted()),
        _ => Ok(()),
    }
}

/// The answer to who has a conflict of interest in the round: for them its ranking and decision are not there (D10), because each rank
/// tells of the others.
#[must_use]
pub const fn conflicted() -> Problem {
    Problem::NotFound
}
