//! Time: instants in UTC, cut to microseconds, shown and entered as London time.
//!
//! Nothing else may ask for the time (rule D3): clippy refuses every other `now`. A local time that the
//! clocks skip or repeat is refused at entry, never resolved silently.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDateTime};
use diesel::backend::Backend;
use diesel::deserialize::{FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{Output, ToSql};
use diesel::sql_types::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;

/// An instant in UTC, to the microsecond: what both databases can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub struct At(NaiveDateTime);

impl<DB> ToSql<Timestamp, DB> for At
where
    DB: Backend,
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> diesel::serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB> FromSql<Timestamp, DB> for At
where
    DB: Backend,
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        Ok(Self(NaiveDateTime::from_sql(bytes)?))
    }
}

impl At {
    /// The instant `micros` microseconds after 1970 began; out of range gives 1970.
    #[must_use]
    pub fn from_micros(micros: i64) -> Self {
        Self(DateTime::from_timestamp_micros(micros).unwrap_or_default().naive_utc())
    }

    /// Microseconds since 1970 began.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0.and_utc().timestamp_micros()
    }

    /// Reads a column's text (`2026-11-22 10:00:00.5`), as either database prints it.
    #[must_use]
    pub fn from_column_text(text: &str) -> Option<Self> {
        NaiveDateTime::parse_from_str(text, "%F %T%.f").ok().map(Self)
    }

    /// This instant and `seconds` more.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_micros(self.micros().saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// This instant and `days` times 24 hours more.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    /// Whole seconds from `earlier` until this instant; negative when it is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.micros() - earlier.micros()) / 1_000_000
    }

    fn zoned(self) -> jiff::Zoned {
        jiff::Timestamp::from_microsecond(self.micros()).unwrap_or_default().to_zoned(london())
    }

    /// Reads London wall-clock time, as an officer types it.
    ///
    /// # Errors
    /// When the date or time does not exist, or is skipped or repeated as the clocks change.
    pub fn from_london(date: civil::Date, hour: i8, minute: i8) -> Result<Self, LondonTimeError> {
        let local = date.to_datetime(civil::Time::new(hour, minute, 0, 0).map_err(|_| LondonTimeError::NoSuchTime)?);
        let zoned = london().to_ambiguous_zoned(local).unambiguous().map_err(|_| LondonTimeError::ClocksChange)?;
        Ok(Self::from_micros(zoned.timestamp().as_microsecond()))
    }

    /// The date in London.
    #[must_use]
    pub fn london_date(self) -> civil::Date {
        self.zoned().date()
    }

    /// The hour and minute in London.
    #[must_use]
    pub fn london_hour_minute(self) -> (i8, i8) {
        let time = self.zoned().time();
        (time.hour(), time.minute())
    }

    /// `22 November 2026`.
    #[must_use]
    pub fn date_words(self) -> String {
        date_words(self.london_date())
    }

    /// `7:42pm`; twelve o'clock is `12 noon` or `12:00am`. Never `midnight`, which can be read as either day: a closing time is
    /// refused there (see [`Self::is_london_midnight`]).
    #[must_use]
    pub fn time_words(self) -> String {
        let (hour, minute) = self.london_hour_minute();
        let half = if hour < 12 { "am" } else { "pm" };
        let twelve = match hour % 12 {
            0 => 12,
            other => other,
        };
        match (hour, minute) {
            (0, 0) => "12:00am".to_owned(),
            (12, 0) => "12 noon".to_owned(),
            (_, 0) => format!("{twelve}{half}"),
            _ => format!("{twelve}:{minute:02}{half}"),
        }
    }

    /// `Friday 4 December 2026 at 5pm`.
    #[must_use]
    pub fn moment_words(self) -> String {
        let zoned = self.zoned();
        format!("{} at {}", zoned.strftime("%A %-d %B %Y"), self.time_words())
    }

    /// Reads what [`Self::rfc3339`] wrote.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|stamp| Self::from_micros(stamp.as_microsecond()))
    }

    /// Whether London's clocks show the first minute of a day.
    #[must_use]
    pub fn is_london_midnight(self) -> bool {
        self.london_hour_minute() == (0, 0)
    }

    /// Days from this date to a later one by London's calendar, however many hours they have as the clocks change.
    #[must_use]
    pub fn london_days_until(self, later: Self) -> i32 {
        self.london_date().until(later.london_date()).map_or(0, |span| span.get_days())
    }

    /// How long until this moment, seen at `now`: `today at 5pm`, `tomorrow at 5pm`, `in 3 days`; none when it is past.
    #[must_use]
    pub fn countdown(self, now: Self) -> Option<String> {
        if now >= self {
            return None;
        }
        Some(match now.london_days_until(self) {
            0 => format!("today at {}", self.time_words()),
            1 => format!("tomorrow at {}", self.time_words()),
            days => format!("in {days} days"),
        })
    }

    /// How long after `due` this moment is: `2 hours 5 minutes`, `3 minutes 4 seconds`, `less than a second`.
    #[must_use]
    pub fn late_words(self, due: Self) -> String {
        let seconds = self.seconds_since(due).max(0);
        let parts = [
            (seconds / 86_400, "day"),
            (seconds / 3_600 % 24, "hour"),
            (seconds / 60 % 60, "minute"),
            (seconds % 60, "second"),
        ];
        let words: Vec<String> = parts
            .iter()
            .skip_while(|(count, _)| *count == 0)
            .take(2)
            .filter(|(count, _)| *count > 0)
            .map(|(count, unit)| format!("{count} {unit}{}", if *count == 1 { "" } else { "s" }))
            .collect();
        if words.is_empty() { "less than a second".to_owned() } else { words.join(" ") }
    }

    /// RFC 3339 in UTC, for machines: `2026-11-22T19:42:07.123456Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.0.and_utc().to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.moment_words())
    }
}

