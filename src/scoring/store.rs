//! The tables of assignments and score sheets.

mod board;
mod lines;
pub(super) mod notices;
mod own;
mod panel;
mod tallies;

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use super::model::{AssignmentRecord, AssignmentStage, Mark, ScoreSheet, SheetStage};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, AssignmentId, RoundId, SheetId};
use crate::base::time::At;
use crate::db::schema::{applications, assignments, conflicts, score_sheets, sheet_marks};
use crate::db::{Conn, DbResult};

pub use board::{Board, BoardBid, BoardCounts, BoardFilter, ConflictRow, board, conflicts_on_record};
pub(super) use board::{loads_of, named_bids};
pub(super) use lines::{
    Written, insert_reading, keep_known, last_draft, note_of, open_again, own_lines, put_line, put_note, reading_of,
    stored_lines,
};
pub use lines::{history_of, lines_of_application, openings_of};
pub(super) use own::{OwnPlace, OwnSheet, away_places, own_places, own_sheets};
pub(super) use panel::{barred_of, insert_removal, put_panel_member, sheet_stages, sheet_stages_of, tags_of_bids};
pub use panel::{panel_of, removals_of};

type AssignmentRow =
    (i32, ApplicationId, AccountId, AssignmentStage, Option<At>, (Option<String>, Option<String>, Option<String>));

macro_rules! assignment_columns {
    () => {
        (
            assignments::id,
            assignments::application_id,
            assignments::account_id,
            assignments::stage,
            assignments::declared_at,
            (conflicts::kind.nullable(), conflicts::detail.nullable(), conflicts::reason.nullable()),
        )
    };
}

/// Assignments, each with what its member declared.
macro_rules! assignments_with_conflicts {
    () => {
        assignments::table.left_join(
            conflicts::table.on(conflicts::application_id
                .eq(assignments::application_id)
                .and(conflicts::account_id.eq(assignments::account_id))),
        )
    };
}

use assignment_columns;
use assignments_with_conflicts;

fn assignment(row: AssignmentRow) -> AssignmentRecord {
    let (id, application, account, stage, declared_at, (conflict_kind, detail, reason)) = row;
    // Where the member said nothing, an officer did.
    let conflict_note = detail.or(reason).filter(|_| stage == AssignmentStage::Conflicted);
    AssignmentRecord {
        id: AssignmentId::new(id),
        application,
        account,
        stage,
        declared_at,
        conflict_kind,
        conflict_note,
    }
}

/// Every assignment to an application, the first made first; taken-off and conflicted ones too.
///
/// # Errors
/// When the database cannot be read.
pub fn assignments_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<AssignmentRecord>> {
    let rows: Vec<AssignmentRow> = assignments_with_conflicts!()
        .filter(assignments::application_id.eq(application))
        .order(assignments::id)
        .select(assignment_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(assignment).collect())
}

/// Every assignment of a round, the first made first.
///
/// # Errors
/// When the database cannot be read.
pub fn assignments_of_round(conn: &mut Conn, round: RoundId) -> DbResult<Vec<AssignmentRecord>> {
    let rows: Vec<AssignmentRow> = assignments_with_conflicts!()
        .inner_join(applications::table.on(applications::id.eq(assignments::application_id)))
        .filter(applications::round_id.eq(round))
        .order(assignments::id)
        .select(assignment_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(assignment).collect())
}

pub(super) fn find_assignment(
    conn: &mut Conn,
    application: ApplicationId,
    account: AccountId,
) -> DbResult<Option<AssignmentRecord>> {
    let row: Option<AssignmentRow> = assignments_with_conflicts!()
        .filter(assignments::application_id.eq(application).and(assignments::account_id.eq(account)))
        .select(assignment_columns!())
        .get_result(conn)
        .optional()?;
    Ok(row.map(assignment))
}

type SheetRow = (i32, AssignmentId, ApplicationId, AccountId, SheetStage, Option<At>, i32);
type MarkRow = (SheetId, String, Option<i32>, String);

macro_rules! sheet_columns {
    () => {
        (
            score_sheets::id,
            score_sheets::assignment_id,
            score_sheets::application_id,
            score_sheets::account_id,
            score_sheets::stage,
            score_sheets::submitted_at,
            score_sheets::version,
        )
    };
}

