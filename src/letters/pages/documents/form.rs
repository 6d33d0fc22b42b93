//! The form in which an officer words a letter.

use actix_web::web;
use jiff::civil::Date;
use serde::Serialize;

use super::{HOME, PlaceholderRow, crumbs, kind_of, number, placeholder_rows};
use crate::access::{self, Action};
use crate::error::{Faults, Problem};
use crate::letters::WordingInput;
use crate::letters::actions::wordings as actions;
use crate::letters::model::{Wording, in_force};
use crate::letters::store;
use crate::press::LetterKind;
use crate::press::wording::standard;
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults};

#[derive(Serialize)]
struct EditView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    edition: String,
    opening: Field,
    closing: Field,
    effective: Field,
    placeholders: Vec<PlaceholderRow>,
    returned: Option<String>,
    /// What is stored, where somebody saved it meanwhile: name, theirs, mine.
    conflicts: Vec<(String, String, String)>,
}

impl Page for EditView {
    const TEMPLATE: &'static str = "letters/wording.html";
}

const PARTS: [&str; 3] = ["day", "month", "year"];

fn view(kind: LetterKind, typed: &Fields, faults: &Faults, returned: Option<String>) -> EditView {
    let area =
        |name: &str, label: &str, hint: &str| Field::new(name, label).hint(hint).value(typed.get(name)).faults(faults);
    let day = PARTS.iter().map(|part| typed.get(&format!("effective_{part}")).to_owned()).collect();
    let mut effective = Field::new("effective", "Letters are made with it from").values(day);
    effective.error = faults.of("effective-day").map(ToOwned::to_owned);
    EditView {
        title: format!("{}: new wording", kind.label()),
        breadcrumbs: crumbs(kind, Some("New wording")),
        errors: faults.into(),
        edition: typed.get("edition").to_owned(),
        opening: area(
            "opening",
            "Opening",
            "The first paragraphs, after the heading. Leave a line empty between two paragraphs.",
        ),
        closing: area(
            "closing",
            "Closing (optional)",
            "A last paragraph of your own, before the sections that end every letter.",
        ),
        effective,
        placeholders: placeholder_rows(kind),
        returned,
        conflicts: Vec::new(),
    }
}

/// What the form shows first: the author's draft, else what is in force.
fn first(kind: LetterKind, open: Option<&Wording>, current: Option<&Wording>, today: Date) -> Fields {
    let shown = open.or(current);
    let text = shown.map_or_else(|| standard(kind).to_owned(), |wording| wording.opening.clone());
    let closing = shown.and_then(|wording| wording.closing.clone()).unwrap_or_default();
    let from = open.map_or(today, |open| open.effective_at.london_date().max(today));
    let edition = open.map_or(0, |open| open.edition);
    let field = |name: &str, value: String| (name.to_owned(), value);
    Fields::from(vec![
        field("edition", edition.to_string()),
        field("opening", text),
        field("closing", closing),
        field("effective_day", from.day().to_string()),
        field("effective_month", from.month().to_string()),
        field("effective_year", from.year().to_string()),
    ])
}

pub(crate) async fn edit(ctx: Ctx, path: web::Path<String>) -> Answer {
    let kind = kind_of(&path.into_inner())?;
    let now = ctx.now();
    let versions = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            Ok(store::wordings_of(conn, kind)?)
        })
        .await?;
    let open = versions.iter().find(|wording| wording.is_open());
    let typed = first(kind, open, in_force(&versions, kind, now), now.london_date());
    let returned = open.and_then(|open| open.returned_reason.clone());
    ctx.page(&view(kind, &typed, &Faults::default(), returned))
}

/// Reads the form; a date that is none is a fault.
fn read(fields: &Fields, faults: &mut Faults) -> Result<Option<WordingInput>, Problem> {
    let edition = number(fields.get("edition"))?;
    let part = |part: &str| fields.get(&format!("effective_{part}")).trim().to_owned();
    let date =
        (|| Date::new(part("year").parse().ok()?, part("month").parse().ok()?, part("day").parse().ok()?).ok())();
    let date = date.filter(|date| (2020..=2099).contains(&date.year()));
    if date.is_none() {
        faults.add("effective-day", "Enter a real date, such as 27 3 2027");
    }
    Ok(date.map(|effective| WordingInput {
        opening: fields.get("opening").to_owned(),
        closing: fields.get("closing").to_owned(),
        effective,
        edition,
        propose: fields.get("then") == "propose",
    }))
}

pub(crate) async fn save(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let kind = kind_of(&path.into_inner())?;
    fields.only(|name| {
        matches!(name, "edition" | "opening" | "closing" | "then")
            || name.strip_prefix("effective_").is_some_and(|part| PARTS.contains(&part))
    })?;
    let mut faults = Faults::default();
    let Some(input) = read(&fields, &mut faults)? else {
        return ctx.faulty_page(&view(kind, &fields, &faults, None));
    };
    let propose = input.propose;
    match ctx.write(move |tx| actions::save(tx, kind, &input)).await {
        Ok(version) => {
            let what = if propose { "waits for approval" } else { "is saved" };
            ctx.redirect_with(&format!("{HOME}/{}", kind.name()), &format!("Version {version} {what}"))
        }
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&view(kind, &fields, &faults, None)),
        Err(Problem::Stale { texts, .. }) => {
            let mut page = view(kind, &fields, &Faults::default(), None);
            page.edition = current_edition(&ctx, kind).await?;
            page.conflicts = texts;
            ctx.stale_page(&page)
        }
        Err(problem) => Err(problem),
    }
}

/// The edition that is stored now: whoever read both texts saves over it.
async fn current_edition(ctx: &Ctx, kind: LetterKind) -> Result<String, Problem> {
    let versions = ctx.read(move |conn, _| Ok(store::wordings_of(conn, kind)?)).await?;
    Ok(versions.iter().find(|wording| wording.is_open()).map_or(0, |open| open.edition).to_string())
}
