//! What applicants are asked: tables and contacts, questions that follow from answers, kinds of grant.

use evenhand::applications::Answer;
use evenhand::applications::actions::{change_stream, start};
use evenhand::applications::answers::{Level, Risk};
use evenhand::base::money::Pence;
use evenhand::error::Problem;
use evenhand::rounds::{Day, Round, RoundDefinition, Stream};

use crate::support::builders::{OFFICER, complete_answers, default_definition, eligible, pdf};
use crate::support::pages::{is_silent, open, says};
use crate::support::{Browser, PageForm, Reply, TestWorld};

const ANN: &str = "ann@charity.example";

fn faults(page: &Reply) -> Vec<String> {
    page.all(".govuk-error-summary__list li")
}

/// A complete draft of Ann's in a published round, her browser, and the draft's address.
fn draft(world: &TestWorld) -> (Round, Browser, String) {
    let round = world.published_round();
    let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
    let reference = world.complete_application(ANN, &round, charity);
    (round, world.sign_in(ANN), format!("/applications/{reference}"))
}

fn section(browser: &Browser, home: &str, section: &str) -> PageForm {
    open(browser, &format!("{home}/sections/{section}")).form("Save and continue")
}

fn streams() -> Vec<Stream> {
    [("small", "Small grants", 250_000, 6), ("main", "Main grants", 1_000_000, 12)]
        .map(|(code, title, most, max_months)| Stream {
            code: code.to_owned(),
            title: title.to_owned(),
            summary: format!("What {title} are for."),
            min_ask_pence: Pence::new(50_000),
            max_ask_pence: Pence::new(most),
            max_months,
            pot_pence: None,
        })
        .into()
}

/// The default definition with two streams; small grants leave the risks out, and nobody says what lasts.
fn two_streams() -> RoundDefinition {
    let mut definition = default_definition();
    definition.streams = streams();
    for question in definition.sections.iter_mut().flat_map(|section| &mut section.questions) {
        if matches!(question.code.as_str(), "PLAN_RISKS" | "INCL_LEGACY") {
            question.streams = vec!["main".to_owned()];
        }
    }
    definition
}

