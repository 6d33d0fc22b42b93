//! What keeps all mail waiting: a mail server that cannot be reached, a password that is wrong, a certificate that does not fit.
//!
//! While it is open, one message is tried after growing waits; when that one gets past it, the rest follows.

use diesel::prelude::*;

use crate::base::time::At;
use crate::db::schema::mail_troubles;
use crate::db::{Conn, DbResult};
use crate::mail::ending::{Fault, Told};

/// The longest wait between two tries, so that mail goes on soon after the fault is mended.
const LONGEST_WAIT_SECONDS: i64 = 120;

/// A fault of the mail server or of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Trouble {
    /// Since when.
    pub began_at: At,
    /// When it was last seen.
    pub last_at: At,
    /// When one message is tried again.
    pub next_try_at: At,
    /// How often it was seen.
    pub tries: i32,
    /// The setting that it is about.
    pub setting: String,
    /// What is wrong, in plain words.
    pub words: String,
    /// What to look at.
    pub hint: String,
    /// What the server said.
    pub said: String,
}

/// The fault that keeps mail waiting now.
///
/// # Errors
/// When the database cannot be read.
pub fn open_trouble(conn: &mut Conn) -> DbResult<Option<Trouble>> {
    Ok(mail_troubles::table
        .filter(mail_troubles::ended_at.is_null())
        .order(mail_troubles::id.desc())
        .select((
            mail_troubles::began_at,
            mail_troubles::last_at,
            mail_troubles::next_try_at,
            mail_troubles::tries,
            mail_troubles::setting,
            mail_troubles::words,
            mail_troubles::hint,
            mail_troubles::said,
        ))
        .first(conn)
        .optional()?)
}

pub(super) fn must_wait(conn: &mut Conn, now: At) -> DbResult<bool> {
    Ok(open_trouble(conn)?.is_some_and(|trouble| trouble.next_try_at > now))
}

/// Opens a fault, or notes that it was seen again.
pub(super) fn note(conn: &mut Conn, fault: &Fault, told: &Told, now: At) -> DbResult<()> {
    let open = open_trouble(conn)?;
    let tries = open.as_ref().map_or(1, |trouble| trouble.tries.saturating_add(1));
    let doublings = u32::try_from(tries.clamp(1, 10) - 1).unwrap_or(0);
    let wait = 5_i64.saturating_mul(2_i64.pow(doublings)).min(LONGEST_WAIT_SECONDS);
    let seen = (
        mail_troubles::last_at.eq(now),
        mail_troubles::next_try_at.eq(now.plus_seconds(wait)),
        mail_troubles::tries.eq(tries),
        mail_troubles::setting.eq(fault.setting),
        mail_troubles::words.eq(&told.words),
        mail_troubles::hint.eq(&fault.hint),
        mail_troubles::said.eq(&told.said),
    );
    if open.is_some() {
        diesel::update(mail_troubles::table.filter(mail_troubles::ended_at.is_null())).set(seen).execute(conn)?;
    } else {
        diesel::insert_into(mail_troubles::table).values((mail_troubles::began_at.eq(now), seen)).execute(conn)?;
    }
    Ok(())
}

/// Closes what is open: a message got past it.
pub(super) fn end(conn: &mut Conn, now: At) -> DbResult<()> {
    diesel::update(mail_troubles::table.filter(mail_troubles::ended_at.is_null()))
        .set(mail_troubles::ended_at.eq(Some(now)))
        .execute(conn)?;
    Ok(())
}
