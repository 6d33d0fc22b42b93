//! Who withdrew an application that was submitted gets one letter that says so, and no feedback.

use evenhand::audit::EventKind;
use evenhand::letters::{Group, Letter, LetterStage, drafting};
use evenhand::press::LetterKind;
use evenhand::rounds::Round;
use evenhand::trail::replay::{Replay, replay};

use super::singles::broken;
use super::{OFFICER, SECOND, carried_out, draft, entered, issue, letters, records, refused};
use crate::support::letters::{pdf_text, squeeze};
use crate::support::pages::{is_silent, open, says};
use crate::support::{Kind, TestWorld};

const GONE: &str = "gone@bidders.example";
const NEVER: &str = "never@bidders.example";

/// A decided round in which one applicant withdrew through the page after submitting, and another gave up a draft: the round and the
/// reference of each.
fn decided(world: &TestWorld) -> (Round, String, String) {
    let entered = entered(world, false);
    let choir = world.add_applicant(GONE, "Tern Lane Choir");
    let gone = world.submitted_application(GONE, &entered.0, choir);
    let chess = world.add_applicant(NEVER, "Upper Street Chess Club");
    let never = world.complete_application(NEVER, &entered.0, chess);
    for (email, reference) in [(GONE, &gone), (NEVER, &never)] {
        let browser = world.sign_in(email);
        let form = open(&browser, &format!("/applications/{reference}/withdraw")).form("Withdraw the application");
        form.set("reason", "Our hall was sold, and nobody else may know.").send(&browser).expect_status(303);
    }
    let (round, _) = carried_out(world, entered, false);
    (round, gone, never)
}

fn confirmation(world: &TestWorld, round: &Round) -> Letter {
    let mut found: Vec<Letter> =
        letters(world, round).into_iter().filter(|one| one.kind == LetterKind::WithdrawnApplication).collect();
    assert_eq!(found.len(), 1, "one letter, to who withdrew after submitting");
    found.remove(0)
}

fn replayed(world: &TestWorld, round: &Round) -> Replay {
    replay(&world.app.db, world.app.ledger.keys(), &round.reference).unwrap()
}

