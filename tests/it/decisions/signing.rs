//! What a signature needs: approval where the round asks for it, interests, a limit, and a code typed again.

use evenhand::base::money::Pence;
use evenhand::base::role::Role;
use evenhand::decisions::actions::sign;
use evenhand::decisions::{InterestKind, Interests};
use evenhand::rounds::RoundStage;

use super::{CORA, small_pot};
use crate::support::TestWorld;
use crate::support::builders::OFFICER;
use crate::support::deciding::RECOMMENDER;
use crate::support::pages::{is_silent, open, says};

const DAVE: &str = "dave@opcc.example";
const ADMIN: &str = "admin@opcc.example";

fn code_of(world: &TestWorld, email: &str) -> String {
    world.deliver();
    let mail = world.mails_to(email).pop().expect("a mail");
    assert!(mail.contains("Your code to sign the decision on"), "{mail}");
    let digits = |line: &&str| line.len() == 8 && line.chars().all(|c| c.is_ascii_digit());
    mail.lines().map(str::trim).find(digits).expect("a code").to_owned()
}

on_both! {
    /// A wrong, old, used, or too often tried code signs nothing, and nobody else's code is good.
    fn a_signature_needs_a_code_that_was_mailed_a_moment_ago(world) {
        let (round, bids) = world.moderated_round(&small_pot(), &[5, 4]);
        world.add_person(CORA, "Cora Commissioner", &[Role::DecisionMaker]);
        world.add_person(DAVE, "Dave Deputy", &[Role::DecisionMaker]);
        world.recommend(&round, &world.awards(&[bids[0].as_str()]));
        let paper = format!("/decisions/{}", round.reference);
        let (cora, dave) = (world.sign_in(CORA), world.sign_in(DAVE));
        let filled = || open(&cora, &paper).form("Sign the decision").set("interest", "none").set("confirmed", "yes");
        says(&filled().send(&cora).expect_status(422), &["Type the code that we sent you"]);

        let send = |browser| open(browser, &paper).form("Send me a code").send(browser).expect_redirect(&format!("{paper}#code"));
        send(&dave);
        let his = code_of(&world, DAVE);
        says(&filled().set("code", &his).send(&cora).expect_status(422), &["This code is wrong"]);
        send(&cora);
        let old = code_of(&world, CORA);
        world.advance_minutes(15);
        says(&filled().set("code", &old).send(&cora).expect_status(422), &["too old"]);
        send(&cora);
        let code = code_of(&world, CORA);
        for _ in 0..6 {
            filled().set("code", "00000000").send(&cora).expect_status(422);
        }
        says(&filled().set("code", &code).send(&cora).expect_status(422), &["tried too often"]);
        assert_eq!(world.raw().count("decisions"), 0);
        send(&cora);
        let code = code_of(&world, CORA);
        let page = filled().set("code", &code).set("statement", "").send(&cora).expect_status(422);
        says(&page, &["Write your decision"]);
        assert_eq!(page.form("Sign the decision").value("code"), "", "a code is typed anew");
        filled().set("code", &code).send(&cora).expect_redirect(&paper);
        assert_eq!(world.raw().count("decisions"), 1);
    }

    /// A conflict declared with the signature stops it, is on record, and closes the round to its author.
    fn a_conflict_stops_the_signature(world) {
        let (round, bids) = world.moderated_round(&small_pot(), &[5, 4]);
        world.add_person(CORA, "Cora Commissioner", &[Role::DecisionMaker]);
        world.add_person(DAVE, "Dave Deputy", &[Role::DecisionMaker]);
        world.recommend(&round, &world.awards(&[bids[0].as_str()]));
        let paper = format!("/decisions/{}", round.reference);
        let cora = world.sign_in(CORA);
        let form = open(&cora, &paper).form("Sign the decision").set("interest", "conflict");
        says(&form.clone().send(&cora).expect_status(422), &["Say which interest you have"]);
        form.set("interests", "My brother runs it.").send(&cora).expect_redirect("/decisions");
        assert_eq!(world.raw().count("decisions"), 0);
        assert_eq!(world.raw().text("SELECT statement AS value FROM declared_interests"), "My brother runs it.");
        cora.get(&paper).expect_status(404);
        let list = open(&cora, "/decisions");
        says(&list, &["No round waits for a signature"]);
        is_silent(&list, &["£4,500", &round.reference]);
        // They may hold another role: as an officer they lose every bid of the round as well.
        let read = |reference: &str| world.read(|conn| {
            let bid = evenhand::applications::application_of_reference(conn, reference)?;
            evenhand::applications::hidden_from(conn, &world.actor(CORA), bid.round).map(|hidden| hidden.contains(&bid.id))
        });
        assert!(bids.iter().all(|reference| read(reference)));
        let signature = world.signature(CORA, &round);
        assert!(world.write_as(CORA, |tx| sign(tx, round.id, &signature)).is_err());
        let told = world.raw().try_run(&format!(
            "INSERT INTO decisions (round_id, recommendation_id, reference, signed_at, signed_by, statement, interests) \
             SELECT round_id, id, 'Z-D1', '2026-12-22 10:00:00.000000', (SELECT id FROM accounts WHERE email = '{CORA}'), 'Y', 'N' \
             FROM recommendations"
        ));
        assert!(told.as_ref().is_err_and(|told| told.contains("decisions_conflict_check")), "{told:?}");
        let told = world.raw().try_run("DELETE FROM declared_interests");
        assert!(told.as_ref().is_err_and(|told| told.contains("declared_interests_kept_check")), "{told:?}");
        let other = Interests { kind: Some(InterestKind::Interest), statement: "I know the town.".to_owned() };
        let signature = evenhand::decisions::Signature { interests: other, ..world.signature(DAVE, &round) };
        world.act(DAVE, |tx| sign(tx, round.id, &signature));
        assert_eq!(world.raw().text("SELECT interests AS value FROM decisions"), "I know the town.");
    }

    /// Above their limit nobody signs; they are told who may. The limit itself is within.
    fn a_limit_is_kept_and_names_who_may(world) {
        let (round, bids) = world.moderated_round(&small_pot(), &[5, 4]);
        let cora = world.add_person(CORA, "Cora Commissioner", &[Role::DecisionMaker]);
        world.add_person(DAVE, "Dave Deputy", &[Role::DecisionMaker]);
        world.add_person(ADMIN, "Ada Administrator", &[Role::Administrator]);
        world.recommend(&round, &world.awards(&[bids[0].as_str()]));
        let admin = world.sign_in(ADMIN);
        let button = "Save the limit of Cora Commissioner";
        let form = open(&admin, "/signatories").form(button);
        says(&form.clone().set("limit", "lots").send(&admin).expect_status(422), &["Cora Commissioner"]);
        form.set("limit", "4,499.99").send(&admin).expect_redirect("/signatories");
        says(&open(&admin, "/signatories"), &["May sign for up to £4,499.99", "May sign for any amount"]);

        let paper = format!("/decisions/{}", round.reference);
        let browser = world.sign_in(CORA);
        let page = open(&browser, &paper);
        says(&page, &["You cannot sign this decision", "£4,500.00 together", "Dave Deputy (any amount)"]);
        assert!(!page.has_button("Sign the decision"));
        let signature = world.signature(CORA, &round);
        assert!(world.write_as(CORA, |tx| sign(tx, round.id, &signature)).is_err());
        let told = world.raw().try_run(&format!(
            "INSERT INTO decisions (round_id, recommendation_id, reference, signed_at, signed_by, statement, interests) \
             SELECT round_id, id, 'Z-D1', '2026-12-22 10:00:00.000000', {}, 'Y', 'N' FROM recommendations",
            cora.row()
        ));
        assert!(told.as_ref().is_err_and(|told| told.contains("decisions_limit_check")), "{told:?}");
        world.act(ADMIN, |tx| evenhand::decisions::actions::set_limit(tx, cora, Some(Pence::new(450_000))));
        world.sign_decision(CORA, &round);
    }

    /// Recommendation, approval, signature: by three people, where the round asks for it.
    fn the_management_approves_where_the_round_asks_for_it(world) {
        let mut definition = small_pot();
        definition.management_approval = true;
        let (round, bids) = world.moderated_round(&definition, &[5, 4]);
        world.add_person(CORA, "Cora Commissioner", &[Role::DecisionMaker]);
        world.add_person(DAVE, "Dave Deputy", &[Role::DecisionMaker]);
        world.recommend(&round, &world.awards(&[bids[0].as_str()]));
        let paper = format!("/decisions/{}", round.reference);
        let cora = world.sign_in(CORA);
        says(&open(&cora, &paper), &["the management approves a recommendation before it is signed"]);
        let signature = world.signature(CORA, &round);
        assert!(world.write_as(CORA, |tx| sign(tx, round.id, &signature)).is_err());
        let told = world.raw().try_run(&format!(
            "INSERT INTO decisions (round_id, recommendation_id, reference, signed_at, signed_by, statement, interests) \
             SELECT round_id, id, 'Z-D1', '2026-12-22 10:00:00.000000', (SELECT id FROM accounts WHERE email = '{CORA}'), 'Y', 'N' \
             FROM recommendations"
        ));
        assert!(told.as_ref().is_err_and(|told| told.contains("decisions_approved_check")), "{told:?}");

        let here = format!("/office/rounds/{}/approval", round.reference);
        let officer = world.sign_in(OFFICER);
        says(&open(&officer, &here), &["You cannot approve this recommendation", "recorded the panel's moderation"]);
        let dave = world.sign_in(DAVE);
        let form = open(&dave, &here).form("Approve the recommendation");
        says(&form.clone().send(&dave).expect_status(422), &["Say whether you have an interest"]);
        let form = form.set("interest", "none").set("note", "Within the budget.");
        form.clone().send(&dave).expect_redirect(&format!("/office/rounds/{}/ranking", round.reference));
        form.send(&dave).expect_status(409);
        says(&open(&cora, &paper), &["Approved by the management", "Dave Deputy", "Within the budget."]);
        let signature = world.signature(DAVE, &round);
        assert!(world.write_as(DAVE, |tx| sign(tx, round.id, &signature)).is_err(), "who approved does not sign");
        world.sign_decision(CORA, &round);
        assert_eq!(world.read(|conn| evenhand::rounds::get_round(conn, round.id)).stage, RoundStage::Decided);
    }
    /// Who does not agree sends the recommendation back, with a reason, before or instead of an approval and a signature.
    fn who_does_not_agree_sends_it_back(world) {
        let mut definition = small_pot();
        definition.management_approval = true;
        let (round, bids) = world.moderated_round(&definition, &[5, 4]);
        world.add_person(CORA, "Cora Commissioner", &[Role::DecisionMaker]);
        world.add_person(DAVE, "Dave Deputy", &[Role::DecisionMaker]);
        let input = world.awards(&[bids[0].as_str()]);
        let stage = || world.read(|conn| evenhand::rounds::get_round(conn, round.id)).stage;
        let (cora, dave) = (world.sign_in(CORA), world.sign_in(DAVE));

        world.recommend(&round, &input);
        let here = format!("/office/rounds/{}/approval", round.reference);
        let form = open(&dave, &here).form("Send the recommendation back");
        let page = form.clone().set("reason", " ").send(&dave).expect_status(422);
        says(&page, &["Say why you send the recommendation back"]);
        let long = "Too long. ".repeat(401);
        let page = form.clone().set("reason", &long).send(&dave).expect_status(422);
        assert_eq!(page.form("Send the recommendation back").value("reason"), long.trim_start(), "nothing typed is lost");
        assert_eq!(stage(), RoundStage::Recommended);
        form.clone().set("reason", "The ward with most reports has no award.").send(&dave).expect_redirect("/decisions");
        assert_eq!(stage(), RoundStage::Moderation);
        form.set("reason", "Again.").send(&dave).expect_status(404);

        world.recommend(&round, &input);
        let paper = format!("/decisions/{}", round.reference);
        let old = open(&cora, &paper).form("Send the recommendation back").set("reason", "I want to see the budget first.");
        world.act(RECOMMENDER, |tx| evenhand::decisions::actions::take_back(tx, round.id, "A word was missing."));
        world.recommend(&round, &input);
        says(&old.send(&cora).expect_status(409), &["changed while you had this page open"]);
        let form = open(&cora, &paper).form("Send the recommendation back");
        says(&form.clone().send(&cora).expect_status(422), &["Say why you send the recommendation back"]);
        form.set("reason", "I want to see the budget first.").send(&cora).expect_redirect("/decisions");
        let ranking = open(&world.sign_in(OFFICER), &format!("/office/rounds/{}/ranking", round.reference));
        says(&ranking, &["Dave Deputy", "The ward with most reports has no award.", "Cora Commissioner", "I want to see the budget first."]);
        // Sending back is no approval and no signature: both may act on the next one.
        world.recommend(&round, &input);
        let form = open(&dave, &here).form("Approve the recommendation").set("interest", "none");
        form.send(&dave).expect_redirect(&format!("/office/rounds/{}/ranking", round.reference));
        world.sign_decision(CORA, &round);
        let duties = world.raw().texts(
            "SELECT data AS value FROM audit_events WHERE kind = 'recommendation_taken_back' ORDER BY seq"
        );
        let told = ["approver", "recommender", "signatory"];
        assert!(duties.len() == 3 && duties.iter().zip(told).all(|(data, duty)| data.contains(duty)), "{duties:?}");
    }
}
