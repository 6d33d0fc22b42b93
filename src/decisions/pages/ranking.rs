//! The ranking of a round, with the forms to settle a tie and to take a recommendation back.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::material::Material;
use super::table::RankingTable;
use super::ties::{TieView, TypedTie, ties};
use crate::access::{self, Action};
use crate::decisions::actions;
use crate::decisions::model::Recommendation;
use crate::error::{Faults, Problem};
use crate::rounds::RoundStage;
use crate::web::{Answer, Crumb, Ctx, Field, Form, Page, PageFaults, Row};

#[derive(Serialize)]
pub(super) struct RankingView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    caption: String,
    table: RankingTable,
    /// Why nothing can be recommended yet.
    blocking: Vec<String>,
    can_change: bool,
    ties: Vec<TieView>,
    action: String,
    recommend_href: String,
    /// What was recommended; empty before.
    recommended: Vec<Row>,
    reproduced: bool,
    /// The reason's field, while the recommendation can be taken back.
    take_back: Option<Field>,
    take_back_action: String,
    taken_back: Vec<Vec<Row>>,
}

impl Page for RankingView {
    const TEMPLATE: &'static str = "decisions/ranking.html";
}

/// What was typed into one of the page's forms, with its faults.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) tie: TypedTie,
    pub(super) take_back: String,
    pub(super) faults: Faults,
}

pub(super) fn view(material: &Material, typed: &Typed) -> RankingView {
    let reference = &material.round.reference;
    let waiting = material.round.stage == RoundStage::Recommended;
    let open = material.round.stage == RoundStage::Moderation;
    let take_back = Field::new("reason", "Why you take it back")
        .hint("The recommendation is kept with your reason, and the round returns to moderation.")
        .value(typed.take_back.clone())
        .faults(&typed.faults);
    RankingView {
        title: "Ranking",
        breadcrumbs: breadcrumbs(material, "Ranking"),
        errors: (&typed.faults).into(),
        caption: format!("{} {}", reference, material.round.name),
        table: RankingTable::of(material),
        blocking: if open { material.blocking() } else { Vec::new() },
        can_change: material.may_change(),
        ties: ties(material, &typed.tie, &typed.faults),
        action: format!("/office/rounds/{reference}/ranking"),
        recommend_href: format!("/office/rounds/{reference}/recommend"),
        recommended: standing(material),
        reproduced: material.reproduced,
        take_back: (material.officer && waiting).then_some(take_back),
        take_back_action: format!("/office/rounds/{reference}/take-back"),
        taken_back: taken_back(material),
    }
}

/// The way to a page of the round, for the reader's role.
pub(super) fn breadcrumbs(material: &Material, here: &'static str) -> Vec<Crumb> {
    let reference = &material.round.reference;
    if material.officer {
        vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(reference.clone(), format!("/office/rounds/{reference}")),
            Crumb::here(here),
        ]
    } else {
        vec![Crumb::here(format!("{here} of {reference}"))]
    }
}

/// What was recommended, and whether it is signed; empty before.
fn standing(material: &Material) -> Vec<Row> {
    let mut rows = material.recommendation.as_ref().map_or_else(Vec::new, |found| recommended(material, found));
    if let Some(decision) = &material.decision {
        let signatory = material.name(decision.signed_by);
        rows.push(Row::new(
            "Decision",
            format!("{}, signed by {signatory} on {}", decision.reference, decision.signed_at),
        ));
    }
    rows
}

/// What was recommended, when and by whom.
pub(super) fn recommended(material: &Material, found: &Recommendation) -> Vec<Row> {
    let count = found.outcomes.iter().filter(|outcome| outcome.outcome.is_award()).count();
    let mut rows = vec![
        Row::new("Recommended by", material.name(found.made_by)),
        Row::new("When", found.made_at.to_string()),
        Row::new("Awards", format!("{count}, together {}", found.total())),
    ];
    if !found.note.is_empty() {
        rows.push(Row::new("Note to the decision maker", found.note.clone()).prose());
    }
    rows
}

/// Recommendations that were taken back, with the reasons.
pub(super) fn taken_back(material: &Material) -> Vec<Vec<Row>> {
    let rows = |found: &Recommendation| {
        let back = found.taken_back.as_ref()?;
        Some(vec![
            Row::new("Recommended by", format!("{} on {}", material.name(found.made_by), found.made_at)),
            Row::new("Taken back by", format!("{} on {}", material.name(back.by), back.at)),
            Row::new("Why", back.reason.clone()).prose(),
        ])
    };
    material.taken_back.iter().filter_map(rows).collect()
}

pub(super) async fn show(ctx: Ctx, round: web::Path<String>) -> Answer {
    let material = ctx.read(move |conn, actor| Material::read(conn, actor, &round)).await?;
    ctx.page(&view(&material, &Typed::default()))
}

pub(super) async fn settle(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = round.into_inner();
    let tie = TypedTie::read(&fields)?;
    let read = reference.clone();
    let material = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            Material::read(conn, actor, &read)
        })
        .await?;
    let settled = match tie.choices(&material) {
        Ok(choices) => {
            let (id, reason) = (material.round.id, tie.reason.clone());
            ctx.write(move |tx| actions::settle_tie(tx, id, &choices, &reason)).await
        }
        Err(problem) => Err(problem),
    };
    match settled {
        Err(Problem::Invalid(faults)) => {
            let faults = tie.at_fields(&material, &faults);
            ctx.faulty_page(&view(&material, &Typed { tie, take_back: String::new(), faults }))
        }
        other => {
            other?;
            ctx.redirect_with(
                &format!("/office/rounds/{reference}/ranking"),
                "The panel's decision on the tie is recorded",
            )
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TakeBackForm {
    reason: String,
}

pub(super) async fn take_back(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let form: TakeBackForm = fields.parse()?;
    let reference = round.into_inner();
    let read = reference.clone();
    let material = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            Material::read(conn, actor, &read)
        })
        .await?;
    let (id, reason) = (material.round.id, form.reason.clone());
    match ctx.write(move |tx| actions::take_back(tx, id, &reason)).await {
        Err(Problem::Invalid(faults)) => {
            ctx.faulty_page(&view(&material, &Typed { tie: TypedTie::default(), take_back: form.reason, faults }))
        }
        other => {
            other?;
            ctx.redirect_with(
                &format!("/office/rounds/{reference}/ranking"),
                "The recommendation is taken back and the round is in moderation again",
            )
        }
    }
}
