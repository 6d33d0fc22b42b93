//! P7: the cut line.

use super::*;
use Status::{Partial, Reserve, TieAtCutLine};

/// Applications in falling order of marks, each alone on its rank, asking these pounds of a pot of
/// £50,000.
fn ladder(asks: &[i64]) -> Vec<Candidate> {
    let marks = [[5, 5], [4, 5], [3, 5], [2, 5], [1, 5], [0, 5]];
    asks.iter().zip(marks).map(|(ask, marks)| bid("A", *ask, marks)).collect()
}

/// A leader at £20,000, then these as a joint group, then £1,000 alone.
fn with_joint_group(asks: &[i64]) -> Vec<Candidate> {
    let mut bids = vec![bid("LEAD", 20_000, [5, 5])];
    bids.extend(asks.iter().map(|ask| bid("TIE", *ask, [4, 4])));
    bids.push(bid("LAST", 1_000, [3, 3]));
    bids
}

fn cut(mode: CutMode) -> RoundRules {
    let partial_min = (mode == CutMode::Partial).then(|| decimal("0.75"));
    RoundRules { cut: mode, partial_min, ..round() }
}

const MODES: [CutMode; 3] = [CutMode::Strict, CutMode::Skip, CutMode::Partial];

#[test]
fn strict_stops_at_the_first_ask_that_does_not_fit() {
    let ranking = rank(&cut(CutMode::Strict), &ladder(&[30_000, 25_000, 10_000, 20_000]));
    assert_eq!(statuses(&ranking), [Fund, Reserve, Reserve, Reserve]);
    assert_eq!((ranking.committed, ranking.balance), (pounds(30_000), pounds(20_000)));
    assert_eq!(award_ranks(&ranking), [Some(1), Some(2), Some(3), Some(4)]);
}

#[test]
fn skip_passes_over_what_does_not_fit() {
    let ranking = rank(&cut(CutMode::Skip), &ladder(&[30_000, 25_000, 10_000, 20_000, 10_000]));
    assert_eq!(statuses(&ranking), [Fund, Reserve, Fund, Reserve, Fund]);
    assert_eq!((ranking.committed, ranking.balance), (pounds(50_000), Pence::ZERO));
}

#[test]
fn partial_offers_the_balance_once_and_stops() {
    // £15,000 left of an ask of £20,000 is exactly 0.75 of it.
    let ranking = rank(&cut(CutMode::Partial), &ladder(&[35_000, 20_000, 10, 10]));
    assert_eq!(statuses(&ranking), [Fund, Partial, Reserve, Reserve]);
    assert_eq!(offers(&ranking), ["35000.00", "15000.00", "0.00", "0.00"]);
    assert_eq!(ranking.balance, Pence::ZERO);
    // £14,999 left of £20,000 is not enough; allocation stops all the same.
    let ranking = rank(&cut(CutMode::Partial), &ladder(&[35_001, 20_000, 10]));
    assert_eq!(statuses(&ranking), [Fund, Reserve, Reserve]);
    assert_eq!(ranking.committed, pounds(35_001));
}

#[test]
fn partial_offers_never_less_than_a_penny() {
    let mut rules = cut(CutMode::Partial);
    rules.partial_min = Some(Decimal4::ZERO);
    assert_eq!(statuses(&rank(&rules, &ladder(&[50_000, 1]))), [Fund, Reserve]);
    let one_pound_left = rank(&rules, &ladder(&[49_999, 20_000]));
    assert_eq!(offers(&one_pound_left), ["49999.00", "1.00"]);
}

#[test]
fn partial_takes_the_balance_under_the_ceiling_in_whole_pence() {
    let mut rules = cut(CutMode::Partial);
    // 1,001p x 1.5 = 1,501.5p: shown as 15.02, but only 1,501p can be offered.
    rules.pot = Pence::new(1_001);
    rules.overcommit = decimal("0.5");
    let ranking = rank(&rules, &ladder(&[16]));
    assert_eq!((ranking.ceiling.plain(), offers(&ranking)), ("15.02".to_owned(), vec!["15.01".to_owned()]));
    assert_eq!((statuses(&ranking), ranking.balance), (vec![Partial], Pence::new(-500)));
}

#[test]
fn the_ceiling_is_exact_and_shown_half_up() {
    let mut rules = cut(CutMode::Strict);
    rules.pot = Pence::new(1_001);
    rules.overcommit = decimal("0.5");
    let mut bids = ladder(&[1]);
    for (ask, status) in [(1_501, Fund), (1_502, Reserve)] {
        bids[0].ask = Pence::new(ask);
        assert_eq!(statuses(&rank(&rules, &bids)), [status]);
    }
    rules.overcommit = decimal("0.4996");
    // 1,001 x 1.4996 = 1,501.0996.
    assert_eq!(rank(&rules, &bids).ceiling.plain(), "15.01");
}

#[test]
fn over_commitment_lets_the_balance_fall_below_zero() {
    let mut rules = cut(CutMode::Strict);
    assert_eq!(statuses(&rank(&rules, &ladder(&[50_000, 5_000]))), [Fund, Reserve]);
    rules.overcommit = decimal("0.1");
    let ranking = rank(&rules, &ladder(&[50_000, 5_000, 1]));
    assert_eq!(statuses(&ranking), [Fund, Fund, Reserve]);
    assert_eq!((ranking.ceiling.plain(), ranking.committed.plain()), ("55000.00".to_owned(), "55000.00".to_owned()));
    assert_eq!(ranking.balance.plain(), "-5000.00");
}

