//! Which questions a bid is asked: the one place that reads conditions and streams.
//!
//! A question that is not asked is never required, shown or counted. Its answer stays stored, and comes back when it is asked
//! again.

use std::collections::{BTreeMap, BTreeSet};

use crate::applications::answers::Answer;
use crate::rounds::{Condition, Question, RoundDefinition, Section};

/// A section with those of its questions that are asked: at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedSection<'a> {
    /// The section.
    pub section: &'a Section,
    /// Its questions that are asked, in order.
    pub questions: Vec<&'a Question>,
}

/// A question on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageQuestion<'a> {
    /// The question.
    pub question: &'a Question,
    /// Whether its answer counts as things stand.
    pub asked: bool,
    /// On which answer of a question on the same page it depends; the page shows it either way and says so.
    pub depends: Option<&'a Condition>,
}

/// The questions that a bid is asked, section by section in the order of the form; a section without any is left out.
///
/// A question is asked when it is for the bid's stream and its condition is met. A condition is met only by the answer to an
/// earlier question that is itself asked, so one pass in order decides everything and nothing can go round in circles.
#[must_use]
pub fn asked<'a>(
    definition: &'a RoundDefinition,
    stream: Option<&str>,
    answers: &BTreeMap<String, Answer>,
) -> Vec<AskedSection<'a>> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut sections = Vec::new();
    for section in &definition.sections {
        let mut questions = Vec::new();
        for question in &section.questions {
            let condition = question.show_if.as_ref();
            let met = |condition: &Condition| {
                seen.contains(condition.question.as_str())
                    && answers.get(&condition.question).is_some_and(|answer| answer.has_choice(&condition.answers))
            };
            if is_for(question, stream) && condition.is_none_or(met) {
                seen.insert(&question.code);
                questions.push(question);
            }
        }
        if !questions.is_empty() {
            sections.push(AskedSection { section, questions });
        }
    }
    sections
}

/// Codes of the questions that a bid is asked.
#[must_use]
pub fn asked_codes<'a>(
    definition: &'a RoundDefinition,
    stream: Option<&str>,
    answers: &BTreeMap<String, Answer>,
) -> BTreeSet<&'a str> {
    asked(definition, stream, answers)
        .into_iter()
        .flat_map(|section| section.questions)
        .map(|question| question.code.as_str())
        .collect()
}

/// What stands on a section's page: the questions that are asked, and those that an answer on this very page may call up.
/// Empty when the section has no page for this bid.
#[must_use]
pub fn on_page<'a>(
    definition: &'a RoundDefinition,
    stream: Option<&str>,
    section: &'a Section,
    answers: &BTreeMap<String, Answer>,
) -> Vec<PageQuestion<'a>> {
    let asked = asked_codes(definition, stream, answers);
    let mut here: BTreeSet<&str> = BTreeSet::new();
    let mut shown = Vec::new();
    for question in &section.questions {
        let depends = question.show_if.as_ref().filter(|condition| here.contains(condition.question.as_str()));
        let is_asked = asked.contains(question.code.as_str());
        if is_asked || (is_for(question, stream) && depends.is_some()) {
            here.insert(&question.code);
            shown.push(PageQuestion { question, asked: is_asked, depends });
        }
    }
    shown
}

fn is_for(question: &Question, stream: Option<&str>) -> bool {
    question.streams.is_empty() || stream.is_some_and(|stream| question.streams.iter().any(|code| code == stream))
}
