//! The kinds of question, in one table: the word that is stored and sent, and the title that people read.

use serde::{Deserialize, Serialize};

macro_rules! question_kinds {
    ($($(#[$meta:meta])* $variant:ident => $word:literal, $title:literal;)+) => {
        /// How a question is answered.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum QuestionKind {
            $($(#[$meta])* #[serde(rename = $word)] $variant),+
        }

        impl QuestionKind {
            /// Every kind, in the order in which lists offer them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that is stored and sent.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// As people read it.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
        }
    };
}

question_kinds! {
    /// A line.
    ShortText => "short_text", "Short text";
    /// Paragraphs.
    LongText => "long_text", "Long text";
    /// Pounds and pence.
    Money => "money", "Money";
    /// A day.
    Date => "date", "Date";
    /// A whole number.
    Number => "number", "Number";
    /// One of several.
    Single => "single", "One choice";
    /// Any of several.
    Multiple => "multiple", "Several choices";
    /// The budget table (domain rules of the budget).
    Budget => "budget", "Budget table";
    /// What is asked for in each quarter of the project.
    Profile => "profile", "Amount by quarter";
    /// The outcomes table.
    Outcomes => "outcomes", "Outcomes table";
    /// What will be done, and by when.
    Milestones => "milestones", "Milestones table";
    /// What could go wrong, how likely and how bad that is, and what is done about it.
    Risks => "risks", "Risks table";
    /// Who is reached, and how many of each.
    Beneficiaries => "beneficiaries", "People reached, by group";
    /// A lead contact and a second one.
    Contacts => "contacts", "Contacts";
    /// The organisation's details as they are kept, to be confirmed.
    Organisation => "organisation", "Organisation's details, confirmed";
    /// One file.
    Document => "document", "Document";
}

impl QuestionKind {
    /// The kind of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// Whether it offers answers to choose from; only such a question can decide whether another is asked.
    #[must_use]
    pub const fn is_choice(self) -> bool {
        matches!(self, Self::Single | Self::Multiple)
    }
}

#[cfg(test)]
mod tests {
    use super::QuestionKind;

    #[test]
    fn every_kind_has_its_own_word_and_is_found_by_it() {
        for kind in QuestionKind::ALL {
            assert_eq!(QuestionKind::from_word(kind.word()), Some(*kind));
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{}\"", kind.word()));
        }
    }
}
