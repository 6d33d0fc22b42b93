use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::base::ids::{AccountId, FundId, RoundId};
use crate::base::time::At;
use crate::rounds::model::RoundStage;

fn round() -> Round {
    let at = |month, day| At::from_london(date(2027, month, day), 12, 0).unwrap();
    Round {
        id: RoundId::new(1),
        fund: FundId::new(1),
        fund_code: "CSF".to_owned(),
        fund_name: "Fund".to_owned(),
        reference: "CSF-2027-R1".to_owned(),
        name: "Spring".to_owned(),
        stage: RoundStage::Draft,
        opens_at: at(3, 1),
        closes_at: at(3, 31),
        created_at: at(2, 1),
        created_by: AccountId::new(1),
        version: 1,
        test: false,
        grace_minutes: 0,
        sealed: false,
        unsealed_at: None,
    }
}

fn day((month, day): (i8, i8)) -> Day {
    Day(date(2027, month, day))
}

fn of(days: [Option<(i8, i8)>; 5]) -> Timetable {
    let mut told = days.into_iter().map(|told| told.map(day));
    Timetable::of_days(std::array::from_fn(|_| told.next().flatten()))
}

#[test]
fn days_in_their_order_are_right_and_each_other_one_is_named() {
    let right = of([Some((3, 20)), Some((3, 24)), Some((4, 20)), Some((4, 28)), Some((5, 5))]);
    assert!(timetable_faults(&round(), &right).is_empty());
    assert!(timetable_faults(&round(), &Timetable::default()).is_empty());
    let names = |timetable: &Timetable| -> Vec<&'static str> {
        timetable_faults(&round(), timetable).into_iter().map(|fault| fault.0).collect()
    };
    assert_eq!(names(&of([Some((2, 28)), None, None, None, None])), ["questions_by"]);
    assert_eq!(names(&of([None, Some((4, 1)), None, None, None])), ["answers_by"]);
    assert_eq!(names(&of([Some((3, 20)), Some((3, 19)), None, None, None])), ["answers_by"]);
    assert_eq!(names(&of([None, None, Some((3, 30)), None, None])), ["panel_on"]);
    assert_eq!(names(&of([None, None, Some((4, 20)), Some((4, 19)), Some((4, 18))])), ["decision_by", "letters_by"]);
    assert_eq!(names(&of([None, None, None, None, Some((3, 1))])), ["letters_by"]);
    let projects = |from, until| Timetable { projects_from: from, projects_until: until, ..Timetable::default() };
    assert!(names(&projects(Some(day((6, 1))), Some(day((12, 31))))).is_empty());
    assert!(names(&projects(None, Some(day((12, 31))))).is_empty());
    assert_eq!(names(&projects(Some(day((3, 30))), None)), ["projects_from"]);
    assert_eq!(names(&projects(Some(day((6, 1))), Some(day((6, 1))))), ["projects_until"]);
    assert_eq!(names(&projects(None, Some(day((3, 30))))), ["projects_until"]);
}

proptest! {
    /// Days that stand in their order within the round and after it have no fault, whichever of them are announced.
    #[test]
    fn what_is_in_order_has_no_fault(
        mut asked in prop::array::uniform2(0_i32..=30),
        mut after in prop::array::uniform3(0_i32..=120),
        told in prop::array::uniform5(any::<bool>()),
    ) {
        asked.sort_unstable();
        after.sort_unstable();
        let from = |month, days: i32| date(2027, month, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let days = [from(3, asked[0]), from(3, asked[1]), from(4, after[0]), from(4, after[1]), from(4, after[2])];
        let mut shown = days.into_iter().zip(told).map(|(day, told)| told.then_some(Day(day)));
        let timetable = Timetable::of_days(std::array::from_fn(|_| shown.next().flatten()));
        prop_assert_eq!(timetable_faults(&round(), &timetable), []);
    }
}
