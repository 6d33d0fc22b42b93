use proptest::prelude::*;

use super::*;

fn criterion(code: &str, weight: &str) -> CriterionRule {
    CriterionRule { code: code.to_owned(), weight: Decimal4::parse(weight).unwrap(), minimum: None }
}

fn weighed(weights: &[&str]) -> Vec<CriterionRule> {
    weights.iter().enumerate().map(|(at, weight)| criterion(&format!("C{at}"), weight)).collect()
}

fn percent(weights: &[&str], min: i32, max: i32, marks: &[i32]) -> String {
    weighted_percent(&weighed(weights), Scale { min, max }, marks).unwrap().to_string()
}

#[test]
fn p1_weights_marks_exactly_on_every_scale() {
    assert_eq!(percent(&["20", "80"], 0, 5, &[4, 4]), "80/1");
    assert_eq!(percent(&["20", "80"], 0, 5, &[5, 3]), "68/1");
    assert_eq!(percent(&["50", "50"], 0, 4, &[3, 2]), "125/2");
    assert_eq!(percent(&["30", "70"], 0, 10, &[7, 9]), "84/1");
    // 100 x (40x2 + 60x3) / (100x5): the lowest mark, 1, is not subtracted, so all ones are 20 %.
    assert_eq!(percent(&["40", "60"], 1, 5, &[2, 3]), "52/1");
    assert_eq!(percent(&["40", "60"], 1, 5, &[1, 1]), "20/1");
}

#[test]
fn p1_weights_need_not_total_100_and_keep_four_decimals() {
    // 100 x (1x2 + 2x3) / (3x4) = 800/12.
    assert_eq!(percent(&["1", "2"], 0, 4, &[2, 3]), "200/3");
    // Weight 0.0001 against 0.0002: the same ratio, the same answer.
    assert_eq!(percent(&["0.0001", "0.0002"], 0, 4, &[2, 3]), "200/3");
    assert_eq!(percent(&["33.3333", "66.6667"], 0, 10, &[10, 0]), "333333/10000");
    assert_eq!(percent(&["0", "7"], 0, 5, &[5, 1]), "20/1");
}

#[test]
fn p1_the_largest_round_fits_and_overflows_nothing() {
    let criteria = weighed(&["1000000"; 100]);
    let scale = Scale { min: 0, max: 1000 };
    assert_eq!(weighted_percent(&criteria, scale, &[1000; 100]), Some(Fraction::from(100)));
    let mut marks = [1000; 100];
    marks[0] = 999;
    assert_eq!(weighted_percent(&criteria, scale, &marks).unwrap().to_string(), "99999/1000");
    assert_eq!(effective_shares(&criteria, scale).unwrap(), vec![Fraction::from(1); 100]);
}

#[test]
fn p1_without_a_full_set_of_marks_there_is_no_percentage() {
    let scale = Scale { min: 0, max: 5 };
    assert_eq!(weighted_percent(&weighed(&["1", "1"]), scale, &[5]), None);
    assert_eq!(weighted_percent(&weighed(&["0", "0"]), scale, &[5, 5]), None);
    assert_eq!(weighted_percent(&[], scale, &[]), None);
    assert_eq!(weighted_percent(&weighed(&["1"]), Scale { min: 0, max: 0 }, &[0]), None);
}

#[test]
fn p8_a_recused_mark_is_absent_not_zero() {
    let (criteria, scale) = (weighed(&["20", "80"]), Scale { min: 0, max: 5 });
    assert_eq!(own_percent(&criteria, scale, &[Some(4), Some(4)]), Some(Fraction::from(80)));
    assert_eq!(own_percent(&criteria, scale, &[Some(4), None]), None);
    let sheets = vec![vec![Some(4), Some(5), None, Some(0)], vec![Some(4), None, None, Some(0)]];
    assert_eq!(complete_sheets(&sheets), 2);
    assert_eq!(complete_sheets(&[]), 0);
    assert_eq!(complete_sheets(&[vec![], vec![]]), 0);
    assert_eq!(complete_sheets(&[vec![Some(1), Some(1)], vec![Some(1)]]), 1);
}

