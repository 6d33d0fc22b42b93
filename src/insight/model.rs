//! Judgements of advice, and workshops.

use crate::accounts::OrganisationKind;
use crate::base::ids::{AccountId, ApplicationId, LetterId, OrganisationId, RoundId, WorkshopId};
use crate::base::time::At;
use crate::column_enum;
use crate::mail;

column_enum!(Verdict, "Whether a new bid acted on what was said of an earlier one.",
    /// It did.
    Acted => "acted",
    /// In part.
    Partly => "partly",
    /// It did not.
    NotActed => "not",
    /// The bid does not let one tell.
    CannotTell => "cannot_tell",
);

impl Verdict {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Acted => "Acted on",
            Self::Partly => "Acted on in part",
            Self::NotActed => "Not acted on",
            Self::CannotTell => "Cannot tell",
        }
    }
}

/// Which improvement of which letter: the letter's reference as it was told, and the improvement's place in it from 1.
pub type AdviceKey = (String, i32);

/// What an officer found of one improvement. Every version is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Of which advice.
    pub key: AdviceKey,
    /// What was found.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// 1 is the first; the highest stands.
    pub version: i32,
    /// When.
    pub at: At,
    /// By whom.
    pub by: AccountId,
}

/// A judgement to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJudgement {
    /// Of which new bid.
    pub application: ApplicationId,
    /// The letter's row.
    pub letter: LetterId,
    /// Of which advice.
    pub key: AdviceKey,
    /// What was found.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// Its version.
    pub version: i32,
}

/// A bid with the agreed scores of its criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedBid {
    /// The bid.
    pub application: ApplicationId,
    /// Its round.
    pub round: RoundId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// What that organisation is.
    pub kind: OrganisationKind,
    /// Criterion and agreed mark.
    pub marks: Vec<(String, i32)>,
}

/// A submitted bid, for finding who bid again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BidKey {
    /// The bid.
    pub application: ApplicationId,
    /// Its round.
    pub round: RoundId,
    /// Whose it is.
    pub organisation: OrganisationId,
}

/// What an officer types of a workshop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkshopText {
    /// What it is called.
    pub title: String,
    /// What happens in it, line by line.
    pub agenda: String,
    /// When it begins; none while it is open.
    pub starts_at: Option<At>,
    /// Where it is; may be empty.
    pub place: String,
    /// The address of an online meeting; may be empty.
    pub link: String,
}

/// A version of a workshop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkshopVersion {
    /// 1 is what the figures gave.
    pub version: i32,
    /// What it says.
    pub text: WorkshopText,
    /// When it was saved.
    pub at: At,
    /// By whom.
    pub by: AccountId,
}

/// A workshop as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workshop {
    /// Its row.
    pub id: WorkshopId,
    /// The rounds that it rests on.
    pub rounds: Vec<RoundId>,
    /// Every version, the newest first; there is at least one.
    pub versions: Vec<WorkshopVersion>,
}

impl Workshop {
    /// The version that stands.
    #[must_use]
    pub fn newest(&self) -> Option<&WorkshopVersion> {
        self.versions.first()
    }
}

/// Somebody who may be invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// Their organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// Their account.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// An invitation that was queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// Whom.
    pub guest: Guest,
    /// When.
    pub at: At,
    /// Where its mail stands.
    pub stage: Option<mail::Stage>,
}
