//! A kept submission read again: to compare it with another, or to put a bid back as it was received.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::applications::answers::Answer;
use crate::rounds::{QuestionKind, RoundDefinition};

/// What [`super::content`] wrote, as far as it is read again.
#[derive(Debug, Deserialize)]
pub(in crate::applications) struct Read {
    /// None in a round without streams, and in what was received before it was kept.
    pub stream: Option<String>,
    pub answers: Vec<Line>,
    pub documents: Vec<File>,
}

/// An answer; null where an asked question was not answered.
#[derive(Debug, Deserialize)]
pub(in crate::applications) struct Line {
    pub code: String,
    pub answer: Value,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(in crate::applications) struct File {
    pub question: String,
    pub file_name: String,
    pub sha256: String,
}

impl Read {
    /// The answers to what was asked, by question, each in its stored form.
    ///
    /// # Errors
    /// When an answer is not of its question's kind.
    pub fn stored(&self, definition: &RoundDefinition) -> Result<BTreeMap<String, String>, String> {
        let mut stored = BTreeMap::new();
        for line in &self.answers {
            let Some(question) = definition.question(&line.code) else { continue };
            let answer = match &line.answer {
                Value::Null => empty_form(question.kind).to_owned(),
                value => Answer::from_json(question.kind, &value.to_string())?.to_json(),
            };
            stored.insert(line.code.clone(), answer);
        }
        Ok(stored)
    }
}

/// What is stored of a question whose answer was taken out again.
fn empty_form(kind: QuestionKind) -> &'static str {
    let is_empty = |form: &&str| Answer::from_json(kind, form).is_ok_and(|answer| answer.is_empty());
    ["null", "\"\"", "[]"].into_iter().find(is_empty).unwrap_or("null")
}
