//! Differences in words.

use super::*;
use crate::base::exact::Decimal4;
use crate::rounds::rules::shape::{self, Way};

fn usual() -> RoundDefinition {
    RoundDefinition::default_round().unwrap()
}

#[test]
fn nothing_changed_says_nothing() {
    assert_eq!(changes(&usual(), &usual()), Vec::<String>::new());
}

#[test]
fn questions_and_criteria_are_told_one_by_one() {
    let old = usual();
    let mut new = usual();
    new.criteria[0].weight = Decimal4::whole(30).unwrap();
    new.pass_mark = Decimal4::whole(60).unwrap();
    shape::move_question(&mut new, "GOV_BANK", Way::Up).unwrap();
    shape::remove_question(&mut new, "ORG_WEBSITE").unwrap();
    shape::duplicate_question(&mut new, "PLAN_RISKS").unwrap();
    let moved = new.question("TEAM_PEOPLE").unwrap().clone();
    shape::put_question(&mut new, "TEAM_PEOPLE", "activities", Question { word_limit: Some(300), ..moved }).unwrap();
    shape::add_section(&mut new, "Extra").unwrap();
    shape::rename_section(&mut new, "need", "Why it is needed").unwrap();
    new.declaration.pop();
    new.gates.remove(2);
    new.eligibility.remove(0);
    let found = changes(&old, &new);
    for text in [
        "Pass mark in per cent: 65, now 60",
        "Weight of criterion NEED: 20, now 30",
        "Questions of ‘How you are run’ put in another order",
        "Question ORG_WEBSITE removed: ‘Website or social media page’",
        "Question TEAM_PEOPLE moved from ‘People and skills’ to ‘What you will do’",
        "Question TEAM_PEOPLE: word limit: 250, now 300",
        "Section ‘Extra’ added",
        "Section ‘The need’ is now called ‘Why it is needed’",
        "Check DUE removed: ‘Due diligence’",
    ] {
        assert!(found.iter().any(|line| line == text), "no {text:?} in {found:#?}");
    }
    assert!(found.iter().any(|line| line.starts_with("Question PLAN_RISKS_2 added to ‘Risks’")));
    assert!(found.iter().any(|line| line.starts_with("Eligibility question AREA removed")));
    assert!(!found.iter().any(|line| line.contains("Criteria put in another order")), "{found:#?}");
    assert!(!found.iter().any(|line| line.starts_with("Questions of ‘Risks’")), "what came says nothing of the order");
}
