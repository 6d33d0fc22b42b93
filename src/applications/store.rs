//! The tables of applications.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use super::answers::Answer;
use super::gates::{GateCheck, GateOutcome};
use super::model::{Application, ApplicationStage, Document};
use crate::access::{Assignment, Bid};
use crate::audit::{Table, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId, DocumentId, OrganisationId, RoundId};
use crate::base::money::Pence;
use crate::base::time::At;
use crate::db::schema::{
    answers, applications, assignments, documents, gate_checks, organisations, rounds, submission_receipts,
};
use crate::db::{Conn, DbError, DbResult};
use crate::rounds::{RoundDefinition, RoundStage};

type Columns = (
    (i32, RoundId, OrganisationId, String, String, ApplicationStage, String, Option<Pence>),
    (At, AccountId, Option<At>, Option<String>, Option<String>, Option<At>, Option<String>, i32),
);

macro_rules! application_columns {
    () => {
        (
            (
                applications::id,
                applications::round_id,
                applications::organisation_id,
                organisations::name,
                applications::reference,
                applications::stage,
                applications::title,
                applications::ask_pence,
            ),
            (
                applications::created_at,
                applications::created_by,
                applications::submitted_at,
                applications::declared_name,
                applications::declared_role,
                applications::withdrawn_at,
                applications::withdrawn_reason,
                applications::version,
            ),
        )
    };
}

fn application(columns: Columns) -> Application {
    let ((id, round, organisation, organisation_name, reference, stage, title, ask), rest) = columns;
    let (created_at, created_by, submitted_at, name, role, withdrawn_at, withdrawn_reason, version) = rest;
    Application {
        id: ApplicationId::new(id),
        round,
        organisation,
        organisation_name,
        reference,
        stage,
        title,
        ask,
        created_at,
        created_by,
        submitted_at,
        declared_by: name.zip(role),
        withdrawn: withdrawn_at.zip(withdrawn_reason),
        version,
    }
}

/// An application by its reference.
///
/// # Errors
/// `NotFound` when there is none.
pub fn application_of_reference(conn: &mut Conn, reference: &str) -> DbResult<Application> {
    let row: Columns = applications::table
        .inner_join(organisations::table)
        .filter(applications::reference.eq(reference))
        .select(application_columns!())
        .first(conn)?;
    Ok(application(row))
}

/// An application.
///
/// # Errors
/// `NotFound` when there is none of that row.
pub fn get_application(conn: &mut Conn, id: ApplicationId) -> DbResult<Application> {
    let row: Columns = applications::table
        .inner_join(organisations::table)
        .filter(applications::id.eq(id.row()))
        .select(application_columns!())
        .first(conn)?;
    Ok(application(row))
}

