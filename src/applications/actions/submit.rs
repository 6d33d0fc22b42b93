//! Submitting, taking back, re-opening and withdrawing.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::late;
use super::{after_closing, own, require_draft, require_writable};
use crate::accounts::profile_of;
use crate::applications::answers::Answer;
use crate::applications::model::{Application, ApplicationStage, Document};
use crate::applications::store::NewSubmission;
use crate::applications::submissions::{Received, content};
use crate::applications::{rules, store};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::text::clean_line;
use crate::db::Conn;
use crate::error::{Faults, Problem, required_reason};
use crate::files::sha256;
use crate::mail::{self, NewMail};
use crate::rounds::{Round, RoundDefinition, Window, get_definition};

/// Who submits, and the token of the page they pressed the button on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Declaration {
    /// Their full name.
    pub name: String,
    /// Their role in the organisation.
    pub role: String,
    /// Whether they are allowed to sign for the organisation; none when they did not say.
    pub authority: Option<bool>,
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
    for (field, typed, missing) in [
        ("name", &declaration.name, "Enter your full name"),
        ("role", &declaration.role, "Enter your role in the organisation"),
    ] {
        let length = clean_line(typed).chars().count();
        if length == 0 {
            faults.add(field, missing);
        } else if length > 200 {
            faults.add(field, "This must be 200 characters or fewer");
        }
    }
    match declaration.authority {
        Some(true) => {}
        Some(false) => {
            faults
                .add("authority", "Somebody who is allowed to sign for the organisation must submit this application");
        }
        None => faults.add("authority", "Say whether you are allowed to sign for the organisation"),
    }
    if !declaration.confirmed {
        faults.add("confirmed", "Confirm the declaration to submit");
    }
    faults.check()
}

/// What one request says, so that the same token with another request is noticed.
fn digest(application: &Application, declaration: &Declaration) -> String {
    let said = serde_json::json!([
        application.reference,
        declaration.name.trim(),
        declaration.role.trim(),
        declaration.authority,
        declaration.confirmed,
    ]);
    sha256(said.to_string().as_bytes())
}

/// An earlier request with the same token: the same is answered as it was, another is a fault.
fn require_new(tx: &mut WriteTx<'_>, application: &Application, token: &str, digest: &str) -> Result<(), Problem> {
    let Some((earlier, request)) = store::find_receipt(tx.conn(), token)? else { return Ok(()) };
    if earlier != application.id || request != digest {
        let mut faults = Faults::default();
        faults.add(
            "name",
            "That page was used to submit something else. Open the application to see its receipt, or to submit it again",
        );
        return Err(Problem::Invalid(faults));
    }
    if application.stage == ApplicationStage::Draft {
        return Err(Problem::refused(
            "This application is not submitted",
            "You used this page before it was opened for changes. Open the application, check your answers and submit it again.",
        ));
    }
    Err(Problem::Repeated(format!("/applications/{}/receipt", application.reference)))
}

/// Submits an application: state, what was received, receipt, audit event and e-mail commit together or not at all (D2, D4).
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
    receipt: impl FnOnce(&mut Conn, &Application, &Round) -> Result<Vec<NewMail>, Problem>,
) -> Result<Change<Submission>, Problem> {
    let (application, round) = own(tx, reference)?;
    let digest = digest(&application, declaration);
    require_new(tx, &application, &declaration.token, &digest)?;
    if round.window(tx.received()) == Window::Closed && !after_closing(&application, &round, tx)? {
        return Ok(late::refuse_late_submission(tx, &round, &application)?.map(Submission::TooLate));
    }
    require_draft(&application)?;
    require_writable(&application, &round, tx)?;
    check_declaration(declaration)?;
    let (version, definition) = get_definition(tx.conn(), round.id)?;
    let answers = store::answers_of(tx.conn(), application.id, &definition)?;
    let documents = store::documents_of(tx.conn(), application.id)?;
    let answered: BTreeSet<String> = documents.iter().map(|document| document.question.clone()).collect();
    rules::all_faults(&definition, application.stream.as_deref(), &answers, &answered).check()?;
    let declared = (clean_line(&declaration.name), clean_line(&declaration.role));
    store::set_submitted(tx, application.id, &declared.0, &declared.1)?;
    let material = Material { definition: (version, &definition), answers: &answers, documents: &documents };
    let (number, content) = keep(tx, &application, &round, &material, &declared)?;
    store::insert_receipt(tx, application.id, &declaration.token, &digest)?;
    let now = tx.now();
    let random = tx.random().clone();
    for message in receipt(tx.conn(), &application, &round)? {
        let about = mail::About::application(round.id, application.id);
        mail::queue_about(tx.conn(), &message, about, &random, now)?;
    }
    let event = Event::new(EventKind::ApplicationSubmitted)
        .round(round.id)
        .application(application.id)
        .with("reference", Fact::code(&application.reference))
        .with("submission", number)
        .with("content", Fact::code(&content))
        .with("definition", version)
        .with("received", tx.received())
        .with("window", Fact::code(if tx.received() < round.closes_at { "open" } else { "grace" }))
        .with("ask_pence", application.ask.map_or(0, crate::base::money::Pence::get));
    Ok(Change::new(Submission::Received, event))
}

/// What was answered.
struct Material<'a> {
    definition: (i32, &'a RoundDefinition),
    answers: &'a BTreeMap<String, Answer>,
    documents: &'a [Document],
}

/// Keeps what was received; gives its number and the SHA-256 of its content.
fn keep(
    tx: &mut WriteTx<'_>,
    application: &Application,
    round: &Round,
    material: &Material<'_>,
    declared: &(String, String),
) -> Result<(i32, String), Problem> {
    let number = store::receipts_of(tx.conn(), application.id)?.saturating_add(1);
    let organisation = profile_of(tx.conn(), application.organisation)?;
    let entry = store::entry_of(tx.conn(), application.id)?;
    let received = Received {
        application,
        organisation: &organisation,
        round,
        definition: material.definition,
        answers: material.answers,
        documents: material.documents,
        number,
        at: tx.received(),
        declared_by: (&declared.0, &declared.1),
        entry: entry.as_ref(),
        salt: data_encoding::HEXLOWER.encode(&tx.random().bytes::<16>()?),
    };
    let content = content(&received).map_err(Problem::internal)?;
    let digest = sha256(content.as_bytes());
    let new = NewSubmission {
        application: application.id,
        number,
        content: &content,
        sha256: &digest,
        declared_by: (&declared.0, &declared.1),
    };
    store::insert_submission(tx, &new)?;
    Ok((number, digest))
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
    let reason = required_reason("reason", reason, 1_000, "Say briefly why you withdraw")?;
    store::set_withdrawn(tx, application.id, &reason)?;
    let event = Event::new(EventKind::ApplicationWithdrawn).round(round.id).application(application.id);
    Ok(Change::new((), event))
}
