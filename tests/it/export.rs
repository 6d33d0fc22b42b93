//! Exports of a round, read back by other programs than those that wrote them.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use evenhand::applications::actions::{add_document, check_gate, save_answers, withdraw};
use evenhand::applications::{Answer, BudgetLine, GateOutcome, Outcome, application_of_reference};
use evenhand::audit::store::{Filter, list_records};
use evenhand::base::ids::ApplicationId;
use evenhand::base::money::Pence;
use evenhand::base::role::Role;
use evenhand::rounds::{QuestionKind, QuestionRole, Round};

use crate::support::builders::{ASK, OFFICER, complete_answers, default_definition, is_always_required, pdf};
use crate::support::{Reply, TestWorld};

const ANN: &str = "ann@charity.example";
const BEN: &str = "ben@club.example";

/// What a spreadsheet would run, and its neighbours.
const EVIL: [&str; 6] =
    ["=HYPERLINK(\"http://evil\")", "+44 1", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\u{FF1D}1+1", "  =1+1"];

fn id(world: &TestWorld, reference: &str) -> ApplicationId {
    world.read(|conn| application_of_reference(conn, reference)).id
}

fn export(world: &TestWorld, who: &str, round: &Round, format: &str) -> Reply {
    let browser = world.sign_in(who);
    let page = browser.get(&format!("/office/rounds/{}/export", round.reference)).expect_status(200);
    page.form("Make the file").set("format", format).send(&browser).expect_status(200)
}

/// The facts of the newest export in the trail.
fn recorded(world: &TestWorld) -> serde_json::Value {
    let all = world.read(|conn| list_records(conn, &Filter { limit: 100_000, ..Filter::default() }));
    let last = all.iter().rev().find(|stored| stored.record.kind == "round_exported").expect("it is recorded");
    serde_json::from_str(&last.record.data).unwrap()
}

fn sheets(bytes: &[u8]) -> BTreeMap<String, Vec<Vec<Data>>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).expect("a workbook");
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).unwrap();
        assert!(formulas.rows().flatten().all(String::is_empty), "{name} has formulas");
    }
    book.worksheets().into_iter().map(|(name, range)| (name, range.rows().map(<[Data]>::to_vec).collect())).collect()
}

fn table(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).unwrap().strip_prefix('\u{FEFF}').expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect()).collect()
}

fn column(head: &[String], title: &str) -> usize {
    head.iter().position(|cell| cell.contains(title)).unwrap_or_else(|| panic!("no {title} in {head:?}"))
}

/// Two bids, a draft and a withdrawn one.
fn round_with_bids(world: &TestWorld) -> (Round, [String; 2]) {
    let round = world.published_round();
    let charity = world.add_applicant(ANN, "Si\u{e2}n's Trust / ../x");
    let club = world.add_applicant(BEN, "Rutland Boxing Club");
    let first = world.submitted_application(ANN, &round, charity);
    let second = world.submitted_application(BEN, &round, club);
    let school = world.add_applicant("cat@school.example", "Withdrawn School");
    let gone = world.submitted_application("cat@school.example", &round, school);
    world.act("cat@school.example", |tx| withdraw(tx, &gone, "Other money."));
    let other = world.add_applicant("dan@dairy.example", "Draft Dairy");
    world.complete_application("dan@dairy.example", &round, other);
    (round, [first, second])
}

