//! Signing in, sessions, and forms that must come from our own pages.

mod forms;

use evenhand::accounts::actions::{add_account, set_active};
use evenhand::base::actor::Actor;
use evenhand::base::email::EmailAddress;
use evenhand::base::role::Role;
use evenhand::error::Problem;
use evenhand::web::session::{ABSOLUTE_HOURS, APPLICANT_IDLE_MINUTES, STAFF_IDLE_MINUTES};

use crate::support::actors::headers_told;
use crate::support::{Browser, Kind, Reply, TestWorld};

const OFFICER: &str = "olive@opcc.example";
const APPLICANT: &str = "ann@charity.example";
const ADMINISTRATOR: &str = "adam@opcc.example";

fn people(world: &TestWorld) {
    world.add_person(OFFICER, "Olive Officer", &[Role::Officer]);
    world.add_person(APPLICANT, "Ann Applicant", &[Role::Applicant]);
    world.add_person(ADMINISTRATOR, "Adam Administrator", &[Role::Administrator]);
}

fn ask(browser: &Browser, email: &str) -> Reply {
    browser.post("/sign-in", &[("email", email), ("to", "")])
}

fn sessions(world: &TestWorld) -> i64 {
    world.raw().count("sessions WHERE ended_at IS NULL")
}

on_both! {
    fn rights_that_were_lost_meanwhile_change_nothing(world) {
        people(&world);
        let (officer, administrator) = (world.actor(OFFICER), world.actor(ADMINISTRATOR));
        let add = |actor: &Actor, email: &str| {
            let email = EmailAddress::parse(email).unwrap();
            world.app.ledger.write(actor, |tx| add_account(tx, &email, "New Person", &[Role::Panel]))
        };
        add(&administrator, "one@opcc.example").unwrap();
        world.as_system(|tx| set_active(tx, administrator.account().unwrap(), false));
        let records = world.records();
        let Err(Problem::Refused { title, .. }) = add(&administrator, "two@opcc.example") else {
            panic!("an account that was deactivated a moment before still writes")
        };
        assert_eq!((title.as_str(), world.records()), ("What you may do here has changed", records));
        let Actor::Person(mut person) = officer else { panic!("an officer is a person") };
        person.roles.push(Role::Administrator);
        assert!(matches!(add(&Actor::Person(person), "two@opcc.example"), Err(Problem::Refused { .. })));
        assert_eq!(world.records(), records);
    }

    fn a_link_is_shown_by_get_and_claimed_once_by_post(world) {
        people(&world);
        let browser = world.browser();
        ask(&browser, OFFICER).expect_status(200);
        let link = world.link_for(OFFICER).unwrap();
        let records = world.records();

        // Mail scanners open links, some of them often: nothing happens.
        for _ in 0..3 {
            let page = world.browser().get(&link).expect_status(200);
            assert!(page.words().contains("Olive Officer"), "{}", page.words());
        }
        assert_eq!(world.browser().head(&link).status, 200);
        assert_eq!((sessions(&world), world.records()), (0, records));

        // Another browser than the one that asked may claim it: people read mail on their telephones.
        let phone = world.browser();
        let before = phone.csrf();
        phone.claim(&link).expect_redirect("/office");
        assert!(phone.is_signed_in());
        assert_ne!(phone.csrf(), before, "forms are tied to the new session");
        assert_eq!((sessions(&world), world.records()), (1, records + 1));

        let late = world.browser();
        assert!(late.get(&link).expect_status(200).words().contains("no longer works"));
        late.post(&link, &[]).expect_status(409);
        assert!(!late.is_signed_in() && !browser.is_signed_in());
        assert_eq!((sessions(&world), world.records()), (1, records + 1));
    }

    fn two_claims_at_once_make_one_session(world) {
        people(&world);
        ask(&world.browser(), OFFICER).expect_status(200);
        let link = world.link_for(OFFICER).unwrap();
        let browsers: Vec<Browser> = (0..8).map(|_| world.browser()).collect();
        for browser in &browsers {
            browser.csrf();
        }
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let claims: Vec<_> = browsers.iter().map(|browser| scope.spawn(|| browser.post(&link, &[]).status)).collect();
            claims.into_iter().map(|claim| claim.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 7, "{statuses:?}");
        assert_eq!(sessions(&world), 1);
    }

    fn a_link_lives_fifteen_minutes(world) {
        people(&world);
        ask(&world.browser(), OFFICER).expect_status(200);
        let link = world.link_for(OFFICER).unwrap();
        world.advance_seconds(15 * 60 - 1);
        let browser = world.browser();
        assert!(browser.get(&link).words().contains("Olive Officer"));
        world.advance_seconds(1);
        assert!(browser.get(&link).words().contains("no longer works"));
        browser.post(&link, &[]).expect_status(409);
        assert_eq!(sessions(&world), 0);
    }

    /// A stranger who asks for links to somebody else's address ends none of theirs; who signs in with one ends the others.
    fn every_link_works_until_one_is_used(world) {
        people(&world);
        let browser = world.browser();
        ask(&browser, OFFICER).expect_status(200);
        let older = world.link_for(OFFICER).unwrap();
        ask(&browser, " OLIVE@opcc.example ").expect_status(200);
        let newer = world.link_for(OFFICER).unwrap();
        assert_ne!(older, newer);
        browser.post(&older, &[]).expect_redirect("/office");
        world.browser().post(&newer, &[]).expect_status(409);
        assert_eq!(sessions(&world), 1);
    }

    /// Asking again and again fills nobody's mailbox, is told to nobody, and keeps nobody out.
    fn an_address_has_five_links_at_a_time(world) {
        people(&world);
        let stranger = world.browser();
        let answers: Vec<String> = (0..8).map(|_| ask(&stranger, OFFICER).expect_status(200).words()).collect();
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "the same answer each time");
        let newest = world.link_for(OFFICER).unwrap();
        assert_eq!(world.mails_to(OFFICER).len(), 5);
        // Another address has its own.
        ask(&stranger, APPLICANT).expect_status(200);
        assert!(world.link_for(APPLICANT).is_some());
        world.browser().post(&newest, &[]).expect_redirect("/office");
        ask(&stranger, OFFICER).expect_status(200);
        world.deliver();
        assert_eq!(world.mails_to(OFFICER).len(), 6, "signing in ended the others");
        world.advance_minutes(16);
        ask(&stranger, OFFICER).expect_status(200);
        world.deliver();
        assert_eq!(world.mails_to(OFFICER).len(), 7);
    }

    /// Status, headers and words say nothing about who has an account (S7).
    fn known_unknown_and_deactivated_addresses_get_the_same_answer(world) {
        people(&world);
        let gone = world.add_person("gone1@opcc.example", "Gone", &[Role::Officer]);
        world.as_system(|tx| evenhand::accounts::actions::set_active(tx, gone, false));
        let answer = |email: &str| {
            let browser = world.browser();
            browser.csrf();
            let reply = ask(&browser, email).expect_status(200);
            (headers_told(&reply.headers), reply.text().replace(email, "ADDRESS"))
        };
        let known = answer("olive@opcc.example");
        assert_eq!(answer("nobody@opcc.example").1, known.1);
        assert_eq!(answer("gone1@opcc.example").1, known.1);
        // Of equal length, also the lengths agree.
        assert_eq!(answer("oliva@opcc.example"), answer("olive@opcc.example"));
        assert!(world.link_for("nobody@opcc.example").is_some(), "somebody new can begin");
        assert!(world.link_for("gone1@opcc.example").is_none(), "a deactivated account gets no link");
    }

    fn somebody_new_becomes_an_applicant_when_they_claim(world) {
        let browser = world.browser();
        ask(&browser, "new@charity.example").expect_status(200);
        assert_eq!(world.raw().count("accounts"), 0, "asking makes no account");
        let link = world.link_for("new@charity.example").unwrap();
        let faulty = browser.post(&link, &[("name", "   ")]).expect_status(422);
        assert!(faulty.words().contains("Enter your full name"), "{}", faulty.words());
        browser.post(&link, &[("name", "Nora New")]).expect_redirect("/applications");
        assert_eq!(world.raw().texts("SELECT role AS value FROM account_roles"), ["applicant"]);
    }

    fn a_deactivated_account_cannot_claim_a_link_it_has(world) {
        people(&world);
        ask(&world.browser(), OFFICER).expect_status(200);
        let link = world.link_for(OFFICER).unwrap();
        deactivate(&world, OFFICER);
        let browser = world.browser();
        assert!(browser.get(&link).words().contains("no longer works"));
        browser.post(&link, &[]).expect_status(409);
        assert!(!browser.is_signed_in());
    }

    fn deactivation_ends_every_session_by_the_next_request(world) {
        people(&world);
        let (desk, phone) = (world.sign_in(OFFICER), world.sign_in(OFFICER));
        let other = world.sign_in(APPLICANT);
        let administrator = world.sign_in(ADMINISTRATOR);
        let id = account(&world, OFFICER);
        administrator.post(&format!("/accounts/{id}/active"), &[("active", "no")]).expect_redirect("/accounts");
        assert!(!desk.is_signed_in() && !phone.is_signed_in());
        assert!(other.is_signed_in() && administrator.is_signed_in());
        // Back in office, the old sessions stay dead.
        administrator.post(&format!("/accounts/{id}/active"), &[("active", "yes")]).expect_redirect("/accounts");
        assert!(!desk.is_signed_in() && !phone.is_signed_in());
        assert!(world.sign_in(OFFICER).is_signed_in());
    }

    fn nobody_deactivates_themselves(world) {
        people(&world);
        let administrator = world.sign_in(ADMINISTRATOR);
        let id = account(&world, ADMINISTRATOR);
        administrator.post(&format!("/accounts/{id}/active"), &[("active", "no")]).expect_status(409);
        assert!(administrator.is_signed_in());
    }

    fn sessions_end_by_the_clock(world) {
        people(&world);
        for (email, idle) in [(OFFICER, STAFF_IDLE_MINUTES), (APPLICANT, APPLICANT_IDLE_MINUTES)] {
            let browser = world.sign_in(email);
            world.advance_seconds(idle * 60 - 1);
            assert!(browser.is_signed_in(), "{email}: one second before the end");
            // That request counts: from it, the whole time again.
            world.advance_seconds(idle * 60 - 1);
            assert!(browser.is_signed_in(), "{email}: used meanwhile");
            world.advance_seconds(idle * 60);
            assert!(!browser.is_signed_in(), "{email}: unused for {idle} minutes");

            let busy = world.sign_in(email);
            for _ in 0..ABSOLUTE_HOURS * 3 - 1 {
                world.advance_minutes(20);
                assert!(busy.is_signed_in(), "{email}: in use");
            }
            world.advance_seconds(20 * 60 - 1);
            assert!(busy.is_signed_in(), "{email}: one second before {ABSOLUTE_HOURS} hours");
            world.advance_seconds(1);
            assert!(!busy.is_signed_in(), "{email}: after {ABSOLUTE_HOURS} hours");
        }
    }

    fn signing_out_ends_the_session_for_whoever_holds_its_cookie(world) {
        people(&world);
        let browser = world.sign_in(OFFICER);
        let copy = world.browser();
        copy.set_cookie("evenhand", &browser.cookie("evenhand").unwrap());
        assert!(copy.is_signed_in());
        browser.post("/sign-out", &[]).expect_redirect("/");
        assert_eq!(browser.cookie("evenhand"), None);
        assert!(!browser.is_signed_in() && !copy.is_signed_in());
    }

    fn only_hashes_of_tokens_are_stored(world) {
        people(&world);
        let browser = world.browser();
        ask(&browser, OFFICER).expect_status(200);
        let link = world.link_for(OFFICER).unwrap();
        browser.claim(&link);
        let mut raw = world.raw();
        let stored = [
            raw.texts("SELECT token_hash AS value FROM sessions"),
            raw.texts("SELECT token_hash AS value FROM sign_in_links"),
        ]
        .concat();
        let (token, cookie) = (link.trim_start_matches("/sign-in/").to_owned(), browser.cookie("evenhand").unwrap());
        assert!(token.len() == 43 && cookie.len() == 43, "256 bits each");
        assert!(stored.iter().all(|hash| hash.len() == 64 && !hash.contains(&token) && !hash.contains(&cookie)));
    }

    fn an_administrator_keeps_accounts(world) {
        people(&world);
        let administrator = world.sign_in(ADMINISTRATOR);
        let page = administrator.get("/accounts").expect_status(200);
        assert!(page.words().contains("Olive Officer"));
        let form = [("name", "Pat Panel"), ("email", "Pat@opcc.example"), ("roles", "panel"), ("roles", "officer")];
        administrator.post("/accounts", &form).expect_redirect("/accounts");
        assert!(administrator.get("/accounts").words().contains("Panel member, Officer"));
        administrator.post("/accounts", &form).expect_status(409);
        let faulty = administrator.post("/accounts", &[("name", ""), ("email", "pat")]).expect_status(422);
        assert_eq!(faulty.all(".govuk-error-summary__list li").len(), 3, "{}", faulty.words());
        assert_eq!(faulty.input("email"), Some("pat".to_owned()), "what was typed is kept");
        assert!(world.sign_in("pat@opcc.example").is_signed_in());
    }

    /// Wherever a link's `to` points, nobody is sent to another site by it.
    fn a_wish_to_go_elsewhere_after_signing_in_is_refused(world) {
        people(&world);
        for to in [
            "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
            "javascript:alert(1)", "evil.example", " //evil.example", "/\t/evil.example", "/\n/evil.example",
            "/\r\nSet-Cookie: a=b", "@evil.example", "",
        ] {
            let browser = world.browser();
            browser.post("/sign-in", &[("email", OFFICER), ("to", to)]).expect_status(200);
            let link = world.link_for(OFFICER).unwrap();
            browser.post(&link, &[]).expect_redirect("/office");
        }
        let browser = world.browser();
        browser.post("/sign-in", &[("email", OFFICER), ("to", "/rounds/CSF-2026-R1?page=2")]).expect_status(200);
        let link = world.link_for(OFFICER).unwrap();
        browser.post(&link, &[]).expect_redirect("/rounds/CSF-2026-R1?page=2");
    }

    /// Nor does the way back on a fault's page lead to the site that a forged form came from.
    fn the_way_back_from_a_fault_stays_here(world) {
        for referer in ["https://evil.example//evil.example/x", "https://evil.example/sign-in"] {
            let browser = world.browser();
            let reply = browser.send(browser.request(reqwest::Method::POST, "/sign-in").header("Referer", referer));
            assert_eq!(reply.status, 403);
            let links = reply.attributes("main a", "href");
            assert_eq!(links, ["/"], "{referer}");
        }
        let browser = world.browser();
        let referer = format!("{}/sign-in?to=%2Frounds", world.base());
        let reply = browser.send(browser.request(reqwest::Method::POST, "/sign-in").header("Referer", referer));
        assert_eq!(reply.attributes("main a", "href"), ["/sign-in"]);
    }

    fn an_unknown_field_is_refused(world) {
        people(&world);
        world.browser().post("/sign-in", &[("email", OFFICER), ("to", ""), ("roles", "officer")]).expect_status(400);
        let administrator = world.sign_in(ADMINISTRATOR);
        let id = account(&world, OFFICER);
        let path = format!("/accounts/{id}/active");
        administrator.post(&path, &[("active", "no"), ("name", "Else")]).expect_status(400);
        assert!(world.sign_in(OFFICER).is_signed_in());
    }
}

