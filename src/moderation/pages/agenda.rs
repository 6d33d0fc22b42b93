//! The agenda of a round's moderation: where the panel disagrees most comes first.

use std::cmp::Reverse;
use std::collections::HashMap;

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::scores::percent;
use crate::access::{self, Action, Phase, may};
use crate::applications::{Application, hidden_from, submitted_of_round};
use crate::base::actor::Actor;
use crate::base::ids::ApplicationId;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::moderation::model::{Moderation, ModerationStage};
use crate::moderation::{actions, rules, store};
use crate::rounds::{RoundDefinition, RoundStage, get_definition, round_of_reference};
use crate::scoring::{AssignmentRecord, ScoreSheet, SheetStage, Status, assignments_of_member, bid, sheets_of_round};
use crate::web::{Answer, Crumb, Ctx, Form, Page};

#[derive(Serialize)]
struct AgendaView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    round: String,
    standing: &'static str,
    spread_flag: i32,
    quorum: i32,
    progress: String,
    items: Vec<AgendaItem>,
}

impl Page for AgendaView {
    const TEMPLATE: &'static str = "moderation/agenda.html";
}

#[derive(Serialize)]
struct AgendaItem {
    reference: String,
    title: String,
    organisation: String,
    flags: usize,
    flagged: String,
    spread: i32,
    own: String,
    mean: String,
    sheets: usize,
    complete: bool,
    status: Status,
    closed: bool,
}

fn item(
    application: Application,
    definition: &RoundDefinition,
    sheets: &[ScoreSheet],
    moderation: Option<&Moderation>,
) -> AgendaItem {
    let submitted: Vec<&ScoreSheet> = sheets
        .iter()
        .filter(|sheet| sheet.application == application.id && sheet.stage == SheetStage::Submitted)
        .collect();
    let aids = rules::aids(definition, &submitted);
    let flagged = definition.criteria.iter().zip(&aids.flags).filter(|(_, flag)| **flag);
    let own: Vec<String> = aids.own.iter().map(|own| percent(*own)).collect();
    AgendaItem {
        flags: aids.flagged(),
        flagged: flagged.map(|(criterion, _)| criterion.title.as_str()).collect::<Vec<_>>().join(", "),
        spread: aids.largest_spread(),
        own: own.join(", "),
        mean: percent(aids.mean),
        sheets: submitted.len(),
        complete: i32::try_from(submitted.len()).unwrap_or(i32::MAX) >= definition.quorum,
        status: status(definition, moderation),
        closed: moderation.is_some_and(|moderation| moderation.stage == ModerationStage::Closed),
        reference: application.reference,
        title: application.title,
        organisation: application.organisation_name,
    }
}

fn status(definition: &RoundDefinition, moderation: Option<&Moderation>) -> Status {
    match moderation {
        None => Status::new("Not opened", "todo"),
        Some(moderation) if moderation.stage == ModerationStage::Closed => Status::new("Closed", "done"),
        Some(moderation) => {
            let agreed = moderation.marks.values().filter(|agreed| agreed.mark.is_some()).count();
            Status::new(format!("Open, {agreed} of {} agreed", definition.criteria.len()), "progress")
        }
    }
}

fn view(conn: &mut Conn, actor: &Actor, reference: &str, now: At) -> Result<AgendaView, Problem> {
    access::require(actor, Action::RunRounds)?;
    let round = round_of_reference(conn, reference)?;
    if round.stage < RoundStage::Moderation {
        return Err(Problem::refused(
            "Moderation has not started",
            "Score sheets stay closed to everybody but their members until scoring has ended.",
        ));
    }
    let (_, definition) = get_definition(conn, round.id)?;
    let sheets = sheets_of_round(conn, round.id)?;
    let moderations = store::moderations_of_round(conn, round.id)?;
    let own: HashMap<ApplicationId, AssignmentRecord> = match actor.account() {
        Some(account) => assignments_of_member(conn, account)?.into_iter().map(|one| (one.application, one)).collect(),
        None => HashMap::new(),
    };
    let phase: Phase = round.stage.phase();
    let hidden = hidden_from(conn, actor, round.id)?;
    let mut items: Vec<AgendaItem> = submitted_of_round(conn, round.id)?
        .into_iter()
        // An officer with a conflict of interest does not see the application here at all.
        .filter(|application| !hidden.contains(&application.id))
        .filter(|application| may(actor, Action::Moderate(&bid(application, phase, own.get(&application.id)))))
        .map(|application| {
            let moderation = moderations.get(&application.id);
            item(application, &definition, &sheets, moderation)
        })
        .collect();
    items.sort_by_key(|item| (Reverse(item.flags), Reverse(item.spread), item.reference.clone()));
    let closed = items.iter().filter(|item| item.closed).count();
    Ok(AgendaView {
        title: "Moderation",
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(&round.reference, format!("/office/rounds/{}", round.reference)),
            Crumb::here("Moderation"),
        ],
        standing: round.standing(now),
        spread_flag: definition.spread_flag,
        quorum: definition.quorum,
        progress: format!("{closed} of {} closed", items.len()),
        round: round.reference,
        items,
    })
}

pub(super) async fn list(ctx: Ctx, round: web::Path<String>) -> Answer {
    let now = ctx.now();
    let view = ctx.read(move |conn, actor| view(conn, actor, &round, now)).await?;
    ctx.page(&view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StartForm {
    #[serde(default)]
    anyway: String,
}

pub(super) async fn start(ctx: Ctx, round: web::Path<String>, Form(fields): Form) -> Answer {
    let form: StartForm = fields.parse()?;
    let reference = round.into_inner();
    let to = format!("/office/rounds/{reference}/moderation");
    ctx.write(move |tx| {
        access::require(tx.actor(), Action::RunRounds)?;
        let round = round_of_reference(tx.conn(), &reference)?.id;
        actions::start_moderation(tx, round, form.anyway == "yes")
    })
    .await?;
    ctx.redirect_with(&to, "Scoring has ended and moderation has started")
}
