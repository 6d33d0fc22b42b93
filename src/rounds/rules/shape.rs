//! Changes of a round's form while it is set up: sections, questions and what depends on what. Pure.
//!
//! A question may depend on an earlier one ([`Condition`](crate::rounds::model::Condition)), the service on a question's role,
//! and a gate on a document. No change here leaves any of them without what they depend on.

use std::collections::HashSet;
use std::fmt;

use super::conditions::condition_faults;
use crate::rounds::model::{Question, QuestionKind, QuestionRole, RoundDefinition, Section};

mod bank;
mod order;

pub use bank::add_copies;
pub use order::{Way, move_eligibility, move_question, move_section};

/// Why the form cannot be changed so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The control that it concerns.
    pub field: String,
    /// In the officer's words.
    pub text: String,
}

impl Refusal {
    /// A refusal at a control.
    #[must_use]
    pub fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What a change of the form gives: its value, or why it is refused. Refused, nothing is changed.
pub type Shaped<T = ()> = Result<T, Refusal>;

/// Most sections of a form.
pub const MOST_SECTIONS: usize = 30;
/// Most questions of a form.
pub const MOST_QUESTIONS: usize = 200;
/// Longest code of a question.
pub const LONGEST_CODE: usize = 40;

/// The anchor of a section or question on the builder's page.
#[must_use]
pub fn anchor(code: &str) -> String {
    format!("at-{code}")
}

fn missing(code: &str) -> Refusal {
    Refusal::new(anchor(code), format!("{code} is no longer in the form. Open the page again to see how it stands now"))
}

/// Does `change` to a copy, and keeps the copy only when no condition lost what it depends on.
fn guarded<T>(definition: &mut RoundDefinition, change: impl FnOnce(&mut RoundDefinition) -> Shaped<T>) -> Shaped<T> {
    let before = condition_faults(definition);
    let mut changed = definition.clone();
    let value = change(&mut changed)?;
    if let Some((code, text)) = condition_faults(&changed).into_iter().find(|fault| !before.contains(fault)) {
        return Err(Refusal::new(anchor(&code), text));
    }
    *definition = changed;
    Ok(value)
}

const fn role_words(role: QuestionRole) -> &'static str {
    match role {
        QuestionRole::Title => "the project's title",
        QuestionRole::Ask => "the amount asked for",
        QuestionRole::StartDate => "the first day of the project",
        QuestionRole::EndDate => "the last day of the project",
        QuestionRole::Summary => "the summary that is published",
    }
}

/// What depends on a question, in words; empty when it can go.
#[must_use]
pub fn dependants(definition: &RoundDefinition, code: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(role) = definition.question(code).and_then(|question| question.role) {
        found.push(format!("the service itself uses it as {}", role_words(role)));
    }
    for other in definition.questions() {
        if other.show_if.as_ref().is_some_and(|condition| condition.question == code) {
            found.push(format!("{} is asked only after some of its answers", other.code));
        }
    }
    for gate in &definition.gates {
        if gate.documents.iter().any(|document| document == code) {
            found.push(format!("the check ‘{}’ reads it", gate.title));
        }
    }
    found
}

/// Adds a section at the end; returns its code.
///
/// # Errors
/// When there are too many.
pub fn add_section(definition: &mut RoundDefinition, title: &str) -> Shaped<String> {
    if definition.sections.len() >= MOST_SECTIONS {
        return Err(Refusal::new("title", format!("A form has at most {MOST_SECTIONS} sections")));
    }
    same_title(definition, title, "")?;
    let mut taken: HashSet<&str> = definition.sections.iter().map(|section| section.code.as_str()).collect();
    taken.insert("new");
    let code = unique(&slug(title, '-', "section"), '-', &taken);
    definition.sections.push(Section { code: code.clone(), title: title.to_owned(), questions: Vec::new() });
    Ok(code)
}

/// Gives a section another title; its code stays.
///
/// # Errors
/// When it is gone, or another has that title.
pub fn rename_section(definition: &mut RoundDefinition, code: &str, title: &str) -> Shaped {
    same_title(definition, title, code)?;
    let section = definition.sections.iter_mut().find(|section| section.code == code).ok_or_else(|| missing(code))?;
    title.clone_into(&mut section.title);
    Ok(())
}

