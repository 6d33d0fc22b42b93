//! Gate checks.

use diesel::prelude::*;

use crate::applications::gates::{GateCheck, GateOutcome};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::time::At;
use crate::db::schema::gate_checks;
use crate::db::{Conn, DbResult};
use crate::rounds::RoundDefinition;

/// The gate checks of an application.
///
/// # Errors
/// When the database cannot be read.
pub fn gate_checks_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<GateCheck>> {
    let rows: Vec<(String, GateOutcome, String, At, AccountId)> = gate_checks::table
        .filter(gate_checks::application_id.eq(application))
        .order(gate_checks::id)
        .select((
            gate_checks::gate,
            gate_checks::outcome,
            gate_checks::note,
            gate_checks::checked_at,
            gate_checks::checked_by,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(gate, outcome, note, checked_at, checked_by)| GateCheck {
            application,
            gate,
            outcome,
            note,
            checked_at,
            checked_by,
        })
        .collect())
}

/// Whether every gate of the round is checked and lets the application be awarded (P4).
///
/// # Errors
/// When the database cannot be read.
pub fn gates_met(conn: &mut Conn, application: ApplicationId, definition: &RoundDefinition) -> DbResult<bool> {
    let checks = gate_checks_of(conn, application)?;
    Ok(definition.gates.iter().all(|gate| checks.iter().any(|check| check.gate == gate.code && check.outcome.passes())))
}

/// Records a check: a new row, or the gate's row changed.
pub(in crate::applications) fn put_gate_check(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    gate: &str,
    outcome: GateOutcome,
    note: &str,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    let found: Option<i32> = gate_checks::table
        .filter(gate_checks::application_id.eq(application).and(gate_checks::gate.eq(gate)))
        .select(gate_checks::id)
        .first(tx.conn())
        .optional()?;
    if let Some(row) = found {
        return tx.update(Table::GateChecks, row, |conn| {
            diesel::update(gate_checks::table.find(row))
                .set((
                    gate_checks::outcome.eq(outcome),
                    gate_checks::note.eq(note),
                    gate_checks::checked_at.eq(now),
                    gate_checks::checked_by.eq(account),
                ))
                .execute(conn)
        });
    }
    tx.insert(Table::GateChecks, |conn| {
        diesel::insert_into(gate_checks::table)
            .values((
                gate_checks::application_id.eq(application),
                gate_checks::gate.eq(gate),
                gate_checks::outcome.eq(outcome),
                gate_checks::note.eq(note),
                gate_checks::checked_at.eq(now),
                gate_checks::checked_by.eq(account),
            ))
            .returning(gate_checks::id)
            .get_result(conn)
    })?;
    Ok(())
}
