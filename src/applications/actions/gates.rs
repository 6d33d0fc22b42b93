//! Gates: what officers check, item by item or as a whole.

use jiff::civil::Date;

use crate::access::{self, Action};
use crate::applications::gates::{Evidence, GateOutcome, newest, settle};
use crate::applications::model::{Application, ApplicationStage};
use crate::applications::store::{self, NewFinding};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::ApplicationId;
use crate::base::text::{clean, clean_line};
use crate::error::{Faults, Problem};
use crate::press::is_unfinished;
use crate::rounds::{GateDefinition, RoundStage, get_definition, get_round};

/// What an officer found for an item.
#[derive(Debug, Clone)]
pub struct ItemCheck {
    /// How it came out.
    pub outcome: GateOutcome,
    /// Evidence, condition or reason.
    pub note: String,
    /// Reference of the evidence.
    pub reference: String,
    /// The day on which the evidence ends.
    pub expires_on: Option<Date>,
    /// The evidence itself, already in the file store.
    pub file: Option<Evidence>,
}

/// Records an officer's check of a whole gate. Of a gate with items, it is the result of every item that nobody has checked.
///
/// # Errors
/// [`Problem::NotFound`] for a gate that the round does not have; a fault when a reason is missing; refused when a gate with items
/// has no item left to check.
pub fn check_gate(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    gate: &str,
    outcome: GateOutcome,
    note: &str,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let application = store::get_application(tx.conn(), application)?;
    let gate = gate_to_check(tx, &application, gate)?;
    let note = clean(note);
    let mut faults = Faults::default();
    explain(outcome, &note, &mut faults);
    faults.check()?;
    let findings = store::gate_findings_of(tx.conn(), application.id)?;
    let found = newest(&gate.code, &findings);
    let open: Vec<&str> = if gate.items.is_empty() {
        vec![""]
    } else {
        let checked = |code: &str| found.get(code).is_some_and(|held| held.outcome != GateOutcome::NotChecked);
        gate.items.iter().map(|item| item.code.as_str()).filter(|code| !checked(code)).collect()
    };
    if open.is_empty() {
        return Err(Problem::refused(
            "Every item of this check has a result",
            "Change the result of the item that it depends on.",
        ));
    }
    for item in open {
        let finding = NewFinding {
            application: application.id,
            gate: &gate.code,
            item,
            outcome,
            note: &note,
            reference: "",
            expires_on: None,
            file: None,
        };
        store::insert_finding(tx, &finding)?;
    }
    let (outcome, note) = if gate.items.is_empty() { (outcome, note) } else { settled(tx, &application, &gate)? };
    store::put_gate_check(tx, application.id, &gate.code, outcome, &note)?;
    Ok(Change::new((), checked(&application, &gate, outcome)))
}

/// Records an officer's check of one item; the gate follows from its items.
///
/// # Errors
/// [`Problem::NotFound`] for an item that the gate does not have; every fault of what was typed.
pub fn check_item(
    tx: &mut WriteTx<'_>,
    reference: &str,
    gate: &str,
    item: &str,
    check: &ItemCheck,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let application = store::application_of_reference(tx.conn(), reference)?;
    let gate = gate_to_check(tx, &application, gate)?;
    let item = gate.item(item).ok_or(Problem::NotFound)?;
    let (note, evidence) = (clean(&check.note), clean_line(&check.reference));
    let mut faults = Faults::default();
    if check.outcome == GateOutcome::NotChecked {
        faults.add("outcome", "Choose a result");
    }
    explain(check.outcome, &note, &mut faults);
    if evidence.chars().count() > 120 {
        faults.add("reference", "The reference must be 120 characters or fewer");
    }
    let today = tx.now().london_date();
    if check.outcome == GateOutcome::Met && check.expires_on.is_some_and(|day| day < today) {
        faults.add("expires-day", "This has expired, so it is not met, or met only with a condition");
    }
    faults.check()?;
    let finding = NewFinding {
        application: application.id,
        gate: &gate.code,
        item: &item.code,
        outcome: check.outcome,
        note: &note,
        reference: &evidence,
        expires_on: check.expires_on,
        file: check.file.as_ref(),
    };
    store::insert_finding(tx, &finding)?;
    let (outcome, summary) = settled(tx, &application, &gate)?;
    store::put_gate_check(tx, application.id, &gate.code, outcome, &summary)?;
    let mut event = Event::new(EventKind::GateItemChecked)
        .round(application.round)
        .application(application.id)
        .with("gate", Fact::code(&gate.code))
        .with("item", Fact::code(&item.code))
        .with("outcome", Fact::code(check.outcome.word()));
    if let Some(file) = &check.file {
        event = event.with("evidence", Fact::code(&file.sha256));
    }
    Ok(Change::new((), event).and(checked(&application, &gate, outcome)))
}

/// The gate of a bid that is with the office and not recommended on.
fn gate_to_check(tx: &mut WriteTx<'_>, application: &Application, gate: &str) -> Result<GateDefinition, Problem> {
    let actor = tx.actor().clone();
    let bid = store::bid_of(tx.conn(), application, &actor)?;
    access::require(&actor, Action::ReadBid(&bid))?;
    let round = get_round(tx.conn(), application.round)?;
    round.require_unsealed()?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let gate = definition.gate(gate).cloned().ok_or(Problem::NotFound)?;
    if application.stage != ApplicationStage::Submitted {
        return Err(Problem::NotFound);
    }
    if round.stage >= RoundStage::Recommended {
        return Err(Problem::refused("The gates are closed", "A recommendation was made on them. Take it back first."));
    }
    Ok(gate)
}

/// Characters of a note at most.
const NOTE_MOST: usize = 1_000;

fn explain(outcome: GateOutcome, note: &str, faults: &mut Faults) {
    if matches!(outcome, GateOutcome::NotMet | GateOutcome::MetWithCondition) && note.is_empty() {
        faults.add("note", "Say what is not met, or what the condition is, in words that the applicant may be told");
    } else if note.chars().count() > NOTE_MOST {
        faults.add("note", "This must be 1,000 characters or fewer: a letter may quote it");
    } else if is_unfinished(note) {
        faults.add(
            "note",
            "A letter may quote this, so it cannot have square brackets, a gap such as ___, a note such as TBC, or a day that does \
             not exist",
        );
    }
}

fn settled(
    tx: &mut WriteTx<'_>,
    application: &Application,
    gate: &GateDefinition,
) -> Result<(GateOutcome, String), Problem> {
    let findings = store::gate_findings_of(tx.conn(), application.id)?;
    Ok(settle(gate, &findings))
}

fn checked(application: &Application, gate: &GateDefinition, outcome: GateOutcome) -> Event {
    Event::new(EventKind::GateChecked)
        .round(application.round)
        .application(application.id)
        .with("gate", Fact::code(&gate.code))
        .with("outcome", Fact::code(outcome.word()))
}
