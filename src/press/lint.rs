//! Looks for the marks of an unfinished letter. Nothing with a finding can be approved.
//!
//! The seed of this rule: signed letters with notes in square brackets still in them. A real
//! project title may hold a bracket too; it is a finding all the same, with its field named, and
//! the officer puts it right with the applicant (round brackets do). An exception would be the hole
//! that the next forgotten note falls through.

use jiff::civil::Date;

use super::{
    data::LetterData,
    fault::{Finding, FindingKind},
    values::MONTHS,
    wording::left_over,
};

/// Everything that keeps a letter from being approved.
///
/// `pdf_text` is the text of the finished letter, as in [`super::Rendered::text`].
#[must_use]
pub fn lint(data: &LetterData, pdf_text: &str) -> Vec<Finding> {
    let mut findings = data.check();
    let mut in_data: Vec<String> = Vec::new();
    for (field, text) in data.texts() {
        for mark in placeholders(&text) {
            findings.push(Finding::in_field(&field, FindingKind::Placeholder, says(&mark)));
            in_data.push(mark);
        }
        for day in impossible_days(&text) {
            findings.push(Finding::in_field(&field, FindingKind::Date, format!("speaks of {day}, which is no day")));
        }
    }
    for line in pdf_text.split(['\n', '\u{c}']) {
        for mark in placeholders(line).into_iter().filter(|mark| !in_data.contains(mark)) {
            let detail = format!("{}: {:?}", says(&mark), line.trim());
            findings.push(Finding::in_letter(FindingKind::Placeholder, detail));
        }
        if let Some(name) = left_over(line) {
            let detail = format!("the placeholder {{{name}}} was not filled: {:?}", line.trim());
            findings.push(Finding::in_letter(FindingKind::Placeholder, detail));
        }
        if let Some(gap) = gap(line) {
            let detail = format!("a value seems to be missing ({gap}): {:?}", line.trim());
            findings.push(Finding::in_letter(FindingKind::Gap, detail));
        }
    }
    findings
}

fn says(mark: &str) -> String {
    format!("contains \u{201c}{mark}\u{201d}, the mark of an unfinished letter")
}

/// The marks of an unfinished text in it, each once.
#[must_use]
pub fn placeholders(text: &str) -> Vec<String> {
    let mut marks: Vec<String> = Vec::new();
    let mut add = |mark: &str| {
        if !marks.iter().any(|known| known == mark) {
            marks.push(mark.to_owned());
        }
    };
    for mark in ["[", "]", "{{", "}}", "___", "dd/mm", "DD/MM"] {
        if text.contains(mark) {
            add(mark);
        }
    }
    for word in text.split(|character: char| !character.is_alphanumeric()) {
        let lower = word.to_lowercase();
        // "todo" is a word of Spanish and Portuguese names; "TODO" is a note.
        let note = matches!(lower.as_str(), "tbc" | "tbd" | "lorem") || word == "TODO";
        let crosses = word.len() > 1 && word.chars().all(|character| character == 'X');
        if note || crosses {
            add(word);
        }
    }
    marks
}

/// Whether a text that is to stand in a letter as it is keeps the letter from being approved.
#[must_use]
pub fn is_unfinished(text: &str) -> bool {
    !placeholders(text).is_empty() || !impossible_days(text).is_empty()
}

/// Days in a text that no calendar has: "31 February 2027". Without a year it may be an address: "42 May Street".
fn impossible_days(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    for three in words.windows(3) {
        let [day, month, year] = three else { continue };
        let plain = ["st", "nd", "rd", "th"].into_iter().find_map(|end| day.strip_suffix(end)).unwrap_or(day);
        let place = MONTHS.iter().position(|name| month == name || name.get(..3) == Some(*month));
        let (Ok(number), Some(place), Ok(of_year)) = (plain.parse::<i8>(), place, year.parse::<i16>()) else {
            continue;
        };
        let month_number = i8::try_from(place.saturating_add(1)).unwrap_or_default();
        if year.len() == 4 && Date::new(of_year, month_number, number).is_err() {
            found.push(format!("{day} {month} {year}"));
        }
    }
    found
}

/// What in a printed line shows that a value is missing.
fn gap(line: &str) -> Option<&'static str> {
    // Read back, a printed line or cell ends without the space it was broken at.
    if line.split('\t').any(|cell| cell.contains("  ") || cell.ends_with(' ')) {
        return Some("two spaces");
    }
    [(" ,", "a space before a comma"), ("()", "empty brackets"), (" .", "a space before a full stop")]
        .into_iter()
        .find(|(mark, _)| line.match_indices(mark).any(|(at, _)| ends_word(line, at + mark.len())))
        .map(|(_, name)| name)
}

/// Whether what follows is a space or the end: " .5" and " .org" are not gaps.
fn ends_word(line: &str, at: usize) -> bool {
    line.get(at..).is_none_or(|rest| rest.chars().next().is_none_or(char::is_whitespace))
}
