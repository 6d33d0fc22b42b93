//! The paper that the decision maker signs, readable ever after; for an auditor, when the round is over.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::Named;
use super::material::Material;
use super::ranking::{recommended, taken_back};
use super::table::RankingTable;
use super::ties::{TieView, TypedTie, ties};
use crate::access::{self, Action};
use crate::base::ids::RecommendationId;
use crate::base::time::date_words;
use crate::conflicts::{ConflictKind, RecordedConflict};
use crate::decisions::actions::{self, Signature};
use crate::decisions::model::{Outcome, Recommendation, RecommendedOutcome};
use crate::decisions::rules::refusal_reasons;
use crate::error::{Faults, Problem};
use crate::rounds::RoundStage;
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page, PageFaults, Row};

#[derive(Serialize)]
pub(super) struct PaperView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    caption: String,
    facts: Vec<Row>,
    table: RankingTable,
    awards: Vec<OutcomeView>,
    reserve: Vec<OutcomeView>,
    rejected: Vec<OutcomeView>,
    conflicts: Vec<ConflictView>,
    ties: Vec<TieView>,
    /// Why this reader cannot sign; none when they can, or it is signed.
    cannot_sign: Option<String>,
    form: Option<SignForm>,
    /// The signed decision; empty before.
    decision: Vec<Row>,
    taken_back: Vec<Vec<Row>>,
    /// The trail, for an auditor.
    trail_href: Option<String>,
}

impl Page for PaperView {
    const TEMPLATE: &'static str = "decisions/paper.html";
}

#[derive(Serialize)]
struct OutcomeView {
    application: Named,
    outcome: &'static str,
    asked: String,
    offer: String,
    reasons: String,
    conditions: Vec<String>,
    /// Why it is not awarded.
    refusals: Vec<String>,
}

#[derive(Serialize)]
struct ConflictView {
    member: String,
    application: String,
    kind: String,
    note: String,
    declared: String,
}

/// The form to sign.
#[derive(Serialize)]
struct SignForm {
    recommendation: i32,
    interests: Field,
    statement: Field,
    confirmed: Field,
}

const STATEMENT: &str = "I have read the recommendation, the ranking and the declared conflicts of interest. \
     I approve the awards as recommended, with the reasons and conditions set out.";

pub(super) fn paper(
    material: &Material,
    recommendation: &Recommendation,
    typed: &Signature,
    faults: &Faults,
) -> PaperView {
    let outcomes = |wanted: &[Outcome]| {
        let found = recommendation.outcomes.iter().filter(|found| wanted.contains(&found.outcome));
        found.filter_map(|found| outcome_view(material, found)).collect()
    };
    let waiting = material.round.stage == RoundStage::Recommended;
    let cannot_sign = cannot_sign(material).filter(|_| waiting);
    let form = (waiting && cannot_sign.is_none()).then(|| sign_form(recommendation, typed, faults));
    PaperView {
        title: format!("Decision on {}", material.round.name),
        breadcrumbs: vec![Crumb::to("Decisions", "/decisions"), Crumb::here(material.round.reference.clone())],
        errors: faults.into(),
        caption: format!("{} {}", material.round.reference, material.round.fund_name),
        facts: recommended(material, recommendation),
        table: RankingTable::of(material),
        awards: outcomes(&[Outcome::Award, Outcome::Partial]),
        reserve: outcomes(&[Outcome::Reserve]),
        rejected: outcomes(&[Outcome::Reject]),
        conflicts: conflicts(material),
        ties: ties(material, &TypedTie::default(), &Faults::default()),
        cannot_sign,
        form,
        decision: decision(material),
        taken_back: taken_back(material),
        trail_href: None,
    }
}

fn outcome_view(material: &Material, found: &RecommendedOutcome) -> Option<OutcomeView> {
    let application = material.application(found.application)?;
    let placing = material.ranking.placings.iter().find(|placing| placing.reference == application.reference);
    Some(OutcomeView {
        application: Named::of(application),
        outcome: found.outcome.title(),
        asked: application.ask.unwrap_or_default().to_string(),
        offer: found.offer.to_string(),
        reasons: found.public_reasons.clone(),
        conditions: found
            .conditions
            .iter()
            .map(|condition| format!("{} (by {})", condition.text, date_words(condition.due)))
            .collect(),
        refusals: placing.map_or_else(Vec::new, |placing| refusal_reasons(&material.definition, &placing.refusals)),
    })
}

fn conflicts(material: &Material) -> Vec<ConflictView> {
    let view = |found: &RecordedConflict| {
        let declared = found.record.declared.map(|(_, at)| at);
        let at = declared.or_else(|| found.record.ruling.as_ref().map(|ruled| ruled.at));
        ConflictView {
            member: found.person.clone(),
            application: found.reference.clone(),
            kind: found.record.kind.map_or("Recorded by an officer", ConflictKind::short).to_owned(),
            note: found.words().to_owned(),
            declared: at.map_or_else(String::new, |at| at.date_words()),
        }
    };
    material.conflicts.iter().map(view).collect()
}

