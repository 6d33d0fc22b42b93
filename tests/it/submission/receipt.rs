//! Declaring and submitting: once, whatever is pressed.

use std::thread;

use super::{ANN, BEN, count, declared, is_silent, open, ready, says, submit};
use crate::support::TestWorld;

on_both! {
    /// R4: fifty identical requests at once, in several rounds: one submission each, one receipt, one mail, one record.
    fn fifty_presses_at_once_are_one_submission(world) {
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let ann = world.sign_in(ANN);
        for _ in 0..3 {
            let round = world.published_round();
            let reference = world.complete_application(ANN, &round, charity);
            let form = declared(&ann, &reference);
            let receipt = format!("/applications/{reference}/receipt");
            thread::scope(|scope| {
                for _ in 0..50 {
                    scope.spawn(|| form.clone().send(&ann).expect_redirect(&receipt));
                }
            });
            let id = world.read(|conn| evenhand::applications::application_of_reference(conn, &reference)).id.row();
            for table in ["submissions", "submission_receipts"] {
                assert_eq!(count(&world, &format!("{table} WHERE application_id = {id}")), 1, "{table}");
            }
            let records = format!("audit_events WHERE kind = 'application_submitted' AND application_id = {id}");
            assert_eq!(count(&world, &records), 1);
            assert_eq!(count(&world, &format!("outbox WHERE kind = 'receipt' AND subject LIKE '{reference}:%'")), 1);

            // The same page with other words is a fault, and nothing changes.
            let other = form.clone().set("name", "Somebody Else").send(&ann).expect_status(422);
            says(&other, &["That page was used to submit something else"]);
            form.clone().set("authority", "no").send(&ann).expect_status(422);
            // Back to the old page: it leads to the application, and pressed again to the receipt.
            ann.get(&format!("/applications/{reference}/check")).expect_redirect(&format!("/applications/{reference}"));
            form.send(&ann).expect_redirect(&receipt);
            assert_eq!(count(&world, &records), 1);
        }
    }

    /// Whoever may not sign is told what to do, and loses nothing.
    fn somebody_who_may_not_sign_is_told_what_to_do(world) {
        let (_, reference) = ready(&world);
        let ann = world.sign_in(ANN);
        let check = format!("/applications/{reference}/check");
        let page = open(&ann, &check);
        let form = page.form("Submit the application");
        assert_eq!((form.value("name"), form.value("role")), ("Ann Applicant".to_owned(), String::new()));
        let faulty = form.clone().send(&ann).expect_status(422);
        says(&faulty, &["Enter your role", "Say whether you are allowed to sign", "Confirm the declaration"]);
        let no = form.set("role", "Helper").set("authority", "no").set("confirmed", "yes").send(&ann).expect_status(422);
        says(&no, &["Somebody who is allowed to sign", "Everything you wrote is saved", "Invite somebody"]);
        let charity = world.read(|conn| evenhand::applications::application_of_reference(conn, &reference)).organisation;
        let people = format!("/organisations/{}/people", charity.row());
        assert!(no.attributes("form a", "href").contains(&people), "where to invite them");
        says(&open(&ann, &people), &["Invite somebody"]);
        let again = no.form("Submit the application");
        assert_eq!((again.value("role").as_str(), again.value("authority").as_str()), ("Helper", "no"));
        assert_eq!(count(&world, "submissions"), 0);
        again.set("authority", "yes").send(&ann).expect_redirect(&format!("/applications/{reference}/receipt"));
        // In the next round the role is there already.
        let round = world.published_round();
        let next = world.complete_application(ANN, &round, charity);
        let form = open(&ann, &format!("/applications/{next}/check")).form("Submit the application");
        assert_eq!(form.value("role"), "Helper");
    }

    fn the_receipt_the_status_and_the_mail_lead_to_copy_and_proof(world) {
        let (_, reference) = ready(&world);
        let ann = world.sign_in(ANN);
        submit(&ann, &reference);
        let home = format!("/applications/{reference}");
        let hash = world.raw().text("SELECT hash AS value FROM audit_events WHERE kind = 'application_submitted'");
        let seq = world.raw().text("SELECT CAST(seq AS TEXT) AS value FROM audit_events WHERE kind = 'application_submitted'");
        for path in [format!("{home}/receipt"), home.clone(), format!("{home}/proof"), format!("{home}/copy")] {
            let page = open(&ann, &path);
            says(&page, &[&hash, "Record number", &seq, "SHA-256 of what we received"]);
            assert!(page.has(&format!("a[href='{home}/copy/pdf']")), "{path}");
        }
        assert!(open(&ann, &format!("{home}/receipt")).has(&format!("a[href='{home}/proof']")));
        world.deliver();
        let mail = world.mails_to(ANN).pop().unwrap();
        assert!(mail.contains("PDF copy") && mail.contains(&home), "{mail}");
        // Nobody else sees any of it.
        world.add_applicant(BEN, "Rutland Boxing Club");
        let ben = world.sign_in(BEN);
        for path in ["/proof", "/proof/record", "/proof/application", "/copy/pdf", "/change"] {
            ben.get(&format!("{home}{path}")).expect_status(404);
        }
        ben.post(&format!("{home}/change"), &[]).expect_status(404);
    }

    /// Withdrawn for good; what was written can still be read.
    fn a_withdrawn_application_can_be_read_and_not_changed(world) {
        let (_, reference) = ready(&world);
        let ann = world.sign_in(ANN);
        submit(&ann, &reference);
        let home = format!("/applications/{reference}");
        let page = open(&ann, &format!("{home}/withdraw"));
        says(&page, &["will not be assessed", "You cannot undo this", "you can still read and copy it"]);
        page.form("Withdraw the application").set("reason", "Our worker left").send(&ann).expect_redirect(&home);
        let page = open(&ann, &home);
        says(&page, &["Withdrawn"]);
        is_silent(&page, &["Change your application", "Withdraw this application"]);
        ann.post(&format!("{home}/change"), &[]).expect_status(409);
        says(&open(&ann, &format!("{home}/copy")), &["What we say about need problem"]);
        assert_eq!(count(&world, "submissions"), 1);
    }
}
