//! Documents of a draft.

use jiff::civil::Date;

use super::{own, own_of, require_draft, require_open_at, require_writable};
use crate::applications::model::{Application, Document, EarlierDocument, Safety};
use crate::applications::store::{self, NewDocument};
use crate::applications::submissions::SCAN;
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::actor::Actor;
use crate::base::ids::{DocumentId, RoundId};
use crate::base::time::At;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::rounds::{Intake, Question, QuestionKind, Round, get_definition};

/// Files that one question takes.
pub const DOCUMENTS_PER_QUESTION: usize = 5;

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
    /// Last day on which it holds, where the question asks for one.
    pub expires_on: Option<Date>,
}

/// Where an upload is to go.
#[derive(Debug, Clone)]
pub struct Place {
    /// The question's section.
    pub section: String,
    /// Most bytes that it may have now.
    pub most_bytes: i64,
    /// What is said of one that has more.
    pub too_large: String,
    /// Whether the question asks until when it holds.
    pub expires: bool,
}

/// Looks where an upload would go, before a byte of it is taken. Adding it asks again, inside its transaction.
///
/// # Errors
/// [`Problem::NotFound`] when there is no such question of a bid of theirs; [`Problem::Refused`] when the bid is no draft or
/// the round is not open.
pub fn place_of(conn: &mut Conn, actor: &Actor, reference: &str, question: &str, now: At) -> Result<Place, Problem> {
    let (application, round) = own_of(conn, actor, reference)?;
    let (asked, intake, section) = asked(conn, round.id, question)?;
    require_draft(&application)?;
    if !store::may_change_after_closing(conn, &application, &round, (actor, now))? {
        require_open_at(&round, now)?;
    }
    let used = used_bytes(&store::documents_of(conn, application.id)?);
    let left = intake.application_bytes.saturating_sub(used).max(0);
    let too_large = if left < intake.file_bytes { over_all(&intake, left) } else { over_one(&intake) };
    Ok(Place { section, most_bytes: left.min(intake.file_bytes), too_large, expires: asked.expires })
}

fn asked(conn: &mut Conn, round: RoundId, code: &str) -> Result<(Question, Intake, String), Problem> {
    let (_, definition) = get_definition(conn, round)?;
    let found = definition.sections.iter().find_map(|section| {
        let question = section.questions.iter().find(|question| question.code == code);
        question.map(|question| (question.clone(), section.code.clone()))
    });
    let (question, section) =
        found.filter(|(question, _)| question.kind == QuestionKind::Document).ok_or(Problem::NotFound)?;
    Ok((question, definition.intake, section))
}

fn used_bytes(documents: &[Document]) -> i64 {
    documents.iter().fold(0, |sum, document| sum.saturating_add(document.size_bytes))
}

/// `10 MB`; limits are set in whole megabytes of 1,048,576 bytes.
fn megabytes(bytes: i64) -> String {
    const MEGABYTE: i64 = 1024 * 1024;
    if bytes >= MEGABYTE { format!("{} MB", bytes / MEGABYTE) } else { format!("{} KB", bytes / 1024) }
}

fn over_one(intake: &Intake) -> String {
    format!("The file must be {} or smaller", megabytes(intake.file_bytes))
}

fn over_all(intake: &Intake, left: i64) -> String {
    format!(
        "All files of an application together must be {} or smaller, and {} are left. Remove a file or send a smaller one",
        megabytes(intake.application_bytes),
        megabytes(left)
    )
}

/// Every rule that a file to be added must meet, given those that are there.
fn faults(question: &Question, intake: &Intake, there: &[Document], new: &NewDocument<'_>, today: Date) -> Faults {
    let mut faults = Faults::default();
    let same: Vec<&Document> = there.iter().filter(|other| other.question == question.code).collect();
    let left = intake.application_bytes.saturating_sub(used_bytes(there));
    if same.iter().any(|other| other.sha256 == new.sha256) {
        faults.add(&question.code, "This file is there already. Choose another one");
    } else if same.len() >= DOCUMENTS_PER_QUESTION {
        faults.add(
            &question.code,
            format!("There are {DOCUMENTS_PER_QUESTION} files already. Remove one before you add another"),
        );
    } else if new.size_bytes > intake.file_bytes {
        faults.add(&question.code, over_one(intake));
    } else if new.size_bytes > left {
        faults.add(&question.code, over_all(intake, left.max(0)));
    }
    if question.expires {
        let field = format!("{}-expires-day", question.code);
        match new.expires_on {
            None => faults.add(field, "Enter the day on which the document expires"),
            Some(last) if last < today => {
                faults.add(field, "The document has expired. Send one that is still in date");
            }
            Some(_) => {}
        }
    }
    faults
}

