//! Making the recommendation, and taking it back.

use std::collections::HashMap;

use super::line::require_line;
use super::{require_unconflicted, round_in};
use crate::access::{self, Action, Duty};
use crate::applications::{gate_conditions, require_duty};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{ApplicationId, RecommendationId, RoundId};
use crate::base::text::clean;
use crate::decisions::model::{Condition, Outcome, RankedRound, Recommendation, RecommendedOutcome};
use crate::decisions::rules::{
    MOST_CONDITIONS, REASONS_LIMIT, blocking, condition_faults, outcome_of, reasons_faults, some_of,
    unset_condition_fault,
};
use crate::decisions::store;
use crate::error::{Faults, Problem, required_reason};
use crate::files::sha256;
use crate::rounds::{RoundDefinition, RoundStage, get_definition, get_round, set_stage};

/// What an officer adds to the ranking. Outcome and offer are not among it: they come from the ranking alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecommendationInput {
    /// To the decision maker; may be empty.
    pub note: String,
    /// One for each application that is to be awarded.
    pub outcomes: Vec<AwardInput>,
}

/// What an officer adds for one award.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwardInput {
    /// The application.
    pub application: ApplicationId,
    /// Why it should be awarded, for publication.
    pub public_reasons: String,
    /// What the award depends on.
    pub conditions: Vec<Condition>,
}

/// Recommends the ranking as it stands, and hands the round to the decision maker. The ranking is stored byte for byte
/// (P12).
///
/// # Errors
/// [`Problem::Refused`] when an application is incomplete, a tie is open, nobody has checked a gate that decides, or no award
/// line was recorded through this very ranking; and for who scored, closed a moderation, approved or signed;
/// every fault of the reasons and conditions, under the fields `reasons-REFERENCE`, `condition-REFERENCE-N`,
/// `due-REFERENCE-N-day` and `note`.
pub fn recommend(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    input: &RecommendationInput,
) -> Result<Change<RecommendationId>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = round_in(tx, round, RoundStage::Moderation)?;
    require_unconflicted(tx, round.id)?;
    require_duty(tx, round.id, None, Duty::Recommender)?;
    let (version, definition) = get_definition(tx.conn(), round.id)?;
    let ranked = store::ranking_of(tx.conn(), &round, &definition)?;
    let reasons = reasons_against(tx, round.id, &definition, &ranked)?;
    if !reasons.is_empty() {
        return Err(Problem::refused("This round cannot be recommended yet", reasons.join(" ")));
    }
    let json = ranked.json().map_err(Problem::internal)?;
    require_line(tx, round.id, &sha256(json.as_bytes()))?;
    let passed_with = gate_conditions(tx.conn(), round.id)?;
    let outcomes = outcomes(tx, &ranked, &passed_with, input)?;
    let id = store::insert_recommendation(tx, round.id, &clean(&input.note), &json, &outcomes)?;
    set_stage(tx, round.id, RoundStage::Moderation, RoundStage::Recommended)?;
    let count = |outcome| outcomes.iter().filter(|found| found.outcome == outcome).count();
    let event = Event::new(EventKind::RecommendationMade)
        .round(round.id)
        .with("recommendation", id.row())
        .with("definition", version)
        .with("count", outcomes.len())
        .with("award", count(Outcome::Award))
        .with("partial", count(Outcome::Partial))
        .with("reserve", count(Outcome::Reserve))
        .with("reject", count(Outcome::Reject))
        .with("total", ranked.ranking.committed)
        .with("sha256", Fact::code(&sha256(json.as_bytes())));
    Ok(Change::new(id, event))
}

/// Every reason why nothing can be recommended yet; empty when it can be.
fn reasons_against(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    definition: &RoundDefinition,
    ranked: &RankedRound,
) -> Result<Vec<String>, Problem> {
    let mut reasons = blocking(definition, &ranked.candidates, &ranked.ranking);
    for (reference, gates) in store::unchecked_gates(tx.conn(), round, definition, ranked)? {
        reasons.push(format!(
            "{reference} would be refused only because nobody has checked {}. Record the check first.",
            gates.join(", ")
        ));
    }
    Ok(some_of(reasons))
}

