//! Which panel members were told what.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::applications::ApplicationStage;
use crate::base::ids::{AccountId, RoundId};
use crate::base::time::At;
use crate::db::schema::{accounts, applications, assignments, panel_notices, rounds, score_sheets, sheet_openings};
use crate::db::{Conn, DbResult};
use crate::rounds::RoundStage;
use crate::scoring::model::{AssignmentStage, SheetStage};
use crate::scoring::notices::PanelNotice;

/// A message that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// In which round.
    pub round: RoundId,
    /// To whom.
    pub account: AccountId,
    /// What they are told.
    pub kind: PanelNotice,
    /// The newest assignment or opening that it tells of.
    pub up_to: At,
    /// How many it tells of.
    pub count: i64,
}

type Seen = (RoundId, AccountId, At);

/// Every message that is due: in rounds that are being scored, what came after the last message of its kind.
///
/// # Errors
/// When the database cannot be read.
pub fn due(conn: &mut Conn) -> DbResult<Vec<Due>> {
    let assigned: Vec<Seen> = assignments::table
        .inner_join(applications::table.inner_join(rounds::table))
        .filter(rounds::stage.eq(RoundStage::Scoring))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .filter(assignments::stage.eq(AssignmentStage::Assigned))
        .select((applications::round_id, assignments::account_id, assignments::assigned_at))
        .load(conn)?;
    // A bid that its applicant has again is scored when it is back, and its members are told then.
    let opened: Vec<(RoundId, AccountId, At, Option<At>)> = sheet_openings::table
        .inner_join(score_sheets::table.on(sheet_openings::sheet_id.eq(score_sheets::id)))
        .inner_join(assignments::table.on(score_sheets::assignment_id.eq(assignments::id)))
        .inner_join(applications::table.on(assignments::application_id.eq(applications::id)))
        .inner_join(rounds::table.on(applications::round_id.eq(rounds::id)))
        .filter(rounds::stage.eq(RoundStage::Scoring))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .filter(assignments::stage.eq(AssignmentStage::Cleared))
        .filter(score_sheets::stage.eq(SheetStage::Draft))
        .select((
            applications::round_id,
            assignments::account_id,
            sheet_openings::opened_at,
            applications::submitted_at,
        ))
        .load(conn)?;
    let opened: Vec<Seen> = opened
        .into_iter()
        .map(|(round, account, opened, submitted)| (round, account, submitted.map_or(opened, |at| at.max(opened))))
        .collect();
    let told: Vec<(RoundId, AccountId, PanelNotice, At)> = panel_notices::table
        .inner_join(rounds::table.on(panel_notices::round_id.eq(rounds::id)))
        .filter(rounds::stage.eq(RoundStage::Scoring))
        .select((panel_notices::round_id, panel_notices::account_id, panel_notices::kind, panel_notices::up_to))
        .load(conn)?;
    let mut last: BTreeMap<(RoundId, AccountId, PanelNotice), At> = BTreeMap::new();
    for (round, account, kind, at) in told {
        let known = last.entry((round, account, kind)).or_insert(at);
        *known = at.max(*known);
    }
    let mut due: BTreeMap<(RoundId, AccountId, PanelNotice), (At, i64)> = BTreeMap::new();
    for (kind, seen) in [(PanelNotice::Assigned, assigned), (PanelNotice::Opened, opened)] {
        for (round, account, at) in seen {
            let key = (round, account, kind);
            if last.get(&key).is_none_or(|told| at > *told) {
                let (newest, count) = due.entry(key).or_insert((at, 0));
                *newest = at.max(*newest);
                *count += 1;
            }
        }
    }
    Ok(due
        .into_iter()
        .map(|((round, account, kind), (up_to, count))| Due { round, account, kind, up_to, count })
        .collect())
}

/// Name and address of an account, unless it is deactivated.
pub(in crate::scoring) fn addressee(conn: &mut Conn, account: AccountId) -> DbResult<Option<(String, String)>> {
    Ok(accounts::table
        .filter(accounts::id.eq(account.row()).and(accounts::deactivated_at.is_null()))
        .select((accounts::name, accounts::email))
        .get_result(conn)
        .optional()?)
}

/// Notes that a member was told; refused where it is noted already.
pub(in crate::scoring) fn insert(conn: &mut Conn, due: &Due, now: At) -> DbResult<()> {
    diesel::insert_into(panel_notices::table)
        .values((
            panel_notices::account_id.eq(due.account),
            panel_notices::round_id.eq(due.round),
            panel_notices::kind.eq(due.kind),
            panel_notices::up_to.eq(due.up_to),
            panel_notices::told_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}
