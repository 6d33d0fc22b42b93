//! Last time's advice for a member of the panel: only once their own score sheet of the bid is in, so that nothing of it weighs on
//! their independent scores.

use actix_web::web;
use serde::Serialize;

use super::again::{AdviceView, advice_views};
use crate::access::{self, Action};
use crate::applications::{application_of_reference, bid_of};
use crate::error::Problem;
use crate::insight::actions;
use crate::insight::store;
use crate::scoring::{SheetStage, sheets_of};
use crate::web::{Answer, Crumb, Ctx, Page};

#[derive(Serialize)]
struct PanelView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    project: String,
    advice: Vec<AdviceView>,
}

impl Page for PanelView {
    const TEMPLATE: &'static str = "insight/panel.html";
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let view = ctx
        .read(move |conn, actor| {
            let application = application_of_reference(conn, &reference)?;
            let bid = bid_of(conn, &application, actor)?;
            access::require(actor, Action::Score(&bid))?;
            let account = actor.account().ok_or(Problem::SignIn)?;
            let own = sheets_of(conn, application.id)?.into_iter().find(|sheet| sheet.account == account);
            if own.is_none_or(|sheet| sheet.stage != SheetStage::Submitted) {
                return Err(Problem::NotFound);
            }
            let advice = actions::advice_of(conn, actor, &application)?;
            let judgements = store::judgements_of(conn, application.id)?;
            Ok(PanelView {
                title: "Last time's advice",
                breadcrumbs: vec![
                    Crumb::to("Your bids", "/panel"),
                    Crumb::to(&application.reference, format!("/panel/applications/{}/sheet", application.reference)),
                    Crumb::here("Last time's advice"),
                ],
                advice: advice_views(advice, &judgements, None, ""),
                reference: application.reference,
                project: application.title,
            })
        })
        .await?;
    ctx.page(&view)
}
