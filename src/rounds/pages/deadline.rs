//! The closing time of a round, for officers: grace, extensions, who came too late, the seal.

use actix_web::web;
use serde::Serialize;
use serde_json::Value;

use super::times::read_moment;
use crate::access::{self, Action};
use crate::accounts::names_of;
use crate::app::App;
use crate::audit::EventKind;
use crate::audit::store::{Filter, StoredRecord, list_records};
use crate::base::actor::Actor;
use crate::base::ids::AccountId;
use crate::base::time::At;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::mail::NewMail;
use crate::rounds::actions::{self, Extending};
use crate::rounds::deadline::{Extension, Window};
use crate::rounds::model::{Round, RoundStage};
use crate::rounds::store::{self, Bidder};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Page, PageFaults, Row};

/// Attempts that the page lists at most; it says when there are more.
const ATTEMPTS: usize = 200;

#[derive(Serialize)]
struct DeadlineView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    reference: String,
    facts: Vec<Row>,
    extensions: Vec<ExtensionRow>,
    attempts: Vec<AttemptRow>,
    more_attempts: bool,
    /// Late saves and files of one application that are recorded.
    most_saves: usize,
    /// Late attempts to submit one application, and of one person to begin one, that are recorded.
    most_tries: usize,
    sealed: bool,
    can_unseal: bool,
    extendable: bool,
    version: i32,
    closes_date: Field,
    closes_time: Field,
    reason: Field,
}

impl Page for DeadlineView {
    const TEMPLATE: &'static str = "rounds/deadline.html";
}

#[derive(Serialize)]
struct ExtensionRow {
    from: String,
    to: String,
    reason: String,
    by: String,
    at: String,
}

/// Somebody who came too late.
#[derive(Serialize)]
struct AttemptRow {
    who: String,
    what: &'static str,
    application: String,
    received: String,
    late: String,
}

fn view(conn: &mut Conn, actor: &Actor, reference: &str, now: At, typed: &Typed) -> Result<DeadlineView, Problem> {
    access::require(actor, Action::RunRounds)?;
    let round = store::round_of_reference(conn, reference)?;
    if round.stage == RoundStage::Draft {
        return Err(Problem::NotFound);
    }
    let submitted = store::count_submitted(conn, round.id)?;
    let names = names_of(conn)?;
    let name = |account: AccountId| names.get(&account).cloned().unwrap_or_default();
    let extensions = store::extensions_of(conn, round.id)?
        .into_iter()
        .map(|extension| ExtensionRow {
            from: extension.from.moment_words(),
            to: extension.to.moment_words(),
            by: name(extension.by),
            at: extension.at.moment_words(),
            reason: extension.reason,
        })
        .collect();
    let filter = Filter {
        round: Some(round.id.row()),
        kinds: &[EventKind::LateAttemptRefused],
        newest_first: true,
        limit: i64::try_from(ATTEMPTS + 1).unwrap_or(i64::MAX),
        ..Filter::default()
    };
    let records = list_records(conn, &filter)?;
    let who = |stored: &StoredRecord| stored.record.account_id.map(|id| name(AccountId::new(id))).unwrap_or_default();
    Ok(DeadlineView {
        title: "Closing time",
        errors: (&typed.faults).into(),
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(round.reference.clone(), format!("/office/rounds/{}", round.reference)),
            Crumb::here("Closing time"),
        ],
        facts: facts(&round, submitted, now),
        extensions,
        most_saves: crate::rounds::deadline::MOST_LATE_SAVES,
        most_tries: crate::rounds::deadline::MOST_LATE_TRIES,
        more_attempts: records.len() > ATTEMPTS,
        attempts: records.iter().take(ATTEMPTS).map(|stored| attempt(stored, who(stored))).collect(),
        sealed: round.is_sealed(),
        can_unseal: round.is_sealed() && round.stage == RoundStage::Published && now >= round.settled_at(),
        extendable: round.stage == RoundStage::Published && round.unsealed_at.is_none(),
        version: round.version,
        closes_date: typed.date(&round),
        closes_time: typed.time(&round),
        reason: Field::new("reason", "Why is the closing time moved?")
            .hint(
                "Everybody can read it: on the page of the round, and in the email to everybody who has an application",
            )
            .value(typed.fields.get("reason"))
            .faults(&typed.faults),
        reference: round.reference,
    })
}

fn facts(round: &Round, submitted: i64, now: At) -> Vec<Row> {
    let mut facts = vec![
        Row::new("State", round.standing(now)),
        Row::new("Closes", closes_words(round, now)),
        Row::new("Grace period", round.grace_words().unwrap_or_else(|| "None".to_owned())),
        Row::new("Applications submitted", submitted.to_string()),
    ];
    facts.extend(round.seal_words().map(|words| Row::new("Seal", words)));
    facts
}

/// When it closes, and how long from now.
pub(super) fn closes_words(round: &Round, now: At) -> String {
    match round.closes_at.countdown(now) {
        Some(countdown) if round.window(now) != Window::Closed => {
            format!("{} ({countdown})", round.closes_at.moment_words())
        }
        _ => round.closes_at.moment_words(),
    }
}

/// What the trail holds of an attempt.
fn attempt(stored: &StoredRecord, who: String) -> AttemptRow {
    let facts: Value = serde_json::from_str(&stored.record.data).unwrap_or_default();
    let text = |name: &str| facts.get(name).and_then(Value::as_str).unwrap_or_default();
    let received = At::from_rfc3339(text("received")).unwrap_or(stored.record.at);
    let due = At::from_rfc3339(text("due")).or_else(|| At::from_rfc3339(text("closes_at")));
    AttemptRow {
        who,
        what: match text("attempt") {
            "start" => "Begin an application",
            "save" => "Save answers",
            "upload" => "Send a file",
            _ => "Submit an application",
        },
        application: text("reference").to_owned(),
        received: received.moment_words(),
        late: due.map(|due| received.late_words(due)).unwrap_or_default(),
    }
}

