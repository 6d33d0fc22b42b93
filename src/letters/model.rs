//! Letters and the batches that draft them.

mod grant;
mod group;
mod naming;
mod single;
pub mod template;
mod wording;

use jiff::civil::Date;

use crate::base::ids::{AccountId, ApplicationId, CorrectionId, LetterId, RoundId, ScheduleId, WordingId};
use crate::base::time::At;
use crate::column_enum;
use crate::mail;
use crate::press::LetterKind;
use crate::press::data::Replaced;
use crate::press::values::LetterDate;

pub use grant::{Grant, rests_on};
pub use group::Group;
pub use naming::{suffix, template_of, title};
pub use single::{SINGLE_KINDS, Single, that_count};
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
    /// 1 of the letter as it was first issued, more of a corrected one.
    pub number: i32,
}

impl Letter {
    /// Whether the applicant may read it.
    #[must_use]
    pub const fn is_issued(&self) -> bool {
        matches!(self.stage, LetterStage::Issued)
    }

    /// Whether its e-mail was not sent, or nobody knows whether it arrived.
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        matches!(self.delivery, Delivery::Failed | Delivery::Uncertain)
    }

    /// Whether it was made from the templates of this program and from a wording.
    #[must_use]
    pub fn is_made_from(&self, wording: Option<WordingId>) -> bool {
        let (template, sha256) = template_of(self.kind);
        self.template == template && self.template_sha256 == sha256 && self.wording == wording
    }

    /// As a letter names it that stands in its place; none where it bears no date.
    #[must_use]
    pub fn as_replaced(&self) -> Option<Replaced> {
        Some(Replaced { reference: self.reference.clone(), date: LetterDate::new(self.date()?) })
    }

    /// The version of its template.
    #[must_use]
    pub fn template_version(&self) -> u32 {
        self.template.rsplit_once('-').and_then(|(_, version)| version.parse().ok()).unwrap_or_default()
    }

    /// What to call it, without its outcome: an applicant sees this in lists.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        title(self.kind)
    }

    /// The name of its file: `CSF-2026-4TQ7X award letter.pdf`, and `CSF-2026-4TQ7X award letter 2.pdf` of a corrected one.
    #[must_use]
    pub fn file_name(&self) -> String {
        let number = format!("-{}", self.number);
        let original = if self.number > 1 { self.reference.trim_end_matches(&number) } else { &self.reference };
        let application = original.rsplit_once('-').map_or(original, |(first, _)| first);
        let number = if self.number > 1 { format!(" {}", self.number) } else { String::new() };
        format!("{application} {}{number}.pdf", title(self.kind).to_lowercase())
    }

    /// The date that it bears; none when not even its data could be made.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        let data: serde_json::Value = serde_json::from_str(&self.data).ok()?;
        data.pointer("/common/date/iso")?.as_str()?.parse().ok()
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
    /// Who asked for it.
    pub started_by: AccountId,
    /// Until when whoever works on it is taken to be alive.
    pub leased_until: Option<At>,
    /// The group whose letters are made; none is all.
    pub group: Option<Group>,
    /// The date that the letters bear; none is the day on which it began.
    pub dated: Option<Date>,
}

impl Batch {
    /// Whether a process, this or another, works on it: it has said so not long ago.
    #[must_use]
    pub fn is_worked_on(&self, now: At) -> bool {
        self.stage == BatchStage::Running && self.leased_until.is_some_and(|until| until > now)
    }

    /// Whether it was left by a process that is gone.
    #[must_use]
    pub fn is_interrupted(&self, now: At) -> bool {
        self.stage == BatchStage::Running && !self.is_worked_on(now)
    }

    /// The date on its letters.
    #[must_use]
    pub fn date(&self) -> Date {
        self.dated.unwrap_or_else(|| self.started_at.london_date())
    }
}

column_enum!(ScheduleStage, "What became of letters that were to be issued at a set time.",
    /// The time has not come.
    Waiting => "waiting",
    /// An officer cancelled it.
    Cancelled => "cancelled",
    /// They were issued.
    Issued => "issued",
    /// They could not be issued.
    Failed => "failed",
);

/// When a round's approved letters are to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Its row.
    pub id: ScheduleId,
    /// Of which round.
    pub round: RoundId,
    /// When.
    pub issue_at: At,
    /// Of how many letters.
    pub letters: i32,
    /// Which letters: as in [`super::actions::approving::digest_of`].
    pub digest: String,
    /// Who set it.
    pub set_by: AccountId,
    /// Where it stands.
    pub stage: ScheduleStage,
    /// Why they could not be issued.
    pub problem: Option<String>,
}

column_enum!(CorrectionStage, "Where a corrected letter stands.",
    /// Made; waits for a second person.
    Draft => "draft",
    /// Could not be made, or has something unfinished in it.
    NeedsOfficer => "needs_officer",
    /// It stands in place of the letter before.
    Issued => "issued",
    /// Given up.
    Withdrawn => "withdrawn",
);

impl CorrectionStage {
    /// Where a letter stands that was made just now, or could not be made for a reason.
    #[must_use]
    pub const fn made(problem: Option<&str>) -> Self {
        if problem.is_some() { Self::NeedsOfficer } else { Self::Draft }
    }

    /// Whether it can still be drafted again or given up.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::NeedsOfficer)
    }

    /// The same among the stages of a round's letters.
    #[must_use]
    pub const fn of_letter(self) -> LetterStage {
        match self {
            Self::Draft => LetterStage::Draft,
            Self::Issued => LetterStage::Issued,
            Self::NeedsOfficer | Self::Withdrawn => LetterStage::NeedsOfficer,
        }
    }
}

/// A corrected letter, which replaces one that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Its row.
    pub id: CorrectionId,
    /// The letter itself; `id` is that of the letter which was issued first.
    pub letter: Letter,
    /// Why it was made.
    pub reason: String,
    /// Where it stands.
    pub stage: CorrectionStage,
    /// The Message-ID of the e-mail that tells of it.
    pub message_id: Option<String>,
}

/// A letter that was issued, with what came after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The letter.
    pub letter: Letter,
    /// Of a corrected letter: why it was made.
    pub reason: Option<String>,
    /// When it was replaced, and by the letter of which reference.
    pub replaced: Option<(At, String)>,
}

column_enum!(Way, "How a letter went where its e-mail did not.",
    /// By post.
    Post => "post",
    /// Handed over.
    Hand => "hand",
);

impl Way {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Post => "Posted",
            Self::Hand => "Handed over",
        }
    }
}

/// A record that a letter went another way than by e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The letter which was issued first.
    pub letter: LetterId,
    /// The reference of the letter that went.
    pub reference: String,
    /// How.
    pub way: Way,
    /// On which day.
    pub sent_on: Date,
    /// Who says so.
    pub recorded_by: AccountId,
}

/// That a round is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// When.
    pub at: At,
    /// By whom.
    pub by: AccountId,
}
