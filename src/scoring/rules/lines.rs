//! What a sheet must say, and what becomes of two pages that change one sheet. Pure.

use std::collections::BTreeSet;

use crate::applications::versions::{Bases, Current, Verdict, judge};
use crate::base::text::clean;
use crate::error::Faults;
use crate::rounds::{Criterion, RoundDefinition};
use crate::scoring::model::{Line, LineVersion, Lines, Part};

use super::REASON_MOST;

/// Most characters of what the applicant is told.
pub const ADVICE_MOST: usize = 2_000;
/// Most characters of a private note.
pub const NOTE_MOST: usize = 4_000;

/// The lines with their texts cleaned; a criterion that has nothing is left out.
#[must_use]
pub fn cleaned_lines(lines: &Lines) -> Lines {
    lines
        .iter()
        .map(|(code, line)| {
            let line = Line {
                mark: line.mark,
                reason: clean(&line.reason),
                strength: clean(&line.strength),
                improvement: clean(&line.improvement),
            };
            (code.clone(), line)
        })
        .filter(|(_, line)| *line != Line::default())
        .collect()
}

/// How much a reason says, in characters: its different words with a space between. A word said again, and a letter held down,
/// say nothing more.
#[must_use]
pub fn substance(reason: &str) -> usize {
    let mut seen = BTreeSet::new();
    let mut length = 0_usize;
    for word in reason.split_whitespace() {
        let mut plain = String::new();
        let (mut last, mut run) = (None, 0_u8);
        for letter in word.chars().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()) {
            run = if last == Some(letter) { run.saturating_add(1) } else { 0 };
            last = Some(letter);
            if run < 2 {
                plain.push(letter);
            }
        }
        let letters = plain.chars().count();
        if letters > 0 && seen.insert(plain) {
            length = length.saturating_add(letters).saturating_add(usize::from(length > 0));
        }
    }
    length
}

/// What is wrong with a draft: it may be incomplete, but what is there must be on the scale and of bearable length.
#[must_use]
pub fn line_faults(definition: &RoundDefinition, lines: &Lines) -> Faults {
    let mut faults = Faults::default();
    for criterion in &definition.criteria {
        if let Some(line) = lines.get(&criterion.code) {
            check_present(definition, criterion, line, &mut faults);
        }
    }
    faults
}

/// What keeps a sheet from being submitted: every fault at once, in the order of the page. Every criterion needs a score on the
/// scale and a reason; what the applicant is told may be left to the panel.
#[must_use]
pub fn submission_faults(definition: &RoundDefinition, lines: &Lines) -> Faults {
    let mut faults = Faults::default();
    let absent = Line::default();
    let least = definition.reason_least();
    for criterion in &definition.criteria {
        let line = lines.get(&criterion.code).unwrap_or(&absent);
        if line.mark.is_none() {
            faults.add(Part::Mark.field(&criterion.code), format!("Choose a score for {}", criterion.title));
        }
        if substance(&line.reason) < usize::try_from(least).unwrap_or(0) {
            faults.add(
                Part::Reason.field(&criterion.code),
                format!("Give your reason for {}, in at least {least} characters of different words", criterion.title),
            );
        }
        check_present(definition, criterion, line, &mut faults);
    }
    faults
}

fn check_present(definition: &RoundDefinition, criterion: &Criterion, line: &Line, faults: &mut Faults) {
    let scale = definition.marks();
    if line.mark.is_some_and(|mark| !scale.contains(mark)) {
        faults.add(
            Part::Mark.field(&criterion.code),
            format!("The score for {} must be a whole number from {} to {}", criterion.title, scale.min, scale.max),
        );
    }
    for (part, most, words) in [
        (Part::Reason, REASON_MOST, "4,000"),
        (Part::Strength, ADVICE_MOST, "2,000"),
        (Part::Improvement, ADVICE_MOST, "2,000"),
    ] {
        if line.text(part).chars().count() > most {
            let message = format!("Your {} for {} must be {words} characters or fewer", part.title(), criterion.title);
            faults.add(part.field(&criterion.code), message);
        }
    }
}

/// What a save makes of one criterion's line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// The line to be stored.
    pub line: Line,
    /// Parts that are stored as they were typed.
    pub mine: Vec<Part>,
    /// Parts that only another page changed: what is stored stays.
    pub theirs: Vec<Part>,
    /// Parts that both changed, to different texts: what is stored stays until somebody has seen both.
    pub conflicts: Vec<Part>,
}

/// Merges what a page holds into the stored line, part by part. `history` has every version of the line, oldest first; `bases` has
/// the version of the sheet that the page knows each part in, and the page's token.
#[must_use]
pub fn merge(criterion: &str, stored: &Line, history: &[&LineVersion], bases: &Bases, typed: &Line) -> Merged {
    let mut merged = Merged { line: stored.clone(), ..Merged::default() };
    for part in Part::ALL {
        let base = bases.of(&part.field(criterion));
        match verdict(part, base, stored, history, (bases.page(), typed)) {
            Verdict::Same => merged.mine.push(part),
            Verdict::Save => {
                merged.line.take(part, typed);
                merged.mine.push(part);
            }
            Verdict::Theirs => merged.theirs.push(part),
            Verdict::Conflict => merged.conflicts.push(part),
        }
    }
    merged
}

