//! Nothing is lost, doubled or left without what it depends on.

use proptest::prelude::*;

use super::*;
use crate::rounds::model::{Choice, Condition, GateDefinition};

fn form() -> RoundDefinition {
    RoundDefinition::default_round().unwrap()
}

/// The default form, with one question that is asked only after an answer of GOV_BANK, two below it.
fn conditional() -> RoundDefinition {
    let mut form = form();
    let question = Question {
        code: "GOV_WHEN".to_owned(),
        text: "When will you arrange it?".to_owned(),
        kind: QuestionKind::ShortText,
        show_if: Some(Condition { question: "GOV_BANK".to_owned(), answers: vec!["arranging".to_owned()] }),
        role: None,
        ..form.question("GOV_INCOME").unwrap().clone()
    };
    add_question(&mut form, "governance", question).unwrap();
    form
}

fn codes(form: &RoundDefinition) -> Vec<String> {
    let mut codes: Vec<String> = form.questions().map(|question| question.code.clone()).collect();
    codes.sort();
    codes
}

fn order(form: &RoundDefinition, section: &str) -> Vec<String> {
    let section = form.sections.iter().find(|other| other.code == section).unwrap();
    section.questions.iter().map(|question| question.code.clone()).collect()
}

#[test]
fn a_question_stays_below_the_one_it_depends_on() {
    let mut form = conditional();
    move_question(&mut form, "GOV_WHEN", Way::Up).unwrap();
    assert_eq!(order(&form, "governance"), ["GOV_PEOPLE", "GOV_BANK", "GOV_WHEN", "GOV_INCOME"]);
    let before = form.clone();
    for refusal in [
        move_question(&mut form, "GOV_WHEN", Way::Up).unwrap_err(),
        move_question(&mut form, "GOV_BANK", Way::Down).unwrap_err(),
    ] {
        assert_eq!(refusal.text, "GOV_WHEN is asked only after GOV_BANK, so it must stand below it");
    }
    assert_eq!(form, before, "refused, nothing is changed");
    let moved = form.question("GOV_WHEN").unwrap().clone();
    let refusal = put_question(&mut form, "GOV_WHEN", "contacts", moved).unwrap_err();
    assert_eq!(refusal.field, "show");
    let mut first = form.clone();
    let earlier = first.question("GOV_WHEN").unwrap().clone();
    put_question(&mut first, "GOV_WHEN", "project", earlier).unwrap();
    let mut refused = Vec::new();
    for _ in 0..3 {
        refused.push(move_section(&mut first, "project", Way::Up).err().map(|refusal| refusal.text));
    }
    assert!(refused[0].as_deref().unwrap().contains("must stand below it"), "{refused:?}");
}

#[test]
fn what_others_depend_on_cannot_go() {
    let mut form = conditional();
    form.gates.push(GateDefinition {
        code: "PAPERS".to_owned(),
        title: "Papers".to_owned(),
        documents: vec!["DOC_ACCOUNTS".to_owned()],
        items: Vec::new(),
    });
    let before = form.clone();
    for (code, part) in [
        ("GOV_BANK", "GOV_WHEN is asked only after some of its answers"),
        ("PROJ_TITLE", "the service itself uses it as the project's title"),
        ("DOC_ACCOUNTS", "the check ‘Papers’ reads it"),
        ("NOTHING", "no longer in the form"),
    ] {
        let refusal = remove_question(&mut form, code).unwrap_err();
        assert!(refusal.text.contains(part), "{refusal}");
    }
    let mut bank = form.question("GOV_BANK").unwrap().clone();
    bank.options.retain(|option| option.value != "arranging");
    let refusal = put_question(&mut form, "GOV_BANK", "governance", bank.clone()).unwrap_err();
    assert_eq!(refusal.field, "options");
    assert!(refusal.text.contains("‘Not yet, and we will arrange it before any payment’"), "{refusal}");
    bank.kind = QuestionKind::LongText;
    assert_eq!(put_question(&mut form, "GOV_BANK", "governance", bank).unwrap_err().field, "kind");
    let mut title = form.question("PROJ_TITLE").unwrap().clone();
    title.kind = QuestionKind::Number;
    assert_eq!(put_question(&mut form, "PROJ_TITLE", "project", title).unwrap_err().field, "kind");
    let mut accounts = form.question("DOC_ACCOUNTS").unwrap().clone();
    accounts.kind = QuestionKind::Date;
    assert_eq!(put_question(&mut form, "DOC_ACCOUNTS", "documents", accounts).unwrap_err().field, "kind");
    assert!(remove_section(&mut form, "need").unwrap_err().text.contains("still has questions"));
    assert_eq!(form, before);
    remove_question(&mut form, "GOV_WHEN").unwrap();
    remove_question(&mut form, "GOV_BANK").unwrap();
    assert!(condition_faults(&form).is_empty());
}

