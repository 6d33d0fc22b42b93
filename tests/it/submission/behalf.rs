//! A bid that came on paper or by telephone, typed by an officer: that one, and no other.

use evenhand::applications::Answer;
use evenhand::applications::Channel;
use evenhand::applications::actions::{Arrival, Whose, save_answers, start_for};
use evenhand::error::Problem;

use super::{ANN, count, is_silent, open, ready, says, scan};
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
        let bid = world.act(OFFICER, |tx| start_for(tx, round.id, &Whose::Known(charity), &eligible(&definition), &arrival));
        let twice = world.write_as(OFFICER, |tx| start_for(tx, round.id, &Whose::Known(charity), &eligible(&definition), &arrival));
        assert!(matches!(twice, Err(Problem::Refused { .. })), "{twice:?}");
        let paper = Arrival { channel: Channel::Paper, received_at: world.now(), scan: None };
        let bare = world.write_as(OFFICER, |tx| start_for(tx, round.id, &Whose::Known(charity), &eligible(&definition), &paper));
        assert!(matches!(bare, Err(Problem::Invalid(_))), "{bare:?}");
        let by_ann = world.write_as(ANN, |tx| start_for(tx, round.id, &Whose::Known(charity), &eligible(&definition), &arrival));
        assert!(matches!(by_ann, Err(Problem::NotFound)), "{by_ann:?}");
        let ann = world.sign_in(ANN);
        says(&open(&ann, &format!("/applications/{bid}")), &["Entered by the office from a telephone call."]);
    }
}
