//! What is announced besides the form: days, items of checks, amounts of streams; and what is asked by quarter.

use evenhand::base::money::Pence;
use evenhand::rounds::actions::publish;
use evenhand::rounds::{QuestionKind, RoundDefinition};
use jiff::civil::date;

use super::{draft, open, says};
use crate::support::builders::{OFFICER, default_definition};
use crate::support::letters::{assert_conforms, pdf_text};
use crate::support::{PageForm, TestWorld};

const ANN: &str = "ann@charity.example";

fn day(form: PageForm, name: &str, (day, month, year): (&str, &str, &str)) -> PageForm {
    form.set(&format!("{name}_day"), day).set(&format!("{name}_month"), month).set(&format!("{name}_year"), year)
}

/// The default form with a question by quarter.
fn with_quarters() -> RoundDefinition {
    let mut definition = default_definition();
    let section = definition
        .sections
        .iter_mut()
        .find(|section| section.questions.iter().any(|question| question.kind == QuestionKind::Budget))
        .unwrap();
    let mut question = section.questions[0].clone();
    (question.code, question.text) = ("QUARTERS".to_owned(), "When do you need the money?".to_owned());
    (question.kind, question.required, question.role, question.word_limit) = (QuestionKind::Profile, true, None, None);
    section.questions.push(question);
    definition
}

