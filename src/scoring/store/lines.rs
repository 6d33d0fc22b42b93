//! The lines of sheets with every version, openings, readings and private notes.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, AssignmentId, RoundId, SheetId};
use crate::base::time::At;
use crate::db::schema::{
    applications, assignments, mark_versions, score_sheets, sheet_marks, sheet_notes, sheet_openings, sheet_readings,
};
use crate::db::{Conn, DbResult};
use crate::scoring::model::{
    AssignmentStage, Line, LineVersion, Lines, Origin, PrivateNote, ScoreSheet, SheetOpening, SheetStage,
};

/// How a line comes to be written.
#[derive(Debug, Clone, Copy)]
pub(in crate::scoring) struct Written<'a> {
    /// The sheet's version from now on.
    pub version: i32,
    pub origin: Origin,
    pub page: &'a str,
}

type Stored = (String, Option<i32>, String, Option<String>, Option<String>, At);

fn line(mark: Option<i32>, reason: String, strength: Option<String>, improvement: Option<String>) -> Line {
    Line { mark, reason, strength: strength.unwrap_or_default(), improvement: improvement.unwrap_or_default() }
}

/// The lines of a sheet, each with when it was written.
pub(in crate::scoring) fn stored_lines(conn: &mut Conn, sheet: SheetId) -> DbResult<BTreeMap<String, (Line, At)>> {
    let rows: Vec<Stored> = sheet_marks::table
        .filter(sheet_marks::sheet_id.eq(sheet))
        .select((
            sheet_marks::criterion,
            sheet_marks::mark,
            sheet_marks::reason,
            sheet_marks::strength,
            sheet_marks::improvement,
            sheet_marks::saved_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(criterion, mark, reason, strength, improvement, at)| {
            (criterion, (line(mark, reason, strength, improvement), at))
        })
        .collect())
}

/// The lines of every score sheet of a member's in a round.
pub(in crate::scoring) fn own_lines(
    conn: &mut Conn,
    account: AccountId,
    round: RoundId,
) -> DbResult<HashMap<SheetId, BTreeMap<String, Line>>> {
    type Row = (SheetId, String, Option<i32>, String, Option<String>, Option<String>);
    let rows: Vec<Row> = sheet_marks::table
        .inner_join(score_sheets::table.inner_join(applications::table))
        .filter(score_sheets::account_id.eq(account).and(applications::round_id.eq(round)))
        .select((
            sheet_marks::sheet_id,
            sheet_marks::criterion,
            sheet_marks::mark,
            sheet_marks::reason,
            sheet_marks::strength,
            sheet_marks::improvement,
        ))
        .load(conn)?;
    let mut lines: HashMap<SheetId, BTreeMap<String, Line>> = HashMap::new();
    for (sheet, criterion, mark, reason, strength, improvement) in rows {
        lines.entry(sheet).or_default().insert(criterion, line(mark, reason, strength, improvement));
    }
    Ok(lines)
}

/// The lines of every sheet of an application that counts, with what each would tell the applicant; absent as in
/// [`super::sheets_of`].
///
/// # Errors
/// When the database cannot be read.
pub fn lines_of_application(conn: &mut Conn, application: ApplicationId) -> DbResult<HashMap<SheetId, Lines>> {
    let rows: Vec<(SheetId, Stored)> = sheet_marks::table
        .inner_join(score_sheets::table.inner_join(assignments::table))
        .filter(score_sheets::application_id.eq(application).and(assignments::stage.eq(AssignmentStage::Cleared)))
        .select((
            sheet_marks::sheet_id,
            (
                sheet_marks::criterion,
                sheet_marks::mark,
                sheet_marks::reason,
                sheet_marks::strength,
                sheet_marks::improvement,
                sheet_marks::saved_at,
            ),
        ))
        .load(conn)?;
    let mut found: HashMap<SheetId, Lines> = HashMap::new();
    for (sheet, (criterion, mark, reason, strength, improvement, _)) in rows {
        found.entry(sheet).or_default().insert(criterion, line(mark, reason, strength, improvement));
    }
    Ok(found)
}

type VersionRow = ((String, i32, Option<i32>, String, String, String), (Origin, String, At, AccountId));

