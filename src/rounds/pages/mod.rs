//! Pages of rounds: the public's and the officer's.

mod office;
mod public;
mod questions;
mod setup;

use crate::access::Rule;
use crate::base::role::Role;
use crate::web::Entry;
use crate::{get, post};

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    vec![
        get!("/", Rule::Public, public::home),
        get!("/rounds", Rule::Public, public::open_rounds),
        get!("/rounds/{round}", Rule::Public, public::show),
        get!("/office", OFFICER, office::list),
        get!("/office/new-round", OFFICER, setup::new),
        post!("/office/new-round", OFFICER, setup::add),
        get!("/office/rounds/{round}", OFFICER, office::show),
        get!("/office/rounds/{round}/set-up", OFFICER, setup::edit),
        post!("/office/rounds/{round}/set-up", OFFICER, setup::save),
        get!("/office/rounds/{round}/questions", OFFICER, questions::list),
        get!("/office/rounds/{round}/questions/{question}", OFFICER, questions::edit),
        post!("/office/rounds/{round}/questions/{question}", OFFICER, questions::save),
        post!("/office/rounds/{round}/questions/{question}/remove", OFFICER, questions::remove),
        post!("/office/rounds/{round}/publish", OFFICER, office::publish),
    ]
}
