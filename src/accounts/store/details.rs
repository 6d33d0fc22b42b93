//! An organisation's details: numbers, names, contacts.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use super::find_organisation;
use super::merges::{merge_of, merges};
use crate::accounts::model::{Contact, ContactRole, Details, KnownName, NameKind, Organisation, Profile};
use crate::accounts::rules::{Seen, split_address};
use crate::audit::{Table, WriteTx};
use crate::base::ids::OrganisationId;
use crate::base::registration::{Registration, Scheme};
use crate::base::time::At;
use crate::db::schema::{
    organisation_contacts, organisation_names, organisation_numbers, organisation_profiles, organisations,
};
use crate::db::{Conn, DbResult};

/// Numbers of a row: those of the table, and those of the row's own two columns, which letters and lists read and which rows
/// from before the table have alone.
fn joined(rows: Vec<Registration>, charity: Option<&str>, company: Option<&str>) -> Vec<Registration> {
    let charity = charity.and_then(|number| Registration::parse_charity(number).ok());
    let company = company.and_then(|number| Registration::parse(Scheme::Company, number).ok());
    let mut all: BTreeMap<Scheme, Registration> = BTreeMap::new();
    for registration in rows.into_iter().chain(charity).chain(company) {
        all.entry(registration.scheme()).or_insert(registration);
    }
    all.into_values().collect()
}

fn registration((scheme, number): (Scheme, String)) -> Option<Registration> {
    Registration::parse(scheme, &number).ok()
}

fn numbers_of(conn: &mut Conn, organisation: &Organisation) -> DbResult<Vec<Registration>> {
    let rows: Vec<(Scheme, String)> = organisation_numbers::table
        .filter(organisation_numbers::organisation_id.eq(organisation.id))
        .select((organisation_numbers::scheme, organisation_numbers::number))
        .load(conn)?;
    let rows = rows.into_iter().filter_map(registration).collect();
    Ok(joined(rows, organisation.charity_number.as_deref(), organisation.company_number.as_deref()))
}

/// Everything that an organisation says of itself.
///
/// # Errors
/// `NotFound` when there is none of that row.
pub fn profile_of(conn: &mut Conn, id: OrganisationId) -> DbResult<Profile> {
    let organisation = find_organisation(conn, id)?;
    let (version, created_at): (i32, At) = organisations::table
        .find(id.row())
        .select((organisations::version, organisations::created_at))
        .get_result(conn)?;
    let reached: Option<(String, String)> = organisation_profiles::table
        .filter(organisation_profiles::organisation_id.eq(id))
        .select((organisation_profiles::website, organisation_profiles::telephone))
        .get_result(conn)
        .optional()?;
    let (website, telephone) = reached.unwrap_or_default();
    Ok(Profile {
        numbers: numbers_of(conn, &organisation)?,
        names: names_of(conn, id)?,
        contacts: contacts(conn, id)?,
        version,
        created_at,
        website,
        telephone,
        organisation,
    })
}

fn names_of(conn: &mut Conn, id: OrganisationId) -> DbResult<Vec<KnownName>> {
    let rows: Vec<(i32, NameKind, String, At, Option<At>)> = organisation_names::table
        .filter(organisation_names::organisation_id.eq(id))
        .order(organisation_names::id)
        .select((
            organisation_names::id,
            organisation_names::kind,
            organisation_names::name,
            organisation_names::from_at,
            organisation_names::until_at,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|(row, kind, name, from, until)| KnownName { row, kind, name, from, until }).collect())
}

fn contacts(conn: &mut Conn, id: OrganisationId) -> DbResult<Vec<Contact>> {
    let rows: Vec<(ContactRole, String, String, String, String)> = organisation_contacts::table
        .filter(organisation_contacts::organisation_id.eq(id))
        .select((
            organisation_contacts::role,
            organisation_contacts::name,
            organisation_contacts::position,
            organisation_contacts::email,
            organisation_contacts::telephone,
        ))
        .load(conn)?;
    let mut contacts: Vec<Contact> = rows
        .into_iter()
        .map(|(role, name, position, email, telephone)| Contact { role, name, position, email, telephone })
        .collect();
    contacts.sort_by_key(|contact| contact.role);
    Ok(contacts)
}

