//! Pages of rounds: the public's and the officer's.

mod calendar;
mod office;
mod public;
mod questions;
mod setup;

use crate::access::{self, Action, Rule};
use crate::base::role::Role;
use crate::error::Problem;
use crate::rounds::model::{Round, RoundDefinition};
use crate::rounds::store;
use crate::web::{Ctx, Entry};
use crate::{get, post};

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    vec![
        get!("/", Rule::Public, public::home),
        get!("/rounds", Rule::Public, public::open_rounds),
        get!("/rounds/{round}", Rule::Public, public::show),
        get!("/rounds/{round}/calendar.ics", Rule::Public, calendar::calendar),
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

/// A round and its newest definition, for whoever runs rounds.
async fn load(ctx: &Ctx, reference: String) -> Result<(Round, RoundDefinition), Problem> {
    ctx.read(move |conn, actor| {
        access::require(actor, Action::RunRounds)?;
        let round = store::round_of_reference(conn, &reference)?;
        let (_, definition) = store::get_definition(conn, round.id)?;
        Ok((round, definition))
    })
    .await
}