fn insert(
    tx: &mut WriteTx<'_>,
    (application, round): (&Application, &Round),
    new: &NewDocument<'_>,
    kind: EventKind,
) -> Result<(DocumentId, Event), Problem> {
    require_draft(application)?;
    require_writable(application, round, tx)?;
    let (question, intake, _) = asked(tx.conn(), round.id, new.question)?;
    let there = store::documents_of(tx.conn(), application.id)?;
    let today = tx.now().london_date();
    faults(&question, &intake, &there, new, today).check()?;
    let id = store::insert_document(tx, new)?;
    let event = Event::new(kind)
        .round(round.id)
        .application(application.id)
        .with("question", Fact::code(new.question))
        .with("document", id.row())
        .with("sha256", Fact::code(new.sha256));
    Ok((id, event))
}

/// Adds a document to a question, beside those that are there.
///
/// # Errors
/// [`Problem::Refused`] when the bid is no draft or the round is not open; [`Problem::Invalid`] when the file is one too many,
/// too large beside the others, there already, or no longer in date.
pub fn add_document(
    tx: &mut WriteTx<'_>,
    reference: &str,
    question: &str,
    kept: &Kept,
) -> Result<Change<DocumentId>, Problem> {
    let (application, round) = own(tx, reference)?;
    let new = NewDocument {
        application: application.id,
        question,
        file_name: &kept.file_name,
        media_type: kept.media_type,
        size_bytes: kept.size_bytes,
        sha256: &kept.sha256,
        expires_on: kept.expires_on,
    };
    let (id, event) = insert(tx, (&application, &round), &new, EventKind::DocumentAdded)?;
    Ok(Change::new(id, event))
}

/// Uses a document of an earlier application of the same organisation again, for the same question.
///
/// # Errors
/// [`Problem::NotFound`] when it is none of theirs; else those of [`add_document`].
pub fn reuse_document(
    tx: &mut WriteTx<'_>,
    reference: &str,
    question: &str,
    document: DocumentId,
) -> Result<Change<DocumentId>, Problem> {
    let (application, round) = own(tx, reference)?;
    let earlier = store::earlier_documents(tx.conn(), &application)?;
    let is_it = |earlier: &EarlierDocument| {
        earlier.document.id == document
            && earlier.document.question == question
            && earlier.document.safety(false) != Safety::Infected
    };
    let earlier = earlier.into_iter().find(is_it).ok_or(Problem::NotFound)?.document;
    let new = NewDocument {
        application: application.id,
        question,
        file_name: &earlier.file_name,
        media_type: &earlier.media_type,
        size_bytes: earlier.size_bytes,
        sha256: &earlier.sha256,
        expires_on: earlier.expires_on,
    };
    let (id, event) = insert(tx, (&application, &round), &new, EventKind::DocumentReused)?;
    Ok(Change::new(id, event.with("earlier", document.row())))
}

/// Takes a document off.
///
/// # Errors
/// [`Problem::NotFound`] when it is not of this bid; [`Problem::Refused`] when the bid is no draft.
pub fn remove_document(tx: &mut WriteTx<'_>, reference: &str, document: DocumentId) -> Result<Change<()>, Problem> {
    let (application, round) = own(tx, reference)?;
    require_draft(&application)?;
    require_writable(&application, &round, tx)?;
    let found = store::documents_of(tx.conn(), application.id)?.into_iter().find(|other| other.id == document);
    let found = found.ok_or(Problem::NotFound)?;
    if found.question == SCAN {
        return Err(Problem::refused(
            "The scan stays",
            "It is what came to the office, and what was typed is judged by it.",
        ));
    }
    store::set_document_removed(tx, document)?;
    let event = Event::new(EventKind::DocumentRemoved)
        .round(round.id)
        .application(application.id)
        .with("question", Fact::code(&found.question))
        .with("document", document.row());
    Ok(Change::new((), event))
}
