//! Handing in: the receipt, the copy, the proof, changing it again, and bids that came on paper.

mod again;
mod behalf;
mod print;
mod proof;
mod receipt;

use evenhand::rounds::Round;

use crate::support::builders::pdf;
use crate::support::pages::{is_silent, open, says};
use crate::support::{Browser, PageForm, Reply, TestWorld};

const ANN: &str = "ann@charity.example";
const BEN: &str = "ben@club.example";

/// A round with a bid of Ann's that can be submitted.
fn ready(world: &TestWorld) -> (Round, String) {
    let round = world.published_round();
    let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
    let reference = world.complete_application(ANN, &round, charity);
    (round, reference)
}

/// The declaration on the check page, filled in.
fn declared(browser: &Browser, reference: &str) -> PageForm {
    let form = open(browser, &format!("/applications/{reference}/check")).form("Submit the application");
    form.set("name", "Ann Applicant").set("role", "Treasurer").set("authority", "yes").set("confirmed", "yes")
}

fn submit(browser: &Browser, reference: &str) {
    declared(browser, reference).send(browser).expect_redirect(&format!("/applications/{reference}/receipt"));
}

/// Changes an answer through its page.
fn answer(browser: &Browser, reference: &str, text: &str) -> Reply {
    let form = open(browser, &format!("/applications/{reference}/sections/need")).form("Save and continue");
    form.set("NEED_PROBLEM", text).send(browser)
}

fn count(world: &TestWorld, from: &str) -> i64 {
    world.raw().count(from)
}

fn scan() -> Vec<u8> {
    pdf("paper", "scan")
}
