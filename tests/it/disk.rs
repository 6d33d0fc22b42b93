//! A full disk and a failing one under submissions (R3): no receipt without a durable bid, and the truth afterwards.
//!
//! `strace` makes the program's own system calls fail: writes as on a full disk for a while, or syncs as on a broken one.
//! SQLite only: PostgreSQL is a program of its own with tests of its own.

use std::time::{Duration, Instant};

use evenhand::base::role::Role;
use evenhand::base::time::Clock;
use evenhand::rounds::Round;

use crate::support::builders::default_definition;
use crate::support::served::{Served, can_trace, send_submission, sign_in, verify};
use crate::support::{Browser, Kind, TestWorld};

const CLIENT: &str = "client@charity.example";

struct Bids {
    world: TestWorld,
    references: Vec<String>,
}

fn bids(count: usize) -> Bids {
    let world = TestWorld::start(Kind::Sqlite);
    world.set_time(Clock::system().now());
    let mut definition = default_definition();
    definition.max_bids_per_organisation = i32::MAX;
    let round: Round = world.round_of(&definition, true);
    let account = world.add_person(CLIENT, "Ann Applicant", &[Role::Applicant]);
    let organisation = world.add_organisation("Charity", &[account]);
    let references = (0..count).map(|_| world.complete_application(CLIENT, &round, organisation)).collect();
    Bids { world, references }
}

impl Bids {
    /// Serves with some of its system calls failing.
    fn serve(&self, failing: &str) -> Served {
        let inject = format!("inject={failing}");
        let prefix = ["strace", "-D", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", "signal=none", "-e", &inject];
        let prefix: &[&str] = if failing.is_empty() { &[] } else { &prefix };
        Served::start_under(prefix, self.world.folder(), &self.world.database_address())
    }

    fn submitted(&self) -> Vec<String> {
        self.world.raw().texts("SELECT reference AS value FROM applications WHERE stage = 'submitted'")
    }

    fn assert_sound(&self) {
        let output = verify(self.world.folder(), &self.world.database_address());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(self.world.raw().text("SELECT integrity_check AS value FROM pragma_integrity_check"), "ok");
    }
}

/// The tokens of a check page, asked for until the page comes.
fn tokens(browser: &Browser, reference: &str) -> Option<(String, String)> {
    let path = format!("/applications/{reference}/check");
    let page = browser.try_send(browser.request(reqwest::Method::GET, &path)).ok()?;
    Some((page.input("csrf")?, page.input("token")?))
}

#[test]
fn a_full_disk_refuses_and_then_carries_on() {
    if !can_trace() {
        return;
    }
    let bids = bids(12);
    // Each thread of the program meets a full disk from its 60th write to its 140th.
    let served = bids.serve("pwrite64:error=ENOSPC:when=60..140");
    let browser = sign_in(&bids.world, &served.base, CLIENT);
    let (mut refused, mut acknowledged) = (0, Vec::new());
    for reference in &bids.references {
        let begun = Instant::now();
        let (csrf, token) = loop {
            if let Some(tokens) = tokens(&browser, reference) {
                break tokens;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "reads work throughout");
        };
        loop {
            let reply = send_submission(&browser, reference, &csrf, &token).expect("the service answers throughout");
            if reply.status == 303 {
                acknowledged.push(reference.clone());
                break;
            }
            refused += 1;
            assert!(matches!(reply.status, 500 | 503), "{}: {}", reply.status, reply.words());
            // Nothing that was acknowledged is gone meanwhile, and nothing half there is taken for a bid.
            assert!(begun.elapsed() < Duration::from_secs(60), "writes resume within a minute");
        }
    }
    assert!(refused > 0, "the disk was never full: the test shows nothing");
    assert_eq!(acknowledged.len(), bids.references.len());
    drop(served);
    for reference in &acknowledged {
        assert!(bids.submitted().contains(reference), "{reference} was acknowledged");
    }
    println!("{refused} refusals, then {} submissions; 0 lost", acknowledged.len());
    bids.assert_sound();
}

#[test]
fn a_failing_disk_stops_the_service_and_the_same_token_tells_the_truth() {
    if !can_trace() {
        return;
    }
    let bids = bids(30);
    let mut served = bids.serve("fsync,fdatasync:error=EIO:when=16+");
    let browser = sign_in(&bids.world, &served.base, CLIENT);
    let mut acknowledged = Vec::new();
    let mut open = None;
    for reference in bids.references.iter().cycle().take(200) {
        if acknowledged.contains(reference) {
            continue;
        }
        let Some((csrf, token)) = tokens(&browser, reference) else { break };
        match send_submission(&browser, reference, &csrf, &token) {
            Ok(reply) if reply.status == 303 => acknowledged.push(reference.clone()),
            Ok(reply) => {
                assert_eq!(reply.status, 503, "{}", reply.words());
                assert!(
                    reply.words().contains("We cannot tell whether that was saved")
                        || reply.words().contains("Saving is paused"),
                    "{}",
                    reply.words()
                );
                open.get_or_insert((reference.clone(), token));
            }
            // It stopped before it answered.
            Err(_) => drop(open.get_or_insert((reference.clone(), token))),
        }
        if open.is_some() {
            break;
        }
    }
    // The disk may have failed under a write of the service's own, between two of ours: then no token of a bid is in doubt.
    let rest = bids.references.iter().find(|reference| !acknowledged.contains(reference));
    let (unsure, token) = open.map_or_else(
        || (rest.expect("the disk never failed: the test shows nothing").clone(), None),
        |(reference, token)| (reference, Some(token)),
    );
    // It ends by itself, so that whatever supervises it starts it again on what the disk really holds.
    let began = Instant::now();
    let status = loop {
        if let Some(status) = served.child.try_wait().unwrap() {
            break status;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "the service goes on with a failed disk");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(!status.success(), "it ends with a failure");
    for reference in &acknowledged {
        assert!(bids.submitted().contains(reference), "{reference} was acknowledged");
    }
    let was_kept = bids.submitted().contains(&unsure);

    let served = bids.serve("");
    let browser = sign_in(&bids.world, &served.base, CLIENT);
    browser.get("/applications").expect_status(200);
    let token = token.unwrap_or_else(|| tokens(&browser, &unsure).unwrap().1);
    let reply = send_submission(&browser, &unsure, &browser.csrf(), &token).unwrap();
    assert_eq!(reply.status, 303, "the same token again: {}", reply.words());
    let receipt = browser.get(&reply.location().unwrap()).expect_status(200);
    assert!(receipt.text().contains(&unsure));
    assert_eq!(bids.world.raw().count("submission_receipts"), i64::try_from(acknowledged.len()).unwrap() + 1);
    println!("{} acknowledged, 0 lost; the bid in doubt was kept: {was_kept}", acknowledged.len());
    drop(served);
    bids.assert_sound();
}
