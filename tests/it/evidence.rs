//! Case files and evidence bundles: complete, the same bytes for the same data, checked by a program that shares no code with the
//! service, and closed to whoever may not have them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::{Command, Output};

use evenhand::audit::store::{Filter, list_records};
use evenhand::rounds::{Round, RoundStage, list_rounds};
use evenhand::scoring::actions::declare_conflict;

use crate::support::pages::{open, says};
use crate::support::{Browser, Reply, TestWorld};

fn round_at(world: &TestWorld, stage: RoundStage) -> Round {
    let rounds = world.read(list_rounds);
    rounds
        .into_iter()
        .find(|round| round.stage == stage)
        .unwrap_or_else(|| panic!("the demonstration has no {stage:?}"))
}

fn address_of(world: &TestWorld, role: &str) -> String {
    let query = format!(
        "SELECT a.email AS value FROM accounts a JOIN account_roles r ON r.account_id = a.id WHERE r.role = '{role}' ORDER BY a.id"
    );
    world.raw().text(&query)
}

fn page_of(round: &Round) -> String {
    format!("/trail/rounds/{}/evidence", round.reference)
}

fn bundle(browser: &Browser, round: &Round) -> Reply {
    open(browser, &page_of(round)).form("Make the evidence bundle").send(browser).expect_status(200)
}

fn case_file(browser: &Browser, round: &Round, application: &str) -> Reply {
    open(browser, &page_of(round)).form("Make the case file").set("application", application).send(browser)
}

/// Every file of an archive by its name.
fn files(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut read = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP");
    (0..read.len())
        .map(|place| {
            let mut file = read.by_index(place).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().to_string(), bytes)
        })
        .collect()
}

fn packed(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// What the archive's own program says of it; `None` where there is no Python.
fn verified(world: &TestWorld, archive: &[u8]) -> Option<Output> {
    let (path, script) = (world.folder().join("evidence.zip"), world.folder().join("verify.py"));
    fs::write(&path, archive).unwrap();
    fs::write(&script, &files(archive)["verify.py"]).unwrap();
    match Command::new("python3").arg(script).arg(path).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => panic!("{error}"),
    }
}

#[track_caller]
fn fits(world: &TestWorld, archive: &[u8]) -> String {
    let Some(output) = verified(world, archive) else { return String::new() };
    let words = told(&output.stdout);
    assert!(output.status.success(), "{words}{}", told(&output.stderr));
    assert!(words.contains("everything fits"), "{words}");
    words
}

fn told(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn command(world: &TestWorld, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(arguments)
        .args(["--data", world.folder().to_str().unwrap(), "--database-url", &world.database_address()])
        .output()
        .expect("the program starts")
}

/// Kinds and facts of the records that tell of evidence.
fn recorded(world: &TestWorld) -> Vec<(String, serde_json::Value)> {
    let all = world.read(|conn| list_records(conn, &Filter { limit: 100_000, ..Filter::default() }));
    all.into_iter()
        .filter(|stored| ["case_file_made", "evidence_made"].contains(&stored.record.kind.as_str()))
        .map(|stored| (stored.record.kind, serde_json::from_str(&stored.record.data).unwrap()))
        .collect()
}

fn references(world: &TestWorld, round: &Round) -> Vec<String> {
    let of = format!("round_id = {} AND stage = 'submitted'", round.id.row());
    world.raw().texts(&format!("SELECT reference AS value FROM applications WHERE {of} ORDER BY reference"))
}

/// No page of an archive runs anything or asks for anything from elsewhere.
fn stands_alone(name: &str, html: &str) {
    for forbidden in ["<script", "<link", "<img", "<iframe", "<form", "<base"] {
        assert!(!html.contains(forbidden), "{name}: {forbidden}");
    }
    for (at, _) in html.match_indices("href=\"") {
        let target: String = html[at + 6..].chars().take_while(|c| *c != '"').collect();
        assert!(!target.starts_with('/') && !target.contains([' ', ':']), "{name}: {target}");
    }
}

fn check_links(files: &BTreeMap<String, Vec<u8>>) {
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        let html = told(bytes);
        stands_alone(name, &html);
        let folder = Path::new(name).parent().unwrap().to_str().unwrap();
        for (at, _) in html.match_indices("href=\"") {
            let target: String = html[at + 6..].chars().take_while(|c| *c != '"').collect();
            let full = match target.strip_prefix("../") {
                Some(top) => top.to_owned(),
                None if folder.is_empty() => target.clone(),
                None => format!("{folder}/{target}"),
            };
            assert!(files.contains_key(&full), "{name} leads to {target}, which is not there");
        }
    }
}