macro_rules! mark_columns {
    () => {
        (sheet_marks::sheet_id, sheet_marks::criterion, sheet_marks::mark, sheet_marks::reason)
    };
}

fn with_marks(sheets: Vec<SheetRow>, marks: Vec<MarkRow>) -> Vec<ScoreSheet> {
    let mut by_sheet: HashMap<SheetId, BTreeMap<String, Mark>> = HashMap::new();
    for (sheet, criterion, mark, reason) in marks {
        by_sheet.entry(sheet).or_default().insert(criterion, Mark { mark, reason });
    }
    sheets
        .into_iter()
        .map(|(id, assignment, application, account, stage, submitted_at, version)| ScoreSheet {
            id: SheetId::new(id),
            assignment,
            application,
            account,
            stage,
            submitted_at,
            version,
            marks: by_sheet.remove(&SheetId::new(id)).unwrap_or_default(),
        })
        .collect()
}

/// The score sheets of an application, drafts too, by member: the same order for every application. The sheet of a member who has a conflict
/// of interest or was taken off is absent (P8), though it stays stored.
///
/// # Errors
/// When the database cannot be read.
pub fn sheets_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<ScoreSheet>> {
    let sheets: Vec<SheetRow> = score_sheets::table
        .inner_join(assignments::table)
        .filter(score_sheets::application_id.eq(application).and(assignments::stage.eq(AssignmentStage::Cleared)))
        .order((score_sheets::account_id, score_sheets::id))
        .select(sheet_columns!())
        .load(conn)?;
    let marks: Vec<MarkRow> = sheet_marks::table
        .inner_join(score_sheets::table)
        .filter(score_sheets::application_id.eq(application))
        .select(mark_columns!())
        .load(conn)?;
    Ok(with_marks(sheets, marks))
}

/// The submitted score sheets of some applications, by member; absent as in [`sheets_of`].
///
/// # Errors
/// When the database cannot be read.
pub fn submitted_sheets_of(conn: &mut Conn, ids: &[ApplicationId]) -> DbResult<Vec<ScoreSheet>> {
    let sheets: Vec<SheetRow> = score_sheets::table
        .inner_join(assignments::table)
        .filter(score_sheets::application_id.eq_any(ids.to_vec()))
        .filter(assignments::stage.eq(AssignmentStage::Cleared).and(score_sheets::stage.eq(SheetStage::Submitted)))
        .order((score_sheets::account_id, score_sheets::id))
        .select(sheet_columns!())
        .load(conn)?;
    let marks: Vec<MarkRow> = sheet_marks::table
        .inner_join(score_sheets::table)
        .filter(score_sheets::application_id.eq_any(ids.to_vec()))
        .select(mark_columns!())
        .load(conn)?;
    Ok(with_marks(sheets, marks))
}

/// The score sheets of a round, drafts too, by member; absent as in [`sheets_of`].
///
/// # Errors
/// When the database cannot be read.
pub fn sheets_of_round(conn: &mut Conn, round: RoundId) -> DbResult<Vec<ScoreSheet>> {
    let sheets: Vec<SheetRow> = score_sheets::table
        .inner_join(assignments::table)
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round).and(assignments::stage.eq(AssignmentStage::Cleared)))
        .order((score_sheets::account_id, score_sheets::id))
        .select(sheet_columns!())
        .load(conn)?;
    let marks: Vec<MarkRow> = sheet_marks::table
        .inner_join(score_sheets::table.inner_join(applications::table))
        .filter(applications::round_id.eq(round))
        .select(mark_columns!())
        .load(conn)?;
    Ok(with_marks(sheets, marks))
}

/// The score sheet of an assignment, whatever became of the assignment.
///
/// # Errors
/// When the database cannot be read.
pub fn sheet_of(conn: &mut Conn, assignment: AssignmentId) -> DbResult<Option<ScoreSheet>> {
    let sheets: Vec<SheetRow> =
        score_sheets::table.filter(score_sheets::assignment_id.eq(assignment)).select(sheet_columns!()).load(conn)?;
    let marks: Vec<MarkRow> = sheet_marks::table
        .inner_join(score_sheets::table)
        .filter(score_sheets::assignment_id.eq(assignment))
        .select(mark_columns!())
        .load(conn)?;
    Ok(with_marks(sheets, marks).pop())
}

