//! Pages of conflicts: what each person declares and keeps of themselves, and the office's view of all of it.

mod case;
mod interests;
mod office;
mod one;
mod own;
mod register;
mod round;

use serde::Serialize;

use super::model::{ConflictRecord, Declared, Ruling};
use crate::access::{OFFICE, Rule};
use crate::base::role::Role;
use crate::web::Entry;
use crate::{get, post};

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const DECLARERS: Rule = Rule::Roles(OFFICE);
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    const PANEL: Rule = Rule::Roles(&[Role::Panel]);
    const SIGNATORIES: Rule = Rule::Roles(&[Role::Officer, Role::DecisionMaker]);
    vec![
        get!("/declarations", DECLARERS, own::show),
        get!("/declarations/{round}", DECLARERS, round::show),
        post!("/declarations/{round}", DECLARERS, round::declare),
        get!("/interests", DECLARERS, interests::show),
        post!("/interests", DECLARERS, interests::add),
        post!("/interests/{interest}/end", DECLARERS, interests::end),
        get!("/panel/applications/{application}/conflict", PANEL, one::form_of_member),
        post!("/panel/applications/{application}/conflict", PANEL, one::declare_as_member),
        get!("/office/applications/{application}/conflict", SIGNATORIES, one::form_in_office),
        post!("/office/applications/{application}/conflict", SIGNATORIES, one::declare_in_office),
        get!("/office/rounds/{round}/conflicts", OFFICER, office::show),
        post!("/office/rounds/{round}/conflicts", OFFICER, office::choose),
        get!("/office/applications/{application}/conflicts/{person}", OFFICER, case::show),
        post!("/office/applications/{application}/conflicts/{person}", OFFICER, case::rule),
        get!("/office/interests", OFFICER, register::list),
        get!("/office/interests/{person}", OFFICER, register::show),
    ]
}

/// A state in words, with the tone that the status component takes.
#[derive(Debug, Clone, Serialize)]
struct Standing {
    text: &'static str,
    tone: &'static str,
}

impl Standing {
    fn of(record: &ConflictRecord) -> Self {
        let ruling = record.ruling.as_ref().map(|ruled| ruled.ruling);
        match (record.declared.map(|(declared, _)| declared), ruling) {
            (_, Some(Ruling::Pinned)) => Self { text: "Recorded by an officer", tone: "bad" },
            (Some(Declared::Conflict), _) => Self { text: "Conflict declared", tone: "bad" },
            (Some(Declared::Clear), _) => Self { text: "No conflict declared", tone: "good" },
            (None, Some(Ruling::Lifted)) => Self { text: "Lifted", tone: "closed" },
            (None, Some(Ruling::Dismissed)) => Self { text: "Suggestion dismissed", tone: "closed" },
            (None, None) => Self { text: "Not declared", tone: "todo" },
        }
    }
}
