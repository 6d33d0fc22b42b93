//! The outbox table.

pub mod attempts;
pub mod trouble;

use diesel::prelude::*;

use super::ending::{Ended, Ending};
use crate::base::ids::{ApplicationId, LetterId, RoundId};
use crate::base::random::Random;
use crate::base::text::clean_line;
use crate::base::time::At;
use crate::column_enum;
use crate::db::schema::{applications, letters, outbox};
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

/// What a message is about: under which round and application officers find it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct About {
    /// The round.
    pub round: Option<RoundId>,
    /// The application. Nobody to whom it is closed sees the message listed.
    pub application: Option<ApplicationId>,
}

impl About {
    /// About an application.
    #[must_use]
    pub const fn application(round: RoundId, application: ApplicationId) -> Self {
        Self { round: Some(round), application: Some(application) }
    }

    /// About a round, and no application.
    #[must_use]
    pub const fn round(round: RoundId) -> Self {
        Self { round: Some(round), application: None }
    }
}

/// Queues a message inside a transaction. Its Message-ID is fixed here, once. One that brings a letter is about the letter's
/// application.
///
/// # Errors
/// When the database refuses.
pub fn queue(conn: &mut Conn, mail: &NewMail, random: &Random, now: At) -> DbResult<()> {
    let about = match mail.letter {
        None => About::default(),
        Some(letter) => letters::table
            .inner_join(applications::table)
            .filter(letters::id.eq(letter.row()))
            .select((applications::round_id, applications::id))
            .get_result::<(RoundId, i32)>(conn)
            .optional()?
            .map(|(round, application)| About::application(round, ApplicationId::new(application)))
            .unwrap_or_default(),
    };
    queue_about(conn, mail, about, random, now).map(drop)
}

/// The same, about a round or an application. Says the message's Message-ID: for whoever keeps a record of what becomes of it.
///
/// # Errors
/// When the database refuses.
pub fn queue_about(conn: &mut Conn, mail: &NewMail, about: About, random: &Random, now: At) -> DbResult<String> {
    let id = format!("<{}@evenhand>", data_encoding::HEXLOWER.encode(&random.bytes::<16>()?));
    diesel::insert_into(outbox::table)
        .values((
            (
                outbox::kind.eq(mail.kind),
                outbox::letter_id.eq(mail.letter),
                outbox::to_email.eq(&mail.to_email),
                outbox::to_name.eq(clean_line(&mail.to_name)),
                outbox::subject.eq(clean_line(&mail.subject)),
                outbox::text_body.eq(&mail.text),
                outbox::html_body.eq(&mail.html),
                outbox::message_id.eq(&id),
            ),
            (
                outbox::stage.eq(Stage::Queued),
                outbox::attempts.eq(0),
                outbox::created_at.eq(now),
                outbox::next_attempt_at.eq(now),
                outbox::round_id.eq(about.round.map(RoundId::row)),
                outbox::application_id.eq(about.application.map(ApplicationId::row)),
                outbox::tries.eq(0),
                outbox::copies.eq(0),
            ),
        ))
        .execute(conn)?;
    Ok(id)
}

/// Where a message stands, by its Message-ID.
///
/// # Errors
/// When the database cannot be read.
pub fn stage_of(conn: &mut Conn, message_id: &str) -> DbResult<Option<Stage>> {
    Ok(outbox::table.filter(outbox::message_id.eq(message_id)).select(outbox::stage).get_result(conn).optional()?)
}

/// A message that a sender holds.
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
    /// The number of this try: whoever holds another number holds the message no more.
    pub attempt: i32,
    /// Tries that count, this one included.
    pub tries: i32,
    /// How often an officer had it sent again although it may have arrived.
    pub copies: i32,
    /// When it was queued: its date, at every try.
    pub created_at: At,
}

/// How long a sender may hold a message before it hands it over, in seconds.
pub const LEASE_SECONDS: i64 = 120;
/// How long it may take from the handing over to the answer.
pub const ANSWER_SECONDS: i64 = 300;
/// After so many tries a message fails; about 16 hours after it was queued.
pub const MOST_TRIES: i32 = 10;
/// Minutes between one try and the next.
const WAITS: [i64; 9] = [1, 2, 5, 10, 30, 60, 120, 240, 480];
/// Of two senders that want the same message one loses, and takes the next.
const TAKES: usize = 8;

