//! A round set up without a developer: its form, its checks, its preview, its copies, its versions, and the round that only tries it out.

mod announced;
mod refusals;
mod trial;

use evenhand::rounds::{Round, round_of_reference};

use crate::support::builders::{OFFICER, default_definition};
use crate::support::pages::{is_silent, open, says};
use crate::support::{Browser, PageForm, Reply, TestWorld};

fn stored(world: &TestWorld, reference: &str) -> Round {
    world.read(|conn| round_of_reference(conn, reference))
}

/// A draft of the usual round, and its address in the office.
fn draft(world: &TestWorld) -> (Round, String) {
    let round = world.round_of(&default_definition(), false);
    let home = format!("/office/rounds/{}", round.reference);
    (round, home)
}

fn order(world: &TestWorld, round: &Round, section: &str) -> Vec<String> {
    let definition = world.definition_of(round);
    let section = definition.sections.iter().find(|other| other.code == section).expect("the section is there");
    section.questions.iter().map(|question| question.code.clone()).collect()
}

fn dates(form: PageForm) -> PageForm {
    form.set("opens_date_day", "24")
        .set("opens_date_month", "11")
        .set("opens_date_year", "2026")
        .set("closes_date_day", "21")
        .set("closes_date_month", "12")
        .set("closes_date_year", "2026")
}

/// Presses a button of a list.
#[track_caller]
fn press(browser: &Browser, list: &str, button: &str) -> Reply {
    open(browser, list).form(button).send(browser)
}

fn build_the_form(world: &TestWorld, olive: &Browser, home: &str) {
    let list = format!("{home}/questions");
    let form = open(olive, &format!("{home}/sections/new")).form("Save the section");
    says(&form.clone().send(olive).expect_status(422), &["Enter a title for the section"]);
    form.set("title", "Volunteers").send(olive).expect_redirect(&list);
    let form = open(olive, &format!("{home}/questions/new-in-volunteers")).form("Save the question");
    let faulty = form.clone().set("kind", "single").set("word_limit", "5").send(olive).expect_status(422);
    assert_eq!(faulty.all(".govuk-error-summary__list li").len(), 4, "{}", faulty.words());
    let form = form.set("code", "VOL_ANY").set("text", "Will volunteers take part?").set("kind", "single");
    form.set("options", "Yes, many\nYes, a few\nNo").set("required", "yes").send(olive).expect_redirect(&list);
    let form = open(olive, &format!("{home}/questions/new-in-volunteers")).form("Save the question");
    let form = form.set("code", "VOL_HOW").set("text", "How do you train them?").set("kind", "long_text");
    let form = form.set("show", "VOL_ANY:yes_many").set("word_limit", "120").set("criterion", "TEAM");
    form.set("track_record", "yes").set("reason", "Training matters").send(olive).expect_redirect(&list);
    says(&open(olive, &list), &["if VOL_ANY is ‘Yes, many’", "People, skills and partners", "may have 1695 words"]);

    press(olive, &list, "Duplicate VOL_HOW").expect_status(303);
    press(olive, &list, "Move up VOL_HOW_2").expect_status(303);
    let round = stored(world, home.rsplit('/').next().unwrap());
    assert_eq!(order(world, &round, "volunteers"), ["VOL_ANY", "VOL_HOW_2", "VOL_HOW"]);
    says(&open(olive, &list), &["ask the same in the same words"]);
    let form = open(olive, &format!("{home}/questions/VOL_HOW_2")).form("Save the question");
    form.set("section", "risk")
        .set("code", "VOL_RISK")
        .set("text", "What could go wrong?")
        .send(olive)
        .expect_status(422);
    press(olive, &list, "Move up Volunteers").expect_status(303);
    let page = open(olive, &format!("{home}/questions/VOL_HOW_2"));
    page.form("Remove the question").send(olive).expect_redirect(&list);
    let form = open(olive, &format!("{home}/sections/volunteers")).form("Save the section");
    form.set("title", "Your volunteers").send(olive).expect_redirect(&list);
    is_silent(&open(olive, &list), &["VOL_HOW_2"]);
}

