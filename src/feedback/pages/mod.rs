//! Pages of feedback: a round's list, the feedback on one application, and the bank of wordings.

mod bank;
mod choices;
mod list;
mod one;

use crate::access::Rule;
use crate::base::role::Role;
use crate::web::Entry;
use crate::{get, post};

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    vec![
        get!("/office/rounds/{round}/feedback", OFFICER, list::show),
        post!("/office/rounds/{round}/feedback/begin", OFFICER, list::begin),
        post!("/office/rounds/{round}/feedback/accept", OFFICER, list::accept),
        get!("/office/applications/{application}/feedback", OFFICER, one::show),
        post!("/office/applications/{application}/feedback", OFFICER, one::save),
        post!("/office/applications/{application}/feedback/accept", OFFICER, one::accept),
        post!("/office/applications/{application}/feedback/return", OFFICER, one::send_back),
        post!("/office/applications/{application}/feedback/keep", OFFICER, one::keep),
        get!("/office/feedback-bank", OFFICER, bank::show),
        post!("/office/feedback-bank", OFFICER, bank::add),
        post!("/office/feedback-bank/{entry}", OFFICER, bank::change),
        post!("/office/feedback-bank/{entry}/retire", OFFICER, bank::retire),
    ]
}
