//! Faults, one at a time: at every step, and of every setting.

use evenhand::config::MailServer;
use evenhand::mail::Stage;
use evenhand::mail::ending::Ended;
use evenhand::mail::outbox::trouble::{Trouble, open_trouble};
use evenhand::mail::wire::Patience;

use super::*;
use crate::support::builders::{OFFICER, default_definition};
use crate::support::pages::{open, says};
use crate::support::smtp::{Fault, Step};

/// Every fault at every step: what the message is then, and whether the server kept it.
const FAULTS: &[(Step, Fault, Stage, bool)] = &[
    (Step::Greeting, Fault::Answer("421 4.3.2 busy"), Stage::Queued, false),
    (Step::Greeting, Fault::Answer("554 5.3.2 no service"), Stage::Queued, false),
    (Step::Greeting, Fault::Close, Stage::Queued, false),
    (Step::Hello, Fault::Answer("421 4.3.2 busy"), Stage::Queued, false),
    (Step::Hello, Fault::Answer("550 5.7.1 who are you"), Stage::Queued, false),
    (Step::Hello, Fault::Close, Stage::Queued, false),
    (Step::Sender, Fault::Answer("451 4.3.0 later"), Stage::Queued, false),
    (Step::Sender, Fault::Answer("550 5.7.1 not you"), Stage::Queued, false),
    (Step::Sender, Fault::Answer("354 what"), Stage::Queued, false),
    (Step::Sender, Fault::Close, Stage::Queued, false),
    (Step::Recipient, Fault::Answer("450 4.2.1 later"), Stage::Queued, false),
    (Step::Recipient, Fault::Answer("550 5.1.1 no such user"), Stage::Failed, false),
    (Step::Recipient, Fault::Answer("gibberish"), Stage::Queued, false),
    (Step::Recipient, Fault::Close, Stage::Queued, false),
    (Step::Data, Fault::Answer("452 4.3.1 no room"), Stage::Queued, false),
    (Step::Data, Fault::Answer("554 5.6.0 no"), Stage::Failed, false),
    (Step::Data, Fault::Answer("250 2.0.0 hm"), Stage::Queued, false),
    (Step::Data, Fault::Close, Stage::Queued, false),
    (Step::Dot, Fault::Answer("452 4.2.2 mailbox full"), Stage::Queued, false),
    (Step::Dot, Fault::Answer("554 5.7.1 looks like spam"), Stage::Failed, false),
    (Step::Dot, Fault::Answer("354 what"), Stage::Uncertain, false),
    (Step::Dot, Fault::Answer("gibberish"), Stage::Uncertain, false),
    (Step::Dot, Fault::Close, Stage::Uncertain, false),
    (Step::Dot, Fault::KeepAndClose, Stage::Uncertain, true),
];

