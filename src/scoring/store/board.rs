//! The office's table of who scores what: cut into pages and counted by the database, in a number of queries that does not depend on
//! how many bids there are.

use std::collections::HashMap;

use diesel::dsl::{count_star, exists};
use diesel::prelude::*;

use super::{AssignmentRow, assignment, assignment_columns, assignments_with_conflicts};
use crate::applications::ApplicationStage;
use crate::base::ids::{AccountId, ApplicationId, AssignmentId, RoundId};
use crate::base::time::At;
use crate::conflicts::ConflictKind;
use crate::db::schema::{applications, assignments, conflicts, organisations, score_sheets};
use crate::db::{Conn, DbResult};
use crate::scoring::model::{AssignmentRecord, AssignmentStage, SheetStage};
use crate::web::paging::{PER_PAGE, offset};

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct BoardFilter {
    /// Bids that a conflict of interest hides from the reader: in no row and no count.
    pub hidden: Vec<ApplicationId>,
    /// Members who can still score: an assignment of anybody else counts only when its score sheet is in.
    pub able: Vec<AccountId>,
    /// Members that each bid wants.
    pub wanted: i64,
    /// Submitted score sheets that each bid needs.
    pub quorum: i64,
    /// Only bids with fewer members than wanted.
    pub short: bool,
    /// Which page, the first being 1.
    pub page: i64,
}

/// A bid of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardBid {
    /// Its row.
    pub application: ApplicationId,
    /// Its reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Who made it.
    pub organisation: String,
}

/// How many bids stand how, whatever the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BoardCounts {
    /// Submitted bids.
    pub bids: i64,
    /// With fewer members than wanted.
    pub short: i64,
    /// With fewer members than the quorum.
    pub below_quorum: i64,
    /// With fewer submitted score sheets than the quorum.
    pub unscored: i64,
}

/// A page of the table.
#[derive(Debug, Clone)]
pub struct Board {
    /// Its bids, by reference.
    pub bids: Vec<BoardBid>,
    /// Bids that match in all.
    pub matching: i64,
    /// Assignments of its bids, and where their score sheets stand.
    pub assignments: Vec<(AssignmentRecord, Option<SheetStage>)>,
    /// Bids and submitted score sheets of every member, in the whole round.
    pub loads: HashMap<AccountId, (i64, i64)>,
    /// Counts of the round.
    pub counts: BoardCounts,
    /// The first bids with fewer submitted score sheets than the quorum, with how many they have.
    pub unscored: Vec<(String, i64)>,
}

fn standing() -> Vec<AssignmentStage> {
    AssignmentStage::ALL.iter().copied().filter(|stage| stage.stands()).collect()
}

/// How many members of a bid score it or have done so, within a query of applications.
macro_rules! members_there {
    ($filter:expr) => {
        assignments::table
            .filter(assignments::application_id.eq(applications::id))
            .filter(assignments::stage.eq_any(standing()))
            .filter(
                assignments::account_id.eq_any($filter.able.clone()).or(exists(
                    score_sheets::table
                        .filter(score_sheets::assignment_id.eq(assignments::id))
                        .filter(score_sheets::stage.eq(SheetStage::Submitted)),
                )),
            )
            .select(count_star())
            .single_value()
    };
}

/// How many submitted score sheets of a bid count, within a query of applications.
macro_rules! sheets_there {
    () => {
        score_sheets::table
            .inner_join(assignments::table)
            .filter(score_sheets::application_id.eq(applications::id))
            .filter(score_sheets::stage.eq(SheetStage::Submitted))
            .filter(assignments::stage.eq(AssignmentStage::Cleared))
            .select(count_star())
            .single_value()
    };
}

/// The submitted bids of a round that the reader may know of.
macro_rules! known {
    ($round:expr, $filter:expr) => {
        applications::table
            .inner_join(organisations::table)
            .filter(applications::round_id.eq($round))
            .filter(applications::stage.eq(ApplicationStage::Submitted))
            .filter(applications::id.ne_all(rows(&$filter.hidden)))
    };
}

fn rows(ids: &[ApplicationId]) -> Vec<i32> {
    ids.iter().map(|id| id.row()).collect()
}

/// A page of who scores what in a round.
///
/// # Errors
/// When the database cannot be read.
pub fn board(conn: &mut Conn, round: RoundId, filter: &BoardFilter) -> DbResult<Board> {
    let counts = counts(conn, round, filter)?;
    let mut query = known!(round, filter)
        .select((applications::id, applications::reference, applications::title, organisations::name))
        .into_boxed();
    if filter.short {
        query = query.filter(members_there!(filter).lt(filter.wanted));
    }
    let found: Vec<(i32, String, String, String)> =
        query.order(applications::reference.asc()).limit(PER_PAGE).offset(offset(filter.page, PER_PAGE)).load(conn)?;
    let bids: Vec<BoardBid> = found
        .into_iter()
        .map(|(id, reference, title, organisation)| BoardBid {
            application: ApplicationId::new(id),
            reference,
            title,
            organisation,
        })
        .collect();
    let ids = bids.iter().map(|bid| bid.application).collect();
    Ok(Board {
        assignments: of_bids(conn, ids)?,
        loads: loads_of(conn, round, &filter.hidden)?,
        unscored: unscored(conn, round, filter)?,
        matching: if filter.short { counts.short } else { counts.bids },
        counts,
        bids,
    })
}

