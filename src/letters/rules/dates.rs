//! Days, working days and bank holidays in England and Wales.

use jiff::Span;
use jiff::civil::{Date, Weekday};

/// So many days later.
#[must_use]
pub fn plus_days(day: Date, days: i32) -> Date {
    day.saturating_add(Span::new().days(days))
}

/// The end of the `count`th working day after `day`; the day itself does not count.
#[must_use]
pub fn plus_working_days(day: Date, count: u32) -> Date {
    let mut last = day;
    for _ in 0..count {
        last = plus_days(last, 1);
        while !is_working_day(last) && last < Date::MAX {
            last = plus_days(last, 1);
        }
    }
    last
}

/// The day half-way between two.
#[must_use]
pub fn middle(first: Date, last: Date) -> Date {
    plus_days(first, first.until(last).map_or(0, |span| span.get_days()) / 2)
}

/// Whether offices are open: no Saturday, Sunday or bank holiday of England and Wales. Holidays that are proclaimed
/// for one year only (a coronation) cannot be known beforehand; a deadline that counts one of them is a day early.
#[must_use]
pub fn is_working_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_bank_holiday(day)
}

fn is_bank_holiday(day: Date) -> bool {
    let monday = day.weekday() == Weekday::Monday;
    match (day.month(), day.day()) {
        (1, 1) | (12, 25 | 26) => true,
        // The Monday after a New Year's Day at the weekend.
        (1, 2 | 3) => monday,
        (5, date) => monday && (date <= 7 || date >= 25),
        (8, date) => monday && date >= 25,
        // Days in lieu of a Christmas or Boxing Day at the weekend.
        (12, 27) => matches!(day.weekday(), Weekday::Monday | Weekday::Tuesday),
        (12, 28) => matches!(day.weekday(), Weekday::Monday | Weekday::Tuesday),
        (3 | 4, _) => {
            easter(day.year()).is_some_and(|sunday| day == plus_days(sunday, -2) || day == plus_days(sunday, 1))
        }
        _ => false,
    }
}

/// Easter Sunday, by the Gregorian computus as Meeus gives it.
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// The government's own list, <https://www.gov.uk/bank-holidays>, and the weekends' substitutes of 2021 and 2022.
    #[test]
    fn bank_holidays_are_those_of_england_and_wales() {
        let holidays = [
            date(2025, 4, 18),
            date(2025, 4, 21),
            date(2025, 5, 5),
            date(2025, 5, 26),
            date(2025, 8, 25),
            date(2026, 1, 1),
            date(2026, 4, 3),
            date(2026, 4, 6),
            date(2026, 5, 4),
            date(2026, 5, 25),
            date(2026, 8, 31),
            date(2026, 12, 25),
            date(2026, 12, 28),
            date(2027, 1, 1),
            date(2027, 3, 26),
            date(2027, 3, 29),
            date(2027, 12, 27),
            date(2027, 12, 28),
            date(2022, 1, 3),
            date(2022, 12, 27),
            date(2021, 12, 28),
            date(2023, 1, 2),
        ];
        for day in holidays {
            assert!(!is_working_day(day), "{day}");
        }
        for day in [date(2026, 5, 11), date(2026, 12, 24), date(2026, 12, 29), date(2022, 12, 28), date(2025, 12, 29)] {
            assert!(is_working_day(day), "{day}");
        }
    }

    #[test]
    fn ten_working_days_skip_weekends_and_holidays() {
        assert_eq!(plus_working_days(date(2026, 11, 22), 10), date(2026, 12, 4));
        assert_eq!(plus_working_days(date(2026, 12, 18), 10), date(2027, 1, 6));
        assert_eq!(plus_working_days(date(2026, 11, 20), 0), date(2026, 11, 20));
    }

    #[test]
    fn the_middle_lies_between() {
        assert_eq!(middle(date(2027, 1, 4), date(2027, 12, 31)), date(2027, 7, 3));
        assert_eq!(middle(date(2027, 1, 4), date(2027, 1, 4)), date(2027, 1, 4));
    }
}
