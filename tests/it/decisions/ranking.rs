//! The ranking at ten thousand applications, what-if, and reasons of gates.

use std::collections::BTreeSet;
use std::time::Instant;

use evenhand::rounds::Round;

use super::small_pot;
use crate::support::builders::{OFFICER, default_definition};
use crate::support::pages::{is_silent, open, says};
use crate::support::{Reply, TestWorld};

/// A round in moderation with so many applications, written past the service.
fn crowd(world: &TestWorld, count: usize) -> Round {
    let mut definition = default_definition();
    definition.quorum = 1;
    let round = world.round_of(&definition, true);
    world.add_person("member@panel.example", "Pia Panel", &[evenhand::base::role::Role::Panel]);
    world.tampered();
    let (id, t) = (round.id.row(), "'2026-11-23 10:00:00.000000'");
    let values = |codes: Vec<&str>| {
        let rows: Vec<String> =
            codes.iter().enumerate().map(|(k, code)| format!("SELECT {k} AS k, '{code}' AS code")).collect();
        rows.join(" UNION ALL ")
    };
    let criteria = values(definition.criteria.iter().map(|criterion| criterion.code.as_str()).collect());
    let gates = values(definition.gates.iter().map(|gate| gate.code.as_str()).collect());
    let n = format!("WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < {})", 999 + count);
    let mark = "1 + (i * 7 + k * k * (i % 11)) % 5";
    let mut raw = world.raw();
    for sql in [
        format!("INSERT INTO organisations (id, name, kind, address, created_at, version) {n} SELECT i, 'Org ' || i, 'charity', '', {t}, 1 FROM n"),
        format!("INSERT INTO applications (id, round_id, organisation_id, reference, stage, title, ask_pence, eligibility, created_at, created_by, submitted_at, submitted_by, version) {n} SELECT i, {id}, i, 'B-' || i, 'submitted', 'Project ' || i, 100000 + i * 10, '{{}}', {t}, 1, {t}, 1, 1 FROM n"),
        format!("INSERT INTO assignments (id, application_id, account_id, stage, assigned_at, assigned_by, declared_at) {n} SELECT i, i, (SELECT id FROM accounts WHERE email = 'member@panel.example'), 'cleared', {t}, 1, {t} FROM n"),
        "INSERT INTO score_sheets (id, assignment_id, application_id, account_id, stage, created_at, version) SELECT id, id, application_id, account_id, 'draft', assigned_at, 1 FROM assignments".to_owned(),
        format!("INSERT INTO sheet_marks (sheet_id, criterion, mark, reason, saved_at) {n} SELECT i, code, {mark}, 'Because', {t} FROM n CROSS JOIN ({criteria}) c"),
        "UPDATE score_sheets SET stage = 'submitted', submitted_at = created_at".to_owned(),
        format!("INSERT INTO moderations (id, application_id, stage, opened_at, opened_by, closed_at, closed_by, version) {n} SELECT i, i, 'closed', {t}, 1, {t}, 1, 1 FROM n"),
        format!("INSERT INTO agreed_marks (moderation_id, criterion, mark, reason, strength, improvement, version, saved_at, saved_by) {n} SELECT i, code, {mark}, 'Because', '', '', 1, {t}, 1 FROM n CROSS JOIN ({criteria}) c"),
        format!("INSERT INTO gate_checks (application_id, gate, outcome, note, checked_at, checked_by) {n} SELECT i, code, CASE WHEN i % 50 = 2 AND k = 0 THEN 'not_met' ELSE 'met' END, '', {t}, 1 FROM n CROSS JOIN ({gates}) c"),
        format!("UPDATE rounds SET stage = 'moderation' WHERE id = {id}"),
    ] {
        raw.run(&sql);
    }
    round
}

/// The references in the table of a caption.
fn references(page: &Reply, list: &str) -> Vec<String> {
    let caption = match list {
        "order" => "with the cut line",
        "refused" => "with every reason",
        _ => "with aids",
    };
    let html = page.page();
    let select = |text: &str| scraper::Selector::parse(text).unwrap();
    let table = html
        .select(&select("table"))
        .find(|table| table.select(&select("caption")).any(|found| found.text().collect::<String>().contains(caption)));
    let table = table.unwrap_or_else(|| panic!("no table {caption}: {}", page.words()));
    table.select(&select("tbody .evenhand-reference")).map(|found| found.text().collect()).collect()
}

