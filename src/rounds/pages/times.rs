//! The controls of opening and closing, in London time.

use jiff::civil::Date;
use serde::Serialize;

use crate::base::time::At;
use crate::error::Faults;
use crate::web::{Field, Fields};

/// The four controls of opening and closing.
#[derive(Serialize)]
pub(super) struct Times {
    opens_date: Field,
    opens_time: Field,
    closes_date: Field,
    closes_time: Field,
}

pub(super) fn times(typed: &Fields, faults: &Faults) -> Times {
    let date = |name: &str, label: &str| {
        let values = ["day", "month", "year"].iter().map(|part| typed.get(&format!("{name}_{part}")).to_owned());
        let mut field = Field::new(name, label).values(values.collect());
        field.error = faults.of(&format!("{name}-day")).map(ToOwned::to_owned);
        field
    };
    let time = |name: &str, label: &str, usual: &str| {
        let value = if typed.has(name) { typed.get(name) } else { usual };
        Field::new(name, label).hint("London time, such as 17:00").value(value).width("5").faults(faults)
    };
    Times {
        opens_date: date("opens_date", "Opens on"),
        opens_time: time("opens_time", "Opening time", "09:00"),
        closes_date: date("closes_date", "Closes on"),
        closes_time: time("closes_time", "Closing time", "17:00"),
    }
}

/// Whether it is a part of [`Times`].
pub(super) fn is_time(name: &str) -> bool {
    let part = name.strip_prefix("opens_").or_else(|| name.strip_prefix("closes_"));
    matches!(part, Some("date_day" | "date_month" | "date_year" | "time"))
}

/// Reads a London date and time of the form, from `NAME_date_day` and so on and `NAME_time`. A closing time is no midnight, which can be read as either day.
pub fn read_moment(name: &str, typed: &Fields, faults: &mut Faults) -> Option<At> {
    let part = |part: &str| typed.get(&format!("{name}_date_{part}")).trim().parse::<i32>().ok();
    let date = (|| {
        let year = i16::try_from(part("year")?).ok()?;
        Date::new(year, i8::try_from(part("month")?).ok()?, i8::try_from(part("day")?).ok()?).ok()
    })()
    .filter(|date: &Date| date.year() >= 2020);
    let Some(date) = date else {
        faults.add(format!("{name}_date-day"), "Enter a real date, such as 27 3 2027");
        return None;
    };
    let time = typed.get(&format!("{name}_time")).trim().replace('.', ":");
    let clock = time.split_once(':').and_then(|(hour, minute)| Some((hour.parse().ok()?, minute.parse().ok()?)));
    let Some((hour, minute)) = clock else {
        faults.add(format!("{name}_time"), "Enter a time on the 24-hour clock, such as 17:00");
        return None;
    };
    if name == "closes" && (hour, minute) == (0, 0) {
        faults.add(
            format!("{name}_time"),
            "Midnight can be read as either day. Enter 23:59, or another time of the day you mean",
        );
        return None;
    }
    faults.take(&format!("{name}_time"), At::from_london(date, hour, minute))
}

/// Reads a day of the form; three empty boxes are none.
pub fn read_day(name: &str, typed: &Fields, faults: &mut Faults) -> Option<Date> {
    let part = |part: &str| typed.get(&format!("{name}_{part}")).trim().to_owned();
    let (day, month, year) = (part("day"), part("month"), part("year"));
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return None;
    }
    let date = (|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok())();
    let date = date.filter(|date| date.year() >= 2020);
    faults.take(&format!("{name}-day"), date.ok_or("Enter a real date, such as 27 3 2027"))
}
