//! A member's own bids, in the order that is theirs: cut into pages by the database, along the index of that order.

use std::collections::HashMap;

use diesel::dsl::{count_star, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::applications::ApplicationStage;
use crate::base::ids::{AccountId, ApplicationId, RoundId, SheetId};
use crate::db::schema::{applications, assignments, score_sheets};
use crate::db::{Conn, DbResult};
use crate::scoring::model::{AssignmentStage, SheetStage};
use crate::scoring::rules;

/// A submitted bid that a member may know of.
#[derive(Debug, Clone, Copy)]
pub(in crate::scoring) struct OwnPlace {
    pub application: ApplicationId,
    /// Where the assignment stands.
    pub stage: AssignmentStage,
    /// Where its score sheet stands.
    pub sheet: Option<SheetStage>,
}

/// Which bids are a member's own.
#[derive(Debug, Clone)]
pub(in crate::scoring) struct Own {
    pub account: AccountId,
    pub round: RoundId,
    /// Assignments that stand so are nowhere: not in a row and not in a count.
    pub unseen: Vec<AssignmentStage>,
}

/// A part of a member's order.
#[derive(Debug, Clone, Copy)]
pub(in crate::scoring) enum Part {
    All,
    Before(ApplicationId),
    After(ApplicationId),
}

type Row = (ApplicationId, AssignmentStage, Option<SheetStage>);

const fn place((application, stage, sheet): Row) -> OwnPlace {
    OwnPlace { application, stage, sheet }
}

/// [`rules::own_order`] in SQL, word for word as in the index `assignments_own_order_idx`.
fn own_order() -> SqlLiteral<BigInt> {
    macro_rules! place {
        () => {
            "((CAST(assignments.application_id AS BIGINT) + CAST(assignments.account_id AS BIGINT) * 1299709) % 2097143)"
        };
    }
    sql(concat!("((", place!(), " * ", place!(), " % 2097143) * ", place!(), " % 2097143)"))
}

/// A member's own bids of a round. What is not seen is left out by name, for an index of stages would be read before that of the order.
macro_rules! own {
    ($own:expr, $columns:expr) => {
        assignments::table
            .inner_join(applications::table.on(applications::id.eq(assignments::application_id)))
            .left_join(score_sheets::table.on(score_sheets::assignment_id.eq(assignments::id)))
            .filter(assignments::account_id.eq($own.account))
            .filter(assignments::stage.ne_all($own.unseen.clone()))
            .filter(applications::round_id.eq($own.round).and(applications::stage.eq(ApplicationStage::Submitted)))
            .select($columns)
            .into_boxed()
    };
}

macro_rules! place_columns {
    () => {
        (assignments::application_id, assignments::stage, score_sheets::stage.nullable())
    };
}

/// Of a query of a member's bids, those in a part of the order.
macro_rules! part {
    ($query:expr, $own:expr, $part:expr) => {
        match $part {
            Part::All => $query,
            Part::Before(bid) => {
                let key = rules::own_order($own.account, bid);
                let same = own_order().eq(key).and(assignments::application_id.lt(bid));
                $query.filter(own_order().lt(key).or(same))
            }
            Part::After(bid) => {
                let key = rules::own_order($own.account, bid);
                let same = own_order().eq(key).and(assignments::application_id.gt(bid));
                $query.filter(own_order().gt(key).or(same))
            }
        }
    };
}

/// At most so many of a member's bids, in their order, after the first `skipped`.
pub(in crate::scoring) fn own_places(conn: &mut Conn, own: &Own, skipped: i64, most: i64) -> DbResult<Vec<OwnPlace>> {
    let rows: Vec<Row> = own!(own, place_columns!())
        .order((own_order(), assignments::application_id))
        .limit(most)
        .offset(skipped)
        .load(conn)?;
    Ok(rows.into_iter().map(place).collect())
}

/// One of a member's bids; none when it is not theirs to know of.
pub(in crate::scoring) fn own_place(
    conn: &mut Conn,
    own: &Own,
    application: ApplicationId,
) -> DbResult<Option<OwnPlace>> {
    let row: Option<Row> =
        own!(own, place_columns!()).filter(assignments::application_id.eq(application)).get_result(conn).optional()?;
    Ok(row.map(place))
}

/// How many bids a member has in a part of their order.
pub(in crate::scoring) fn own_count(conn: &mut Conn, own: &Own, of: Part) -> DbResult<i64> {
    Ok(part!(own!(own, count_star()), own, of).get_result(conn)?)
}

/// How many of a member's sheets are in.
pub(in crate::scoring) fn own_done(conn: &mut Conn, own: &Own) -> DbResult<i64> {
    Ok(own!(own, count_star()).filter(score_sheets::stage.eq(SheetStage::Submitted)).get_result(conn)?)
}

/// The nearest bid beside another.
pub(in crate::scoring) fn own_beside(conn: &mut Conn, own: &Own, of: Part) -> DbResult<Option<OwnPlace>> {
    let query = part!(own!(own, place_columns!()), own, of);
    let query = match of {
        Part::Before(_) => query.order((own_order().desc(), assignments::application_id.desc())),
        Part::All | Part::After(_) => query.order((own_order().asc(), assignments::application_id.asc())),
    };
    let row: Option<Row> = query.first(conn).optional()?;
    Ok(row.map(place))
}

/// The first bid of a part whose sheet is not in.
pub(in crate::scoring) fn own_to_do(conn: &mut Conn, own: &Own, of: Part) -> DbResult<Option<OwnPlace>> {
    let row: Option<Row> = part!(own!(own, place_columns!()), own, of)
        .filter(score_sheets::id.is_null().or(score_sheets::stage.ne(SheetStage::Submitted)))
        .order((own_order(), assignments::application_id))
        .first(conn)
        .optional()?;
    Ok(row.map(place))
}

/// A member's score sheet, without its lines.
#[derive(Debug, Clone, Copy)]
pub(in crate::scoring) struct OwnSheet {
    pub id: SheetId,
    pub stage: SheetStage,
    pub version: i32,
}

/// A member's score sheets of a round, by bid.
pub(in crate::scoring) fn own_sheets(
    conn: &mut Conn,
    account: AccountId,
    round: RoundId,
) -> DbResult<HashMap<ApplicationId, OwnSheet>> {
    let rows: Vec<(i32, ApplicationId, SheetStage, i32)> = score_sheets::table
        .inner_join(applications::table)
        .filter(score_sheets::account_id.eq(account).and(applications::round_id.eq(round)))
        .select((score_sheets::id, score_sheets::application_id, score_sheets::stage, score_sheets::version))
        .load(conn)?;
    let sheet = |(id, application, stage, version)| (application, OwnSheet { id: SheetId::new(id), stage, version });
    Ok(rows.into_iter().map(sheet).collect())
}
