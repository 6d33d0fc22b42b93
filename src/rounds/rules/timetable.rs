//! Whether the days that are announced can be kept: each comes after what it waits for.

use crate::rounds::model::{Day, Round, Timetable};

/// What is wrong with the days of a round, each with the name of its control.
#[must_use]
pub fn timetable_faults(round: &Round, timetable: &Timetable) -> Vec<(&'static str, String)> {
    let (opens, closes) = (Day(round.opens_at.london_date()), Day(round.closes_at.london_date()));
    let mut faults = Vec::new();
    for (name, day) in [("questions_by", timetable.questions_by), ("answers_by", timetable.answers_by)] {
        match day {
            Some(day) if day < opens => faults.push((name, format!("The round opens on {opens}. Choose a later day"))),
            Some(day) if day > closes => {
                faults.push((name, format!("The round closes on {closes}. Choose an earlier day")));
            }
            _ => {}
        }
    }
    if let (Some(asked), Some(answered)) = (timetable.questions_by, timetable.answers_by)
        && answered < asked
    {
        faults.push(("answers_by", format!("Questions come until {asked}. Choose that day or a later one")));
    }
    // What comes after the closing, in order: each waits for the latest before it.
    let mut before = ("the round closes", closes);
    for (name, what, day) in [
        ("panel_on", "the panel meets", timetable.panel_on),
        ("decision_by", "the decision is to be made", timetable.decision_by),
        ("letters_by", "", timetable.letters_by),
    ] {
        let Some(day) = day else { continue };
        if day < before.1 {
            faults.push((name, format!("This is before {} ({}). Choose that day or a later one", before.0, before.1)));
        } else {
            before = (what, day);
        }
    }
    if let Some(from) = timetable.projects_from
        && from < closes
    {
        faults.push(("projects_from", format!("The round closes on {closes}. Choose that day or a later one")));
    }
    if let (Some(from), Some(until)) = (timetable.projects_from, timetable.projects_until)
        && until <= from
    {
        faults.push(("projects_until", format!("Projects may start from {from}. Choose a later day")));
    } else if let Some(until) = timetable.projects_until
        && until <= closes
    {
        faults.push(("projects_until", format!("The round closes on {closes}. Choose a later day")));
    }
    faults
}

#[cfg(test)]
#[path = "timetable_tests.rs"]
mod tests;
