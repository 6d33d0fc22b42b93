//! The outbox table.

use diesel::prelude::*;

use crate::base::ids::LetterId;
use crate::base::random::Random;
use crate::base::time::At;
use crate::column_enum;
use crate::db::schema::outbox;
use crate::db::{Conn, Db, DbResult};

column_enum!(Stage, "Where a message stands.",
    /// Waits for its turn.
    Queued => "queued",
    /// Being handed over.
    Sending => "sending",
    /// The mail server took it.
    Sent => "sent",
    /// It will not be sent; an officer must look.
    Failed => "failed",
    /// It may have arrived; never sent again by itself.
    Uncertain => "uncertain",
);

/// A message to be sent.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// Which kind: the template's name.
    pub kind: &'static str,
    /// The letter it brings.
    pub letter: Option<LetterId>,
    /// To whom.
    pub to_email: String,
    /// Their name.
    pub to_name: String,
    /// Subject, one line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// Queues a message inside a transaction. Its Message-ID is fixed here, once.
///
/// # Errors
/// When the database refuses.
pub fn queue(conn: &mut Conn, mail: &NewMail, random: &Random, now: At) -> DbResult<()> {
    queue_named(conn, mail, random, now).map(drop)
}

/// Queues a message, and says its Message-ID: for whoever keeps a record of what becomes of it.
///
/// # Errors
/// When the database refuses.
pub fn queue_named(conn: &mut Conn, mail: &NewMail, random: &Random, now: At) -> DbResult<String> {
    let id = format!("<{}@evenhand>", data_encoding::HEXLOWER.encode(&random.bytes::<16>()?));
    diesel::insert_into(outbox::table)
        .values((
            outbox::kind.eq(mail.kind),
            outbox::letter_id.eq(mail.letter),
            outbox::to_email.eq(&mail.to_email),
            outbox::to_name.eq(crate::base::text::clean_line(&mail.to_name)),
            outbox::subject.eq(crate::base::text::clean_line(&mail.subject)),
            outbox::text_body.eq(&mail.text),
            outbox::html_body.eq(&mail.html),
            outbox::message_id.eq(&id),
            outbox::stage.eq(Stage::Queued),
            outbox::attempts.eq(0),
            outbox::created_at.eq(now),
            outbox::next_attempt_at.eq(now),
        ))
        .execute(conn)?;
    Ok(id)
}

/// Where a message stands, by its Message-ID.
///
/// # Errors
/// When the database cannot be read.
pub fn stage_of(conn: &mut Conn, message_id: &str) -> DbResult<Option<Stage>> {
    Ok(outbox::table.filter(outbox::message_id.eq(message_id)).select(outbox::stage).first(conn).optional()?)
}

/// A message that the worker holds.
#[derive(Debug, Clone, Queryable)]
pub struct Held {
    /// Its row.
    pub id: i32,
    /// The letter it brings.
    pub letter: Option<LetterId>,
    /// To whom.
    pub to_email: String,
    /// Their name.
    pub to_name: String,
    /// Subject.
    pub subject: String,
    /// Text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// Fixed when it was queued.
    pub message_id: String,
    /// Tries so far, this one included.
    pub attempts: i32,
}

/// How long a worker may hold a message, in seconds.
pub const LEASE_SECONDS: i64 = 120;

/// Takes the next message that is due. One whose worker vanished while sending becomes uncertain.
///
/// # Errors
/// When the database refuses.
pub fn take(db: &Db, now: At) -> DbResult<Option<Held>> {
    db.operate(|tx| {
        let conn = tx.conn();
        let next: Option<i32> = outbox::table
            .filter(outbox::stage.eq(Stage::Queued).and(outbox::next_attempt_at.le(now)))
            .order(outbox::id)
            .select(outbox::id)
            .first(conn)
            .optional()?;
        let Some(id) = next else { return Ok(None) };
        // Compare-and-set: of two workers one gets it.
        let taken = diesel::update(outbox::table.find(id).filter(outbox::stage.eq(Stage::Queued)))
            .set((
                outbox::stage.eq(Stage::Sending),
                outbox::attempts.eq(outbox::attempts + 1),
                outbox::leased_until.eq(Some(now.plus_seconds(LEASE_SECONDS))),
            ))
            .execute(conn)?;
        if taken == 0 {
            return Ok(None);
        }
        Ok(Some(
            outbox::table
                .find(id)
                .select((
                    outbox::id,
                    outbox::letter_id,
                    outbox::to_email,
                    outbox::to_name,
                    outbox::subject,
                    outbox::text_body,
                    outbox::html_body,
                    outbox::message_id,
                    outbox::attempts,
                ))
                .first(conn)?,
        ))
    })
}

/// Messages whose worker vanished while it held them: they may have arrived.
///
/// # Errors
/// When the database refuses.
pub fn abandon(db: &Db, now: At) -> DbResult<Vec<(i32, Option<LetterId>)>> {
    db.operate(|tx| {
        let conn = tx.conn();
        let rows: Vec<(i32, Option<LetterId>)> = outbox::table
            .filter(outbox::stage.eq(Stage::Sending).and(outbox::leased_until.lt(Some(now))))
            .select((outbox::id, outbox::letter_id))
            .load(conn)?;
        for (id, _) in &rows {
            set_stage(conn, *id, Stage::Uncertain, Some("the sender stopped while it held the message"), now)?;
        }
        Ok(rows)
    })
}

/// Records how a try ended.
///
/// # Errors
/// When the database refuses.
pub fn settle(db: &Db, id: i32, stage: Stage, error: Option<&str>, now: At) -> DbResult<()> {
    db.operate(|tx| set_stage(tx.conn(), id, stage, error, now))
}

/// Puts a message back, to be tried again at `at`.
///
/// # Errors
/// When the database refuses.
pub fn put_back(db: &Db, id: i32, error: &str, at: At) -> DbResult<()> {
    db.operate(|tx| {
        diesel::update(outbox::table.find(id))
            .set((
                outbox::stage.eq(Stage::Queued),
                outbox::next_attempt_at.eq(at),
                outbox::leased_until.eq(None::<At>),
                outbox::last_error.eq(Some(error)),
            ))
            .execute(tx.conn())?;
        Ok(())
    })
}

fn set_stage(conn: &mut Conn, id: i32, stage: Stage, error: Option<&str>, now: At) -> DbResult<()> {
    diesel::update(outbox::table.find(id))
        .set((
            outbox::stage.eq(stage),
            outbox::finished_at.eq(Some(now)),
            outbox::leased_until.eq(None::<At>),
            outbox::last_error.eq(error),
        ))
        .execute(conn)?;
    Ok(())
}

/// Messages by stage: for the readiness page and for tests.
///
/// # Errors
/// When the database cannot be read.
pub fn count(conn: &mut Conn, stage: Stage) -> DbResult<i64> {
    Ok(outbox::table.filter(outbox::stage.eq(stage)).count().get_result(conn)?)
}
