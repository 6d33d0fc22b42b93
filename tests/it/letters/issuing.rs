//! Letters are issued now or at a set time, for all at one moment, and packed for the post.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use evenhand::audit::EventKind;
use evenhand::letters::{LetterStage, actions, drafting};
use evenhand::rounds::{Round, RoundStage, round_of_reference};

use super::{OFFICER, SECOND, award, decided, draft, email, issue, letters, records, refused};
use crate::support::TestWorld;
use crate::support::pages::{is_silent, open, says};

fn list(round: &Round) -> String {
    format!("/office/rounds/{}/letters", round.reference)
}

fn stage(world: &TestWorld, round: &Round) -> RoundStage {
    world.read(|conn| round_of_reference(conn, &round.reference)).stage
}

fn approved(world: &TestWorld) -> Round {
    let (round, _) = decided(world);
    draft(world, &round);
    world.approve_letters(SECOND, &round).expect("they can be approved");
    round
}

/// Sets them to be issued an hour from now; what the form sends.
fn schedule(world: &TestWorld, round: &Round) {
    let officer = world.sign_in(OFFICER);
    let (hour, minute) = world.now().plus_seconds(3_600).london_hour_minute();
    let page = open(&officer, &format!("{}/issue", list(round)));
    let form = page.form("Issue the letters").set("when", "later").set("time", &format!("{hour:02}:{minute:02}"));
    form.send(&officer).expect_redirect(&list(round));
}

/// Ten in the morning, so that an hour later is the same day.
fn morning(world: &TestWorld) {
    let today = world.now().plus_days(1).london_date();
    world.set_time(evenhand::base::time::At::from_london(today, 10, 0).unwrap());
}