/// Takes the next message that is due: those for which somebody waits at the screen first. Nothing while mail must wait for a fault
/// of the server or the settings.
///
/// # Errors
/// When the database refuses.
pub fn take(db: &Db, now: At) -> DbResult<Option<Held>> {
    db.operate(|tx| {
        let conn = tx.conn();
        if trouble::must_wait(conn, now)? {
            return Ok(None);
        }
        for _ in 0..TAKES {
            let Some(id) = next_due(conn, now)? else { return Ok(None) };
            // Compare-and-set: of two senders one gets it.
            let taken = diesel::update(outbox::table.find(id).filter(outbox::stage.eq(Stage::Queued)))
                .set((
                    outbox::stage.eq(Stage::Sending),
                    outbox::attempts.eq(outbox::attempts + 1),
                    outbox::tries.eq(outbox::tries + 1),
                    outbox::handed_at.eq(None::<At>),
                    outbox::leased_until.eq(Some(now.plus_seconds(LEASE_SECONDS))),
                ))
                .execute(conn)?;
            if taken == 1 {
                let held = held(conn, id)?;
                attempts::begin(conn, id, held.attempt, now)?;
                return Ok(Some(held));
            }
        }
        Ok(None)
    })
}

fn next_due(conn: &mut Conn, now: At) -> DbResult<Option<i32>> {
    let due = outbox::stage.eq(Stage::Queued).and(outbox::next_attempt_at.le(now));
    let urgent = outbox::kind.eq("sign_in").or(outbox::kind.eq("signature_code"));
    let first: Option<i32> =
        outbox::table.filter(due.and(urgent)).order(outbox::id).select(outbox::id).first(conn).optional()?;
    if first.is_some() {
        return Ok(first);
    }
    Ok(outbox::table.filter(due).order(outbox::id).select(outbox::id).first(conn).optional()?)
}

fn held(conn: &mut Conn, id: i32) -> DbResult<Held> {
    Ok(outbox::table
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
            outbox::tries,
            outbox::copies,
            outbox::created_at,
        ))
        .get_result(conn)?)
}

/// Commits that the message's content leaves now; false when the lease is over or another sender has the message, and then
/// nothing may leave.
///
/// # Errors
/// When the database refuses; then too nothing may leave.
pub fn hand_over(db: &Db, held: &Held, now: At) -> DbResult<bool> {
    db.operate(|tx| {
        let mine = outbox::table.find(held.id).filter(
            outbox::stage
                .eq(Stage::Sending)
                .and(outbox::attempts.eq(held.attempt))
                .and(outbox::leased_until.ge(Some(now))),
        );
        let marked = diesel::update(mine)
            .set((outbox::handed_at.eq(Some(now)), outbox::leased_until.eq(Some(now.plus_seconds(ANSWER_SECONDS)))))
            .execute(tx.conn())?;
        Ok(marked == 1)
    })
}

/// Where a message stands after a try that ended so, how the try is named, and when the next is due.
fn judge(held: &Held, ending: &Ending, now: At) -> (Stage, Ended, At) {
    let later = |ended| {
        if held.tries >= MOST_TRIES {
            return (Stage::Failed, ended, now);
        }
        let place = usize::try_from(held.tries.saturating_sub(1)).unwrap_or(0);
        let minutes = WAITS.get(place).or(WAITS.last()).copied().unwrap_or(1);
        (Stage::Queued, ended, now.plus_seconds(60 * minutes))
    };
    match ending {
        Ending::Sent(_) => (Stage::Sent, Ended::Sent, now),
        Ending::Refused(_) => (Stage::Failed, Ended::Refused, now),
        Ending::Unknown(_) => (Stage::Uncertain, Ended::Uncertain, now),
        Ending::Later(_) | Ending::Broken(..) => later(Ended::Later),
        Ending::Waits(..) => (Stage::Queued, Ended::Waits, now),
        Ending::Lost => (Stage::Sending, Ended::Lost, now),
    }
}

/// Records how a try ended; returns where the message stands now. A sender whose message was taken for vanished, and who does know
/// how it ended, still says so, unless an officer has decided meanwhile.
///
/// # Errors
/// When the database refuses.
pub fn settle(db: &Db, held: &Held, ending: &Ending, sha256: Option<&str>, now: At) -> DbResult<Stage> {
    let (stage, ended, next) = judge(held, ending, now);
    let told = ending.told();
    db.operate(|tx| {
        let conn = tx.conn();
        // The message first and its try after it, as in `abandon`: two that lock in different orders wait for each other.
        if *ending == Ending::Lost {
            attempts::end(conn, (held.id, held.attempt), ended, &told, sha256, now)?;
            return Ok(current(conn, held.id)?);
        }
        let finished = stage != Stage::Queued;
        let counted = if matches!(ending, Ending::Waits(..)) { held.tries.saturating_sub(1) } else { held.tries };
        let mine = outbox::table.find(held.id).filter(
            outbox::attempts
                .eq(held.attempt)
                .and(outbox::stage.eq(Stage::Sending).or(outbox::stage.eq(Stage::Uncertain))),
        );
        diesel::update(mine)
            .set((
                outbox::stage.eq(stage),
                outbox::tries.eq(counted),
                outbox::next_attempt_at.eq(next),
                outbox::finished_at.eq(finished.then_some(now)),
                outbox::recorded_at.eq(None::<At>),
                outbox::leased_until.eq(None::<At>),
                outbox::last_error.eq((stage != Stage::Sent).then_some(told.words.as_str())),
            ))
            .execute(conn)?;
        attempts::end(conn, (held.id, held.attempt), ended, &told, sha256, now)?;
        match ending.fault() {
            Some(fault) => trouble::note(conn, fault, &told, now)?,
            None => trouble::end(conn, now)?,
        }
        Ok(current(conn, held.id)?)
    })
}