/// Every application of a round, by reference.
///
/// # Errors
/// When the database cannot be read.
pub fn list_applications(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Application>> {
    let rows: Vec<Columns> = applications::table
        .inner_join(organisations::table)
        .filter(applications::round_id.eq(round))
        .order(applications::reference)
        .select(application_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(application).collect())
}

/// The applications of a round that are with the office, by reference.
///
/// # Errors
/// When the database cannot be read.
pub fn submitted_of_round(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Application>> {
    Ok(list_applications(conn, round)?
        .into_iter()
        .filter(|application| application.stage == ApplicationStage::Submitted)
        .collect())
}

/// Every application of some organisations, the newest first.
pub(super) fn list_of_organisations(conn: &mut Conn, organisations_: &[OrganisationId]) -> DbResult<Vec<Application>> {
    let rows: Vec<Columns> = applications::table
        .inner_join(organisations::table)
        .filter(applications::organisation_id.eq_any(organisations_.to_vec()))
        .order(applications::id.desc())
        .select(application_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(application).collect())
}

/// An application as access rules see it, with the actor's own assignment to it.
///
/// # Errors
/// When the database cannot be read.
pub fn bid_of(conn: &mut Conn, application: &Application, actor: &Actor) -> DbResult<Bid> {
    let stage: RoundStage = rounds::table.find(application.round.row()).select(rounds::stage).first(conn)?;
    let assignment: Option<String> = match actor.account() {
        None => None,
        Some(account) => assignments::table
            .filter(assignments::application_id.eq(application.id).and(assignments::account_id.eq(account)))
            .select(assignments::stage)
            .first(conn)
            .optional()?,
    };
    Ok(Bid {
        organisation: application.organisation,
        phase: stage.phase(),
        submitted: application.stage == ApplicationStage::Submitted,
        assignment: match assignment.as_deref() {
            Some("assigned") => Assignment::Undeclared,
            Some("cleared") => Assignment::Cleared,
            Some("conflicted") => Assignment::Conflicted,
            _ => Assignment::None,
        },
    })
}

/// Answers by question.
///
/// # Errors
/// When the database cannot be read, or an answer is not of its kind.
pub fn answers_of(
    conn: &mut Conn,
    application: ApplicationId,
    definition: &RoundDefinition,
) -> DbResult<BTreeMap<String, Answer>> {
    let rows: Vec<(String, String)> = answers::table
        .filter(answers::application_id.eq(application))
        .select((answers::question, answers::value))
        .load(conn)?;
    rows.into_iter()
        .filter_map(|(code, value)| definition.question(&code).map(|question| (code, question.kind, value)))
        .map(|(code, kind, value)| Ok((code, Answer::from_json(kind, &value).map_err(DbError::Corrupt)?)))
        .collect()
}

/// An answer's row and version, by question.
pub(super) fn answer_rows(
    conn: &mut Conn,
    application: ApplicationId,
) -> DbResult<HashMap<String, (i32, i32, String)>> {
    let rows: Vec<(String, i32, i32, String)> = answers::table
        .filter(answers::application_id.eq(application))
        .select((answers::question, answers::id, answers::version, answers::value))
        .load(conn)?;
    Ok(rows.into_iter().map(|(code, id, version, value)| (code, (id, version, value))).collect())
}

pub(super) fn insert_answer(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    question: &str,
    value: &str,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::Answers, |conn| {
        diesel::insert_into(answers::table)
            .values((
                answers::application_id.eq(application),
                answers::question.eq(question),
                answers::value.eq(value),
                answers::version.eq(1),
                answers::saved_at.eq(now),
                answers::saved_by.eq(account),
            ))
            .returning(answers::id)
            .get_result(conn)
    })?;
    Ok(())
}

pub(super) fn update_answer(tx: &mut WriteTx<'_>, row: i32, value: &str) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::Answers, row, |conn| {
        diesel::update(answers::table.find(row))
            .set((
                answers::value.eq(value),
                answers::version.eq(answers::version + 1),
                answers::saved_at.eq(now),
                answers::saved_by.eq(account),
            ))
            .execute(conn)
    })
}

/// An application to be added.
#[derive(Debug)]
pub(super) struct NewApplication<'a> {
    pub round: RoundId,
    pub organisation: OrganisationId,
    pub reference: &'a str,
    pub eligibility: &'a str,
}

pub(super) fn insert_application(tx: &mut WriteTx<'_>, new: &NewApplication<'_>) -> DbResult<ApplicationId> {
    let (now, account) = (tx.now(), tx.account()?);
    let id = tx.insert(Table::Applications, |conn| {
        diesel::insert_into(applications::table)
            .values((
                applications::round_id.eq(new.round),
                applications::organisation_id.eq(new.organisation),
                applications::reference.eq(new.reference),
                applications::stage.eq(ApplicationStage::Draft),
                applications::title.eq(""),
                applications::eligibility.eq(new.eligibility),
                applications::created_at.eq(now),
                applications::created_by.eq(account),
                applications::version.eq(1),
            ))
            .returning(applications::id)
            .get_result(conn)
    })?;
    Ok(ApplicationId::new(id))
}

/// Keeps the title and the amount where lists and ranking find them.
pub(super) fn set_summary(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    title: &str,
    ask: Option<Pence>,
) -> DbResult<()> {
    tx.update(Table::Applications, application.row(), |conn| {
        diesel::update(applications::table.find(application.row()))
            .set((
                applications::title.eq(title),
                applications::ask_pence.eq(ask),
                applications::version.eq(applications::version + 1),
            ))
            .execute(conn)
    })
}

