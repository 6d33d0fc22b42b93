//! A second opinion: `tests/verify_trail.py` shares no code with the service and works the trail out from its description.

use std::path::Path;
use std::process::{Command, Output};

use super::*;
use crate::support::Kind;

/// `None` where there is no Python: a second opinion is not a dependency.
fn second_opinion(world: &TestWorld) -> Option<Output> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify_trail.py");
    let database = world.folder().join("evenhand.sqlite3");
    let output = Command::new("python3")
        .arg(script)
        .arg(database)
        .arg(world.app.settings.data.keys.join("trail.key"))
        .arg(&world.app.settings.data.checkpoints)
        .output();
    match output {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_verifier_that_shares_no_code_agrees() {
    let world = TestWorld::start(Kind::Sqlite);
    let story = story(&world);
    let Some(output) = second_opinion(&world) else { return };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let report = world.verify();
    assert_eq!(text.trim(), format!("{} records, {} rows, 2 checkpoints: clean", story.records, report.rows));

    let mut raw = world.attacker();
    unguard(&mut raw);
    for (attack, undo, expected) in [
        (
            "UPDATE audit_events SET kind = 'x' WHERE seq = 7",
            "UPDATE audit_events SET kind = old WHERE seq = 7",
            "record 7",
        ),
        ("UPDATE rounds SET closes_at = '2027-01-01 00:00:00'", "", "row 1 of rounds"),
    ] {
        let undo =
            undo.replace("old", &format!("'{}'", raw.text("SELECT kind AS value FROM audit_events WHERE seq = 7")));
        raw.run(attack);
        let output = second_opinion(&world).unwrap();
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.starts_with(expected), "{attack}: {text}");
        assert!(findings(&world)[0].starts_with(expected));
        raw.run(&undo);
    }
}