impl serde::Serialize for At {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

/// Why a London time was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LondonTimeError {
    /// No such hour or minute.
    #[error("Enter a time between 00:00 and 23:59")]
    NoSuchTime,
    /// The clocks skip or repeat it.
    #[error("The clocks change at that time, so it does not happen once. Choose another time")]
    ClocksChange,
}

/// `22 November 2026`.
#[must_use]
pub fn date_words(date: civil::Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

fn london() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}

/// Where the time comes from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> At + Send + Sync>);

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now().rfc3339())
    }
}

/// Moves an adjustable clock.
#[derive(Debug, Clone)]
pub struct ClockHand(Arc<AtomicI64>);

impl ClockHand {
    /// Sets the clock.
    pub fn set(&self, at: At) {
        self.0.store(at.micros(), Ordering::SeqCst);
    }
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(system_now))
    }

    /// A clock that stands still until its hand is moved: for tests and for seeding the past.
    #[must_use]
    pub fn adjustable(start: At) -> (Self, ClockHand) {
        let hand = ClockHand(Arc::new(AtomicI64::new(start.micros())));
        let read = hand.clone();
        (Self(Arc::new(move || At::from_micros(read.0.load(Ordering::SeqCst)))), hand)
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> At {
        (self.0)()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time (D3)")]
fn system_now() -> At {
    At::from_micros(jiff::Timestamp::now().as_microsecond())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_time_that_the_clocks_skip_or_repeat_is_refused() {
        assert_eq!(At::from_london(date(2026, 3, 29), 1, 30), Err(LondonTimeError::ClocksChange));
        assert_eq!(At::from_london(date(2026, 10, 25), 1, 30), Err(LondonTimeError::ClocksChange));
        assert_eq!(At::from_london(date(2026, 10, 25), 24, 0), Err(LondonTimeError::NoSuchTime));
    }

    #[test]
    fn london_words_follow_summer_time() {
        let winter = At::from_london(date(2026, 12, 4), 17, 0).unwrap();
        assert_eq!(winter.moment_words(), "Friday 4 December 2026 at 5pm");
        assert_eq!(winter.rfc3339(), "2026-12-04T17:00:00.000000Z");
        let summer = At::from_london(date(2026, 7, 3), 12, 0).unwrap();
        assert_eq!(summer.moment_words(), "Friday 3 July 2026 at 12 noon");
        assert_eq!(summer.rfc3339(), "2026-07-03T11:00:00.000000Z");
    }

    #[test]
    fn nothing_says_midnight() {
        let first = At::from_london(date(2026, 12, 4), 0, 0).unwrap();
        assert!(first.is_london_midnight());
        assert_eq!(first.time_words(), "12:00am");
        assert_eq!(At::from_london(date(2026, 12, 4), 23, 59).unwrap().time_words(), "11:59pm");
    }

    /// Days are counted by the calendar: the days of 23 and of 25 hours are days.
    #[test]
    fn the_countdown_is_right_as_clocks_change() {
        let at = |month, day, hour, minute| At::from_london(date(2026, month, day), hour, minute).unwrap();
        for (month, sunday) in [(3, 29), (10, 25)] {
            let closes = at(month, sunday + 1, 0, 30);
            assert_eq!(closes.countdown(at(month, sunday - 2, 23, 59)).unwrap(), "in 3 days");
            assert_eq!(closes.countdown(at(month, sunday - 1, 0, 0)).unwrap(), "in 2 days");
            assert_eq!(closes.countdown(at(month, sunday, 0, 0)).unwrap(), "tomorrow at 12:30am");
            assert_eq!(closes.countdown(at(month, sunday, 23, 59)).unwrap(), "tomorrow at 12:30am");
            assert_eq!(closes.countdown(at(month, sunday + 1, 0, 0)).unwrap(), "today at 12:30am");
            assert_eq!(closes.countdown(closes), None);
        }
    }

    #[test]
    fn lateness_is_said_in_two_parts() {
        let due = At::from_london(date(2026, 12, 4), 17, 0).unwrap();
        let late = |micros| At::from_micros(due.micros() + micros).late_words(due);
        assert_eq!(late(1), "less than a second");
        assert_eq!(late(1_000_000), "1 second");
        assert_eq!(late(184_000_000), "3 minutes 4 seconds");
        assert_eq!(late(7_500_000_000), "2 hours 5 minutes");
        assert_eq!(late(86_400_000_000 + 61_000_000), "1 day");
    }

    proptest::proptest! {
        #[test]
        fn every_minute_round_trips_or_is_refused(day in 0..3650_i64, minute in 0..1440_i16) {
            let start = date(2026, 1, 1);
            let on = start.checked_add(jiff::Span::new().days(day)).unwrap();
            let (hour, minute) = (i8::try_from(minute / 60).unwrap(), i8::try_from(minute % 60).unwrap());
            if let Ok(at) = At::from_london(on, hour, minute) {
                proptest::prop_assert_eq!(at.london_date(), on);
                proptest::prop_assert_eq!(at.london_hour_minute(), (hour, minute));
            }
        }
    }
}
