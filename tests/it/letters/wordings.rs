//! The wording of letters as controlled documents.

use evenhand::base::role::Role;
use evenhand::letters::actions::wordings;
use evenhand::letters::{Letter, LetterStage, WordingInput, WordingStage};
use evenhand::press::{LetterData, LetterKind};
use jiff::civil::Date;

use super::{OFFICER, SECOND, decided, decided_by, draft, email, issue, letters, refused};
use crate::support::pages::{open, says};
use crate::support::{Browser, TestWorld};

const OPENING: &str = "We looked at {project} with care and cannot fund it. You asked for {requested}.\n\nThat was decided on \
                       {decision_date}; see notice {decision_notice}.";

fn input(world: &TestWorld, opening: &str, edition: i32) -> WordingInput {
    WordingInput {
        opening: opening.to_owned(),
        closing: "Do write to us at {office_email}.".to_owned(),
        effective: world.now().london_date(),
        edition,
        propose: true,
    }
}

/// One officer words the letters of a kind, another approves; from now on they are made so.
fn approved(world: &TestWorld, kind: LetterKind, opening: &str) {
    let input = input(world, opening, 0);
    let version = world.act(OFFICER, |tx| wordings::save(tx, kind, &input));
    let sha = proposed(world, kind).1;
    world.act(SECOND, |tx| wordings::approve(tx, kind, version, &sha));
}

/// Version and hash of what waits for approval.
fn proposed(world: &TestWorld, kind: LetterKind) -> (i32, String) {
    let all = world.read(|conn| evenhand::letters::wordings_of(conn, kind));
    let found = all.into_iter().find(|wording| wording.stage == WordingStage::Proposed).expect("one waits");
    (found.version, found.sha256)
}

fn of_kind(world: &TestWorld, round: &evenhand::rounds::Round, kind: LetterKind) -> Vec<Letter> {
    letters(world, round).into_iter().filter(|letter| letter.kind == kind).collect()
}

fn form<'a>(date: &'a [String; 3], opening: &'a str, edition: &'a str, then: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("edition", edition),
        ("opening", opening),
        ("closing", ""),
        ("effective_day", &date[0]),
        ("effective_month", &date[1]),
        ("effective_year", &date[2]),
        ("then", then),
    ]
}

fn parts(date: Date) -> [String; 3] {
    [date.day().to_string(), date.month().to_string(), date.year().to_string()]
}

/// Two officers, where no round made them.
fn people(world: &TestWorld) {
    world.add_person(OFFICER, "Olive Officer", &[Role::Officer]);
    world.add_person(SECOND, "Sam Second", &[Role::Officer]);
}

fn officers(world: &TestWorld) -> (Browser, Browser) {
    people(world);
    (world.sign_in(OFFICER), world.sign_in(SECOND))
}

