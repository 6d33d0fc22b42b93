//! The tables of accounts.

mod details;
mod merges;
mod people;

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::model::{Account, NewOrganisation, Organisation, OrganisationKind};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, OrganisationId};
use crate::base::random::token_hash;
use crate::base::role::Role;
use crate::base::time::At;
use crate::db::conn::OperateTx;
use crate::db::schema::{account_roles, accounts, memberships, organisations, sign_in_links};
use crate::db::{Conn, DbResult};

pub use details::{all_seen, profile_of};
pub(super) use details::{end_name, holder_of, insert_name, put_contacts, put_numbers, put_reached, update_row};
pub(super) use merges::{insert_merge, move_details};
pub use merges::{merge_of, merges};
pub(super) use people::{
    asked_by, delete_membership, end_invitation, end_request, insert_invitation, insert_request, invitation_of,
    move_members, move_waiting,
};
pub use people::{members_of, open_invitations, open_requests};

type AccountRow = (AccountId, String, String, Option<At>);

fn with_roles(rows: Vec<AccountRow>, held: Vec<(AccountId, Role)>) -> Vec<Account> {
    let mut roles: HashMap<AccountId, Vec<Role>> = HashMap::new();
    for (account, role) in held {
        roles.entry(account).or_default().push(role);
    }
    rows.into_iter()
        .map(|(id, email, name, deactivated_at)| Account {
            id,
            email,
            name,
            active: deactivated_at.is_none(),
            roles: roles.remove(&id).unwrap_or_default(),
        })
        .collect()
}

const ACCOUNT: (accounts::id, accounts::email, accounts::name, accounts::deactivated_at) =
    (accounts::id, accounts::email, accounts::name, accounts::deactivated_at);
const HELD: (account_roles::account_id, account_roles::role) = (account_roles::account_id, account_roles::role);

/// Every account, by name.
pub(super) fn list_accounts(conn: &mut Conn) -> DbResult<Vec<Account>> {
    let rows = accounts::table.order((accounts::name, accounts::id)).select(ACCOUNT).load(conn)?;
    let held = account_roles::table.order(account_roles::id).select(HELD).load(conn)?;
    Ok(with_roles(rows, held))
}

pub(super) fn find_account(conn: &mut Conn, id: AccountId) -> DbResult<Option<Account>> {
    let rows = accounts::table.find(id.row()).select(ACCOUNT).load(conn)?;
    let held = account_roles::table.filter(account_roles::account_id.eq(id.row()));
    let held = held.order(account_roles::id).select(HELD).load(conn)?;
    Ok(with_roles(rows, held).pop())
}

/// The account of an address.
///
/// # Errors
/// When the database cannot be read.
pub fn account_of_email(conn: &mut Conn, email: &str) -> DbResult<Option<AccountId>> {
    let id: Option<i32> =
        accounts::table.filter(accounts::email.eq(email)).select(accounts::id).get_result(conn).optional()?;
    Ok(id.map(AccountId::new))
}

/// Active accounts that hold any of these roles, by name.
///
/// # Errors
/// When the database cannot be read.
pub fn accounts_with_roles(conn: &mut Conn, roles: &[Role]) -> DbResult<Vec<Account>> {
    let holders = account_roles::table.filter(account_roles::role.eq_any(roles)).select(account_roles::account_id);
    let rows: Vec<AccountRow> = accounts::table
        .filter(accounts::id.eq_any(holders))
        .filter(accounts::deactivated_at.is_null())
        .order((accounts::name, accounts::id))
        .select(ACCOUNT)
        .load(conn)?;
    // Those with an office role are few.
    let ids: Vec<i32> = rows.iter().map(|(id, ..)| id.row()).collect();
    let held = account_roles::table.filter(account_roles::account_id.eq_any(ids));
    let held = held.order(account_roles::id).select(HELD).load(conn)?;
    Ok(with_roles(rows, held))
}

/// Whether a person's account is active and holds any of these roles.
///
/// # Errors
/// When the database cannot be read.
pub fn holds_any(conn: &mut Conn, account: AccountId, roles: &[Role]) -> DbResult<bool> {
    let found = find_account(conn, account)?;
    Ok(found.is_some_and(|one| one.active && one.roles.iter().any(|role| roles.contains(role))))
}

