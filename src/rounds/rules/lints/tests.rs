//! Each warning appears for its reason and goes with it.

use proptest::prelude::*;

use super::*;
use crate::base::exact::Decimal4;

fn clean() -> RoundDefinition {
    let mut definition = RoundDefinition::default_round().unwrap();
    definition.gates[1].documents =
        definition.questions().filter(|q| q.kind == QuestionKind::Document).map(|q| q.code.clone()).collect();
    definition
}

fn texts(definition: &RoundDefinition) -> Vec<String> {
    lints(definition).into_iter().map(|lint| lint.text).collect()
}

fn change(definition: &mut RoundDefinition, code: &str, change: impl Fn(&mut Question)) {
    definition
        .sections
        .iter_mut()
        .flat_map(|section| &mut section.questions)
        .filter(|question| question.code == code)
        .for_each(change);
}

#[test]
fn the_usual_round_has_no_warning() {
    assert_eq!(texts(&clean()), Vec::<String>::new());
    assert_eq!(texts(&RoundDefinition::default_round().unwrap()), Vec::<String>::new());
}

#[test]
fn each_fault_is_told_with_its_place() {
    let mut definition = clean();
    definition.criteria[0].weight = Decimal4::parse("468.1818").unwrap();
    change(&mut definition, "TEAM_PEOPLE", |question| question.criterion = None);
    definition.criteria[5].weight = Decimal4::ZERO;
    change(&mut definition, "NEED_PROBLEM", |question| {
        question.hint = Some("See HTTPS://www.example.org for more".to_owned());
        question.word_limit = Some(1_500);
    });
    change(&mut definition, "PLAN_RISKS", |question| question.text = " which problem do you want to solve?".to_owned());
    let same = definition.question("PLAN_RISKS").unwrap().text.trim().to_owned();
    change(&mut definition, "NEED_PROBLEM", |question| question.text = same.to_uppercase());
    definition.gates[1].documents.retain(|code| code != "DOC_ACCOUNTS");
    let found = lints(&definition);
    let place = |part: &str| {
        found
            .iter()
            .find(|lint| lint.text.contains(part))
            .unwrap_or_else(|| panic!("no {part}: {found:#?}"))
            .about
            .clone()
    };
    assert_eq!(place("% of the result"), About::Criterion("NEED".to_owned()));
    assert_eq!(place("No question informs"), About::Criterion("TEAM".to_owned()));
    assert_eq!(place("which has no weight"), About::Question("INCL_ACCESS".to_owned()));
    assert_eq!(place("has a link"), About::Question("NEED_PROBLEM".to_owned()));
    assert_eq!(place("in the same words"), About::Question("PLAN_RISKS".to_owned()));
    assert_eq!(place("that no check reads"), About::Question("DOC_ACCOUNTS".to_owned()));
    assert_eq!(place(&format!("{} words", most_words(&definition))), About::Form);
}

#[test]
fn one_heavy_criterion_is_named_with_its_real_share() {
    let mut definition = clean();
    definition.criteria[0].weight = Decimal4::whole(80).unwrap();
    assert_eq!(texts(&definition), Vec::<String>::new(), "80 of 160 is not above half");
    definition.criteria[0].weight = Decimal4::whole(81).unwrap();
    assert_eq!(
        texts(&definition),
        ["‘Need and fit with the Plan’ will carry 50.31% of the result, more than everything else together"]
    );
}

#[test]
fn track_record_is_told_from_half_of_the_weight_on() {
    let mut definition = clean();
    for code in ["NEED_PROBLEM", "FIT_PRIORITIES", "FIT_HOW", "TEAM_PEOPLE"] {
        change(&mut definition, code, |question| question.track_record = true);
    }
    assert_eq!(texts(&definition), Vec::<String>::new(), "35 of 100");
    for code in ["VFM_ASK", "VFM_BUDGET", "VFM_BASIS"] {
        change(&mut definition, code, |question| question.track_record = true);
    }
    let found = texts(&definition);
    assert_eq!(found.len(), 1, "50 of 100");
    assert!(found[0].contains("‘People, skills and partners’"), "{found:?}");
    change(&mut definition, "VFM_BASIS", |question| question.track_record = false);
    assert_eq!(texts(&definition), Vec::<String>::new(), "one question that asks for more is enough");
}

#[test]
fn times_read_as_people_say_them() {
    assert_eq!(
        [1, 59, 60, 61, 130].map(time_words),
        ["1 minute", "59 minutes", "1 hour", "1 hour 1 minute", "2 hours 10 minutes"]
    );
}

proptest! {
    /// Whatever weights and limits are set, the shares above half are at most one, and words are told exactly above the limit.
    #[test]
    fn warnings_follow_the_numbers(weights in prop::collection::vec(0_i64..1_000, 6), limit in 10_usize..3_000) {
        let mut definition = clean();
        for (criterion, weight) in definition.criteria.iter_mut().zip(&weights) {
            criterion.weight = Decimal4::whole(*weight).unwrap();
        }
        change(&mut definition, "NEED_PROBLEM", |question| question.word_limit = Some(limit));
        let found = texts(&definition);
        let heavy = found.iter().filter(|text| text.contains("% of the result")).count();
        let total: i64 = weights.iter().sum();
        prop_assert_eq!(heavy, usize::from(total > 0 && weights.iter().any(|weight| weight * 2 > total)));
        let long = found.iter().any(|text| text.contains("words together"));
        prop_assert_eq!(long, most_words(&definition) > MANY_WORDS);
    }
}
