//! The tables of rounds.

use diesel::prelude::*;

use super::model::{Round, RoundDefinition, RoundStage};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, FundId, RoundId};
use crate::base::time::At;
use crate::db::schema::{funds, round_definitions, rounds};
use crate::db::{Conn, DbResult};

mod definitions;
mod extensions;

pub use definitions::get_definition;
pub use extensions::{Bidder, extensions_of};
pub(super) use extensions::{
    bidders_of, count_submitted, insert_extension, rearm_closed_notice, set_closes_at, set_unsealed,
};

type RoundColumns =
    (i32, FundId, String, String, String, String, RoundStage, At, At, At, AccountId, i32, (i32, i32, i32, Option<At>));

macro_rules! round_columns {
    () => {
        (
            rounds::id,
            rounds::fund_id,
            funds::code,
            funds::name,
            rounds::reference,
            rounds::name,
            rounds::stage,
            rounds::opens_at,
            rounds::closes_at,
            rounds::created_at,
            rounds::created_by,
            rounds::version,
            (rounds::test, rounds::grace_minutes, rounds::sealed, rounds::unsealed_at),
        )
    };
}

fn round(columns: RoundColumns) -> Round {
    let (
        id,
        fund,
        fund_code,
        fund_name,
        reference,
        name,
        stage,
        opens_at,
        closes_at,
        created_at,
        created_by,
        version,
        rest,
    ) = columns;
    let (test, grace_minutes, sealed, unsealed_at) = rest;
    Round {
        id: RoundId::new(id),
        fund,
        fund_code,
        fund_name,
        reference,
        name,
        stage,
        opens_at,
        closes_at,
        created_at,
        created_by,
        version,
        test: test != 0,
        grace_minutes,
        sealed: sealed == 1,
        unsealed_at,
    }
}

/// A round by its reference.
///
/// # Errors
/// When the database cannot be read.
pub fn find_round(conn: &mut Conn, reference: &str) -> DbResult<Option<Round>> {
    let row: Option<RoundColumns> = rounds::table
        .inner_join(funds::table)
        .filter(rounds::reference.eq(reference))
        .select(round_columns!())
        .get_result(conn)
        .optional()?;
    Ok(row.map(round))
}

/// A round by its reference; a missing one is an error.
///
/// # Errors
/// `NotFound` when there is none.
pub fn round_of_reference(conn: &mut Conn, reference: &str) -> DbResult<Round> {
    find_round(conn, reference)?.ok_or(crate::db::DbError::NotFound)
}

/// A round.
///
/// # Errors
/// `NotFound` when there is none of that row.
pub fn get_round(conn: &mut Conn, id: RoundId) -> DbResult<Round> {
    let row: RoundColumns = rounds::table
        .inner_join(funds::table)
        .filter(rounds::id.eq(id.row()))
        .select(round_columns!())
        .get_result(conn)?;
    Ok(round(row))
}

/// Every real round, the newest first. What counts, lists, exports or publishes reads this.
///
/// # Errors
/// When the database cannot be read.
pub fn list_rounds(conn: &mut Conn) -> DbResult<Vec<Round>> {
    Ok(list_with_tests(conn)?.into_iter().filter(|round| !round.test).collect())
}

/// Every round, the newest first, those that are only tried out among them: for pages that show the two apart or are where a
/// person works on either.
///
/// # Errors
/// When the database cannot be read.
pub fn list_with_tests(conn: &mut Conn) -> DbResult<Vec<Round>> {
    let rows: Vec<RoundColumns> = rounds::table
        .inner_join(funds::table)
        .order((rounds::opens_at.desc(), rounds::id.desc()))
        .select(round_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(round).collect())
}

/// A stored version of a definition.
#[derive(Debug, Clone)]
pub(super) struct StoredVersion {
    pub version: i32,
    pub definition: RoundDefinition,
    pub reason: String,
    pub at: At,
    pub by: AccountId,
}

/// Every version of a round's definition, the oldest first.
pub(super) fn list_versions(conn: &mut Conn, round: RoundId) -> DbResult<Vec<StoredVersion>> {
    let rows: Vec<(i32, String, String, At, AccountId)> = round_definitions::table
        .filter(round_definitions::round_id.eq(round))
        .order(round_definitions::version)
        .select((
            round_definitions::version,
            round_definitions::document,
            round_definitions::reason,
            round_definitions::created_at,
            round_definitions::created_by,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(version, document, reason, at, by)| {
            Ok(StoredVersion { version, definition: serde_json::from_str(&document)?, reason, at, by })
        })
        .collect()
}

/// Moves a round from one stage to the next. `NotFound` when it is no longer in `from`.
///
/// # Errors
/// When somebody else moved it, or the database refuses.
pub fn set_stage(tx: &mut WriteTx<'_>, round: RoundId, from: RoundStage, to: RoundStage) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::Rounds, round.row(), |conn| {
        let moving = rounds::table.find(round.row()).filter(rounds::stage.eq(from));
        if to == RoundStage::Published {
            diesel::update(moving)
                .set((
                    rounds::stage.eq(to),
                    rounds::published_at.eq(Some(now)),
                    rounds::version.eq(rounds::version + 1),
                ))
                .execute(conn)
        } else {
            diesel::update(moving).set((rounds::stage.eq(to), rounds::version.eq(rounds::version + 1))).execute(conn)
        }
    })
}

