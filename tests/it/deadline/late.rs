//! Saves and files that came after the closing: refused, and on record, but no more of them than help anybody.

use super::{ANN, definition, events, open, says};
use crate::support::TestWorld;
use crate::support::builders::{OFFICER, pdf};

/// As many as `rounds::deadline` records.
const MOST: usize = evenhand::rounds::deadline::MOST_LATE_SAVES;

fn attempts(world: &TestWorld, what: &str) -> usize {
    let facts =
        world.raw().texts("SELECT data AS value FROM audit_events WHERE kind = 'late_attempt_refused' ORDER BY seq");
    facts.iter().filter(|fact| fact.contains(&format!("\"attempt\":\"{what}\""))).count()
}

on_both! {
    fn late_saves_are_recorded_with_their_time_and_do_not_flood_the_trail(world) {
        let round = world.round_of(&definition(0, false), true);
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let bid = world.complete_application(ANN, &round, charity);
        let other = world.complete_application(ANN, &round, world.add_organisation("Second Trust", &[
            world.read(|conn| evenhand::accounts::store::account_of_email(conn, ANN)).unwrap(),
        ]));
        world.set_time(round.closes_at.plus_seconds(-600));
        let ann = world.sign_in(ANN);
        let section = format!("/applications/{bid}/sections/need");
        let form = open(&ann, &section).form("Save and come back later").set("NEED_PROBLEM", "Written at the last minute.");
        // In time to the microsecond, and late by none.
        world.set_time(crate::deadline::micros_before(round.closes_at, 1));
        form.clone().set("NEED_PROBLEM", "Just in time.").send(&ann).expect_status(303);
        assert_eq!(events(&world, "late_attempt_refused"), 0);
        world.set_time(round.closes_at);
        let late = form.clone().send(&ann).expect_status(409);
        says(&late, &["This round is closed", "is on this page, and is not saved"]);
        says(&late, &["Written at the last minute."]);
        let facts = world.raw().text("SELECT data AS value FROM audit_events WHERE kind = 'late_attempt_refused'");
        let received = format!("\"received\":\"{}\"", round.closes_at.rfc3339());
        assert!(facts.contains(&received) && facts.contains("\"attempt\":\"save\"") && facts.contains(&bid), "{facts}");
        assert!(!facts.contains("minute."), "never what was written");

        let before = world.records();
        for turn in 0..MOST + 5 {
            world.advance_seconds(2);
            let background = form.clone().set("NEED_PROBLEM", &format!("Turn {turn}.")).by_script(&format!("{section}/autosave"));
            assert_eq!(background.send(&ann).status, 409);
        }
        assert_eq!(usize::try_from(world.records() - before).unwrap(), MOST - 1, "a page that saves by itself does not fill the trail");
        let path = format!("/applications/{bid}/uploads/DOC_GOVERNING");
        ann.upload(&path, &[], "DOC_GOVERNING", "late.pdf", &pdf(&bid, "late")).expect_status(409);
        assert_eq!((attempts(&world, "save"), attempts(&world, "upload")), (MOST, 0));
        // Another bid has its own, of files too; and a late submission is always on record.
        let path = format!("/applications/{other}/uploads/DOC_GOVERNING");
        ann.upload(&path, &[], "DOC_GOVERNING", "late.pdf", &pdf(&other, "late")).expect_status(409);
        assert_eq!((attempts(&world, "save"), attempts(&world, "upload")), (MOST, 1));
        world.submit(ANN, &bid, "late").unwrap();
        assert_eq!(attempts(&world, "submit"), 1);
        let text = world.raw().text(&format!(
            "SELECT value FROM answers WHERE question = 'NEED_PROBLEM' AND application_id = (SELECT id FROM applications WHERE reference = '{bid}')"
        ));
        assert_eq!(text, "\"Just in time.\"", "nothing of it was taken");

        let officer = world.sign_in(OFFICER);
        let page = open(&officer, &format!("/office/rounds/{}/deadline", round.reference));
        says(&page, &["Save answers", "Send a file", "Submit an application", "the first 10 of an application are recorded"]);
        says(&open(&ann, &format!("/applications/{bid}")), &["Something came after the round had closed, and was not taken"]);
    }

    /// A stranger's late save is no attempt of anybody's, and a submitted bid that is saved again is not late.
    fn only_what_is_late_is_recorded(world) {
        let round = world.round_of(&definition(0, false), true);
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let club = world.add_applicant(crate::deadline::BEN, "Rutland Boxing Club");
        let bid = world.complete_application(ANN, &round, charity);
        let draft = world.complete_application(crate::deadline::BEN, &round, club);
        world.submit(ANN, &bid, "one").unwrap();
        world.set_time(round.closes_at.plus_seconds(-60));
        let (ann, ben) = (world.sign_in(ANN), world.sign_in(crate::deadline::BEN));
        let save = |reference: &str| format!("/applications/{reference}/sections/need");
        assert_eq!(ann.post(&save(&bid), &[("go", "later")]).status, 409);
        world.set_time(round.closes_at.plus_seconds(60));
        ben.post(&save(&bid), &[("go", "later")]).expect_status(404);
        assert_eq!(ann.post(&save(&bid), &[("go", "later")]).status, 409);
        assert_eq!(events(&world, "late_attempt_refused"), 0);
        assert_eq!(ben.post(&save(&draft), &[("go", "later")]).status, 409);
        assert_eq!(events(&world, "late_attempt_refused"), 1);
    }
}