on_both! {
    /// From the form to the approval: faults by field, a version of its own, approval by somebody else, both texts on record.
    fn a_wording_is_written_by_one_officer_and_approved_by_another(world) {
        let (first, second) = officers(&world);
        let home = "/office/documents/rejection";
        let address = format!("{home}/wording");
        let list = first.get("/office/documents").expect_status(200);
        assert!(list.words().contains("Standard wording") && list.words().contains("Termination"), "{}", list.words());
        let page = first.get(&address).expect_status(200);
        for said in ["{requested}", "What was asked for, in figures", "The opening must say this"] {
            assert!(page.words().contains(said), "{said}: {}", page.words());
        }
        let today = parts(world.now().london_date());
        let faulty = first.post(&address, &form(&today, "Dear {name}, TBC.", "0", "propose")).expect_status(422);
        for fault in ["{name} is no placeholder of this letter", "“TBC”", "must say {requested}, {decision_date}"] {
            assert!(faulty.words().contains(fault), "{fault}: {}", faulty.words());
        }
        assert!(faulty.words().contains("Dear {name}, TBC."), "what was typed is kept");
        let impossible = ["31".to_owned(), "2".to_owned(), "2027".to_owned()];
        let faulty = first.post(&address, &form(&impossible, OPENING, "0", "save")).expect_status(422);
        assert!(faulty.words().contains("Enter a real date"), "{}", faulty.words());
        assert!(world.read(|conn| evenhand::letters::wordings_of(conn, LetterKind::Rejection)).is_empty());

        first.post(&address, &form(&today, OPENING, "0", "save")).expect_redirect(home);
        assert!(second.get(home).words().contains("is writing a new version"));
        let other = second.post(&address, &form(&today, OPENING, "1", "save"));
        assert!(other.words().contains("Somebody else is writing"), "{}", other.words());
        // Another window of the author's own.
        let stale = first.post(&address, &form(&today, OPENING, "0", "save")).expect_status(409);
        assert!(stale.words().contains("You saved this draft in another window"), "{}", stale.words());
        first.post(&address, &form(&today, OPENING, "1", "propose")).expect_redirect(home);

        let (version, sha) = proposed(&world, LetterKind::Rejection);
        let version = version.to_string();
        let fields = [("version", version.as_str()), ("sha256", sha.as_str())];
        let own = first.post(&format!("{home}/approve"), &fields);
        assert!(own.words().contains("You wrote it"), "{}", own.words());
        let returned = second.post(&format!("{home}/return"), &[fields[0], fields[1], ("reason", " ")]).expect_status(422);
        assert!(returned.words().contains("Say in at most 500 characters"), "{}", returned.words());
        second.post(&format!("{home}/return"), &[fields[0], fields[1], ("reason", "Warmer, please.")]).expect_redirect(home);
        assert!(first.get(&address).words().contains("Sent back to you: Warmer, please."));
        first.post(&address, &form(&today, &format!("{OPENING} We are sorry."), "2", "propose")).expect_redirect(home);
        let old = second.post(&format!("{home}/approve"), &fields);
        assert!(old.words().contains("is not what you read"), "{}", old.words());
        let (_, sha) = proposed(&world, LetterKind::Rejection);
        second.post(&format!("{home}/approve"), &[fields[0], ("sha256", &sha)]).expect_redirect(home);
        let list = second.get("/office/documents").expect_status(200);
        assert!(list.words().contains("Version 1, from"), "{}", list.words());
        assert!(second.get(home).words().contains("We are sorry."));
        second.get("/office/documents/nothing").expect_status(404);
    }

    /// The database itself refuses to have an approved wording changed, or one approved by its author.
    fn an_approved_wording_is_kept_by_the_database(world) {
        people(&world);
        approved(&world, LetterKind::Award, "We offer {amount} ({amount_in_words}) of {requested}: {decision_date}.");
        let mut raw = world.raw();
        for sql in [
            "UPDATE letter_wordings SET opening = 'x'",
            "UPDATE letter_wordings SET stage = 'draft', approved_by = NULL",
            "DELETE FROM letter_wordings",
            "INSERT INTO letter_wordings (kind, version, stage, opening, text_sha256, edition, effective_at, author_id, saved_at, approved_by) \
             SELECT 'award', 2, 'approved', 'x', 'x', 1, effective_at, author_id, saved_at, author_id FROM letter_wordings",
        ] {
            assert!(raw.try_run(sql).is_err(), "{sql}");
        }
        let next = input(&world, "Now {amount} ({amount_in_words}) of {requested}: {decision_date}.", 0);
        world.act(OFFICER, |tx| wordings::save(tx, LetterKind::Award, &next));
        for sql in [
            "UPDATE letter_wordings SET stage = 'approved', approved_by = author_id, approved_at = saved_at WHERE version = 2",
            "UPDATE letter_wordings SET author_id = (SELECT max(id) FROM accounts) WHERE version = 2",
            "UPDATE letter_wordings SET stage = 'approved', opening = 'x', approved_at = saved_at, \
             approved_by = (SELECT max(id) FROM accounts) WHERE version = 2",
        ] {
            assert!(raw.try_run(sql).is_err(), "{sql}");
        }
    }

    /// Letters say the office's words with their own values; one of a wording that is superseded can be neither approved nor issued.
    fn letters_are_made_with_the_wording_in_force_alone(world) {
        let (round, ids) = decided(&world);
        draft(&world, &round);
        let kind = LetterKind::Rejection;
        assert!(of_kind(&world, &round, kind).iter().all(|letter| letter.wording.is_none()));
        approved(&world, kind, OPENING);
        let approval = world.approve_letters(SECOND, &round);
        assert!(refused(approval).contains("a template or wording that is superseded"));
        let rejection = of_kind(&world, &round, kind)[0].id.row();
        let past_the_action = world.raw().try_run(&format!(
            "UPDATE letters SET stage = 'approved', approved_by = (SELECT max(id) FROM accounts), approved_at = '2099-01-01 00:00:00' \
             WHERE id = {rejection}"
        ));
        assert!(past_the_action.is_err(), "the database knows it too");

        draft(&world, &round);
        for letter in of_kind(&world, &round, kind) {
            assert!(letter.wording.is_some() && letter.stage == LetterStage::Draft, "{letter:?}");
            let data: LetterData = serde_json::from_str(&letter.data).unwrap();
            assert_eq!(data.common().wording.as_ref().unwrap().version, 1);
        }
        world.approve_letters(SECOND, &round).unwrap();
        approved(&world, kind, &format!("Version two. {OPENING}"));
        assert!(refused(issue(&world, &round)).contains("superseded"));
        draft(&world, &round);
        let again = letters(&world, &round);
        let waiting = again.iter().filter(|letter| letter.stage == LetterStage::Draft);
        assert!(waiting.clone().count() > 0 && waiting.clone().all(|letter| letter.kind == kind), "the others are kept");
        world.approve_letters(SECOND, &round).unwrap();
        issue(&world, &round).expect("they can be issued");

        let browser = world.sign_in(&email(3));
        let reference = again.iter().find(|letter| letter.application == ids[3]).unwrap().reference.clone();
        let application = reference.trim_end_matches("-REJ");
        let page = browser.get(&format!("/applications/{application}/letters/{reference}")).expect_status(200);
        for said in ["Version two. We looked at", "You asked for £", "Do write to us at"] {
            assert!(page.words().contains(said), "{said}: {}", page.words());
        }
        assert!(!page.words().contains('{'), "{}", page.words());
    }

    /// A wording for a later day is approved today, and letters are made with it from that day.
    fn a_wording_waits_for_its_day(world) {
        let (round, _) = decided(&world);
        let kind = LetterKind::Rejection;
        let mut later = input(&world, OPENING, 0);
        later.effective = later.effective.tomorrow().unwrap();
        let version = world.act(OFFICER, |tx| wordings::save(tx, kind, &later));
        let sha = proposed(&world, kind).1;
        world.act(SECOND, |tx| wordings::approve(tx, kind, version, &sha));
        assert!(world.sign_in(OFFICER).get("/office/documents/rejection").words().contains("Approved for later"));
        draft(&world, &round);
        assert!(of_kind(&world, &round, kind).iter().all(|letter| letter.wording.is_none()));
        world.advance_minutes(24 * 60);
        draft(&world, &round);
        assert!(of_kind(&world, &round, kind).iter().all(|letter| letter.wording.is_some()));
    }

    /// A name that changed since a letter was drafted keeps the letter from approval, and a new draft has the new name.
    fn a_letter_with_another_name_than_the_record_is_not_approved(world) {
        let (round, ids) = decided(&world);
        draft(&world, &round);
        world.tampered();
        world.raw().run(&format!(
            "UPDATE organisations SET name = 'Harbour Lane Trust CIO' WHERE id = (SELECT organisation_id FROM applications WHERE id = {})",
            ids[0].row()
        ));
        let approval = world.approve_letters(SECOND, &round);
        let why = refused(approval);
        assert!(why.contains("differs from the record") && why.contains("Name of the organisation"), "{why}");
        draft(&world, &round);
        world.approve_letters(SECOND, &round).unwrap();
    }

    /// Who is offered a part of what they asked for gets the letter that says so.
    fn a_partial_offer_is_a_letter_of_its_own(world) {
        let (round, ids) = decided_by(&world, true);
        let batch = draft(&world, &round);
        assert_eq!((batch.done, batch.attention), (10, 0), "{:?}", letters(&world, &round));
        let partial = of_kind(&world, &round, LetterKind::PartialAward);
        assert_eq!(partial.iter().map(|letter| letter.application).collect::<Vec<_>>(), [ids[1]]);
        assert!(partial[0].reference.ends_with("-PAR"));
        let data: LetterData = serde_json::from_str(&partial[0].data).unwrap();
        let LetterData::PartialAward(letter) = data else { panic!("another kind") };
        assert_eq!((letter.offered.pence, letter.requested.pence), (150_000, 450_000));
    }

    /// Officers see any version as a PDF, with sample data and with a round's longest names; nobody else does.
    fn a_wording_is_previewed(world) {
        let (round, _) = decided(&world);
        approved(&world, LetterKind::Feedback, "Dear {contact}, you asked for {requested} for {project}.");
        let browser = world.sign_in(SECOND);
        for version in ["0", "1"] {
            let address = format!("/office/documents/feedback/preview/{version}");
            for address in [address.clone(), format!("{address}/{}", round.reference)] {
                let pdf = browser.get(&address).expect_status(200);
                assert!(pdf.bytes.starts_with(b"%PDF"), "{address}");
            }
        }
        browser.get("/office/documents/feedback/preview/2").expect_status(404);
        // Every other document has its template in the list, and a sample.
        let list = open(&browser, "/office/documents");
        says(&list, &["Copy of an application", "Decision notice", "Minutes of a meeting", "Panel pack", "notice.typ"]);
        let samples = list.attributes("main a", "href").into_iter().filter(|href| href.ends_with("/preview/0"));
        let samples: Vec<String> = samples.collect();
        assert_eq!(samples.len(), 4, "{samples:?}");
        for sample in samples {
            assert!(browser.get(&sample).expect_status(200).bytes.starts_with(b"%PDF"), "{sample}");
        }
        let findings = format!("/office/documents/feedback/preview/1/{}/findings", round.reference);
        let page = open(&browser, &findings);
        says(&page, &["Nothing is unfinished", "Version 1", "See the letter (PDF)"]);
        browser.get(page.attributes("main a", "href").iter().find(|href| href.contains("/preview/1/")).unwrap()).expect_status(200);
        world.raw().run("UPDATE applications SET title = 'A title that is longer than every other one of the round [TBC]' WHERE id = (SELECT min(id) FROM applications)");
        world.tampered();
        says(&open(&browser, &findings), &["no letter can be approved", "Project title"]);
        browser.get("/office/documents/notice/preview/1").expect_status(404);
        browser.get("/office/documents/notice").expect_status(404);
        browser.get("/office/documents/feedback/preview/1/NOTHING").expect_status(404);
        world.sign_in(&email(1)).get("/office/documents/feedback/preview/1").expect_status(404);
    }
}
