//! Who the project reaches, by group, and how many of each.

use serde::{Deserialize, Serialize};

use super::tables::{RowFaults, typed_rows};
use crate::error::Faults;
use crate::rounds::Question;
use crate::web::Fields;

/// More people than live in the area are a slip of the hand.
const MOST_PEOPLE: i64 = 10_000_000;

/// A group of people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Who they are.
    pub who: String,
    /// How many of them are reached.
    pub how_many: HowMany,
}

/// A number of people, or what was typed while it is none. Nothing typed is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum HowMany {
    /// So many.
    Number(i64),
    /// No number; a fault.
    Typed(String),
}

impl Default for HowMany {
    fn default() -> Self {
        Self::Typed(String::new())
    }
}

impl HowMany {
    fn read(typed: String) -> Self {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
        digits.parse().map_or(Self::Typed(typed), Self::Number)
    }

    /// As people read and type it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Typed(text) => text.clone(),
        }
    }
}

/// Everybody who is reached; none while a number is missing.
#[must_use]
pub fn total(groups: &[Group]) -> Option<i64> {
    groups.iter().try_fold(0_i64, |sum, group| match group.how_many {
        HowMany::Number(number) => sum.checked_add(number),
        HowMany::Typed(_) => None,
    })
}

pub(super) fn read(question: &Question, fields: &Fields) -> Vec<Group> {
    typed_rows(question, fields)
        .into_iter()
        .map(|(_, row)| Group { who: row.text("who"), how_many: HowMany::read(row.text("how_many")) })
        .collect()
}

pub(super) fn plain(groups: &[Group]) -> String {
    let mut text: Vec<String> =
        groups.iter().map(|group| format!("{}: {}", group.who, group.how_many.words())).collect();
    if let Some(total) = total(groups) {
        text.push(format!("In all: {total}"));
    }
    text.join("\n")
}

pub(in crate::applications) fn faults(question: &Question, groups: &[Group], faults: &mut Faults) {
    for (place, group) in groups.iter().enumerate() {
        let mut row = RowFaults::new(&question.code, "Group", place, faults);
        row.need("who", &group.who, "say who they are");
        match group.how_many {
            HowMany::Number(number) if (1..=MOST_PEOPLE).contains(&number) => {}
            _ => row.add("how_many", "enter how many people, such as 40"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(how_many: HowMany) -> Group {
        Group { who: "Pupils".to_owned(), how_many }
    }

    #[test]
    fn numbers_are_read_and_added() {
        assert_eq!(HowMany::read("1,250".to_owned()), HowMany::Number(1_250));
        assert_eq!(HowMany::read("lots".to_owned()), HowMany::Typed("lots".to_owned()));
        assert_eq!(total(&[group(HowMany::Number(40)), group(HowMany::Number(2))]), Some(42));
        assert_eq!(total(&[group(HowMany::Number(40)), group(HowMany::default())]), None);
        assert_eq!(total(&[group(HowMany::Number(i64::MAX)), group(HowMany::Number(1))]), None);
        assert_eq!(plain(&[group(HowMany::Number(40))]), "Pupils: 40\nIn all: 40");
    }
}
