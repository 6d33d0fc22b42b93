//! The bank of wordings.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, ReasonId, ReasonVersionId};
use crate::base::time::At;
use crate::db::schema::{feedback_lines, feedback_versions, reason_entries, reason_versions};
use crate::db::{Conn, DbResult};
use crate::feedback::model::{Band, BankEntry, BankVersion, Kind, Theme};

type EntryRow = (i32, String, String, Kind, Theme, Option<Band>, Option<At>);

/// Every wording, retired ones too, by criterion. Uses on applications that are `hidden` from the reader are not counted.
///
/// # Errors
/// When the database cannot be read.
pub fn bank(conn: &mut Conn, hidden: &BTreeSet<ApplicationId>) -> DbResult<Vec<BankEntry>> {
    entries(conn, Which::All, hidden)
}

/// A page of [`bank`], and how many wordings there are in all.
///
/// # Errors
/// When the database cannot be read.
pub fn bank_page(
    conn: &mut Conn,
    hidden: &BTreeSet<ApplicationId>,
    (offset, limit): (i64, i64),
) -> DbResult<(Vec<BankEntry>, i64)> {
    let all = reason_entries::table.count().get_result(conn)?;
    Ok((entries(conn, Which::Page(offset, limit), hidden)?, all))
}

/// The wordings of a criterion (`criterion_key` of its title) that are not retired; those in use most first. Uses are counted as in [`bank`].
///
/// # Errors
/// When the database cannot be read.
pub fn bank_of(conn: &mut Conn, criteria: &[String], hidden: &BTreeSet<ApplicationId>) -> DbResult<Vec<BankEntry>> {
    let mut found = entries(conn, Which::Of(criteria), hidden)?;
    found.retain(|entry| entry.retired_at.is_none());
    found.sort_by_key(|entry| (std::cmp::Reverse(entry.uses), entry.id));
    Ok(found)
}

/// One wording.
///
/// # Errors
/// When the database cannot be read.
pub fn entry_of(conn: &mut Conn, id: i32) -> DbResult<Option<BankEntry>> {
    Ok(entries(conn, Which::One(id), &BTreeSet::new())?.pop())
}

/// Which wordings.
enum Which<'a> {
    All,
    /// From an offset on, so many.
    Page(i64, i64),
    /// Those of some criteria.
    Of(&'a [String]),
    One(i32),
}

fn entries(conn: &mut Conn, which: Which<'_>, hidden: &BTreeSet<ApplicationId>) -> DbResult<Vec<BankEntry>> {
    let mut query = reason_entries::table
        .order((reason_entries::criterion, reason_entries::kind.desc(), reason_entries::id))
        .select((
            reason_entries::id,
            reason_entries::criterion,
            reason_entries::name,
            reason_entries::kind,
            reason_entries::theme,
            reason_entries::band,
            reason_entries::retired_at,
        ))
        .into_boxed();
    query = match which {
        Which::All => query,
        Which::Page(offset, limit) => query.offset(offset).limit(limit),
        Which::Of(criteria) => query.filter(reason_entries::criterion.eq_any(criteria.to_vec())),
        Which::One(id) => query.filter(reason_entries::id.eq(id)),
    };
    let rows: Vec<EntryRow> = query.load(conn)?;
    let ids: Vec<i32> = rows.iter().map(|row| row.0).collect();
    let uses = uses(conn, &ids, hidden)?;
    let mut newest = HashMap::<ReasonId, BankVersion>::new();
    for version in versions(conn, &ids)? {
        newest.insert(version.entry, version);
    }
    Ok(rows
        .into_iter()
        .filter_map(|(id, criterion, name, kind, theme, band, retired_at)| {
            let id = ReasonId::new(id);
            let version = newest.remove(&id)?;
            Some(BankEntry {
                id,
                newest: version.id,
                criterion,
                name,
                kind,
                theme,
                band,
                version: version.version,
                text: version.text,
                saved_by: version.saved_by,
                saved_at: version.saved_at,
                retired_at,
                uses: uses.get(&id).copied().unwrap_or(0),
            })
        })
        .collect())
}