/// The organisation, other than `except`, that is registered with a number. One that was merged stands for the one that stayed,
/// so that a number which did not move is not free either.
pub(in crate::accounts) fn holder_of(
    conn: &mut Conn,
    number: &Registration,
    except: Option<OrganisationId>,
) -> DbResult<Option<OrganisationId>> {
    let in_table: Vec<i32> = organisation_numbers::table
        .filter(organisation_numbers::scheme.eq(number.scheme()).and(organisation_numbers::number.eq(number.number())))
        .order(organisation_numbers::id)
        .select(organisation_numbers::organisation_id)
        .load(conn)?;
    let in_columns: Vec<i32> = match number.scheme() {
        scheme if scheme.is_charity() => organisations::table
            .filter(organisations::charity_number.eq(number.number()))
            .order(organisations::id)
            .select(organisations::id)
            .load(conn)?,
        Scheme::Company => organisations::table
            .filter(organisations::company_number.eq(number.number()))
            .order(organisations::id)
            .select(organisations::id)
            .load(conn)?,
        _ => Vec::new(),
    };
    for row in in_table.into_iter().chain(in_columns) {
        let mut id = OrganisationId::new(row);
        // Nothing is merged into a row that is merged, so this ends.
        while let Some(merge) = merge_of(conn, id)? {
            id = merge.into;
        }
        if Some(id) != except {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Writes the row's own columns at a version; `NotFound` when somebody else changed it meanwhile.
pub(in crate::accounts) fn update_row(
    tx: &mut WriteTx<'_>,
    id: OrganisationId,
    version: i32,
    details: &Details,
) -> DbResult<()> {
    let charity = details.numbers.iter().filter(|number| number.scheme().is_charity()).min_by_key(|n| n.scheme());
    let company = details.numbers.iter().find(|number| number.scheme() == Scheme::Company);
    tx.update(Table::Organisations, id.row(), |conn| {
        diesel::update(organisations::table.find(id.row()).filter(organisations::version.eq(version)))
            .set((
                organisations::name.eq(&details.name),
                organisations::kind.eq(details.kind),
                organisations::charity_number.eq(charity.map(Registration::number)),
                organisations::company_number.eq(company.map(Registration::number)),
                organisations::address.eq(&details.address),
                organisations::version.eq(version + 1),
            ))
            .execute(conn)
    })
}

/// Writes website and telephone number.
pub(in crate::accounts) fn put_reached(
    tx: &mut WriteTx<'_>,
    id: OrganisationId,
    website: &str,
    telephone: &str,
) -> DbResult<()> {
    let now = tx.now();
    let row: Option<i32> = organisation_profiles::table
        .filter(organisation_profiles::organisation_id.eq(id))
        .select(organisation_profiles::id)
        .get_result(tx.conn())
        .optional()?;
    if let Some(row) = row {
        return tx.update(Table::OrganisationProfiles, row, |conn| {
            diesel::update(organisation_profiles::table.find(row))
                .set((
                    organisation_profiles::website.eq(website),
                    organisation_profiles::telephone.eq(telephone),
                    organisation_profiles::updated_at.eq(now),
                ))
                .execute(conn)
        });
    }
    tx.insert(Table::OrganisationProfiles, |conn| {
        diesel::insert_into(organisation_profiles::table)
            .values((
                organisation_profiles::organisation_id.eq(id),
                organisation_profiles::website.eq(website),
                organisation_profiles::telephone.eq(telephone),
                organisation_profiles::updated_at.eq(now),
            ))
            .returning(organisation_profiles::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Makes the table's numbers those given.
pub(in crate::accounts) fn put_numbers(
    tx: &mut WriteTx<'_>,
    id: OrganisationId,
    numbers: &[Registration],
) -> DbResult<()> {
    let rows: Vec<(i32, Scheme, String)> = organisation_numbers::table
        .filter(organisation_numbers::organisation_id.eq(id))
        .select((organisation_numbers::id, organisation_numbers::scheme, organisation_numbers::number))
        .load(tx.conn())?;
    let stored: HashMap<Scheme, (i32, String)> =
        rows.into_iter().map(|(row, scheme, number)| (scheme, (row, number))).collect();
    for (scheme, (row, number)) in &stored {
        let kept = numbers.iter().any(|one| one.scheme() == *scheme && one.number() == number);
        if !kept {
            tx.update(Table::OrganisationNumbers, *row, |conn| {
                diesel::delete(organisation_numbers::table.find(*row)).execute(conn)
            })?;
        }
    }
    for number in numbers {
        if stored.get(&number.scheme()).is_some_and(|(_, stored)| stored == number.number()) {
            continue;
        }
        tx.insert(Table::OrganisationNumbers, |conn| {
            diesel::insert_into(organisation_numbers::table)
                .values((
                    organisation_numbers::organisation_id.eq(id),
                    organisation_numbers::scheme.eq(number.scheme()),
                    organisation_numbers::number.eq(number.number()),
                ))
                .returning(organisation_numbers::id)
                .get_result(conn)
        })?;
    }
    Ok(())
}

/// Makes the contacts those given.
pub(in crate::accounts) fn put_contacts(
    tx: &mut WriteTx<'_>,
    id: OrganisationId,
    contacts_: &[Contact],
) -> DbResult<()> {
    let stored = contacts(tx.conn(), id)?;
    let rows: Vec<(i32, ContactRole)> = organisation_contacts::table
        .filter(organisation_contacts::organisation_id.eq(id))
        .select((organisation_contacts::id, organisation_contacts::role))
        .load(tx.conn())?;
    for (row, role) in &rows {
        let wanted = contacts_.iter().find(|contact| contact.role == *role);
        match wanted {
            None => tx.update(Table::OrganisationContacts, *row, |conn| {
                diesel::delete(organisation_contacts::table.find(*row)).execute(conn)
            })?,
            Some(contact) if !stored.contains(contact) => tx.update(Table::OrganisationContacts, *row, |conn| {
                diesel::update(organisation_contacts::table.find(*row))
                    .set((
                        organisation_contacts::name.eq(&contact.name),
                        organisation_contacts::position.eq(&contact.position),
                        organisation_contacts::email.eq(&contact.email),
                        organisation_contacts::telephone.eq(&contact.telephone),
                    ))
                    .execute(conn)
            })?,
            Some(_) => {}
        }
    }
    for contact in contacts_.iter().filter(|contact| rows.iter().all(|(_, role)| *role != contact.role)) {
        tx.insert(Table::OrganisationContacts, |conn| {
            diesel::insert_into(organisation_contacts::table)
                .values((
                    organisation_contacts::organisation_id.eq(id),
                    organisation_contacts::role.eq(contact.role),
                    organisation_contacts::name.eq(&contact.name),
                    organisation_contacts::position.eq(&contact.position),
                    organisation_contacts::email.eq(&contact.email),
                    organisation_contacts::telephone.eq(&contact.telephone),
                ))
                .returning(organisation_contacts::id)
                .get_result(conn)
        })?;
    }
    Ok(())
}

/// Adds a name beside the legal one.
pub(in crate::accounts) fn insert_name(
    tx: &mut WriteTx<'_>,
    id: OrganisationId,
    kind: NameKind,
    name: &str,
    (from, until): (At, Option<At>),
) -> DbResult<()> {
    tx.insert(Table::OrganisationNames, |conn| {
        diesel::insert_into(organisation_names::table)
            .values((
                organisation_names::organisation_id.eq(id),
                organisation_names::kind.eq(kind),
                organisation_names::name.eq(name),
                organisation_names::from_at.eq(from),
                organisation_names::until_at.eq(until),
            ))
            .returning(organisation_names::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Ends the use of another name.
pub(in crate::accounts) fn end_name(tx: &mut WriteTx<'_>, row: i32) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::OrganisationNames, row, |conn| {
        diesel::update(organisation_names::table.find(row).filter(organisation_names::until_at.is_null()))
            .set(organisation_names::until_at.eq(Some(now)))
            .execute(conn)
    })
}

/// Every organisation as far as search and duplicates see it, by name; those that were merged away with their new row.
///
/// # Errors
/// When the database cannot be read.
pub fn all_seen(conn: &mut Conn) -> DbResult<Vec<(Organisation, Seen, Option<OrganisationId>)>> {
    let merged: HashMap<OrganisationId, OrganisationId> =
        merges(conn)?.into_iter().map(|merge| (merge.from, merge.into)).collect();
    let mut names: HashMap<i32, Vec<String>> = HashMap::new();
    let rows: Vec<(i32, String)> =
        organisation_names::table.select((organisation_names::organisation_id, organisation_names::name)).load(conn)?;
    for (id, name) in rows {
        names.entry(id).or_default().push(name);
    }
    let mut numbers: HashMap<i32, Vec<Registration>> = HashMap::new();
    let rows: Vec<(i32, Scheme, String)> = organisation_numbers::table
        .select((organisation_numbers::organisation_id, organisation_numbers::scheme, organisation_numbers::number))
        .load(conn)?;
    for (id, scheme, number) in rows {
        numbers.entry(id).or_default().extend(registration((scheme, number)));
    }
    Ok(super::list_organisations(conn)?
        .into_iter()
        // Those of test rounds are nobody's.
        .filter(|organisation| !organisation.test)
        .map(|organisation| {
            let id = organisation.id;
            let mut known = vec![organisation.name.clone()];
            known.extend(names.remove(&id.row()).unwrap_or_default());
            let rows = numbers.remove(&id.row()).unwrap_or_default();
            let seen = Seen {
                id,
                names: known,
                numbers: joined(rows, organisation.charity_number.as_deref(), organisation.company_number.as_deref()),
                postcode: split_address(&organisation.address).1,
            };
            (organisation, seen, merged.get(&id).copied())
        })
        .collect())
}
