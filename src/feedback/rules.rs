//! What feedback must and must not say. Faults keep it from being accepted; hints never do.

use std::collections::BTreeMap;

use super::model::{Kind, Line};
use crate::press::placeholders;
use crate::rounds::RoundDefinition;

mod names;
mod plain;

pub use names::{Named, People, named};
pub use plain::hints;

/// Most points of one criterion and kind.
const MOST_POINTS: usize = 12;
/// Most characters of a point.
const LONGEST: usize = 1_000;

/// Something found in feedback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The code of the criterion; none for the whole.
    pub criterion: Option<String>,
    /// In which of its texts.
    pub kind: Kind,
    /// What, for the officer.
    pub message: String,
}

/// What was found: what keeps feedback from being accepted, and what may be put more plainly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Block.
    pub faults: Vec<Found>,
    /// Do not.
    pub hints: Vec<Found>,
}

/// Checks the whole feedback on an application against its agreed scores and the people of its round.
#[must_use]
pub fn check(definition: &RoundDefinition, marks: &BTreeMap<String, i32>, lines: &[Line], people: &People) -> Findings {
    let mut found = Findings::default();
    if !lines.iter().any(|line| line.kind == Kind::Strength) {
        let message = "Say at least one strength of the application".to_owned();
        found.faults.push(Found { criterion: None, kind: Kind::Strength, message });
    }
    for criterion in &definition.criteria {
        let own = |kind| lines.iter().filter(move |line| line.criterion == criterion.code && line.kind == kind);
        let below_top = marks.get(&criterion.code).is_none_or(|mark| *mark < definition.scale.max);
        let mut fault = |kind, message| {
            found.faults.push(Found { criterion: Some(criterion.code.clone()), kind, message });
        };
        if below_top && own(Kind::Improvement).next().is_none() {
            fault(Kind::Improvement, format!("Say what would have made “{}” stronger", criterion.title));
        }
        for kind in Kind::ALL {
            if own(*kind).count() > MOST_POINTS {
                fault(*kind, format!("Say at most {MOST_POINTS} points of a kind on “{}”", criterion.title));
            }
        }
    }
    for line in lines {
        let place = |message: String| Found { criterion: Some(line.criterion.clone()), kind: line.kind, message };
        let (faults, hints) = of_text(&line.text, people);
        found.faults.extend(faults.into_iter().map(place));
        found.hints.extend(hints.into_iter().map(place));
    }
    found
}

/// Faults and hints of one text.
#[must_use]
pub fn of_text(text: &str, people: &People) -> (Vec<String>, Vec<String>) {
    let (mut faults, mut hint) = (Vec::new(), hints(text));
    if text.chars().count() > LONGEST {
        faults.push(format!("A point must be {LONGEST} characters or fewer"));
    }
    for mark in placeholders(text) {
        faults.push(format!("“{mark}” is the mark of an unfinished text"));
    }
    if text.to_lowercase().contains("ombudsman") {
        faults.push("The Ombudsman does not look at these decisions".to_owned());
    }
    for named in named(text, people) {
        match named {
            Named::Surely(what) => faults.push(what),
            Named::Perhaps(what) => hint.push(what),
        }
    }
    (faults, hint)
}

/// The points of a text: a line each, without the marks of a list that people type.
#[must_use]
pub fn points(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| line.trim().trim_start_matches(['-', '*', '\u{2022}']).trim())
        .filter(|line| !line.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// The text that its points make.
#[must_use]
pub fn text_of(points: &[String]) -> String {
    points.join("\n")
}

/// Whether two texts say the same words.
#[must_use]
pub fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

#[cfg(test)]
mod tests;
