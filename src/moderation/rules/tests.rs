use std::collections::BTreeMap;

use super::*;
use crate::base::ids::{AccountId, ApplicationId, ModerationId};
use crate::moderation::model::ModerationStage;

fn definition() -> RoundDefinition {
    RoundDefinition::default_round().unwrap()
}

fn agreed(mark: Option<i32>, reason: &str, strength: &str, improvement: &str) -> AgreedMark {
    AgreedMark {
        mark,
        reason: reason.to_owned(),
        strength: strength.to_owned(),
        improvement: improvement.to_owned(),
        version: 1,
        saved_by: AccountId::new(1),
    }
}

fn moderation(marks: BTreeMap<String, AgreedMark>) -> Moderation {
    Moderation {
        id: ModerationId::new(1),
        application: ApplicationId::new(1),
        stage: ModerationStage::Open,
        opened_by: AccountId::new(1),
        closed_at: None,
        closed_by: None,
        reopened_reason: None,
        version: 1,
        marks,
    }
}

fn all(mark: &AgreedMark) -> Moderation {
    let codes = definition().criteria.into_iter().map(|criterion| criterion.code);
    moderation(codes.map(|code| (code, mark.clone())).collect())
}

#[test]
fn a_mark_needs_a_reason_and_the_scale() {
    let definition = definition();
    let (criterion, rule) = (&definition.criteria[0], ReasonRule::of_marks(Vec::new()));
    let agreement = |mark, reason: &str| Agreement { mark, reason: reason.to_owned(), ..Agreement::default() };
    assert!(agreement_faults(&definition, criterion, &agreement(None, ""), &rule).is_empty());
    assert!(
        agreement_faults(&definition, criterion, &agreement(Some(definition.scale.min), "Very thin indeed."), &rule)
            .is_empty()
    );
    assert_eq!(agreement_faults(&definition, criterion, &agreement(Some(3), ""), &rule).list().len(), 1);
    let above = agreement(Some(definition.scale.max + 1), "");
    let fields: Vec<String> = agreement_faults(&definition, criterion, &above, &rule)
        .list()
        .iter()
        .map(|fault| fault.field.clone())
        .collect();
    assert_eq!(fields, [format!("{}-mark", criterion.code), format!("{}-reason", criterion.code)]);
}

#[test]
fn nothing_agreed_is_a_fault_a_criterion_and_one_for_the_strength() {
    let definition = definition();
    let faults = closing_faults(&definition, &moderation(BTreeMap::new()), &[]);
    assert_eq!(faults.list().len(), definition.criteria.len() + 1);
    assert_eq!(faults.list()[0].field, format!("{}-mark", definition.criteria[0].code));
}

#[test]
fn below_the_top_mark_every_criterion_needs_an_improvement() {
    let definition = definition();
    let top = definition.scale.max;
    assert!(closing_faults(&definition, &all(&agreed(Some(top), "Clear and costed.", "Strong", "")), &[]).is_empty());
    let below = closing_faults(&definition, &all(&agreed(Some(top - 1), "Clear and costed.", "Strong", "")), &[]);
    assert_eq!(below.list().len(), definition.criteria.len());
    assert!(
        closing_faults(&definition, &all(&agreed(Some(top - 1), "Clear and costed.", "Strong", "More")), &[])
            .is_empty()
    );
}

#[test]
fn one_strength_in_all_is_enough() {
    let definition = definition();
    let mut one = all(&agreed(Some(definition.scale.max), "Clear and costed.", "", ""));
    assert_eq!(closing_faults(&definition, &one, &[]).list().len(), 1);
    let last = definition.criteria.last().unwrap().code.clone();
    one.marks.get_mut(&last).unwrap().strength = "A strong team".to_owned();
    assert!(closing_faults(&definition, &one, &[]).is_empty());
}

#[test]
fn the_aids_count_only_the_sheets_given_and_flag_at_the_spread() {
    let definition = definition();
    let sheet = |id: i32, marks: &[i32]| ScoreSheet {
        id: crate::base::ids::SheetId::new(id),
        assignment: crate::base::ids::AssignmentId::new(id),
        application: ApplicationId::new(1),
        account: AccountId::new(id),
        stage: crate::scoring::SheetStage::Submitted,
        submitted_at: None,
        version: 1,
        marks: definition
            .criteria
            .iter()
            .zip(marks)
            .map(|(criterion, mark)| {
                (criterion.code.clone(), crate::scoring::Mark { mark: Some(*mark), reason: "Because".to_owned() })
            })
            .collect(),
    };
    let count = definition.criteria.len();
    let mut other = vec![4; count];
    other[0] = 4 - definition.spread_flag;
    let (one, two) = (sheet(1, &vec![4; count]), sheet(2, &other));
    let aids = aids(&definition, &[&one, &two]);
    assert_eq!(aids.flagged(), 1);
    assert!(aids.flags[0]);
    assert_eq!(aids.largest_spread(), definition.spread_flag);
    assert_eq!(aids.own[0].unwrap().percent_2dp(), "80.00");
    let alone = super::aids(&definition, &[&one]);
    assert_eq!((alone.flagged(), alone.spreads[0], alone.mean), (0, None, alone.own[0]));
}
