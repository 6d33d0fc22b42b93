//! Replay (P12): published results worked out again from the trail; whatever is tampered with is found.

use std::process::{Command, Output};

use evenhand::rounds::{Round, RoundStage, list_rounds};
use evenhand::trail::replay::{Replay, ReplayError, replay};

use crate::support::TestWorld;
use crate::support::db::Raw;

fn round_at(world: &TestWorld, stage: RoundStage) -> Round {
    let rounds = world.read(list_rounds);
    rounds
        .into_iter()
        .find(|round| round.stage == stage)
        .unwrap_or_else(|| panic!("the demonstration has no {stage:?}"))
}

fn again(world: &TestWorld, round: &Round) -> Replay {
    replay(&world.app.db, world.app.ledger.keys(), &round.reference).unwrap_or_else(|error| panic!("{error}"))
}

fn command(world: &TestWorld, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(["audit", "replay"])
        .args(arguments)
        .args(["--data", world.folder().to_str().unwrap(), "--database-url", &world.database_address()])
        .output()
        .expect("the program starts")
}

fn told(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Takes the triggers off, as whoever owns the database can.
fn unguard(raw: &mut Raw) {
    match raw {
        Raw::Sqlite(_) => {
            for name in raw.texts("SELECT name AS value FROM sqlite_schema WHERE type = 'trigger'") {
                raw.run(&format!("DROP TRIGGER {name}"));
            }
        }
        Raw::Postgres(_) => raw.run("SET session_replication_role = replica"),
    }
}

/// Where a thing is that somebody changes, what they do to it, and what the first difference says.
struct Tamper {
    table: &'static str,
    column: &'static str,
    /// The row: a query of its id.
    row: String,
    /// Its new value, in SQL.
    value: &'static str,
    /// Part of the first difference.
    says: &'static [&'static str],
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn tampers(round: &Round) -> Vec<Tamper> {
    let id = round.id.row();
    let bid = format!(
        "(SELECT min(o.application_id) FROM recommended_outcomes o JOIN recommendations c ON c.id = o.recommendation_id \
                        WHERE c.round_id = {id} AND o.outcome = 'award')"
    );
    let outcome =
        format!("SELECT CAST(min(o.id) AS TEXT) AS value FROM recommended_outcomes o WHERE o.application_id = {bid}");
    let of =
        |table: &str, condition: &str| format!("SELECT CAST(min(id) AS TEXT) AS value FROM {table} WHERE {condition}");
    vec![
        Tamper {
            table: "sheet_marks",
            column: "mark",
            value: "5 - mark",
            row: of(
                "sheet_marks",
                &format!(
                    "mark <> 5 - mark AND sheet_id IN (SELECT id FROM score_sheets WHERE application_id = {bid} AND stage = 'submitted')"
                ),
            ),
            says: &["score sheet", "of account"],
        },
        Tamper {
            table: "sheet_marks",
            column: "reason",
            value: "reason || ' And so on.'",
            row: of("sheet_marks", &format!("sheet_id IN (SELECT id FROM score_sheets WHERE application_id = {bid})")),
            says: &["row ", " of sheet_marks", "its digest in the trail does not fit"],
        },
        Tamper {
            table: "agreed_marks",
            column: "mark",
            value: "5 - mark",
            row: of(
                "agreed_marks",
                &format!(
                    "mark <> 5 - mark AND moderation_id IN (SELECT id FROM moderations WHERE application_id = {bid})"
                ),
            ),
            says: &["agreed marks"],
        },
        Tamper {
            table: "round_definitions",
            column: "document",
            value: "replace(document, '\"weight\":\"20\"', '\"weight\":\"25\"')",
            row: of(
                "round_definitions",
                &format!(
                    "round_id = {id} AND version = (SELECT max(version) FROM round_definitions WHERE round_id = {id})"
                ),
            ),
            says: &["definition", "criteria, weights, rules", "its digest in the trail does not fit"],
        },
        Tamper {
            table: "round_definitions",
            column: "document",
            value: "replace(document, '\"pass_mark\":\"', '\"pass_mark\":\"1')",
            row: of(
                "round_definitions",
                &format!(
                    "round_id = {id} AND version = (SELECT max(version) FROM round_definitions WHERE round_id = {id})"
                ),
            ),
            says: &["definition", "its digest in the trail does not fit"],
        },
        Tamper {
            table: "recommended_outcomes",
            column: "offer_pence",
            value: "offer_pence + 100",
            row: outcome.clone(),
            says: &["recommendation", ", offer: published £"],
        },
        Tamper {
            table: "recommended_outcomes",
            column: "outcome",
            value: "'partial'",
            row: outcome,
            says: &["recommendation", ", outcome: published partial; replayed award"],
        },
        Tamper {
            table: "recommendations",
            column: "ranking",
            value: "replace(ranking, '\"rank_award\":1,', '\"rank_award\":2,')",
            row: of("recommendations", &format!("round_id = {id} AND superseded_at IS NULL")),
            says: &["recommendation", "rank award: published 2; replayed 1"],
        },
        Tamper {
            table: "recommendations",
            column: "ranking",
            value: "replace(ranking, ',\"rank_award\"', ', \"rank_award\"')",
            row: of("recommendations", &format!("round_id = {id} AND superseded_at IS NULL")),
            says: &["recommendation", "the same figures, written otherwise"],
        },
        Tamper {
            table: "applications",
            column: "ask_pence",
            value: "ask_pence + 1",
            row: format!("SELECT CAST({bid} AS TEXT) AS value"),
            says: &["amount asked for: published £"],
        },
        Tamper {
            table: "gate_checks",
            column: "outcome",
            value: "'not_met'",
            row: of("gate_checks", &format!("application_id = {bid}")),
            says: &[", gate ", ": published not_met; replayed met"],
        },
        Tamper {
            table: "assignments",
            column: "stage",
            value: "'removed'",
            row: of("assignments", &format!("application_id = {bid} AND stage = 'cleared'")),
            says: &["row ", " of assignments"],
        },
        Tamper {
            table: "decisions",
            column: "statement",
            value: "statement || '.'",
            row: of("decisions", &format!("round_id = {id}")),
            says: &["row ", " of decisions"],
        },
        Tamper {
            table: "letters",
            column: "data",
            value: "replace(data, '\"offered\":{\"pence\":', '\"offered\":{\"pence\":1')",
            row: of("letters", &format!("application_id = {bid} AND kind = 'award'")),
            says: &["letter ", ", offer: published £1", "printed as £"],
        },
        Tamper {
            table: "letters",
            column: "data",
            value: "replace(data, '%', '1%')",
            row: of("letters", &format!("application_id = {bid} AND kind = 'feedback'")),
            says: &["letter ", ", percentage: published "],
        },
        Tamper {
            table: "letters",
            column: "data",
            value: "replace(data, '\"improvements\":[', '\"improvements\":[\"Another word.\",')",
            row: of("letters", &format!("application_id = {bid} AND kind = 'feedback'")),
            says: &["letter ", ", points of feedback that were accepted: published "],
        },
        Tamper {
            table: "feedback_lines",
            column: "text",
            value: "text || ' And more.'",
            row: of(
                "feedback_lines",
                &format!("feedback_id IN (SELECT id FROM feedback_versions WHERE application_id = {bid})"),
            ),
            says: &["row ", " of feedback_lines"],
        },
        Tamper {
            table: "audit_events",
            column: "data",
            value: "replace(data, ':4', ':3')",
            row: of("audit_events", &format!("round_id = {id} AND kind = 'sheet_submitted' AND data LIKE '%:4%'")),
            says: &["the trail", "was changed after it was written"],
        },
    ]
}

on_both! {
    fn the_demonstration_replays_and_every_tampering_is_found(world) {
        world.seed_demo();
        let round = round_at(&world, RoundStage::Issued);
        let whole = again(&world, &round);
        assert!(whole.differences.is_empty(), "{:#?}", whole.differences);
        assert!(whole.applications >= 3 && whole.recommendations >= 1 && whole.decisions == 1, "{whole:?}");
        let output = command(&world, &[&round.reference]);
        let words = told(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{words}{}", told(&output.stderr));
        assert!(words.contains("equal: every percentage, rank, status and offer") && words.contains("checked against its digest in the trail"), "{words}");

        let mut raw = world.attacker();
        unguard(&mut raw);
        let tampers = tampers(&round);
        for Tamper { table, column, row, value, says } in &tampers {
            let row = raw.text(row);
            raw.run(&format!("CREATE TABLE kept AS SELECT * FROM {table} WHERE id = {row}"));
            raw.run(&format!("UPDATE {table} SET {column} = {value} WHERE id = {row}"));
            let found = again(&world, &round).differences;
            let first = found.first().unwrap_or_else(|| panic!("{table}.{column} = {value}: nothing was found")).to_string();
            for part in *says {
                assert!(first.contains(part), "{table}.{column}: no {part:?} in: {first}");
            }
            raw.run(&format!("UPDATE {table} SET {column} = (SELECT {column} FROM kept) WHERE id = {row}"));
            raw.run("DROP TABLE kept");
        }
        assert!(again(&world, &round).differences.is_empty(), "everything was put back");
        println!("{:?}: {} tamperings found, {} records replayed", world.kind, tampers.len(), whole.records);

        raw.run("UPDATE recommended_outcomes SET offer_pence = offer_pence + 1 WHERE outcome = 'award'");
        let output = command(&world, &[&round.reference]);
        let words = told(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{words}");
        assert!(words.contains("first difference: recommendation") && words.contains(", offer: published £"), "{words}");
        assert_eq!(words.lines().filter(|line| line.contains("; replayed ")).count(), 1, "the first alone: {words}");
        let all = told(&command(&world, &[&round.reference, "--all"]).stdout);
        assert!(all.lines().filter(|line| line.contains("; replayed ")).count() > 1, "{all}");
    }

    fn what_cannot_be_replayed_is_said(world) {
        world.seed_demo();
        let round = round_at(&world, RoundStage::Scoring);
        let nothing = replay(&world.app.db, world.app.ledger.keys(), &round.reference);
        assert!(matches!(nothing, Err(ReplayError::NothingPublished(_))), "{nothing:?}");
        for (reference, words) in [(round.reference.as_str(), "nothing was recommended"), ("CSF-1999-R9", "there is no round CSF-1999-R9")] {
            let output = command(&world, &[reference]);
            assert_eq!(output.status.code(), Some(2), "{}", told(&output.stdout));
            assert!(told(&output.stderr).contains(words), "{}", told(&output.stderr));
        }
    }
}