fn current(conn: &mut Conn, id: i32) -> QueryResult<Stage> {
    outbox::table.find(id).select(outbox::stage).get_result(conn)
}

/// Takes back what vanished senders held. What was not handed over is due again; what was may have arrived, and is uncertain.
/// Returns how many of each.
///
/// # Errors
/// When the database refuses.
pub fn abandon(db: &Db, now: At) -> DbResult<(usize, usize)> {
    db.operate(|tx| {
        let conn = tx.conn();
        let rows: Vec<(i32, i32, Option<At>, Option<At>)> = outbox::table
            .filter(outbox::stage.eq(Stage::Sending).and(outbox::leased_until.lt(Some(now))))
            .order(outbox::id)
            .select((outbox::id, outbox::attempts, outbox::leased_until, outbox::handed_at))
            .load(conn)?;
        let (mut again, mut uncertain) = (0, 0);
        for (id, attempt, lease, handed) in rows {
            let (stage, ended, words) = match handed {
                None => {
                    let words = "The sender stopped before it handed the message over. It is sent again.";
                    (Stage::Queued, Ended::Stopped, words)
                }
                Some(_) => {
                    let words = "The sender stopped after it had begun to hand the message over. It may have arrived.";
                    (Stage::Uncertain, Ended::Uncertain, words)
                }
            };
            let finished = stage == Stage::Uncertain;
            // Unless its sender moved meanwhile: what it hands over after we looked must not be sent by another.
            let still = outbox::table.find(id).filter(
                outbox::stage.eq(Stage::Sending).and(outbox::attempts.eq(attempt)).and(outbox::leased_until.eq(lease)),
            );
            let back = (
                outbox::stage.eq(stage),
                outbox::next_attempt_at.eq(now),
                outbox::finished_at.eq(finished.then_some(now)),
                outbox::recorded_at.eq(None::<At>),
                outbox::leased_until.eq(None::<At>),
                outbox::last_error.eq(Some(words)),
            );
            let changed = if handed.is_none() {
                diesel::update(still.filter(outbox::handed_at.is_null())).set(back).execute(conn)?
            } else {
                diesel::update(still).set(back).execute(conn)?
            };
            if changed == 1 {
                let told = super::ending::Told { words: words.to_owned(), said: String::new() };
                attempts::end(conn, (id, attempt), ended, &told, None, now)?;
                if finished { uncertain += 1 } else { again += 1 }
            }
        }
        Ok((again, uncertain))
    })
}

/// Puts a message that failed, or may have arrived, back into the queue, because an officer said so; false when it stands
/// otherwise by now. What may have arrived is marked as a copy.
///
/// # Errors
/// When the database refuses.
pub fn requeue(conn: &mut Conn, id: i32, was: Stage, now: At) -> DbResult<bool> {
    let copy = i32::from(was == Stage::Uncertain);
    let changed = diesel::update(outbox::table.find(id).filter(outbox::stage.eq(was)))
        .set((
            outbox::stage.eq(Stage::Queued),
            outbox::tries.eq(0),
            outbox::copies.eq(outbox::copies + copy),
            outbox::next_attempt_at.eq(now),
            outbox::finished_at.eq(None::<At>),
            outbox::recorded_at.eq(None::<At>),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Messages about letters whose outcome the letters' own records have not taken over yet.
///
/// # Errors
/// When the database cannot be read.
pub fn unrecorded(conn: &mut Conn) -> DbResult<Vec<(i32, LetterId, Stage)>> {
    let rows: Vec<(i32, Option<LetterId>, Stage)> = outbox::table
        .filter(
            outbox::letter_id.is_not_null().and(outbox::finished_at.is_not_null()).and(outbox::recorded_at.is_null()),
        )
        .order(outbox::id)
        .select((outbox::id, outbox::letter_id, outbox::stage))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, letter, stage)| Some((id, letter?, stage))).collect())
}

/// Notes that an outcome is on the letters' own records; false when it is already, or is another by now.
///
/// # Errors
/// When the database refuses.
pub fn set_recorded(conn: &mut Conn, id: i32, stage: Stage, now: At) -> DbResult<bool> {
    let due = outbox::table.find(id).filter(outbox::stage.eq(stage).and(outbox::recorded_at.is_null()));
    Ok(diesel::update(due).set(outbox::recorded_at.eq(Some(now))).execute(conn)? == 1)
}

/// Messages by stage: for the readiness page and for tests.
///
/// # Errors
/// When the database cannot be read.
pub fn count(conn: &mut Conn, stage: Stage) -> DbResult<i64> {
    Ok(outbox::table.filter(outbox::stage.eq(stage)).count().get_result(conn)?)
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
