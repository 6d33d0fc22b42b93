//! Marks for the statistics: of bids whose moderation is closed, and without their reasons.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;

use crate::applications::ApplicationStage;
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::db::schema::{agreed_marks, applications, assignments, moderations, score_sheets, sheet_marks};
use crate::db::{Conn, DbResult};
use crate::moderation::model::ModerationStage;
use crate::moderation::rules::statistics::BidMarks;
use crate::rounds::RoundDefinition;
use crate::scoring::{AssignmentStage, SheetStage};

/// The marks of a round's bids whose moderation is closed, by bid, without those that are hidden from the reader.
///
/// # Errors
/// When the database cannot be read.
pub fn marks_of_closed(
    conn: &mut Conn,
    round: RoundId,
    definition: &RoundDefinition,
    hidden: &BTreeSet<ApplicationId>,
) -> DbResult<Vec<BidMarks>> {
    let independent: Vec<(ApplicationId, AccountId, String, Option<i32>)> = sheet_marks::table
        .inner_join(score_sheets::table.inner_join(assignments::table).inner_join(applications::table))
        .inner_join(moderations::table.on(moderations::application_id.eq(score_sheets::application_id)))
        .filter(applications::round_id.eq(round))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .filter(score_sheets::stage.eq(SheetStage::Submitted))
        .filter(assignments::stage.eq(AssignmentStage::Cleared))
        .filter(moderations::stage.eq(ModerationStage::Closed))
        .select((score_sheets::application_id, score_sheets::account_id, sheet_marks::criterion, sheet_marks::mark))
        .load(conn)?;
    let agreed: Vec<(ApplicationId, String, Option<i32>)> = agreed_marks::table
        .inner_join(moderations::table.inner_join(applications::table))
        .filter(applications::round_id.eq(round))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .filter(moderations::stage.eq(ModerationStage::Closed))
        .select((moderations::application_id, agreed_marks::criterion, agreed_marks::mark))
        .load(conn)?;
    let places: HashMap<&str, usize> =
        definition.criteria.iter().enumerate().map(|(place, criterion)| (criterion.code.as_str(), place)).collect();
    let none = || vec![None; definition.criteria.len()];
    let mut bids: BTreeMap<ApplicationId, BidMarks> = BTreeMap::new();
    for (application, criterion, mark) in agreed {
        let bid = bids.entry(application).or_insert_with(|| BidMarks { agreed: none(), ..BidMarks::default() });
        put(&mut bid.agreed, &places, &criterion, mark);
    }
    for (application, account, criterion, mark) in independent {
        let Some(bid) = bids.get_mut(&application) else { continue };
        put(bid.independent.entry(account).or_insert_with(none), &places, &criterion, mark);
    }
    Ok(bids.into_iter().filter(|(application, _)| !hidden.contains(application)).map(|(_, bid)| bid).collect())
}

fn put(marks: &mut [Option<i32>], places: &HashMap<&str, usize>, criterion: &str, mark: Option<i32>) {
    if let Some(place) = places.get(criterion).and_then(|place| marks.get_mut(*place)) {
        *place = mark;
    }
}
