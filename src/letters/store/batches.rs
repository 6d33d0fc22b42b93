//! Batches: each says who works on it and until when it is taken to be alive, so that of several processes one works on it.

use diesel::prelude::*;
use jiff::civil::Date;

use crate::audit::WriteTx;
use crate::base::ids::{AccountId, RoundId};
use crate::base::time::At;
use crate::db::schema::letter_batches;
use crate::db::{Conn, DbResult};
use crate::letters::model::{Batch, BatchStage, Group};

/// How long a process that works on a batch is taken to be alive after its last word. A letter takes 15 seconds at most.
pub(in crate::letters) const LEASE_SECONDS: i64 = 90;

type BatchColumns = (
    (i32, RoundId, BatchStage, i32, i32, i32, At, Option<At>, Option<String>),
    (AccountId, Option<At>, Option<Group>, Option<String>),
);

macro_rules! batch_columns {
    () => {
        (
            (
                letter_batches::id,
                letter_batches::round_id,
                letter_batches::stage,
                letter_batches::total,
                letter_batches::done,
                letter_batches::attention,
                letter_batches::started_at,
                letter_batches::finished_at,
                letter_batches::problem,
            ),
            (letter_batches::started_by, letter_batches::leased_until, letter_batches::outcome, letter_batches::dated),
        )
    };
}

fn batch((first, rest): BatchColumns) -> Batch {
    let (id, round, stage, total, done, attention, started_at, finished_at, problem) = first;
    let (started_by, leased_until, group, dated) = rest;
    Batch {
        id,
        round,
        stage,
        total,
        done,
        attention,
        started_at,
        finished_at,
        problem,
        started_by,
        leased_until,
        group,
        dated: dated.and_then(|text| text.parse().ok()),
    }
}

/// The newest batch of a round.
pub(in crate::letters) fn newest_batch(conn: &mut Conn, round: RoundId) -> DbResult<Option<Batch>> {
    let row: Option<BatchColumns> = letter_batches::table
        .filter(letter_batches::round_id.eq(round))
        .order(letter_batches::id.desc())
        .select(batch_columns!())
        .first(conn)
        .optional()?;
    Ok(row.map(batch))
}

/// Batches whose process is gone.
pub(in crate::letters) fn interrupted_batches(conn: &mut Conn, now: At) -> DbResult<Vec<Batch>> {
    let rows: Vec<BatchColumns> = letter_batches::table
        .filter(letter_batches::stage.eq(BatchStage::Running))
        .filter(letter_batches::leased_until.is_null().or(letter_batches::leased_until.le(now)))
        .order(letter_batches::id)
        .select(batch_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(batch).collect())
}

/// What a new batch is to make, and who works on it.
#[derive(Debug)]
pub(in crate::letters) struct NewBatch<'a> {
    pub round: RoundId,
    pub total: i32,
    pub holder: &'a str,
    pub group: Option<Group>,
    pub dated: Date,
}

/// Adds a batch, and closes those that a dead process left running.
pub(in crate::letters) fn insert_batch(tx: &mut WriteTx<'_>, new: &NewBatch<'_>) -> DbResult<i32> {
    let (now, account) = (tx.now(), tx.account()?);
    let conn = tx.conn();
    let left = letter_batches::table
        .filter(letter_batches::round_id.eq(new.round).and(letter_batches::stage.eq(BatchStage::Running)));
    diesel::update(left)
        .set((
            letter_batches::stage.eq(BatchStage::Failed),
            letter_batches::finished_at.eq(Some(now)),
            letter_batches::problem.eq(Some("It was interrupted.")),
        ))
        .execute(conn)?;
    Ok(diesel::insert_into(letter_batches::table)
        .values((
            letter_batches::round_id.eq(new.round),
            letter_batches::stage.eq(BatchStage::Running),
            letter_batches::total.eq(new.total),
            letter_batches::done.eq(0),
            letter_batches::attention.eq(0),
            letter_batches::started_at.eq(now),
            letter_batches::started_by.eq(account),
            letter_batches::holder.eq(Some(new.holder)),
            letter_batches::leased_until.eq(Some(now.plus_seconds(LEASE_SECONDS))),
            letter_batches::outcome.eq(new.group),
            letter_batches::dated.eq(Some(new.dated.to_string())),
        ))
        .returning(letter_batches::id)
        .get_result(conn)?)
}

/// Takes over a batch whose process is gone; of several that try, one does.
pub(in crate::letters) fn take_over(conn: &mut Conn, batch: i32, holder: &str, now: At) -> DbResult<bool> {
    let left = letter_batches::table
        .find(batch)
        .filter(letter_batches::stage.eq(BatchStage::Running))
        .filter(letter_batches::leased_until.is_null().or(letter_batches::leased_until.le(now)));
    let taken = diesel::update(left)
        .set((
            letter_batches::holder.eq(Some(holder)),
            letter_batches::leased_until.eq(Some(now.plus_seconds(LEASE_SECONDS))),
        ))
        .execute(conn)?;
    Ok(taken == 1)
}

/// Notes how far a batch has come, which is also the sign of life. False when another process has taken it over.
pub(in crate::letters) fn beat(
    conn: &mut Conn,
    batch: i32,
    holder: &str,
    (done, attention): (i32, i32),
    now: At,
) -> DbResult<bool> {
    let ours = letter_batches::table
        .find(batch)
        .filter(letter_batches::stage.eq(BatchStage::Running).and(letter_batches::holder.eq(Some(holder))));
    let rows = diesel::update(ours)
        .set((
            letter_batches::done.eq(done),
            letter_batches::attention.eq(attention),
            letter_batches::leased_until.eq(Some(now.plus_seconds(LEASE_SECONDS))),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Ends a batch that `holder` works on.
pub(in crate::letters) fn end_batch(
    conn: &mut Conn,
    batch: i32,
    holder: &str,
    (stage, problem): (BatchStage, Option<&str>),
    now: At,
) -> DbResult<()> {
    let ours = letter_batches::table
        .find(batch)
        .filter(letter_batches::stage.eq(BatchStage::Running).and(letter_batches::holder.eq(Some(holder))));
    diesel::update(ours)
        .set((
            letter_batches::stage.eq(stage),
            letter_batches::finished_at.eq(Some(now)),
            letter_batches::problem.eq(problem),
        ))
        .execute(conn)?;
    Ok(())
}

/// Counts the letters of a round's newest batch again, after one of them was drafted by itself.
pub(in crate::letters) fn recount(conn: &mut Conn, batch: i32, done: i32, attention: i32) -> DbResult<()> {
    diesel::update(letter_batches::table.find(batch).filter(letter_batches::stage.ne(BatchStage::Running)))
        .set((letter_batches::done.eq(done), letter_batches::attention.eq(attention)))
        .execute(conn)?;
    Ok(())
}
