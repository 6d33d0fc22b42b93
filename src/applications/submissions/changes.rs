//! What changed from one submission of a bid to another.

use std::collections::BTreeMap;

use serde_json::Value;

use super::read::{File, Read};
use crate::applications::answers::Answer;
use crate::rounds::{QuestionKind, RoundDefinition};

/// An answer, or the files of a question, that two submissions have differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedAnswer {
    /// Code of the question.
    pub code: String,
    /// The question.
    pub question: String,
    /// What the earlier submission says; empty is nothing.
    pub before: String,
    /// What the later says.
    pub after: String,
}

/// What the later of two submissions says otherwise, in the order of the form. Contacts are left out: nobody scores them.
///
/// # Errors
/// When a submission is none that [`super::content`] wrote.
pub fn changes(
    definition: &RoundDefinition,
    earlier: &str,
    later: &str,
) -> Result<Vec<ChangedAnswer>, serde_json::Error> {
    let (earlier, later): (Read, Read) = (serde_json::from_str(earlier)?, serde_json::from_str(later)?);
    let (before, after) = (answers(&earlier), answers(&later));
    let mut found = Vec::new();
    for question in definition.questions().filter(|question| question.kind != QuestionKind::Contacts) {
        let (before, after) = if question.kind == QuestionKind::Document {
            (files(&earlier, &question.code), files(&later, &question.code))
        } else {
            let plain = |values: &BTreeMap<&str, &Value>| {
                let stored = values.get(question.code.as_str()).map(ToString::to_string);
                let answer = stored.and_then(|stored| Answer::from_json(question.kind, &stored).ok());
                answer.map(|answer| answer.plain(question)).unwrap_or_default()
            };
            (plain(&before), plain(&after))
        };
        if before != after {
            found.push(ChangedAnswer { code: question.code.clone(), question: question.text.clone(), before, after });
        }
    }
    Ok(found)
}

fn answers(read: &Read) -> BTreeMap<&str, &Value> {
    read.answers.iter().map(|line| (line.code.as_str(), &line.answer)).collect()
}

/// Names of the files of a question, each with the beginning of its digest: a file of the same name may have another content.
fn files(read: &Read, question: &str) -> String {
    let of_question = read.documents.iter().filter(|file| file.question == question);
    let name = |file: &File| format!("{} ({})", file.file_name, file.sha256.chars().take(8).collect::<String>());
    of_question.map(name).collect::<Vec<_>>().join("\n")
}
