//! The sender killed with SIGKILL at each of its commit points (R8): nothing is lost, and nothing is sent twice by itself.
//!
//! The real program runs as its own process. The mail server holds it at a step; where a commit of its own is meant, the test
//! holds the database's lock, so that the commit cannot be made. Then it is killed. Leases are let run out in the database, since the
//! program has the machine's clock. `EVENHAND_TEST_MAIL_KILLS` sets how often (12: each point once, and over again).

use std::time::{Duration, Instant};

use evenhand::base::time::Clock;
use evenhand::mail::Stage;

use super::*;
use crate::support::Kind;
use crate::support::db::Raw;
use crate::support::served::Served;
use crate::support::smtp::{Held, Step};

const LETTERS: usize = 50;

/// Where the sender is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    /// The server has it at this step; what it committed before stands.
    At(Step),
    /// The whole message has come, and the server keeps it or not; the answer has not gone out.
    Gap { kept: bool },
    /// It is about to commit that it hands the message over.
    HandingOver,
    /// It has the answer, and is about to commit it.
    Settling,
}

const POINTS: [Point; 9] = [
    Point::At(Step::Greeting),
    Point::At(Step::Hello),
    Point::At(Step::Sender),
    Point::At(Step::Recipient),
    Point::At(Step::Data),
    Point::HandingOver,
    Point::Gap { kept: false },
    Point::Gap { kept: true },
    Point::Settling,
];

impl Point {
    const fn step(self) -> Step {
        match self {
            Self::At(step) => step,
            Self::HandingOver => Step::Data,
            Self::Gap { .. } | Self::Settling => Step::Dot,
        }
    }

    /// Whether the message may have arrived, so that it must be uncertain.
    const fn is_gap(self) -> bool {
        matches!(self, Self::Gap { .. } | Self::Settling)
    }

    const fn keeps(self) -> bool {
        matches!(self, Self::Gap { kept: true } | Self::Settling)
    }
}

fn kills() -> usize {
    std::env::var("EVENHAND_TEST_MAIL_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

/// Nobody can commit a change of the outbox until it is rolled back.
fn lock(world: &TestWorld) -> Raw {
    let mut raw = world.raw();
    match world.kind {
        Kind::Sqlite => raw.run("BEGIN IMMEDIATE"),
        Kind::Postgres => raw.run("BEGIN; LOCK TABLE outbox IN EXCLUSIVE MODE"),
    }
    raw
}

/// Leases, waits and pauses are over.
fn time_passes(world: &TestWorld) {
    let mut raw = world.raw();
    raw.run("UPDATE outbox SET leased_until = '2026-01-01 00:00:00' WHERE stage = 'sending'");
    raw.run("UPDATE outbox SET next_attempt_at = '2026-01-01 00:00:00' WHERE stage = 'queued'");
    raw.run("UPDATE mail_troubles SET next_try_at = '2026-01-01 00:00:00' WHERE ended_at IS NULL");
}

/// Runs the program until it is at the point, and kills it there.
fn kill_at(world: &TestWorld, server: &Scripted, point: Point, after: usize) {
    let held: Held = server.stop_at(point.step(), after, point.keeps());
    let mut worker = Served::worker(world, &server.url());
    held.wait();
    match point {
        Point::At(_) | Point::Gap { .. } => worker.kill(),
        Point::HandingOver | Point::Settling => {
            // Whatever it does with the answer, it cannot commit it.
            let mut locked = lock(world);
            held.go.send(()).unwrap();
            worker.kill();
            locked.run("ROLLBACK");
        }
    }
    time_passes(world);
}

on_both! {
    fn a_sender_killed_at_each_commit_point_loses_and_doubles_nothing(world) {
        // The program has the machine's clock, so what is made here has it too.
        world.set_time(Clock::system().now().plus_seconds(-60));
        let server = Scripted::start();
        queue(&world, 0..LETTERS);
        let mut gaps = 0;
        for kill in 0..kills() {
            let point = POINTS[kill % POINTS.len()];
            // A few messages go through before, as many as are left for all kills.
            let once = matches!(point, Point::At(Step::Greeting | Step::Hello));
            let after = if count(&world, Stage::Queued) > 10 && !once { kill % 3 } else { 0 };
            if count(&world, Stage::Queued) == 0 {
                break;
            }
            kill_at(&world, &server, point, after);
            gaps += usize::from(point.is_gap());
        }
        let begun = Instant::now();
        let _worker = Served::worker(&world, &server.url());
        while count(&world, Stage::Queued) + count(&world, Stage::Sending) > 0 {
            assert!(begun.elapsed() < Duration::from_secs(300), "mail is never done");
            std::thread::sleep(Duration::from_millis(20));
        }

        let mut uncertain = 0;
        for number in 0..LETTERS {
            let kept = kept_for(&server, number);
            match stage_of(&world, number) {
                Stage::Sent => assert_eq!(kept, 1, "{number} is sent"),
                Stage::Uncertain => {
                    assert!(kept <= 1, "{number} went out twice");
                    uncertain += 1;
                }
                other => panic!("{number} is {other:?}: {:?}", attempts(&world, number)),
            }
            for attempt in attempts(&world, number) {
                assert!(attempt.ending.is_some() && attempt.ended_at.is_some(), "{number}: {attempt:?}");
            }
        }
        assert_eq!(uncertain, gaps, "uncertain is what may have arrived, and nothing else");
        let sent = count(&world, Stage::Sent);
        println!("{} kills of {LETTERS} messages: {sent} sent, {uncertain} uncertain, 0 lost, 0 doubled", kills());
    }
}
