//! Warnings about a round's form: what is allowed and usually a mistake. Blockers are in [`readiness`](super::readiness()).

use std::collections::HashMap;

use crate::base::exact::Fraction;
use crate::rounds::model::{Question, QuestionKind, RoundDefinition};

/// Words that an applicant may be asked to write before the form is called long.
pub const MANY_WORDS: usize = 2_500;

/// What a warning is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The whole form.
    Form,
    /// A criterion, by code.
    Criterion(String),
    /// A question, by code.
    Question(String),
}

/// A warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// What it is about.
    pub about: About,
    /// In the officer's words.
    pub text: String,
}

/// Every warning, criteria first, then the form, then its questions in order.
#[must_use]
pub fn lints(definition: &RoundDefinition) -> Vec<Lint> {
    let mut found = Vec::new();
    criteria(definition, &mut found);
    track_record(definition, &mut found);
    length(definition, &mut found);
    for question in definition.questions() {
        for text in question_texts(definition, question) {
            found.push(Lint { about: About::Question(question.code.clone()), text });
        }
    }
    repeated(definition, &mut found);
    found
}

fn criteria(definition: &RoundDefinition, found: &mut Vec<Lint>) {
    let shares = definition.shares().unwrap_or_default();
    let half = Fraction::from(50);
    for (place, criterion) in definition.criteria.iter().enumerate() {
        let mut add = |text: String| found.push(Lint { about: About::Criterion(criterion.code.clone()), text });
        if definition.questions_informing(&criterion.code).next().is_none() {
            add(format!(
                "No question informs the criterion ‘{}’, so assessors would have nothing to mark",
                criterion.title
            ));
        }
        if let Some(share) = shares.get(place).filter(|share| **share > half) {
            add(format!(
                "‘{}’ will carry {}% of the result, more than everything else together",
                criterion.title,
                share.percent_2dp()
            ));
        }
    }
}

/// Whether half of the weight or more rests on criteria that only questions about a track record inform.
fn track_record(definition: &RoundDefinition, found: &mut Vec<Lint>) {
    let (mut total, mut resting, mut titles) = (0_i64, 0_i64, Vec::new());
    for criterion in &definition.criteria {
        let weight = criterion.weight.ten_thousandths();
        total = total.saturating_add(weight);
        let mut informing = definition.questions_informing(&criterion.code).peekable();
        if weight > 0 && informing.peek().is_some() && informing.all(|question| question.track_record) {
            resting = resting.saturating_add(weight);
            titles.push(format!("‘{}’", criterion.title));
        }
    }
    if resting > 0 && resting.saturating_mul(2) >= total {
        found.push(Lint {
            about: About::Form,
            text: format!(
                "Half of the weight or more rests on track record alone ({}). Those who have had grants before would win again; \
                 ask what the team can do as well",
                titles.join(", ")
            ),
        });
    }
}

fn length(definition: &RoundDefinition, found: &mut Vec<Lint>) {
    let words = most_words(definition);
    if words > MANY_WORDS {
        found.push(Lint {
            about: About::Form,
            text: format!(
                "The long texts may have {words} words together, and the form takes about {} to fill in. More than {MANY_WORDS} \
                 words keep small organisations away",
                time_words(minutes(definition))
            ),
        });
    }
}

/// Words that all long texts together may have.
#[must_use]
pub fn most_words(definition: &RoundDefinition) -> usize {
    definition
        .questions()
        .filter(|question| question.kind == QuestionKind::LongText)
        .filter_map(|question| question.word_limit)
        .fold(0, usize::saturating_add)
}

/// A guess of the minutes that the form takes: 12 words of a long text in a minute, ten minutes for a table, five for a document,
/// one for anything else.
#[must_use]
pub fn minutes(definition: &RoundDefinition) -> usize {
    definition
        .questions()
        .map(|question| match question.kind {
            QuestionKind::LongText => question.word_limit.map_or(15, |limit| limit.div_ceil(12)),
            QuestionKind::Budget | QuestionKind::Outcomes => 10,
            QuestionKind::Profile => 3,
            QuestionKind::Document => 5,
            _ => 1,
        })
        .fold(0, usize::saturating_add)
}

/// `45 minutes`, `2 hours 10 minutes`.
#[must_use]
pub fn time_words(minutes: usize) -> String {
    let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    match (minutes / 60, minutes % 60) {
        (0, minutes) => count(minutes, "minute"),
        (hours, 0) => count(hours, "hour"),
        (hours, minutes) => format!("{} {}", count(hours, "hour"), count(minutes, "minute")),
    }
}

fn question_texts(definition: &RoundDefinition, question: &Question) -> Vec<String> {
    let mut texts = Vec::new();
    let weightless = question
        .criterion
        .as_deref()
        .and_then(|code| definition.criterion(code))
        .filter(|criterion| criterion.weight.ten_thousandths() == 0);
    if let Some(criterion) = weightless {
        texts.push(format!("{} informs ‘{}’, which has no weight", question.code, criterion.title));
    }
    let read = definition.gates.iter().any(|gate| gate.documents.contains(&question.code));
    if question.kind == QuestionKind::Document && question.required && question.criterion.is_none() && !read {
        texts.push(format!(
            "{} is a required document that informs no criterion and that no check reads. Ask for nothing that nobody uses",
            question.code
        ));
    }
    if question.hint.as_deref().is_some_and(has_link) {
        texts.push(format!(
            "The help of {} has a link. Links die and send people away; say it in the help",
            question.code
        ));
    }
    texts
}

fn has_link(text: &str) -> bool {
    let text = text.to_lowercase();
    ["http://", "https://", "www."].iter().any(|sign| text.contains(sign))
}

fn repeated(definition: &RoundDefinition, found: &mut Vec<Lint>) {
    let mut first: HashMap<String, &str> = HashMap::new();
    for question in definition.questions() {
        let label = question.text.trim().to_lowercase();
        if let Some(earlier) = first.get(&label) {
            found.push(Lint {
                about: About::Question(question.code.clone()),
                text: format!("{} and {earlier} ask the same in the same words", question.code),
            });
        } else {
            first.insert(label, &question.code);
        }
    }
}

#[cfg(test)]
mod tests;
