//! Hints for plain English. Few, and none of them keeps a text from being sent.

use crate::base::text::words;

/// A sentence of more words is hard to read.
const LONG_SENTENCE: usize = 30;

/// Words of the office, and what people say.
const JARGON: &[(&str, &str)] = &[
    ("stakeholders", "people involved"),
    ("leverage", "use"),
    ("utilise", "use"),
    ("holistic", "whole"),
    ("robust", "strong, or say what is sound about it"),
    ("synergies", "what works better together"),
    ("going forward", "from now on"),
    ("in terms of", "about"),
    ("signposting", "pointing people to"),
    ("deliverables", "what will be done"),
    ("key learnings", "what was learned"),
    ("theory of change", "how the work leads to the result"),
    ("added value", "what it adds"),
    ("value add", "what it adds"),
    ("prior to", "before"),
    ("commence", "start"),
];

/// What may be put more plainly.
#[must_use]
pub fn hints(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for sentence in text.split(['.', '!', '?', ';']) {
        let count = words(sentence);
        if count > LONG_SENTENCE {
            found.push(format!("A sentence of {count} words is long: could it be two?"));
        }
    }
    let spaced = format!(" {} ", plain_words(text).join(" "));
    for (word, instead) in JARGON {
        if spaced.contains(&format!(" {word} ")) {
            found.push(format!("“{word}”: people say “{instead}”"));
        }
    }
    if is_passive(text) {
        found.push("“Was … by”: say who did it first".to_owned());
    }
    found
}

fn plain_words(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric() && character != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn is_passive(text: &str) -> bool {
    let words = plain_words(text);
    words.windows(3).any(|three| match three {
        [be, done, by] => {
            matches!(be.as_str(), "was" | "were" | "is" | "are" | "been" | "be") && done.ends_with("ed") && by == "by"
        }
        _ => false,
    })
}