on_both! {
    /// What certainly did not arrive is sent once when the server is well again; what may have is never sent by itself.
    fn a_fault_at_a_step_ends_as_the_step_allows(world) {
        let server = Scripted::start();
        for (number, (step, fault, stage, kept)) in FAULTS.iter().enumerate() {
            let told = format!("{step:?} {fault:?}");
            queue(&world, number..number + 1);
            server.script(&[(*step, fault.clone())]);
            let sender = sender(&world, &server);
            sender.send_next().unwrap().expect("a message is due");
            sender.rest();
            assert_eq!(stage_of(&world, number), *stage, "{told}: {:?}", attempts(&world, number));
            assert_eq!(kept_for(&server, number), usize::from(*kept), "{told}");
            let tries = attempts(&world, number);
            assert_eq!(tries.len(), 1, "{told}");
            assert!(tries[0].ended_at.is_some() && !tries[0].words.as_ref().unwrap().is_empty(), "{told}: {tries:?}");
            if let Fault::Answer(answer) = fault
                && *answer != "gibberish"
            {
                let code = &answer[..3];
                assert!(tries[0].said.as_ref().unwrap().starts_with(code), "{told}: {tries:?}");
            }
            send_everything(&world, &sender);
            let (last, arrived) = match stage {
                Stage::Queued => (Stage::Sent, 1),
                other => (*other, usize::from(*kept)),
            };
            assert_eq!((stage_of(&world, number), kept_for(&server, number)), (last, arrived), "{told}");
        }
        let bytes_of = |number: usize| -> Vec<String> {
            attempts(&world, number).into_iter().filter_map(|attempt| attempt.sha256).collect()
        };
        for number in 0..FAULTS.len() {
            let bytes = bytes_of(number);
            assert!(!bytes.is_empty() && bytes.iter().all(|one| *one == bytes[0]), "{number}: {bytes:?}");
            let address = address(number);
            assert!(server.taken().iter().filter(|taken| taken.to == address).all(|taken| taken.sha256 == bytes[0]));
        }
    }

    /// A server that says nothing more costs its patience, and no message.
    fn a_server_that_hangs_loses_and_doubles_nothing(world) {
        let server = Scripted::start();
        let steps = [Step::Greeting, Step::Hello, Step::Sender, Step::Recipient, Step::Data, Step::Dot];
        for (number, step) in steps.into_iter().enumerate() {
            queue(&world, number..number + 1);
            // On a slow machine the patience may end at an earlier step: then again, until it is this one.
            let before = server.reached(step);
            server.script(&[(step, Fault::Hang)]);
            let quick = sender_to(&world, server.server(), impatient());
            while server.reached(step) == before && stage_of(&world, number) == Stage::Queued {
                world.advance_minutes(10);
                quick.send_next().unwrap();
            }
            let expected = if step == Step::Dot { Stage::Uncertain } else { Stage::Queued };
            assert_eq!(stage_of(&world, number), expected, "{step:?}: {:?}", attempts(&world, number));
            server.script(&[]);
            world.advance_minutes(60);
            send_everything(&world, &sender(&world, &server));
            assert_eq!(kept_for(&server, number), 1, "{step:?}");
        }
    }

    /// A byte at a time is slow, and no fault; and one connection serves for many messages.
    fn slow_answers_are_waited_for(world) {
        let server = Scripted::start();
        server.decide(|_| Some(Fault::Slow));
        queue(&world, 0..5);
        send_everything(&world, &sender(&world, &server));
        assert_eq!((count(&world, Stage::Sent), server.kept().len()), (5, 5));
        assert_eq!(server.reached(Step::Greeting), 1);
    }

    /// A message that is refused for now comes less and less often, and fails at last.
    fn a_message_that_is_never_taken_fails_at_last(world) {
        let server = Scripted::start();
        server.decide(|step| (step == Step::Recipient).then_some(Fault::Answer("450 4.2.1 later")));
        queue(&world, 0..1);
        send_everything(&world, &sender(&world, &server));
        assert_eq!(stage_of(&world, 0), Stage::Failed);
        let tries = attempts(&world, 0);
        assert_eq!(i32::try_from(tries.len()).unwrap(), evenhand::mail::outbox::MOST_TRIES);
        let waits: Vec<i64> = tries.windows(2).map(|two| two[1].started_at.seconds_since(two[0].started_at)).collect();
        assert!(waits.windows(2).all(|two| two[0] <= two[1]) && waits[0] < waits[8], "{waits:?}");
    }

    /// The kept connection is gone when the next message comes: a new one, and no fault.
    fn a_connection_that_ended_meanwhile_is_made_again(world) {
        let server = Scripted::start();
        queue(&world, 0..2);
        let sender = sender(&world, &server);
        sender.send_next().unwrap().unwrap();
        server.script(&[(Step::Sender, Fault::Close)]);
        sender.send_next().unwrap().unwrap();
        assert_eq!((count(&world, Stage::Sent), server.kept().len(), attempts(&world, 1).len()), (2, 2, 1));
    }

    /// Of two senders one is too slow: its lease runs out before it hands over, the other sends, and the first hands over nothing.
    fn a_sender_whose_lease_is_over_hands_over_nothing(world) {
        let server = Scripted::start();
        queue(&world, 0..1);
        let held = server.stop_at(Step::Data, 0, false);
        let (slow, quick) = (sender(&world, &server), sender(&world, &server));
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| slow.send_next().unwrap());
            held.wait();
            assert!(quick.send_next().unwrap().is_none(), "it is held");
            world.advance_seconds(evenhand::mail::outbox::LEASE_SECONDS + 1);
            assert_eq!(quick.abandon().unwrap(), (1, 0));
            quick.send_next().unwrap().expect("it is due again");
            held.go.send(()).unwrap();
            waits.join().unwrap();
        });
        assert_eq!((stage_of(&world, 0), kept_for(&server, 0)), (Stage::Sent, 1));
        let endings: Vec<Option<Ended>> = attempts(&world, 0).into_iter().map(|attempt| attempt.ending).collect();
        assert_eq!(endings, [Some(Ended::Lost), Some(Ended::Sent)]);
    }

    /// A sender that has handed over is taken for dead, and then hears the answer: the message is sent, and was never sent twice.
    fn a_late_answer_is_believed(world) {
        let server = Scripted::start();
        queue(&world, 0..1);
        let held = server.stop_at(Step::Dot, 0, true);
        let (slow, quick) = (sender(&world, &server), sender(&world, &server));
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| slow.send_next().unwrap());
            held.wait();
            world.advance_seconds(evenhand::mail::outbox::ANSWER_SECONDS + 1);
            assert_eq!(quick.abandon().unwrap(), (0, 1));
            assert_eq!(stage_of(&world, 0), Stage::Uncertain);
            assert!(quick.send_next().unwrap().is_none(), "it is never sent by itself");
            held.go.send(()).unwrap();
            waits.join().unwrap();
        });
        assert_eq!((stage_of(&world, 0), kept_for(&server, 0)), (Stage::Sent, 1));
    }

    /// Somebody who waits at the screen for a link does not wait for two hundred letters.
    fn who_waits_for_a_link_is_served_first(world) {
        let server = Scripted::start();
        queue(&world, 0..3);
        let (app, now) = (&world.app, world.now());
        let link = NewMail { kind: "sign_in", ..message(3) };
        app.db.operate(|tx| evenhand::mail::queue(tx.conn(), &link, &app.random, now)).unwrap();
        sender(&world, &server).send_next().unwrap();
        assert_eq!(stage_of(&world, 3), Stage::Sent);
    }

    /// Settings that are wrong are said with the setting and a hint, on the office's page too; mail waits, and nothing fails.
    fn wrong_settings_are_named_and_mail_waits(world) {
        let round = world.round_of(&default_definition(), true);
        let officer = world.sign_in(OFFICER);
        let page = format!("/office/rounds/{}/mail", round.reference);
        let (plain, locked, broken) = (
            Scripted::start(),
            Scripted::with(Some(("grants@opcc.example", "right")), false),
            Scripted::with(None, true),
        );
        let wants = Scripted::start();
        wants.decide(|step| (step == Step::Sender).then_some(Fault::Answer("530 5.7.0 Authentication required")));
        let forbids = Scripted::start();
        forbids.decide(|step| (step == Step::Sender).then_some(Fault::Answer("550 5.7.60 not allowed to send as")));
        let at = |server: &Scripted, rest: &str| format!("smtp://127.0.0.1:{}{rest}", server.port);
        let wrong = format!("smtp://grants%40opcc.example:wrong@127.0.0.1:{}", locked.port);
        let cases = [
            ("smtp://no-such-host.invalid:587?tls=required".to_owned(), "--mail", "No machine is known by the name"),
            // Nobody listens at the first port.
            ("smtp://127.0.0.1:1".to_owned(), "--mail", "Nothing answers at 127.0.0.1:1"),
            (wrong, "--mail", "refuses the user name or password"),
            (at(&plain, "?tls=required"), "--mail", "offers no encryption"),
            (at(&broken, "?tls=required"), "--mail", "encryption with the mail server"),
            (format!("smtps://127.0.0.1:{}", plain.port), "--mail", "does not begin with encryption"),
            (at(&wants, ""), "--mail", "wants a user name and password"),
            (at(&forbids, ""), "--office-email", "does not let us send as grants@opcc.example"),
        ];
        queue(&world, 0..2);
        let trouble = || -> Option<Trouble> { world.read(open_trouble) };
        for (url, setting, words) in cases {
            let sender = sender_to(&world, MailServer::parse(&url).unwrap(), Patience::default());
            world.advance_minutes(10);
            sender.send_next().unwrap().expect("one is tried");
            let open_now = trouble().unwrap_or_else(|| panic!("{url}: no trouble"));
            assert!(open_now.setting.starts_with(setting) && open_now.words.contains(words), "{url}: {open_now:?}");
            assert!(!open_now.hint.is_empty() && !open_now.said.contains("wrong"), "{url}: {open_now:?}");
            assert!(sender.send_next().unwrap().is_none(), "{url}: the other waits too");
            says(&open(&officer, &page), &["Mail waits:", words, setting]);
        }
        assert_eq!(world.raw().count("outbox WHERE tries > 0 AND kind = 'receipt'"), 0, "no try counts");
        assert_eq!(count(&world, Stage::Failed), 0);
        world.advance_minutes(10);
        send_everything(&world, &sender(&world, &plain));
        assert_eq!((plain.kept().len(), trouble()), (2, None));
        let mended = open(&officer, &page);
        assert!(!mended.words().contains("Mail waits"), "{}", mended.words());
    }
}
