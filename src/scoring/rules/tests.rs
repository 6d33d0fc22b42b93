use std::collections::BTreeMap;

use super::*;
use crate::base::ids::{AccountId, ApplicationId};
use crate::scoring::model::Mark;

fn definition() -> RoundDefinition {
    RoundDefinition::default_round().unwrap()
}

fn full(mark: i32, reason: &str) -> BTreeMap<String, Mark> {
    let mark = Mark { mark: Some(mark), reason: reason.to_owned() };
    definition().criteria.iter().map(|criterion| (criterion.code.clone(), mark.clone())).collect()
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
