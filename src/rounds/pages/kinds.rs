//! Kinds of question, as officers choose them.

use crate::rounds::model::QuestionKind;

/// Every kind with the word of the form.
pub(super) const KINDS: &[(QuestionKind, &str)] = &[
    (QuestionKind::ShortText, "short_text"),
    (QuestionKind::LongText, "long_text"),
    (QuestionKind::Money, "money"),
    (QuestionKind::Date, "date"),
    (QuestionKind::Number, "number"),
    (QuestionKind::Single, "single"),
    (QuestionKind::Multiple, "multiple"),
    (QuestionKind::Budget, "budget"),
    (QuestionKind::Outcomes, "outcomes"),
    (QuestionKind::Document, "document"),
];

/// As people read it.
pub(super) const fn kind_title(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::ShortText => "Short text",
        QuestionKind::LongText => "Long text",
        QuestionKind::Money => "Money",
        QuestionKind::Date => "Date",
        QuestionKind::Number => "Number",
        QuestionKind::Single => "One choice",
        QuestionKind::Multiple => "Several choices",
        QuestionKind::Budget => "Budget table",
        QuestionKind::Outcomes => "Outcomes table",
        QuestionKind::Document => "Document",
    }
}

/// The word of a kind.
pub(super) fn kind_word(kind: QuestionKind) -> &'static str {
    KINDS.iter().find(|(other, _)| *other == kind).map_or("", |(_, word)| *word)
}

/// The kind of a word.
pub(super) fn kind_of(word: &str) -> Option<QuestionKind> {
    KINDS.iter().find(|(_, other)| *other == word).map(|(kind, _)| *kind)
}
