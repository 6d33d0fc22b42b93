//! Test rounds: a draft tried out, and kept apart from everything real by the pages, the actions and both databases.

use evenhand::applications::GateOutcome;
use evenhand::applications::actions::check_gate;
use evenhand::base::role::Role;
use evenhand::decisions::{AwardInput, RecommendationInput};
use evenhand::letters::drafting;
use evenhand::moderation::Agreement;
use evenhand::rounds::{Round, RoundStage, list_rounds};
use evenhand::scoring::Mark;

use super::{draft, is_silent, open, says, stored};
use crate::support::builders::{OFFICER, default_definition, eligible};
use crate::support::letters::{assert_conforms, pdf_text, squeeze};
use crate::support::{Browser, Kind, TestWorld};

const BANNER: &str = "Test round: nothing here is a real application";
const ANN: &str = "ann@harbour.example";
const TEST: &str = "TEST-CSF-2026-R1-1";

/// A draft and the test round that tries it out.
fn tried_out(world: &TestWorld) -> (Round, Round) {
    let (round, home) = draft(world);
    let olive = world.sign_in(OFFICER);
    let made = open(&olive, &home).form("Try this round out").send(&olive);
    made.expect_redirect(&format!("/office/rounds/{TEST}"));
    (round, stored(world, TEST))
}

/// Starts a bid by the pages, with a new organisation; returns its reference.
fn bid(browser: &Browser, round: &str, organisation: &str) -> String {
    let query: Vec<String> =
        eligible(&default_definition()).into_iter().map(|(code, value)| format!("{code}={value}")).collect();
    let page = open(browser, &format!("/rounds/{round}/apply?{}", query.join("&")));
    let form = page.form("Start the application").set("name", organisation).set("kind", "charity");
    let form = form.set("address", "1 High Street\nLoughborough");
    let to = form.send(browser).expect_status(303).location().unwrap();
    to.strip_prefix("/applications/").expect("the application").to_owned()
}

fn number(world: &TestWorld, sql: &str) -> i32 {
    world.raw().text(sql).parse().expect("a number")
}

