//! Risks: what could go wrong, how likely and how bad that would be, and what is done about it.

use serde::{Deserialize, Serialize};

use super::tables::{RowFaults, typed_rows};
use crate::error::Faults;
use crate::rounds::Question;
use crate::web::Fields;

/// How likely, or how bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

impl Level {
    /// Every level, with the word that is sent and what people read.
    pub const ALL: &[(Self, &str, &str)] =
        &[(Self::Low, "low", "Low"), (Self::Medium, "medium", "Medium"), (Self::High, "high", "High")];

    /// The word that is sent.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == word).map(|(level, _, _)| *level)
    }
}

/// A risk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// What could go wrong.
    pub risk: String,
    /// How likely that is; none while it is not chosen.
    pub likelihood: Option<Level>,
    /// How bad it would be; none while it is not chosen.
    pub impact: Option<Level>,
    /// What is done about it.
    pub action: String,
}

pub(super) fn read(question: &Question, fields: &Fields) -> Vec<Risk> {
    typed_rows(question, fields)
        .into_iter()
        .map(|(_, row)| Risk {
            risk: row.text("risk"),
            likelihood: Level::of(&row.text("likelihood")),
            impact: Level::of(&row.text("impact")),
            action: row.text("action"),
        })
        .collect()
}

pub(super) fn plain(lines: &[Risk]) -> String {
    let level = |level: Option<Level>| level.map_or("not chosen", Level::word);
    let words = |line: &Risk| {
        format!(
            "{}\nLikelihood: {}. Impact: {}. What we will do: {}",
            line.risk,
            level(line.likelihood),
            level(line.impact),
            line.action
        )
    };
    lines.iter().map(words).collect::<Vec<_>>().join("\n\n")
}

pub(in crate::applications) fn faults(question: &Question, lines: &[Risk], faults: &mut Faults) {
    for (place, line) in lines.iter().enumerate() {
        let mut row = RowFaults::new(&question.code, "Risk", place, faults);
        row.need("risk", &line.risk, "say what could go wrong");
        if line.likelihood.is_none() {
            row.add("likelihood", "choose how likely it is");
        }
        if line.impact.is_none() {
            row.add("impact", "choose how bad it would be");
        }
        row.need("action", &line.action, "say what you will do about it");
    }
}
