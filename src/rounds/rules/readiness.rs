//! What must be right before a round is published: everything that is not, in the officer's words.

use std::collections::HashSet;

use super::{conditions, rule_faults, timetable_faults};
use crate::rounds::model::{QuestionRole, Round, RoundDefinition};

/// What keeps a round from being published; empty when it is ready.
#[must_use]
pub fn readiness(round: &Round, definition: &RoundDefinition, now: crate::base::time::At) -> Vec<String> {
    let mut missing: Vec<String> = Vec::new();
    let mut need = |ready: bool, text: &str| {
        if !ready {
            missing.push(text.to_owned());
        }
    };
    need(round.closes_at > now, "The closing time is in the past. Choose a later one");
    need(
        round.closes_at.seconds_since(round.opens_at) >= 7 * 86_400,
        "The round is open for less than 7 days. Give applicants more time",
    );
    need(!definition.about.summary.trim().is_empty(), "Write the public summary of the round");
    need(!definition.about.guidance.is_empty(), "Write the guidance for applicants");
    need(!definition.criteria.is_empty(), "Add at least one criterion");
    need(
        definition.assessors_per_application >= definition.quorum,
        "Each application is assigned to fewer members than its quorum needs",
    );
    need(
        definition.money.min_ask_pence <= definition.money.max_ask_pence,
        "The least that may be asked for is more than the most",
    );
    need(
        definition.money.max_ask_pence <= definition.money.pot_pence,
        "One application may ask for more than the whole pot",
    );
    need(!definition.declaration.is_empty(), "Write what the applicant declares");
    need(
        definition.sections.iter().all(|section| !section.questions.is_empty()),
        "A section has no questions. Remove it or add some",
    );
    need(!definition.gates.is_empty(), "Add at least one gate, such as eligibility");
    let rules = definition.rules();
    missing.extend(rule_faults(&rules).iter().map(|fault| fault.in_words(&rules.criteria)));
    missing.extend(scale_faults(definition));
    let days = definition.timetable.days();
    let named =
        |name: &str| days.iter().find(|(other, _, _)| *other == name).map_or("Timetable", |(_, title, _)| *title);
    missing.extend(
        timetable_faults(round, &definition.timetable)
            .into_iter()
            .map(|(name, text)| format!("{}: {text}", named(name))),
    );
    missing.extend(question_faults(definition));
    missing
}

fn scale_faults(definition: &RoundDefinition) -> Vec<String> {
    let described: Vec<i32> = definition
        .scale
        .points
        .iter()
        .filter(|point| !point.label.is_empty() && !point.descriptor.is_empty())
        .map(|point| point.mark)
        .collect();
    (definition.scale.min..=definition.scale.max)
        .take(1_001)
        .filter(|mark| !described.contains(mark))
        .map(|mark| format!("Say what the mark {mark} means"))
        .collect()
}

fn question_faults(definition: &RoundDefinition) -> Vec<String> {
    let mut faults = Vec::new();
    let mut codes = HashSet::new();
    for question in definition.questions() {
        if !codes.insert(question.code.as_str()) {
            faults.push(format!("Two questions have the code {}", question.code));
        }
        if question.kind.is_choice() && question.options.len() < 2 {
            faults.push(format!("Question {} needs at least two answers to choose from", question.code));
        }
        if let Some(criterion) = &question.criterion
            && definition.criterion(criterion).is_none()
        {
            faults.push(format!("Question {} informs {criterion}, which is no criterion", question.code));
        }
    }
    for (role, what) in [(QuestionRole::Title, "the project's title"), (QuestionRole::Ask, "the amount asked for")] {
        if definition.question_for(role).is_none_or(|question| !question.required) {
            faults.push(format!("Add a required question for {what}"));
        }
    }
    for criterion in &definition.criteria {
        if definition.questions_informing(&criterion.code).next().is_none() {
            faults.push(format!("No question informs the criterion {}", criterion.title));
        }
    }
    faults.extend(conditions::asking_faults(definition));
    faults
}
