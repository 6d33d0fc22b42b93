//! The decision notice: the page that leads to it, and its two versions as PDFs, set from what was taken down at the signature.

use std::sync::Arc;

use actix_web::{HttpRequest, web};
use serde::Serialize;

use super::material::Material;
use super::ranking::breadcrumbs;
use crate::decisions::model::Notice;
use crate::decisions::store::notice_of;
use crate::error::Problem;
use crate::press::{DecisionNotice, RenderFault};
use crate::rounds::{RoundStage, round_of_reference};
use crate::web::limits::caller;
use crate::web::{Answer, Crumb, Ctx, Page, Row};

#[derive(Serialize)]
struct NoticeView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    caption: String,
    facts: Vec<Row>,
    public_href: String,
    internal_href: String,
}

impl Page for NoticeView {
    const TEMPLATE: &'static str = "decisions/notice.html";
}

/// The notice, for who may read the round's ranking.
async fn read(ctx: &Ctx, reference: String) -> Result<(Material, Notice), Problem> {
    let app = ctx.app.clone();
    ctx.read(move |conn, actor| {
        let material = Material::read(conn, actor, &reference, &app.memo)?;
        let notice = notice_of(conn, material.round.id)?.ok_or(Problem::NotFound)?;
        Ok((material, notice))
    })
    .await
}

pub(super) async fn show(ctx: Ctx, round: web::Path<String>) -> Answer {
    let (material, notice) = read(&ctx, round.into_inner()).await?;
    let decision = material.decision.as_ref().ok_or(Problem::NotFound)?;
    let here = format!("/office/rounds/{}/notice", material.round.reference);
    ctx.page(&NoticeView {
        title: format!("Decision notice {}", notice.reference),
        breadcrumbs: breadcrumbs(&material, "Decision notice"),
        caption: format!("{} {}", material.round.reference, material.round.name),
        facts: vec![
            Row::new("Number", notice.reference),
            Row::new("Decision", decision.reference.clone()),
            Row::new("Signed by", material.name(decision.signed_by)),
            Row::new("Issued", notice.issued_at.to_string()),
        ],
        public_href: format!("{here}/public"),
        internal_href: format!("{here}/internal"),
    })
}

pub(super) async fn public(ctx: Ctx, round: web::Path<String>) -> Answer {
    let (_, notice) = read(&ctx, round.into_inner()).await?;
    pdf(&ctx, &notice.public, "").await
}

/// The public version as it was set.
struct Published {
    name: String,
    pdf: Vec<u8>,
}

/// The public version for everybody, once the letters are issued.
pub(super) async fn published(ctx: Ctx, request: HttpRequest, round: web::Path<String>) -> Answer {
    let reference = round.into_inner();
    let (round, notice) = ctx
        .read(move |conn, _| {
            let round = round_of_reference(conn, &reference)?;
            if round.stage != RoundStage::Issued || round.test {
                return Err(Problem::NotFound);
            }
            Ok((round.id.row(), notice_of(conn, round.id)?.ok_or(Problem::NotFound)?))
        })
        .await?;
    // A notice never changes, so it is set once, and not for every stranger who asks.
    let kept = match ctx.app.memo.get::<Published>(round) {
        Some((_, kept)) => kept,
        None => {
            ctx.app.limits.allow(&caller(&ctx.app, &request))?;
            let (name, pdf) = set(&ctx, &notice.public, "").await?;
            let kept = Arc::new(Published { name, pdf });
            ctx.app.memo.put(round, 0, Arc::clone(&kept));
            kept
        }
    };
    Ok(ctx.attachment(&kept.name, "application/pdf", kept.pdf.clone()))
}

pub(super) async fn internal(ctx: Ctx, round: web::Path<String>) -> Answer {
    let (_, notice) = read(&ctx, round.into_inner()).await?;
    pdf(&ctx, &notice.internal, " internal").await
}

async fn pdf(ctx: &Ctx, document: &str, version: &str) -> Answer {
    let (name, pdf) = set(ctx, document, version).await?;
    Ok(ctx.attachment(&name, "application/pdf", pdf))
}

/// Sets a version, with its file's name; the same notice gives the same bytes.
async fn set(ctx: &Ctx, document: &str, version: &str) -> Result<(String, Vec<u8>), Problem> {
    let mut notice: DecisionNotice = serde_json::from_str(document).map_err(Problem::internal)?;
    notice.office.clone_from(&ctx.app.settings.office.name);
    let name = format!("{}{version}.pdf", notice.reference);
    let made = ctx.block(move |app| app.renderer.render(&notice).map_err(refused)).await?;
    Ok((name, made.pdf))
}

fn refused(fault: RenderFault) -> Problem {
    match fault {
        RenderFault::TooLong { .. } | RenderFault::TooBig { .. } | RenderFault::TimedOut { .. } => Problem::refused(
            "This notice is too long for a PDF",
            "Everything in it is on the page of the decision: it can be printed there, a page of each list at a time.",
        ),
        other => Problem::internal(other),
    }
}