/// A fund's row, code and name, by code.
/// The fund of a code, with its name.
pub(super) fn find_fund(conn: &mut Conn, code: &str) -> DbResult<Option<(FundId, String)>> {
    let found: Option<(i32, String)> =
        funds::table.filter(funds::code.eq(code)).select((funds::id, funds::name)).get_result(conn).optional()?;
    Ok(found.map(|(id, name)| (FundId::new(id), name)))
}

pub(super) fn insert_fund(tx: &mut WriteTx<'_>, code: &str, name: &str) -> DbResult<FundId> {
    let now = tx.now();
    let id = tx.insert(Table::Funds, |conn| {
        diesel::insert_into(funds::table)
            .values((funds::code.eq(code), funds::name.eq(name), funds::created_at.eq(now)))
            .returning(funds::id)
            .get_result(conn)
    })?;
    Ok(FundId::new(id))
}

/// A round to be added.
#[derive(Debug)]
pub(super) struct NewRound<'a> {
    pub fund: FundId,
    pub reference: &'a str,
    pub name: &'a str,
    pub opens_at: At,
    pub closes_at: At,
    pub test: bool,
}

pub(super) fn insert_round(tx: &mut WriteTx<'_>, new: &NewRound<'_>) -> DbResult<RoundId> {
    let (now, account) = (tx.now(), tx.account()?);
    let id = tx.insert(Table::Rounds, |conn| {
        diesel::insert_into(rounds::table)
            .values((
                rounds::fund_id.eq(new.fund),
                rounds::reference.eq(new.reference),
                rounds::name.eq(new.name),
                rounds::stage.eq(RoundStage::Draft),
                rounds::opens_at.eq(new.opens_at),
                rounds::closes_at.eq(new.closes_at),
                rounds::created_at.eq(now),
                rounds::created_by.eq(account),
                rounds::version.eq(1),
                rounds::test.eq(i32::from(new.test)),
            ))
            .returning(rounds::id)
            .get_result(conn)
    })?;
    Ok(RoundId::new(id))
}

pub(super) fn insert_definition(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    version: i32,
    definition: &RoundDefinition,
    reason: &str,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    let document = serde_json::to_string(definition)?;
    tx.insert(Table::RoundDefinitions, |conn| {
        diesel::insert_into(round_definitions::table)
            .values((
                round_definitions::round_id.eq(round),
                round_definitions::version.eq(version),
                round_definitions::document.eq(document),
                round_definitions::reason.eq(reason),
                round_definitions::created_at.eq(now),
                round_definitions::created_by.eq(account),
            ))
            .returning(round_definitions::id)
            .get_result(conn)
    })?;
    // What decides who may submit and read stands with the round, where every question of time looks; it freezes with it.
    tx.update(Table::Rounds, round.row(), |conn| {
        diesel::update(rounds::table.find(round.row()))
            .set((
                rounds::grace_minutes.eq(definition.intake.grace_minutes),
                rounds::sealed.eq(i32::from(definition.intake.sealed)),
            ))
            .execute(conn)
    })
}

/// Changes the name and times of a round that is being set up; `NotFound` when `version` has moved on.
pub(super) fn update_round(tx: &mut WriteTx<'_>, round: &Round, version: i32) -> DbResult<()> {
    tx.update(Table::Rounds, round.id.row(), |conn| {
        diesel::update(
            rounds::table
                .find(round.id.row())
                .filter(rounds::version.eq(version).and(rounds::stage.eq(RoundStage::Draft))),
        )
        .set((
            rounds::name.eq(&round.name),
            rounds::opens_at.eq(round.opens_at),
            rounds::closes_at.eq(round.closes_at),
            rounds::version.eq(rounds::version + 1),
        ))
        .execute(conn)
    })
}

/// Closes a test round that takes bids; `NotFound` when it is none or has moved on.
pub(super) fn close_test(tx: &mut WriteTx<'_>, round: RoundId, version: i32) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::Rounds, round.row(), |conn| {
        diesel::update(
            rounds::table.find(round.row()).filter(
                rounds::version
                    .eq(version)
                    .and(rounds::stage.eq(RoundStage::Published))
                    .and(rounds::test.eq(1))
                    .and(rounds::opens_at.lt(now)),
            ),
        )
        .set((rounds::closes_at.eq(now), rounds::version.eq(rounds::version + 1)))
        .execute(conn)
    })
}

/// How many rounds a fund has had with references that begin so.
pub(super) fn count_references(conn: &mut Conn, prefix: &str) -> DbResult<i64> {
    Ok(rounds::table.filter(rounds::reference.like(format!("{prefix}%"))).count().get_result(conn)?)
}
