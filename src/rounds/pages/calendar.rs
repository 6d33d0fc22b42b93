//! A round's dates for people's own calendars (RFC 5545): the closing time, with reminders, and the days that are announced.

use actix_web::http::header::ContentDisposition;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Duration, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike};

use crate::base::time::At;
use crate::error::Problem;
use crate::rounds::model::{Day, Round, RoundDefinition, RoundStage, Timetable};
use crate::rounds::store;
use crate::web::{Answer, Ctx};

pub(super) async fn calendar(ctx: Ctx, path: web::Path<String>) -> Answer {
    let reference = path.into_inner();
    let (round, definition) = ctx
        .read(move |conn, _| {
            let round = store::round_of_reference(conn, &reference)?;
            if round.stage == RoundStage::Draft {
                return Err(Problem::NotFound);
            }
            let (_, definition) = store::get_definition(conn, round.id)?;
            Ok((round, definition))
        })
        .await?;
    let settings = &ctx.app.settings;
    let host = settings.public_url.host_str().unwrap_or("localhost").to_owned();
    let page = format!("{}/rounds/{}", settings.public_origin(), round.reference);
    let text = dates(&round, &definition, &host, &page, ctx.now());
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header(ContentDisposition::attachment(format!("{}.ics", round.reference)))
        .body(text))
}

/// The calendar. An event keeps its UID, so that a second download takes the first one's place.
fn dates(round: &Round, definition: &RoundDefinition, host: &str, page: &str, now: At) -> String {
    let name = format!("{}, {}", round.fund_name, round.name);
    let mut calendar = Calendar::new();
    let closing = Event::new()
        .uid(&format!("closing-{}@{host}", round.reference))
        .timestamp(utc(now))
        .summary(&format!("{name}: applications close"))
        .description(&format!("Submit before {}. {page}", round.closes_at.moment_words()))
        .starts(utc(round.closes_at))
        .url(page)
        .alarm(Alarm::display(&format!("{name} closes in a week"), -Duration::days(7)))
        .alarm(Alarm::display(&format!("{name} closes tomorrow"), -Duration::days(1)))
        .done();
    calendar.push(closing);
    for (id, day, summary, text) in announced(&definition.timetable) {
        let Some(day) = day.and_then(|day| At::from_london(day.0, 12, 0).ok()) else { continue };
        let event = Event::new()
            .uid(&format!("{id}-{}@{host}", round.reference))
            .timestamp(utc(now))
            .summary(&format!("{name}: {summary}"))
            .description(&format!("{text} {page}"))
            .starts(utc(day).date_naive())
            .url(page)
            .done();
        calendar.push(event);
    }
    without_stamps(&calendar.done().to_string())
}

/// The whole days of a calendar: the part of the event's UID, the day, and what it is.
type Announced = (&'static str, Option<Day>, &'static str, &'static str);

/// The days that an applicant waits for or must not miss.
const fn announced(timetable: &Timetable) -> [Announced; 4] {
    [
        (
            "questions",
            timetable.questions_by,
            "last day for questions",
            "Questions that come later may stay unanswered.",
        ),
        ("answers", timetable.answers_by, "answers to questions are due", "Look for them before you submit."),
        ("decision", timetable.decision_by, "the decision is expected", "Letters follow it."),
        (
            "letters",
            timetable.letters_by,
            "letters are due",
            "Every applicant should have heard by the end of this day.",
        ),
    ]
}

/// The library gives every reminder an own UID and time, at random and by its own clock: without them two downloads at one time are
/// alike, and the standard asks for neither.
fn without_stamps(text: &str) -> String {
    let mut within = false;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive("\r\n") {
        within = match line.trim_end() {
            "BEGIN:VALARM" => true,
            "END:VALARM" => false,
            _ => within,
        };
        if !(within && (line.starts_with("DTSTAMP:") || line.starts_with("UID:"))) {
            out.push_str(line);
        }
    }
    out
}

fn utc(at: At) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at.micros()).unwrap_or_default()
}
