//! The rules of assigning and scoring. Pure.

use std::collections::BTreeMap;

use super::model::{AssignmentRecord, AssignmentStage, Mark, ScoreSheet};
use crate::access::{Assignment, Bid, Phase};
use crate::applications::{Application, ApplicationStage};
use crate::base::text::clean;
use crate::error::Faults;
use crate::rounds::{Criterion, RoundDefinition};

mod balance;
mod order;
mod plan;
mod roster;
mod tags;

pub use balance::{Bar, Made, Place, Seat, balance, loads};
pub use order::own_order;
pub use plan::{Share, Short, fingerprint, shares, shortfalls};
pub use roster::{HEADINGS, Known, KnownBid, Line, NOTE_MOST, Roster, STAMP, judge_roster, read_roster};
pub use tags::{TagGroup, answer_tags, stream_tags, tag_groups, tag_questions};

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

#[cfg(test)]
mod tests;
