//! Letters and the batches that draft them.

mod wording;

use crate::base::ids::{AccountId, ApplicationId, LetterId, RoundId, WordingId};
use crate::base::time::At;
use crate::column_enum;
use crate::files::sha256;
use crate::mail;
use crate::press::LetterKind;
use crate::press::kind::{BASE, PREAMBLE, TEMPLATE_VERSION};

pub use wording::{Standing, Wording, WordingStage, in_force, standing};

column_enum!(LetterStage, "Where a letter stands.",
    /// Made; waits for a second person's approval.
    Draft => "draft",
    /// Approved; waits to be issued with all others of its round.
    Approved => "approved",
    /// The applicant can read it. It never changes again.
    Issued => "issued",
    /// Could not be made, or has something unfinished in it.
    NeedsOfficer => "needs_officer",
);

impl LetterStage {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Approved => "Approved",
            Self::Issued => "Issued",
            Self::NeedsOfficer => "Needs you",
        }
    }
}

column_enum!(Delivery, "What became of the e-mail that tells of a letter.",
    /// None is due yet.
    None => "none",
    /// Waits its turn.
    Queued => "queued",
    /// The mail server took it.
    Sent => "sent",
    /// It was not sent.
    Failed => "failed",
    /// It may have arrived; never sent again by itself.
    Uncertain => "uncertain",
);

impl Delivery {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::None => "Not sent yet",
            Self::Queued => "Waiting to be sent",
            Self::Sent => "Sent",
            Self::Failed => "Failed: contact the applicant",
            Self::Uncertain => "May not have arrived: ask the applicant",
        }
    }
}

impl From<mail::Stage> for Delivery {
    fn from(stage: mail::Stage) -> Self {
        match stage {
            mail::Stage::Queued | mail::Stage::Sending => Self::Queued,
            mail::Stage::Sent => Self::Sent,
            mail::Stage::Failed => Self::Failed,
            mail::Stage::Uncertain => Self::Uncertain,
        }
    }
}

/// A letter as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its row.
    pub id: LetterId,
    /// To which application.
    pub application: ApplicationId,
    /// What it is.
    pub kind: LetterKind,
    /// `CSF-2026-4TQ7X-AWD`.
    pub reference: String,
    /// Where it stands.
    pub stage: LetterStage,
    /// What it says: [`crate::press::LetterData`] as JSON; `{}` when not even that could be made.
    pub data: String,
    /// Its template with the version: `award-2`.
    pub template: String,
    /// The SHA-256 of the template.
    pub template_sha256: String,
    /// The office's wording that it was made with; none for the standard one.
    pub wording: Option<WordingId>,
    /// The PDF's name in the file store; none when it needs an officer.
    pub pdf_sha256: Option<String>,
    /// What an officer must put right.
    pub problem: Option<String>,
    /// When it was drafted: its date, in London.
    pub drafted_at: At,
    /// By whom.
    pub drafted_by: AccountId,
    /// When it was approved, and by whom.
    pub approved: Option<(At, AccountId)>,
    /// When it was issued.
    pub issued_at: Option<At>,
    /// What became of the e-mail.
    pub delivery: Delivery,
}

impl Letter {
    /// Whether the applicant may read it.
    #[must_use]
    pub const fn is_issued(&self) -> bool {
        matches!(self.stage, LetterStage::Issued)
    }

    /// Whether it was made from the templates of this program and from a wording.
    #[must_use]
    pub fn is_made_from(&self, wording: Option<WordingId>) -> bool {
        let (template, sha256) = template_of(self.kind);
        self.template == template && self.template_sha256 == sha256 && self.wording == wording
    }

    /// What to call it, without its outcome: an applicant sees this in lists.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        title(self.kind)
    }

    /// The name of its file: `CSF-2026-4TQ7X award letter.pdf`.
    #[must_use]
    pub fn file_name(&self) -> String {
        let application = self.reference.rsplit_once('-').map_or(self.reference.as_str(), |(first, _)| first);
        format!("{application} {}.pdf", title(self.kind).to_lowercase())
    }
}

/// What a kind of letter is called in lists and file names: nothing of what was decided where that is no good news.
#[must_use]
pub const fn title(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Acknowledgement => "Letter of receipt",
        LetterKind::Award | LetterKind::PartialAward => "Award letter",
        LetterKind::Reserve | LetterKind::Rejection => "Decision letter",
        LetterKind::Feedback => "Feedback letter",
        LetterKind::ConditionReminder => "Letter about conditions",
        LetterKind::Variation => "Letter about a change",
        LetterKind::Withdrawal | LetterKind::Termination => "Letter about your grant",
    }
}

/// The template's name and version, and the hash of all its source.
#[must_use]
pub fn template_of(kind: LetterKind) -> (String, String) {
    let source = format!("{BASE}\u{0}{PREAMBLE}\u{0}{}", kind.source());
    (format!("{}-{TEMPLATE_VERSION}", kind.name()), sha256(source.as_bytes()))
}

/// The end of a letter's reference.
#[must_use]
pub const fn suffix(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Acknowledgement => "ACK",
        LetterKind::Award => "AWD",
        LetterKind::PartialAward => "PAR",
        LetterKind::Reserve => "RES",
        LetterKind::Rejection => "REJ",
        LetterKind::Feedback => "FBK",
        LetterKind::ConditionReminder => "REM",
        LetterKind::Variation => "VAR",
        LetterKind::Withdrawal => "WDR",
        LetterKind::Termination => "TRM",
    }
}

column_enum!(BatchStage, "Where the drafting of a round's letters stands.",
    /// A process works on it, or worked on it when it died.
    Running => "running",
    /// Every letter was made or held.
    Finished => "finished",
    /// It stopped for a fault of the service.
    Failed => "failed",
);

/// One drafting of all letters of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Its row.
    pub id: i32,
    /// Of which round.
    pub round: RoundId,
    /// Where it stands.
    pub stage: BatchStage,
    /// Letters to be made.
    pub total: i32,
    /// Letters made.
    pub done: i32,
    /// Letters held for an officer.
    pub attention: i32,
    /// When it began.
    pub started_at: At,
    /// When it ended.
    pub finished_at: Option<At>,
    /// Why it failed.
    pub problem: Option<String>,
}
