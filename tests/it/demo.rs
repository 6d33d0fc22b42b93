//! `evenhand demo` and what the command line says when it cannot do its work: one line, and a code that is not zero.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::Kind;
use crate::support::db::{Raw, TestDb, folder};

fn evenhand(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_evenhand")).args(arguments).output().expect("the program starts")
}

fn told(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}\n{}", told(&output.stdout), told(&output.stderr));
    told(&output.stdout)
}

/// The one line on standard error.
#[track_caller]
fn fault(output: &Output) -> String {
    let line = told(&output.stderr);
    assert!(!output.status.success(), "it went well: {}", told(&output.stdout));
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.starts_with("evenhand: "), "{line}");
    assert!(!line.contains("panicked") && !line.contains("Error {"), "{line}");
    line
}

fn path(folder: &Path) -> &str {
    folder.to_str().unwrap()
}

/// Numbers of the line that `audit verify` begins with.
fn counts(words: &str) -> Vec<u64> {
    let line = words.lines().next().unwrap();
    line.split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap())
        .collect()
}

#[track_caller]
fn verifies(arguments: &[&str]) -> Vec<u64> {
    let words = done(&evenhand(arguments));
    assert!(words.contains("everything fits"), "{words}");
    let counts = counts(&words);
    assert!(counts.len() >= 4 && counts.iter().all(|count| *count > 0), "{words}");
    counts
}

#[test]
fn the_example_is_made_once_and_kept() {
    let folder = folder();
    let data = folder.path().join("demo");
    let arguments = ["demo", "--seed-only", "--data", path(&data)];
    done(&evenhand(&arguments));
    let mut raw = Raw::sqlite(&data.join("evenhand.sqlite3"));
    let rows = |raw: &mut Raw| {
        ["accounts", "rounds", "applications", "score_sheets", "letters", "audit_events"].map(|table| raw.count(table))
    };
    let first = rows(&mut raw);
    assert!(first.iter().all(|count| *count > 0), "{first:?}");
    let anchored = verifies(&["audit", "verify", "--data", path(&data)]);
    assert_eq!(anchored[0], u64::try_from(first[5]).unwrap(), "every record is counted");
    let again = evenhand(&arguments);
    done(&again);
    assert_eq!(told(&again.stderr), "", "nothing is made again");
    assert_eq!(rows(&mut raw), first);
    assert_eq!(verifies(&["audit", "verify", "--data", path(&data)]), anchored);

    // One changed letter of one row, and the check finds it.
    raw.run("UPDATE accounts SET name = 'Somebody Else' WHERE id = 1");
    let broken = evenhand(&["audit", "verify", "--data", path(&data)]);
    assert_eq!(broken.status.code(), Some(1), "{}", told(&broken.stdout));
    assert!(told(&broken.stdout).contains("accounts"), "{}", told(&broken.stdout));
}

#[test]
fn the_example_is_made_in_postgresql() {
    let folder = folder();
    let database = TestDb::empty(Kind::Postgres, folder.path());
    let (data, url) = (folder.path().join("demo"), database.address());
    let arguments = ["demo", "--seed-only", "--data", path(&data), "--postgres", &url];
    done(&evenhand(&arguments));
    let rounds = database.raw().count("rounds");
    assert!(rounds > 0);
    verifies(&["audit", "verify", "--data", path(&data), "--database-url", &url]);
    done(&evenhand(&arguments));
    assert_eq!(database.raw().count("rounds"), rounds);
}

#[test]
fn an_occupied_port_is_one_line() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = folder.path().join("demo");
    for command in ["demo", "serve"] {
        let line = fault(&evenhand(&[command, "--listen", &address, "--data", path(&data)]));
        assert!(line.contains(&address) && line.contains("--listen"), "{line}");
    }
    assert!(!data.join("evenhand.sqlite3").exists(), "nothing was made");
}

#[test]
fn a_folder_that_cannot_be_written_is_one_line() {
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "in the way").unwrap();
    let data = file.join("demo");
    for command in
        [&["demo", "--seed-only"][..], &["serve", "--listen", "127.0.0.1:0"], &["migrate"], &["check-config"]]
    {
        let line = fault(&evenhand(&[command, &["--data", path(&data)]].concat()));
        assert!(line.contains(path(&data)), "{line}");
    }
}

#[test]
fn a_database_of_a_newer_program_is_never_touched() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let folder = folder();
        let database = TestDb::migrated(kind, folder.path());
        database.raw().run("INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000')");
        let (data, url) = (path(folder.path()).to_owned(), database.address());
        let demo: &[&str] = match kind {
            Kind::Sqlite => &["demo", "--seed-only"],
            Kind::Postgres => &["demo", "--seed-only", "--postgres", &url],
        };
        let line = fault(&evenhand(&[demo, &["--data", &data]].concat()));
        assert!(line.contains("20990101000000") && line.contains("newer"), "{line}");
        for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"]] {
            let line = fault(&evenhand(&[command, &["--data", &data, "--database-url", &url]].concat()));
            assert!(line.contains("20990101000000") && line.contains("newer"), "{line}");
        }
        assert_eq!(database.raw().count("accounts"), 0);
    }
}

#[test]
fn a_database_that_is_not_there_is_one_line() {
    let folder = folder();
    let data = path(folder.path()).to_owned();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://nobody@127.0.0.1:{port}/nothing");
    fault(&evenhand(&["demo", "--seed-only", "--data", &data, "--postgres", &url]));
    fault(&evenhand(&["serve", "--listen", "127.0.0.1:0", "--data", &data, "--database-url", &url]));
}
