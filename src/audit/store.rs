//! The trail's tables.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;

use super::EventKind;
use super::chain::Record;
use super::tables::Table;
use crate::base::memo::Memo;
use crate::base::random::Random;
use crate::base::time::At;
use crate::db::schema::{audit_events, audit_heads, row_salts};
use crate::db::{Conn, DbError, DbResult, portable};

/// Where the trail ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Number of records.
    pub seq: i64,
    /// Hash of the last one; empty when there is none.
    pub hash: String,
}

impl Head {
    /// What the head row's HMAC is over.
    #[must_use]
    pub fn sealed(&self) -> String {
        format!("evenhand head 1 {} {}", self.seq, self.hash)
    }
}

/// Takes the head row: writers queue here, so the chain cannot fork and no write sees stale rows.
pub(super) fn lock_head(conn: &mut Conn) -> DbResult<Head> {
    let (seq, hash) = diesel::update(audit_heads::table.find(1))
        .set(audit_heads::seq.eq(audit_heads::seq + 0))
        .returning((audit_heads::seq, audit_heads::hash))
        .get_result(conn)?;
    Ok(Head { seq, hash })
}

pub(super) fn set_head(conn: &mut Conn, head: &Head, mac: &str) -> DbResult<()> {
    diesel::update(audit_heads::table.find(1))
        .set((audit_heads::seq.eq(head.seq), audit_heads::hash.eq(&head.hash), audit_heads::mac.eq(mac)))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert_record(conn: &mut Conn, record: &Record, hash: &str, mac: &str) -> DbResult<()> {
    diesel::insert_into(audit_events::table)
        .values((
            audit_events::seq.eq(record.seq),
            audit_events::at.eq(record.at),
            audit_events::kind.eq(&record.kind),
            audit_events::actor.eq(&record.actor),
            audit_events::account_id.eq(record.account_id),
            audit_events::round_id.eq(record.round_id),
            audit_events::application_id.eq(record.application_id),
            audit_events::data.eq(&record.data),
            audit_events::changed_rows.eq(&record.changed_rows),
            audit_events::previous_hash.eq(&record.previous_hash),
            audit_events::hash.eq(hash),
            audit_events::mac.eq(mac),
        ))
        .execute(conn)?;
    Ok(())
}

/// The head as stored, with its HMAC; `None` when somebody deleted it.
///
/// # Errors
/// When the query fails.
pub fn head(conn: &mut Conn) -> DbResult<Option<(Head, String)>> {
    Ok(audit_heads::table
        .find(1)
        .select((audit_heads::seq, audit_heads::hash, audit_heads::mac))
        .get_result::<(i64, String, String)>(conn)
        .optional()?
        .map(|(seq, hash, mac)| (Head { seq, hash }, mac)))
}

/// A record as stored, with its hash and HMAC.
#[derive(Debug, Clone)]
pub struct StoredRecord {
    /// The record.
    pub record: Record,
    /// Its stored hash.
    pub hash: String,
    /// Its stored HMAC.
    pub mac: String,
}

type Columns =
    ((i64, At, String, String, Option<i32>, Option<i32>, Option<i32>), (String, String, String, String, String));

impl From<Columns> for StoredRecord {
    fn from(((seq, at, kind, actor, account_id, round_id, application_id), tail): Columns) -> Self {
        let (data, changed_rows, previous_hash, hash, mac) = tail;
        let record =
            Record { seq, at, kind, actor, account_id, round_id, application_id, data, changed_rows, previous_hash };
        Self { record, hash, mac }
    }
}

/// Which records to read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// Only of this round.
    pub round: Option<i32>,
    /// Only of this application.
    pub application: Option<i32>,
    /// Only those of no application.
    pub without_application: bool,
    /// Only what this account did.
    pub account: Option<i32>,
    /// Only of these kinds; of every kind when none is named.
    pub kinds: &'a [EventKind],
    /// Only after this place.
    pub after: i64,
    /// Newest first instead of oldest first.
    pub newest_first: bool,
    /// At most so many.
    pub limit: i64,
    /// Skip so many.
    pub offset: i64,
}

