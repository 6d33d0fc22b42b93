//! The days that applicants rely on besides opening and closing: questions, panel, decision, letters.

use actix_web::web;
use serde::Serialize;

use super::times::read_day;
use super::{Reshaped, crumbs, edit as edit_of, frozen, home, load, reason_field, reshape};
use crate::error::Faults;
use crate::rounds::model::{Day, Round, RoundDefinition, Timetable};
use crate::rounds::rules::timetable_faults;
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults, Row};

#[derive(Serialize)]
struct EditView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    version: i32,
    frozen: bool,
    opens: String,
    closes: String,
    days: Vec<Field>,
    reason: Field,
}

impl Page for EditView {
    const TEMPLATE: &'static str = "rounds/timetable.html";
}

/// What is announced, for whoever reads about the round.
pub(super) fn rows(timetable: &Timetable) -> Vec<Row> {
    let told = timetable.days().into_iter().filter_map(|(_, title, day)| day.map(|day| (title, day)));
    told.map(|(title, day)| Row::new(title, day.to_string())).collect()
}

/// What each day means to those who read it.
fn hint(name: &str) -> &'static str {
    match name {
        "questions_by" => "After it the office need not answer. Leave a day empty that you do not announce",
        "answers_by" => "Early enough before the closing time for applicants to use the answers",
        "panel_on" => "Everybody can read it, applicants included",
        "decision_by" => "By the end of this day the decision is signed",
        "letters_by" => "By the end of this day every applicant has heard",
        "projects_from" => "A bid whose project starts before this day cannot be submitted. Leave it empty for any day",
        _ => "A bid whose project ends after this day cannot be submitted. Leave it empty for any day",
    }
}

fn stored_fields(timetable: &Timetable) -> Fields {
    let mut fields = Vec::new();
    for (name, _, day) in timetable.days() {
        let Some(Day(date)) = day else { continue };
        for (part, value) in
            [("day", date.day().to_string()), ("month", date.month().to_string()), ("year", date.year().to_string())]
        {
            fields.push((format!("{name}_{part}"), value));
        }
    }
    Fields::from(fields)
}

fn view(round: &Round, typed: &Fields, faults: &Faults) -> EditView {
    let field = |(name, label, _): (&'static str, &'static str, Option<Day>)| {
        let values = ["day", "month", "year"].iter().map(|part| typed.get(&format!("{name}_{part}")).to_owned());
        let mut field = Field::new(name, label).hint(hint(name)).values(values.collect());
        field.error = faults.of(&format!("{name}-day")).map(ToOwned::to_owned);
        field
    };
    EditView {
        title: "Timetable",
        errors: faults.into(),
        breadcrumbs: crumbs(round, "Timetable"),
        version: round.version,
        frozen: frozen(round),
        opens: round.opens_at.moment_words(),
        closes: round.closes_at.moment_words(),
        days: Timetable::default().days().into_iter().map(field).collect(),
        reason: reason_field(typed, faults),
    }
}

pub(super) async fn edit(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (round, definition) = load(&ctx, path.into_inner()).await?;
    ctx.page(&view(&round, &stored_fields(&definition.timetable), &Faults::default()))
}

fn read(fields: &Fields, faults: &mut Faults) -> Timetable {
    let names = Timetable::default().days();
    Timetable::of_days(names.map(|(name, _, _)| read_day(name, fields, faults).map(Day)))
}

fn is_field(name: &str) -> bool {
    matches!(name, "version" | "reason")
        || Timetable::default()
            .days()
            .iter()
            .any(|(day, _, _)| name.strip_prefix(day).is_some_and(|part| matches!(part, "_day" | "_month" | "_year")))
}

pub(super) async fn save(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let reference = path.into_inner();
    let (round, _) = load(&ctx, reference.clone()).await?;
    fields.only(is_field)?;
    let mut faults = Faults::default();
    let timetable = read(&fields, &mut faults);
    if faults.is_empty() {
        for (name, text) in timetable_faults(&round, &timetable) {
            faults.add(format!("{name}-day"), text);
        }
    }
    if !faults.is_empty() {
        return ctx.faulty_page(&view(&round, &fields, &faults));
    }
    let edit = edit_of(&round, &fields, "timetable_changed", "", "Timetable changed".to_owned());
    let to = format!("{}/timetable", home(&round));
    let change = move |form: &mut RoundDefinition| {
        form.timetable = timetable;
        Ok(())
    };
    match reshape(&ctx, reference, edit, "questions_by-day", change).await? {
        Reshaped::Kept => ctx.redirect_with(&to, "The timetable is saved"),
        Reshaped::Faulty(faults) => ctx.faulty_page(&view(&round, &fields, &faults)),
        Reshaped::Stale(newer, faults) => ctx.stale_page(&view(&newer.0, &fields, &faults)),
    }
}
