//! What a render process is asked for: a document, and how it is to be printed.

use serde::{Deserialize, Serialize};

use super::document::Document;

/// How large a document is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Print {
    /// As designed, in 11 point.
    #[default]
    Standard,
    /// Every text in at least 16 point, from the same data and the same template.
    Large,
}

impl Print {
    /// How many times as many pages it may have.
    pub(super) const fn pages(self) -> usize {
        match self {
            Self::Standard => 1,
            Self::Large => 3,
        }
    }

    /// What parts its file from the standard one of the same document.
    pub(super) const fn mark(self) -> &'static str {
        match self {
            Self::Standard => "",
            Self::Large => " large print",
        }
    }
}

/// A template in place of the one that the program carries: one that is being written, or one that an earlier program carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftTemplate {
    /// Its file name, for messages.
    pub file: String,
    /// Its source.
    pub text: String,
    /// The base and the preamble that it imports, if not those of this program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imports: Option<(String, String)>,
}

/// One document to be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order<'a> {
    /// The document.
    pub document: Document<'a>,
    /// How large.
    pub print: Print,
    /// From which template, if not its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<DraftTemplate>,
}

impl<'a> Order<'a> {
    /// A document as it is designed.
    #[must_use]
    pub fn of(document: impl Into<Document<'a>>) -> Self {
        Self { document: document.into(), print: Print::Standard, draft: None }
    }

    /// The same, in another size of print.
    #[must_use]
    pub fn printed(self, print: Print) -> Self {
        Self { print, ..self }
    }

    /// The same, from a template that an earlier program carried, with what it imports.
    #[must_use]
    pub fn from_kept(self, kept: DraftTemplate) -> Self {
        Self { draft: Some(kept), ..self }
    }

    /// The same, from a template that is being written.
    #[must_use]
    pub fn from_draft(self, file: impl Into<String>, text: impl Into<String>) -> Self {
        Self { draft: Some(DraftTemplate { file: file.into(), text: text.into(), imports: None }), ..self }
    }
}
