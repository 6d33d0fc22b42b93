//! One section: its title. A new one is added at the end.

use actix_web::web;
use serde::Serialize;

use super::{Reshaped, crumbs_below, edit as edit_of, frozen, home, load, reason_field, reshape};
use crate::base::text::clean_line;
use crate::error::{Faults, Problem};
use crate::rounds::model::{Round, RoundDefinition};
use crate::rounds::rules::shape;
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults};

/// In the address of the page that adds one.
const NEW: &str = "new";

#[derive(Serialize)]
struct EditView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    version: i32,
    frozen: bool,
    name: Field,
    reason: Field,
}

impl Page for EditView {
    const TEMPLATE: &'static str = "rounds/section.html";
}

fn view(round: &Round, code: &str, typed: &Fields, faults: &Faults) -> EditView {
    let title = if code == NEW { "Add a section" } else { "Rename the section" };
    EditView {
        title,
        errors: faults.into(),
        breadcrumbs: crumbs_below(round, ("Form and questions", "questions"), title),
        version: round.version,
        frozen: frozen(round),
        name: Field::new("title", "Title of the section")
            .hint("Applicants see it in their list of tasks")
            .value(typed.get("title"))
            .faults(faults),
        reason: reason_field(typed, faults),
    }
}

fn title_of(definition: &RoundDefinition, code: &str) -> Result<String, Problem> {
    if code == NEW {
        return Ok(String::new());
    }
    let section = definition.sections.iter().find(|section| section.code == code).ok_or(Problem::NotFound)?;
    Ok(section.title.clone())
}

pub(super) async fn edit(ctx: Ctx, path: web::Path<(String, String)>) -> Answer {
    let (reference, code) = path.into_inner();
    let (round, definition) = load(&ctx, reference).await?;
    let typed = Fields::from(vec![("title".to_owned(), title_of(&definition, &code)?)]);
    ctx.page(&view(&round, &code, &typed, &Faults::default()))
}

pub(super) async fn save(ctx: Ctx, path: web::Path<(String, String)>, Form(fields): Form) -> Answer {
    let (reference, code) = path.into_inner();
    let (round, definition) = load(&ctx, reference.clone()).await?;
    fields.only(|name| matches!(name, "version" | "title" | "reason"))?;
    title_of(&definition, &code)?;
    let title = clean_line(fields.get("title"));
    let mut faults = Faults::default();
    if title.is_empty() {
        faults.add("title", "Enter a title for the section");
    } else if title.chars().count() > 100 {
        faults.add("title", "The title must be 100 characters or fewer");
    }
    if !faults.is_empty() {
        return ctx.faulty_page(&view(&round, &code, &fields, &faults));
    }
    let to = format!("{}/questions", home(&round));
    let saved = if code == NEW {
        let edit = edit_of(&round, &fields, "section_added", &code, format!("Section ‘{title}’ added"));
        reshape(&ctx, reference, edit, "title", move |form| shape::add_section(form, &title).map(drop)).await?
    } else {
        let edit = edit_of(&round, &fields, "section_renamed", &code, format!("Section renamed ‘{title}’"));
        let code = code.clone();
        reshape(&ctx, reference, edit, "title", move |form| shape::rename_section(form, &code, &title)).await?
    };
    match saved {
        Reshaped::Kept => ctx.redirect_with(&to, "The section is saved"),
        Reshaped::Faulty(faults) => ctx.faulty_page(&view(&round, &code, &fields, &faults)),
        Reshaped::Stale(newer, faults) => ctx.stale_page(&view(&newer.0, &code, &fields, &faults)),
    }
}
