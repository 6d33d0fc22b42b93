//! An agenda for a workshop, from the figures. It is made of the office's own words and of figures: no bid is quoted.

use std::fmt::Write;

use super::losses::Loss;
use super::themes::ThemeLoss;
use crate::feedback::{BankEntry, Kind, criterion_key};

/// So many criteria have a part of the agenda.
pub const PARTS: usize = 3;
/// So many examples stand in a part.
const EXAMPLES: usize = 3;

/// What a part is made of besides the figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Material {
    /// What assessors look for, in the round's words.
    pub prompt: String,
    /// Wordings of the office's own reason bank.
    pub examples: Vec<String>,
}

/// Examples for a part: what the bank keeps of a criterion to make a bid stronger. Themes that cost bidders most come first, and among
/// those of one theme the order of `bank`.
#[must_use]
pub fn examples(bank: &[BankEntry], criterion: &str, themes: &[ThemeLoss]) -> Vec<String> {
    let key = criterion_key(criterion);
    let place = |entry: &BankEntry| themes.iter().position(|one| one.theme == entry.theme).unwrap_or(themes.len());
    let fits = |entry: &&BankEntry| entry.criterion == key && entry.kind == Kind::Improvement;
    let mut found: Vec<&BankEntry> = bank.iter().filter(fits).collect();
    found.sort_by_key(|entry| place(entry));
    found.into_iter().take(EXAMPLES).map(|entry| entry.text.clone()).collect()
}

/// The agenda: a welcome, a part for each of the dearest criteria, questions.
#[must_use]
pub fn agenda(losses: &[Loss], material: impl Fn(&Loss) -> Material) -> String {
    let mut text = String::from("1. Welcome, and how bids are scored\n");
    for (number, loss) in (2..).zip(losses.iter().take(PARTS)) {
        let Material { prompt, examples } = material(loss);
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n{number}. {}\nOn average bids lost {}% of the marks here.\n",
            loss.title,
            loss.share.percent_2dp()
        );
        if !prompt.is_empty() {
            let _ = writeln!(text, "What assessors look for: {prompt}");
        }
        if !examples.is_empty() {
            text.push_str("What would have made many bids stronger:\n");
        }
        for example in examples {
            let _ = writeln!(text, "- {example}");
        }
    }
    let last = losses.len().min(PARTS) + 2;
    let _ = write!(text, "\n{last}. Your questions, and when the next round opens");
    text
}
