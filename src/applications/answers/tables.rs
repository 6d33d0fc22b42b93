//! What the tables of a form share: rows as they were typed, and faults that name their row.

use crate::base::text::clean_line;
use crate::error::Faults;
use crate::rounds::{Question, QuestionKind};
use crate::web::Fields;

/// Most characters of a box in a table.
pub(super) const BOX_CHARS: usize = 300;

/// How many rows the table of a kind has at most; none for what is no table.
#[must_use]
pub const fn most_rows(kind: QuestionKind) -> Option<usize> {
    match kind {
        QuestionKind::Budget => Some(12),
        QuestionKind::Outcomes | QuestionKind::Risks => Some(5),
        QuestionKind::Milestones => Some(8),
        QuestionKind::Beneficiaries => Some(6),
        _ => None,
    }
}

/// A row of a table as it was typed.
pub(super) struct TypedRow<'a> {
    prefix: String,
    fields: &'a Fields,
}

impl TypedRow<'_> {
    /// What was typed into a box, as one line.
    pub(super) fn text(&self, name: &str) -> String {
        clean_line(self.fields.get(&self.field(name)))
    }

    /// The name of a box in the form.
    pub(super) fn field(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

/// The rows in which anything was typed, with their places.
pub(super) fn typed_rows<'a>(question: &Question, fields: &'a Fields) -> Vec<(usize, TypedRow<'a>)> {
    (0..most_rows(question.kind).unwrap_or(0))
        .map(|place| (place, TypedRow { prefix: format!("{}-{place}-", question.code), fields }))
        .filter(|(_, row)| {
            row.fields.pairs().any(|(name, value)| name.starts_with(&row.prefix) && !value.trim().is_empty())
        })
        .collect()
}

/// The same form with the empty rows of its tables moved to their ends, so that what is stored, what is typed and what is at
/// fault stand in the same places.
#[must_use]
pub fn without_gaps(questions: &[Question], fields: &Fields) -> Fields {
    let mut pairs: Vec<(String, String)> =
        fields.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    for question in questions.iter().filter(|question| most_rows(question.kind).is_some()) {
        let filled: Vec<usize> = typed_rows(question, fields).into_iter().map(|(place, _)| place).collect();
        for (name, _) in &mut pairs {
            let Some((place, part)) = box_of(&question.code, name) else { continue };
            let before = filled.iter().filter(|other| **other < place).count();
            let to = if filled.contains(&place) { before } else { filled.len() + place - before };
            *name = format!("{}-{to}-{part}", question.code);
        }
    }
    Fields::from(pairs)
}

/// The row and the name of a box of a table.
fn box_of(code: &str, name: &str) -> Option<(usize, String)> {
    let (place, part) = name.strip_prefix(code)?.strip_prefix('-')?.split_once('-')?;
    Some((place.parse().ok()?, part.to_owned()))
}

/// Notes the faults of a row: its message begins with what the row is.
pub(super) struct RowFaults<'a> {
    code: &'a str,
    what: &'a str,
    place: usize,
    faults: &'a mut Faults,
}

impl<'a> RowFaults<'a> {
    pub(super) const fn new(code: &'a str, what: &'a str, place: usize, faults: &'a mut Faults) -> Self {
        Self { code, what, place, faults }
    }

    pub(super) fn add(&mut self, name: &str, text: &str) {
        self.faults
            .add(format!("{}-{}-{name}", self.code, self.place), format!("{} {}: {text}", self.what, self.place + 1));
    }

    /// A box that must be filled and has its limit.
    pub(super) fn need(&mut self, name: &str, value: &str, missing: &str) {
        if value.is_empty() {
            self.add(name, missing);
        } else if value.chars().count() > BOX_CHARS {
            self.add(name, &format!("use {BOX_CHARS} characters or fewer in each box"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounds::RoundDefinition;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields::from(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
    }

    #[test]
    fn gaps_close_and_nothing_else_moves() {
        let definition = RoundDefinition::default_round().unwrap();
        let question = definition.questions().find(|question| question.kind == QuestionKind::Outcomes).unwrap().clone();
        let code = question.code.clone();
        let name = |place: usize, part: &str| format!("{code}-{place}-{part}");
        let (blank, first, third) = (name(0, "outcome"), name(1, "outcome"), name(3, "measure"));
        let typed =
            fields(&[(&blank, " "), (&first, "one"), (&third, "two"), ("OTHER-3-outcome", "x"), ("go", "later")]);
        let moved = without_gaps(&[question], &typed);
        assert_eq!(moved.get(&name(0, "outcome")), "one");
        assert_eq!(moved.get(&name(1, "measure")), "two");
        assert_eq!((moved.get("OTHER-3-outcome"), moved.get("go")), ("x", "later"));
        assert_eq!(moved.pairs().count(), typed.pairs().count());
    }
}
