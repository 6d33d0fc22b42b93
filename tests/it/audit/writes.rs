//! The one door for changes: all of a change or nothing, one after another.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use evenhand::accounts::actions::add_account;
use evenhand::audit::{Change, Event, EventKind};
use evenhand::base::actor::Actor;
use evenhand::base::email::EmailAddress;
use evenhand::base::role::Role;
use evenhand::error::Problem;

use super::*;

const THREADS: i64 = 8;
const WRITES: i64 = 50;

fn email(name: &str) -> EmailAddress {
    EmailAddress::parse(&format!("{name}@people.example")).unwrap()
}

on_both! {
    fn writers_at_once_neither_fork_the_chain_nor_fail(world) {
        let system = Actor::System("test");
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let (ledger, system) = (&world.app.ledger, &system);
                scope.spawn(move || {
                    for write in 0..WRITES {
                        let email = email(&format!("person-{thread}-{write}"));
                        let added = ledger.write(system, |tx| add_account(tx, &email, "Somebody", &[Role::Panel]));
                        added.unwrap_or_else(|problem: Problem| panic!("{problem:?}"));
                    }
                });
            }
        });
        let report = world.verify();
        assert!(report.is_clean(), "{:#?}", report.findings);
        assert_eq!(report.records, THREADS * WRITES);
        assert_eq!(world.raw().count("accounts"), THREADS * WRITES);
        let links = world.raw().count("(SELECT DISTINCT previous_hash FROM audit_events) AS links");
        assert_eq!(links, THREADS * WRITES, "each record continues another one");
    }

    fn a_panic_inside_a_write_leaves_nothing(world) {
        world.add_person("first@people.example", "First", &[Role::Officer]);
        let before = (world.records(), world.raw().count("accounts"), world.raw().count("row_salts"));
        for _ in 0..10 {
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                world.app.ledger.write::<(), Problem>(&Actor::System("test"), |tx| {
                    add_account(tx, &email("lost"), "Lost", &[Role::Officer])?;
                    panic!("on purpose");
                })
            }));
            assert!(outcome.is_err());
        }
        assert_eq!((world.records(), world.raw().count("accounts"), world.raw().count("row_salts")), before);
        // And the door still opens.
        world.add_person("second@people.example", "Second", &[Role::Officer]);
        assert_eq!(world.records(), before.0 + 1);
    }

    fn an_action_that_fails_leaves_nothing(world) {
        world.add_person("first@people.example", "First", &[Role::Officer]);
        let before = (world.records(), world.raw().count("accounts"), world.raw().count("row_salts"));
        let failed = world.app.ledger.write::<(), Problem>(&Actor::System("test"), |tx| {
            add_account(tx, &email("lost"), "Lost", &[Role::Officer])?;
            Err(Problem::NotFound)
        });
        assert!(matches!(failed, Err(Problem::NotFound)));
        let doubled = world
            .app
            .ledger
            .write(&Actor::System("test"), |tx| add_account(tx, &email("first"), "First again", &[Role::Officer]));
        assert!(matches!(doubled, Err(Problem::Refused { .. })), "{doubled:?}");
        assert_eq!((world.records(), world.raw().count("accounts"), world.raw().count("row_salts")), before);
    }

    /// The database's own refusal, half-way through a change, takes the whole change back.
    fn a_refusal_of_the_database_leaves_nothing(world) {
        let before = world.records();
        let refused = world.app.ledger.write::<(), Problem>(&Actor::System("test"), |tx| {
            add_account(tx, &email("once"), "Once", &[Role::Officer, Role::Officer])?;
            unreachable!("one role twice");
        });
        assert!(refused.is_err());
        assert_eq!((world.records(), world.raw().count("accounts")), (before, 0));
    }

    fn an_operation_that_fails_leaves_nothing(world) {
        let outcome = world.app.db.operate::<(), Problem>(|tx| {
            let mail = crate::support::builders::receipt("a@people.example", "CSF-1", world.now());
            evenhand::mail::queue(tx.conn(), &mail, &world.app.random, world.now())?;
            Err(Problem::NotFound)
        });
        assert!(outcome.is_err());
        assert_eq!(world.raw().count("outbox"), 0);
    }

    /// Readers get connections that cannot write, so no page can change a row past the ledger.
    fn a_reader_cannot_write(world) {
        let attempt: Result<(), Problem> = world.app.db.read(|conn| {
            use diesel::RunQueryDsl;
            diesel::sql_query("DELETE FROM accounts").execute(conn)?;
            Ok(())
        });
        assert!(attempt.is_err());
    }

    fn two_thousand_events_verify_in_seconds(world) {
        for batch in 0..20 {
            world.as_system(|tx| {
                let first = add_account(tx, &email(&format!("person-{batch}")), "Somebody", &[Role::Panel])?;
                let mut change = Change::new((), Event::new(EventKind::AccountAdded)).map(|()| ());
                for number in 0..98 {
                    change = change.and(Event::new(EventKind::SignedIn).with("account", number));
                }
                drop(first);
                Ok(change.and(Event::new(EventKind::SignedOut)))
            });
        }
        world.checkpoint();
        let start = Instant::now();
        let report = world.verify();
        let took = start.elapsed();
        assert!(report.is_clean(), "{:#?}", report.findings);
        assert_eq!((report.records, report.anchored), (2_000, 2_000));
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
}
