//! The tables of applications.

mod answers;
mod conflicts;
mod documents;
mod duties;
mod export;
mod gates;
mod list;
mod of_organisation;
mod receipts;
mod reminders;
mod scans;
mod submissions;

use diesel::dsl::exists;
use diesel::prelude::*;

use super::model::{Application, ApplicationStage};
use crate::access::{Assignment, Bid};
use crate::audit::{Table, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId, OrganisationId, RoundId};
use crate::base::money::Pence;
use crate::base::time::At;
use crate::db::schema::{applications, assignments, organisations, rounds};
use crate::db::{Conn, DbResult};
use crate::rounds::RoundStage;

pub(super) use answers::{StoredAnswer, count_versions, put_answer, set_aside, stored_answers, version_text};
pub use answers::{answers_of, versions_of};
pub use conflicts::{hidden_everywhere, hidden_from, is_conflicted_in, standing_conflicts};
pub use documents::documents_of;
pub(super) use documents::{
    NewDocument, documents_ever, documents_of_many, earlier_documents, insert_document, set_document_back,
    set_document_removed,
};
pub use duties::duties_of;
pub(super) use export::{OrganisationFacts, answers_of_many, organisations_of_round, readable_of_round};
pub(super) use gates::{NewFinding, insert_finding, put_gate_check};
pub use gates::{
    gate_checks_of, gate_checks_of_round, gate_conditions, gate_findings_of, gate_findings_of_round, gates_met,
};
pub use list::{ListCounts, ListPage, ListedBid, list_page};
pub(super) use of_organisation::set_organisation;
pub use of_organisation::{bids_by_organisation, bids_of_organisation, shown_bids_of_organisation};
pub(super) use receipts::{find_receipt, insert_receipt};
pub(super) use reminders::{drafts_without, hold_round, insert_reminder, is_draft};
pub(super) use scans::{
    Affected, Carrier, DueScan, affected_by, enqueue_scans, postpone_scan, set_scan_clean, set_scan_infected, take_scan,
};
pub(super) use submissions::entered_drafts;
pub(super) use submissions::{
    NewSubmission, insert_entry, insert_submission, last_role_of, receipts_of, reopen, set_back,
};
pub use submissions::{
    entry_of, is_returned, latest_submission, may_change_after_closing, reopenings_of, returned_of_round,
    submissions_of,
};

type Columns = (
    (i32, RoundId, OrganisationId, String, String, ApplicationStage, String, Option<Pence>),
    (At, AccountId, Option<At>, Option<String>, Option<String>, Option<At>, Option<String>, i32, Option<String>),
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
                applications::stream,
            ),
        )
    };
}

use application_columns;

fn application(columns: Columns) -> Application {
    let ((id, round, organisation, organisation_name, reference, stage, title, ask), rest) = columns;
    let (created_at, created_by, submitted_at, name, role, withdrawn_at, withdrawn_reason, version, stream) = rest;
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
        stream,
        version,
    }
}

/// Whether an application has this reference.
///
/// # Errors
/// When the database cannot be read.
pub fn is_reference(conn: &mut Conn, reference: &str) -> DbResult<bool> {
    let found = applications::table.filter(applications::reference.eq(reference));
    Ok(diesel::select(exists(found)).get_result(conn)?)
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
        .get_result(conn)?;
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
        .get_result(conn)?;
    Ok(application(row))
}

/// Applications by their rows, in no order.
///
/// # Errors
/// When the database cannot be read.
pub fn applications_by_id(conn: &mut Conn, ids: &[ApplicationId]) -> DbResult<Vec<Application>> {
    let rows: Vec<Columns> = applications::table
        .inner_join(organisations::table)
        .filter(applications::id.eq_any(ids.iter().map(|id| id.row()).collect::<Vec<i32>>()))
        .select(application_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(application).collect())
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
    let rows: Vec<Columns> = applications::table
        .inner_join(organisations::table)
        .filter(applications::round_id.eq(round).and(applications::stage.eq(ApplicationStage::Submitted)))
        .order(applications::reference)
        .select(application_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(application).collect())
}

