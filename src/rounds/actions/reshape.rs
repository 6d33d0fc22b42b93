//! A change of the form, the checks or any other part of a draft round's definition.

use std::sync::Arc;

use super::{keep_version, require_draft};
use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::RoundId;
use crate::error::{Faults, Problem};
use crate::rounds::model::RoundDefinition;
use crate::rounds::rules::shape::Shaped;
use crate::rounds::store;

/// What is changed, and why.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The round.
    pub round: RoundId,
    /// The version of the round that the officer saw.
    pub version: i32,
    /// What is done, as a code for the trail: `question_moved`.
    pub change: &'static str,
    /// To what: a code.
    pub what: String,
    /// Why, kept with the new version of the definition.
    pub reason: String,
}

/// Changes the definition of a round that is being set up. A new version is kept with its reason; an event says what was done.
///
/// # Errors
/// [`Problem::Refused`] when the round is published; stale when somebody else changed it; the fault that `change` finds.
pub fn reshape(
    tx: &mut WriteTx<'_>,
    edit: &Edit,
    change: impl FnOnce(&mut RoundDefinition) -> Shaped,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = store::get_round(tx.conn(), edit.round)?;
    require_draft(&round)?;
    if round.version != edit.version {
        return Err(Problem::Stale { title: format!("The set-up of {}", round.reference), texts: Vec::new() });
    }
    let (_, definition) = store::get_definition(tx.conn(), round.id)?;
    let mut definition = Arc::unwrap_or_clone(definition);
    if let Err(refusal) = change(&mut definition) {
        let mut faults = Faults::default();
        faults.add(refusal.field, refusal.text);
        return Err(Problem::Invalid(faults));
    }
    store::update_round(tx, &round, edit.version)?;
    let kept = keep_version(tx, round.id, &definition, &edit.reason)?;
    let event = Event::new(EventKind::RoundChanged)
        .round(round.id)
        .with("definition", kept)
        .with("change", Fact::code(edit.change))
        .with("what", Fact::code(&edit.what));
    Ok(Change::new((), event))
}
