//! A member's own bids, as far as the order of their list needs them, and their sheets.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::applications::ApplicationStage;
use crate::base::ids::{AccountId, ApplicationId, OrganisationId, RoundId, SheetId};
use crate::db::schema::{applications, assignments, score_sheets};
use crate::db::{Conn, DbResult};
use crate::scoring::model::{AssignmentStage, SheetStage};

/// A submitted bid that a member was ever put on.
#[derive(Debug, Clone, Copy)]
pub(in crate::scoring) struct OwnPlace {
    pub application: ApplicationId,
    pub organisation: OrganisationId,
    /// Where the assignment stands.
    pub stage: AssignmentStage,
    /// Where its score sheet stands.
    pub sheet: Option<SheetStage>,
}

/// The submitted bids of a round that a member was ever put on, in no order.
pub(in crate::scoring) fn own_places(conn: &mut Conn, account: AccountId, round: RoundId) -> DbResult<Vec<OwnPlace>> {
    let rows: Vec<(ApplicationId, OrganisationId, AssignmentStage, Option<SheetStage>)> = assignments::table
        .inner_join(applications::table.on(applications::id.eq(assignments::application_id)))
        .left_join(score_sheets::table.on(score_sheets::assignment_id.eq(assignments::id)))
        .filter(assignments::account_id.eq(account))
        .filter(applications::round_id.eq(round).and(applications::stage.eq(ApplicationStage::Submitted)))
        .select((
            assignments::application_id,
            applications::organisation_id,
            assignments::stage,
            score_sheets::stage.nullable(),
        ))
        .load(conn)?;
    let place = |(application, organisation, stage, sheet)| OwnPlace { application, organisation, stage, sheet };
    Ok(rows.into_iter().map(place).collect())
}

/// The same bids while their applicants have them again: re-opened by the office, or taken back.
pub(in crate::scoring) fn away_places(
    conn: &mut Conn,
    account: AccountId,
    round: RoundId,
) -> DbResult<Vec<(String, OwnPlace)>> {
    let rows: Vec<(String, ApplicationId, OrganisationId, AssignmentStage)> = assignments::table
        .inner_join(applications::table.on(applications::id.eq(assignments::application_id)))
        .filter(assignments::account_id.eq(account))
        .filter(applications::round_id.eq(round).and(applications::stage.eq(ApplicationStage::Draft)))
        .order(applications::reference)
        .select((
            applications::reference,
            assignments::application_id,
            applications::organisation_id,
            assignments::stage,
        ))
        .load(conn)?;
    let place = |(reference, application, organisation, stage)| {
        (reference, OwnPlace { application, organisation, stage, sheet: None })
    };
    Ok(rows.into_iter().map(place).collect())
}

/// A member's score sheet, without its lines.
#[derive(Debug, Clone, Copy)]
pub(in crate::scoring) struct OwnSheet {
    pub id: SheetId,
    pub stage: SheetStage,
    pub version: i32,
}

/// A member's score sheets of a round, by bid.
pub(in crate::scoring) fn own_sheets(
    conn: &mut Conn,
    account: AccountId,
    round: RoundId,
) -> DbResult<HashMap<ApplicationId, OwnSheet>> {
    let rows: Vec<(i32, ApplicationId, SheetStage, i32)> = score_sheets::table
        .inner_join(applications::table)
        .filter(score_sheets::account_id.eq(account).and(applications::round_id.eq(round)))
        .select((score_sheets::id, score_sheets::application_id, score_sheets::stage, score_sheets::version))
        .load(conn)?;
    let sheet = |(id, application, stage, version)| (application, OwnSheet { id: SheetId::new(id), stage, version });
    Ok(rows.into_iter().map(sheet).collect())
}
