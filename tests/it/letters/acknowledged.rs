//! The letter of receipt, made when somebody asks for it.

use evenhand::base::role::Role;

use super::{OFFICER, email};
use crate::support::TestWorld;
use crate::support::builders::default_definition;
use crate::support::letters::{assert_conforms, pdf_text, squeeze};
use crate::support::pages::open;

on_both! {
    /// The applicant finds it on the receipt and on the application's page, an officer on theirs; it says what was received, and nobody
    /// else gets it.
    fn a_letter_says_what_was_received_and_when(world) {
        let round = world.round_of_fund(("HLF", "Harvest Fund"), &default_definition(), true);
        let organisation = world.add_applicant(&email(0), "Harbour Lane Trust");
        world.add_applicant(&email(1), "Mill Road Club");
        world.add_person("member@opcc.example", "Mia Member", &[Role::Panel]);
        let bid = world.submitted_application(&email(0), &round, organisation);
        let received = world.read(|conn| evenhand::applications::application_of_reference(conn, &bid));
        let (at, ask) = (received.submitted_at.unwrap(), received.ask.unwrap().to_string());
        let version = world.read(|conn| evenhand::applications::submissions_of(conn, received.id)).pop().unwrap();
        world.advance_minutes(3 * 24 * 60);
        let address = format!("/applications/{bid}/acknowledgement");
        let (applicant, officer) = (world.sign_in(&email(0)), world.sign_in(OFFICER));
        let pages = [("/receipt", &applicant, "/applications"), ("", &applicant, "/applications"), ("", &officer, "/office/applications")];
        for (page, browser, home) in pages {
            let links = open(browser, &format!("{home}/{bid}{page}")).attributes("main a", "href");
            assert_eq!(links.iter().filter(|link| **link == address).count(), 1, "{home}{page}: {links:?}");
        }
        for browser in [&applicant, &officer] {
            let letter = open(browser, &address);
            assert!(letter.header("content-disposition").unwrap().contains(&format!("{bid} letter of receipt.pdf")));
            let text = pdf_text(&letter.bytes);
            let date = evenhand::base::time::date_words(world.now().london_date());
            let when = format!("at {} (London time) on {}", at.time_words(), at.date_words());
            for said in [&bid, &ask, &when, &date, &version.sha256, "Harbour Lane Trust", "The grants office", "The Harvest Fund"] {
                assert!(text.contains(&squeeze(said)), "no {said:?} in {text}");
            }
            for never in ["decisionnotice", "reviewinwriting"] {
                assert!(!text.contains(never), "{text}");
            }
            assert_conforms(&letter.bytes);
        }
        for other in [&email(1), "member@opcc.example"] {
            world.sign_in(other).get(&address).expect_status(404);
        }
    }

    /// A draft was not received, and of what was withdrawn there is another letter. What cannot be printed is said.
    fn nothing_is_acknowledged_that_is_not_there_or_not_fit_to_send(world) {
        let round = world.round_of(&default_definition(), true);
        let organisation = world.add_applicant(&email(0), "Harbour Lane Trust");
        let draft = world.complete_application(&email(0), &round, organisation);
        let applicant = world.sign_in(&email(0));
        let address = format!("/applications/{draft}/acknowledgement");
        applicant.get(&address).expect_status(404);
        world.submit(&email(0), &draft, "a-token").unwrap();
        open(&applicant, &address);
        world.raw().run(&format!("UPDATE applications SET title = 'Safe streets [TBC]' WHERE reference = '{draft}'"));
        world.tampered();
        let refused = applicant.get(&address).expect_status(409);
        assert!(refused.words().contains("This letter cannot be made"), "{}", refused.words());
        let page = open(&applicant, &format!("/applications/{draft}/withdraw")).form("Withdraw the application");
        page.set("reason", "No time.").send(&applicant).expect_status(303);
        applicant.get(&address).expect_status(404);
        assert!(!open(&applicant, &format!("/applications/{draft}")).attributes("main a", "href").contains(&address));
    }
}
