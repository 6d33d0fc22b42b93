//! Meetings: their records, who was there, which application was discussed when, and who left the room.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, MeetingId, MeetingItemId, RoundId};
use crate::base::time::At;
use crate::db::schema::{meeting_items, meeting_people, meeting_recusals, meetings};
use crate::db::{Conn, DbResult};
use crate::moderation::model::{Attendance, Meeting, MeetingItem, MeetingRecord, Recusal, RecusalCause};

type MeetingRow = (i32, RoundId, i32, String, AccountId, At, Option<At>, i32);

macro_rules! meeting_columns {
    () => {
        (
            meetings::id,
            meetings::round_id,
            meetings::number,
            meetings::place,
            meetings::chair_id,
            meetings::began_at,
            meetings::ended_at,
            meetings::version,
        )
    };
}

fn meeting((id, round, number, place, chair, began_at, ended_at, version): MeetingRow) -> Meeting {
    Meeting { id: MeetingId::new(id), round, number, place, chair, began_at, ended_at, version }
}

/// The meetings of a round, the first first.
///
/// # Errors
/// When the database cannot be read.
pub fn meetings_of_round(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Meeting>> {
    let rows: Vec<MeetingRow> = meetings::table
        .filter(meetings::round_id.eq(round))
        .order(meetings::number)
        .select(meeting_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(meeting).collect())
}

/// A meeting of a round by its number.
///
/// # Errors
/// `NotFound` when there is none.
pub fn meeting_of_number(conn: &mut Conn, round: RoundId, number: i32) -> DbResult<Meeting> {
    let row: MeetingRow = meetings::table
        .filter(meetings::round_id.eq(round).and(meetings::number.eq(number)))
        .select(meeting_columns!())
        .get_result(conn)?;
    Ok(meeting(row))
}

/// Who was at a meeting, and who was not.
///
/// # Errors
/// When the database cannot be read.
pub fn people_of(conn: &mut Conn, meeting: MeetingId) -> DbResult<BTreeMap<AccountId, Attendance>> {
    let rows: Vec<(AccountId, Attendance)> = meeting_people::table
        .filter(meeting_people::meeting_id.eq(meeting))
        .select((meeting_people::account_id, meeting_people::attendance))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

pub(in crate::moderation) fn insert_meeting(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    number: i32,
    record: &MeetingRecord,
) -> DbResult<MeetingId> {
    let (now, account) = (tx.now(), tx.account()?);
    let id = tx.insert(Table::Meetings, |conn| {
        diesel::insert_into(meetings::table)
            .values((
                meetings::round_id.eq(round),
                meetings::number.eq(number),
                meetings::place.eq(&record.place),
                meetings::chair_id.eq(record.chair),
                meetings::began_at.eq(record.began_at),
                meetings::ended_at.eq(record.ended_at),
                meetings::created_at.eq(now),
                meetings::created_by.eq(account),
                meetings::version.eq(1),
            ))
            .returning(meetings::id)
            .get_result(conn)
    })?;
    let id = MeetingId::new(id);
    put_people(tx, id, &record.people)?;
    Ok(id)
}

/// The next version of a meeting's record; `NotFound` when `version` has moved on.
pub(in crate::moderation) fn update_meeting(
    tx: &mut WriteTx<'_>,
    id: MeetingId,
    record: &MeetingRecord,
    version: i32,
) -> DbResult<()> {
    tx.update(Table::Meetings, id.row(), |conn| {
        diesel::update(meetings::table.find(id.row()).filter(meetings::version.eq(version)))
            .set((
                meetings::place.eq(&record.place),
                meetings::chair_id.eq(record.chair),
                meetings::began_at.eq(record.began_at),
                meetings::ended_at.eq(record.ended_at),
                meetings::version.eq(meetings::version + 1),
            ))
            .execute(conn)
    })?;
    put_people(tx, id, &record.people)
}

/// Ends a meeting now; `NotFound` when it has ended.
pub(in crate::moderation) fn set_ended(tx: &mut WriteTx<'_>, id: MeetingId) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::Meetings, id.row(), |conn| {
        diesel::update(meetings::table.find(id.row()).filter(meetings::ended_at.is_null()))
            .set((meetings::ended_at.eq(Some(now)), meetings::version.eq(meetings::version + 1)))
            .execute(conn)
    })
}

fn put_people(tx: &mut WriteTx<'_>, meeting: MeetingId, people: &[(AccountId, Attendance)]) -> DbResult<()> {
    let (now, by) = (tx.now(), tx.account()?);
    let rows: Vec<(i32, AccountId, Attendance)> = meeting_people::table
        .filter(meeting_people::meeting_id.eq(meeting))
        .select((meeting_people::id, meeting_people::account_id, meeting_people::attendance))
        .load(tx.conn())?;
    for (account, attendance) in people {
        match rows.iter().find(|(_, stored, _)| stored == account) {
            Some((_, _, stored)) if stored == attendance => {}
            Some((row, _, _)) => {
                let row = *row;
                tx.update(Table::MeetingPeople, row, |conn| {
                    diesel::update(meeting_people::table.find(row))
                        .set((
                            meeting_people::attendance.eq(*attendance),
                            meeting_people::recorded_at.eq(now),
                            meeting_people::recorded_by.eq(by),
                        ))
                        .execute(conn)
                })?;
            }
            None => {
                tx.insert(Table::MeetingPeople, |conn| {
                    diesel::insert_into(meeting_people::table)
                        .values((
                            meeting_people::meeting_id.eq(meeting),
                            meeting_people::account_id.eq(*account),
                            meeting_people::attendance.eq(*attendance),
                            meeting_people::recorded_at.eq(now),
                            meeting_people::recorded_by.eq(by),
                        ))
                        .returning(meeting_people::id)
                        .get_result(conn)
                })?;
            }
        }
    }
    Ok(())
}

