//! Organisations once: details, people, numbers that are registered already, the office's search, and merging two.

use evenhand::accounts::OrganisationKind;
use evenhand::accounts::actions::add_organisation_for;
use evenhand::accounts::model::NewOrganisation;
use evenhand::base::ids::OrganisationId;
use evenhand::base::role::Role;
use evenhand::rounds::Round;

use crate::support::builders::{OFFICER, eligible};
use crate::support::pages::{open, says};
use crate::support::{Browser, PageForm, Reply, TestWorld};

const ANN: &str = "ann@charity.example";
const BEN: &str = "ben@club.example";
const NEW: &str = "new@people.example";

/// An organisation with numbers and an address.
fn organisation(world: &TestWorld, email: &str, name: &str, charity: Option<&str>, postcode: &str) -> OrganisationId {
    let account = world.add_person(email, &format!("Person {email}"), &[Role::Applicant]);
    let new = NewOrganisation {
        name: name.to_owned(),
        kind: OrganisationKind::Charity,
        charity_number: charity.map(ToOwned::to_owned),
        company_number: None,
        address: format!("1 High Street\nLoughborough\n{postcode}"),
    };
    world.as_system(|tx| add_organisation_for(tx, &new, &[account]))
}

fn officer(world: &TestWorld) -> Browser {
    if world.read(|conn| evenhand::accounts::store::account_of_email(conn, OFFICER)).is_none() {
        world.add_person(OFFICER, "Olive Officer", &[Role::Officer]);
    }
    world.sign_in(OFFICER)
}

fn page(id: OrganisationId, rest: &str) -> String {
    format!("/organisations/{}{rest}", id.row())
}

fn edit(browser: &Browser, id: OrganisationId) -> PageForm {
    browser.get(&page(id, "/edit")).expect_status(200).form("Save the details")
}

fn faults(reply: &Reply) -> Vec<String> {
    reply.all(".govuk-error-summary__list li")
}

/// What the trail says, so that a person's text in it is found.
fn facts(world: &TestWorld) -> String {
    world.raw().texts("SELECT data AS value FROM audit_events").join("\n")
}

fn invite(browser: &Browser, id: OrganisationId, email: &str) -> Reply {
    let form = browser.get(&page(id, "/people")).expect_status(200).form("Send an invitation");
    form.set("email", email).send(browser)
}

/// The path of the newest invitation to an address.
fn invitation_of(world: &TestWorld, email: &str) -> String {
    world.deliver();
    let mails: Vec<String> = world.mails_to(email).into_iter().filter(|mail| mail.contains("/invitations/")).collect();
    let (_, rest) = mails.last().expect("an invitation came").split_once("/invitations/").unwrap();
    let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    format!("/invitations/{token}")
}

/// Somebody asks to join by number, and somebody in it lets them.
fn join(world: &TestWorld, asking: &str, number: &str, member: &str, id: OrganisationId) {
    world.sign_in(asking).post("/organisations/join", &[("scheme", "GB-CHC"), ("number", number)]).expect_status(200);
    let member = world.sign_in(member);
    member.get(&page(id, "/people")).form(&format!("Let them join Person {asking}")).send(&member).expect_status(303);
}

fn apply_path(world: &TestWorld, round: &Round) -> String {
    let query: Vec<String> =
        eligible(&world.definition_of(round)).into_iter().map(|(code, value)| format!("{code}={value}")).collect();
    format!("/rounds/{}/apply?{}", round.reference, query.join("&"))
}

fn start_new(browser: &Browser, path: &str, name: &str, charity: &str) -> Reply {
    let form = browser.get(path).expect_status(200).form("Start the application");
    let form = if form.names().contains(&"organisation") { form.set("organisation", "new") } else { form };
    let form = form.set("name", name).set("kind", "charity").set("charity_number", charity);
    form.set("address", "2 Low Road\nSyston").set("postcode", "le7 1aa").send(browser)
}

