//! A round's feedback: every application with where it stands.

use actix_web::web;
use serde::{Deserialize, Serialize};

use crate::applications::hidden_from;
use crate::base::actor::Actor;
use crate::base::ids::AccountId;
use crate::db::Conn;
use crate::error::Problem;
use crate::feedback::model::{Feedback, Kind, Standing};
use crate::feedback::store::Place;
use crate::feedback::{actions, store};
use crate::rounds::{RoundDefinition, get_definition, round_of_reference};
use crate::web::paging::{PER_PAGE, offset, page_number};
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page, Paging};

#[derive(Debug, Serialize)]
struct ListView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    round: String,
    here: String,
    state: Field,
    matching: String,
    rows: Vec<BidRow>,
    paging: Paging,
    /// Whether some have none yet.
    begin: bool,
    /// Whether what is shown can be accepted by ticking it.
    accept: bool,
    next: String,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "feedback/list.html";
}

#[derive(Debug, Serialize)]
struct BidRow {
    reference: String,
    organisation: String,
    title: String,
    href: String,
    state: &'static str,
    tone: &'static str,
    /// What a tick says: the application and the version that was shown; empty where the reader cannot accept it.
    tick: String,
    /// What it says, where it can be accepted.
    said: Vec<Said>,
}

#[derive(Debug, Serialize)]
struct Said {
    criterion: String,
    kind: &'static str,
    points: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: String,
}

/// An application's state in words; `{reference}:{version}` names what was read.
fn row(place: Place, read: Option<&Feedback>, definition: &RoundDefinition) -> BidRow {
    let (state, tone) = place.standing.title();
    BidRow {
        href: format!("/office/applications/{}/feedback", place.reference),
        state,
        tone,
        tick: read.map(|read| format!("{}:{}", place.reference, read.version)).unwrap_or_default(),
        said: read.map(|read| said(read, definition)).unwrap_or_default(),
        reference: place.reference,
        organisation: place.organisation,
        title: place.title,
    }
}

fn said(feedback: &Feedback, definition: &RoundDefinition) -> Vec<Said> {
    let mut all = Vec::new();
    for criterion in &definition.criteria {
        for kind in Kind::ALL {
            let points = feedback.points(&criterion.code, *kind);
            if !points.is_empty() {
                all.push(Said { criterion: criterion.title.clone(), kind: kind.title(), points });
            }
        }
    }
    all
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>, choice: web::Query<Choice>) -> Answer {
    let (reference, choice) = (path.into_inner(), choice.into_inner());
    let view = ctx.read(move |conn, actor| view(conn, actor, &reference, &choice)).await?;
    ctx.page(&view)
}

fn rows(
    conn: &mut Conn,
    shown: Vec<Place>,
    (wanted, account): (Option<Standing>, AccountId),
    definition: &RoundDefinition,
) -> Result<Vec<BidRow>, Problem> {
    // What waits is read here, but by its author.
    let readable = |place: &Place| place.newest.filter(|(_, saved_by)| *saved_by != account).map(|(id, _)| id);
    let ids: Vec<i32> = match wanted {
        Some(Standing::Waiting) => shown.iter().filter_map(readable).collect(),
        _ => Vec::new(),
    };
    let read = store::versions_of(conn, &ids)?;
    let whole = |place: Place| {
        let own = place.newest.and_then(|(id, _)| read.get(&id));
        row(place, own, definition)
    };
    Ok(shown.into_iter().map(whole).collect())
}

fn view(conn: &mut Conn, actor: &Actor, reference: &str, choice: &Choice) -> Result<ListView, Problem> {
    let page = page_number(&choice.page);
    let round = round_of_reference(conn, reference)?;
    actions::require_round(actor, &round)?;
    let account = actor.account().ok_or(Problem::SignIn)?;
    let (_, definition) = get_definition(conn, round.id)?;
    let hidden = hidden_from(conn, actor, round.id)?;
    let counts = store::count_by_standing(conn, round.id, &hidden)?;
    let wanted = Standing::ALL.into_iter().find(|standing| standing.word() == choice.state);
    let places = (offset(page, PER_PAGE), PER_PAGE);
    let shown = store::page_of_round(conn, round.id, &hidden, wanted, places)?;
    let rows = rows(conn, shown, (wanted, account), &definition)?;
    let here = format!("/office/rounds/{}/feedback", round.reference);
    let word = wanted.map_or("", Standing::word);
    let all: i64 = counts.iter().map(|(_, count)| count).sum();
    let count = |standing: Standing| counts.iter().find(|one| one.0 == standing).map_or(0, |one| one.1);
    let matching = wanted.map_or(all, count);
    let items = std::iter::once(Item::new("", format!("All ({all})")))
        .chain(
            counts
                .iter()
                .map(|(standing, count)| Item::new(standing.word(), format!("{} ({count})", standing.title().0))),
        )
        .collect();
    let next = store::next_place(conn, round.id, &hidden, account, None)?;
    Ok(ListView {
        title: "Feedback",
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(&round.reference, format!("/office/rounds/{}", round.reference)),
            Crumb::here("Feedback"),
        ],
        round: format!("{} {}", round.reference, round.name),
        state: Field::new("state", "Show").items(items).value(word),
        matching: if matching == 1 { "1 application".to_owned() } else { format!("{matching} applications") },
        accept: rows.iter().any(|row| !row.tick.is_empty()),
        rows,
        paging: Paging::new(page, matching, PER_PAGE, &|number| format!("{here}?state={word}&page={number}")),
        begin: count(Standing::ToWrite) > 0,
        next: next.map(|next| super::one::address(&next)).unwrap_or_default(),
        here,
    })
}

pub(super) async fn begin(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|_| false)?;
    let reference = path.into_inner();
    let here = format!("/office/rounds/{reference}/feedback");
    let count = ctx
        .write(move |tx| {
            let round = round_of_reference(tx.conn(), &reference)?.id;
            actions::begin_all(tx, round)
        })
        .await?;
    ctx.redirect_with(
        &here,
        &format!("Feedback begun: {count}. It waits for a second reader, or for you where it has faults"),
    )
}

pub(super) async fn accept(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|name| name == "read")?;
    let reference = path.into_inner();
    let here = format!("/office/rounds/{reference}/feedback?state=waiting");
    let read = fields
        .all("read")
        .iter()
        .map(|tick| {
            let (reference, version) = tick.split_once(':')?;
            Some((reference.to_owned(), version.parse().ok()?))
        })
        .collect::<Option<Vec<(String, i32)>>>()
        .ok_or_else(|| Problem::Malformed("a tick names an application and a version".to_owned()))?;
    let count = ctx
        .write(move |tx| {
            let round = round_of_reference(tx.conn(), &reference)?.id;
            actions::accept_all(tx, round, &read)
        })
        .await?;
    ctx.redirect_with(&here, &format!("Feedback accepted: {count}"))
}
