//! Documents of a draft.

use super::{own, require_draft, require_writable};
use crate::applications::store::{self, NewDocument};
use crate::applications::submissions::SCAN;
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::DocumentId;
use crate::error::Problem;
use crate::rounds::{QuestionKind, get_definition};

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
    require_writable(&application, &round, tx)?;
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
