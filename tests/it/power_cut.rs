//! A power cut while people upload and submit (R2): nothing that was acknowledged is lost or damaged.
//!
//! The real program runs under `strace`. Its system calls on the data folder are then replayed into a model of a disk that
//! knows what was synced, and at sampled acknowledgements (the answer to a submission leaving its socket) the disk is rebuilt as
//! a cut would have left it: every unsynced write lost; a random half of them kept; the kept ones torn at sectors as well. On each
//! of these disks the service's own verifier runs, and the acknowledged bids are looked for.
//!
//! The control: the same cuts with the write-ahead log's syncs left out of account (which is what `synchronous = NORMAL` does)
//! must lose bids, and with the file store's left out must lose files. PostgreSQL has its own such tests; here it is SQLite and the file store.
//! `EVENHAND_TEST_CUTS` sets how many (24).

mod disk;
mod trace;

use std::path::Path;

use evenhand::base::role::Role;
use evenhand::base::time::Clock;
use evenhand::rounds::QuestionKind;

use self::disk::{Cut, Disk};
use self::trace::Call;
use crate::support::builders::{default_definition, pdf};
use crate::support::db::Raw;
use crate::support::served::{Served, sign_in, submit, verify};
use crate::support::{Kind, TestWorld};

const CLIENTS: usize = 3;
const BIDS: usize = 5;
const DATABASE: &str = "evenhand.sqlite3";

fn cuts() -> usize {
    std::env::var("EVENHAND_TEST_CUTS").ok().and_then(|text| text.parse().ok()).unwrap_or(24)
}

fn client(number: usize) -> String {
    format!("client{number}@charity.example")
}

/// Lets people upload and submit through the traced program; returns what it asked of the system.
fn record(world: &TestWorld, log: &Path) -> Vec<Call> {
    let mut definition = default_definition();
    definition.max_bids_per_organisation = i32::MAX;
    let round = world.round_of(&definition, true);
    let questions: Vec<String> = definition
        .questions()
        .filter(|question| question.required && question.kind == QuestionKind::Document)
        .map(|question| question.code.clone())
        .take(2)
        .collect();
    let mut drafts = Vec::new();
    for number in 0..CLIENTS {
        let account = world.add_person(&client(number), "Ann Applicant", &[Role::Applicant]);
        let organisation = world.add_organisation(&format!("Charity {number}"), &[account]);
        let references: Vec<String> =
            (0..BIDS).map(|_| world.complete_application(&client(number), &round, organisation)).collect();
        drafts.push(references);
    }
    // What is on the disk before the program starts is safe.
    Disk::copy(world.folder(), &log.with_extension("before"));
    let log_name = log.to_str().unwrap();
    let prefix = trace::command(log_name);
    let prefix: Vec<&str> = prefix.iter().map(String::as_str).collect();
    let mut served = Served::start_under(&prefix, world.folder(), &world.database_address());
    std::thread::scope(|scope| {
        for (number, references) in drafts.iter().enumerate() {
            let (base, questions) = (&served.base, &questions);
            scope.spawn(move || {
                let browser = sign_in(world, base, &client(number));
                for reference in references {
                    for question in questions {
                        let path = format!("/applications/{reference}/uploads/{question}");
                        let bytes = pdf(reference, &format!("{question}, a better scan"));
                        browser.upload(&path, &[], question, "better.pdf", &bytes).expect_status(303);
                    }
                    submit(&browser, reference).expect("a receipt");
                }
            });
        }
    });
    served.kill();
    trace::read(log, world.folder())
}

/// What one cut left: whether the trail and files are whole, and how many acknowledged bids are not there.
struct Left {
    whole: bool,
    lost: usize,
    said: String,
}

fn examine(disk: &Disk, cut: Cut, seed: u64, acknowledged: &[String], folder: &Path) -> Left {
    let _ = std::fs::remove_dir_all(folder);
    disk.write(cut, seed, folder);
    let database = folder.join(DATABASE);
    let output = verify(folder, &format!("sqlite:{}", database.display()));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let mut raw = Raw::sqlite(&database);
    let submitted = if raw.try_run("SELECT 1 FROM applications").is_ok() {
        raw.texts("SELECT reference AS value FROM applications WHERE stage = 'submitted'")
    } else {
        Vec::new()
    };
    let lost = acknowledged.iter().filter(|reference| !submitted.contains(reference)).count();
    Left { whole: output.status.success(), lost, said }
}

#[test]
fn a_power_cut_loses_nothing_acknowledged() {
    if !crate::support::served::can_trace() {
        return;
    }
    let world = TestWorld::start(Kind::Sqlite);
    world.set_time(Clock::system().now());
    let scratch = crate::support::db::folder();
    let log = scratch.path().join("trace");
    let calls = record(&world, &log);
    let moments = trace::acknowledgements(&calls);
    assert_eq!(moments.len(), CLIENTS * BIDS, "every submission was seen to be answered");

    let before = log.with_extension("before");
    let (mut seen, mut lost_to_normal, mut files_lost) = (0, 0, 0);
    let per_mode = cuts().div_ceil(3);
    for (mode, cut) in [Cut::AllLost, Cut::HalfKept, Cut::Torn].into_iter().enumerate() {
        for turn in 0..per_mode {
            let (at, _) = &moments[(turn * moments.len()) / per_mode];
            let acknowledged: Vec<String> =
                moments.iter().filter(|(other, _)| other <= at).map(|(_, reference)| reference.clone()).collect();
            let seed = u64::try_from(mode * 1_000 + turn).unwrap();
            let folder = scratch.path().join("after");
            let replayed = |ignored: &dyn Fn(&str) -> bool| {
                let mut disk = Disk::load(&before);
                calls[..*at].iter().for_each(|call| disk.apply(call, ignored));
                disk
            };
            let left = examine(&replayed(&|_| false), cut, seed, &acknowledged, &folder);
            assert!(left.whole && left.lost == 0, "{cut:?} {turn}: {} lost; {}", left.lost, left.said);
            seen += 1;
            if cut == Cut::AllLost && turn % 2 == 1 {
                let normal = examine(&replayed(&|path| path.ends_with("-wal")), cut, seed, &acknowledged, &folder);
                lost_to_normal += usize::from(normal.lost > 0);
                let unsynced = |path: &str| !path.contains(DATABASE) && path.starts_with("files");
                files_lost += usize::from(!examine(&replayed(&unsynced), cut, seed, &acknowledged, &folder).whole);
            }
        }
    }
    println!(
        "{seen} cuts, {} calls, {} submissions acknowledged: 0 lost, 0 damaged; without the log's syncs {lost_to_normal} cuts lost \
         bids, without the files' {files_lost} lost files",
        calls.len(),
        moments.len()
    );
    assert!(lost_to_normal > 0, "the control must fail, or this test shows nothing");
    assert!(files_lost > 0, "the control must fail, or this test shows nothing");
}
