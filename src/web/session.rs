//! Sessions: rows with hashed tokens (rule D12). The cookie holds the token, the database only its SHA-256.

use diesel::prelude::*;

use crate::base::actor::{Actor, Person};
use crate::base::ids::AccountId;
use crate::base::random::token_hash;
use crate::base::role::Role;
use crate::base::time::At;
use crate::db::schema::sessions;
use crate::db::{Conn, Db, DbResult, person};

/// Minutes without a request after which staff are signed out.
pub const STAFF_IDLE_MINUTES: i64 = 30;
/// The same for applicants, who write long answers.
pub const APPLICANT_IDLE_MINUTES: i64 = 60;
/// Hours after which everybody is signed out.
pub const ABSOLUTE_HOURS: i64 = 12;

/// A live session.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its row.
    pub id: i32,
    /// Who it is.
    pub person: Person,
    /// When it was last noted as used.
    pub last_seen_at: At,
    /// Seconds until it ends when nothing more is asked for.
    pub ends_in: i64,
}

impl Session {
    /// The person as an actor.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Person(self.person.clone())
    }
}

/// The live session of a token; `None` when there is none, it ran out, or the account was deactivated.
///
/// # Errors
/// When the database cannot be read.
pub fn find(conn: &mut Conn, token: &str, now: At) -> DbResult<Option<Session>> {
    let row: Option<(i32, AccountId, At, At)> = sessions::table
        .filter(sessions::token_hash.eq(token_hash(token)).and(sessions::ended_at.is_null()))
        .select((sessions::id, sessions::account_id, sessions::last_seen_at, sessions::expires_at))
        .get_result(conn)
        .optional()?;
    let Some((id, account, last_seen_at, expires_at)) = row else { return Ok(None) };
    let Some(person) = person(conn, account)? else { return Ok(None) };
    let staff = person.roles.iter().any(|role| *role != Role::Applicant);
    let idle_seconds = 60 * if staff { STAFF_IDLE_MINUTES } else { APPLICANT_IDLE_MINUTES };
    if now >= expires_at || now.seconds_since(last_seen_at) >= idle_seconds {
        return Ok(None);
    }
    let ends_in = idle_seconds.min(expires_at.seconds_since(now));
    Ok(Some(Session { id, person, last_seen_at, ends_in }))
}

/// Notes that the session was used, at most once a minute.
///
/// # Errors
/// When the database refuses.
pub fn touch(db: &Db, session: i32, now: At) -> DbResult<()> {
    db.operate(|tx| {
        diesel::update(sessions::table.find(session).filter(sessions::last_seen_at.lt(now.plus_seconds(-60))))
            .set(sessions::last_seen_at.eq(now))
            .execute(tx.conn())?;
        Ok(())
    })
}

/// Starts a session; returns its row.
///
/// # Errors
/// When the database refuses.
pub fn start(conn: &mut Conn, account: AccountId, token: &str, now: At) -> DbResult<i32> {
    Ok(diesel::insert_into(sessions::table)
        .values((
            sessions::account_id.eq(account),
            sessions::token_hash.eq(token_hash(token)),
            sessions::created_at.eq(now),
            sessions::last_seen_at.eq(now),
            sessions::expires_at.eq(now.plus_seconds(ABSOLUTE_HOURS * 3600)),
        ))
        .returning(sessions::id)
        .get_result(conn)?)
}

/// Ends a session.
///
/// # Errors
/// When the database refuses.
pub fn end(conn: &mut Conn, session: i32, now: At) -> DbResult<()> {
    diesel::update(sessions::table.find(session)).set(sessions::ended_at.eq(Some(now))).execute(conn)?;
    Ok(())
}

/// Ends every session of an account: deactivation, changed roles.
///
/// # Errors
/// When the database refuses.
pub fn end_all(conn: &mut Conn, account: AccountId, now: At) -> DbResult<()> {
    diesel::update(sessions::table.filter(sessions::account_id.eq(account).and(sessions::ended_at.is_null())))
        .set(sessions::ended_at.eq(Some(now)))
        .execute(conn)?;
    Ok(())
}
