//! An officer re-opens a submitted bid for its applicant: before it is scored, or while it is.

use actix_web::web;
use serde::Serialize;

use crate::access::{self, Action};
use crate::accounts::contacts_of;
use crate::app::App;
use crate::applications::answers::read_moment;
use crate::applications::{Application, application_of_reference, bid_of};
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::mail::NewMail;
use crate::rounds::{Round, RoundStage, Window, get_round};
use crate::scoring::{actions, store};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults};

#[derive(Serialize)]
struct ReopenView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    project: String,
    organisation: String,
    closed: bool,
    /// Score sheets that are opened again with it; none where scoring has not begun.
    sheets: Option<usize>,
    reason: Field,
    until: Field,
    until_time: Field,
}

impl Page for ReopenView {
    const TEMPLATE: &'static str = "scoring/reopen_bid.html";
}

/// The bid, its round, and how many of its score sheets are submitted.
type Loaded = (Application, Round, usize);

async fn load(ctx: &Ctx, reference: String) -> Result<Loaded, Problem> {
    ctx.read(move |conn, actor| {
        access::require(actor, Action::RunRounds)?;
        let application = application_of_reference(conn, &reference)?;
        let bid = bid_of(conn, &application, actor)?;
        access::require(actor, Action::ReadBid(&bid))?;
        let round = get_round(conn, application.round)?;
        let sheets = store::submitted_sheets_of(conn, &[application.id])?.len();
        Ok((application, round, sheets))
    })
    .await
}

fn view(ctx: &Ctx, (application, round, sheets): Loaded, typed: &Fields, faults: &Faults) -> ReopenView {
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
        project: application.title.clone(),
        organisation: application.organisation_name,
        closed: round.window(ctx.now()) == Window::Closed,
        sheets: (round.stage == RoundStage::Scoring).then_some(sheets),
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

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let loaded = load(&ctx, path.into_inner()).await?;
    let view = view(&ctx, loaded, &Fields::default(), &Faults::default());
    ctx.page(&view)
}

const REOPEN_FIELDS: [&str; 5] = ["reason", "until_day", "until_month", "until_year", "until_time"];

pub(super) async fn reopen(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|name| REOPEN_FIELDS.contains(&name))?;
    let reference = path.into_inner();
    let (application, round, sheets) = load(&ctx, reference.clone()).await?;
    let mut faults = Faults::default();
    let until = read_moment("until", &fields, &mut faults);
    let reason = fields.get("reason").to_owned();
    if !faults.is_empty() {
        let mut all = Faults::default();
        if reason.trim().is_empty() {
            all.add("reason", "Say why the application is re-opened: the applicant reads it");
        }
        all.append(faults);
        return ctx.faulty_page(&view(&ctx, (application, round, sheets), &fields, &all));
    }
    let organisation = application.organisation;
    let people = ctx.read(move |conn, _| Ok(contacts_of(conn, organisation)?)).await?;
    let (app, to, why) = (ctx.app.clone(), reference.clone(), reason.clone());
    let done = ctx
        .write(move |tx| {
            actions::reopen_bid(tx, &to, &reason, until, |application, round| {
                let by = until.unwrap_or(round.closes_at);
                people
                    .iter()
                    .map(|(_, name, email)| reopened_mail(&app, application, &why, by, (name, email)))
                    .collect()
            })
        })
        .await;
    match done {
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&view(&ctx, (application, round, sheets), &fields, &faults)),
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
        "title": application.title,
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
