//! Two people, or one person with two tabs, on one page at once.

use super::*;

on_both! {
    /// Only the question that both changed waits for a choice; the others are saved.
    fn both_texts_are_shown_and_one_is_chosen(world) {
        let draft = draft(&world);
        draft.save(&draft.ann, &[("NEED_PROBLEM", "Before.")]);
        let (ann, cara) = (draft.open(&draft.ann), draft.open(&draft.cara));
        world.advance_minutes(5);
        draft.write(&ann, &draft.ann, &[("NEED_PROBLEM", "What Ann wrote.")]).expect_status(303);
        let told = draft.write(&cara, &draft.cara, &[("NEED_PROBLEM", "What Cara wrote."), ("NEED_PLACE", "In Sileby.")]);
        let told = told.expect_status(409);
        says(&told, &["Saved by Ann Applicant at 10:05am on 23 November 2026", "What Ann wrote.", "What you wrote", "What Cara wrote."]);
        assert_eq!(told.attributes(".govuk-error-summary a", "href"), ["#choice-NEED_PROBLEM"]);
        assert!(told.has("#choice-NEED_PROBLEM"), "the link of the summary leads to the choice");
        assert_eq!((draft.value("NEED_PROBLEM").as_str(), draft.value("NEED_PLACE").as_str()), ("What Ann wrote.", "In Sileby."));
        // What Cara wrote is in the box, and kept beside the answer.
        assert_eq!(told.form("Save and continue").value("NEED_PROBLEM"), "What Cara wrote.");
        assert_eq!(world.raw().count("answer_versions WHERE standing = 'set_aside'"), 1);
        let history = draft.ann.get(&format!("/applications/{}/answers/NEED_PROBLEM", draft.reference));
        says(&history, &["Not used", "What Cara wrote.", "It met a change by somebody else"]);

        // Without a choice nothing is written over; the same text is not kept twice.
        let again = told.form("Save and continue").send(&draft.cara).expect_status(409);
        says(&again, &["What Ann wrote.", "What Cara wrote.", "Choose which to keep"]);
        assert_eq!(world.raw().count("answer_versions WHERE standing = 'set_aside'"), 1);

        // A combination of both, in the box.
        let both = "What Ann wrote. What Cara wrote.";
        let form = again.form("Save and come back later").set("choice-NEED_PROBLEM", "mine").set("NEED_PROBLEM", both);
        form.send(&draft.cara).expect_status(303);
        assert_eq!(draft.value("NEED_PROBLEM"), both);
    }

    fn the_others_text_can_be_kept(world) {
        let draft = draft(&world);
        let (ann, cara) = (draft.open(&draft.ann), draft.open(&draft.cara));
        draft.write(&ann, &draft.ann, &[("NEED_PROBLEM", "What Ann wrote.")]).expect_status(303);
        let told = draft.write(&cara, &draft.cara, &[("NEED_PROBLEM", "What Cara wrote.")]).expect_status(409);
        let form = told.form("Save and come back later").set("choice-NEED_PROBLEM", "theirs");
        form.send(&draft.cara).expect_status(303);
        assert_eq!(draft.value("NEED_PROBLEM"), "What Ann wrote.");
        // Meanwhile changed once more: the choice was made between other texts, so it is asked again.
        let (ann, cara) = (draft.open(&draft.ann), draft.open(&draft.cara));
        draft.write(&ann, &draft.ann, &[("NEED_PROBLEM", "Ann again.")]).expect_status(303);
        let told = draft.write(&cara, &draft.cara, &[("NEED_PROBLEM", "Cara again.")]).expect_status(409);
        draft.save(&draft.ann, &[("NEED_PROBLEM", "Ann a third time.")]);
        let mine = told.form("Save and continue").set("choice-NEED_PROBLEM", "mine").send(&draft.cara).expect_status(409);
        says(&mine, &["Ann a third time.", "Cara again."]);
        assert_eq!(draft.value("NEED_PROBLEM"), "Ann a third time.");
    }

    /// Two people on different questions of a page do not meet; neither puts the other's earlier text back.
    fn different_questions_do_not_meet(world) {
        let draft = draft(&world);
        draft.save(&draft.ann, &[("NEED_PROBLEM", "Old."), ("NEED_PLACE", "Old.")]);
        let (ann, cara) = (draft.open(&draft.ann), draft.open(&draft.cara));
        draft.write(&ann, &draft.ann, &[("NEED_PROBLEM", "New by Ann.")]).expect_status(303);
        draft.write(&cara, &draft.cara, &[("NEED_PLACE", "New by Cara.")]).expect_status(303);
        assert_eq!((draft.value("NEED_PROBLEM").as_str(), draft.value("NEED_PLACE").as_str()), ("New by Ann.", "New by Cara."));
        // The same where the page stays open after a save, with a fault on it.
        let (ann, cara) = (draft.open(&draft.ann), draft.open(&draft.cara));
        draft.write(&ann, &draft.ann, &[("NEED_PROBLEM", "Newer by Ann.")]).expect_status(303);
        let faulty = draft.write(&cara, &draft.cara, &[("NEED_COST", "a lot")]).expect_status(422);
        assert_eq!(faulty.form("Save and continue").value("NEED_PROBLEM"), "Newer by Ann.");
        assert_eq!(faulty.form("Save and continue").value("NEED_COST"), "a lot");
        faulty.form("Save and come back later").set("NEED_COST", "12").send(&draft.cara).expect_status(303);
        assert_eq!((draft.value("NEED_PROBLEM").as_str(), draft.value("NEED_COST").as_str()), ("Newer by Ann.", "12.00"));
    }

    fn two_tabs_of_one_person_follow_the_same_rule(world) {
        let draft = draft(&world);
        let (first, second) = (draft.open(&draft.ann), draft.open(&draft.ann));
        draft.write(&first, &draft.ann, &[("NEED_PROBLEM", "In the first tab.")]).expect_status(303);
        let told = draft.write(&second, &draft.ann, &[("NEED_PROBLEM", "In the second tab.")]).expect_status(409);
        says(&told, &["In the first tab.", "In the second tab."]);
        // Changed and changed back is no conflict, and the same text twice neither.
        draft.save(&draft.ann, &[("NEED_PLACE", "Base.")]);
        let open = draft.open(&draft.ann);
        draft.save(&draft.ann, &[("NEED_PLACE", "Else.")]);
        draft.save(&draft.ann, &[("NEED_PLACE", "Base.")]);
        draft.write(&open, &draft.ann, &[("NEED_PLACE", "Next.")]).expect_status(303);
        let open = draft.open(&draft.ann);
        draft.save(&draft.ann, &[("NEED_PLACE", "The same.")]);
        draft.write(&open, &draft.ann, &[("NEED_PLACE", "The same.")]).expect_status(303);
    }

    /// A page whose answer was lost on the way saves again upon what it saved itself; another page with the same text open does not.
    fn a_page_does_not_meet_itself(world) {
        let draft = draft(&world);
        let (page, other) = (draft.open(&draft.ann), draft.open(&draft.ann));
        for text in ["Half of them", "Half of them walk", "Half of them walk home."] {
            let told = json(&draft.autosave(&page, &draft.ann, &[("NEED_PROBLEM", text)]).expect_status(200));
            assert_eq!(told["conflicts"], serde_json::json!([]), "{text}");
        }
        draft.write(&page, &draft.ann, &[("NEED_PROBLEM", "Half of them walk home alone.")]).expect_status(303);
        let told = json(&draft.autosave(&other, &draft.ann, &[("NEED_PROBLEM", "In another tab.")]).expect_status(200));
        assert_eq!(told["conflicts"], serde_json::json!(["NEED_PROBLEM"]));
        // Somebody else between two saves of one page is met, as ever.
        draft.save(&draft.cara, &[("NEED_PROBLEM", "What Cara wrote.")]);
        draft.write(&page, &draft.ann, &[("NEED_PROBLEM", "What Ann wrote.")]).expect_status(409);
        assert_eq!(draft.value("NEED_PROBLEM"), "What Cara wrote.");
    }

    fn saving_in_the_background_names_conflicts_and_saves_the_rest(world) {
        let draft = draft(&world);
        let (ann, cara) = (draft.open(&draft.ann), draft.open(&draft.cara));
        world.advance_minutes(42);
        let told = json(&draft.autosave(&ann, &draft.ann, &[("NEED_PROBLEM", "What Ann wrote.")]).expect_status(200));
        assert_eq!((&told["saved_at"], &told["versions"]["NEED_PROBLEM"]), (&"10:42".into(), &1.into()));
        assert_eq!((&told["conflicts"], &told["unread"]), (&serde_json::json!([]), &serde_json::json!([])));
        let written = [("NEED_PROBLEM", "What Cara wrote."), ("NEED_PLACE", "In Sileby."), ("NEED_COST", "a lot")];
        let told = json(&draft.autosave(&cara, &draft.cara, &written).expect_status(200));
        assert_eq!((&told["conflicts"], &told["unread"]), (&serde_json::json!(["NEED_PROBLEM"]), &serde_json::json!(["NEED_COST"])));
        assert_eq!(told["versions"]["NEED_PLACE"], 1);
        assert!(told["versions"].get("NEED_PROBLEM").is_none(), "the page still stands on the version that it showed");
        assert_eq!((draft.value("NEED_PROBLEM").as_str(), draft.value("NEED_PLACE").as_str()), ("What Ann wrote.", "In Sileby."));
        // Nor does a page that only shows an earlier text move on to the other's version.
        let told = json(&draft.autosave(&cara, &draft.cara, &[("NEED_VOICES", "Three.")]).expect_status(200));
        assert_eq!(told["conflicts"], serde_json::json!([]));
        assert!(told["versions"].get("NEED_PROBLEM").is_none(), "{told}");
        assert_eq!(draft.value("NEED_PROBLEM"), "What Ann wrote.");
    }

    /// The round closes, or the bid is submitted, while somebody writes: said plainly, and the text stays on the page.
    fn what_comes_too_late_stays_on_the_page(world) {
        let draft = draft(&world);
        let page = draft.open(&draft.ann);
        world.set_time(draft.round.closes_at.plus_seconds(-60));
        let ann = world.sign_in(ANN);
        world.set_time(draft.round.closes_at);
        let form = ann.get(&draft.section).expect_status(200);
        says(&form, &["This round is closed"]);
        assert!(!form.has_button("Save and continue"));
        let late = ann.post(&draft.section, &[("versions", "NEED_PROBLEM:0"), ("NEED_PROBLEM", "A last word."), ("go", "later")]);
        let late = late.expect_status(409);
        says(&late, &["This round is closed", "is not saved"]);
        assert_eq!(late.all("textarea[name=NEED_PROBLEM]"), ["A last word."]);
        assert!(!late.has("form[data-autosave]"));
        let told = ann.post(&format!("{}/autosave", draft.section), &[("NEED_PROBLEM", "A last word.")]).expect_status(409);
        assert!(json(&told)["problem"].as_str().unwrap().contains("This round is closed"));
        assert_eq!(world.raw().count("answers"), 0);
        drop(page);
    }
}
