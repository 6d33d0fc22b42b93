//! Assignments and score sheets.

use std::collections::BTreeMap;

use crate::base::ids::{AccountId, ApplicationId, AssignmentId, SheetId};
use crate::base::time::At;
use crate::column_enum;

mod lines;

pub use lines::{Line, LineVersion, Lines, Origin, Part, PrivateNote, SheetOpening};

column_enum!(AssignmentStage, "Where an assignment stands.",
    /// The member has not said whether there is a conflict.
    Assigned => "assigned",
    /// The member declared no conflict, and may read and score.
    Cleared => "cleared",
    /// The member declared a conflict; the application is closed to them.
    Conflicted => "conflicted",
    /// Taken off by the office.
    Removed => "removed",
);

impl AssignmentStage {
    /// As officers read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Assigned => "Assigned, not declared yet",
            Self::Cleared => "No conflict declared",
            Self::Conflicted => "Conflict of interest",
            Self::Removed => "Taken off",
        }
    }

    /// Whether the member is to score the application.
    #[must_use]
    pub const fn stands(self) -> bool {
        matches!(self, Self::Assigned | Self::Cleared)
    }
}

/// An assignment of a member to an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentRecord {
    /// Its row.
    pub id: AssignmentId,
    /// To which application.
    pub application: ApplicationId,
    /// Of which member.
    pub account: AccountId,
    /// Where it stands.
    pub stage: AssignmentStage,
    /// When the member declared.
    pub declared_at: Option<At>,
    /// What kind of conflict stands in the register, a [`ConflictKind`](crate::conflicts::ConflictKind) word.
    pub conflict_kind: Option<String>,
    /// The conflict in the member's words.
    pub conflict_note: Option<String>,
}

column_enum!(SheetStage, "Where a score sheet stands.",
    /// Being written; seen by its member alone.
    Draft => "draft",
    /// Locked.
    Submitted => "submitted",
);

/// A member's mark on one criterion, with the reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// On the scale; none yet.
    pub mark: Option<i32>,
    /// Why.
    pub reason: String,
}

/// A member's score sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreSheet {
    /// Its row.
    pub id: SheetId,
    /// Of which assignment.
    pub assignment: AssignmentId,
    /// Of which application.
    pub application: ApplicationId,
    /// Whose.
    pub account: AccountId,
    /// Where it stands.
    pub stage: SheetStage,
    /// When it was submitted and locked.
    pub submitted_at: Option<At>,
    /// Goes up with every save.
    pub version: i32,
    /// By criterion.
    pub marks: BTreeMap<String, Mark>,
}

impl ScoreSheet {
    /// The mark on a criterion.
    #[must_use]
    pub fn mark(&self, criterion: &str) -> Option<i32> {
        self.marks.get(criterion).and_then(|mark| mark.mark)
    }
}
