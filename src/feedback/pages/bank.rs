//! The bank of wordings: what there is, how much it is used, and how it came to be.

use std::collections::BTreeSet;

use actix_web::web;
use serde::{Deserialize, Serialize};

use crate::access::{self, Action};
use crate::accounts::names_of;
use crate::applications::hidden_everywhere;
use crate::base::actor::Actor;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::feedback::actions::{self, BankInput};
use crate::feedback::model::{Band, BankEntry, Kind, Theme, criterion_key};
use crate::feedback::store;
use crate::rounds::{get_definition, list_rounds};
use crate::web::paging::{PER_PAGE, offset, page_number};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults, Paging};

const HERE: &str = "/office/feedback-bank";
/// The criteria of so many of the newest rounds are offered.
const NEWEST: usize = 10;

#[derive(Debug, Serialize)]
struct BankView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    add: AddView,
    entries: Vec<EntryView>,
    paging: Paging,
}

impl Page for BankView {
    const TEMPLATE: &'static str = "feedback/bank.html";
}

/// A wording that is to be added.
#[derive(Debug, Serialize)]
struct AddView {
    open: bool,
    criterion: Field,
    kind: Field,
    theme: Field,
    band: Field,
    text: Field,
}

#[derive(Debug, Serialize)]
struct EntryView {
    id: i32,
    title: String,
    about: String,
    text: String,
    by: String,
    version: i32,
    retired: bool,
    field: Field,
    field_id: String,
    former: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    page: String,
}

pub(super) async fn show(ctx: Ctx, choice: web::Query<Choice>) -> Answer {
    let page = page_number(&choice.page);
    let view = ctx.read(move |conn, actor| view(conn, actor, page, (&Fields::default(), &Faults::default()))).await?;
    ctx.page(&view)
}

fn view(conn: &mut Conn, actor: &Actor, page: i64, typed: (&Fields, &Faults)) -> Result<BankView, Problem> {
    access::require(actor, Action::RunRounds)?;
    let hidden = hidden_everywhere(conn, actor)?;
    let (shown, matching) = store::bank_page(conn, &hidden, (offset(page, PER_PAGE), PER_PAGE))?;
    let ids: Vec<_> = shown.iter().map(|entry| entry.id).collect();
    let versions = store::bank_versions_of(conn, &ids)?;
    let names = names_of(conn)?;
    let add = add_view(conn, &shown, typed)?;
    let entries = shown.into_iter().map(|entry| {
        let name = names.get(&entry.saved_by).map_or("somebody", String::as_str);
        let by = format!("Version {}, by {name}, {}", entry.version, entry.saved_at.moment_words());
        let old = versions.iter().filter(|one| one.entry == entry.id && one.version < entry.version);
        let former = old.map(|one| format!("Version {}: {}", one.version, one.text)).collect();
        entry_view(entry, by, former)
    });
    Ok(BankView {
        title: "Bank of wordings",
        breadcrumbs: vec![Crumb::to("Rounds", "/office"), Crumb::here("Bank of wordings")],
        errors: typed.1.into(),
        add,
        entries: entries.collect(),
        paging: Paging::new(page, matching, PER_PAGE, &|number| format!("{HERE}?page={number}")),
    })
}

/// The form to add a wording: on a criterion of the newest rounds, or one that the bank has on this page.
fn add_view(conn: &mut Conn, shown: &[BankEntry], (typed, faults): (&Fields, &Faults)) -> Result<AddView, Problem> {
    let mut titles: Vec<String> = Vec::new();
    for round in list_rounds(conn)?.into_iter().take(NEWEST) {
        let (_, definition) = get_definition(conn, round.id)?;
        titles.extend(definition.criteria.iter().map(|criterion| criterion.title.clone()));
    }
    titles.extend(shown.iter().map(|entry| entry.name.clone()));
    let mut known = BTreeSet::new();
    titles.retain(|title| known.insert(criterion_key(title)));
    let choose = || std::iter::once(Item::new("", "Choose"));
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let bands = std::iter::once(Item::new("", "Any score"))
        .chain(Band::ALL.iter().map(|band| Item::new(band.word(), band.title())))
        .collect();
    Ok(AddView {
        open: !faults.list().is_empty(),
        criterion: field("criterion", "Which criterion?")
            .items(choose().chain(titles.iter().map(|title| Item::new(title, title))).collect()),
        kind: field("kind", "What does it say?")
            .items(Kind::ALL.iter().map(|kind| Item::new(kind.word(), kind.title())).collect()),
        theme: field("theme", "What is it about?")
            .items(choose().chain(Theme::ALL.iter().map(|theme| Item::new(theme.word(), theme.title()))).collect()),
        band: field("band", "Which scores does it fit?").items(bands),
        text: field("text", "Wording").hint("One point, in words that fit any application. Name nobody"),
    })
}

pub(super) async fn add(ctx: Ctx, Form(fields): Form) -> Answer {
    fields.only(|name| matches!(name, "criterion" | "kind" | "theme" | "band" | "text"))?;
    let input = BankInput {
        name: fields.get("criterion").to_owned(),
        kind: Kind::from_word(fields.get("kind")),
        theme: Theme::from_word(fields.get("theme")),
        band: Band::from_word(fields.get("band")),
        text: fields.get("text").to_owned(),
    };
    match ctx.write(move |tx| actions::add_wording(tx, &input)).await {
        Ok(()) => ctx.redirect_with(HERE, "The wording is in the bank"),
        Err(Problem::Invalid(faults)) => {
            let view = ctx.read(move |conn, actor| view(conn, actor, 1, (&fields, &faults))).await?;
            ctx.faulty_page(&view)
        }
        Err(problem) => Err(problem),
    }
}

fn entry_view(entry: BankEntry, by: String, former: Vec<String>) -> EntryView {
    let fits = entry.band.map_or("Any score", Band::title);
    let used = if entry.uses == 1 { "1 time".to_owned() } else { format!("{} times", entry.uses) };
    EntryView {
        id: entry.id.row(),
        title: format!("{}: {}", entry.name, entry.kind.title().to_lowercase()),
        about: format!("{}. {fits}. Used {used}", entry.theme.title()),
        by,
        version: entry.version,
        retired: entry.retired_at.is_some(),
        field_id: format!("text-{}", entry.id.row()),
        field: Field::new("text", format!("New words for wording {}", entry.id.row())).value(entry.text.clone()),
        text: entry.text,
        former,
    }
}

fn number(typed: &str) -> Result<i32, Problem> {
    typed.parse().map_err(|_| Problem::Malformed("a number".to_owned()))
}

fn refused(problem: Problem) -> Problem {
    match problem {
        Problem::Invalid(faults) => Problem::refused("The wording was not changed", said(&faults)),
        other => other,
    }
}

fn said(faults: &Faults) -> String {
    let all: Vec<&str> = faults.list().iter().map(|fault| fault.message.as_str()).collect();
    format!("{}.", all.join(". "))
}

pub(super) async fn change(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|name| matches!(name, "version" | "text"))?;
    let Ok(id) = path.parse() else { return Err(Problem::NotFound) };
    let (version, text) = (number(fields.get("version"))?, fields.get("text").to_owned());
    ctx.write(move |tx| actions::change_wording(tx, id, version, &text)).await.map_err(refused)?;
    ctx.redirect_with(HERE, "The wording is improved. The version before is kept")
}

pub(super) async fn retire(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|_| false)?;
    let Ok(id) = path.parse() else { return Err(Problem::NotFound) };
    ctx.write(move |tx| actions::retire_wording(tx, id)).await?;
    ctx.redirect_with(HERE, "The wording is retired. What was written with it stays")
}
