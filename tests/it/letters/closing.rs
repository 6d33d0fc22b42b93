//! A round is closed when everybody has their letters, and whoever has a conflict of interest sees nothing of it.

use evenhand::audit::EventKind;
use evenhand::letters::{Letter, LetterStage};
use evenhand::press::LetterKind;
use evenhand::rounds::Round;

use super::{OFFICER, SECOND, change_feedback, decided, draft, issue, letters, records};
use crate::support::TestWorld;
use crate::support::db::Raw;
use crate::support::pages::{is_silent, open, says};

fn page(round: &Round) -> String {
    format!("/office/rounds/{}/letters/reconciliation", round.reference)
}

/// A round whose letters are issued and sent, but for those of one applicant, to whom no e-mail went.
fn issued_but_one(world: &TestWorld) -> (Round, Vec<Letter>) {
    let (round, ids) = decided(world);
    draft(world, &round);
    world.approve_letters(SECOND, &round).unwrap();
    issue(world, &round).unwrap();
    evenhand::jobs::send_all(&world.app).unwrap();
    world.raw().run(&format!("UPDATE letters SET delivery = 'failed' WHERE application_id = {}", ids[1].row()));
    world.tampered();
    let lost = letters(world, &round).into_iter().filter(|letter| letter.application == ids[1]).collect();
    (round, lost)
}