fn verdict(part: Part, base: i32, stored: &Line, history: &[&LineVersion], (page, typed): (&str, &Line)) -> Verdict {
    let before = history.iter().rev().find(|version| version.version <= base).map(|version| version.line.text(part));
    let mut text = before.clone().unwrap_or_default();
    let (mut changed, mut elsewhere) = (false, false);
    for version in history.iter().filter(|version| version.version > base) {
        let now = version.line.text(part);
        if now != text {
            changed = true;
            elsewhere = elsewhere || page.is_empty() || version.page != page;
            text = now;
        }
    }
    let (stored, typed) = (stored.text(part), typed.text(part));
    // Not changed since, or by this very page, which did not hear of it.
    let version = if changed && elsewhere { i32::MAX } else { base };
    judge(base, Some(before.as_deref().unwrap_or_default()), Current { version, value: &stored }, &typed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::ids::AccountId;
    use crate::base::time::At;
    use crate::scoring::model::Origin;

    #[test]
    fn what_says_nothing_counts_for_nothing() {
        assert_eq!(substance("As the bid says, in detail."), 25);
        assert_eq!(substance("good good GOOD, good! good good"), 4);
        assert_eq!(substance("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 2);
        assert_eq!(substance("..... ----- !!!!! ????? ....."), 0);
        assert_eq!(substance("It met the need"), 15);
    }

    #[test]
    fn every_fault_is_told_at_once_in_page_order() {
        let definition = RoundDefinition::default_round().unwrap();
        let faults = submission_faults(&definition, &Lines::new());
        assert_eq!(faults.list().len(), 2 * definition.criteria.len());
        let first = &definition.criteria[0].code;
        let long = Line {
            mark: Some(99),
            reason: "x".repeat(5_000),
            strength: "s".repeat(2_001),
            improvement: "i".repeat(2_001),
        };
        let lines = Lines::from([(first.clone(), long)]);
        let fields: Vec<String> =
            line_faults(&definition, &lines).list().iter().map(|fault| fault.field.clone()).collect();
        assert_eq!(fields, Part::ALL.map(|part| part.field(first)));
        let mut strict = definition;
        strict.reason_least = Some(200);
        let short = Line { mark: Some(3), reason: "As the bid says, in detail.".to_owned(), ..Line::default() };
        let lines = strict.criteria.iter().map(|criterion| (criterion.code.clone(), short.clone())).collect();
        assert!(submission_faults(&strict, &lines).list().iter().all(|fault| fault.message.contains("200 characters")));
    }

    fn version(version: i32, reason: &str, page: &str) -> LineVersion {
        LineVersion {
            criterion: "A".to_owned(),
            version,
            line: Line { reason: reason.to_owned(), ..Line::default() },
            origin: Origin::Page,
            page: page.to_owned(),
            at: At::from_micros(0),
            by: AccountId::new(1),
        }
    }

    fn save(history: &[LineVersion], base: i32, page: &str, typed: &str) -> Merged {
        let stored = history.last().map(|version| version.line.clone()).unwrap_or_default();
        let mut bases = Bases::default();
        bases.set("A-reason", base);
        let typed = Line { reason: typed.to_owned(), ..Line::default() };
        merge("A", &stored, &history.iter().collect::<Vec<_>>(), &bases.of_page(page), &typed)
    }

    #[test]
    fn a_page_does_not_meet_itself() {
        let history = [version(1, "one", "p"), version(2, "one two", "p")];
        assert_eq!(save(&history, 0, "p", "one two three").line.reason, "one two three");
        assert_eq!(save(&history, 0, "q", "one two three").conflicts, [Part::Reason]);
        assert_eq!(save(&history, 0, "q", "").theirs, [Part::Reason]);
    }

    proptest! {
        /// Whatever two pages do: a text that this page did not know is never written over.
        #[test]
        fn what_another_page_wrote_is_never_written_over(
            texts in prop::collection::vec("[ab]{0,1}", 0..5), base in 0..6_i32, typed in "[ab]{0,1}"
        ) {
            let history: Vec<LineVersion> =
                texts.iter().zip(1..).map(|(text, number)| version(number, text, "other")).collect();
            let stored = texts.last().cloned().unwrap_or_default();
            let known = history.iter().rev().find(|one| one.version <= base).map(|one| one.line.reason.clone()).unwrap_or_default();
            let merged = save(&history, base, "mine", &typed);
            if merged.line.reason != stored {
                prop_assert_eq!(&stored, &known);
                prop_assert_eq!(&merged.line.reason, &typed);
            }
            prop_assert_eq!(merged.mine.len() + merged.theirs.len() + merged.conflicts.len(), 4);
        }
    }
}
