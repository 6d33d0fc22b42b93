//! What can be wrong with when questions are asked: their conditions and their streams.

use std::collections::{HashMap, HashSet};

use crate::base::money::Pence;
use crate::rounds::model::{Condition, Question, QuestionRole, RoundDefinition, Stream};

/// Every fault of conditions and streams.
pub(super) fn asking_faults(definition: &RoundDefinition) -> Vec<String> {
    let mut faults = stream_faults(definition);
    for question in definition.questions() {
        for stream in question.streams.iter().filter(|code| definition.stream(code).is_none()) {
            faults
                .push(format!("Question {} is for the stream {stream}, which this round does not have", question.code));
        }
        let everybody = question.show_if.is_none() && question.streams.is_empty();
        if matches!(question.role, Some(QuestionRole::Title | QuestionRole::Ask)) && !everybody {
            faults.push(format!(
                "Question {} must be asked in every application: lists and letters need its answer",
                question.code
            ));
        }
    }
    faults.extend(condition_faults(definition).into_iter().map(|(_, text)| text));
    faults
}

/// Every condition that cannot be judged where it stands: the code of its question, and what is wrong. In the order of the form.
#[must_use]
pub fn condition_faults(definition: &RoundDefinition) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let mut earlier: HashMap<&str, &Question> = HashMap::new();
    for question in definition.questions() {
        if let Some(condition) = &question.show_if {
            let found = faults_of(definition, question, condition, &earlier);
            faults.extend(found.into_iter().map(|text| (question.code.clone(), text)));
        }
        earlier.entry(&question.code).or_insert(question);
    }
    faults
}

fn faults_of(
    definition: &RoundDefinition,
    question: &Question,
    condition: &Condition,
    earlier: &HashMap<&str, &Question>,
) -> Vec<String> {
    let (code, on) = (&question.code, &condition.question);
    let Some(decides) = earlier.get(on.as_str()) else {
        return vec![if on == code {
            format!("{code} depends on itself")
        } else if definition.question(on).is_some() {
            format!("{code} is asked only after {on}, so it must stand below it")
        } else {
            format!("{code} is asked only after {on}, which is not in the form")
        }];
    };
    if !decides.kind.is_choice() {
        return vec![format!("{code} depends on {on}, which offers no answers to choose")];
    }
    let mut faults = Vec::new();
    if condition.answers.is_empty() {
        faults.push(format!("{code} depends on {on}, but on none of its answers"));
    }
    for answer in &condition.answers {
        if !decides.options.iter().any(|option| option.value == *answer) {
            faults.push(format!("{code} depends on the answer {answer} of {on}, which is not offered"));
        }
    }
    let apart = !question.streams.is_empty()
        && !decides.streams.is_empty()
        && !question.streams.iter().any(|stream| decides.streams.contains(stream));
    if apart {
        faults.push(format!("{code} is never asked: {on}, which it depends on, is in other streams"));
    }
    faults
}

fn stream_faults(definition: &RoundDefinition) -> Vec<String> {
    let mut faults = Vec::new();
    let mut codes = HashSet::new();
    for stream in &definition.streams {
        if !codes.insert(stream.code.as_str()) {
            faults.push(format!("Two streams have the code {}", stream.code));
        }
        faults.extend(limit_faults(definition, stream));
        for criterion in &definition.criteria {
            let asked = |question: &Question| question.streams.is_empty() || question.streams.contains(&stream.code);
            let informing = definition.questions_informing(&criterion.code).any(asked);
            if !informing && definition.questions_informing(&criterion.code).next().is_some() {
                faults.push(format!("No question of {} informs the criterion {}", stream.title, criterion.title));
            }
        }
    }
    faults
}

