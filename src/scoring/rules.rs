//! The rules of assigning and scoring. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{AssignmentRecord, AssignmentStage, ScoreSheet};
use crate::access::{Assignment, Bid, Phase};
use crate::applications::{Application, ApplicationStage};
use crate::base::ids::{AccountId, ApplicationId};
use crate::rounds::{Criterion, RoundDefinition};

mod lines;

pub use lines::{Merged, NOTE_MOST, cleaned_lines, line_faults, merge, submission_faults, substance};

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
