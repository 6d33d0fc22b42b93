//! How long the pages of assessment take by the number of bids in a round, and how long saving a score sheet takes beside a bare commit.
//!
//! One bid is taken through scoring and moderation by the service's own actions; its rows are then copied a hundred, a thousand and ten
//! thousand times over, with other marks, so that the same pages can be asked of rounds of each size, on both databases. Pages are asked over HTTP
//! one after the other. A disk's `fsync` decides how long a commit takes, so saving is told as a ratio to commits of one small row in the same run.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench may stop when its own data are wrong"
)]

#[path = "../tests/it/support/mod.rs"]
#[macro_use]
#[expect(dead_code, unused_imports, unused_macros, reason = "the tests' support, of which a bench needs a part")]
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use evenhand::applications::GateOutcome;
use evenhand::applications::actions::check_gate;
use evenhand::base::ids::ApplicationId;
use evenhand::base::role::Role;
use evenhand::moderation::Agreement;
use evenhand::rounds::Round;
use evenhand::scoring::Mark;
use evenhand::scoring::actions as scoring;

use support::builders::{OFFICER, default_definition};
use support::db::Raw;
use support::{Browser, Kind, TestWorld};

const MEMBERS: [&str; 3] = ["m1@panel.example", "m2@panel.example", "m3@panel.example"];
/// How many bids the round has. `EVENHAND_BENCH_SIZES=100,1000` asks for others, ascending; `EVENHAND_BENCH_DATABASE=sqlite` (or
/// `postgres`) for one database alone.
const SIZES: &str = "100,1000,10000";
/// The aim for a page at ten thousand.
const AIM: Duration = Duration::from_millis(100);
const SAVES: usize = 150;
/// Between the numbers of a row and of its copy: more than a round by hand needs.
const STEP: usize = 100_000;

/// Tables of an assessed bid, and what is different in a copy.
const COPIED: [&str; 8] = [
    "applications",
    "gate_checks",
    "assignments",
    "score_sheets",
    "sheet_marks",
    "moderations",
    "agreed_marks",
    "agenda_entries",
];

struct Town {
    world: TestWorld,
    moderated: Round,
    bid: ApplicationId,
    scored: String,
}

fn sizes() -> Vec<usize> {
    let text = std::env::var("EVENHAND_BENCH_SIZES").unwrap_or_else(|_| SIZES.to_owned());
    text.split(',').map(|size| size.trim().parse().expect("sizes are numbers")).collect()
}

fn kinds() -> Vec<Kind> {
    match std::env::var("EVENHAND_BENCH_DATABASE").as_deref() {
        Ok("sqlite") => vec![Kind::Sqlite],
        Ok("postgres") => vec![Kind::Postgres],
        _ => vec![Kind::Sqlite, Kind::Postgres],
    }
}

fn marks() -> BTreeMap<String, Mark> {
    let mark = || Mark { mark: Some(4), reason: "As the bid says, in detail and with figures.".to_owned() };
    default_definition().criteria.iter().map(|criterion| (criterion.code.clone(), mark())).collect()
}

/// A round in scoring with one bid; a sheet of each member that is `done` is in.
fn scored(world: &TestWorld, round: &Round, number: usize, done: bool) -> (ApplicationId, String) {
    let email = format!("applicant{number}@bidders.example");
    let organisation = world.add_applicant(&email, &format!("Club Number {number}"));
    let reference = world.submitted_application(&email, round, organisation);
    let id = world.read(|conn| evenhand::applications::application_of_reference(conn, &reference)).id;
    world.set_time(round.settled_at().plus_seconds(1));
    world.act(OFFICER, |tx| scoring::start_scoring(tx, round.id));
    for email in MEMBERS {
        let account = world.actor(email).account().unwrap();
        world.act(OFFICER, |tx| scoring::assign(tx, id, account));
        world.act(email, |tx| scoring::declare_no_conflict(tx, &reference));
        if done {
            world.act(email, |tx| scoring::submit_sheet(tx, &reference, &marks(), 0));
        }
    }
    (id, reference)
}