/// A person's name.
///
/// # Errors
/// When there is no such account.
pub fn name_of(conn: &mut Conn, id: AccountId) -> DbResult<String> {
    Ok(accounts::table.find(id.row()).select(accounts::name).get_result(conn)?)
}

/// Every person's name, for lists.
///
/// # Errors
/// When the database cannot be read.
pub fn names_of(conn: &mut Conn) -> DbResult<HashMap<AccountId, String>> {
    let rows: Vec<(i32, String)> = accounts::table.select((accounts::id, accounts::name)).load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (AccountId::new(id), name)).collect())
}

/// Names and addresses of some people, active or not, by name.
///
/// # Errors
/// When the database cannot be read.
pub fn contacts_by_id(conn: &mut Conn, ids: &BTreeSet<AccountId>) -> DbResult<Vec<(AccountId, String, String)>> {
    let rows: Vec<(i32, String, String)> = accounts::table
        .filter(accounts::id.eq_any(ids.iter().map(|id| id.row()).collect::<Vec<i32>>()))
        .order((accounts::name, accounts::id))
        .select((accounts::id, accounts::name, accounts::email))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name, email)| (AccountId::new(id), name, email)).collect())
}

pub(super) fn insert_account(tx: &mut WriteTx<'_>, email: &str, name: &str) -> DbResult<AccountId> {
    let now = tx.now();
    let id = tx.insert(Table::Accounts, |conn| {
        diesel::insert_into(accounts::table)
            .values((accounts::email.eq(email), accounts::name.eq(name), accounts::created_at.eq(now)))
            .returning(accounts::id)
            .get_result(conn)
    })?;
    Ok(AccountId::new(id))
}

pub(super) fn insert_role(tx: &mut WriteTx<'_>, account: AccountId, role: Role) -> DbResult<()> {
    let now = tx.now();
    tx.insert(Table::AccountRoles, |conn| {
        diesel::insert_into(account_roles::table)
            .values((
                account_roles::account_id.eq(account),
                account_roles::role.eq(role),
                account_roles::granted_at.eq(now),
            ))
            .returning(account_roles::id)
            .get_result(conn)
    })?;
    Ok(())
}

pub(super) fn set_deactivated(tx: &mut WriteTx<'_>, account: AccountId, at: Option<At>) -> DbResult<()> {
    tx.update(Table::Accounts, account.row(), |conn| {
        diesel::update(accounts::table.find(account.row())).set(accounts::deactivated_at.eq(at)).execute(conn)
    })
}

/// A sign-in link as stored.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Link {
    pub id: i32,
    pub email: String,
    pub expires_at: At,
    pub ended_at: Option<At>,
    pub reusable: bool,
    pub return_to: Option<String>,
}

pub(super) fn find_link(conn: &mut Conn, token: &str) -> DbResult<Option<Link>> {
    Ok(sign_in_links::table
        .filter(sign_in_links::token_hash.eq(token_hash(token)))
        .select((
            sign_in_links::id,
            sign_in_links::email,
            sign_in_links::expires_at,
            sign_in_links::ended_at,
            sign_in_links::reusable,
            sign_in_links::return_to,
        ))
        .get_result(conn)
        .optional()?)
}

pub(super) struct NewLink<'a> {
    pub email: &'a str,
    pub token: &'a str,
    pub now: At,
    pub expires_at: At,
    pub reusable: bool,
    pub return_to: Option<&'a str>,
}

/// How many links that were mailed to an address would still work.
pub(super) fn count_live_links(conn: &mut Conn, email: &str, now: At) -> DbResult<i64> {
    Ok(sign_in_links::table
        .filter(
            sign_in_links::email
                .eq(email)
                .and(sign_in_links::ended_at.is_null())
                .and(sign_in_links::expires_at.gt(now))
                .and(sign_in_links::reusable.eq(false)),
        )
        .count()
        .get_result(conn)?)
}

