//! Separated duties, as actions ask for them: who scored, approved the moderation, recommended, approved or signed does no other
//! of these. The database's triggers are the second guard.

use super::store::duties_of;
use crate::access::{Action, Duty, may};
use crate::audit::WriteTx;
use crate::base::ids::{ApplicationId, RoundId};
use crate::error::Problem;

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
