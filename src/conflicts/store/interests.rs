//! The register of interests.

use diesel::prelude::*;
use jiff::civil::Date;

use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, InterestId};
use crate::base::time::At;
use crate::conflicts::model::{Interest, InterestKind, NewInterest};
use crate::db::schema::interests;
use crate::db::{Conn, DbResult};

type Row = (i32, AccountId, InterestKind, String, Option<String>, String, Option<String>, At, Option<At>);

macro_rules! interest_columns {
    () => {
        (
            interests::id,
            interests::account_id,
            interests::kind,
            interests::name,
            interests::number,
            interests::note,
            interests::since_on,
            interests::added_at,
            interests::ended_at,
        )
    };
}

fn interest((id, account, kind, name, number, note, since, added_at, ended_at): Row) -> Interest {
    let since = since.and_then(|day| day.parse::<Date>().ok());
    Interest { id: InterestId::new(id), account, kind, name, number, note, since, added_at, ended_at }
}

/// A person's register, ended interests too, the newest entry first.
///
/// # Errors
/// When the database cannot be read.
pub fn interests_of(conn: &mut Conn, account: AccountId) -> DbResult<Vec<Interest>> {
    let rows: Vec<Row> = interests::table
        .filter(interests::account_id.eq(account))
        .order(interests::id.desc())
        .select(interest_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(interest).collect())
}

/// Everybody's interests, by person.
///
/// # Errors
/// When the database cannot be read.
pub fn people_with_interests(conn: &mut Conn) -> DbResult<Vec<Interest>> {
    let rows: Vec<Row> =
        interests::table.order((interests::account_id, interests::id)).select(interest_columns!()).load(conn)?;
    Ok(rows.into_iter().map(interest).collect())
}

/// An interest of a person's own.
pub(in crate::conflicts) fn find_interest(conn: &mut Conn, id: InterestId, account: AccountId) -> DbResult<Interest> {
    let row: Row = interests::table
        .find(id.row())
        .filter(interests::account_id.eq(account))
        .select(interest_columns!())
        .get_result(conn)?;
    Ok(interest(row))
}

pub(in crate::conflicts) fn insert_interest(
    tx: &mut WriteTx<'_>,
    account: AccountId,
    new: &NewInterest,
) -> DbResult<InterestId> {
    let now = tx.now();
    let id = tx.insert(Table::Interests, |conn| {
        diesel::insert_into(interests::table)
            .values((
                interests::account_id.eq(account),
                interests::kind.eq(new.kind),
                interests::name.eq(&new.name),
                interests::number.eq(&new.number),
                interests::note.eq(&new.note),
                interests::since_on.eq(new.since.map(|day| day.to_string())),
                interests::added_at.eq(now),
            ))
            .returning(interests::id)
            .get_result(conn)
    })?;
    Ok(InterestId::new(id))
}

/// Ends an interest; `NotFound` when it has ended already.
pub(in crate::conflicts) fn end_interest(tx: &mut WriteTx<'_>, id: InterestId) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::Interests, id.row(), |conn| {
        diesel::update(interests::table.find(id.row()).filter(interests::ended_at.is_null()))
            .set(interests::ended_at.eq(Some(now)))
            .execute(conn)
    })
}
