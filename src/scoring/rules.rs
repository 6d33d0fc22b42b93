//! The rules of assigning and scoring. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{AssignmentRecord, AssignmentStage, Mark, ScoreSheet};
use crate::access::{Assignment, Bid, Phase};
use crate::applications::{Application, ApplicationStage};
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::text::clean;
use crate::error::Faults;
use crate::rounds::{Criterion, RoundDefinition};

/// Fewest characters of a reason on a submitted sheet.
pub const REASON_LEAST: usize = 10;
/// Most characters of a reason.
pub const REASON_MOST: usize = 4_000;

/// An application as access rules see it, from rows that are loaded already: for lists.
#[must_use]
pub fn bid(application: &Application, phase: Phase, own: Option<&AssignmentRecord>) -> Bid {
    Bid {
        organisation: application.organisation,
        phase,
        by_office: false,
        submitted: application.stage == ApplicationStage::Submitted,
        // Scoring does not begin before a round is unsealed.
        sealed: phase < Phase::Scoring,
        assignment: match own.map(|own| own.stage) {
            Some(AssignmentStage::Assigned) => Assignment::Undeclared,
            Some(AssignmentStage::Cleared) => Assignment::Cleared,
            Some(AssignmentStage::Conflicted) => Assignment::Conflicted,
            Some(AssignmentStage::Removed) | None => Assignment::None,
        },
    }
}

/// The marks of some sheets as the arithmetic takes them: a list per criterion, with an entry per sheet.
#[must_use]
pub fn marks_by_criterion(definition: &RoundDefinition, sheets: &[&ScoreSheet]) -> Vec<Vec<Option<i32>>> {
    let marks = |criterion: &Criterion| sheets.iter().map(|sheet| sheet.mark(&criterion.code)).collect();
    definition.criteria.iter().map(marks).collect()
}

/// A mark with what it means: `4 – Good`.
#[must_use]
pub fn mark_words(definition: &RoundDefinition, mark: i32) -> String {
    definition.mark_label(mark).map_or_else(|| mark.to_string(), |label| format!("{mark} – {label}"))
}

/// The marks with their reasons cleaned; a criterion that has neither is left out.
#[must_use]
pub fn cleaned(marks: &BTreeMap<String, Mark>) -> BTreeMap<String, Mark> {
    marks
        .iter()
        .map(|(code, mark)| (code.clone(), Mark { mark: mark.mark, reason: clean(&mark.reason) }))
        .filter(|(_, mark)| *mark != Mark::default())
        .collect()
}

/// What is wrong with a draft: it may be incomplete, but what is there must be on the scale and of bearable length.
#[must_use]
pub fn draft_faults(definition: &RoundDefinition, marks: &BTreeMap<String, Mark>) -> Faults {
    let mut faults = Faults::default();
    for criterion in &definition.criteria {
        if let Some(mark) = marks.get(&criterion.code) {
            check_present(definition, criterion, mark, &mut faults);
        }
    }
    faults
}

/// What keeps a sheet from being submitted: every fault at once, in the order of the criteria. Every criterion needs a
/// mark on the scale and a reason.
#[must_use]
pub fn sheet_faults(definition: &RoundDefinition, marks: &BTreeMap<String, Mark>) -> Faults {
    let mut faults = Faults::default();
    let absent = Mark::default();
    for criterion in &definition.criteria {
        let mark = marks.get(&criterion.code).unwrap_or(&absent);
        if mark.mark.is_none() {
            faults.add(format!("{}-mark", criterion.code), format!("Choose a score for {}", criterion.title));
        }
        check_present(definition, criterion, mark, &mut faults);
        if clean(&mark.reason).chars().count() < REASON_LEAST {
            faults.add(
                format!("{}-reason", criterion.code),
                format!("Give your reason for {}, in at least {REASON_LEAST} characters", criterion.title),
            );
        }
    }
    faults
}

fn check_present(definition: &RoundDefinition, criterion: &Criterion, mark: &Mark, faults: &mut Faults) {
    let scale = definition.marks();
    if mark.mark.is_some_and(|mark| !scale.contains(mark)) {
        faults.add(
            format!("{}-mark", criterion.code),
            format!("The score for {} must be a whole number from {} to {}", criterion.title, scale.min, scale.max),
        );
    }
    if mark.reason.chars().count() > REASON_MOST {
        faults.add(
            format!("{}-reason", criterion.code),
            format!("Your reason for {} must be 4,000 characters or fewer", criterion.title),
        );
    }
}

/// An application as the balancing sees it.
#[derive(Debug, Clone)]
pub struct Place {
    /// Which.
    pub application: ApplicationId,
    /// Members who are on it.
    pub standing: BTreeSet<AccountId>,
    /// Members who cannot be: a conflict, taken off, or of the applicant's own organisation.
    pub barred: BTreeSet<AccountId>,
}

/// Brings every application, in the order given, up to `wanted` members: each time the member with the fewest
/// applications in the round, and of those the one whose account is oldest. Nobody is taken off, nothing is left to
/// chance: the same round gives the same assignments.
#[must_use]
pub fn balance(members: &[AccountId], places: &[Place], wanted: usize) -> Vec<(ApplicationId, AccountId)> {
    let mut load: BTreeMap<AccountId, usize> = members.iter().map(|member| (*member, 0)).collect();
    for member in places.iter().flat_map(|place| &place.standing) {
        if let Some(count) = load.get_mut(member) {
            *count += 1;
        }
    }
    let mut made = Vec::new();
    for place in places {
        let mut standing = place.standing.clone();
        while standing.len() < wanted {
            let free = load
                .iter()
                .filter(|(member, _)| !standing.contains(member) && !place.barred.contains(member))
                .min_by_key(|(member, count)| (**count, **member))
                .map(|(member, _)| *member);
            let Some(member) = free else { break };
            standing.insert(member);
            if let Some(count) = load.get_mut(&member) {
                *count += 1;
            }
            made.push((place.application, member));
        }
    }
    made
}

#[cfg(test)]
mod tests;
