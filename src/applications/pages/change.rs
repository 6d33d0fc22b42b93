//! Taking a submitted application back, to change it; and an officer's re-opening of one.

use actix_web::web;
use serde::Serialize;

use super::list::title_of;
use super::{crumbs, own_bid};
use crate::access::{self, Action};
use crate::accounts::contacts_of;
use crate::app::App;
use crate::applications::answers::read_date;
use crate::applications::model::Application;
use crate::applications::{actions, store};
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::mail::NewMail;
use crate::rounds::{Round, Window, get_round};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults};

#[derive(Serialize)]
struct ChangeView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    project: String,
    closes: String,
}

impl Page for ChangeView {
    const TEMPLATE: &'static str = "applications/change.html";
}

pub(super) async fn ask_to_change(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let (application, round) = ctx
        .read(move |conn, actor| {
            let (application, round, _) = own_bid(conn, actor, &reference)?;
            Ok((application, round))
        })
        .await?;
    ctx.page(&ChangeView {
        title: "Change your application",
        breadcrumbs: crumbs(&ctx.actor(), &application.reference, "Change your application"),
        project: title_of(&application),
        closes: round.closes_at.moment_words(),
        reference: application.reference,
    })
}

pub(super) async fn change(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|_| false)?;
    let reference = path.into_inner();
    let to = reference.clone();
    ctx.write(move |tx| actions::take_back(tx, &to)).await?;
    ctx.redirect_with(
        &format!("/applications/{reference}"),
        "You can change your application now. It is not submitted until you submit it again",
    )
}

#[derive(Serialize)]
struct ReopenView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    project: String,
    organisation: String,
    closed: bool,
    reason: Field,
    until: Field,
    until_time: Field,
}

impl Page for ReopenView {
    const TEMPLATE: &'static str = "applications/reopen.html";
}

async fn load(ctx: &Ctx, reference: String) -> Result<(Application, Round), Problem> {
    ctx.read(move |conn, actor| {
        access::require(actor, Action::RunRounds)?;
        let application = store::application_of_reference(conn, &reference)?;
        let bid = store::bid_of(conn, &application, actor)?;
        access::require(actor, Action::ReadBid(&bid))?;
        let round = get_round(conn, application.round)?;
        Ok((application, round))
    })
    .await
}

fn reopen_view(ctx: &Ctx, (application, round): (Application, Round), typed: &Fields, faults: &Faults) -> ReopenView {
    let reference = application.reference.clone();
    let mut until = Field::new("until", "Until which day may it be changed?")
        .hint("London time, for example 8 12 2026")
        .values(["day", "month", "year"].iter().map(|part| typed.get(&format!("until_{part}")).to_owned()).collect());
    until.error = faults.of("until-day").map(ToOwned::to_owned);
    ReopenView {
        title: "Re-open this application",
        errors: faults.into(),
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(reference.clone(), format!("/office/applications/{reference}")),
            Crumb::here("Re-open"),
        ],
        project: title_of(&application),
        organisation: application.organisation_name,
        closed: round.window(ctx.now()) == Window::Closed,
        reason: Field::new("reason", "Why is it re-opened?")
            .hint("The applicant reads this")
            .value(typed.get("reason"))
            .faults(faults),
        until,
        until_time: Field::new("until_time", "Until what time?")
            .hint("24-hour clock, for example 17:00")
            .value(typed.get("until_time"))
            .width("5")
            .faults(faults),
        reference,
    }
}

pub(super) async fn ask_to_reopen(ctx: Ctx, path: web::Path<String>) -> Answer {
    let loaded = load(&ctx, path.into_inner()).await?;
    let view = reopen_view(&ctx, loaded, &Fields::default(), &Faults::default());
    ctx.page(&view)
}

/// Reads a day and a London time; nothing typed is none.
pub(super) fn read_moment(name: &str, fields: &Fields, faults: &mut Faults) -> Option<At> {
    let before = faults.list().len();
    let date = read_date(name, fields, faults);
    let time_field = format!("{name}_time");
    let typed = fields.get(&time_field).trim().to_owned();
    let time: Option<(i8, i8)> = typed.split_once([':', '.']).and_then(|(hour, minute)| {
        let minute = minute.trim().parse().ok().filter(|minute: &i8| (0..60).contains(minute));
        hour.trim().parse().ok().filter(|hour: &i8| (0..24).contains(hour)).zip(minute)
    });
    match (date, time) {
        (Some(date), Some((hour, minute))) => faults.take(&time_field, At::from_london(date, hour, minute)),
        (None, None) if typed.is_empty() => None,
        (Some(_), None) => {
            faults.add(time_field, "Enter a time of the 24-hour clock, such as 17:00");
            None
        }
        (None, _) => {
            if faults.list().len() == before {
                faults.add(format!("{name}-day"), "Enter a date, such as 8 12 2026");
            }
            None
        }
    }
}

const REOPEN_FIELDS: [&str; 5] = ["reason", "until_day", "until_month", "until_year", "until_time"];

pub(super) async fn reopen(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|name| REOPEN_FIELDS.contains(&name))?;
    let reference = path.into_inner();
    let (application, round) = load(&ctx, reference.clone()).await?;
    let mut faults = Faults::default();
    let until = read_moment("until", &fields, &mut faults);
    let reason = fields.get("reason").to_owned();
    if !faults.is_empty() {
        let mut all = Faults::default();
        if reason.trim().is_empty() {
            all.add("reason", "Say why the application is re-opened: the applicant reads it");
        }
        all.append(faults);
        return ctx.faulty_page(&reopen_view(&ctx, (application, round), &fields, &all));
    }
    let organisation = application.organisation;
    let people = ctx.read(move |conn, _| Ok(contacts_of(conn, organisation)?)).await?;
    let (app, to, why) = (ctx.app.clone(), reference.clone(), reason.clone());
    let done = ctx
        .write(move |tx| {
            actions::reopen(tx, &to, &reason, until, |application, round| {
                let by = until.unwrap_or(round.closes_at);
                people
                    .iter()
                    .map(|(_, name, email)| reopened_mail(&app, application, &why, by, (name, email)))
                    .collect()
            })
        })
        .await;
    match done {
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&reopen_view(&ctx, (application, round), &fields, &faults)),
        other => {
            other?;
            let to = format!("/office/rounds/{}/applications", round.reference);
            ctx.redirect_with(&to, &format!("{reference} is re-opened, and its applicant is told by email"))
        }
    }
}

fn reopened_mail(
    app: &App,
    application: &Application,
    reason: &str,
    by: At,
    (name, email): (&str, &str),
) -> Result<NewMail, Problem> {
    let data = serde_json::json!({
        "name": name,
        "reference": application.reference,
        "title": title_of(application),
        "reason": reason,
        "by": by.moment_words(),
        "link": app.settings.address(&format!("/applications/{}", application.reference)),
        "office": app.settings.office.name,
        "office_email": app.settings.office.email,
    });
    Ok(NewMail {
        kind: "reopened",
        letter: None,
        to_email: email.to_owned(),
        to_name: name.to_owned(),
        subject: format!("{}: your application is open again for changes", application.reference),
        text: app.pages.mail("mail/reopened.txt", &data).map_err(Problem::internal)?,
        html: app.pages.mail("mail/reopened.html", &data).map_err(Problem::internal)?,
    })
}
