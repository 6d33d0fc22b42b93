//! The tables of decisions.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::model::{Decision, Outcome, Recommendation, RecommendedOutcome, Settlement, TakenBack};
use super::rules::TieChoice;
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, DecisionId, RecommendationId, RoundId};
use crate::base::money::Pence;
use crate::base::time::At;
use crate::db::schema::{decisions, recommendations, recommended_outcomes, tie_choices};
use crate::db::{Conn, DbResult};

mod lines;
mod ranking;
mod signing;

pub(super) use lines::{NewAwardLine, NewNotice, insert_award_line, insert_notice};
pub use lines::{award_lines_of, notice_of};
pub use ranking::{candidates, gate_reasons, ranking_of, unchecked_gates};
pub use signing::{approval_of, interests_of, signatories};
pub(super) use signing::{
    count_try, end_code, insert_approval, insert_code, insert_interest, insert_limit, is_live_code,
};

/// The panel's decisions on ties of a round, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn settlements_of(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Settlement>> {
    let rows: Vec<(ApplicationId, TieChoice, String, At, AccountId)> = tie_choices::table
        .filter(tie_choices::round_id.eq(round))
        .order(tie_choices::application_id)
        .select((
            tie_choices::application_id,
            tie_choices::choice,
            tie_choices::reason,
            tie_choices::recorded_at,
            tie_choices::recorded_by,
        ))
        .load(conn)?;
    // A group is written in one transaction, so its rows share their time.
    let mut groups: BTreeMap<At, Settlement> = BTreeMap::new();
    for (application, choice, reason, recorded_at, recorded_by) in rows {
        groups
            .entry(recorded_at)
            .or_insert_with(|| Settlement { recorded_at, recorded_by, reason, choices: Vec::new() })
            .choices
            .push((application, choice));
    }
    Ok(groups.into_values().collect())
}

/// Records one choice of a group: a new row, or the application's row changed.
pub(super) fn put_tie_choice(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    application: ApplicationId,
    choice: TieChoice,
    reason: &str,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    let found: Option<i32> = tie_choices::table
        .filter(tie_choices::application_id.eq(application))
        .select(tie_choices::id)
        .get_result(tx.conn())
        .optional()?;
    if let Some(row) = found {
        return tx.update(Table::TieChoices, row, |conn| {
            diesel::update(tie_choices::table.find(row))
                .set((
                    tie_choices::choice.eq(choice),
                    tie_choices::reason.eq(reason),
                    tie_choices::recorded_at.eq(now),
                    tie_choices::recorded_by.eq(account),
                ))
                .execute(conn)
        });
    }
    tx.insert(Table::TieChoices, |conn| {
        diesel::insert_into(tie_choices::table)
            .values((
                tie_choices::round_id.eq(round),
                tie_choices::application_id.eq(application),
                tie_choices::choice.eq(choice),
                tie_choices::reason.eq(reason),
                tie_choices::recorded_at.eq(now),
                tie_choices::recorded_by.eq(account),
            ))
            .returning(tie_choices::id)
            .get_result(conn)
    })?;
    Ok(())
}

type RecommendationColumns = (i32, At, AccountId, String, String, Option<At>, Option<AccountId>, Option<String>);

