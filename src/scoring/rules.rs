//! The rules of assigning and scoring. Pure.

use super::model::{AssignmentStage, ScoreSheet};
use crate::access::{Assignment, Bid, Phase};
use crate::base::ids::OrganisationId;
use crate::rounds::{Criterion, RoundDefinition};

mod balance;
mod lines;
mod order;
mod plan;
mod roster;
mod tags;

pub use balance::{Bar, Made, Place, Seat, balance, loads};
pub use lines::{Merged, NOTE_MOST, cleaned_lines, line_faults, merge, submission_faults, substance};
pub use order::own_order;
pub use plan::{Share, Short, fingerprint, shares, shortfalls};
pub use roster::{HEADINGS, Known, KnownBid, REMOVAL_NOTE_MOST, Roster, RosterLine, STAMP, judge_roster, read_roster};
pub use tags::{TagGroup, answer_tags, stream_tags, tag_groups, tag_questions};

/// Most characters of a reason.
pub const REASON_MOST: usize = 4_000;

/// A submitted application as access rules see it for a member whose assignment stands so: for lists.
#[must_use]
pub fn own_bid(organisation: OrganisationId, phase: Phase, stage: AssignmentStage) -> Bid {
    Bid {
        organisation,
        phase,
        by_office: false,
        submitted: true,
        // Scoring does not begin before a round is unsealed.
        sealed: phase < Phase::Scoring,
        assignment: match stage {
            AssignmentStage::Assigned => Assignment::Undeclared,
            AssignmentStage::Cleared => Assignment::Cleared,
            AssignmentStage::Conflicted => Assignment::Conflicted,
            AssignmentStage::Removed => Assignment::None,
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

#[cfg(test)]
mod tests;
