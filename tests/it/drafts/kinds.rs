//! Answers of every kind are versions: both of theirs in words, an emptied one too, and what is not asked waits for nobody.

use evenhand::rounds::Condition;

use super::*;

/// A page of the default form that is about something else than [`QUESTIONS`].
fn on(draft: &mut Draft, section: &str) {
    draft.section = format!("/applications/{}/sections/{section}", draft.reference);
}

on_both! {
    /// Tables, contacts and the organisation stand beside each other in words, not as they are stored.
    fn both_of_any_kind_are_shown_in_words(world) {
        let mut draft = draft(&world);
        on(&mut draft, "activities");
        let (ann, cara) = (draft.open(&draft.ann), draft.open(&draft.cara));
        let by_ann = [("PLAN_MILESTONES-0-what", "The hall is booked"), ("PLAN_MILESTONES-0-by", "April 2027")];
        draft.write(&ann, &draft.ann, &by_ann).expect_status(303);
        // The gap is closed before it is compared and kept.
        let by_cara = [("PLAN_MILESTONES-1-what", "The hall is painted"), ("PLAN_MILESTONES-1-by", "12/4/2027")];
        let told = draft.write(&cara, &draft.cara, &by_cara).expect_status(409);
        assert_eq!(told.all(".evenhand-conflict .govuk-inset-text"), ["April 2027: The hall is booked", "12 April 2027: The hall is painted"]);
        assert_eq!(told.form("Save and continue").value("PLAN_MILESTONES-0-what"), "The hall is painted");
        let form = told.form("Save and come back later").set("choice-PLAN_MILESTONES", "mine");
        form.send(&draft.cara).expect_status(303);
        let history = draft.ann.get(&format!("/applications/{}/answers/PLAN_MILESTONES", draft.reference)).expect_status(200);
        let kept = history.all("main .govuk-inset-text");
        assert_eq!(kept[0], "12 April 2027: The hall is painted");
        assert!(kept.contains(&"April 2027: The hall is booked".to_owned()), "{kept:?}");

        on(&mut draft, "contacts");
        let (ann, cara) = (draft.open(&draft.ann), draft.open(&draft.cara));
        draft.write(&ann, &draft.ann, &[("CONTACTS-lead-name", "Ann Applicant")]).expect_status(303);
        let told = draft.write(&cara, &draft.cara, &[("CONTACTS-lead-name", "Cara Colleague"), ("CONTACTS-second-same", "yes")]);
        let told = told.expect_status(409);
        says(&told, &["Lead contact Ann Applicant", "Lead contact Cara Colleague", "Second contact The same person"]);
        let form = told.form("Save and come back later").set("choice-CONTACTS", "theirs");
        form.send(&draft.cara).expect_status(303);
        assert_eq!(draft.value("CONTACTS-lead-name"), "Ann Applicant");

        on(&mut draft, "organisation");
        let (ann, cara) = (draft.open(&draft.ann), draft.open(&draft.cara));
        draft.write(&ann, &draft.ann, &[("ORG_DETAILS", "yes")]).expect_status(303);
        // Who did not tick it does not take the tick away.
        draft.write(&cara, &draft.cara, &[("ORG_PURPOSE", "We run clubs.")]).expect_status(303);
        assert_eq!(draft.value("ORG_DETAILS"), "yes");
        let history = draft.ann.get(&format!("/applications/{}/answers/ORG_DETAILS", draft.reference)).expect_status(200);
        says(&history, &["Charnwood Youth Trust Registered charity"]);
    }

    /// A page that is opened and saved with nothing in it writes nothing.
    fn empty_pages_are_no_answers(world) {
        let mut draft = draft(&world);
        for section in default_definition().sections.iter().filter(|section| section.code != "documents") {
            on(&mut draft, &section.code);
            draft.save(&draft.ann, &[]);
        }
        assert_eq!((world.raw().count("answers"), world.raw().count("answer_versions")), (0, 0));
    }

    /// An emptied box empties the answer, whatever its kind; what stood there is kept and can be brought back.
    fn an_emptied_box_is_an_emptied_answer(world) {
        let mut draft = draft(&world);
        on(&mut draft, "governance");
        draft.save(&draft.ann, &[("GOV_PEOPLE", "5"), ("GOV_INCOME", "1,200"), ("GOV_BANK", "yes")]);
        let page = draft.open(&draft.cara);
        draft.save(&draft.ann, &[("GOV_PEOPLE", ""), ("GOV_INCOME", " ")]);
        let form = draft.open(&draft.ann).form("Save and come back later").forge("GOV_BANK", "");
        form.send(&draft.ann).expect_status(303);
        let stored = world.raw().texts("SELECT value FROM answers ORDER BY question");
        assert_eq!(stored, ["\"\"", "null", "null"]);
        let form = draft.open(&draft.ann).form("Save and continue");
        assert_eq!([form.value("GOV_PEOPLE"), form.value("GOV_INCOME"), form.value("GOV_BANK")], ["", "", ""]);
        // Somebody who still has the page with the number, and changes something else, does not put it back.
        draft.write(&page, &draft.cara, &[("GOV_BANK", "public")]).expect_status(409);
        assert_eq!(draft.value("GOV_PEOPLE"), "");

        let address = format!("/applications/{}/answers/GOV_PEOPLE", draft.reference);
        let history = draft.ann.get(&address).expect_status(200);
        assert_eq!(history.all("main .govuk-inset-text"), ["Nothing", "5"]);
        let back = history.form("Use this text again Version 1, Ann Applicant at 10am on 23 November 2026");
        back.send(&draft.ann).expect_redirect(&address);
        assert_eq!(draft.value("GOV_PEOPLE"), "5");

        on(&mut draft, "project");
        let parts = |day, month, year| [("PROJ_END_day", day), ("PROJ_END_month", month), ("PROJ_END_year", year)];
        draft.save(&draft.ann, &parts("1", "6", "2027"));
        draft.save(&draft.ann, &parts("", "", ""));
        assert_eq!(world.raw().text("SELECT value FROM answers WHERE question = 'PROJ_END'"), "null");
        on(&mut draft, "contacts");
        draft.save(&draft.ann, &[("CONTACTS-lead-name", "Ann Applicant")]);
        draft.save(&draft.ann, &[("CONTACTS-lead-name", "")]);
        assert_eq!(world.raw().text("SELECT value FROM answers WHERE question = 'CONTACTS'"), "null");
        assert_eq!(draft.value("CONTACTS-lead-name"), "");
    }

    /// What a colleague's answer took off the page while somebody wrote: kept, in nobody's way, and on no page.
    fn what_is_not_asked_any_more_waits_for_nobody(world) {
        let mut definition = default_definition();
        let need = definition.sections.iter_mut().find(|section| section.code == "need").unwrap();
        let mut follow_up = need.questions[0].clone();
        follow_up.show_if = Some(Condition { question: "GOV_BANK".to_owned(), answers: vec!["arranging".to_owned()] });
        "NEED_BANK".clone_into(&mut follow_up.code);
        "When?".clone_into(&mut follow_up.text);
        follow_up.role = None;
        need.questions.push(follow_up);
        let mut draft = draft_of(&world, &definition);
        on(&mut draft, "governance");
        draft.save(&draft.ann, &[("GOV_BANK", "arranging")]);
        on(&mut draft, "need");
        draft.save(&draft.ann, &[("NEED_BANK", "Before.")]);
        let (ann, history) = (draft.open(&draft.ann), format!("/applications/{}/answers/NEED_BANK", draft.reference));
        draft.save(&draft.cara, &[("NEED_BANK", "In May.")]);
        assert!(draft.ann.get(&history).has_button("Use this text again Version 1, Ann Applicant at 10am on 23 November 2026"));
        on(&mut draft, "governance");
        draft.save(&draft.cara, &[("GOV_BANK", "yes")]);
        on(&mut draft, "need");

        draft.write(&ann, &draft.ann, &[("NEED_BANK", "In June."), ("NEED_PROBLEM", "Half walk home.")]).expect_status(303);
        assert_eq!(draft.value("NEED_PROBLEM"), "Half walk home.");
        let page = draft.open(&draft.ann);
        assert!(!page.has("textarea[name=NEED_BANK]") && !page.has(".evenhand-conflict"));
        let page = draft.ann.get(&history).expect_status(200);
        says(&page, &["In May.", "In June.", "Not used"]);
        assert!(!page.has(&format!("main a[href='{}#NEED_BANK']", draft.section)));
        assert!(!page.has_button("Use this text again Version 1, Ann Applicant at 10am on 23 November 2026"));
        on(&mut draft, "governance");
        draft.save(&draft.ann, &[("GOV_BANK", "arranging")]);
        on(&mut draft, "need");
        assert_eq!(draft.value("NEED_BANK"), "In May.");
    }
}
