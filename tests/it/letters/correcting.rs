//! A letter that was wrong is replaced by a corrected one; the old one stays readable and says so.

use evenhand::audit::EventKind;
use evenhand::letters::{Delivery, LetterStage, letter_of_reference, letters_of};

use super::{OFFICER, SECOND, award, decided, draft, email, issue, records};
use crate::support::TestWorld;
use crate::support::letters::{pdf_text, squeeze};
use crate::support::pages::{is_silent, open, says};

/// The letter that offers the grant, issued and told of.
fn issued(world: &TestWorld) -> evenhand::letters::Letter {
    let (round, _) = decided(world);
    draft(world, &round);
    world.approve_letters(SECOND, &round).unwrap();
    issue(world, &round).unwrap();
    evenhand::jobs::send_all(&world.app).unwrap();
    award(world, &round)
}

on_both! {
    /// One officer drafts it with a reason, another approves; the applicant is told and finds both, the old one marked.
    fn an_issued_letter_is_replaced_by_a_corrected_one(world) {
        let award = issued(&world);
        let (first, second) = (world.sign_in(OFFICER), world.sign_in(SECOND));
        let address = format!("/office/letters/{}", award.reference);
        world.raw().run("UPDATE organisations SET address = '7 New Street' WHERE name = 'Harbour Lane Trust'");
        world.tampered();
        let page = open(&first, &address);
        let faulty = page.form("Draft the corrected letter").send(&first).expect_status(422);
        says(&faulty, &["Say what was wrong with the letter and what is corrected"]);
        let corrected = format!("{}-2", award.reference);
        let here = format!("/office/letters/{corrected}");
        let form = page.form("Draft the corrected letter").set("reason", "It went to the old address.");
        form.send(&first).expect_redirect(&here);

        let drafted = open(&first, &here);
        says(&drafted, &["Draft", "You drafted it", "It went to the old address.", "Waits for a second person"]);
        assert!(!drafted.has_button("Approve and issue"));
        let seen = world.read(|conn| letter_of_reference(conn, &corrected)).pdf_sha256.unwrap();
        first.post(&format!("{here}/issue"), &[("seen", &seen)]).expect_status(409);
        second.post(&format!("{here}/issue"), &[("seen", "another")]).expect_status(409);
        let applicant = world.sign_in(&email(0));
        let bid = award.reference.trim_end_matches("-AWD");
        applicant.get(&format!("/applications/{bid}/letters/{corrected}")).expect_status(404);
        says(&open(&second, &format!("{here}/page")), &["7 New Street", &corrected]);
        open(&second, &here).form("Approve and issue").send(&second).expect_redirect(&here);

        let current = world.read(|conn| letters_of(conn, award.application));
        let references: Vec<&str> = current.iter().map(|letter| letter.reference.as_str()).collect();
        assert_eq!(references[0], corrected, "{references:?}");
        assert_eq!(current.len(), 2);
        assert_eq!(world.read(|conn| letter_of_reference(conn, &award.reference)), award, "the old one is as it was");
        let list = open(&applicant, &format!("/applications/{bid}/letters"));
        says(&list, &["Replaced on", &format!("by {corrected}"), "The newer letter counts"]);
        says(&open(&applicant, &format!("/applications/{bid}/letters/{}", award.reference)), &["Replaced on"]);
        let new = open(&applicant, &format!("/applications/{bid}/letters/{corrected}"));
        let date = evenhand::base::time::date_words(award.date().unwrap());
        says(&new, &["7 New Street", &format!("This letter replaces our letter {} of {date}", award.reference)]);
        is_silent(&new, &["Replaced on", "It went to the old address"]);
        let pdf = open(&applicant, &format!("/applications/{bid}/letters/{corrected}/pdf"));
        assert!(pdf.bytes.starts_with(b"%PDF"));
        assert!(pdf.header("content-disposition").unwrap().contains(&format!("{bid} award letter 2.pdf")));
        let printed = pdf_text(&pdf.bytes);
        assert!(printed.contains(&squeeze(&format!("replaces our letter {} of {date}", award.reference))), "{printed}");
        evenhand::jobs::send_all(&world.app).unwrap();
        assert_eq!(world.read(|conn| letter_of_reference(conn, &corrected)).delivery, Delivery::Sent);
        // Told of the round: its mail page lists it.
        let application = world.read(|conn| evenhand::applications::get_application(conn, award.application));
        let round = world.read(|conn| evenhand::rounds::get_round(conn, application.round));
        let mails = format!("/office/rounds/{}/mail", round.reference);
        says(&open(&first, &mails), &["Corrected letter is ready"]);
        assert!(world.mails_to(&email(0)).pop().unwrap().contains("A corrected letter about your application"));
        assert_eq!((records(&world, EventKind::LetterReplaced), records(&world, EventKind::CorrectionDrafted)), (1, 1));
        assert!(!open(&first, &address).has_button("Draft the corrected letter"), "the corrected one is the one to correct");
    }

    /// Given up, a correction leaves no trace for the applicant, and its reference is not used again.
    fn a_correction_can_be_given_up_and_another_drafted(world) {
        let award = issued(&world);
        let officer = world.sign_in(OFFICER);
        let address = format!("/office/letters/{}", award.reference);
        let correct = |reason: &str| open(&officer, &address).form("Draft the corrected letter").set("reason", reason).send(&officer);
        correct("A wrong name.").expect_redirect(&format!("{address}-2"));
        // Drafted again while it is open, it stays one letter.
        correct("A wrong name, really.").expect_redirect(&format!("{address}-2"));
        open(&officer, &format!("{address}-2")).form("Give the corrected letter up").send(&officer).expect_redirect(&address);
        officer.get(&format!("{address}-2")).expect_status(404);
        correct("A wrong date.").expect_redirect(&format!("{address}-3"));
        let third = world.read(|conn| letter_of_reference(conn, &format!("{}-3", award.reference)));
        assert_eq!((third.stage, third.date()), (LetterStage::Draft, Some(world.now().london_date())));
        // A day later it bears yesterday's date: drafted again first.
        world.advance_minutes(24 * 60);
        let second = world.sign_in(SECOND);
        says(&open(&second, &format!("{address}-3")), &["It bears an earlier date"]);
        let seen = third.pdf_sha256.unwrap();
        second.post(&format!("{address}-3/issue"), &[("seen", &seen)]).expect_status(409);
        assert_eq!(records(&world, EventKind::CorrectionWithdrawn), 1);
    }
}
