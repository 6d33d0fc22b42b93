//! Workshops: the list, one by itself, and its invitations.

use std::collections::BTreeSet;

use actix_web::web;
use serde::Serialize;

use super::figures::{address, rounds_field};
use super::{HOME, TableCell, crumbs};
use crate::access::Phase;
use crate::accounts::names_of;
use crate::base::actor::Actor;
use crate::base::ids::WorkshopId;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::feedback::Theme;
use crate::insight::actions::{self, Chosen, Figures};
use crate::insight::model::{Guest, WorkshopText};
use crate::insight::store;
use crate::mail::Stage;
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page, PageFaults, Row};

#[derive(Serialize)]
struct ListView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    head: Vec<TableCell>,
    rows: Vec<Vec<TableCell>>,
    rounds: Option<Field>,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "insight/workshops.html";
}

fn when(text: &WorkshopText) -> String {
    text.starts_at.map_or_else(|| "Not set yet".to_owned(), crate::base::time::At::moment_words)
}

fn list_view(conn: &mut Conn, actor: &Actor, faults: &Faults) -> Result<ListView, Problem> {
    let open = actions::open_rounds(conn, actor, Phase::Decided)?;
    let known: BTreeSet<_> = open.iter().map(|round| round.id).collect();
    let workshops = store::list_workshops(conn)?;
    let rows = workshops
        .iter()
        .filter(|workshop| workshop.rounds.iter().all(|round| known.contains(round)))
        .filter_map(|workshop| {
            let text = &workshop.newest()?.text;
            let of = open.iter().filter(|round| workshop.rounds.contains(&round.id));
            Some(vec![
                TableCell::link(&text.title, format!("{HOME}/workshops/{}", workshop.id.row())),
                TableCell::text(when(text)),
                TableCell::text(of.map(|round| round.reference.as_str()).collect::<Vec<_>>().join(", ")),
            ])
        })
        .collect();
    let mut rounds = rounds_field(&open, &[], "Which rounds is it to rest on?");
    rounds.error = faults.of("round").map(ToOwned::to_owned);
    Ok(ListView {
        title: "Workshops",
        breadcrumbs: crumbs("Workshops"),
        errors: faults.into(),
        head: ["Workshop", "When", "Rests on"].into_iter().map(TableCell::text).collect(),
        rows,
        rounds: (!open.is_empty()).then_some(rounds),
    })
}

pub(super) async fn list(ctx: Ctx) -> Answer {
    let view = ctx.read(|conn, actor| list_view(conn, actor, &Faults::default())).await?;
    ctx.page(&view)
}

pub(super) async fn plan(ctx: Ctx, Form(fields): Form) -> Answer {
    fields.only(|name| name == "round")?;
    let rounds = fields.all("round");
    match ctx.write(move |tx| actions::plan(tx, &rounds)).await {
        Err(Problem::Invalid(faults)) => {
            let view = ctx.read(move |conn, actor| list_view(conn, actor, &faults)).await?;
            ctx.faulty_page(&view)
        }
        other => {
            let id = other?;
            let to = format!("{HOME}/workshops/{}", id.row());
            ctx.redirect_with(&to, "The workshop is planned. Its agenda follows from the figures: make it yours")
        }
    }
}

#[derive(Serialize)]
struct WorkshopView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    here: String,
    rows: Vec<Row>,
    agenda: String,
    figures: String,
    history: Vec<String>,
    head: Vec<TableCell>,
    invited: Vec<Vec<TableCell>>,
    guests: Vec<Vec<TableCell>>,
    /// By what they may be chosen.
    criteria: Field,
    themes: Option<Field>,
    /// What was chosen, as the form to invite sends it.
    chosen: Vec<(&'static str, String)>,
}

impl Page for WorkshopView {
    const TEMPLATE: &'static str = "insight/workshop.html";
}

const fn stage_words(stage: Option<Stage>) -> &'static str {
    match stage {
        None => "Not known",
        Some(Stage::Queued | Stage::Sending) => "Waiting to be sent",
        Some(Stage::Sent) => "Sent",
        Some(Stage::Failed) => "Failed: contact them another way",
        Some(Stage::Uncertain) => "May not have arrived: ask them",
    }
}

fn guest_row(guest: Guest, invitation: String) -> Vec<TableCell> {
    vec![TableCell::text(guest.organisation_name), TableCell::text(guest.name), TableCell::text(invitation)]
}