fn limit_faults(definition: &RoundDefinition, stream: &Stream) -> Vec<String> {
    let mut faults = Vec::new();
    let mut need = |ready: bool, text: &str| {
        if !ready {
            faults.push(format!("{}: {text}", stream.title));
        }
    };
    need(!stream.code.is_empty(), "the stream needs a short code");
    need(stream.min_ask_pence > Pence::ZERO, "the least that may be asked for must be more than nothing");
    need(stream.min_ask_pence <= stream.max_ask_pence, "the least that may be asked for is more than the most");
    need(
        stream.max_ask_pence <= definition.money.pot_pence,
        "one application may ask for more than the whole pot of the round",
    );
    need(stream.max_months >= 1, "a project must be able to last a month");
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition() -> RoundDefinition {
        RoundDefinition::default_round().unwrap()
    }

    fn change(definition: &mut RoundDefinition, code: &str, change: impl FnOnce(&mut Question)) {
        let all = definition.sections.iter_mut().flat_map(|section| &mut section.questions);
        change(all.into_iter().find(|question| question.code == code).unwrap());
    }

    fn stream(code: &str) -> Stream {
        Stream {
            code: code.to_owned(),
            title: format!("Stream {code}"),
            summary: String::new(),
            min_ask_pence: Pence::new(50_000),
            max_ask_pence: Pence::new(250_000),
            max_months: 6,
            pot_pence: None,
        }
    }

    fn on(question: &str, answers: &[&str]) -> Option<Condition> {
        let answers = answers.iter().map(|answer| (*answer).to_owned()).collect();
        Some(Condition { question: question.to_owned(), answers })
    }

    #[test]
    fn the_default_round_has_no_fault() {
        assert_eq!(asking_faults(&definition()), Vec::<String>::new());
    }

    #[test]
    fn a_condition_must_be_on_an_earlier_question_of_choices_and_on_answers_that_it_offers() {
        for (condition, fault) in [
            (on("NEED_PROBLEM", &["yes"]), "depends on itself"),
            (on("INCL_DBS", &["none"]), "so it must stand below it"),
            (on("NOWHERE", &["yes"]), "which is not in the form"),
            (on("PROJ_TITLE", &["yes"]), "which offers no answers to choose"),
            (on("GOV_BANK", &[]), "on none of its answers"),
            (on("GOV_BANK", &["maybe"]), "the answer maybe of GOV_BANK, which is not offered"),
        ] {
            let mut round = definition();
            change(&mut round, "NEED_PROBLEM", |question| question.show_if = condition);
            let faults = asking_faults(&round);
            assert!(faults.len() == 1 && faults[0].contains(fault), "{fault}: {faults:?}");
        }
    }

    #[test]
    fn a_stream_must_exist_be_sound_and_inform_every_criterion() {
        let mut round = definition();
        round.streams = vec![stream("small"), stream("main")];
        assert_eq!(asking_faults(&round), Vec::<String>::new());
        change(&mut round, "NEED_PROBLEM", |question| question.streams = vec!["large".to_owned()]);
        assert!(asking_faults(&round)[0].contains("for the stream large"), "{:?}", asking_faults(&round));
        change(&mut round, "NEED_PROBLEM", |question| question.streams.clear());
        change(&mut round, "VFM_ASK", |question| question.streams = vec!["main".to_owned()]);
        assert!(asking_faults(&round)[0].contains("must be asked in every application"));
        change(&mut round, "VFM_ASK", |question| question.streams.clear());
        change(&mut round, "TEAM_PEOPLE", |question| question.streams = vec!["main".to_owned()]);
        assert!(asking_faults(&round)[0].contains("No question of Stream small informs"));
        change(&mut round, "TEAM_PEOPLE", |question| question.streams.clear());
        round.streams[1].code = "small".to_owned();
        round.streams[0].min_ask_pence = Pence::new(9_000_000_000);
        let faults = asking_faults(&round);
        assert!(faults.iter().any(|fault| fault.contains("more than the most")), "{faults:?}");
        assert!(faults.iter().any(|fault| fault.contains("Two streams have the code")), "{faults:?}");
    }
}
