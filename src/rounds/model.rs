//! Rounds, their stages and what defines them.

use crate::access::Phase;
use crate::base::ids::{AccountId, FundId, RoundId};
use crate::base::time::At;
use crate::column_enum;

mod definition;
mod form;
mod kind;
mod timetable;

pub use definition::{
    About, AwardTerms, Criterion, GateDefinition, GateItem, Intake, MoneyRules, REASON_LEAST, RoundDefinition,
    ScaleDefinition, ScalePoint, Stream,
};
pub use form::{Choice, Condition, EligibilityOption, EligibilityQuestion, Question, QuestionRole, Section};
pub use kind::QuestionKind;
pub use timetable::{Day, Timetable};

column_enum!(RoundStage, "Where a round stands.",
    /// Being set up.
    Draft => "draft",
    /// Published and frozen; open or closed by the clock.
    Published => "published",
    /// Members score alone.
    Scoring => "scoring",
    /// The panel moderates.
    Moderation => "moderation",
    /// A recommendation waits for the signature.
    Recommended => "recommended",
    /// Signed; letters are prepared.
    Decided => "decided",
    /// Every letter is issued.
    Issued => "issued",
);

impl RoundStage {
    /// As access rules see it.
    #[must_use]
    pub const fn phase(self) -> Phase {
        match self {
            Self::Draft => Phase::Draft,
            Self::Published => Phase::Published,
            Self::Scoring => Phase::Scoring,
            Self::Moderation => Phase::Moderation,
            Self::Recommended => Phase::Recommended,
            Self::Decided => Phase::Decided,
            Self::Issued => Phase::Over,
        }
    }
}

/// A round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Its row.
    pub id: RoundId,
    /// Its fund.
    pub fund: FundId,
    /// The fund's short code, the first part of every reference.
    pub fund_code: String,
    /// The fund's name.
    pub fund_name: String,
    /// What people call it by: `CSF-2026-R1`.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub stage: RoundStage,
    /// From then on bids are taken.
    pub opens_at: At,
    /// From then on none is begun, nor taken after the minutes of grace.
    pub closes_at: At,
    /// When it was set up.
    pub created_at: At,
    /// By whom.
    pub created_by: AccountId,
    /// Goes up with every change of the row.
    pub version: i32,
    /// Tries a draft round out: nothing in it is a real application, and no list of real rounds holds it.
    pub test: bool,
    /// Minutes after the closing time in which what was begun may still be submitted; from [`Intake`].
    pub grace_minutes: i32,
    /// Whether nobody in the office may read a bid before it is unsealed; from [`Intake`].
    pub sealed: bool,
    /// When an officer unsealed its bids.
    pub unsealed_at: Option<At>,
}

impl Round {
    /// The subject of a mail about it: one of a test round says so first.
    #[must_use]
    pub fn mail_subject(&self, subject: &str) -> String {
        if self.test { format!("[Test] {subject}") } else { subject.to_owned() }
    }
}
