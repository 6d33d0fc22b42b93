//! Plans of faults (R8): two senders at once, a server that fails at every step by chance, and senders that vanish.
//!
//! `EVENHAND_TEST_MAIL_PLANS` sets how many plans; with it each has 500 messages (without it 2 plans of 40).

use std::collections::BTreeSet;
use std::sync::Mutex;

use evenhand::base::random::Random;
use evenhand::mail::Stage;
use evenhand::mail::outbox;

use super::*;
use crate::support::smtp::{Fault, Step};

fn plans() -> (usize, usize) {
    match std::env::var("EVENHAND_TEST_MAIL_PLANS").ok().and_then(|text| text.parse().ok()) {
        Some(plans) => (plans, 500),
        None => (2, 40),
    }
}

/// A fault in one of twelve steps, by chance.
fn by_chance(random: &Random, step: Step) -> Option<Fault> {
    let [whether, which] = random.bytes::<2>().unwrap();
    if whether % 12 != 0 {
        return None;
    }
    let faults = match step {
        Step::Content => vec![Fault::Close],
        Step::Dot => vec![
            Fault::KeepAndClose,
            Fault::Close,
            Fault::Answer("452 4.2.2 mailbox full"),
            Fault::Answer("554 5.7.1 no"),
            Fault::Answer("gibberish"),
        ],
        Step::Data => vec![Fault::Close, Fault::Answer("452 4.3.1 no room"), Fault::Answer("554 5.6.0 no")],
        _ => vec![Fault::Close, Fault::Answer("451 4.3.0 later"), Fault::Answer("550 5.7.1 no"), Fault::Slow],
    };
    Some(faults[usize::from(which) % faults.len()].clone())
}

/// Takes a message and vanishes: before it hands over, or right after it has said that it does.
fn vanish(world: &TestWorld, handed: bool) -> Option<String> {
    let held = outbox::take(&world.app.db, world.now()).unwrap()?;
    (handed && outbox::hand_over(&world.app.db, &held, world.now()).unwrap()).then_some(held.to_email)
}

/// One plan; returns how many were sent, failed and are uncertain.
fn run_plan(world: &TestWorld, plan: usize, messages: usize) -> (i64, i64, usize) {
    let first = plan * messages;
    let mine = first..first + messages;
    queue(world, mine.clone());
    let server = Scripted::start();
    let random = Random::seeded(&format!("plan {plan}"));
    let theirs = random.clone();
    server.decide(move |step| by_chance(&theirs, step));
    let vanished: Mutex<BTreeSet<String>> = Mutex::default();
    let waiting = || count(world, Stage::Queued) + count(world, Stage::Sending) > 0;
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let sender = sender(world, &server);
                while waiting() {
                    let [chance, how] = random.bytes::<2>().unwrap();
                    if chance % 24 == 0 {
                        vanished.lock().unwrap().extend(vanish(world, how % 2 == 0));
                    }
                    if sender.send_next().unwrap().is_none() {
                        world.advance_minutes(10);
                        sender.abandon().unwrap();
                    }
                }
            });
        }
    });

    let taken = server.taken();
    let vanished = vanished.into_inner().unwrap();
    let cut: BTreeSet<String> = server.cut().into_iter().collect();
    let mut uncertain = 0;
    for number in mine {
        let to = address(number);
        let of_it: Vec<_> = taken.iter().filter(|taken| taken.to == to).collect();
        let kept = of_it.iter().filter(|taken| taken.kept).count();
        let gap = of_it.iter().any(|taken| !taken.answered) || vanished.contains(&to);
        let stage = stage_of(world, number);
        let told = || format!("plan {plan}, {to} is {stage:?}: {of_it:?} {:?}", attempts(world, number));
        assert!(kept <= 1, "doubled: {}", told());
        match stage {
            Stage::Sent => assert!(kept == 1 && !gap, "{}", told()),
            Stage::Failed => assert!(kept == 0 && !gap, "{}", told()),
            // Whoever is cut off within the content may have sent the dot already, for all it knows.
            Stage::Uncertain => {
                assert!(gap || cut.contains(&to), "{}", told());
                uncertain += 1;
            }
            other => panic!("lost, {other:?}: {}", told()),
        }
        if gap {
            assert_eq!(stage, Stage::Uncertain, "{}", told());
        }
        let bytes: BTreeSet<String> = attempts(world, number).into_iter().filter_map(|one| one.sha256).collect();
        assert!(bytes.len() <= 1 && of_it.iter().all(|taken| bytes.contains(&taken.sha256)), "{}", told());
    }
    let like = |stage: Stage| count(world, stage);
    (like(Stage::Sent), like(Stage::Failed), uncertain)
}

on_both! {
    fn plans_of_faults_lose_and_double_nothing(world) {
        let (plans, messages) = plans();
        let (mut sent, mut failed, mut uncertain) = (0, 0, 0);
        for plan in 0..plans {
            let (all_sent, all_failed, more) = run_plan(&world, plan, messages);
            (sent, failed) = (all_sent, all_failed);
            uncertain += more;
        }
        assert!(sent > 0 && failed > 0 && uncertain > 0, "the plans try nothing: {sent} {failed} {uncertain}");
        println!(
            "{plans} plans of {messages}: {sent} sent, {failed} failed, {uncertain} uncertain, 0 lost, 0 doubled"
        );
    }
}
