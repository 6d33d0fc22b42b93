//! The PDF copy: everything that was written, tagged, and the same bytes each time.

use std::collections::BTreeMap;

use evenhand::applications::actions::save_answers;
use evenhand::applications::{Answer, Outcome};
use evenhand::press::application::{CopyAnswer, Given, sample};
use evenhand::press::{ApplicationCopy, Engine, Rendered};
use evenhand::rounds::QuestionKind;
use lopdf::{Document, Object};

use super::{ANN, open, ready, says, submit};
use crate::support::TestWorld;
use crate::support::builders::{OFFICER, complete_answers, default_definition};
use crate::support::letters::{AMPLE, assert_conforms, pdf_text, pool, squeeze};

fn set(copy: &ApplicationCopy) -> Rendered {
    Engine::new().unwrap().render(copy).unwrap_or_else(|fault| panic!("{fault}"))
}

/// How often each structure tag stands in the PDF.
fn tags(pdf: &[u8], tag: &str) -> usize {
    let document = Document::load_mem(pdf).unwrap();
    let is = |object: &Object| {
        object.as_dict().is_ok_and(|dictionary| {
            dictionary.get(b"S").is_ok_and(|name| name.as_name().is_ok_and(|name| name == tag.as_bytes()))
        })
    };
    document.objects.values().filter(|object| is(object)).count()
}

#[test]
fn the_sample_is_tagged_sound_and_the_same_bytes_from_a_child() {
    let copy = sample();
    let made = set(&copy);
    assert_eq!((made.findings.as_slice(), made.warnings.as_slice()), (&[][..], &[][..]));
    assert_conforms(&made.pdf);
    assert_eq!(made, pool(1, AMPLE).render(&copy).unwrap());
    assert_eq!((tags(&made.pdf, "Table"), tags(&made.pdf, "TH"), tags(&made.pdf, "H1")), (1, 3, 1));
    assert!(tags(&made.pdf, "H2") >= 4 && tags(&made.pdf, "H3") >= 5 && tags(&made.pdf, "LI") >= 4);
    for text in
        ["Not provided", "Page 1 of", "Entered by the office from a paper form.", "Record number: 1,204", "[TBC]"]
    {
        assert!(made.text.contains(text), "{text}: {}", made.text);
    }
    let mut draft = copy;
    draft.heading = "Draft: not submitted".to_owned();
    draft.record = None;
    draft.declaration.clear();
    let made = set(&draft);
    assert!(made.text.contains("Draft: not submitted") && !made.text.contains("Proof of receipt"));
    assert_conforms(&made.pdf);
}

#[test]
fn what_people_write_is_printed_as_it_is_and_never_run() {
    let hostile = "#read(\"/etc/passwd\") *b* _i_ $x^2$ <script> @ref <lab> \\ // #eval(\"1\") {{x}} [y] TBC XXX two  spaces , () = - + ~ `";
    let mut copy = sample();
    copy.title = hostile.to_owned();
    for fact in &mut copy.facts {
        fact.text = hostile.to_owned();
    }
    copy.sections[0].title = hostile.to_owned();
    copy.sections[0].answers[0].answer =
        Given::Text { text: format!("{hostile}\n\n{hostile}\nend \u{13080} \u{12000}") };
    copy.documents[0].name = hostile.to_owned();
    copy.declared_by = Some(hostile.to_owned());
    let made = set(&copy);
    assert_conforms(&made.pdf);
    let printed = pdf_text(&made.pdf);
    assert!(printed.matches(&squeeze(hostile)).count() >= 9, "{printed}");
    // Nothing of an applicant's words keeps the copy from being made; what no font has is a box, and is listed.
    assert!(
        made.text.contains("end □ □") && made.text.contains("U+13080") && made.text.contains("U+12000"),
        "{}",
        made.text
    );
    let placeholders = made.findings.iter().filter(|finding| finding.kind != evenhand::press::FindingKind::Unprintable);
    assert_eq!(placeholders.count(), 0);
}

/// The longest bid that the form takes fits the limits of the child.
#[test]
fn a_bid_of_thirty_answers_of_twenty_thousand_characters_is_printed() {
    let mut copy = sample();
    let text: String = "Every word of it is printed, ŵ. ".chars().cycle().take(20_000).collect();
    copy.sections[0].answers = (0..30)
        .map(|number| CopyAnswer {
            question: format!("Question {number}"),
            answer: Given::Text { text: format!("n{number}n {}", &text.chars().take(19_990).collect::<String>()) },
        })
        .collect();
    let began = std::time::Instant::now();
    let made = pool(1, AMPLE).render(&copy).unwrap_or_else(|fault| panic!("{fault}"));
    println!("{} pages in {:?}, {} bytes", made.pages, began.elapsed(), made.pdf.len());
    assert!((100..=400).contains(&made.pages), "{} pages", made.pages);
    for number in 0..30 {
        assert!(made.text.contains(&format!("n{number}n")));
    }
}

