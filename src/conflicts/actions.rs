//! What people declare of themselves. What officers rule is in `office`, the register of interests in `interests`.

use super::model::{ConflictKind, Declared};
use super::store::{self, Said};
use crate::access::{self, Action, Bid};
use crate::applications::{Application, application_of_reference, bid_of};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::AccountId;
use crate::base::text::clean;
use crate::error::{Faults, Problem};

mod adopt;
mod interests;
mod office;

pub use adopt::adopt_declarations;
pub use interests::{TypedInterest, add_interest, end_interest};
pub use office::{dismiss, lift, pin};

/// Most characters of a conflict's explanation, and of an officer's reason.
pub const NOTE_MOST: usize = 2_000;

/// A bid on which a person declares.
struct Own {
    application: Application,
    account: AccountId,
    bid: Bid,
}

/// Whether a person may answer for this bid at all: as its panel member, or in the office.
pub(super) fn may_declare(tx_actor: &crate::base::actor::Actor, bid: &Bid) -> bool {
    access::may(tx_actor, Action::DeclareOn(bid))
        || access::may(tx_actor, Action::DeclareConflictOn(bid))
        || access::may(tx_actor, Action::DeclareInOffice(bid))
}

fn own(tx: &mut WriteTx<'_>, reference: &str) -> Result<Own, Problem> {
    let application = application_of_reference(tx.conn(), reference)?;
    let actor = tx.actor().clone();
    let bid = bid_of(tx.conn(), &application, &actor)?;
    if !may_declare(&actor, &bid) {
        return Err(Problem::NotFound);
    }
    let account = tx.account()?;
    Ok(Own { application, account, bid })
}

fn event(kind: EventKind, application: &Application) -> Event {
    Event::new(kind).round(application.round).application(application.id)
}

/// Declares no conflict of interest: the application opens to its panel member; of others it is put on record.
///
/// # Errors
/// [`Problem::NotFound`] when it is not theirs; [`Problem::Refused`] when they have declared that already.
pub fn declare_no_conflict(tx: &mut WriteTx<'_>, reference: &str) -> Result<Change<()>, Problem> {
    let own = own(tx, reference)?;
    let event = clear(tx, &own)?;
    Ok(Change::new((), event))
}

fn clear(tx: &mut WriteTx<'_>, own: &Own) -> Result<Event, Problem> {
    let opens = access::may(tx.actor(), Action::DeclareOn(&own.bid));
    if !opens && !access::may(tx.actor(), Action::DeclareInOffice(&own.bid)) {
        return Err(Problem::NotFound);
    }
    let assigned = store::assignment_of(tx.conn(), own.application.id, own.account)?
        .filter(|(_, stage)| opens && stage == "assigned")
        .map(|(id, _)| id);
    let record = store::record_of(tx.conn(), own.application.id, own.account)?;
    let said = record.and_then(|record| record.declared).is_some_and(|(declared, _)| declared == Declared::Clear);
    if said && assigned.is_none() {
        return Err(Problem::refused(
            "You have declared already that you have no conflict of interest",
            "You can go on with this application.",
        ));
    }
    let said = Said { declared: Declared::Clear, kind: None, detail: None, at: tx.now(), by: own.account };
    store::put_declared(tx, own.application.id, own.account, said)?;
    if let Some(id) = assigned {
        store::set_cleared(tx, id)?;
    }
    Ok(event(EventKind::NoConflictDeclared, &own.application))
}

/// Declares a conflict of interest: the application closes to the person, until an officer lifts it. Possible later too, while the
/// round is scored and moderated; a member's sheet is then absent from every count (P8).
///
/// # Errors
/// Faults of the kind and the explanation, under `kind` and `note`.
pub fn declare_conflict(tx: &mut WriteTx<'_>, reference: &str, kind: &str, note: &str) -> Result<Change<()>, Problem> {
    let own = own(tx, reference)?;
    let mut faults = Faults::default();
    let told = check_conflict(kind, note, ("kind", "note"), &mut faults);
    faults.check()?;
    let (kind, note) = told.ok_or(Problem::NotFound)?;
    let event = conflict(tx, &own, kind, &note)?;
    Ok(Change::new((), event))
}

fn check_conflict(
    kind: &str,
    note: &str,
    (kind_field, note_field): (&str, &str),
    faults: &mut Faults,
) -> Option<(ConflictKind, String)> {
    let note = clean(note);
    let kind = ConflictKind::from_word(kind);
    if kind.is_none() {
        faults.add(kind_field, "Choose what kind of conflict it is");
    }
    if note.is_empty() {
        faults.add(note_field, "Say in a sentence or two what the conflict is");
    } else if note.chars().count() > NOTE_MOST {
        faults.add(note_field, "Your explanation must be 2,000 characters or fewer");
    }
    Some((kind?, note))
}

fn conflict(tx: &mut WriteTx<'_>, own: &Own, kind: ConflictKind, note: &str) -> Result<Event, Problem> {
    let said =
        Said { declared: Declared::Conflict, kind: Some(kind), detail: Some(note), at: tx.now(), by: own.account };
    store::put_declared(tx, own.application.id, own.account, said)?;
    take_off(tx, own.application.id, own.account)?;
    Ok(event(EventKind::ConflictDeclared, &own.application).with("kind", Fact::code(kind.word())))
}

/// Ends a person's place on the panel of a bid, where they have one.
fn take_off(
    tx: &mut WriteTx<'_>,
    application: crate::base::ids::ApplicationId,
    account: AccountId,
) -> Result<(), Problem> {
    if let Some((id, stage)) = store::assignment_of(tx.conn(), application, account)?
        && matches!(stage.as_str(), "assigned" | "cleared")
    {
        store::set_conflicted(tx, id)?;
    }
    Ok(())
}

/// A person's answer for one bid of several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// The bid.
    pub reference: String,
    /// `no` or `yes`, as the form sends it.
    pub conflict: String,
    /// The kind of a conflict.
    pub kind: String,
    /// The conflict in words.
    pub note: String,
}

/// Declares on several bids at once: all of it or nothing. Returns how many conflicts were among them.
///
/// # Errors
/// Every fault at once, under `conflict-REFERENCE`, `kind-REFERENCE` and `note-REFERENCE`; [`Problem::NotFound`] when a bid is not theirs.
pub fn declare_many(tx: &mut WriteTx<'_>, answers: &[Answered]) -> Result<Change<usize>, Problem> {
    let mut faults = Faults::default();
    let mut told = Vec::with_capacity(answers.len());
    for answer in answers {
        let own = own(tx, &answer.reference)?;
        match answer.conflict.as_str() {
            "no" => told.push((own, None)),
            "yes" => {
                let fields = (format!("kind-{}", answer.reference), format!("note-{}", answer.reference));
                let found = check_conflict(&answer.kind, &answer.note, (&fields.0, &fields.1), &mut faults);
                told.push((own, found));
            }
            _ => faults.add(
                format!("conflict-{}", answer.reference),
                format!("Choose whether you have a conflict of interest in {}", answer.reference),
            ),
        }
    }
    faults.check()?;
    let mut conflicts = 0_usize;
    let mut events = Vec::with_capacity(told.len());
    for (own, found) in told {
        events.push(match found {
            None => clear(tx, &own)?,
            Some((kind, note)) => {
                conflicts = conflicts.saturating_add(1);
                conflict(tx, &own, kind, &note)?
            }
        });
    }
    let mut events = events.into_iter();
    let first = events.next().ok_or(Problem::NotFound)?;
    Ok(events.fold(Change::new(conflicts, first), Change::and))
}
