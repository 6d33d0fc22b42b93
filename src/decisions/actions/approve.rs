//! The management's approval, and a conflict of interest that is declared instead of an approval or a signature.

use super::{require_unconflicted, round_in};
use crate::access::{self, Action, Duty};
use crate::applications::require_duty;
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{RecommendationId, RoundId};
use crate::base::text::clean;
use crate::decisions::model::{InterestKind, Interests};
use crate::decisions::rules::{REASONS_LIMIT, interests_faults};
use crate::decisions::store;
use crate::error::{Faults, Problem};
use crate::rounds::{RoundStage, get_definition};

/// Approves the recommendation for the management, where the round asks for it.
///
/// # Errors
/// [`Problem::Refused`] when the round does not ask for it, the recommendation is another than `seen` or approved already, and for
/// who scored, moderated, recommended or signs; faults of the interests, and under `note`.
pub fn approve(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    seen: RecommendationId,
    interests: &Interests,
    note: &str,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::ApproveRecommendation)?;
    let round = round_in(tx, round, RoundStage::Recommended)?;
    require_unconflicted(tx, round.id)?;
    require_duty(tx, round.id, None, Duty::Approver)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    if !definition.management_approval {
        return Err(Problem::refused(
            "This round needs no approval",
            "By its rules, the recommendation goes to the decision maker as it is.",
        ));
    }
    let standing = store::recommendation_of(tx.conn(), round.id)?.ok_or(Problem::NotFound)?;
    if standing.id != seen {
        return Err(Problem::refused(
            "The recommendation was changed while you had this page open",
            "Nothing was approved. Open the page again to read the recommendation as it is now.",
        ));
    }
    if store::approval_of(tx.conn(), standing.id)?.is_some() {
        return Err(Problem::refused("The recommendation is already approved", "One approval is enough."));
    }
    let note = clean(note);
    let mut faults = interests_faults(interests);
    if note.chars().count() > REASONS_LIMIT {
        faults.add("note", "Your note must be 4,000 characters or fewer");
    }
    faults.check()?;
    let kind = stated(interests)?;
    store::insert_interest(tx, round.id, Duty::Approver, kind, interests)?;
    store::insert_approval(tx, standing.id, &note)?;
    let event = Event::new(EventKind::RecommendationApproved)
        .round(round.id)
        .with("recommendation", standing.id.row())
        .with("interest", Fact::code(kind.word()));
    Ok(Change::new((), event))
}

/// The declared kind, when it lets its author go on.
pub(super) fn stated(interests: &Interests) -> Result<InterestKind, Problem> {
    match interests.kind {
        Some(kind @ (InterestKind::None | InterestKind::Interest)) => Ok(kind),
        Some(InterestKind::Conflict) => Err(super::conflicted()),
        None => Err(Problem::internal("interests that nobody checked")),
    }
}

/// Records a conflict of interest that somebody declares instead of approving or signing. From then on the round's ranking,
/// recommendation and decision are closed to them.
///
/// # Errors
/// A fault under `interests` without a word on it.
pub fn declare_conflict(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    duty: Duty,
    interests: &Interests,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::ApproveRecommendation)?;
    let round = round_in(tx, round, RoundStage::Recommended)?;
    require_unconflicted(tx, round.id)?;
    let faults: Faults = interests_faults(interests);
    faults.check()?;
    store::insert_interest(tx, round.id, duty, InterestKind::Conflict, interests)?;
    let event = Event::new(EventKind::InterestDeclared).round(round.id).with("duty", Fact::code(duty.word()));
    Ok(Change::new((), event))
}