fn same_title(definition: &RoundDefinition, title: &str, but: &str) -> Shaped {
    let same = |section: &Section| section.code != but && section.title.to_lowercase() == title.to_lowercase();
    if definition.sections.iter().any(same) {
        return Err(Refusal::new("title", "Another section has that title"));
    }
    Ok(())
}

/// Removes a section without questions.
///
/// # Errors
/// When it has questions, or is gone.
pub fn remove_section(definition: &mut RoundDefinition, code: &str) -> Shaped {
    let section = definition.sections.iter().find(|section| section.code == code).ok_or_else(|| missing(code))?;
    if !section.questions.is_empty() {
        return Err(Refusal::new(
            anchor(code),
            format!("‘{}’ still has questions. Move them to another section or remove them first", section.title),
        ));
    }
    definition.sections.retain(|section| section.code != code);
    Ok(())
}

/// Adds a question at the end of a section.
///
/// # Errors
/// When its code is taken, the section is gone, or its condition cannot be judged there.
pub fn add_question(definition: &mut RoundDefinition, section: &str, question: Question) -> Shaped {
    if definition.questions().count() >= MOST_QUESTIONS {
        return Err(Refusal::new("code", format!("A form has at most {MOST_QUESTIONS} questions")));
    }
    if definition.question(&question.code).is_some() {
        return Err(Refusal::new("code", "Another question has that code"));
    }
    guarded(definition, |changed| {
        let found = changed.sections.iter_mut().find(|other| other.code == section).ok_or_else(|| missing(section))?;
        found.questions.push(question);
        Ok(())
    })
    .map_err(at_condition)
}

/// A fault of a condition belongs to the control where it is chosen.
fn at_condition(refusal: Refusal) -> Refusal {
    if refusal.field.starts_with("at-") { Refusal::new("show", refusal.text) } else { refusal }
}

/// Puts a question in the place of the one called `code`, or at the end of another section. What named the old code names the new.
///
/// # Errors
/// When something depends on what the change takes away.
pub fn put_question(definition: &mut RoundDefinition, code: &str, section: &str, question: Question) -> Shaped {
    let old = definition.question(code).cloned().ok_or_else(|| missing(code))?;
    if question.code != code && definition.question(&question.code).is_some() {
        return Err(Refusal::new("code", "Another question has that code"));
    }
    if let Some(role) = old.role
        && (question.kind != old.kind || question.role != old.role)
    {
        return Err(Refusal::new(
            "kind",
            format!(
                "The service itself uses this question as {}, so it must be answered as it is now",
                role_words(role)
            ),
        ));
    }
    keep_answers(definition, &old, &question)?;
    if question.kind != QuestionKind::Document
        && let Some(gate) = definition.gates.iter().find(|gate| gate.documents.iter().any(|document| document == code))
    {
        return Err(Refusal::new(
            "kind",
            format!("The check ‘{}’ reads this document, so it must stay one", gate.title),
        ));
    }
    guarded(definition, |changed| {
        rename_code(changed, code, &question.code);
        let stays = changed
            .sections
            .iter_mut()
            .find(|other| other.code == section)
            .ok_or_else(|| missing(section))?
            .questions
            .iter_mut()
            .find(|other| other.code == question.code);
        if let Some(place) = stays {
            *place = question;
            return Ok(());
        }
        for other in &mut changed.sections {
            other.questions.retain(|other| other.code != question.code);
            if other.code == section {
                other.questions.push(question.clone());
            }
        }
        Ok(())
    })
    .map_err(at_condition)
}

/// Refuses to lose an answer, or the choice itself, that others depend on.
fn keep_answers(definition: &RoundDefinition, old: &Question, new: &Question) -> Shaped {
    for other in definition.questions() {
        let Some(condition) = other.show_if.as_ref().filter(|condition| condition.question == old.code) else {
            continue;
        };
        if !new.kind.is_choice() {
            let text =
                format!("{} is asked only after some answers of this question, so it must offer a choice", other.code);
            return Err(Refusal::new("kind", text));
        }
        let lost = condition.answers.iter().find(|answer| !new.options.iter().any(|option| option.value == **answer));
        if let Some(lost) = lost {
            let text = old.options.iter().find(|option| option.value == *lost).map_or(lost, |option| &option.text);
            return Err(Refusal::new(
                "options",
                format!("{} is asked only after the answer ‘{text}’. Change {} first", other.code, other.code),
            ));
        }
    }
    Ok(())
}

