//! An agenda for a workshop, from the figures. It is made of the office's own words and of figures: no bid is quoted.

use std::fmt::Write;

use super::losses::Loss;

/// So many criteria have a part of the agenda.
pub const PARTS: usize = 3;

/// What a part is made of besides the figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Material {
    /// What assessors look for, in the round's words.
    pub prompt: String,
    /// Wordings of the office's own reason bank.
    pub examples: Vec<String>,
}

/// The agenda: a welcome, a part for each of the dearest criteria, questions.
#[must_use]
pub fn agenda(losses: &[Loss], material: impl Fn(&str) -> Material) -> String {
    let mut text = String::from("1. Welcome, and how bids are scored\n");
    for (number, loss) in (2..).zip(losses.iter().take(PARTS)) {
        let Material { prompt, examples } = material(&loss.code);
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
        for example in examples {
            let _ = writeln!(text, "- {example}");
        }
    }
    let last = losses.len().min(PARTS) + 2;
    let _ = write!(text, "\n{last}. Your questions, and when the next round opens");
    text
}
