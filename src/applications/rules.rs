//! What is missing or wrong in an application: pure, and the same for the task list, check answers and submission.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::answers::{self, Answer, short};
use crate::base::money::Pence;
use crate::base::text::{over_word_limit, words};
use crate::error::Faults;
use crate::rounds::{Limits, Question, QuestionKind, QuestionRole, RoundDefinition, Section};

mod asked;
#[cfg(test)]
mod tests;

pub use asked::{AskedSection, PageQuestion, asked, asked_codes, on_page};

/// Every fault of a section, in page order, of the questions that are asked. Fields are the questions' codes.
#[must_use]
pub fn section_faults(
    definition: &RoundDefinition,
    stream: Option<&str>,
    section: &Section,
    answers: &BTreeMap<String, Answer>,
    documents: &BTreeSet<String>,
) -> Faults {
    let mut faults = Faults::default();
    let found = asked(definition, stream, answers).into_iter().find(|asked| asked.section.code == section.code);
    let limits = definition.limits(stream);
    for question in found.map(|asked| asked.questions).unwrap_or_default() {
        match answers.get(&question.code).filter(|answer| !answer.is_empty()) {
            Some(answer) => answer_faults(definition, &limits, (question, answer), answers, &mut faults),
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
    stream: Option<&str>,
    answers: &BTreeMap<String, Answer>,
    documents: &BTreeSet<String>,
) -> Faults {
    let mut faults = Faults::default();
    for section in &definition.sections {
        faults.append(section_faults(definition, stream, section, answers, documents));
    }
    faults
}

fn field(question: &Question) -> String {
    match question.kind {
        QuestionKind::Date => format!("{}-day", question.code),
        QuestionKind::Budget => format!("{}-0-heading", question.code),
        QuestionKind::Profile => format!("{}-{}", question.code, answers::profile::box_of(0)),
        QuestionKind::Outcomes => format!("{}-0-outcome", question.code),
        QuestionKind::Milestones => format!("{}-0-what", question.code),
        QuestionKind::Risks => format!("{}-0-risk", question.code),
        QuestionKind::Beneficiaries => format!("{}-0-who", question.code),
        QuestionKind::Contacts => format!("{}-lead-name", question.code),
        _ => question.code.clone(),
    }
}

fn missing(question: &Question) -> String {
    let text = short(&question.text);
    match question.kind {
        QuestionKind::Single | QuestionKind::Multiple => format!("Choose an answer to {text}"),
        QuestionKind::Document => format!("Add the document for {text}"),
        QuestionKind::Budget => "Add at least one line to the budget".to_owned(),
        QuestionKind::Profile => "Enter what you ask for in each quarter".to_owned(),
        QuestionKind::Outcomes => "Add at least one outcome".to_owned(),
        QuestionKind::Milestones => "Add at least one milestone".to_owned(),
        QuestionKind::Risks => "Add at least one risk".to_owned(),
        QuestionKind::Beneficiaries => "Add at least one group of people".to_owned(),
        QuestionKind::Contacts => "Enter the lead contact".to_owned(),
        QuestionKind::Organisation => "Confirm that your organisation’s details are right".to_owned(),
        _ => format!("Answer {text}"),
    }
}

fn answer_faults(
    definition: &RoundDefinition,
    limits: &Limits,
    (question, answer): (&Question, &Answer),
    all: &BTreeMap<String, Answer>,
    faults: &mut Faults,
) {
    match answer {
        Answer::Text(text) => text_faults(question, text, faults),
        Answer::Money(amount) if question.role == Some(QuestionRole::Ask) => {
            ask_faults(limits, question, *amount, faults);
        }
        Answer::Number(number) if *number < 0 => faults.add(field(question), "Enter a number of zero or more"),
        Answer::Date(date) if question.role == Some(QuestionRole::StartDate) => {
            if let Some(from) = definition.timetable.projects_from.filter(|from| *date < from.0) {
                faults.add(field(question), format!("The project must start on {from} or later"));
            }
        }
        Answer::Date(date) if question.role == Some(QuestionRole::EndDate) => {
            if let Some(until) = definition.timetable.projects_until.filter(|until| *date > until.0) {
                faults.add(field(question), format!("The project must end on {until} or earlier"));
            }
            date_faults(definition, limits, question, all, faults);
        }
        Answer::Budget(lines) => answers::budget::faults(question, lines, ask_of(definition, all), faults),
        Answer::Profile(amounts) => {
            let dates =
                (date_of(definition, all, QuestionRole::StartDate), date_of(definition, all, QuestionRole::EndDate));
            answers::profile::faults(question, amounts, ask_of(definition, all), dates, faults);
        }
        Answer::Outcomes(lines) => answers::outcomes::faults(question, lines, faults),
        Answer::Milestones(lines) => answers::milestones::faults(question, lines, faults),
        Answer::Risks(lines) => answers::risks::faults(question, lines, faults),
        Answer::Beneficiaries(groups) => answers::beneficiaries::faults(question, groups, faults),
        Answer::Contacts(contacts) => answers::contacts::faults(question, contacts, faults),
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

fn ask_faults(limits: &Limits, question: &Question, amount: Pence, faults: &mut Faults) {
    let (least, most) = (limits.min_ask, limits.max_ask);
    if amount < least || amount > most {
        faults.add(question.code.clone(), format!("The amount you ask for must be from {least} to {most}"));
    }
}

fn date_faults(
    definition: &RoundDefinition,
    limits: &Limits,
    question: &Question,
    answers: &BTreeMap<String, Answer>,
    faults: &mut Faults,
) {
    let date = |role| date_of(definition, answers, role);
    let (Some(start), Some(end)) = (date(QuestionRole::StartDate), date(QuestionRole::EndDate)) else { return };
    if end <= start {
        faults.add(field(question), "The project must end after it starts");
        return;
    }
    let latest = start.checked_add(jiff::Span::new().months(limits.max_months));
    if latest.is_ok_and(|latest| end > latest) {
        faults.add(field(question), format!("The project must last {} months or less", limits.max_months));
    }
}

/// The project's title and the amount, which lists and ranking use.
#[must_use]
pub fn summary(definition: &RoundDefinition, answers: &BTreeMap<String, Answer>) -> (String, Option<Pence>) {
    let title = definition.question_for(QuestionRole::Title).and_then(|question| answers.get(&question.code));
    let title = match title {
        Some(Answer::Text(text)) => text.clone(),
        _ => String::new(),
    };
    (title, ask_of(definition, answers))
}

fn date_of(definition: &RoundDefinition, answers: &BTreeMap<String, Answer>, role: QuestionRole) -> Option<Date> {
    match definition.question_for(role).and_then(|question| answers.get(&question.code)) {
        Some(Answer::Date(date)) => Some(*date),
        _ => None,
    }
}

fn ask_of(definition: &RoundDefinition, answers: &BTreeMap<String, Answer>) -> Option<Pence> {
    match definition.question_for(QuestionRole::Ask).and_then(|question| answers.get(&question.code)) {
        Some(Answer::Money(amount)) => Some(*amount),
        _ => None,
    }
}
