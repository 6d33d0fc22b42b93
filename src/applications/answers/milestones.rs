//! Milestones: what will be done, and by when.

use serde::{Deserialize, Serialize};

use super::dates::Due;
use super::tables::{RowFaults, typed_rows};
use crate::error::Faults;
use crate::rounds::Question;
use crate::web::Fields;

/// A milestone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// What will have been done.
    pub what: String,
    /// By when.
    pub by: Due,
}

pub(super) fn read(question: &Question, fields: &Fields) -> Vec<Milestone> {
    typed_rows(question, fields)
        .into_iter()
        .map(|(_, row)| Milestone { what: row.text("what"), by: Due::from(row.text("by")) })
        .collect()
}

pub(super) fn plain(lines: &[Milestone]) -> String {
    lines.iter().map(|line| format!("{}: {}", line.by.words(), line.what)).collect::<Vec<_>>().join("\n")
}

pub(in crate::applications) fn faults(question: &Question, lines: &[Milestone], faults: &mut Faults) {
    for (place, line) in lines.iter().enumerate() {
        let mut row = RowFaults::new(&question.code, "Milestone", place, faults);
        row.need("what", &line.what, "say what will have been done");
        if !line.by.is_known() {
            row.add("by", "enter a month or a date, such as April 2027 or 12 April 2027");
        }
    }
}
