//! What can be wrong: findings about a letter, and faults that leave no letter.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something that keeps a letter from being approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The field of the data, such as `common.recipient.organisation`; none if it is in the
    /// template.
    pub field: Option<String>,
    /// What kind of thing it is.
    pub kind: FindingKind,
    /// What is wrong, in plain words.
    pub detail: String,
}

/// The kinds of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A field or list that needs a value has none.
    Empty,
    /// A bracket, "TBC" or another mark of an unfinished letter.
    Placeholder,
    /// A double space where a value is missing.
    Gap,
    /// A character that no font has; the letter shows "□".
    Unprintable,
    /// An amount whose figures, words or sum disagree.
    Amount,
    /// A date that is none, or is in the wrong order.
    Date,
    /// A score outside its scale, or a percentage whose figures disagree.
    Score,
    /// A reference that is missing or belongs to something else.
    Reference,
    /// A reason that the scores contradict.
    Reason,
    /// A name that is not the organisation's, or is written another way.
    Name,
    /// Something wrong with the office's wording.
    Wording,
    /// A value that the finished letter does not say.
    NotPrinted,
}

impl Finding {
    /// A finding in a field.
    #[must_use]
    pub fn in_field(field: &str, kind: FindingKind, detail: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), kind, detail: detail.into() }
    }

    /// A finding in the words that the template brings.
    #[must_use]
    pub fn in_letter(kind: FindingKind, detail: impl Into<String>) -> Self {
        Self { field: None, kind, detail: detail.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field.as_deref().unwrap_or("the letter"), self.detail)
    }
}

/// What the typesetter says, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// The template file, if the message is about a place in one.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column, from 1.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What may help.
    pub hints: Vec<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
            if let (Some(line), Some(column)) = (self.line, self.column) {
                write!(f, "{line}:{column}:")?;
            }
            f.write_str(" ")?;
        }
        f.write_str(&self.message)?;
        for hint in &self.hints {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// Why there is no letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum RenderFault {
    /// A field's text was refused before typesetting.
    #[error("{field}: {reason}")]
    Text {
        /// The field.
        field: String,
        /// Why, in plain words.
        reason: String,
    },
    /// The template has a fault, or the standard refused the document.
    #[error("the letter could not be made:{}", list(.0))]
    Template(Vec<Diagnostic>),
    /// The letter came out longer than a letter may be.
    #[error("the letter would be {pages} pages long; at most {limit} are allowed")]
    TooLong {
        /// How many pages.
        pages: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// The data or the PDF is bigger than may pass.
    #[error("{what} is {bytes} bytes; at most {limit} are allowed")]
    TooBig {
        /// Which of the two.
        what: String,
        /// How many bytes.
        bytes: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// The render process did not finish in time and was killed.
    #[error("the letter was not ready after {limit_ms} ms; its render process was stopped")]
    TimedOut {
        /// The limit, in milliseconds.
        limit_ms: u64,
    },
    /// The render process ended in the middle of the letter.
    #[error("the render process ended while it made this letter ({how})")]
    Died {
        /// How it ended.
        how: String,
    },
    /// The render process could not be started or spoken to.
    #[error("the render process cannot be used: {reason}")]
    Process {
        /// Why.
        reason: String,
    },
}

/// The diagnostics, each on a line of its own.
fn list(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().fold(String::new(), |list, diagnostic| format!("{list}\n{diagnostic}"))
}