on_both! {
    /// The batch drafts it, the list shows it, nothing is approved without it; the applicant is told and reads it.
    fn who_withdrew_after_submitting_gets_one_letter(world) {
        let (round, gone, never) = decided(&world);
        let batch = draft(&world, &round);
        assert_eq!((batch.total, batch.done, batch.attention), (11, 11, 0));
        let letter = confirmation(&world, &round);
        assert_eq!((letter.reference.as_str(), letter.stage), (format!("{gone}-WAP").as_str(), LetterStage::Draft));
        let officer = world.sign_in(OFFICER);
        let list = format!("/office/rounds/{}/letters", round.reference);
        says(&open(&officer, &list), &["All (11)", "Withdrawn (1)", "11 letters", "Tern Lane Choir", "Letter about a withdrawal"]);
        let page = open(&officer, &format!("{list}?outcome=withdrawn"));
        says(&page, &["1 letter", "Tern Lane Choir"]);
        is_silent(&page, &["Harbour Lane Trust", "Upper Street Chess Club"]);
        is_silent(&open(&officer, &format!("{list}?outcome=reject")), &["Tern Lane Choir"]);
        let own = format!("/office/letters/{}", letter.reference);
        says(&open(&officer, &own), &["Letter about a withdrawal", "Tern Lane Choir"]);
        says(&open(&officer, &format!("{own}/page")), &["You withdrew your application", "Tern Lane Choir"]);

        world.raw().run(&format!("DELETE FROM letters WHERE id = {}", letter.id.row()));
        world.tampered();
        assert!(refused(world.approve_letters(SECOND, &round)).contains("1 letter is missing"));
        // Theirs is a group like those of the outcomes.
        assert!(open(&officer, &list).attributes("#draft-outcome option", "value").contains(&"withdrawn".to_owned()));
        let only = drafting::Wish { group: Some(Group::Withdrawn), dated: None };
        let again = drafting::draft_choice(&world.app, &world.actor(OFFICER), round.id, only).unwrap();
        assert_eq!((again.total, again.done, again.attention), (1, 1, 0));
        assert_eq!(confirmation(&world, &round).reference, letter.reference);
        let second = world.sign_in(SECOND);
        says(&open(&second, &format!("{list}/approve")), &["Letter about a withdrawal 1", "Outcome: withdrawn 1 applicant"]);
        world.approve_letters(SECOND, &round).unwrap();
        issue(&world, &round).unwrap();
        evenhand::jobs::send_all(&world.app).unwrap();
        let told: Vec<String> = world.mails_to(GONE).into_iter().filter(|mail| mail.contains("Letters about")).collect();
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("we confirm in writing that you withdrew it") && !told[0].contains("feedback"), "{}", told[0]);
        assert!(!world.mails_to(NEVER).iter().any(|mail| mail.contains("Letters about")));

        let applicant = world.sign_in(GONE);
        let home = format!("/applications/{gone}");
        assert!(open(&applicant, &home).attributes("main a", "href").contains(&format!("{home}/letters")));
        let own = open(&applicant, &format!("{home}/letters"));
        says(&own, &["Letter about a withdrawal"]);
        is_silent(&own, &["Feedback letter", "Decision letter"]);
        let address = format!("{home}/letters/{}", letter.reference);
        let withdrawn = world.read(|conn| evenhand::applications::application_of_reference(conn, &gone)).withdrawn.unwrap();
        let day = evenhand::base::time::date_words(withdrawn.0.london_date());
        let page = open(&applicant, &address);
        says(&page, &[&format!("it was withdrawn on {day}"), "No decision was made on it", "You may apply again"]);
        is_silent(&page, &["hall was sold", "The reason", "review in writing", "Decision notice", "score"]);
        let pdf = pdf_text(&open(&applicant, &format!("{address}/pdf")).bytes);
        assert!(pdf.contains(&squeeze(&format!("it was withdrawn on {day}"))), "{pdf}");
        assert!(!pdf.contains("hallwassold"), "{pdf}");
        assert_eq!(records(&world, EventKind::LetterRead), 1);
        let stranger = world.sign_in(NEVER);
        stranger.get(&address).expect_status(404);
        assert!(!open(&stranger, &format!("/applications/{never}")).words().contains("Read your letters"));
        says(&open(&officer, &format!("{list}/reconciliation")), &["Missing 0", "Letters that count 11", "submitted 6"]);
        assert_eq!(broken(&world), Vec::<&str>::new());
    }

    /// A round is not closed while somebody who withdrew has no letter; with it, it is.
    fn a_round_waits_for_the_letter_about_a_withdrawal(world) {
        let (round, _, never) = decided(&world);
        draft(&world, &round);
        world.approve_letters(SECOND, &round).unwrap();
        issue(&world, &round).unwrap();
        evenhand::jobs::send_all(&world.app).unwrap();
        let officer = world.sign_in(OFFICER);
        let list = format!("/office/rounds/{}/letters", round.reference);
        // As if the other had been submitted too, and no letter made.
        world.raw().run(&format!("UPDATE applications SET submitted_at = withdrawn_at WHERE reference = '{never}'"));
        world.tampered();
        says(&open(&officer, &format!("{list}/reconciliation")), &["Missing 1", "no letter that confirms that it was withdrawn"]);
        says(&officer.post(&format!("{list}/close"), &[]).expect_status(409), &["1 thing is missing"]);
        assert_eq!(broken(&world), ["finished-round-told-everybody"]);
        world.raw().run(&format!("UPDATE applications SET submitted_at = NULL WHERE reference = '{never}'"));
        officer.post(&format!("{list}/close"), &[]).expect_redirect(&format!("{list}/reconciliation"));
        assert_eq!(records(&world, EventKind::RoundClosed), 1);
        assert_eq!(broken(&world), Vec::<&str>::new());
    }

    /// It is corrected as any other letter is.
    fn a_letter_about_a_withdrawal_is_corrected(world) {
        let (round, gone, _) = decided(&world);
        draft(&world, &round);
        world.approve_letters(SECOND, &round).unwrap();
        issue(&world, &round).unwrap();
        let (officer, second) = (world.sign_in(OFFICER), world.sign_in(SECOND));
        let first = format!("/office/letters/{gone}-WAP");
        let here = format!("{first}-2");
        open(&officer, &first).form("Draft the corrected letter").set("reason", "Wrong address.").send(&officer).expect_redirect(&here);
        open(&second, &here).form("Approve and issue").send(&second).expect_redirect(&here);
        let applicant = world.sign_in(GONE);
        let one = open(&applicant, &format!("/applications/{gone}/letters/{gone}-WAP-2"));
        says(&one, &["You withdrew your application"]);
        says(&open(&applicant, &format!("/applications/{gone}/letters")), &["The newer letter counts"]);

        // The trail tells of the same day; of another it would not.
        assert_eq!(replayed(&world, &round).differences, vec![]);
        let guard = match world.kind {
            Kind::Sqlite => "DROP TRIGGER letters_kept",
            Kind::Postgres => "DROP TRIGGER letters_kept ON letters",
        };
        world.raw().run(guard);
        world.raw().run("UPDATE letters SET data = replace(data, '\"withdrawn_on\":{\"iso\":\"2', '\"withdrawn_on\":{\"iso\":\"1') WHERE kind = 'withdrawn_application'");
        world.tampered();
        let differs = replayed(&world, &round).differences;
        assert!(differs.iter().any(|one| one.place.contains("day of the withdrawal")), "{differs:?}");
    }
}
