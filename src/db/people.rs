//! Who a signed-in person is by now: what they may do rests on their roles and organisations at this moment.

use diesel::prelude::*;

use super::schema::{account_roles, accounts, memberships};
use super::{Conn, DbResult};
use crate::base::actor::Person;
use crate::base::ids::{AccountId, OrganisationId};
use crate::base::role::Role;

/// An active account with its roles and organisations.
///
/// # Errors
/// When the database cannot be read.
pub fn person(conn: &mut Conn, account: AccountId) -> DbResult<Option<Person>> {
    let row: Option<(String, String)> = accounts::table
        .filter(accounts::id.eq(account.row()).and(accounts::deactivated_at.is_null()))
        .select((accounts::name, accounts::email))
        .get_result(conn)
        .optional()?;
    let Some((name, email)) = row else { return Ok(None) };
    let roles: Vec<Role> = account_roles::table
        .filter(account_roles::account_id.eq(account))
        .order(account_roles::id)
        .select(account_roles::role)
        .load(conn)?;
    let organisations: Vec<OrganisationId> = memberships::table
        .filter(memberships::account_id.eq(account))
        .order(memberships::id)
        .select(memberships::organisation_id)
        .load(conn)?;
    Ok(Some(Person { account, name, email, roles, organisations }))
}
