//! Extensions, the seal, and who must hear of them.

use diesel::prelude::*;

use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, RoundId};
use crate::base::time::At;
use crate::db::schema::{accounts, applications, memberships, reminders, round_extensions, rounds};
use crate::db::{Conn, DbResult};
use crate::rounds::deadline::Extension;
use crate::rounds::model::{Round, RoundStage};

/// Every extension of a round, the first one first.
///
/// # Errors
/// When the database cannot be read.
pub fn extensions_of(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Extension>> {
    let rows: Vec<(At, At, String, At, AccountId)> = round_extensions::table
        .filter(round_extensions::round_id.eq(round))
        .order(round_extensions::id)
        .select((
            round_extensions::old_closes_at,
            round_extensions::new_closes_at,
            round_extensions::reason,
            round_extensions::extended_at,
            round_extensions::extended_by,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|(from, to, reason, at, by)| Extension { from, to, reason, at, by }).collect())
}

/// Writes an extension down; the trigger on `rounds.closes_at` asks for this row.
pub(in crate::rounds) fn insert_extension(tx: &mut WriteTx<'_>, round: RoundId, extension: &Extension) -> DbResult<()> {
    tx.insert(Table::RoundExtensions, |conn| {
        diesel::insert_into(round_extensions::table)
            .values((
                round_extensions::round_id.eq(round),
                round_extensions::old_closes_at.eq(extension.from),
                round_extensions::new_closes_at.eq(extension.to),
                round_extensions::reason.eq(&extension.reason),
                round_extensions::extended_at.eq(extension.at),
                round_extensions::extended_by.eq(extension.by),
            ))
            .returning(round_extensions::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Moves the closing time of a published round; `NotFound` when the round has moved on.
pub(in crate::rounds) fn set_closes_at(tx: &mut WriteTx<'_>, round: &Round, to: At) -> DbResult<()> {
    tx.update(Table::Rounds, round.id.row(), |conn| {
        diesel::update(
            rounds::table
                .find(round.id.row())
                .filter(rounds::version.eq(round.version).and(rounds::stage.eq(RoundStage::Published))),
        )
        .set((rounds::closes_at.eq(to), rounds::version.eq(rounds::version + 1)))
        .execute(conn)
    })
}

/// Unseals a round; `NotFound` when it is unsealed already.
pub(in crate::rounds) fn set_unsealed(tx: &mut WriteTx<'_>, round: RoundId) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::Rounds, round.row(), |conn| {
        diesel::update(rounds::table.find(round.row()).filter(rounds::sealed.eq(1).and(rounds::unsealed_at.is_null())))
            .set((rounds::unsealed_at.eq(Some(now)), rounds::version.eq(rounds::version + 1)))
            .execute(conn)
    })
}

/// The mail about the end of the round becomes due again for those who had it: the round ends later.
pub(in crate::rounds) fn rearm_closed_notice(conn: &mut Conn, round: RoundId) -> DbResult<()> {
    let bids = applications::table.filter(applications::round_id.eq(round)).select(applications::id);
    diesel::delete(reminders::table.filter(reminders::kind.eq("closed").and(reminders::application_id.eq_any(bids))))
        .execute(conn)?;
    Ok(())
}

/// How many bids a round has received.
pub(in crate::rounds) fn count_submitted(conn: &mut Conn, round: RoundId) -> DbResult<i64> {
    Ok(applications::table
        .filter(applications::round_id.eq(round).and(applications::stage.eq("submitted")))
        .count()
        .get_result(conn)?)
}

/// Somebody with a draft or a bid in a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bidder {
    /// Their name.
    pub name: String,
    /// Where they get mail.
    pub email: String,
    /// References of what they have not submitted.
    pub drafts: Vec<String>,
    /// References of what they have submitted.
    pub submitted: Vec<String>,
}

/// Everybody who has a draft or a bid in a round, each once.
pub(in crate::rounds) fn bidders_of(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Bidder>> {
    let rows: Vec<(i32, String, String, String, String)> = applications::table
        .inner_join(memberships::table.on(memberships::organisation_id.eq(applications::organisation_id)))
        .inner_join(accounts::table.on(accounts::id.eq(memberships::account_id)))
        .filter(applications::round_id.eq(round).and(applications::stage.ne("withdrawn")))
        .filter(accounts::deactivated_at.is_null())
        .order((accounts::id, applications::reference))
        .select((accounts::id, accounts::name, accounts::email, applications::reference, applications::stage))
        .load(conn)?;
    let mut bidders: Vec<(i32, Bidder)> = Vec::new();
    for (id, name, email, reference, stage) in rows {
        if bidders.last().is_none_or(|(last, _)| *last != id) {
            bidders.push((id, Bidder { name, email, drafts: Vec::new(), submitted: Vec::new() }));
        }
        if let Some((_, bidder)) = bidders.last_mut() {
            let list = if stage == "submitted" { &mut bidder.submitted } else { &mut bidder.drafts };
            list.push(reference);
        }
    }
    Ok(bidders.into_iter().map(|(_, bidder)| bidder).collect())
}