on_both! {
    /// Every list comes fifty at a time, all pages together hold everything once, and what is tried out is not saved.
    fn ten_thousand_applications_come_fifty_at_a_time(world) {
        let round = crowd(&world, 10_000);
        let officer = world.sign_in(OFFICER);
        let path = format!("/office/rounds/{}/ranking", round.reference);
        let begun = Instant::now();
        let first = open(&officer, &path);
        let cold = begun.elapsed();
        says(&first, &["Rows 1 to 50 of 10000"]);
        let mut times = Vec::new();
        let mut seen = BTreeSet::new();
        for page in 1..=200 {
            let begun = Instant::now();
            let shown = open(&officer, &format!("{path}?all={page}"));
            times.push(begun.elapsed());
            let rows = references(&shown, "all");
            assert_eq!(rows.len(), 50, "page {page}");
            assert!(references(&shown, "order").len() <= 50 && references(&shown, "refused").len() <= 50);
            seen.extend(rows);
        }
        assert_eq!(seen.len(), 10_000, "every application once");
        times.sort();
        println!("10,000 applications, {:?}: first page {cold:?}, then p50 {:?}, p95 {:?}", world.kind, times[100], times[190]);

        let before = world.records();
        let begun = Instant::now();
        let tried = open(&officer, &format!("{path}?pot=50000000&line=70&mode=skip&all=3&refused=20"));
        println!("what-if: {:?}", begun.elapsed());
        says(&tried, &["This is a trial: nothing of it is saved", "£50,000,000.00", "Below the pass mark of 70%", "Rows 101 to 150 of 10000"]);
        assert!(!tried.has_button("Record the award line"));
        assert!(tried.attributes("a", "href").iter().any(|href| href.contains("pot=50000000") && href.contains("all=4")));
        assert_eq!(world.records(), before);
        is_silent(&open(&officer, &path), &["This is a trial"]);
        let refused = open(&officer, &format!("{path}?refused=1"));
        let gate = &default_definition().gates[0].title;
        says(&refused, &[&format!("{gate}: not met")]);
    }

    /// A change in the round is on the page at once, although the ranking is kept between readers.
    fn what_is_kept_is_never_out_of_date(world) {
        let (round, bids) = world.moderated_round(&small_pot(), &[5, 4]);
        let officer = world.sign_in(OFFICER);
        let path = format!("/office/rounds/{}/ranking", round.reference);
        says(&open(&officer, &path), &["Cut line: £4,500.00 of £6,000.00 is offered above"]);
        let id = world.read(|conn| evenhand::applications::application_of_reference(conn, &bids[0])).id;
        world.act(OFFICER, |tx| evenhand::moderation::actions::reopen(tx, id, "New figures came."));
        says(&open(&officer, &path), &["This round cannot be recommended yet", &format!("{} is not complete", bids[0])]);
        world.chair_closes(id);
        let page = open(&officer, &path);
        is_silent(&page, &["cannot be recommended yet"]);
        // A line that was recorded no longer stands when the ranking changes under it.
        page.form("Record the award line").set("line-reason", "The panel keeps it.").send(&officer).expect_redirect(&path);
        says(&open(&officer, &path), &["Recorded by", "The panel keeps it."]);
        let gate = default_definition().gates[0].clone();
        world.act(OFFICER, |tx| {
            evenhand::applications::actions::check_gate(tx, id, &gate.code, evenhand::applications::GateOutcome::NotMet, "No accounts came.")
        });
        let page = open(&officer, &path);
        says(&page, &["Award lines that no longer stand", &format!("{}: not met", gate.title)]);
        assert!(page.has_button("Record the award line"));
        let bad = officer.get(&format!("{path}?pot=lots&line=101&mode=x")).expect_status(422);
        says(&bad, &["Enter a percentage from 0 to 100", "Choose what happens at the cut line"]);
    }
}