on_both! {
    fn a_workbook_has_typed_cells_and_nothing_that_is_not_the_offices(world) {
        let (round, [first, second]) = round_with_bids(&world);
        world.act(OFFICER, |tx| check_gate(tx, id(&world, &first), "DOCS", GateOutcome::NotMet, "No accounts."));
        let reply = export(&world, OFFICER, &round, "xlsx");
        assert!(reply.header("content-disposition").unwrap().contains(&format!("{} applications.xlsx", round.reference)));
        let said = recorded(&world);
        assert_eq!((&said["format"], &said["applications"], &said["left_out"]), (&"xlsx".into(), &2.into(), &0.into()));
        assert_eq!(said["sha256"], evenhand::files::sha256(&reply.bytes));
        let sheets = sheets(&reply.bytes);
        let bids = &sheets["Applications"];
        assert_eq!(bids.len(), 3, "{bids:?}");
        let head: Vec<String> = bids[0].iter().map(ToString::to_string).collect();
        let mut found: Vec<String> = bids[1..].iter().map(|row| row[0].to_string()).collect();
        found.sort();
        let mut expected = vec![first.clone(), second.clone()];
        expected.sort();
        assert_eq!(found, expected);
        let row = bids.iter().find(|row| row[0].to_string() == first).unwrap();
        assert_eq!(row[column(&head, "Amount asked for")], Data::Float(4500.0));
        let Data::DateTime(received) = row[column(&head, "Received")] else { panic!("{row:?}") };
        assert!(received.is_datetime());
        let definition = default_definition();
        let start = definition.question_for(QuestionRole::StartDate).unwrap();
        let Data::DateTime(day) = row[column(&head, &start.code)] else { panic!("{row:?}") };
        // 1 February 2027, as days since 1900 began.
        assert_eq!(format!("{}", day.as_f64()), "46419", "{day:?}");
        let everything = format!("{sheets:?}");
        for silent in ["Draft Dairy", "Withdrawn School"] {
            assert!(!everything.contains(silent), "{silent} is in it");
        }
        let budget = sheets.iter().find(|(name, _)| name.starts_with("Budget")).unwrap().1;
        assert_eq!((budget.len(), &budget[1][5]), (3, &Data::Float(4500.0)));
        assert!(sheets.keys().any(|name| name.starts_with("Outcomes")));
        let gates = &sheets["Gates"];
        let items: usize = definition.gates.iter().map(|gate| gate.items.len() + 1).sum();
        assert_eq!(gates.len(), 1 + 2 * items);
        assert!(format!("{gates:?}").contains("No accounts."));
    }

    /// Every text that an applicant or an officer can type, in every kind of file.
    fn no_text_becomes_a_formula(world) {
        let round = world.published_round();
        let definition = default_definition();
        let evil = |place: usize| EVIL[place % EVIL.len()].to_owned();
        let mut expected = Vec::new();
        for (place, name) in EVIL.iter().enumerate() {
            let email = format!("evil{place}@bidders.example");
            let organisation = world.add_applicant(&email, name);
            let reference = world.complete_application(&email, &round, organisation);
            let answers: BTreeMap<String, Answer> = complete_answers(&definition)
                .into_iter()
                .map(|(code, answer)| {
                    let answer = match answer {
                        Answer::Text(_) => Answer::Text(evil(place)),
                        Answer::Budget(_) => Answer::Budget(vec![BudgetLine {
                            heading: "staff".to_owned(),
                            description: evil(place),
                            total_pence: ASK,
                            requested_pence: ASK,
                            other_pence: Pence::ZERO,
                            other_source: evil(place + 1),
                            secured: false,
                        }]),
                        Answer::Outcomes(_) => Answer::Outcomes(vec![Outcome {
                            outcome: evil(place),
                            baseline: evil(place + 1),
                            target: evil(place + 2),
                            measure: evil(place + 3),
                        }]),
                        other => other,
                    };
                    (code, answer)
                })
                .collect();
            world.act(&email, |tx| save_answers(tx, &reference, &answers));
            let document = definition.questions().find(|question| question.kind == QuestionKind::Document).unwrap();
            let kept = world.keep(&format!("{name}.pdf"), &pdf(&reference, "evil"));
            world.act(&email, |tx| add_document(tx, &reference, &document.code, &kept));
            world.submit(&email, &reference, &format!("token-{place}")).unwrap();
            world.act(OFFICER, |tx| check_gate(tx, id(&world, &reference), "ELIG", GateOutcome::NotMet, name));
            expected.push(reference);
        }
        let rows = table(&export(&world, OFFICER, &round, "csv").bytes);
        assert_eq!(rows.len(), EVIL.len() + 1);
        let mut quoted = 0;
        for cell in rows.iter().flatten() {
            let runs = cell.trim_start().starts_with(['=', '+', '-', '@', '\u{FF1D}']);
            assert!(!runs, "{cell:?}");
            quoted += usize::from(cell.starts_with('\''));
        }
        assert!(quoted > 10 * EVIL.len(), "{quoted}");
        // The workbook keeps the words as they are, as text: `sheets` has seen that there is no formula.
        let sheets = sheets(&export(&world, OFFICER, &round, "xlsx").bytes);
        let words = format!("{:?}", sheets);
        assert!(words.contains("=HYPERLINK") && words.contains("@SUM(1)"));
        let cells = sheets.values().flatten().flatten();
        assert!(cells.clone().all(|cell| !matches!(cell, Data::Error(_))));
        assert!(cells.filter(|cell| matches!(cell, Data::String(text) if text.contains("@SUM"))).count() > 5);
        let zip = export(&world, OFFICER, &round, "zip").bytes;
        let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
        let mut index = Vec::new();
        archive.by_name("index.csv").unwrap().read_to_end(&mut index).unwrap();
        for cell in table(&index).iter().flatten() {
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@', '\u{FF1D}']), "{cell:?}");
        }
    }

    fn a_table_is_plain_text_of_the_standard(world) {
        let (round, [first, _]) = round_with_bids(&world);
        let reply = export(&world, OFFICER, &round, "csv");
        assert_eq!(reply.header("content-type").as_deref(), Some("text/csv; charset=utf-8"));
        let rows = table(&reply.bytes);
        let row = rows.iter().find(|row| row[0] == first).unwrap();
        assert_eq!(row[column(&rows[0], "Amount asked for")], "4500.00");
        assert_eq!(row[column(&rows[0], "Organisation")], "Siân's Trust / ../x");
        assert_eq!(row[column(&rows[0], "Received")], "2026-11-23 10:00");
        assert!(row[column(&rows[0], "Address")].contains('\n'), "lines within a cell stay");
        assert!(reply.text().ends_with("\r\n"));
    }

    fn an_archive_has_every_application_and_document_under_its_name(world) {
        let (round, [first, second]) = round_with_bids(&world);
        let reply = export(&world, OFFICER, &round, "zip");
        let said = recorded(&world);
        assert_eq!(said["sha256"], evenhand::files::sha256(&reply.bytes), "what was recorded is what was handed out");
        let mut archive = zip::ZipArchive::new(Cursor::new(reply.bytes)).unwrap();
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        let definition = default_definition();
        let needed: Vec<String> = definition
            .questions()
            .filter(|question| question.kind == QuestionKind::Document && is_always_required(question))
            .map(|question| question.code.clone())
            .collect();
        assert_eq!(said["documents"], 2 * needed.len());
        assert_eq!(names.len(), 1 + 2 * (1 + needed.len()), "{names:?}");
        let folder = format!("{first} Sian_s Trust _ ._x");
        assert!(names.contains(&format!("{folder}/application.html")), "{names:?}");
        let mut html = String::new();
        archive.by_name(&format!("{folder}/application.html")).unwrap().read_to_string(&mut html).unwrap();
        assert!(html.contains(&first) && html.contains("What we say about"), "{html}");
        assert!(!html.contains("<script") && !html.contains("csrf"), "it stands by itself: {html}");
        for code in &needed {
            let name = format!("{folder}/{first} {code} {}.pdf", code.to_lowercase());
            let mut bytes = Vec::new();
            archive.by_name(&name).unwrap_or_else(|_| panic!("no {name} in {names:?}")).read_to_end(&mut bytes).unwrap();
            assert_eq!(bytes, pdf(&first, code));
        }
        for name in &names {
            assert!(name.is_ascii() && !name.contains("..") && !name.starts_with('/') && !name.contains('\\'), "{name}");
            assert!(name == "index.csv" || name.starts_with(&first) || name.starts_with(&second), "{name}");
        }
        let left: Vec<_> = std::fs::read_dir(world.folder())
            .unwrap()
            .filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().starts_with(".export"))
            .collect();
        assert!(left.is_empty(), "nothing stays behind: {left:?}");
    }

    /// An officer who has declared a conflict does not read that bid in an export either.
    fn what_one_may_not_read_is_left_out(world) {
        const DORA: &str = "dora@opcc.example";
        let (round, [first, second]) = round_with_bids(&world);
        world.set_time(round.closes_at.plus_seconds(60));
        let dora = world.add_person(DORA, "Dora Double", &[Role::Officer, Role::Panel]);
        world.act(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
        let conflicted = id(&world, &first);
        world.act(OFFICER, |tx| evenhand::scoring::actions::assign(tx, conflicted, dora));
        world.act(DORA, |tx| evenhand::scoring::actions::declare_conflict(tx, &first, "belongs", "My sister is a trustee."));
        let rows = table(&export(&world, DORA, &round, "csv").bytes);
        assert_eq!(rows.iter().skip(1).map(|row| row[0].clone()).collect::<Vec<_>>(), [second]);
        assert_eq!(recorded(&world)["left_out"], 1);
        let zip = export(&world, DORA, &round, "zip").bytes;
        let archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
        assert!(archive.file_names().all(|name| !name.unwrap().contains(&first)));
    }

    fn only_officers_export(world) {
        let (round, _) = round_with_bids(&world);
        world.add_everybody();
        let path = format!("/office/rounds/{}/export", round.reference);
        for role in Role::ALL.iter().filter(|role| **role != Role::Officer) {
            let browser = world.sign_in(&crate::support::builders::address_of(*role));
            browser.get(&path).expect_status(404);
            for format in ["xlsx", "csv", "zip"] {
                browser.post(&path, &[("format", format)]).expect_status(404);
            }
        }
        let olive = world.sign_in(OFFICER);
        let refused = olive.post(&path, &[("format", "sql")]).expect_status(422);
        assert!(refused.words().contains("Choose what you need"), "{}", refused.words());
        assert_eq!(world.raw().count("audit_events WHERE kind = 'round_exported'"), 0);
        let empty = world.round_of(&default_definition(), true);
        let rows = table(&export(&world, OFFICER, &empty, "csv").bytes);
        assert_eq!(rows.len(), 1, "headings alone");
        assert_eq!(sheets(&export(&world, OFFICER, &empty, "xlsx").bytes)["Applications"].len(), 1);
    }
}