/// `draft -> submitted`; `NotFound` when it is no longer a draft.
pub(super) fn set_submitted(tx: &mut WriteTx<'_>, application: ApplicationId, name: &str, role: &str) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::Applications, application.row(), |conn| {
        diesel::update(
            applications::table.find(application.row()).filter(applications::stage.eq(ApplicationStage::Draft)),
        )
        .set((
            applications::stage.eq(ApplicationStage::Submitted),
            applications::submitted_at.eq(Some(now)),
            applications::submitted_by.eq(Some(account)),
            applications::declared_name.eq(Some(name)),
            applications::declared_role.eq(Some(role)),
            applications::version.eq(applications::version + 1),
        ))
        .execute(conn)
    })
}

/// `draft or submitted -> withdrawn`; `NotFound` when it was withdrawn already.
pub(super) fn set_withdrawn(tx: &mut WriteTx<'_>, application: ApplicationId, reason: &str) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::Applications, application.row(), |conn| {
        diesel::update(
            applications::table.find(application.row()).filter(applications::stage.ne(ApplicationStage::Withdrawn)),
        )
        .set((
            applications::stage.eq(ApplicationStage::Withdrawn),
            applications::withdrawn_at.eq(Some(now)),
            applications::withdrawn_by.eq(Some(account)),
            applications::withdrawn_reason.eq(Some(reason)),
            applications::version.eq(applications::version + 1),
        ))
        .execute(conn)
    })
}

/// The receipt of an earlier submission with this token: its application and the digest of its request.
pub(super) fn find_receipt(conn: &mut Conn, token: &str) -> DbResult<Option<(ApplicationId, String)>> {
    Ok(submission_receipts::table
        .filter(submission_receipts::token.eq(token))
        .select((submission_receipts::application_id, submission_receipts::request_digest))
        .first(conn)
        .optional()?)
}

pub(super) fn insert_receipt(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    token: &str,
    request_digest: &str,
) -> DbResult<()> {
    let now = tx.now();
    tx.insert(Table::SubmissionReceipts, |conn| {
        diesel::insert_into(submission_receipts::table)
            .values((
                submission_receipts::application_id.eq(application),
                submission_receipts::token.eq(token),
                submission_receipts::request_digest.eq(request_digest),
                submission_receipts::created_at.eq(now),
            ))
            .returning(submission_receipts::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Documents of an application that were not removed, in the order in which they came.
///
/// # Errors
/// When the database cannot be read.
pub fn documents_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Document>> {
    let rows: Vec<(i32, String, String, String, i64, String, At)> = documents::table
        .filter(documents::application_id.eq(application).and(documents::removed_at.is_null()))
        .order(documents::id)
        .select((
            documents::id,
            documents::question,
            documents::file_name,
            documents::media_type,
            documents::size_bytes,
            documents::sha256,
            documents::uploaded_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, question, file_name, media_type, size_bytes, sha256, uploaded_at)| Document {
            id: DocumentId::new(id),
            application,
            question,
            file_name,
            media_type,
            size_bytes,
            sha256,
            uploaded_at,
        })
        .collect())
}

/// A document to be added.
#[derive(Debug)]
pub(super) struct NewDocument<'a> {
    pub application: ApplicationId,
    pub question: &'a str,
    pub file_name: &'a str,
    pub media_type: &'a str,
    pub size_bytes: i64,
    pub sha256: &'a str,
}

pub(super) fn insert_document(tx: &mut WriteTx<'_>, new: &NewDocument<'_>) -> DbResult<DocumentId> {
    let (now, account) = (tx.now(), tx.account()?);
    let id = tx.insert(Table::Documents, |conn| {
        diesel::insert_into(documents::table)
            .values((
                documents::application_id.eq(new.application),
                documents::question.eq(new.question),
                documents::file_name.eq(new.file_name),
                documents::media_type.eq(new.media_type),
                documents::size_bytes.eq(new.size_bytes),
                documents::sha256.eq(new.sha256),
                documents::uploaded_at.eq(now),
                documents::uploaded_by.eq(account),
            ))
            .returning(documents::id)
            .get_result(conn)
    })?;
    Ok(DocumentId::new(id))
}

pub(super) fn set_document_removed(tx: &mut WriteTx<'_>, id: DocumentId) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::Documents, id.row(), |conn| {
        diesel::update(documents::table.find(id.row()).filter(documents::removed_at.is_null()))
            .set(documents::removed_at.eq(Some(now)))
            .execute(conn)
    })
}

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
pub(super) fn put_gate_check(
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
