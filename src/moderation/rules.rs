//! The rules of moderation. Pure.

use super::model::{AgreedMark, Agreement, Moderation};
use crate::base::text::clean;
use crate::error::Faults;
use crate::rounds::{Criterion, RoundDefinition};

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
pub fn agreement_faults(definition: &RoundDefinition, criterion: &Criterion, agreement: &Agreement) -> Faults {
    let mut faults = Faults::default();
    let (code, title, scale) = (&criterion.code, &criterion.title, definition.marks());
    if agreement.mark.is_some_and(|mark| !scale.contains(mark)) {
        faults.add(
            format!("{code}-mark"),
            format!("The agreed score for {title} must be a whole number from {} to {}", scale.min, scale.max),
        );
    }
    if agreement.mark.is_some() && agreement.reason.is_empty() {
        faults.add(format!("{code}-reason"), format!("Write the panel's reason for its score for {title}"));
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
pub fn closing_faults(definition: &RoundDefinition, moderation: &Moderation) -> Faults {
    let mut faults = Faults::default();
    let top = definition.scale.max;
    for criterion in &definition.criteria {
        let (code, title) = (&criterion.code, &criterion.title);
        let agreed = moderation.marks.get(code);
        let Some((agreed, mark)) = agreed.and_then(|agreed| agreed.mark.map(|mark| (agreed, mark))) else {
            faults.add(format!("{code}-mark"), format!("Agree a score for {title}"));
            continue;
        };
        if agreed.reason.is_empty() {
            faults.add(format!("{code}-reason"), format!("Write the panel's reason for its score for {title}"));
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
