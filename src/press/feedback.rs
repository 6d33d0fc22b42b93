//! What a letter with feedback says.

use serde::{Deserialize, Serialize};

use super::{
    data::{Common, RoundContext},
    reason::Reason,
    values::{Money, Percentage},
};

/// A letter that says how an application was scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedbackLetter {
    /// What every letter has.
    pub common: Common,
    /// What was asked for.
    pub requested: Money,
    /// What was decided, as a sentence.
    pub outcome: String,
    /// Why it was not funded; absent when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The application's weighted score.
    pub weighted: Percentage,
    /// The round's pass mark.
    pub pass_mark: Percentage,
    /// The lowest score that was funded; absent when none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest_funded: Option<Percentage>,
    /// The criteria, in the order of the round.
    pub criteria: Vec<CriterionFeedback>,
    /// The round in figures.
    pub round_context: RoundContext,
}

/// How one criterion was scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionFeedback {
    /// The criterion.
    pub name: String,
    /// The share of the whole that it carries.
    pub weight: Percentage,
    /// The agreed score.
    pub score: u32,
    /// The most it could be.
    pub max: u32,
    /// The least that the rules ask for; not printed, but the reason is compared with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<u32>,
    /// What the score is called, such as "Good".
    pub label: String,
    /// What the score means on the published scale; letters of before it was told have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
    /// What was strong.
    pub strengths: Vec<String>,
    /// What would have made it stronger.
    pub improvements: Vec<String>,
}