on_both! {
    /// Each fault is told in the words of its line, all at once and in the order of the page; what was typed stays.
    fn tables_tell_every_fault_of_every_line(world) {
        let (_, ann, home) = draft(&world);
        let form = section(&ann, &home, "activities");
        let told = form
            .set("PLAN_MILESTONES-0-by", "in spring")
            .set("PLAN_MILESTONES-2-by", "12/4/2027")
            .send(&ann)
            .expect_status(422);
        assert_eq!(
            faults(&told),
            [
                "Milestone 1: enter a month or a date, such as April 2027 or 12 April 2027",
                "Milestone 2: say what will have been done",
            ],
            "the gap between the lines is closed"
        );
        assert_eq!(told.form("Save and continue").value("PLAN_MILESTONES-0-by"), "in spring");
        // What is no date yet is kept all the same, as a draft loses nothing.
        let again = section(&ann, &home, "activities");
        assert_eq!(again.value("PLAN_MILESTONES-0-by"), "in spring");
        assert_eq!(again.value("PLAN_MILESTONES-1-by"), "12 April 2027");
        let set = again.set("PLAN_MILESTONES-0-by", "April 2027").set("PLAN_MILESTONES-1-what", "The hall is booked");
        set.send(&ann).expect_status(303);
        says(&open(&ann, &format!("{home}/check")), &["April 2027: The first session is held", "12 April 2027: The hall"]);

        let told = section(&ann, &home, "risk").set("PLAN_RISKS-0-impact", "").set("PLAN_RISKS-0-action", " ").send(&ann);
        assert_eq!(
            faults(&told.expect_status(422)),
            ["Risk 1: choose how bad it would be", "Risk 1: say what you will do about it"]
        );
        let told = section(&ann, &home, "outcomes")
            .set("OUTC_PEOPLE-0-how_many", "many")
            .set("OUTC_PEOPLE-1-how_many", "1,200")
            .send(&ann);
        assert_eq!(
            faults(&told.expect_status(422)),
            ["Group 1: enter how many people, such as 40", "Group 2: say who they are"]
        );
        let form = section(&ann, &home, "outcomes").set("OUTC_PEOPLE-0-how_many", "40");
        form.set("OUTC_PEOPLE-1-who", "Parents").send(&ann).expect_status(303);
        says(&open(&ann, &format!("{home}/sections/outcomes")), &["People reached in all: 1240"]);
        says(&open(&ann, &format!("{home}/check")), &["Parents: 1200 In all: 1240"]);

        let form = section(&ann, &home, "contacts").set("CONTACTS-lead-email", "ann@").set("CONTACTS-lead-telephone", "none");
        assert_eq!(
            faults(&form.send(&ann).expect_status(422)),
            [
                "Lead contact: enter an email address in the correct format, like name@example.com",
                "Lead contact: enter a telephone number, such as 0116 496 0000",
            ]
        );
    }

    /// More lines are shown on request, up to the most that the table has, and what was typed is there.
    fn a_table_grows_to_its_most(world) {
        let (_, ann, home) = draft(&world);
        let path = format!("{home}/sections/activities");
        let mut page = open(&ann, &path);
        for _ in 0..4 {
            if !page.has_button("Add more lines") {
                break;
            }
            let names = page.form("Add more lines").names().iter().filter(|name| name.ends_with("-what")).count();
            page = page.form("Add more lines").set(&format!("PLAN_MILESTONES-{}-what", names - 1), "More").send(&ann);
            page = page.expect_status(200);
        }
        let form = page.form("Save and continue");
        assert!(form.names().contains(&"PLAN_MILESTONES-7-what"), "{:?}", form.names());
        assert!(!form.names().contains(&"PLAN_MILESTONES-8-what"));
        assert!(!page.has_button("Add more lines"));
    }

    /// An amount or a day that is taken out again is gone, and missed.
    fn what_is_taken_out_is_no_longer_answered(world) {
        let (_, ann, home) = draft(&world);
        let form = section(&ann, &home, "budget").set("VFM_ASK", " ");
        says(&form.send(&ann).expect_status(422), &["Answer ‘How much are you asking for’"]);
        assert_eq!(section(&ann, &home, "budget").value("VFM_ASK"), "");
        assert_eq!(world.raw().count("applications WHERE ask_pence IS NULL"), 1);
        let mut form = section(&ann, &home, "project");
        for part in ["day", "month", "year"] {
            form = form.set(&format!("PROJ_END_{part}"), "");
        }
        says(&form.send(&ann).expect_status(422), &["Answer ‘When will it end’"]);
        let check = open(&ann, &format!("{home}/check"));
        says(&check, &["Answer ‘How much are you asking for’", "Answer ‘When will it end’"]);
        section(&ann, &home, "budget").set("VFM_ASK", "4,500").send(&ann).expect_status(303);
        is_silent(&open(&ann, &format!("{home}/check")), &["Answer ‘How much are you asking for’"]);
    }

    /// A tick keeps the details as they are; a later change of the organisation asks for a new tick, and never alters what was sent.
    fn the_organisation_is_confirmed_as_it_is(world) {
        let (_, ann, home) = draft(&world);
        let page = open(&ann, &format!("{home}/sections/organisation"));
        says(&page, &["Charnwood Youth Trust", "Registered charity", "1 High Street", "These details are right"]);
        assert_eq!(page.form("Save and continue").value("ORG_DETAILS"), "yes");
        world.tampered();
        world.raw().run("UPDATE organisations SET address = '2 New Street'");
        let page = open(&ann, &format!("{home}/sections/organisation"));
        says(&page, &["2 New Street", "They changed after you confirmed them"]);
        says(&open(&ann, &format!("{home}/check")), &["1 High Street"]);
        let faulty = page.form("Save and continue").send(&ann).expect_status(422);
        assert_eq!(faults(&faulty), ["Confirm that your organisation’s details are right"]);
        faulty.form("Save and continue").set("ORG_DETAILS", "yes").send(&ann).expect_status(303);
        let form = open(&ann, &format!("{home}/check")).form("Submit the application");
        let form = form.set("name", "Ann Applicant").set("role", "Treasurer").set("authority", "yes").set("confirmed", "yes");
        form.send(&ann).expect_redirect(&format!("{home}/receipt"));
        world.raw().run("UPDATE organisations SET address = '3 Last Street', name = 'Another name'");
        let copy = open(&ann, &format!("{home}/copy"));
        says(&copy, &["2 New Street", "Charnwood Youth Trust"]);
        // Beside what was confirmed the copy has the organisation as it is known today.
        let answer = copy.words().find("2 New Street").unwrap() - copy.words().find("Are the details").unwrap();
        assert!(answer < 200, "what was confirmed stands with its question: {}", copy.words());
    }

    /// What an answer calls up is asked, on its own page and on others; what it no longer calls up is kept, and asked of nobody.
    fn questions_follow_from_answers(world) {
        let (_, ann, home) = draft(&world);
        let (inclusion, documents) = (format!("{home}/sections/inclusion"), format!("{home}/sections/documents"));
        let page = open(&ann, &inclusion);
        says(&page, &["Answer this if you choose ‘Yes, with children’ or"]);
        assert_eq!(page.attributes("[data-asked-on]", "data-asked-on"), ["INCL_WHO"]);
        is_silent(&open(&ann, &documents), &["safeguarding policy"]);
        assert!(open(&ann, &format!("{home}/check")).has_button("Submit the application"));

        // Called up: both the question beside it and the document are missed now.
        let told = page.form("Save and continue").set("INCL_WHO", "children").send(&ann).expect_status(422);
        assert_eq!(faults(&told).len(), 1, "{}", told.words());
        says(&told, &["Choose an answer to ‘Do any roles in the project need a check"]);
        let check = open(&ann, &format!("{home}/check"));
        assert!(!check.has_button("Submit the application"));
        says(&check, &["Add the document for ‘Your safeguarding policy’"]);
        says(&open(&ann, &home), &["Incomplete"]);
        let form = told.form("Save and continue").set("INCL_DBS", "in_place");
        form.send(&ann).expect_status(303);
        let upload = open(&ann, &documents).form_at("/uploads/DOC_SAFEGUARDING", "Add the file");
        upload.attach("policy.pdf", &pdf("a", "b")).send(&ann).expect_redirect(&documents);
        says(&open(&ann, &format!("{home}/check")), &["policy.pdf", "Yes, and the checks are in place"]);

        // No longer called up: neither shown nor required, but kept.
        let form = section(&ann, &home, "inclusion").set("INCL_WHO", "neither");
        form.send(&ann).expect_status(303);
        let check = open(&ann, &format!("{home}/check"));
        is_silent(&check, &["policy.pdf", "the checks are in place"]);
        assert!(check.has_button("Submit the application"));
        is_silent(&open(&ann, &format!("{home}/copy")), &["policy.pdf"]);
        let form = section(&ann, &home, "inclusion");
        assert_eq!(form.value("INCL_DBS"), "in_place");
        form.set("INCL_WHO", "both").send(&ann).expect_status(303);
        says(&open(&ann, &format!("{home}/check")), &["policy.pdf", "the checks are in place"]);
        section(&ann, &home, "inclusion").set("INCL_WHO", "neither").send(&ann).expect_status(303);

        // The office and the panel read what was asked.
        let reference = home.rsplit('/').next().unwrap();
        world.submit(ANN, reference, "one").unwrap();
        let officer = world.sign_in(OFFICER);
        let shown = open(&officer, &format!("/office/applications/{reference}"));
        is_silent(&shown, &["policy.pdf", "the checks are in place", "Your safeguarding policy"]);
        says(&shown, &["Young people: 40"]);
    }

    /// A box that was not on the page is left as it is stored, whatever the page that was sent had.
    fn what_was_not_on_the_page_is_left_alone(world) {
        let definition = default_definition();
        let (_, ann, home) = draft(&world);
        let reference = home.rsplit('/').next().unwrap();
        let areas = || {
            let id = world.read(|conn| evenhand::applications::application_of_reference(conn, reference)).id;
            world.read(|conn| evenhand::applications::answers_of(conn, id, &definition))["PROJ_AREAS"].clone()
        };
        let before = areas();
        assert!(!before.is_empty());
        open(&ann, &format!("{home}/sections/project"));
        ann.post(&format!("{home}/sections/project"), &[("versions", "PROJ_TITLE:1"), ("PROJ_TITLE", "Another title"), ("go", "later")])
            .expect_status(303);
        assert_eq!(areas(), before);
        says(&open(&ann, &home), &["Another title"]);
        // A page that does not say what it showed writes over nothing.
        let told = ann.post(&format!("{home}/sections/project"), &[("PROJ_TITLE", "A third title"), ("go", "later")]);
        says(&told.expect_status(409), &["Another title", "A third title"]);
        // Unticked on the page is unticked.
        let form = section(&ann, &home, "project").forge("PROJ_AREAS", "none of them");
        says(&form.send(&ann).expect_status(422), &["Choose an answer to ‘Where will the project take place’"]);
        assert!(areas().is_empty());
    }

    /// A grant pays for nothing that was done before: the round says when projects may run, to everybody and on the check page.
    fn a_project_runs_within_the_days_of_the_round(world) {
        let mut definition = evenhand::rounds::RoundDefinition::default_round().unwrap();
        let day = |month, day| Some(Day(jiff::civil::date(2027, month, day)));
        (definition.timetable.projects_from, definition.timetable.projects_until) = (day(4, 1), day(9, 30));
        let round = world.round_of(&definition, true);
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let public = open(&world.browser(), &format!("/rounds/{}", round.reference));
        says(&public, &["Projects may start from", "1 April 2027", "Projects must end by", "30 September 2027"]);
        let bid = world.complete_application(ANN, &round, charity);
        let ann = world.sign_in(ANN);
        let set = |start, end| {
            let date = |(month, day)| Answer::Date(jiff::civil::date(2027, month, day));
            let answers = [("PROJ_START".to_owned(), date(start)), ("PROJ_END".to_owned(), date(end))].into();
            world.act(ANN, |tx| evenhand::applications::actions::save_answers(tx, &bid, &answers));
            open(&ann, &format!("/applications/{bid}/check"))
        };
        let early = set((3, 31), (10, 1));
        says(&early, &["The project must start on 1 April 2027 or later", "The project must end on 30 September 2027 or earlier"]);
        is_silent(&set((4, 1), (9, 30)), &["The project must start", "The project must end on"]);
        // What was not checked on the page is checked when it is submitted.
        set((3, 31), (9, 30));
        let refused = world.submit(ANN, &bid, "one");
        assert!(matches!(&refused, Err(Problem::Invalid(faults)) if faults.of("PROJ_START-day").is_some()), "{refused:?}");
    }

    /// From eligibility to the receipt in a round with two kinds of grant.
    fn a_kind_of_grant_is_chosen_and_changed(world) {
        let definition = two_streams();
        let round = world.round_of(&definition, true);
        world.add_applicant(ANN, "Charnwood Youth Trust");
        let public = world.browser();
        says(
            &open(&public, &format!("/rounds/{}", round.reference)),
            &["Kinds of grant", "Small grants", "£500.00 to £2,500.00, for up to 6 months", "£500.00 to £10,000.00"],
        );
        let ann = world.sign_in(ANN);
        let mut form = open(&ann, &format!("/rounds/{}/eligibility", round.reference)).form("Continue");
        for (code, value) in eligible(&definition) {
            form = form.set(&code, &value);
        }
        let to = form.send(&ann).expect_status(303).location().unwrap();
        assert!(to.starts_with(&format!("/rounds/{}/stream?", round.reference)), "{to}");
        // Nobody gets past the choice.
        ann.get(&to.replace("/stream?", "/apply?")).expect_redirect(&to);
        let page = open(&ann, &to);
        let told = page.form("Continue").send(&ann).expect_status(422);
        assert_eq!(faults(&told), ["Choose which kind of grant you want to apply for"]);
        let to = told.form("Continue").set("stream", "small").send(&ann).expect_status(303).location().unwrap();
        assert!(to.contains("/apply?") && to.ends_with("&stream=small"), "{to}");
        let home = open(&ann, &to).form("Start the application").send(&ann).expect_status(303).location().unwrap();
        let page = open(&ann, &home);
        says(&page, &["Small grants: £500.00 to £2,500.00, for up to 6 months"]);
        is_silent(&page, &["Risks", "What lasts"]);
        let tasks = definition.sections.len() - 2;
        says(&page, &[&format!("of {tasks} tasks")]);
        let started = world.raw().text("SELECT data AS value FROM audit_events WHERE kind = 'application_started'");
        assert!(started.contains("\"stream\":\"small\""), "{started}");

        // A page that this kind of grant does not have leads back.
        ann.get(&format!("{home}/sections/risk")).expect_redirect(&home);
        says(&open(&ann, &format!("{home}/sections/budget")), &["From £500.00 to £2,500.00."]);
        let reference = home.rsplit('/').next().unwrap().to_owned();
        let mut answers = complete_answers(&definition);
        answers.remove("PLAN_RISKS");
        answers.remove("INCL_LEGACY");
        world.act(ANN, |tx| evenhand::applications::actions::save_answers(tx, &reference, &answers));
        world.add_documents(ANN, &definition, &reference);
        let check = open(&ann, &format!("{home}/check"));
        says(&check, &["The amount you ask for must be from £500.00 to £2,500.00", "must last 6 months or less"]);

        // In the other, the amount fits, and two more questions wait.
        let page = open(&ann, &format!("{home}/stream"));
        assert_eq!(page.form("Continue").value("stream"), "small");
        page.form("Continue").set("stream", "main").send(&ann).expect_redirect(&home);
        says(&open(&ann, &home), &["Main grants: £500.00 to £10,000.00, for up to 12 months", "Risks", "What lasts"]);
        assert_eq!(world.raw().count("audit_events WHERE kind = 'stream_changed'"), 1);
        let check = open(&ann, &format!("{home}/check"));
        says(&check, &["Add at least one risk"]);
        is_silent(&check, &["The amount you ask for must be"]);
        let rest = [
            ("PLAN_RISKS", Answer::Risks(vec![Risk {
                risk: "Rain".to_owned(),
                likelihood: Some(Level::High),
                impact: Some(Level::Low),
                action: "Tents".to_owned(),
            }])),
            ("INCL_LEGACY", Answer::Text("A hall that is used.".to_owned())),
        ];
        let rest = rest.map(|(code, answer)| (code.to_owned(), answer)).into();
        world.act(ANN, |tx| evenhand::applications::actions::save_answers(tx, &reference, &rest));
        let form = open(&ann, &format!("{home}/check")).form("Submit the application");
        let form = form.set("name", "Ann Applicant").set("role", "Treasurer").set("authority", "yes").set("confirmed", "yes");
        form.send(&ann).expect_redirect(&format!("{home}/receipt"));
        says(&open(&ann, &format!("{home}/receipt")), &["Main grants"]);
        says(&open(&ann, &home), &["Main grants"]);
        let officer = world.sign_in(OFFICER);
        says(&open(&officer, &format!("/office/applications/{reference}")), &["Kind of grant", "Main grants", "Tents"]);
        let list = format!("/office/rounds/{}/applications", round.reference);
        for (query, there) in [("", true), ("?stream=main", true), ("?stream=small", false), ("?stream=none", false)] {
            let page = open(&officer, &format!("{list}{query}"));
            assert_eq!(page.words().contains(&reference), there, "{query}: {}", page.words());
        }
        says(&open(&officer, &list), &["Kind of grant"]);
        let export = open(&officer, &format!("/office/rounds/{}/export", round.reference));
        let csv = export.form("Make the file").set("format", "csv").send(&officer).expect_status(200).text();
        assert!(csv.contains("Kind of grant") && csv.contains("Main grants"), "{csv}");
        ann.get(&format!("{home}/stream")).expect_redirect(&home);
        let late = world.write_as(ANN, |tx| change_stream(tx, &reference, "small"));
        assert!(matches!(late, Err(Problem::Refused { .. })), "{late:?}");
    }

    /// The action itself takes no stream that the round does not have, and none in a round without.
    fn a_stream_is_one_of_the_rounds_own(world) {
        let definition = two_streams();
        let round = world.round_of(&definition, true);
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        for stream in [None, Some("large")] {
            let refused = world.write_as(ANN, |tx| start(tx, round.id, charity, &eligible(&definition), stream));
            assert!(matches!(refused, Err(Problem::Refused { .. })), "{stream:?}: {refused:?}");
        }
        let reference = world.start_application(ANN, &round, charity);
        let stranger = world.add_applicant("ben@club.example", "Rutland Boxing Club");
        let denied = world.write_as("ben@club.example", |tx| change_stream(tx, &reference, "main"));
        assert!(matches!(denied, Err(Problem::NotFound)), "{denied:?}");
        let ann = world.sign_in(ANN);
        let form = open(&ann, &format!("/applications/{reference}/stream")).form("Continue");
        form.clone().forge("stage", "submitted").send(&ann).expect_status(400);
        form.forge("stream", "large").send(&ann).expect_status(422);

        let plain = world.published_round();
        let refused = world.write_as("ben@club.example", |tx| start(tx, plain.id, stranger, &eligible(&definition), Some("main")));
        assert!(matches!(refused, Err(Problem::Refused { .. })), "{refused:?}");
        let other = world.start_application("ben@club.example", &plain, stranger);
        world.sign_in("ben@club.example").get(&format!("/applications/{other}/stream")).expect_status(404);
        let path = format!("/rounds/{}/stream", plain.reference);
        let to = world.browser().get(&path).expect_status(303).location().unwrap();
        assert_eq!(to, format!("/rounds/{}/eligibility", plain.reference));
    }

    /// A definition whose conditions cannot work is not published.
    fn a_round_with_a_condition_that_cannot_be_met_is_not_published(world) {
        let mut definition = default_definition();
        for question in definition.sections.iter_mut().flat_map(|section| &mut section.questions) {
            if let Some(condition) = &mut question.show_if {
                condition.question = "NOWHERE".to_owned();
            }
        }
        let round = world.round_of(&definition, false);
        let early = world.write_as(OFFICER, |tx| evenhand::rounds::actions::publish(tx, round.id));
        assert!(
            matches!(&early, Err(Problem::Refused { text, .. }) if text.contains("is asked only after NOWHERE, which is not in the form")),
            "{early:?}"
        );
    }
}
