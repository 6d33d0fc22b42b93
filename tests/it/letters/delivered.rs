//! What became of the mail about letters, as the letters' records and the office's pages say it.

use evenhand::config::{MailRoute, Settings};
use evenhand::mail::wire::Patience;

use super::*;
use crate::support::Browser;
use crate::support::pages::{is_silent, open, says};
use crate::support::smtp::{Fault, Scripted, Step};

/// Letters of the round, issued; the mail waits.
fn issued(world: &TestWorld) -> (Round, Vec<ApplicationId>) {
    let (round, ids) = decided(world);
    // The receipts are out of the way.
    world.deliver();
    draft(world, &round);
    world.approve_letters(SECOND, &round).unwrap();
    issue(world, &round).expect("they can be issued");
    (round, ids)
}

fn sender(world: &TestWorld, server: &Scripted) -> Sender {
    let mut settings: Settings = world.app.settings.clone();
    settings.mail = MailRoute::Smtp(Box::new(server.server()));
    Sender::with_patience(&settings, world.app.db.clone(), world.app.clock.clone(), Patience::default()).unwrap()
}

/// The first mail is refused, the second may have arrived, the others are taken. Nothing is recorded: the sender died before.
fn deliver_badly(world: &TestWorld, server: &Scripted) {
    server.script(&[(Step::Recipient, Fault::Answer("550 5.1.1 no such user")), (Step::Dot, Fault::KeepAndClose)]);
    let sender = sender(world, server);
    while sender.send_next().unwrap().is_some() {}
}

fn deliveries(world: &TestWorld, round: &Round) -> Vec<Delivery> {
    letters(world, round).into_iter().map(|letter| letter.delivery).collect()
}

fn of(deliveries: &[Delivery], which: Delivery) -> usize {
    deliveries.iter().filter(|delivery| **delivery == which).count()
}

fn mail_page(round: &Round, rest: &str) -> String {
    format!("/office/rounds/{}/mail{rest}", round.reference)
}

/// The address of the only message that a list shows.
fn only(page: &crate::support::Reply) -> String {
    let links = page.attributes("tbody a", "href");
    assert_eq!(links.len(), 1, "{}", page.words());
    links[0].clone()
}

fn shown(browser: &Browser, round: &Round, show: &str) -> crate::support::Reply {
    open(browser, &mail_page(round, &format!("?show={show}")))
}

