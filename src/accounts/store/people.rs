//! The people of an organisation: members, invitations, requests to join.

use diesel::prelude::*;

use crate::accounts::model::{Invitation, JoinRequest, Member};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, InvitationId, JoinRequestId, OrganisationId};
use crate::base::random::token_hash;
use crate::base::time::At;
use crate::db::schema::{accounts, memberships, organisation_invitations, organisation_requests};
use crate::db::{Conn, DbResult};

/// Everybody of an organisation, those who joined first before others.
///
/// # Errors
/// When the database cannot be read.
pub fn members_of(conn: &mut Conn, id: OrganisationId) -> DbResult<Vec<Member>> {
    let rows: Vec<(AccountId, String, String, At, Option<At>)> = memberships::table
        .inner_join(accounts::table)
        .filter(memberships::organisation_id.eq(id))
        .order(memberships::id)
        .select((
            memberships::account_id,
            accounts::name,
            accounts::email,
            memberships::created_at,
            accounts::deactivated_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(account, name, email, since, off)| Member { account, name, email, since, active: off.is_none() })
        .collect())
}

/// Takes somebody out; `NotFound` when they are not in.
pub(in crate::accounts) fn delete_membership(
    tx: &mut WriteTx<'_>,
    id: OrganisationId,
    account: AccountId,
) -> DbResult<()> {
    let row: i32 = memberships::table
        .filter(memberships::organisation_id.eq(id).and(memberships::account_id.eq(account)))
        .select(memberships::id)
        .get_result(tx.conn())?;
    tx.update(Table::Memberships, row, |conn| diesel::delete(memberships::table.find(row)).execute(conn))
}

/// Moves everybody of one organisation to another; who is in both stays once. Returns how many came new.
pub(in crate::accounts) fn move_members(
    tx: &mut WriteTx<'_>,
    from: OrganisationId,
    into: OrganisationId,
) -> DbResult<usize> {
    let there: Vec<AccountId> = members_of(tx.conn(), into)?.into_iter().map(|member| member.account).collect();
    let rows: Vec<(i32, AccountId)> = memberships::table
        .filter(memberships::organisation_id.eq(from))
        .order(memberships::id)
        .select((memberships::id, memberships::account_id))
        .load(tx.conn())?;
    let mut moved = 0;
    for (row, account) in rows {
        if there.contains(&account) {
            tx.update(Table::Memberships, row, |conn| diesel::delete(memberships::table.find(row)).execute(conn))?;
        } else {
            moved += 1;
            tx.update(Table::Memberships, row, |conn| {
                diesel::update(memberships::table.find(row)).set(memberships::organisation_id.eq(into)).execute(conn)
            })?;
        }
    }
    Ok(moved)
}

type InvitationRow = (i32, OrganisationId, String, At, Option<At>);

fn invitation((id, organisation, email, expires_at, ended): InvitationRow) -> Invitation {
    Invitation { id: InvitationId::new(id), organisation, email, expires_at, ended: ended.is_some() }
}

macro_rules! invitation_columns {
    () => {
        (
            organisation_invitations::id,
            organisation_invitations::organisation_id,
            organisation_invitations::email,
            organisation_invitations::expires_at,
            organisation_invitations::ended_at,
        )
    };
}

/// Invitations of an organisation that nobody ended, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn open_invitations(conn: &mut Conn, id: OrganisationId) -> DbResult<Vec<Invitation>> {
    let rows: Vec<InvitationRow> = organisation_invitations::table
        .filter(organisation_invitations::organisation_id.eq(id).and(organisation_invitations::ended_at.is_null()))
        .order(organisation_invitations::id.desc())
        .select(invitation_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(invitation).collect())
}

/// The invitation of a token.
pub(in crate::accounts) fn invitation_of(conn: &mut Conn, token: &str) -> DbResult<Option<Invitation>> {
    let row: Option<InvitationRow> = organisation_invitations::table
        .filter(organisation_invitations::token_hash.eq(token_hash(token)))
        .select(invitation_columns!())
        .get_result(conn)
        .optional()?;
    Ok(row.map(invitation))
}

