//! A round's dates for people's own calendars (RFC 5545): the closing time, with reminders, and the day by which letters come.

use actix_web::http::header::ContentDisposition;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Duration, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike};

use crate::base::time::At;
use crate::error::Problem;
use crate::rounds::model::{Round, RoundDefinition, RoundStage};
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
    if let Some(day) = definition.timetable.letters_by.and_then(|day| At::from_london(day.0, 12, 0).ok()) {
        let letters = Event::new()
            .uid(&format!("letters-{}@{host}", round.reference))
            .timestamp(utc(now))
            .summary(&format!("{name}: letters are due"))
            .description(&format!("Every applicant should have heard by the end of this day. {page}"))
            .starts(utc(day).date_naive())
            .url(page)
            .done();
        calendar.push(letters);
    }
    without_stamps(&calendar.done().to_string())
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