/// The applications of a round that were submitted, with those that were withdrawn afterwards, by reference: each is owed a letter.
///
/// # Errors
/// When the database cannot be read.
pub fn received_of_round(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Application>> {
    Ok(list_applications(conn, round)?
        .into_iter()
        .filter(|one| one.stage == ApplicationStage::Submitted || one.was_withdrawn_after_submission())
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

/// The bids of the same organisation that were decided and whose letters are issued, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn earlier_bids(conn: &mut Conn, application_: &Application) -> DbResult<Vec<Application>> {
    let rows: Vec<Columns> = applications::table
        .inner_join(organisations::table)
        .inner_join(rounds::table)
        .filter(applications::organisation_id.eq(application_.organisation))
        .filter(applications::id.ne(application_.id.row()))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .filter(rounds::stage.eq(RoundStage::Issued))
        .order(applications::id.desc())
        .select(application_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(application).collect())
}

/// Whether there is any of [`earlier_bids`].
pub(super) fn has_earlier_bids(conn: &mut Conn, application: &Application) -> DbResult<bool> {
    Ok(!earlier_bids(conn, application)?.is_empty())
}

/// An application as access rules see it, with the actor's own assignment to it and any conflict of interest in it.
///
/// # Errors
/// When the database cannot be read.
pub fn bid_of(conn: &mut Conn, application: &Application, actor: &Actor) -> DbResult<Bid> {
    let (stage, sealed, unsealed_at): (RoundStage, i32, Option<At>) = rounds::table
        .find(application.round.row())
        .select((rounds::stage, rounds::sealed, rounds::unsealed_at))
        .get_result(conn)?;
    let assignment: Option<String> = match actor.account() {
        None => None,
        Some(account) => assignments::table
            .filter(assignments::application_id.eq(application.id).and(assignments::account_id.eq(account)))
            .select(assignments::stage)
            .get_result(conn)
            .optional()?,
    };
    let hidden = match actor.account() {
        None => false,
        Some(account) => conflicts::is_hidden(conn, account, application)?,
    };
    Ok(Bid {
        organisation: application.organisation,
        phase: stage.phase(),
        submitted: application.stage == ApplicationStage::Submitted,
        sealed: sealed == 1 && unsealed_at.is_none(),
        by_office: entry_of(conn, application.id)?.is_some(),
        assignment: match assignment.as_deref() {
            _ if hidden => Assignment::Conflicted,
            Some("assigned") => Assignment::Undeclared,
            Some("cleared") => Assignment::Cleared,
            Some("conflicted") => Assignment::Conflicted,
            _ => Assignment::None,
        },
    })
}

/// An application to be added.
#[derive(Debug)]
pub(super) struct NewApplication<'a> {
    pub round: RoundId,
    pub organisation: OrganisationId,
    pub reference: &'a str,
    pub eligibility: &'a str,
    pub stream: Option<&'a str>,
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
                applications::stream.eq(new.stream),
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

/// Puts a draft into a stream; `NotFound` when it is no longer a draft.
pub(super) fn set_stream(tx: &mut WriteTx<'_>, application: ApplicationId, stream: &str) -> DbResult<()> {
    tx.update(Table::Applications, application.row(), |conn| {
        diesel::update(
            applications::table.find(application.row()).filter(applications::stage.eq(ApplicationStage::Draft)),
        )
        .set((applications::stream.eq(Some(stream)), applications::version.eq(applications::version + 1)))
        .execute(conn)
    })
}

/// `draft -> submitted`; `NotFound` when it is no longer a draft.
pub(super) fn set_submitted(tx: &mut WriteTx<'_>, application: ApplicationId, name: &str, role: &str) -> DbResult<()> {
    let (received, account) = (tx.received(), tx.account()?);
    tx.update(Table::Applications, application.row(), |conn| {
        diesel::update(
            applications::table.find(application.row()).filter(applications::stage.eq(ApplicationStage::Draft)),
        )
        .set((
            applications::stage.eq(ApplicationStage::Submitted),
            applications::submitted_at.eq(Some(received)),
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