#[test]
fn p9_the_mean_is_of_exact_percentages_that_exist() {
    let third = Fraction::new(100, 3);
    assert_eq!(mean_percent(&[third, Some(Fraction::from(50)), None]), Fraction::new(125, 3));
    // The displayed 66.67 and 50.00 would average to 58.335, shown as 58.34.
    let mean = mean_percent(&[Fraction::new(200, 3), Some(Fraction::from(50))]).unwrap();
    assert_eq!((mean.percent_2dp().as_str(), mean), ("58.33", Fraction::new(175, 3).unwrap()));
    assert_eq!(mean_percent(&[None, None]), None);
    assert_eq!(mean_percent(&[]), None);
}

#[test]
fn p9_the_spread_flag_is_inclusive_and_ignores_absent_marks() {
    let sheets = vec![
        vec![Some(4), Some(2), None],
        vec![Some(4), Some(3), Some(3)],
        vec![Some(5), None, None],
        vec![None, None, None],
        vec![Some(1), Some(5), Some(3)],
    ];
    assert_eq!(spread_flags(&sheets, 2), [true, false, false, false, true]);
    // One mark alone is no spread, whatever the threshold.
    assert_eq!(spread_flags(&[vec![Some(5), None]], 0), [false]);
    assert_eq!(spread_flags(&sheets, 1), [true, true, false, false, true]);
    assert_eq!(spread_flags(&[vec![Some(i32::MIN), Some(i32::MAX)]], i32::MAX), [true]);
}

#[test]
fn p10_shares_are_found_by_scoring() {
    let shares = effective_shares(&weighed(&["20", "80"]), Scale { min: 1, max: 5 }).unwrap();
    assert_eq!(shares, [Fraction::from(20), Fraction::from(80)]);
    assert_eq!(effective_shares(&weighed(&["0"]), Scale { min: 0, max: 5 }), None);
    assert_eq!(effective_shares(&weighed(&["5"]), Scale { min: 5, max: 5 }), None);
}

fn a_scale() -> impl Strategy<Value = Scale> {
    (0..=5_i32, 1..=20_i32).prop_map(|(min, range)| Scale { min, max: min + range })
}

fn some_weights() -> impl Strategy<Value = Vec<CriterionRule>> {
    let weights = prop::collection::vec(0..=10_000_000_000_i64, 1..12);
    weights.prop_filter("some weight", |units| units.iter().any(|unit| *unit > 0)).prop_map(|units| {
        let rule = |(at, units)| CriterionRule {
            code: format!("C{at}"),
            weight: Decimal4::from_ten_thousandths(units).unwrap(),
            minimum: None,
        };
        units.into_iter().enumerate().map(rule).collect()
    })
}

proptest! {
    #[test]
    fn p10_the_declared_share_is_the_effective_share(criteria in some_weights(), scale in a_scale()) {
        let total: i64 = criteria.iter().map(|criterion| criterion.weight.ten_thousandths()).sum();
        let shares = effective_shares(&criteria, scale).unwrap();
        for (criterion, share) in criteria.iter().zip(shares) {
            let declared = i128::from(criterion.weight.ten_thousandths()) * 100;
            prop_assert_eq!(Some(share), Fraction::new(declared, total.into()));
        }
    }

    #[test]
    fn raising_a_mark_never_lowers_the_total(
        criteria in some_weights(), scale in a_scale(), seeds in prop::collection::vec(0..1000_i32, 12), at in 0..12_usize,
    ) {
        let spread = scale.max - scale.min;
        let marks: Vec<i32> =
            criteria.iter().zip(&seeds).map(|(_, seed)| scale.min + seed % (spread + 1)).collect();
        let mut raised = marks.clone();
        let at = at % raised.len();
        raised[at] = scale.max;
        let (before, after) =
            (weighted_percent(&criteria, scale, &marks).unwrap(), weighted_percent(&criteria, scale, &raised).unwrap());
        prop_assert!(after >= before);
        let counts = raised[at] > marks[at] && criteria[at].weight > Decimal4::ZERO;
        prop_assert_eq!(after > before, counts);
        prop_assert!(before >= Fraction::ZERO && after <= Fraction::from(100));
    }
}