macro_rules! record_columns {
    () => {
        (
            (
                audit_events::seq,
                audit_events::at,
                audit_events::kind,
                audit_events::actor,
                audit_events::account_id,
                audit_events::round_id,
                audit_events::application_id,
            ),
            (
                audit_events::data,
                audit_events::changed_rows,
                audit_events::previous_hash,
                audit_events::hash,
                audit_events::mac,
            ),
        )
    };
}

type Query<'a> = audit_events::BoxedQuery<'a, <Conn as Connection>::Backend>;

/// The records that match (limit, offset and order aside), without those of the `hidden` applications.
fn matching<'a>(filter: &Filter<'_>, hidden: &[i32]) -> Query<'a> {
    let mut query = audit_events::table.filter(audit_events::seq.gt(filter.after)).into_boxed();
    if !hidden.is_empty() {
        let shown = audit_events::application_id.ne_all(hidden.to_vec());
        query = query.filter(audit_events::application_id.is_null().or(shown));
    }
    if let Some(round) = filter.round {
        query = query.filter(audit_events::round_id.eq(round));
    }
    if let Some(application) = filter.application {
        query = query.filter(audit_events::application_id.eq(application));
    }
    if filter.without_application {
        query = query.filter(audit_events::application_id.is_null());
    }
    if let Some(account) = filter.account {
        query = query.filter(audit_events::account_id.eq(account));
    }
    if !filter.kinds.is_empty() {
        let words: Vec<&'static str> = filter.kinds.iter().map(|kind| kind.word()).collect();
        query = query.filter(audit_events::kind.eq_any(words));
    }
    query
}

/// Records that match, in order of their place.
///
/// # Errors
/// When the query fails.
pub fn list_records(conn: &mut Conn, filter: &Filter<'_>) -> DbResult<Vec<StoredRecord>> {
    list_records_but(conn, filter, &[])
}

/// The same without those of some applications.
///
/// # Errors
/// When the query fails.
pub fn list_records_but(conn: &mut Conn, filter: &Filter<'_>, hidden: &[i32]) -> DbResult<Vec<StoredRecord>> {
    let query = matching(filter, hidden).select(record_columns!()).limit(filter.limit).offset(filter.offset);
    let query = if filter.newest_first {
        query.order((audit_events::seq.desc(), audit_events::id.desc()))
    } else {
        query.order((audit_events::seq.asc(), audit_events::id.asc()))
    };
    let rows: Vec<Columns> = query.load(conn)?;
    Ok(rows.into_iter().map(StoredRecord::from).collect())
}

/// How many records match (limit, offset and order aside), without those of the `hidden` applications.
///
/// # Errors
/// When the query fails.
pub fn count_records(conn: &mut Conn, filter: &Filter<'_>, hidden: &[i32]) -> DbResult<i64> {
    Ok(matching(filter, hidden).count().get_result(conn)?)
}

/// Records of which one of the facts `names` is a row's number, the newest first.
///
/// # Errors
/// When the query fails.
pub fn records_about(conn: &mut Conn, names: &[&str], row: i32, limit: i64) -> DbResult<Vec<StoredRecord>> {
    let mut query = audit_events::table.select(record_columns!()).into_boxed();
    // Facts are written without blank space, so a number ends with a comma or a bracket.
    for name in names {
        for end in [",", "}"] {
            query = query.or_filter(audit_events::data.like(format!("%\"{name}\":{row}{end}%")));
        }
    }
    let rows: Vec<Columns> =
        query.order((audit_events::seq.desc(), audit_events::id.desc())).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(StoredRecord::from).collect())
}

