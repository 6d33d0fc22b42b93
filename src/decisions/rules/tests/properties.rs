//! What holds for every round.

use proptest::prelude::*;

use super::*;

/// A round of two criteria and up to 25 applications; few different marks and asks, so that ties
/// are common.
fn a_round(modes: &'static [CutMode]) -> impl Strategy<Value = (RoundRules, Vec<Candidate>)> {
    let choice = prop::option::weighted(0.3, prop::sample::select(vec![TieChoice::Fund, TieChoice::Reserve]));
    let one = (0..=5_i32, 0..=5_i32, 0..=400_i64, prop::bool::weighted(0.9), choice);
    let bids = prop::collection::vec(one, 0..25);
    let settings = (
        0..=200_000_i64,
        0..=10_000_i64,
        0..=10_000_i64,
        0..=60_i64,
        prop::sample::select(modes),
        prop::sample::subsequence(vec!["NEED".to_owned(), "OUTC".to_owned()], 0..=2),
        prop::bool::weighted(0.05),
    );
    (settings, bids).prop_map(|((pot, overcommit, least, pass, cut, tie_break, gap), bids)| {
        let mut rules = round();
        rules.pot = Pence::new(pot);
        rules.overcommit = Decimal4::from_ten_thousandths(overcommit).unwrap();
        rules.partial_min = Decimal4::from_ten_thousandths(least);
        rules.pass_mark = Decimal4::whole(pass).unwrap();
        rules.cut = cut;
        rules.tie_break = tie_break;
        // Equal weights make equal totals from different marks.
        rules.criteria[0].weight = rules.criteria[1].weight;
        let bids = bids.into_iter().enumerate().map(|(at, (need, outc, ask, gate, choice))| {
            let mut bid = bid(&format!("A-{at}"), ask, [need, outc]);
            bid.gates_met = gate;
            bid.tie_choice = choice;
            bid
        });
        let mut bids: Vec<Candidate> = bids.collect();
        if let (true, Some(bid)) = (gap, bids.first_mut()) {
            bid.agreed[0] = None;
        }
        (rules, bids)
    })
}

/// What a rank must be: one more than the number that stand strictly better.
fn expected_ranks<T: Ord>(standings: &[Option<T>]) -> Vec<Option<usize>> {
    let rank = |own: &T| 1 + standings.iter().flatten().filter(|other| *other > own).count();
    standings.iter().map(|standing| standing.as_ref().map(rank)).collect()
}

const ALL: &[CutMode] = &[CutMode::Strict, CutMode::Skip, CutMode::Partial];

proptest! {
    #[test]
    fn any_order_of_the_input_ranks_alike(
        (rules, bids) in a_round(ALL),
        keys in prop::collection::vec(any::<u32>(), 25),
    ) {
        let mut order: Vec<usize> = (0..bids.len()).collect();
        order.sort_by_key(|at| keys[*at]);
        let shuffled: Vec<Candidate> = order.iter().map(|at| bids[*at].clone()).collect();
        let (straight, mixed) = (rank(&rules, &bids), rank(&rules, &shuffled));
        prop_assert_eq!((straight.blocked, straight.committed), (mixed.blocked, mixed.committed));
        for (placing, at) in mixed.placings.iter().zip(order) {
            prop_assert_eq!(placing, &straight.placings[at]);
        }
    }

    #[test]
    fn references_decide_nothing((rules, bids) in a_round(ALL)) {
        let mut renamed = bids.clone();
        for (at, bid) in renamed.iter_mut().rev().enumerate() {
            bid.reference = format!("Z-{at}");
        }
        let (before, after) = (rank(&rules, &bids), rank(&rules, &renamed));
        prop_assert_eq!(statuses(&before), statuses(&after));
        prop_assert_eq!(award_ranks(&before), award_ranks(&after));
    }

    #[test]
    fn ranks_are_competition_ranks((rules, bids) in a_round(ALL)) {
        let ranking = rank(&rules, &bids);
        let percents: Vec<_> = ranking.placings.iter().map(|placing| placing.weighted_percent).collect();
        prop_assert_eq!(all_ranks(&ranking), expected_ranks(&percents));
        let standing = |(bid, placing): (&Candidate, &Placing)| {
            let awardable = placing.refusals.is_empty() && !ranking.blocked;
            let places = rules.tie_break.iter().map(|code| usize::from(code == "OUTC"));
            awardable.then(|| (placing.weighted_percent, places.map(|at| bid.agreed[at]).collect::<Vec<_>>()))
        };
        let standings: Vec<_> = bids.iter().zip(&ranking.placings).map(standing).collect();
        prop_assert_eq!(award_ranks(&ranking), expected_ranks(&standings));
    }

    #[test]
    fn offers_stay_under_the_ceiling_and_under_each_ask((rules, bids) in a_round(ALL)) {
        let ranking = rank(&rules, &bids);
        let total = Pence::checked_sum(ranking.placings.iter().map(|placing| placing.offer)).unwrap();
        prop_assert_eq!(total, ranking.committed);
        prop_assert_eq!(rules.pot.checked_sub(total).unwrap(), ranking.balance);
        let ceiling = rules.pot.get() * (10_000 + rules.overcommit.ten_thousandths());
        prop_assert!(total.get() * 10_000 <= ceiling);
        for (bid, placing) in bids.iter().zip(&ranking.placings) {
            match placing.status {
                Status::Fund => prop_assert_eq!(placing.offer, bid.ask),
                Status::Partial => prop_assert!(placing.offer > Pence::ZERO && placing.offer < bid.ask),
                _ => prop_assert_eq!(placing.offer, Pence::ZERO),
            }
        }
        let partial = ranking.placings.iter().filter(|placing| placing.status == Status::Partial);
        prop_assert!(partial.count() <= usize::from(rules.cut == CutMode::Partial));
    }

    #[test]
    fn in_strict_mode_none_is_passed_over((rules, bids) in a_round(&[CutMode::Strict])) {
        let ranking = rank(&rules, &bids);
        let ranks = |funded: bool| {
            let placings = ranking.placings.iter().filter(move |it| (it.status == Status::Fund) == funded);
            placings.filter_map(|placing| placing.rank_award)
        };
        if let (Some(worst_funded), Some(best_unfunded)) = (ranks(true).max(), ranks(false).min()) {
            // Equal only where the panel has chosen among a tie.
            prop_assert!(worst_funded <= best_unfunded);
        }
    }

    #[test]
    fn a_joint_group_shares_one_outcome_unless_the_panel_chose((rules, bids) in a_round(ALL)) {
        let mut bids = bids;
        for bid in &mut bids {
            bid.tie_choice = None;
        }
        let ranking = rank(&rules, &bids);
        for left in &ranking.placings {
            for right in ranking.placings.iter().filter(|right| right.rank_award == left.rank_award) {
                prop_assert!(left.rank_award.is_none() || left.status == right.status);
            }
        }
    }

    #[test]
    fn raising_an_agreed_mark_never_worsens_the_rank_among_all((rules, bids) in a_round(ALL), at in 0..25_usize) {
        prop_assume!(bids.iter().all(|bid| bid.agreed.iter().all(Option::is_some)) && !bids.is_empty());
        let at = at % bids.len();
        let mut raised = bids.clone();
        raised[at].agreed[1] = raised[at].agreed[1].map(|mark| (mark + 1).min(5));
        let (before, after) = (rank(&rules, &bids), rank(&rules, &raised));
        prop_assert!(after.placings[at].weighted_percent >= before.placings[at].weighted_percent);
        prop_assert!(after.placings[at].rank_all <= before.placings[at].rank_all);
    }
}