fn counts(conn: &mut Conn, round: RoundId, filter: &BoardFilter) -> DbResult<BoardCounts> {
    let short = known!(round, filter).filter(members_there!(filter).lt(filter.wanted)).select(count_star());
    let below = known!(round, filter).filter(members_there!(filter).lt(filter.quorum)).select(count_star());
    let unscored = known!(round, filter).filter(sheets_there!().lt(filter.quorum)).select(count_star());
    Ok(BoardCounts {
        bids: known!(round, filter).select(count_star()).get_result(conn)?,
        short: short.get_result(conn)?,
        below_quorum: below.get_result(conn)?,
        unscored: unscored.get_result(conn)?,
    })
}

fn unscored(conn: &mut Conn, round: RoundId, filter: &BoardFilter) -> DbResult<Vec<(String, i64)>> {
    let found: Vec<(String, Option<i64>)> = known!(round, filter)
        .filter(sheets_there!().lt(filter.quorum))
        .select((applications::reference, sheets_there!()))
        .order(applications::reference.asc())
        .limit(PER_PAGE)
        .load(conn)?;
    Ok(found.into_iter().map(|(reference, count)| (reference, count.unwrap_or(0))).collect())
}

fn of_bids(conn: &mut Conn, bids: Vec<ApplicationId>) -> DbResult<Vec<(AssignmentRecord, Option<SheetStage>)>> {
    let found: Vec<AssignmentRow> = assignments_with_conflicts!()
        .filter(assignments::application_id.eq_any(bids.clone()))
        .order(assignments::id)
        .select(assignment_columns!())
        .load(conn)?;
    let sheets: Vec<(AssignmentId, SheetStage)> = score_sheets::table
        .filter(score_sheets::application_id.eq_any(bids))
        .select((score_sheets::assignment_id, score_sheets::stage))
        .load(conn)?;
    let sheets: HashMap<AssignmentId, SheetStage> = sheets.into_iter().collect();
    let with_sheet = |row| {
        let record = assignment(row);
        let sheet = sheets.get(&record.id).copied();
        (record, sheet)
    };
    Ok(found.into_iter().map(with_sheet).collect())
}

/// Bids and submitted score sheets of every member of a round, without bids that are hidden from the reader.
pub(in crate::scoring) fn loads_of(
    conn: &mut Conn,
    round: RoundId,
    hidden: &[ApplicationId],
) -> DbResult<HashMap<AccountId, (i64, i64)>> {
    let own = assignments::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .filter(applications::id.ne_all(rows(hidden)))
        .filter(assignments::stage.eq_any(standing()));
    let bids: Vec<(AccountId, i64)> =
        own.clone().group_by(assignments::account_id).select((assignments::account_id, count_star())).load(conn)?;
    let sheets: Vec<(AccountId, i64)> = own
        .filter(exists(
            score_sheets::table
                .filter(score_sheets::assignment_id.eq(assignments::id))
                .filter(score_sheets::stage.eq(SheetStage::Submitted)),
        ))
        .group_by(assignments::account_id)
        .select((assignments::account_id, count_star()))
        .load(conn)?;
    let mut loads: HashMap<AccountId, (i64, i64)> = bids.into_iter().map(|(who, bids)| (who, (bids, 0))).collect();
    for (who, sheets) in sheets {
        loads.entry(who).or_default().1 = sheets;
    }
    Ok(loads)
}

/// A conflict of interest that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictRow {
    /// Of which bid.
    pub reference: String,
    /// Whose.
    pub account: AccountId,
    /// What kind, where the person declared it.
    pub kind: Option<ConflictKind>,
    /// In the words of who declared or recorded it.
    pub note: String,
    /// When.
    pub at: Option<At>,
}

/// Conflicts that stand in a round, by reference.
///
/// # Errors
/// When the database cannot be read.
pub fn conflicts_on_record(conn: &mut Conn, round: RoundId, hidden: &[ApplicationId]) -> DbResult<Vec<ConflictRow>> {
    type Row = (String, AccountId, Option<ConflictKind>, Option<String>, Option<String>, Option<At>, Option<At>);
    let found: Vec<Row> = conflicts::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .filter(applications::id.ne_all(rows(hidden)))
        .filter(conflicts::declared.eq("conflict").or(conflicts::ruling.eq("pinned")))
        .order((applications::reference, conflicts::id))
        .select((
            applications::reference,
            conflicts::account_id,
            conflicts::kind,
            conflicts::detail,
            conflicts::reason,
            conflicts::declared_at,
            conflicts::ruled_at,
        ))
        .load(conn)?;
    Ok(found
        .into_iter()
        .map(|(reference, account, kind, detail, reason, declared_at, ruled_at)| ConflictRow {
            reference,
            account,
            kind,
            note: detail.or(reason).unwrap_or_default(),
            at: declared_at.or(ruled_at),
        })
        .collect())
}
