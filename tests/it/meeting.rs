//! The moderation meeting: its agenda and record, edits by several at once, the chair's confirmation, minutes and statistics.

mod edits;

use evenhand::applications::application_of_reference;
use evenhand::audit::{Change, Event, EventKind};
use evenhand::base::ids::{AccountId, ApplicationId};
use evenhand::base::role::Role;
use evenhand::error::Problem;
use evenhand::moderation::{Agreement, actions, meetings_of_round, moderation_of};
use evenhand::press::Engine;
use evenhand::press::minutes::sample;
use evenhand::rounds::{Round, RoundStage};
use evenhand::scoring::Mark;

use crate::support::TestWorld;
use crate::support::builders::{CHAIR, OFFICER, default_definition, meeting_record};
use crate::support::letters::{AMPLE, assert_conforms, pdf_text, pool, squeeze};
use crate::support::pages::{is_silent, open, says};

const MEMBERS: [&str; 3] = ["m0@panel.example", "m1@panel.example", "m2@panel.example"];
const SECOND: &str = "second@opcc.example";
/// A panel member who scores nothing and chairs.
const GRACE: &str = "grace@panel.example";
const LONG: &str =
    "The panel read the answers on need again, and found that they rest on figures of this year for every ward.";

/// A bid: who makes it, what each member gives for NEED, and what all give for the rest.
type BidMarks = (&'static str, [i32; 3], i32);

const BIDS: [BidMarks; 3] =
    [("Harbour Lane Trust", [4, 4, 4], 4), ("Mill Road Club", [1, 5, 4], 3), ("Old Dairy Project", [3, 4, 3], 2)];

fn account(world: &TestWorld, email: &str) -> AccountId {
    world.actor(email).account().unwrap()
}

fn id(world: &TestWorld, reference: &str) -> ApplicationId {
    world.read(|conn| application_of_reference(conn, reference)).id
}

/// A round whose bids every member has scored; moderation has started.
fn moderated(world: &TestWorld, bids: &[BidMarks]) -> (Round, Vec<String>) {
    let definition = default_definition();
    let round = world.round_of(&definition, true);
    world.add_person(SECOND, "Sam Second", &[Role::Officer]);
    world.add_person(CHAIR, "Grace Chair", &[Role::Officer]);
    for (place, member) in MEMBERS.iter().enumerate() {
        world.add_person(member, &format!("Member Number{place}"), &[Role::Panel]);
    }
    let references: Vec<String> = bids
        .iter()
        .enumerate()
        .map(|(place, (name, _, _))| {
            let email = format!("applicant{place}@bidders.example");
            let organisation = world.add_applicant(&email, name);
            world.submitted_application(&email, &round, organisation)
        })
        .collect();
    world.set_time(round.closes_at.plus_seconds(60));
    world.act(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
    world.act(OFFICER, |tx| evenhand::scoring::actions::assign_balanced(tx, round.id));
    for (reference, (_, need, rest)) in references.iter().zip(bids) {
        for (member, need) in MEMBERS.iter().zip(need) {
            let marks = definition.criteria.iter().map(|criterion| {
                let mark = if criterion.code == "NEED" { *need } else { *rest };
                (criterion.code.clone(), Mark { mark: Some(mark), reason: "As the bid says, in detail.".to_owned() })
            });
            let marks = marks.collect();
            world.act(member, |tx| evenhand::conflicts::actions::declare_no_conflict(tx, reference));
            world.act(member, |tx| evenhand::scoring::actions::submit_sheet(tx, reference, &marks, 0));
        }
    }
    world.act(OFFICER, |tx| actions::start_moderation(tx, round.id, false));
    (round, references)
}

fn agreement(mark: i32, reason: &str) -> Agreement {
    Agreement {
        mark: Some(mark),
        reason: reason.to_owned(),
        strength: "Clear and costed.".to_owned(),
        improvement: "Give figures for each ward.".to_owned(),
    }
}

/// Opens a bid's moderation and agrees every criterion as most members scored it.
fn agree_all(world: &TestWorld, id: ApplicationId, need: i32, rest: i32) {
    world.act(OFFICER, |tx| actions::open(tx, id));
    for criterion in &default_definition().criteria {
        let mark = if criterion.code == "NEED" { need } else { rest };
        world.act(OFFICER, |tx| actions::agree_mark(tx, id, &criterion.code, &agreement(mark, LONG), 0));
    }
}

fn meet(world: &TestWorld, round: &Round, others: &[&str]) -> i32 {
    let others: Vec<AccountId> = others.iter().map(|email| account(world, email)).collect();
    let record = meeting_record(account(world, CHAIR), &others, world.now());
    world.act(OFFICER, |tx| actions::record_meeting(tx, round.id, &record))
}

on_both! {
    fn the_agenda_puts_disagreement_first_says_why_and_follows_conflicts(world) {
        let (round, references) = moderated(&world, &BIDS);
        let [harbour, mill, dairy] = [&references[0], &references[1], &references[2]];
        let olive = world.sign_in(OFFICER);
        let path = format!("/office/rounds/{}/moderation", round.reference);
        let agenda = open(&olive, &path);
        assert_eq!(agenda.all("tbody .evenhand-reference"), [mill.clone(), dairy.clone(), harbour.clone()]);
        says(&agenda, &[
            "0 of 3 closed", "1 has a criterion to discuss", "Largest difference 4, from 1 to 5, in Need and fit with the Plan",
            "1 criterion to discuss: Need and fit with the Plan", "Every member gave the same scores", "How this order is made",
        ]);
        assert_eq!(agenda.all("tbody tr > td:first-child"), ["1", "2", "3"]);
        let stored = |reference: &str| {
            world.raw().text(&format!(
                "SELECT flags || ' ' || largest || ' ' || total AS value FROM agenda_entries e \
                 JOIN applications a ON a.id = e.application_id WHERE a.reference = '{reference}'"
            ))
        };
        assert_eq!([stored(harbour), stored(mill), stored(dairy)], ["0 0 0", "1 4 4", "0 1 1"]);
        // The member who gave 1 turns out to have a conflict: their scores are absent, and the order follows.
        world.act(MEMBERS[0], |tx| {
            evenhand::conflicts::actions::declare_conflict(tx, mill, "belongs", "My sister is a trustee.")
        });
        assert_eq!(stored(mill), "0 1 1");
        says(&open(&olive, &path), &["None has a criterion to discuss", "Largest difference 1, from 4 to 5"]);

        agree_all(&world, id(&world, dairy), 3, 2);
        world.chair_closes(id(&world, dairy));
        says(&open(&olive, &path), &["1 of 3 closed", "Not closed (2)", "Closed (1)"]);
        assert_eq!(open(&olive, &format!("{path}?show=closed")).all("tbody .evenhand-reference"), std::slice::from_ref(dairy));
        let todo = open(&olive, &format!("{path}?show=todo"));
        assert_eq!(todo.all("tbody .evenhand-reference"), [mill.clone(), harbour.clone()]);
        assert_eq!(open(&olive, &format!("{path}?page=7")).all("tbody .evenhand-reference").len(), 0);
    }

    fn a_long_agenda_comes_in_pages_of_fifty(world) {
        let (round, references) = moderated(&world, &BIDS[..1]);
        let mut raw = world.attacker();
        for number in 0..119 {
            raw.run(&format!(
                "INSERT INTO applications (round_id, organisation_id, reference, stage, title, ask_pence, eligibility, created_at, created_by, submitted_at, submitted_by, declared_name, declared_role, version, stream) \
                 SELECT round_id, organisation_id, 'CSF-2026-Z{number:03}', stage, title, ask_pence, eligibility, created_at, created_by, submitted_at, submitted_by, declared_name, declared_role, version, stream \
                 FROM applications WHERE reference = '{}'",
                references[0]
            ));
            raw.run(&format!(
                "INSERT INTO agenda_entries (application_id, round_id, spread_flag, flags, largest, total) \
                 SELECT id, round_id, 2, 1, {}, {number} FROM applications WHERE reference = 'CSF-2026-Z{number:03}'",
                number % 4
            ));
        }
        let olive = world.sign_in(OFFICER);
        let path = format!("/office/rounds/{}/moderation", round.reference);
        let shown = |page: i32| open(&olive, &format!("{path}?page={page}")).all("tbody .evenhand-reference");
        let all: Vec<String> = (1..=3).flat_map(shown).collect();
        assert_eq!((shown(1).len(), shown(2).len(), shown(3).len()), (50, 50, 20));
        let mut expected: Vec<i32> = (0..119).collect();
        expected.sort_by_key(|number| (-(number % 4), -number));
        let mut expected: Vec<String> = expected.into_iter().map(|number| format!("CSF-2026-Z{number:03}")).collect();
        expected.push(references[0].clone());
        assert_eq!(all, expected);
        let first = open(&olive, &path);
        says(&first, &["0 of 120 closed", "119 have a criterion to discuss"]);
        assert!(first.attributes(".govuk-pagination a", "href").contains(&format!("{path}?page=3")));
    }

    fn a_meeting_from_its_record_to_its_minutes(world) {
        let (round, references) = moderated(&world, &BIDS);
        let mill = &references[1];
        let grace = world.add_person(GRACE, "Grace Adeyemi", &[Role::Panel]);
        world.act(MEMBERS[2], |tx| {
            evenhand::conflicts::actions::declare_conflict(tx, mill, "supplies", "We print their leaflets.")
        });
        let olive = world.sign_in(OFFICER);
        let meetings = format!("/office/rounds/{}/meetings", round.reference);
        let screen = format!("/office/applications/{mill}/moderation");
        says(&open(&olive, &screen), &["No meeting goes on", "Not discussed in a meeting yet"]);
        let mut form = open(&olive, &meetings).form("Record the meeting").set("place", "Room 4").set("chair", &grace.row().to_string());
        let faulty = form.clone().set("began_time", "late").send(&olive).expect_status(422);
        says(&faulty, &["The chair must be among those who were present", "Enter a time on the 24-hour clock"]);
        assert_eq!(faulty.form("Record the meeting").value("place"), "Room 4");
        for (person, word) in [(grace, "present"), (account(&world, MEMBERS[0]), "present"), (account(&world, MEMBERS[1]), "apologies"), (account(&world, MEMBERS[2]), "present")] {
            form = form.set(&format!("person-{}", person.row()), word);
        }
        form.send(&olive).expect_redirect(&format!("{meetings}/1"));

        // Who scored it cannot chair it; who is in conflict is put down as out of the room.
        let start = open(&olive, &screen).form("Start the discussion in meeting 1");
        assert_eq!(start.value("chair"), grace.row().to_string());
        let refused = start.clone().forge("chair", &account(&world, MEMBERS[0]).row().to_string()).send(&olive).expect_status(422);
        says(&refused, &["Member Number0 scored this application"]);
        start.send(&olive).expect_redirect(&screen);
        world.advance_minutes(7);
        let shown = open(&olive, &screen);
        says(&shown, &["and goes on. Grace Adeyemi chaired.", "Member Number2 left the room at", "conflict of interest on record"]);
        // The rule is read before anything is typed: NEED has 1 and 5 left, whose median is 3.
        says(&shown, &["at least 80 if you agree 0, 1 or 5, which is outside the independent scores (from 1 to 5)"]);
        let leave = shown.form("Record that they leave");
        assert_eq!(leave.clone().send(&olive).expect_status(422).all(".govuk-error-summary__list li").len(), 2);
        leave.set("who", &account(&world, MEMBERS[0]).row().to_string()).set("why", "Knows the treasurer.").send(&olive).expect_redirect(&screen);

        let need = shown.form_at("/moderation/NEED", "Save what was agreed").set("mark", "5");
        let short = need.clone().set("reason", "Best of all.").send(&olive).expect_status(422);
        says(&short, &["do not lead to expect 5", "has 12"]);
        assert!(short.has("#NEED-reason-error") && short.form_at("/moderation/NEED", "Save what was agreed").value("reason") == "Best of all.");
        need.set("reason", LONG).set("strength", "Figures of this year.").send(&olive).expect_redirect(&format!("{screen}#criterion-NEED"));
        for criterion in default_definition().criteria.iter().filter(|criterion| criterion.code != "NEED") {
            let form = open(&olive, &screen).form_at(&format!("/moderation/{}", criterion.code), "Save what was agreed");
            let form = form.set("mark", "3").set("reason", "Agreed after discussion.").set("improvement", "Say who measures it.");
            form.send(&olive).expect_redirect(&format!("{screen}#criterion-{}", criterion.code));
        }
        let text = open(&olive, &screen).form("Save the text for management").set("text", "Watch their cash flow.");
        text.send(&olive).expect_redirect(&format!("{screen}#management"));

        // On the wall: the same forms in big type, without the text for management, and back to the wall after saving.
        let wall = open(&olive, &format!("{screen}?view=projector"));
        assert!(wall.has(".evenhand-projector") && wall.has("figure svg circle"));
        is_silent(&wall, &["Watch their cash flow", "For management only"]);
        says(&open(&olive, &screen), &["Watch their cash flow."]);
        wall.form("End the discussion").send(&olive).expect_redirect(&format!("{screen}?view=projector"));

        // The chair confirms, and nobody else.
        let chair = world.sign_in(GRACE);
        says(&open(&chair, "/chair"), &[mill, "Not confirmed"]);
        world.sign_in(MEMBERS[0]).get(&format!("/chair/{mill}")).expect_status(404);
        world.sign_in(MEMBERS[2]).post(&format!("/chair/{mill}"), &[]).expect_status(404);
        says(&olive.post(&format!("/chair/{mill}"), &[]).expect_status(409), &["Grace Adeyemi chaired its discussion"]);
        let page = open(&chair, &format!("/chair/{mill}"));
        says(&page, &["5 – ", "Figures of this year."]);
        is_silent(&page, &["Watch their cash flow", "Save what was agreed"]);
        page.form("Confirm and close").send(&chair).expect_redirect("/chair");
        for reader in [GRACE, MEMBERS[0]] {
            let reply = world.sign_in(reader).get(&format!("/panel/applications/{mill}/assessment"));
            assert!(!reply.text().contains("cash flow"), "{reader}");
        }
        let form = open(&olive, &screen).form("Re-open the moderation");
        says(&form.clone().send(&olive).expect_status(422), &["Say why the panel looks at this application again"]);
        form.set("reason", "A register was misread.").send(&olive).expect_redirect(&screen);
        open(&chair, &format!("/chair/{mill}")).form("Confirm and close").send(&chair).expect_redirect("/chair");

        let page = open(&olive, &format!("{meetings}/1"));
        says(&page, &["Room 4", "Member Number1", "Knows the treasurer.", mill]);
        page.form("End the meeting").send(&olive).expect_redirect(&format!("{meetings}/1"));
        olive.post(&format!("{meetings}/1/end"), &[]).expect_status(409);
        let minutes = olive.get(&format!("{meetings}/1/minutes")).expect_status(200);
        assert_eq!(minutes.header("content-type").as_deref(), Some("application/pdf"));
        assert_conforms(&minutes.bytes);
        let printed = pdf_text(&minutes.bytes);
        for text in ["Grace Adeyemi", "Knows the treasurer.", "A register was misread.", "Confirmed by Grace Adeyemi", "Room 4", "Mill Road Club"] {
            assert!(printed.contains(&squeeze(text)), "{text}: {printed}");
        }
        assert!(!printed.contains(&squeeze("Watch their cash flow")), "the text for management is in the minutes");
        assert_eq!(minutes.bytes, olive.get(&format!("{meetings}/1/minutes")).bytes, "the same data, the same bytes");
        for person in [GRACE, MEMBERS[0]] {
            world.sign_in(person).get(&format!("{meetings}/1/minutes")).expect_status(404);
        }
    }

    fn a_conflict_hides_the_bid_from_an_officer_in_every_record_of_the_meeting(world) {
        let both = "both@opcc.example";
        world.add_person(both, "Bo Both", &[Role::Officer, Role::Panel]);
        let definition = default_definition();
        let round = world.round_of(&definition, true);
        let organisation = world.add_applicant("a@bidders.example", "Quarry Hill School");
        let reference = world.submitted_application("a@bidders.example", &round, organisation);
        world.set_time(round.closes_at.plus_seconds(60));
        world.act(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
        let (application, bo) = (id(&world, &reference), account(&world, both));
        world.act(OFFICER, |tx| evenhand::scoring::actions::assign(tx, application, bo));
        world.act(both, |tx| evenhand::conflicts::actions::declare_conflict(tx, &reference, "belongs", "I am a trustee."));
        world.act(OFFICER, |tx| actions::start_moderation(tx, round.id, true));
        world.add_person(CHAIR, "Grace Chair", &[Role::Officer]);
        let number = meet(&world, &round, &[both]);
        world.act(OFFICER, |tx| actions::discuss(tx, application, number, None));
        let (olive, bo) = (world.sign_in(OFFICER), world.sign_in(both));
        let paths = [format!("/office/rounds/{}/moderation", round.reference), format!("/office/rounds/{}/meetings/{number}", round.reference)];
        for path in &paths {
            says(&open(&olive, path), &[&reference, "Quarry Hill School"]);
            is_silent(&open(&bo, path), &[&reference, "Quarry Hill School"]);
        }
        says(&open(&bo, &paths[0]), &["0 of 0 closed", "All (0)"]);
        says(&open(&olive, &paths[1]), &["Bo Both left the room"]);
        let minutes = |browser: &crate::support::Browser| pdf_text(&browser.get(&format!("{}/minutes", paths[1])).expect_status(200).bytes);
        assert!(minutes(&olive).contains(&squeeze(&reference)) && !minutes(&bo).contains(&squeeze(&reference)));
        bo.get(&format!("/office/applications/{reference}/moderation")).expect_status(404);
        bo.get(&format!("/chair/{reference}")).expect_status(404);
        for form in ["discuss", "discussed", "leave", "management", "NEED"] {
            let reply = bo.post(&format!("/office/applications/{reference}/moderation/{form}"), &[("version", "0"), ("meeting", "1")]);
            assert!([400, 404].contains(&reply.status), "{form}: {}", reply.status);
        }
        let refused = world.write_as(OFFICER, |tx| actions::discuss(tx, application, number, Some(account(&world, both))));
        assert!(matches!(refused, Err(Problem::Refused { .. } | Problem::Invalid(_))), "{refused:?}");
    }

    /// What the pages refuse, the database refuses too.
    fn the_database_itself_wants_a_chair_and_keeps_versions(world) {
        let (_, references) = moderated(&world, &BIDS[..1]);
        let application = id(&world, &references[0]);
        agree_all(&world, application, 4, 4);
        let close = |who: &str| {
            let account = account(&world, who).row();
            world.raw().try_run(&format!("UPDATE moderations SET stage = 'closed', closed_by = {account} WHERE application_id = {}", application.row()))
        };
        for (who, guard) in [
            (CHAIR, "moderations_chair_check"),
            (OFFICER, "moderations_chair_check"),
            // Two triggers bar a scorer: either may speak first.
            (MEMBERS[0], "moderations_"),
        ] {
            assert!(close(who).is_err_and(|told| told.contains(guard)), "{who}");
        }
        world.act(OFFICER, |tx| actions::save_management_text(tx, application, "For the office.", 0));
        world.chair_closes(application);
        // The officer typed, so even as chair of a discussion they could not close; and a chair does not type.
        world.act(OFFICER, |tx| actions::reopen(tx, application, "To look again."));
        for table in ["agreed_mark_versions", "moderation_reopenings", "management_texts"] {
            let told = world.raw().try_run(&format!("UPDATE {table} SET id = id"));
            assert!(told.as_ref().is_err_and(|told| told.contains(&format!("{table}_frozen_check"))), "{table}: {told:?}");
        }
        let typed = world.write_as(CHAIR, |tx| actions::agree_mark(tx, application, "NEED", &agreement(4, LONG), 1));
        assert!(matches!(typed, Err(Problem::Refused { .. })), "{typed:?}");
        let refused = world.write_as(OFFICER, |tx| actions::close(tx, application));
        assert!(matches!(refused, Err(Problem::Refused { .. })), "{refused:?}");
        assert_eq!(world.read(|conn| moderation_of(conn, application)).unwrap().marks["NEED"].version, 1);
    }

    fn statistics_count_closed_bids_alone_and_come_with_notes(world) {
        let (round, references) = moderated(&world, &BIDS);
        let olive = world.sign_in(OFFICER);
        let path = format!("/office/rounds/{}/moderation/statistics", round.reference);
        says(&open(&olive, &path), &["No moderation is closed yet"]);
        is_silent(&open(&olive, &path), &["Member Number0"]);
        for (reference, (_, _, rest)) in references.iter().zip(BIDS).take(2) {
            agree_all(&world, id(&world, reference), 4, rest);
            world.chair_closes(id(&world, reference));
        }
        let page = open(&olive, &path);
        // Six criteria, two bids. Member 0 differs on NEED of the second alone: 1 - 4.5, over twelve scores: -0.29. Member 1: 5 - 2.5: +0.21.
        let severity = page.all("tbody td:nth-child(3) strong");
        assert_eq!(severity[..3], ["-0.29", "+0.21", "+0.08"], "{}", page.words());
        says(&page, &["count the 2 applications", "decide nothing", "Fewer than 10", "Scores lower than the others", "below 20, chance may explain this"]);
        // The other criteria: 4 4 4 and 3 3 3 each: whole agreement.
        assert_eq!(page.all("tbody td:nth-child(2) strong").iter().filter(|alpha| *alpha == "1.00").count(), 5);
        world.sign_in(MEMBERS[0]).get(&path).expect_status(404);
    }

    fn what_is_decided_no_longer_changes(world) {
        let (round, references) = moderated(&world, &BIDS[..1]);
        let application = id(&world, &references[0]);
        agree_all(&world, application, 4, 4);
        let number = meet(&world, &round, &[]);
        world.act(OFFICER, |tx| actions::discuss(tx, application, number, None));
        let olive = world.sign_in(OFFICER);
        let screen = format!("/office/applications/{}/moderation", references[0]);
        let form = open(&olive, &screen).form_at("/moderation/NEED", "Save what was agreed").set("reason", "Another reason.");
        world.as_system(|tx| {
            evenhand::rounds::set_stage(tx, round.id, RoundStage::Moderation, RoundStage::Recommended)?;
            Ok(Change::new((), Event::new(EventKind::RecommendationMade).round(round.id)))
        });
        says(&form.send(&olive).expect_status(409), &["Moderation is over"]);
        for path in ["discussed", "management"] {
            olive.post(&format!("{screen}/{path}"), &[("version", "0")]).expect_status(if path == "management" { 409 } else { 400 });
        }
        olive.post(&format!("{screen}/discussed"), &[]).expect_status(409);
        let record = meeting_record(account(&world, CHAIR), &[], world.now());
        assert!(world.write_as(OFFICER, |tx| actions::record_meeting(tx, round.id, &record)).is_err());
        assert!(world.write_as(CHAIR, |tx| actions::close(tx, application)).is_err());
        assert_eq!(world.read(|conn| meetings_of_round(conn, round.id)).len(), 1);
    }
}

#[test]
fn the_sample_of_minutes_is_tagged_and_the_same_bytes_from_a_child() {
    let minutes = sample();
    let made = Engine::new().unwrap().render(&minutes).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!((made.findings.as_slice(), made.warnings.as_slice()), (&[][..], &[][..]));
    assert_conforms(&made.pdf);
    assert_eq!(made, pool(1, AMPLE).render(&minutes).unwrap());
    let document = lopdf::Document::load_mem(&made.pdf).unwrap();
    let tags = |tag: &str| {
        let is = |object: &lopdf::Object| {
            object.as_dict().is_ok_and(|entry| {
                entry.get(b"S").is_ok_and(|name| name.as_name().is_ok_and(|name| name == tag.as_bytes()))
            })
        };
        document.objects.values().filter(|object| is(object)).count()
    };
    assert_eq!((tags("Table"), tags("TH"), tags("H1")), (1, 4, 1));
}