fn town(kind: Kind) -> Town {
    let world = TestWorld::start(kind);
    for email in MEMBERS {
        world.add_person(email, "A Member", &[Role::Panel]);
    }
    let definition = default_definition();
    let moderated = world.round_of(&definition, true);
    let (bid, _) = scored(&world, &moderated, 1, true);
    for gate in &definition.gates {
        world.act(OFFICER, |tx| check_gate(tx, bid, &gate.code, GateOutcome::Met, "Looked at the file."));
    }
    world.act(OFFICER, |tx| evenhand::moderation::actions::start_moderation(tx, moderated.id, true));
    world.act(OFFICER, |tx| evenhand::moderation::actions::open(tx, bid));
    for criterion in &definition.criteria {
        let agreement = Agreement {
            mark: Some(4),
            reason: "Agreed after discussion.".to_owned(),
            strength: "Clear.".to_owned(),
            improvement: "Give figures.".to_owned(),
        };
        world.act(OFFICER, |tx| evenhand::moderation::actions::agree_mark(tx, bid, &criterion.code, &agreement, 0));
    }
    world.chair_closes(bid);
    let open = world.round_of(&definition, true);
    let (_, scored) = scored(&world, &open, 2, false);
    Town { world, moderated, bid, scored }
}

/// Columns of a table, from the schema.
fn columns(table: &str) -> Vec<&'static str> {
    let schema = include_str!("../src/db/schema.rs");
    let (_, rest) = schema.split_once(&format!("    {table} (id) {{")).expect("a table");
    let (body, _) = rest.split_once('}').expect("its end");
    body.lines().filter_map(|line| line.trim().split_once(" -> ")).map(|(name, _)| name).collect()
}

/// Copies the assessed bid: from the `from`-th to the `to`-th bid of the round.
fn copy(raw: &mut Raw, kind: Kind, bid: i32, from: usize, to: usize) {
    let over = if kind == Kind::Postgres { "OVERRIDING SYSTEM VALUE " } else { "" };
    for table in COPIED {
        let own = match table {
            "applications" => format!("t.id = {bid}"),
            "sheet_marks" => format!("t.sheet_id IN (SELECT id FROM score_sheets WHERE application_id = {bid})"),
            "agreed_marks" => format!("t.moderation_id IN (SELECT id FROM moderations WHERE application_id = {bid})"),
            _ => format!("t.application_id = {bid}"),
        };
        let columns = columns(table);
        let values: Vec<String> = columns
            .iter()
            .map(|column| match (*column, table) {
                ("id" | "application_id" | "sheet_id" | "moderation_id" | "assignment_id", _) => {
                    format!("t.{column} + s.n * {STEP}")
                }
                ("reference", _) => "'CSF-2026-B' || s.n".to_owned(),
                ("title", _) => "'Project number ' || s.n".to_owned(),
                ("ask_pence", _) => "100000 + s.n % 350 * 1000".to_owned(),
                ("flags" | "largest" | "total", _) => format!("(t.id * 3 + s.n * 7) % {}", column.len()),
                ("mark", _) => "(t.id * 5 + s.n * 7 + s.n / 11) % 6".to_owned(),
                _ => format!("t.{column}"),
            })
            .collect();
        raw.run(&format!(
            "WITH RECURSIVE s(n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM s WHERE n + 1 < {to}) \
             INSERT INTO {table} ({}) {over}SELECT {} FROM {table} t CROSS JOIN s WHERE {own}",
            columns.join(", "),
            values.join(", ")
        ));
    }
    raw.run("ANALYZE");
}

/// A connection that copies rows past the rules of their making.
fn hand(world: &TestWorld) -> Raw {
    let mut raw = world.attacker();
    if world.kind == Kind::Postgres {
        raw.run("SET session_replication_role = replica");
        return raw;
    }
    for trigger in raw.texts("SELECT name AS value FROM sqlite_master WHERE type = 'trigger'") {
        raw.run(&format!("DROP TRIGGER {trigger}"));
    }
    raw
}

/// The value below which so many hundredths of the times are.
fn part(times: &mut [Duration], hundredths: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() - 1) * hundredths / 100]
}

fn tenths(time: Duration) -> String {
    format!("{}.{}", time.as_micros() / 1_000, time.as_micros() / 100 % 10)
}

/// Asks for a page until enough is known, 15 seconds at most.
fn ask(browser: &Browser, path: &str) -> (Vec<Duration>, usize) {
    let (mut times, mut bytes) = (Vec::new(), 0);
    let began = Instant::now();
    while times.len() < 40 && (times.len() < 5 || began.elapsed() < Duration::from_secs(15)) {
        let began = Instant::now();
        let answer = browser.request(reqwest::Method::GET, path).send().unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        bytes = answer.bytes().unwrap().len();
        times.push(began.elapsed());
    }
    (times, bytes)
}