/// Every recommendation of a round, the newest first; at most one was not taken back.
///
/// # Errors
/// When the database cannot be read.
pub fn recommendations_of(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Recommendation>> {
    let rows: Vec<RecommendationColumns> = recommendations::table
        .filter(recommendations::round_id.eq(round))
        .order(recommendations::id.desc())
        .select((
            recommendations::id,
            recommendations::made_at,
            recommendations::made_by,
            recommendations::note,
            recommendations::ranking,
            recommendations::superseded_at,
            recommendations::superseded_by,
            recommendations::superseded_reason,
        ))
        .load(conn)?;
    rows.into_iter().map(|row| recommendation(conn, round, row)).collect()
}

fn recommendation(conn: &mut Conn, round: RoundId, columns: RecommendationColumns) -> DbResult<Recommendation> {
    let (id, made_at, made_by, note, ranking_json, at, by, reason) = columns;
    let id = RecommendationId::new(id);
    let taken_back = at.map(|at| TakenBack { at, by: by.unwrap_or(made_by), reason: reason.unwrap_or_default() });
    let ranking = serde_json::from_str(&ranking_json)?;
    let outcomes = outcomes_of(conn, id)?;
    Ok(Recommendation { id, round, made_at, made_by, note, ranking, ranking_json, outcomes, taken_back })
}

/// The recommendation of a round that stands: the one that was not taken back.
///
/// # Errors
/// When the database cannot be read.
pub fn recommendation_of(conn: &mut Conn, round: RoundId) -> DbResult<Option<Recommendation>> {
    Ok(recommendations_of(conn, round)?.into_iter().find(|recommendation| recommendation.taken_back.is_none()))
}

/// What a recommendation says of each application, in the order of the ranking.
///
/// # Errors
/// When the database cannot be read.
pub fn outcomes_of(conn: &mut Conn, recommendation: RecommendationId) -> DbResult<Vec<RecommendedOutcome>> {
    let rows: Vec<(ApplicationId, Outcome, Pence, String, String)> = recommended_outcomes::table
        .filter(recommended_outcomes::recommendation_id.eq(recommendation))
        .order(recommended_outcomes::id)
        .select((
            recommended_outcomes::application_id,
            recommended_outcomes::outcome,
            recommended_outcomes::offer_pence,
            recommended_outcomes::public_reasons,
            recommended_outcomes::conditions,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(application, outcome, offer, public_reasons, conditions)| {
            let conditions = serde_json::from_str(&conditions)?;
            Ok(RecommendedOutcome { application, outcome, offer, public_reasons, conditions })
        })
        .collect()
}

pub(super) fn insert_recommendation(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    note: &str,
    ranking: &str,
    outcomes: &[RecommendedOutcome],
) -> DbResult<RecommendationId> {
    let (now, account) = (tx.now(), tx.account()?);
    let id = tx.insert(Table::Recommendations, |conn| {
        diesel::insert_into(recommendations::table)
            .values((
                recommendations::round_id.eq(round),
                recommendations::made_at.eq(now),
                recommendations::made_by.eq(account),
                recommendations::note.eq(note),
                recommendations::ranking.eq(ranking),
            ))
            .returning(recommendations::id)
            .get_result(conn)
    })?;
    let id = RecommendationId::new(id);
    for outcome in outcomes {
        insert_outcome(tx, id, outcome)?;
    }
    Ok(id)
}

fn insert_outcome(tx: &mut WriteTx<'_>, recommendation: RecommendationId, new: &RecommendedOutcome) -> DbResult<()> {
    let conditions = serde_json::to_string(&new.conditions)?;
    tx.insert(Table::RecommendedOutcomes, |conn| {
        diesel::insert_into(recommended_outcomes::table)
            .values((
                recommended_outcomes::recommendation_id.eq(recommendation),
                recommended_outcomes::application_id.eq(new.application),
                recommended_outcomes::outcome.eq(new.outcome),
                recommended_outcomes::offer_pence.eq(new.offer),
                recommended_outcomes::public_reasons.eq(&new.public_reasons),
                recommended_outcomes::conditions.eq(conditions),
            ))
            .returning(recommended_outcomes::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Takes a recommendation back, unless somebody did already.
pub(super) fn supersede(tx: &mut WriteTx<'_>, id: RecommendationId, reason: &str) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::Recommendations, id.row(), |conn| {
        let standing = recommendations::table.find(id.row()).filter(recommendations::superseded_at.is_null());
        diesel::update(standing)
            .set((
                recommendations::superseded_at.eq(Some(now)),
                recommendations::superseded_by.eq(Some(account)),
                recommendations::superseded_reason.eq(Some(reason)),
            ))
            .execute(conn)
    })
}

/// The signed decision of a round.
///
/// # Errors
/// When the database cannot be read.
pub fn decision_of(conn: &mut Conn, round: RoundId) -> DbResult<Option<Decision>> {
    let row: Option<(i32, RecommendationId, String, At, AccountId, String, String)> = decisions::table
        .filter(decisions::round_id.eq(round))
        .select((
            decisions::id,
            decisions::recommendation_id,
            decisions::reference,
            decisions::signed_at,
            decisions::signed_by,
            decisions::statement,
            decisions::interests,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(id, recommendation, reference, signed_at, signed_by, statement, interests)| Decision {
        id: DecisionId::new(id),
        round,
        recommendation,
        reference,
        signed_at,
        signed_by,
        statement,
        interests,
    }))
}

/// A decision to be signed.
#[derive(Debug)]
pub(super) struct NewDecision<'a> {
    pub round: RoundId,
    pub recommendation: RecommendationId,
    pub reference: &'a str,
    pub statement: &'a str,
    pub interests: &'a str,
}

pub(super) fn insert_decision(tx: &mut WriteTx<'_>, new: &NewDecision<'_>) -> DbResult<DecisionId> {
    let (now, account) = (tx.now(), tx.account()?);
    let id = tx.insert(Table::Decisions, |conn| {
        diesel::insert_into(decisions::table)
            .values((
                decisions::round_id.eq(new.round),
                decisions::recommendation_id.eq(new.recommendation),
                decisions::reference.eq(new.reference),
                decisions::signed_at.eq(now),
                decisions::signed_by.eq(account),
                decisions::statement.eq(new.statement),
                decisions::interests.eq(new.interests),
            ))
            .returning(decisions::id)
            .get_result(conn)
    })?;
    Ok(DecisionId::new(id))
}

#[cfg(test)]
pub(super) mod tests;
