//! Separated duties, as actions ask for them: who scored, approved the moderation, recommended, approved or signed does no other
//! of these. The database's triggers are the second guard.

use super::store::{duties_of, is_conflicted_in};
use crate::access::{Action, Duty, may};
use crate::audit::WriteTx;
use crate::base::ids::{ApplicationId, RoundId};
use crate::error::Problem;

/// Refuses who has a conflict of interest in a round: for them its ranking, decision and letters are not there (D10), because each
/// tells of the others.
///
/// # Errors
/// [`Problem::NotFound`] for them.
pub fn require_unconflicted(tx: &mut WriteTx<'_>, round: RoundId) -> Result<(), Problem> {
    match tx.actor().account() {
        Some(account) if is_conflicted_in(tx.conn(), account, round)? => Err(Problem::NotFound),
        _ => Ok(()),
    }
}

/// Refuses who holds a duty that does not go with `wanted`, and says which.
///
/// # Errors
/// [`Problem::Refused`] with what the person did; [`Problem::NotFound`] for who lacks the role.
pub fn require_duty(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    application: Option<ApplicationId>,
    wanted: Duty,
) -> Result<(), Problem> {
    let Some(account) = tx.actor().account() else { return Ok(()) };
    let held = duties_of(tx.conn(), round, application, account)?;
    if may(tx.actor(), Action::Take(wanted, held)) {
        return Ok(());
    }
    let reason = held.reason(wanted).ok_or(Problem::NotFound)?;
    Err(Problem::refused(format!("You cannot {}", wanted.task()), reason))
}