/// Every version of every line of a sheet, the first first.
///
/// # Errors
/// When the database cannot be read.
pub fn history_of(conn: &mut Conn, sheet: SheetId) -> DbResult<Vec<LineVersion>> {
    let rows: Vec<VersionRow> = mark_versions::table
        .filter(mark_versions::sheet_id.eq(sheet))
        .order((mark_versions::version, mark_versions::id))
        .select((
            (
                mark_versions::criterion,
                mark_versions::version,
                mark_versions::mark,
                mark_versions::reason,
                mark_versions::strength,
                mark_versions::improvement,
            ),
            (mark_versions::origin, mark_versions::page, mark_versions::saved_at, mark_versions::saved_by),
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|((criterion, version, mark, reason, strength, improvement), (origin, page, at, by))| LineVersion {
            criterion,
            version,
            line: Line { mark, reason, strength, improvement },
            origin,
            page,
            at,
            by,
        })
        .collect())
}

fn insert_version(
    tx: &mut WriteTx<'_>,
    sheet: SheetId,
    (criterion, line): (&str, &Line),
    written: Written<'_>,
    (at, by): (At, AccountId),
) -> DbResult<()> {
    tx.insert(Table::MarkVersions, |conn| {
        diesel::insert_into(mark_versions::table)
            .values((
                mark_versions::sheet_id.eq(sheet),
                mark_versions::criterion.eq(criterion),
                mark_versions::version.eq(written.version),
                mark_versions::mark.eq(line.mark),
                mark_versions::reason.eq(&line.reason),
                mark_versions::strength.eq(&line.strength),
                mark_versions::improvement.eq(&line.improvement),
                mark_versions::origin.eq(written.origin),
                mark_versions::page.eq(written.page),
                mark_versions::saved_at.eq(at),
                mark_versions::saved_by.eq(by),
            ))
            .returning(mark_versions::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Keeps a line that was written before versions were: as it stands, under the sheet's version until now.
pub(in crate::scoring) fn keep_known(
    tx: &mut WriteTx<'_>,
    sheet: &ScoreSheet,
    criterion: &str,
    (line, at): (&Line, At),
) -> DbResult<()> {
    let written = Written { version: sheet.version, origin: Origin::Page, page: "" };
    insert_version(tx, sheet.id, (criterion, line), written, (at, sheet.account))
}

/// Writes the line of a criterion, and keeps it as a version.
pub(in crate::scoring) fn put_line(
    tx: &mut WriteTx<'_>,
    sheet: SheetId,
    (criterion, line): (&str, &Line),
    written: Written<'_>,
) -> DbResult<()> {
    let (now, by) = (tx.now(), tx.account()?);
    let told = |text: &String| (!text.is_empty()).then(|| text.clone());
    let (strength, improvement) = (told(&line.strength), told(&line.improvement));
    let found: Option<i32> = sheet_marks::table
        .filter(sheet_marks::sheet_id.eq(sheet).and(sheet_marks::criterion.eq(criterion)))
        .select(sheet_marks::id)
        .get_result(tx.conn())
        .optional()?;
    match found {
        Some(row) => tx.update(Table::SheetMarks, row, |conn| {
            diesel::update(sheet_marks::table.find(row))
                .set((
                    sheet_marks::mark.eq(line.mark),
                    sheet_marks::reason.eq(&line.reason),
                    sheet_marks::strength.eq(strength),
                    sheet_marks::improvement.eq(improvement),
                    sheet_marks::saved_at.eq(now),
                ))
                .execute(conn)
        })?,
        None => {
            tx.insert(Table::SheetMarks, |conn| {
                diesel::insert_into(sheet_marks::table)
                    .values((
                        sheet_marks::sheet_id.eq(sheet),
                        sheet_marks::criterion.eq(criterion),
                        sheet_marks::mark.eq(line.mark),
                        sheet_marks::reason.eq(&line.reason),
                        sheet_marks::strength.eq(strength),
                        sheet_marks::improvement.eq(improvement),
                        sheet_marks::saved_at.eq(now),
                    ))
                    .returning(sheet_marks::id)
                    .get_result(conn)
            })?;
        }
    }
    insert_version(tx, sheet, (criterion, line), written, (now, by))
}

/// Every opening of a submitted sheet, the first first.
///
/// # Errors
/// When the database cannot be read.
pub fn openings_of(conn: &mut Conn, sheet: SheetId) -> DbResult<Vec<SheetOpening>> {
    let rows: Vec<(i32, At, String, At, AccountId)> = sheet_openings::table
        .filter(sheet_openings::sheet_id.eq(sheet))
        .order(sheet_openings::id)
        .select((
            sheet_openings::version,
            sheet_openings::submitted_at,
            sheet_openings::reason,
            sheet_openings::opened_at,
            sheet_openings::opened_by,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(version, submitted_at, reason, at, by)| SheetOpening { version, submitted_at, reason, at, by })
        .collect())
}

/// `submitted -> draft`, with why; the database refuses it without the reason's row. `NotFound` when it stands elsewhere.
pub(in crate::scoring) fn open_again(tx: &mut WriteTx<'_>, sheet: &ScoreSheet, reason: &str) -> DbResult<()> {
    let (now, by) = (tx.now(), tx.account()?);
    let submitted_at = sheet.submitted_at.unwrap_or(now);
    tx.insert(Table::SheetOpenings, |conn| {
        diesel::insert_into(sheet_openings::table)
            .values((
                sheet_openings::sheet_id.eq(sheet.id),
                sheet_openings::version.eq(sheet.version),
                sheet_openings::submitted_at.eq(submitted_at),
                sheet_openings::reason.eq(reason),
                sheet_openings::opened_at.eq(now),
                sheet_openings::opened_by.eq(by),
            ))
            .returning(sheet_openings::id)
            .get_result(conn)
    })?;
    tx.update(Table::ScoreSheets, sheet.id.row(), |conn| {
        diesel::update(
            score_sheets::table
                .find(sheet.id.row())
                .filter(score_sheets::version.eq(sheet.version).and(score_sheets::stage.eq(SheetStage::Submitted))),
        )
        .set((
            score_sheets::stage.eq(SheetStage::Draft),
            score_sheets::submitted_at.eq(None::<At>),
            score_sheets::version.eq(sheet.version + 1),
        ))
        .execute(conn)
    })
}

/// The newest submission of the bid that its member has read, as far as it is known.
pub(in crate::scoring) fn reading_of(conn: &mut Conn, assignment: AssignmentId) -> DbResult<Option<i32>> {
    Ok(sheet_readings::table
        .filter(sheet_readings::assignment_id.eq(assignment))
        .select(diesel::dsl::max(sheet_readings::submission))
        .get_result(conn)?)
}

pub(in crate::scoring) fn insert_reading(
    tx: &mut WriteTx<'_>,
    assignment: AssignmentId,
    submission: i32,
) -> DbResult<()> {
    let now = tx.now();
    tx.insert(Table::SheetReadings, |conn| {
        diesel::insert_into(sheet_readings::table)
            .values((
                sheet_readings::assignment_id.eq(assignment),
                sheet_readings::submission.eq(submission),
                sheet_readings::read_at.eq(now),
            ))
            .returning(sheet_readings::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// A member's private note on a bid; empty, version 0, where there is none.
pub(in crate::scoring) fn note_of(conn: &mut Conn, assignment: AssignmentId) -> DbResult<PrivateNote> {
    let row: Option<(String, i32, String)> = sheet_notes::table
        .filter(sheet_notes::assignment_id.eq(assignment))
        .select((sheet_notes::note, sheet_notes::version, sheet_notes::page))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(text, version, page)| PrivateNote { text, version, page }).unwrap_or_default())
}

/// Writes a private note as its next version. No row of the trail: it is its member's alone, and may be erased.
pub(in crate::scoring) fn put_note(tx: &mut WriteTx<'_>, assignment: AssignmentId, note: &PrivateNote) -> DbResult<()> {
    let now = tx.now();
    let values = (
        sheet_notes::note.eq(&note.text),
        sheet_notes::version.eq(note.version),
        sheet_notes::page.eq(&note.page),
        sheet_notes::saved_at.eq(now),
    );
    let changed = diesel::update(sheet_notes::table.filter(sheet_notes::assignment_id.eq(assignment)))
        .set(values)
        .execute(tx.conn())?;
    if changed == 0 {
        diesel::insert_into(sheet_notes::table)
            .values((sheet_notes::assignment_id.eq(assignment), values))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// The bid of a round whose draft sheet its member saved last.
pub(in crate::scoring) fn last_draft(
    conn: &mut Conn,
    account: AccountId,
    round: RoundId,
) -> DbResult<Option<ApplicationId>> {
    Ok(mark_versions::table
        .inner_join(score_sheets::table.inner_join(applications::table))
        .filter(score_sheets::account_id.eq(account).and(score_sheets::stage.eq(SheetStage::Draft)))
        .filter(applications::round_id.eq(round))
        .order(mark_versions::id.desc())
        .select(score_sheets::application_id)
        .first(conn)
        .optional()?)
}
