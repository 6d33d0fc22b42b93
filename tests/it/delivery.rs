//! Mail against a mail server: every fault at every step, settings that are wrong, two senders, and a sender that is killed (R8).
//!
//! What counts is what the server kept, compared with what the service believes. The clock is the test's own.

mod accounts;
mod faults;
mod kills;
mod messages;
mod panel;
mod plans;
mod real;

use std::time::Duration;

use evenhand::config::{MailRoute, MailServer};
use evenhand::mail::outbox::attempts::{Attempt, attempts_of};
use evenhand::mail::sender::Sender;
use evenhand::mail::wire::Patience;
use evenhand::mail::{NewMail, Stage};

use crate::support::TestWorld;
use crate::support::smtp::Scripted;

fn address(number: usize) -> String {
    format!("person{number}@bidders.example")
}

fn message(number: usize) -> NewMail {
    NewMail {
        kind: "receipt",
        letter: None,
        to_email: address(number),
        to_name: format!("Person {number}"),
        subject: format!("Message {number}"),
        text: format!("Dear Person {number}\n\n.A line that begins with a dot.\n\nThe office"),
        html: format!("<p>Dear Person {number}</p>"),
    }
}

/// Queues messages to the addresses of these numbers.
fn queue(world: &TestWorld, numbers: std::ops::Range<usize>) {
    let (app, now) = (&world.app, world.now());
    for number in numbers {
        app.db.operate(|tx| evenhand::mail::queue(tx.conn(), &message(number), &app.random, now)).unwrap();
    }
}

fn sender_to(world: &TestWorld, server: MailServer, patience: Patience) -> Sender {
    let mut settings = world.app.settings.clone();
    settings.mail = MailRoute::Smtp(Box::new(server));
    Sender::with_patience(&settings, world.app.db.clone(), world.app.clock.clone(), patience).unwrap()
}

fn sender(world: &TestWorld, server: &Scripted) -> Sender {
    sender_to(world, server.server(), Patience::default())
}

/// Hangs end soon; a slow machine may end other things too, and tests that use it allow for that.
fn impatient() -> Patience {
    Patience { command: Duration::from_millis(300), answer: Duration::from_millis(300) }
}

/// Sends what is due, and lets the clock go on, until nothing waits.
fn send_everything(world: &TestWorld, sender: &Sender) {
    for _ in 0..10_000 {
        if sender.send_next().unwrap().is_none() {
            if count(world, Stage::Queued) + count(world, Stage::Sending) == 0 {
                return;
            }
            world.advance_minutes(10);
            sender.abandon().unwrap();
        }
    }
    panic!("mail is never done");
}

fn count(world: &TestWorld, stage: Stage) -> i64 {
    world.read(|conn| evenhand::mail::outbox::count(conn, stage))
}

fn row_of(world: &TestWorld, number: usize) -> i32 {
    let address = address(number);
    world
        .raw()
        .text(&format!("SELECT CAST(id AS TEXT) AS value FROM outbox WHERE to_email = '{address}'"))
        .parse()
        .unwrap()
}

fn stage_of(world: &TestWorld, number: usize) -> Stage {
    let address = address(number);
    let word = world.raw().text(&format!("SELECT stage AS value FROM outbox WHERE to_email = '{address}'"));
    Stage::from_word(&word).unwrap()
}

fn attempts(world: &TestWorld, number: usize) -> Vec<Attempt> {
    let id = row_of(world, number);
    world.read(|conn| attempts_of(conn, id))
}

fn kept_for(server: &Scripted, number: usize) -> usize {
    let address = address(number);
    server.kept().iter().filter(|taken| taken.to == address).count()
}
