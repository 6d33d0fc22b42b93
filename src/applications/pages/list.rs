//! The applicant's applications, and one of them: a task list while it is a draft, its state afterwards.

use std::collections::{BTreeSet, HashMap};

use actix_web::web;
use serde::Serialize;

use super::own_bid;
use crate::applications::model::{Application, ApplicationStage};
use crate::applications::{rules, store};
use crate::audit::store::{Filter, list_records};
use crate::base::ids::RoundId;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::Window;
use crate::rounds::{Round, RoundDefinition, RoundStage, Stream, Timetable, extensions_of, get_definition, get_round};
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
    /// Where the closing time is, while there is one to wait for.
    calendar: String,
    /// Where the letters are, when they are issued.
    letters: String,
}

pub(super) async fn own(ctx: Ctx) -> Answer {
    let now = ctx.now();
    let organisations = ctx.person()?.organisations.clone();
    let applications = ctx
        .read(move |conn, _| {
            let mut rounds: HashMap<RoundId, (Round, RoundDefinition)> = HashMap::new();
            let mut rows = Vec::new();
            for application in store::list_of_organisations(conn, &organisations)? {
                if !rounds.contains_key(&application.round) {
                    let round = get_round(conn, application.round)?;
                    let (_, definition) = get_definition(conn, round.id)?;
                    rounds.insert(round.id, (round, definition));
                }
                if let Some((round, definition)) = rounds.get(&application.round) {
                    rows.push(own_row(&application, round, &definition.timetable, now));
                }
            }
            Ok(rows)
        })
        .await?;
    ctx.page(&OwnView { title: "Your applications", applications })
}

fn own_row(application: &Application, round: &Round, timetable: &Timetable, now: At) -> OwnRow {
    let home = format!("/applications/{}", application.reference);
    let waits = application.stage == ApplicationStage::Draft && round.window(now) != Window::Closed;
    OwnRow {
        title: title_of(application),
        reference: application.reference.clone(),
        organisation: application.organisation_name.clone(),
        round: format!("{}, {}", round.fund_name, round.name),
        standing: standing(application, round, now).to_owned(),
        next: what_next(application, round, timetable, now),
        calendar: if waits { calendar_of(round) } else { String::new() },
        letters: if has_letters(application, round) { format!("{home}/letters") } else { String::new() },
        href: home,
    }
}

fn calendar_of(round: &Round) -> String {
    format!("/rounds/{}/calendar.ics", round.reference)
}

fn has_letters(application: &Application, round: &Round) -> bool {
    application.stage == ApplicationStage::Submitted && round.stage == RoundStage::Issued
}

/// The project's title, or words in its place.
pub(super) fn title_of(application: &Application) -> String {
    if application.title.is_empty() { "Untitled project".to_owned() } else { application.title.clone() }
}

fn standing(application: &Application, round: &Round, now: At) -> &'static str {
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
fn what_next(application: &Application, round: &Round, timetable: &Timetable, now: At) -> String {
    match (application.stage, round.stage) {
        (ApplicationStage::Draft, _) if round.window(now) == Window::Closed => {
            "The round has closed, and this application was not submitted in time. You can read and copy what you wrote, and use it \
             in another round."
                .to_owned()
        }
        (ApplicationStage::Draft, _) => {
            let grace = round.grace_words().map(|words| format!(" {words}")).unwrap_or_default();
            format!("Submit before {}.{grace}", round.closes_at.moment_words())
        }
        (ApplicationStage::Withdrawn, _) => "There is nothing more to do.".to_owned(),
        (ApplicationStage::Submitted, RoundStage::Issued) => {
            "Your letter and your feedback are ready to read.".to_owned()
        }
        (ApplicationStage::Submitted, RoundStage::Published) if round.window(now) == Window::Open => format!(
            "The panel scores applications after the round closes on {}.{}",
            round.closes_at.moment_words(),
            expected(timetable)
        ),
        (ApplicationStage::Submitted, RoundStage::Published) => {
            format!("The round has closed, and the panel scores applications next.{}", expected(timetable))
        }
        (ApplicationStage::Submitted, _) => format!(
            "The panel is assessing applications. Everybody hears on the same day, with feedback.{}",
            expected(timetable)
        ),
    }
}