fn cannot_sign(material: &Material) -> Option<String> {
    if !material.reproduced {
        return Some(
            "The ranking no longer comes out as it was recommended. The officers must take the recommendation back and \
             make it again before it can be signed."
                .to_owned(),
        );
    }
    material.duties.reason()
}

fn sign_form(recommendation: &Recommendation, typed: &Signature, faults: &Faults) -> SignForm {
    let confirmed = if typed.confirmed { vec!["yes".to_owned()] } else { Vec::new() };
    let confirm = "I confirm that this is my decision, and that I took no part in scoring, moderating or recommending";
    SignForm {
        recommendation: recommendation.id.row(),
        interests: Field::new("interests", "Interests that you declare")
            .hint("Any tie that you or somebody close to you has with an applicant. Write None if you have none.")
            .value(typed.interests.clone())
            .faults(faults),
        statement: Field::new("statement", "Your decision")
            .hint("In your own words. It is kept with your name and the time.")
            .value(typed.statement.clone())
            .faults(faults),
        confirmed: Field { name: "confirmed".to_owned(), ..Field::default() }
            .values(confirmed)
            .items(vec![Item::new("yes", confirm)])
            .faults(faults),
    }
}

fn decision(material: &Material) -> Vec<Row> {
    let Some(decision) = &material.decision else { return Vec::new() };
    vec![
        Row::new("Decision", decision.reference.clone()),
        Row::new("Signed by", material.name(decision.signed_by)),
        Row::new("When", decision.signed_at.to_string()),
        Row::new("Statement", decision.statement.clone()).prose(),
        Row::new("Interests declared", decision.interests.clone()).prose(),
    ]
}

/// The paper of a round for a decision maker.
async fn material(ctx: &Ctx, reference: String) -> Result<Material, Problem> {
    ctx.read(move |conn, actor| {
        access::require(actor, Action::SignDecision)?;
        Material::read(conn, actor, &reference)
    })
    .await
}

pub(super) async fn show(ctx: Ctx, round: web::Path<String>) -> Answer {
    let material = material(&ctx, round.into_inner()).await?;
    // An officer who is a decision maker too may read the ranking earlier, but there is no paper yet.
    let recommendation = material.recommendation.as_ref().ok_or(Problem::NotFound)?;
    let typed = Signature { statement: STATEMENT.to_owned(), ..Signature::default() };
    ctx.page(&paper(&material, recommendation, &typed, &Faults::default()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureForm {
    recommendation: String,
    interests: String,
    statement: String,
    #[serde(default)]
    confirmed: String,
}

pub(super) async fn sign(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let form: SignatureForm = fields.parse()?;
    let row: i32 =
        form.recommendation.parse().map_err(|_| Problem::Malformed("no number of a recommendation".to_owned()))?;
    let reference = round.into_inner();
    let material = material(&ctx, reference.clone()).await?;
    let typed = Signature { statement: form.statement, interests: form.interests, confirmed: form.confirmed == "yes" };
    let (id, signature) = (material.round.id, typed.clone());
    let signed = ctx
        .write(move |tx| {
            actions::require_same_recommendation(tx, id, RecommendationId::new(row))?;
            actions::sign(tx, id, &signature)
        })
        .await;
    match signed {
        Err(Problem::Invalid(faults)) => {
            let recommendation = material.recommendation.as_ref().ok_or(Problem::NotFound)?;
            ctx.faulty_page(&paper(&material, recommendation, &typed, &faults))
        }
        other => {
            other?;
            ctx.redirect_with(&format!("/decisions/{reference}"), "The decision is signed")
        }
    }
}

pub(super) async fn audit(ctx: Ctx, round: web::Path<String>) -> Answer {
    let reference = round.into_inner();
    let material = ctx
        .read(move |conn, actor| {
            let material = Material::read(conn, actor, &reference)?;
            // A round that is not over does not exist for an auditor, whatever other roles they hold.
            if material.round.stage == RoundStage::Issued { Ok(material) } else { Err(Problem::NotFound) }
        })
        .await?;
    let recommendation = material.recommendation.as_ref().ok_or(Problem::NotFound)?;
    let mut view = paper(&material, recommendation, &Signature::default(), &Faults::default());
    view.title = format!("How {} was decided", material.round.name);
    view.breadcrumbs = vec![Crumb::to("Rounds that are over", "/audit"), Crumb::here(material.round.reference.clone())];
    view.trail_href = Some(format!("/trail?round={}", material.round.reference));
    ctx.page(&view)
}
