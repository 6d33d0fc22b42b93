//! The outcomes: what will change, from where to where, and how that is known.

use serde::{Deserialize, Serialize};

use super::tables::{BOX_CHARS, RowFaults, typed_rows};
use crate::error::Faults;
use crate::rounds::Question;
use crate::web::Fields;

/// A line of the outcomes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// What will change.
    pub outcome: String,
    /// How it is now.
    pub baseline: String,
    /// How it will be.
    pub target: String,
    /// How that is measured.
    pub measure: String,
}

pub(super) fn read(question: &Question, fields: &Fields) -> Vec<Outcome> {
    typed_rows(question, fields)
        .into_iter()
        .map(|(_, row)| Outcome {
            outcome: row.text("outcome"),
            baseline: row.text("baseline"),
            target: row.text("target"),
            measure: row.text("measure"),
        })
        .collect()
}

pub(super) fn plain(lines: &[Outcome]) -> String {
    let words = |line: &Outcome| {
        format!("{}\nNow: {}. Target: {}. Measured by: {}", line.outcome, line.baseline, line.target, line.measure)
    };
    lines.iter().map(words).collect::<Vec<_>>().join("\n\n")
}

pub(in crate::applications) fn faults(question: &Question, lines: &[Outcome], faults: &mut Faults) {
    for (place, line) in lines.iter().enumerate() {
        let mut row = RowFaults::new(&question.code, "Outcome", place, faults);
        let boxes = [&line.outcome, &line.baseline, &line.target, &line.measure];
        if boxes.iter().any(|text| text.is_empty()) {
            row.add("outcome", "fill in all four boxes, or clear the line");
        } else if boxes.iter().any(|text| text.chars().count() > BOX_CHARS) {
            row.add("outcome", &format!("use {BOX_CHARS} characters or fewer in each box"));
        }
    }
}
