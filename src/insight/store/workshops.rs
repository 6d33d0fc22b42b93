//! Workshops, their versions, and whom they were announced to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;

use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, OrganisationId, RoundId, WorkshopId};
use crate::base::time::At;
use crate::db::schema::{
    accounts, memberships, organisations, outbox, workshop_invitations, workshop_rounds, workshop_versions, workshops,
};
use crate::db::{Conn, DbError, DbResult};
use crate::insight::model::{Guest, Invited, Workshop, WorkshopText, WorkshopVersion};
use crate::mail::Stage;

type VersionRow = (i32, i32, String, String, Option<At>, String, String, At, AccountId);

/// Every workshop, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn list_workshops(conn: &mut Conn) -> DbResult<Vec<Workshop>> {
    let rounds: Vec<(i32, RoundId)> = workshop_rounds::table
        .order(workshop_rounds::id)
        .select((workshop_rounds::workshop_id, workshop_rounds::round_id))
        .load(conn)?;
    let versions: Vec<VersionRow> = workshop_versions::table
        .order((workshop_versions::workshop_id.desc(), workshop_versions::version.desc()))
        .select((
            workshop_versions::workshop_id,
            workshop_versions::version,
            workshop_versions::title,
            workshop_versions::agenda,
            workshop_versions::starts_at,
            workshop_versions::place,
            workshop_versions::link,
            workshop_versions::saved_at,
            workshop_versions::saved_by,
        ))
        .load(conn)?;
    let mut found: BTreeMap<i32, Workshop> = BTreeMap::new();
    for (id, version, title, agenda, starts_at, place, link, at, by) in versions {
        let workshop = found.entry(id).or_insert_with(|| Workshop {
            id: WorkshopId::new(id),
            rounds: rounds.iter().filter(|(of, _)| *of == id).map(|(_, round)| *round).collect(),
            versions: Vec::new(),
        });
        let text = WorkshopText { title, agenda, starts_at, place, link };
        workshop.versions.push(WorkshopVersion { version, text, at, by });
    }
    Ok(found.into_values().rev().collect())
}

/// A workshop.
///
/// # Errors
/// `NotFound` when there is none.
pub fn workshop_of(conn: &mut Conn, id: WorkshopId) -> DbResult<Workshop> {
    list_workshops(conn)?.into_iter().find(|workshop| workshop.id == id).ok_or(DbError::NotFound)
}

/// Plans a workshop on some rounds.
pub(in crate::insight) fn insert_workshop(tx: &mut WriteTx<'_>, rounds: &[RoundId]) -> DbResult<WorkshopId> {
    let (now, account) = (tx.now(), tx.account()?);
    let id = tx.insert(Table::Workshops, |conn| {
        diesel::insert_into(workshops::table)
            .values((workshops::created_at.eq(now), workshops::created_by.eq(account)))
            .returning(workshops::id)
            .get_result(conn)
    })?;
    for round in rounds {
        tx.insert(Table::WorkshopRounds, |conn| {
            diesel::insert_into(workshop_rounds::table)
                .values((workshop_rounds::workshop_id.eq(id), workshop_rounds::round_id.eq(*round)))
                .returning(workshop_rounds::id)
                .get_result(conn)
        })?;
    }
    Ok(WorkshopId::new(id))
}

/// Saves a version.
pub(in crate::insight) fn insert_version(
    tx: &mut WriteTx<'_>,
    id: WorkshopId,
    version: i32,
    text: &WorkshopText,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::WorkshopVersions, |conn| {
        diesel::insert_into(workshop_versions::table)
            .values((
                workshop_versions::workshop_id.eq(id.row()),
                workshop_versions::version.eq(version),
                workshop_versions::title.eq(&text.title),
                workshop_versions::agenda.eq(&text.agenda),
                workshop_versions::starts_at.eq(text.starts_at),
                workshop_versions::place.eq(&text.place),
                workshop_versions::link.eq(&text.link),
                workshop_versions::saved_at.eq(now),
                workshop_versions::saved_by.eq(account),
            ))
            .returning(workshop_versions::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Of each organisation the person who joined first among those who can sign in; each person once.
///
/// # Errors
/// When the database cannot be read.
pub(in crate::insight) fn guests(conn: &mut Conn, of: &BTreeSet<OrganisationId>) -> DbResult<Vec<Guest>> {
    let rows: Vec<(OrganisationId, String, i32, String, String)> = memberships::table
        .inner_join(accounts::table)
        .inner_join(organisations::table)
        .filter(memberships::organisation_id.eq_any(of.iter().copied().collect::<Vec<_>>()))
        .filter(accounts::deactivated_at.is_null())
        .order(memberships::id)
        .select((memberships::organisation_id, organisations::name, accounts::id, accounts::name, accounts::email))
        .load(conn)?;
    let (mut organisations_, mut people) = (BTreeSet::new(), BTreeSet::new());
    let mut found = Vec::new();
    for (organisation, organisation_name, account, name, email) in rows {
        if !organisations_.contains(&organisation) {
            organisations_.insert(organisation);
            if people.insert(account) {
                found.push(Guest { organisation, organisation_name, account: AccountId::new(account), name, email });
            }
        }
    }
    found.sort_by(|one, other| one.organisation_name.cmp(&other.organisation_name));
    Ok(found)
}

type InvitedRow = (OrganisationId, String, AccountId, String, String, At, String);

/// Who was invited to a workshop, and where the mail stands.
///
/// # Errors
/// When the database cannot be read.
pub fn invited_to(conn: &mut Conn, id: WorkshopId) -> DbResult<Vec<Invited>> {
    let rows: Vec<InvitedRow> = workshop_invitations::table
        .inner_join(organisations::table)
        .inner_join(accounts::table.on(workshop_invitations::account_id.eq(accounts::id)))
        .filter(workshop_invitations::workshop_id.eq(id.row()))
        .order((organisations::name, workshop_invitations::id))
        .select((
            workshop_invitations::organisation_id,
            organisations::name,
            workshop_invitations::account_id,
            accounts::name,
            accounts::email,
            workshop_invitations::invited_at,
            workshop_invitations::message_id,
        ))
        .load(conn)?;
    let messages: Vec<String> = rows.iter().map(|row| row.6.clone()).collect();
    let stages: Vec<(String, Stage)> = outbox::table
        .filter(outbox::message_id.eq_any(messages))
        .select((outbox::message_id, outbox::stage))
        .load(conn)?;
    let stages: HashMap<String, Stage> = stages.into_iter().collect();
    Ok(rows
        .into_iter()
        .map(|(organisation, organisation_name, account, name, email, at, message)| Invited {
            guest: Guest { organisation, organisation_name, account, name, email },
            at,
            stage: stages.get(&message).copied(),
        })
        .collect())
}

/// Records an invitation; a constraint refuses a second to the same person.
pub(in crate::insight) fn insert_invitation(
    tx: &mut WriteTx<'_>,
    id: WorkshopId,
    guest: &Guest,
    message: &str,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::WorkshopInvitations, |conn| {
        diesel::insert_into(workshop_invitations::table)
            .values((
                workshop_invitations::workshop_id.eq(id.row()),
                workshop_invitations::organisation_id.eq(guest.organisation),
                workshop_invitations::account_id.eq(guest.account),
                workshop_invitations::message_id.eq(message),
                workshop_invitations::invited_at.eq(now),
                workshop_invitations::invited_by.eq(account),
            ))
            .returning(workshop_invitations::id)
            .get_result(conn)
    })?;
    Ok(())
}
