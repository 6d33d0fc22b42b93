//! The officer's list and gates, and the applicant's own page.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::Connection;
use diesel::connection::InstrumentationEvent;
use evenhand::applications::actions::{check_gate, withdraw};
use evenhand::applications::filter::{Filter, ListRules, Sort};
use evenhand::applications::store::list_page;
use evenhand::applications::{GateOutcome, application_of_reference, gate_checks_of, gates_met};
use evenhand::base::ids::ApplicationId;
use evenhand::base::memo::Memo;
use evenhand::base::role::Role;
use evenhand::error::Problem;
use evenhand::rounds::{Day, Round, Timetable};
use jiff::civil::date;

use crate::support::builders::{OFFICER, address_of, default_definition, pdf};
use crate::support::pages::{is_silent, open, says};
use crate::support::{Reply, TestWorld};

const ANN: &str = "ann@charity.example";
const BEN: &str = "ben@club.example";
const CAT: &str = "cat@school.example";

fn id(world: &TestWorld, reference: &str) -> ApplicationId {
    world.read(|conn| application_of_reference(conn, reference)).id
}

/// A round with two bids, one that was withdrawn, and a draft: their references.
fn round_with_bids(world: &TestWorld) -> (Round, [String; 4]) {
    let round = world.published_round();
    let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
    let club = world.add_applicant(BEN, "Rutland 100% Boxing_Club");
    let school = world.add_applicant(CAT, "Quarry Hill School");
    let other = world.add_applicant("dan@dairy.example", "Old Dairy Project");
    let first = world.submitted_application(ANN, &round, charity);
    world.advance_minutes(60 * 48);
    let second = world.submitted_application(BEN, &round, club);
    let gone = world.submitted_application(CAT, &round, school);
    world.act(CAT, |tx| withdraw(tx, &gone, "We have found other money."));
    let draft = world.start_application("dan@dairy.example", &round, other);
    (round, [first, second, gone, draft])
}

fn references(page: &Reply) -> Vec<String> {
    page.all("tbody tr th")
}

