//! Questions of other rounds, taken over.

use std::collections::HashMap;

use super::{MOST_QUESTIONS, Refusal, Shaped, free_code, guarded, missing};
use crate::rounds::model::{Question, RoundDefinition};

/// Adds copies of questions from elsewhere to the end of a section; returns their codes.
///
/// A code that is taken gets a number. What means nothing in this round is dropped: a criterion or stream that it has not, a
/// role that another question holds, a condition on a question that did not come along.
///
/// # Errors
/// When the section is gone, or the form would be too long.
pub fn add_copies(definition: &mut RoundDefinition, section: &str, questions: &[Question]) -> Shaped<Vec<String>> {
    if definition.questions().count() + questions.len() > MOST_QUESTIONS {
        return Err(Refusal::new("questions", format!("A form has at most {MOST_QUESTIONS} questions")));
    }
    guarded(definition, |changed| {
        let mut renamed: HashMap<&str, String> = HashMap::new();
        let mut codes = Vec::new();
        for question in questions {
            let copy = fitted(changed, question, &renamed);
            renamed.insert(&question.code, copy.code.clone());
            codes.push(copy.code.clone());
            let target = changed.sections.iter_mut().find(|other| other.code == section);
            target.ok_or_else(|| missing(section))?.questions.push(copy);
        }
        Ok(codes)
    })
}

fn fitted(definition: &RoundDefinition, question: &Question, renamed: &HashMap<&str, String>) -> Question {
    let mut copy = question.clone();
    copy.code = free_code(definition, &question.code);
    copy.criterion = question.criterion.clone().filter(|code| definition.criterion(code).is_some());
    copy.role = question.role.filter(|role| definition.question_for(*role).is_none());
    copy.streams.retain(|stream| definition.streams.iter().any(|other| other.code == *stream));
    // Only a condition on a question that came along in the same go is known to mean the same.
    copy.show_if = question.show_if.clone().and_then(|mut condition| {
        condition.question = renamed.get(condition.question.as_str())?.clone();
        Some(condition)
    });
    copy
}
