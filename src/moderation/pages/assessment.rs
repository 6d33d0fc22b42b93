//! What those who may read a bid's assessment see of it: every submitted sheet, and what the panel agreed.

use actix_web::web;
use serde::Serialize;

use super::scores::{CriterionScores, MarksTable, by_criterion, marks_table};
use crate::access::{self, Action};
use crate::accounts::names_of;
use crate::applications::{application_of_reference, bid_of};
use crate::base::actor::Actor;
use crate::base::role::Role;
use crate::db::Conn;
use crate::error::Problem;
use crate::moderation::model::ModerationStage;
use crate::moderation::{rules, store};
use crate::rounds::{get_definition, get_round};
use crate::scoring::{ScoreSheet, SheetStage, mark_words, sheets_of};
use crate::web::{Answer, Crumb, Ctx, Page};

#[derive(Serialize)]
struct AssessmentView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    can_declare: bool,
    project: String,
    organisation: String,
    standing: &'static str,
    max: i32,
    table: MarksTable,
    criteria: Vec<CriterionView>,
}

impl Page for AssessmentView {
    const TEMPLATE: &'static str = "moderation/assessment.html";
}

#[derive(Serialize)]
struct CriterionView {
    #[serde(flatten)]
    scores: CriterionScores,
    agreed: Option<String>,
    agreed_reason: String,
}

fn view(conn: &mut Conn, actor: &Actor, reference: &str) -> Result<AssessmentView, Problem> {
    let application = application_of_reference(conn, reference)?;
    let bid = bid_of(conn, &application, actor)?;
    access::require(actor, Action::ReadAssessment(&bid))?;
    let round = get_round(conn, application.round)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let moderation = store::moderation_of(conn, application.id)?;
    let sheets = sheets_of(conn, application.id)?;
    let submitted: Vec<&ScoreSheet> = sheets.iter().filter(|sheet| sheet.stage == SheetStage::Submitted).collect();
    let aids = rules::aids(&definition, &submitted);
    let names = names_of(conn)?;
    let criteria = by_criterion(&definition, &submitted, &aids, &names)
        .into_iter()
        .map(|scores| {
            let agreed = moderation.as_ref().and_then(|moderation| moderation.marks.get(&scores.code));
            CriterionView {
                agreed: agreed.and_then(|agreed| agreed.mark).map(|mark| mark_words(&definition, mark)),
                agreed_reason: agreed.map_or_else(String::new, |agreed| agreed.reason.clone()),
                scores,
            }
        })
        .collect();
    let start = if actor.has(Role::Panel) { vec![Crumb::to("Your bids", "/panel")] } else { Vec::new() };
    Ok(AssessmentView {
        title: "The panel's scores".to_owned(),
        breadcrumbs: start.into_iter().chain([Crumb::here(application.reference.clone())]).collect(),
        standing: match moderation.map(|moderation| moderation.stage) {
            None => "Not moderated yet",
            Some(ModerationStage::Open) => "Being moderated",
            Some(ModerationStage::Closed) => "Moderated",
        },
        max: definition.scale.max,
        table: marks_table(&definition, &submitted, &aids, &names),
        criteria,
        can_declare: access::may(actor, Action::DeclareConflictOn(&bid)),
        reference: application.reference,
        project: application.title,
        organisation: application.organisation_name,
    })
}

pub(super) async fn show(ctx: Ctx, reference: web::Path<String>) -> Answer {
    let view = ctx.read(move |conn, actor| view(conn, actor, &reference)).await?;
    ctx.page(&view)
}
