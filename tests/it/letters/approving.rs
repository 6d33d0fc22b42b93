//! The second person approves what they saw, and nothing that moved since.

use evenhand::audit::EventKind;
use evenhand::letters::{LetterStage, drafting};

use super::{OFFICER, SECOND, award, decided, draft, letters, records};
use crate::support::TestWorld;
use crate::support::pages::{open, says};

on_both! {
    /// A note on a check cannot be changed after the signature: a letter quotes it, or does without it.
    fn a_letter_does_without_a_note_that_it_cannot_bear(world) {
        let (round, _) = decided(&world);
        draft(&world, &round);
        let say = |words: &str| letters(&world, &round).iter().filter(|letter| letter.data.contains(words)).count();
        assert_eq!((say("did not pass the check"), say("Looked at the file.")), (2, 2), "the decision and the feedback");
        for note in ["Insurance [public liability] expired.", "Until 31 February 2027.", "Member Number0 knows them."] {
            world.tampered();
            world.raw().run(&format!("UPDATE gate_checks SET note = '{note}' WHERE outcome = 'not_met'"));
            draft(&world, &round);
            assert!(letters(&world, &round).iter().all(|letter| letter.stage == LetterStage::Draft), "{note}");
            assert_eq!((say("did not pass the check"), say("We found"), say(note)), (2, 0, 0), "{note}");
        }
    }

    /// The page shows numbers, money, dates and three letters of different outcomes; both boxes must be ticked.
    fn whoever_approves_sees_numbers_dates_and_three_letters(world) {
        let (round, _) = decided(&world);
        draft(&world, &round);
        let address = format!("/office/rounds/{}/letters/approve", round.reference);
        let second = world.sign_in(SECOND);
        let page = open(&second, &address);
        let today = world.now().date_words();
        says(&page, &["Award letter 1", "Decision letter 4", "Feedback letter 5", "Outcome: award 1 applicant", "£4,500.00", &today]);
        says(&page, &["To accept an offer", "To ask for a review", "Approve 10 letters"]);
        let samples: Vec<String> =
            page.attributes("main a", "href").into_iter().filter(|href| href.ends_with("/page")).collect();
        assert_eq!(samples.len(), 3, "{samples:?}");
        assert_eq!(page.attributes("main a", "href"), open(&second, &address).attributes("main a", "href"), "drawn once");
        let outcomes: std::collections::BTreeSet<String> =
            samples.iter().map(|href| href.split('-').nth(2).unwrap().to_owned()).collect();
        assert_eq!(outcomes.len(), 3, "three applications: {samples:?}");

        let seen = page.input("seen").unwrap();
        let one = [("seen", seen.as_str()), ("read", "numbers")];
        let faulty = second.post(&address, &one).expect_status(422);
        says(&faulty, &["Check the numbers and read the letters, and tick both boxes"]);
        assert!(letters(&world, &round).iter().all(|letter| letter.stage == LetterStage::Draft));
        let denied = world.sign_in(OFFICER).get(&address).expect_status(409);
        says(&denied, &["You drafted them"]);
    }

    /// If a letter moved since, nothing is approved; drafted again to the same bytes, it did not move.
    fn approval_of_what_moved_since_is_refused(world) {
        let (round, _) = decided(&world);
        draft(&world, &round);
        let address = format!("/office/rounds/{}/letters/approve", round.reference);
        let second = world.sign_in(SECOND);
        let seen = open(&second, &address).input("seen").unwrap();
        world.advance_minutes(1);
        let letter = award(&world, &round);
        drafting::draft_one(&world.app, &world.actor(OFFICER), &letter).unwrap();
        assert_eq!(open(&second, &address).input("seen").unwrap(), seen, "the same letters");

        world.raw().run("UPDATE organisations SET address = '7 New Street' WHERE name = 'Harbour Lane Trust'");
        world.tampered();
        drafting::draft_one(&world.app, &world.actor(OFFICER), &letter).unwrap();
        let both = [("seen", seen.as_str()), ("read", "numbers"), ("read", "samples")];
        let stale = second.post(&address, &both).expect_status(409);
        says(&stale, &["The letters changed since you looked at them", "Nothing is approved"]);
        assert!(letters(&world, &round).iter().all(|letter| letter.stage == LetterStage::Draft));

        let now = open(&second, &address).input("seen").unwrap();
        let both = [("seen", now.as_str()), ("read", "numbers"), ("read", "samples")];
        second.post(&address, &both).expect_status(303);
        assert!(letters(&world, &round).iter().all(|letter| letter.stage == LetterStage::Approved));
        assert_eq!((records(&world, EventKind::LettersApproved), records(&world, EventKind::LetterApproved)), (1, 10));
        let drawn = world.raw().count("audit_events WHERE kind = 'letter_approved' AND data LIKE '%\"drawn\":\"sample\"%'");
        assert_eq!(drawn, 3, "the trail says which were to be read");
        // One letter that is drafted again needs approval again, and that one alone.
        drafting::draft_one(&world.app, &world.actor(OFFICER), &letter).unwrap();
        says(&open(&second, &address), &["Approve 1 letter"]);
    }
}
