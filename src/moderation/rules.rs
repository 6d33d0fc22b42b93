//! The rules of moderation. Pure.

use super::model::{AgreedMark, Agreement, Moderation};
use crate::base::exact::Fraction;
use crate::base::marks::{mean_percent, own_percent, sheets_by_assessor, spread_flags};
use crate::base::text::clean;
use crate::error::Faults;
use crate::rounds::{Criterion, RoundDefinition};
use crate::scoring::{ScoreSheet, marks_by_criterion};

mod meeting;
mod reasons;
pub mod statistics;

pub use meeting::{PLACE_MOST, may_chair, record_faults};
pub use reasons::{LONGER_LEAST, REASON_LEAST, ReasonRule};

/// What helps the panel to see where to talk (P9). It decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aids {
    /// Each sheet's own percentage, in the order of the sheets.
    pub own: Vec<Option<Fraction>>,
    /// Their mean.
    pub mean: Option<Fraction>,
    /// Highest mark less lowest, by criterion; none with fewer than two marks.
    pub spreads: Vec<Option<i32>>,
    /// Whether the criterion is flagged for discussion.
    pub flags: Vec<bool>,
}

impl Aids {
    /// How many criteria are flagged.
    #[must_use]
    pub fn flagged(&self) -> usize {
        self.flags.iter().filter(|flag| **flag).count()
    }

    /// The largest spread; nought where there is none.
    #[must_use]
    pub fn largest_spread(&self) -> i32 {
        self.spreads.iter().flatten().copied().max().unwrap_or(0)
    }
}

/// The aids of an application, from its submitted sheets alone.
#[must_use]
pub fn aids(definition: &RoundDefinition, submitted: &[&ScoreSheet]) -> Aids {
    let marks = marks_by_criterion(definition, submitted);
    let (criteria, scale) = (definition.criterion_rules(), definition.marks());
    let own: Vec<Option<Fraction>> =
        sheets_by_assessor(&marks).iter().map(|sheet| own_percent(&criteria, scale, sheet)).collect();
    Aids {
        mean: mean_percent(&own),
        own,
        spreads: marks.iter().map(|marks| spread(marks)).collect(),
        flags: spread_flags(&marks, definition.spread_flag),
    }
}

fn spread(marks: &[Option<i32>]) -> Option<i32> {
    let present = || marks.iter().flatten().copied();
    present().nth(1)?;
    present().max()?.checked_sub(present().min()?)
}

/// Most characters of any text of an agreement.
pub const TEXT_MOST: usize = 4_000;

/// The agreement with its texts cleaned.
#[must_use]
pub fn cleaned(agreement: &Agreement) -> Agreement {
    Agreement {
        mark: agreement.mark,
        reason: clean(&agreement.reason),
        strength: clean(&agreement.strength),
        improvement: clean(&agreement.improvement),
    }
}

/// What is wrong with an agreement on a criterion: the mark is a whole number on the scale, and has a reason (P2).
#[must_use]
pub fn agreement_faults(
    definition: &RoundDefinition,
    criterion: &Criterion,
    agreement: &Agreement,
    rule: &ReasonRule,
) -> Faults {
    let mut faults = Faults::default();
    let (code, title, scale) = (&criterion.code, &criterion.title, definition.marks());
    if agreement.mark.is_some_and(|mark| !scale.contains(mark)) {
        faults.add(
            format!("{code}-mark"),
            format!("The agreed score for {title} must be a whole number from {} to {}", scale.min, scale.max),
        );
    }
    if let Some(fault) = agreement.mark.and_then(|mark| rule.fault(mark, &agreement.reason, title)) {
        faults.add(format!("{code}-reason"), fault);
    }
    let texts =
        [("reason", &agreement.reason), ("strength", &agreement.strength), ("improvement", &agreement.improvement)];
    for (name, text) in texts {
        if text.chars().count() > TEXT_MOST {
            faults.add(format!("{code}-{name}"), format!("The {name} for {title} must be 4,000 characters or fewer"));
        }
    }
    faults
}

/// What keeps a moderation from being closed, in the order of the criteria: every criterion agreed with a reason, an
/// improvement for every criterion below the top mark, and at least one strength in all.
#[must_use]
pub fn closing_faults(definition: &RoundDefinition, moderation: &Moderation, submitted: &[&ScoreSheet]) -> Faults {
    let mut faults = Faults::default();
    let top = definition.scale.max;
    for criterion in &definition.criteria {
        let (code, title) = (&criterion.code, &criterion.title);
        let agreed = moderation.marks.get(code);
        let Some((agreed, mark)) = agreed.and_then(|agreed| agreed.mark.map(|mark| (agreed, mark))) else {
            faults.add(format!("{code}-mark"), format!("Agree a score for {title}"));
            continue;
        };
        // Somebody's scores may have come to be absent since it was agreed (P8), so the reason is looked at again.
        if let Some(fault) = ReasonRule::of(code, submitted).fault(mark, &agreed.reason, title) {
            faults.add(format!("{code}-reason"), fault);
        }
        if mark < top && agreed.improvement.is_empty() {
            faults.add(
                format!("{code}-improvement"),
                format!("Tell the applicant what would have made {title} stronger"),
            );
        }
    }
    if let Some(first) = definition.criteria.first()
        && !moderation.marks.values().any(has_strength)
    {
        faults.add(format!("{}-strength", first.code), "Tell the applicant at least one strength, on any criterion");
    }
    faults
}

const fn has_strength(agreed: &AgreedMark) -> bool {
    !agreed.strength.is_empty()
}

#[cfg(test)]
mod tests;
