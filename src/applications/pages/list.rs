//! The applicant's applications, and one of them: a task list while it is a draft, its state afterwards.

use std::collections::BTreeSet;

use actix_web::web;
use serde::Serialize;

use super::proof::proof_of;
use super::{home, own_bid};
use crate::applications::model::{Application, ApplicationStage};
use crate::applications::submissions::AskedBy;
use crate::applications::{rules, store};
use crate::audit::event::sentence;
use crate::audit::store::{Filter, list_records};
use crate::base::actor::Actor;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::Window;
use crate::rounds::{Round, RoundStage, get_round};
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
        .read(move |conn, actor| {
            let actor = actor.clone();
            store::list_of_organisations(conn, &organisations)?
                .into_iter()
                .map(|application| {
                    let round = get_round(conn, application.round)?;
                    let deadline = deadline_of(conn, &application, &round, (&actor, now))?;
                    Ok(own_row(&application, &round, deadline))
                })
                .collect::<Result<Vec<_>, Problem>>()
        })
        .await?;
    ctx.page(&OwnView { title: "Your applications", applications })
}

fn own_row(application: &Application, round: &Round, deadline: Option<String>) -> OwnRow {
    OwnRow {
        href: format!("/applications/{}", application.reference),
        title: title_of(application),
        reference: application.reference.clone(),
        organisation: application.organisation_name.clone(),
        round: format!("{}, {}", round.fund_name, round.name),
        standing: standing(application, round, deadline.is_some()).to_owned(),
        next: what_next(application, round, deadline),
    }
}

/// The project's title, or words in its place.
pub(super) fn title_of(application: &Application) -> String {
    if application.title.is_empty() { "Untitled project".to_owned() } else { application.title.clone() }
}

/// Until when a draft can be submitted, in words; none when it is too late.
fn deadline_of(
    conn: &mut Conn,
    application: &Application,
    round: &Round,
    (actor, now): (&Actor, At),
) -> Result<Option<String>, Problem> {
    let reopened = store::reopenings_of(conn, application.id)?.into_iter().filter_map(|opening| opening.until).max();
    let closes = reopened.map_or(round.closes_at, |until| until.max(round.closes_at));
    if round.window(now) != Window::Closed {
        return Ok(Some(closes.moment_words()));
    }
    if !store::may_change_after_closing(conn, application, round, (actor, now))? {
        return Ok(None);
    }
    Ok(Some(if now < closes { closes.moment_words() } else { "scoring begins".to_owned() }))
}

fn standing(application: &Application, round: &Round, in_time: bool) -> &'static str {
    match (application.stage, round.stage) {
        (ApplicationStage::Draft, _) if !in_time => "Not submitted in time",
        (ApplicationStage::Draft, _) => "Draft",
        (ApplicationStage::Withdrawn, _) => "Withdrawn",
        (ApplicationStage::Submitted, RoundStage::Issued) => "Decided",
        (ApplicationStage::Submitted, RoundStage::Published) => "Submitted",
        (ApplicationStage::Submitted, _) => "Being assessed",
    }
}

