//! A copy of an application: what the applicant keeps, prints or sends to their trustees.

use serde::{Deserialize, Serialize};

/// An application as its copy prints it. Every word is here: the template brings headings and explanations only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationCopy {
    /// The office that runs the round.
    pub office: String,
    /// What it is: "Application", or "Draft: not submitted".
    pub heading: String,
    /// What must be known before reading on, such as that it is a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The application's reference.
    pub reference: String,
    /// The project's title.
    pub title: String,
    /// Organisation, round, when it was received and the like, in order.
    pub facts: Vec<CopyFact>,
    /// The sections of the form.
    pub sections: Vec<CopySection>,
    /// What the person who submitted declared; empty for a draft.
    pub declaration: Vec<String>,
    /// Who declared it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_by: Option<String>,
    /// The files that came with it.
    pub documents: Vec<CopyDocument>,
    /// The record of its receipt in the audit trail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<CopyRecord>,
    /// The day of the copy, `2026-12-04`: that of receipt, or, of a draft, that on which it was made.
    pub date: String,
}

/// A fact with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyFact {
    /// What it is.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// A section of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopySection {
    /// Its title.
    pub title: String,
    /// Its questions with their answers.
    pub answers: Vec<CopyAnswer>,
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyAnswer {
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: Given,
}

/// An answer as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Given {
    /// None.
    Nothing,
    /// Text, with its lines and paragraphs.
    Text {
        /// The text.
        text: String,
    },
    /// Choices.
    List {
        /// Each of them.
        items: Vec<String>,
    },
    /// A table.
    Table {
        /// The columns.
        columns: Vec<Column>,
        /// The rows, each with a cell for every column.
        rows: Vec<Vec<String>>,
        /// What stands under the table.
        summary: String,
    },
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// Whether it holds figures.
    pub figures: bool,
}

/// A file that came with the application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyDocument {
    /// What it was asked for.
    pub question: String,
    /// The applicant's name for it.
    pub name: String,
    /// Its size in words.
    pub size: String,
    /// The SHA-256 of its content.
    pub sha256: String,
}

/// The record of an application's receipt in the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyRecord {
    /// The record's number.
    pub number: String,
    /// When it was written.
    pub time: String,
    /// Its SHA-256.
    pub hash: String,
    /// The SHA-256 of what was received; none for what was received before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// A complete example, for checks of the template.
#[must_use]
pub fn sample() -> ApplicationCopy {
    let text = |text: &str| Given::Text { text: text.to_owned() };
    let answer = |question: &str, answer: Given| CopyAnswer { question: question.to_owned(), answer };
    let column = |title: &str, figures: bool| Column { title: title.to_owned(), figures };
    let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let fact = |name: &str, text: &str| CopyFact { name: name.to_owned(), text: text.to_owned() };
    ApplicationCopy {
        office: "Police and Crime Commissioner for Northfold".to_owned(),
        heading: "Application".to_owned(),
        notice: Some("Entered by the office from a paper form.".to_owned()),
        reference: "CSF-2026-K7PM2".to_owned(),
        title: "Safe Streets After Dark".to_owned(),
        facts: vec![
            fact("Organisation", "Harbour Lane Youth Trust"),
            fact("Charity number", "1164883"),
            fact("Round", "Commissioner\u{2019}s Safety Fund, Autumn 2026"),
            fact("Received", "Friday 4 December 2026 at 11:58am (London time)"),
        ],
        sections: vec![CopySection {
            title: "Your project".to_owned(),
            answers: vec![
                answer("What will you do?", text("We walk young people home.\n\nEvery evening, in pairs [TBC].")),
                answer("Who will you work with?", Given::List { items: row(&["The school", "The parish council"]) }),
                answer("Anything else? (optional)", Given::Nothing),
                answer(
                    "Budget",
                    Given::Table {
                        columns: vec![column("Heading", false), column("Total", true), column("Asked", true)],
                        rows: vec![row(&["Staff", "£4,500.00", "£4,500.00"])],
                        summary: "Requested in all: £4,500.00".to_owned(),
                    },
                ),
            ],
        }],
        declaration: row(&["What we say is true.", "We may apply for this organisation."]),
        declared_by: Some("Amara Okafor, Treasurer".to_owned()),
        documents: vec![CopyDocument {
            question: "Governing document".to_owned(),
            name: "constitution.pdf".to_owned(),
            size: "230 KB".to_owned(),
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        }],
        record: Some(CopyRecord {
            number: "1,204".to_owned(),
            time: "2026-12-04T11:58:07.123456Z".to_owned(),
            hash: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752".to_owned(),
            content: Some("fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13".to_owned()),
        }),
        date: "2026-12-04".to_owned(),
    }
}
