//! Bids by organisation, for the office's page of one and for merging two.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::applications::model::Application;
use crate::applications::store::{hidden_everywhere, list_of_organisations};
use crate::audit::{Table, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::OrganisationId;
use crate::db::schema::applications;
use crate::db::{Conn, DbResult};

/// Every bid of an organisation that is not hidden from who asks, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn shown_bids_of_organisation(
    conn: &mut Conn,
    actor: &Actor,
    organisation: OrganisationId,
) -> DbResult<Vec<Application>> {
    let hidden = hidden_everywhere(conn, actor)?;
    let mut bids = bids_of_organisation(conn, organisation)?;
    bids.retain(|bid| !hidden.contains(&bid.id));
    Ok(bids)
}

/// Every bid of an organisation, the newest first: for what is done with all of them. Pages show [`shown_bids_of_organisation`].
///
/// # Errors
/// When the database cannot be read.
pub fn bids_of_organisation(conn: &mut Conn, organisation: OrganisationId) -> DbResult<Vec<Application>> {
    list_of_organisations(conn, &[organisation])
}

/// How many bids each organisation made, drafts and withdrawn ones too; without those that are hidden from who asks.
///
/// # Errors
/// When the database cannot be read.
pub fn bids_by_organisation(conn: &mut Conn, actor: &Actor) -> DbResult<HashMap<OrganisationId, i64>> {
    let hidden: Vec<i32> = hidden_everywhere(conn, actor)?.into_iter().map(|id| id.row()).collect();
    let rows: Vec<(OrganisationId, i64)> = applications::table
        .filter(applications::id.ne_all(hidden))
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
