use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::press::data::Condition;
use crate::press::values::LetterDate;

fn grant() -> Grant {
    Grant {
        award: "CSF-2026-K7PM-AWD".to_owned(),
        offered_on: date(2026, 11, 1),
        decided: Pence::new(500_000),
        total: Pence::new(500_000),
        starts: date(2027, 1, 4),
        ends: date(2027, 12, 31),
        purpose: "Evening sessions.".to_owned(),
        conditions: vec![Condition {
            text: "Send us your policy.".to_owned(),
            due: Some(LetterDate::new(date(2027, 1, 31))),
        }],
        changed_by: Vec::new(),
        ended_by: None,
    }
}

const TODAY: Date = date(2026, 11, 22);

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let mut all = Vec::new();
    for (name, value) in pairs {
        match value.split('-').collect::<Vec<_>>().as_slice() {
            [year, month, day] if year.len() == 4 => {
                for (part, value) in [("day", day), ("month", month), ("year", year)] {
                    all.push((format!("{name}_{part}"), (*value).to_owned()));
                }
            }
            _ => all.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    Fields::from(all)
}

fn faults(kind: LetterKind, pairs: &[(&str, &str)]) -> Vec<String> {
    match read_single(kind, &fields(pairs), &grant(), TODAY) {
        Ok(_) => Vec::new(),
        Err(Problem::Invalid(faults)) => faults.list().iter().map(|fault| fault.field.clone()).collect(),
        Err(other) => panic!("{other}"),
    }
}

const CHANGE: [(&str, &str); 8] = [
    ("reason", "The hall is closed."),
    ("effective", "2027-01-04"),
    ("amount", "4,000"),
    ("paid", "1000"),
    ("payment1_date", "2027-06-01"),
    ("payment1_amount", "3000"),
    ("payment1_trigger", "Interim report accepted"),
    ("confirm_by", "2026-12-06"),
];

#[test]
fn an_empty_form_has_every_fault_in_the_order_of_the_page() {
    let needed = |kind| {
        let needed = asked(kind).iter().filter(|asked| !asked.missing.is_empty());
        needed.map(|asked| if asked.sort == Sort::Day { format!("{}-day", asked.name) } else { asked.name.to_owned() })
    };
    for kind in [LetterKind::ConditionReminder, LetterKind::Withdrawal, LetterKind::Termination] {
        assert_eq!(faults(kind, &[]), needed(kind).collect::<Vec<_>>(), "{kind}");
    }
    assert_eq!(faults(LetterKind::Variation, &[]), ["reason", "effective-day", "amount", "paid", "confirm_by-day"]);
}

#[test]
fn a_change_must_change_something_and_add_up() {
    assert_eq!(faults(LetterKind::Variation, &CHANGE), Vec::<String>::new());
    let with = |name: &'static str, value: &'static str| {
        let mut pairs: Vec<(&str, &str)> = CHANGE.iter().copied().filter(|(other, _)| *other != name).collect();
        pairs.push((name, value));
        faults(LetterKind::Variation, &pairs)
    };
    assert_eq!(with("amount", "5000"), ["amount"], "the same as before");
    assert_eq!(with("amount", "0"), ["amount"]);
    assert_eq!(with("paid", "999.99"), ["paid"]);
    assert_eq!(with("payment1_trigger", ""), ["payment1_trigger"]);
    assert_eq!(with("ends", "2026-12-01"), ["ends-day"]);
    assert_eq!(with("confirm_by", "2026-11-22"), ["confirm_by-day"]);
}

#[test]
fn an_offer_that_was_accepted_is_not_taken_back() {
    let typed = [("ground", "not_accepted"), ("sentence", "Nobody answered."), ("withdrawn_on", "2026-11-23")];
    assert_eq!(faults(LetterKind::Withdrawal, &typed), ["not_accepted"]);
    let running = [("ground", "breach"), typed[1], typed[2], ("not_accepted", "yes")];
    assert_eq!(faults(LetterKind::Withdrawal, &running), ["ground"], "a ground to end a grant");
}

proptest! {
    /// Whatever is typed: an answer, or faults that each belong to a question of the page.
    #[test]
    fn every_fault_belongs_to_a_question(values in proptest::collection::vec(("[a-z0-9_]{1,16}", ".{0,20}"), 0..12)) {
        for kind in crate::letters::model::SINGLE_KINDS {
            let mut all: Vec<(String, String)> = values.clone();
            all.extend(asked(kind).iter().zip(&values).map(|(asked, (_, value))| (asked.name.to_owned(), value.clone())));
            if let Err(Problem::Invalid(faults)) = read_single(kind, &Fields::from(all), &grant(), TODAY) {
                for fault in faults.list() {
                    let name = fault.field.strip_suffix("-day").unwrap_or(&fault.field);
                    prop_assert!(asked(kind).iter().any(|asked| asked.name == name), "{}", fault.field);
                    prop_assert!(!fault.message.is_empty());
                }
            }
        }
    }
}