on_both! {
    fn a_bundle_is_whole_and_is_checked_without_the_service(world) {
        world.seed_demo();
        world.checkpoint();
        let round = round_at(&world, RoundStage::Issued);
        let auditor = world.sign_in(&address_of(&world, "auditor"));
        says(&open(&auditor, "/trail"), &[&format!("Evidence of {}", round.reference)]);
        let reply = bundle(&auditor, &round);
        assert_eq!(reply.header("content-type").as_deref(), Some("application/zip"));
        assert!(reply.header("content-disposition").unwrap().contains(&format!("{} evidence.zip", round.reference)));
        let (kind, facts) = recorded(&world).pop().expect("it is recorded");
        assert_eq!((kind.as_str(), &facts["sha256"]), ("evidence_made", &evenhand::files::sha256(&reply.bytes).into()));
        let found = files(&reply.bytes);
        let all = references(&world, &round);
        assert_eq!(facts["applications"], all.len());
        assert_eq!(facts["files"], found.len());
        check_links(&found);
        let index = told(&found["index.html"]);
        let mut raw = world.raw();
        for reference in &all {
            assert!(index.contains(reference.as_str()), "{reference}");
            let html = told(&found[&format!("{reference}/index.html")]);
            let page: String = scraper::Html::parse_document(&html).root_element().text().collect();
            let of = format!("(SELECT id FROM applications WHERE reference = '{reference}')");
            let shown = [
                format!("SELECT agreed.reason AS value FROM agreed_marks agreed JOIN moderations m ON m.id = agreed.moderation_id WHERE m.application_id = {of}"),
                format!("SELECT mark.reason AS value FROM sheet_marks mark JOIN score_sheets s ON s.id = mark.sheet_id WHERE s.stage = 'submitted' AND s.application_id = {of}"),
                format!("SELECT reference AS value FROM letters WHERE application_id = {of}"),
                format!("SELECT n.text AS value FROM feedback_lines n JOIN feedback_versions f ON f.id = n.feedback_id WHERE f.application_id = {of}"),
                format!("SELECT name AS value FROM accounts WHERE id IN (SELECT r.read_by FROM feedback_readings r JOIN feedback_versions f ON f.id = r.feedback_id WHERE f.application_id = {of})"),
                format!("SELECT detail AS value FROM conflicts WHERE detail IS NOT NULL AND application_id = {of}"),
                format!("SELECT sha256 AS value FROM documents WHERE removed_at IS NULL AND application_id = {of}"),
            ];
            for text in shown.iter().flat_map(|query| raw.texts(query)) {
                assert!(page.contains(&text), "{reference}: no {text:?}");
            }
            let received = raw.text(&format!("SELECT content AS value FROM submissions WHERE number = 1 AND application_id = {of}"));
            assert_eq!(told(&found[&format!("{reference}/received/1.json")]), received);
            assert!(found.keys().any(|name| name.starts_with(&format!("{reference}/letters/")) && name.ends_with(".pdf")));
        }
        let ranking = raw.text(&format!("SELECT ranking AS value FROM recommendations WHERE superseded_at IS NULL AND round_id = {}", round.id.row()));
        assert!(found.values().any(|bytes| *bytes == ranking.as_bytes()), "the ranking, byte for byte");
        let rows = told(&found["trail/rows.jsonl"]);
        let number = round.id.row();
        let bids = format!("(SELECT id FROM applications WHERE stage = 'submitted' AND round_id = {number})");
        let sheets = format!("(SELECT id FROM score_sheets WHERE stage = 'submitted' AND application_id IN {bids})");
        let moderations = format!("(SELECT id FROM moderations WHERE application_id IN {bids})");
        for (table, of) in [
            ("mark_versions", format!("sheet_id IN {sheets}")),
            ("agreed_mark_versions", format!("moderation_id IN {moderations}")),
            ("meetings", format!("round_id = {number}")),
            ("meeting_people", format!("meeting_id IN (SELECT id FROM meetings WHERE round_id = {number})")),
            ("meeting_items", format!("application_id IN {bids}")),
            ("award_lines", format!("round_id = {number}")),
            ("declared_interests", format!("round_id = {number}")),
            ("decision_notices", format!("decision_id IN (SELECT id FROM decisions WHERE round_id = {number})")),
            ("feedback_readings", format!("feedback_id IN (SELECT id FROM feedback_versions WHERE application_id IN {bids})")),
            ("single_letters", format!("stage = 'issued' AND application_id IN {bids}")),
            ("workshops", format!("id IN (SELECT workshop_id FROM workshop_rounds WHERE round_id = {number})")),
            ("workshop_versions", format!("workshop_id IN (SELECT workshop_id FROM workshop_rounds WHERE round_id = {number})")),
        ] {
            let there = raw.text(&format!("SELECT CAST(count(*) AS TEXT) AS value FROM {table} WHERE {of}"));
            let packed = rows.matches(&format!("\"table\":\"{table}\"")).count();
            assert!(packed > 0 && packed.to_string() == there, "{packed} of {there} rows of {table}");
        }
        let place = raw.text(&format!("SELECT place AS value FROM meetings WHERE round_id = {number}"));
        let line = raw.text(&format!("SELECT reason AS value FROM award_lines WHERE round_id = {number}"));
        assert!(index.contains(&place) && index.contains(&line), "{place:?}, {line:?}");
        assert!(index.contains("Writing a stronger bid") && index.contains("Nobody yet"), "the workshop is told of");
        let words = fits(&world, &reply.bytes);
        assert!(words.is_empty() || words.contains(&format!("{} percentages", all.len())), "{words}");
        println!("{:?}: bundle of {} applications, {} files, {} bytes: {}", world.kind, all.len(), found.len(), reply.bytes.len(), words.trim());
    }

    fn the_same_data_gives_the_same_bytes_by_page_and_by_command(world) {
        world.seed_demo();
        world.checkpoint();
        let round = round_at(&world, RoundStage::Issued);
        let auditor = world.sign_in(&address_of(&world, "auditor"));
        let first = bundle(&auditor, &round).bytes;
        world.advance_minutes(90);
        let auditor = world.sign_in(&address_of(&world, "auditor"));
        assert!(bundle(&auditor, &round).bytes == first, "the second differs from the first");
        let out = world.folder().join("out.zip");
        let output = command(&world, &["evidence", &round.reference, "--out", out.to_str().unwrap()]);
        assert!(output.status.success(), "{}", told(&output.stderr));
        assert!(told(&output.stdout).contains(&evenhand::files::sha256(&first)), "{}", told(&output.stdout));
        assert!(fs::read(&out).unwrap() == first, "the command's differs from the page's");
        let again = command(&world, &["evidence", &round.reference, "--out", out.to_str().unwrap()]);
        assert!(!again.status.success() && fs::read(&out).unwrap() == first, "nothing is written over");
        let reference = references(&world, &round).remove(0);
        let case = case_file(&auditor, &round, &format!(" {} ", reference.to_lowercase())).expect_status(200).bytes;
        let out = world.folder().join("case.zip");
        let output = command(&world, &["case-file", &reference, "--out", out.to_str().unwrap()]);
        assert!(output.status.success(), "{}", told(&output.stderr));
        assert!(fs::read(&out).unwrap() == case, "the command's differs from the page's");
        let kinds: Vec<String> = recorded(&world).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, ["evidence_made", "evidence_made", "evidence_made", "case_file_made", "case_file_made"]);
        let unknown = command(&world, &["case-file", "CSF-1999-XXXXX", "--out", world.folder().join("no.zip").to_str().unwrap()]);
        assert!(!unknown.status.success() && !world.folder().join("no.zip").exists(), "{}", told(&unknown.stderr));
    }

    fn a_case_file_is_of_one_application_alone(world) {
        world.seed_demo();
        world.checkpoint();
        let round = round_at(&world, RoundStage::Issued);
        let officer = world.sign_in(&address_of(&world, "officer"));
        let all = references(&world, &round);
        for reference in &all {
            let reply = case_file(&officer, &round, reference).expect_status(200);
            let found = files(&reply.bytes);
            check_links(&found);
            let whole: String = found.iter().map(|(name, bytes)| format!("{name}\n{}\n", told(bytes))).collect();
            for other in all.iter().filter(|other| *other != reference) {
                assert!(!whole.contains(other.as_str()), "{other} is in the case file of {reference}");
            }
            fits(&world, &reply.bytes);
        }
        for wrong in ["", "CSF-2026-XXXXX", &references(&world, &round_at(&world, RoundStage::Scoring))[0]] {
            let reply = case_file(&officer, &round, wrong).expect_status(422);
            says(&reply, &["Enter the reference of a submitted application of this round"]);
        }
        assert_eq!(recorded(&world).len(), all.len());
    }

    /// What the office kept as evidence of a check is in the case file, byte for byte.
    fn evidence_of_a_check_is_in_it(world) {
        world.seed_demo();
        let round = round_at(&world, RoundStage::Moderation);
        let officer = world.sign_in(&address_of(&world, "officer"));
        let reference = references(&world, &round).remove(0);
        let definition = world.definition_of(&round);
        let gate = definition.gates.iter().find(|gate| !gate.items.is_empty()).expect("a gate with items");
        let item = format!("/office/applications/{reference}/gates/{}/items/{}", gate.code, gate.items[0].code);
        let bytes = crate::support::builders::pdf("cover", "insurance");
        let form = open(&officer, &item).form("Record the result").set("outcome", "met");
        form.attach("Cover note.pdf", &bytes).send(&officer).expect_status(303);
        let found = files(&case_file(&officer, &round, &reference).expect_status(200).bytes);
        let (name, kept) = found.iter().find(|(name, _)| name.starts_with("evidence/")).expect("a file of evidence");
        assert!(*kept == bytes && name.ends_with("Cover-note.pdf"), "{name}");
        check_links(&found);
        assert!(told(&found["index.html"]).contains(name.as_str()));
    }

    /// What a member only drafted is theirs, and a draft of an application its applicant's.
    fn drafts_are_never_in_it(world) {
        world.seed_demo();
        let round = round_at(&world, RoundStage::Moderation);
        let id = round.id.row();
        let mut raw = world.raw();
        let of_drafts = format!("SELECT m.reason AS value FROM sheet_marks m JOIN score_sheets s ON s.id = m.sheet_id \
            JOIN applications a ON a.id = s.application_id WHERE s.stage = 'draft' AND m.reason <> '' AND a.round_id = {id}");
        let mut drafted = raw.texts(&of_drafts);
        drafted.extend(raw.texts(&format!("SELECT v.value AS value FROM answer_versions v JOIN applications a ON a.id = v.application_id \
            WHERE a.stage = 'draft' AND a.round_id = {id} AND length(v.value) > 40")));
        let officer = world.sign_in(&address_of(&world, "officer"));
        let whole: String = files(&bundle(&officer, &round).bytes).values().map(|bytes| told(bytes)).collect();
        let shared: Vec<String> = raw.texts("SELECT m.reason AS value FROM sheet_marks m JOIN score_sheets s ON s.id = m.sheet_id WHERE s.stage = 'submitted'");
        for text in drafted.iter().filter(|text| !shared.contains(text)) {
            assert!(!whole.contains(text.as_str()), "{text}");
        }
    }

    fn what_is_tampered_with_is_found_in_the_archive(world) {
        type Edit<'a> = (&'a str, &'a dyn Fn(&mut BTreeMap<String, Vec<u8>>), &'a str);
        world.seed_demo();
        world.checkpoint();
        let round = round_at(&world, RoundStage::Issued);
        let auditor = world.sign_in(&address_of(&world, "auditor"));
        let whole = bundle(&auditor, &round).bytes;
        let reference = references(&world, &round).remove(0);
        let page = format!("{reference}/index.html");
        let edits: [Edit<'_>; 5] = [
            ("a page", &|files| files.get_mut(&page).unwrap().push(b' '), "was changed"),
            ("a missing file", &|files| { files.remove("README.txt"); }, "file README.txt: is missing"),
            ("a new file", &|files| { files.insert("x.txt".to_owned(), Vec::new()); }, "file x.txt: is not in the manifest"),
            ("a record", &|files| edit(files, "trail/records.jsonl", "sheet_submitted", "marks_saved"), "was changed"),
            ("an order of hashes", &|files| edit(files, "trail/links.txt", "\n2 ", "\n3 "), "trail/links.txt: a place is missing or doubled"),
        ];
        for (what, change, words) in edits {
            let mut changed = files(&whole);
            change(&mut changed);
            let Some(output) = verified(&world, &packed(&changed)) else { return };
            assert_eq!(output.status.code(), Some(1), "{what}");
            assert!(told(&output.stdout).contains(words), "{what}: {}", told(&output.stdout));
        }
        let mut raw = world.attacker();
        match raw {
            crate::support::db::Raw::Sqlite(_) => raw.run("DROP TRIGGER sheet_marks_locked_update"),
            crate::support::db::Raw::Postgres(_) => raw.run("SET session_replication_role = replica"),
        }
        raw.run("UPDATE sheet_marks SET mark = 5 - mark WHERE id = 1");
        raw.run("UPDATE agreed_marks SET mark = 5 - mark WHERE id = 1");
        let output = verified(&world, &bundle(&auditor, &round).bytes).unwrap();
        let words = told(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{words}");
        for part in ["row 1 of sheet_marks: is not as the trail left it", "row 1 of agreed_marks: is not", "per cent was published"] {
            assert!(words.contains(part), "{part}: {words}");
        }
    }

    fn who_may_not_have_it_learns_nothing(world) {
        world.seed_demo();
        let over = round_at(&world, RoundStage::Issued);
        let auditor = world.sign_in(&address_of(&world, "auditor"));
        for stage in [RoundStage::Moderation, RoundStage::Scoring, RoundStage::Published] {
            auditor.get(&page_of(&round_at(&world, stage))).expect_status(404);
        }
        let officer = world.sign_in(&address_of(&world, "officer"));
        officer.get(&page_of(&round_at(&world, RoundStage::Moderation))).expect_status(200);
        officer.get(&page_of(&round_at(&world, RoundStage::Scoring))).expect_status(404);
        for role in ["applicant", "panel", "decision_maker", "administrator"] {
            world.sign_in(&address_of(&world, role)).get(&page_of(&over)).expect_status(404);
        }
        // A panel member who is an officer too turns out to have a conflict with one application: the whole round is closed to them.
        let moderated = round_at(&world, RoundStage::Moderation);
        let of = format!("FROM assignments s JOIN applications a ON a.id = s.application_id JOIN accounts p ON p.id = s.account_id \
            WHERE s.stage = 'cleared' AND a.round_id = {} ORDER BY s.id", moderated.id.row());
        let (member, reference) = (world.raw().text(&format!("SELECT p.email AS value {of}")), world.raw().text(&format!("SELECT a.reference AS value {of}")));
        world.attacker().run(&format!(
            "INSERT INTO account_roles (account_id, role, granted_at) SELECT id, 'officer', created_at FROM accounts WHERE email = '{member}'"
        ));
        let both = world.sign_in(&member);
        let whole = open(&both, &page_of(&moderated)).form("Make the evidence bundle");
        let other = references(&world, &moderated).into_iter().find(|other| *other != reference).unwrap();
        let one = open(&both, &page_of(&moderated)).form("Make the case file").set("application", &other);
        world.act(&member, |tx| declare_conflict(tx, &reference, "other", "A friend of mine runs it."));
        both.get(&page_of(&moderated)).expect_status(404);
        whole.send(&both).expect_status(404);
        one.send(&both).expect_status(404);
        assert!(recorded(&world).is_empty());
    }
}

fn edit(files: &mut BTreeMap<String, Vec<u8>>, name: &str, from: &str, to: &str) {
    let text = told(&files[name]);
    assert!(text.contains(from), "{name} has no {from}");
    files.insert(name.to_owned(), text.replacen(from, to, 1).into_bytes());
}