/// How many applications have a wording in the newest version of their feedback: counted from its lines, so that it cannot drift.
fn uses(conn: &mut Conn, ids: &[i32], hidden: &BTreeSet<ApplicationId>) -> DbResult<HashMap<ReasonId, i64>> {
    let rows: Vec<(i32, i32, i32)> = feedback_lines::table
        .inner_join(reason_versions::table)
        .inner_join(feedback_versions::table)
        .filter(reason_versions::entry_id.eq_any(ids.to_vec()))
        .select((reason_versions::entry_id, feedback_versions::application_id, feedback_versions::version))
        .load(conn)?;
    let bids: BTreeSet<i32> = rows.iter().map(|row| row.1).collect();
    let newest: Vec<(i32, Option<i32>)> = feedback_versions::table
        .filter(feedback_versions::application_id.eq_any(bids.into_iter().collect::<Vec<_>>()))
        .group_by(feedback_versions::application_id)
        .select((feedback_versions::application_id, diesel::dsl::max(feedback_versions::version)))
        .load(conn)?;
    let newest: HashMap<i32, Option<i32>> = newest.into_iter().collect();
    let used: BTreeSet<(i32, i32)> = rows
        .into_iter()
        .filter(|(_, application, version)| {
            newest.get(application).copied().flatten() == Some(*version)
                && !hidden.contains(&ApplicationId::new(*application))
        })
        .map(|(entry, application, _)| (entry, application))
        .collect();
    let mut counts = HashMap::<ReasonId, i64>::new();
    for (entry, _) in used {
        let count = counts.entry(ReasonId::new(entry)).or_default();
        *count = count.saturating_add(1);
    }
    Ok(counts)
}

fn versions(conn: &mut Conn, ids: &[i32]) -> DbResult<Vec<BankVersion>> {
    let rows: Vec<(i32, i32, i32, String, AccountId, At)> = reason_versions::table
        .filter(reason_versions::entry_id.eq_any(ids.to_vec()))
        .order((reason_versions::entry_id, reason_versions::version))
        .select((
            reason_versions::id,
            reason_versions::entry_id,
            reason_versions::version,
            reason_versions::text,
            reason_versions::saved_by,
            reason_versions::saved_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, entry, version, text, saved_by, saved_at)| BankVersion {
            id: ReasonVersionId::new(id),
            entry: ReasonId::new(entry),
            version,
            text,
            saved_by,
            saved_at,
        })
        .collect())
}

/// Every version of some wordings, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn bank_versions_of(conn: &mut Conn, entries: &[ReasonId]) -> DbResult<Vec<BankVersion>> {
    let ids: Vec<i32> = entries.iter().map(|id| id.row()).collect();
    versions(conn, &ids)
}

/// What a new wording is filed under.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// The criterion's title.
    pub name: &'a str,
    /// What it says.
    pub kind: Kind,
    /// What it is about.
    pub theme: Theme,
    /// The scores that it fits.
    pub band: Option<Band>,
}

pub(in crate::feedback) fn insert_entry(tx: &mut WriteTx<'_>, new: NewEntry<'_>) -> DbResult<ReasonId> {
    let (now, account) = (tx.now(), tx.account()?);
    let id = tx.insert(Table::ReasonEntries, |conn| {
        diesel::insert_into(reason_entries::table)
            .values((
                reason_entries::criterion.eq(crate::feedback::model::criterion_key(new.name)),
                reason_entries::name.eq(new.name),
                reason_entries::kind.eq(new.kind),
                reason_entries::theme.eq(new.theme),
                reason_entries::band.eq(new.band),
                reason_entries::created_at.eq(now),
                reason_entries::created_by.eq(account),
            ))
            .returning(reason_entries::id)
            .get_result(conn)
    })?;
    Ok(ReasonId::new(id))
}

pub(in crate::feedback) fn insert_entry_version(
    tx: &mut WriteTx<'_>,
    entry: ReasonId,
    version: i32,
    text: &str,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::ReasonVersions, |conn| {
        diesel::insert_into(reason_versions::table)
            .values((
                reason_versions::entry_id.eq(entry.row()),
                reason_versions::version.eq(version),
                reason_versions::text.eq(text),
                reason_versions::saved_at.eq(now),
                reason_versions::saved_by.eq(account),
            ))
            .returning(reason_versions::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Takes a wording out of use; what was written with it stays.
pub(in crate::feedback) fn retire_entry(tx: &mut WriteTx<'_>, entry: ReasonId) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::ReasonEntries, entry.row(), |conn| {
        diesel::update(reason_entries::table.find(entry.row()).filter(reason_entries::retired_at.is_null()))
            .set((reason_entries::retired_at.eq(Some(now)), reason_entries::retired_by.eq(Some(account))))
            .execute(conn)
    })
}
