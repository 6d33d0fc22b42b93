//! What panel members declare. How they score is in `saving`.

use crate::access::{self, Action, Bid};
use crate::applications::{Application, application_of_reference, bid_of};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::text::clean;
use crate::error::{Faults, Problem};
use crate::rounds::{Round, get_round};
use crate::scoring::model::{AssignmentRecord, AssignmentStage, ConflictKind};
use crate::scoring::store;

/// Most characters of a conflict's explanation.
const NOTE_MOST: usize = 2_000;

/// A member's own assignment, with its bid and round.
pub(super) struct Own {
    pub application: Application,
    pub round: Round,
    pub assignment: AssignmentRecord,
}

fn own_to_declare(
    tx: &mut WriteTx<'_>,
    reference: &str,
    action: for<'a> fn(&'a Bid) -> Action<'a>,
) -> Result<Own, Problem> {
    let application = application_of_reference(tx.conn(), reference)?;
    let actor = tx.actor().clone();
    let bid = bid_of(tx.conn(), &application, &actor)?;
    access::require(&actor, action(&bid))?;
    own(tx, application)
}

pub(super) fn own_to_score(tx: &mut WriteTx<'_>, reference: &str) -> Result<Own, Problem> {
    let application = application_of_reference(tx.conn(), reference)?;
    let actor = tx.actor().clone();
    let bid = bid_of(tx.conn(), &application, &actor)?;
    access::require(&actor, Action::Score(&bid))?;
    own(tx, application)
}

fn own(tx: &mut WriteTx<'_>, application: Application) -> Result<Own, Problem> {
    let account = tx.account()?;
    let round = get_round(tx.conn(), application.round)?;
    let assignment = store::find_assignment(tx.conn(), application.id, account)?.ok_or(Problem::NotFound)?;
    Ok(Own { application, round, assignment })
}

pub(super) fn event(kind: EventKind, own: &Own) -> Event {
    Event::new(kind).round(own.round.id).application(own.application.id)
}

/// Declares no conflict of interest: the application opens to the member.
///
/// # Errors
/// [`Problem::NotFound`] when it is not theirs; [`Problem::Refused`] when they have declared that already.
pub fn declare_no_conflict(tx: &mut WriteTx<'_>, reference: &str) -> Result<Change<()>, Problem> {
    let own = own_to_declare(tx, reference, |bid| Action::DeclareOn(bid))?;
    if own.assignment.stage != AssignmentStage::Assigned {
        return Err(Problem::refused(
            "You have declared already that you have no conflict of interest",
            "You can go on to score this application.",
        ));
    }
    store::set_cleared(tx, own.assignment.id)?;
    Ok(Change::new((), event(EventKind::NoConflictDeclared, &own)))
}

/// Declares a conflict of interest: the application closes to the member, for good. Possible later too, while the
/// round is scored; the member's sheet is then absent from every count (P8).
///
/// # Errors
/// Faults of the kind and the explanation.
pub fn declare_conflict(tx: &mut WriteTx<'_>, reference: &str, kind: &str, note: &str) -> Result<Change<()>, Problem> {
    let own = own_to_declare(tx, reference, |bid| Action::DeclareConflictOn(bid))?;
    let note = clean(note);
    let mut faults = Faults::default();
    let kind = ConflictKind::from_word(kind);
    if kind.is_none() {
        faults.add("kind", "Choose what kind of conflict it is");
    }
    if note.is_empty() {
        faults.add("note", "Say in a sentence or two what the conflict is");
    } else if note.chars().count() > NOTE_MOST {
        faults.add("note", "Your explanation must be 2,000 characters or fewer");
    }
    faults.check()?;
    let kind = kind.ok_or(Problem::NotFound)?;
    store::set_conflicted(tx, own.assignment.id, kind, &note)?;
    Ok(Change::new((), event(EventKind::ConflictDeclared, &own).with("kind", Fact::code(kind.word()))))
}
