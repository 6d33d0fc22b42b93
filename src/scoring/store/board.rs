//! The office's table of who scores what: cut into pages and counted by the database, in a number of queries that does not depend on
//! how many bids there are.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::dsl::{count_star, exists};
use diesel::prelude::*;

use super::tallies::{Tallies, Tally, loads, number};
use super::{AssignmentRow, assignment, assignment_columns, assignments_with_conflicts};
use crate::applications::ApplicationStage;
use crate::audit::store::kept_of_round;
use crate::base::ids::{AccountId, ApplicationId, AssignmentId, RoundId};
use crate::base::memo::Memo;
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

fn rows(ids: &[ApplicationId]) -> Vec<i32> {
    ids.iter().map(|id| id.row()).collect()
}

/// A page of who scores what in a round. What it counts is kept in `memo`, for all readers alike; what is hidden from this one is left out
/// of every count before it is made.
///
/// # Errors
/// When the database cannot be read.
pub fn board(conn: &mut Conn, round: RoundId, filter: &BoardFilter, memo: &Memo) -> DbResult<Board> {
    let tallies: Arc<Tallies> = kept_of_round(conn, round.row(), memo, |conn| Tallies::read(conn, round))?;
    let (able, hidden) = (filter.able.iter().copied().collect(), filter.hidden.iter().copied().collect());
    let known = tallies.known(&hidden);
    let is_short = |tally: &&Tally| tally.members(&able) < filter.wanted;
    let unscored: Vec<&Tally> = known.iter().copied().filter(|tally| tally.scored() < filter.quorum).collect();
    let counts = BoardCounts {
        bids: number(known.len()),
        short: number(known.iter().copied().filter(is_short).count()),
        below_quorum: number(known.iter().filter(|tally| tally.members(&able) < filter.quorum).count()),
        unscored: number(unscored.len()),
    };
    let matching = known.iter().copied().filter(|tally| !filter.short || is_short(tally));
    let (skipped, most) = (offset(filter.page, PER_PAGE), usize::try_from(PER_PAGE).unwrap_or(usize::MAX));
    let ids: Vec<ApplicationId> = matching
        .skip(usize::try_from(skipped).unwrap_or(usize::MAX))
        .take(most)
        .map(|tally| tally.application)
        .collect();
    let mut named = named_bids(conn, &ids)?;
    Ok(Board {
        bids: ids.iter().filter_map(|id| named.remove(id)).collect(),
        assignments: of_bids(conn, ids)?,
        loads: loads(&known),
        unscored: unscored.iter().take(most).map(|tally| (tally.reference.clone(), tally.scored())).collect(),
        matching: if filter.short { counts.short } else { counts.bids },
        counts,
    })
}

/// Bids by their rows, as lists name them.
///
/// # Errors
/// When the database cannot be read.
pub(in crate::scoring) fn named_bids(
    conn: &mut Conn,
    ids: &[ApplicationId],
) -> DbResult<HashMap<ApplicationId, BoardBid>> {
    let found: Vec<(i32, String, String, String)> = applications::table
        .inner_join(organisations::table)
        .filter(applications::id.eq_any(rows(ids)))
        .select((applications::id, applications::reference, applications::title, organisations::name))
        .load(conn)?;
    let named = |(id, reference, title, organisation)| {
        let application = ApplicationId::new(id);
        (application, BoardBid { application, reference, title, organisation })
    };
    Ok(found.into_iter().map(named).collect())
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
