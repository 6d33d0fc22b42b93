//! Bids by organisation, for the office's page of one and for merging two.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::applications::model::Application;
use crate::applications::store::list_of_organisations;
use crate::audit::{Table, WriteTx};
use crate::base::ids::OrganisationId;
use crate::db::schema::applications;
use crate::db::{Conn, DbResult};

/// Every bid of an organisation, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn bids_of_organisation(conn: &mut Conn, organisation: OrganisationId) -> DbResult<Vec<Application>> {
    list_of_organisations(conn, &[organisation])
}

/// How many bids each organisation made, drafts and withdrawn ones too.
///
/// # Errors
/// When the database cannot be read.
pub fn bids_by_organisation(conn: &mut Conn) -> DbResult<HashMap<OrganisationId, i64>> {
    let rows: Vec<(OrganisationId, i64)> = applications::table
        .group_by(applications::organisation_id)
        .select((applications::organisation_id, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Moves a bid to another organisation.
pub(in crate::applications) fn set_organisation(
    tx: &mut WriteTx<'_>,
    application: &Application,
    organisation: OrganisationId,
) -> DbResult<()> {
    let row = application.id.row();
    tx.update(Table::Applications, row, |conn| {
        diesel::update(applications::table.find(row))
            .set((applications::organisation_id.eq(organisation), applications::version.eq(applications::version + 1)))
            .execute(conn)
    })
}
