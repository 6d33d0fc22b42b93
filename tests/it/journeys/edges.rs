//! The edges of applying: the last moment, other people's bids, forms that are not ours, texts that are too long.

use evenhand::base::time::At;
use reqwest::Method;

use super::apply::declare;
use super::{open, says};
use crate::support::TestWorld;
use crate::support::builders::{OFFICER, default_definition, pdf};

const ANN: &str = "ann@charity.example";
const BEN: &str = "ben@club.example";

on_both! {
    /// D3, through the pages: a microsecond before the closing time is on time; the closing time itself is not.
    fn the_last_moment_to_submit(world) {
        let round = world.published_round();
        let bids = [(ANN, "Charnwood Youth Trust"), (BEN, "Rutland Boxing Club")].map(|(email, name)| {
            let organisation = world.add_applicant(email, name);
            world.complete_application(email, &round, organisation)
        });
        world.set_time(round.closes_at.plus_seconds(-600));
        let (ann, ben) = (world.sign_in(ANN), world.sign_in(BEN));
        let forms = [(&ann, &bids[0]), (&ben, &bids[1])].map(|(browser, bid)| {
            declare(open(browser, &format!("/applications/{bid}/check")).form("Submit the application"))
        });
        let [first, second] = forms;
        world.set_time(At::from_micros(round.closes_at.micros() - 1));
        let receipt = format!("/applications/{}/receipt", bids[0]);
        first.clone().send(&ann).expect_redirect(&receipt);
        world.set_time(round.closes_at);
        let late = second.send(&ben).expect_status(409);
        says(&late, &["This round is closed", "What you saved before is kept", "Your attempt has been recorded"]);
        // The same page sent again, for it was in time.
        first.send(&ann).expect_redirect(&receipt);
        for path in ["eligibility", "apply"] {
            ben.get(&format!("/rounds/{}/{path}", round.reference)).expect_status(409);
        }
        let save = ben.post(&format!("/applications/{}/sections/need", bids[1]), &[("go", "later")]);
        says(&save.expect_status(409), &["closed"]);
    }

    fn autosave_answers_json(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let bid = world.start_application(ANN, &round, charity);
        let ann = world.sign_in(ANN);
        let section = format!("/applications/{bid}/sections/need");
        let page = open(&ann, &section);
        assert_eq!(page.attributes("form[data-autosave]", "data-autosave"), [format!("{section}/autosave")]);
        let saved = ann.post(&format!("{section}/autosave"), &[("NEED_PROBLEM", "Half of them walk home alone.")]);
        let saved = saved.expect_status(200);
        assert!(saved.header("content-type").unwrap().starts_with("application/json"));
        let told: serde_json::Value = serde_json::from_slice(&saved.bytes).unwrap();
        assert_eq!((&told["saved_at"], &told["versions"]["NEED_PROBLEM"]), (&"10:00".into(), &1.into()));
        assert_eq!(open(&ann, &section).form("Save and continue").value("NEED_PROBLEM"), "Half of them walk home alone.");
        // What is not from our page saves nothing, and says so.
        let forged = ann.request(Method::POST, &format!("{section}/autosave")).header("Origin", "https://evil.example");
        assert_eq!(ann.send(forged.form(&[("NEED_PROBLEM", "Else")])).status, 403);
        assert_eq!(open(&ann, &section).form("Save and continue").value("NEED_PROBLEM"), "Half of them walk home alone.");
    }

    /// Other organisations' bids and documents are not there, whatever the address.
    fn another_organisations_bid_is_not_there(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let club = world.add_applicant(BEN, "Rutland Boxing Club");
        let bid = world.complete_application(ANN, &round, charity);
        let own = world.complete_application(BEN, &round, club);
        let (ann, ben) = (world.sign_in(ANN), world.sign_in(BEN));
        let page = open(&ann, &format!("/applications/{bid}/sections/documents"));
        let documents: Vec<String> =
            page.attributes("main a", "href").into_iter().filter(|href| href.contains("/documents/")).collect();
        assert_eq!(documents.len(), 2, "{}", page.words());
        for document in &documents {
            let kept = ann.get(document).expect_status(200);
            assert!(kept.bytes.starts_with(b"%PDF"), "{document}");
            assert!(kept.header("content-disposition").unwrap().starts_with("attachment"));
            ben.get(document).expect_status(404);
            // Nor under one's own bid.
            ben.get(&document.replace(&bid, &own)).expect_status(404);
            ben.post(&format!("{document}/remove"), &[]).expect_status(404);
            ben.post(&format!("{}/remove", document.replace(&bid, &own)), &[]).expect_status(404);
            world.browser().get(document).expect_status(303);
        }
        for path in ["", "/check", "/copy", "/receipt", "/withdraw", "/letters", "/sections/need"] {
            ben.get(&format!("/applications/{bid}{path}")).expect_status(404);
        }
        for (path, fields) in [
            ("/check", &[("token", "x")][..]),
            ("/withdraw", &[("reason", "Because")]),
            ("/sections/need", &[("NEED_PROBLEM", "Else"), ("go", "later")]),
            ("/sections/need/autosave", &[("NEED_PROBLEM", "Else")]),
        ] {
            ben.post(&format!("/applications/{bid}{path}"), fields).expect_status(404);
        }
        let upload = ben.upload(&format!("/applications/{bid}/uploads/DOC_GOVERNING"), &[], "DOC_GOVERNING", "a.pdf", &pdf("x", "y"));
        upload.expect_status(404);
        let sha256 = evenhand::files::sha256(&pdf("x", "y"));
        assert!(world.app.files.get(&sha256).unwrap().is_none(), "nothing is kept for a bid that is not theirs");
        assert_eq!(world.raw().count("documents"), 4);
    }

    /// ASVS 15.3.3: no page of ours sends a field that it does not have.
    fn a_field_that_the_page_does_not_have_is_refused(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let bid = world.complete_application(ANN, &round, charity);
        let ann = world.sign_in(ANN);
        let check = declare(open(&ann, &format!("/applications/{bid}/check")).form("Submit the application"));
        check.clone().forge("submitted_at", "2026-01-01").send(&ann).expect_status(400);
        let section = open(&ann, &format!("/applications/{bid}/sections/need")).form("Save and continue");
        section.forge("stage", "submitted").send(&ann).expect_status(400);
        let withdraw = open(&ann, &format!("/applications/{bid}/withdraw")).form("Withdraw the application");
        withdraw.set("reason", "Because").forge("application", "1").send(&ann).expect_status(400);
        assert_eq!(world.raw().text("SELECT stage AS value FROM applications"), "draft");
        check.send(&ann).expect_redirect(&format!("/applications/{bid}/receipt"));

        let eligibility = open(&ann, &format!("/rounds/{}/eligibility", round.reference)).form("Continue");
        eligibility.forge("refusal", "none").send(&ann).expect_status(400);
        let officer = world.sign_in(OFFICER);
        let new = open(&officer, "/office/new-round").form("Set up the round");
        new.forge("stage", "published").send(&officer).expect_status(400);
        let gate = open(&officer, &format!("/office/applications/{bid}")).form_at("/gates/ELIG", "Record");
        gate.set("ELIG-outcome", "met").forge("DOCS-outcome", "met").send(&officer).expect_status(400);
        let draft = world.round_of(&default_definition(), false).reference;
        let set_up = open(&officer, &format!("/office/rounds/{draft}/set-up")).form("Save the set-up");
        set_up.clone().forge("stage", "published").send(&officer).expect_status(400);
        let question = open(&officer, &format!("/office/rounds/{draft}/questions/NEED_PROBLEM"));
        question.form("Save the question").forge("role", "ask").send(&officer).expect_status(400);
        set_up.send(&officer).expect_redirect(&format!("/office/rounds/{draft}/set-up"));
    }

    /// Words over the limit are kept as they were typed, and refused kindly where the bid is finished.
    fn a_text_over_its_limit_is_kept_and_refused_kindly(world) {
        let round = world.published_round();
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let bid = world.complete_application(ANN, &round, charity);
        let ann = world.sign_in(ANN);
        let (section, check) = (format!("/applications/{bid}/sections/need"), format!("/applications/{bid}/check"));
        let ready = declare(open(&ann, &check).form("Submit the application"));
        let limit = default_definition().question("NEED_PROBLEM").unwrap().word_limit.unwrap();
        let long = vec!["word"; limit + 1].join(" ");
        let form = open(&ann, &section).form("Save and continue").set("NEED_PROBLEM", &long);
        let told = form.send(&ann).expect_status(422);
        says(&told, &[&format!("has {} words; the limit is {limit}", limit + 1)]);
        assert_eq!(open(&ann, &section).form("Save and continue").value("NEED_PROBLEM"), long, "kept");
        let page = open(&ann, &check);
        says(&page, &["Before you can submit", &format!("the limit is {limit}")]);
        assert!(!page.has_button("Submit the application"));
        says(&ready.clone().send(&ann).expect_status(422), &[&format!("the limit is {limit}")]);
        let fits = vec!["word"; limit].join(" ");
        let form = open(&ann, &section).form("Save and continue").set("NEED_PROBLEM", &fits);
        form.send(&ann).expect_status(303);
        ready.send(&ann).expect_redirect(&format!("/applications/{bid}/receipt"));
    }
}
