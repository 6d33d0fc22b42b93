//! A bid's answers, to be read beside the criteria.

use serde::Serialize;

use crate::applications::{Application, answers_of, asked, documents_of};
use crate::db::{Conn, DbResult};
use crate::rounds::{Question, QuestionKind, RoundDefinition};

/// A section of a bid.
#[derive(Debug, Serialize)]
pub struct BidSection {
    /// Its title.
    pub title: String,
    /// Its questions with their answers.
    pub answers: Vec<BidAnswer>,
}

/// A question with its answer.
#[derive(Debug, Serialize)]
pub struct BidAnswer {
    /// The place on the page that criteria link to.
    pub id: String,
    /// The question.
    pub question: String,
    /// The answer as plain text.
    pub value: String,
    /// Its documents.
    pub files: Vec<FileLink>,
    /// The criteria that judge it, where the page has them.
    pub judged_by: Vec<FileLink>,
}

/// A link to a document.
#[derive(Debug, Serialize)]
pub struct FileLink {
    /// Address.
    pub href: String,
    /// The applicant's name for it.
    pub text: String,
}

/// The answers of a bid to what it was asked, in the order of the form, without its contacts.
///
/// # Errors
/// When the database cannot be read.
pub fn bid_sections(
    conn: &mut Conn,
    application: &Application,
    definition: &RoundDefinition,
) -> DbResult<Vec<BidSection>> {
    let answers = answers_of(conn, application.id, definition)?;
    let documents = documents_of(conn, application.id)?;
    let answer = |question: &Question| {
        let files: Vec<FileLink> = documents
            .iter()
            .filter(|document| document.question == question.code)
            .map(|document| FileLink {
                href: format!("/applications/{}/documents/{}", application.reference, document.id.row()),
                text: document.file_name.clone(),
            })
            .collect();
        let plain = answers.get(&question.code).filter(|_| question.kind != QuestionKind::Document);
        let value = plain.map(|answer| answer.plain(question)).filter(|text| !text.is_empty());
        let missing = if files.is_empty() { "Not answered" } else { "" };
        BidAnswer {
            id: format!("answer-{}", question.code),
            question: question.text.clone(),
            value: value.unwrap_or_else(|| missing.to_owned()),
            files,
            judged_by: Vec::new(),
        }
    };
    Ok(asked(definition, application.stream.as_deref(), &answers)
        .into_iter()
        .map(|asked| BidSection {
            title: asked.section.title.clone(),
            answers: asked.questions.into_iter().filter(|question| !is_private(question)).map(answer).collect(),
        })
        .filter(|section| !section.answers.is_empty())
        .collect())
}

/// Addresses and telephone numbers: nobody needs them to judge a bid, and applicants hear from the office alone.
fn is_private(question: &Question) -> bool {
    question.kind == QuestionKind::Contacts
}
