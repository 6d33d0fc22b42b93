//! Making a recommendation: the form, then its check page, then the recommendation.

use actix_web::web;
use serde::Serialize;

use super::Named;
use super::material::Material;
use super::ranking::breadcrumbs;
use super::recommend_form::{AwardFields, TypedRecommendation, awards};
use crate::access::{self, Action, Duty};
use crate::base::ids::RoundId;
use crate::base::text::clean;
use crate::base::time::date_words;
use crate::decisions::actions::{self, RecommendationInput};
use crate::decisions::rules::Status;
use crate::error::{Faults, Problem};
use crate::files::sha256;
use crate::rounds::RoundStage;
use crate::web::{Answer, Crumb, Ctx, Field, Form, Page, PageFaults};

#[derive(Serialize)]
pub(super) struct RecommendView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    caption: String,
    total: String,
    awards: Vec<AwardFields>,
    reserve: Vec<Named>,
    rejected: Vec<Named>,
    note: Field,
    ranking_href: String,
}

impl Page for RecommendView {
    const TEMPLATE: &'static str = "decisions/recommend.html";
}

#[derive(Serialize)]
pub(super) struct CheckView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    caption: String,
    total: String,
    awards: Vec<CheckedAward>,
    reserve: Vec<Named>,
    rejected: Vec<Named>,
    note: String,
    hidden: Vec<(String, String)>,
}

impl Page for CheckView {
    const TEMPLATE: &'static str = "decisions/recommend_check.html";
}

#[derive(Serialize)]
struct CheckedAward {
    application: Named,
    outcome: &'static str,
    offer: String,
    reasons: String,
    conditions: Vec<String>,
}

fn named(material: &Material, status: Status) -> Vec<Named> {
    let placings = material.ranking.placings.iter().filter(|placing| placing.status == status);
    placings.filter_map(|placing| material.application_of(&placing.reference)).map(Named::of).collect()
}

fn caption(material: &Material) -> String {
    format!("{} {}", material.round.reference, material.round.name)
}

pub(super) fn form_view(material: &Material, typed: &TypedRecommendation, faults: &Faults) -> RecommendView {
    RecommendView {
        title: "Make the recommendation",
        breadcrumbs: breadcrumbs(material, "Recommendation"),
        errors: faults.into(),
        caption: caption(material),
        total: material.ranking.committed.to_string(),
        awards: typed.fields(&awards(material), faults),
        reserve: named(material, Status::Reserve),
        rejected: named(material, Status::NotAwarded),
        note: Field::new("note", "Note to the decision maker (optional)").value(typed.note()).faults(faults),
        ranking_href: format!("/office/rounds/{}/ranking", material.round.reference),
    }
}

pub(super) fn check_view(
    material: &Material,
    typed: &TypedRecommendation,
    input: &RecommendationInput,
) -> Result<CheckView, Problem> {
    let awards = awards(material);
    let json = serde_json::to_string(&material.ranking).map_err(Problem::internal)?;
    let mut hidden = typed.hidden(&awards);
    hidden.push(("ranking".to_owned(), sha256(json.as_bytes())));
    let checked = awards.iter().zip(&input.outcomes).map(|(award, written)| CheckedAward {
        application: Named::of(award.application),
        outcome: award.outcome.title(),
        offer: award.offer.to_string(),
        reasons: clean(&written.public_reasons),
        conditions: written
            .conditions
            .iter()
            .map(|condition| format!("{} (by {})", clean(&condition.text), date_words(condition.due)))
            .collect(),
    });
    Ok(CheckView {
        title: "Check the recommendation",
        breadcrumbs: breadcrumbs(material, "Recommendation"),
        caption: caption(material),
        total: material.ranking.committed.to_string(),
        awards: checked.collect(),
        reserve: named(material, Status::Reserve),
        rejected: named(material, Status::NotAwarded),
        note: clean(typed.note()),
        hidden,
    })
}

async fn material(ctx: &Ctx, reference: String) -> Result<Material, Problem> {
    let app = ctx.app.clone();
    ctx.read(move |conn, actor| {
        access::require(actor, Action::RunRounds)?;
        Material::read(conn, actor, &reference, &app.memo)
    })
    .await
}

/// Refuses, with every reason, while nothing can be recommended.
fn require_ready(material: &Material) -> Result<(), Problem> {
    let mut reasons = material.blocking();
    reasons.extend(material.barred(Duty::Recommender));
    if reasons.is_empty() && material.line().is_none() {
        reasons.push(
            "The award line is not recorded yet. Record on the ranking's page where awards stop, and why.".to_owned(),
        );
    }
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(Problem::refused("This round cannot be recommended yet", reasons.join(" ")))
    }
}

pub(super) async fn show(ctx: Ctx, round: web::Path<String>) -> Answer {
    let material = material(&ctx, round.into_inner()).await?;
    if material.round.stage != RoundStage::Moderation {
        return Ok(ctx.redirect(&format!("/office/rounds/{}/ranking", material.round.reference)));
    }
    require_ready(&material)?;
    let earlier = material.taken_back.first();
    let typed = earlier.map_or_else(
        || TypedRecommendation::with_conditions(&material),
        |found| TypedRecommendation::of(found, &material),
    );
    ctx.page(&form_view(&material, &typed, &Faults::default()))
}

pub(super) async fn submit(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = round.into_inner();
    let typed = TypedRecommendation::read(&fields)?;
    let material = material(&ctx, reference.clone()).await?;
    let id = material.round.id;
    if material.round.stage != RoundStage::Moderation {
        // The action says why not.
        return confirm(&ctx, reference, typed, RecommendationInput::default(), id, None).await;
    }
    require_ready(&material)?;
    if fields.get("step") == "change" {
        return ctx.page(&form_view(&material, &typed, &Faults::default()));
    }
    let (input, faults) = typed.input(&awards(&material), ctx.now().london_date());
    if !faults.is_empty() {
        return ctx.faulty_page(&form_view(&material, &typed, &faults));
    }
    if fields.get("step") != "confirm" {
        return ctx.page(&check_view(&material, &typed, &input)?);
    }
    confirm(&ctx, reference, typed, input, id, Some(fields.get("ranking").to_owned())).await
}

/// Makes the recommendation; `seen` is the SHA-256 of the ranking that the check page showed.
async fn confirm(
    ctx: &Ctx,
    reference: String,
    typed: TypedRecommendation,
    input: RecommendationInput,
    id: RoundId,
    seen: Option<String>,
) -> Answer {
    let made = ctx
        .write(move |tx| {
            if let Some(seen) = seen {
                actions::require_same_ranking(tx, id, &seen)?;
            }
            actions::recommend(tx, id, &input)
        })
        .await;
    match made {
        Err(Problem::Invalid(faults)) => {
            let newest = material(ctx, reference).await?;
            ctx.faulty_page(&form_view(&newest, &typed, &faults))
        }
        other => {
            other?;
            ctx.redirect_with(
                &format!("/office/rounds/{reference}/ranking"),
                "The recommendation is made and waits for the decision maker",
            )
        }
    }
}
