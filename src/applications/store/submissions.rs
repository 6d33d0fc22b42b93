//! Submissions as they were received, re-openings, and bids that the office typed.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::applications::model::{Application, ApplicationStage};
use crate::applications::submissions::{AskedBy, Channel, OfficeEntry, Reopening, SubmittedVersion};
use crate::audit::{Table, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::base::role::Role;
use crate::base::time::At;
use crate::db::schema::{applications, office_entries, reopenings, submission_receipts, submissions};
use crate::db::{Conn, DbResult};
use crate::rounds::{Round, RoundStage};

type EntryRow = (Channel, At, At, AccountId);

macro_rules! entry_columns {
    () => {
        (office_entries::channel, office_entries::received_at, office_entries::entered_at, office_entries::entered_by)
    };
}

const fn entry((channel, received_at, entered_at, entered_by): EntryRow) -> OfficeEntry {
    OfficeEntry { channel, received_at, entered_at, entered_by }
}

/// Every submission of an application, the first first.
///
/// # Errors
/// When the database cannot be read.
pub fn submissions_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<SubmittedVersion>> {
    let rows: Vec<(i32, String, String, At, String, String)> = submissions::table
        .filter(submissions::application_id.eq(application))
        .order(submissions::number)
        .select((
            submissions::number,
            submissions::content,
            submissions::content_digest,
            submissions::submitted_at,
            submissions::declared_name,
            submissions::declared_role,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(number, content, sha256, at, name, role)| SubmittedVersion {
            number,
            content,
            sha256,
            at,
            declared_by: (name, role),
        })
        .collect())
}

/// The number of the newest submission of an application; none where none was kept.
///
/// # Errors
/// When the database cannot be read.
pub fn latest_submission(conn: &mut Conn, application: ApplicationId) -> DbResult<Option<i32>> {
    Ok(submissions::table
        .filter(submissions::application_id.eq(application))
        .select(diesel::dsl::max(submissions::number))
        .get_result(conn)?)
}

/// How often an application was handed in, those before this version of the service kept their content included.
pub(in crate::applications) fn receipts_of(conn: &mut Conn, application: ApplicationId) -> DbResult<i32> {
    let count: i64 = submission_receipts::table
        .filter(submission_receipts::application_id.eq(application))
        .count()
        .get_result(conn)?;
    Ok(i32::try_from(count).unwrap_or(i32::MAX))
}

/// The role that a person last declared in, to be offered to them again.
pub(in crate::applications) fn last_role_of(conn: &mut Conn, account: AccountId) -> DbResult<Option<String>> {
    Ok(submissions::table
        .filter(submissions::submitted_by.eq(account))
        .order(submissions::id.desc())
        .select(submissions::declared_role)
        .first(conn)
        .optional()?)
}

/// A submission to be kept.
#[derive(Debug)]
pub(in crate::applications) struct NewSubmission<'a> {
    pub application: ApplicationId,
    pub number: i32,
    pub content: &'a str,
    pub sha256: &'a str,
    pub declared_by: (&'a str, &'a str),
}

