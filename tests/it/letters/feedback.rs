//! Feedback is completed by one officer, accepted by another, and no letter goes without it.

use evenhand::applications::get_application;
use evenhand::base::role::Role;
use evenhand::error::Problem;
use evenhand::feedback::{Standing, actions as feedback, newest_of, store};
use evenhand::letters::LetterStage;
use evenhand::press::LetterKind;

use super::{OFFICER, SECOND, change_feedback, decided, draft, issue, letters, refused};
use crate::support::TestWorld;
use crate::support::pages::{is_silent, open, says};

/// The address of the feedback on an application, and its reference.
fn page_of(world: &TestWorld, id: evenhand::base::ids::ApplicationId) -> (String, String) {
    let reference = world.read(|conn| get_application(conn, id)).reference;
    (format!("/office/applications/{reference}/feedback"), reference)
}

on_both! {
    /// A change opens accepted feedback again: its letter is held, and approved when somebody else has read it.
    fn a_letter_waits_for_its_second_reader(world) {
        let (round, ids) = decided(&world);
        let (path, reference) = page_of(&world, ids[1]);
        let (olive, sam) = (world.sign_in(OFFICER), world.sign_in(SECOND));
        draft(&world, &round);
        let newest = || world.read(|conn| newest_of(conn, ids[1])).expect("there is feedback");
        assert_eq!((newest().version, newest().standing()), (1, Standing::Ready));
        let before = world.read(|conn| evenhand::moderation::moderation_of(conn, ids[1])).unwrap().marks;
        let page = open(&olive, &path);
        let code = before.keys().next().unwrap().clone();
        let improvement = format!("improvement-{code}");
        page.form("Save the feedback").set(&improvement, "Count the streets.").send(&olive).expect_redirect(&path);
        assert_eq!((newest().version, newest().standing()), (2, Standing::Waiting));
        let after = world.read(|conn| evenhand::moderation::moderation_of(conn, ids[1])).unwrap().marks;
        assert_eq!(before, after, "what the panel agreed stands");
        // A letter that was drafted before says what is no longer accepted.
        assert!(refused(world.approve_letters(SECOND, &round)).contains("not accepted by a second reader"));
        draft(&world, &round);
        let held: Vec<_> =
            letters(&world, &round).into_iter().filter(|one| one.stage == LetterStage::NeedsOfficer).collect();
        assert_eq!(held.iter().map(|one| (one.application, one.kind)).collect::<Vec<_>>(), [(ids[1], LetterKind::Feedback)]);
        assert!(held[0].problem.as_deref().unwrap().contains("not accepted by a second reader"), "{held:?}");
        // Its author cannot accept it, by no way.
        assert!(!open(&olive, &path).has_button("Accept the feedback"));
        says(&olive.post(&format!("{path}/accept"), &[("version", "2")]).expect_status(409), &["You saved it last"]);
        let list = format!("/office/rounds/{}/feedback", round.reference);
        let tick = format!("{reference}:2");
        olive.post(&format!("{list}/accept"), &[("read", tick.as_str())]).expect_status(409);
        let own = format!(
            "INSERT INTO feedback_readings (feedback_id, verdict, read_at, read_by) \
             SELECT id, 'accepted', saved_at, saved_by FROM feedback_versions WHERE application_id = {} AND version = 2",
            ids[1].row()
        );
        assert!(world.raw().try_run(&own).is_err());
        assert!(world.raw().try_run("UPDATE feedback_lines SET text = 'x'").is_err());
        // Sent back without a reason: no. With one: its author reads why. What was read is not read again.
        let shown = open(&sam, &path);
        shown.form("Send it back").send(&sam).expect_status(422);
        shown.form("Send it back").set("reason", "Which streets?").send(&sam).expect_redirect(&path);
        says(&open(&olive, &path), &["Sent back", "Which streets?"]);
        sam.post(&format!("{path}/accept"), &[("version", "2")]).expect_status(409);
        let form = open(&olive, &path).form("Save the feedback");
        form.set(&improvement, "Count the streets of each ward.").send(&olive).expect_redirect(&path);
        let waiting = format!("{list}?state=waiting");
        let page = open(&sam, &waiting);
        says(&page, &[&reference, "Count the streets of each ward."]);
        page.form("Accept what I ticked").tick_all("read").send(&sam).expect_redirect(&waiting);
        assert_eq!(newest().standing(), Standing::Ready);
        draft(&world, &round);
        let letter = letters(&world, &round).into_iter().find(|one| one.application == ids[1] && one.kind == LetterKind::Feedback);
        assert!(letter.unwrap().data.contains("Count the streets of each ward."));
        world.approve_letters(SECOND, &round).expect("they can be approved");
        // A change between approval and issue stops the letters.
        let form = open(&olive, &path).form("Save the feedback");
        form.set(&improvement, "Another word.").send(&olive).expect_redirect(&path);
        assert!(refused(issue(&world, &round)).contains("not accepted by a second reader"));
        open(&sam, &path).form("Accept the feedback").send(&sam).expect_redirect(&path);
        assert!(refused(issue(&world, &round)).contains("changed after the letter was drafted"));
    }

    /// Names and brackets keep feedback from being accepted; two officers who write at once both keep their words.
    fn faults_and_two_officers(world) {
        let (_, ids) = decided(&world);
        let (path, _) = page_of(&world, ids[1]);
        let (olive, sam) = (world.sign_in(OFFICER), world.sign_in(SECOND));
        let (first, other) = (open(&olive, &path), open(&sam, &path));
        let field = first.form("Save the feedback").names().iter().find(|name| name.starts_with("improvement-")).unwrap().to_string();
        let typed = "As member  NUMBER0 said [figures].\nLook at Harbour Lane Trust.";
        first.form("Save the feedback").set(&field, typed).send(&olive).expect_redirect(&path);
        says(&open(&sam, &path), &["Has faults", "It names a member of the panel", "It names another bidder", "mark of an unfinished text"]);
        sam.post(&format!("{path}/accept"), &[("version", "2")]).expect_status(409);
        let stale = other.form("Save the feedback").set(&field, "My own words.").send(&sam).expect_status(409);
        says(&stale, &["My own words.", "Look at Harbour Lane Trust."]);
        let stored = world.read(|conn| newest_of(conn, ids[1])).unwrap();
        assert_eq!((stored.version, stored.standing()), (2, Standing::Faulty));
    }

    /// Words that were of use are kept, chosen again, improved and retired; a use is an application that says them.
    fn the_bank_keeps_words_and_counts_their_uses(world) {
        let (_, ids) = decided(&world);
        let olive = world.sign_in(OFFICER);
        let (path, _) = page_of(&world, ids[1]);
        let field = open(&olive, &path).form("Save the feedback").names().iter()
            .find(|name| name.starts_with("improvement-")).unwrap().to_string();
        let words = "Show the need with the figures of the ward.";
        open(&olive, &path).form("Save the feedback").set(&field, words).send(&olive).expect_redirect(&path);
        let lines = world.read(|conn| newest_of(conn, ids[1])).unwrap().lines;
        let at = lines.iter().position(|line| line.text == words).unwrap().to_string();
        let keep = open(&olive, &path).form("Keep these words").set("line", &at);
        keep.clone().send(&olive).expect_status(409);
        keep.clone().set("theme", "need").send(&olive).expect_redirect(&path);
        says(&keep.set("theme", "need").send(&olive).expect_status(409), &["has this wording already"]);
        let (other, _) = page_of(&world, ids[2]);
        let pick = field.replace("improvement-", "pick-");
        let page = open(&olive, &other);
        says(&page, &[words, "Evidence of need"]);
        page.form("Save the feedback").tick_all(&pick).send(&olive).expect_redirect(&other);
        let uses = || world.read(|conn| store::bank(conn, &std::collections::BTreeSet::new()))[0].uses;
        assert_eq!(uses(), 1);
        let bank = "/office/feedback-bank";
        open(&olive, bank).form("Save a new version").set("text", "Show the need with figures.").send(&olive).expect_redirect(bank);
        says(&open(&olive, bank), &["Show the need with figures.", words, "Used 1 time"]);
        open(&olive, bank).form("Retire wording 1").send(&olive).expect_redirect(bank);
        says(&open(&olive, bank), &["Retired"]);
        assert!(!open(&olive, &other).form("Save the feedback").names().contains(&pick.as_str()), "a retired wording is not offered");
        assert!(world.raw().try_run("UPDATE reason_versions SET text = 'x'").is_err());
        assert!(world.raw().try_run("UPDATE reason_entries SET retired_at = NULL, retired_by = NULL").is_err());
    }

    /// A wording is added on the bank's own page, where officers come from the list of rounds, and is offered with every application.
    fn a_wording_is_added_without_an_application(world) {
        let (round, ids) = decided(&world);
        let olive = world.sign_in(OFFICER);
        let bank = "/office/feedback-bank";
        assert!(open(&olive, "/office").attributes("main a", "href").contains(&bank.to_owned()));
        let step = format!("/office/rounds/{}/feedback", round.reference);
        assert!(open(&olive, &format!("/office/rounds/{}", round.reference)).attributes("main a", "href").contains(&step));
        let form = open(&olive, bank).form("Add the wording");
        let faulty = form.clone().set("text", "Give [figures].").send(&olive).expect_status(422);
        says(&faulty, &["Choose the criterion", "Say whether it is a strength", "Choose what it is about", "mark of an unfinished text", "Give [figures]."]);
        let filled = form
            .set("criterion", "Need and fit with the Plan")
            .set("kind", "improvement")
            .set("theme", "need")
            .set("band", "low")
            .set("text", "Say who told you of the problem.");
        filled.clone().send(&olive).expect_redirect(bank);
        says(&open(&olive, bank), &["Say who told you of the problem.", "Evidence of need. Low scores. Used 0 times"]);
        says(&filled.send(&olive).expect_status(409), &["has this wording already"]);
        let (path, _) = page_of(&world, ids[1]);
        let page = open(&olive, &path);
        says(&page, &["Say who told you of the problem."]);
        page.form("Save the feedback").tick_all("pick-NEED").send(&olive).expect_redirect(&path);
        says(&open(&olive, bank), &["Used 1 time"]);
    }

    /// A page of the list is a piece of the whole, its counts are those of the rows, and the next that needs somebody is found around
    /// the end of the list, past one's own.
    fn the_list_is_read_a_page_at_a_time(world) {
        let (round, ids) = decided(&world);
        let reference = |place: usize| page_of(&world, ids[place]).1;
        change_feedback(&world, ids[0], "Ask [name].");
        change_feedback(&world, ids[1], "A clear word.");
        let (returned, version) = change_feedback(&world, ids[2], "Another clear word.");
        world.act(SECOND, |tx| feedback::send_back(tx, &returned, version, "Which word?"));
        let hidden = std::collections::BTreeSet::from([ids[4]]);
        let none = std::collections::BTreeSet::new();
        let page = |hidden: &std::collections::BTreeSet<_>, chosen, from, many| {
            world.read(|conn| store::page_of_round(conn, round.id, hidden, chosen, (from, many)))
        };
        let whole = page(&none, None, 0, 50);
        let mut sorted: Vec<String> = (0..5).map(reference).collect();
        sorted.sort();
        assert_eq!(whole.iter().map(|one| one.reference.clone()).collect::<Vec<_>>(), sorted);
        let pieces: Vec<_> = [0, 2, 4].into_iter().flat_map(|from| page(&none, None, from, 2)).collect();
        assert_eq!(pieces, whole);
        let standings = world.app.db.read(|conn| feedback::standings(conn, &world.actor(OFFICER), round.id)).unwrap();
        for ((application, standing, newest), place) in standings.iter().zip(&whole) {
            let told = newest.as_ref().map(|newest| (newest.id.row(), newest.saved_by));
            assert_eq!((&application.reference, *standing, told), (&place.reference, place.standing, place.newest));
        }
        assert!(page(&hidden, None, 0, 50).iter().all(|one| one.reference != reference(4)));
        for standing in Standing::ALL {
            let rows = page(&hidden, Some(standing), 0, 50);
            assert!(rows.iter().all(|one| one.standing == standing));
            let counts = world.read(|conn| store::count_by_standing(conn, round.id, &hidden));
            let count = counts.iter().find(|one| one.0 == standing).unwrap().1;
            let expected = match standing {
                Standing::Faulty | Standing::Waiting | Standing::SentBack | Standing::Ready => 1,
                Standing::ToWrite => 0,
            };
            assert_eq!((count, rows.len()), (expected, usize::try_from(expected).unwrap()), "{standing:?}");
        }
        let around = |who: &str, hidden: &std::collections::BTreeSet<_>| {
            let account = world.actor(who).account().unwrap();
            let (mut found, mut after) = (Vec::new(), None::<String>);
            while let Some(next) = world.read(|conn| store::next_place(conn, round.id, hidden, account, after.as_deref())) {
                if found.contains(&next) {
                    break;
                }
                found.push(next.clone());
                after = Some(next);
            }
            found.sort();
            found
        };
        let sorted = |places: &[usize]| {
            let mut all: Vec<String> = places.iter().map(|place| reference(*place)).collect();
            all.sort();
            all
        };
        assert_eq!(around(OFFICER, &none), sorted(&[0, 2]), "what she saved herself waits for another");
        assert_eq!(around(SECOND, &none), sorted(&[0, 1, 2]));
        assert_eq!(around(SECOND, &std::collections::BTreeSet::from([ids[0]])), sorted(&[1, 2]));
    }

    /// To an officer with a conflict of interest the feedback is not there: no page, no row, no number.
    fn a_conflict_hides_feedback(world) {
        let (round, ids) = decided(&world);
        let (path, reference) = page_of(&world, ids[1]);
        let torn = world.add_person("torn@opcc.example", "Tess Torn", &[Role::Officer]);
        let tess = world.sign_in("torn@opcc.example");
        let list = format!("/office/rounds/{}/feedback", round.reference);
        says(&open(&tess, &list), &["All (5)", &reference]);
        world.act(OFFICER, |tx| evenhand::conflicts::actions::pin(tx, &reference, torn, "Her brother runs it."));
        let page = open(&tess, &list);
        says(&page, &["All (4)"]);
        assert!(!page.words().contains(&reference));
        tess.get(&path).expect_status(404);
        tess.post(&format!("{path}/accept"), &[("version", "1")]).expect_status(404);
        let read = world.write_as("torn@opcc.example", |tx| feedback::accept(tx, &reference, 1));
        assert!(matches!(read, Err(Problem::NotFound)), "{read:?}");

        // No check of what she writes on another bid tells her who bid.
        let bidder = world.read(|conn| evenhand::applications::get_application(conn, ids[1])).organisation_name;
        let (other, _) = page_of(&world, ids[2]);
        let field = open(&tess, &other).form("Save the feedback").names().iter()
            .find(|name| name.starts_with("improvement-")).unwrap().to_string();
        let words = format!("Talk with {} about the hall.", bidder.to_uppercase());
        open(&tess, &other).form("Save the feedback").set(&field, &words).send(&tess).expect_redirect(&other);
        is_silent(&open(&tess, &other), &[&bidder, "another bidder"]);
        // Her second reader is told, and cannot accept it.
        let olive = world.sign_in(OFFICER);
        says(&open(&olive, &other), &["It names another bidder", &bidder]);
        let newest = world.read(|conn| newest_of(conn, ids[2])).unwrap().version;
        assert!(refused(world.write_as(OFFICER, |tx| feedback::accept(tx, &page_of(&world, ids[2]).1, newest))).contains("another bidder"));
    }
}
