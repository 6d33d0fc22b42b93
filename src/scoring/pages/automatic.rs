//! The plan that fills a round: shown first, with its reasons, then made.

use std::collections::BTreeMap;

use actix_web::web;
use serde::Serialize;

use super::assignments::{crumbs, round_to_assign};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::round_of_reference;
use crate::scoring::actions::{self, Plan};
use crate::scoring::rules;
use crate::web::{Answer, Crumb, Ctx, Form, Page};

/// Bids that are listed one by one; the table of the round shows all of them afterwards.
const LISTED: usize = 50;

#[derive(Serialize)]
struct AutomaticView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    round: String,
    plan: String,
    bids: usize,
    wanted: usize,
    quorum: usize,
    made: usize,
    suits: usize,
    shares: Vec<ShareRow>,
    short: Vec<ShortRow>,
    short_more: usize,
    preview: Vec<PreviewRow>,
    preview_more: usize,
}

impl Page for AutomaticView {
    const TEMPLATE: &'static str = "scoring/automatic.html";
}

#[derive(Serialize)]
struct ShareRow {
    name: String,
    before: usize,
    given: usize,
    total: usize,
    suits: usize,
    limit: String,
    note: String,
}

#[derive(Serialize)]
struct ShortRow {
    reference: String,
    has: usize,
    why: String,
}

#[derive(Serialize)]
struct PreviewRow {
    reference: String,
    title: String,
    members: Vec<String>,
}

fn view(plan: &Plan) -> AutomaticView {
    let setting = &plan.setting;
    let names: BTreeMap<AccountId, &str> =
        setting.panel.iter().map(|member| (member.account, member.name.as_str())).collect();
    let name = |account: &AccountId| names.get(account).copied().unwrap_or_default().to_owned();
    let references: BTreeMap<ApplicationId, &str> =
        setting.applications.iter().map(|one| (one.id, one.reference.as_str())).collect();
    let mut shares: Vec<ShareRow> = rules::shares(&setting.seats, &setting.places, &plan.made)
        .into_iter()
        .map(|share| ShareRow {
            name: name(&share.account),
            before: share.before,
            given: share.given,
            total: share.total(),
            suits: share.suits,
            limit: share.limit.map_or_else(|| "None".to_owned(), |limit| limit.to_string()),
            note: share.note,
        })
        .collect();
    shares.sort_by(|one, other| one.name.cmp(&other.name));
    let all_short = rules::shortfalls(&setting.seats, &setting.places, &plan.made, setting.quorum());
    let short_more = all_short.len().saturating_sub(LISTED);
    let short = all_short.into_iter().take(LISTED).map(|one| ShortRow {
        reference: references.get(&one.application).copied().unwrap_or_default().to_owned(),
        has: one.has,
        why: one.why,
    });
    let mut by_bid: BTreeMap<ApplicationId, Vec<String>> = BTreeMap::new();
    for made in &plan.made {
        by_bid.entry(made.application).or_default().push(name(&made.account));
    }
    let changed = || setting.applications.iter().filter(|application| by_bid.contains_key(&application.id));
    let preview = changed().take(LISTED).map(|application| PreviewRow {
        reference: application.reference.clone(),
        title: application.title.clone(),
        members: by_bid.get(&application.id).cloned().unwrap_or_default(),
    });
    AutomaticView {
        title: "Assign the rest evenly",
        breadcrumbs: crumbs(&setting.round.reference, "Assign the rest evenly"),
        round: setting.round.reference.clone(),
        plan: rules::fingerprint(&plan.made),
        bids: setting.applications.len(),
        wanted: setting.wanted(),
        quorum: setting.quorum(),
        made: plan.made.len(),
        suits: shares.iter().map(|share| share.suits).sum(),
        preview: preview.collect(),
        preview_more: changed().count().saturating_sub(LISTED),
        short: short.collect(),
        short_more,
        shares,
    }
}

fn load(conn: &mut Conn, actor: &Actor, reference: &str, now: At) -> Result<AutomaticView, Problem> {
    let round = round_to_assign(conn, actor, reference)?;
    actions::require_assignable(&round, now)?;
    Ok(view(&actions::plan_of(conn, actor, round)?))
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let now = ctx.now();
    let view = ctx.read(move |conn, actor| load(conn, actor, &path, now)).await?;
    ctx.page(&view)
}

pub(super) async fn confirm(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = path.into_inner();
    fields.only(|name| name == "plan")?;
    let back = format!("/office/rounds/{reference}/assignments");
    let plan = fields.get("plan").to_owned();
    let made = ctx
        .write(move |tx| {
            let round = round_of_reference(tx.conn(), &reference)?.id;
            actions::assign_planned(tx, round, &plan)
        })
        .await?;
    ctx.redirect_with(&back, &format!("{made} assignments made"))
}