pub(super) fn insert_link(tx: &mut OperateTx<'_>, link: &NewLink<'_>) -> DbResult<()> {
    diesel::insert_into(sign_in_links::table)
        .values((
            sign_in_links::email.eq(link.email),
            sign_in_links::token_hash.eq(token_hash(link.token)),
            sign_in_links::created_at.eq(link.now),
            sign_in_links::expires_at.eq(link.expires_at),
            sign_in_links::reusable.eq(link.reusable),
            sign_in_links::return_to.eq(link.return_to),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends what is left of an address's mailed links: they lie in a mailbox and nobody needs them any more.
pub(super) fn end_links_to(conn: &mut Conn, email: &str, now: At) -> DbResult<()> {
    diesel::update(sign_in_links::table.filter(
        sign_in_links::email.eq(email).and(sign_in_links::ended_at.is_null()).and(sign_in_links::reusable.eq(false)),
    ))
    .set(sign_in_links::ended_at.eq(Some(now)))
    .execute(conn)?;
    Ok(())
}

/// Ends a link, unless it was ended already: of two who claim it at once, one gets in.
pub(super) fn end_link(conn: &mut Conn, id: i32, now: At) -> DbResult<bool> {
    let ended = diesel::update(sign_in_links::table.find(id).filter(sign_in_links::ended_at.is_null()))
        .set(sign_in_links::ended_at.eq(Some(now)))
        .execute(conn)?;
    Ok(ended == 1)
}

/// An organisation.
///
/// # Errors
/// When there is none of that row.
pub fn find_organisation(conn: &mut Conn, id: OrganisationId) -> DbResult<Organisation> {
    let (name, kind, charity_number, company_number, address, test): (
        String,
        OrganisationKind,
        Option<String>,
        Option<String>,
        String,
        i32,
    ) = organisations::table
        .find(id.row())
        .select((
            organisations::name,
            organisations::kind,
            organisations::charity_number,
            organisations::company_number,
            organisations::address,
            organisations::test,
        ))
        .get_result(conn)?;
    Ok(Organisation { id, name, kind, charity_number, company_number, address, test: test != 0 })
}

/// Every organisation, by name.
fn list_organisations(conn: &mut Conn) -> DbResult<Vec<Organisation>> {
    type Columns = (i32, String, OrganisationKind, Option<String>, Option<String>, String, i32);
    let rows: Vec<Columns> = organisations::table
        .order((organisations::name, organisations::id))
        .select((
            organisations::id,
            organisations::name,
            organisations::kind,
            organisations::charity_number,
            organisations::company_number,
            organisations::address,
            organisations::test,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, kind, charity_number, company_number, address, test)| Organisation {
            id: OrganisationId::new(id),
            name,
            kind,
            charity_number,
            company_number,
            address,
            test: test != 0,
        })
        .collect())
}

/// Names and addresses of an organisation's active people, those who joined first before others.
///
/// # Errors
/// When the database cannot be read.
pub fn contacts_of(conn: &mut Conn, id: OrganisationId) -> DbResult<Vec<(AccountId, String, String)>> {
    let rows: Vec<(i32, String, String)> = memberships::table
        .inner_join(accounts::table)
        .filter(memberships::organisation_id.eq(id).and(accounts::deactivated_at.is_null()))
        .order(memberships::id)
        .select((accounts::id, accounts::name, accounts::email))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name, email)| (AccountId::new(id), name, email)).collect())
}

pub(super) fn insert_organisation(tx: &mut WriteTx<'_>, new: &NewOrganisation, test: bool) -> DbResult<OrganisationId> {
    let now = tx.now();
    let id = tx.insert(Table::Organisations, |conn| {
        diesel::insert_into(organisations::table)
            .values((
                organisations::name.eq(&new.name),
                organisations::kind.eq(new.kind),
                organisations::charity_number.eq(&new.charity_number),
                organisations::company_number.eq(&new.company_number),
                organisations::address.eq(&new.address),
                organisations::created_at.eq(now),
                organisations::version.eq(1),
                organisations::test.eq(i32::from(test)),
            ))
            .returning(organisations::id)
            .get_result(conn)
    })?;
    Ok(OrganisationId::new(id))
}

pub(super) fn insert_membership(
    tx: &mut WriteTx<'_>,
    organisation: OrganisationId,
    account: AccountId,
) -> DbResult<()> {
    let now = tx.now();
    tx.insert(Table::Memberships, |conn| {
        diesel::insert_into(memberships::table)
            .values((
                memberships::organisation_id.eq(organisation),
                memberships::account_id.eq(account),
                memberships::created_at.eq(now),
            ))
            .returning(memberships::id)
            .get_result(conn)
    })?;
    Ok(())
}
