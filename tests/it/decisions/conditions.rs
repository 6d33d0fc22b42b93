//! A check that was passed with a condition: the condition reaches the award, and whoever decides sees which check was not passed.

use evenhand::applications::GateOutcome;
use evenhand::applications::actions::{ItemCheck, check_item};
use evenhand::base::role::Role;
use evenhand::conflicts::actions::{lift, pin};
use evenhand::decisions::actions::{recommend, record_line};
use evenhand::error::Problem;

use super::{CORA, small_pot};
use crate::support::TestWorld;
use crate::support::builders::OFFICER;
use crate::support::deciding::RECOMMENDER;
use crate::support::letters::{pdf_text, squeeze};
use crate::support::pages::{is_silent, open, says};

fn check(world: &TestWorld, reference: &str, outcome: GateOutcome, note: &str) {
    let found = ItemCheck { outcome, note: note.to_owned(), reference: String::new(), expires_on: None, file: None };
    world.act(OFFICER, |tx| check_item(tx, reference, "DOCS", "SAFEGUARDING", &found));
}

on_both! {
    fn a_condition_of_a_check_becomes_one_of_the_award(world) {
        let (round, bids) = world.moderated_round(&small_pot(), &[5, 4]);
        let bid = &bids[0];
        world.add_person(RECOMMENDER, "Rita Recommender", &[Role::Officer]);
        check(&world, bid, GateOutcome::MetWithCondition, "Name a safeguarding lead");
        world.act(OFFICER, |tx| record_line(tx, round.id, "The panel looked at the line.", None));
        let rita = world.sign_in(RECOMMENDER);
        let path = format!("/office/rounds/{}/recommend", round.reference);
        let page = open(&rita, &path);
        says(&page, &["It passed a check with a condition: Safeguarding policy: Name a safeguarding lead."]);
        let form = page.form("Continue").set(&format!("reasons-{bid}"), "It reaches the streets.");
        let condition = format!("condition-{bid}-1");
        assert_eq!(form.value(&condition), "Safeguarding policy: Name a safeguarding lead.");
        says(&form.clone().send(&rita).expect_status(422), &[&format!("Enter a date for condition 1 of {bid}")]);
        let dropped = form.clone().set(&condition, "").send(&rita).expect_status(422);
        says(&dropped, &[&format!("{bid} passed a check with a condition: set it as a condition of the award")]);
        // The action says so too, whatever page there was.
        let told = world.write_as(RECOMMENDER, |tx| recommend(tx, round.id, &world.awards(&[bid])));
        assert!(matches!(&told, Err(Problem::Invalid(faults)) if faults.of(&condition).is_some()), "{told:?}");
        let due = |part: &str| format!("due-{bid}-1_{part}");
        let dated = form.set(&due("day"), "31").set(&due("month"), "1").set(&due("year"), "2027");
        says(&dated.send(&rita).expect_status(200), &["Name a safeguarding lead. (by 31 January 2027)"]);
        // What was met meanwhile is no condition any more.
        check(&world, bid, GateOutcome::Met, "The new policy names one.");
        is_silent(&open(&rita, &path), &["passed a check with a condition", "Name a safeguarding lead"]);
        world.recommend(&round, &world.awards(&[bid]));
    }

    /// The paper and the internal notice name the check, and not only that there is one; the public notice does not.
    fn whoever_decides_reads_which_check_was_not_passed(world) {
        let (round, bids) = world.moderated_round(&small_pot(), &[5, 4]);
        world.add_person(CORA, "Cora Commissioner", &[Role::DecisionMaker]);
        check(&world, &bids[1], GateOutcome::NotMet, "There is none.");
        world.recommend(&round, &world.awards(&[bids[0].as_str()]));
        let cora = world.sign_in(CORA);
        let said = "Required documents: not met (Safeguarding policy)";
        let paper = open(&cora, &format!("/decisions/{}", round.reference));
        assert_eq!(paper.words().matches(said).count(), 2, "in the ranking and among the reasons: {}", paper.words());
        world.sign_decision(CORA, &round);
        let notice = format!("/office/rounds/{}/notice", round.reference);
        let text = |version: &str| pdf_text(&cora.get(&format!("{notice}/{version}")).expect_status(200).bytes);
        assert!(text("internal").contains(&squeeze(said)), "{}", text("internal"));
        assert!(!text("public").contains(&squeeze("Safeguarding")), "{}", text("public"));
    }

    /// Who declared none, and what was a conflict and is none any more, is on record with the decision.
    fn the_internal_notice_tells_of_conflicts_that_no_longer_stand_and_of_none(world) {
        let (round, bids) = world.moderated_round(&small_pot(), &[5, 4]);
        world.add_person(CORA, "Cora Commissioner", &[Role::DecisionMaker]);
        let cora = world.actor(CORA).account().unwrap();
        world.act(OFFICER, |tx| pin(tx, &bids[1], cora, "She taught there."));
        world.act(OFFICER, |tx| lift(tx, &bids[1], cora, "She left the school last year."));
        world.recommend(&round, &world.awards(&[bids[0].as_str()]));
        world.sign_decision(CORA, &round);
        let cora = world.sign_in(CORA);
        let reply = cora.get(&format!("/office/rounds/{}/notice/internal", round.reference)).expect_status(200);
        let text = pdf_text(&reply.bytes);
        for said in [
            "No conflict of interest stood when the decision was signed.", "No longer a conflict", "She taught there.",
            "Lifted by an officer", "She left the school last year.", "Declared no conflict", "Panellist Number0",
        ] {
            assert!(text.contains(&squeeze(said)), "no {said:?} in {text}");
        }
        assert!(text.contains(&squeeze("Panellist Number0 2")), "on both bids: {text}");
    }
}