/// When applicants may expect to hear, as far as the round says so: with a space before.
fn expected(timetable: &Timetable) -> String {
    match (timetable.decision_by, timetable.letters_by) {
        (Some(decision), Some(letters)) => {
            format!(" We expect to decide by {decision} and to write to everybody by {letters}.")
        }
        (Some(decision), None) => format!(" We expect to decide by {decision}."),
        (None, Some(letters)) => format!(" We expect to write to everybody by {letters}."),
        (None, None) => String::new(),
    }
}

#[derive(Serialize)]
struct TaskListView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    organisation: String,
    round: String,
    deadline: Vec<String>,
    open: bool,
    calendar: String,
    advice: String,
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
    let (application, round, definition, stream, tasks, deadline, advice) = ctx
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
            let deadline = round.deadline_lines(&extensions_of(conn, round.id)?, now);
            let advice = advice_of(conn, &application)?;
            Ok((application, round, definition, stream, tasks, deadline, advice))
        })
        .await?;
    if application.stage == ApplicationStage::Draft && round.window(now) != Window::Closed {
        let view = task_list(&application, &round, stream.as_ref(), tasks);
        return ctx.page(&TaskListView { deadline, advice, ..view });
    }
    status(ctx, application, round, definition.timetable, stream).await
}

fn task_list(application: &Application, round: &Round, stream: Option<&Stream>, tasks: Vec<Task>) -> TaskListView {
    let completed = tasks.iter().filter(|task| task.colour.is_empty()).count();
    TaskListView {
        title: title_of(application),
        breadcrumbs: vec![Crumb::to("Your applications", "/applications"), Crumb::here(application.reference.clone())],
        reference: application.reference.clone(),
        organisation: application.organisation_name.clone(),
        round: format!("{}, {}", round.fund_name, round.name),
        deadline: Vec::new(),
        open: true,
        calendar: calendar_of(round),
        advice: String::new(),
        ready: completed == tasks.len(),
        completed,
        stream: stream.map(|stream| format!("{}: {}", stream.title, stream.limits().words())),
        tasks,
    }
}

async fn status(
    ctx: Ctx,
    application: Application,
    round: Round,
    timetable: Timetable,
    stream: Option<Stream>,
) -> Answer {
    let id = application.id.row();
    let records = ctx
        .read(move |conn, _| {
            let filter = Filter { application: Some(id), limit: 500, ..Filter::default() };
            Ok(list_records(conn, &filter)?)
        })
        .await?;
    let mut events: Vec<(At, &str)> = records
        .into_iter()
        .filter_map(|stored| Some((stored.record.at, for_applicants(&stored.record.kind)?)))
        .collect();
    if application.submitted_at.is_some() && round.closes_at <= ctx.now() {
        events.push((round.closes_at, "The round closed"));
    }
    // The newest first.
    events.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let events = events
        .into_iter()
        .map(|(at, title)| EventView {
            title: title.to_owned(),
            by: String::new(),
            at: at.moment_words(),
            at_iso: at.rfc3339(),
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
    if let Some((at, reason)) = &application.withdrawn {
        rows.push(Row::new("Withdrawn", at.moment_words()));
        rows.push(Row::new("Why", reason.clone()).prose());
    }
    let before_recommendation = round.stage < RoundStage::Recommended;
    ctx.page(&StatusView {
        title: title_of(&application),
        breadcrumbs: vec![Crumb::to("Your applications", "/applications"), Crumb::here(application.reference.clone())],
        rows,
        next: what_next(&application, &round, &timetable, ctx.now()),
        letters: has_letters(&application, &round),
        can_withdraw: application.stage == ApplicationStage::Submitted && before_recommendation,
        submitted: application.submitted_at.is_some(),
        events,
        reference: application.reference,
    })
}

/// What an event of the trail is to an applicant: what was done with their own bid, never how others stand, who assesses it or how
/// far they are. Anything that is not named here is not shown.
fn for_applicants(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "application_started" => "The application was started",
        "stream_changed" => "The kind of grant was changed",
        "application_submitted" => "We received the application",
        "late_attempt_refused" => "An attempt to submit came after the round had closed",
        "application_withdrawn" => "The application was withdrawn",
        "letter_issued" => "We sent a letter",
        "letter_read" => "A letter was opened",
        _ => return None,
    })
}

/// Where feedback on the organisation's earlier bids is; empty when there is none.
pub(super) fn advice_of(conn: &mut Conn, application: &Application) -> Result<String, Problem> {
    let some = store::has_earlier_bids(conn, application)?;
    Ok(if some { format!("/applications/{}/advice", application.reference) } else { String::new() })
}
