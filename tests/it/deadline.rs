//! The closing time, one that nobody can dispute (D3, R5, R6): extensions, grace, late attempts, reminders, sealed rounds, the race at
//! the last moment, and the clocks.

mod clocks;
mod extend;
mod grace;
mod late;
mod race;
mod receipt;
mod remind;
mod sealed;

use evenhand::base::time::At;
use evenhand::rounds::actions::{Extending, extend};
use evenhand::rounds::{Round, RoundDefinition, round_of_reference};

use crate::support::Browser;
use crate::support::TestWorld;
use crate::support::builders::{OFFICER, default_definition};
use crate::support::pages::{is_silent, open, says};

const ANN: &str = "ann@charity.example";
const BEN: &str = "ben@club.example";

/// The usual definition, with minutes of grace, sealed or not.
fn definition(grace_minutes: i32, sealed: bool) -> RoundDefinition {
    let mut definition = default_definition();
    definition.intake.grace_minutes = grace_minutes;
    definition.intake.sealed = sealed;
    definition
}

fn stored(world: &TestWorld, round: &Round) -> Round {
    world.read(|conn| round_of_reference(conn, &round.reference))
}

/// Extends past the pages, and without mail.
fn extend_to(world: &TestWorld, round: &Round, to: At) {
    let version = stored(world, round).version;
    let wanted = Extending { to, reason: "The service was down".to_owned(), version };
    world.act(OFFICER, |tx| extend(tx, round.id, &wanted, |_, _, _| Ok(Vec::new())));
}

fn micros_before(at: At, micros: i64) -> At {
    At::from_micros(at.micros() - micros)
}

fn events(world: &TestWorld, kind: &str) -> i64 {
    world.raw().count(&format!("audit_events WHERE kind = '{kind}'"))
}

/// The check page's form, declared.
fn declared(browser: &Browser, reference: &str) -> crate::support::PageForm {
    open(browser, &format!("/applications/{reference}/check"))
        .form("Submit the application")
        .set("name", "Ann Applicant")
        .set("role", "Treasurer")
        .set("authority", "yes")
        .set("confirmed", "yes")
}
