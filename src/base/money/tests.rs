use proptest::prelude::*;

use super::*;

#[test]
fn plain_money_is_strict() {
    assert_eq!(Pence::parse_plain("14500.00"), Ok(Pence(1_450_000)));
    assert_eq!(Pence::parse_plain("14500"), Ok(Pence(1_450_000)));
    assert_eq!(Pence::parse_plain("0.5"), Ok(Pence(50)));
    assert_eq!(Pence::parse_plain("0.05"), Ok(Pence(5)));
    assert_eq!(Pence::parse_plain("1000000000000.00"), Ok(Pence::MOST));
    let too_large = DecimalError::TooLarge(1_000_000_000_000);
    for (text, error) in [
        ("1000000000000.01", too_large),
        ("99999999999999999999", too_large),
        ("1.000", DecimalError::TooManyDecimals(2)),
        ("-1.00", DecimalError::Negative),
        ("+1.00", DecimalError::NotPlain),
        ("1,500.00", DecimalError::NotPlain),
        ("£5", DecimalError::NotPlain),
        ("5.", DecimalError::NotPlain),
        (" 5", DecimalError::NotPlain),
        ("", DecimalError::Empty),
    ] {
        assert_eq!(Pence::parse_plain(text), Err(error), "{text:?}");
    }
}

#[test]
fn typed_money_forgives_what_people_write() {
    for text in ["£1,500", "1500", "1 500.00", " £ 1,500.0 ", "1\u{a0}500", "1,500."] {
        assert_eq!(Pence::parse_typed(text), Ok(Pence(150_000)), "{text:?}");
    }
    assert_eq!(Pence::parse_typed("1,234,567.89"), Ok(Pence(123_456_789)));
}

#[test]
fn typed_money_does_not_guess() {
    use TypedMoneyError::{CommaForPoint, Empty, Negative, NotFigures, TooLarge, TooManyDecimals};
    for (text, error) in [
        ("", Empty),
        (" £ ", Empty),
        ("-5", Negative),
        ("£-5", Negative),
        ("1.5k", NotFigures),
        ("five", NotFigures),
        (".50", NotFigures),
        ("1.2.3", NotFigures),
        ("1.500", TooManyDecimals),
        ("1.500,00", CommaForPoint),
        ("1.,5", CommaForPoint),
        ("1,50", CommaForPoint),
        (",500", CommaForPoint),
        ("1000000000001", TooLarge),
    ] {
        assert_eq!(Pence::parse_typed(text), Err(error), "{text:?}");
    }
    assert_eq!(Empty.to_string(), "Enter an amount in pounds, such as 1500 or 1500.50.");
}

#[test]
fn money_is_shown_with_separators_and_plain() {
    for (pence, shown, plain) in [
        (0, "£0.00", "0.00"),
        (5, "£0.05", "0.05"),
        (99_999, "£999.99", "999.99"),
        (100_000, "£1,000.00", "1000.00"),
        (1_450_000, "£14,500.00", "14500.00"),
        (100_000_500, "£1,000,005.00", "1000005.00"),
        (-25_000, "-£250.00", "-250.00"),
        (-5, "-£0.05", "-0.05"),
        (i64::MIN, "-£92,233,720,368,547,758.08", "-92233720368547758.08"),
    ] {
        assert_eq!(Pence(pence).to_string(), shown);
        assert_eq!(Pence(pence).plain(), plain);
    }
    assert_eq!(format!("{:>8}|", Pence(500)), "   £5.00|");
}

#[test]
fn money_in_words_reads_as_a_letter_would_say_it() {
    for (pence, words) in [
        (0, "zero pounds"),
        (1, "one penny"),
        (50, "fifty pence"),
        (100, "one pound"),
        (101, "one pound and one penny"),
        (2_100, "twenty-one pounds"),
        (1_450_000, "fourteen thousand five hundred pounds"),
        (1_450_050, "fourteen thousand five hundred pounds and fifty pence"),
        (10_500, "one hundred and five pounds"),
        (100_500, "one thousand and five pounds"),
        (110_000, "one thousand one hundred pounds"),
        (111_500, "one thousand one hundred and fifteen pounds"),
        (100_000_000, "one million pounds"),
        (100_000_100, "one million and one pounds"),
        (120_001_900, "one million two hundred thousand and nineteen pounds"),
        (100_000_000_000_000, "one trillion pounds"),
        (-25_000, "minus two hundred and fifty pounds"),
    ] {
        assert_eq!(Pence(pence).in_words(), words);
    }
    assert!(Pence(i64::MIN).in_words().starts_with("minus ninety-two quadrillion"));
}

#[test]
fn sums_are_checked() {
    assert_eq!(Pence(2).checked_add(Pence(3)), Some(Pence(5)));
    assert_eq!(Pence(2).checked_sub(Pence(3)), Some(Pence(-1)));
    assert_eq!(Pence(i64::MAX).checked_add(Pence(1)), None);
    assert_eq!(Pence(i64::MIN).checked_sub(Pence(1)), None);
    assert_eq!(Pence::checked_sum([Pence(1), Pence(2), Pence(3)]), Some(Pence(6)));
    assert_eq!(Pence::checked_sum([Pence(i64::MAX), Pence(1)]), None);
    assert_eq!(serde_json::to_string(&Pence(1_450_000)).unwrap(), "1450000");
}

proptest! {
    #[test]
    fn what_is_shown_reads_back(pence in 0..=100_000_000_000_000_i64) {
        let amount = Pence(pence);
        prop_assert_eq!(Pence::parse_plain(&amount.plain()), Ok(amount));
        prop_assert_eq!(Pence::parse_typed(&amount.to_string()), Ok(amount));
    }
}
