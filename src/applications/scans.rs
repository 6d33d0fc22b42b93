//! The virus scan of documents and of the evidence that officers attach, beside the pages: it holds up neither an upload nor a submission, and until it has said that
//! a file is clean nobody opens it (S8).

use std::io;

use super::store::{self, Affected, Carrier, DueScan};
use crate::app::App;
use crate::audit::{Change, Event, EventKind, Fact};
use crate::base::actor::Actor;
use crate::base::time::At;
use crate::db::DbResult;
use crate::error::Problem;
use crate::files::scanner::{Scanner, Verdict};
use crate::mail::{self, NewMail};

use super::model::ScanState;

/// How long one worker may take over a file, in seconds: longer than a scan may.
const LEASE_SECONDS: i64 = 300;
/// A clean file is looked at again so often: by then the scanner knows more viruses.
const AGAIN_SECONDS: i64 = 7 * 24 * 60 * 60;
/// The longest wait after a scan that failed.
const LONGEST_WAIT_SECONDS: i64 = 15 * 60;

/// Puts what came since in the queue, and scans what is due. Returns how many were scanned with a clear answer.
///
/// # Errors
/// When the database refuses. A scanner that does not answer is no error: the file waits for the next try.
pub fn scan_due(app: &App, scanner: &Scanner, stopped: impl Fn() -> bool) -> Result<usize, Problem> {
    while store::enqueue_scans(&app.db, app.clock.now())? > 0 {}
    let mut answered = 0;
    while !stopped() {
        let Some(due) = store::take_scan(&app.db, app.clock.now(), LEASE_SECONDS)? else { break };
        match scanner.scan(&app.files, &due.sha256) {
            Ok(Verdict::Clean) => {
                let now = app.clock.now();
                store::set_scan_clean(&app.db, &due, now, now.plus_seconds(AGAIN_SECONDS))?;
                answered += 1;
            }
            Ok(Verdict::Infected(finding)) => {
                record_virus(app, &due, &finding)?;
                answered += 1;
            }
            Err(error) => {
                postpone(app, &due, &error)?;
                // A scanner that is gone is not asked for every file in turn.
                break;
            }
        }
    }
    Ok(answered)
}

fn postpone(app: &App, due: &DueScan, error: &io::Error) -> DbResult<()> {
    let awaiting = due.state == ScanState::Awaiting;
    tracing::warn!(cause = %error, attempts = due.attempts, awaiting, "a document could not be scanned for viruses");
    store::postpone_scan(&app.db, due, app.clock.now().plus_seconds(wait_seconds(due.attempts)))
}

/// Twice as long after every try.
fn wait_seconds(attempts: i32) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(0);
    (5 * 2_i64.pow(doublings)).min(LONGEST_WAIT_SECONDS)
}

/// The file is withheld, every bid that has it says so in the trail, and its sender and the office are told.
fn record_virus(app: &App, due: &DueScan, finding: &str) -> Result<(), Problem> {
    let affected = app.db.read(|conn| store::affected_by(conn, &due.sha256))?;
    if affected.is_empty() {
        return Ok(app.db.operate(|tx| {
            let now = app.clock.now();
            store::set_scan_infected(tx.conn(), due, finding, now).map(|_| ())
        })?);
    }
    app.ledger.write(&Actor::System("virus scan"), |tx| {
        let now = tx.now();
        // Read again: a bid may have taken the file since.
        let affected = store::affected_by(tx.conn(), &due.sha256)?;
        if !store::set_scan_infected(tx.conn(), due, finding, now)? {
            return Err(Problem::NotFound);
        }
        for document in &affected {
            for message in mails(app, document, now)? {
                let about = mail::About::application(document.round, document.application);
                mail::queue_about(tx.conn(), &message, about, &app.random, now)?;
            }
        }
        let mut events = affected.iter().map(|document| {
            let event = Event::new(EventKind::VirusFound).round(document.round).application(document.application);
            let event = match document.carrier {
                Carrier::Document(id) => event.with("document", id.row()),
                Carrier::Evidence(row) => event.with("gate_finding", row),
            };
            event
                .with("sha256", Fact::code(&due.sha256))
                .with("finding", Fact::code(finding))
                .with("sent_by", document.account.row())
        });
        let first = events.next().ok_or(Problem::NotFound)?;
        Ok(events.fold(Change::new((), first), Change::and))
    })
}

fn mails(app: &App, document: &Affected, at: At) -> Result<Vec<NewMail>, Problem> {
    let office = &app.settings.office;
    // What an officer attached as evidence is the office's own matter.
    let applicant = matches!(document.carrier, Carrier::Document(_));
    let in_office = format!("/office/applications/{}", document.reference);
    let of_sender = if applicant { format!("/applications/{}", document.reference) } else { in_office.clone() };
    let to = [
        (document.email.clone(), document.name.clone(), of_sender, applicant),
        (office.email.clone(), office.name.clone(), in_office, false),
    ];
    to.into_iter()
        .map(|(to_email, to_name, path, applicant)| {
            let data = serde_json::json!({
                "reference": document.reference,
                "file": document.file_name,
                "at": at.moment_words(),
                "applicant": applicant,
                "link": app.settings.address(&path),
                "office": office.name,
                "office_email": office.email,
            });
            Ok(NewMail {
                kind: "virus_found",
                letter: None,
                to_email,
                to_name,
                subject: format!("{}: a virus was found in a document", document.reference),
                text: app.pages.mail("mail/virus_found.txt", &data).map_err(Problem::internal)?,
                html: app.pages.mail("mail/virus_found.html", &data).map_err(Problem::internal)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_come_less_and_less_often() {
        assert_eq!([1, 2, 3, 8, 9, 100].map(wait_seconds), [5, 10, 20, 640, 900, 900]);
    }
}
