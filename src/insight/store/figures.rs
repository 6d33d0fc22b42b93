//! Agreed scores and bids of several rounds, each in one query.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;

use crate::accounts::OrganisationKind;
use crate::applications::ApplicationStage;
use crate::base::ids::{ApplicationId, OrganisationId, RoundId};
use crate::db::schema::{agreed_marks, applications, moderations, organisations};
use crate::db::{Conn, DbResult};
use crate::insight::model::{BidKey, JudgedBid};
use crate::moderation::ModerationStage;

type Row = (ApplicationId, RoundId, OrganisationId, OrganisationKind, String, Option<i32>);

fn ids(rounds: &[RoundId]) -> Vec<RoundId> {
    rounds.to_vec()
}

/// The agreed scores of every submitted bid whose moderation is closed.
///
/// # Errors
/// When the database cannot be read.
pub(in crate::insight) fn judged_bids(conn: &mut Conn, rounds: &[RoundId]) -> DbResult<Vec<JudgedBid>> {
    let rows: Vec<Row> = agreed_marks::table
        .inner_join(moderations::table.inner_join(applications::table.inner_join(organisations::table)))
        .filter(applications::round_id.eq_any(ids(rounds)))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .filter(moderations::stage.eq(ModerationStage::Closed))
        .order((applications::round_id, applications::id, agreed_marks::id))
        .select((
            moderations::application_id,
            applications::round_id,
            applications::organisation_id,
            organisations::kind,
            agreed_marks::criterion,
            agreed_marks::mark,
        ))
        .load(conn)?;
    let mut bids: BTreeMap<(RoundId, ApplicationId), JudgedBid> = BTreeMap::new();
    for (application, round, organisation, kind, criterion, mark) in rows {
        let bid = bids.entry((round, application)).or_insert_with(|| JudgedBid {
            application,
            round,
            organisation,
            kind,
            marks: Vec::new(),
        });
        bid.marks.extend(mark.map(|mark| (criterion, mark)));
    }
    Ok(bids.into_values().collect())
}

/// Every submitted bid of some rounds.
///
/// # Errors
/// When the database cannot be read.
pub(in crate::insight) fn submitted_in(conn: &mut Conn, rounds: &[RoundId]) -> DbResult<Vec<BidKey>> {
    let rows: Vec<(i32, RoundId, OrganisationId)> = applications::table
        .filter(applications::round_id.eq_any(ids(rounds)))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .order(applications::id)
        .select((applications::id, applications::round_id, applications::organisation_id))
        .load(conn)?;
    let key = |(id, round, organisation)| BidKey { application: ApplicationId::new(id), round, organisation };
    Ok(rows.into_iter().map(key).collect())
}

fn rows_of(bids: &BTreeSet<ApplicationId>) -> Vec<i32> {
    bids.iter().map(|bid| bid.row()).collect()
}

/// The rounds of some bids.
///
/// # Errors
/// When the database cannot be read.
pub(in crate::insight) fn rounds_of(conn: &mut Conn, bids: &BTreeSet<ApplicationId>) -> DbResult<BTreeSet<RoundId>> {
    let rows: Vec<RoundId> =
        applications::table.filter(applications::id.eq_any(rows_of(bids))).select(applications::round_id).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The organisations of some bids.
///
/// # Errors
/// When the database cannot be read.
pub(in crate::insight) fn organisations_of(
    conn: &mut Conn,
    bids: &BTreeSet<ApplicationId>,
) -> DbResult<BTreeSet<OrganisationId>> {
    let rows: Vec<OrganisationId> = applications::table
        .filter(applications::id.eq_any(rows_of(bids)))
        .select(applications::organisation_id)
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The organisation's name and the reference of some bids.
///
/// # Errors
/// When the database cannot be read.
pub(in crate::insight) fn labels(
    conn: &mut Conn,
    bids: &[ApplicationId],
) -> DbResult<HashMap<ApplicationId, (String, String)>> {
    let ids: Vec<i32> = bids.iter().map(|bid| bid.row()).collect();
    let rows: Vec<(i32, String, String)> = applications::table
        .inner_join(organisations::table)
        .filter(applications::id.eq_any(ids))
        .select((applications::id, organisations::name, applications::reference))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name, reference)| (ApplicationId::new(id), (name, reference))).collect())
}

/// An organisation's other submitted bids whose letters were issued before a bid was submitted: what they were told could be acted on.
///
/// # Errors
/// When the database cannot be read.
pub(in crate::insight) fn told_before(
    conn: &mut Conn,
    bid: &crate::applications::Application,
) -> DbResult<Vec<ApplicationId>> {
    use crate::db::schema::{letters, rounds};
    use crate::letters::LetterStage;
    use crate::press::LetterKind;
    let Some(submitted_at) = bid.submitted_at else { return Ok(Vec::new()) };
    let found: Vec<i32> = applications::table
        .inner_join(rounds::table)
        .inner_join(letters::table.on(letters::application_id.eq(applications::id)))
        .filter(applications::organisation_id.eq(bid.organisation))
        .filter(applications::id.ne(bid.id.row()))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .filter(rounds::test.eq(0))
        .filter(letters::kind.eq(LetterKind::Feedback.name()))
        .filter(letters::stage.eq(LetterStage::Issued))
        .filter(letters::issued_at.lt(submitted_at))
        .order(applications::id.desc())
        .select(applications::id)
        .load(conn)?;
    Ok(found.into_iter().map(ApplicationId::new).collect())
}
