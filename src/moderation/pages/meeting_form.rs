//! The form of a meeting's record: when, where, under whose chair, and who was there.

use std::collections::BTreeMap;

use serde::Serialize;

use super::meetings::Typed;
use crate::base::ids::AccountId;
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::moderation::model::{Attendance, Meeting, MeetingRecord};
use crate::rounds::read_moment;
use crate::web::{Field, Fields, Item};

/// The fields.
#[derive(Debug, Serialize)]
pub(super) struct MeetingForm {
    version: i32,
    began_date: Field,
    began_time: Field,
    /// None before there is a meeting: it cannot have ended.
    ended_date: Option<Field>,
    ended_time: Option<Field>,
    place: Field,
    chair: Field,
    people: Vec<Field>,
}

/// The field of a person's attendance.
fn person_field(account: AccountId) -> String {
    format!("person-{}", account.row())
}

/// Whether the form has a field of this name.
pub(super) fn is_field(name: &str, people: &[(AccountId, String)]) -> bool {
    matches!(name, "version" | "place" | "chair")
        || ["began", "ended"].iter().any(|moment| {
            let part = name.strip_prefix(moment);
            matches!(part, Some("_date_day" | "_date_month" | "_date_year" | "_time"))
        })
        || people.iter().any(|(account, _)| person_field(*account) == name)
}

/// Reads the form. What stands in the error is a record without its times, when these cannot be read.
pub(super) fn read(
    fields: &Fields,
    people: &[(AccountId, String)],
    faults: &mut Faults,
) -> Result<Result<MeetingRecord, MeetingRecord>, Problem> {
    let began_at = read_moment("began", fields, faults);
    let has_ended = ["date_day", "date_month", "date_year", "time"]
        .iter()
        .any(|part| !fields.get(&format!("ended_{part}")).trim().is_empty());
    let ended_at = if has_ended { read_moment("ended", fields, faults) } else { None };
    let malformed = |what: &str| Problem::Malformed(format!("{what} is not a choice"));
    let chair = match fields.get("chair") {
        "" => AccountId::new(0),
        chair => AccountId::new(chair.parse().map_err(|_| malformed("chair"))?),
    };
    let mut attended = Vec::with_capacity(people.len());
    for (account, _) in people {
        let word = fields.get(&person_field(*account));
        let attendance = if word.is_empty() { Some(Attendance::Absent) } else { Attendance::from_word(word) };
        attended.push((*account, attendance.ok_or_else(|| malformed("attendance"))?));
    }
    let record = MeetingRecord {
        place: fields.get("place").to_owned(),
        chair,
        began_at: began_at.unwrap_or(At::from_micros(0)),
        ended_at,
        people: attended,
    };
    Ok(if began_at.is_some() { Ok(record) } else { Err(record) })
}

/// A moment as the form's fields hold it: day, month, year, time.
fn parts(at: Option<At>) -> [String; 4] {
    at.map_or_else(Default::default, |at| {
        let (date, (hour, minute)) = (at.london_date(), at.london_hour_minute());
        [date.day().to_string(), date.month().to_string(), date.year().to_string(), format!("{hour:02}:{minute:02}")]
    })
}

/// The two fields of a moment.
fn moment(name: &str, (date_label, time_label): (&str, &str), stored: Option<At>, typed: &Typed) -> (Field, Field) {
    let [day, month, year, time] = parts(stored);
    let value = |part: &str, stored: String| match &typed.fields {
        Some(fields) => fields.get(&format!("{name}_{part}")).to_owned(),
        None => stored,
    };
    let values = vec![value("date_day", day), value("date_month", month), value("date_year", year)];
    let mut date = Field::new(format!("{name}_date"), date_label).values(values);
    date.error = typed.faults.of(&format!("{name}_date-day")).map(ToOwned::to_owned);
    let time = Field::new(format!("{name}_time"), time_label)
        .hint("London time, 24-hour clock, such as 09:30")
        .value(value("time", time))
        .width("5")
        .faults(&typed.faults);
    (date, time)
}

/// The form for a new meeting, or for the record of one.
pub(super) fn form_of(
    stored: Option<(&Meeting, &BTreeMap<AccountId, Attendance>)>,
    people: &[(AccountId, String)],
    now: At,
    typed: &Typed,
) -> MeetingForm {
    let value = |name: &str, stored: String| match &typed.fields {
        Some(fields) => fields.get(name).to_owned(),
        None => stored,
    };
    let meeting = stored.map(|(meeting, _)| meeting);
    let began = Some(meeting.map_or(now, |meeting| meeting.began_at));
    let (began_date, began_time) =
        moment("began", ("On which day did it begin?", "At what time did it begin?"), began, typed);
    let ended = meeting.map(|meeting| {
        moment("ended", ("On which day did it end?", "At what time did it end?"), meeting.ended_at, typed)
    });
    let (ended_date, ended_time) = ended.unzip();
    let mut chairs = vec![Item::new("", "Choose a person")];
    chairs.extend(people.iter().map(|(account, text)| Item::new(account.row().to_string(), text)));
    let attendance: Vec<Item> = [Attendance::Absent, Attendance::Present, Attendance::Apologies]
        .map(|attendance| Item::new(attendance.word(), attendance.title()))
        .into();
    let people = people.iter().map(|(account, text)| {
        let field = person_field(*account);
        let stored = stored.and_then(|(_, attended)| attended.get(account)).copied().unwrap_or(Attendance::Absent);
        Field::new(&field, text).items(attendance.clone()).value(value(&field, stored.word().to_owned()))
    });
    MeetingForm {
        version: meeting.map_or(0, |meeting| meeting.version),
        began_date,
        began_time,
        ended_date: ended_date.map(|field| field.hint("Leave it empty while the meeting goes on")),
        ended_time,
        place: Field::new("place", "Where does the panel meet?")
            .hint("A room, or “by video call”")
            .value(value("place", meeting.map_or_else(String::new, |meeting| meeting.place.clone())))
            .faults(&typed.faults),
        chair: Field::new("chair", "Who chairs the meeting?")
            .hint("A person who scores none of the applications that they chair, and types nothing of what is agreed. They confirm it.")
            .items(chairs)
            .value(value("chair", meeting.map_or_else(String::new, |meeting| meeting.chair.row().to_string())))
            .faults(&typed.faults),
        people: people.collect(),
    }
}
