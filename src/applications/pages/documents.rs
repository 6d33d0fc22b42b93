//! The documents that a section asks for: what is there, what may be added, what can be used again.

use std::collections::BTreeSet;

use serde::Serialize;

use super::form::QuestionView;
use super::section::Loaded;
use crate::applications::actions;
use crate::applications::model::{Document, Safety};
use crate::error::Faults;
use crate::rounds::Question;
use crate::web::Field;

/// A document that a section asks for.
#[derive(Serialize)]
pub(super) struct UploadView {
    question: QuestionView,
    title: String,
    action: String,
    documents: Vec<DocumentView>,
    /// Until when it holds, where that is asked.
    pub expires: Option<Field>,
    full: bool,
    earlier: Vec<EarlierView>,
}

/// A document of an earlier application that can be used again.
#[derive(Serialize)]
struct EarlierView {
    name: String,
    note: String,
    action: String,
}

#[derive(Serialize)]
struct DocumentView {
    href: Option<String>,
    name: String,
    size: String,
    note: String,
    remove: String,
}

impl Loaded {
    /// A question that asks for documents.
    pub(super) fn upload_view(&self, question: &Question, mut view: QuestionView, faults: &Faults) -> UploadView {
        let reference = &self.application.reference;
        let action = format!("/applications/{reference}/uploads/{}", question.code);
        let of = |document: &&Document| document.question == question.code;
        let documents: Vec<DocumentView> =
            self.documents.iter().filter(of).map(|document| self.document_view(document)).collect();
        let expires = question.expires.then(|| {
            let name = format!("{}-expires", question.code);
            let mut field = Field::new(&name, "When does it expire?").hint("For example, 27 3 2027");
            field.error = faults.of(&format!("{name}-day")).map(ToOwned::to_owned);
            field
        });
        let title = std::mem::take(&mut view.field.label);
        view.field.label = if documents.is_empty() { title.clone() } else { format!("Add another file: {title}") };
        UploadView {
            earlier: self.earlier_views(question, &action),
            full: documents.len() >= actions::DOCUMENTS_PER_QUESTION,
            question: view,
            title,
            action,
            documents,
            expires,
        }
    }

    fn document_view(&self, document: &Document) -> DocumentView {
        let href = format!("/applications/{}/documents/{}", self.application.reference, document.id.row());
        DocumentView {
            name: document.file_name.clone(),
            size: size_words(document.size_bytes),
            note: capitalised(&document.note(self.scanner, self.today)),
            remove: format!("{href}/remove"),
            href: (document.safety(self.scanner) == Safety::Open).then_some(href),
        }
    }

    /// What earlier applications sent for the same question, once each, where it still holds and is not here already.
    fn earlier_views(&self, question: &Question, action: &str) -> Vec<EarlierView> {
        let mut seen: BTreeSet<&str> = self
            .documents
            .iter()
            .filter(|document| document.question == question.code)
            .map(|document| document.sha256.as_str())
            .collect();
        self.earlier
            .iter()
            .filter(|earlier| earlier.document.question == question.code)
            .filter(|earlier| {
                let document = &earlier.document;
                let in_date = match document.expires_on {
                    Some(last) => last >= self.today,
                    None => !question.expires,
                };
                in_date && document.safety(self.scanner) != Safety::Infected && seen.insert(&document.sha256)
            })
            .take(10)
            .map(|earlier| {
                let document = &earlier.document;
                let mut note = format!("{}, {}", earlier.round, document.uploaded_at.date_words());
                let more = document.note(self.scanner, self.today);
                if !more.is_empty() {
                    note.push_str("; ");
                    note.push_str(&more);
                }
                EarlierView {
                    name: document.file_name.clone(),
                    note,
                    action: format!("{action}/reuse/{}", document.id.row()),
                }
            })
            .collect()
    }
}

/// With a capital at the beginning; names further on stay as they are.
fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// `230 KB`.
pub(super) fn size_words(bytes: i64) -> String {
    if bytes < 1_000_000 { format!("{} KB", (bytes + 999) / 1000) } else { format!("{} MB", bytes / 1_000_000) }
}
