//! The kinds of letter, each with its template and title.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// Offers a grant.
    Award,
    /// Says that an application was not funded, and why.
    Rejection,
    /// Says how an application was scored.
    Feedback,
}

impl LetterKind {
    /// Every kind, in the order in which people meet them.
    pub const ALL: [Self; 3] = [Self::Award, Self::Rejection, Self::Feedback];

    /// The name in files, on the command line and in data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Award => "award",
            Self::Rejection => "rejection",
            Self::Feedback => "feedback",
        }
    }

    /// The title, as the template prints it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Award => "Offer of a grant",
            Self::Rejection => "Decision on your application",
            Self::Feedback => "Feedback on your application",
        }
    }

    /// The template's file name.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Award => "award.typ",
            Self::Rejection => "rejection.typ",
            Self::Feedback => "feedback.typ",
        }
    }

    /// The template that the binary carries.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::Award => include_str!("../../letter-templates/award.typ"),
            Self::Rejection => include_str!("../../letter-templates/rejection.typ"),
            Self::Feedback => include_str!("../../letter-templates/feedback.typ"),
        }
    }
}

/// The file with what every document shares: colours, fonts, lines, tables.
pub const BASE_FILE: &str = "base.typ";

/// That file as the binary carries it.
pub const BASE: &str = include_str!("../../letter-templates/base.typ");

/// The file that every letter imports.
pub const PREAMBLE_FILE: &str = "preamble.typ";

/// The preamble that the binary carries.
pub const PREAMBLE: &str = include_str!("../../letter-templates/preamble.typ");

impl fmt::Display for LetterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name of no kind of letter.
#[derive(Debug, thiserror::Error)]
#[error("there is no kind of letter called {0:?}: use award, rejection or feedback")]
pub struct UnknownKind(String);

impl FromStr for LetterKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| UnknownKind(name.to_owned()))
    }
}