fn rename_code(definition: &mut RoundDefinition, from: &str, to: &str) {
    for question in definition.sections.iter_mut().flat_map(|section| &mut section.questions) {
        if question.code == from {
            to.clone_into(&mut question.code);
        }
        if let Some(condition) = question.show_if.as_mut().filter(|condition| condition.question == from) {
            to.clone_into(&mut condition.question);
        }
    }
    for document in definition.gates.iter_mut().flat_map(|gate| &mut gate.documents) {
        if document == from {
            to.clone_into(document);
        }
    }
}

/// Puts a copy of a question under it; returns its code. Only the first has the service's role.
///
/// # Errors
/// When it is gone, or the form is full.
pub fn duplicate_question(definition: &mut RoundDefinition, code: &str) -> Shaped<String> {
    if definition.questions().count() >= MOST_QUESTIONS {
        return Err(Refusal::new(anchor(code), format!("A form has at most {MOST_QUESTIONS} questions")));
    }
    let fresh = free_code(definition, code);
    for section in &mut definition.sections {
        let Some(place) = section.questions.iter().position(|question| question.code == code) else { continue };
        let copy = section.questions.get(place).map(|question| Question {
            code: fresh.clone(),
            role: None,
            ..question.clone()
        });
        section.questions.splice(place + 1..place + 1, copy);
        return Ok(fresh);
    }
    Err(missing(code))
}

/// Removes a question on which nothing depends.
///
/// # Errors
/// With everything that depends on it.
pub fn remove_question(definition: &mut RoundDefinition, code: &str) -> Shaped {
    definition.question(code).ok_or_else(|| missing(code))?;
    let depends = dependants(definition, code);
    if !depends.is_empty() {
        return Err(Refusal::new(anchor(code), format!("{code} cannot be removed: {}", depends.join("; "))));
    }
    for section in &mut definition.sections {
        section.questions.retain(|question| question.code != code);
    }
    Ok(())
}

/// `base`, or with the first number that makes it new: `NEED_2`.
fn free_code(definition: &RoundDefinition, base: &str) -> String {
    let taken: HashSet<&str> = definition.questions().map(|question| question.code.as_str()).collect();
    let stem = base.rsplit_once('_').filter(|(_, end)| end.chars().all(|c| c.is_ascii_digit()) && !end.is_empty());
    let stem = if taken.contains(base) { stem.map_or(base, |(stem, _)| stem) } else { base };
    let short: String = stem.chars().take(LONGEST_CODE - 4).collect();
    if taken.contains(base) { unique(&short, '_', &taken) } else { base.to_owned() }
}

/// `base`, else `base` and the first free number.
fn unique(base: &str, between: char, taken: &HashSet<&str>) -> String {
    if !taken.contains(base) {
        return base.to_owned();
    }
    (2..)
        .map(|number: u32| format!("{base}{between}{number}"))
        .find(|code| !taken.contains(code.as_str()))
        .unwrap_or_default()
}

/// A stored value or code from words: letters and figures of ASCII in lower case, the rest `between`.
fn slug(words: &str, between: char, otherwise: &str) -> String {
    let plain: String =
        words.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).take(40).collect();
    let parts: Vec<&str> = plain.split_whitespace().collect();
    if parts.is_empty() { otherwise.to_owned() } else { parts.join(&between.to_string()) }
}

/// Answers from their texts, a line each, with a rule for what is stored: a text that stays keeps its value; a new text in the
/// place of an old one that is gone mends that one and keeps its value; anything else gets a value of its own, never one that
/// another answer had.
#[must_use]
pub fn answers_from(old: &[(String, String)], lines: &[String]) -> Vec<(String, String)> {
    let mut taken: HashSet<String> = old.iter().map(|(value, _)| value.clone()).collect();
    lines
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let stays = old.iter().find(|(_, other)| other == text);
            let mended = old.get(place).filter(|(_, other)| !lines.contains(other));
            let value = stays.or(mended).map(|(value, _)| value.clone()).unwrap_or_else(|| {
                let known: HashSet<&str> = taken.iter().map(String::as_str).collect();
                unique(&slug(text, '_', "answer"), '_', &known)
            });
            taken.insert(value.clone());
            (value, text.clone())
        })
        .collect()
}

#[cfg(test)]
mod tests;
