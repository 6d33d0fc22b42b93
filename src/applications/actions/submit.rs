//! Submitting and withdrawing.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::late::{self, Attempt, RECORDED};
use super::{closed_text, own, require_draft, require_open};
use crate::applications::model::{Application, ApplicationStage};
use crate::applications::{rules, store};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::text::{clean, clean_line};
use crate::error::{Faults, Problem};
use crate::mail::{self, NewMail};
use crate::rounds::{Round, Window, get_definition};

/// Who submits, and the token of the page they pressed the button on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Declaration {
    /// Their full name.
    pub name: String,
    /// Their role in the organisation.
    pub role: String,
    /// Whether every statement was confirmed.
    pub confirmed: bool,
    /// The form's own token, for idempotency (D4).
    pub token: String,
}

/// How a submission ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submission {
    /// Received now.
    Received,
    /// The round had closed; the attempt is on record.
    TooLate(String),
}

/// Checks a declaration.
///
/// # Errors
/// Every fault of it.
pub fn check_declaration(declaration: &Declaration) -> Result<(), Problem> {
    let mut faults = Faults::default();
    if clean_line(&declaration.name).is_empty() {
        faults.add("name", "Enter your full name");
    }
    if clean_line(&declaration.role).is_empty() {
        faults.add("role", "Enter your role in the organisation");
    }
    if !declaration.confirmed {
        faults.add("confirmed", "Confirm the declaration to submit");
    }
    faults.check()
}

/// Submits an application: state, receipt, audit event and e-mail commit together or not at all (D2, D4).
///
/// The same token with the same request leads to the same receipt again, and nothing is written; with another request it is a
/// fault.
/// In time is what our server had read whole before the last moment ([`WriteTx::received`]), however long it then waited for its
/// turn; that moment is the one on the receipt. After it the attempt is refused, and recorded.
///
/// # Errors
/// Every fault of the declaration and the answers; [`Problem::Refused`] when the bid is no draft; [`Problem::Repeated`].
pub fn submit(
    tx: &mut WriteTx<'_>,
    reference: &str,
    declaration: &Declaration,
    receipt: impl FnOnce(&Application, &Round, crate::base::time::At) -> Result<Vec<NewMail>, Problem>,
) -> Result<Change<Submission>, Problem> {
    let (application, round) = own(tx, reference)?;
    let digest = crate::files::sha256(
        format!("{}\n{}\n{}", application.reference, declaration.name.trim(), declaration.role.trim()).as_bytes(),
    );
    if let Some((earlier, request)) = store::find_receipt(tx.conn(), &declaration.token)? {
        if earlier != application.id || request != digest {
            let mut faults = Faults::default();
            faults.add(
                "name",
                "That page was used to submit with another name or role. Open the application to see its receipt",
            );
            return Err(Problem::Invalid(faults));
        }
        return Err(Problem::Repeated(format!("/applications/{}/receipt", application.reference)));
    }
    if round.window(tx.received()) == Window::Closed {
        let text = format!("{} {RECORDED}", closed_text(&round));
        let event = late::refused(tx, &round, Some(&application), Attempt::Submit);
        return Ok(Change::new(Submission::TooLate(text), event));
    }
    require_draft(&application)?;
    require_open(&round, tx)?;
    check_declaration(declaration)?;
    let (version, definition) = get_definition(tx.conn(), round.id)?;
    let answers = store::answers_of(tx.conn(), application.id, &definition)?;
    let documents: BTreeSet<String> =
        store::documents_of(tx.conn(), application.id)?.into_iter().map(|document| document.question).collect();
    rules::all_faults(&definition, application.stream.as_deref(), &answers, &documents).check()?;
    let (name, role) = (clean_line(&declaration.name), clean_line(&declaration.role));
    store::set_submitted(tx, application.id, &name, &role)?;
    store::insert_receipt(tx, application.id, &declaration.token, &digest)?;
    let now = tx.now();
    let random = tx.random().clone();
    for message in receipt(&application, &round, tx.received())? {
        mail::queue(tx.conn(), &message, &random, now)?;
    }
    let event = Event::new(EventKind::ApplicationSubmitted)
        .round(round.id)
        .application(application.id)
        .with("reference", Fact::code(&application.reference))
        .with("definition", version)
        .with("received", tx.received())
        .with("window", Fact::code(if tx.received() < round.closes_at { "open" } else { "grace" }))
        .with("ask_pence", application.ask.map_or(0, crate::base::money::Pence::get));
    Ok(Change::new(Submission::Received, event))
}

/// Withdraws an application, before its round is decided.
///
/// # Errors
/// A fault of the reason; [`Problem::Refused`] when it is too late for that.
pub fn withdraw(tx: &mut WriteTx<'_>, reference: &str, reason: &str) -> Result<Change<()>, Problem> {
    let (application, round) = own(tx, reference)?;
    if round.stage >= crate::rounds::RoundStage::Recommended {
        return Err(Problem::refused(
            "It is too late to withdraw",
            "The panel has made its recommendation. Contact the office.",
        ));
    }
    if application.stage == ApplicationStage::Withdrawn {
        return Err(Problem::refused("This application is withdrawn already", "There is nothing more to do."));
    }
    let reason = clean(reason);
    let mut faults = Faults::default();
    if reason.is_empty() {
        faults.add("reason", "Say briefly why you withdraw");
    } else if reason.chars().count() > 1_000 {
        faults.add("reason", "Your reason must be 1,000 characters or fewer");
    }
    faults.check()?;
    store::set_withdrawn(tx, application.id, &reason)?;
    let event = Event::new(EventKind::ApplicationWithdrawn).round(round.id).application(application.id);
    Ok(Change::new((), event))
}
