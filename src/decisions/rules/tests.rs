//! Worked examples with exact figures, one rule after the other.

use super::*;
use crate::base::exact::Decimal4;
use crate::base::marks::{CriterionRule, Scale};
use Status::{Blocked, Fund, Incomplete, NotAwarded};

mod cut;

mod properties;

/// NEED weighs 20 and OUTC 80 on 0-5; one assessor is enough; nothing is refused; the pot is
/// £50,000.
pub(super) fn round() -> RoundRules {
    let criterion = |code: &str, weight| CriterionRule {
        code: code.to_owned(),
        weight: Decimal4::whole(weight).unwrap(),
        minimum: None,
    };
    RoundRules {
        pot: pounds(50_000),
        overcommit: Decimal4::ZERO,
        cut: CutMode::Strict,
        partial_min: None,
        scale: Scale { min: 0, max: 5 },
        pass_mark: Decimal4::ZERO,
        quorum: 1,
        spread_flag: 2,
        tie_break: Vec::new(),
        criteria: vec![criterion("NEED", 20), criterion("OUTC", 80)],
    }
}

pub(super) fn pounds(pounds: i64) -> Pence {
    Pence::new(pounds * 100)
}

fn decimal(text: &str) -> Decimal4 {
    Decimal4::parse(text).unwrap()
}

/// An application with these agreed marks and one assessor who gave the same.
pub(super) fn bid(reference: &str, ask_pounds: i64, agreed: [i32; 2]) -> Candidate {
    Candidate {
        reference: reference.to_owned(),
        ask: pounds(ask_pounds),
        gates_met: true,
        sheets: agreed.iter().map(|mark| vec![Some(*mark)]).collect(),
        agreed: agreed.iter().copied().map(Some).collect(),
        tie_choice: None,
    }
}

fn percents(ranking: &Ranking) -> Vec<String> {
    let percent = |placing: &Placing| placing.weighted_percent.map_or("-".to_owned(), Fraction::percent_2dp);
    ranking.placings.iter().map(percent).collect()
}

fn award_ranks(ranking: &Ranking) -> Vec<Option<usize>> {
    ranking.placings.iter().map(|placing| placing.rank_award).collect()
}

fn all_ranks(ranking: &Ranking) -> Vec<Option<usize>> {
    ranking.placings.iter().map(|placing| placing.rank_all).collect()
}

fn statuses(ranking: &Ranking) -> Vec<Status> {
    ranking.placings.iter().map(|placing| placing.status).collect()
}

fn offers(ranking: &Ranking) -> Vec<String> {
    ranking.placings.iter().map(|placing| placing.offer.plain()).collect()
}

fn below(criterion: &str) -> Refusal {
    Refusal::BelowMinimum { criterion: criterion.to_owned() }
}

#[test]
fn p2_agreed_marks_decide_and_independent_marks_do_not() {
    let mut bid = bid("A", 100, [4, 4]);
    bid.sheets = vec![vec![Some(0), Some(5)], vec![Some(0), Some(3)]];
    let ranking = rank(&round(), &[bid]);
    let placing = &ranking.placings[0];
    assert_eq!(percents(&ranking), ["80.00"]);
    let own = [Some(Fraction::ZERO), Some(Fraction::from(68))];
    assert_eq!((placing.own_percent.as_slice(), placing.mean_percent), (&own[..], Some(Fraction::from(34))));
    assert_eq!(placing.spread_flags, ["NEED", "OUTC"]);
}

#[test]
fn p3_minimum_and_pass_mark_are_inclusive() {
    let mut rules = round();
    rules.criteria[0].minimum = Some(2);
    rules.pass_mark = decimal("56");
    // 20x2 + 80x3 = 280 of 500 is exactly 56 %.
    let ranking = rank(&rules, &[bid("A", 100, [2, 3]), bid("B", 100, [1, 4])]);
    assert_eq!(percents(&ranking), ["56.00", "68.00"]);
    assert_eq!(statuses(&ranking), [Status::Fund, Status::NotAwarded]);
    assert_eq!(ranking.placings[1].refusals, [below("NEED")]);
}

