//! Taking a submitted application back, to change it.

use actix_web::web;
use serde::Serialize;

use super::list::title_of;
use super::{crumbs, own_bid};
use crate::applications::actions;
use crate::web::{Answer, Crumb, Ctx, Form, Page};

#[derive(Serialize)]
struct ChangeView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    project: String,
    closes: String,
}

impl Page for ChangeView {
    const TEMPLATE: &'static str = "applications/change.html";
}

pub(super) async fn ask_to_change(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let (application, round) = ctx
        .read(move |conn, actor| {
            let (application, round, _) = own_bid(conn, actor, &reference)?;
            Ok((application, round))
        })
        .await?;
    ctx.page(&ChangeView {
        title: "Change your application",
        breadcrumbs: crumbs(&ctx.actor(), &application.reference, "Change your application"),
        project: title_of(&application),
        closes: round.closes_at.moment_words(),
        reference: application.reference,
    })
}

pub(super) async fn change(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|_| false)?;
    let reference = path.into_inner();
    let to = reference.clone();
    ctx.write(move |tx| actions::take_back(tx, &to)).await?;
    ctx.redirect_with(
        &format!("/applications/{reference}"),
        "You can change your application now. It is not submitted until you submit it again",
    )
}
