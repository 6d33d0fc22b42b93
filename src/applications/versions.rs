//! Versions of answers: what a page was made from, and what a save does when the stored answer has moved on since.

use std::collections::BTreeMap;

/// The version of each question that a page was made from. A page carries exactly the questions that it shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bases {
    versions: BTreeMap<String, i32>,
    page: String,
}

impl Bases {
    /// Reads the hidden field of a page, `NEED:3,AREAS:0`. What is no such pair is left out: its question then counts as not
    /// seen, which never overwrites anything.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let versions = text
            .split(',')
            .filter_map(|pair| pair.rsplit_once(':'))
            .filter_map(|(code, version)| Some((code.to_owned(), version.parse().ok().filter(|it| *it >= 0)?)))
            .collect();
        Self { versions, page: String::new() }
    }

    /// Of one opened page, by the token in it. A page that saves twice, of which the first answer was lost on the way, does not
    /// meet itself.
    #[must_use]
    pub fn of_page(mut self, token: &str) -> Self {
        self.page = token.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).take(64).collect();
        self
    }

    /// The opened page's token; empty where there is none.
    #[must_use]
    pub fn page(&self) -> &str {
        &self.page
    }

    /// The hidden field.
    #[must_use]
    pub fn text(&self) -> String {
        self.versions.iter().map(|(code, version)| format!("{code}:{version}")).collect::<Vec<_>>().join(",")
    }

    /// The version of a question that the page showed; 0 is none.
    #[must_use]
    pub fn of(&self, code: &str) -> i32 {
        self.versions.get(code).copied().unwrap_or(0)
    }

    /// Whether the page showed a question.
    #[must_use]
    pub fn has(&self, code: &str) -> bool {
        self.versions.contains_key(code)
    }

    /// Notes the version of a question.
    pub fn set(&mut self, code: &str, version: i32) {
        self.versions.insert(code.to_owned(), version);
    }

    /// Questions with their versions.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i32)> {
        self.versions.iter().map(|(code, version)| (code.as_str(), *version))
    }
}

/// What a save does with one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is stored as it was typed.
    Same,
    /// What was typed is the next version.
    Save,
    /// Only somebody else changed it: theirs stays.
    Theirs,
    /// Both changed it, to different texts.
    Conflict,
}

/// An answer as it is stored; version 0 is no answer.
#[derive(Debug, Clone, Copy)]
pub struct Current<'a> {
    /// Its version.
    pub version: i32,
    /// Its stored form.
    pub value: &'a str,
}

/// Judges a save of `typed` from a page that showed version `base`, whose text was `base_value` (`None` when that is not known).
#[must_use]
pub fn judge(base: i32, base_value: Option<&str>, current: Current<'_>, typed: &str) -> Verdict {
    let (stored, typed) = (said(current.value), said(typed));
    if stored == typed {
        return Verdict::Same;
    }
    if base == current.version {
        return Verdict::Save;
    }
    match base_value.map(said) {
        Some(before) if before == typed => Verdict::Theirs,
        // Changed, and changed back.
        Some(before) if before == stored => Verdict::Save,
        _ => Verdict::Conflict,
    }
}

/// Whether two stored forms are the same answer.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    said(one) == said(other)
}

/// A stored form; the forms of an empty answer are one.
fn said(value: &str) -> &str {
    if matches!(value, "\"\"" | "[]" | "{}" | "null") { "" } else { value }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_page_brings_back_the_versions_that_it_was_given(
            pairs in prop::collection::btree_map("[A-Z][A-Z0-9_-]{0,12}", 0..1000_i32, 0..12)
        ) {
            let bases = Bases { versions: pairs, page: String::new() };
            prop_assert_eq!(Bases::parse(&bases.text()), bases);
        }

        #[test]
        fn no_field_from_elsewhere_is_a_fault(text in ".*") {
            let bases = Bases::parse(&text);
            prop_assert!(bases.iter().all(|(_, version)| version >= 0));
        }

        /// Whatever the texts: what somebody else wrote since is written over only when it is my own or what I started from.
        #[test]
        fn nobody_elses_text_is_written_over(
            base in 0..3_i32, before in "[ab]{0,1}", version in 0..3_i32, stored in "[ab]{0,1}", typed in "[ab]{0,1}"
        ) {
            // A version has one text.
            let before = if base == version { stored.clone() } else { before };
            let current = Current { version, value: &stored };
            let verdict = judge(base, Some(&before), current, &typed);
            if verdict == Verdict::Save {
                prop_assert!(stored == before && typed != stored);
            }
            prop_assert_eq!(verdict == Verdict::Conflict, stored != before && typed != before && typed != stored);
        }

        /// A page that does not say what it showed never writes over a text.
        #[test]
        fn an_unknown_base_writes_over_nothing(stored in "[ab]{1,3}", typed in "[ab]{1,3}", version in 1..5_i32) {
            let verdict = judge(version + 1, None, Current { version, value: &stored }, &typed);
            prop_assert_eq!(verdict, if stored == typed { Verdict::Same } else { Verdict::Conflict });
        }
    }

    #[test]
    fn an_emptied_answer_and_none_are_the_same() {
        for empty in ["\"\"", "[]", ""] {
            assert_eq!(judge(0, Some(""), Current { version: 0, value: "" }, empty), Verdict::Same);
        }
        assert_eq!(judge(0, Some(""), Current { version: 2, value: "\"x\"" }, "\"\""), Verdict::Theirs);
    }
}
