//! A round's feedback: every application with where it stands.

use actix_web::web;
use serde::{Deserialize, Serialize};

use crate::applications::Application;
use crate::error::Problem;
use crate::feedback::actions;
use crate::feedback::model::{Feedback, Kind, Standing};
use crate::rounds::{RoundDefinition, get_definition, round_of_reference};
use crate::web::paging::{PER_PAGE, offset};
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
fn row(
    (application, standing, newest): &(Application, Standing, Option<Feedback>),
    definition: &RoundDefinition,
    readable: bool,
) -> BidRow {
    let (state, tone) = standing.title();
    let read = newest.as_ref().filter(|_| readable);
    BidRow {
        href: format!("/office/applications/{}/feedback", application.reference),
        reference: application.reference.clone(),
        organisation: application.organisation_name.clone(),
        title: application.title.clone(),
        state,
        tone,
        tick: read.map(|read| format!("{}:{}", application.reference, read.version)).unwrap_or_default(),
        said: read.map(|read| said(read, definition)).unwrap_or_default(),
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
    let reference = path.into_inner();
    let choice = choice.into_inner();
    let page = choice.page.parse().unwrap_or(1_i64).clamp(1, 1_000_000);
    let view = ctx
        .read(move |conn, actor| {
            let round = round_of_reference(conn, &reference)?;
            actions::require_round(actor, &round)?;
            let account = actor.account().ok_or(Problem::SignIn)?;
            let (_, definition) = get_definition(conn, round.id)?;
            let all = actions::standings(conn, actor, round.id)?;
            let wanted = Standing::ALL.into_iter().find(|standing| standing.word() == choice.state);
            let chosen: Vec<_> = all.iter().filter(|one| wanted.is_none_or(|wanted| one.1 == wanted)).collect();
            let skip = usize::try_from(offset(page, PER_PAGE)).map_err(Problem::internal)?;
            let many = usize::try_from(PER_PAGE).map_err(Problem::internal)?;
            let waiting = wanted == Some(Standing::Waiting);
            let rows: Vec<BidRow> = chosen
                .iter()
                .skip(skip)
                .take(many)
                .map(|one| {
                    let own = one.2.as_ref().is_some_and(|newest| newest.saved_by == account);
                    row(one, &definition, waiting && !own)
                })
                .collect();
            let here = format!("/office/rounds/{}/feedback", round.reference);
            let word = wanted.map_or("", Standing::word);
            let matching = i64::try_from(chosen.len()).map_err(Problem::internal)?;
            let items = std::iter::once(Item::new("", format!("All ({})", all.len())))
                .chain(Standing::ALL.into_iter().map(|standing| {
                    let count = all.iter().filter(|one| one.1 == standing).count();
                    Item::new(standing.word(), format!("{} ({count})", standing.title().0))
                }))
                .collect();
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
                begin: all.iter().any(|one| one.1 == Standing::ToWrite),
                next: super::one::next_of(&all, account, None).unwrap_or_default(),
                here,
            })
        })
        .await?;
    ctx.page(&view)
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
