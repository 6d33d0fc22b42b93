//! Mail that is about no round: what an administrator sees of it when somebody calls because no link came.

use evenhand::base::role::Role;

use super::*;
use crate::support::builders::{OFFICER, default_definition};
use crate::support::pages::{is_silent, open, says};
use crate::support::smtp::{Fault, Step};

const ADMINISTRATOR: &str = "admin@opcc.example";
const CALLER: &str = "treasurer@harbour.example";

on_both! {
    /// With each try, and without the link: who reads it could sign in as somebody else.
    fn an_administrator_sees_what_became_of_a_link(world) {
        world.add_person(ADMINISTRATOR, "Ada Administrator", &[Role::Administrator]);
        let round = world.round_of(&default_definition(), true);
        let organisation = world.add_applicant("ann@charity.example", "Harbour Lane Trust");
        world.submitted_application("ann@charity.example", &round, organisation);
        let administrator = world.sign_in(ADMINISTRATOR);
        let server = Scripted::start();
        send_everything(&world, &sender(&world, &server));

        let caller = world.browser();
        open(&caller, "/sign-in").form("Send me a link").set("email", CALLER).send(&caller).expect_status(200);
        server.decide(|step| (step == Step::Recipient).then_some(Fault::Answer("550 5.1.1 no such user")));
        send_everything(&world, &sender(&world, &server));
        let token = world.raw().text(&format!("SELECT text_body AS value FROM outbox WHERE to_email = '{CALLER}'"));
        let token = token.split("/sign-in/").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();

        let href = open(&administrator, "/accounts").attributes("main a", "href");
        assert!(href.contains(&"/accounts/mail".to_owned()), "{href:?}");
        let list = open(&administrator, "/accounts/mail");
        says(&list, &["Link to sign in", CALLER, "Failed (1)"]);
        // That of a round is its officers'.
        is_silent(&list, &["Receipt of an application", "ann@charity.example", "Application"]);
        is_silent(&open(&administrator, "/accounts/mail?show=sent"), &[CALLER]);
        let one = list.attributes("main th[scope=row] ~ td a", "href").remove(0);
        let page = open(&administrator, &one);
        says(&page, &["Link to sign in", CALLER, "Each try", "550 5.1.1 no such user"]);
        is_silent(&page, &["Send it again"]);
        for page in [&list, &page] {
            assert!(!String::from_utf8_lossy(&page.bytes).contains(&token), "the link is told");
        }
        let receipt = world.raw().text("SELECT CAST(min(id) AS TEXT) AS value FROM outbox WHERE kind = 'receipt'");
        administrator.get(&format!("/accounts/mail/{receipt}")).expect_status(404);
        administrator.get(&format!("/office/rounds/{}/mail", round.reference)).expect_status(404);
        let officer = world.sign_in(OFFICER);
        officer.get("/accounts/mail").expect_status(404);
        officer.get(&one).expect_status(404);
        is_silent(&open(&officer, &format!("/office/rounds/{}/mail", round.reference)), &[CALLER]);
    }
}
