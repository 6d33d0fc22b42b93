//! R6: entry, words and days around every change of the clocks.

use jiff::civil::{Date, date};
use jiff::{Span, Timestamp, tz::TimeZone};

use super::*;

/// Every Sunday on which London's clocks change, 2026 to 2035, found by the rule of law and not by the time zone's tables: the
/// last Sundays of March and October.
fn changes() -> Vec<Date> {
    (2026..=2035)
        .flat_map(|year| [3, 10].map(|month| (year, month)))
        .map(|(year, month)| {
            let last = date(year, month, 31);
            last.checked_sub(Span::new().days(i64::from(last.weekday().to_sunday_zero_offset()))).unwrap()
        })
        .collect()
}

fn typed(on: Date, time: &str) -> Fields {
    let put = |name: &str, value: String| (format!("closes_{name}"), value);
    Fields::from(vec![
        put("date_day", on.day().to_string()),
        put("date_month", on.month().to_string()),
        put("date_year", on.year().to_string()),
        put("time", time.to_owned()),
    ])
}

fn entered(on: Date, time: &str) -> Result<At, Faults> {
    let mut faults = Faults::default();
    read_moment("closes", &typed(on, time), &mut faults).ok_or(faults)
}

/// What a moment's words say, read back without the functions that wrote them.
fn read_words(words: &str) -> (Date, String) {
    let (day, time) = words.split_once(" at ").unwrap();
    let parsed = jiff::fmt::strtime::parse("%A %d %B %Y", day).unwrap();
    (parsed.to_date().unwrap(), time.to_owned())
}

/// Every minute within three hours of every change: either it exists once and comes back exactly, as it was typed, from the form's
/// parser, the column's text, the machine's text and the words of pages and mails; or it is refused in plain words.
#[test]
fn every_minute_around_every_change_comes_back_or_is_refused() {
    let london = TimeZone::get("Europe/London").unwrap();
    let (mut taken, mut refused) = (0, 0);
    for sunday in changes() {
        // One o'clock UTC is the moment of either change.
        let change = sunday.at(1, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
        let minutes: Vec<Timestamp> =
            (-180..=180).map(|minute| change.checked_add(Span::new().minutes(minute)).unwrap()).collect();
        let walls: std::collections::BTreeSet<_> =
            minutes.iter().map(|minute| minute.to_zoned(london.clone()).datetime()).collect();
        for wall in walls {
            let hits: Vec<&Timestamp> =
                minutes.iter().filter(|minute| minute.to_zoned(london.clone()).datetime() == wall).collect();
            let time = format!("{:02}:{:02}", wall.hour(), wall.minute());
            match (entered(wall.date(), &time), hits.as_slice()) {
                (Ok(at), [only]) => {
                    assert_eq!(at.micros(), only.as_microsecond(), "{wall}");
                    let column = only.to_zoned(TimeZone::UTC).strftime("%F %T").to_string();
                    assert_eq!(At::from_column_text(&column), Some(at), "{wall}");
                    assert_eq!(At::from_rfc3339(&at.rfc3339()), Some(at), "{wall}");
                    let (day, clock) = read_words(&at.moment_words());
                    assert_eq!(day, wall.date(), "{wall}");
                    let hour = if wall.hour() % 12 == 0 { 12 } else { wall.hour() % 12 };
                    let said =
                        if wall.minute() == 0 { format!("{hour}am") } else { format!("{hour}:{:02}am", wall.minute()) };
                    let half = if wall.hour() < 12 { said.clone() } else { said.replace("am", "pm") };
                    assert_eq!(clock, half, "{wall}");
                    taken += 1;
                }
                (Err(faults), hits) => {
                    let midnight = (wall.hour(), wall.minute()) == (0, 0);
                    assert!(hits.len() == 2 || midnight, "{wall} was refused: {faults:?}");
                    refused += 1;
                }
                (Ok(at), _) => panic!("{wall} happens twice and was read as {at}"),
            }
        }
    }
    // Ten years: in March 361 wall-clock minutes that exist once, in October 241, and 60 that exist twice; midnight is among each.
    assert_eq!((taken, refused), (10 * (360 + 240), 10 * (1 + 61)));
}

#[test]
fn a_time_that_does_not_happen_once_is_refused_in_plain_words() {
    for sunday in [date(2026, 3, 29), date(2026, 10, 25)] {
        let faults = entered(sunday, "01:30").unwrap_err();
        let text = faults.of("closes_time").unwrap().to_owned();
        assert!(text.contains("The clocks change at that time") && text.contains("Choose another time"), "{text}");
    }
    for sunday in changes() {
        for minute in 0..60 {
            assert!(entered(sunday, &format!("01:{minute:02}")).is_err(), "{sunday} 01:{minute:02}");
        }
        assert!(entered(sunday, "02:00").is_ok() && entered(sunday, "00:59").is_ok(), "{sunday}");
    }
}

/// Midnight can be read as either day, so nothing closes then.
#[test]
fn nothing_closes_at_midnight() {
    for time in ["00:00", "0:00", "24:00"] {
        assert!(entered(date(2026, 12, 4), time).is_err(), "{time}");
    }
    let faults = entered(date(2026, 12, 4), "00:00").unwrap_err();
    assert!(faults.of("closes_time").unwrap().contains("23:59"), "{faults:?}");
    assert_eq!(entered(date(2026, 12, 4), "23:59").unwrap().time_words(), "11:59pm");
    assert_eq!(entered(date(2026, 12, 4), "12.00").unwrap().time_words(), "12 noon");
    let mut faults = Faults::default();
    let opens = Fields::from(vec![
        ("opens_date_day".to_owned(), "4".to_owned()),
        ("opens_date_month".to_owned(), "12".to_owned()),
        ("opens_date_year".to_owned(), "2026".to_owned()),
        ("opens_time".to_owned(), "00:00".to_owned()),
    ]);
    assert!(read_moment("opens", &opens, &mut faults).is_some(), "a round may open then: {faults:?}");
}

/// The days of a countdown around every change, against the calendar.
#[test]
fn the_countdown_counts_calendar_days_around_every_change() {
    for sunday in changes() {
        let closes = entered(sunday.checked_add(Span::new().days(1)).unwrap(), "17:00").unwrap();
        for before in 2..6 {
            let day = sunday.checked_add(Span::new().days(1 - before)).unwrap();
            for time in ["02:30", "17:00", "23:59"] {
                assert_eq!(
                    closes.countdown(entered(day, time).unwrap()),
                    Some(format!("in {before} days")),
                    "{day} {time}"
                );
            }
        }
    }
}
