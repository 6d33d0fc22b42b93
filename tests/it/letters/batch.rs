//! A round's batch: what the list shows, whose work it is, and one letter mended by itself.

use evenhand::audit::EventKind;
use evenhand::letters::{BatchStage, LetterStage, drafting};

use super::{OFFICER, SECOND, award, change_feedback, decided, draft, email, letters, records, refused};
use crate::support::TestWorld;
use crate::support::pages::{is_silent, open, says};

fn list(round: &evenhand::rounds::Round) -> String {
    format!("/office/rounds/{}/letters", round.reference)
}

/// Sets what the newest batch says of whoever works on it, as another process would.
fn pretend(world: &TestWorld, leased_until: &str) {
    world.raw().run(&format!(
        "UPDATE letter_batches SET stage = 'running', finished_at = NULL, holder = 'another', done = 4, attention = 1, leased_until = '{leased_until}'"
    ));
}

on_both! {
    /// The list is chosen by outcome and state, and every letter can be read as a page and as a PDF before anybody approves it.
    fn letters_are_chosen_by_outcome_and_read_before_they_are_approved(world) {
        let (round, _) = decided(&world);
        draft(&world, &round);
        let officer = world.sign_in(OFFICER);
        let page = open(&officer, &list(&round));
        says(&page, &["All (10)", "Award (2)", "10 letters", "Harbour Lane Trust", "River Watch Group"]);
        let page = open(&officer, &format!("{}?outcome=award", list(&round)));
        says(&page, &["2 letters", "Harbour Lane Trust"]);
        is_silent(&page, &["River Watch Group", "Mill Road Club"]);
        says(&open(&officer, &format!("{}?outcome=award&stage=issued", list(&round))), &["0 letters"]);
        says(&open(&officer, &format!("{}?outcome=nonsense&page=-7", list(&round))), &["10 letters"]);

        let award = award(&world, &round);
        let one = open(&officer, &format!("/office/letters/{}", award.reference));
        says(&one, &["Award letter", "Harbour Lane Trust", "Draft"]);
        let read = open(&officer, &format!("/office/letters/{}/page", award.reference));
        says(&read, &["This is how the applicant reads the letter", "We offer Harbour Lane Trust a grant"]);
        assert!(open(&officer, &format!("/office/letters/{}/pdf", award.reference)).bytes.starts_with(b"%PDF"));
        world.sign_in(&email(0)).get(&format!("/office/letters/{}/page", award.reference)).expect_status(404);
    }

    /// A batch of another process is under way, not interrupted; nobody starts a second one, nor drafts one letter meanwhile.
    fn a_batch_of_another_process_is_left_alone(world) {
        let (round, _) = decided(&world);
        draft(&world, &round);
        pretend(&world, "2099-01-01 00:00:00");
        let officer = world.sign_in(OFFICER);
        let page = open(&officer, &list(&round));
        says(&page, &["Making the letters: 4 of 10 made, 1 needs attention", "Refresh this page"]);
        is_silent(&page, &["was interrupted: "]);
        assert!(!page.has_button("Draft the letters"));
        let second = drafting::draft_round(&world.app, &world.actor(OFFICER), round.id);
        assert!(refused(second).contains("Wait until all are made"));
        let letter = letters(&world, &round).remove(0);
        let alone = drafting::draft_one(&world.app, &world.actor(OFFICER), &letter);
        assert!(refused(alone).contains("Wait until all are made"));
        assert_eq!(drafting::resume_here(&world.app).unwrap(), 0);
    }

    /// What a dead process left is taken up by another where it stopped: what is there is not made again.
    fn a_dead_processs_batch_is_taken_up_where_it_stopped(world) {
        let (round, _) = decided(&world);
        draft(&world, &round);
        let gone = letters(&world, &round).pop().unwrap();
        world.raw().run(&format!("DELETE FROM letters WHERE id = {}", gone.id.row()));
        world.tampered();
        pretend(&world, "2001-01-01 00:00:00");
        let officer = world.sign_in(OFFICER);
        says(&open(&officer, &list(&round)), &["was interrupted: 4 of 10 made, 1 needs attention", "goes on with them by itself"]);
        let before = records(&world, EventKind::LetterDrafted);
        assert_eq!(drafting::resume_here(&world.app).unwrap(), 1);
        assert_eq!(records(&world, EventKind::LetterDrafted), before + 1);
        assert_eq!(letters(&world, &round).len(), 10);
        let page = open(&officer, &list(&round));
        says(&page, &["10 of 10 made"]);
        is_silent(&page, &["was interrupted: ", "attention"]);
        assert_eq!(drafting::resume_here(&world.app).unwrap(), 0);
        world.approve_letters(SECOND, &round).expect("they can be approved");
    }

    /// Whoever asked for the letters and has left stops the batch, and the page says so.
    fn a_batch_of_somebody_who_left_stops_in_words(world) {
        let (round, _) = decided(&world);
        draft(&world, &round);
        pretend(&world, "2001-01-01 00:00:00");
        let account = world.actor(OFFICER).account().unwrap();
        world.as_system(|tx| evenhand::accounts::actions::set_active(tx, account, false));
        assert_eq!(drafting::resume_here(&world.app).unwrap(), 0);
        says(&open(&world.sign_in(SECOND), &list(&round)), &["Making the letters stopped", "has no account any more"]);
    }

    /// One bad letter is a row with its reason; put right, it is drafted by itself and no other is made again.
    fn one_letter_is_mended_and_drafted_alone(world) {
        let (round, ids) = decided(&world);
        change_feedback(&world, ids[4], "Ask [name of officer].");
        draft(&world, &round);
        let officer = world.sign_in(OFFICER);
        let page = open(&officer, &format!("{}?stage=needs_officer", list(&round)));
        says(&page, &["9 of 10 made, 1 needs attention", "1 letter", "not accepted by a second reader yet"]);
        let held = letters(&world, &round).into_iter().find(|one| one.stage == LetterStage::NeedsOfficer).unwrap();
        let address = format!("/office/letters/{}", held.reference);
        assert!(page.attributes("main a", "href").contains(&address));
        let one = open(&officer, &address);
        says(&one, &["What to put right", "not accepted by a second reader yet"]);
        officer.get(&format!("{address}/page")).expect_status(404);

        let before = letters(&world, &round);
        let still = one.form("Draft this letter again").send(&officer).expect_redirect(&address);
        assert_eq!(still.status, 303);
        assert!(open(&officer, &address).words().contains("What to put right"));
        let (reference, version) = change_feedback(&world, ids[4], "The officer explains.");
        world.act(SECOND, |tx| evenhand::feedback::actions::accept(tx, &reference, version));
        let drafted = records(&world, EventKind::LetterDrafted);
        open(&officer, &address).form("Draft this letter again").send(&officer).expect_redirect(&address);
        assert_eq!(records(&world, EventKind::LetterDrafted), drafted + 1);
        says(&open(&officer, &list(&round)), &["10 of 10 made"]);
        for (old, new) in before.iter().zip(letters(&world, &round)) {
            assert_eq!(new.stage, LetterStage::Draft);
            assert_eq!(old.reference == held.reference, *old != new, "{}", old.reference);
        }
        world.approve_letters(SECOND, &round).expect("they can be approved");
    }

    /// Letters of one outcome are drafted by themselves; a day that has passed is a fault of the form.
    fn letters_are_drafted_for_a_day_and_by_outcome(world) {
        let (round, _) = decided(&world);
        let officer = world.sign_in(OFFICER);
        let page = open(&officer, &list(&round));
        let past = page.form("Draft the letters").set("dated_year", "2020").send(&officer).expect_status(422);
        says(&past, &["The date on the letters must be today or at most 60 days ahead"]);
        assert_eq!(past.input("dated_year").as_deref(), Some("2020"));
        let unreal = page.form("Draft the letters").set("dated_day", "31").set("dated_month", "2").send(&officer);
        says(&unreal.expect_status(422), &["Enter a real date"]);
        let wish = drafting::Wish { group: Some(evenhand::letters::Group::Award), dated: None };
        let batch = drafting::draft_choice(&world.app, &world.actor(OFFICER), round.id, wish).unwrap();
        assert_eq!((batch.stage, batch.total, batch.done), (BatchStage::Finished, 2, 2));
        assert_eq!(letters(&world, &round).len(), 2);
        assert!(refused(world.approve_letters(SECOND, &round)).contains("8 letters are missing"));
        let tomorrow = evenhand::letters::rules::plus_days(world.now().london_date(), 1);
        let rest = drafting::Wish { group: None, dated: Some(tomorrow) };
        drafting::draft_choice(&world.app, &world.actor(OFFICER), round.id, rest).unwrap();
        assert!(letters(&world, &round).iter().all(|letter| letter.date() == Some(tomorrow)));
        world.approve_letters(SECOND, &round).expect("they can be approved before their day");
    }
}