#[test]
fn a_new_code_is_followed_by_whoever_names_it() {
    let mut form = conditional();
    form.gates[1].documents = vec!["DOC_ACCOUNTS".to_owned()];
    for (old, new, section) in [("GOV_BANK", "GOV_PAY", "governance"), ("DOC_ACCOUNTS", "DOC_BOOKS", "documents")] {
        let question = Question { code: new.to_owned(), ..form.question(old).unwrap().clone() };
        put_question(&mut form, old, section, question).unwrap();
    }
    assert_eq!(form.question("GOV_WHEN").unwrap().show_if.as_ref().unwrap().question, "GOV_PAY");
    assert_eq!(form.gates[1].documents, ["DOC_BOOKS"]);
    let taken = Question { code: "GOV_PEOPLE".to_owned(), ..form.question("GOV_PAY").unwrap().clone() };
    assert_eq!(put_question(&mut form, "GOV_PAY", "governance", taken).unwrap_err().field, "code");
    assert_eq!(order(&form, "governance")[1], "GOV_PAY", "it stays where it was");
}

#[test]
fn copies_get_codes_of_their_own_and_no_role() {
    let mut form = conditional();
    assert_eq!(duplicate_question(&mut form, "PROJ_TITLE").unwrap(), "PROJ_TITLE_2");
    assert_eq!(duplicate_question(&mut form, "PROJ_TITLE_2").unwrap(), "PROJ_TITLE_3");
    assert_eq!(order(&form, "project")[..3], ["PROJ_TITLE", "PROJ_TITLE_2", "PROJ_TITLE_3"]);
    assert_eq!(form.question("PROJ_TITLE_2").unwrap().role, None);
    let source = conditional();
    let mut fresh = RoundDefinition { criteria: Vec::new(), ..self::form() };
    let chosen: Vec<Question> =
        ["GOV_BANK", "GOV_WHEN", "NEED_PROBLEM"].iter().map(|code| source.question(code).unwrap().clone()).collect();
    let added = add_copies(&mut fresh, "need", &chosen).unwrap();
    assert_eq!(added, ["GOV_BANK_2", "GOV_WHEN", "NEED_PROBLEM_2"]);
    assert_eq!(fresh.question("GOV_WHEN").unwrap().show_if.as_ref().unwrap().question, "GOV_BANK_2");
    assert_eq!(fresh.question("NEED_PROBLEM_2").unwrap().criterion, None, "the round has no such criterion");
    let alone = add_copies(&mut fresh, "need", &chosen[1..2]).unwrap();
    assert_eq!(fresh.question(&alone[0]).unwrap().show_if, None, "what it depends on did not come along");
    assert!(add_copies(&mut fresh, "nowhere", &chosen).is_err());
}