on_both! {
    /// Days are typed, checked against each other, shown to everybody, and frozen with the round.
    fn an_officer_announces_days(world) {
        let (round, home) = draft(&world);
        let olive = world.sign_in(OFFICER);
        let path = format!("{home}/timetable");
        let form = open(&olive, &path).form("Save the timetable");
        // The round is open from 23 November to 14 December 2026.
        let wrong = day(form.clone(), "questions_by", ("15", "12", "2026"));
        let wrong = day(wrong, "panel_on", ("31", "11", "2026"));
        let faulty = wrong.send(&olive).expect_status(422);
        says(&faulty, &["Enter a real date, such as 27 3 2027"]);
        assert_eq!(faulty.form("Save the timetable").value("panel_on_day"), "31", "what was typed stays");
        let wrong = day(form.clone(), "questions_by", ("15", "12", "2026"));
        let wrong = day(wrong, "panel_on", ("12", "1", "2027"));
        let wrong = day(wrong, "decision_by", ("11", "1", "2027"));
        let faulty = wrong.send(&olive).expect_status(422);
        says(&faulty, &["The round closes on 14 December 2026", "This is before the panel meets (12 January 2027)"]);
        assert_eq!(world.definition_of(&round).timetable, evenhand::rounds::Timetable::default());

        let form = day(form, "questions_by", ("30", "11", "2026"));
        let form = day(form, "answers_by", ("4", "12", "2026"));
        let form = day(form, "panel_on", ("12", "1", "2027"));
        let form = day(form, "decision_by", ("20", "1", "2027"));
        let form = day(form, "letters_by", ("29", "1", "2027"));
        form.clone().send(&olive).expect_redirect(&path);
        let stale = form.send(&olive).expect_status(409);
        says(&stale, &["Somebody else changed this round"]);
        let kept = world.definition_of(&round).timetable;
        assert_eq!(kept.panel_on, Some(evenhand::rounds::Day(date(2027, 1, 12))));
        says(&open(&olive, &format!("{home}/versions")), &["Decision expected by: none, now 20 January 2027"]);
        assert_eq!(open(&olive, &path).form("Save the timetable").value("letters_by_year"), "2027");

        world.act(OFFICER, |tx| publish(tx, round.id));
        let public = world.browser();
        let page = open(&public, &format!("/rounds/{}", round.reference));
        says(&page, &["Questions to the office until", "30 November 2026", "Questions answered by", "The panel meets on"]);
        let calendar = open(&public, &format!("/rounds/{}/calendar.ics", round.reference)).text();
        for part in ["VALUE=DATE:20261130", "VALUE=DATE:20261204", "VALUE=DATE:20270120", "VALUE=DATE:20270129"] {
            assert!(calendar.contains(part), "{part}: {calendar}");
        }
        let frozen = open(&olive, &path);
        says(&frozen, &["Its timetable is frozen"]);
        assert!(!frozen.has_button("Save the timetable"));
        olive.post(&path, &[("version", "9"), ("letters_by_day", "")]).expect_status(409);
        assert_eq!(world.definition_of(&round).timetable, kept);
    }

    /// A day that the closing time has overtaken keeps the round from being published.
    fn days_that_cannot_be_kept_are_said_before_publishing(world) {
        let mut definition = default_definition();
        definition.timetable.letters_by = Some(evenhand::rounds::Day(date(2026, 12, 1)));
        let round = world.round_of(&definition, false);
        let olive = world.sign_in(OFFICER);
        let home = format!("/office/rounds/{}", round.reference);
        says(&open(&olive, &home), &["Letters expected by: This is before the round closes (14 December 2026)"]);
        assert!(world.write_as(OFFICER, |tx| publish(tx, round.id)).is_err());
    }

    /// Items are added, changed and removed by pages; a check whose code changes keeps them; officers then check each.
    fn an_officer_sets_the_items_of_a_check(world) {
        let (round, home) = draft(&world);
        let olive = world.sign_in(OFFICER);
        let items = |world: &TestWorld, gate: &str| {
            let definition = world.definition_of(&round);
            definition.gate(gate).unwrap().items.iter().map(|item| item.code.clone()).collect::<Vec<_>>()
        };
        let checks = open(&olive, &format!("{home}/checks"));
        says(&checks, &["No items: it is judged as a whole", "3 items"]);
        let path = format!("{home}/checks/ELIG");
        let form = open(&olive, &path).form("Save the items");
        let wrong = form.clone().set("item-0-code", "area!").set("item-1-code", "TYPE").set("item-1-title", "");
        let faulty = wrong.send(&olive).expect_status(422);
        says(&faulty, &["Enter a code of capital letters", "Say what TYPE looks for"]);
        let form = form.set("item-0-code", "AREA").set("item-0-title", "Works in the area");
        let form = form.set("item-1-code", "type").set("item-1-title", "Kind of organisation").set("item-1-hint", "As registered");
        form.send(&olive).expect_redirect(&path);
        assert_eq!(items(&world, "ELIG"), ["AREA", "TYPE"]);
        says(&open(&olive, &format!("{home}/versions")), &["Items of check ELIG: none, now ‘Works in the area’, ‘Kind of organisation’"]);
        let twice = open(&olive, &path).form("Save the items").set("item-1-code", "AREA");
        says(&twice.send(&olive).expect_status(422), &["Two items have that code"]);
        open(&olive, &path).form("Save the items").set("item-0-code", "").send(&olive).expect_redirect(&path);
        assert_eq!(items(&world, "ELIG"), ["TYPE"]);

        let form = open(&olive, &format!("{home}/checks")).form("Save the checks and the declaration");
        form.set("gate-0-code", "ENTRY").send(&olive).expect_redirect(&format!("{home}/checks"));
        assert_eq!(items(&world, "ENTRY"), ["TYPE"]);
        olive.get(&path).expect_status(404);
        olive.post(&format!("{home}/checks/ENTRY"), &[("version", "1"), ("item-99-code", "X")]).expect_status(400);

        world.act(OFFICER, |tx| publish(tx, round.id));
        says(&open(&olive, &format!("{home}/checks/ENTRY")), &["Its checks are frozen"]);
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let bid = world.submitted_application(ANN, &round, charity);
        says(&open(&olive, &format!("/office/applications/{bid}")), &["Kind of organisation"]);
        says(&open(&olive, &format!("/office/applications/{bid}/gates/ENTRY/items/TYPE")), &["As registered"]);
    }

    /// What is planned for a stream is public, is within the pot, and says that the cut is made on the whole.
    fn a_stream_says_what_is_planned_for_it(world) {
        let (round, home) = draft(&world);
        let olive = world.sign_in(OFFICER);
        let path = format!("{home}/intake");
        let form = open(&olive, &path).form("Save the streams and the intake");
        let form = form.set("stream-0-code", "SMALL").set("stream-0-title", "Small grants").set("stream-0-summary", "For groups");
        let form = form.set("stream-0-least", "500").set("stream-0-most", "2500").set("stream-0-months", "6").set("grace", "15");
        let over = form.clone().set("stream-0-pot", "200000.01").send(&olive).expect_status(422);
        says(&over, &["more than the money available, £200,000.00"]);
        form.set("stream-0-pot", "50,000").send(&olive).expect_redirect(&path);
        assert_eq!(world.definition_of(&round).streams[0].pot_pence, Some(Pence::new(5_000_000)));
        let page = open(&olive, &path);
        assert_eq!(page.form("Save the streams and the intake").value("stream-0-pot"), "50000.00");
        says(&page, &["Applicants read: If you have already begun, you may still submit until 10:15am"]);
        let text = world.definition_of(&round).about.guidance.join(" ");
        assert!(!text.contains("not accepted"), "the usual guidance leaves the rule to the service: {text}");
        world.act(OFFICER, |tx| publish(tx, round.id));
        let public = open(&world.browser(), &format!("/rounds/{}", round.reference));
        says(&public, &["The office plans to spend £50,000.00 on these", "awards are made from the whole of the money available"]);
    }

    /// The amounts by quarter are kept where they were typed, and add up to the ask to the penny before the bid is taken.
    fn quarters_add_up_to_the_penny(world) {
        let definition = with_quarters();
        let round = world.round_of(&definition, true);
        let charity = world.add_applicant(ANN, "Charnwood Youth Trust");
        let bid = world.complete_application(ANN, &round, charity);
        let section = definition.sections.iter().find(|section| section.questions.iter().any(|one| one.code == "QUARTERS"));
        let section = format!("/applications/{bid}/sections/{}", section.unwrap().code);
        let ann = world.sign_in(ANN);
        let form = open(&ann, &section).form("Save and continue");
        assert!(form.names().contains(&"QUARTERS-q4") && !form.names().contains(&"QUARTERS-q5"), "twelve months");
        let text = form.clone().set("QUARTERS-q1", "soon").send(&ann).expect_status(422);
        says(&text, &["Quarter 1: "]);
        // From February to September: the fourth quarter would begin in November.
        let form = form.set("QUARTERS-q1", "").set("QUARTERS-q2", "4,000.00").set("QUARTERS-q4", "499.99");
        let faulty = form.clone().send(&ann).expect_status(422);
        says(&faulty, &["£4,499.99, but you ask for £4,500.00: £0.01 too little", "Quarter 4: the project has ended by then"]);
        let stored = "SELECT value FROM answers WHERE question = 'QUARTERS'";
        assert_eq!(world.raw().text(stored), "[0,400000,0,49999]", "what is wrong is saved all the same");
        assert!(world.submit(ANN, &bid, "early").is_err());
        let form = open(&ann, &section).form("Save and continue");
        assert_eq!(form.value("QUARTERS-q4"), "499.99");
        form.set("QUARTERS-q4", "").set("QUARTERS-q3", "500").send(&ann).expect_status(303);
        says(&open(&ann, &section), &["All quarters together: £4,500.00"]);
        world.submit(ANN, &bid, "whole").unwrap();
        let copy = open(&ann, &format!("/applications/{bid}/copy"));
        says(&copy, &["Quarter 2 (months 4 to 6): £4,000.00", "In all: £4,500.00"]);
        let printed = ann.get(&format!("/applications/{bid}/copy/pdf")).expect_status(200);
        assert_conforms(&printed.bytes);
        assert!(pdf_text(&printed.bytes).contains("Quarter3(months7to9)£500.00"), "{}", pdf_text(&printed.bytes));
        let olive = world.sign_in(OFFICER);
        says(&open(&olive, &format!("/office/applications/{bid}")), &["Quarter 3 (months 7 to 9): £500.00"]);
    }
}
