//! The applicant's applications, and one of them: a task list while it is a draft, its state afterwards.

use std::collections::BTreeSet;

use actix_web::web;
use serde::Serialize;

use super::own_bid;
use crate::applications::model::{Application, ApplicationStage};
use crate::applications::{rules, store};
use crate::audit::event::sentence;
use crate::audit::store::{Filter, list_records};
use crate::error::Problem;
use crate::rounds::Window;
use crate::rounds::{Round, RoundStage, Stream, get_round};
use crate::web::{Answer, Crumb, Ctx, Page, Row};

#[derive(Serialize)]
struct OwnView {
    title: &'static str,
    applications: Vec<OwnRow>,
}

impl Page for OwnView {
    const TEMPLATE: &'static str = "applications/own.html";
}

#[derive(Serialize)]
struct OwnRow {
    href: String,
    title: String,
    reference: String,
    organisation: String,
    round: String,
    standing: String,
    next: String,
}

pub(super) async fn own(ctx: Ctx) -> Answer {
    let now = ctx.now();
    let organisations = ctx.person()?.organisations.clone();
    let applications = ctx
        .read(move |conn, _| {
            store::list_of_organisations(conn, &organisations)?
                .into_iter()
                .map(|application| {
                    let round = get_round(conn, application.round)?;
                    Ok(own_row(&application, &round, now))
                })
                .collect::<Result<Vec<_>, Problem>>()
        })
        .await?;
    ctx.page(&OwnView { title: "Your applications", applications })
}

fn own_row(application: &Application, round: &Round, now: crate::base::time::At) -> OwnRow {
    OwnRow {
        href: format!("/applications/{}", application.reference),
        title: title_of(application),
        reference: application.reference.clone(),
        organisation: application.organisation_name.clone(),
        round: format!("{}, {}", round.fund_name, round.name),
        standing: standing(application, round, now).to_owned(),
        next: what_next(application, round, now),
    }
}

/// The project's title, or words in its place.
pub(super) fn title_of(application: &Application) -> String {
    if application.title.is_empty() { "Untitled project".to_owned() } else { application.title.clone() }
}

fn standing(application: &Application, round: &Round, now: crate::base::time::At) -> &'static str {
    match (application.stage, round.stage) {
        (ApplicationStage::Draft, _) if round.window(now) == Window::Closed => "Not submitted in time",
        (ApplicationStage::Draft, _) => "Draft",
        (ApplicationStage::Withdrawn, _) => "Withdrawn",
        (ApplicationStage::Submitted, RoundStage::Issued) => "Decided",
        (ApplicationStage::Submitted, RoundStage::Published) => "Submitted",
        (ApplicationStage::Submitted, _) => "Being assessed",
    }
}

/// What happens next and when, in plain words.
fn what_next(application: &Application, round: &Round, now: crate::base::time::At) -> String {
    match (application.stage, round.stage) {
        (ApplicationStage::Draft, _) if round.window(now) == Window::Closed => {
            "The round has closed. You can read and copy what you wrote.".to_owned()
        }
        (ApplicationStage::Draft, _) => format!("Submit before {}.", round.closes_at.moment_words()),
        (ApplicationStage::Withdrawn, _) => "There is nothing more to do.".to_owned(),
        (ApplicationStage::Submitted, RoundStage::Issued) => {
            "Your letter and your feedback are ready to read.".to_owned()
        }
        (ApplicationStage::Submitted, RoundStage::Published) => {
            format!("The panel scores applications after the round closes on {}.", round.closes_at.moment_words())
        }
        (ApplicationStage::Submitted, _) => {
            "The panel is assessing applications. Everybody hears on the same day, with feedback.".to_owned()
        }
    }
}

#[derive(Serialize)]
struct TaskListView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    organisation: String,
    round: String,
    closes: String,
    open: bool,
    stream: Option<String>,
    tasks: Vec<Task>,
    completed: usize,
    ready: bool,
}

impl Page for TaskListView {
    const TEMPLATE: &'static str = "applications/tasks.html";
}

#[derive(Serialize)]
struct Task {
    title: String,
    href: String,
    status: &'static str,
    colour: &'static str,
}

#[derive(Serialize)]
struct StatusView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    rows: Vec<Row>,
    next: String,
    letters: bool,
    can_withdraw: bool,
    submitted: bool,
    events: Vec<EventView>,
}

impl Page for StatusView {
    const TEMPLATE: &'static str = "applications/status.html";
}

