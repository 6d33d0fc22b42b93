//! What one applicant can make the service keep: every text, change, late attempt and organisation has an end, and what is refused stays
//! on the page.

use evenhand::applications::actions::{save_answers, take_back};
use evenhand::base::role::Role;
use evenhand::error::Problem;
use evenhand::rounds::deadline::MOST_LATE_TRIES;

use crate::support::TestWorld;
use crate::support::builders::{complete_answers, default_definition, eligible};
use crate::support::pages::{open, says};

const ANN: &str = "ann@charity.example";

fn late(world: &TestWorld, what: &str) -> usize {
    let facts = world.raw().texts("SELECT data AS value FROM audit_events WHERE kind = 'late_attempt_refused'");
    facts.iter().filter(|fact| fact.contains(&format!("\"attempt\":\"{what}\""))).count()
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, Problem>) -> String {
    match answer {
        Err(Problem::Refused { title, .. }) => title,
        other => panic!("{other:?}"),
    }
}

on_both! {
    /// A short answer and a box of a table end where a long answer ends. Nothing of it is stored, and it stays on the page.
    fn no_box_keeps_more_than_20000_characters(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Hawthorn Trust");
        let bid = world.start_application(ANN, &round, charity);
        let ann = world.sign_in(ANN);
        let (fits, over) = ("x".repeat(19_900), "y".repeat(20_001));
        for (section, name) in [("project", "PROJ_TITLE"), ("risk", "PLAN_RISKS-0-risk"), ("need", "NEED_PROBLEM")] {
            let path = format!("/applications/{bid}/sections/{section}");
            let form = open(&ann, &path).form("Save and come back later");
            let refused = form.clone().set(name, &over).send(&ann).expect_status(422);
            says(&refused, &["must be 20,000 characters or fewer"]);
            assert!(refused.text().contains(&over), "{section}: what was typed is on the page");
            form.clone().set(name, &over).by_script(&format!("{path}/autosave")).send(&ann);
            assert_eq!(world.raw().count("answers WHERE length(value) > 20500"), 0, "{section}");
            form.set(name, &fits).send(&ann).expect_status(303);
        }
        assert_eq!(world.raw().count("answers WHERE length(value) > 19899"), 3);
        assert_eq!(world.raw().count("answer_versions WHERE length(value) > 20500"), 0);
    }

    /// An organisation is not added for a bid that is too late, and nobody fills the trail with late attempts.
    fn late_attempts_add_nothing_and_are_recorded_up_to_a_hundred(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Hawthorn Trust");
        let bid = world.complete_application(ANN, &round, charity);
        world.set_time(round.closes_at.plus_seconds(-60));
        let ann = world.sign_in(ANN);
        let query: Vec<String> =
            eligible(&world.definition_of(&round)).into_iter().map(|(code, value)| format!("{code}={value}")).collect();
        let form = open(&ann, &format!("/rounds/{}/apply?{}", round.reference, query.join("&"))).form("Start the application");
        let form = form.set("organisation", "new").set("name", "Another Trust").set("kind", "charity")
            .set("address", "2 High Street").set("postcode", "LE11 1AA");
        world.set_time(round.closes_at.plus_seconds(60));
        for turn in 0..MOST_LATE_TRIES + 3 {
            let refused = form.clone().send(&ann).expect_status(409);
            says(&refused, &["This round is closed"]);
            assert_eq!(refused.words().contains("Your attempt has been recorded."), turn < MOST_LATE_TRIES, "{turn}");
            world.submit(ANN, &bid, &format!("token {turn}")).unwrap();
        }
        assert_eq!(world.raw().count("organisations"), 1);
        assert_eq!((late(&world, "start"), late(&world, "submit")), (MOST_LATE_TRIES, MOST_LATE_TRIES));
    }

    /// A bid is handed in again and again, but not for ever: each time is kept whole and answered by mail.
    fn a_bid_is_submitted_fifty_times_at_most(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Hawthorn Trust");
        let bid = world.complete_application(ANN, &round, charity);
        for turn in 0..50 {
            if turn > 0 {
                world.act(ANN, |tx| take_back(tx, &bid));
            }
            world.submit(ANN, &bid, &format!("token {turn}")).unwrap();
        }
        assert_eq!(refusal(world.write_as(ANN, |tx| take_back(tx, &bid))), "This application was submitted too often");
        assert_eq!(world.raw().count("submissions"), 50);
        assert_eq!(world.raw().text("SELECT stage AS value FROM applications"), "submitted");
    }

    fn ten_thousand_changes_of_a_bid_are_kept(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Hawthorn Trust");
        let bid = world.start_application(ANN, &round, charity);
        let answers = complete_answers(&default_definition());
        let one = |code: &str| answers.iter().filter(|(other, _)| *other == code).map(|(c, a)| (c.clone(), a.clone())).collect();
        world.act(ANN, |tx| save_answers(tx, &bid, &one("PROJ_TITLE")));
        world.raw().run(
            "INSERT INTO answer_versions (application_id, question, version, standing, value, page, saved_at, saved_by) \
             WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) \
             SELECT v.application_id, v.question, n.i, v.standing, v.value, v.page, v.saved_at, v.saved_by \
             FROM n, answer_versions v WHERE v.version = 1",
        );
        world.tampered();
        assert_eq!(world.raw().count("answer_versions"), 10_000);
        let refused = world.write_as(ANN, |tx| save_answers(tx, &bid, &one("NEED_PROBLEM")));
        assert_eq!(refusal(refused), "This application was changed too often");
        assert_eq!(world.raw().count("answers WHERE question = 'NEED_PROBLEM'"), 0);
    }

    fn a_person_is_in_twenty_organisations_when_they_may_add_no_more(world) {
        let round = world.published_round();
        let account = world.add_person(ANN, "Ann Applicant", &[Role::Applicant]);
        for number in 0..19 {
            world.add_organisation(&format!("Trust {number}"), &[account]);
        }
        let ann = world.sign_in(ANN);
        let query: Vec<String> =
            eligible(&world.definition_of(&round)).into_iter().map(|(code, value)| format!("{code}={value}")).collect();
        let path = format!("/rounds/{}/apply?{}", round.reference, query.join("&"));
        let form = open(&ann, &path).form("Start the application").set("organisation", "new").set("kind", "charity")
            .set("address", "2 High Street").set("postcode", "LE11 1AA");
        form.clone().set("name", "The Twentieth Trust").send(&ann).expect_status(303);
        let refused = form.set("name", "The Last Trust").send(&ann).expect_status(409);
        says(&refused, &["You have very many organisations", "You are in 20 and can add no more."]);
        assert_eq!(world.raw().count("organisations"), 20);
    }
}
