//! Declarations from before conflicts had their own register, taken into it through the trail: a migration's SQL alone would be a change
//! past the service.

use crate::audit::{Change, Event, EventKind, Ledger};
use crate::base::actor::Actor;
use crate::conflicts::model::Declared;
use crate::conflicts::store::{self, Said};
use crate::error::Problem;

/// Takes every declaration that stands in an assignment alone into the register. Returns how many; done twice it does nothing.
///
/// # Errors
/// Faults of the database.
pub fn adopt_declarations(ledger: &Ledger) -> Result<usize, Problem> {
    if ledger.db().read(store::not_adopted)?.is_empty() {
        return Ok(0);
    }
    ledger.write(&Actor::System("migrate"), |tx| {
        let found = store::not_adopted(tx.conn())?;
        for one in &found {
            let said = Said {
                declared: if one.conflict.is_some() { Declared::Conflict } else { Declared::Clear },
                kind: one.conflict.as_ref().map(|(kind, _)| *kind),
                detail: one.conflict.as_ref().map(|(_, note)| note.as_str()),
                at: one.declared_at,
                by: one.account,
            };
            store::put_declared(tx, one.application, one.account, said)?;
        }
        Ok(Change::new(found.len(), Event::new(EventKind::ConflictsAdopted).with("count", found.len())))
    })
}
