//! What the form builder refuses, each in words, and that nothing is changed then.

use super::{dates, draft, is_silent, open, order, press, says, stored};
use crate::support::TestWorld;
use crate::support::builders::{OFFICER, default_definition};

/// Makes `GOV_WHEN`, asked only after one answer of `GOV_BANK`.
fn add_condition(world: &TestWorld, home: &str) {
    let olive = world.sign_in(OFFICER);
    let form = open(&olive, &format!("{home}/questions/new-in-governance")).form("Save the question");
    let form = form.set("code", "gov_when").set("text", "When will you arrange it?").set("kind", "short_text");
    let form = form.set("show", "GOV_BANK:arranging");
    form.send(&olive).expect_redirect(&format!("{home}/questions"));
}

on_both! {
    fn what_others_depend_on_stays(world) {
        let (round, home) = draft(&world);
        add_condition(&world, &home);
        let olive = world.sign_in(OFFICER);
        let list = format!("{home}/questions");
        let before = world.definition_of(&round);

        let bank = open(&olive, &format!("{home}/questions/GOV_BANK"));
        says(&bank, &["This question cannot be removed", "GOV_WHEN is asked only after some of its answers"]);
        assert!(!bank.has_button("Remove the question"));
        let version = stored(&world, &round.reference).version.to_string();
        for (code, text) in [("GOV_BANK", "GOV_BANK cannot be removed"), ("PROJ_TITLE", "uses it as the project's title")] {
            let refused = olive.post(&format!("{home}/questions/{code}/remove"), &[("version", &version)]);
            says(&refused.expect_status(422), &[text]);
        }
        let form = bank.form("Save the question");
        let lost = form.clone().set("options", "Yes\nWe are a school, a council or another public body with its own financial rules");
        // The second of three lines went: what stands in its place is the third.
        says(&lost.send(&olive).expect_status(422), &["GOV_WHEN is asked only after the answer"]);
        let changed = form.clone().set("kind", "short_text").set("options", "").send(&olive).expect_status(422);
        says(&changed, &["so it must offer a choice"]);
        let both = open(&olive, &format!("{home}/questions/GOV_WHEN")).form("Save the question");
        says(&both.set("show", "INCL_DBS:none").send(&olive).expect_status(422), &["so it must stand below it"]);

        press(&olive, &list, "Move up GOV_WHEN").expect_status(303);
        let moved = world.definition_of(&round);
        says(&press(&olive, &list, "Move up GOV_WHEN").expect_status(422), &["must stand below it"]);
        says(&press(&olive, &list, "Move down GOV_BANK").expect_status(422), &["must stand below it"]);
        assert!(!open(&olive, &list).has_button("Remove The need"), "it has questions");
        let remove = [("version", stored(&world, &round.reference).version.to_string()), ("do", "section-remove need".to_owned())];
        let remove: Vec<(&str, &str)> = remove.iter().map(|(name, value)| (*name, value.as_str())).collect();
        says(&olive.post(&list, &remove).expect_status(422), &["still has questions"]);
        assert_eq!(world.definition_of(&round), moved);
        assert_eq!(moved.questions().count(), before.questions().count());
        assert_eq!(order(&world, &round, "governance"), ["GOV_PEOPLE", "GOV_BANK", "GOV_WHEN", "GOV_INCOME"]);
    }

    /// Two officers at once: the slower one is told, and what was typed stays on the page.
    /// Every fault at once, in page order, in words that need no look at a file; what was typed stays, and nothing is saved.
    fn every_fault_of_the_set_up_is_told_at_once(world) {
        let round = world.round_of(&default_definition(), false);
        let olive = world.sign_in(OFFICER);
        let path = format!("/office/rounds/{}/set-up", round.reference);
        let before = open(&olive, &path);
        let form = before.form("Save the set-up").set("pot", "much").set("pass_mark", "120").set("tie_break", "XYZ")
            .set("criterion-0-weight", "heavy").set("criterion-1-minimum", "9").set("criterion-6-title", "Something new");
        let refused = form.send(&olive).expect_status(422);
        assert_eq!(refused.attributes(".govuk-error-summary__list a", "href"), [
            "#pot", "#pass_mark", "#tie_break", "#criterion-0-weight", "#criterion-1-minimum", "#criterion-6-code",
        ]);
        says(&refused, &[
            "Pass mark: 120 is above 100", "Tie-break criteria: \"XYZ\" is not a criterion of the round",
            "Minimum score of criterion PLAN: 9 is outside the scale 0-5", "Enter a code for the new criterion",
        ]);
        let again = refused.form("Save the set-up");
        for (name, typed) in [("pot", "much"), ("criterion-0-weight", "heavy"), ("criterion-6-title", "Something new")] {
            assert_eq!(again.value(name), typed);
        }
        let now = open(&olive, &path).form("Save the set-up");
        assert_eq!(now.value("pass_mark"), before.form("Save the set-up").value("pass_mark"));
        // Clearing the code of one that was there removes it, whatever its other boxes hold.
        let less = now.set("criterion-5-code", "").set("acceptance_days", "21").set("interim_above", "1,000");
        less.set("reason", "One less.").send(&olive).expect_status(303);
        let kept = world.definition_of(&round);
        assert_eq!((kept.criteria.len(), kept.terms.acceptance_days, kept.terms.payment_days), (5, 21, 28));
        says(&open(&olive, &format!("/office/rounds/{}/versions", round.reference)), &[
            "Days to accept an offer: 14, now 21", "Largest grant without an interim report: £5,000.00, now £1,000.00",
        ]);

        let new = open(&olive, "/office/new-round").form("Set up the round").set("fund_code", "1").set("name", "")
            .set("opens_date_day", "31").set("opens_date_month", "2").set("opens_date_year", "2027");
        let refused = new.send(&olive).expect_status(422);
        let told = refused.attributes(".govuk-error-summary__list a", "href");
        assert_eq!(told[..2], ["#fund_code", "#name"], "{told:?}");
        assert!(told[2..].iter().any(|href| href.starts_with("#opens_date")), "{told:?}");
        assert!(!refused.words().contains("must close after it opens"), "no fault follows from another");
        // A code is one fund's.
        let other = dates(open(&olive, "/office/new-round").form("Set up the round").set("name", "Next"));
        let refused = other.set("fund_name", "Another Fund").send(&olive).expect_status(422);
        says(&refused, &["CSF is the code of the Commissioner's Safety Fund"]);
    }

    fn the_slower_of_two_officers_is_told(world) {
        let (round, home) = draft(&world);
        let olive = world.sign_in(OFFICER);
        let question = open(&olive, &format!("{home}/questions/NEED_PROBLEM")).form("Save the question");
        let section = open(&olive, &format!("{home}/sections/need")).form("Save the section");
        let list = open(&olive, &format!("{home}/questions"));
        let intake = open(&olive, &format!("{home}/intake")).form("Save the streams and the intake");
        let checks = open(&olive, &format!("{home}/checks")).form("Save the checks and the declaration");
        press(&olive, &format!("{home}/questions"), "Move down GOV_PEOPLE").expect_status(303);
        let now = world.definition_of(&round);

        let lost = question.set("text", "Something else?").send(&olive).expect_status(409);
        says(&lost, &["Somebody else changed this round"]);
        assert_eq!(lost.form("Save the question").value("text"), "Something else?");
        says(&section.set("title", "Else").send(&olive).expect_status(409), &["Somebody else changed this round"]);
        let list = list.form("Duplicate GOV_BANK").send(&olive).expect_status(409);
        says(&list, &["Somebody else changed this round"]);
        intake.set("grace", "5").send(&olive).expect_status(409);
        checks.set("declaration", "None").send(&olive).expect_status(409);
        assert_eq!(world.definition_of(&round), now);
        // The page that came back carries the newer version.
        let again = lost.form("Save the question").set("text", "Something else?").send(&olive);
        again.expect_redirect(&format!("{home}/questions"));
        assert_eq!(world.definition_of(&round).question("NEED_PROBLEM").unwrap().text, "Something else?");
    }

    /// Only officers build, and a form takes only the fields that it has.
    fn only_officers_build_and_only_with_the_forms_fields(world) {
        let (_, home) = draft(&world);
        let ann = world.sign_in("ann@somewhere.example");
        for page in ["questions", "sections/need", "bank", "eligibility", "checks", "intake", "versions", "copy", "preview", "preview-all"] {
            ann.get(&format!("{home}/{page}")).expect_status(404);
        }
        ann.post(&format!("{home}/try-out"), &[]).expect_status(404);
        let olive = world.sign_in(OFFICER);
        let form = open(&olive, &format!("{home}/checks")).form("Save the checks and the declaration");
        form.forge("stage", "published").send(&olive).expect_status(400);
        let form = open(&olive, &format!("{home}/questions")).form("Duplicate GOV_BANK");
        form.clone().forge("role", "ask").send(&olive).expect_status(400);
        olive.post(&format!("{home}/questions"), &[("do", "burn GOV_BANK"), ("version", "1")]).expect_status(400);
        let twice = open(&olive, &format!("{home}/questions/new-in-need")).form("Save the question");
        let twice = twice.set("code", "NEED_PROBLEM").set("text", "Again?").set("kind", "date").send(&olive);
        says(&twice.expect_status(422), &["Another question has that code"]);
        olive.get(&format!("{home}/sections/nowhere")).expect_status(404);
        is_silent(&open(&olive, &format!("{home}/questions")), &["Again?"]);
    }
}