/// Whether anything happened after record `seq` that may concern a round: in it, or in none (people, organisations). Signing in and
/// out concerns no round.
///
/// # Errors
/// When the query fails.
pub fn concerns_round_since(conn: &mut Conn, seq: i64, round: i32) -> DbResult<bool> {
    let sessions = [EventKind::SignedIn.word(), EventKind::SignedOut.word()];
    let found: Option<i64> = audit_events::table
        .filter(audit_events::seq.gt(seq))
        .filter(
            audit_events::round_id
                .eq(Some(round))
                .or(audit_events::round_id.is_null().and(audit_events::kind.ne_all(sessions))),
        )
        .select(audit_events::seq)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// What `read` says of a round; the same as it said before when nothing that may concern the round has happened since.
///
/// # Errors
/// Those of `read`, and when a query fails.
pub fn kept_of_round<T: Send + Sync + 'static, E: From<DbError>>(
    conn: &mut Conn,
    round: i32,
    memo: &Memo,
    read: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<Arc<T>, E> {
    // Read first: whatever comes meanwhile is then newer than the place, and is read again next time.
    let place = head(conn)?.map_or(0, |(head, _)| head.seq);
    if let Some((at, kept)) = memo.get::<T>(round)
        && at <= place
        && !concerns_round_since(conn, at, round)?
    {
        return Ok(kept);
    }
    let value = Arc::new(read(conn)?);
    memo.put(round, place, Arc::clone(&value));
    Ok(value)
}

/// A row's columns as text; `None` when it is not there.
pub(super) fn row(conn: &mut Conn, table: Table, id: i32) -> DbResult<Option<Vec<Option<String>>>> {
    let spec = table.spec();
    let columns: Vec<&str> = spec.columns.iter().map(|(name, _)| *name).collect();
    Ok(portable::row_as_text(conn, spec.name, &columns, id)?.map(|row| row.columns))
}

/// Every row of a table as text.
pub(super) fn rows(conn: &mut Conn, table: Table) -> DbResult<Vec<portable::RowText>> {
    let spec = table.spec();
    let columns: Vec<&str> = spec.columns.iter().map(|(name, _)| *name).collect();
    portable::rows_as_text(conn, spec.name, &columns)
}

/// A row of a table of the trail with its salt: all that its digest is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// The row's id.
    pub id: i32,
    /// Its columns as text, in the order of the table's [`TableSpec`](super::tables::TableSpec).
    pub columns: Vec<Option<String>>,
    /// Its salt; none when somebody took it away.
    pub salt: Option<String>,
}

/// The rows of a table of the trail that a condition in SQL admits, in order of id. The condition is from the program, never from a
/// person.
///
/// # Errors
/// When a query fails.
pub fn sealed_rows(conn: &mut Conn, table: Table, condition: &str) -> DbResult<Vec<SealedRow>> {
    let spec = table.spec();
    let columns: Vec<&str> = spec.columns.iter().map(|(name, _)| *name).collect();
    let rows = portable::rows_matching(conn, spec.name, &columns, condition)?;
    let mut salts: HashMap<i32, String> = HashMap::new();
    for ids in rows.iter().map(|row| row.id).collect::<Vec<_>>().chunks(500) {
        let found: Vec<(i32, String)> = row_salts::table
            .filter(row_salts::table_name.eq(spec.name).and(row_salts::row_id.eq_any(ids.to_vec())))
            .select((row_salts::row_id, row_salts::salt))
            .load(conn)?;
        salts.extend(found);
    }
    Ok(rows
        .into_iter()
        .map(|row| SealedRow { salt: salts.remove(&row.id), id: row.id, columns: row.columns })
        .collect())
}

/// The row's salt, made when the row is first digested.
pub(super) fn salt(conn: &mut Conn, table: Table, id: i32, random: &Random) -> DbResult<String> {
    let name = table.spec().name;
    let found = row_salts::table
        .filter(row_salts::table_name.eq(name).and(row_salts::row_id.eq(id)))
        .select(row_salts::salt)
        .get_result(conn)
        .optional()?;
    found.map_or_else(|| new_salt(conn, table, id, random), Ok)
}

/// The salt of a row that has none, as a row that was just inserted.
pub(super) fn new_salt(conn: &mut Conn, table: Table, id: i32, random: &Random) -> DbResult<String> {
    let name = table.spec().name;
    let salt = data_encoding::HEXLOWER.encode(&random.bytes::<16>()?);
    diesel::insert_into(row_salts::table)
        .values((row_salts::table_name.eq(name), row_salts::row_id.eq(id), row_salts::salt.eq(&salt)))
        .execute(conn)?;
    Ok(salt)
}

/// Every salt, by table and row.
pub(super) fn salts(conn: &mut Conn) -> DbResult<HashMap<(String, i32), String>> {
    let rows: Vec<(String, i32, String)> =
        row_salts::table.select((row_salts::table_name, row_salts::row_id, row_salts::salt)).load(conn)?;
    Ok(rows.into_iter().map(|(table, id, salt)| ((table, id), salt)).collect())
}
