//! A question as its page sends it.

use crate::base::text::clean_line;
use crate::error::Faults;
use crate::rounds::model::{Choice, Condition, Question, QuestionKind, RoundDefinition};
use crate::rounds::pages::read_code;
use crate::rounds::rules::shape::answers_from;
use crate::web::Fields;

/// The question, unless something typed cannot be taken; then every fault of it.
pub(super) fn read(
    definition: &RoundDefinition,
    old: Option<&Question>,
    fields: &Fields,
    faults: &mut Faults,
) -> Option<Question> {
    let code = faults.take("code", read_code(fields.get("code")));
    let text = clean_line(fields.get("text"));
    if text.is_empty() {
        faults.add("text", "Write the question");
    } else if text.chars().count() > 500 {
        faults.add("text", "The question must be 500 characters or fewer. Put the rest in the help");
    }
    if fields.get("hint").chars().count() > 2_000 {
        faults.add("hint", "The help must be 2,000 characters or fewer");
    }
    let kind = QuestionKind::from_word(fields.get("kind"));
    if kind.is_none() {
        faults.add("kind", "Choose how it is answered");
    }
    let long = kind.is_none_or(|kind| kind == QuestionKind::LongText);
    let short = kind.is_none_or(|kind| kind == QuestionKind::ShortText);
    let word_limit = limit(fields, "word_limit", (10, 3_000), long, faults);
    let max_chars = limit(fields, "max_chars", (1, 2_000), short || long, faults);
    let options = read_options(old, kind, fields, faults);
    let show_if = read_condition(definition, fields, faults);
    let streams = fields.all("streams");
    let (code, kind) = (code?, kind?);
    faults.is_empty().then(|| Question {
        code,
        text,
        hint: Some(clean_line(fields.get("hint"))).filter(|hint| !hint.is_empty()),
        kind,
        required: fields.get("required") == "yes" || old.is_some_and(|question| question.role.is_some()),
        word_limit,
        max_chars,
        options,
        criterion: Some(fields.get("criterion").to_owned()).filter(|code| definition.criterion(code).is_some()),
        role: old.and_then(|question| question.role),
        show_if,
        streams: definition
            .streams
            .iter()
            .filter(|stream| streams.contains(&stream.code))
            .map(|stream| stream.code.clone())
            .collect(),
        track_record: fields.get("track_record") == "yes",
        expires: kind == QuestionKind::Document && fields.get("expires") == "yes",
    })
}

fn limit(fields: &Fields, name: &str, (least, most): (usize, usize), fits: bool, faults: &mut Faults) -> Option<usize> {
    let typed = fields.get(name).trim();
    if typed.is_empty() {
        return None;
    }
    if !fits {
        faults.add(name, "That kind of answer has no such limit. Clear it");
        return None;
    }
    let limit = typed.parse().ok().filter(|limit| (least..=most).contains(limit));
    faults.take(name, limit.ok_or_else(|| format!("Enter a whole number from {least} to {most}, or nothing")))
}

fn read_options(
    old: Option<&Question>,
    kind: Option<QuestionKind>,
    fields: &Fields,
    faults: &mut Faults,
) -> Vec<Choice> {
    let lines: Vec<String> = fields.get("options").lines().map(clean_line).filter(|line| !line.is_empty()).collect();
    let stored: Vec<(String, String)> = old
        .iter()
        .flat_map(|question| &question.options)
        .map(|option| (option.value.clone(), option.text.clone()))
        .collect();
    if kind.is_some_and(QuestionKind::is_choice) {
        if lines.len() < 2 {
            faults.add("options", "Write at least two answers to choose from, a line each");
        } else if lines.iter().enumerate().any(|(place, line)| lines.iter().skip(place + 1).any(|other| other == line))
        {
            faults.add("options", "Two answers are the same");
        } else if lines.len() > 50 {
            faults.add("options", "Write at most 50 answers");
        }
    } else if kind.is_some() && !lines.is_empty() {
        faults.add("options", "Only a question of choices has answers to choose from. Clear them");
    }
    answers_from(&stored, &lines).into_iter().map(|(value, text)| Choice { value, text }).collect()
}

/// The answers of one earlier question after which this one is asked.
fn read_condition(definition: &RoundDefinition, fields: &Fields, faults: &mut Faults) -> Option<Condition> {
    let mut condition: Option<Condition> = None;
    for chosen in fields.all("show") {
        let Some((question, answer)) = chosen.split_once(':') else { continue };
        if definition.question(question).is_none() {
            continue;
        }
        match &mut condition {
            None => condition = Some(Condition { question: question.to_owned(), answers: vec![answer.to_owned()] }),
            Some(found) if found.question == question => found.answers.push(answer.to_owned()),
            Some(_) => {
                faults.add("show", "Tick answers of one question only");
                return None;
            }
        }
    }
    condition
}
