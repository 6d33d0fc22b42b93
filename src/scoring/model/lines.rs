//! What a score sheet says of each criterion, and its versions.

use std::collections::BTreeMap;

use super::Mark;
use crate::base::ids::AccountId;
use crate::base::time::At;
use crate::column_enum;

/// What a sheet says of one criterion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// On the scale; none yet.
    pub mark: Option<i32>,
    /// Why.
    pub reason: String,
    /// A strength to tell the applicant.
    pub strength: String,
    /// An improvement to tell the applicant.
    pub improvement: String,
}

/// By criterion.
pub type Lines = BTreeMap<String, Line>;

impl From<&Mark> for Line {
    fn from(mark: &Mark) -> Self {
        Self { mark: mark.mark, reason: mark.reason.clone(), ..Self::default() }
    }
}

/// A part of a line that is typed by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The score.
    Mark,
    /// Why.
    Reason,
    /// The strength to tell.
    Strength,
    /// The improvement to tell.
    Improvement,
}

impl Part {
    /// Every part, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Mark, Self::Reason, Self::Strength, Self::Improvement];

    /// The end of its field's name, `NEED-reason`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mark => "mark",
            Self::Reason => "reason",
            Self::Strength => "strength",
            Self::Improvement => "improvement",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Mark => "score",
            Self::Reason => "reason",
            Self::Strength => "strength to tell the applicant",
            Self::Improvement => "improvement to tell the applicant",
        }
    }

    /// The name of its field.
    #[must_use]
    pub fn field(self, criterion: &str) -> String {
        format!("{criterion}-{}", self.word())
    }
}

impl Line {
    /// A part as text; no score is empty.
    #[must_use]
    pub fn text(&self, part: Part) -> String {
        match part {
            Part::Mark => self.mark.map_or_else(String::new, |mark| mark.to_string()),
            Part::Reason => self.reason.clone(),
            Part::Strength => self.strength.clone(),
            Part::Improvement => self.improvement.clone(),
        }
    }

    /// Takes a part over from another line.
    pub fn take(&mut self, part: Part, from: &Self) {
        match part {
            Part::Mark => self.mark = from.mark,
            Part::Reason => self.reason.clone_from(&from.reason),
            Part::Strength => self.strength.clone_from(&from.strength),
            Part::Improvement => self.improvement.clone_from(&from.improvement),
        }
    }
}

column_enum!(Origin, "Where a version of a score was written.",
    /// On the page of the sheet.
    Page => "page",
    /// In a workbook that was uploaded.
    Workbook => "workbook",
);

/// A line as it once was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineVersion {
    /// Of which criterion.
    pub criterion: String,
    /// Version of the sheet when it was written.
    pub version: i32,
    /// What it said.
    pub line: Line,
    /// Where it was written.
    pub origin: Origin,
    /// The opened page that it came from; empty where there was none.
    pub page: String,
    /// When.
    pub at: At,
    /// Who.
    pub by: AccountId,
}

/// A submitted sheet made a draft again by the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetOpening {
    /// Version of the sheet that was submitted.
    pub version: i32,
    /// When that was.
    pub submitted_at: At,
    /// Why it was opened.
    pub reason: String,
    /// When.
    pub at: At,
    /// Who.
    pub by: AccountId,
}

/// A member's private note on a bid. Shown to nobody else; in no export, letter or trail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrivateNote {
    /// The text.
    pub text: String,
    /// Goes up with every change.
    pub version: i32,
    /// The opened page that it came from.
    pub page: String,
}