on_both! {
    fn the_copy_has_every_answer_and_number(world) {
        let (_, reference) = ready(&world);
        let definition = default_definition();
        let mut answers = complete_answers(&definition);
        let long = definition.questions().find(|question| question.code == "NEED_PROBLEM").unwrap();
        answers.insert(long.code.clone(), Answer::Text("First [line] TBC\n\nSecond: #let x = 1, ŵ ½ “q”".to_owned()));
        for answer in answers.values_mut() {
            if let Answer::Outcomes(lines) = answer {
                lines.push(Outcome {
                    outcome: "Fewer calls".to_owned(),
                    baseline: "90 a month".to_owned(),
                    target: "60 a month".to_owned(),
                    measure: "Police figures".to_owned(),
                });
            }
        }
        world.act(ANN, |tx| save_answers(tx, &reference, &answers));
        let ann = world.sign_in(ANN);
        let charity = world.read(|conn| evenhand::applications::application_of_reference(conn, &reference)).organisation;
        let edit = format!("/organisations/{}/edit", charity.row());
        let details = open(&ann, &edit).form("Save the details").set("number_gb_chc", "1164883");
        details.set("number_gb_mpr", "ip 028991 r").send(&ann).expect_status(303);
        let path = format!("/applications/{reference}/copy/pdf");
        let draft = ann.get(&path).expect_status(200);
        assert!(pdf_text(&draft.bytes).contains("Draft:notsubmitted"));
        submit(&ann, &reference);
        let made = ann.get(&path).expect_status(200);
        assert_eq!(made.header("content-type").as_deref(), Some("application/pdf"));
        assert!(made.header("content-disposition").unwrap().contains(&format!("{reference} application.pdf")));
        assert_conforms(&made.bytes);
        assert_eq!(made.bytes, ann.get(&path).bytes, "the same application is the same bytes");
        let printed = pdf_text(&made.bytes);
        let all = |texts: &BTreeMap<String, Answer>| {
            for (code, answer) in texts {
                let question = definition.question(code).unwrap();
                if matches!(question.kind, QuestionKind::Budget | QuestionKind::Outcomes) {
                    continue;
                }
                for line in answer.plain(question).lines() {
                    assert!(printed.contains(&squeeze(line)), "{code}: {line}");
                }
            }
        };
        all(&answers);
        let hash = world.raw().text("SELECT hash AS value FROM audit_events WHERE kind = 'application_submitted'");
        let content = world.raw().text("SELECT content_digest AS value FROM submissions");
        let mut wanted = vec![hash, content, reference.clone(), "AnnApplicant,Treasurer".to_owned(), "Notprovided".to_owned()];
        wanted.extend(world.raw().texts("SELECT sha256 AS value FROM documents"));
        wanted.extend(definition.declaration.iter().map(|statement| squeeze(statement)));
        wanted.extend(["Fewercalls", "90amonth", "£4,500.00", "CharnwoodYouthTrust", "Londontime", "1164883", "IP28991R"].map(str::to_owned));
        for text in wanted {
            assert!(printed.contains(&text), "{text}: {printed}");
        }
        assert!(tags(&made.bytes, "TH") >= 10, "{} header cells", tags(&made.bytes, "TH"));
        // The office reads the same copy, of what was submitted.
        let officer = world.sign_in(OFFICER);
        assert_eq!(officer.get(&path).expect_status(200).bytes, made.bytes);
        let page = open(&officer, &format!("/office/applications/{reference}"));
        says(&page, &["The whole application (PDF)", "Mutuals register number", "IP28991R"]);
        says(&open(&ann, &format!("/applications/{reference}/copy")), &["Charnwood Youth Trust", "1164883", "IP28991R"]);
        let kept = world.raw().text("SELECT content AS value FROM submissions");
        assert!(kept.contains("\"GB-CHC-1164883\"") && kept.contains("\"GB-MPR-IP28991R\""), "{kept}");
        // The copy has the name as it stands; what was received keeps the one that it came under.
        open(&ann, &edit).form("Save the details").set("name", "Charnwood Young People").send(&ann).expect_status(303);
        assert!(pdf_text(&ann.get(&path).bytes).contains("CharnwoodYoungPeople"));
        says(&open(&ann, &format!("/applications/{reference}/copy")), &["Charnwood Young People"]);
        assert_eq!(world.raw().text("SELECT content AS value FROM submissions"), kept);
    }

    /// One at a time for each person, and so many in ten minutes; whoever is refused reads what to do, and the page is there.
    fn copies_are_made_one_at_a_time_and_not_without_end(world) {
        let (_, reference) = ready(&world);
        let ann = world.sign_in(ANN);
        let account = world.actor(ANN).account().unwrap();
        let path = format!("/applications/{reference}/copy/pdf");
        let turn = world.app.copies.turn(account, world.now()).unwrap();
        says(&ann.get(&path).expect_status(429), &["Your last PDF is still being made", "The copy as a page is there at once"]);
        // Nobody else waits for hers.
        submit(&ann, &reference);
        world.sign_in(OFFICER).get(&path).expect_status(200);
        drop(turn);
        ann.get(&path).expect_status(200);
        for _ in 2..evenhand::web::copies::MOST_COPIES {
            drop(world.app.copies.turn(account, world.now()).unwrap());
        }
        says(&ann.get(&path).expect_status(429), &["You have made many PDFs in a short time", "Ask again in 10 minutes"]);
        open(&ann, &format!("/applications/{reference}/copy"));
        world.advance_minutes(10);
        ann.get(&path).expect_status(200);
        // Whoever may not read the bid learns nothing from the limit.
        world.add_applicant("ben@club.example", "Rutland Boxing Club");
        world.sign_in("ben@club.example").get(&path).expect_status(404);
    }
}
