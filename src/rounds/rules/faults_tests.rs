//! What validation finds.

use super::*;

fn found(rules: &RoundRules) -> Vec<String> {
    rule_faults(rules).iter().map(ToString::to_string).collect()
}

#[test]
fn good_rules_have_no_fault_at_the_very_limits_either() {
    assert_eq!(found(&round()), Vec::<String>::new());
    let mut rules = round();
    rules.pot = Pence::MOST;
    rules.overcommit = Decimal4::ONE;
    rules.cut = CutMode::Partial;
    rules.partial_min = Some(Decimal4::ONE);
    rules.scale = Scale { min: 0, max: 1_000 };
    rules.pass_mark = decimal("100");
    rules.criteria[0].weight = decimal("1000000");
    rules.criteria[1].weight = Decimal4::ZERO;
    rules.criteria[0].minimum = Some(1_000);
    rules.criteria[1].minimum = Some(0);
    rules.tie_break = vec!["OUTC".to_owned(), "NEED".to_owned()];
    assert_eq!(found(&rules), Vec::<String>::new());
}

#[test]
fn every_fault_is_found_at_once_with_its_place() {
    let mut rules = round();
    rules.pot = Pence::new(-1);
    rules.overcommit = decimal("1.0001");
    rules.cut = CutMode::Partial;
    rules.pass_mark = decimal("100.0001");
    rules.quorum = 0;
    rules.spread_flag = 0;
    rules.tie_break = vec!["NEED".to_owned(), "NEED".to_owned(), "COST".to_owned()];
    rules.criteria[1].code = "NEED".to_owned();
    rules.criteria[0].weight = decimal("1000000.0001");
    rules.criteria[0].minimum = Some(6);
    rules.criteria[1].minimum = Some(-1);
    let expected = [
        "pot: must be from £0 to £1,000,000,000,000.00",
        "overcommit: 1.0001 is not from 0 to 1",
        "partial_min: is required when cut is partial",
        "pass_mark: 100.0001 is above 100",
        "quorum: must be at least 1",
        "spread_flag: must be at least 1",
        "tie_break[1]: \"NEED\" is repeated",
        "tie_break[2]: \"COST\" is not a criterion of the round",
        "criteria[0].weight: 1000000.0001 is more than 1000000",
        "criteria[0].minimum: 6 is outside the scale 0-5",
        "criteria[1].id: \"NEED\" is repeated",
        "criteria[1].minimum: -1 is outside the scale 0-5",
    ];
    assert_eq!(found(&rules), expected);
}

#[test]
fn scales_and_sets_of_criteria_have_their_own_faults() {
    let mut rules = round();
    rules.criteria[0].minimum = Some(99);
    for (min, max, fault) in [
        (5, 0, "scale: min 5 must be less than max 0"),
        (3, 3, "scale: min 3 must be less than max 3"),
        (-1, 5, "scale: -1-5 is not within 0-1000"),
        (0, 1_001, "scale: 0-1001 is not within 0-1000"),
    ] {
        // Nothing can be held against a faulty scale, so the minimum of 99 is not a second fault.
        rules.scale = Scale { min, max };
        assert_eq!(found(&rules), [fault]);
    }
    let mut weightless = round();
    weightless
        .criteria
        .iter_mut()
        .for_each(|criterion| criterion.weight = Decimal4::ZERO);
    assert_eq!(
        found(&weightless),
        ["criteria: must have at least one weight above zero"]
    );
    let empty = RoundRules {
        criteria: Vec::new(),
        ..round()
    };
    assert_eq!(
        found(&empty),
        ["criteria: must hold at least one criterion"]
    );
    let mut many = round();
    many.criteria = (0..101)
        .map(|at| CriterionRule {
            code: format!("C{at}"),
            ..many.criteria[0].clone()
        })
        .collect();
    assert_eq!(
        found(&many),
        ["criteria: has 101 criteria; the most is 100"]
    );
    many.criteria.pop();
    many.criteria[7].code = String::new();
    assert_eq!(found(&many), ["criteria[7].id: must not be empty"]);
}
