//! Wordings of letters as controlled documents.

use crate::base::ids::{AccountId, WordingId};
use crate::base::time::At;
use crate::column_enum;
use crate::press::LetterKind;
use crate::press::wording::OfficeWording;

column_enum!(WordingStage, "Where a version of a wording stands.",
    /// Its author writes it.
    Draft => "draft",
    /// It waits for somebody else's approval.
    Proposed => "proposed",
    /// Approved; it never changes again.
    Approved => "approved",
    /// Given up before it was approved.
    Discarded => "discarded",
);

/// One version of the wording of a kind of letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// Its row.
    pub id: WordingId,
    /// Of which kind.
    pub kind: LetterKind,
    /// Its number, from 1.
    pub version: i32,
    /// Where it stands.
    pub stage: WordingStage,
    /// The first paragraphs, with placeholders.
    pub opening: String,
    /// Paragraphs before the sections that end every letter.
    pub closing: Option<String>,
    /// The SHA-256 of both.
    pub sha256: String,
    /// How often its author saved it.
    pub edition: i32,
    /// From when letters are made with it, once it is approved.
    pub effective_at: At,
    /// Who wrote it.
    pub author: AccountId,
    /// When it was saved last.
    pub saved_at: At,
    /// When it was proposed.
    pub proposed_at: Option<At>,
    /// When it was approved, and by whom.
    pub approved: Option<(At, AccountId)>,
    /// Why it was sent back, if it was.
    pub returned_reason: Option<String>,
}

impl Wording {
    /// As letters have it in their data.
    #[must_use]
    pub fn of_letters(&self) -> OfficeWording {
        OfficeWording {
            version: u32::try_from(self.version).unwrap_or_default(),
            opening: self.opening.clone(),
            closing: self.closing.clone(),
        }
    }

    /// Whether its author still writes it or it waits for approval.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.stage, WordingStage::Draft | WordingStage::Proposed)
    }
}

/// What a version is on the day that one looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Being written.
    Draft,
    /// Waits for approval.
    Proposed,
    /// Approved for a later day.
    Waiting,
    /// Letters are made with it.
    Current,
    /// A later one took its place.
    Superseded,
    /// Given up.
    Discarded,
}

impl Standing {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Proposed => "Awaiting approval",
            Self::Waiting => "Approved for later",
            Self::Current => "Current",
            Self::Superseded => "Superseded",
            Self::Discarded => "Discarded",
        }
    }
}

/// The version of a kind with which letters are made at a time; none where the standard words hold.
#[must_use]
pub fn in_force(wordings: &[Wording], kind: LetterKind, now: At) -> Option<&Wording> {
    wordings
        .iter()
        .filter(|wording| {
            wording.kind == kind && wording.stage == WordingStage::Approved && wording.effective_at <= now
        })
        .max_by_key(|wording| wording.version)
}

/// What a version is at a time, among all versions.
#[must_use]
pub fn standing(wordings: &[Wording], wording: &Wording, now: At) -> Standing {
    match wording.stage {
        WordingStage::Draft => Standing::Draft,
        WordingStage::Proposed => Standing::Proposed,
        WordingStage::Discarded => Standing::Discarded,
        WordingStage::Approved => match in_force(wordings, wording.kind, now) {
            Some(current) if current.id == wording.id => Standing::Current,
            Some(current) if current.version > wording.version => Standing::Superseded,
            _ => Standing::Waiting,
        },
    }
}
