//! The form in which an officer words a workshop.

use actix_web::web;
use serde::Serialize;

use super::{HOME, crumbs};
use crate::base::ids::WorkshopId;
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::insight::actions;
use crate::insight::model::WorkshopText;
use crate::rounds::read_moment;
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults};

#[derive(Serialize)]
struct FormView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    errors: PageFaults,
    name: Field,
    agenda: Field,
    date: Field,
    time: Field,
    place: Field,
    link: Field,
    seen: i32,
}

impl Page for FormView {
    const TEMPLATE: &'static str = "insight/workshop_form.html";
}

/// What the form shows of a stored workshop.
fn stored(text: &WorkshopText, version: i32) -> Fields {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut put = |name: &str, value: String| fields.push((name.to_owned(), value));
    put("title", text.title.clone());
    put("agenda", text.agenda.clone());
    put("place", text.place.clone());
    put("link", text.link.clone());
    put("seen", version.to_string());
    if let Some(at) = text.starts_at {
        let (date, (hour, minute)) = (at.london_date(), at.london_hour_minute());
        put("starts_date_day", date.day().to_string());
        put("starts_date_month", date.month().to_string());
        put("starts_date_year", date.year().to_string());
        put("starts_time", format!("{hour:02}:{minute:02}"));
    }
    fields.into()
}

fn form(id: WorkshopId, typed: &Fields, faults: &Faults) -> FormView {
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let days = ["day", "month", "year"].iter().map(|part| typed.get(&format!("starts_date_{part}")).to_owned());
    let mut date = Field::new("starts_date", "On which day?").values(days.collect());
    date.error = faults.of("starts_date-day").map(ToOwned::to_owned);
    let mut breadcrumbs = crumbs("Change it");
    breadcrumbs.insert(2, Crumb::to("Workshop", format!("{HOME}/workshops/{}", id.row())));
    FormView {
        title: "Word the workshop",
        breadcrumbs,
        errors: faults.into(),
        name: field("title", "What is it called?"),
        agenda: field("agenda", "Agenda").hint("Name no applicant, and quote no application."),
        date: date.hint("Leave the day and the time empty while they are open"),
        time: field("starts_time", "At what time?").hint("London time, such as 17:00").width("5"),
        place: field("place", "Where? (optional)"),
        link: field("link", "Address of the online meeting (optional)"),
        seen: typed.get("seen").parse().unwrap_or(0),
    }
}

pub(super) async fn show(ctx: Ctx, path: web::Path<i32>) -> Answer {
    let id = WorkshopId::new(path.into_inner());
    let fields = ctx
        .read(move |conn, actor| {
            let (workshop, _) = actions::open_workshop(conn, actor, id)?;
            let newest = workshop.newest().ok_or(Problem::NotFound)?;
            Ok(stored(&newest.text, newest.version))
        })
        .await?;
    ctx.page(&form(id, &fields, &Faults::default()))
}

/// The time that was typed; none where all of it is empty.
fn starts_at(fields: &Fields, faults: &mut Faults) -> Option<At> {
    let empty =
        fields.pairs().filter(|(name, _)| name.starts_with("starts_")).all(|(_, value)| value.trim().is_empty());
    if empty { None } else { read_moment("starts", fields, faults) }
}

pub(super) async fn save(ctx: Ctx, path: web::Path<i32>, Form(fields): Form) -> Answer {
    const NAMES: [&str; 9] = [
        "title",
        "agenda",
        "starts_date_day",
        "starts_date_month",
        "starts_date_year",
        "starts_time",
        "place",
        "link",
        "seen",
    ];
    fields.only(|name| NAMES.contains(&name))?;
    let id = WorkshopId::new(path.into_inner());
    let mut faults = Faults::default();
    let of = |name: &str| fields.get(name).to_owned();
    let typed = WorkshopText {
        starts_at: starts_at(&fields, &mut faults),
        title: of("title"),
        agenda: of("agenda"),
        place: of("place"),
        link: of("link"),
    };
    let seen = fields.get("seen").parse().unwrap_or(0);
    let saved = match faults.check() {
        Ok(()) => ctx.write(move |tx| actions::save(tx, id, &typed, seen)).await,
        Err(problem) => Err(problem),
    };
    match saved {
        Err(Problem::Invalid(faults)) => {
            // Only who may see it is shown it again.
            ctx.read(move |conn, actor| actions::open_workshop(conn, actor, id)).await?;
            ctx.faulty_page(&form(id, &fields, &faults))
        }
        other => {
            other?;
            ctx.redirect_with(&format!("{HOME}/workshops/{}", id.row()), "Saved as a new version")
        }
    }
}