#[test]
fn sections_have_titles_and_codes_of_their_own() {
    let mut form = form();
    assert_eq!(add_section(&mut form, "New").unwrap(), "new-2", "‘new’ is the page that adds one");
    assert_eq!(add_section(&mut form, "Ŵŷ?").unwrap(), "section");
    assert_eq!(add_section(&mut form, "the NEED").unwrap_err().text, "Another section has that title");
    rename_section(&mut form, "need", "Why").unwrap();
    rename_section(&mut form, "need", "Why").unwrap();
    assert_eq!(rename_section(&mut form, "need", "Risks").unwrap_err().field, "title");
    remove_section(&mut form, "section").unwrap();
    assert!(remove_section(&mut form, "section").is_err());
}

#[test]
fn answers_keep_their_stored_values() {
    let old: Vec<(String, String)> = [("yes", "Yes"), ("no", "No"), ("soon", "Soon")]
        .map(|(value, text)| (value.to_owned(), text.to_owned()))
        .into();
    let told = |lines: &[&str]| {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        answers_from(&old, &lines).into_iter().map(|(value, _)| value).collect::<Vec<_>>()
    };
    assert_eq!(told(&["No", "Soon", "Yes"]), ["no", "soon", "yes"], "moved");
    assert_eq!(told(&["Yes", "No", "Next year"]), ["yes", "no", "soon"], "mended");
    assert_eq!(told(&["Perhaps", "Yes", "No", "Soon"]), ["perhaps", "yes", "no", "soon"], "put in");
    assert_eq!(told(&["No", "Soon"]), ["no", "soon"], "taken out");
    assert_eq!(told(&["No", "Soon", "Yes!"]), ["no", "soon", "yes_2"], "no value is used again for another answer");
}

/// A step of an officer, by numbers.
fn step(form: &mut RoundDefinition, (what, which): (u8, usize)) {
    let questions = codes(form);
    let sections: Vec<String> = form.sections.iter().map(|section| section.code.clone()).collect();
    let (question, section) = (&questions[which % questions.len()], &sections[which % sections.len()]);
    let way = if which % 2 == 0 { Way::Up } else { Way::Down };
    // Refused or not, the form must hold together.
    let _ = match what % 4 {
        0 => move_question(form, question, way),
        1 => move_section(form, section, way),
        2 => {
            let stays = form.question(question).unwrap().clone();
            put_question(form, question, section, stays)
        }
        _ => remove_section(form, section),
    };
}

proptest! {
    #[test]
    fn moves_never_lose_or_double_a_question(steps in prop::collection::vec((any::<u8>(), any::<usize>()), 0..60)) {
        let mut form = conditional();
        let before = codes(&form);
        for one in steps {
            step(&mut form, one);
            prop_assert_eq!(&codes(&form), &before);
            prop_assert!(condition_faults(&form).is_empty());
        }
    }

    #[test]
    fn a_move_up_and_down_again_changes_nothing(which in any::<usize>()) {
        let mut form = conditional();
        let before = form.clone();
        let all = codes(&form);
        let code = &all[which % all.len()];
        if move_question(&mut form, code, Way::Up).is_ok() {
            move_question(&mut form, code, Way::Down).unwrap();
        }
        prop_assert_eq!(form, before);
    }

    #[test]
    fn stored_values_stay_different(lines in prop::collection::vec("[a-cA-C ]{1,3}", 0..8)) {
        let mut lines: Vec<String> = lines;
        lines.sort();
        lines.dedup();
        let old = vec![("a".to_owned(), "a".to_owned()), ("b".to_owned(), "B".to_owned())];
        let values: Vec<String> = answers_from(&old, &lines).into_iter().map(|(value, _)| value).collect();
        let different: HashSet<&String> = values.iter().collect();
        prop_assert_eq!(different.len(), values.len());
    }
}

#[test]
fn a_choice_that_stays_a_choice_may_change_its_answers() {
    let mut form = conditional();
    let mut bank = form.question("GOV_BANK").unwrap().clone();
    bank.options.push(Choice { value: "never".to_owned(), text: "Never".to_owned() });
    bank.options.retain(|option| option.value != "yes");
    put_question(&mut form, "GOV_BANK", "governance", bank).unwrap();
    assert!(condition_faults(&form).is_empty());
}