type ItemRow = (i32, MeetingId, i32, ApplicationId, AccountId, At, Option<At>);

macro_rules! items {
    () => {
        meeting_items::table.inner_join(meetings::table).order(meeting_items::id).select((
            meeting_items::id,
            meeting_items::meeting_id,
            meetings::number,
            meeting_items::application_id,
            meeting_items::chair_id,
            meeting_items::started_at,
            meeting_items::ended_at,
        ))
    };
}

fn item((id, meeting, number, application, chair, started_at, ended_at): ItemRow) -> MeetingItem {
    MeetingItem { id: MeetingItemId::new(id), meeting, number, application, chair, started_at, ended_at }
}

/// The discussions of a meeting, the first first.
///
/// # Errors
/// When the database cannot be read.
pub fn items_of_meeting(conn: &mut Conn, meeting: MeetingId) -> DbResult<Vec<MeetingItem>> {
    let rows: Vec<ItemRow> = items!().filter(meeting_items::meeting_id.eq(meeting)).load(conn)?;
    Ok(rows.into_iter().map(item).collect())
}

/// The discussions of an application, the first first.
///
/// # Errors
/// When the database cannot be read.
pub fn items_of_application(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<MeetingItem>> {
    let rows: Vec<ItemRow> = items!().filter(meeting_items::application_id.eq(application)).load(conn)?;
    Ok(rows.into_iter().map(item).collect())
}

pub(in crate::moderation) fn insert_item(
    tx: &mut WriteTx<'_>,
    meeting: MeetingId,
    application: ApplicationId,
    chair: AccountId,
) -> DbResult<MeetingItemId> {
    let (now, by) = (tx.now(), tx.account()?);
    let id = tx.insert(Table::MeetingItems, |conn| {
        diesel::insert_into(meeting_items::table)
            .values((
                meeting_items::meeting_id.eq(meeting),
                meeting_items::application_id.eq(application),
                meeting_items::chair_id.eq(chair),
                meeting_items::started_at.eq(now),
                meeting_items::started_by.eq(by),
            ))
            .returning(meeting_items::id)
            .get_result(conn)
    })?;
    Ok(MeetingItemId::new(id))
}

/// Ends a discussion now; whoever had left the room for it comes back.
pub(in crate::moderation) fn end_item(tx: &mut WriteTx<'_>, item: MeetingItemId) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::MeetingItems, item.row(), |conn| {
        diesel::update(meeting_items::table.find(item.row()).filter(meeting_items::ended_at.is_null()))
            .set(meeting_items::ended_at.eq(Some(now)))
            .execute(conn)
    })?;
    for recusal in recusals_of(tx.conn(), &[item])?.into_iter().filter(|recusal| recusal.returned_at.is_none()) {
        tx.update(Table::MeetingRecusals, recusal.row, |conn| {
            diesel::update(meeting_recusals::table.find(recusal.row))
                .set(meeting_recusals::returned_at.eq(Some(now)))
                .execute(conn)
        })?;
    }
    Ok(())
}

pub(in crate::moderation) fn insert_recusal(
    tx: &mut WriteTx<'_>,
    item: MeetingItemId,
    account: AccountId,
    cause: RecusalCause,
    note: &str,
) -> DbResult<()> {
    let (now, by) = (tx.now(), tx.account()?);
    tx.insert(Table::MeetingRecusals, |conn| {
        diesel::insert_into(meeting_recusals::table)
            .values((
                meeting_recusals::item_id.eq(item),
                meeting_recusals::account_id.eq(account),
                meeting_recusals::cause.eq(cause),
                meeting_recusals::note.eq(note),
                meeting_recusals::left_at.eq(now),
                meeting_recusals::recorded_by.eq(by),
            ))
            .returning(meeting_recusals::id)
            .get_result(conn)
    })?;
    Ok(())
}

type RecusalRow = (i32, MeetingItemId, AccountId, RecusalCause, String, At, Option<At>);

/// Who left the room in some discussions, in the order in which they left.
///
/// # Errors
/// When the database cannot be read.
pub fn recusals_of(conn: &mut Conn, items: &[MeetingItemId]) -> DbResult<Vec<Recusal>> {
    let rows: Vec<RecusalRow> = meeting_recusals::table
        .filter(meeting_recusals::item_id.eq_any(items.to_vec()))
        .order(meeting_recusals::id)
        .select((
            meeting_recusals::id,
            meeting_recusals::item_id,
            meeting_recusals::account_id,
            meeting_recusals::cause,
            meeting_recusals::note,
            meeting_recusals::left_at,
            meeting_recusals::returned_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(row, item, account, cause, note, left_at, returned_at)| Recusal {
            row,
            item,
            account,
            cause,
            note,
            left_at,
            returned_at,
        })
        .collect())
}