/// Adds an invitation.
pub(in crate::accounts) fn insert_invitation(
    tx: &mut WriteTx<'_>,
    id: OrganisationId,
    email: &str,
    token: &str,
    expires_at: At,
) -> DbResult<InvitationId> {
    let (now, account) = (tx.now(), tx.account()?);
    let row = tx.insert(Table::OrganisationInvitations, |conn| {
        diesel::insert_into(organisation_invitations::table)
            .values((
                organisation_invitations::organisation_id.eq(id),
                organisation_invitations::email.eq(email),
                organisation_invitations::token_hash.eq(token_hash(token)),
                organisation_invitations::created_at.eq(now),
                organisation_invitations::created_by.eq(account),
                organisation_invitations::expires_at.eq(expires_at),
            ))
            .returning(organisation_invitations::id)
            .get_result(conn)
    })?;
    Ok(InvitationId::new(row))
}

/// Ends an invitation; `NotFound` when it was ended already: of two who accept it at once, one does.
pub(in crate::accounts) fn end_invitation(tx: &mut WriteTx<'_>, id: InvitationId, outcome: &str) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::OrganisationInvitations, id.row(), |conn| {
        diesel::update(
            organisation_invitations::table.find(id.row()).filter(organisation_invitations::ended_at.is_null()),
        )
        .set((
            organisation_invitations::outcome.eq(Some(outcome)),
            organisation_invitations::ended_at.eq(Some(now)),
            organisation_invitations::ended_by.eq(Some(account)),
        ))
        .execute(conn)
    })
}

/// Requests to join an organisation that nobody answered, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn open_requests(conn: &mut Conn, id: OrganisationId) -> DbResult<Vec<JoinRequest>> {
    let rows: Vec<(i32, AccountId, String, String, At)> = organisation_requests::table
        .inner_join(accounts::table.on(accounts::id.eq(organisation_requests::account_id)))
        .filter(organisation_requests::organisation_id.eq(id).and(organisation_requests::ended_at.is_null()))
        .order(organisation_requests::id)
        .select((
            organisation_requests::id,
            organisation_requests::account_id,
            accounts::name,
            accounts::email,
            organisation_requests::created_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(row, account, name, email, asked_at)| JoinRequest {
            id: JoinRequestId::new(row),
            organisation: id,
            account,
            name,
            email,
            asked_at,
        })
        .collect())
}

/// Organisations that a person asks to join.
pub(in crate::accounts) fn asked_by(conn: &mut Conn, account: AccountId) -> DbResult<Vec<OrganisationId>> {
    Ok(organisation_requests::table
        .filter(organisation_requests::account_id.eq(account).and(organisation_requests::ended_at.is_null()))
        .select(organisation_requests::organisation_id)
        .load(conn)?)
}

/// Adds a request to join.
pub(in crate::accounts) fn insert_request(
    tx: &mut WriteTx<'_>,
    id: OrganisationId,
    account: AccountId,
) -> DbResult<()> {
    let now = tx.now();
    tx.insert(Table::OrganisationRequests, |conn| {
        diesel::insert_into(organisation_requests::table)
            .values((
                organisation_requests::organisation_id.eq(id),
                organisation_requests::account_id.eq(account),
                organisation_requests::created_at.eq(now),
            ))
            .returning(organisation_requests::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Answers a request; `NotFound` when it was answered already.
pub(in crate::accounts) fn end_request(tx: &mut WriteTx<'_>, id: JoinRequestId, outcome: &str) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::OrganisationRequests, id.row(), |conn| {
        diesel::update(organisation_requests::table.find(id.row()).filter(organisation_requests::ended_at.is_null()))
            .set((
                organisation_requests::outcome.eq(Some(outcome)),
                organisation_requests::ended_at.eq(Some(now)),
                organisation_requests::ended_by.eq(Some(account)),
            ))
            .execute(conn)
    })
}

/// Moves open invitations and requests of one organisation to another.
pub(in crate::accounts) fn move_waiting(
    tx: &mut WriteTx<'_>,
    from: OrganisationId,
    into: OrganisationId,
) -> DbResult<()> {
    for waiting in open_invitations(tx.conn(), from)? {
        tx.update(Table::OrganisationInvitations, waiting.id.row(), |conn| {
            diesel::update(organisation_invitations::table.find(waiting.id.row()))
                .set(organisation_invitations::organisation_id.eq(into))
                .execute(conn)
        })?;
    }
    for waiting in open_requests(tx.conn(), from)? {
        tx.update(Table::OrganisationRequests, waiting.id.row(), |conn| {
            diesel::update(organisation_requests::table.find(waiting.id.row()))
                .set(organisation_requests::organisation_id.eq(into))
                .execute(conn)
        })?;
    }
    Ok(())
}