#[test]
fn p3_the_pass_mark_is_tested_on_the_exact_value_not_on_what_is_shown() {
    let mut rules = round();
    rules.pass_mark = decimal("65");
    rules.scale = Scale { min: 0, max: 10 };
    // 100 x 64,999 / 100,000 = 64.999 %, shown 65.00: one weight of 6.4999 out of 10 is earned in
    // full.
    rules.criteria[0].weight = decimal("6.4999");
    rules.criteria[1].weight = decimal("3.5001");
    let under = rank(&rules, &[bid("A", 100, [10, 0])]);
    assert_eq!(percents(&under), ["65.00"]);
    assert_eq!(under.placings[0].weighted_percent, Fraction::new(64_999, 1_000));
    assert_eq!(under.placings[0].refusals, [Refusal::BelowPassMark]);
    rules.criteria[0].weight = decimal("6.5");
    rules.criteria[1].weight = decimal("3.5");
    let exact = rank(&rules, &[bid("A", 100, [10, 0])]);
    assert_eq!((percents(&exact), statuses(&exact)), (vec!["65.00".to_owned()], vec![Status::Fund]));
}

#[test]
fn p4_every_reason_is_reported_in_order() {
    let mut rules = round();
    rules.criteria[0].minimum = Some(3);
    rules.criteria[1].minimum = Some(3);
    rules.pass_mark = decimal("50");
    let mut failed = bid("A", 100, [2, 2]);
    failed.gates_met = false;
    let mut gate_only = bid("B", 100, [5, 5]);
    gate_only.gates_met = false;
    let ranking = rank(&rules, &[failed, gate_only, bid("C", 100, [3, 3]), bid("D", 100, [0, 4])]);
    let all = [Refusal::GateFailed, below("NEED"), below("OUTC"), Refusal::BelowPassMark];
    assert_eq!(ranking.placings[0].refusals, all);
    assert_eq!(ranking.placings[1].refusals, [Refusal::GateFailed]);
    assert_eq!(ranking.placings[3].refusals, [below("NEED")]);
    assert_eq!(statuses(&ranking), [NotAwarded, NotAwarded, Fund, NotAwarded]);
    assert_eq!(award_ranks(&ranking), [None, None, Some(1), None]);
    assert_eq!(offers(&ranking), ["0.00", "0.00", "100.00", "0.00"]);
}

#[test]
fn p5_ties_break_on_the_named_criteria_in_order_then_ranks_are_joint() {
    let mut rules = round();
    // Equal weights: (5,3), (3,5), (4,4), (4,4) all make 80 %; (2,2) follows.
    rules.criteria[0].weight = decimal("80");
    let marks = [[4, 4], [5, 3], [3, 5], [4, 4], [2, 2]];
    let bids: Vec<Candidate> = marks.iter().map(|marks| bid("A", 100, *marks)).collect();
    let ranks = |rules: &RoundRules| award_ranks(&rank(rules, &bids)).into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(ranks(&rules), [1, 1, 1, 1, 5]);
    rules.tie_break = vec!["OUTC".to_owned()];
    assert_eq!(ranks(&rules), [2, 4, 1, 2, 5]);
    rules.tie_break = vec!["NEED".to_owned(), "OUTC".to_owned()];
    assert_eq!(ranks(&rules), [2, 1, 4, 2, 5]);
    let all = rank(&rules, &bids);
    assert_eq!(all_ranks(&all), [Some(1), Some(1), Some(1), Some(1), Some(5)]);
}

#[test]
fn p5_the_second_tie_break_counts_only_when_the_first_is_equal() {
    let mut rules = round();
    let third = CriterionRule { code: "COST".to_owned(), weight: decimal("20"), minimum: None };
    rules.criteria.push(third);
    rules.criteria[1].weight = decimal("20");
    rules.tie_break = vec!["COST".to_owned(), "NEED".to_owned()];
    let three = |marks: [i32; 3]| {
        let mut bid = bid("A", 100, [0, 0]);
        bid.agreed = marks.iter().copied().map(Some).collect();
        bid.sheets = marks.iter().map(|mark| vec![Some(*mark)]).collect();
        bid
    };
    // All 9 of 15. COST: 2, 3, 3, 3; among the threes NEED: 1, 5, 1.
    let ranking = rank(&rules, &[three([5, 2, 2]), three([1, 5, 3]), three([5, 1, 3]), three([1, 5, 3])]);
    assert_eq!(award_ranks(&ranking), [Some(4), Some(2), Some(1), Some(2)]);
}

#[test]
fn p5_exact_percentages_decide_where_shown_ones_are_equal() {
    let mut rules = round();
    rules.scale = Scale { min: 0, max: 1000 };
    rules.criteria[0].weight = decimal("0.0001");
    rules.criteria[1].weight = decimal("1000000");
    let ranking = rank(&rules, &[bid("A", 100, [0, 650]), bid("B", 100, [1, 650])]);
    assert_eq!(percents(&ranking), ["65.00", "65.00"]);
    assert_eq!(award_ranks(&ranking), [Some(2), Some(1)]);
    assert_eq!(all_ranks(&ranking), [Some(2), Some(1)]);
}

