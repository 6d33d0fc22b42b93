//! The management's approval of a recommendation, where the round asks for it.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::interests::{interest_fields, typed_interests};
use super::material::Material;
use super::ranking::{breadcrumbs, recommended};
use super::send_back::SendBack;
use crate::access::{self, Action, Duty};
use crate::base::ids::RecommendationId;
use crate::decisions::actions;
use crate::decisions::model::{InterestKind, Interests};
use crate::error::{Faults, Problem};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Page, PageFaults, Row};

#[derive(Serialize)]
struct ApprovalView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    caption: String,
    facts: Vec<Row>,
    ranking_href: String,
    /// Why this reader cannot approve.
    cannot: Option<String>,
    form: Option<ApprovalForm>,
    send_back: Option<SendBack>,
}

impl Page for ApprovalView {
    const TEMPLATE: &'static str = "decisions/approval.html";
}

#[derive(Serialize)]
struct ApprovalForm {
    recommendation: i32,
    interest: Field,
    interests: Field,
    note: Field,
}

fn view(material: &Material, interests: &Interests, note: &str, faults: &Faults) -> Result<ApprovalView, Problem> {
    let recommendation = material.recommendation.as_ref().ok_or(Problem::NotFound)?;
    let cannot = if material.waits_for_approval() {
        material.barred(Duty::Approver)
    } else {
        Some("No recommendation of this round waits for an approval.".to_owned())
    };
    let (interest, words) = interest_fields(interests, faults);
    let form = cannot.is_none().then(|| ApprovalForm {
        recommendation: recommendation.id.row(),
        interest,
        interests: words,
        note: Field::new("note", "Note to the decision maker (optional)").value(note).faults(faults),
    });
    Ok(ApprovalView {
        title: "Approve the recommendation",
        breadcrumbs: breadcrumbs(material, "Approval"),
        errors: faults.into(),
        caption: format!("{} {}", material.round.reference, material.round.name),
        facts: recommended(material, recommendation),
        ranking_href: format!("/office/rounds/{}/ranking", material.round.reference),
        cannot,
        send_back: form.is_some().then(|| SendBack::new(send_back_path(material), recommendation, faults)),
        form,
    })
}

fn send_back_path(material: &Material) -> String {
    format!("/office/rounds/{}/approval/send-back", material.round.reference)
}

/// The page again for who sent it back without saying why.
pub(super) fn sent_back(material: &Material, reason: String, faults: &Faults) -> Result<impl Page, Problem> {
    let view = view(material, &Interests::default(), "", faults)?;
    Ok(ApprovalView { send_back: view.send_back.map(|form| form.typed(reason)), ..view })
}

pub(super) async fn material(ctx: &Ctx, reference: String) -> Result<Material, Problem> {
    let app = ctx.app.clone();
    ctx.read(move |conn, actor| {
        access::require(actor, Action::ApproveRecommendation)?;
        Material::read(conn, actor, &reference, &app.memo)
    })
    .await
}

pub(super) async fn show(ctx: Ctx, round: web::Path<String>) -> Answer {
    let material = material(&ctx, round.into_inner()).await?;
    ctx.page(&view(&material, &Interests::default(), "", &Faults::default())?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedApproval {
    recommendation: String,
    #[serde(default)]
    interest: String,
    interests: String,
    note: String,
}

pub(super) async fn approve(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let form: TypedApproval = fields.parse()?;
    let row: i32 =
        form.recommendation.parse().map_err(|_| Problem::Malformed("no number of a recommendation".to_owned()))?;
    let reference = round.into_inner();
    let material = material(&ctx, reference.clone()).await?;
    let interests = typed_interests(&form.interest, form.interests);
    let (id, declared, note) = (material.round.id, interests.clone(), form.note.clone());
    let declines = interests.kind == Some(InterestKind::Conflict);
    let done = ctx
        .write(move |tx| {
            if declines {
                return actions::declare_conflict(tx, id, Duty::Approver, &declared);
            }
            actions::approve(tx, id, RecommendationId::new(row), &declared, &note)
        })
        .await;
    match done {
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&view(&material, &interests, &form.note, &faults)?),
        other => {
            other?;
            if declines {
                let home = if material.officer { "/office" } else { "/decisions" };
                return ctx.redirect_with(home, "Your conflict of interest is recorded. Nothing was approved");
            }
            ctx.redirect_with(&format!("/office/rounds/{reference}/ranking"), "The recommendation is approved")
        }
    }
}
