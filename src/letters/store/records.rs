//! When letters are to be issued, how they went where no e-mail did, and that a round is closed.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::civil::Date;

use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, LetterId, RoundId, ScheduleId};
use crate::base::time::At;
use crate::db::schema::{applications, letter_posts, letter_schedules, letters, round_closings, workshop_versions};
use crate::db::{Conn, DbError, DbResult};
use crate::letters::model::{Closing, Posted, Schedule, ScheduleStage, Way};

type ScheduleColumns = (ScheduleId, RoundId, At, i32, String, AccountId, ScheduleStage, Option<String>);

macro_rules! schedule_columns {
    () => {
        (
            letter_schedules::id,
            letter_schedules::round_id,
            letter_schedules::issue_at,
            letter_schedules::letters,
            letter_schedules::digest,
            letter_schedules::set_by,
            letter_schedules::stage,
            letter_schedules::problem,
        )
    };
}

fn schedule((id, round, issue_at, letters, digest, set_by, stage, problem): ScheduleColumns) -> Schedule {
    Schedule { id, round, issue_at, letters, digest, set_by, stage, problem }
}

/// The newest time set for a round's letters, whatever became of it.
pub(in crate::letters) fn newest_schedule(conn: &mut Conn, round: RoundId) -> DbResult<Option<Schedule>> {
    let row: Option<ScheduleColumns> = letter_schedules::table
        .filter(letter_schedules::round_id.eq(round))
        .order(letter_schedules::id.desc())
        .select(schedule_columns!())
        .first(conn)
        .optional()?;
    Ok(row.map(schedule))
}

/// The time that a round's letters wait for.
pub(in crate::letters) fn waiting_schedule(conn: &mut Conn, round: RoundId) -> DbResult<Option<Schedule>> {
    Ok(newest_schedule(conn, round)?.filter(|found| found.stage == ScheduleStage::Waiting))
}

/// Letters whose time has come.
pub(in crate::letters) fn due_schedules(conn: &mut Conn, now: At) -> DbResult<Vec<Schedule>> {
    let rows: Vec<ScheduleColumns> = letter_schedules::table
        .filter(letter_schedules::stage.eq(ScheduleStage::Waiting).and(letter_schedules::issue_at.le(now)))
        .order(letter_schedules::id)
        .select(schedule_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(schedule).collect())
}

pub(in crate::letters) fn insert_schedule(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    issue_at: At,
    letters: i32,
    digest: &str,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::LetterSchedules, |conn| {
        diesel::insert_into(letter_schedules::table)
            .values((
                letter_schedules::round_id.eq(round),
                letter_schedules::issue_at.eq(issue_at),
                letter_schedules::letters.eq(letters),
                letter_schedules::digest.eq(digest),
                letter_schedules::set_at.eq(now),
                letter_schedules::set_by.eq(account),
                letter_schedules::stage.eq(ScheduleStage::Waiting),
            ))
            .returning(letter_schedules::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// `waiting -> …`; of several processes one does it.
pub(in crate::letters) fn end_schedule(
    tx: &mut WriteTx<'_>,
    id: ScheduleId,
    stage: ScheduleStage,
    problem: Option<&str>,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.actor().account());
    tx.update(Table::LetterSchedules, id.row(), |conn| {
        let waiting = letter_schedules::stage.eq(ScheduleStage::Waiting);
        diesel::update(letter_schedules::table.find(id.row()).filter(waiting))
            .set((
                letter_schedules::stage.eq(stage),
                letter_schedules::ended_at.eq(Some(now)),
                letter_schedules::ended_by.eq(account),
                letter_schedules::problem.eq(problem),
            ))
            .execute(conn)
    })
}

type PostColumns = (i32, String, Way, String, AccountId);

pub(in crate::letters::store) fn posted(
    (letter, reference, way, sent_on, recorded_by): PostColumns,
) -> DbResult<Posted> {
    let sent_on: Date = sent_on.parse().map_err(|_| DbError::Corrupt(format!("{sent_on} is no day")))?;
    Ok(Posted { letter: LetterId::new(letter), reference, way, sent_on, recorded_by })
}

/// How letters of a round went where their e-mail did not, the newest record last.
pub(in crate::letters) fn posts_of_round(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Posted>> {
    let rows: Vec<PostColumns> = letter_posts::table
        .inner_join(letters::table.inner_join(applications::table))
        .filter(applications::round_id.eq(round))
        .order(letter_posts::id)
        .select((
            letter_posts::letter_id,
            letter_posts::reference,
            letter_posts::way,
            letter_posts::sent_on,
            letter_posts::recorded_by,
        ))
        .load(conn)?;
    rows.into_iter().map(posted).collect()
}

pub(in crate::letters) fn insert_post(
    tx: &mut WriteTx<'_>,
    (letter, reference): (LetterId, &str),
    way: Way,
    sent_on: Date,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::LetterPosts, |conn| {
        diesel::insert_into(letter_posts::table)
            .values((
                letter_posts::letter_id.eq(letter.row()),
                letter_posts::reference.eq(reference),
                letter_posts::way.eq(way),
                letter_posts::sent_on.eq(sent_on.to_string()),
                letter_posts::recorded_at.eq(now),
                letter_posts::recorded_by.eq(account),
            ))
            .returning(letter_posts::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// When a round was closed, and by whom.
pub(in crate::letters) fn closing_of(conn: &mut Conn, round: RoundId) -> DbResult<Option<Closing>> {
    let row: Option<(At, AccountId)> = round_closings::table
        .filter(round_closings::round_id.eq(round))
        .select((round_closings::closed_at, round_closings::closed_by))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(at, by)| Closing { at, by }))
}

pub(in crate::letters) fn insert_closing(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    applications: i32,
    letters: i32,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::RoundClosings, |conn| {
        diesel::insert_into(round_closings::table)
            .values((
                round_closings::round_id.eq(round),
                round_closings::closed_at.eq(now),
                round_closings::closed_by.eq(account),
                round_closings::applications.eq(applications),
                round_closings::letters.eq(letters),
            ))
            .returning(round_closings::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// When and where the next workshop for bidders is: of those to come whose newest version has a time and a place or an address, the first.
/// Workshops are the feature `insight`'s, further down; a letter tells of them, so their table is read here.
pub(in crate::letters) fn next_workshop(conn: &mut Conn, now: At) -> DbResult<Option<(At, String)>> {
    let rows: Vec<(i32, Option<At>, String, String)> = workshop_versions::table
        .order((workshop_versions::workshop_id, workshop_versions::version))
        .select((
            workshop_versions::workshop_id,
            workshop_versions::starts_at,
            workshop_versions::place,
            workshop_versions::link,
        ))
        .load(conn)?;
    // Of several versions of one workshop a map keeps the last.
    let newest: HashMap<i32, (Option<At>, String, String)> =
        rows.into_iter().map(|(id, at, place, link)| (id, (at, place, link))).collect();
    let told = newest.into_values().filter_map(|(at, place, link)| {
        let place = if place.is_empty() && !link.is_empty() { "online".to_owned() } else { place };
        Some((at?, place)).filter(|(at, place)| *at > now && !place.is_empty())
    });
    Ok(told.min())
}
