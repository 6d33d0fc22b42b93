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

/// What a person has done in a round that keeps them from signing its decision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Duties {
    /// Has a score sheet, even an unfinished one.
    pub scored: bool,
    /// Opened or closed a moderation, or recorded an agreed mark or a settled tie.
    pub moderated: bool,
    /// Made a recommendation, even one that was taken back.
    pub recommended: bool,
}

impl Duties {
    /// Why the person cannot sign, in plain words; none when they can.
    #[must_use]
    pub fn reason(self) -> Option<String> {
        let mut done = Vec::new();
        for (did, what) in [
            (self.scored, "scored applications"),
            (self.moderated, "recorded the panel's moderation"),
            (self.recommended, "made a recommendation"),
        ] {
            if did {
                done.push(what);
            }
        }
        let done = match done.as_slice() {
            [] => return None,
            [one] => (*one).to_owned(),
            [first, last] => format!("{first} and {last}"),
            [first, middle @ .., last] => format!("{first}, {} and {last}", middle.join(", ")),
        };
        Some(format!(
            "You {done} in this round. Whoever scores, moderates or recommends in a round cannot also sign its decision, \
             so that no one person controls an award. Another decision maker must sign."
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duties_are_named_in_plain_words() {
        assert_eq!(Duties::default().reason(), None);
        let said = |scored, moderated, recommended| Duties { scored, moderated, recommended }.reason().unwrap();
        assert!(said(true, false, false).starts_with("You scored applications in this round."));
        assert!(said(true, false, true).starts_with("You scored applications and made a recommendation in"));
        let all = "You scored applications, recorded the panel's moderation and made a recommendation in this round.";
        assert!(said(true, true, true).starts_with(all));
    }

    #[test]
    fn a_condition_reads_back_from_its_stored_form() {
        let condition = Condition { text: "Send the lease".to_owned(), due: jiff::civil::date(2027, 1, 31) };
        let text = serde_json::to_string(&condition).unwrap();
        assert_eq!(text, r#"{"text":"Send the lease","due":"2027-01-31"}"#);
        assert_eq!(serde_json::from_str::<Condition>(&text).unwrap(), condition);
    }
}
