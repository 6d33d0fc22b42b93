//! Pages of rounds: the public's and the officer's.

mod bank;
mod calendar;
mod check_items;
mod checks;
mod copies;
mod deadline;
mod eligibility;
mod intake;
mod new;
mod office;
mod public;
mod question;
mod questions;
mod section;
mod setup;
mod times;
mod timetable;
mod versions;

pub use times::{read_day, read_moment};

use std::sync::Arc;

use crate::access::{self, Action, Rule};
use crate::base::role::Role;
use crate::base::text::clean_line;
use crate::error::{Faults, Problem};
use crate::rounds::actions::{self, Edit};
use crate::rounds::model::{Round, RoundDefinition, RoundStage};
use crate::rounds::rules::shape::Shaped;
use crate::rounds::store;
use crate::web::{Crumb, Ctx, Entry, Field, Fields};
use crate::{get, post};

/// Routes of this feature.
#[must_use]
pub fn routes() -> Vec<Entry> {
    const OFFICER: Rule = Rule::Roles(&[Role::Officer]);
    let mut routes = vec![
        get!("/", Rule::Public, public::home),
        get!("/rounds", Rule::Public, public::open_rounds),
        get!("/rounds/{round}", Rule::Public, public::show),
        get!("/rounds/{round}/calendar.ics", Rule::Public, calendar::calendar),
        get!("/office", OFFICER, office::list),
        get!("/office/new-round", OFFICER, new::new),
        post!("/office/new-round", OFFICER, new::add),
        get!("/office/rounds/{round}", OFFICER, office::show),
        post!("/office/rounds/{round}/publish", OFFICER, office::publish),
        get!("/office/rounds/{round}/copy", OFFICER, copies::copy_form),
        post!("/office/rounds/{round}/copy", OFFICER, copies::copy),
        post!("/office/rounds/{round}/try-out", OFFICER, copies::try_out),
        post!("/office/rounds/{round}/close-test", OFFICER, copies::close_test),
        get!("/office/rounds/{round}/deadline", OFFICER, deadline::show),
        post!("/office/rounds/{round}/deadline", OFFICER, deadline::extend),
        post!("/office/rounds/{round}/unseal", OFFICER, deadline::unseal),
    ];
    routes.extend(definition_routes(OFFICER));
    routes
}

/// Routes of what freezes when a round is published.
fn definition_routes(officer: Rule) -> Vec<Entry> {
    vec![
        get!("/office/rounds/{round}/set-up", officer, setup::edit),
        post!("/office/rounds/{round}/set-up", officer, setup::save),
        get!("/office/rounds/{round}/questions", officer, questions::list),
        post!("/office/rounds/{round}/questions", officer, questions::change),
        get!("/office/rounds/{round}/questions/{question}", officer, question::edit),
        post!("/office/rounds/{round}/questions/{question}", officer, question::save),
        post!("/office/rounds/{round}/questions/{question}/remove", officer, question::remove),
        get!("/office/rounds/{round}/sections/{section}", officer, section::edit),
        post!("/office/rounds/{round}/sections/{section}", officer, section::save),
        get!("/office/rounds/{round}/bank", officer, bank::list),
        post!("/office/rounds/{round}/bank", officer, bank::add),
        get!("/office/rounds/{round}/eligibility", officer, eligibility::list),
        post!("/office/rounds/{round}/eligibility", officer, eligibility::change),
        get!("/office/rounds/{round}/eligibility/{question}", officer, eligibility::edit),
        post!("/office/rounds/{round}/eligibility/{question}", officer, eligibility::save),
        get!("/office/rounds/{round}/checks", officer, checks::edit),
        post!("/office/rounds/{round}/checks", officer, checks::save),
        get!("/office/rounds/{round}/checks/{gate}", officer, check_items::edit),
        post!("/office/rounds/{round}/checks/{gate}", officer, check_items::save),
        get!("/office/rounds/{round}/timetable", officer, timetable::edit),
        post!("/office/rounds/{round}/timetable", officer, timetable::save),
        get!("/office/rounds/{round}/intake", officer, intake::edit),
        post!("/office/rounds/{round}/intake", officer, intake::save),
        get!("/office/rounds/{round}/versions", officer, versions::list),
    ]
}

