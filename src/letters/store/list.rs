//! A round's letters as the office lists them: counted, chosen and paged in the database.

use diesel::prelude::*;

use crate::base::ids::{RecommendationId, RoundId};
use crate::db::schema::{applications, letters, organisations, recommended_outcomes};
use crate::db::{Conn, DbResult};
use crate::decisions::Outcome;
use crate::letters::model::{Delivery, Group, LetterStage};
use crate::web::paging::PER_PAGE;

diesel::allow_columns_to_appear_in_same_group_by_clause!(recommended_outcomes::outcome, letters::stage);

/// Which letters.
#[derive(Debug, Clone, Copy)]
pub(in crate::letters) struct ListFilter {
    pub round: RoundId,
    /// The recommendation that the decision is on.
    pub recommendation: RecommendationId,
    /// None is all.
    pub group: Option<Group>,
    pub stage: Option<LetterStage>,
}

/// A letter of the list.
#[derive(Debug, Clone, Queryable)]
pub(in crate::letters) struct Listed {
    pub reference: String,
    pub kind: String,
    pub stage: LetterStage,
    pub problem: Option<String>,
    pub delivery: Delivery,
    pub application: String,
    pub organisation: String,
    /// None of an application that was withdrawn.
    pub outcome: Option<Outcome>,
    pub pdf: Option<String>,
}

/// How many letters of an outcome, or to applicants who withdrew, stand where.
#[derive(Debug, Clone, Queryable)]
pub(in crate::letters) struct StageCount {
    pub outcome: Option<Outcome>,
    pub stage: LetterStage,
    pub letters: i64,
}

macro_rules! chosen {
    ($filter:expr) => {
        letters::table
            .inner_join(applications::table.inner_join(organisations::table))
            .left_join(
                recommended_outcomes::table.on(recommended_outcomes::application_id
                    .eq(letters::application_id)
                    .and(recommended_outcomes::recommendation_id.eq($filter.recommendation))),
            )
            .filter(applications::round_id.eq($filter.round))
    };
}

/// A page of the list.
pub(in crate::letters) fn page_of_letters(conn: &mut Conn, filter: &ListFilter, offset: i64) -> DbResult<Vec<Listed>> {
    let mut query = chosen!(filter).into_boxed();
    query = match filter.group.map(Group::outcome) {
        None => query,
        Some(Some(outcome)) => query.filter(recommended_outcomes::outcome.eq(outcome)),
        Some(None) => query.filter(recommended_outcomes::id.is_null()),
    };
    if let Some(stage) = filter.stage {
        query = query.filter(letters::stage.eq(stage));
    }
    Ok(query
        .order((applications::reference, letters::id))
        .limit(PER_PAGE)
        .offset(offset)
        .select((
            letters::reference,
            letters::kind,
            letters::stage,
            letters::problem,
            letters::delivery,
            applications::reference,
            organisations::name,
            recommended_outcomes::outcome.nullable(),
            letters::pdf_sha256,
        ))
        .load(conn)?)
}

/// How many letters of each outcome stand where.
pub(in crate::letters) fn counts(
    conn: &mut Conn,
    round: RoundId,
    recommendation: RecommendationId,
) -> DbResult<Vec<StageCount>> {
    let filter = ListFilter { round, recommendation, group: None, stage: None };
    Ok(chosen!(filter)
        .group_by((recommended_outcomes::outcome, letters::stage))
        .select((recommended_outcomes::outcome.nullable(), letters::stage, diesel::dsl::count_star()))
        .load(conn)?)
}
