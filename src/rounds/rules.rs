//! The rules of a round: what freezes when it is published, and what must be right before (P11).

use serde::{Deserialize, Serialize};

use super::model::RoundDefinition;
use crate::base::exact::{Decimal4, Fraction};
use crate::base::marks::{CriterionRule, Scale, effective_shares};
use crate::base::money::Pence;

mod conditions;
mod diff;
mod limits;
mod lints;
mod readiness;
pub mod shape;
mod timetable;
mod validation;

pub use diff::changes;
pub use limits::Limits;
pub use lints::{About, Lint, MANY_WORDS, lints, minutes, most_words, time_words};
pub use readiness::readiness;
pub use timetable::timetable_faults;
pub use validation::{MOST_CRITERIA, MOST_MARK, MOST_WEIGHT, RuleFault, rule_faults};

/// What happens at the first ask that does not fit under the ceiling (P7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutMode {
    /// It and all below are reserve.
    Strict,
    /// It is passed over; smaller asks below may still be funded.
    Skip,
    /// It is offered the whole balance if that is enough of its ask; then allocation stops.
    Partial,
}

/// The frozen rules of a round (P11). [`rule_faults`] lists what is wrong with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundRules {
    /// Money to award.
    pub pot: Pence,
    /// Over-commitment as a share of the pot, 0 to 1: `0.10` lets offers reach 110 % of it.
    pub overcommit: Decimal4,
    /// What happens at the cut line.
    pub cut: CutMode,
    /// Least share of an ask, 0 to 1, that a partial offer must reach; needed by
    /// [`CutMode::Partial`] alone.
    pub partial_min: Option<Decimal4>,
    /// The scale of every mark.
    pub scale: Scale,
    /// Lowest percentage, 0 to 100, that can still be awarded, itself included (P3).
    pub pass_mark: Decimal4,
    /// How many complete independent sheets an application needs (P8).
    pub quorum: u32,
    /// Distance between independent marks at which a criterion is flagged for discussion (P9).
    pub spread_flag: i32,
    /// Codes of the criteria that break ties, first to last (P5). A code of no criterion breaks
    /// nothing.
    pub tie_break: Vec<String>,
    /// The criteria, in the order in which everything lists them.
    pub criteria: Vec<CriterionRule>,
}

impl RoundDefinition {
    /// The arithmetic rules of the definition, for scoring and ranking.
    #[must_use]
    pub fn rules(&self) -> RoundRules {
        RoundRules {
            pot: self.money.pot_pence,
            overcommit: self.overcommit,
            cut: self.cut,
            partial_min: Some(self.partial_min),
            scale: self.marks(),
            pass_mark: self.pass_mark,
            quorum: u32::try_from(self.quorum).unwrap_or(0),
            spread_flag: self.spread_flag,
            tie_break: self.tie_break.clone(),
            criteria: self.criterion_rules(),
        }
    }

    /// The scale of marks.
    #[must_use]
    pub const fn marks(&self) -> Scale {
        Scale { min: self.scale.min, max: self.scale.max }
    }

    /// The criteria as the arithmetic sees them.
    #[must_use]
    pub fn criterion_rules(&self) -> Vec<CriterionRule> {
        self.criteria
            .iter()
            .map(|criterion| CriterionRule {
                code: criterion.code.clone(),
                weight: criterion.weight,
                minimum: criterion.minimum,
            })
            .collect()
    }

    /// The share of the total that each criterion really carries, from the function that scores (P10).
    #[must_use]
    pub fn shares(&self) -> Option<Vec<Fraction>> {
        effective_shares(&self.criterion_rules(), self.marks())
    }
}
