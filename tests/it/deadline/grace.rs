//! The minutes of grace: for what was begun, said wherever the closing time is, and marked.

use super::{ANN, BEN, declared, definition, events, micros_before, open, says};
use crate::support::TestWorld;
use crate::support::builders::{OFFICER, eligible, pdf};

const WORDS: &str = "If you have already begun, you may still submit until 10:15am; nothing can be begun after 10am.";

on_both! {
    fn what_was_begun_may_be_finished_and_nothing_is_begun(world) {
        let definition = definition(15, false);
        let round = world.round_of(&definition, true);
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let club = world.add_applicant(BEN, "Rutland Boxing Club");
        let reference = world.complete_application(ANN, &round, charity);
        let other = world.complete_application(ANN, &round, world.add_organisation("Second Trust", &[account(&world, ANN)]));
        world.set_time(round.closes_at.plus_seconds(-600));
        let (ann, ben, officer) = (world.sign_in(ANN), world.sign_in(BEN), world.sign_in(OFFICER));
        let home = format!("/applications/{reference}");
        for (browser, path) in [
            (&ann, "/rounds".to_owned()),
            (&ann, format!("/rounds/{}", round.reference)),
            (&ann, "/applications".to_owned()),
            (&ann, home.clone()),
            (&ann, format!("{home}/check")),
            (&ann, format!("{home}/sections/need")),
            (&officer, format!("/office/rounds/{}", round.reference)),
            (&officer, format!("/office/rounds/{}/deadline", round.reference)),
        ] {
            says(&open(browser, &path), &[WORDS]);
        }
        let late_form = declared(&ann, &other);
        let organisation = club.row().to_string();
        let mut start: Vec<(String, String)> = eligible(&definition).into_iter().collect();
        start.push(("organisation".to_owned(), organisation));
        let start: Vec<(&str, &str)> = start.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let apply = format!("/rounds/{}/apply", round.reference);

        // The moment it closes nothing is begun.
        world.set_time(round.closes_at);
        says(&ben.post(&apply, &start).expect_status(409), &["This round is closed", "nothing can be begun after 10am", "recorded"]);
        assert_eq!(events(&world, "late_attempt_refused"), 1);
        ben.get(&format!("/rounds/{}/eligibility", round.reference)).expect_status(409);
        says(&open(&ben, "/rounds"), &["No round is open at the moment"]);
        says(&open(&officer, &format!("/office/rounds/{}/deadline", round.reference)), &["Begin an application", "Not begun", "less than a second"]);

        // What was begun is changed, completed and submitted until the last microsecond.
        world.set_time(micros_before(round.last_moment(), 1));
        says(&open(&ann, &home), &["It closed on Monday 14 December 2026 at 10am.", WORDS]);
        let need = open(&ann, &format!("{home}/sections/need")).form("Save and come back later");
        need.set("NEED_PROBLEM", "Half of them walk home alone.").send(&ann).expect_redirect(&home);
        let file = pdf(&reference, "again");
        ann.upload(&format!("{home}/uploads/DOC_GOVERNING"), &[], "DOC_GOVERNING", "rules.pdf", &file).expect_status(303);
        declared(&ann, &reference).send(&ann).expect_redirect(&format!("{home}/receipt"));
        let data = world.raw().text("SELECT data AS value FROM audit_events WHERE kind = 'application_submitted'");
        assert!(data.contains("\"window\":\"grace\""), "{data}");

        // Then nothing.
        world.set_time(round.last_moment());
        says(&late_form.send(&ann).expect_status(409), &["and 15 minutes later for what was begun before", "recorded"]);
        let save = ann.post(&format!("/applications/{other}/sections/need"), &[("go", "later")]);
        says(&save.expect_status(409), &["This round is closed"]);
        assert_eq!((events(&world, "late_attempt_refused"), events(&world, "application_submitted")), (3, 1));
        says(&open(&officer, &format!("/office/rounds/{}/applications", round.reference)), &["10:14am, in the grace period"]);
    }

    /// Scoring waits for the end of grace, and a minute more for what is on its way into the database.
    fn scoring_waits_until_the_list_is_complete(world) {
        let round = world.round_of(&definition(15, false), true);
        let start = |world: &TestWorld| world.write_as(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
        for early in [round.closes_at, round.last_moment(), micros_before(round.settled_at(), 1)] {
            world.set_time(early);
            assert!(start(&world).is_err(), "{early}");
        }
        world.set_time(round.settled_at());
        start(&world).unwrap();
    }

    /// A grace period that nobody would announce is refused by the database too.
    fn grace_is_an_hour_at_most(world) {
        world.published_round();
        for minutes in [-1, 61] {
            let setup = evenhand::rounds::actions::Setup {
                fund_code: "CSF".to_owned(),
                fund_name: "Commissioner's Safety Fund".to_owned(),
                name: "Another".to_owned(),
                opens_at: world.now(),
                closes_at: world.now().plus_days(20),
            };
            let definition = definition(minutes, false);
            let refused = world.write_as(OFFICER, |tx| evenhand::rounds::actions::set_up(tx, &setup, &definition));
            assert!(matches!(refused, Err(evenhand::error::Problem::Refused { .. })), "{minutes}: {refused:?}");
        }
    }
}

fn account(world: &TestWorld, email: &str) -> evenhand::base::ids::AccountId {
    world.read(|conn| evenhand::accounts::store::account_of_email(conn, email)).unwrap()
}
