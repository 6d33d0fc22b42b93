//! What people do with applications.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::answers::Answer;
use super::gates::GateOutcome;
use super::model::{Application, ApplicationStage};
use super::rules;
use super::store::{self, NewApplication, NewDocument};
use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{ApplicationId, DocumentId, OrganisationId, Reference, RoundId};
use crate::base::text::{clean, clean_line};
use crate::error::{Faults, Problem};
use crate::mail::{self, NewMail};
use crate::rounds::{QuestionKind, Round, RoundDefinition, Window, get_definition, get_round};

/// Loads an application that the actor may change, with its round.
fn own(tx: &mut WriteTx<'_>, reference: &str) -> Result<(Application, Round), Problem> {
    let application = store::application_of_reference(tx.conn(), reference)?;
    let actor = tx.actor().clone();
    let bid = store::bid_of(tx.conn(), &application, &actor)?;
    access::require(&actor, Action::ChangeBid(&bid))?;
    let round = get_round(tx.conn(), application.round)?;
    Ok((application, round))
}

/// The round takes bids now, compared inside the transaction (D3).
fn require_open(round: &Round, tx: &WriteTx<'_>) -> Result<(), Problem> {
    match round.window(tx.now()) {
        Window::Open => Ok(()),
        Window::NotYet => {
            Err(Problem::refused("This round is not open yet", format!("It opens on {}.", round.opens_at)))
        }
        Window::Closed => Err(Problem::refused("This round is closed", closed_text(round))),
    }
}

fn closed_text(round: &Round) -> String {
    format!(
        "It closed on {}, by our clock. What you wrote is kept, and you can read and copy it, but it cannot be submitted to \
         this round. Your attempt has been recorded. If something outside your control stopped you, contact the office.",
        round.closes_at
    )
}

/// An applicant's answers to the eligibility questions, by code.
pub type EligibilityAnswers = BTreeMap<String, String>;

/// Starts an application for an organisation.
///
/// # Errors
/// [`Problem::Refused`] when the round is not open, an answer rules the bid out, or the organisation has its bids already.
pub fn start(
    tx: &mut WriteTx<'_>,
    round: RoundId,
    organisation: OrganisationId,
    eligibility: &EligibilityAnswers,
) -> Result<Change<String>, Problem> {
    access::require(tx.actor(), Action::BidFor(organisation))?;
    let round = get_round(tx.conn(), round)?;
    require_open(&round, tx)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    if !refusals(&definition, eligibility).is_empty() {
        return Err(Problem::refused(
            "This project cannot be funded in this round",
            "Check your answers to the eligibility questions.",
        ));
    }
    let standing = store::list_of_organisations(tx.conn(), &[organisation])?
        .into_iter()
        .filter(|other| other.round == round.id && other.stage != ApplicationStage::Withdrawn)
        .count();
    if i32::try_from(standing).unwrap_or(i32::MAX) >= definition.max_bids_per_organisation {
        return Err(Problem::refused(
            "Your organisation has applied to this round already",
            format!(
                "Each organisation may make {} application in this round. You can continue or withdraw the one you have.",
                definition.max_bids_per_organisation
            ),
        ));
    }
    let prefix = format!("{}-{}", round.fund_code, round.opens_at.london_date().year());
    let reference = Reference::make(&prefix, tx.random())?;
    let id = store::insert_application(
        tx,
        &NewApplication {
            round: round.id,
            organisation,
            reference: reference.as_str(),
            eligibility: &serde_json::to_string(eligibility).map_err(Problem::internal)?,
        },
    )?;
    let event = Event::new(EventKind::ApplicationStarted)
        .round(round.id)
        .application(id)
        .with("reference", Fact::code(reference.as_str()));
    Ok(Change::new(reference.as_str().to_owned(), event))
}

/// Why the answers rule a bid out, in plain words; empty when nothing does. An unanswered question rules it out too.
#[must_use]
pub fn refusals(definition: &RoundDefinition, answers: &EligibilityAnswers) -> Vec<String> {
    definition
        .eligibility
        .iter()
        .filter_map(|question| {
            let chosen = answers
                .get(&question.code)
                .and_then(|value| question.options.iter().find(|option| option.value == *value));
            match chosen {
                None => Some(format!("You have not answered: {}", question.text)),
                Some(option) => option.refusal.clone(),
            }
        })
        .collect()
}

/// Saves the answers of a page. What was not changed is not written. Returns when it was saved.
///
/// # Errors
/// [`Problem::Refused`] when the bid is no draft or the round is not open.
pub fn save_answers(
    tx: &mut WriteTx<'_>,
    reference: &str,
    saved: &BTreeMap<String, Answer>,
) -> Result<Change<()>, Problem> {
    let (application, round) = own(tx, reference)?;
    require_draft(&application)?;
    require_open(&round, tx)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let stored = store::answer_rows(tx.conn(), application.id)?;
    let mut changed = Vec::new();
    for (code, answer) in saved {
        if definition.question(code).is_none() {
            return Err(Problem::Malformed(format!("{code} is no question of this round")));
        }
        let value = answer.to_json();
        match stored.get(code) {
            Some((_, _, old)) if *old == value => continue,
            Some((row, _, _)) => store::update_answer(tx, *row, &value)?,
            None if answer.is_empty() => continue,
            None => store::insert_answer(tx, application.id, code, &value)?,
        }
        changed.push(code.as_str());
    }
    let answers = store::answers_of(tx.conn(), application.id, &definition)?;
    let (title, ask) = rules::summary(&definition, &answers);
    if title != application.title || ask != application.ask {
        store::set_summary(tx, application.id, &title, ask)?;
    }
    let event = Event::new(EventKind::AnswersSaved)
        .round(round.id)
        .application(application.id)
        .with("questions", Fact::codes(changed));
    Ok(Change::new((), event))
}