on_both! {
    fn details_are_checked_all_at_once_and_kept_in_one_form(world) {
        let id = organisation(&world, ANN, "Hawthorn Trust", Some("1164883"), "LE11 1AA");
        let ann = world.sign_in(ANN);
        let form = edit(&ann, id);
        assert_eq!((form.value("number_gb_chc"), form.value("postcode")), ("1164883".to_owned(), "LE11 1AA".to_owned()));
        let wrong = form.clone().set("name", "").set("number_gb_coh", "12").set("number_gb_edu", "x").set("postcode", "nowhere");
        let wrong = wrong.set("lead_position", "Chair").send(&ann).expect_status(422);
        let told = faults(&wrong);
        assert_eq!(told.len(), 6, "{told:?}");
        assert!(told[1].contains("8 characters") && told[2].contains("6 figures"), "{told:?}");
        assert_eq!(wrong.input("number_gb_coh").as_deref(), Some("12"), "what was typed is kept");

        let form = form.set("number_gb_chc", "1164 883").set("number_gb_coh", "1234567").set("number_gb_rev", "xr-1234");
        let form = form.set("postcode", "le111aa").set("website", "www.hawthorn.example").set("telephone", "0116 496 0000");
        let form = form.set("other_names", "The Hut\nHawthorn").set("signatory_name", "Sam Signs").set("signatory_email", "Sam@charity.example");
        form.send(&ann).expect_redirect(&page(id, ""));
        let shown = ann.get(&page(id, "")).expect_status(200);
        says(&shown, &["1164883", "01234567", "XR01234", "LE11 1AA", "https://www.hawthorn.example", "The Hut", "Sam Signs", "sam@charity.example"]);
        // The row's own columns, which letters and lists read, are in step.
        let columns = world.raw().text("SELECT charity_number || ' ' || company_number || ' ' || address AS value FROM organisations");
        assert_eq!(columns, "1164883 01234567 1 High Street\nLoughborough\nLE11 1AA");

        // A number that is taken away is gone everywhere.
        edit(&ann, id).set("number_gb_coh", "").set("lead_name", "Lea Lead").set("lead_email", "lea@charity.example").send(&ann).expect_status(303);
        assert_eq!(world.raw().count("organisations WHERE company_number IS NULL"), 1);
        assert_eq!(world.raw().count("organisation_numbers"), 2);
        for text in ["Sam", "sam@", "Hawthorn", "Lea"] {
            assert!(!facts(&world).contains(text), "{text} stands in the trail");
        }
    }

    fn of_two_who_change_it_at_once_neither_is_lost(world) {
        let id = organisation(&world, ANN, "Hawthorn Trust", None, "LE11 1AA");
        let (one, two) = (world.sign_in(ANN), world.sign_in(ANN));
        let (first, second) = (edit(&one, id), edit(&two, id));
        first.set("telephone", "0116 496 0001").send(&one).expect_status(303);
        let stale = second.set("telephone", "0116 496 0002").send(&two).expect_status(409);
        says(&stale, &["was changed by somebody else", "0116 496 0001", "0116 496 0002"]);
        says(&one.get(&page(id, "")), &["0116 496 0001"]);
    }

    fn an_old_name_is_kept_with_its_dates(world) {
        let id = organisation(&world, ANN, "Hawthorn Trust", None, "LE11 1AA");
        let ann = world.sign_in(ANN);
        edit(&ann, id).set("name", "Hawthorn and Oak Trust").set("other_names", "The Hut").send(&ann).expect_status(303);
        says(&ann.get(&page(id, "")), &["Hawthorn and Oak Trust", "known until 23 November 2026 as Hawthorn Trust"]);
        world.advance_minutes(3 * 24 * 60);
        let ann = world.sign_in(ANN);
        edit(&ann, id).set("name", "Oak Trust").set("other_names", "").send(&ann).expect_status(303);
        let officer = officer(&world);
        let shown = officer.get(&format!("/office/organisations/{}", id.row())).expect_status(200);
        says(&shown, &[
            "Oak Trust", "Known until 23 November 2026 as Hawthorn Trust",
            "Known until 26 November 2026 as Hawthorn and Oak Trust", "Known until 26 November 2026 as The Hut",
            "Details of an organisation changed",
        ]);
        // The search finds it by a name that it had.
        let found = officer.get("/office/organisations?q=hawthorn+trust").expect_status(200);
        says(&found, &["Oak Trust", "also or once Hawthorn Trust", "1 to 1 of 1"]);
    }

    fn nobody_else_reads_or_changes_an_organisation(world) {
        let id = organisation(&world, ANN, "Hawthorn Trust", None, "LE11 1AA");
        organisation(&world, BEN, "Rutland Boxing Club", None, "LE12 1AA");
        let ben = world.sign_in(BEN);
        for rest in ["", "/edit", "/people"] {
            ben.get(&page(id, rest)).expect_status(404);
        }
        for (rest, fields) in [
            ("/invitations", vec![("email", BEN)]),
            ("/leave", vec![]),
            ("/people/1/remove", vec![]),
            ("/requests/1", vec![("answer", "accept")]),
            ("/invitations/1/withdraw", vec![]),
        ] {
            ben.post(&page(id, rest), &fields).expect_status(404);
        }
        for path in ["/office/organisations", "/office/organisations/duplicates", &format!("/office/organisations/{}", id.row())] {
            ben.get(path).expect_status(404);
        }
        let officer = officer(&world);
        officer.get(&page(id, "")).expect_status(404);
        assert_eq!(world.raw().count("memberships"), 2);
    }

    fn an_invitation_joins_the_invited_address_alone_and_once(world) {
        let id = organisation(&world, ANN, "Hawthorn Trust", None, "LE11 1AA");
        organisation(&world, BEN, "Rutland Boxing Club", None, "LE12 1AA");
        let ann = world.sign_in(ANN);
        // Whether an address has an account cannot be seen.
        let known = invite(&ann, id, BEN).expect_redirect(&page(id, "/people"));
        let unknown = invite(&ann, id, NEW).expect_redirect(&page(id, "/people"));
        assert_eq!(known.status, unknown.status);
        let listed = ann.get(&page(id, "/people"));
        says(&listed, &[BEN, NEW]);
        assert_eq!(faults(&invite(&ann, id, ANN).expect_status(422)).len(), 1);

        let link = invitation_of(&world, NEW);
        let other = invitation_of(&world, BEN);
        // Opening it does nothing, and tells nothing but the organisation's name.
        let opened = world.browser().get(&link).expect_status(200);
        says(&opened, &["Join Hawthorn Trust"]);
        assert!(!opened.text().contains(NEW));
        // Somebody else who got hold of the link is not let in.
        let ben = world.sign_in(BEN);
        assert!(!ben.get(&link).expect_status(200).has_button("Join"));
        ben.post(&link, &[]).expect_status(409);

        let new = world.sign_in(NEW);
        assert_eq!(world.raw().count("memberships"), 2);
        new.get(&link).expect_status(200).form("Join").send(&new).expect_redirect(&page(id, ""));
        says(&new.get(&page(id, "")), &["Hawthorn Trust"]);
        new.post(&link, &[]).expect_status(409);
        assert_eq!(world.raw().count("memberships"), 3);
        says(&new.get(&link), &["This invitation no longer works"]);

        // One that was withdrawn is dead.
        ann.get(&page(id, "/people")).form("Withdraw the invitation of ben@club.example").send(&ann).expect_status(303);
        ben.post(&other, &[]).expect_status(409);
        assert!(!facts(&world).contains('@'));
        let hashes = world.raw().texts("SELECT token_hash AS value FROM organisation_invitations");
        assert!(hashes.iter().all(|hash| hash.len() == 64 && !link.contains(hash.as_str())));
    }

    fn an_invitation_runs_out_after_14_days_and_a_newer_one_ends_the_older(world) {
        let id = organisation(&world, ANN, "Hawthorn Trust", None, "LE11 1AA");
        let ann = world.sign_in(ANN);
        invite(&ann, id, NEW).expect_status(303);
        let first = invitation_of(&world, NEW);
        invite(&ann, id, NEW).expect_status(303);
        let second = invitation_of(&world, NEW);
        assert_ne!(first, second);
        says(&world.browser().get(&first), &["no longer works"]);
        world.advance_seconds(14 * 86_400 - 60);
        says(&world.browser().get(&second), &["Join Hawthorn Trust"]);
        world.advance_seconds(60);
        says(&world.browser().get(&second), &["no longer works"]);
        world.sign_in(NEW).post(&second, &[]).expect_status(409);
        assert_eq!(world.raw().count("memberships"), 1);
    }

    fn people_leave_and_are_taken_out_and_somebody_stays(world) {
        let id = organisation(&world, ANN, "Hawthorn Trust", None, "LE11 1AA");
        let ann = world.sign_in(ANN);
        ann.post(&page(id, "/leave"), &[]).expect_status(409);
        for email in [NEW, BEN] {
            invite(&ann, id, email).expect_status(303);
            let link = invitation_of(&world, email);
            world.sign_in(email).post(&link, &[]).expect_status(303);
        }
        let (new, ben) = (world.sign_in(NEW), world.sign_in(BEN));
        // A staff account is no applicant's, invited or not.
        invite(&ann, id, OFFICER).expect_status(303);
        let officer = officer(&world);
        officer.post(&invitation_of(&world, OFFICER), &[]).expect_status(409);

        let row = world.raw().text("SELECT CAST(id AS TEXT) AS value FROM accounts WHERE email = 'ben@club.example'");
        new.post(&page(id, &format!("/people/{row}/remove")), &[]).expect_status(303);
        ben.get(&page(id, "")).expect_status(404);
        ann.post(&page(id, "/leave"), &[]).expect_redirect("/organisations");
        ann.get(&page(id, "")).expect_status(404);
        new.post(&page(id, "/leave"), &[]).expect_status(409);
        assert_eq!(world.raw().count("memberships"), 1);
        let kinds = world.raw().texts("SELECT kind AS value FROM audit_events");
        for kind in ["person_invited", "person_joined", "person_removed", "person_left"] {
            assert!(kinds.iter().any(|found| found == kind), "no {kind}");
        }
    }

    fn a_number_that_is_registered_already_joins_nobody(world) {
        let round = world.published_round();
        let id = organisation(&world, ANN, "Hawthorn Trust", Some("1164883"), "LE11 1AA");
        let new = world.sign_in(NEW);
        let path = apply_path(&world, &round);
        let refused = start_new(&new, &path, "Hawthorn", "GB-CHC-1164883").expect_status(422);
        assert_eq!(faults(&refused), ["An organisation with this number is registered already. You can ask to join it below"]);
        assert!(!refused.text().contains("Hawthorn Trust") && !refused.text().contains(ANN), "{}", refused.words());
        assert_eq!(world.raw().count("organisations"), 1);

        let asked = refused.form("Ask to join the organisation with number 1164883").send(&new).expect_status(200);
        assert!(!asked.text().contains("Hawthorn") && !asked.text().contains(ANN));
        // A number that nobody has gets the same page but for the number.
        let nobody = new.post("/organisations/join", &[("scheme", "GB-CHC"), ("number", "1164884")]).expect_status(200);
        assert_eq!(nobody.words().replace("1164884", "1164883"), asked.words());
        // Asking again sends no more mail.
        new.post("/organisations/join", &[("scheme", "GB-CHC"), ("number", "1164883")]).expect_status(200);
        world.deliver();
        let (to_ann, to_office) = (world.mails_to(ANN), world.mails_to("grants@opcc.example"));
        assert_eq!((to_ann.len(), to_office.len()), (1, 1));
        assert!(to_ann[0].contains(NEW) && to_office[0].contains("Hawthorn Trust"));
        new.get(&page(id, "")).expect_status(404);

        let ann = world.sign_in(ANN);
        says(&ann.get(&page(id, "")), &["Somebody asks to join"]);
        let people = ann.get(&page(id, "/people"));
        people.form("Let them join Somebody New").send(&ann).expect_redirect(&page(id, "/people"));
        says(&new.get("/organisations"), &["Hawthorn Trust"]);
        assert_eq!(world.raw().count("organisation_requests WHERE outcome = 'accepted'"), 1);

        // Nor can a change of details take the number.
        let ben = organisation(&world, BEN, "Rutland Boxing Club", None, "LE12 1AA");
        let browser = world.sign_in(BEN);
        let taken = edit(&browser, ben).set("number_gb_chc", "1164883").send(&browser).expect_status(422);
        says(&taken, &["registered already"]);
        assert!(!facts(&world).contains('@'));
    }

    fn a_request_is_declined_by_its_people_or_answered_by_the_office(world) {
        let id = organisation(&world, ANN, "Hawthorn Trust", Some("1164883"), "LE11 1AA");
        let ask = |browser: &Browser| {
            browser.post("/organisations/join", &[("scheme", "GB-CHC"), ("number", "1164883")]).expect_status(200);
        };
        let (new, ann) = (world.sign_in(NEW), world.sign_in(ANN));
        ask(&new);
        ann.get(&page(id, "/people")).form("Decline Somebody New").send(&ann).expect_status(303);
        new.get(&page(id, "")).expect_status(404);
        ask(&new);
        // An officer opens nobody's applications to a stranger while its own people can be asked.
        let officer = officer(&world);
        let home = format!("/office/organisations/{}", id.row());
        let asked = open(&officer, &home);
        says(&asked, &["Its own people answer.", "ask an administrator to deactivate their accounts"]);
        assert!(!asked.has_button("Let them join Somebody New"));
        let request = asked.attributes("form[action*='/requests/']", "action").remove(0);
        says(&officer.post(&request, &[("answer", "accept")]).expect_status(409), &["Its own people must let them in"]);
        new.get(&page(id, "")).expect_status(404);
        let ann = world.read(|conn| evenhand::accounts::store::account_of_email(conn, ANN)).unwrap();
        world.as_system(|tx| evenhand::accounts::actions::set_active(tx, ann, false));
        open(&officer, &home).form("Let them join Somebody New").send(&officer).expect_redirect(&home);
        new.get(&page(id, "")).expect_status(200);
    }

    /// WCAG 3.3.7: what is known is shown, and not asked for again.
    fn the_next_bid_offers_the_stored_organisation(world) {
        let round = world.published_round();
        let id = organisation(&world, ANN, "Hawthorn Trust", Some("1164883"), "LE11 1AA");
        let ann = world.sign_in(ANN);
        let path = apply_path(&world, &round);
        let offered = ann.get(&path).expect_status(200);
        says(&offered, &["Check these details", "Hawthorn Trust", "1164883", "LE11 1AA"]);
        let change = offered.attributes(".govuk-summary-card__actions a", "href").remove(0);
        let form = ann.get(&change).expect_status(200).form("Save the details");
        let back = form.set("telephone", "0116 496 0003").send(&ann).expect_status(303).location().unwrap();
        let offered = ann.get(&back).expect_status(200);
        says(&offered, &["0116 496 0003"]);
        let form = offered.form("Start the application");
        assert_eq!(form.value("organisation"), id.row().to_string(), "it is chosen");
        let to = form.send(&ann).expect_status(303).location().unwrap();
        says(&ann.get(&to), &["Hawthorn Trust"]);
        assert_eq!(world.raw().count("organisations"), 1);
        // Somebody who forgets to choose it does not add it twice.
        let doubled = start_new(&ann, &path, "THE HAWTHORN TRUST LTD", "").expect_status(422);
        says(&doubled, &["You have an organisation of this name"]);
        // Another's name is no bar: names are not numbers.
        let new = world.sign_in(NEW);
        let started = start_new(&new, &path, "Hawthorn Trust", "").expect_status(303).location().unwrap();
        assert!(started.starts_with("/applications/"), "{started}");
        says(&officer(&world).get("/office/organisations/duplicates"), &["Hawthorn Trust and Hawthorn Trust", "Same name"]);
    }

    fn the_office_searches_fifty_at_a_time(world) {
        for number in 0..60 {
            world.add_organisation(&format!("Club {number:02}"), &[]);
        }
        organisation(&world, ANN, "Hawthorn & Oak Ltd", Some("1164883"), "LE11 1AA");
        let officer = officer(&world);
        let first = officer.get("/office/organisations").expect_status(200);
        says(&first, &["1 to 50 of 61", "Club 00"]);
        assert!(!first.words().contains("Hawthorn"));
        let next = first.attributes("a[rel=next]", "href").remove(0);
        says(&officer.get(&next).expect_status(200), &["51 to 61 of 61", "Hawthorn & Oak Ltd"]);
        for search in ["hawthorn+and+oak", "1164+883", "gb-chc-1164883", "HAWTHORN"] {
            says(&officer.get(&format!("/office/organisations?q={search}")), &["1 to 1 of 1", "Hawthorn & Oak Ltd"]);
        }
        says(&officer.get("/office/organisations?q=nobody"), &["No organisation has that name or number"]);
    }

    fn two_records_of_one_organisation_are_merged(world) {
        let round = world.published_round();
        let kept = organisation(&world, ANN, "Hawthorn Trust", Some("1164883"), "LE11 1AA");
        let given = organisation(&world, BEN, "The Hawthorn Trust Ltd", Some("1164999"), "LE11 1AA");
        let ben = world.sign_in(BEN);
        edit(&ben, given).set("number_gb_coh", "01234567").set("other_names", "The Hut")
            .set("signatory_name", "Sam Signs").set("signatory_email", "sam@charity.example").send(&ben).expect_status(303);
        let reference = world.submitted_application(BEN, &round, given);

        let officer = officer(&world);
        let doubled = officer.get("/office/organisations/duplicates").expect_status(200);
        says(&doubled, &["Same name", "Same postcode: LE11 1AA"]);
        let link = doubled.attributes("main a", "href").into_iter().find(|href| href.contains("/merge?")).unwrap();
        let side_by_side = officer.get(&link).expect_status(200);
        says(&side_by_side, &["Hawthorn Trust", "The Hawthorn Trust Ltd", &reference, "01234567"]);
        let form = side_by_side.form("Merge the records");
        assert_eq!(faults(&form.clone().send(&officer).expect_status(422)).len(), 2, "which, and why");
        assert_eq!(world.raw().count("organisation_merges"), 0);
        let home = format!("/office/organisations/{}", kept.row());
        // Nobody of either has agreed that the other reads their applications.
        let form = form.set("keep", &kept.row().to_string()).set("reason", "Their treasurer told us on 3 May.");
        says(&form.clone().send(&officer).expect_status(409), &["Their people must agree first"]);
        assert_eq!(world.raw().count("organisation_merges"), 0);
        join(&world, ANN, "1164999", BEN, given);
        form.send(&officer).expect_redirect(&home);
        world.deliver();
        for email in [ANN, BEN] {
            let mail = world.mails_to(email).pop().unwrap();
            assert!(mail.contains("The Hawthorn Trust Ltd is now part of Hawthorn Trust"), "{mail}");
        }

        let shown = officer.get(&home).expect_status(200);
        says(&shown, &[
            "1164883", "01234567", "The Hut", "Sam Signs", &reference, BEN, ANN, "as The Hawthorn Trust Ltd",
            "Their treasurer told us on 3 May.", "Two records of one organisation merged", "GB-CHC-1164883",
        ]);
        let given_home = format!("/office/organisations/{}", given.row());
        let merged = officer.get(&given_home).expect_status(200);
        says(&merged, &["This record was merged into Hawthorn Trust"]);
        assert_eq!(merged.all("h1"), ["The Hawthorn Trust Ltd"]);
        // Its people work on under the record that stays.
        ben.get(&page(given, "")).expect_status(404);
        says(&ben.get(&page(kept, "")), &["Hawthorn Trust"]);
        ben.get(&format!("/applications/{reference}")).expect_status(200);
        says(&officer.get(&format!("/office/applications/{reference}")), &["Hawthorn Trust"]);
        // It stands in no list but is found, and cannot be merged again.
        says(&officer.get("/office/organisations"), &["1 to 1 of 1"]);
        says(&officer.get("/office/organisations?q=01234567"), &["Merged"]);
        assert!(!officer.get("/office/organisations/duplicates").words().contains("Hawthorn"));
        officer.get(&format!("{given_home}/merge?with={}", kept.row())).expect_status(409);
        let again = [("with", given.row().to_string()), ("keep", kept.row().to_string()), ("reason", "Again".to_owned())];
        let again: Vec<(&str, &str)> = again.iter().map(|(name, value)| (*name, value.as_str())).collect();
        says(&officer.post(&format!("{home}/merge"), &again).expect_status(422), &["not merged already"]);
        assert!(!facts(&world).contains("treasurer"));
        // Its number, of a register in which the other has one, stays with it and is not free: who asks by it asks the other.
        world.sign_in(NEW).post("/organisations/join", &[("scheme", "GB-CHC"), ("number", "1164999")]).expect_status(200);
        assert_eq!(world.raw().count(&format!("organisation_requests WHERE organisation_id = {}", kept.row())), 1);
        assert!(world.verify().findings.is_empty(), "{:#?}", world.verify().findings);
        // The record of a merge is kept by the database itself.
        let mut raw = world.raw();
        assert!(raw.try_run("UPDATE organisation_merges SET reason = 'x'").is_err());
        assert!(raw.try_run("DELETE FROM organisation_merges").is_err());
    }

    fn a_merge_that_breaks_a_rounds_limit_is_refused(world) {
        let round = world.published_round();
        let kept = organisation(&world, ANN, "Hawthorn Trust", None, "LE11 1AA");
        let given = organisation(&world, BEN, "Hawthorn Trust", Some("1164999"), "LE11 1AA");
        join(&world, ANN, "1164999", BEN, given);
        let first = world.start_application(ANN, &round, kept);
        world.start_application(BEN, &round, given);
        let officer = officer(&world);
        let path = format!("/office/organisations/{}/merge", kept.row());
        let form = officer.get(&format!("{path}?with={}", given.row())).form("Merge the records");
        let form = form.set("keep", &kept.row().to_string()).set("reason", "One and the same");
        says(&form.clone().send(&officer).expect_status(409), &["Both have applications in"]);
        assert_eq!(world.raw().count("organisation_merges"), 0);
        // Once one of them is withdrawn, it goes through.
        world.act(ANN, |tx| evenhand::applications::actions::withdraw(tx, &first, "We applied twice"));
        form.send(&officer).expect_status(303);
        assert_eq!(world.raw().count(&format!("applications WHERE organisation_id = {}", kept.row())), 2);
        // With itself, or with nothing, nothing is merged.
        for with in [kept.row().to_string(), "999999".to_owned(), "x".to_owned()] {
            says(&officer.get(&format!("{path}?with={with}")).expect_status(200), &["Enter the number of another organisation"]);
        }
    }
}
