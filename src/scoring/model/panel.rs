//! The panel of a round, and why somebody was taken off a bid.

use crate::base::ids::{AccountId, ApplicationId, AssignmentId};
use crate::base::time::At;
use crate::column_enum;

column_enum!(PanelStage, "Whether somebody takes bids of a round.",
    /// They do.
    On => "on",
    /// They do not.
    Off => "off",
);

/// A member of the panel of a round. Everybody with the role takes bids, without a limit, until the office says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelMember {
    /// Who.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they take bids.
    pub stage: PanelStage,
    /// Most bids they take; none is no limit.
    pub limit: Option<i32>,
    /// What they know about, as tags of the round.
    pub tags: Vec<String>,
    /// Goes up with every change; 0 when nothing was ever said.
    pub version: i32,
}

impl PanelMember {
    /// Whether they take bids.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.stage == PanelStage::On
    }

    /// Most bids they take.
    #[must_use]
    pub fn most(&self) -> Option<usize> {
        self.limit.map(|limit| usize::try_from(limit).unwrap_or(0))
    }
}

column_enum!(RemovalReason, "Why a member was taken off a bid.",
    /// Cannot score in time.
    Ill => "ill",
    /// Is no longer there.
    Left => "left",
    /// Must not score it: a conflict of interest, or doubt of one.
    Recused => "recused",
    /// Anything else.
    Other => "other",
);

impl RemovalReason {
    /// In a word, as spreadsheets have it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Ill => "Ill",
            Self::Left => "Left",
            Self::Recused => "Recused",
            Self::Other => "Other",
        }
    }

    /// What it means for the bid.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Ill => "They cannot score it in time. They can be put on it again.",
            Self::Left => "They are no longer on the panel.",
            Self::Recused => {
                "They must not score it. It is closed to them for good, and a score sheet of theirs stays on record but no longer counts."
            }
            Self::Other => "For example, it was assigned by mistake.",
        }
    }

    /// Whether it must be explained.
    #[must_use]
    pub const fn needs_note(self) -> bool {
        matches!(self, Self::Recused | Self::Other)
    }
}

/// Why a member is taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeOff {
    /// The kind of reason.
    pub reason: RemovalReason,
    /// In the officer's words; may be empty for some reasons.
    pub note: String,
}

/// A member who was taken off a bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// Which assignment.
    pub assignment: AssignmentId,
    /// Of which bid.
    pub application: ApplicationId,
    /// Who.
    pub account: AccountId,
    /// Why.
    pub why: TakeOff,
    /// When.
    pub at: At,
    /// By whom.
    pub by: AccountId,
}