/// What happens next and when, in plain words.
fn what_next(application: &Application, round: &Round, deadline: Option<String>) -> String {
    match (application.stage, round.stage) {
        (ApplicationStage::Draft, _) => match deadline {
            Some(deadline) => format!("Submit before {deadline}."),
            None => "The round has closed. You can read and copy what you wrote.".to_owned(),
        },
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
    notices: Vec<String>,
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
    can_change: bool,
    submitted: bool,
    notices: Vec<String>,
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
    let (application, round, tasks, extra) = ctx
        .read(move |conn, actor| {
            let (application, round, definition) = own_bid(conn, actor, &reference)?;
            let answers = store::answers_of(conn, application.id, &definition)?;
            let documents: BTreeSet<String> =
                store::documents_of(conn, application.id)?.into_iter().map(|document| document.question).collect();
            let tasks = definition
                .sections
                .iter()
                .map(|section| {
                    let begun = section
                        .questions
                        .iter()
                        .any(|question| answers.contains_key(&question.code) || documents.contains(&question.code));
                    let complete = rules::section_faults(&definition, section, &answers, &documents).is_empty();
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
            let extra = Extra::load(conn, &application, &round, (actor, now))?;
            Ok((application, round, tasks, extra))
        })
        .await?;
    match &extra.deadline {
        Some(deadline) if application.stage == ApplicationStage::Draft => {
            let view = task_list(&ctx, &application, &round, tasks, deadline.clone(), extra.notices);
            ctx.page(&view)
        }
        _ => status(ctx, application, round, extra).await,
    }
}

/// What both pages say besides the form.
struct Extra {
    deadline: Option<String>,
    notices: Vec<String>,
    record: Vec<Row>,
}

impl Extra {
    fn load(
        conn: &mut Conn,
        application: &Application,
        round: &Round,
        (actor, now): (&Actor, At),
    ) -> Result<Self, Problem> {
        let mut notices = Vec::new();
        if let Some(entry) = store::entry_of(conn, application.id)? {
            notices.push(entry.notice());
        }
        let mut record = Vec::new();
        if application.stage == ApplicationStage::Draft {
            notices.extend(reopened_notice(conn, application)?);
        } else if let Some(proof) = proof_of(conn, application, None)? {
            record = proof.rows();
        }
        let deadline = deadline_of(conn, application, round, (actor, now))?;
        Ok(Self { deadline, notices, record })
    }
}

/// That a draft was submitted before, and why it is open again.
fn reopened_notice(conn: &mut Conn, application: &Application) -> Result<Option<String>, Problem> {
    let Some(last) = store::submissions_of(conn, application.id)?.pop() else { return Ok(None) };
    let opening = store::reopenings_of(conn, application.id)?.pop();
    let because = match opening {
        Some(opening) if opening.asked_by == AskedBy::Office => {
            format!("The office re-opened it on {}: {}", opening.at.moment_words(), opening.reason)
        }
        Some(opening) => format!("It was taken back on {} to be changed.", opening.at.moment_words()),
        None => String::new(),
    };
    Ok(Some(format!(
        "This application is not submitted now. You submitted it on {}. {because} Submit it again, or it cannot be considered.",
        last.at.moment_words()
    )))
}

fn task_list(
    ctx: &Ctx,
    application: &Application,
    round: &Round,
    tasks: Vec<Task>,
    closes: String,
    notices: Vec<String>,
) -> TaskListView {
    let completed = tasks.iter().filter(|task| task.colour.is_empty()).count();
    TaskListView {
        title: title_of(application),
        breadcrumbs: vec![home(&ctx.actor()), Crumb::here(application.reference.clone())],
        reference: application.reference.clone(),
        organisation: application.organisation_name.clone(),
        round: format!("{}, {}", round.fund_name, round.name),
        closes,
        notices,
        open: true,
        ready: completed == tasks.len(),
        completed,
        tasks,
    }
}

async fn status(ctx: Ctx, application: Application, round: Round, extra: Extra) -> Answer {
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
        "application_entered_by_office",
        "application_submitted",
        "application_taken_back",
        "application_reopened",
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
        Row::new("State", standing(&application, &round, extra.deadline.is_some())),
    ];
    if let Some(ask) = application.ask {
        rows.push(Row::new("Amount asked for", ask.to_string()));
    }
    if let Some(at) = application.submitted_at {
        rows.push(Row::new("Received", at.moment_words()));
    }
    if let Some((name, role)) = &application.declared_by {
        rows.push(Row::new("Declared by", format!("{name}, {role}")));
    }
    rows.extend(extra.record);
    let before_recommendation = round.stage < RoundStage::Recommended;
    ctx.page(&StatusView {
        title: title_of(&application),
        breadcrumbs: vec![home(&ctx.actor()), Crumb::here(application.reference.clone())],
        rows,
        can_change: application.stage == ApplicationStage::Submitted && extra.deadline.is_some(),
        notices: extra.notices,
        next: what_next(&application, &round, extra.deadline),
        letters: application.stage == ApplicationStage::Submitted && round.stage == RoundStage::Issued,
        can_withdraw: application.stage == ApplicationStage::Submitted && before_recommendation,
        submitted: application.submitted_at.is_some(),
        events,
        reference: application.reference,
    })
}
