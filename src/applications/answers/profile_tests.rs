use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::rounds::{QuestionKind, RoundDefinition};

fn question() -> Question {
    let question = RoundDefinition::default_round().unwrap().questions().next().unwrap().clone();
    Question { code: "WHEN".to_owned(), kind: QuestionKind::Profile, ..question }
}

fn typed(boxes: &[(usize, &str)]) -> Fields {
    Fields::from(
        boxes.iter().map(|(place, text)| (format!("WHEN-{}", box_of(*place)), (*text).to_owned())).collect::<Vec<_>>(),
    )
}

fn read_all(fields: &Fields) -> (Option<Vec<Pence>>, Faults) {
    let mut faults = Faults::default();
    (read(&question(), fields, &mut faults), faults)
}

fn faults_of(amounts: &[Pence], ask: Option<Pence>, dates: (Option<Date>, Option<Date>)) -> Vec<(String, String)> {
    let mut found = Faults::default();
    faults(&question(), amounts, ask, dates, &mut found);
    found.list().iter().map(|fault| (fault.field.clone(), fault.message.clone())).collect()
}

#[test]
fn a_quarter_with_nothing_keeps_its_place() {
    let (amounts, found) = read_all(&typed(&[(0, "1,000"), (2, "£2.05"), (3, " "), (5, "0")]));
    assert!(found.is_empty());
    let amounts = amounts.unwrap();
    assert_eq!(amounts, [Pence::new(100_000), Pence::ZERO, Pence::new(205)]);
    assert!(
        plain(&amounts).contains("Quarter 3 (months 7 to 9): £2.05") && plain(&amounts).contains("In all: £1,002.05")
    );
    let (amounts, found) = read_all(&typed(&[(1, "soon"), (2, "1.234")]));
    assert!(amounts.is_none());
    assert_eq!(found.list().iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["WHEN-q2", "WHEN-q3"]);
}

#[test]
fn a_penny_is_missed_and_so_is_money_after_the_end() {
    let amounts = [Pence::new(200_000), Pence::new(250_001)];
    let found = faults_of(&amounts, Some(Pence::new(450_000)), (None, None));
    assert_eq!(found.len(), 1);
    assert!(found[0].1.contains("£4,500.01, but you ask for £4,500.00: £0.01 too much"), "{found:?}");
    let found = faults_of(&amounts, Some(Pence::new(450_002)), (None, None));
    assert!(found[0].1.contains("£0.01 too little"), "{found:?}");
    // Three months to the day: the second quarter begins on the last day.
    let dates = (Some(date(2027, 2, 1)), Some(date(2027, 5, 1)));
    assert!(faults_of(&amounts, Some(Pence::new(450_001)), dates).is_empty());
    let dates = (Some(date(2027, 2, 1)), Some(date(2027, 4, 30)));
    let found = faults_of(&amounts, Some(Pence::new(450_001)), dates);
    assert_eq!(found, [("WHEN-q2".to_owned(), "Quarter 2: the project has ended by then".to_owned())]);
}

#[test]
fn a_page_has_a_box_for_every_quarter_that_a_project_may_reach() {
    let of = |max_months| quarters(&Limits { min_ask: Pence::ZERO, max_ask: Pence::ZERO, max_months });
    assert_eq!([0, 1, 3, 4, 12, 120, 1000].map(of), [1, 1, 1, 2, 4, 40, 40]);
}

proptest! {
    /// Amounts come back as they were typed, and they have no fault exactly when they add up to the ask.
    #[test]
    fn quarters_are_read_as_typed_and_judged_to_the_penny(
        amounts in prop::collection::vec(0_i64..=10_000_000, 0..12),
        off in -3_i64..=3,
    ) {
        let boxes: Vec<(usize, String)> =
            amounts.iter().enumerate().map(|(place, pence)| (place, Pence::new(*pence).plain())).collect();
        let boxes: Vec<(usize, &str)> = boxes.iter().map(|(place, text)| (*place, text.as_str())).collect();
        let (read, found) = read_all(&typed(&boxes));
        prop_assert!(found.is_empty());
        let read = read.unwrap();
        let sum: i64 = amounts.iter().sum();
        prop_assert_eq!(total(&read), Some(Pence::new(sum)));
        prop_assert!(read.last().is_none_or(|last| *last != Pence::ZERO));
        for (place, amount) in read.iter().enumerate() {
            prop_assert_eq!(amount.get(), amounts[place]);
        }
        let found = faults_of(&read, Some(Pence::new(sum + off)), (None, None));
        prop_assert_eq!(found.is_empty(), off == 0);
    }
}
