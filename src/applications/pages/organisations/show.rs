//! One organisation, as the office reads it: details, names, people, bids, what happened.

use actix_web::web;
use serde::Serialize;

use super::href;
use super::list::doubles_of;
use crate::access::{self, Action};
use crate::accounts::{
    all_seen, find_organisation, members_of, merge_of, merges, names_of, open_requests, profile_of, profile_rows,
};
use crate::applications::model::{Application, ApplicationStage};
use crate::applications::pages::list::title_of;
use crate::applications::pages::status::EventView;
use crate::applications::store;
use crate::audit::event::sentence;
use crate::audit::store::records_about;
use crate::base::actor::Actor;
use crate::base::ids::{AccountId, OrganisationId};
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::get_round;
use crate::web::{Answer, Crumb, Ctx, Page, Row};

#[derive(Serialize)]
struct ShowView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    base: String,
    requests_base: String,
    rows: Vec<Row>,
    names: Vec<String>,
    merged_into: Option<(String, String, String)>,
    merged_from: Vec<(String, String, String)>,
    people: Vec<(String, String, String)>,
    requests: Vec<(i32, String, String, String)>,
    /// Nobody is left who could answer them.
    deserted: bool,
    bids: Vec<BidRow>,
    doubles: Vec<(String, String, String)>,
    events: Vec<EventView>,
}

impl Page for ShowView {
    const TEMPLATE: &'static str = "accounts/organisation_office.html";
}

#[derive(Serialize)]
struct BidRow {
    /// None while it is a draft or sealed, which the office does not read.
    href: Option<String>,
    reference: String,
    title: String,
    round: String,
    standing: &'static str,
    ask: String,
}

fn bid_row(conn: &mut Conn, application: &Application) -> Result<BidRow, Problem> {
    let round = get_round(conn, application.round)?;
    let submitted = application.stage == ApplicationStage::Submitted;
    // What a draft says is the applicant's own until it is submitted, and what was submitted is nobody's while the round is sealed.
    let read = application.stage != ApplicationStage::Draft && application.submitted_at.is_some() && !round.is_sealed();
    Ok(BidRow {
        href: (submitted && read).then(|| format!("/office/applications/{}", application.reference)),
        reference: application.reference.clone(),
        title: if read { title_of(application) } else { String::new() },
        round: format!("{}, {}", round.fund_name, round.name),
        standing: application.standing(),
        ask: application.ask.filter(|_| read).map(|ask| ask.to_string()).unwrap_or_default(),
    })
}

pub(in crate::applications::pages) async fn show(ctx: Ctx, path: web::Path<i32>) -> Answer {
    let id = OrganisationId::new(path.into_inner());
    let view = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            show_view(conn, actor, id)
        })
        .await?;
    ctx.page(&view)
}

fn show_view(conn: &mut Conn, actor: &Actor, id: OrganisationId) -> Result<ShowView, Problem> {
    let profile = profile_of(conn, id)?;
    let merged_into = match merge_of(conn, id)? {
        None => None,
        Some(merge) => Some((href(merge.into), find_organisation(conn, merge.into)?.name, merge.reason)),
    };
    let mut merged_from = Vec::new();
    for merge in merges(conn)?.into_iter().filter(|merge| merge.into == id) {
        let words = format!("{}: {}", merge.at.date_words(), merge.reason);
        merged_from.push((href(merge.from), find_organisation(conn, merge.from)?.name, words));
    }
    let bids = store::shown_bids_of_organisation(conn, actor, id)?;
    let bids = bids.iter().map(|bid| bid_row(conn, bid)).collect::<Result<Vec<_>, _>>()?;
    let doubles = if merged_into.is_some() { Vec::new() } else { doubles_of(&all_seen(conn)?, id) };
    let mut rows = profile_rows(&profile);
    if let Some(primary) = profile.primary() {
        rows.push(Row::new("Identifier in open data", primary.org_id()));
    }
    rows.push(Row::new("Added", profile.created_at.date_words()));
    let members = members_of(conn, id)?;
    Ok(ShowView {
        title: profile.organisation.name.clone(),
        breadcrumbs: vec![
            Crumb::to("Organisations", "/office/organisations"),
            Crumb::here(profile.organisation.name.clone()),
        ],
        base: href(id),
        requests_base: format!("/organisations/{}/requests/", id.row()),
        rows,
        names: profile.names.iter().map(|name| capital(&name.words())).collect(),
        merged_into,
        merged_from,
        deserted: members.iter().all(|member| !member.active),
        people: members
            .into_iter()
            .map(|member| {
                let since = if member.active { member.since.date_words() } else { "Cannot sign in".to_owned() };
                (member.name, member.email, since)
            })
            .collect(),
        requests: open_requests(conn, id)?
            .into_iter()
            .map(|request| (request.id.row(), request.name, request.email, request.asked_at.date_words()))
            .collect(),
        bids,
        doubles: doubles
            .into_iter()
            .map(|(other, name, reasons)| {
                (format!("{}/merge?with={}", href(id), other.row()), name, reasons.join("; "))
            })
            .collect(),
        events: events(conn, id)?,
    })
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn events(conn: &mut Conn, id: OrganisationId) -> Result<Vec<EventView>, Problem> {
    let names = names_of(conn)?;
    Ok(records_about(conn, &["organisation", "into"], id.row(), 200)?
        .into_iter()
        .map(|stored| EventView {
            title: sentence(&stored.record.kind).to_owned(),
            by: stored
                .record
                .account_id
                .and_then(|account| names.get(&AccountId::new(account)).cloned())
                .unwrap_or_else(|| "The service".to_owned()),
            at: stored.record.at.moment_words(),
            at_iso: stored.record.at.rfc3339(),
            text: String::new(),
        })
        .collect())
}
