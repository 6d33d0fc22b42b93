//! A member's own assignment, for what they do with its sheet. How they score is in `saving`.

use crate::access::{self, Action};
use crate::applications::{Application, application_of_reference, bid_of};
use crate::audit::{Event, EventKind, WriteTx};
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
    access::require(&actor, Action::Score(&bid))?;
    let account = tx.account()?;
    let round = get_round(tx.conn(), application.round)?;
    let assignment = store::find_assignment(tx.conn(), application.id, account)?.ok_or(Problem::NotFound)?;
    Ok(Own { application, round, assignment })
}

pub(super) fn event(kind: EventKind, own: &Own) -> Event {
    Event::new(kind).round(own.round.id).application(own.application.id)
}