/// Whether a person ever began to score an application, even if they were recused later.
///
/// # Errors
/// When the database cannot be read.
pub fn has_sheet(conn: &mut Conn, application: ApplicationId, account: AccountId) -> DbResult<bool> {
    let found: Option<i32> = score_sheets::table
        .filter(score_sheets::application_id.eq(application).and(score_sheets::account_id.eq(account)))
        .select(score_sheets::id)
        .get_result(conn)
        .optional()?;
    Ok(found.is_some())
}

pub(super) fn insert_assignment(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    account: AccountId,
) -> DbResult<AssignmentId> {
    let (now, by) = (tx.now(), tx.account()?);
    let id = tx.insert(Table::Assignments, |conn| {
        diesel::insert_into(assignments::table)
            .values((
                assignments::application_id.eq(application),
                assignments::account_id.eq(account),
                assignments::stage.eq(AssignmentStage::Assigned),
                assignments::assigned_at.eq(now),
                assignments::assigned_by.eq(by),
            ))
            .returning(assignments::id)
            .get_result(conn)
    })?;
    Ok(AssignmentId::new(id))
}

/// `removed -> assigned`: the member declares afresh.
pub(super) fn set_assigned_again(tx: &mut WriteTx<'_>, id: AssignmentId) -> DbResult<()> {
    let (now, by) = (tx.now(), tx.account()?);
    tx.update(Table::Assignments, id.row(), |conn| {
        diesel::update(assignments::table.find(id.row()).filter(assignments::stage.eq(AssignmentStage::Removed)))
            .set((
                assignments::stage.eq(AssignmentStage::Assigned),
                assignments::assigned_at.eq(now),
                assignments::assigned_by.eq(by),
                assignments::declared_at.eq(None::<At>),
            ))
            .execute(conn)
    })
}

/// `assigned or cleared -> removed`; `NotFound` when it stands no longer.
pub(super) fn set_removed(tx: &mut WriteTx<'_>, id: AssignmentId) -> DbResult<()> {
    tx.update(Table::Assignments, id.row(), |conn| {
        diesel::update(assignments::table.find(id.row()).filter(
            assignments::stage.eq(AssignmentStage::Assigned).or(assignments::stage.eq(AssignmentStage::Cleared)),
        ))
        .set(assignments::stage.eq(AssignmentStage::Removed))
        .execute(conn)
    })
}

/// A draft sheet, version 1; the database refuses it unless the assignment is cleared.
pub(super) fn insert_sheet(tx: &mut WriteTx<'_>, assignment: &AssignmentRecord) -> DbResult<SheetId> {
    let now = tx.now();
    let id = tx.insert(Table::ScoreSheets, |conn| {
        diesel::insert_into(score_sheets::table)
            .values((
                score_sheets::assignment_id.eq(assignment.id),
                score_sheets::application_id.eq(assignment.application),
                score_sheets::account_id.eq(assignment.account),
                score_sheets::stage.eq(SheetStage::Draft),
                score_sheets::created_at.eq(now),
                score_sheets::version.eq(1),
            ))
            .returning(score_sheets::id)
            .get_result(conn)
    })?;
    Ok(SheetId::new(id))
}

/// The next version of a draft; `NotFound` when `version` has moved on or the sheet is locked.
pub(super) fn raise_version(tx: &mut WriteTx<'_>, id: SheetId, version: i32) -> DbResult<()> {
    tx.update(Table::ScoreSheets, id.row(), |conn| {
        diesel::update(
            score_sheets::table
                .find(id.row())
                .filter(score_sheets::version.eq(version).and(score_sheets::stage.eq(SheetStage::Draft))),
        )
        .set(score_sheets::version.eq(score_sheets::version + 1))
        .execute(conn)
    })
}

/// `draft -> submitted`; from then on the database refuses every change of it.
pub(super) fn set_submitted(tx: &mut WriteTx<'_>, id: SheetId) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::ScoreSheets, id.row(), |conn| {
        diesel::update(score_sheets::table.find(id.row()).filter(score_sheets::stage.eq(SheetStage::Draft)))
            .set((score_sheets::stage.eq(SheetStage::Submitted), score_sheets::submitted_at.eq(Some(now))))
            .execute(conn)
    })
}