on_both! {
    /// At the set time every letter is issued at one moment, and nothing changes before.
    fn letters_are_issued_at_the_set_time_for_all_at_once(world) {
        let (round, _) = decided(&world);
        morning(&world);
        draft(&world, &round);
        world.approve_letters(SECOND, &round).unwrap();
        let officer = world.sign_in(OFFICER);
        let page = open(&officer, &format!("{}/issue", list(&round)));
        says(&page.form("Issue the letters").send(&officer).expect_status(422), &["Choose when the letters are issued"]);
        let past = page.form("Issue the letters").set("when", "later").set("time", "09:59").send(&officer);
        says(&past.expect_status(422), &["The time must be in the future"]);
        let none = page.form("Issue the letters").set("when", "later").set("time", "soon").send(&officer);
        says(&none.expect_status(422), &["Enter a time on the 24-hour clock"]);
        schedule(&world, &round);
        let page = open(&officer, &list(&round));
        says(&page, &["10 letters are to be issued on", "at 11am, London time, to all applicants at once"]);
        let again = drafting::draft_round(&world.app, &world.actor(OFFICER), round.id);
        assert!(refused(again).contains("Cancel that first"));
        assert!(refused(issue(&world, &round)).contains("Cancel that first"));
        assert_eq!(actions::issue_due(&world.app).unwrap(), 0);
        assert_eq!(stage(&world, &round), RoundStage::Decided);
        let applicant = world.sign_in(&email(0));
        let bid = award(&world, &round).reference.rsplit_once('-').unwrap().0.to_owned();
        is_silent(&open(&applicant, &format!("/applications/{bid}/letters")), &["Award letter"]);

        world.advance_minutes(61);
        assert_eq!(actions::issue_due(&world.app).unwrap(), 1);
        assert_eq!(actions::issue_due(&world.app).unwrap(), 0, "once");
        assert_eq!(stage(&world, &round), RoundStage::Issued);
        let issued = letters(&world, &round);
        let moments: BTreeSet<i64> = issued.iter().map(|letter| letter.issued_at.unwrap().micros()).collect();
        assert_eq!((issued.len(), moments.len()), (10, 1));
        let applicant = world.sign_in(&email(0));
        says(&open(&applicant, &format!("/applications/{bid}/letters")), &["Award letter", "Feedback letter"]);
        assert_eq!(records(&world, EventKind::LettersScheduled), 1);
    }

    /// Cancelled before its time, nothing happens, and the letters stay approved.
    fn a_set_time_can_be_cancelled_before_it_comes(world) {
        let (round, _) = decided(&world);
        morning(&world);
        draft(&world, &round);
        world.approve_letters(SECOND, &round).unwrap();
        schedule(&world, &round);
        let officer = world.sign_in(OFFICER);
        open(&officer, &list(&round)).form("Cancel the set time").send(&officer).expect_redirect(&list(&round));
        officer.post(&format!("{}/cancel", list(&round)), &[]).expect_status(409);
        world.advance_minutes(90);
        assert_eq!(actions::issue_due(&world.app).unwrap(), 0);
        assert_eq!(stage(&world, &round), RoundStage::Decided);
        assert!(letters(&world, &round).iter().all(|letter| letter.stage == LetterStage::Approved));
        issue(&world, &round).expect("they can be issued by hand");
        assert_eq!(records(&world, EventKind::LettersUnscheduled), 1);
    }

    /// If the service slept through the day, nothing is issued under a wrong date, and the page says what to do.
    fn letters_whose_day_has_passed_are_not_issued(world) {
        let (round, _) = decided(&world);
        morning(&world);
        draft(&world, &round);
        world.approve_letters(SECOND, &round).unwrap();
        schedule(&world, &round);
        world.advance_minutes(24 * 60);
        assert_eq!(actions::issue_due(&world.app).unwrap(), 0);
        assert_eq!((stage(&world, &round), records(&world, EventKind::LettersNotIssued)), (RoundStage::Decided, 1));
        let page = open(&world.sign_in(OFFICER), &list(&round));
        says(&page, &["and were not", "Draft them again for another day"]);
        assert_eq!(actions::issue_due(&world.app).unwrap(), 0);
        assert_eq!(records(&world, EventKind::LettersNotIssued), 1, "told once");
        draft(&world, &round);
        world.approve_letters(SECOND, &round).unwrap();
        issue(&world, &round).expect("they can be issued");
    }

    /// Letters drafted for another day can be set for that day alone.
    fn letters_of_another_day_are_set_for_that_day(world) {
        let (round, _) = decided(&world);
        morning(&world);
        let tomorrow = evenhand::letters::rules::plus_days(world.now().london_date(), 1);
        let wish = drafting::Wish { group: None, dated: Some(tomorrow) };
        drafting::draft_choice(&world.app, &world.actor(OFFICER), round.id, wish).unwrap();
        world.approve_letters(SECOND, &round).unwrap();
        assert!(refused(issue(&world, &round)).contains("Set a time on that day"));
        let officer = world.sign_in(OFFICER);
        let page = open(&officer, &format!("{}/issue", list(&round)));
        assert_eq!(page.attributes("input[name=when]", "value"), ["later"]);
        let forged = officer.post(&format!("{}/issue", list(&round)), &[("when", "now"), ("time", "")]);
        says(&forged.expect_status(409), &["They bear the date"]);
        let set = page.form("Issue the letters").set("when", "later").set("time", "09:00");
        set.send(&officer).expect_redirect(&list(&round));
        world.advance_minutes(23 * 60 + 1);
        assert_eq!(actions::issue_due(&world.app).unwrap(), 1);
        assert!(letters(&world, &round).iter().all(|one| one.issued_at.unwrap().london_date() == tomorrow));
    }

    /// If one letter cannot be issued, none is; the set time waits, and it works when the fault is mended.
    fn everything_is_issued_or_nothing(world) {
        let (round, _) = decided(&world);
        morning(&world);
        draft(&world, &round);
        world.approve_letters(SECOND, &round).unwrap();
        schedule(&world, &round);
        world.advance_minutes(61);
        let last = letters(&world, &round).pop().unwrap().pdf_sha256.unwrap();
        let bytes = world.app.files.get(&last).unwrap().unwrap();
        let path = std::fs::read_dir(world.folder())
            .unwrap()
            .flat_map(|entry| walk(&entry.unwrap().path()))
            .find(|path| path.to_string_lossy().ends_with(&last) || path.to_string_lossy().replace('/', "").ends_with(&last))
            .expect("the file is there");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(actions::issue_due(&world.app).unwrap(), 0);
        assert_eq!(stage(&world, &round), RoundStage::Decided);
        assert!(letters(&world, &round).iter().all(|letter| letter.stage == LetterStage::Approved && letter.issued_at.is_none()));
        says(&open(&world.sign_in(OFFICER), &list(&round)), &["tries again after a fault"]);
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(actions::issue_due(&world.app).unwrap(), 1);
    }

    /// The archive holds every letter under its standard name and an index that no spreadsheet runs.
    fn letters_are_packed_for_the_post_with_an_index(world) {
        let round = approved(&world);
        let officer = world.sign_in(OFFICER);
        officer.post(&format!("{}/archive", list(&round)), &[]).expect_status(409);
        issue(&world, &round).unwrap();
        world.raw().run("UPDATE organisations SET name = '=1+1 Trust' WHERE name = 'Harbour Lane Trust'");
        world.tampered();
        let reply = open(&officer, &list(&round)).form("Download all letters").send(&officer).expect_status(200);
        assert!(reply.header("content-disposition").unwrap().contains(&format!("{} letters.zip", round.reference)));
        let mut archive = zip::ZipArchive::new(Cursor::new(reply.bytes)).unwrap();
        assert_eq!(archive.len(), 11);
        let mut index = Vec::new();
        archive.by_name("index.csv").unwrap().read_to_end(&mut index).unwrap();
        let index = String::from_utf8(index.strip_prefix("\u{FEFF}".as_bytes()).expect("the mark").to_vec()).unwrap();
        let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(index.as_bytes()).records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 10);
        for (row, letter) in rows.iter().zip(letters(&world, &round)) {
            assert_eq!((&row[4], &row[7]), (letter.reference.as_str(), letter.file_name().as_str()));
            assert!(row[8].parse::<u32>().unwrap() >= 1 && &row[9] == "Email is waiting to be sent", "{row:?}");
            let mut pdf = Vec::new();
            archive.by_name(&row[7]).unwrap().read_to_end(&mut pdf).unwrap();
            assert_eq!(Some(evenhand::files::sha256(&pdf)), letter.pdf_sha256);
        }
        assert_eq!(rows.iter().filter(|row| &row[0] == "'=1+1 Trust").count(), 2);
        assert!(rows.iter().all(|row| !row[2].is_empty()), "an address each");
        assert_eq!(records(&world, EventKind::LettersExported), 1);
    }
}

fn walk(path: &std::path::Path) -> Vec<std::path::PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    std::fs::read_dir(path).unwrap().flat_map(|entry| walk(&entry.unwrap().path())).collect()
}
