//! What is asked, and what of it is missing.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::applications::answers::Answer;
use crate::rounds::{Condition, Question, QuestionKind, RoundDefinition, Section};

fn definition() -> RoundDefinition {
    RoundDefinition::default_round().unwrap()
}

fn codes(definition: &RoundDefinition, stream: Option<&str>, answers: &BTreeMap<String, Answer>) -> Vec<String> {
    asked(definition, stream, answers)
        .into_iter()
        .flat_map(|section| section.questions)
        .map(|question| question.code.clone())
        .collect()
}

fn single(value: &str) -> Answer {
    Answer::Single(value.to_owned())
}

#[test]
fn the_safeguarding_questions_follow_the_answer_and_come_back_with_what_was_written() {
    let definition = definition();
    let mut answers = BTreeMap::from([("INCL_DBS".to_owned(), single("in_place"))]);
    let asked = |answers: &_| codes(&definition, None, answers);
    assert!(!asked(&answers).contains(&"INCL_DBS".to_owned()), "nothing is chosen yet");
    answers.insert("INCL_WHO".to_owned(), single("children"));
    assert!(asked(&answers).contains(&"INCL_DBS".to_owned()));
    assert!(asked(&answers).contains(&"DOC_SAFEGUARDING".to_owned()));
    answers.insert("INCL_WHO".to_owned(), single("neither"));
    assert!(!asked(&answers).contains(&"DOC_SAFEGUARDING".to_owned()));
    assert_eq!(answers["INCL_DBS"], single("in_place"), "the answer itself is not touched");
}

#[test]
fn what_depends_on_a_question_of_its_page_stands_there_either_way() {
    let definition = definition();
    let section = definition.sections.iter().find(|section| section.code == "inclusion").unwrap();
    let documents = definition.sections.iter().find(|section| section.code == "documents").unwrap();
    let answers = BTreeMap::new();
    let page = on_page(&definition, None, section, &answers);
    let dbs = page.iter().find(|shown| shown.question.code == "INCL_DBS").unwrap();
    assert!(!dbs.asked && dbs.depends.is_some());
    let shown: Vec<&str> =
        on_page(&definition, None, documents, &answers).iter().map(|shown| shown.question.code.as_str()).collect();
    assert!(!shown.contains(&"DOC_SAFEGUARDING"), "it depends on another page: {shown:?}");
}

#[test]
fn a_stream_leaves_out_questions_and_sections_and_has_limits_of_its_own() {
    let mut definition = definition();
    let stream = |code: &str, most| crate::rounds::Stream {
        code: code.to_owned(),
        title: code.to_owned(),
        summary: String::new(),
        min_ask_pence: Pence::new(50_000),
        max_ask_pence: Pence::new(most),
        max_months: 3,
        pot_pence: None,
    };
    definition.streams = vec![stream("small", 250_000), stream("main", 1_000_000)];
    for question in definition.sections.iter_mut().flat_map(|section| &mut section.questions) {
        if question.code == "PLAN_RISKS" {
            question.streams = vec!["main".to_owned()];
        }
    }
    let answers = BTreeMap::from([
        ("VFM_ASK".to_owned(), Answer::Money(Pence::new(300_000))),
        ("PROJ_START".to_owned(), Answer::Date(jiff::civil::date(2027, 1, 1))),
        ("PROJ_END".to_owned(), Answer::Date(jiff::civil::date(2027, 6, 1))),
    ]);
    let sections = |stream| {
        asked(&definition, stream, &answers).iter().map(|asked| asked.section.code.clone()).collect::<Vec<_>>()
    };
    assert!(sections(Some("main")).contains(&"risk".to_owned()));
    assert!(!sections(Some("small")).contains(&"risk".to_owned()));
    let faults = |stream| {
        let faults = all_faults(&definition, stream, &answers, &BTreeSet::new());
        faults.list().iter().map(|fault| fault.message.clone()).collect::<Vec<_>>()
    };
    let small = faults(Some("small"));
    assert!(small.iter().any(|text| text == "The amount you ask for must be from £500.00 to £2,500.00"), "{small:?}");
    assert!(small.iter().any(|text| text.contains("3 months or less")), "{small:?}");
    assert!(!small.iter().any(|text| text == "Add at least one risk"), "{small:?}");
    let main = faults(Some("main"));
    assert!(!main.iter().any(|text| text.contains("The amount you ask for")), "{main:?}");
}