#[test]
fn a_tie_above_the_line_is_funded_together() {
    for mode in MODES {
        let ranking = rank(&cut(mode), &with_joint_group(&[14_500, 14_500]));
        assert_eq!(statuses(&ranking), [Fund, Fund, Fund, Fund], "{mode:?}");
        assert_eq!(award_ranks(&ranking), [Some(1), Some(2), Some(2), Some(4)]);
        assert_eq!(ranking.committed, pounds(50_000));
    }
}

#[test]
fn a_tie_at_the_line_is_left_to_the_panel_and_stops_every_mode() {
    // £30,000 left: either would fit alone, both do not. LAST would fit, but is below the tie.
    for mode in MODES {
        let ranking = rank(&cut(mode), &with_joint_group(&[20_000, 15_000]));
        assert_eq!(statuses(&ranking), [Fund, TieAtCutLine, TieAtCutLine, Reserve], "{mode:?}");
        assert_eq!(offers(&ranking), ["20000.00", "0.00", "0.00", "0.00"]);
        assert_eq!(ranking.balance, pounds(30_000));
    }
}

#[test]
fn a_tie_below_the_line_is_reserve_or_goes_on_being_skipped_into() {
    let mut bids = ladder(&[30_000, 25_000]);
    bids.extend([bid("T", 5_000, [1, 1]), bid("T", 6_000, [1, 1])]);
    assert_eq!(statuses(&rank(&cut(CutMode::Strict), &bids)), [Fund, Reserve, Reserve, Reserve]);
    // £20,000 of £25,000 is 0.8: a partial offer, and the end.
    assert_eq!(statuses(&rank(&cut(CutMode::Partial), &bids)), [Fund, Partial, Reserve, Reserve]);
    assert_eq!(statuses(&rank(&cut(CutMode::Skip), &bids)), [Fund, Reserve, Fund, Fund]);
}

/// A tie of £20,000 and £15,000 with £30,000 left, on which the panel has chosen.
fn chosen(first: Option<TieChoice>, second: Option<TieChoice>) -> Vec<Candidate> {
    let mut bids = with_joint_group(&[20_000, 15_000]);
    bids[1].tie_choice = first;
    bids[2].tie_choice = second;
    bids
}

#[test]
fn the_panels_choices_settle_a_tie_at_the_line() {
    let bids = chosen(Some(TieChoice::Reserve), Some(TieChoice::Fund));
    for (mode, last) in [(CutMode::Strict, Reserve), (CutMode::Partial, Reserve), (CutMode::Skip, Fund)] {
        let ranking = rank(&cut(mode), &bids);
        assert_eq!(statuses(&ranking), [Fund, Reserve, Fund, last], "{mode:?}");
        assert_eq!(award_ranks(&ranking), [Some(1), Some(2), Some(2), Some(4)]);
    }
    let neither = chosen(Some(TieChoice::Reserve), Some(TieChoice::Reserve));
    assert_eq!(statuses(&rank(&cut(CutMode::Skip), &neither)), [Fund, Reserve, Reserve, Fund]);
}

#[test]
fn choices_that_are_not_all_made_or_do_not_fit_settle_nothing() {
    for bids in [
        chosen(Some(TieChoice::Fund), None),
        chosen(None, Some(TieChoice::Reserve)),
        chosen(Some(TieChoice::Fund), Some(TieChoice::Fund)),
    ] {
        for mode in MODES {
            let ranking = rank(&cut(mode), &bids);
            assert_eq!(statuses(&ranking), [Fund, TieAtCutLine, TieAtCutLine, Reserve], "{mode:?}");
        }
    }
}

#[test]
fn choices_count_only_in_a_tie_at_the_line() {
    // The group fits together: a choice of reserve, made before the pot grew, changes nothing.
    let mut bids = with_joint_group(&[10_000, 10_000]);
    bids[1].tie_choice = Some(TieChoice::Reserve);
    bids[2].tie_choice = Some(TieChoice::Fund);
    assert_eq!(statuses(&rank(&cut(CutMode::Strict), &bids)), [Fund, Fund, Fund, Fund]);
    // Alone on its rank: no tie.
    let mut single = ladder(&[60_000]);
    single[0].tie_choice = Some(TieChoice::Fund);
    assert_eq!(statuses(&rank(&cut(CutMode::Strict), &single)), [Reserve]);
}

#[test]
fn those_who_cannot_be_awarded_stand_outside_the_walk() {
    let mut bids = ladder(&[60_000, 30_000, 20_000]);
    bids[0].gates_met = false;
    let ranking = rank(&cut(CutMode::Strict), &bids);
    assert_eq!(statuses(&ranking), [Status::NotAwarded, Fund, Fund]);
    assert_eq!(award_ranks(&ranking), [None, Some(1), Some(2)]);
}

#[test]
fn the_largest_amounts_do_not_overflow() {
    let mut rules = cut(CutMode::Strict);
    rules.pot = Pence::MOST;
    rules.overcommit = Decimal4::ONE;
    let mut bids = vec![bid("A", 1, [5, 5]); 1_000];
    for bid in &mut bids {
        bid.ask = Pence::MOST;
    }
    assert_eq!(rank(&rules, &bids).placings[0].status, TieAtCutLine);
    let ranking = rank(&rules, &bids[..2]);
    assert_eq!(ranking.committed.plain(), "2000000000000.00");
    assert_eq!(ranking.balance.plain(), "-1000000000000.00");
}
