//! What must be true of every database (R16): each invariant holds in the demonstration, and fires alone when it alone is broken.

mod breaks;

use std::collections::BTreeSet;
use std::process::{Command, Output};

use evenhand::trail::invariants::{Invariant, all, ask_all};

use crate::support::TestWorld;
use crate::support::db::Raw;
use breaks::BREAKS;

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

/// The same connection as the service's own type.
fn as_conn(raw: Raw) -> evenhand::db::Conn {
    match raw {
        Raw::Sqlite(conn) => evenhand::db::Conn::Sqlite(conn),
        Raw::Postgres(conn) => evenhand::db::Conn::Pg(conn),
    }
}

/// And back.
fn as_raw(conn: evenhand::db::Conn) -> Raw {
    match conn {
        evenhand::db::Conn::Sqlite(conn) => Raw::Sqlite(conn),
        evenhand::db::Conn::Pg(conn) => Raw::Postgres(conn),
    }
}

/// Names of the invariants that are broken, seen from inside the transaction that broke them.
fn fired(raw: Raw, invariants: &[Invariant]) -> (Raw, Vec<String>) {
    let mut conn = as_conn(raw);
    let mut fired = Vec::new();
    for invariant in invariants {
        let places = invariant.ask(&mut conn).unwrap_or_else(|error| panic!("{}: {error}", invariant.name));
        if !places.is_empty() {
            assert!(places.iter().all(|place| !place.is_empty()), "{}: {places:?}", invariant.name);
            fired.push(invariant.name.to_owned());
        }
    }
    (as_raw(conn), fired)
}

fn evenhand(world: &TestWorld, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(arguments)
        .args(["--data", world.folder().to_str().unwrap(), "--database-url", &world.database_address()])
        .output()
        .expect("the program starts")
}

fn told(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

on_both! {
    /// The whole table in one world: made once, broken and put back for each.
    fn each_fires_alone_when_it_alone_is_broken(world) {
        world.seed_demo();
        let invariants = all();
        let names: Vec<&str> = invariants.iter().map(|invariant| invariant.name).collect();
        let mut listed: Vec<&str> = BREAKS.iter().map(|(name, _)| *name).collect();
        listed.dedup();
        assert_eq!(listed, names, "every invariant has its break, in the order of the list");
        let mut raw = world.attacker();
        unguard(&mut raw);
        let (whole, none) = fired(raw, &invariants);
        assert_eq!(none, Vec::<String>::new(), "the demonstration is healthy");
        raw = whole;
        let mut faults = Vec::new();
        for (name, statements) in BREAKS {
            raw.run("BEGIN");
            if let Err(error) = raw.try_run(statements) {
                faults.push(format!("{name}: cannot be broken so: {error}"));
                raw.run("ROLLBACK");
                continue;
            }
            let (same, fired) = fired(raw, &invariants);
            raw = same;
            raw.run("ROLLBACK");
            if fired != [*name] {
                faults.push(format!("{name}: fired {fired:?}"));
            }
        }
        let (_, none) = fired(raw, &invariants);
        assert_eq!(none, Vec::<String>::new(), "everything was put back");
        assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), BREAKS.len(), faults.join("\n"));
        println!("{:?}: {} invariants, each broken and seen to fire alone, in {} ways", world.kind, names.len(), BREAKS.len());
    }

    fn an_empty_database_and_one_with_open_bids_are_healthy(world) {
        let broken = |world: &TestWorld| -> BTreeSet<&'static str> {
            let asked = ask_all(&world.app.db).unwrap();
            asked.into_iter().filter(|asked| !asked.broken.is_empty()).map(|asked| asked.invariant.name).collect()
        };
        assert_eq!(broken(&world), BTreeSet::new());
        let round = world.published_round();
        let charity = world.add_applicant("ann@charity.example", "Charnwood Youth Trust");
        world.submitted_application("ann@charity.example", &round, charity);
        assert_eq!(broken(&world), BTreeSet::new());
    }

    /// The command: 0 when all is well, 1 with what is not, 2 when nothing can be checked; and it changes nothing.
    fn the_command_says_what_does_not_fit(world) {
        world.seed_demo();
        let records = world.records();
        let well = evenhand(&world, &["check"]);
        let words = told(&well.stdout);
        assert_eq!(well.status.code(), Some(0), "{words}{}", told(&well.stderr));
        assert!(words.starts_with(&format!("{0} of {0} invariants hold\n", all().len())), "{words}");
        assert!(words.ends_with("everything fits\n"), "{words}");
        assert_eq!(world.records(), records, "a check leaves no record");

        let mut raw = world.attacker();
        unguard(&mut raw);
        raw.run("UPDATE decisions SET interests = ' ' WHERE id = 1");
        let broken = evenhand(&world, &["check"]);
        let words = told(&broken.stdout);
        assert_eq!(broken.status.code(), Some(1), "{words}");
        for part in ["broken: signatory-declared-interests", "decision CSF-", "row 1 of decisions: was changed past the service", "NOT everything fits"] {
            assert!(words.contains(part), "{part}: {words}");
        }
        let broken = evenhand(&world, &["check", "--json"]);
        assert_eq!(broken.status.code(), Some(1));
        let report: serde_json::Value = serde_json::from_slice(&broken.stdout).unwrap();
        assert_eq!(report["well"], false);
        let named: Vec<&str> = report["invariants"].as_array().unwrap().iter()
            .filter(|asked| !asked["broken"].as_array().unwrap().is_empty())
            .map(|asked| asked["name"].as_str().unwrap()).collect();
        assert_eq!(named, ["signatory-declared-interests"]);
        assert_eq!(report["trail"]["findings"].as_array().unwrap().len(), 1, "{report}");

        let nowhere = Command::new(env!("CARGO_BIN_EXE_evenhand"))
            .args(["check", "--data", world.folder().join("nothing").to_str().unwrap()]).output().unwrap();
        assert_eq!(nowhere.status.code(), Some(2), "{}", told(&nowhere.stdout));
        assert_eq!(told(&nowhere.stderr).lines().count(), 1, "{}", told(&nowhere.stderr));
    }
}