fn require_draft(application: &Application) -> Result<(), Problem> {
    match application.stage {
        ApplicationStage::Draft => Ok(()),
        ApplicationStage::Submitted => Err(Problem::refused(
            "This application is submitted",
            "It can no longer be changed. You can withdraw it, or contact the office.",
        )),
        ApplicationStage::Withdrawn => {
            Err(Problem::refused("This application is withdrawn", "It can no longer be changed."))
        }
    }
}

/// An upload whose content is already kept under its hash.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The applicant's name for it.
    pub file_name: String,
    /// Media type, from its content.
    pub media_type: &'static str,
    /// Size in bytes.
    pub size_bytes: i64,
    /// SHA-256 of its content.
    pub sha256: String,
}

/// Adds a document to a question; one that was there before is taken off, and kept.
///
/// # Errors
/// [`Problem::Refused`] when the bid is no draft or the round is not open.
pub fn add_document(
    tx: &mut WriteTx<'_>,
    reference: &str,
    question: &str,
    kept: &Kept,
) -> Result<Change<DocumentId>, Problem> {
    let (application, round) = own(tx, reference)?;
    require_draft(&application)?;
    require_open(&round, tx)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    if definition.question(question).is_none_or(|question| question.kind != QuestionKind::Document) {
        return Err(Problem::NotFound);
    }
    for old in store::documents_of(tx.conn(), application.id)? {
        if old.question == question {
            store::set_document_removed(tx, old.id)?;
        }
    }
    let id = store::insert_document(
        tx,
        &NewDocument {
            application: application.id,
            question,
            file_name: &kept.file_name,
            media_type: kept.media_type,
            size_bytes: kept.size_bytes,
            sha256: &kept.sha256,
        },
    )?;
    let event = Event::new(EventKind::DocumentAdded)
        .round(round.id)
        .application(application.id)
        .with("question", Fact::code(question))
        .with("document", id.row())
        .with("sha256", Fact::code(&kept.sha256));
    Ok(Change::new(id, event))
}

/// Takes a document off.
///
/// # Errors
/// [`Problem::NotFound`] when it is not of this bid; [`Problem::Refused`] when the bid is no draft.
pub fn remove_document(tx: &mut WriteTx<'_>, reference: &str, document: DocumentId) -> Result<Change<()>, Problem> {
    let (application, round) = own(tx, reference)?;
    require_draft(&application)?;
    require_open(&round, tx)?;
    let found = store::documents_of(tx.conn(), application.id)?.into_iter().find(|other| other.id == document);
    let found = found.ok_or(Problem::NotFound)?;
    store::set_document_removed(tx, document)?;
    let event = Event::new(EventKind::DocumentRemoved)
        .round(round.id)
        .application(application.id)
        .with("question", Fact::code(&found.question))
        .with("document", document.row());
    Ok(Change::new((), event))
}

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
/// After the deadline the attempt is refused, and recorded.
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
    if round.window(tx.now()) == Window::Closed {
        let event = Event::new(EventKind::LateAttemptRefused)
            .round(round.id)
            .application(application.id)
            .with("closes_at", round.closes_at);
        return Ok(Change::new(Submission::TooLate(closed_text(&round)), event));
    }
    require_draft(&application)?;
    require_open(&round, tx)?;
    check_declaration(declaration)?;
    let (version, definition) = get_definition(tx.conn(), round.id)?;
    let answers = store::answers_of(tx.conn(), application.id, &definition)?;
    let documents: BTreeSet<String> =
        store::documents_of(tx.conn(), application.id)?.into_iter().map(|document| document.question).collect();
    rules::all_faults(&definition, &answers, &documents).check()?;
    let (name, role) = (clean_line(&declaration.name), clean_line(&declaration.role));
    store::set_submitted(tx, application.id, &name, &role)?;
    store::insert_receipt(tx, application.id, &declaration.token, &digest)?;
    let now = tx.now();
    let random = tx.random().clone();
    for message in receipt(&application, &round, now)? {
        mail::queue(tx.conn(), &message, &random, now)?;
    }
    let event = Event::new(EventKind::ApplicationSubmitted)
        .round(round.id)
        .application(application.id)
        .with("reference", Fact::code(&application.reference))
        .with("definition", version)
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

/// Records an officer's gate check.
///
/// # Errors
/// [`Problem::NotFound`] for a gate that the round does not have; a fault when a reason is missing.
pub fn check_gate(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    gate: &str,
    outcome: GateOutcome,
    note: &str,
) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let application = store::get_application(tx.conn(), application)?;
    let round = get_round(tx.conn(), application.round)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    if application.stage != ApplicationStage::Submitted || !definition.gates.iter().any(|known| known.code == gate) {
        return Err(Problem::NotFound);
    }
    if round.stage >= crate::rounds::RoundStage::Recommended {
        return Err(Problem::refused("The gates are closed", "A recommendation was made on them. Take it back first."));
    }
    let note = clean(note);
    let mut faults = Faults::default();
    if matches!(outcome, GateOutcome::NotMet | GateOutcome::MetWithCondition) && note.is_empty() {
        faults.add("note", "Say what is not met, or what the condition is. The applicant will be told");
    }
    faults.check()?;
    store::put_gate_check(tx, application.id, gate, outcome, &note)?;
    let event = Event::new(EventKind::GateChecked)
        .round(round.id)
        .application(application.id)
        .with("gate", Fact::code(gate))
        .with("outcome", Fact::code(outcome.word()));
    Ok(Change::new((), event))
}
