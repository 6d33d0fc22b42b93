//! A member's own assignment, for what they do with its sheet. How they score is in `saving`.

use crate::access::{self, Action, Bid, may};
use crate::applications::{Application, ApplicationStage, application_of_reference, bid_of};
use crate::audit::{Event, EventKind, WriteTx};
use crate::base::actor::Actor;
use crate::error::Problem;
use crate::rounds::{Round, get_round};
use crate::scoring::model::AssignmentRecord;
use crate::scoring::store;

/// A member's own assignment, with its bid and round.
pub(super) struct Own {
    pub application: Application,
    pub round: Round,
    pub assignment: AssignmentRecord,
}

pub(super) fn own_to_score(tx: &mut WriteTx<'_>, reference: &str) -> Result<Own, Problem> {
    let application = application_of_reference(tx.conn(), reference)?;
    let actor = tx.actor().clone();
    let bid = bid_of(tx.conn(), &application, &actor)?;
    require_here(&application, &bid, &actor)?;
    access::require(&actor, Action::Score(&bid))?;
    let account = tx.account()?;
    let round = get_round(tx.conn(), application.round)?;
    let assignment = store::find_assignment(tx.conn(), application.id, account)?.ok_or(Problem::NotFound)?;
    Ok(Own { application, round, assignment })
}

/// The bid is not with its applicant again. Who could score it otherwise is told so; nobody else learns of it.
///
/// # Errors
/// [`Problem::Refused`].
pub(in crate::scoring) fn require_here(application: &Application, bid: &Bid, actor: &Actor) -> Result<(), Problem> {
    let back = Bid { submitted: true, ..*bid };
    if application.stage != ApplicationStage::Draft || !may(actor, Action::Score(&back)) {
        return Ok(());
    }
    Err(Problem::refused(
        "This application is with its applicant again",
        "The office re-opened it, so that something in it can be corrected. What you have scored is kept, and it is on your list \
         again when it is back.",
    ))
}

pub(super) fn event(kind: EventKind, own: &Own) -> Event {
    Event::new(kind).round(own.round.id).application(own.application.id)
}
