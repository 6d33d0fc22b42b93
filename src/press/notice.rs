//! The notice of a signed decision: what is published of it, and what the office and its auditors keep.

use serde::{Deserialize, Serialize};

use super::application::{Column, CopyFact, Given};

/// A decision notice as it is printed. Every word is here: the template brings none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionNotice {
    /// The office that decides.
    pub office: String,
    /// What it is: "Decision notice", "Decision notice: internal version".
    pub heading: String,
    /// What must be known before reading on, such as that it is not to be published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// Its number: `DN-0001`.
    pub reference: String,
    /// The round.
    pub title: String,
    /// Who signed, when, how much, in order.
    pub facts: Vec<CopyFact>,
    /// The rest.
    pub sections: Vec<NoticeSection>,
    /// The day of the signature, `2026-12-04`.
    pub date: String,
}

/// A part of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeSection {
    /// Its title.
    pub title: String,
    /// Texts, lists and tables, in order.
    pub parts: Vec<Given>,
}

/// A complete example, for checks of the template.
#[must_use]
pub fn sample() -> DecisionNotice {
    let fact = |name: &str, text: &str| CopyFact { name: name.to_owned(), text: text.to_owned() };
    let column = |title: &str, figures: bool| Column { title: title.to_owned(), figures };
    let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    DecisionNotice {
        office: "Police and Crime Commissioner for Northfold".to_owned(),
        heading: "Decision notice: internal version".to_owned(),
        notice: Some("Not for publication.".to_owned()),
        reference: "DN-0007".to_owned(),
        title: "Commissioner\u{2019}s Safety Fund, Autumn 2026".to_owned(),
        facts: vec![fact("Signed by", "Cora Commissioner"), fact("Awarded together", "£14,500.00")],
        sections: vec![
            NoticeSection {
                title: "Decision".to_owned(),
                parts: vec![Given::Text { text: "I approve the awards.\n\nThey make streets safer.".to_owned() }],
            },
            NoticeSection {
                title: "Awards".to_owned(),
                parts: vec![Given::Table {
                    columns: vec![column("Reference", false), column("Organisation", false), column("Award", true)],
                    rows: vec![row(&["CSF-2026-K7PM2", "Harbour Lane Youth Trust", "£14,500.00"])],
                    summary: "Together: £14,500.00".to_owned(),
                }],
            },
            NoticeSection {
                title: "Conflicts of interest".to_owned(),
                parts: vec![Given::List { items: row(&["None was declared."]) }, Given::Nothing],
            },
        ],
        date: "2026-12-04".to_owned(),
    }
}
