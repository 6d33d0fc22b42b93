//! Why an application was not funded: exactly one reason, in plain words.

use serde::{Deserialize, Serialize};

use super::values::Percentage;

/// Why an application was not funded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    /// An eligibility, document or due diligence check failed.
    GateFailed,
    /// One criterion was under its minimum.
    BelowMinimum,
    /// The total was under the pass mark.
    BelowPassMark,
    /// It passed, but the money had run out.
    BudgetExhausted,
}

/// The one reason for a decision, with its sentence in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Which of the four it is.
    pub code: ReasonCode,
    /// What the letter prints.
    pub sentence: String,
}

impl Reason {
    /// A check failed; `check` completes "because ...".
    #[must_use]
    pub fn gate_failed(check: &str) -> Self {
        let sentence = format!(
            "Your application could not go forward to scoring because {check}. Every application \
             has to pass this check, whatever its merits."
        );
        Self { code: ReasonCode::GateFailed, sentence }
    }

    /// A criterion was under its minimum.
    #[must_use]
    pub fn below_minimum(criterion: &str, score: u32, minimum: u32, max: u32) -> Self {
        let sentence = format!(
            "Your application scored {score} out of {max} for \u{201c}{criterion}\u{201d}. The \
             published rules ask for at least {minimum} on this criterion, so it could not be funded."
        );
        Self { code: ReasonCode::BelowMinimum, sentence }
    }

    /// The total was under the pass mark.
    #[must_use]
    pub fn below_pass_mark(weighted: &Percentage, pass_mark: &Percentage) -> Self {
        let sentence = format!(
            "Your application scored {} and the pass mark of the round was {}, so it could not be \
             funded.",
            weighted.figures, pass_mark.figures
        );
        Self { code: ReasonCode::BelowPassMark, sentence }
    }

    /// It passed, but the money had run out.
    #[must_use]
    pub fn budget_exhausted(weighted: &Percentage, lowest_funded: &Percentage) -> Self {
        let sentence = format!(
            "Your application passed with {}, but the money available was used up by applications \
             with higher scores. The lowest score that was funded was {}. We hold your application in \
             reserve in case money becomes free in this round.",
            weighted.figures, lowest_funded.figures
        );
        Self { code: ReasonCode::BudgetExhausted, sentence }
    }
}