/// What was chosen, from an address or a form.
fn chosen_of<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Chosen, Problem> {
    let mut chosen = Chosen::default();
    for (name, value) in pairs {
        match name {
            "criterion" => {
                chosen.criteria.insert(value.to_owned());
            }
            "theme" => {
                let theme = Theme::from_word(value).ok_or_else(|| Problem::Malformed("no such theme".to_owned()))?;
                chosen.themes.insert(theme);
            }
            _ => {}
        }
    }
    Ok(chosen)
}

/// The criteria and the themes of the figures, with those ticked that were chosen.
fn choices(figures: &Figures, chosen: &Chosen) -> (Field, Option<Field>) {
    let criteria = figures.losses.iter().map(|loss| Item::new(&loss.code, &loss.title)).collect();
    let mut themes: Vec<Theme> = Vec::new();
    for one in &figures.themes {
        if !themes.contains(&one.theme) {
            themes.push(one.theme);
        }
    }
    let items = themes.iter().map(|theme| Item::new(theme.word(), theme.title())).collect();
    let ticked = chosen.themes.iter().map(|theme| theme.word().to_owned()).collect();
    (
        Field::new("criterion", "Lost more than half of the marks on")
            .items(criteria)
            .values(chosen.criteria.iter().cloned().collect()),
        (!themes.is_empty()).then(|| Field::new("theme", "Was told to make stronger").items(items).values(ticked)),
    )
}

fn view(conn: &mut Conn, actor: &Actor, id: WorkshopId, chosen: &Chosen) -> Result<WorkshopView, Problem> {
    let (workshop, rounds) = actions::open_workshop(conn, actor, id)?;
    let names = names_of(conn)?;
    let text = workshop.newest().ok_or(Problem::NotFound)?.text.clone();
    let hidden: BTreeSet<_> = actions::hidden_organisations(conn, actor)?;
    let mut invited = store::invited_to(conn, id)?;
    let known: BTreeSet<_> = invited.iter().map(|one| one.guest.account).collect();
    invited.retain(|one| !hidden.contains(&one.guest.organisation));
    let found = actions::figures(conn, &rounds)?;
    let mut guests = actions::guests_of(conn, actor, &rounds, &found, chosen)?;
    guests.retain(|guest| !known.contains(&guest.account));
    let (criteria, themes) = choices(&found, chosen);
    let or = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
    Ok(WorkshopView {
        breadcrumbs: {
            let mut crumbs = crumbs(&text.title);
            crumbs.insert(2, Crumb::to("Workshops", format!("{HOME}/workshops")));
            crumbs
        },
        here: format!("{HOME}/workshops/{}", id.row()),
        rows: vec![
            Row::new("When", when(&text)),
            Row::new("Where", or(&text.place, "No place yet")),
            Row::new("Online", or(&text.link, "No address")),
        ],
        figures: address(&rounds),
        history: workshop
            .versions
            .iter()
            .map(|one| {
                let name = names.get(&one.by).map_or("An officer", String::as_str);
                format!("Version {}, {name}, {}", one.version, one.at)
            })
            .collect(),
        head: ["Organisation", "Contact", "Invitation"].into_iter().map(TableCell::text).collect(),
        invited: invited
            .into_iter()
            .map(|one| guest_row(one.guest, format!("{}, {}", stage_words(one.stage), one.at)))
            .collect(),
        guests: guests.into_iter().map(|guest| guest_row(guest, "Not invited yet".to_owned())).collect(),
        criteria,
        themes,
        chosen: chosen
            .criteria
            .iter()
            .map(|code| ("criterion", code.clone()))
            .chain(chosen.themes.iter().map(|theme| ("theme", theme.word().to_owned())))
            .collect(),
        agenda: text.agenda,
        title: text.title,
    })
}

pub(super) async fn show(ctx: Ctx, path: web::Path<i32>, query: web::Query<Vec<(String, String)>>) -> Answer {
    let id = WorkshopId::new(path.into_inner());
    let chosen = chosen_of(query.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    let view = ctx.read(move |conn, actor| view(conn, actor, id, &chosen)).await?;
    ctx.page(&view)
}

pub(super) async fn announce(ctx: Ctx, path: web::Path<i32>, Form(fields): Form) -> Answer {
    fields.only(|name| matches!(name, "criterion" | "theme"))?;
    let chosen = chosen_of(fields.pairs())?;
    let (id, app) = (WorkshopId::new(path.into_inner()), ctx.app.clone());
    let invited = ctx.write(move |tx| actions::announce(tx, &app, id, &chosen)).await?;
    let words = if invited == 1 { "1 invitation is".to_owned() } else { format!("{invited} invitations are") };
    ctx.redirect_with(&format!("{HOME}/workshops/{}", id.row()), &format!("{words} on the way"))
}
