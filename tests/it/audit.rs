//! The trail: what an attacker with the database in hand can do, and what verification says of it (rule R9).
//!
//! One limit is stated by a test and not hidden: whoever cuts the trail after the last checkpoint *and* puts every row back
//! to that moment is not seen by anything inside the machine (`the_limit_…`). Receipts, and checkpoints kept elsewhere, do.

mod attacks;
mod outside;
mod second_verifier;
mod writes;

use evenhand::applications::GateOutcome;
use evenhand::applications::actions::{check_gate, save_answers};
use evenhand::rounds::{Round, RoundDefinition};

use crate::support::TestWorld;
use crate::support::builders::{OFFICER, complete_answers};
use crate::support::db::Raw;

const ANN: &str = "ann@charity.example";
const BEN: &str = "ben@club.example";

/// A few dozen things that happened, with checkpoints on the way.
struct Story {
    /// The head row before the last checkpoint.
    before_checkpoint: HeadRow,
    /// The last checkpoint's file, and the records that it covers.
    checkpoint: String,
    signed: i64,
    /// The head row after it, before the end.
    after_checkpoint: HeadRow,
    /// Records in all.
    records: i64,
    /// Ben's bid.
    reference: String,
}

/// The head row as whoever reads the database can copy it.
struct HeadRow {
    seq: i64,
    hash: String,
    mac: String,
}

impl HeadRow {
    fn now(raw: &mut Raw) -> Self {
        let mut column = |name: &str| raw.text(&format!("SELECT CAST({name} AS TEXT) AS value FROM audit_heads"));
        Self { seq: column("seq").parse().unwrap(), hash: column("hash"), mac: column("mac") }
    }

    fn put_back(&self, raw: &mut Raw) {
        raw.run(&format!(
            "UPDATE audit_heads SET seq = {}, hash = '{}', mac = '{}' WHERE id = 1",
            self.seq, self.hash, self.mac
        ));
    }
}

/// Saves the answers page by page, as an applicant does.
fn answer(world: &TestWorld, email: &str, definition: &RoundDefinition, reference: &str) {
    let answers = complete_answers(definition);
    for section in &definition.sections {
        let page: std::collections::BTreeMap<_, _> = section
            .questions
            .iter()
            .filter_map(|question| Some((question.code.clone(), answers.get(&question.code)?.clone())))
            .collect();
        world.advance_seconds(61);
        world.act(email, |tx| save_answers(tx, reference, &page));
    }
    world.add_documents(email, definition, reference);
}

fn begin(world: &TestWorld) -> (Round, RoundDefinition) {
    world.add_everybody();
    let round = world.published_round();
    let definition = world.definition_of(&round);
    (round, definition)
}

fn story(world: &TestWorld) -> Story {
    let (round, definition) = begin(world);
    let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
    let club = world.add_applicant(BEN, "Rutland Boxing Club");
    let first = world.start_application(ANN, &round, charity);
    answer(world, ANN, &definition, &first);
    world.checkpoint();
    world.submit(ANN, &first, "token-one").unwrap();
    let before_checkpoint = HeadRow::now(&mut world.raw());
    let reference = world.start_application(BEN, &round, club);
    answer(world, BEN, &definition, &reference);
    let checkpoint = world.checkpoint();
    let signed = world.records();
    world.submit(BEN, &reference, "token-two").unwrap();
    let after_checkpoint = HeadRow::now(&mut world.raw());
    let id = world.read(|conn| evenhand::applications::application_of_reference(conn, &first)).id;
    for gate in &definition.gates {
        world.act(OFFICER, |tx| check_gate(tx, id, &gate.code, GateOutcome::Met, ""));
    }
    let records = world.records();
    assert!(records > 40, "only {records} records");
    Story { before_checkpoint, checkpoint, signed, after_checkpoint, records, reference }
}

/// Takes every guard of the database off, as whoever owns it can.
fn unguard(raw: &mut Raw) {
    match raw {
        Raw::Sqlite(_) => {
            for name in raw.texts("SELECT name AS value FROM sqlite_schema WHERE type = 'trigger'") {
                raw.run(&format!("DROP TRIGGER {name}"));
            }
            raw.run("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
        }
        Raw::Postgres(_) => {
            raw.run("SET session_replication_role = replica");
            let checks = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS value \
                          FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace";
            for statement in raw.texts(checks) {
                raw.run(&statement);
            }
        }
    }
}

/// The findings as a person reads them, the first bad one first.
fn findings(world: &TestWorld) -> Vec<String> {
    world.verify().findings.iter().map(ToString::to_string).collect()
}

/// Stops the test unless the first finding is this one.
#[track_caller]
fn expect_first(world: &TestWorld, expected: &str) {
    let findings = findings(world);
    assert_eq!(findings.first().map(String::as_str), Some(expected), "{findings:#?}");
}