/// A round and its newest definition, for whoever runs rounds.
async fn load(ctx: &Ctx, reference: String) -> Result<(Round, RoundDefinition), Problem> {
    ctx.read(move |conn, actor| {
        access::require(actor, Action::RunRounds)?;
        let round = store::round_of_reference(conn, &reference)?;
        let (_, definition) = store::get_definition(conn, round.id)?;
        Ok((round, Arc::unwrap_or_clone(definition)))
    })
    .await
}

/// Whether nothing of its definition can be changed any more.
fn frozen(round: &Round) -> bool {
    round.stage != RoundStage::Draft
}

/// The way to a page of a round.
fn crumbs(round: &Round, here: &str) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb::to("Rounds", "/office"), Crumb::to(round.reference.clone(), home(round))];
    crumbs.push(Crumb::here(here));
    crumbs
}

/// The way to a page below the list of questions, or another list.
fn crumbs_below(round: &Round, list: (&str, &str), here: &str) -> Vec<Crumb> {
    vec![
        Crumb::to("Rounds", "/office"),
        Crumb::to(round.reference.clone(), home(round)),
        Crumb::to(list.0, format!("{}/{}", home(round), list.1)),
        Crumb::here(here),
    ]
}

/// The address of a round in the office.
fn home(round: &Round) -> String {
    format!("/office/rounds/{}", round.reference)
}

/// The control for why something is changed.
fn reason_field(typed: &Fields, faults: &Faults) -> Field {
    Field::new("reason", "Why do you change it? (optional)")
        .hint("Kept with the new version of the rules")
        .value(typed.get("reason"))
        .faults(faults)
}

/// What is done, of which the officer saw `version`. Without a typed reason, `otherwise` stands in its place.
fn edit(round: &Round, fields: &Fields, change: &'static str, what: &str, otherwise: String) -> Edit {
    let typed = clean_line(fields.get("reason"));
    Edit {
        round: round.id,
        version: fields.get("version").parse().unwrap_or(0),
        change,
        what: what.to_owned(),
        reason: if typed.is_empty() { otherwise } else { typed },
    }
}

/// How a change of the form ended.
enum Reshaped {
    /// It is kept.
    Kept,
    /// It cannot be done so.
    Faulty(Faults),
    /// Somebody else changed the round meanwhile; this is how it stands now.
    Stale(Box<(Round, RoundDefinition)>, Faults),
}

/// Changes the definition of a draft; `field` is where a page says that somebody else was quicker.
async fn reshape(
    ctx: &Ctx,
    reference: String,
    edit: Edit,
    field: &'static str,
    change: impl FnOnce(&mut RoundDefinition) -> Shaped + Send + 'static,
) -> Result<Reshaped, Problem> {
    match ctx.write(move |tx| actions::reshape(tx, &edit, change)).await {
        Ok(()) => Ok(Reshaped::Kept),
        Err(Problem::Invalid(faults)) => Ok(Reshaped::Faulty(faults)),
        Err(Problem::Stale { .. }) => {
            let newer = load(ctx, reference).await?;
            let mut faults = Faults::default();
            faults.add(
                field,
                "Somebody else changed this round after you opened the page. What you did is not saved. Open the page in another \
                 window, compare, and do it again",
            );
            Ok(Reshaped::Stale(Box::new(newer), faults))
        }
        Err(other) => Err(other),
    }
}

/// A code that officers type: capital letters, figures and underscores.
fn read_code(typed: &str) -> Result<String, &'static str> {
    let code = typed.trim().to_uppercase();
    let well_formed = !code.is_empty()
        && code.len() <= 40
        && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if well_formed {
        Ok(code)
    } else {
        Err("Enter a code of capital letters, figures and underscores, such as NEED_PROBLEM")
    }
}
