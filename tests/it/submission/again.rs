//! Changing what was handed in: taken back by the applicant, re-opened by an officer.

use super::{ANN, answer, count, declared, is_silent, open, ready, says, scan, submit};
use crate::support::TestWorld;
use crate::support::builders::OFFICER;

on_both! {
    fn an_applicant_takes_a_bid_back_changes_it_and_submits_it_again(world) {
        let (round, reference) = ready(&world);
        let ann = world.sign_in(ANN);
        let home = format!("/applications/{reference}");
        let first = declared(&ann, &reference);
        first.clone().send(&ann).expect_redirect(&format!("{home}/receipt"));
        world.advance_minutes(5);
        assert_eq!(open(&ann, &home).attributes("main a", "href").iter().filter(|href| **href == format!("{home}/change")).count(), 1);
        let page = open(&ann, &format!("{home}/change"));
        says(&page, &["it is not submitted", "We keep what you submitted before"]);
        page.form("Take it back to change it").send(&ann).expect_redirect(&home);
        let tasks = open(&ann, &home);
        says(&tasks, &["This application is not submitted now", "It was taken back"]);
        // Its old page does not submit it, and says so.
        says(&first.clone().send(&ann).expect_status(409), &["This application is not submitted"]);
        // It is a draft: the office does not see it.
        world.sign_in(OFFICER).get(&format!("/office/applications/{reference}")).expect_status(404);
        answer(&ann, &reference, "Streets are darker than we said.").expect_status(303);
        submit(&ann, &reference);
        says(&open(&ann, &format!("{home}/receipt")), &["This is submission 2"]);
        let kept = world.raw().texts("SELECT content AS value FROM submissions ORDER BY number");
        assert_eq!(kept.len(), 2);
        assert!(kept[0].contains("What we say about need problem") && kept[1].contains("Streets are darker"));
        let proof = open(&ann, &format!("{home}/proof"));
        says(&proof, &["submission 2", "Submission 1, received"]);
        let old = ann.get(&format!("{home}/proof/application?submission=1")).expect_status(200);
        assert_eq!(old.text(), kept[0]);
        assert_eq!(count(&world, "outbox WHERE kind = 'receipt'"), 2);
        // Too late: it stays as it is.
        world.set_time(round.closes_at);
        let ann = world.sign_in(ANN);
        is_silent(&open(&ann, &home), &["Change your application"]);
        ann.post(&format!("{home}/change"), &[]).expect_status(409);
        assert_eq!(world.raw().text("SELECT stage AS value FROM applications"), "submitted");
    }

    /// What was received, and why it was opened, changes no more: not even past the service.
    fn what_was_received_is_frozen(world) {
        let (_, reference) = ready(&world);
        let ann = world.sign_in(ANN);
        submit(&ann, &reference);
        ann.post(&format!("/applications/{reference}/change"), &[]).expect_status(303);
        for statement in ["UPDATE submissions SET content = ''", "UPDATE reopenings SET reason = 'x'"] {
            let refusal = world.raw().try_run(statement).unwrap_err();
            assert!(refusal.contains("frozen"), "{statement}: {refusal}");
        }
    }

    fn an_officer_re_opens_a_bid_with_a_reason(world) {
        let (round, reference) = ready(&world);
        let ann = world.sign_in(ANN);
        let officer = world.sign_in(OFFICER);
        let path = format!("/office/applications/{reference}/reopen");
        officer.get(&path).expect_status(404);
        submit(&ann, &reference);
        assert!(open(&officer, &format!("/office/applications/{reference}")).has(&format!("a[href='{path}']")));
        let form = open(&officer, &path).form("Re-open the application");
        says(&form.clone().send(&officer).expect_status(422), &["Say why"]);
        ann.get(&path).expect_status(404);
        form.set("reason", "The budget names another project.").send(&officer).expect_status(303);
        world.deliver();
        let mail = world.mails_to(ANN).pop().unwrap();
        assert!(mail.contains("The budget names another project.") && mail.contains(&reference), "{mail}");
        says(&open(&ann, &format!("/applications/{reference}")), &["The office re-opened it", "another project"]);
        assert_eq!(count(&world, "audit_events WHERE kind = 'application_reopened'"), 1);
        // Officers do not edit the words, and the bid is in nobody's round until it is submitted.
        officer.get(&format!("/applications/{reference}/sections/need")).expect_status(404);
        submit(&ann, &reference);

        // After closing only until a time that the officer names.
        world.set_time(round.closes_at.plus_seconds(60));
        let (ann, officer) = (world.sign_in(ANN), world.sign_in(OFFICER));
        let form = open(&officer, &path).form("Re-open the application").set("reason", "A page was missing.");
        says(&form.clone().send(&officer).expect_status(422), &["Say until when"]);
        let half = form.clone().set("until_day", "30").set("until_month", "12").set("until_year", "2026");
        says(&half.clone().send(&officer).expect_status(422), &["24-hour clock"]);
        half.set("until_time", "12:00").send(&officer).expect_status(303);
        says(&open(&ann, &format!("/applications/{reference}")), &["Submit before Wednesday 30 December 2026 at 12 noon"]);
        answer(&ann, &reference, "The page that was missing.").expect_status(303);
        submit(&ann, &reference);
        assert_eq!(count(&world, "submissions"), 3);
        assert_eq!(count(&world, "audit_events WHERE kind = 'late_attempt_refused'"), 0);
    }

    /// What the office re-opened and nobody hands in again stands as it was received: the round does not go on without it.
    fn a_re_opened_bid_is_put_back_word_for_word(world) {
        let (round, reference) = ready(&world);
        let ann = world.sign_in(ANN);
        submit(&ann, &reference);
        let received = world.raw().text("SELECT content AS value FROM submissions");
        let row = "SELECT title || ' ' || ask_pence || ' ' || submitted_at || ' ' || submitted_by || ' ' || declared_name AS value FROM applications";
        let before = world.raw().text(row);
        let files = "SELECT sha256 AS value FROM documents WHERE removed_at IS NULL ORDER BY id";
        let filed = world.raw().texts(files);
        assert!(!filed.is_empty());
        world.set_time(round.closes_at.plus_seconds(60));
        let until = world.now().plus_days(1);
        world.act(OFFICER, |tx| {
            evenhand::scoring::actions::reopen_bid(tx, &reference, "The budget is of another project.", Some(until), |_, _| Ok(Vec::new()))
        });
        let ann = world.sign_in(ANN);
        answer(&ann, &reference, "It was never this dark.").expect_status(303);
        let title = open(&ann, &format!("/applications/{reference}/sections/project")).form("Save and continue");
        title.set("PROJ_TITLE", "Another project").send(&ann).expect_status(303);
        let (gone, _) = world.read(|conn| {
            let application = evenhand::applications::application_of_reference(conn, &reference)?;
            let documents = evenhand::applications::documents_of(conn, application.id)?;
            Ok::<_, evenhand::db::DbError>((documents[0].id, ()))
        });
        world.act(ANN, |tx| evenhand::applications::actions::remove_document(tx, &reference, gone));
        assert_ne!(world.raw().texts(files), filed);
        let added = world.keep("later.pdf", &scan());
        let question = world.raw().text("SELECT question AS value FROM documents WHERE removed_at IS NOT NULL");
        world.act(ANN, |tx| evenhand::applications::actions::add_document(tx, &reference, &question, &added));

        world.set_time(until.plus_seconds(60));
        let ann = world.sign_in(ANN);
        says(
            &open(&ann, &format!("/applications/{reference}")),
            &["Its time has passed", "Considered as you submitted it before", "You need not do anything"],
        );
        world.set_time(round.settled_at().plus_days(2));
        evenhand::applications::reminders::queue_due(&world.app).unwrap();
        assert_eq!(count(&world, "outbox WHERE kind = 'reminder'"), 0, "it is not late");
        let (ann, officer) = (world.sign_in(ANN), world.sign_in(OFFICER));
        let refused = world.write_as(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
        assert!(format!("{refused:?}").contains(&format!("{reference} was with its applicant until")), "{refused:?}");
        let list = format!("/office/rounds/{}/applications", round.reference);
        let path = format!("/office/applications/{reference}/put-back");
        assert!(open(&officer, &list).has(&format!("a[href='{path}']")));
        ann.get(&path).expect_status(404);
        let page = open(&officer, &path);
        says(&page, &["Its time has passed", "The budget is of another project."]);
        is_silent(&page, &["Another project", "It was never this dark"]);
        let form = page.form("Put it back as it was submitted");
        form.clone().send(&officer).expect_redirect(&list);
        form.send(&officer).expect_status(409);
        world.deliver();
        assert!(world.mails_to(ANN).pop().unwrap().contains("stands as you submitted it before"));

        assert_eq!(world.raw().text(row), before);
        assert_eq!(world.raw().texts(files), filed);
        let page = open(&officer, &format!("/office/applications/{reference}"));
        says(&page, &["What we say about need problem"]);
        is_silent(&page, &["It was never this dark", "Another project", "later.pdf"]);
        assert_eq!(world.raw().texts("SELECT content AS value FROM submissions"), [received]);
        // What its applicant typed is kept.
        assert_eq!(count(&world, "answer_versions WHERE value LIKE '%never this dark%'"), 1);
        assert_eq!(count(&world, "audit_events WHERE kind = 'application_put_back'"), 1);
        world.act(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
        for asked in evenhand::trail::invariants::ask_all(&world.app.db).unwrap() {
            assert!(asked.broken.is_empty(), "{:?}", asked.broken);
        }
    }

    /// The time that the officer named is a deadline like any other.
    fn a_re_opened_bid_is_late_after_its_own_time(world) {
        let (round, reference) = ready(&world);
        let ann = world.sign_in(ANN);
        submit(&ann, &reference);
        world.set_time(round.closes_at.plus_seconds(60));
        let until = world.now().plus_days(1);
        world.act(OFFICER, |tx| {
            evenhand::applications::actions::reopen(tx, &reference, "Why", Some(until), |_, _| Ok(Vec::new()))
        });
        world.set_time(until.plus_seconds(-60));
        let ann = world.sign_in(ANN);
        let form = declared(&ann, &reference);
        world.set_time(until);
        form.send(&ann).expect_status(409);
        assert_eq!(count(&world, "audit_events WHERE kind = 'late_attempt_refused'"), 1);
    }
}