fn set_the_rest(olive: &Browser, home: &str) {
    let list = format!("{home}/eligibility");
    let form = open(olive, &format!("{list}/new")).form("Save the eligibility question");
    says(&form.clone().send(olive).expect_status(422), &["Write at least two answers"]);
    let form = form.set("code", "SAFE").set("text", "Do you have a safeguarding policy?").set("answer-0", "Yes");
    let form = form.set("answer-1", "No").set("refusal-1", "We fund only who has one.");
    says(
        &form.clone().set("refusal-0", "Never").send(olive).expect_status(422),
        &["At least one answer must let people go on"],
    );
    form.send(olive).expect_redirect(&list);
    press(olive, &list, "Move up SAFE").expect_status(303);
    press(olive, &list, "Remove AMOUNT").expect_status(303);
    is_silent(&open(olive, &list), &["Will you ask for at least"]);

    let checks = format!("{home}/checks");
    let form = open(olive, &checks).form("Save the checks and the declaration");
    says(&form.clone().set("gate-3-code", "OWN").send(olive).expect_status(422), &["Say what OWN checks"]);
    let form = form.set("gate-1-documents", "DOC_GOVERNING").set("gate-3-code", "OWN").set("gate-3-title", "Own money");
    form.set("declaration", "All of it is true.").send(olive).expect_redirect(&checks);
    says(
        &open(olive, &format!("{home}/questions")),
        &["DOC_ACCOUNTS is a required document that informs no criterion"],
    );

    let intake = format!("{home}/intake");
    let form = open(olive, &intake).form("Save the streams and the intake");
    let faulty =
        form.clone().set("grace", "61").set("file", "51").set("stream-0-code", "SMALL").send(olive).expect_status(422);
    says(&faulty, &["from 0 to 60", "from 1 to 50", "Enter a title for the stream"]);
    let form = form
        .set("grace", "15")
        .set("sealed", "yes")
        .set("stream-0-code", "SMALL")
        .set("stream-0-title", "Small grants");
    let form = form.set("stream-0-summary", "For groups without staff").set("stream-0-least", "500");
    form.set("stream-0-most", "2000").set("stream-0-months", "6").send(olive).expect_redirect(&intake);
    let form = open(olive, &format!("{home}/questions/GOV_INCOME")).form("Save the question");
    form.set("streams", "SMALL").send(olive).expect_status(303);
    let form = open(olive, &intake).form("Save the streams and the intake");
    says(
        &form.set("stream-0-code", "").send(olive).expect_status(422),
        &["GOV_INCOME is asked only in the stream SMALL"],
    );

    let set_up = format!("{home}/set-up");
    let form = open(olive, &set_up).form("Save the set-up").set("scale_max", "6");
    form.send(olive).expect_redirect(&set_up);
    says(&open(olive, home), &["Say what the mark 6 means"]);
    let form = open(olive, &set_up).form("Save the set-up").set("scale-6", "Outstanding: Nothing could be better.");
    form.send(olive).expect_redirect(&set_up);
}