pub(in crate::applications) fn insert_submission(tx: &mut WriteTx<'_>, new: &NewSubmission<'_>) -> DbResult<()> {
    let (now, account) = (tx.received(), tx.account()?);
    tx.insert(Table::Submissions, |conn| {
        diesel::insert_into(submissions::table)
            .values((
                submissions::application_id.eq(new.application),
                submissions::number.eq(new.number),
                submissions::content.eq(new.content),
                submissions::content_digest.eq(new.sha256),
                submissions::submitted_at.eq(now),
                submissions::submitted_by.eq(account),
                submissions::declared_name.eq(new.declared_by.0),
                submissions::declared_role.eq(new.declared_by.1),
            ))
            .returning(submissions::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// The drafts of a round that the office is typing, by reference, without those that are hidden from who asks.
///
/// # Errors
/// When the database cannot be read.
pub(in crate::applications) fn entered_drafts(
    conn: &mut Conn,
    round: RoundId,
    hidden: &BTreeSet<ApplicationId>,
) -> DbResult<Vec<(String, OfficeEntry)>> {
    let rows: Vec<(String, EntryRow)> = office_entries::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round).and(applications::stage.eq(ApplicationStage::Draft)))
        .filter(applications::id.ne_all(hidden.iter().map(|id| id.row()).collect::<Vec<i32>>()))
        .order(applications::reference)
        .select((applications::reference, entry_columns!()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(reference, row)| (reference, entry(row))).collect())
}

/// Every re-opening of an application, the first first.
///
/// # Errors
/// When the database cannot be read.
pub fn reopenings_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Reopening>> {
    let rows: Vec<(AskedBy, String, Option<At>, At)> = reopenings::table
        .filter(reopenings::application_id.eq(application))
        .order(reopenings::id)
        .select((reopenings::asked_by, reopenings::reason, reopenings::until_at, reopenings::opened_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(asked_by, reason, until, at)| Reopening { asked_by, reason, until, at }).collect())
}

/// `submitted -> draft`, with why; `NotFound` when it is not submitted any more.
pub(in crate::applications) fn reopen(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    submission: i32,
    opening: (AskedBy, &str, Option<At>),
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    let (asked_by, reason, until) = opening;
    tx.update(Table::Applications, application.row(), |conn| {
        diesel::update(
            applications::table.find(application.row()).filter(applications::stage.eq(ApplicationStage::Submitted)),
        )
        .set((
            applications::stage.eq(ApplicationStage::Draft),
            applications::submitted_at.eq(None::<At>),
            applications::submitted_by.eq(None::<AccountId>),
            applications::declared_name.eq(None::<String>),
            applications::declared_role.eq(None::<String>),
            applications::version.eq(applications::version + 1),
        ))
        .execute(conn)
    })?;
    tx.insert(Table::Reopenings, |conn| {
        diesel::insert_into(reopenings::table)
            .values((
                reopenings::application_id.eq(application),
                reopenings::submission.eq(submission),
                reopenings::asked_by.eq(asked_by),
                reopenings::reason.eq(reason),
                reopenings::until_at.eq(until),
                reopenings::opened_at.eq(now),
                reopenings::opened_by.eq(account),
            ))
            .returning(reopenings::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// `draft -> submitted` as it was received before; `NotFound` when it is no draft any more.
pub(in crate::applications) fn set_back(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    received: &SubmittedVersion,
    stream: Option<&str>,
) -> DbResult<()> {
    let by: AccountId = submissions::table
        .filter(submissions::application_id.eq(application).and(submissions::number.eq(received.number)))
        .select(submissions::submitted_by)
        .get_result(tx.conn())?;
    let (name, role) = &received.declared_by;
    tx.update(Table::Applications, application.row(), |conn| {
        diesel::update(
            applications::table.find(application.row()).filter(applications::stage.eq(ApplicationStage::Draft)),
        )
        .set((
            applications::stage.eq(ApplicationStage::Submitted),
            applications::stream.eq(stream),
            applications::submitted_at.eq(Some(received.at)),
            applications::submitted_by.eq(Some(by)),
            applications::declared_name.eq(Some(name)),
            applications::declared_role.eq(Some(role)),
            applications::version.eq(applications::version + 1),
        ))
        .execute(conn)
    })
}

/// Whether a draft was re-opened by the office, and stands as it was received where it is not handed in again.
///
/// # Errors
/// When the database cannot be read.
pub fn is_returned(conn: &mut Conn, application: &Application, round: &Round) -> DbResult<bool> {
    if application.stage != ApplicationStage::Draft || round.stage > RoundStage::Scoring {
        return Ok(false);
    }
    let newest = reopenings_of(conn, application.id)?.pop();
    Ok(newest.is_some_and(|opening| opening.asked_by == AskedBy::Office))
}

/// The drafts of a round that the office re-opened, by reference, each with its re-opening; without those that are hidden from who
/// asks. One that its applicant took back is not among them.
///
/// # Errors
/// When the database cannot be read.
pub fn returned_of_round(
    conn: &mut Conn,
    round: RoundId,
    hidden: &BTreeSet<ApplicationId>,
) -> DbResult<Vec<(String, Reopening)>> {
    let newest = diesel::alias!(reopenings as newest);
    let rows: Vec<(String, AskedBy, String, Option<At>, At)> = reopenings::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round).and(applications::stage.eq(ApplicationStage::Draft)))
        .filter(applications::id.ne_all(hidden.iter().map(|id| id.row()).collect::<Vec<i32>>()))
        .filter(reopenings::asked_by.eq(AskedBy::Office))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            newest
                .filter(newest.field(reopenings::application_id).eq(reopenings::application_id))
                .filter(newest.field(reopenings::id).gt(reopenings::id)),
        )))
        .order(applications::reference)
        .select((
            applications::reference,
            reopenings::asked_by,
            reopenings::reason,
            reopenings::until_at,
            reopenings::opened_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(reference, asked_by, reason, until, at)| (reference, Reopening { asked_by, reason, until, at }))
        .collect())
}

/// How the office came by a bid that it typed; none where the applicant typed it.
///
/// # Errors
/// When the database cannot be read.
pub fn entry_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Option<OfficeEntry>> {
    let row: Option<EntryRow> = office_entries::table
        .filter(office_entries::application_id.eq(application))
        .select(entry_columns!())
        .get_result(conn)
        .optional()?;
    Ok(row.map(entry))
}

pub(in crate::applications) fn insert_entry(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    channel: Channel,
    received_at: At,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::OfficeEntries, |conn| {
        diesel::insert_into(office_entries::table)
            .values((
                office_entries::application_id.eq(application),
                office_entries::channel.eq(channel),
                office_entries::received_at.eq(received_at),
                office_entries::entered_at.eq(now),
                office_entries::entered_by.eq(account),
            ))
            .returning(office_entries::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Until when this one bid may be changed although its round has closed: as the office re-opened it, or, for a bid that came on
/// paper in time, as long as an officer types it before scoring begins. None is the common case. Nothing is changed once the panel
/// moderates.
///
/// # Errors
/// When the database cannot be read.
pub fn may_change_after_closing(
    conn: &mut Conn,
    application: &Application,
    round: &Round,
    (actor, now): (&Actor, At),
) -> DbResult<bool> {
    if !matches!(round.stage, RoundStage::Published | RoundStage::Scoring) {
        return Ok(false);
    }
    let reopened = reopenings_of(conn, application.id)?.iter().any(|opening| opening.until.is_some_and(|at| now < at));
    let types = round.stage == RoundStage::Published && actor.has(Role::Officer);
    Ok(reopened || (types && entry_of(conn, application.id)?.is_some()))
}
