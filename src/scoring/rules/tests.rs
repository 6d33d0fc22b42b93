use super::*;
use crate::base::ids::{AccountId, ApplicationId};

fn definition() -> RoundDefinition {
    RoundDefinition::default_round().unwrap()
}

fn full(mark: i32, reason: &str) -> BTreeMap<String, Mark> {
    let mark = Mark { mark: Some(mark), reason: reason.to_owned() };
    definition().criteria.iter().map(|criterion| (criterion.code.clone(), mark.clone())).collect()
}

#[test]
fn an_empty_sheet_has_two_faults_a_criterion_in_their_order() {
    let definition = definition();
    let faults = sheet_faults(&definition, &BTreeMap::new());
    let fields: Vec<&str> = faults.list().iter().map(|fault| fault.field.as_str()).collect();
    let expected: Vec<String> = definition
        .criteria
        .iter()
        .flat_map(|criterion| [format!("{}-mark", criterion.code), format!("{}-reason", criterion.code)])
        .collect();
    assert_eq!(fields, expected);
}

#[test]
fn a_reason_has_ten_characters_and_spaces_around_it_do_not_count() {
    let definition = definition();
    assert!(sheet_faults(&definition, &full(3, "Ten chars.")).is_empty());
    assert_eq!(sheet_faults(&definition, &full(3, " Nine char \n")).list().len(), definition.criteria.len());
}

#[test]
fn a_draft_may_be_incomplete_but_not_off_the_scale() {
    let definition = definition();
    assert!(draft_faults(&definition, &BTreeMap::new()).is_empty());
    assert!(draft_faults(&definition, &full(definition.scale.max, "")).is_empty());
    let faults = draft_faults(&definition, &full(definition.scale.max + 1, ""));
    assert_eq!(faults.list().len(), definition.criteria.len());
}

#[test]
fn marks_stand_by_criterion_with_an_entry_a_sheet() {
    let definition = definition();
    let sheet = |mark| ScoreSheet {
        id: crate::base::ids::SheetId::new(1),
        assignment: crate::base::ids::AssignmentId::new(1),
        application: ApplicationId::new(1),
        account: AccountId::new(1),
        stage: super::super::model::SheetStage::Submitted,
        submitted_at: None,
        version: 1,
        marks: full(mark, "Because"),
    };
    let (one, two) = (sheet(2), sheet(4));
    let marks = marks_by_criterion(&definition, &[&one, &two]);
    assert_eq!(marks.len(), definition.criteria.len());
    assert!(marks.iter().all(|marks| *marks == [Some(2), Some(4)]));
}
