//! Reminders to whoever has an unfinished draft: seven days and one day before the round closes, and when it has closed.
//!
//! Each goes once to the people of an application's organisation: the row that says so commits together with the mails, and is
//! unique, so neither a restart nor a second worker doubles them. An extension moves what is not yet due.

use std::collections::BTreeSet;

use super::model::Application;
use super::{rules, store};
use crate::accounts::contacts_of;
use crate::app::{App, chain};
use crate::base::ids::ApplicationId;
use crate::base::time::At;
use crate::column_enum;
use crate::db::{Conn, DbError};
use crate::error::Problem;
use crate::mail::{self, NewMail};
use crate::rounds::{Round, RoundDefinition, RoundStage, get_definition, list_rounds};

column_enum!(Reminder, "What a draft's people are told.",
    /// Seven days before the round closes.
    Week => "week",
    /// One day before.
    Day => "day",
    /// It has closed, and the draft was not submitted.
    Closed => "closed",
);

/// After so many days nobody is told any more that a round has closed: the service may have stood still, or be new to the data.
const CLOSED_DAYS: i64 = 7;

impl Reminder {
    /// What is due in a round now, and since when; none outside its times.
    #[must_use]
    pub fn due(round: &Round, now: At) -> Option<(Self, At)> {
        if round.stage == RoundStage::Draft {
            return None;
        }
        let (week, day, closed) = (round.closes_at.plus_days(-7), round.closes_at.plus_days(-1), round.settled_at());
        if now >= closed.plus_days(CLOSED_DAYS) {
            None
        } else if now >= closed {
            Some((Self::Closed, closed))
        } else if now >= round.closes_at || round.stage != RoundStage::Published {
            None
        } else if now >= day {
            Some((Self::Day, day))
        } else if now >= week {
            Some((Self::Week, week))
        } else {
            None
        }
    }
}

/// Queues every reminder that is due; returns how many applications were reminded. A fault with one does not keep the others.
///
/// # Errors
/// When the database cannot be read.
pub fn queue_due(app: &App) -> Result<usize, Problem> {
    let now = app.clock.now();
    let mut reminded = 0;
    for round in app.db.read(list_rounds)? {
        // Whoever began after the moment knows how little time there is.
        let Some((reminder, since)) = Reminder::due(&round, now) else { continue };
        let drafts = app.db.read(|conn| store::drafts_without(conn, round.id, reminder, since))?;
        for draft in drafts {
            match remind(app, draft, reminder, &round, now) {
                Ok(true) => reminded += 1,
                Ok(false) => {}
                Err(problem) => {
                    tracing::error!(cause = chain(&problem), application = draft.row(), "a reminder was not queued");
                }
            }
        }
    }
    Ok(reminded)
}

/// Queues one reminder; false when it is no longer wanted, or another worker was quicker.
fn remind(app: &App, draft: ApplicationId, reminder: Reminder, round: &Round, now: At) -> Result<bool, Problem> {
    let mails = app.db.read(|conn| {
        let application = store::get_application(conn, draft)?;
        // What the office re-opened and nobody handed in again counts as it was received.
        if reminder == Reminder::Closed && store::is_returned(conn, &application, round)? {
            return Ok(Vec::new());
        }
        mails(conn, app, &application, reminder, (round, now))
    })?;
    if mails.is_empty() {
        return Ok(false);
    }
    let queued = app.db.operate(|tx| {
        let conn = tx.conn();
        if store::hold_round(conn, round.id)? != round.closes_at || !store::is_draft(conn, draft)? {
            return Ok(false);
        }
        store::insert_reminder(conn, draft, reminder, round.closes_at, now)?;
        for message in &mails {
            let about = mail::About::application(round.id, draft);
            mail::queue_about(conn, message, about, &app.random, now)?;
        }
        Ok(true)
    });
    match queued {
        Err(DbError::Constraint(name)) if name == "reminders_application_id_kind_key" => Ok(false),
        other => Ok(other?),
    }
}

/// Titles of the sections that are not complete.
fn missing(conn: &mut Conn, application: &Application, definition: &RoundDefinition) -> Result<Vec<String>, Problem> {
    let answers = store::answers_of(conn, application.id, definition)?;
    let documents: BTreeSet<String> =
        store::documents_of(conn, application.id)?.into_iter().map(|document| document.question).collect();
    let stream = application.stream.as_deref();
    let incomplete = definition
        .sections
        .iter()
        .filter(|section| !rules::section_faults(definition, stream, section, &answers, &documents).is_empty());
    Ok(incomplete.map(|section| section.title.clone()).collect())
}

/// How much is missing, in a sentence.
fn missing_words(missing: usize, of: usize) -> String {
    match missing {
        0 => "Every section is complete. What is left is to check your answers and submit.".to_owned(),
        1 => format!("1 of its {of} sections is not complete:"),
        _ => format!("{missing} of its {of} sections are not complete:"),
    }
}

fn mails(
    conn: &mut Conn,
    app: &App,
    application: &Application,
    reminder: Reminder,
    (round, now): (&Round, At),
) -> Result<Vec<NewMail>, Problem> {
    let (_, definition) = get_definition(conn, round.id)?;
    let missing = missing(conn, application, &definition)?;
    let contacts = contacts_of(conn, application.organisation)?;
    let closes = round.closes_at.moment_words();
    let countdown = round.closes_at.countdown(now).unwrap_or_default();
    let (template, subject) = match reminder {
        Reminder::Week | Reminder::Day => {
            ("mail/reminder", format!("{}: not submitted yet; the round closes {countdown}", application.reference))
        }
        Reminder::Closed => ("mail/round_closed", format!("{}: was not submitted in time", application.reference)),
    };
    contacts
        .into_iter()
        .map(|(_, name, email)| {
            let data = serde_json::json!({
                "name": name,
                "reference": application.reference,
                "title": application.title,
                "round": format!("{}, {}", round.fund_name, round.name),
                "closes": closes,
                "countdown": countdown,
                "grace": round.grace_words(),
                "missing_words": missing_words(missing.len(), definition.sections.len()),
                "missing": missing,
                "link": app.settings.address(&format!("/applications/{}", application.reference)),
                "copy": app.settings.address(&format!("/applications/{}/copy", application.reference)),
                "office": app.settings.office.name,
                "office_email": app.settings.office.email,
            });
            Ok(NewMail {
                kind: "reminder",
                letter: None,
                to_email: email,
                to_name: name,
                subject: subject.clone(),
                text: app.pages.mail(&format!("{template}.txt"), &data).map_err(Problem::internal)?,
                html: app.pages.mail(&format!("{template}.html"), &data).map_err(Problem::internal)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_counted_in_words() {
        assert_eq!(missing_words(1, 6), "1 of its 6 sections is not complete:");
        assert_eq!(missing_words(2, 6), "2 of its 6 sections are not complete:");
        assert!(missing_words(0, 6).starts_with("Every section is complete."));
    }
}
