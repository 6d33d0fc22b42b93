//! Days and months as people type them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::base::time::{At, date_words};
use crate::error::Faults;
use crate::web::Fields;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Reads three boxes as a date; none filled is no date.
pub fn read_date(code: &str, fields: &Fields, faults: &mut Faults) -> Option<Date> {
    let part = |name: &str| fields.get(&format!("{code}_{name}")).trim().to_owned();
    let (day, month, year) = (part("day"), part("month"), part("year"));
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return None;
    }
    let date = (|| {
        Date::new(year.parse().ok()?, month_number(&month)?, day.parse().ok()?).ok().filter(|date| date.year() >= 1900)
    })();
    if date.is_none() {
        faults.add(format!("{code}-day"), "Enter a real date, such as 27 3 2027");
    }
    date
}

/// Reads a day and a London time; nothing typed is none.
pub fn read_moment(name: &str, fields: &Fields, faults: &mut Faults) -> Option<At> {
    let before = faults.list().len();
    let date = read_date(name, fields, faults);
    let time_field = format!("{name}_time");
    let typed = fields.get(&time_field).trim().to_owned();
    let time: Option<(i8, i8)> = typed.split_once([':', '.']).and_then(|(hour, minute)| {
        let minute = minute.trim().parse().ok().filter(|minute: &i8| (0..60).contains(minute));
        hour.trim().parse().ok().filter(|hour: &i8| (0..24).contains(hour)).zip(minute)
    });
    match (date, time) {
        (Some(date), Some((hour, minute))) => faults.take(&time_field, At::from_london(date, hour, minute)),
        (None, None) if typed.is_empty() => None,
        (Some(_), None) => {
            faults.add(time_field, "Enter a time of the 24-hour clock, such as 17:00");
            None
        }
        (None, _) => {
            if faults.list().len() == before {
                faults.add(format!("{name}-day"), "Enter a date, such as 8 12 2026");
            }
            None
        }
    }
}

/// `3`, `Mar` or `March`.
fn month_number(typed: &str) -> Option<i8> {
    if let Ok(number) = typed.parse() {
        return Some(number);
    }
    let start = typed.to_lowercase();
    let named = |month: &str| start.len() >= 3 && month.to_lowercase().starts_with(&start);
    MONTHS.iter().position(|month| named(month)).and_then(|place| i8::try_from(place + 1).ok())
}

/// By when something will be done: a month, a day, or what was typed while it is neither. Nothing typed is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Due {
    /// A month of a year.
    Month(i16, i8),
    /// A day.
    Day(Date),
    /// Neither; a fault.
    Typed(String),
}

impl Due {
    /// `April 2027` or `12 April 2027`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Month(year, month) => {
                let name = usize::try_from(*month - 1).ok().and_then(|place| MONTHS.get(place)).copied();
                format!("{} {year}", name.unwrap_or_default())
            }
            Self::Day(date) => date_words(*date),
            Self::Typed(text) => text.clone(),
        }
    }

    /// Whether it is a month or a day.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        !matches!(self, Self::Typed(_))
    }
}

impl Default for Due {
    fn default() -> Self {
        Self::Typed(String::new())
    }
}

impl From<String> for Due {
    /// Reads `April 2027`, `4/2027`, `2027-04`, `12 April 2027`, `12/4/2027` and `2027-04-12`.
    fn from(typed: String) -> Self {
        let parts: Vec<&str> = typed.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
        let year = |part: &str| part.parse::<i16>().ok().filter(|year| (2000..=2100).contains(year));
        let read = match *parts.as_slice() {
            [first, second] => {
                let (year, month) = year(first).map_or_else(|| (year(second), first), |year| (Some(year), second));
                let month = month_number(month).filter(|month| (1..=12).contains(month));
                year.zip(month).map(|(year, month)| Self::Month(year, month))
            }
            [first, second, third] => {
                let (year, day) = year(first).map_or_else(|| (year(third), first), |year| (Some(year), third));
                let date = || Date::new(year?, month_number(second)?, day.parse().ok()?).ok();
                date().map(Self::Day)
            }
            _ => None,
        };
        read.unwrap_or(Self::Typed(typed))
    }
}

impl From<Due> for String {
    fn from(due: Due) -> Self {
        match due {
            Due::Month(year, month) => format!("{year:04}-{month:02}"),
            Due::Day(date) => date.to_string(),
            Due::Typed(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_days_are_read_as_people_write_them() {
        for typed in ["April 2027", "apr 2027", "4 2027", "04/2027", "2027-04", " April, 2027 "] {
            assert_eq!(Due::from(typed.to_owned()), Due::Month(2027, 4), "{typed}");
        }
        for typed in ["12 April 2027", "12/4/2027", "2027-04-12", "12.04.2027"] {
            assert_eq!(Due::from(typed.to_owned()), Due::Day(jiff::civil::date(2027, 4, 12)), "{typed}");
        }
        for typed in ["", "spring", "April", "13 2027", "31 April 2027", "4 27", "maybe 2027", "1 2 3 2027"] {
            assert_eq!(Due::from(typed.to_owned()), Due::Typed(typed.to_owned()), "{typed}");
        }
    }

    proptest::proptest! {
        /// What is shown is read back as the same, and so is what is stored.
        #[test]
        fn words_and_stored_text_are_read_back(year in 2000_i16..=2100, month in 1_i8..=12, day in 1_i8..=28, whole in proptest::bool::ANY) {
            let due = if whole { Due::Month(year, month) } else { Due::Day(jiff::civil::date(year, month, day)) };
            proptest::prop_assert_eq!(Due::from(due.words()), due.clone());
            proptest::prop_assert_eq!(Due::from(String::from(due.clone())), due);
        }

        #[test]
        fn nothing_typed_is_lost(typed in ".{0,40}") {
            let due = Due::from(typed.clone());
            proptest::prop_assert!(due.is_known() || due == Due::Typed(typed));
        }
    }
}
