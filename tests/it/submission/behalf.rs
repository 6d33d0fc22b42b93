//! A bid that came on paper or by telephone, typed by an officer: that one, and no other.

use evenhand::applications::Answer;
use evenhand::applications::Channel;
use evenhand::applications::actions::{Arrival, Whose, save_answers, start_for};
use evenhand::error::Problem;

use super::{ANN, BEN, count, declared, is_silent, open, ready, says, scan, submit};
use crate::support::builders::{OFFICER, complete_answers, default_definition, eligible};
use crate::support::letters::pdf_text;
use crate::support::{Browser, PageForm, TestWorld};

/// The page filled in for a new organisation, but for its scan.
fn filled(officer: &Browser, round: &str) -> PageForm {
    let mut form = open(officer, &format!("/office/rounds/{round}/enter")).form("Start entering the application");
    for (code, value) in eligible(&default_definition()) {
        form = form.set(&code, &value);
    }
    form.set("channel", "paper")
        .set("received_day", "23")
        .set("received_month", "11")
        .set("received_year", "2026")
        .set("received_time", "09:30")
        .set("organisation", "new")
        .set("name", "Oadby Allotment Society")
        .set("kind", "group")
        .set("address", "2 Low Road\nOadby")
}

on_both! {
    fn an_officer_enters_a_paper_bid_and_submits_it(world) {
        let (round, other) = ready(&world);
        let officer = world.sign_in(OFFICER);
        says(&open(&officer, &format!("/office/rounds/{}/applications", round.reference)), &["Enter an application"]);
        let form = filled(&officer, &round.reference);
        let empty = open(&officer, &format!("/office/rounds/{}/enter", round.reference));
        let faulty = empty.form("Start entering the application").send(&officer).expect_status(422);
        says(&faulty, &["Choose how it came", "Enter the day on which it came", "Choose an organisation"]);
        says(&form.clone().send(&officer).expect_status(422), &["Add a scan of the paper form"]);
        says(&form.clone().attach("form.html", b"<html>").send(&officer).expect_status(422), &["must be a PDF"]);
        let late = form.clone().set("received_year", "2027").attach("form.pdf", &scan()).send(&officer);
        says(&late.expect_status(422), &["must be in the past"]);
        let early = form.clone().set("received_day", "22").attach("form.pdf", &scan()).send(&officer);
        says(&early.expect_status(422), &["nothing came before"]);
        assert_eq!(count(&world, "applications"), 1);

        // It came in time, and is typed after the round has closed.
        world.set_time(round.closes_at.plus_days(1));
        let officer = world.sign_in(OFFICER);
        let missed = filled(&officer, &round.reference).set("received_day", "14").set("received_month", "12");
        let missed = missed.set("received_time", "11:00").attach("form.pdf", &scan()).send(&officer);
        says(&missed.expect_status(422), &["what came then or later is late"]);
        let started = filled(&officer, &round.reference).attach("form.pdf", &scan()).send(&officer).expect_status(303);
        let home = started.location().unwrap();
        let bid = home.strip_prefix("/applications/").unwrap().to_owned();
        let notice = "Entered by the office from a paper form.";
        says(&open(&officer, &home), &[notice, "Oadby Allotment Society", "Submit before scoring begins"]);
        let list = open(&officer, &format!("/office/rounds/{}/applications", round.reference));
        says(&list, &[notice, "Not submitted yet."]);
        assert!(list.has(&format!("a[href='{home}']")) && !list.has(&format!("a[href='/applications/{other}']")));
        let section = open(&officer, &format!("{home}/sections/need"));
        says(&section, &[notice]);
        let form = section.form("Save and continue").set("NEED_PROBLEM", "As it stands on the paper.");
        form.send(&officer).expect_status(303);
        let mut answers = complete_answers(&default_definition());
        answers.insert("NEED_PROBLEM".to_owned(), Answer::Text("As it stands on the paper.".to_owned()));
        world.act(OFFICER, |tx| save_answers(tx, &bid, &answers));
        world.add_documents(OFFICER, &default_definition(), &bid);
        let scan_row = world.raw().text("SELECT CAST(id AS TEXT) AS value FROM documents WHERE question = 'office:scan'");
        officer.post(&format!("{home}/documents/{scan_row}/remove"), &[]).expect_status(409);
        officer.get(&format!("{home}/documents/{scan_row}")).expect_status(200);
        let check = open(&officer, &format!("{home}/check"));
        says(&check, &[notice, "Full name of the person who declared it"]);
        let form = check.form("Submit the application");
        assert_eq!(form.value("name"), "", "the officer declared nothing");
        let form = form.set("name", "Gwen Gardener").set("role", "Secretary").set("authority", "yes");
        form.set("confirmed", "yes").send(&officer).expect_redirect(&format!("{home}/receipt"));
        let receipt = open(&officer, &format!("{home}/receipt"));
        says(&receipt, &[notice]);
        is_silent(&receipt, &["receipt by email"]);
        for path in [format!("{home}/copy"), home.clone(), format!("/office/applications/{bid}")] {
            says(&open(&officer, &path), &[notice, "Gwen Gardener, Secretary"]);
        }
        let printed = pdf_text(&officer.get(&format!("{home}/copy/pdf")).expect_status(200).bytes);
        for text in ["Enteredbytheofficefromapaperform", "Scanofthepaperform", "form.pdf", "Monday23November2026at9:30am"] {
            assert!(printed.contains(text), "{text}: {printed}");
        }
        assert_eq!(count(&world, "audit_events WHERE kind = 'application_entered_by_office'"), 1);
        let kept = world.raw().text("SELECT content AS value FROM submissions");
        assert!(kept.contains("\"entered_by_office\": \"paper\"") && kept.contains("Gwen Gardener"));
        assert!(world.raw().try_run("UPDATE office_entries SET channel = 'telephone'").unwrap_err().contains("frozen"));

        // And nobody else's bid.
        let ann = world.sign_in(ANN);
        for path in ["", "/check", "/sections/need", "/copy", "/copy/pdf", "/change", "/withdraw", "/proof"] {
            officer.get(&format!("/applications/{other}{path}")).expect_status(404);
        }
        let save = world.write_as(OFFICER, |tx| save_answers(tx, &other, &answers));
        assert!(matches!(save, Err(Problem::NotFound)), "{save:?}");
        ann.get(&home).expect_status(404);
        ann.get(&format!("/office/rounds/{}/enter", round.reference)).expect_status(404);
    }

    /// The people of an organisation that the service knows see its bid too, and are told.
    fn a_bid_by_telephone_for_an_organisation_with_an_account(world) {
        let (_, first) = ready(&world);
        let round = world.published_round();
        let charity = world.read(|conn| evenhand::applications::application_of_reference(conn, &first)).organisation;
        let arrival = Arrival { channel: Channel::Telephone, received_at: world.now(), scan: None };
        let definition = default_definition();
        let bid = world.act(OFFICER, |tx| start_for(tx, round.id, &Whose::Known(charity), (&eligible(&definition), None), &arrival));
        let twice = world.write_as(OFFICER, |tx| start_for(tx, round.id, &Whose::Known(charity), (&eligible(&definition), None), &arrival));
        assert!(matches!(twice, Err(Problem::Refused { .. })), "{twice:?}");
        let paper = Arrival { channel: Channel::Paper, received_at: world.now(), scan: None };
        let bare = world.write_as(OFFICER, |tx| start_for(tx, round.id, &Whose::Known(charity), (&eligible(&definition), None), &paper));
        assert!(matches!(bare, Err(Problem::Invalid(_))), "{bare:?}");
        let by_ann = world.write_as(ANN, |tx| start_for(tx, round.id, &Whose::Known(charity), (&eligible(&definition), None), &arrival));
        assert!(matches!(by_ann, Err(Problem::NotFound)), "{by_ann:?}");
        let ann = world.sign_in(ANN);
        says(&open(&ann, &format!("/applications/{bid}")), &["Entered by the office from a telephone call."]);
    }

    /// The office finds whom it knows by name or number, registers nobody twice, and gives no bid to a record that was merged away.
    fn the_office_finds_the_organisation_of_a_paper_bid(world) {
        let round = world.published_round();
        world.set_time(round.opens_at.plus_days(1));
        for number in 0..25 {
            world.add_organisation(&format!("Bowls Club {number:02}"), &[]);
        }
        let trust = world.add_applicant(ANN, "Charnwood Youth Trust");
        let ann = world.sign_in(ANN);
        let details = open(&ann, &format!("/organisations/{}/edit", trust.row())).form("Save the details");
        details.set("number_gb_chc", "1164883").send(&ann).expect_status(303);
        let officer = world.sign_in(OFFICER);
        let path = format!("/office/rounds/{}/enter", round.reference);
        says(&open(&officer, &path), &["The first 20 of 26 are shown", "Bowls Club 19"]);
        is_silent(&open(&officer, &path), &["Bowls Club 20", "Charnwood Youth Trust"]);
        let by_name = open(&officer, &format!("{path}?q=bowls+club+24"));
        says(&by_name, &["Found: 1", "Bowls Club 24"]);
        is_silent(&by_name, &["Bowls Club 19"]);
        says(&open(&officer, &format!("{path}?q=nobody")), &["No organisation has that name or number"]);
        // What is typed as new is checked as the applicant's own form checks it.
        let new = filled(&officer, &round.reference).set("name", "The Charnwood Trust");
        let odd = new.clone().set("charity_number", "12").set("postcode", "nowhere").attach("form.pdf", &scan());
        says(&odd.send(&officer).expect_status(422), &["A charity number of England and Wales has", "a full UK postcode"]);
        let taken = new.set("charity_number", "1164883").set("postcode", "le19 2bx").attach("form.pdf", &scan());
        let taken = taken.send(&officer).expect_status(422);
        says(&taken, &["Charnwood Youth Trust has this number"]);
        assert_eq!(count(&world, "applications"), 0);
        // Found by its number and chosen; the choice outlives a fault and another search.
        let found = open(&officer, &format!("{path}?q=GB-CHC-1164883"));
        says(&found, &["Found: 1", "Charnwood Youth Trust", "1164883"]);
        let chosen = found.form("Start entering the application").set("organisation", &trust.row().to_string());
        let faulty = chosen.clone().send(&officer).expect_status(422);
        assert_eq!(faulty.form("Start entering the application").value("organisation"), trust.row().to_string());
        let mut form = chosen.set("channel", "telephone").set("received_day", "23").set("received_month", "11");
        for (code, value) in eligible(&default_definition()) {
            form = form.set(&code, &value);
        }
        let form = form.set("received_year", "2026").set("received_time", "09:30");
        form.send(&officer).expect_status(303);
        assert_eq!(count(&world, &format!("applications WHERE organisation_id = {}", trust.row())), 1);
    }

    /// A bid moves with all that was received of it, however it came, and the trail stays whole.
    fn merging_two_records_moves_paper_bids_and_what_was_received(world) {
        let (round, _) = ready(&world);
        world.set_time(round.opens_at.plus_days(1));
        let definition = default_definition();
        let gardeners = world.add_organisation("Oadby Gardeners", &[]);
        let kept = world.add_applicant(BEN, "Oadby Allotment Society");
        let paper = world.keep("form.pdf", &scan());
        let arrival = Arrival { channel: Channel::Paper, received_at: world.now(), scan: Some(paper) };
        let bid = world.act(OFFICER, |tx| start_for(tx, round.id, &Whose::Known(gardeners), (&eligible(&definition), None), &arrival));
        world.act(OFFICER, |tx| save_answers(tx, &bid, &complete_answers(&definition)));
        world.add_documents(OFFICER, &definition, &bid);
        let officer = world.sign_in(OFFICER);
        let home = format!("/applications/{bid}");
        declared(&officer, &bid).send(&officer).expect_redirect(&format!("{home}/receipt"));
        let received = world.raw().text("SELECT content AS value FROM submissions");
        let ben = world.sign_in(BEN);
        ben.get(&home).expect_status(404);

        let merge = format!("/office/organisations/{}/merge", kept.row());
        let form = open(&officer, &format!("{merge}?with={}", gardeners.row())).form("Merge the records");
        form.set("keep", &kept.row().to_string()).set("reason", "One plot, one secretary.").send(&officer).expect_status(303);

        for path in [home.clone(), format!("{home}/copy")] {
            says(&open(&ben, &path), &["Entered by the office from a paper form.", "Oadby Allotment Society"]);
        }
        let printed = pdf_text(&ben.get(&format!("{home}/copy/pdf")).expect_status(200).bytes);
        assert!(printed.contains("OadbyAllotmentSociety"), "{printed}");
        // What was received stays as it came, with its proof, and may still be taken back and handed in again.
        assert_eq!(ben.get(&format!("{home}/proof/application")).expect_status(200).text(), received);
        assert!(received.contains("Oadby Gardeners"));
        open(&ben, &format!("{home}/change")).form("Take it back to change it").send(&ben).expect_redirect(&home);
        submit(&ben, &bid);
        assert_eq!(count(&world, "submissions"), 2);
        let again = world.write_as(OFFICER, |tx| start_for(tx, round.id, &Whose::Known(gardeners), (&eligible(&definition), None), &arrival));
        match again {
            Err(Problem::Invalid(faults)) => assert!(faults.of("organisation").unwrap().contains("Oadby Allotment Society")),
            other => panic!("{other:?}"),
        }
        is_silent(&open(&officer, &format!("/office/rounds/{}/enter", round.reference)), &["Oadby Gardeners"]);
        assert!(world.verify().findings.is_empty(), "{:#?}", world.verify().findings);
    }
}
