//! What a signature needs: approvals, declared interests, limits, and the codes that were mailed.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::access::Duty;
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, RecommendationId, RoundId};
use crate::base::money::Pence;
use crate::base::role::Role;
use crate::base::time::At;
use crate::db::schema::{
    account_roles, accounts, declared_interests, recommendation_approvals, signature_codes, signing_limits,
};
use crate::db::{Conn, DbResult};
use crate::decisions::model::{Approval, DeclaredInterest, InterestKind, Interests, Signatory};

/// Tries that a code takes.
const MOST_TRIES: i32 = 5;

/// The management's approval of a recommendation.
///
/// # Errors
/// When the database cannot be read.
pub fn approval_of(conn: &mut Conn, recommendation: RecommendationId) -> DbResult<Option<Approval>> {
    let row: Option<(At, AccountId, String)> = recommendation_approvals::table
        .filter(recommendation_approvals::recommendation_id.eq(recommendation))
        .select((
            recommendation_approvals::approved_at,
            recommendation_approvals::approved_by,
            recommendation_approvals::note,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(approved_at, approved_by, note)| Approval { approved_at, approved_by, note }))
}

pub(in crate::decisions) fn insert_approval(
    tx: &mut WriteTx<'_>,
    recommendation: RecommendationId,
    note: &str,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::RecommendationApprovals, |conn| {
        diesel::insert_into(recommendation_approvals::table)
            .values((
                recommendation_approvals::recommendation_id.eq(recommendation),
                recommendation_approvals::approved_at.eq(now),
                recommendation_approvals::approved_by.eq(account),
                recommendation_approvals::note.eq(note),
            ))
            .returning(recommendation_approvals::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// What was declared in a round by those who approved or signed, or did not because of it; the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn interests_of(conn: &mut Conn, round: RoundId) -> DbResult<Vec<DeclaredInterest>> {
    let rows: Vec<(AccountId, String, InterestKind, String, At)> = declared_interests::table
        .filter(declared_interests::round_id.eq(round))
        .order(declared_interests::id)
        .select((
            declared_interests::account_id,
            declared_interests::duty,
            declared_interests::kind,
            declared_interests::statement,
            declared_interests::declared_at,
        ))
        .load(conn)?;
    let interest = |(account, duty, kind, statement, declared_at)| DeclaredInterest {
        account,
        duty,
        kind,
        statement,
        declared_at,
    };
    Ok(rows.into_iter().map(interest).collect())
}

pub(in crate::decisions) fn insert_interest(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    duty: Duty,
    kind: InterestKind,
    interests: &Interests,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::DeclaredInterests, |conn| {
        diesel::insert_into(declared_interests::table)
            .values((
                declared_interests::round_id.eq(round),
                declared_interests::account_id.eq(account),
                declared_interests::duty.eq(duty.word()),
                declared_interests::kind.eq(kind),
                declared_interests::statement.eq(&interests.statement),
                declared_interests::declared_at.eq(now),
            ))
            .returning(declared_interests::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Every active decision maker with what they may sign for, by name. Who was given no limit has none.
///
/// # Errors
/// When the database cannot be read.
pub fn signatories(conn: &mut Conn) -> DbResult<Vec<Signatory>> {
    let people: Vec<(i32, String)> = accounts::table
        .filter(accounts::deactivated_at.is_null().and(accounts::id.eq_any(
            account_roles::table.filter(account_roles::role.eq(Role::DecisionMaker)).select(account_roles::account_id),
        )))
        .order((accounts::name, accounts::id))
        .select((accounts::id, accounts::name))
        .load(conn)?;
    let rows: Vec<(AccountId, Option<Pence>)> = signing_limits::table
        .order(signing_limits::id)
        .select((signing_limits::account_id, signing_limits::limit_pence))
        .load(conn)?;
    // The newest of a person is the last of them.
    let limits: HashMap<AccountId, Option<Pence>> = rows.into_iter().collect();
    let signatory = |(id, name): (i32, String)| {
        let account = AccountId::new(id);
        Signatory { account, name, limit: limits.get(&account).copied().flatten() }
    };
    Ok(people.into_iter().map(signatory).collect())
}

pub(in crate::decisions) fn insert_limit(
    tx: &mut WriteTx<'_>,
    account: AccountId,
    limit: Option<Pence>,
) -> DbResult<()> {
    let (now, by) = (tx.now(), tx.account()?);
    tx.insert(Table::SigningLimits, |conn| {
        diesel::insert_into(signing_limits::table)
            .values((
                signing_limits::account_id.eq(account),
                signing_limits::limit_pence.eq(limit),
                signing_limits::set_at.eq(now),
                signing_limits::set_by.eq(by),
            ))
            .returning(signing_limits::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Puts a new code in the place of those before it.
pub(in crate::decisions) fn insert_code(
    conn: &mut Conn,
    round: RoundId,
    account: AccountId,
    code_hash: &str,
    (now, expires_at): (At, At),
) -> DbResult<()> {
    end_codes(conn, round, account, now)?;
    diesel::insert_into(signature_codes::table)
        .values((
            signature_codes::round_id.eq(round),
            signature_codes::account_id.eq(account),
            signature_codes::code_hash.eq(code_hash),
            signature_codes::created_at.eq(now),
            signature_codes::expires_at.eq(expires_at),
            signature_codes::tries.eq(0),
        ))
        .execute(conn)?;
    Ok(())
}

fn end_codes(conn: &mut Conn, round: RoundId, account: AccountId, now: At) -> DbResult<usize> {
    let live = signature_codes::table.filter(
        signature_codes::round_id
            .eq(round)
            .and(signature_codes::account_id.eq(account))
            .and(signature_codes::ended_at.is_null()),
    );
    Ok(diesel::update(live).set(signature_codes::ended_at.eq(Some(now))).execute(conn)?)
}

/// Counts a try before it is judged, so that no number of them at once is free.
pub(in crate::decisions) fn count_try(conn: &mut Conn, round: RoundId, account: AccountId) -> DbResult<()> {
    let live = signature_codes::table.filter(
        signature_codes::round_id
            .eq(round)
            .and(signature_codes::account_id.eq(account))
            .and(signature_codes::ended_at.is_null()),
    );
    diesel::update(live).set(signature_codes::tries.eq(signature_codes::tries + 1)).execute(conn)?;
    Ok(())
}

/// Whether a code is the one that was mailed, still lives, and was not tried too often.
pub(in crate::decisions) fn is_live_code(
    conn: &mut Conn,
    round: RoundId,
    account: AccountId,
    code_hash: &str,
    now: At,
) -> DbResult<bool> {
    let found: i64 = signature_codes::table
        .filter(
            signature_codes::round_id
                .eq(round)
                .and(signature_codes::account_id.eq(account))
                .and(signature_codes::code_hash.eq(code_hash))
                .and(signature_codes::ended_at.is_null())
                .and(signature_codes::expires_at.gt(now))
                .and(signature_codes::tries.le(MOST_TRIES)),
        )
        .count()
        .get_result(conn)?;
    Ok(found == 1)
}

/// Ends a code that was used: it is good for one signature.
pub(in crate::decisions) fn end_code(conn: &mut Conn, round: RoundId, account: AccountId, now: At) -> DbResult<()> {
    end_codes(conn, round, account, now).map(|_| ())
}
