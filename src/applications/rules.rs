//! What is missing or wrong in an application: pure, and the same for the task list, check answers and submission.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::{Answer, BudgetLine, HEADINGS, short};
use crate::base::money::Pence;
use crate::base::text::{over_word_limit, words};
use crate::error::Faults;
use crate::rounds::{Question, QuestionKind, QuestionRole, RoundDefinition, Section};

/// Every fault of a section, in page order. Fields are the questions' codes.
#[must_use]
pub fn section_faults(
    definition: &RoundDefinition,
    section: &Section,
    answers: &BTreeMap<String, Answer>,
    documents: &BTreeSet<String>,
) -> Faults {
    let mut faults = Faults::default();
    for question in &section.questions {
        match answers.get(&question.code).filter(|answer| !answer.is_empty()) {
            Some(answer) => answer_faults(definition, question, answer, answers, &mut faults),
            None if question.kind == QuestionKind::Document && documents.contains(&question.code) => {}
            None if question.required => faults.add(field(question), missing(question)),
            None => {}
        }
    }
    faults
}

/// Every fault of the whole application, section by section.
#[must_use]
pub fn all_faults(
    definition: &RoundDefinition,
    answers: &BTreeMap<String, Answer>,
    documents: &BTreeSet<String>,
) -> Faults {
    let mut faults = Faults::default();
    for section in &definition.sections {
        faults.append(section_faults(definition, section, answers, documents));
    }
    faults
}

fn field(question: &Question) -> String {
    match question.kind {
        QuestionKind::Date => format!("{}-day", question.code),
        QuestionKind::Budget => format!("{}-0-heading", question.code),
        QuestionKind::Outcomes => format!("{}-0-outcome", question.code),
        _ => question.code.clone(),
    }
}

fn missing(question: &Question) -> String {
    let text = short(&question.text);
    match question.kind {
        QuestionKind::Single | QuestionKind::Multiple => format!("Choose an answer to {text}"),
        QuestionKind::Document => format!("Add the document for {text}"),
        QuestionKind::Budget => "Add at least one line to the budget".to_owned(),
        QuestionKind::Outcomes => "Add at least one outcome".to_owned(),
        _ => format!("Answer {text}"),
    }
}

fn answer_faults(
    definition: &RoundDefinition,
    question: &Question,
    answer: &Answer,
    answers: &BTreeMap<String, Answer>,
    faults: &mut Faults,
) {
    match answer {
        Answer::Text(text) => text_faults(question, text, faults),
        Answer::Money(amount) if question.role == Some(QuestionRole::Ask) => {
            ask_faults(definition, question, *amount, faults);
        }
        Answer::Number(number) if *number < 0 => faults.add(field(question), "Enter a number of zero or more"),
        Answer::Date(_) if question.role == Some(QuestionRole::EndDate) => {
            date_faults(definition, question, answers, faults);
        }
        Answer::Budget(lines) => budget_faults(definition, question, lines, answers, faults),
        Answer::Outcomes(lines) => {
            for (place, line) in lines.iter().enumerate() {
                if [&line.outcome, &line.baseline, &line.target, &line.measure].iter().any(|text| text.is_empty()) {
                    faults.add(
                        format!("{}-{place}-outcome", question.code),
                        format!("Outcome {}: fill in all four boxes, or clear the line", place + 1),
                    );
                }
            }
        }
        _ => {}
    }
}

fn text_faults(question: &Question, text: &str, faults: &mut Faults) {
    if let Some(limit) = question.word_limit
        && over_word_limit(text, limit)
    {
        faults.add(
            question.code.clone(),
            format!("{} has {} words; the limit is {limit}", short(&question.text), words(text)),
        );
    }
    if let Some(limit) = question.max_chars
        && text.chars().count() > limit
    {
        faults.add(question.code.clone(), format!("{} must be {limit} characters or fewer", short(&question.text)));
    }
}

fn ask_faults(definition: &RoundDefinition, question: &Question, amount: Pence, faults: &mut Faults) {
    let (least, most) = (definition.money.min_ask_pence, definition.money.max_ask_pence);
    if amount < least || amount > most {
        faults.add(question.code.clone(), format!("The amount you ask for must be from {least} to {most}"));
    }
}

fn date_faults(
    definition: &RoundDefinition,
    question: &Question,
    answers: &BTreeMap<String, Answer>,
    faults: &mut Faults,
) {
    let date = |role| {
        let code = &definition.question_for(role)?.code;
        match answers.get(code) {
            Some(Answer::Date(date)) => Some(*date),
            _ => None,
        }
    };
    let (Some(start), Some(end)) = (date(QuestionRole::StartDate), date(QuestionRole::EndDate)) else { return };
    if end <= start {
        faults.add(field(question), "The project must end after it starts");
        return;
    }
    let latest = start.checked_add(jiff::Span::new().months(definition.max_months));
    if latest.is_ok_and(|latest| end > latest) {
        faults.add(field(question), format!("The project must last {} months or less", definition.max_months));
    }
}

fn budget_faults(
    definition: &RoundDefinition,
    question: &Question,
    lines: &[BudgetLine],
    answers: &BTreeMap<String, Answer>,
    faults: &mut Faults,
) {
    for (place, line) in lines.iter().enumerate() {
        let mut add = |name: &str, text: &str| {
            faults.add(format!("{}-{place}-{name}", question.code), format!("Line {}: {text}", place + 1));
        };
        if !HEADINGS.iter().any(|(value, _)| *value == line.heading) {
            add("heading", "choose a heading");
        }
        if line.description.is_empty() {
            add("description", "say what it is and how you worked it out");
        }
        if line.total_pence <= Pence::ZERO {
            add("total", "enter the total cost");
        }
        if line.requested_pence > line.total_pence {
            add("requested", "you cannot ask for more than the total cost");
        } else if line.requested_pence.checked_add(line.other_pence) != Some(line.total_pence) {
            add("total", "the total must be what you ask for plus what others pay");
        }
        if line.other_pence > Pence::ZERO && line.other_source.is_empty() {
            add("source", "say who pays the rest");
        }
    }
    let ask = definition.question_for(QuestionRole::Ask).and_then(|question| answers.get(&question.code));
    let requested = Pence::checked_sum(lines.iter().map(|line| line.requested_pence));
    if let (Some(Answer::Money(ask)), Some(requested)) = (ask, requested)
        && *ask != requested
    {
        faults.add(
            format!("{}-0-requested", question.code),
            format!("The budget asks for {requested}, but you ask for {ask}. Make them the same"),
        );
    }
}

/// The project's title, the amount and the dates that the service itself uses.
#[must_use]
pub fn summary(definition: &RoundDefinition, answers: &BTreeMap<String, Answer>) -> (String, Option<Pence>) {
    let answer = |role| definition.question_for(role).and_then(|question| answers.get(&question.code));
    let title = match answer(QuestionRole::Title) {
        Some(Answer::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let ask = match answer(QuestionRole::Ask) {
        Some(Answer::Money(amount)) => Some(*amount),
        _ => None,
    };
    (title, ask)
}
