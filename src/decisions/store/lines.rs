//! Award lines, and the notices of decisions.

use diesel::dsl::max;
use diesel::prelude::*;

use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, DecisionId, RoundId};
use crate::base::money::Pence;
use crate::base::time::At;
use crate::db::schema::{award_lines, decision_notices, decisions};
use crate::db::{Conn, DbResult};
use crate::decisions::model::{AwardLine, Notice};

type LineColumns = (At, AccountId, String, i32, Option<i32>, Option<String>, Pence, Pence, String);

/// Every award line that was recorded in a round, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn award_lines_of(conn: &mut Conn, round: RoundId) -> DbResult<Vec<AwardLine>> {
    let rows: Vec<LineColumns> = award_lines::table
        .filter(award_lines::round_id.eq(round))
        .order(award_lines::id.desc())
        .select((
            award_lines::recorded_at,
            award_lines::recorded_by,
            award_lines::reason,
            award_lines::funded,
            award_lines::lowest_rank,
            award_lines::lowest_percent,
            award_lines::ceiling_pence,
            award_lines::committed_pence,
            award_lines::ranking_sha256,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(line).collect())
}

fn line(columns: LineColumns) -> AwardLine {
    let (recorded_at, recorded_by, reason, funded, lowest_rank, lowest_percent, ceiling, committed, ranking_sha256) =
        columns;
    AwardLine {
        recorded_at,
        recorded_by,
        reason,
        funded,
        lowest_rank,
        lowest_percent,
        ceiling,
        committed,
        ranking_sha256,
    }
}

/// An award line to be recorded.
#[derive(Debug)]
pub(in crate::decisions) struct NewAwardLine<'a> {
    pub round: RoundId,
    pub reason: &'a str,
    pub funded: i32,
    pub lowest_rank: Option<i32>,
    pub lowest_percent: Option<String>,
    pub ceiling: Pence,
    pub committed: Pence,
    pub ranking_sha256: &'a str,
}

pub(in crate::decisions) fn insert_award_line(tx: &mut WriteTx<'_>, new: &NewAwardLine<'_>) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::AwardLines, |conn| {
        diesel::insert_into(award_lines::table)
            .values((
                award_lines::round_id.eq(new.round),
                award_lines::recorded_at.eq(now),
                award_lines::recorded_by.eq(account),
                award_lines::reason.eq(new.reason),
                award_lines::funded.eq(new.funded),
                award_lines::lowest_rank.eq(new.lowest_rank),
                award_lines::lowest_percent.eq(new.lowest_percent.as_deref()),
                award_lines::ceiling_pence.eq(new.ceiling),
                award_lines::committed_pence.eq(new.committed),
                award_lines::ranking_sha256.eq(new.ranking_sha256),
            ))
            .returning(award_lines::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// The notice of a round's decision.
///
/// # Errors
/// When the database cannot be read.
pub fn notice_of(conn: &mut Conn, round: RoundId) -> DbResult<Option<Notice>> {
    let row: Option<(String, At, String, String)> = decision_notices::table
        .inner_join(decisions::table)
        .filter(decisions::round_id.eq(round))
        .select((
            decision_notices::reference,
            decision_notices::issued_at,
            decision_notices::public_document,
            decision_notices::internal_document,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(reference, issued_at, public, internal)| Notice { reference, issued_at, public, internal }))
}

type Documents<'a> = &'a dyn Fn(&str) -> Result<(String, String), serde_json::Error>;

/// A notice to be issued: what it says depends on its reference, and that on its number.
pub(in crate::decisions) struct NewNotice<'a> {
    pub decision: DecisionId,
    /// Whether the round only tries one out: those are numbered apart.
    pub test: bool,
    /// The public and the internal document under a reference.
    pub documents: Documents<'a>,
}

/// Issues a notice under the next number of its series. The head row of the trail is held, so nobody takes the same one.
pub(in crate::decisions) fn insert_notice(tx: &mut WriteTx<'_>, new: &NewNotice<'_>) -> DbResult<String> {
    let now = tx.now();
    let (series, prefix) = if new.test { ("test", "TEST-DN") } else { ("round", "DN") };
    let last: Option<i32> = decision_notices::table
        .filter(decision_notices::series.eq(series))
        .select(max(decision_notices::number))
        .get_result(tx.conn())?;
    let number = last.unwrap_or(0) + 1;
    let reference = format!("{prefix}-{number:04}");
    let (public, internal) = (new.documents)(&reference)?;
    tx.insert(Table::DecisionNotices, |conn| {
        diesel::insert_into(decision_notices::table)
            .values((
                decision_notices::decision_id.eq(new.decision),
                decision_notices::series.eq(series),
                decision_notices::number.eq(number),
                decision_notices::reference.eq(&reference),
                decision_notices::issued_at.eq(now),
                decision_notices::public_document.eq(&public),
                decision_notices::internal_document.eq(&internal),
            ))
            .returning(decision_notices::id)
            .get_result(conn)
    })?;
    Ok(reference)
}
