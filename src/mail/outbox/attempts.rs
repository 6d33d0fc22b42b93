//! Every try to hand a message over, kept.

use diesel::prelude::*;

use crate::base::time::At;
use crate::db::schema::outbox_attempts;
use crate::db::{Conn, DbResult};
use crate::mail::ending::{Ended, Told};

/// One try.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Attempt {
    /// Which, counted from 1.
    pub number: i32,
    /// When it began.
    pub started_at: At,
    /// When it ended; none while it goes on.
    pub ended_at: Option<At>,
    /// How it ended.
    pub ending: Option<Ended>,
    /// In plain words.
    pub words: Option<String>,
    /// What the mail server said.
    pub said: Option<String>,
    /// SHA-256 of the bytes that were to be handed over.
    pub sha256: Option<String>,
}

pub(super) fn begin(conn: &mut Conn, message: i32, number: i32, now: At) -> DbResult<()> {
    diesel::insert_into(outbox_attempts::table)
        .values((
            outbox_attempts::outbox_id.eq(message),
            outbox_attempts::number.eq(number),
            outbox_attempts::started_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// The end of a try. One that was taken for vanished and knows its end after all writes over what was guessed.
pub(super) fn end(
    conn: &mut Conn,
    (message, number): (i32, i32),
    ended: Ended,
    told: &Told,
    sha256: Option<&str>,
    now: At,
) -> DbResult<()> {
    let this = outbox_attempts::outbox_id.eq(message).and(outbox_attempts::number.eq(number));
    diesel::update(outbox_attempts::table.filter(this))
        .set((
            outbox_attempts::ended_at.eq(Some(now)),
            outbox_attempts::ending.eq(Some(ended)),
            outbox_attempts::words.eq(Some(&told.words)),
            outbox_attempts::said.eq(Some(&told.said)),
            outbox_attempts::sha256.eq(sha256),
        ))
        .execute(conn)?;
    Ok(())
}

/// The tries of a message, the first first.
///
/// # Errors
/// When the database cannot be read.
pub fn attempts_of(conn: &mut Conn, message: i32) -> DbResult<Vec<Attempt>> {
    Ok(outbox_attempts::table
        .filter(outbox_attempts::outbox_id.eq(message))
        .order(outbox_attempts::number)
        .select((
            outbox_attempts::number,
            outbox_attempts::started_at,
            outbox_attempts::ended_at,
            outbox_attempts::ending,
            outbox_attempts::words,
            outbox_attempts::said,
            outbox_attempts::sha256,
        ))
        .load(conn)?)
}
