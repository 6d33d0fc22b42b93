//! Every text that an answer had is kept, and can be brought back.

use evenhand::rounds::QuestionKind;

use super::*;

on_both! {
    /// A form sent as it is stored leaves nothing: no event, no row, not even a changed page.
    fn a_save_without_a_change_is_no_event(world) {
        let draft = draft(&world);
        draft.save(&draft.ann, &[("NEED_PROBLEM", "Half of them walk home alone.")]);
        let (records, versions) = (world.records(), world.raw().count("answer_versions"));
        for _ in 0..3 {
            draft.save(&draft.ann, &[]);
            draft.save(&draft.cara, &[("NEED_PROBLEM", "Half of them walk home alone.")]);
            let page = draft.open(&draft.ann);
            assert_eq!(draft.autosave(&page, &draft.ann, &[]).status, 200);
        }
        assert_eq!((world.records(), world.raw().count("answer_versions")), (records, versions));
        // What one person alone changed meanwhile is theirs, and sending the older text again changes nothing either.
        let old = draft.open(&draft.cara);
        draft.save(&draft.ann, &[("NEED_PROBLEM", "Two thirds do.")]);
        let records = world.records();
        assert!(draft.write(&old, &draft.cara, &[]).status < 400);
        assert_eq!(world.records(), records);
        assert_eq!(draft.value("NEED_PROBLEM"), "Two thirds do.");
        draft.save(&draft.cara, &[("NEED_PROBLEM", "Three quarters do.")]);
        assert_eq!(world.records(), records + 1);
    }

    /// The page's script sends the form's own fields and goes on from the versions that it is told.
    fn what_the_script_sends_is_saved_upon_what_it_was_told(world) {
        let draft = super::draft(&world);
        let form = draft.ann.get(&draft.section).form("Save and continue");
        let autosave = format!("{}/autosave", draft.section);
        let send = |form: &crate::support::PageForm, text: &str| {
            let reply = form.clone().set("NEED_PROBLEM", text).by_script(&autosave).send(&draft.ann).expect_status(200);
            serde_json::from_slice::<serde_json::Value>(&reply.bytes).unwrap()
        };
        let first = send(&form, "Half of them");
        assert_eq!((&first["saved_at"], first["versions"]["NEED_PROBLEM"].as_i64()), (&"10:00".into(), Some(1)), "{first}");
        let mut bases = evenhand::applications::versions::Bases::parse(&form.value("versions"));
        bases.set("NEED_PROBLEM", 1);
        let second = send(&form.clone().forge("versions", &bases.text()), "Half of them walk home");
        assert_eq!(second["versions"]["NEED_PROBLEM"].as_i64(), Some(2), "{second}");
    }

    /// What the script sends of a section that is complete leaves it complete: the application can be submitted as before.
    fn a_section_that_is_autosaved_stays_complete(world) {
        let round = world.round_of(&crate::support::builders::default_definition(), true);
        let ann = "ann@whole.example";
        let organisation = world.add_applicant(ann, "Whole Trust");
        let reference = world.complete_application(ann, &round, organisation);
        let browser = world.sign_in(ann);
        let check = format!("/applications/{reference}/check");
        assert!(browser.get(&check).expect_status(200).input("token").is_some(), "it can be submitted");
        for section in world.definition_of(&round).sections {
            let path = format!("/applications/{reference}/sections/{}", section.code);
            let mut form = browser.get(&path).expect_status(200).form("Save and continue");
            for question in &section.questions {
                form = match question.kind {
                    QuestionKind::LongText => form.set(&question.code, "Other words than before."),
                    // The builders' answer is of another organisation, and what is kept has to be confirmed again.
                    QuestionKind::Organisation => form.set(&question.code, "yes"),
                    _ => form,
                };
            }
            form.by_script(&format!("{path}/autosave")).send(&browser).expect_status(200);
            let page = browser.get(&check).expect_status(200);
            assert!(page.input("token").is_some(), "after {}: {}", section.code, page.words());
        }
    }

    fn every_text_is_kept_with_its_author_and_time(world) {
        let draft = draft(&world);
        draft.save(&draft.ann, &[("NEED_PROBLEM", "First words.")]);
        world.advance_minutes(42);
        draft.save(&draft.cara, &[("NEED_PROBLEM", "Second words.")]);
        let history = format!("/applications/{}/answers", draft.reference);
        says(&draft.ann.get(&history).expect_status(200), &["2 versions"]);
        let page = draft.ann.get(&format!("{history}/NEED_PROBLEM")).expect_status(200);
        let texts = page.all("main .govuk-inset-text");
        assert_eq!(texts, ["Second words.", "First words."]);
        says(&page, &["Version 2 (your answer now)", "Cara Colleague at 10:42am on 23 November 2026", "Ann Applicant at 10am"]);
        let link = draft.open(&draft.ann).attributes("main details a", "href");
        assert_eq!(link, [format!("{history}/NEED_PROBLEM")]);

        let form = page.form("Use this text again Version 1, Ann Applicant at 10am on 23 November 2026");
        form.clone().send(&draft.ann).expect_redirect(&format!("{history}/NEED_PROBLEM"));
        assert_eq!(draft.value("NEED_PROBLEM"), "First words.");
        let page = draft.ann.get(&format!("{history}/NEED_PROBLEM")).expect_status(200);
        assert_eq!(page.all("main .govuk-inset-text"), ["First words.", "Second words.", "First words."]);
        assert_eq!(world.raw().count("audit_events WHERE kind = 'answer_brought_back'"), 1);

        // The page from before: the answer has changed since, so both texts are shown and nothing is written over.
        let stale = form.send(&draft.ann).expect_status(409);
        says(&stale, &["changed by somebody else", "First words."]);
    }

    /// A save writes the questions that changed, and nothing else.
    fn a_save_writes_only_what_changed(world) {
        let draft = draft(&world);
        draft.save(&draft.ann, &[("NEED_PROBLEM", "One."), ("NEED_PLACE", "Two."), ("NEED_COST", "1,200")]);
        let rows = |world: &TestWorld| (world.raw().count("answers"), world.raw().count("answer_versions"));
        assert_eq!(rows(&world), (3, 3));
        draft.save(&draft.ann, &[("NEED_PLACE", "Two and a half.")]);
        assert_eq!(rows(&world), (3, 4));
        let written = "SELECT changed_rows AS value FROM audit_events WHERE kind = 'answers_saved' ORDER BY seq DESC LIMIT 1";
        let written: Vec<(String, i32, Option<String>)> = serde_json::from_str(&world.raw().text(written)).unwrap();
        let tables: Vec<&str> = written.iter().map(|(table, ..)| table.as_str()).collect();
        assert_eq!(tables, ["answers", "answer_versions"]);
        // The same page once more, and what a script sends of it: no row.
        let records = world.records();
        draft.save(&draft.ann, &[]);
        assert_eq!((rows(&world), world.records()), ((3, 4), records), "and no event");
        let page = draft.open(&draft.ann);
        draft.autosave(&page, &draft.ann, &[]).expect_status(200);
        assert_eq!(world.records(), records, "nothing to save is no event");
    }

    fn a_kept_text_does_not_change(world) {
        let draft = draft(&world);
        draft.save(&draft.ann, &[("NEED_PROBLEM", "First words.")]);
        for statement in ["UPDATE answer_versions SET value = '\"x\"'", "DELETE FROM answer_versions"] {
            let refusal = world.raw().try_run(statement).unwrap_err();
            assert!(refusal.contains("answer_versions_frozen") || refusal.contains("does not change"), "{refusal}");
        }
    }

    /// An answer from before versions were kept gets its row with the first change.
    fn an_older_answer_is_kept_when_it_changes(world) {
        let draft = draft(&world);
        draft.save(&draft.ann, &[("NEED_PROBLEM", "From before.")]);
        let mut raw = world.attacker();
        match world.kind {
            crate::support::Kind::Sqlite => raw.run("DROP TRIGGER answer_versions_kept"),
            crate::support::Kind::Postgres => raw.run("DROP TRIGGER answer_versions_kept ON answer_versions"),
        }
        raw.run("DELETE FROM answer_versions");
        draft.save(&draft.cara, &[("NEED_PROBLEM", "From now.")]);
        let kept = "SELECT version || value AS value FROM answer_versions ORDER BY id";
        assert_eq!(world.raw().texts(kept), ["1\"From before.\"", "2\"From now.\""]);
    }

    fn history_stays_after_submission_and_is_nobody_elses(world) {
        let draft = draft(&world);
        world.add_applicant(STRANGER, "Rutland Boxing Club");
        draft.save(&draft.ann, &[("NEED_PROBLEM", "First words.")]);
        draft.save(&draft.ann, &[("NEED_PROBLEM", "Second words.")]);
        let history = format!("/applications/{}/answers", draft.reference);
        let form = draft.ann.get(&format!("{history}/NEED_PROBLEM"))
            .form("Use this text again Version 1, Ann Applicant at 10am on 23 November 2026");
        let definition = world.definition_of(&draft.round);
        let answers = crate::support::builders::complete_answers(&definition);
        world.act(ANN, |tx| evenhand::applications::actions::save_answers(tx, &draft.reference, &answers));
        world.add_documents(ANN, &definition, &draft.reference);
        world.submit(ANN, &draft.reference, "one").unwrap();

        let page = draft.cara.get(&format!("{history}/NEED_PROBLEM")).expect_status(200);
        says(&page, &["First words.", "Second words."]);
        assert!(!page.has(&format!("form[action='{history}/NEED_PROBLEM/bring-back']")), "{}", page.words());
        says(&form.send(&draft.ann).expect_status(409), &["This application is submitted"]);
        let stranger = world.sign_in(STRANGER);
        stranger.get(&history).expect_status(404);
        stranger.get(&format!("{history}/NEED_PROBLEM")).expect_status(404);
        stranger.post(&format!("{history}/NEED_PROBLEM/bring-back"), &[("version", "1"), ("base", "2")]).expect_status(404);
        for missing in ["NOTHING", "DOC_GOVERNING"] {
            draft.ann.get(&format!("{history}/{missing}")).expect_status(404);
        }
    }
}
