//! What a meeting's record must hold, and who may chair a discussion.

use std::collections::BTreeSet;

use crate::base::ids::AccountId;
use crate::base::time::At;
use crate::error::Faults;
use crate::moderation::model::{Attendance, MeetingRecord};

/// Most characters of a place.
pub const PLACE_MOST: usize = 200;

/// What is wrong with the record of a meeting. `people` are those who may be at one: officers and panel members.
#[must_use]
pub fn record_faults(record: &MeetingRecord, people: &BTreeSet<AccountId>, now: At) -> Faults {
    let mut faults = Faults::default();
    if record.began_at > now.plus_days(1) {
        faults.add("began_date-day", "Record a meeting when it begins, not before its day");
    }
    if let Some(ended_at) = record.ended_at {
        if ended_at < record.began_at {
            faults.add("ended_date-day", "The meeting must end after it began");
        } else if ended_at > now.plus_seconds(60) {
            faults.add("ended_date-day", "The meeting cannot have ended yet");
        }
    }
    if record.place.is_empty() {
        faults.add("place", "Enter where the panel met, such as a room, or “by video call”");
    } else if record.place.chars().count() > PLACE_MOST {
        faults.add("place", "The place must be 200 characters or fewer");
    }
    if !people.contains(&record.chair) {
        faults.add("chair", "Choose who chaired the meeting");
    } else if !is_present(&record.people, record.chair) {
        faults.add("chair", "The chair must be among those who were present");
    }
    faults
}

fn is_present(people: &[(AccountId, Attendance)], account: AccountId) -> bool {
    people.iter().any(|(person, attendance)| *person == account && *attendance == Attendance::Present)
}

/// Why somebody cannot chair the discussion of an application, in words that follow their name; none when they can.
///
/// Whoever chairs it confirms what was agreed, so it is nobody who scored the application or typed what was agreed.
#[must_use]
pub const fn may_chair(present: bool, conflicted: bool, scored: bool, typed: bool) -> Option<&'static str> {
    if !present {
        Some("is not recorded as present")
    } else if conflicted {
        Some("has a conflict of interest in this application")
    } else if scored {
        Some("scored this application")
    } else if typed {
        Some("typed what was agreed on this application")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(place: &str, chair: i32, present: &[i32], hours: Option<i64>) -> MeetingRecord {
        let began_at = At::from_micros(0);
        MeetingRecord {
            place: place.to_owned(),
            chair: AccountId::new(chair),
            began_at,
            ended_at: hours.map(|hours| began_at.plus_seconds(hours * 3_600)),
            people: present.iter().map(|person| (AccountId::new(*person), Attendance::Present)).collect(),
        }
    }

    fn fields(record: &MeetingRecord, now: At) -> Vec<String> {
        let people = [1, 2, 3].map(AccountId::new).into();
        record_faults(record, &people, now).list().iter().map(|fault| fault.field.clone()).collect()
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let now = At::from_micros(0).plus_seconds(7_200);
        assert_eq!(fields(&record("Room 4", 1, &[1, 2], Some(2)), now), Vec::<String>::new());
        assert_eq!(fields(&record("", 9, &[1], Some(-1)), now), ["ended_date-day", "place", "chair"]);
        assert_eq!(fields(&record("Room 4", 1, &[2], Some(3)), now), ["ended_date-day", "chair"]);
        assert_eq!(fields(&record("Room 4", 1, &[1], None), now.plus_days(-3)), ["began_date-day"]);
    }

    #[test]
    fn who_scored_or_typed_or_is_not_there_cannot_chair() {
        assert_eq!(may_chair(true, false, false, false), None);
        for (present, conflicted, scored, typed) in [
            (false, false, false, false),
            (true, true, false, false),
            (true, false, true, false),
            (true, false, false, true),
        ] {
            assert!(may_chair(present, conflicted, scored, typed).is_some());
        }
    }
}