/// An outcome for each application, from the ranking, with what the officer wrote for the awards.
fn outcomes(
    tx: &WriteTx<'_>,
    ranked: &RankedRound,
    passed_with: &HashMap<ApplicationId, Vec<String>>,
    input: &RecommendationInput,
) -> Result<Vec<RecommendedOutcome>, Problem> {
    let today = tx.now().london_date();
    let mut faults = Faults::default();
    let mut outcomes = Vec::with_capacity(ranked.applications.len());
    for (application, placing) in ranked.applications.iter().zip(&ranked.ranking.placings) {
        let outcome = outcome_of(placing.status).ok_or_else(|| Problem::internal("a placing without an outcome"))?;
        let written = input.outcomes.iter().find(|award| award.application == application.id);
        let written = written.filter(|_| outcome.is_award());
        let reasons = written.map_or("", |award| award.public_reasons.as_str());
        let conditions = written.map_or(&[][..], |award| award.conditions.as_slice());
        if outcome.is_award() {
            faults.append(reasons_faults(&application.reference, reasons));
            faults.append(conditions_faults(&application.reference, conditions, today));
            let passed_with = passed_with.get(&application.id).map_or(&[][..], Vec::as_slice);
            if let Some((field, words)) = unset_condition_fault(&application.reference, passed_with, conditions.len()) {
                faults.add(field, words);
            }
        }
        outcomes.push(RecommendedOutcome {
            application: application.id,
            outcome,
            offer: placing.offer,
            public_reasons: clean(reasons),
            conditions: conditions.iter().map(|found| Condition { text: clean(&found.text), due: found.due }).collect(),
        });
    }
    if clean(&input.note).chars().count() > REASONS_LIMIT {
        faults.add("note", "Your note must be 4,000 characters or fewer");
    }
    faults.check()?;
    Ok(outcomes)
}

fn conditions_faults(reference: &str, conditions: &[Condition], today: jiff::civil::Date) -> Faults {
    let mut faults = Faults::default();
    for (number, condition) in (1..).zip(conditions) {
        faults.append(condition_faults(reference, number, condition, today));
    }
    if conditions.len() > MOST_CONDITIONS {
        faults.add(
            format!("condition-{reference}-1"),
            format!("An award may have {MOST_CONDITIONS} conditions; put several things into one"),
        );
    }
    faults
}

/// Refuses when the ranking is no longer the one whose SHA-256 the officer's page carried.
///
/// # Errors
/// A fault under `ranking`, so that the page is shown again with what was typed.
pub fn require_same_ranking(tx: &mut WriteTx<'_>, round: RoundId, seen: &str) -> Result<(), Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = get_round(tx.conn(), round)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let json = store::ranking_of(tx.conn(), &round, &definition)?.json().map_err(Problem::internal)?;
    let mut faults = Faults::default();
    if sha256(json.as_bytes()) != seen {
        faults.add("ranking", "The ranking changed while you had this page open. Check the awards below again");
    }
    faults.check()
}

/// Takes the recommendation back before it is signed: the round returns to moderation, and the recommendation is kept
/// with the reason.
///
/// # Errors
/// [`Problem::Refused`] when there is none, or it is signed; a fault under `reason`.
pub fn take_back(tx: &mut WriteTx<'_>, round: RoundId, reason: &str) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = round_in(tx, round, RoundStage::Recommended)?;
    require_unconflicted(tx, round.id)?;
    let standing = store::recommendation_of(tx.conn(), round.id)?.ok_or(Problem::NotFound)?;
    end(tx, &standing, Duty::Recommender, reason)
}

/// Sends the recommendation back to the officers instead of approving or signing it: as [`take_back`], by who could do either.
/// Nobody is bound to agree, and nobody who disagrees writes the awards themselves.
///
/// # Errors
/// [`Problem::Refused`] when there is none, it is signed, or it is another than `seen`, and for who could not take on `duty`; a
/// fault under `reason`.
pub fn send_back(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    seen: RecommendationId,
    duty: Duty,
    reason: &str,
) -> Result<Change<()>, Problem> {
    let action = if duty == Duty::Approver { Action::ApproveRecommendation } else { Action::SignDecision };
    access::require(tx.actor(), action)?;
    let round = round_in(tx, round, RoundStage::Recommended)?;
    require_unconflicted(tx, round.id)?;
    require_duty(tx, round.id, None, duty)?;
    let standing = store::recommendation_of(tx.conn(), round.id)?.ok_or(Problem::NotFound)?;
    if standing.id != seen {
        return Err(Problem::refused(
            "The recommendation was changed while you had this page open",
            "Nothing was sent back. Open the page again to read the recommendation as it is now.",
        ));
    }
    end(tx, &standing, duty, reason)
}

fn end(tx: &mut WriteTx<'_>, standing: &Recommendation, by: Duty, reason: &str) -> Result<Change<()>, Problem> {
    let taken = if by == Duty::Recommender { "take" } else { "send" };
    let missing = format!("Say why you {taken} the recommendation back");
    let reason = required_reason("reason", reason, REASONS_LIMIT, &missing)?;
    store::supersede(tx, standing.id, &reason)?;
    set_stage(tx, standing.round, RoundStage::Recommended, RoundStage::Moderation)?;
    let event = Event::new(EventKind::RecommendationTakenBack)
        .round(standing.round)
        .with("recommendation", standing.id.row())
        .with("duty", Fact::code(by.word()))
        .with("sha256", Fact::code(&sha256(standing.ranking_json.as_bytes())));
    Ok(Change::new((), event))
}