/// An event as a timeline shows it.
#[derive(Debug, Serialize)]
pub(super) struct EventView {
    pub title: String,
    pub by: String,
    pub at: String,
    pub at_iso: String,
    pub text: String,
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let now = ctx.now();
    let (application, round, stream, tasks) = ctx
        .read(move |conn, actor| {
            let (application, round, definition) = own_bid(conn, actor, &reference)?;
            let answers = store::answers_of(conn, application.id, &definition)?;
            let documents: BTreeSet<String> =
                store::documents_of(conn, application.id)?.into_iter().map(|document| document.question).collect();
            let stream = application.stream.as_deref();
            let tasks = rules::asked(&definition, stream, &answers)
                .into_iter()
                .map(|asked| {
                    let section = asked.section;
                    let begun = asked
                        .questions
                        .iter()
                        .any(|question| answers.contains_key(&question.code) || documents.contains(&question.code));
                    let complete = rules::section_faults(&definition, stream, section, &answers, &documents).is_empty();
                    let (status, colour) = match (complete && begun, begun) {
                        (true, _) => ("Completed", ""),
                        (false, true) => ("Incomplete", "light-blue"),
                        (false, false) => ("Not started", "blue"),
                    };
                    Task {
                        title: section.title.clone(),
                        href: format!("/applications/{}/sections/{}", application.reference, section.code),
                        status,
                        colour,
                    }
                })
                .collect::<Vec<_>>();
            let stream = stream.and_then(|code| definition.stream(code)).cloned();
            Ok((application, round, stream, tasks))
        })
        .await?;
    if application.stage == ApplicationStage::Draft && round.window(now) != Window::Closed {
        return ctx.page(&task_list(&application, &round, stream.as_ref(), tasks));
    }
    status(ctx, application, round, stream).await
}

fn task_list(application: &Application, round: &Round, stream: Option<&Stream>, tasks: Vec<Task>) -> TaskListView {
    let completed = tasks.iter().filter(|task| task.colour.is_empty()).count();
    TaskListView {
        title: title_of(application),
        breadcrumbs: vec![Crumb::to("Your applications", "/applications"), Crumb::here(application.reference.clone())],
        reference: application.reference.clone(),
        organisation: application.organisation_name.clone(),
        round: format!("{}, {}", round.fund_name, round.name),
        closes: round.closes_at.moment_words(),
        open: true,
        ready: completed == tasks.len(),
        completed,
        stream: stream.map(|stream| format!("{}: {}", stream.title, stream.limits().words())),
        tasks,
    }
}

async fn status(ctx: Ctx, application: Application, round: Round, stream: Option<Stream>) -> Answer {
    let id = application.id.row();
    let records = ctx
        .read(move |conn, _| {
            let filter = Filter { application: Some(id), limit: 500, ..Filter::default() };
            Ok(list_records(conn, &filter)?)
        })
        .await?;
    // An applicant sees what was done with their own bid, never how others stand or who assesses it.
    let shown = [
        "application_started",
        "stream_changed",
        "application_submitted",
        "late_attempt_refused",
        "application_withdrawn",
        "letter_issued",
        "letter_read",
    ];
    let events = records
        .into_iter()
        .filter(|stored| shown.contains(&stored.record.kind.as_str()))
        .map(|stored| EventView {
            title: sentence(&stored.record.kind).to_owned(),
            by: String::new(),
            at: stored.record.at.moment_words(),
            at_iso: stored.record.at.rfc3339(),
            text: String::new(),
        })
        .collect();
    let mut rows = vec![
        Row::new("Reference", application.reference.clone()),
        Row::new("Organisation", application.organisation_name.clone()),
        Row::new("Round", format!("{}, {}", round.fund_name, round.name)),
        Row::new("State", standing(&application, &round, ctx.now())),
    ];
    if let Some(stream) = stream {
        rows.push(Row::new("Kind of grant", stream.title));
    }
    if let Some(ask) = application.ask {
        rows.push(Row::new("Amount asked for", ask.to_string()));
    }
    if let Some(at) = application.submitted_at {
        rows.push(Row::new("Received", at.moment_words()));
    }
    let before_recommendation = round.stage < RoundStage::Recommended;
    ctx.page(&StatusView {
        title: title_of(&application),
        breadcrumbs: vec![Crumb::to("Your applications", "/applications"), Crumb::here(application.reference.clone())],
        rows,
        next: what_next(&application, &round, ctx.now()),
        letters: application.stage == ApplicationStage::Submitted && round.stage == RoundStage::Issued,
        can_withdraw: application.stage == ApplicationStage::Submitted && before_recommendation,
        submitted: application.submitted_at.is_some(),
        events,
        reference: application.reference,
    })
}
