//! One application of the applicant's: a task list while it can be changed, its state and timeline afterwards.

use std::collections::BTreeSet;

use actix_web::web;
use serde::Serialize;

use super::list::{advice_of, calendar_of, deadline_of, has_letters, standing, title_of, what_next};
use super::proof::proof_of;
use super::{home, own_bid};
use crate::applications::model::{Application, ApplicationStage};
use crate::applications::submissions::AskedBy;
use crate::applications::{rules, store};
use crate::audit::EventKind;
use crate::audit::store::{Filter, list_records};
use crate::base::actor::Actor;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::{Round, RoundStage, Stream, Timetable, Window, extensions_of};
use crate::web::{Answer, Crumb, Ctx, Page, Row};

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
    notices: Vec<String>,
    submitted: bool,
    /// Whether there is a letter that says that it was received.
    acknowledged: bool,
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
    let (application, round, definition, stream, tasks, extra) = ctx
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
            let extra = Extra::load(conn, &application, &round, (actor, now))?;
            Ok((application, round, definition, stream, tasks, extra))
        })
        .await?;
    if application.stage == ApplicationStage::Draft && extra.deadline.is_some() {
        return ctx.page(&task_list(&ctx, (&application, &round), stream.as_ref(), tasks, extra));
    }
    status(ctx, (application, round), definition.timetable.clone(), stream, extra).await
}

/// What a bid's page says besides its answers.
struct Extra {
    /// Until when a draft can be submitted, in words; none when it is too late.
    deadline: Option<String>,
    /// The same with the rule, line by line.
    lines: Vec<String>,
    notices: Vec<String>,
    record: Vec<Row>,
    /// Whether a draft counts as it was received where it is not submitted again.
    returned: bool,
    advice: String,
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
        let returned = store::is_returned(conn, application, round)?;
        if application.stage == ApplicationStage::Draft {
            notices.extend(reopened_notice(conn, application, returned, now)?);
        } else if let Some(proof) = proof_of(conn, application, None)? {
            record = proof.rows();
        }
        let deadline = deadline_of(conn, application, round, (actor, now))?;
        let lines = match (&deadline, round.window(now)) {
            (Some(deadline), Window::Closed) => vec![format!("Submit before {deadline}.")],
            _ => round.deadline_lines(&extensions_of(conn, round.id)?, now),
        };
        let advice = advice_of(conn, application)?;
        Ok(Self { deadline, lines, notices, record, returned, advice })
    }
}

/// That a draft was submitted before, and why it is open again.
fn reopened_notice(
    conn: &mut Conn,
    application: &Application,
    returned: bool,
    now: At,
) -> Result<Option<String>, Problem> {
    const OTHERWISE: &str = "Submit it again, or it cannot be considered.";
    let Some(last) = store::submissions_of(conn, application.id)?.pop() else { return Ok(None) };
    let opening = store::reopenings_of(conn, application.id)?.pop();
    let (because, otherwise) = match opening {
        Some(opening) if opening.asked_by == AskedBy::Office => (
            format!("The office re-opened it on {}: {}", opening.at.moment_words(), opening.reason),
            match opening.until {
                _ if !returned => OTHERWISE,
                Some(until) if until <= now => "Its time has passed. It is considered as you submitted it before.",
                _ => "Submit it again, or it is considered as you submitted it before.",
            },
        ),
        Some(opening) => (format!("It was taken back on {} to be changed.", opening.at.moment_words()), OTHERWISE),
        None => (String::new(), OTHERWISE),
    };
    Ok(Some(format!(
        "This application is not submitted now. You submitted it on {}. {because} {otherwise}",
        last.at.moment_words()
    )))
}

