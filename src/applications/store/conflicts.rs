//! Which bids a conflict of interest takes from whom. The records themselves are the feature `conflicts`; what they hide is asked
//! for wherever bids are listed, counted or read, so it is asked for here.
//!
//! A conflict stands while the person declared one or an officer pinned one. A conflicted assignment counts as well: a database
//! that was not migrated to the end hides too much rather than too little.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::applications::model::Application;
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::db::schema::{applications, assignments, conflicts, declared_interests};
use crate::db::{Conn, DbResult};

/// The word of a standing declaration, of an officer's ruling that stands, and of an assignment that a conflict ended.
const DECLARED: &str = "conflict";
const PINNED: &str = "pinned";
const CONFLICTED: &str = "conflicted";

/// Every standing conflict of a query's rows.
macro_rules! standing {
    () => {
        conflicts::declared.eq(DECLARED).or(conflicts::ruling.eq(PINNED))
    };
}

/// The rounds that are closed to a person as a whole: they declared a conflict instead of approving or signing.
macro_rules! closed_rounds {
    ($account:expr) => {
        declared_interests::table
            .filter(declared_interests::account_id.eq($account).and(declared_interests::kind.eq(DECLARED)))
            .select(declared_interests::round_id)
    };
}

/// The bids of a round that are lost to a person because of a conflict of interest: no list, count, search, sort, chart, export,
/// mail or error of theirs holds them.
///
/// # Errors
/// When the database refuses.
pub fn hidden_from(conn: &mut Conn, actor: &Actor, round: RoundId) -> DbResult<BTreeSet<ApplicationId>> {
    match actor.account() {
        None => Ok(BTreeSet::new()),
        Some(account) => hidden_of(conn, account, Some(round)),
    }
}

/// The same over all rounds.
///
/// # Errors
/// When the database refuses.
pub fn hidden_everywhere(conn: &mut Conn, actor: &Actor) -> DbResult<BTreeSet<ApplicationId>> {
    match actor.account() {
        None => Ok(BTreeSet::new()),
        Some(account) => hidden_of(conn, account, None),
    }
}

/// Whether a person has a conflict of interest in any bid of a round. Who has one does not see its ranking, budget line,
/// recommendation or decision either: each rank tells of the others.
///
/// # Errors
/// When the database refuses.
pub fn is_conflicted_in(conn: &mut Conn, account: AccountId, round: RoundId) -> DbResult<bool> {
    Ok(!hidden_of(conn, account, Some(round))?.is_empty())
}

fn hidden_of(conn: &mut Conn, account: AccountId, round: Option<RoundId>) -> DbResult<BTreeSet<ApplicationId>> {
    let mut recorded = conflicts::table
        .inner_join(applications::table)
        .filter(conflicts::account_id.eq(account))
        .filter(standing!())
        .select(conflicts::application_id)
        .into_boxed();
    let mut assigned = assignments::table
        .inner_join(applications::table)
        .filter(assignments::account_id.eq(account))
        .filter(assignments::stage.eq(CONFLICTED))
        .select(assignments::application_id)
        .into_boxed();
    let mut closed = closed_rounds!(account).into_boxed();
    if let Some(round) = round {
        closed = closed.filter(declared_interests::round_id.eq(round));
        recorded = recorded.filter(applications::round_id.eq(round));
        assigned = assigned.filter(applications::round_id.eq(round));
    }
    let mut hidden: BTreeSet<ApplicationId> = recorded.load::<ApplicationId>(conn)?.into_iter().collect();
    hidden.extend(assigned.load::<ApplicationId>(conn)?);
    let closed: Vec<RoundId> = closed.load(conn)?;
    if !closed.is_empty() {
        let bids = applications::table.filter(applications::round_id.eq_any(closed)).select(applications::id);
        hidden.extend(bids.load::<ApplicationId>(conn)?);
    }
    Ok(hidden)
}

/// Who has a conflict of interest in which bid of a round: they are neither assigned nor counted.
///
/// # Errors
/// When the database refuses.
pub fn standing_conflicts(conn: &mut Conn, round: RoundId) -> DbResult<BTreeSet<(ApplicationId, AccountId)>> {
    let recorded: Vec<(ApplicationId, AccountId)> = conflicts::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .filter(standing!())
        .select((conflicts::application_id, conflicts::account_id))
        .load(conn)?;
    let assigned: Vec<(ApplicationId, AccountId)> = assignments::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .filter(assignments::stage.eq(CONFLICTED))
        .select((assignments::application_id, assignments::account_id))
        .load(conn)?;
    Ok(recorded.into_iter().chain(assigned).collect())
}

/// Whether a person has a conflict of interest in a bid.
pub(super) fn is_hidden(conn: &mut Conn, account: AccountId, application: &Application) -> DbResult<bool> {
    let found: Option<i32> = conflicts::table
        .filter(conflicts::application_id.eq(application.id).and(conflicts::account_id.eq(account)))
        .filter(standing!())
        .select(conflicts::id)
        .get_result(conn)
        .optional()?;
    if found.is_some() {
        return Ok(true);
    }
    let closed: Vec<RoundId> =
        closed_rounds!(account).filter(declared_interests::round_id.eq(application.round)).load(conn)?;
    Ok(!closed.is_empty())
}
