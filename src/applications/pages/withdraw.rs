//! Withdrawing an application.

use actix_web::web;
use serde::Serialize;

use super::list::title_of;
use super::{crumbs, own_bid};
use crate::applications::actions;
use crate::error::{Faults, Problem};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Page, PageFaults};

#[derive(Serialize)]
struct WithdrawView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    project: String,
    reason: Field,
}

impl Page for WithdrawView {
    const TEMPLATE: &'static str = "applications/withdraw.html";
}

async fn withdraw_view(ctx: &Ctx, reference: String, typed: &str, faults: &Faults) -> Result<WithdrawView, Problem> {
    let application = ctx.read(move |conn, actor| Ok(own_bid(conn, actor, &reference)?.0)).await?;
    Ok(WithdrawView {
        title: "Withdraw this application",
        errors: faults.into(),
        breadcrumbs: crumbs(&ctx.actor(), &application.reference, "Withdraw"),
        project: title_of(&application),
        reason: Field::new("reason", "Why do you withdraw?").value(typed).faults(faults),
        reference: application.reference,
    })
}

pub(super) async fn ask_to_withdraw(ctx: Ctx, path: web::Path<String>) -> Answer {
    let view = withdraw_view(&ctx, path.into_inner(), "", &Faults::default()).await?;
    ctx.page(&view)
}

pub(super) async fn withdraw(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = path.into_inner();
    fields.only(|name| name == "reason")?;
    let (to, reason) = (reference.clone(), fields.get("reason").to_owned());
    match ctx.write(move |tx| actions::withdraw(tx, &to, &reason)).await {
        Err(Problem::Invalid(faults)) => {
            let view = withdraw_view(&ctx, reference, fields.get("reason"), &faults).await?;
            ctx.faulty_page(&view)
        }
        other => {
            other?;
            ctx.redirect_with(&format!("/applications/{reference}"), "Your application is withdrawn")
        }
    }
}