fn task_list(
    ctx: &Ctx,
    (application, round): (&Application, &Round),
    stream: Option<&Stream>,
    tasks: Vec<Task>,
    extra: Extra,
) -> TaskListView {
    let completed = tasks.iter().filter(|task| task.colour.is_empty()).count();
    TaskListView {
        title: title_of(application),
        breadcrumbs: vec![home(&ctx.actor()), Crumb::here(application.reference.clone())],
        reference: application.reference.clone(),
        organisation: application.organisation_name.clone(),
        round: format!("{}, {}", round.fund_name, round.name),
        deadline: extra.lines,
        open: true,
        calendar: calendar_of(round),
        advice: extra.advice,
        ready: completed == tasks.len(),
        completed,
        stream: stream.map(|stream| format!("{}: {}", stream.title, stream.limits().words())),
        notices: extra.notices,
        tasks,
    }
}

async fn status(
    ctx: Ctx,
    (application, round): (Application, Round),
    timetable: Timetable,
    stream: Option<Stream>,
    extra: Extra,
) -> Answer {
    let id = application.id.row();
    let records = ctx
        .read(move |conn, _| {
            let kinds = FOR_APPLICANTS.map(|(kind, _)| kind);
            let newest =
                Filter { application: Some(id), kinds: &kinds, newest_first: true, limit: EVENTS, ..Filter::default() };
            Ok(list_records(conn, &newest)?)
        })
        .await?;
    let mut events: Vec<(At, &str)> = records
        .into_iter()
        .filter_map(|stored| {
            let (_, title) = FOR_APPLICANTS.iter().find(|(kind, _)| kind.word() == stored.record.kind)?;
            Some((stored.record.at, *title))
        })
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
        Row::new("State", standing(&application, &round, extra.deadline.is_some(), extra.returned)),
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
    if let Some((name, role)) = &application.declared_by {
        rows.push(Row::new("Declared by", format!("{name}, {role}")));
    }
    rows.extend(extra.record);
    if let Some((at, reason)) = &application.withdrawn {
        rows.push(Row::new("Withdrawn", at.moment_words()));
        rows.push(Row::new("Why", reason.clone()).prose());
    }
    let before_recommendation = round.stage < RoundStage::Recommended;
    ctx.page(&StatusView {
        title: title_of(&application),
        breadcrumbs: vec![home(&ctx.actor()), Crumb::here(application.reference.clone())],
        rows,
        can_change: application.stage == ApplicationStage::Submitted
            && round.stage == RoundStage::Published
            && extra.deadline.is_some(),
        notices: extra.notices,
        next: what_next(&application, &round, &timetable, (extra.deadline, extra.returned), ctx.now()),
        letters: has_letters(&application, &round),
        can_withdraw: application.stage == ApplicationStage::Submitted && before_recommendation,
        submitted: application.submitted_at.is_some(),
        acknowledged: application.stage == ApplicationStage::Submitted,
        events,
        reference: application.reference,
    })
}

/// How many events the timeline of a bid goes back.
const EVENTS: i64 = 500;

/// What an event of the trail is to an applicant: what was done with their own bid, never how others stand, who assesses it or how
/// far they are. Anything that is not named here is not shown.
const FOR_APPLICANTS: [(EventKind, &str); 13] = [
    (EventKind::ApplicationStarted, "The application was started"),
    (EventKind::ApplicationEnteredByOffice, "The office entered the application from what you sent or said"),
    (EventKind::ApplicationTakenBack, "The application was taken back, to change it"),
    (EventKind::ApplicationReopened, "The office opened the application again"),
    (EventKind::ApplicationPutBack, "The application stands again as it was submitted before"),
    (EventKind::StreamChanged, "The kind of grant was changed"),
    (EventKind::ApplicationSubmitted, "We received the application"),
    (EventKind::LateAttemptRefused, "Something came after the round had closed, and was not taken"),
    (EventKind::ApplicationWithdrawn, "The application was withdrawn"),
    (EventKind::LetterIssued, "We sent a letter"),
    (EventKind::LetterReplaced, "We sent a letter"),
    (EventKind::SingleIssued, "We sent a letter"),
    (EventKind::LetterRead, "A letter was opened"),
];
