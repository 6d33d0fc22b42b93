//! The trail as pages: how it stands, and what happened in a round.

use std::collections::HashMap;

use actix_web::web;
use serde::{Deserialize, Serialize};

use crate::access::{self, Action, Phase, Rule};
use crate::accounts::names_of;
use crate::applications::{hidden_from, list_applications};
use crate::audit::event::sentence;
use crate::audit::store::{Filter, count_records, list_records_but};
use crate::audit::{checkpoint, verify};
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::role::Role;
use crate::db::Conn;
use crate::error::Problem;
use crate::get;
use crate::rounds::list_with_tests;
use crate::trail::evidence::round_for;
use crate::web::paging::{PER_PAGE, last_page, offset, page_number};
use crate::web::{Answer, Crumb, Ctx, Entry, Page, Row};

mod evidence;

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    let mut routes = vec![get!("/trail", Rule::Roles(&[Role::Officer, Role::Auditor]), trail)];
    routes.extend(evidence::routes());
    routes
}

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    round: String,
    #[serde(default)]
    page: String,
}

#[derive(Serialize)]
struct TrailView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    facts: Vec<Row>,
    rounds: Vec<(String, String)>,
    round: String,
    /// Where the evidence of the chosen round is made; empty for who may not have it.
    evidence: String,
    records: Vec<RecordRow>,
    previous: String,
    next: String,
}

impl Page for TrailView {
    const TEMPLATE: &'static str = "trail/records.html";
}

#[derive(Serialize)]
struct RecordRow {
    seq: i64,
    at: String,
    what: String,
    by: String,
    application: String,
    facts: String,
    hash: String,
}

async fn trail(ctx: Ctx, query: web::Query<Query>) -> Answer {
    let query = query.into_inner();
    let public = ctx.app.ledger.keys().checkpoint_public();
    let folder = ctx.app.settings.data.checkpoints.clone();
    let anchored = ctx
        .block(move |_| {
            let found = checkpoint::read_all(&folder, &public).map_err(Problem::internal)?;
            Ok(found.iter().filter_map(|found| found.head.as_ref().ok().map(|head| head.seq)).max())
        })
        .await?;
    let view = ctx.read(move |conn, actor| view(conn, actor, query, anchored)).await?;
    ctx.page(&view)
}

fn view(conn: &mut Conn, actor: &Actor, query: Query, anchored: Option<i64>) -> Result<TrailView, Problem> {
    // Real rounds first; what is only tried out leaves a trail too.
    let mut all = list_with_tests(conn)?;
    all.sort_by_key(|round| round.test);
    let rounds: Vec<_> = all
        .into_iter()
        .map(|round| (round.id, round.reference, round.stage.phase()))
        .filter(|(_, _, phase)| access::may(actor, Action::ReadTrail(*phase)))
        .collect();
    let chosen = match (query.round.as_str(), rounds.first()) {
        ("", first) => first.cloned(),
        (wanted, _) => Some(rounds.iter().find(|(_, name, _)| name == wanted).cloned().ok_or(Problem::NotFound)?),
    };
    let head = verify::current_head(conn)?;
    let mut view = TrailView {
        title: "Audit trail",
        breadcrumbs: vec![Crumb::here("Audit trail")],
        facts: vec![
            Row::new("Records", head.seq.to_string()),
            Row::new("Hash of the last record", head.hash),
            Row::new(
                "Anchored by signed checkpoints",
                anchored.map_or_else(|| "None yet".to_owned(), |seq| format!("Records 1 to {seq}")),
            ),
        ],
        rounds: rounds.iter().map(|(_, name, _)| (format!("/trail?round={name}"), name.clone())).collect(),
        round: String::new(),
        evidence: String::new(),
        records: Vec::new(),
        previous: String::new(),
        next: String::new(),
    };
    let Some((id, name, phase)) = chosen else { return Ok(view) };
    let page = page_number(&query.page);
    let filter = Filter {
        round: Some(id.row()),
        newest_first: true,
        limit: PER_PAGE,
        offset: offset(page, PER_PAGE),
        ..Filter::default()
    };
    // What a conflict of interest hides leaves no record here, and nothing of what was decided in that round.
    let hidden: Vec<i32> = hidden_from(conn, actor, id)?.into_iter().map(|id| id.row()).collect();
    let records = list_records_but(conn, &filter, &hidden)?;
    let count = count_records(conn, &filter, &hidden)?;
    let names = names_of(conn)?;
    let references: HashMap<ApplicationId, String> =
        list_applications(conn, id)?.into_iter().map(|one| (one.id, one.reference)).collect();
    // Marks stay out of sight until the round is over.
    let show_facts = phase == Phase::Over && hidden.is_empty();
    view.records = records
        .into_iter()
        .map(|stored| RecordRow {
            seq: stored.record.seq,
            at: stored.record.at.moment_words(),
            what: sentence(&stored.record.kind).to_owned(),
            by: stored
                .record
                .account_id
                .and_then(|account| names.get(&AccountId::new(account)).cloned())
                .unwrap_or_else(|| "The service".to_owned()),
            application: stored
                .record
                .application_id
                .and_then(|application| references.get(&ApplicationId::new(application)).cloned())
                .unwrap_or_default(),
            facts: if show_facts { stored.record.data } else { String::new() },
            hash: stored.hash.chars().take(16).collect(),
        })
        .collect();
    let link = |page: i64| format!("/trail?round={name}&page={page}");
    if page > 1 {
        view.previous = link(page - 1);
    }
    if page < last_page(count, PER_PAGE) {
        view.next = link(page + 1);
    }
    if round_for(conn, actor, &name).is_ok() {
        view.evidence = format!("/trail/rounds/{name}/evidence");
    }
    view.round = name;
    Ok(view)
}