fn pages(town: &Town) {
    let (world, round) = (&town.world, &town.moderated.reference);
    let (officer, member) = (world.sign_in(OFFICER), world.sign_in(MEMBERS[0]));
    let pages = [
        ("ranking", &officer, format!("/office/rounds/{round}/ranking")),
        ("moderation agenda", &officer, format!("/office/rounds/{round}/moderation")),
        ("a member's list", &member, "/panel".to_owned()),
        ("applications", &officer, format!("/office/rounds/{round}/applications")),
        ("assignments", &officer, format!("/office/rounds/{round}/assignments")),
    ];
    let mut raw = hand(world);
    let (mut there, mut before) = (1, BTreeMap::new());
    for size in sizes() {
        copy(&mut raw, world.kind, town.bid.row(), there, size);
        there = size;
        world.app.memo.clear();
        for (name, browser, path) in &pages {
            let (mut times, bytes) = ask(browser, path);
            // After a change, what is kept must be read again.
            let first = times[0];
            let (half, most) = (part(&mut times, 50), part(&mut times, 95));
            let growth = before.insert(*name, most).map_or_else(String::new, |last: Duration| {
                format!(
                    ", {}.{} times",
                    most.as_micros() / last.as_micros().max(1),
                    most.as_micros() * 10 / last.as_micros().max(1) % 10
                )
            });
            let missed = if size >= 10_000 && most > AIM { "  ABOVE THE AIM" } else { "" };
            println!(
                "{:?} {size:>6} {name:<18} first {:>8} ms, p50 {:>8} ms, p95 {:>8} ms{growth}; {bytes} bytes, {} asked{missed}",
                world.kind,
                tenths(first),
                tenths(half),
                tenths(most),
                times.len()
            );
        }
    }
}

/// Commits of one small row on the same database server and disk.
fn bare_commits(world: &TestWorld) -> Vec<Duration> {
    let mut raw = match world.kind {
        Kind::Sqlite => Raw::sqlite(&world.folder().join("bare.sqlite3")),
        Kind::Postgres => world.raw(),
    };
    if world.kind == Kind::Sqlite {
        raw.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    }
    raw.run("CREATE TABLE IF NOT EXISTS bare (id INTEGER, text TEXT)");
    (0..SAVES)
        .map(|number| {
            let began = Instant::now();
            raw.run(&format!("BEGIN; INSERT INTO bare VALUES ({number}, 'a mark and its reason'); COMMIT"));
            began.elapsed()
        })
        .collect()
}

/// Saves a sheet again and again, as a member's page does.
fn saves(town: &Town) {
    let member = town.world.sign_in(MEMBERS[1]);
    let path = format!("/panel/applications/{}/sheet", town.scored);
    let before = bare_commits(&town.world);
    let mut times: Vec<Duration> = (0..SAVES)
        .map(|number| {
            let form = member
                .get(&path)
                .form("Save draft")
                .set("NEED-mark", "3")
                .set("NEED-reason", &format!("Reason {number}."));
            let request = form.request(&member);
            let began = Instant::now();
            let status = request.send().unwrap().status();
            let took = began.elapsed();
            assert_eq!(status.as_u16(), 303);
            took
        })
        .collect();
    let mut bare = [before, bare_commits(&town.world)].concat();
    let (save, commit) = (part(&mut times, 95), part(&mut bare, 95));
    let ratio = save.as_micros() * 10 / commit.as_micros().max(1);
    println!(
        "{:?} saving a sheet: p50 {} ms, p95 {} ms; a bare commit: p50 {} ms, p95 {} ms; p95 is {}.{} times a bare commit",
        town.world.kind,
        tenths(part(&mut times, 50)),
        tenths(save),
        tenths(part(&mut bare, 50)),
        tenths(commit),
        ratio / 10,
        ratio % 10
    );
}

fn main() {
    // The tests' folders are in memory, where fsync costs nothing; this bench needs the disk.
    let disk = Path::new(env!("CARGO_TARGET_TMPDIR"));
    if std::env::var_os("TMPDIR").is_none() {
        let again = Command::new(std::env::current_exe().unwrap()).env("TMPDIR", disk).status().unwrap();
        std::process::exit(again.code().unwrap_or(1));
    }
    for kind in kinds() {
        let town = town(kind);
        saves(&town);
        pages(&town);
    }
}