fn account(world: &TestWorld, email: &str) -> String {
    world.raw().text(&format!("SELECT CAST(id AS TEXT) AS value FROM accounts WHERE email = '{email}'"))
}

fn deactivate(world: &TestWorld, email: &str) {
    let id = world.read(|conn| evenhand::accounts::store::account_of_email(conn, email)).unwrap();
    world.as_system(|tx| evenhand::accounts::actions::set_active(tx, id, false));
}

/// A cookie as it was set: its name, and its attributes in order.
fn cookies_of(reply: &Reply) -> Vec<(String, Vec<String>)> {
    reply
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|line| {
            let mut parts = line.to_str().unwrap().split("; ").map(ToOwned::to_owned);
            let name = parts.next().unwrap().split('=').next().unwrap().to_owned();
            let mut attributes: Vec<String> = parts.collect();
            attributes.sort();
            (name, attributes)
        })
        .collect()
}

#[test]
fn cookies_over_https_have_every_guard() {
    let world = TestWorld::with(Kind::Sqlite, |settings| {
        settings.public_url = "https://grants.example.org".parse().unwrap();
    });
    people(&world);
    let browser = world.browser();
    let guards = ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"].map(ToOwned::to_owned).to_vec();
    let page = browser.get("/sign-in");
    assert_eq!(cookies_of(&page), [("__Host-evenhand-form".to_owned(), guards.clone())]);
    ask(&browser, ADMINISTRATOR).expect_status(200);
    let mail = world.link_for(ADMINISTRATOR).unwrap();
    assert!(world.mails_to(ADMINISTRATOR)[0].contains(&format!("https://grants.example.org{mail}")));
    let claimed = browser.claim(&mail);
    assert_eq!(cookies_of(&claimed), [("__Host-evenhand".to_owned(), guards)]);
    let flashed = browser.post("/accounts", &[("name", "P"), ("email", "p@opcc.example"), ("roles", "panel")]);
    let (name, attributes) = cookies_of(&flashed.expect_status(303)).remove(0);
    assert!(
        ["HttpOnly", "Secure", "SameSite=Lax"].iter().all(|guard| attributes.contains(&(*guard).to_owned())),
        "{name}"
    );
    // The Host header is nothing to go by: only the address that people use counts.
    let http = format!("http://{}", world.base().trim_start_matches("http://"));
    let token = browser.csrf();
    let reply = browser
        .send(browser.request(reqwest::Method::POST, "/session").header("Origin", http).form(&[("csrf", token)]));
    assert_eq!(reply.status, 403);
}

#[test]
fn a_forged_host_does_not_change_the_link() {
    let world = TestWorld::start(Kind::Sqlite);
    people(&world);
    let browser = world.browser();
    let token = browser.csrf();
    let form = [("csrf", token.as_str()), ("email", OFFICER), ("to", "")];
    let request = browser.request(reqwest::Method::POST, "/sign-in").header("Sec-Fetch-Site", "same-origin");
    browser
        .send(request.header("Host", "evil.example").header("X-Forwarded-Host", "evil.example").form(&form))
        .expect_status(200);
    world.deliver();
    assert!(!world.mails_to(OFFICER)[0].contains("evil.example"));
}

#[test]
fn tries_to_sign_in_are_limited() {
    let world = TestWorld::with(Kind::Sqlite, |settings| settings.sign_in_limit = 10);
    let browser = world.browser();
    let statuses: Vec<u16> = (0..12).map(|n| ask(&browser, &format!("a{n}@charity.example")).status).collect();
    assert_eq!(statuses, [vec![200; 10], vec![429; 2]].concat(), "ten for one caller");
}
