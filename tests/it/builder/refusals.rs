//! What the form builder refuses, each in words, and that nothing is changed then.

use super::{draft, is_silent, open, order, press, says, stored};
use crate::support::TestWorld;
use crate::support::builders::OFFICER;

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