/// What was typed into the form of an extension, and what is wrong with it.
#[derive(Default)]
struct Typed {
    fields: Fields,
    faults: Faults,
}

impl Typed {
    fn date(&self, round: &Round) -> Field {
        let stored = round.closes_at.london_date();
        let parts = [
            ("day", stored.day().to_string()),
            ("month", stored.month().to_string()),
            ("year", stored.year().to_string()),
        ];
        let values = parts.into_iter().map(|(part, stored)| {
            let name = format!("closes_date_{part}");
            if self.fields.has(&name) { self.fields.get(&name).to_owned() } else { stored }
        });
        let mut field = Field::new("closes_date", "New closing date").values(values.collect());
        field.error = self.faults.of("closes_date-day").map(ToOwned::to_owned);
        field
    }

    fn time(&self, round: &Round) -> Field {
        let (hour, minute) = round.closes_at.london_hour_minute();
        let stored = format!("{hour:02}:{minute:02}");
        let value = if self.fields.has("closes_time") { self.fields.get("closes_time").to_owned() } else { stored };
        Field::new("closes_time", "New closing time")
            .hint("London time, such as 17:00")
            .value(value)
            .width("5")
            .faults(&self.faults)
    }
}

pub(super) async fn show(ctx: Ctx, path: web::Path<String>) -> Answer {
    let (reference, now) = (path.into_inner(), ctx.now());
    let view = ctx.read(move |conn, actor| view(conn, actor, &reference, now, &Typed::default())).await?;
    ctx.page(&view)
}

/// Whether the form has a field of this name.
fn is_field(name: &str) -> bool {
    matches!(name, "version" | "reason" | "closes_date_day" | "closes_date_month" | "closes_date_year" | "closes_time")
}

pub(super) async fn extend(ctx: Ctx, path: web::Path<String>, Form(fields): Form) -> Answer {
    let (reference, now) = (path.into_inner(), ctx.now());
    fields.only(is_field)?;
    let mut faults = Faults::default();
    let to = read_moment("closes", &fields, &mut faults);
    let outcome = match to {
        None => Err(Problem::Invalid(faults)),
        Some(to) => {
            let (app, at) = (ctx.app.clone(), reference.clone());
            let version = fields.get("version").parse().unwrap_or(0);
            let wanted = Extending { to, reason: fields.get("reason").to_owned(), version };
            ctx.write(move |tx| {
                let round = store::round_of_reference(tx.conn(), &at)?.id;
                actions::extend(tx, round, &wanted, |round, extension, bidders| {
                    bidders.iter().map(|bidder| notice(&app, round, extension, bidder)).collect()
                })
            })
            .await
        }
    };
    let (faults, stale) = match outcome {
        Ok(()) => {
            let to = format!("/office/rounds/{reference}/deadline");
            return ctx.redirect_with(&to, "The closing time is moved. Everybody with an application is told by email");
        }
        Err(Problem::Invalid(faults)) => (faults, false),
        Err(Problem::Stale { texts, .. }) => {
            let stored = texts.first().map(|(_, stored, _)| stored.clone()).unwrap_or_default();
            let mut faults = Faults::default();
            faults.add(
                "closes_date-day",
                format!("Somebody else changed this round meanwhile: it now closes on {stored}. Check the new time and send again"),
            );
            (faults, true)
        }
        Err(other) => return Err(other),
    };
    let typed = Typed { fields, faults };
    let view = ctx.read(move |conn, actor| view(conn, actor, &reference, now, &typed)).await?;
    if stale { ctx.stale_page(&view) } else { ctx.faulty_page(&view) }
}

/// What one person reads of an extension.
fn notice(app: &App, round: &Round, extension: &Extension, bidder: &Bidder) -> Result<NewMail, Problem> {
    let data = serde_json::json!({
        "name": bidder.name,
        "round": format!("{}, {}", round.fund_name, round.name),
        "from": extension.from.moment_words(),
        "to": extension.to.moment_words(),
        "grace": round.grace_words(),
        "reason": extension.reason,
        "drafts": bidder.drafts,
        "submitted": bidder.submitted,
        "link": app.settings.address("/applications"),
        "office": app.settings.office.name,
        "office_email": app.settings.office.email,
    });
    Ok(NewMail {
        kind: "extension",
        letter: None,
        to_email: bidder.email.clone(),
        to_name: bidder.name.clone(),
        subject: format!("{}: the closing time is now {}", round.reference, extension.to.moment_words()),
        text: app.pages.mail("mail/extension.txt", &data).map_err(Problem::internal)?,
        html: app.pages.mail("mail/extension.html", &data).map_err(Problem::internal)?,
    })
}

pub(super) async fn unseal(ctx: Ctx, path: web::Path<String>, Form(_): Form) -> Answer {
    let reference = path.into_inner();
    let at = reference.clone();
    ctx.write(move |tx| {
        let round = store::round_of_reference(tx.conn(), &at)?.id;
        actions::unseal(tx, round)
    })
    .await?;
    ctx.redirect_with(&format!("/office/rounds/{reference}/deadline"), "The applications are unsealed")
}

#[cfg(test)]
#[path = "deadline_tests.rs"]
mod tests;
