//! Organisations that were merged: the record of it, and what moves.

use std::collections::HashSet;

use diesel::prelude::*;

use super::details::{insert_name, put_contacts, put_numbers, put_reached, update_row};
use crate::accounts::model::{Details, Merge, NameKind, Profile};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, OrganisationId};
use crate::base::registration::{Registration, Scheme};
use crate::base::time::At;
use crate::db::schema::{organisation_merges, organisation_names};
use crate::db::{Conn, DbResult};

type MergeRow = (OrganisationId, OrganisationId, String, At, AccountId);

/// Every merge, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn merges(conn: &mut Conn) -> DbResult<Vec<Merge>> {
    let rows: Vec<MergeRow> = organisation_merges::table
        .order(organisation_merges::id)
        .select((
            organisation_merges::organisation_id,
            organisation_merges::into_id,
            organisation_merges::reason,
            organisation_merges::merged_at,
            organisation_merges::merged_by,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|(from, into, reason, at, by)| Merge { from, into, reason, at, by }).collect())
}

/// Into which row an organisation was merged.
///
/// # Errors
/// When the database cannot be read.
pub fn merge_of(conn: &mut Conn, id: OrganisationId) -> DbResult<Option<Merge>> {
    let row: Option<MergeRow> = organisation_merges::table
        .filter(organisation_merges::organisation_id.eq(id))
        .select((
            organisation_merges::organisation_id,
            organisation_merges::into_id,
            organisation_merges::reason,
            organisation_merges::merged_at,
            organisation_merges::merged_by,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(from, into, reason, at, by)| Merge { from, into, reason, at, by }))
}

/// Moves what is known of one organisation to another: numbers and contacts that the other lacks, every name, and the name
/// itself. Returns how many numbers moved.
pub(in crate::accounts) fn move_details(tx: &mut WriteTx<'_>, from: &Profile, into: &Profile) -> DbResult<usize> {
    let now = tx.now();
    let to = into.organisation.id;
    let held: HashSet<Scheme> = into.numbers.iter().map(Registration::scheme).collect();
    let moved: Vec<Registration> =
        from.numbers.iter().filter(|number| !held.contains(&number.scheme())).cloned().collect();
    let mut contacts = into.contacts.clone();
    contacts.extend(from.contacts.iter().filter(|contact| into.contact(contact.role).is_none()).cloned());
    let or = |ours: &str, theirs: &str| if ours.is_empty() { theirs.to_owned() } else { ours.to_owned() };
    let details = Details {
        name: into.organisation.name.clone(),
        other_names: Vec::new(),
        kind: into.organisation.kind,
        numbers: into.numbers.iter().chain(&moved).cloned().collect(),
        address: into.organisation.address.clone(),
        website: or(&into.website, &from.website),
        telephone: or(&into.telephone, &from.telephone),
        contacts,
    };
    update_row(tx, to, into.version, &details)?;
    put_numbers(tx, to, &details.numbers)?;
    put_contacts(tx, to, &details.contacts)?;
    put_reached(tx, to, &details.website, &details.telephone)?;
    for name in &from.names {
        tx.update(Table::OrganisationNames, name.row, |conn| {
            diesel::update(organisation_names::table.find(name.row))
                .set(organisation_names::organisation_id.eq(to))
                .execute(conn)
        })?;
    }
    if from.organisation.name != into.organisation.name {
        insert_name(tx, to, NameKind::Legal, &from.organisation.name, (from.created_at, Some(now)))?;
    }
    Ok(moved.len())
}

/// Records that a row was merged into another.
pub(in crate::accounts) fn insert_merge(
    tx: &mut WriteTx<'_>,
    from: OrganisationId,
    into: OrganisationId,
    reason: &str,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::OrganisationMerges, |conn| {
        diesel::insert_into(organisation_merges::table)
            .values((
                organisation_merges::organisation_id.eq(from),
                organisation_merges::into_id.eq(into),
                organisation_merges::reason.eq(reason),
                organisation_merges::merged_at.eq(now),
                organisation_merges::merged_by.eq(account),
            ))
            .returning(organisation_merges::id)
            .get_result(conn)
    })?;
    Ok(())
}
