//! A bid that the office re-opened: until when its applicant has it, and putting it back as it was submitted. No word of the draft is
//! shown.

use actix_web::web;
use serde::Serialize;

use crate::accounts::contacts_of;
use crate::app::App;
use crate::applications::actions::{self, Returned};
use crate::base::time::At;
use crate::error::Problem;
use crate::mail::NewMail;
use crate::web::{Answer, Crumb, Ctx, Form, Page, Row};

#[derive(Serialize)]
struct PutBackView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    organisation: String,
    rows: Vec<Row>,
    /// Whether its applicant may still change it.
    waits: bool,
}

impl Page for PutBackView {
    const TEMPLATE: &'static str = "applications/put_back.html";
}

/// Until when it may be changed.
fn until(returned: &Returned) -> At {
    returned.opening.until.unwrap_or(returned.round.closes_at)
}

fn list_of(returned: &Returned) -> String {
    format!("/office/rounds/{}/applications", returned.round.reference)
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let returned = ctx.read(move |conn, actor| actions::returned(conn, actor, &reference)).await?;
    ctx.page(&PutBackView {
        title: "Re-opened application".to_owned(),
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to("Applications", list_of(&returned)),
            Crumb::here(returned.application.reference.clone()),
        ],
        rows: vec![
            Row::new("Submitted", returned.received.at.moment_words()),
            Row::new("Re-opened", returned.opening.at.moment_words()),
            Row::new("Why", returned.opening.reason.clone()).prose(),
            Row::new("Until", until(&returned).moment_words()),
        ],
        waits: ctx.now() < until(&returned),
        organisation: returned.application.organisation_name,
        reference: returned.application.reference,
    })
}

pub(super) async fn put_back(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    fields.only(|_| false)?;
    let reference = path.into_inner();
    let to = reference.clone();
    let (list, people) = ctx
        .read(move |conn, actor| {
            let returned = actions::returned(conn, actor, &to)?;
            Ok((list_of(&returned), contacts_of(conn, returned.application.organisation)?))
        })
        .await?;
    let (app, to) = (ctx.app.clone(), reference.clone());
    ctx.write(move |tx| {
        actions::put_back(tx, &to, |returned| {
            people.iter().map(|(_, name, email)| put_back_mail(&app, returned, (name, email))).collect()
        })
    })
    .await?;
    ctx.redirect_with(
        &list,
        &format!("{reference} is put back as it was submitted, and its applicant is told by email"),
    )
}

fn put_back_mail(app: &App, returned: &Returned, (name, email): (&str, &str)) -> Result<NewMail, Problem> {
    let reference = &returned.application.reference;
    let data = serde_json::json!({
        "name": name,
        "reference": reference,
        "submitted": returned.received.at.moment_words(),
        "link": app.settings.address(&format!("/applications/{reference}")),
        "office": app.settings.office.name,
        "office_email": app.settings.office.email,
    });
    Ok(NewMail {
        kind: "put_back",
        letter: None,
        to_email: email.to_owned(),
        to_name: name.to_owned(),
        subject: format!("{reference}: your application stands as you submitted it before"),
        text: app.pages.mail("mail/put_back.txt", &data).map_err(Problem::internal)?,
        html: app.pages.mail("mail/put_back.html", &data).map_err(Problem::internal)?,
    })
}
