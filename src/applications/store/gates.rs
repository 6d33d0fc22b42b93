//! Gate checks, and the findings that they rest on.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::civil::Date;

use super::scans::scan_states;
use crate::applications::gates::{Evidence, GateCheck, GateFinding, GateOutcome, as_paragraph};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::base::time::At;
use crate::db::schema::{applications, gate_checks, gate_findings};
use crate::db::{Conn, DbError, DbResult};
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
        .get_result(tx.conn())
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

type Columns = (
    (i32, ApplicationId, String, String, GateOutcome, String, String, Option<String>),
    (Option<String>, Option<String>, Option<i64>, Option<String>, At, AccountId),
);

macro_rules! finding_columns {
    () => {
        (
            (
                gate_findings::id,
                gate_findings::application_id,
                gate_findings::gate,
                gate_findings::item,
                gate_findings::outcome,
                gate_findings::note,
                gate_findings::reference,
                gate_findings::expires_on,
            ),
            (
                gate_findings::file_name,
                gate_findings::media_type,
                gate_findings::size_bytes,
                gate_findings::sha256,
                gate_findings::checked_at,
                gate_findings::checked_by,
            ),
        )
    };
}

fn finding(columns: Columns) -> DbResult<GateFinding> {
    let ((id, application, gate, item, outcome, note, reference, expires_on), rest) = columns;
    let (file_name, media_type, size_bytes, sha256, checked_at, checked_by) = rest;
    let file =
        file_name.zip(media_type).zip(size_bytes.zip(sha256)).map(|((file_name, media_type), (size_bytes, sha256))| {
            Evidence { file_name, media_type, size_bytes, sha256, scan: None }
        });
    let expires_on = expires_on
        .map(|text| text.parse::<Date>().map_err(|_| DbError::Corrupt(format!("{text} is no day"))))
        .transpose()?;
    Ok(GateFinding { id, application, gate, item, outcome, note, reference, expires_on, file, checked_at, checked_by })
}

/// Every finding about an application, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn gate_findings_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<GateFinding>> {
    let rows: Vec<Columns> = gate_findings::table
        .filter(gate_findings::application_id.eq(application))
        .order(gate_findings::id.desc())
        .select(finding_columns!())
        .load(conn)?;
    let findings = rows.into_iter().map(finding).collect::<DbResult<_>>()?;
    with_scans(conn, findings)
}

/// Every finding of a round, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn gate_findings_of_round(conn: &mut Conn, round: RoundId) -> DbResult<Vec<GateFinding>> {
    let rows: Vec<Columns> = gate_findings::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .order(gate_findings::id.asc())
        .select(finding_columns!())
        .load(conn)?;
    let findings = rows.into_iter().map(finding).collect::<DbResult<_>>()?;
    with_scans(conn, findings)
}

/// The findings with what the virus scanner said of their files.
fn with_scans(conn: &mut Conn, mut findings: Vec<GateFinding>) -> DbResult<Vec<GateFinding>> {
    let contents =
        findings.iter().filter_map(|finding| finding.file.as_ref()).map(|file| file.sha256.clone()).collect();
    let states = scan_states(conn, contents)?;
    for file in findings.iter_mut().filter_map(|finding| finding.file.as_mut()) {
        file.scan = states.get(&file.sha256).copied();
    }
    Ok(findings)
}

/// Every gate check of a round.
///
/// # Errors
/// When the database cannot be read.
pub fn gate_checks_of_round(conn: &mut Conn, round: RoundId) -> DbResult<Vec<GateCheck>> {
    let rows: Vec<(ApplicationId, String, GateOutcome, String, At, AccountId)> = gate_checks::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .order(gate_checks::id.asc())
        .select((
            gate_checks::application_id,
            gate_checks::gate,
            gate_checks::outcome,
            gate_checks::note,
            gate_checks::checked_at,
            gate_checks::checked_by,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(application, gate, outcome, note, checked_at, checked_by)| GateCheck {
            application,
            gate,
            outcome,
            note,
            checked_at,
            checked_by,
        })
        .collect())
}

/// The conditions with which applications of a round passed a gate, in the words of who checked it.
///
/// # Errors
/// When the database cannot be read.
pub fn gate_conditions(conn: &mut Conn, round: RoundId) -> DbResult<HashMap<ApplicationId, Vec<String>>> {
    let rows: Vec<(ApplicationId, String)> = gate_checks::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round).and(gate_checks::outcome.eq(GateOutcome::MetWithCondition)))
        .order(gate_checks::id)
        .select((gate_checks::application_id, gate_checks::note))
        .load(conn)?;
    let mut conditions: HashMap<ApplicationId, Vec<String>> = HashMap::new();
    for (application, note) in rows {
        conditions.entry(application).or_default().push(as_paragraph(&note));
    }
    Ok(conditions)
}

/// A finding to be added.
#[derive(Debug, Clone, Copy)]
pub(in crate::applications) struct NewFinding<'a> {
    pub application: ApplicationId,
    pub gate: &'a str,
    pub item: &'a str,
    pub outcome: GateOutcome,
    pub note: &'a str,
    pub reference: &'a str,
    pub expires_on: Option<Date>,
    pub file: Option<&'a Evidence>,
}

pub(in crate::applications) fn insert_finding(tx: &mut WriteTx<'_>, new: &NewFinding<'_>) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::GateFindings, |conn| {
        diesel::insert_into(gate_findings::table)
            .values((
                (
                    gate_findings::application_id.eq(new.application),
                    gate_findings::gate.eq(new.gate),
                    gate_findings::item.eq(new.item),
                    gate_findings::outcome.eq(new.outcome),
                    gate_findings::note.eq(new.note),
                    gate_findings::reference.eq(new.reference),
                    gate_findings::expires_on.eq(new.expires_on.map(|day| day.to_string())),
                ),
                (
                    gate_findings::file_name.eq(new.file.map(|file| file.file_name.as_str())),
                    gate_findings::media_type.eq(new.file.map(|file| file.media_type.as_str())),
                    gate_findings::size_bytes.eq(new.file.map(|file| file.size_bytes)),
                    gate_findings::sha256.eq(new.file.map(|file| file.sha256.as_str())),
                    gate_findings::checked_at.eq(now),
                    gate_findings::checked_by.eq(account),
                ),
            ))
            .returning(gate_findings::id)
            .get_result(conn)
    })?;
    Ok(())
}