#[test]
fn every_new_kind_is_read_back_as_it_was_stored_and_nothing_unknown_is() {
    for (kind, text) in [
        (QuestionKind::Milestones, r#"[{"what":"Open","by":"2027-04"},{"what":"Done","by":"soon"}]"#),
        (QuestionKind::Risks, r#"[{"risk":"Rain","likelihood":"high","impact":null,"action":"Tents"}]"#),
        (QuestionKind::Profile, "[100000,0,205]"),
        (QuestionKind::Beneficiaries, r#"[{"who":"Pupils","how_many":40},{"who":"Staff","how_many":"some"}]"#),
        (
            QuestionKind::Contacts,
            r#"{"lead":{"name":"A","role":"B","email":"c","telephone":"d"},"second":{"name":"","role":"","email":"","telephone":""},"same":true}"#,
        ),
        (
            QuestionKind::Organisation,
            r#"{"name":"A","kind":"charity","charity_number":null,"company_number":"01234567","address":"1 High Street"}"#,
        ),
        (QuestionKind::Organisation, "null"),
    ] {
        let answer = Answer::from_json(kind, text).unwrap();
        assert_eq!(answer.to_json(), text);
        assert_eq!(Answer::from_json(kind, &answer.to_json()).unwrap(), answer);
        let unknown = text.replacen('{', r#"{"more":1,"#, 1);
        assert!(unknown == text || Answer::from_json(kind, &unknown).is_err(), "{unknown}");
    }
}

/// A form of questions of choices, some with conditions on any question whatever, sound or not.
fn forms() -> impl Strategy<Value = (RoundDefinition, BTreeMap<String, Answer>)> {
    let question = (proptest::option::of((0..12_usize, "[ab]")), proptest::bool::ANY, proptest::bool::ANY);
    let answer = proptest::option::of("[ab]");
    (proptest::collection::vec(question, 1..12), proptest::collection::vec(answer, 12)).prop_map(
        |(questions, answers)| {
            let mut definition = definition();
            let questions = questions.into_iter().enumerate().map(|(place, (condition, small, required))| Question {
                code: format!("Q{place}"),
                text: format!("Question {place}?"),
                hint: None,
                kind: QuestionKind::Single,
                required,
                word_limit: None,
                max_chars: None,
                options: Vec::new(),
                criterion: None,
                role: None,
                show_if: condition.map(|(on, answer)| Condition { question: format!("Q{on}"), answers: vec![answer] }),
                track_record: false,
                expires: false,
                streams: if small { vec!["small".to_owned()] } else { Vec::new() },
            });
            definition.sections = questions
                .map(|question| Section {
                    code: question.code.clone(),
                    title: String::new(),
                    questions: vec![question],
                })
                .collect();
            let answers = answers.into_iter().enumerate();
            let answers =
                answers.filter_map(|(place, value)| Some((format!("Q{place}"), Answer::Single(value?)))).collect();
            (definition, answers)
        },
    )
}

proptest! {
    /// What is asked stands in the order of the form, each once, and only what comes before a question decides about it.
    #[test]
    fn asking_is_in_order_and_looks_only_back((definition, answers) in forms(), small in proptest::bool::ANY, cut in 0..12_usize) {
        let stream = small.then_some("small");
        let found = codes(&definition, stream, &answers);
        let all: Vec<String> = definition.questions().map(|question| question.code.clone()).collect();
        let mut places = found.iter().map(|code| all.iter().position(|other| other == code).unwrap());
        prop_assert!(places.clone().is_sorted());
        prop_assert_eq!(places.clone().collect::<BTreeSet<_>>().len(), found.len());
        // The rest of the form, and the answers to it, change nothing of its beginning.
        let mut shorter = definition.clone();
        shorter.sections.truncate(cut);
        let early: Vec<String> = places.by_ref().take_while(|place| *place < cut).map(|place| all[place].clone()).collect();
        prop_assert_eq!(codes(&shorter, stream, &answers), early);
    }

    /// A question whose condition is on nothing that is asked is not asked.
    #[test]
    fn a_condition_is_met_only_by_what_is_asked((definition, answers) in forms()) {
        let found: BTreeSet<String> = codes(&definition, None, &answers).into_iter().collect();
        for question in definition.questions() {
            let condition = question.show_if.as_ref();
            let met = condition.is_none_or(|condition| {
                let number = |code: &str| code[1..].parse::<usize>().unwrap();
                number(&condition.question) < number(&question.code)
                    && found.contains(&condition.question)
                    && answers.get(&condition.question).is_some_and(|answer| answer.has_choice(&condition.answers))
            });
            prop_assert_eq!(found.contains(&question.code), met && question.streams.is_empty());
        }
    }

    /// What is not asked never stands in the way: a bid is complete when what is asked and required is answered.
    #[test]
    fn what_is_hidden_is_never_required((definition, answers) in forms(), small in proptest::bool::ANY) {
        let stream = small.then_some("small");
        let faults = all_faults(&definition, stream, &answers, &BTreeSet::new());
        let found = codes(&definition, stream, &answers);
        let missing: Vec<String> = definition
            .questions()
            .filter(|question| found.contains(&question.code) && question.required && !answers.contains_key(&question.code))
            .map(|question| question.code.clone())
            .collect();
        prop_assert_eq!(faults.list().iter().map(|fault| fault.field.clone()).collect::<Vec<_>>(), missing);
    }

    /// A page shows all that is asked of its section, and nothing that its answers could not call up.
    #[test]
    fn a_page_shows_at_least_what_is_asked((mut definition, answers) in forms()) {
        let questions = definition.questions().cloned().collect();
        definition.sections = vec![Section { code: "all".to_owned(), title: String::new(), questions }];
        let page = on_page(&definition, None, &definition.sections[0], &answers);
        let found = codes(&definition, None, &answers);
        let shown: Vec<String> = page.iter().filter(|shown| shown.asked).map(|shown| shown.question.code.clone()).collect();
        prop_assert_eq!(shown, found.clone());
        prop_assert_eq!(page.is_empty(), found.is_empty());
        prop_assert!(page.iter().all(|shown| shown.asked || shown.depends.is_some()));
    }
}