#[test]
fn p6_the_rank_among_all_ignores_gates_thresholds_and_tie_breaks() {
    let mut rules = round();
    rules.criteria[0].minimum = Some(3);
    rules.pass_mark = decimal("60");
    rules.tie_break = vec!["NEED".to_owned()];
    let mut best = bid("A", 100, [5, 5]);
    best.gates_met = false;
    // 100, 68 (minimum failed), 68, 36 (pass mark failed), 60.
    let bids = [best, bid("B", 100, [1, 4]), bid("C", 100, [5, 3]), bid("D", 100, [5, 1]), bid("E", 100, [3, 3])];
    let ranking = rank(&rules, &bids);
    assert_eq!(percents(&ranking), ["100.00", "68.00", "68.00", "36.00", "60.00"]);
    assert_eq!(all_ranks(&ranking), [Some(1), Some(2), Some(2), Some(5), Some(4)]);
    assert_eq!(award_ranks(&ranking), [None, None, Some(1), None, Some(2)]);
}

#[test]
fn p8_an_application_under_quorum_blocks_the_round_but_not_the_percentages() {
    let mut rules = round();
    rules.quorum = 2;
    rules.pass_mark = decimal("50");
    rules.overcommit = decimal("0.1");
    let two = |agreed: [i32; 2]| {
        let mut bid = bid("A", 100, agreed);
        bid.sheets = agreed.iter().map(|mark| vec![Some(*mark), Some(*mark)]).collect();
        bid
    };
    let mut short = two([5, 5]);
    short.sheets[1][0] = None;
    short.gates_met = false;
    let ranking = rank(&rules, &[two([4, 4]), short, two([5, 1]), two([4, 4])]);
    assert!(ranking.blocked);
    assert_eq!(statuses(&ranking), [Blocked, Incomplete, Blocked, Blocked]);
    assert_eq!(percents(&ranking), ["80.00", "-", "36.00", "80.00"]);
    assert_eq!(all_ranks(&ranking), [Some(1), None, Some(3), Some(1)]);
    assert_eq!(award_ranks(&ranking), [None; 4]);
    assert_eq!(offers(&ranking), ["0.00"; 4]);
    assert_eq!((ranking.ceiling, ranking.committed, ranking.balance), (pounds(55_000), Pence::ZERO, rules.pot));
    let incomplete = &ranking.placings[1];
    assert_eq!(incomplete.own_percent, [None, Some(Fraction::from(100))]);
    assert_eq!(incomplete.mean_percent, Some(Fraction::from(100)));
    assert_eq!(incomplete.refusals, [Refusal::GateFailed]);
    assert_eq!(ranking.placings[2].refusals, [Refusal::BelowPassMark]);
}

#[test]
fn p8_quorum_counts_complete_sheets_and_is_inclusive() {
    let mut rules = round();
    rules.quorum = 2;
    let mut bid = bid("A", 100, [4, 4]);
    // Three assessors, the third recused from one criterion: two complete sheets.
    bid.sheets = vec![vec![Some(4), Some(4), Some(4)], vec![Some(4), Some(4), None]];
    assert_eq!(statuses(&rank(&rules, &[bid.clone()])), [Status::Fund]);
    // Two marks on each criterion, but only one assessor with both.
    bid.sheets = vec![vec![Some(4), Some(4), None], vec![Some(4), None, Some(4)]];
    assert_eq!(statuses(&rank(&rules, &[bid])), [Status::Incomplete]);
}

#[test]
fn p8_an_application_without_all_agreed_marks_is_incomplete() {
    let mut bids = [bid("A", 100, [4, 4]), bid("B", 100, [4, 4])];
    bids[1].agreed[0] = None;
    assert_eq!(statuses(&rank(&round(), &bids)), [Status::Blocked, Status::Incomplete]);
    bids[1].agreed = Vec::new();
    assert_eq!(statuses(&rank(&round(), &bids)), [Status::Blocked, Status::Incomplete]);
    bids[1] = bid("B", 100, [4, 4]);
    bids[1].sheets.pop();
    assert_eq!(statuses(&rank(&round(), &bids)), [Status::Blocked, Status::Incomplete]);
}

#[test]
fn an_empty_round_is_not_blocked() {
    let ranking = rank(&round(), &[]);
    assert!(!ranking.blocked && ranking.placings.is_empty());
    assert_eq!((ranking.committed, ranking.balance), (Pence::ZERO, pounds(50_000)));
}