/// Scores, moderates, recommends, signs and issues, as each person may.
fn run(world: &TestWorld, round: &Round, reference: &str) {
    let definition = default_definition();
    for (email, name, role) in [
        ("second@opcc.example", "Sam Second", Role::Officer),
        ("cora@opcc.example", "Cora Commissioner", Role::DecisionMaker),
        ("m1@opcc.example", "Pia Panel", Role::Panel),
        ("m2@opcc.example", "Pete Panel", Role::Panel),
        ("m3@opcc.example", "Rhys Panel", Role::Panel),
    ] {
        world.add_person(email, name, &[role]);
    }
    world.act(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
    world.act(OFFICER, |tx| evenhand::scoring::actions::assign_balanced(tx, round.id));
    says(&open(&world.sign_in("m1@opcc.example"), "/panel"), &[TEST, "Winter round (test)", reference]);
    for member in ["m1@opcc.example", "m2@opcc.example", "m3@opcc.example"] {
        let marks = definition.criteria.iter().map(|criterion| {
            (criterion.code.clone(), Mark { mark: Some(5), reason: "As the bid says, in detail.".to_owned() })
        });
        let marks = marks.collect();
        world.act(member, |tx| evenhand::scoring::actions::declare_no_conflict(tx, reference));
        world.act(member, |tx| evenhand::scoring::actions::submit_sheet(tx, reference, &marks, 0));
    }
    let id = world.read(|conn| evenhand::applications::application_of_reference(conn, reference)).id;
    world.act(OFFICER, |tx| evenhand::moderation::actions::start_moderation(tx, round.id, false));
    for gate in &definition.gates {
        world.act(OFFICER, |tx| check_gate(tx, id, &gate.code, GateOutcome::Met, "Looked at the file."));
    }
    world.act(OFFICER, |tx| evenhand::moderation::actions::open(tx, id));
    for criterion in &definition.criteria {
        let agreement = Agreement {
            mark: Some(5),
            reason: "Agreed after discussion.".to_owned(),
            strength: "Your answer was clear.".to_owned(),
            improvement: "Give figures for each ward.".to_owned(),
        };
        world.act(OFFICER, |tx| evenhand::moderation::actions::agree_mark(tx, id, &criterion.code, &agreement, 0));
    }
    world.chair_closes(id);
    let award = AwardInput {
        application: id,
        public_reasons: "It reaches the streets with most reports.".to_owned(),
        conditions: Vec::new(),
    };
    let input = RecommendationInput { note: String::new(), outcomes: vec![award] };
    world.recommend(round, &input);
    let cora = world.sign_in("cora@opcc.example");
    let decisions = open(&cora, "/decisions");
    says(&decisions, &["No round waits for a signature", "Test rounds", TEST]);
    says(&open(&cora, &format!("/decisions/{TEST}")), &[BANNER]);
    world.sign_decision("cora@opcc.example", round);
    world.accept_feedback("second@opcc.example", round);
    drafting::draft_round(&world.app, &world.actor(OFFICER), round.id).expect("letters can be drafted");
    world.approve_letters("second@opcc.example", round).expect("they can be approved");
    world.act(OFFICER, |tx| evenhand::letters::actions::issue_round(tx, &world.app, round.id));
}

on_both! {
    /// Open at once for 14 days, for who is signed in, and on no list of real rounds.
    fn a_draft_is_tried_out_and_no_list_holds_it(world) {
        let (round, test) = tried_out(&world);
        assert_eq!((test.stage, test.test, round.test), (RoundStage::Published, true, false));
        assert_eq!((test.opens_at, test.closes_at), (world.now(), world.now().plus_days(14)));
        assert_eq!(world.definition_of(&test), world.definition_of(&round));
        assert_eq!(stored(&world, &round.reference).stage, RoundStage::Draft, "the draft stays one");
        assert_eq!(world.read(list_rounds).iter().map(|round| round.reference.clone()).collect::<Vec<_>>(), ["CSF-2026-R1"]);

        let public = world.browser();
        for page in ["/", "/rounds"] {
            is_silent(&open(&public, page), &["test", TEST]);
        }
        for page in [format!("/rounds/{TEST}"), format!("/rounds/{TEST}/eligibility")] {
            assert!(public.get(&page).expect_status(303).location().unwrap().starts_with("/sign-in"), "{page}");
        }
        let olive = world.sign_in(OFFICER);
        let list = open(&olive, "/office");
        let (real, apart) = (list.all("table:first-of-type").join(" "), list.all("main").join(" "));
        assert!(!list.page().select(&scraper::Selector::parse("table").unwrap()).next().unwrap().text().any(|text| text.contains(TEST)), "{real}");
        assert!(apart.contains("Test rounds") && apart.contains(TEST), "{apart}");
        for page in ["", "/questions", "/set-up", "/applications", "/assignments", "/versions", "/preview/need"] {
            says(&open(&olive, &format!("/office/rounds/{TEST}{page}")), &[BANNER]);
        }
        for page in [format!("/office/rounds/{}", round.reference), "/office".to_owned()] {
            is_silent(&open(&olive, &page), &[BANNER]);
        }
        says(&open(&olive, &format!("/trail?round={TEST}")), &[BANNER, "Test round made to try a draft out"]);
        is_silent(&open(&olive, "/trail"), &[BANNER]);
        olive.get(&format!("/office/rounds/{TEST}/copy")).expect_status(404);
        says(&olive.post(&format!("/office/rounds/{TEST}/try-out"), &[]).expect_status(409), &["being set up can be tried out"]);
        // The next real round's number and the next test's are their own.
        let again = olive.post(&format!("/office/rounds/{}/try-out", round.reference), &[]);
        again.expect_redirect("/office/rounds/TEST-CSF-2026-R1-2");
        assert_eq!(draft(&world).0.reference, "CSF-2026-R2");
        olive.post(&format!("/office/rounds/{}/close-test", round.reference), &[]).expect_status(404);
    }

    /// Real organisations and test organisations never meet: not on the page, not in the action, not in the database.
    fn tests_and_real_bids_never_mix(world) {
        let (_, test) = tried_out(&world);
        let real = world.round_of(&default_definition(), true);
        let charity = world.add_applicant(ANN, "Harbour Lane Trust");
        let ann = world.sign_in(ANN);
        let query: Vec<String> =
            eligible(&default_definition()).into_iter().map(|(code, value)| format!("{code}={value}")).collect();
        let page = open(&ann, &format!("/rounds/{TEST}/apply?{}", query.join("&")));
        says(&page, &[BANNER]);
        is_silent(&page, &["Harbour Lane Trust"]);
        let answers = eligible(&default_definition());
        let refused = world.write_as(ANN, |tx| evenhand::applications::actions::start(tx, test.id, charity, &answers, None));
        assert!(format!("{refused:?}").contains("stay apart"), "{refused:?}");

        let reference = bid(&ann, TEST, "Pretend Trust");
        assert!(reference.starts_with("TEST-CSF-2026-"), "{reference}");
        says(&open(&ann, &format!("/applications/{reference}")), &[BANNER]);
        let pretend = evenhand::base::ids::OrganisationId::new(number(
            &world,
            "SELECT CAST(id AS TEXT) AS value FROM organisations WHERE name = 'Pretend Trust'",
        ));
        let refused = world.write_as(ANN, |tx| evenhand::applications::actions::start(tx, real.id, pretend, &answers, None));
        assert!(format!("{refused:?}").contains("stay apart"), "{refused:?}");
        let page = open(&ann, &format!("/rounds/{}/apply?{}", real.reference, query.join("&")));
        says(&page, &["Harbour Lane Trust"]);
        is_silent(&page, &["Pretend Trust", BANNER]);
        world.start_application(ANN, &real, charity);

        let olive = world.sign_in(OFFICER);
        says(&open(&olive, &format!("/office/rounds/{}/applications", real.reference)), &["1"]);
        assert_eq!(world.read(|conn| evenhand::applications::list_applications(conn, real.id)).len(), 1);
        let all = world.raw().count("applications");
        let mut raw = world.attacker();
        for sql in [
            format!("UPDATE applications SET round_id = {} WHERE reference = '{reference}'", real.id.row()),
            format!("UPDATE applications SET organisation_id = {} WHERE reference = '{reference}'", charity.row()),
            format!(
                "INSERT INTO applications (round_id, organisation_id, reference, stage, title, eligibility, created_at, created_by, version) \
                 SELECT {}, {}, 'X', 'draft', '', '{{}}', created_at, created_by, 1 FROM applications WHERE reference = '{reference}'",
                test.id.row(), charity.row()
            ),
        ] {
            let refusal = raw.try_run(&sql).unwrap_err();
            assert!(refusal.contains("applications_test_check") || refusal.contains("real rounds alone"), "{refusal}");
        }
        for table in ["rounds", "organisations"] {
            for flag in [0, 1] {
                let sql = format!("UPDATE {table} SET test = {flag} WHERE test = {}", 1 - flag);
                let refusal = raw.try_run(&sql).unwrap_err();
                assert!(refusal.contains("test_kept_check") || refusal.contains("what is a test stays one"), "{refusal}");
            }
        }
        assert_eq!(world.raw().count("applications"), all);
    }

    /// A round that would not be ready cannot be tried out, and is told why.
    fn what_is_not_ready_cannot_be_tried_out(world) {
        let mut definition = default_definition();
        definition.gates.clear();
        let round = world.round_of(&definition, false);
        let olive = world.sign_in(OFFICER);
        let home = format!("/office/rounds/{}", round.reference);
        assert!(!open(&olive, &home).has_button("Try this round out"));
        says(&olive.post(&format!("{home}/try-out"), &[]).expect_status(409), &["Add at least one gate"]);
        assert_eq!(world.read(evenhand::rounds::list_with_tests).len(), 1);
    }
}

/// Through every stage, from the bid to the letters; every mail says what it is.
#[test]
fn a_test_round_runs_through_every_stage() {
    let world = TestWorld::start(Kind::Sqlite);
    runs_through(&world);
}

#[test]
fn a_test_round_runs_through_every_stage_on_postgres() {
    let world = TestWorld::start(Kind::Postgres);
    runs_through(&world);
}

fn runs_through(world: &TestWorld) {
    let (_, test) = tried_out(world);
    world.add_person(ANN, "Ann Applicant", &[Role::Applicant]);
    let ann = world.sign_in(ANN);
    let reference = bid(&ann, TEST, "Pretend Trust");
    let definition = default_definition();
    let answers = crate::support::builders::complete_answers(&definition);
    world.act(ANN, |tx| evenhand::applications::actions::save_answers(tx, &reference, &answers));
    world.add_documents(ANN, &definition, &reference);
    let check = open(&ann, &format!("/applications/{reference}/check")).form("Submit the application");
    let check = check.set("name", "Ann Applicant").set("role", "Chair").set("authority", "yes").set("confirmed", "yes");
    check.send(&ann).expect_redirect(&format!("/applications/{reference}/receipt"));
    says(&open(&ann, &format!("/applications/{reference}/receipt")), &[BANNER]);

    let copy = ann.get(&format!("/applications/{reference}/copy/pdf")).expect_status(200);
    marked(&copy.bytes);

    let olive = world.sign_in(OFFICER);
    let home = format!("/office/rounds/{TEST}");
    world.advance_minutes(5);
    open(&olive, &home).form("Close the test round now").send(&olive).expect_redirect(&home);
    assert!(!open(&olive, &home).has_button("Close the test round now"));
    olive.post(&format!("{home}/close-test"), &[]).expect_status(409);
    // Scoring waits a minute, for what was received in time and is on its way into the database.
    world.advance_minutes(2);
    run(world, &test, &reference);
    assert_eq!(stored(world, TEST).stage, RoundStage::Issued);
    world.deliver();
    let subjects: Vec<String> = world
        .mails_to(ANN)
        .iter()
        .filter_map(|mail| mail.lines().find(|line| line.starts_with("Subject: ")).map(ToOwned::to_owned))
        .filter(|subject| subject.contains(&reference))
        .collect();
    assert_eq!(subjects.len(), 2, "{subjects:?}");
    assert!(subjects.iter().all(|subject| subject.starts_with("Subject: [Test] ")), "{subjects:?}");
    let letters = open(&ann, &format!("/applications/{reference}/letters"));
    let letters = letters.attributes("main a", "href").into_iter().filter(|href| href.ends_with("/pdf"));
    let mut read = 0;
    for letter in letters {
        marked(&ann.get(&letter).expect_status(200).bytes);
        read += 1;
    }
    assert_eq!(read, 2, "a decision letter and feedback");
    nothing_real_shows(world, &reference);
    world.add_person("audrey@audit.example", "Audrey Auditor", &[Role::Auditor]);
    is_silent(&open(&world.sign_in("audrey@audit.example"), "/audit"), &[TEST]);
}

/// A document of a test round says so in words, and behind the text of each page; it conforms as any other.
fn marked(pdf: &[u8]) {
    assert_conforms(pdf);
    let text = pdf_text(pdf);
    assert!(text.contains(&squeeze("TEST: this document comes from a test round.")), "{text}");
    let pages = lopdf::Document::load_mem(pdf).unwrap().get_pages().len();
    assert!(text.matches("TEST").count() > pages, "{pages} pages: {text}");
}

/// Lists, searches, counts and exports of real rounds beside the test round, which has run to its end.
fn nothing_real_shows(world: &TestWorld, reference: &str) {
    let real = world.round_of(&default_definition(), true);
    let charity = world.add_organisation("Harbour Lane Trust", &[]);
    let ben = "ben@harbour.example";
    let account = world.add_person(ben, "Ben Bidder", &[Role::Applicant]);
    let club = world.add_organisation("Harbour Boxing Club", &[account]);
    let bid = world.submitted_application(ben, &real, club);
    let olive = world.sign_in(OFFICER);
    let hidden = [TEST, reference, "Pretend Trust"];
    for page in [
        "/office/organisations".to_owned(),
        "/office/organisations?q=trust".to_owned(),
        "/office/organisations/duplicates".to_owned(),
        format!("/office/rounds/{}/applications", real.reference),
        format!("/office/rounds/{}/applications?q=TEST", real.reference),
        format!("/office/rounds/{}/deadline", real.reference),
        format!("/office/organisations/{}", charity.row()),
    ] {
        is_silent(&open(&olive, &page), &hidden);
    }
    for public in ["/", "/rounds"] {
        is_silent(&open(&world.browser(), public), &hidden);
    }
    says(&open(&olive, &format!("/office/rounds/{}/deadline", real.reference)), &["Applications submitted 1"]);
    let rows = world.read(|conn| evenhand::applications::list_applications(conn, real.id));
    assert_eq!(rows.iter().map(|row| row.reference.as_str()).collect::<Vec<_>>(), [bid.as_str()]);
    // An export holds the bids of its round alone, and one of the test round says in its name what it is.
    let form =
        open(&olive, &format!("/office/rounds/{}/export", real.reference)).form("Make the file").set("format", "csv");
    let csv = form.send(&olive).expect_status(200).text();
    assert!(csv.contains(&bid), "{csv}");
    assert!(hidden.iter().all(|text| !csv.contains(text)), "{csv}");
    // The next real bid is numbered and lettered as if there had been no test.
    assert!(bid.starts_with("CSF-2026-"), "{bid}");
}
