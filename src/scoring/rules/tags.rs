//! Expertise: what members know about, in the words that bids themselves are sorted by.
//!
//! A tag is a stream of the round, or an answer of a question that every bid of its stream answers by choosing several (themes, areas,
//! groups of people). So a bid has its tags without anybody's doing.

use std::collections::BTreeSet;

use crate::applications::Answer;
use crate::rounds::{Question, QuestionKind, RoundDefinition};

/// The group of a round's streams.
const STREAM: &str = "stream";

/// A group of tags, as pages offer them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagGroup {
    /// Code of its question, or `stream`.
    pub code: String,
    /// The question.
    pub title: String,
    /// Tags with their words.
    pub tags: Vec<(String, String)>,
}

fn tag(group: &str, value: &str) -> String {
    format!("{group}.{value}")
}

/// Questions whose answers are tags.
fn sources(definition: &RoundDefinition) -> impl Iterator<Item = &Question> {
    definition.questions().filter(|question| question.kind == QuestionKind::Multiple && question.show_if.is_none())
}

/// Every tag of a round.
#[must_use]
pub fn tag_groups(definition: &RoundDefinition) -> Vec<TagGroup> {
    let streams = TagGroup {
        code: STREAM.to_owned(),
        title: "Streams".to_owned(),
        tags: definition.streams.iter().map(|stream| (tag(STREAM, &stream.code), stream.title.clone())).collect(),
    };
    let questions = sources(definition).map(|question| TagGroup {
        code: question.code.clone(),
        title: question.text.clone(),
        tags: question.options.iter().map(|option| (tag(&question.code, &option.value), option.text.clone())).collect(),
    });
    std::iter::once(streams).chain(questions).filter(|group| !group.tags.is_empty()).collect()
}

/// Codes of the questions whose answers are tags.
#[must_use]
pub fn tag_questions(definition: &RoundDefinition) -> Vec<String> {
    sources(definition).map(|question| question.code.clone()).collect()
}

/// The tags of a bid's stream.
#[must_use]
pub fn stream_tags(stream: Option<&str>) -> BTreeSet<String> {
    stream.map(|stream| tag(STREAM, stream)).into_iter().collect()
}

/// The tags of an answer of a bid; none when its stream is not asked the question.
#[must_use]
pub fn answer_tags(definition: &RoundDefinition, stream: Option<&str>, code: &str, value: &str) -> BTreeSet<String> {
    let question = sources(definition).find(|question| question.code == code);
    let asked = |question: &&Question| {
        question.streams.is_empty() || stream.is_some_and(|stream| question.streams.iter().any(|one| one == stream))
    };
    let answer = question.filter(asked).and_then(|question| Answer::from_json(question.kind, value).ok());
    match answer {
        Some(Answer::Multiple(values)) => values.iter().map(|value| tag(code, value)).collect(),
        _ => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bids_tags_are_among_those_that_pages_offer() {
        let definition = RoundDefinition::default_round().unwrap();
        let offered: BTreeSet<String> =
            tag_groups(&definition).into_iter().flat_map(|group| group.tags).map(|(tag, _)| tag).collect();
        assert!(offered.contains("FIT_PRIORITIES.hate"), "{offered:?}");
        let tags = answer_tags(&definition, None, "FIT_PRIORITIES", r#"["hate","victims"]"#);
        assert_eq!(tags.len(), 2);
        assert!(tags.is_subset(&offered));
        assert!(answer_tags(&definition, None, "GOV_BANK", r#""yes""#).is_empty());
    }
}
