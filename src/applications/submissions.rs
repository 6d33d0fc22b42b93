//! What was received: every submission of an application, kept as it came; and how a bid that was handed in comes to be changed.

mod changes;
mod read;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::answers::Answer;
use super::model::{Application, Document};
use super::rules::{self, AskedSection};
use crate::accounts::Profile;
use crate::base::ids::AccountId;
use crate::base::registration::Registration;
use crate::base::time::At;
use crate::column_enum;
use crate::rounds::{QuestionKind, Round, RoundDefinition};

pub use changes::{ChangedAnswer, changes};
pub(super) use read::{File as ReceivedFile, Read as ReadBack};

/// A submission as it was received. It never changes; a bid that is handed in again gets another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmittedVersion {
    /// Which of the application's: 1 is the first.
    pub number: i32,
    /// Everything that was received, as [`content`] wrote it.
    pub content: String,
    /// Its SHA-256, which the record of the submission in the trail names.
    pub sha256: String,
    /// When it was received.
    pub at: At,
    /// Who declared it, and in what role.
    pub declared_by: (String, String),
}

column_enum!(AskedBy, "Who asked that a bid be opened again.",
    /// Somebody of the organisation.
    Applicant => "applicant",
    /// The office.
    Office => "office",
);

/// A submitted bid made a draft again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopening {
    /// Who asked for it.
    pub asked_by: AskedBy,
    /// Why; empty where the applicant took it back.
    pub reason: String,
    /// Until when it may be changed and handed in although the round has closed.
    pub until: Option<At>,
    /// When it was opened.
    pub at: At,
}

column_enum!(Channel, "How a bid came to the office that was not typed by its applicant.",
    /// A paper form.
    Paper => "paper",
    /// A telephone call.
    Telephone => "telephone",
);

impl Channel {
    /// What every page and copy of such a bid says.
    #[must_use]
    pub const fn notice(self) -> &'static str {
        match self {
            Self::Paper => "Entered by the office from a paper form.",
            Self::Telephone => "Entered by the office from a telephone call.",
        }
    }
}

/// A bid that the office typed for its applicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeEntry {
    /// How it came.
    pub channel: Channel,
    /// When it came: what the deadline is compared with.
    pub received_at: At,
    /// When the office began to type it.
    pub entered_at: At,
    /// Who did.
    pub entered_by: AccountId,
}

impl OfficeEntry {
    /// What every page and copy of the bid says.
    #[must_use]
    pub fn notice(&self) -> String {
        format!("{} It came on {}.", self.channel.notice(), self.received_at.moment_words())
    }
}

/// The question under which the scan of a paper form is kept. No round can have it: codes have no colon.
pub const SCAN: &str = "office:scan";

/// What a submission is made of.
#[derive(Debug)]
pub struct Received<'a> {
    /// The application.
    pub application: &'a Application,
    /// Whose it is.
    pub organisation: &'a Profile,
    /// Its round.
    pub round: &'a Round,
    /// The definition that was answered, with its version.
    pub definition: (i32, &'a RoundDefinition),
    /// The answers.
    pub answers: &'a BTreeMap<String, Answer>,
    /// The files.
    pub documents: &'a [Document],
    /// Which submission it is.
    pub number: i32,
    /// When it was received.
    pub at: At,
    /// Who declared it, and in what role.
    pub declared_by: (&'a str, &'a str),
    /// How the office came by it, where the office typed it.
    pub entry: Option<&'a OfficeEntry>,
    /// Random, so that the digest in the trail means nothing once the content is erased (D6).
    pub salt: String,
}

#[derive(Serialize)]
struct Content<'a> {
    format: &'static str,
    reference: &'a str,
    submission: i32,
    received_at: String,
    entered_by_office: Option<&'static str>,
    round: &'a str,
    round_name: String,
    definition: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<&'a str>,
    organisation: Body<'a>,
    answers: Vec<Line<'a>>,
    documents: Vec<File<'a>>,
    declaration: Declared<'a>,
    salt: String,
}

#[derive(Serialize)]
struct Body<'a> {
    name: &'a str,
    kind: &'a str,
    /// As open grants data writes them: `GB-CHC-1164883`.
    numbers: Vec<String>,
    address: &'a str,
}

#[derive(Serialize)]
struct Line<'a> {
    section: &'a str,
    code: &'a str,
    question: &'a str,
    answer: Value,
}

#[derive(Serialize)]
struct File<'a> {
    question: &'a str,
    file_name: &'a str,
    size_bytes: i64,
    sha256: &'a str,
}

#[derive(Serialize)]
struct Declared<'a> {
    statements: &'a [String],
    name: &'a str,
    role: &'a str,
}

fn is_asked(asked: &[AskedSection<'_>], code: &str) -> bool {
    asked.iter().any(|section| section.questions.iter().any(|question| question.code == code))
}

/// Everything that was received, as text that is kept and handed out byte for byte: its SHA-256 is that of the file.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn content(received: &Received<'_>) -> Result<String, serde_json::Error> {
    let (version, definition) = received.definition;
    let organisation = &received.organisation.organisation;
    let mut answers = Vec::new();
    let asked = rules::asked(definition, received.application.stream.as_deref(), received.answers);
    for section in &asked {
        for question in section.questions.iter().filter(|question| question.kind != QuestionKind::Document) {
            let answer = match received.answers.get(&question.code) {
                Some(answer) => serde_json::from_str(&answer.to_json())?,
                None => Value::Null,
            };
            answers.push(Line {
                section: &section.section.title,
                code: &question.code,
                question: &question.text,
                answer,
            });
        }
    }
    let content = Content {
        format: "evenhand application 1",
        reference: &received.application.reference,
        submission: received.number,
        received_at: received.at.rfc3339(),
        entered_by_office: received.entry.map(|entry| entry.channel.word()),
        round: &received.round.reference,
        round_name: format!("{}, {}", received.round.fund_name, received.round.name),
        definition: version,
        stream: received.application.stream.as_deref(),
        organisation: Body {
            name: &organisation.name,
            kind: organisation.kind.word(),
            numbers: received.organisation.numbers.iter().map(Registration::org_id).collect(),
            address: &organisation.address,
        },
        answers,
        documents: received
            .documents
            .iter()
            .filter(|file| file.question == SCAN || is_asked(&asked, &file.question))
            .map(|file| File {
                question: &file.question,
                file_name: &file.file_name,
                size_bytes: file.size_bytes,
                sha256: &file.sha256,
            })
            .collect(),
        declaration: Declared {
            statements: &definition.declaration,
            name: received.declared_by.0,
            role: received.declared_by.1,
        },
        salt: received.salt.clone(),
    };
    Ok(serde_json::to_string_pretty(&content)? + "\n")
}
