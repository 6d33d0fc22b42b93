//! R5: the last moment under load. Accepted if and only if received before the closing time in force; none after the list is frozen.

use std::sync::atomic::{AtomicUsize, Ordering};

use evenhand::applications::actions::submit;
use evenhand::audit::EventKind;
use evenhand::audit::store::{Filter, list_records};
use evenhand::base::time::At;
use evenhand::rounds::actions::{Extending, extend};
use evenhand::rounds::{Round, RoundDefinition};
use evenhand::scoring::actions::start_scoring;

use super::{ANN, stored};
use crate::support::TestWorld;
use crate::support::builders::{OFFICER, declaration, default_definition, receipt};

/// Bids of each run; 10,000 decisions and more are in the unit tests of the pure function.
const BIDS: usize = 200;
const THREADS: usize = 8;

/// A round whose form is soon filled in, with as many bids as wanted.
fn easy() -> RoundDefinition {
    let mut definition = default_definition();
    definition.max_bids_per_organisation = i32::MAX;
    for question in definition.sections.iter_mut().flat_map(|section| &mut section.questions) {
        question.required = question.role.is_some();
    }
    definition
}

fn drafts(world: &TestWorld, round: &Round) -> Vec<String> {
    let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
    (0..BIDS).map(|_| world.complete_application(ANN, round, charity)).collect()
}

/// When the request of a bid was read: from half a second before the closing time to half a second after it, and the microseconds
/// at it.
fn received(round: &Round, place: usize) -> At {
    let place = i64::try_from(place).unwrap();
    let off = match place {
        0..=4 => place - 2,
        _ => (place * 7_919_003) % 1_000_000 - 500_000,
    };
    At::from_micros(round.closes_at.micros() + off)
}

fn press(world: &TestWorld, reference: &str, received: At) {
    let declaration = declaration(&format!("token-{reference}"));
    let actor = world.actor(ANN);
    let outcome = world.app.ledger.write_received(Some(received), &actor, |tx| {
        let at = tx.received();
        submit(tx, reference, &declaration, |_, bid, _| Ok(vec![receipt(ANN, &bid.reference, at)]))
    });
    outcome.unwrap_or_else(|problem| panic!("{reference}: {problem:?}"));
}

/// Runs `officer` in the middle of all the submissions.
fn at_once(world: &TestWorld, bids: &[String], moment: impl Fn(usize) -> At + Sync, officer: impl FnOnce() + Send) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::SeqCst);
                    let Some(reference) = bids.get(place) else { break };
                    press(world, reference, moment(place));
                }
            });
        }
        while next.load(Ordering::SeqCst) < bids.len() / 2 {
            std::thread::yield_now();
        }
        officer();
    });
}

/// What the trail says of the round, in its order: kind and facts.
fn story(world: &TestWorld, round: &Round) -> Vec<(String, serde_json::Value)> {
    let filter = Filter { round: Some(round.id.row()), limit: 100_000, ..Filter::default() };
    world
        .read(|conn| list_records(conn, &filter))
        .into_iter()
        .map(|stored| (stored.record.kind, serde_json::from_str(&stored.record.data).unwrap()))
        .collect()
}

fn moment(facts: &serde_json::Value, name: &str) -> At {
    At::from_rfc3339(facts[name].as_str().unwrap_or_else(|| panic!("no {name} in {facts}"))).unwrap()
}

on_both! {
    /// Hundreds of submissions within half a second of the closing time, while an officer moves it by a quarter of a second: the
    /// trail's own order says which closing time was in force for each, and every decision follows from it.
    fn a_bid_is_taken_exactly_when_it_was_received_before_the_closing_time_in_force(world) {
        let round = world.round_of(&easy(), true);
        let bids = drafts(&world, &round);
        world.set_time(round.closes_at);
        let to = At::from_micros(round.closes_at.micros() + 250_000);
        at_once(&world, &bids, |place| received(&round, place), || {
            let wanted = Extending { to, reason: "A quarter of a second".to_owned(), version: stored(&world, &round).version };
            world.act(OFFICER, |tx| extend(tx, round.id, &wanted, |_, _, _| Ok(Vec::new())));
        });
        let (mut closes_at, mut taken, mut refused, mut by_extension) = (round.closes_at, 0, 0, 0);
        for (kind, facts) in story(&world, &round) {
            if kind == EventKind::RoundExtended.word() {
                closes_at = moment(&facts, "to");
            } else if kind == EventKind::ApplicationSubmitted.word() {
                assert!(moment(&facts, "received") < closes_at, "{facts}");
                by_extension += usize::from(moment(&facts, "received") >= round.closes_at);
                taken += 1;
            } else if kind == EventKind::LateAttemptRefused.word() {
                assert!(moment(&facts, "received") >= closes_at, "{facts}");
                refused += 1;
            }
        }
        assert_eq!(closes_at, to);
        assert_eq!(taken + refused, BIDS);
        assert!(taken > BIDS / 3 && refused > BIDS / 8 && by_extension > 0, "{taken} {refused} {by_extension}");
        let mut raw = world.raw();
        assert_eq!(raw.count("applications WHERE stage = 'submitted'"), i64::try_from(taken).unwrap());
        assert_eq!(raw.count("submission_receipts"), i64::try_from(taken).unwrap());
        assert_eq!(raw.count("outbox WHERE kind = 'receipt'"), i64::try_from(taken).unwrap());
        // The receipt and the list say when it was received, not when it had its turn.
        assert_eq!(raw.count("applications WHERE submitted_at IS NOT NULL AND stage <> 'submitted'"), 0);
    }

    /// Writers queue at the trail's head row: what comes after the officer starts scoring is refused, even if it was received in time,
    /// and what scoring counted is what there is. That is why scoring waits a minute.
    fn nothing_is_taken_after_the_list_is_frozen(world) {
        let round = world.round_of(&easy(), true);
        let bids = drafts(&world, &round);
        world.set_time(round.settled_at());
        at_once(&world, &bids, |_| At::from_micros(round.closes_at.micros() - 1), || {
            world.act(OFFICER, |tx| start_scoring(tx, round.id));
        });
        let (mut frozen, mut taken, mut refused) = (None, 0_usize, 0_usize);
        for (kind, facts) in story(&world, &round) {
            if kind == EventKind::ScoringStarted.word() {
                frozen = Some(usize::try_from(facts["applications"].as_u64().unwrap()).unwrap());
                assert_eq!(frozen, Some(taken), "scoring counted what was there");
            } else if kind == EventKind::ApplicationSubmitted.word() {
                assert_eq!(frozen, None, "taken after the list was frozen: {facts}");
                taken += 1;
            } else if kind == EventKind::LateAttemptRefused.word() {
                assert!(frozen.is_some(), "refused though in time: {facts}");
                refused += 1;
            }
        }
        assert_eq!((frozen, taken + refused), (Some(taken), BIDS));
        assert!(taken > 0 && refused > 0, "the two did not meet: {taken} {refused}");
        assert_eq!(world.raw().count("applications WHERE stage = 'submitted'"), i64::try_from(taken).unwrap());
    }
}