on_both! {
    fn the_list_shows_what_its_address_asks_for(world) {
        let (round, [first, second, gone, draft]) = round_with_bids(&world);
        for (note, told) in [("", "Say what is not met"), ("Cover [to check] lapsed.", "square brackets"), (&"x".repeat(1_001), "1,000 characters")] {
            let refused = world.write_as(OFFICER, |tx| check_gate(tx, id(&world, &first), "ELIG", GateOutcome::NotMet, note));
            assert!(matches!(&refused, Err(Problem::Invalid(faults)) if faults.of("note").unwrap().contains(told)), "{refused:?}");
        }
        world.act(OFFICER, |tx| check_gate(tx, id(&world, &first), "ELIG", GateOutcome::NotMet, "Outside the area."));
        let olive = world.sign_in(OFFICER);
        let path = format!("/office/rounds/{}/applications", round.reference);
        let all = open(&olive, &path);
        says(&all, &["2 submitted, 1 still being written, 1 withdrawn", "3 applications", "1 not met", "0 of 3 met"]);
        says(&all, &["All met (0)", "Not all checked (1)", "Not met (1)", "Submitted (2)", "Withdrawn (1)"]);
        is_silent(&all, &["Old Dairy Project", &draft]);
        let listed = |query: &str| {
            let mut found = references(&open(&olive, &format!("{path}?{query}")));
            found.sort();
            found
        };
        let sorted = |mut list: Vec<&String>| {
            list.sort();
            list.into_iter().cloned().collect::<Vec<String>>()
        };
        for (query, expected) in [
            ("state=submitted", vec![&first, &second]),
            ("state=withdrawn", vec![&gone]),
            ("state=draft", vec![&first, &second, &gone]),
            ("gates=not_met", vec![&first]),
            ("gates=open", vec![&second]),
            ("gates=met", vec![]),
            ("q=rutland", vec![&second]),
            ("q=100%25", vec![&second]),
            ("q=x_c", vec![]),
            ("q=g_c", vec![&second]),
            ("q=%27+OR+1%3D1", vec![]),
            ("least=4500&most=4500", vec![&first, &second, &gone]),
            ("least=4500.01", vec![]),
            ("from=25/11/2026", vec![&second, &gone]),
            ("to=24/11/2026", vec![&first]),
            ("from=23/11/2026&to=23/11/2026", vec![&first]),
            ("missing=yes", vec![]),
            ("state=submitted&gates=open&q=rutland&missing=", vec![&second]),
        ] {
            assert_eq!(listed(query), sorted(expected), "{query}");
        }
        assert_eq!(listed(&format!("q={}", first.to_lowercase())), std::slice::from_ref(&first), "by its reference");
        says(&open(&olive, &format!("{path}?gates=met")), &["No application matches", "Clear filters"]);
        let faulty = olive.get(&format!("{path}?least=much&from=soon&q=rutland")).expect_status(422);
        assert_eq!(faulty.all(".govuk-error-summary__list li").len(), 2, "{}", faulty.words());
        assert_eq!(faulty.attributes("input[name=least]", "value"), ["much"]);
        assert_eq!(faulty.attributes("input[name=q]", "value"), ["rutland"]);
    }

    fn every_column_sorts_both_ways_and_says_so(world) {
        let (round, [first, second, gone, _]) = round_with_bids(&world);
        world.act(OFFICER, |tx| check_gate(tx, id(&world, &second), "ELIG", GateOutcome::Met, ""));
        let olive = world.sign_in(OFFICER);
        let path = format!("/office/rounds/{}/applications", round.reference);
        let by_name = open(&olive, &format!("{path}?sort=organisation"));
        assert_eq!(references(&by_name), [first.clone(), gone.clone(), second.clone()]);
        assert_eq!(by_name.attributes("th[aria-sort]", "aria-sort"), ["ascending"]);
        let back = open(&olive, &format!("{path}?sort=organisation&order=descending"));
        assert_eq!(references(&back), [second.clone(), gone.clone(), first.clone()]);
        assert_eq!(back.attributes("th[aria-sort]", "aria-sort"), ["descending"]);
        assert_eq!(references(&open(&olive, &format!("{path}?sort=received")))[0], first);
        assert_eq!(references(&open(&olive, &format!("{path}?sort=gates&order=descending")))[0], second);
        // Every heading's link is there, and keeps the filters.
        let filtered = open(&olive, &format!("{path}?q=trust&sort=gates"));
        let links = filtered.attributes("thead a", "href");
        assert_eq!(links.len(), 6);
        for link in links {
            assert!(link.contains("q=trust"), "{link}");
            assert_eq!(references(&open(&olive, &link)), std::slice::from_ref(&first), "{link}");
        }
    }

    /// Ten bids or ten thousand: the same number of queries, and fifty bids on a page.
    fn the_list_asks_the_database_the_same_few_questions_however_long_it_is(world) {
        let (round, _) = round_with_bids(&world);
        let rules = ListRules::from(&world.definition_of(&round));
        let asked = |filter: &Filter| {
            let count = Arc::new(AtomicUsize::new(0));
            let counter = Arc::clone(&count);
            let page = world.read(|conn| {
                conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                    if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                        counter.fetch_add(1, Ordering::Relaxed);
                    }
                });
                let page = list_page(conn, round.id, &rules, filter, &std::collections::BTreeSet::new(), &Memo::default());
                conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
                page
            });
            (count.load(Ordering::Relaxed), page)
        };
        let (few, _) = asked(&Filter { page: 1, ..Filter::default() });
        assert!((1..=8).contains(&few), "{few} queries");
        let mut raw = world.attacker();
        for number in 0..130 {
            raw.run(&format!(
                "INSERT INTO applications (round_id, organisation_id, reference, stage, title, ask_pence, eligibility, created_at, \
                 created_by, submitted_at, submitted_by, version) \
                 SELECT round_id, organisation_id, 'X-{number:03}', 'submitted', 'Bid {number}', {number}00, '{{}}', created_at, \
                 created_by, created_at, created_by, 1 FROM applications WHERE id = 1"
            ));
        }
        let (many, page) = asked(&Filter { page: 1, ..Filter::default() });
        assert_eq!((many, page.bids.len(), page.matching), (few, 50, 133));
        let (_, last) = asked(&Filter { page: 3, sort: Some(Sort::Asked), descending: true, ..Filter::default() });
        assert_eq!(last.bids.len(), 33);
        assert!(last.bids.windows(2).all(|pair| pair[0].application.ask >= pair[1].application.ask));
        assert_eq!(page.counts.missing, 130, "those have no documents");
        let olive = world.sign_in(OFFICER);
        let path = format!("/office/rounds/{}/applications", round.reference);
        let second = open(&olive, &format!("{path}?page=2"));
        says(&second, &["51 to 100 of 133 applications"]);
        assert_eq!(references(&second).len(), 50);
        let next = second.attributes("a[rel=next]", "href");
        assert_eq!(references(&open(&olive, &next[0])).len(), 33);
        let printed = open(&olive, &format!("{path}?print=yes"));
        assert_eq!(references(&printed).len(), 133);
        says(&open(&olive, &format!("{path}?page=9999")), &["none of them on this page"]);
    }

    /// A gate follows from its items, each with its evidence, and nothing that was found before is lost.
    fn a_gate_is_checked_item_by_item_with_evidence(world) {
        let (_, [first, _, _, draft]) = round_with_bids(&world);
        let olive = world.sign_in(OFFICER);
        let home = format!("/office/applications/{first}");
        let page = open(&olive, &home);
        says(&page, &["Insurance certificate", "Governing document", "Not checked"]);
        let insurance = format!("{home}/gates/DUE/items/INSURANCE");
        let form = open(&olive, &insurance).form("Record the result");
        let empty = form.clone().send(&olive).expect_status(422);
        says(&empty, &["Choose a result", "Nobody has checked this yet"]);
        let unexplained = form.clone().set("outcome", "met_with_condition").set("reference", "PL-77").send(&olive);
        let unexplained = unexplained.expect_status(422);
        says(&unexplained, &["Say what is not met, or what the condition is"]);
        assert_eq!(unexplained.form("Record the result").value("reference"), "PL-77", "what was typed stays");
        let expired = form.clone().set("outcome", "met").set("expires_day", "1").set("expires_month", "11");
        says(&expired.set("expires_year", "2026").send(&olive).expect_status(422), &["This has expired"]);
        let wrong = form.clone().set("outcome", "met").attach("run.pdf", b"MZ not a document").send(&olive);
        says(&wrong.expect_status(422), &["The file must be a PDF"]);
        let bytes = pdf(&first, "insurance");
        let sent = form
            .set("outcome", "met_with_condition")
            .set("note", "Send the renewal before the first payment.")
            .set("reference", "PL-77")
            .set("expires_day", "31")
            .set("expires_month", "1")
            .set("expires_year", "2027")
            .attach("../Insurance.pdf", &bytes)
            .send(&olive);
        sent.expect_redirect(&format!("{home}#gates"));
        let page = open(&olive, &home);
        says(&page, &["PL-77, until 31 January 2027", "Send the renewal before the first payment.", "Insurance.pdf"]);
        let link = page.attributes("main a", "href").into_iter().find(|href| href.contains("/evidence/")).unwrap();
        let file = open(&olive, &link);
        assert_eq!((file.bytes, file.headers["content-type"].to_str().unwrap()), (bytes, "application/pdf"));
        world.sign_in(ANN).get(&link).expect_status(404);

        // The rest of the gate at once; the item that has a result keeps it.
        let rest = open(&olive, &home).form_at("/gates/DUE", "Record").set("DUE-outcome", "met");
        rest.set("DUE-note", "Seen.").send(&olive).expect_redirect(&format!("{home}#gates"));
        let check = |gate: &str| {
            let checks = world.read(|conn| gate_checks_of(conn, id(&world, &first)));
            checks.into_iter().find(|check| check.gate == gate).unwrap()
        };
        assert_eq!(check("DUE").outcome, GateOutcome::MetWithCondition);
        assert_eq!(check("DUE").note, "Insurance certificate: Send the renewal before the first payment.");
        let none_left = world.write_as(OFFICER, |tx| check_gate(tx, id(&world, &first), "DUE", GateOutcome::Met, ""));
        assert!(none_left.is_err(), "every item has a result");

        // A newer result of one item counts; the older one is still there.
        let form = open(&olive, &insurance).form("Record the result").set("outcome", "not_met").set("note", "It lapsed.");
        form.send(&olive).expect_redirect(&format!("{home}#gates"));
        assert_eq!(check("DUE").outcome, GateOutcome::NotMet);
        says(&open(&olive, &insurance), &["It lapsed.", "Send the renewal before the first payment.", "Insurance.pdf"]);
        let definition = default_definition();
        assert!(!world.read(|conn| gates_met(conn, id(&world, &first), &definition)));
        let changed = world.raw().try_run("UPDATE gate_findings SET outcome = 'met'");
        assert!(changed.is_err_and(|told| told.contains("gate_findings_kept_check")));

        // What is not with the office, and what is not there, looks alike.
        for path in [
            format!("/office/applications/{draft}/gates/DUE/items/INSURANCE"),
            format!("{home}/gates/DUE/items/NOTHING"),
            format!("{home}/gates/ELIG/items/INSURANCE"),
            format!("/office/applications/{draft}"),
        ] {
            olive.get(&path).expect_status(404);
        }
    }

    fn what_an_applicant_reads_of_their_bid_is_their_own(world) {
        let mut definition = default_definition();
        definition.timetable =
            Timetable { decision_by: Some(Day(date(2027, 1, 15))), letters_by: Some(Day(date(2027, 1, 29))), ..Timetable::default() };
        let round = world.round_of(&definition, true);
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let club = world.add_applicant(BEN, "Rutland Boxing Club");
        let ann = world.sign_in(ANN);
        says(&open(&ann, "/applications"), &["You have not started an application yet"]);
        let bid = world.complete_application(ANN, &round, charity);
        let list = open(&ann, "/applications");
        let calendar = format!("/rounds/{}/calendar.ics", round.reference);
        says(&list, &["Draft", "Submit before"]);
        assert!(list.attributes("main a", "href").contains(&calendar), "{}", list.words());
        world.submit(ANN, &bid, "one").unwrap();
        let other = world.submitted_application(BEN, &round, club);
        world.set_time(round.closes_at.plus_seconds(60));
        world.add_person("pia@panel.example", "Pia Panel", &[Role::Panel]);
        let pia = world.read(|conn| evenhand::accounts::store::account_of_email(conn, "pia@panel.example")).unwrap();
        let target = id(&world, &bid);
        world.act(OFFICER, |tx| evenhand::scoring::actions::assign(tx, target, pia));
        world.act(OFFICER, |tx| check_gate(tx, target, "ELIG", GateOutcome::NotMet, "Outside the area."));
        let ann = world.sign_in(ANN);
        let page = open(&ann, &format!("/applications/{bid}"));
        says(&page, &["We received the application", "The application was started", "The round closed"]);
        says(&page, &["We expect to decide by 15 January 2027 and to write to everybody by 29 January 2027."]);
        is_silent(&page, &["Gate", "assigned", "Pia", "Outside the area", "Olive", &other]);
        let times = page.attributes(".evenhand-timeline time", "datetime");
        assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "the newest first: {times:?}");
        ann.get(&format!("/applications/{other}")).expect_status(404);
        world.act(BEN, |tx| withdraw(tx, &other, "We have found other money."));
        let gone = open(&world.sign_in(BEN), &format!("/applications/{other}"));
        says(&gone, &["The application was withdrawn", "We have found other money.", "There is nothing more to do."]);
    }

    fn the_closing_time_goes_into_a_calendar(world) {
        let mut definition = default_definition();
        definition.timetable.letters_by = Some(Day(date(2027, 7, 29)));
        let round = world.round_of_fund(("SFF", "Safety; Fund, the\\First"), &definition, true);
        let browser = world.browser();
        let page = open(&browser, &format!("/rounds/{}", round.reference));
        says(&page, &["Letters expected by", "29 July 2027"]);
        let path = format!("/rounds/{}/calendar.ics", round.reference);
        assert!(page.attributes("main a", "href").contains(&path));
        let reply = open(&browser, &path);
        assert!(reply.headers["content-type"].to_str().unwrap().starts_with("text/calendar"));
        assert!(reply.headers["content-disposition"].to_str().unwrap().contains(&format!("{}.ics", round.reference)));
        let text = reply.text();
        assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
        // Long lines are folded at 75 bytes.
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        let text = text.replace("\r\n ", "");
        for part in [
            // 10am of 14 December in London, which is UTC then.
            "DTSTART:20261214T100000Z",
            "DTSTAMP:20261123T100000Z",
            "TRIGGER:-PT604800S",
            "TRIGGER:-PT86400S",
            "DTSTART;VALUE=DATE:20270729",
            &format!("UID:closing-{}@127.0.0.1", round.reference),
            "Safety\\; Fund\\, the\\\\First",
        ] {
            assert!(text.contains(part), "no {part} in {text}");
        }
        assert_eq!(text, open(&browser, &path).text().replace("\r\n ", ""), "the same at the same time");
        let draft = world.round_of(&definition, false);
        browser.get(&format!("/rounds/{}/calendar.ics", draft.reference)).expect_status(404);
    }

    /// Whoever is not an officer changes nothing and exports nothing.
    fn gates_are_the_offices(world) {
        let (round, [first, ..]) = round_with_bids(&world);
        world.add_everybody();
        for role in Role::ALL.iter().filter(|role| **role != Role::Officer) {
            let browser = world.sign_in(&address_of(*role));
            browser.get(&format!("/office/rounds/{}/applications", round.reference)).expect_status(404);
            let path = format!("/office/applications/{first}/gates/DUE/items/BANK");
            browser.get(&path).expect_status(404);
            browser.upload(&path, &[("outcome", "met")], "file", "a.pdf", b"").expect_status(404);
        }
        assert_eq!(world.raw().count("gate_findings"), 0);
    }
}