on_both! {
    /// From an empty database to a published round, all of it by an officer's browser; then it is frozen.
    fn an_officer_builds_a_round_and_publishes_it(world) {
        world.add_person(OFFICER, "Olive Officer", &[evenhand::base::role::Role::Officer]);
        let olive = world.sign_in(OFFICER);
        let form = dates(open(&olive, "/office/new-round").form("Set up the round").set("name", "Winter round"));
        says(&form.clone().set("fund_code", "test").send(&olive).expect_status(422), &["TEST marks rounds"]);
        let home = form.send(&olive).expect_status(303).location().unwrap();
        build_the_form(&world, &olive, &home);
        set_the_rest(&olive, &home);
        let versions = open(&olive, &format!("{home}/versions"));
        says(&versions, &[
            "Version 1", "Olive Officer", "Training matters", "Section ‘Volunteers’ added",
            "Question VOL_HOW added to ‘Volunteers’: ‘How do you train them?’",
            "Section ‘Volunteers’ is now called ‘Your volunteers’", "Streams: none, now SMALL",
            "Eligibility question AMOUNT removed", "Check OWN added: ‘Own money’",
        ]);
        let round = stored(&world, home.rsplit('/').next().unwrap());
        let kept = world.raw().count("round_definitions");
        open(&olive, &home).form("Publish the round").send(&olive).expect_redirect(&home);

        for (page, button) in [
            ("questions", "Duplicate VOL_ANY"), ("questions/VOL_ANY", "Save the question"), ("intake", "Save the streams and the intake"),
            ("checks", "Save the checks and the declaration"), ("eligibility", "Remove SAFE"), ("sections/volunteers", "Save the section"),
            ("bank", "Add the questions"), ("eligibility/SAFE", "Save the eligibility question"),
        ] {
            assert!(!open(&olive, &format!("{home}/{page}")).has_button(button), "{page} is frozen");
        }
        let version = stored(&world, &round.reference).version.to_string();
        for (page, fields) in [
            ("questions", &[("do", "duplicate VOL_ANY")][..]), ("questions/VOL_ANY/remove", &[]),
            ("sections/volunteers", &[("title", "Late")]), ("eligibility", &[("do", "remove SAFE")]),
        ] {
            let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("version", version.as_str())]).collect();
            says(&olive.post(&format!("{home}/{page}"), &fields).expect_status(409), &["The rules of this round are frozen"]);
        }
        assert_eq!(world.raw().count("round_definitions"), kept);
    }

    /// Questions of the usual form and of other rounds come over, found by words, with codes of their own.
    fn questions_come_from_the_bank(world) {
        let mut other = default_definition();
        other.sections.iter_mut().flat_map(|section| &mut section.questions).find(|q| q.code == "ORG_PURPOSE").unwrap().text = "Whom do you serve, and where?".to_owned();
        world.round_of(&other, true);
        let (round, home) = draft(&world);
        let olive = world.sign_in(OFFICER);
        let all = open(&olive, &format!("{home}/bank"));
        assert_eq!(all.all("input[type=checkbox]").len(), default_definition().questions().count() + 1, "once each");
        says(&all, &["Information only", "Outcomes and measurement"]);
        let found = open(&olive, &format!("{home}/bank?words=whom+SERVE"));
        assert_eq!(found.attributes("input[type=checkbox]", "value"), ["CSF-2026-R1:ORG_PURPOSE"]);
        says(&open(&olive, &format!("{home}/bank?words=zeppelin")), &["No question has these words"]);
        let form = found.form("Add the questions").set("section", "need");
        says(&form.clone().send(&olive).expect_status(422), &["Tick at least one question"]);
        let added = form.set("questions", "CSF-2026-R1:ORG_PURPOSE").send(&olive);
        added.expect_redirect(&format!("{home}/questions#at-need"));
        assert_eq!(order(&world, &round, "need"), ["NEED_PROBLEM", "ORG_PURPOSE_2"]);
        says(&open(&olive, &format!("{home}/versions")), &["1 question is added from the question bank", "ORG_PURPOSE_2 added to ‘The need’"]);
    }

    /// The preview is the applicant's own page: it finds the same faults, and keeps nothing.
    fn the_preview_checks_and_keeps_nothing(world) {
        let mut definition = default_definition();
        definition.sections[2].questions[0].streams = vec!["BIG".to_owned()];
        definition.streams = vec![
            evenhand::rounds::model::Stream {
                code: "BIG".to_owned(), title: "Main grants".to_owned(), summary: "For charities".to_owned(),
                min_ask_pence: evenhand::base::money::Pence::new(200_000), max_ask_pence: definition.money.max_ask_pence, max_months: 12,
                pot_pence: None,
            },
            evenhand::rounds::model::Stream {
                code: "SMALL".to_owned(), title: "Small grants".to_owned(), summary: "For groups".to_owned(),
                min_ask_pence: definition.money.min_ask_pence, max_ask_pence: evenhand::base::money::Pence::new(200_000), max_months: 6,
                pot_pence: Some(evenhand::base::money::Pence::new(5_000_000)),
            },
        ];
        let round = world.round_of(&definition, false);
        let home = format!("/office/rounds/{}", round.reference);
        let olive = world.sign_in(OFFICER);
        let before = world.records();
        let page = open(&olive, &format!("{home}/preview"));
        says(&page, &["Main grants", "Small grants", "How you are run", "Cannot be funded", &definition.declaration[0]]);
        assert_eq!(page.all(".govuk-task-list__item").len(), definition.sections.len());

        let need = open(&olive, &format!("{home}/preview/need"));
        let form = need.form("Check this page");
        says(&form.clone().send(&olive).expect_status(422), &["Answer ‘"]);
        let long = vec!["word"; 251].join(" ");
        let faulty = form.clone().set("NEED_PROBLEM", &long).send(&olive).expect_status(422);
        says(&faulty, &["has 251 words; the limit is 250"]);
        assert_eq!(faulty.form("Check this page").value("NEED_PROBLEM"), long, "what was typed stays");
        let passed = form.clone().set("NEED_PROBLEM", "Streets are dark.").send(&olive).expect_status(200);
        says(&passed, &["Nothing is wrong with what you typed"]);
        form.forge("NEED_NONE", "x").send(&olive).expect_status(400);
        for section in &definition.sections {
            open(&olive, &format!("{home}/preview/{}", section.code));
        }
        let documents = open(&olive, &format!("{home}/preview/documents"));
        assert_eq!(documents.all("input[type=file]").len(), 3);
        says(&documents.form("Check this page").send(&olive).expect_status(422), &["Add the document for"]);

        let text = definition.question("GOV_PEOPLE").unwrap().text.clone();
        says(&open(&olive, &format!("{home}/preview/governance?stream=BIG")), &[&text]);
        is_silent(&open(&olive, &format!("{home}/preview/governance?stream=SMALL")), &[&text]);
        let ask = open(&olive, &format!("{home}/preview/budget?stream=SMALL")).form("Check this page");
        says(&ask.set("VFM_ASK", "3000").send(&olive).expect_status(422), &["must be from £500.00 to £2,000.00"]);
        olive.get(&format!("{home}/preview/governance?stream=NONE")).expect_status(404);
        let whole = open(&olive, &format!("{home}/preview-all?stream=SMALL"));
        says(&whole, &["Small grants", "up to 250 words", "choose all that apply"]);
        is_silent(&whole, &[&text]);
        assert_eq!(world.records(), before, "nothing is written");
    }

    /// A copy is a new draft of the same fund with the same rules; the trail says from which.
    fn a_round_is_copied(world) {
        let mut definition = default_definition();
        definition.pass_mark = evenhand::base::exact::Decimal4::whole(70).unwrap();
        let round = world.round_of(&definition, true);
        let home = format!("/office/rounds/{}", round.reference);
        let olive = world.sign_in(OFFICER);
        let form = open(&olive, &format!("{home}/copy")).form("Make the copy");
        assert_eq!(form.clone().send(&olive).expect_status(422).all(".govuk-error-summary__list li").len(), 2);
        says(&dates(form.clone()).send(&olive).expect_status(422), &["Enter a name for the round"]);
        let made = dates(form.set("name", "Spring round")).send(&olive);
        made.expect_redirect("/office/rounds/CSF-2026-R2");
        let copy = stored(&world, "CSF-2026-R2");
        assert_eq!(world.definition_of(&copy), definition);
        assert_eq!((copy.fund, copy.name.as_str()), (round.fund, "Spring round"));
        assert_eq!(copy.stage, evenhand::rounds::RoundStage::Draft);
        says(&open(&olive, "/office/rounds/CSF-2026-R2/versions"), &["Copied from CSF-2026-R1, version 1"]);
        let event = world.raw().text("SELECT data AS value FROM audit_events WHERE kind = 'round_copied'");
        assert!(event.contains("\"from\":\"CSF-2026-R1\""), "{event}");
        assert_eq!(world.raw().count("applications"), 0);
    }
}