on_both! {
    /// A sender that dies between the mail server's answer and the letter's record loses nothing: the next takes it over, once.
    fn outcomes_reach_the_letters_records_after_a_death(world) {
        let (round, _) = issued(&world);
        let server = Scripted::start();
        deliver_badly(&world, &server);
        assert_eq!(of(&deliveries(&world, &round), Delivery::Queued), 10, "nothing is recorded yet");
        assert_eq!(evenhand::letters::record_outcomes(&world.app).unwrap(), 5);
        let told = deliveries(&world, &round);
        assert_eq!((of(&told, Delivery::Failed), of(&told, Delivery::Uncertain), of(&told, Delivery::Sent)), (2, 2, 6));
        let before = records(&world, EventKind::LetterDelivered);
        assert_eq!((before, evenhand::letters::record_outcomes(&world.app).unwrap()), (10, 0));
        assert_eq!(records(&world, EventKind::LetterDelivered), before);
        assert_eq!(server.kept().len(), 4);
    }

    /// Officers see every state and try, and decide what happens to those that did not arrive, with a reason.
    fn officers_see_every_try_and_decide(world) {
        let (round, _) = issued(&world);
        let server = Scripted::start();
        deliver_badly(&world, &server);
        evenhand::letters::record_outcomes(&world.app).unwrap();
        let officer = world.sign_in(OFFICER);
        let list = open(&officer, &mail_page(&round, ""));
        says(&list, &["All (10)", "Need you (2)", "Waiting (0)", "Sent (8)", "Failed (1)", "May have arrived (1)"]);

        let failed = only(&shown(&officer, &round, "failed"));
        let page = open(&officer, &failed);
        says(&page, &["The mail server refused the address", "550 5.1.1 no such user", "Email address of the account", "did not arrive"]);
        assert!(page.has("table caption") && page.has("th[scope=col]"));
        let again = officer.post(&failed, &[("do", "again"), ("reason", "")]).expect_status(422);
        says(&again, &["Say why, in a sentence"]);
        officer.post(&failed, &[("do", "nothing"), ("reason", "x")]).expect_status(400);
        officer.post(&failed, &[("do", "reached"), ("reason", "Read out over the telephone.")]).expect_redirect(&failed);
        says(&open(&officer, &failed), &["Reached another way", "Read out over the telephone."]);
        let lost: Vec<_> = letters(&world, &round).into_iter().filter(|one| one.delivery == Delivery::Failed).collect();
        let lacks = world.app.db.read(|conn| evenhand::letters::actions::missing_of(conn, round.id)).unwrap().missing;
        for letter in &lost {
            assert!(lacks.iter().all(|lack| lack.letter.as_ref() != Some(&letter.reference)), "{lacks:?}");
            says(&open(&officer, &format!("/office/letters/{}", letter.reference)), &["Reached another way", "Recorded on"]);
        }
        says(&open(&officer, &mail_page(&round, "")), &["Need you (1)", "Failed (1)"]);

        let uncertain = only(&shown(&officer, &round, "uncertain"));
        says(&open(&officer, &uncertain), &["it may arrive twice", "did not say whether it took it"]);
        let reason = "They telephoned and have nothing.";
        officer.post(&uncertain, &[("do", "again"), ("reason", reason)]).expect_redirect(&uncertain);
        assert_eq!(of(&deliveries(&world, &round), Delivery::Queued), 2, "the letters wait again");
        let twice = officer.post(&uncertain, &[("do", "again"), ("reason", reason)]);
        assert!(twice.words().contains("needs nothing now"), "{}", twice.words());
        assert_eq!((records(&world, EventKind::MailSentAgain), records(&world, EventKind::MailReached)), (1, 1));
    }

    /// What an officer has sent again keeps its Message-ID and says that it is a copy; what never arrived is no copy.
    fn what_is_sent_again_says_that_it_is_a_copy(world) {
        let (round, _) = issued(&world);
        let server = Scripted::start();
        deliver_badly(&world, &server);
        let officer = world.sign_in(OFFICER);
        for show in ["failed", "uncertain"] {
            let address = only(&shown(&officer, &round, show));
            officer.post(&address, &[("do", "again"), ("reason", "They asked for it.")]).expect_redirect(&address);
        }
        server.script(&[]);
        let sender = sender(&world, &server);
        while sender.send_next().unwrap().is_some() {}
        evenhand::letters::record_outcomes(&world.app).unwrap();
        let kept = server.kept();
        assert_eq!((kept.len(), of(&deliveries(&world, &round), Delivery::Sent)), (6, 10));
        let copies: Vec<_> = kept.iter().filter(|taken| taken.content.contains("Subject: Copy: Letters about")).collect();
        assert_eq!(copies.len(), 1);
        let same = kept.iter().filter(|taken| taken.message_id == copies[0].message_id).count();
        assert_eq!(same, 2, "the copy has the Message-ID of what it is a copy of");
    }

    /// Whoever has a conflict of interest in a bid finds nothing about its mail: no row, no count, no page.
    fn mail_about_a_bid_that_is_closed_to_an_officer_is_not_there(world) {
        let (round, ids) = issued(&world);
        let server = Scripted::start();
        deliver_badly(&world, &server);
        let officer = world.sign_in(OFFICER);
        let failed = only(&shown(&officer, &round, "failed"));
        let reference = world.raw().text(&format!(
            "SELECT a.reference AS value FROM outbox b JOIN applications a ON a.id = b.application_id WHERE b.id = {}",
            failed.rsplit('/').next().unwrap()
        ));
        let torn = world.actor(SECOND).account().unwrap();
        world.act(OFFICER, |tx| evenhand::conflicts::actions::pin(tx, &reference, torn, "A brother works there."));
        let second = world.sign_in(SECOND);
        let list = open(&second, &mail_page(&round, ""));
        says(&list, &["All (8)", "Need you (1)", "Failed (0)"]);
        is_silent(&list, &[&reference]);
        second.get(&failed).expect_status(404);
        second.post(&failed, &[("do", "reached"), ("reason", "x")]).expect_status(404);
        assert_eq!(ids.len(), 5);
        world.sign_in(COMMISSIONER).get(&mail_page(&round, "")).expect_status(404);
    }

    /// Nothing in a subject tells the outcome, unless the office chose that it may name the letter.
    fn a_subject_tells_no_outcome_unless_the_office_chooses(world) {
        let subjects = |world: &TestWorld| world.raw().texts("SELECT subject AS value FROM outbox WHERE kind = 'letters_ready'");
        issued(&world);
        let plain = subjects(&world);
        assert!(plain.len() == 5 && plain.iter().all(|subject| subject.starts_with("Letters about your application")));
        let chosen = TestWorld::with(world.kind, |settings| settings.mail_outcome = true);
        issued(&chosen);
        let named = subjects(&chosen);
        assert_eq!(named.iter().filter(|subject| subject.starts_with("Award letter about your application")).count(), 1);
        assert_eq!(named.iter().filter(|subject| subject.starts_with("Decision letter about")).count(), 4);
    }

    /// A letter's page shows any name as it is and runs none of it; opened in many places at once, that is recorded once.
    fn a_letters_page_shows_every_name_and_its_opening_is_recorded_once(world) {
        const NAME: &str = "O'Brien & \"Söhne\" <script>alert(1)</script> Łódź Ltd";
        let (round, ids) = decided(&world);
        world.raw().run(&format!(
            "UPDATE organisations SET name = '{}' WHERE id = (SELECT organisation_id FROM applications WHERE id = {})",
            NAME.replace('\'', "''"),
            ids[0].row()
        ));
        world.tampered();
        draft(&world, &round);
        world.approve_letters(SECOND, &round).unwrap();
        issue(&world, &round).expect("they can be issued");
        let letter = letters(&world, &round).into_iter().find(|letter| letter.application == ids[0]).unwrap();
        let application = letter.reference.rsplit_once('-').unwrap().0.to_owned();
        let address = format!("/applications/{application}/letters/{}", letter.reference);
        let browser = world.sign_in(&email(0));
        std::thread::scope(|scope| {
            for place in 0..6 {
                let (browser, address) = (&browser, if place % 2 == 0 { address.clone() } else { format!("{address}/pdf") });
                scope.spawn(move || browser.get(&address).expect_status(200));
            }
        });
        assert_eq!(records(&world, EventKind::LetterRead), 1);
        let page = open(&browser, &address);
        says(&page, &[NAME]);
        assert!(!page.text().contains("<script>alert"), "it would run");
        assert!(page.has("h1") && page.has("html[lang=en]") && page.has("table caption"));
        open(&browser, &format!("/applications/{application}/letters"));
        open(&browser, &address);
        assert_eq!(records(&world, EventKind::LetterRead), 1);
    }
}
