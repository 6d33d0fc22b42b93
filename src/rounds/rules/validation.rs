//! What can be wrong with the rules of a round, before they freeze (P11).

use std::collections::HashSet;
use std::fmt;

use super::{CutMode, RoundRules};
use crate::base::exact::Decimal4;
use crate::base::marks::{CriterionRule, Scale};
use crate::base::money::Pence;

/// Most criteria in a round.
pub const MOST_CRITERIA: usize = 100;
/// Heaviest weight of a criterion.
pub const MOST_WEIGHT: i64 = 1_000_000;
/// Highest mark of any scale.
pub const MOST_MARK: i32 = 1_000;

/// One fault in the rules of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFault {
    /// Where, in the field names of the JSON contract: `criteria[1].weight`.
    pub place: String,
    /// What is wrong, as the end of a sentence that begins with the place.
    pub message: String,
}

impl fmt::Display for RuleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl RuleFault {
    /// The fault as an officer reads it, who knows the names of fields and criteria and no places in a file.
    #[must_use]
    pub fn in_words(&self, criteria: &[CriterionRule]) -> String {
        let (place, message) = (self.place.as_str(), &self.message);
        if let Some((at, part)) = place.strip_prefix("criteria[").and_then(|rest| rest.split_once("].")) {
            let at = at.parse().unwrap_or(usize::MAX);
            let code = criteria.get(at).map(|criterion| criterion.code.as_str()).filter(|code| !code.is_empty());
            let which =
                code.map_or_else(|| format!("criterion {}", at.saturating_add(1)), |code| format!("criterion {code}"));
            let part = match part {
                "id" => "Code",
                "weight" => "Weight",
                _ => "Minimum score",
            };
            return format!("{part} of {which}: {message}");
        }
        let field = match place.split('[').next().unwrap_or_default() {
            "pot" => "Money available",
            "overcommit" => "Share of the pot that may be promised beyond it",
            "partial_min" => "Least share of its ask that a partial offer may be",
            "scale" => "Scores",
            "pass_mark" => "Pass mark",
            "quorum" => "Complete score sheets that an application needs",
            "spread_flag" => "Spread of scores at which a criterion is discussed",
            "tie_break" => "Tie-break criteria",
            _ => "Criteria",
        };
        format!("{field}: {message}")
    }

    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }
}

/// Every fault of `rules`, in field order; empty if the round can open.
#[must_use]
pub fn rule_faults(rules: &RoundRules) -> Vec<RuleFault> {
    let mut faults = Vec::new();
    if !(Pence::ZERO..=Pence::MOST).contains(&rules.pot) {
        faults.push(RuleFault::new("pot", format!("must be from £0 to {}", Pence::MOST)));
    }
    share_fault("overcommit", Some(rules.overcommit), &mut faults);
    share_fault("partial_min", rules.partial_min, &mut faults);
    if rules.cut == CutMode::Partial && rules.partial_min.is_none() {
        faults.push(RuleFault::new("partial_min", "is required when cut is partial"));
    }
    let scale_fault = scale_fault(rules.scale);
    let scale = if scale_fault.is_none() { Some(rules.scale) } else { None };
    faults.extend(scale_fault);
    if Decimal4::whole(100).is_none_or(|most| rules.pass_mark > most) {
        faults.push(RuleFault::new("pass_mark", format!("{} is above 100", rules.pass_mark)));
    }
    if rules.quorum == 0 {
        faults.push(RuleFault::new("quorum", "must be at least 1"));
    }
    if rules.spread_flag < 1 {
        faults.push(RuleFault::new("spread_flag", "must be at least 1"));
    }
    tie_break_faults(rules, &mut faults);
    criteria_faults(&rules.criteria, scale, &mut faults);
    faults
}

fn share_fault(place: &str, share: Option<Decimal4>, faults: &mut Vec<RuleFault>) {
    if let Some(share) = share.filter(|share| *share > Decimal4::ONE) {
        faults.push(RuleFault::new(place, format!("{share} is not from 0 to 1")));
    }
}

fn scale_fault(scale: Scale) -> Option<RuleFault> {
    let Scale { min, max } = scale;
    if min >= max {
        return Some(RuleFault::new("scale", format!("min {min} must be less than max {max}")));
    }
    let out = min < 0 || max > MOST_MARK;
    out.then(|| RuleFault::new("scale", format!("{min}-{max} is not within 0-{MOST_MARK}")))
}

fn tie_break_faults(rules: &RoundRules, faults: &mut Vec<RuleFault>) {
    let mut seen = HashSet::new();
    for (at, code) in rules.tie_break.iter().enumerate() {
        let place = || format!("tie_break[{at}]");
        if !rules.criteria.iter().any(|criterion| criterion.code == *code) {
            faults.push(RuleFault::new(place(), format!("{code:?} is not a criterion of the round")));
        }
        if !seen.insert(code) {
            faults.push(RuleFault::new(place(), format!("{code:?} is repeated")));
        }
    }
}

fn criteria_faults(criteria: &[CriterionRule], scale: Option<Scale>, faults: &mut Vec<RuleFault>) {
    if criteria.is_empty() {
        faults.push(RuleFault::new("criteria", "must hold at least one criterion"));
    } else if criteria.iter().all(|criterion| criterion.weight == Decimal4::ZERO) {
        faults.push(RuleFault::new("criteria", "must have at least one weight above zero"));
    }
    if criteria.len() > MOST_CRITERIA {
        let message = format!("has {} criteria; the most is {MOST_CRITERIA}", criteria.len());
        faults.push(RuleFault::new("criteria", message));
    }
    let mut seen = HashSet::new();
    for (at, criterion) in criteria.iter().enumerate() {
        let mut fault = |field: &str, message: String| {
            faults.push(RuleFault::new(format!("criteria[{at}].{field}"), message));
        };
        if criterion.code.is_empty() {
            fault("id", "must not be empty".to_owned());
        } else if !seen.insert(criterion.code.as_str()) {
            fault("id", format!("{:?} is repeated", criterion.code));
        }
        if Decimal4::whole(MOST_WEIGHT).is_none_or(|most| criterion.weight > most) {
            fault("weight", format!("{} is more than {MOST_WEIGHT}", criterion.weight));
        }
        if let (Some(minimum), Some(scale)) = (criterion.minimum, scale)
            && !scale.contains(minimum)
        {
            fault("minimum", format!("{minimum} is outside the scale {}-{}", scale.min, scale.max));
        }
    }
}