on_both! {
    /// What is missing is listed; letters that were posted are recorded with who and when; then the round is closed, once.
    fn a_round_is_closed_when_everybody_has_their_letters(world) {
        let (round, lost) = issued_but_one(&world);
        let officer = world.sign_in(OFFICER);
        let close = format!("/office/rounds/{}/letters/close", round.reference);
        let list = open(&officer, &page(&round));
        says(&list, &["Letters that count 10", "Missing 2", "Mill Road Club", "the email was not sent"]);
        is_silent(&list, &["Harbour Lane Trust"]);
        assert!(!list.has_button("Close the round"));
        says(&officer.post(&close, &[]).expect_status(409), &["2 things are missing"]);

        let address = format!("/office/letters/{}", lost[0].reference);
        assert!(list.attributes("main a", "href").contains(&address));
        let one = open(&officer, &address);
        let today = world.now().london_date();
        let fill = |year: &str| {
            let form = one.form("Record it").set("way", "post");
            let (day, month) = (today.day().to_string(), today.month().to_string());
            form.set("sent_on_day", &day).set("sent_on_month", &month).set("sent_on_year", year)
        };
        let faulty = one.form("Record it").send(&officer).expect_status(422);
        says(&faulty, &["Choose how it went", "Enter the day on which it went"]);
        says(&fill("2099").send(&officer).expect_status(422), &["The day must be today or earlier"]);
        says(&fill("2021").send(&officer).expect_status(422), &["The letter was not issued before that day"]);
        fill(&today.year().to_string()).send(&officer).expect_redirect(&page(&round));
        says(&open(&officer, &address), &["Posted On", "recorded by"]);
        assert_eq!(records(&world, EventKind::LetterPosted), 2, "both go in one envelope");

        let list = open(&officer, &page(&round));
        says(&list, &["Missing 0"]);
        list.form("Close the round").send(&officer).expect_redirect(&page(&round));
        says(&open(&officer, &page(&round)), &["Round closed"]);
        says(&open(&officer, &format!("/office/rounds/{}/letters", round.reference)), &["The round was closed on"]);
        says(&officer.post(&close, &[]).expect_status(409), &["It is closed already"]);
        assert_eq!(records(&world, EventKind::RoundClosed), 1);
    }

    /// An e-mail that still waits keeps the round open, and so does a corrected letter that nobody approved; a missing letter too.
    fn what_is_under_way_or_missing_keeps_the_round_open(world) {
        let (round, lost) = issued_but_one(&world);
        world.raw().run("UPDATE letters SET delivery = 'queued' WHERE delivery = 'failed'");
        world.tampered();
        let officer = world.sign_in(OFFICER);
        says(&open(&officer, &page(&round)), &["Missing 2", "still waiting to be sent"]);
        assert!(!open(&officer, &format!("/office/letters/{}", lost[0].reference)).has_button("Record it"));
        world.raw().run("UPDATE letters SET delivery = 'sent'");
        let one = open(&officer, &format!("/office/letters/{}", lost[1].reference));
        one.form("Draft the corrected letter").set("reason", "A wrong score.").send(&officer).expect_status(303);
        says(&open(&officer, &page(&round)), &["Missing 1", "a corrected letter waits for approval"]);
        let here = format!("/office/letters/{}-2", lost[1].reference);
        let second = world.sign_in(SECOND);
        open(&second, &here).form("Approve and issue").send(&second).expect_redirect(&here);
        says(&open(&officer, &page(&round)), &["Missing 1", "still waiting to be sent"]);
        evenhand::jobs::send_all(&world.app).unwrap();
        says(&open(&officer, &page(&round)), &["Missing 0"]);
    }

    /// One feedback that nobody accepted, one that no letter tells, or one letter with feedback that is not there: the round is not
    /// finished, the list says whose it is, and so does the refusal.
    fn one_missing_feedback_keeps_the_round_open(world) {
        let (round, ids) = decided(&world);
        draft(&world, &round);
        world.approve_letters(SECOND, &round).unwrap();
        issue(&world, &round).unwrap();
        evenhand::jobs::send_all(&world.app).unwrap();
        let (officer, second) = (world.sign_in(OFFICER), world.sign_in(SECOND));
        let close = format!("/office/rounds/{}/letters/close", round.reference);
        let ready = open(&officer, &page(&round));
        says(&ready, &["Letters that count 10", "Missing 0"]);
        assert!(ready.has_button("Close the round"));

        let (reference, version) = change_feedback(&world, ids[3], "Ask us for the figures of your ward.");
        let is_open = |words: &str| {
            let list = open(&officer, &page(&round));
            says(&list, &["Missing 1", &reference, "Quarry Hill School", words]);
            assert!(!list.has_button("Close the round"));
            let refusal = officer.post(&close, &[]).expect_status(409);
            says(&refusal, &["This round cannot be closed", "1 thing is missing", &reference, "Quarry Hill School", words]);
            assert_eq!(records(&world, EventKind::RoundClosed), 0);
        };
        is_open("Its feedback is not accepted by a second reader");
        world.act(SECOND, |tx| evenhand::feedback::actions::accept(tx, &reference, version));
        is_open("the feedback that was accepted since says something else");
        let told = letters(&world, &round).into_iter().find(|one| one.application == ids[3] && one.kind == LetterKind::Feedback);
        let address = format!("/office/letters/{}", told.unwrap().reference);
        open(&officer, &address).form("Draft the corrected letter").set("reason", "A clearer word.").send(&officer).expect_status(303);
        let here = format!("{address}-2");
        open(&second, &here).form("Approve and issue").send(&second).expect_redirect(&here);
        evenhand::jobs::send_all(&world.app).unwrap();
        says(&open(&officer, &page(&round)), &["Missing 0"]);

        let mut raw = world.attacker();
        match &mut raw {
            Raw::Sqlite(_) => {
                for name in raw.texts("SELECT name AS value FROM sqlite_schema WHERE type = 'trigger'") {
                    raw.run(&format!("DROP TRIGGER {name}"));
                }
                raw.run("PRAGMA foreign_keys = OFF");
            }
            Raw::Postgres(_) => raw.run("SET session_replication_role = replica"),
        }
        let lost = format!("kind = 'feedback' AND application_id = {}", ids[3].row());
        raw.run(&format!("DELETE FROM letter_corrections WHERE letter_id IN (SELECT id FROM letters WHERE {lost})"));
        raw.run(&format!("DELETE FROM letters WHERE {lost}"));
        is_open("It has no feedback letter");
    }

    /// Feedback that is changed while its corrected letter waits is not sent: the letter would say what nobody accepts any more.
    fn a_corrected_letter_waits_for_its_feedback(world) {
        let (round, ids) = decided(&world);
        draft(&world, &round);
        world.approve_letters(SECOND, &round).unwrap();
        issue(&world, &round).unwrap();
        let officer = world.sign_in(OFFICER);
        let told = letters(&world, &round).into_iter().find(|one| one.application == ids[3] && one.kind == LetterKind::Feedback);
        let address = format!("/office/letters/{}", told.unwrap().reference);
        open(&officer, &address).form("Draft the corrected letter").set("reason", "A wrong score.").send(&officer).expect_status(303);
        change_feedback(&world, ids[3], "Another word.");
        let second = world.sign_in(SECOND);
        let refusal = open(&second, &format!("{address}-2")).form("Approve and issue").send(&second).expect_status(409);
        says(&refusal, &["not accepted by a second reader"]);
    }

    /// Before the letters are issued there is nothing to hold against each other.
    fn an_unissued_round_cannot_be_closed(world) {
        let (round, _) = decided(&world);
        let officer = world.sign_in(OFFICER);
        officer.get(&page(&round)).expect_status(409);
        officer.post(&format!("/office/rounds/{}/letters/close", round.reference), &[]).expect_status(409);
    }

    /// To whoever has a conflict of interest in one bid of the round none of its letters' pages is there.
    fn nothing_of_the_letters_is_there_for_a_conflicted_officer(world) {
        let (round, ids) = decided(&world);
        draft(&world, &round);
        let torn = world.add_person("torn@opcc.example", "Tora Torn", &[evenhand::base::role::Role::Officer]);
        let reference = world.read(|conn| evenhand::applications::get_application(conn, ids[2])).reference;
        world.act(OFFICER, |tx| evenhand::conflicts::actions::pin(tx, &reference, torn, "Her brother runs it."));
        let browser = world.sign_in("torn@opcc.example");
        let list = format!("/office/rounds/{}/letters", round.reference);
        let all = letters(&world, &round);
        let letter = format!("/office/letters/{}", all[0].reference);
        let pages = ["", "/approve", "/issue", "/reconciliation"].map(|end| format!("{list}{end}"));
        for path in pages.iter().cloned().chain(["", "/page", "/pdf"].map(|end| format!("{letter}{end}"))) {
            browser.get(&path).expect_status(404);
        }
        let posts = ["/draft", "/approve", "/issue", "/cancel", "/archive", "/close"].map(|end| format!("{list}{end}"));
        let of_letter = ["/draft", "/correct", "/withdraw", "/issue", "/posted"].map(|end| format!("{letter}{end}"));
        for path in posts.into_iter().chain(of_letter) {
            browser.post(&path, &[]).expect_status(404);
        }
        assert!(letters(&world, &round).iter().zip(all).all(|(now, before)| *now == before && now.stage == LetterStage::Draft));
    }
}
