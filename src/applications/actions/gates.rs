//! Gates: what officers check.

use crate::access::{self, Action};
use crate::applications::gates::GateOutcome;
use crate::applications::model::ApplicationStage;
use crate::applications::store;
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::ApplicationId;
use crate::base::text::clean;
use crate::error::{Faults, Problem};
use crate::rounds::{get_definition, get_round};

/// Records an officer's gate check.
///
/// # Errors
/// [`Problem::NotFound`] for a gate that the round does not have; a fault when a reason is missing.
pub fn check_gate(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    gate: &str,
    outcome: GateOutcome,
    note: &str,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let application = store::get_application(tx.conn(), application)?;
    let round = get_round(tx.conn(), application.round)?;
    round.require_unsealed()?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    if application.stage != ApplicationStage::Submitted || !definition.gates.iter().any(|known| known.code == gate) {
        return Err(Problem::NotFound);
    }
    if round.stage >= crate::rounds::RoundStage::Recommended {
        return Err(Problem::refused("The gates are closed", "A recommendation was made on them. Take it back first."));
    }
    let note = clean(note);
    let mut faults = Faults::default();
    if matches!(outcome, GateOutcome::NotMet | GateOutcome::MetWithCondition) && note.is_empty() {
        faults.add("note", "Say what is not met, or what the condition is. The applicant will be told");
    }
    faults.check()?;
    store::put_gate_check(tx, application.id, gate, outcome, &note)?;
    let event = Event::new(EventKind::GateChecked)
        .round(round.id)
        .application(application.id)
        .with("gate", Fact::code(gate))
        .with("outcome", Fact::code(outcome.word()));
    Ok(Change::new((), event))
}
