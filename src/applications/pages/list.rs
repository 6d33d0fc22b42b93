//! The applicant's applications: where each stands, and what happens next and when.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use crate::applications::model::{Application, ApplicationStage};
use crate::applications::store;
use crate::base::actor::Actor;
use crate::base::ids::RoundId;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::Problem;
use crate::rounds::Window;
use crate::rounds::{Round, RoundDefinition, RoundStage, Timetable, get_definition, get_round};
use crate::web::{Answer, Ctx, Page};

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
        .read(move |conn, actor| {
            let actor = actor.clone();
            let mut rounds: HashMap<RoundId, (Round, Arc<RoundDefinition>)> = HashMap::new();
            let mut rows = Vec::new();
            for application in store::list_of_organisations(conn, &organisations)? {
                if !rounds.contains_key(&application.round) {
                    let round = get_round(conn, application.round)?;
                    let (_, definition) = get_definition(conn, round.id)?;
                    rounds.insert(round.id, (round, definition));
                }
                if let Some((round, definition)) = rounds.get(&application.round) {
                    let deadline = deadline_of(conn, &application, round, (&actor, now))?;
                    let returned = store::is_returned(conn, &application, round)?;
                    rows.push(own_row(&application, round, &definition.timetable, (deadline, returned), now));
                }
            }
            Ok(rows)
        })
        .await?;
    ctx.page(&OwnView { title: "Your applications", applications })
}

fn own_row(
    application: &Application,
    round: &Round,
    timetable: &Timetable,
    (deadline, returned): (Option<String>, bool),
    now: At,
) -> OwnRow {
    let home = format!("/applications/{}", application.reference);
    let waits = application.stage == ApplicationStage::Draft && round.window(now) != Window::Closed;
    OwnRow {
        title: title_of(application),
        reference: application.reference.clone(),
        organisation: application.organisation_name.clone(),
        round: format!("{}, {}", round.fund_name, round.name),
        standing: standing(application, round, deadline.is_some(), returned).to_owned(),
        next: what_next(application, round, timetable, (deadline, returned), now),
        calendar: if waits { calendar_of(round) } else { String::new() },
        letters: if has_letters(application, round) { format!("{home}/letters") } else { String::new() },
        href: home,
    }
}

pub(super) fn has_letters(application: &Application, round: &Round) -> bool {
    let received = application.stage == ApplicationStage::Submitted || application.was_withdrawn_after_submission();
    received && round.stage == RoundStage::Issued
}

pub(super) fn calendar_of(round: &Round) -> String {
    format!("/rounds/{}/calendar.ics", round.reference)
}

/// The project's title, or words in its place.
pub(super) fn title_of(application: &Application) -> String {
    if application.title.is_empty() { "Untitled project".to_owned() } else { application.title.clone() }
}

/// Until when a draft can be submitted, in words; none when it is too late.
pub(super) fn deadline_of(
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

pub(super) fn standing(application: &Application, round: &Round, in_time: bool, returned: bool) -> &'static str {
    match (application.stage, round.stage) {
        (ApplicationStage::Draft, _) if returned && !in_time => "Considered as you submitted it before",
        (ApplicationStage::Draft, _) if !in_time => "Not submitted in time",
        (ApplicationStage::Draft, _) => "Draft",
        (ApplicationStage::Withdrawn, _) => "Withdrawn",
        (ApplicationStage::Submitted, RoundStage::Issued) => "Decided",
        (ApplicationStage::Submitted, RoundStage::Published) => "Submitted",
        (ApplicationStage::Submitted, _) => "Being assessed",
    }
}

/// What happens next and when, in plain words. `deadline` is until when a draft can be submitted; `returned`, whether it counts as it
/// was received where it is not submitted again.
pub(super) fn what_next(
    application: &Application,
    round: &Round,
    timetable: &Timetable,
    (deadline, returned): (Option<String>, bool),
    now: At,
) -> String {
    match (application.stage, round.stage) {
        (ApplicationStage::Draft, _) => match deadline {
            Some(deadline) => {
                let grace = round.grace_words().map(|words| format!(" {words}")).unwrap_or_default();
                format!("Submit before {deadline}.{grace}")
            }
            None if returned => "The time to change it has passed. You need not do anything.".to_owned(),
            None => "The round has closed, and this application was not submitted in time. You can read and copy what you wrote, \
                     and use it in another round."
                .to_owned(),
        },
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

/// Where feedback on the organisation's earlier bids is; empty when there is none.
pub(super) fn advice_of(conn: &mut Conn, application: &Application) -> Result<String, Problem> {
    let some = store::has_earlier_bids(conn, application)?;
    Ok(if some { format!("/applications/{}/advice", application.reference) } else { String::new() })
}
