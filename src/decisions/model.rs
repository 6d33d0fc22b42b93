//! What is recommended, and what is decided.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::rules::{Candidate, Ranking, TieChoice};
use crate::applications::Application;
use crate::base::ids::{AccountId, ApplicationId, DecisionId, RecommendationId, RoundId};
use crate::base::money::Pence;
use crate::base::time::At;
use crate::column_enum;

column_enum!(Outcome, "What is recommended for an application.",
    /// The whole ask.
    Award => "award",
    /// Less than the ask: what is left of the money.
    Partial => "partial",
    /// Good enough, but below the cut line.
    Reserve => "reserve",
    /// Not to be awarded.
    Reject => "reject",
);

impl Outcome {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Award => "Award",
            Self::Partial => "Part award",
            Self::Reserve => "Reserve list",
            Self::Reject => "Not awarded",
        }
    }

    /// Whether money is offered.
    #[must_use]
    pub const fn is_award(self) -> bool {
        matches!(self, Self::Award | Self::Partial)
    }
}

/// Something that an award depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What must be done or shown.
    pub text: String,
    /// By when.
    #[serde(with = "iso_date")]
    pub due: Date,
}

/// Days as `2027-01-31`.
mod iso_date {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(date)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// What is recommended for one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecommendedOutcome {
    /// The application.
    pub application: ApplicationId,
    /// Award, part award, reserve or nothing.
    pub outcome: Outcome,
    /// What is offered; nothing unless it is an award.
    pub offer: Pence,
    /// Why, for publication (Specified Information Order 2011); empty unless it is an award.
    pub public_reasons: String,
    /// What the award depends on.
    pub conditions: Vec<Condition>,
}

/// What the officers put before the decision maker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation {
    /// Its row.
    pub id: RecommendationId,
    /// Its round.
    pub round: RoundId,
    /// When it was made.
    pub made_at: At,
    /// By which officer.
    pub made_by: AccountId,
    /// To the decision maker.
    pub note: String,
    /// The ranking as it was published.
    pub ranking: Ranking,
    /// The same, byte for byte as stored (P12).
    pub ranking_json: String,
    /// An outcome for each application of the ranking.
    pub outcomes: Vec<RecommendedOutcome>,
    /// When it was taken back, by whom and why; none while it stands.
    pub taken_back: Option<TakenBack>,
}

impl Recommendation {
    /// What it offers together.
    #[must_use]
    pub fn total(&self) -> Pence {
        Pence::checked_sum(self.outcomes.iter().map(|outcome| outcome.offer)).unwrap_or(self.ranking.committed)
    }

    /// What is recommended for an application.
    #[must_use]
    pub fn outcome_for(&self, application: ApplicationId) -> Option<&RecommendedOutcome> {
        self.outcomes.iter().find(|outcome| outcome.application == application)
    }
}

/// How a recommendation was taken back before anybody signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// When.
    pub at: At,
    /// By which officer.
    pub by: AccountId,
    /// Why.
    pub reason: String,
}

/// A signed decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its row.
    pub id: DecisionId,
    /// Its round.
    pub round: RoundId,
    /// What was decided: this recommendation, as it stood.
    pub recommendation: RecommendationId,
    /// What people call it by: `CSF-2026-R1-D1`.
    pub reference: String,
    /// When it was signed.
    pub signed_at: At,
    /// By whom.
    pub signed_by: AccountId,
    /// The decision in the signatory's words.
    pub statement: String,
    /// Interests that the signatory declared.
    pub interests: String,
}

/// The panel's decision on a joint-ranked group at the cut line, recorded as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// When it was recorded.
    pub recorded_at: At,
    /// By which officer.
    pub recorded_by: AccountId,
    /// Why.
    pub reason: String,
    /// What was chosen for each member of the group.
    pub choices: Vec<(ApplicationId, TieChoice)>,
}

/// A round ranked. The three lists are in one order, that of the references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankedRound {
    /// The submitted applications.
    pub applications: Vec<Application>,
    /// The same as ranking saw them.
    pub candidates: Vec<Candidate>,
    /// The ranking.
    pub ranking: Ranking,
}

impl RankedRound {
    /// The ranking as it is published: one text for one ranking (P12).
    ///
    /// # Errors
    /// Never: nothing in a ranking is without a JSON form.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.ranking)
    }
}

column_enum!(InterestKind, "What somebody declares who signs or approves.",
    /// No interest at all.
    None => "none",
    /// An interest that is told and does not keep them from it.
    Interest => "interest",
    /// A conflict of interest: somebody else must do it.
    Conflict => "conflict",
);

impl InterestKind {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::None => "No interest declared",
            Self::Interest => "An interest declared that is no conflict",
            Self::Conflict => "A conflict of interest declared",
        }
    }
}

/// The interests that somebody declares with a signature or an approval.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interests {
    /// Which kind; none while nothing is chosen.
    pub kind: Option<InterestKind>,
    /// Which interest, in their words; may be empty when there is none.
    pub statement: String,
}

/// A declaration as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredInterest {
    /// By whom.
    pub account: AccountId,
    /// Beside which duty: `approver` or `signatory`.
    pub duty: String,
    /// Which kind.
    pub kind: InterestKind,
    /// In their words.
    pub statement: String,
    /// When.
    pub declared_at: At,
}

/// The management's approval of a recommendation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// When.
    pub approved_at: At,
    /// By whom.
    pub approved_by: AccountId,
    /// To the decision maker; may be empty.
    pub note: String,
}

/// Where awards stop, as an officer recorded it after the moderation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwardLine {
    /// When.
    pub recorded_at: At,
    /// By which officer.
    pub recorded_by: AccountId,
    /// Why there.
    pub reason: String,
    /// How many applications are above it.
    pub funded: i32,
    /// The last rank above it; none when nothing is funded.
    pub lowest_rank: Option<i32>,
    /// The lowest exact percentage above it, as a fraction.
    pub lowest_percent: Option<String>,
    /// The most that could be offered.
    pub ceiling: Pence,
    /// What is offered.
    pub committed: Pence,
    /// SHA-256 of the ranking that it was drawn through.
    pub ranking_sha256: String,
}

/// The most that a person may sign for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningLimit {
    /// Whose.
    pub account: AccountId,
    /// The amount; none is no limit.
    pub limit: Option<Pence>,
    /// When it was set.
    pub set_at: At,
    /// By which administrator.
    pub set_by: AccountId,
}

/// A decision maker, with what they may sign for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatory {
    /// Their account.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// The most that they may sign for; none is no limit.
    pub limit: Option<Pence>,
}

/// The notice of a decision, as it was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What people call it by: `DN-0001`.
    pub reference: String,
    /// When it was issued.
    pub issued_at: At,
    /// What is published, as the press takes it.
    pub public: String,
    /// What the office and its auditors read, as the press takes it.
    pub internal: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_reads_back_from_its_stored_form() {
        let condition = Condition { text: "Send the lease".to_owned(), due: jiff::civil::date(2027, 1, 31) };
        let text = serde_json::to_string(&condition).unwrap();
        assert_eq!(text, r#"{"text":"Send the lease","due":"2027-01-31"}"#);
        assert_eq!(serde_json::from_str::<Condition>(&text).unwrap(), condition);
    }
}
