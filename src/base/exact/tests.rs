use proptest::prelude::*;

use super::*;

fn fraction(numerator: i128, denominator: i128) -> Fraction {
    Fraction::new(numerator, denominator).unwrap()
}

#[test]
fn a_decimal_is_read_exactly_and_shown_without_trailing_zeros() {
    for (text, units, shown) in [
        ("20", 200_000, "20"),
        ("0.1", 1_000, "0.1"),
        ("0.0001", 1, "0.0001"),
        ("12.3400", 123_400, "12.34"),
        ("007", 70_000, "7"),
        ("0.0000", 0, "0"),
        ("1000000000", 10_000_000_000_000, "1000000000"),
    ] {
        let value = Decimal4::parse(text).unwrap();
        assert_eq!(value.ten_thousandths(), units, "{text}");
        assert_eq!(value.to_string(), shown);
    }
}

#[test]
fn a_decimal_refuses_everything_else() {
    use DecimalError::{Empty, Negative, NotPlain, TooLarge, TooManyDecimals};
    for (text, error) in [
        ("", Empty),
        ("-1", Negative),
        ("-0", Negative),
        ("+1", NotPlain),
        ("1e3", NotPlain),
        ("1.", NotPlain),
        (".5", NotPlain),
        (".", NotPlain),
        ("1.2.3", NotPlain),
        ("1,000", NotPlain),
        (" 1", NotPlain),
        ("1 ", NotPlain),
        ("\u{0661}", NotPlain),
        ("1.00000", TooManyDecimals(4)),
        ("1000000000.0001", TooLarge(1_000_000_000)),
        ("99999999999999999999999", TooLarge(1_000_000_000)),
    ] {
        assert_eq!(Decimal4::parse(text), Err(error), "{text:?}");
    }
}

#[test]
fn a_decimal_travels_as_a_string() {
    let value: Decimal4 = serde_json::from_str("\"0.75\"").unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), "\"0.75\"");
    assert!(serde_json::from_str::<Decimal4>("0.75").is_err());
    let error = serde_json::from_str::<Decimal4>("\"x\"").unwrap_err().to_string();
    assert!(error.starts_with("\"x\" is not a plain decimal number"), "{error}");
}

#[test]
fn a_fraction_is_reduced_and_keeps_the_sign_above() {
    assert_eq!(fraction(400, 5).to_string(), "80/1");
    assert_eq!(fraction(2, -4).to_string(), "-1/2");
    assert_eq!(fraction(0, -7), Fraction::ZERO);
    assert_eq!(Fraction::new(1, 0), None);
    assert_eq!(Fraction::new(0, 0), None);
    assert_eq!(Fraction::new(i128::MIN, -1), None);
    assert_eq!(Fraction::new(i128::MAX, 1), None);
}

#[test]
fn two_decimals_round_half_up_at_the_third() {
    for (numerator, denominator, shown) in [
        (200, 3, "66.67"),
        (100, 3, "33.33"),
        (80, 1, "80.00"),
        (64_994, 1_000, "64.99"),
        (64_995, 1_000, "65.00"),
        (64_999, 1_000, "65.00"),
        (1, 200, "0.01"),
        (1, 201, "0.00"),
        (-1, 3, "-0.33"),
        (-1, 200, "0.00"),
        (-250, 1, "-250.00"),
        (10_i128.pow(34), 1, "10000000000000000000000000000000000.00"),
        (1, 10_i128.pow(34), "0.00"),
    ] {
        assert_eq!(fraction(numerator, denominator).percent_2dp(), shown);
    }
}

#[test]
fn sums_that_do_not_fit_are_none() {
    let most = fraction(10_i128.pow(34), 1);
    assert_eq!(most.checked_add(most), None);
    assert_eq!(most.checked_mul(most), None);
    assert_eq!(most.checked_div(Fraction::ZERO), None);
    assert_eq!(most.checked_div(most), Some(Fraction::from(1)));
}

#[test]
fn fractions_too_large_to_multiply_still_compare() {
    let big = 10_i128.pow(33);
    assert!(fraction(big + 1, big) < fraction(big, big - 1));
    assert!(fraction(-big, big - 1) < fraction(-big - 1, big));
    assert!(fraction(big, big - 1) > fraction(1, 1));
}

proptest! {
    #[test]
    fn both_ways_of_comparing_agree(a in -999i64..999, b in 1i64..999, c in -999i64..999, d in 1i64..999) {
        let left = fraction(a.into(), b.into());
        let right = fraction(c.into(), d.into());
        prop_assert_eq!(left.cmp(&right), (a * d).cmp(&(c * b)));
        prop_assert_eq!(compare_stepwise(left, right), left.cmp(&right));
    }

    #[test]
    fn arithmetic_undoes_itself(a in -999i64..999, b in 1i64..999, c in 1i64..999, d in 1i64..999) {
        let left = fraction(a.into(), b.into());
        let right = fraction(c.into(), d.into());
        prop_assert_eq!(left.checked_add(right).unwrap().checked_sub(right), Some(left));
        prop_assert_eq!(left.checked_mul(right).unwrap().checked_div(right), Some(left));
    }

    #[test]
    fn a_fraction_reads_back_from_json(a in -999i64..999, b in 1i64..999) {
        let json = serde_json::to_string(&fraction(a.into(), b.into())).unwrap();
        prop_assert_eq!(serde_json::from_str::<Fraction>(&json).unwrap(), fraction(a.into(), b.into()));
    }

    #[test]
    fn what_is_shown_reads_back(units in 0..=10_000_000_000_000_i64) {
        let value = Decimal4::from_ten_thousandths(units).unwrap();
        prop_assert_eq!(Decimal4::parse(&value.to_string()), Ok(value));
    }
}

#[test]
fn a_fraction_that_is_not_in_lowest_terms_is_not_read() {
    for text in ["2/4", "1/-2", "1/0", "1", "+1/2", "01/2", " 1/2"] {
        assert!(serde_json::from_str::<Fraction>(&format!("{text:?}")).is_err(), "{text}");
    }
}
