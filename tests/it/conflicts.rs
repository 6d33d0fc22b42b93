//! Conflicts of interest: declared, suggested, pinned and lifted, and what they hide from whom.

use std::collections::BTreeMap;

use actix_web::http::Method as RouteMethod;
use evenhand::applications::actions::check_gate;
use evenhand::applications::{GateOutcome, application_of_reference, hidden_from};
use evenhand::base::ids::{AccountId, ApplicationId};
use evenhand::base::money::Pence;
use evenhand::base::role::Role;
use evenhand::conflicts::actions::{adopt_declarations, declare_conflict, declare_no_conflict, lift, pin};
use evenhand::conflicts::{Declared, conflicts_of_round, suggestions_of_round};
use evenhand::decisions::{AwardInput, RecommendationInput};
use evenhand::error::Problem;
use evenhand::moderation::Agreement;
use evenhand::rounds::{Round, RoundDefinition};
use evenhand::scoring::Mark;
use evenhand::scoring::actions::{assign, start_scoring, submit_sheet};
use reqwest::Method;

use crate::support::builders::{OFFICER, default_definition};
use crate::support::pages::{is_silent, open, says};
use crate::support::{Browser, Reply, TestWorld};

const DORA: &str = "dora@opcc.example";
const PIA: &str = "pia@opcc.example";
const MEMBERS: [&str; 3] = [PIA, "rhys@opcc.example", "una@opcc.example"];
const CORA: &str = "cora@opcc.example";

/// Organisations that bid, each from an address of its own.
const BIDDERS: [&str; 3] = ["Harbour Lane Trust", "Mill Road Club", "Quarry Hill School"];

fn id(world: &TestWorld, reference: &str) -> ApplicationId {
    world.read(|conn| application_of_reference(conn, reference)).id
}

fn definition() -> RoundDefinition {
    let mut definition = default_definition();
    definition.money.pot_pence = Pence::new(600_000);
    definition.money.max_ask_pence = Pence::new(500_000);
    definition
}

/// A round that is being scored, with three bids; and people: an officer, three members, and Cora, who signs.
fn scoring(world: &TestWorld) -> (Round, Vec<String>) {
    let round = world.round_of(&definition(), true);
    let mut references = Vec::new();
    for (place, name) in BIDDERS.iter().enumerate() {
        let email = format!("ann@bidder{place}.example");
        let organisation = world.add_applicant(&email, name);
        references.push(world.submitted_application(&email, &round, organisation));
    }
    for (place, member) in MEMBERS.iter().enumerate() {
        world.add_person(member, &format!("Panel Member{place}x"), &[Role::Panel]);
    }
    world.add_person(CORA, "Cora Commissioner", &[Role::DecisionMaker]);
    world.set_time(round.closes_at.plus_seconds(60));
    world.act(OFFICER, |tx| start_scoring(tx, round.id));
    (round, references)
}

fn account(world: &TestWorld, email: &str) -> AccountId {
    world.actor(email).account().unwrap()
}

fn assigned(world: &TestWorld, references: &[String], member: &str) {
    let member = account(world, member);
    for reference in references {
        let bid = id(world, reference);
        world.act(OFFICER, |tx| assign(tx, bid, member));
    }
}

/// The kinds and actors of the trail's records about a bid.
fn trail(world: &TestWorld, reference: &str) -> Vec<String> {
    let bid = id(world, reference).row();
    world.raw().texts(&format!(
        "SELECT kind || ' ' || actor AS value FROM audit_events WHERE application_id = {bid} AND kind LIKE '%conflict%' ORDER BY seq"
    ))
}

fn visit(browser: &Browser, method: &RouteMethod, path: &str) -> Reply {
    if *method == RouteMethod::GET {
        return browser.get(path);
    }
    let request = browser.request(Method::POST, path).header("Origin", browser.origin());
    let fields = [("csrf", browser.csrf()), ("do", "pin".to_owned()), ("reason", "Because.".to_owned())];
    browser.send(request.form(&fields))
}

/// Scores, moderates and recommends every bid but those of a round that somebody else is to look at.
fn recommended(world: &TestWorld, round: &Round, references: &[String]) {
    let definition = definition();
    for member in MEMBERS {
        assigned(world, references, member);
        for (place, reference) in references.iter().enumerate() {
            let mark = Some(5 - i32::try_from(place).unwrap());
            let marks: BTreeMap<String, Mark> = definition
                .criteria
                .iter()
                .map(|one| (one.code.clone(), Mark { mark, reason: "As the bid says, in detail.".to_owned() }))
                .collect();
            world.act(member, |tx| declare_no_conflict(tx, reference));
            world.act(member, |tx| submit_sheet(tx, reference, &marks, 0));
        }
    }
    world.act(OFFICER, |tx| evenhand::moderation::actions::start_moderation(tx, round.id, false));
    for (place, reference) in references.iter().enumerate() {
        let bid = id(world, reference);
        for gate in &definition.gates {
            world.act(OFFICER, |tx| check_gate(tx, bid, &gate.code, GateOutcome::Met, "Looked at the file."));
        }
        world.act(OFFICER, |tx| evenhand::moderation::actions::open(tx, bid));
        for criterion in &definition.criteria {
            let agreement = Agreement {
                mark: Some(5 - i32::try_from(place).unwrap()),
                reason: "Agreed after discussion.".to_owned(),
                strength: "Clear.".to_owned(),
                improvement: "Give figures.".to_owned(),
            };
            world.act(OFFICER, |tx| evenhand::moderation::actions::agree_mark(tx, bid, &criterion.code, &agreement, 0));
        }
        world.chair_closes(bid);
    }
    let input = RecommendationInput {
        note: String::new(),
        outcomes: vec![AwardInput {
            application: id(world, &references[0]),
            public_reasons: "It reaches the streets with most reports.".to_owned(),
            conditions: Vec::new(),
        }],
    };
    world.recommend(round, &input);
}

on_both! {
    fn a_member_answers_for_several_bids_at_once_and_nothing_is_answered_for_them(world) {
        let (round, references) = scoring(&world);
        assigned(&world, &references, PIA);
        let pia = world.sign_in(PIA);
        says(&open(&pia, "/declarations"), &["3 applications wait for your answer"]);
        let path = format!("/declarations/{}", round.reference);
        let page = open(&pia, &path);
        says(&page, &BIDDERS);
        is_silent(&page, &["What we say about need", "bidder0.example"]);
        assert_eq!(page.all("input[checked]").len(), 0, "nothing is chosen");
        let [first, second, third] = references.as_slice() else { panic!("three bids") };
        let form = page.form("Send your declarations");
        says(&form.clone().send(&pia).expect_status(422), &["Answer for at least one application"]);
        let form = form.set(&format!("conflict-{first}"), "no").set(&format!("conflict-{second}"), "yes");
        let faulty = form.send(&pia).expect_status(422);
        assert_eq!(faulty.all(".govuk-error-summary__list li").len(), 2, "{}", faulty.words());
        assert_eq!(world.raw().count("conflicts"), 0, "nothing is half saved");
        let form = faulty.form("Send your declarations");
        let form = form.set(&format!("kind-{second}"), "belongs").set(&format!("note-{second}"), "My sister is a trustee.");
        form.send(&pia).expect_redirect(&path);

        says(&open(&pia, &path), &["2 declarations are on record, 1 of them with a conflict", BIDDERS[2]]);
        is_silent(&open(&pia, &path), &[BIDDERS[0], BIDDERS[1]]);
        open(&pia, &format!("/panel/applications/{first}/sheet"));
        for page in ["sheet", "conflict", "assessment"] {
            pia.get(&format!("/panel/applications/{second}/{page}")).expect_status(404);
        }
        pia.get(&format!("/panel/applications/{third}/sheet"))
            .expect_redirect(&format!("/panel/applications/{third}/conflict"));
        says(&open(&pia, "/declarations"), &["My sister is a trustee.", second, "No conflict declared"]);
        let pia = format!("account {}", account(&world, PIA).row());
        assert_eq!(trail(&world, second), [format!("conflict_declared {pia}")]);
        assert_eq!(trail(&world, first), [format!("no_conflict_declared {pia}")]);
        // The office reads it; another member's form cannot name a bid that is not theirs.
        let olive = world.sign_in(OFFICER);
        says(
            &open(&olive, &format!("/office/rounds/{}/conflicts", round.reference)),
            &["My sister is a trustee.", "Trustee, staff or member", "Panel Member0x", "1 record"],
        );
        let rhys = world.sign_in(MEMBERS[1]);
        let forged = [(format!("conflict-{third}"), "no".to_owned())];
        let fields: Vec<(&str, &str)> = forged.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        rhys.post(&path, &fields).expect_status(404);
        rhys.get(&path).expect_status(404);
    }

    fn what_an_officer_pins_the_member_cannot_undo(world) {
        let (round, references) = scoring(&world);
        assigned(&world, &references, PIA);
        let [first, ..] = references.as_slice() else { panic!("three bids") };
        let (bid, member) = (id(&world, first), account(&world, PIA));
        world.act(PIA, |tx| declare_no_conflict(tx, first));
        let olive = world.sign_in(OFFICER);
        let path = format!("/office/rounds/{}/conflicts", round.reference);
        let form = open(&olive, &path).form("Continue").set("application", first).set("person", &member.row().to_string());
        let case = format!("/office/applications/{first}/conflicts/{}", member.row());
        form.send(&olive).expect_redirect(&case);
        let page = open(&olive, &case);
        says(&page, &["No conflict declared", "Declared no conflict"]);
        assert!(!page.has_button("Lift the conflict") && !page.has_button("Dismiss the suggestion"));
        let form = page.form("Record a conflict");
        says(&form.clone().send(&olive).expect_status(422), &["Say why"]);
        form.set("reason", "She chaired it until June.").send(&olive).expect_redirect(&case);

        let pia = world.sign_in(PIA);
        pia.get(&format!("/panel/applications/{first}/sheet")).expect_status(404);
        is_silent(&open(&pia, "/panel"), &[first]);
        let own = open(&pia, "/declarations");
        says(&own, &["Recorded by an officer", BIDDERS[0]]);
        is_silent(&own, &["chaired"]);
        assert!(matches!(world.write_as(PIA, |tx| declare_no_conflict(tx, first)), Err(Problem::NotFound)));
        let milder = world.write_as(PIA, |tx| declare_conflict(tx, first, "other", "It is nothing."));
        assert!(matches!(milder, Err(Problem::NotFound)));
        // The database holds it too, whoever asks.
        for (sql, guard) in [
            (format!("UPDATE conflicts SET ruling = NULL, reason = NULL, rules = NULL, ruled_at = NULL, ruled_by = NULL WHERE account_id = {}", member.row()), "conflicts_pinned_check"),
            (format!("UPDATE conflicts SET ruled_by = {0} WHERE account_id = {0}", member.row()), "conflicts_ruled_by_check"),
            (format!("DELETE FROM conflicts WHERE account_id = {}", member.row()), "conflicts_kept_check"),
            ("DELETE FROM conflict_changes".to_owned(), "conflict_changes_frozen_check"),
            ("UPDATE conflict_changes SET words = 'Nothing'".to_owned(), "conflict_changes_frozen_check"),
            (format!("UPDATE assignments SET stage = 'cleared' WHERE account_id = {} AND application_id = {}", member.row(), bid.row()), "assignments_conflict_check"),
            (format!("INSERT INTO score_sheets (assignment_id, application_id, account_id, stage, created_at, version) \
                      SELECT id, application_id, account_id, 'draft', assigned_at, 1 FROM assignments WHERE account_id = {} AND application_id = {}", member.row(), bid.row()), "score_sheets_"),
        ] {
            let refusal = world.raw().try_run(&sql);
            assert!(refusal.as_ref().is_err_and(|told| told.contains(guard)), "{sql}: {refusal:?}");
        }
        // Nobody rules on themselves, members rule on nobody.
        let own = account(&world, OFFICER);
        assert!(matches!(world.write_as(OFFICER, |tx| pin(tx, first, own, "Me.")), Err(Problem::Refused { .. })));
        assert!(matches!(world.write_as(PIA, |tx| lift(tx, first, member, "Me.")), Err(Problem::NotFound)));
        assert!(matches!(world.write_as(OFFICER, |tx| assign(tx, bid, member)), Err(Problem::Refused { .. })));

        let form = open(&olive, &case).form("Lift the conflict").set("reason", "It was another trust of that name.");
        form.send(&olive).expect_redirect(&case);
        pia.get(&format!("/panel/applications/{first}/sheet"))
            .expect_redirect(&format!("/panel/applications/{first}/conflict"));
        world.act(PIA, |tx| declare_no_conflict(tx, first));
        open(&pia, &format!("/panel/applications/{first}/sheet"));
        let (pia, olive) = (format!("account {}", member.row()), format!("account {}", own.row()));
        assert_eq!(
            trail(&world, first),
            [
                format!("no_conflict_declared {pia}"),
                format!("conflict_pinned {olive}"),
                format!("conflict_lifted {olive}"),
                format!("no_conflict_declared {pia}"),
            ]
        );
        let told = world.read(|conn| conflicts_of_round(conn, round.id));
        assert_eq!(told.len(), 1);
        assert!(!told[0].record.stands() && told[0].record.declared.unwrap().0 == Declared::Clear);
        let words: Vec<(&str, AccountId)> = told[0].changes.iter().map(|one| (one.words.as_str(), one.by)).collect();
        assert_eq!(
            words,
            [("", member), ("She chaired it until June.", own), ("It was another trust of that name.", own), ("", member)]
        );
        assert!(told[0].changes.iter().all(|one| one.at == world.now()));
    }

    /// Whoever has a conflict gets the same bytes for the bid as for one that never was, on every route that names a bid.
    fn a_conflicted_bid_is_as_missing_on_every_route(world) {
        let (_, references) = scoring(&world);
        let [first, ..] = references.as_slice() else { panic!("three bids") };
        world.add_person(DORA, "Dora Double", &[Role::Panel, Role::Officer, Role::DecisionMaker, Role::Auditor]);
        assigned(&world, std::slice::from_ref(first), DORA);
        let (dora, olive) = (world.sign_in(DORA), world.sign_in(OFFICER));
        let document = world.raw().text(&format!(
            "SELECT CAST(min(id) AS TEXT) AS value FROM documents WHERE application_id = {}", id(&world, first).row()
        ));
        let definition = definition();
        let question = definition.questions().next().unwrap().code.clone();
        let pia = account(&world, PIA).row().to_string();
        let filled = |path: &str, reference: &str| {
            path.replace("{application}", reference)
                .replace("{document}", &document)
                .replace("{section}", &definition.sections[0].code)
                .replace("{question}", &question)
                .replace("{gate}", &definition.gates[0].code)
                .replace("{item}", "1")
                .replace("{evidence}", "1")
                .replace("{letter}", "1")
                .replace("{person}", &pia)
                .replace("{member}", &pia)
        };
        let routes: Vec<_> =
            evenhand::routes::table().into_iter().filter(|entry| entry.path.contains("{application}")).collect();
        let readable = |browser: &Browser| {
            let pages = routes.iter().filter(|entry| entry.method == RouteMethod::GET);
            pages.filter(|entry| browser.get(&filled(entry.path, first)).status == 200).count()
        };
        let before = readable(&olive);
        assert!(before >= 4, "{before} pages show the bid to an officer");
        assert!(readable(&dora) >= 4);
        world.act(DORA, |tx| declare_conflict(tx, first, "belongs", "My sister is a trustee."));
        let missing = "CSF-2026-00000";
        assert_eq!(missing.len(), first.len());
        let mut faults = Vec::new();
        for entry in &routes {
            let denied = visit(&dora, &entry.method, &filled(entry.path, first));
            let nothing = visit(&dora, &entry.method, &filled(entry.path, missing));
            if denied.whole() != nothing.whole() {
                faults.push(format!("{entry:?}: {} {} and {}", denied.status, denied.words(), nothing.status));
            }
            if entry.method == RouteMethod::GET && denied.status != 404 {
                faults.push(format!("{entry:?}: {}", denied.status));
            }
        }
        assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), routes.len(), faults.join("\n"));
        assert!(routes.len() > 30, "{} routes name a bid", routes.len());
        assert_eq!(readable(&olive), before, "a colleague sees it as before");
        assert_eq!(readable(&dora), 0);
    }

    fn lists_counts_searches_exports_and_the_trail_leave_it_out(world) {
        let (round, references) = scoring(&world);
        let [first, second, _] = references.as_slice() else { panic!("three bids") };
        world.add_person(DORA, "Dora Double", &[Role::Panel, Role::Officer]);
        world.act(DORA, |tx| declare_conflict(tx, first, "other", "The treasurer is a friend."));
        let dora = world.sign_in(DORA);
        let home = format!("/office/rounds/{}", round.reference);
        let list = open(&dora, &format!("{home}/applications"));
        says(&list, &["2 submitted", "2 applications", "Submitted (2)", "Not all checked (2)"]);
        for query in ["", "?q=harbour", "?sort=organisation", "?sort=asked&order=descending", "?gates=open", "?missing=yes", "?print=yes"] {
            is_silent(&open(&dora, &format!("{home}/applications{query}")), &[first, BIDDERS[0]]);
        }
        says(&open(&world.sign_in(OFFICER), &format!("{home}/applications")), &["3 submitted", first]);
        says(&open(&dora, &format!("{home}/export")), &["2 submitted applications will be in the file"]);
        let table = dora.post(&format!("{home}/export"), &[("format", "csv")]).expect_status(200).text();
        assert!(!table.contains(first.as_str()) && !table.contains(BIDDERS[0]) && table.contains(second.as_str()));
        for path in [
            format!("{home}/assignments"),
            format!("{home}/conflicts"),
            format!("{home}/conflicts?show=all"),
            format!("/declarations/{}", round.reference),
            format!("/declarations/{}?q=harbour", round.reference),
            "/panel".to_owned(),
            "/office".to_owned(),
        ] {
            is_silent(&open(&dora, &path), &[first, BIDDERS[0]]);
        }
        // The trail shows the records of other bids and of the round alone; the page of the organisation no bid.
        let records = open(&dora, &format!("/trail?round={}", round.reference));
        is_silent(&records, &[first, "Declared a conflict of interest"]);
        says(&records, &[second]);
        let organisation = world.raw().text(&format!(
            "SELECT CAST(id AS TEXT) AS value FROM organisations WHERE name = '{}'", BIDDERS[0]
        ));
        is_silent(&open(&dora, &format!("/office/organisations/{organisation}")), &[first]);
        let rows = |who: &str| {
            let mut rows = open(&world.sign_in(who), "/office/organisations").all("tbody tr");
            rows.sort();
            rows
        };
        let differ: Vec<String> = rows(DORA).into_iter().filter(|row| !rows(OFFICER).contains(row)).collect();
        assert!(differ.len() == 1 && differ[0].contains(BIDDERS[0]), "one has one application less: {differ:?}");
        // A reference typed into a form is as unknown as one that never was.
        let told = |reference: &str| {
            let form = [("application", reference), ("person", "1")];
            let reply = dora.post(&format!("{home}/conflicts"), &form).expect_status(422);
            reply.words().replace(reference, "")
        };
        assert_eq!(told(first), told("CSF-2026-00000"));
        let bid = id(&world, first);
        let member = account(&world, PIA);
        assert!(matches!(world.write_as(DORA, |tx| assign(tx, bid, member)), Err(Problem::NotFound)));
        // Starting moderation names no hidden bid among those with too few sheets.
        match world.write_as(DORA, |tx| evenhand::moderation::actions::start_moderation(tx, round.id, false)) {
            Err(Problem::Refused { text, .. }) => assert!(!text.contains(first.as_str()) && text.contains(second.as_str()), "{text}"),
            other => panic!("{other:?}"),
        }
        world.act(OFFICER, |tx| evenhand::moderation::actions::start_moderation(tx, round.id, true));
        is_silent(&open(&dora, &format!("{home}/moderation")), &[first, BIDDERS[0]]);
        let dora = world.actor(DORA);
        assert_eq!(world.read(|conn| hidden_from(conn, &dora, round.id)), [bid].into());
    }

    /// Each rank tells of the others: who has a conflict in a round sees neither its ranking nor its decision.
    fn a_conflict_closes_ranking_recommendation_decision_and_letters(world) {
        let (round, references) = scoring(&world);
        world.add_person(DORA, "Dora Double", &[Role::Officer]);
        world.add_person("sam@opcc.example", "Sam Signatory", &[Role::DecisionMaker]);
        let cora = world.sign_in(CORA);
        let path = format!("/office/applications/{}/conflict", references[2]);
        says(&open(&cora, &format!("/declarations/{}", round.reference)), &[BIDDERS[2], "3 applications"]);
        let form = open(&cora, &path).form("Send your declaration").set("conflict", "yes");
        form.set("kind", "works").set("note", "My husband teaches there.").send(&cora).expect_redirect("/declarations");
        says(&open(&cora, "/declarations"), &["My husband teaches there.", "Conflict declared"]);
        cora.get(&path).expect_status(404);
        world.act(DORA, |tx| declare_conflict(tx, &references[2], "other", "I used to govern the school."));
        recommended(&world, &round, &references);

        let (olive, dora, sam) = (world.sign_in(OFFICER), world.sign_in(DORA), world.sign_in("sam@opcc.example"));
        let gone = |browser: &Browser, path: &str| {
            let denied = browser.get(&path.replace("ROUND", &round.reference));
            let missing = browser.get(&path.replace("ROUND", "CSF-2026-R9"));
            assert_eq!(denied.status, 404, "{path}: {}", denied.words());
            assert_eq!(denied.whole(), missing.whole(), "{path}");
        };
        for path in ["/office/rounds/ROUND/ranking", "/office/rounds/ROUND/recommend", "/office/rounds/ROUND/letters"] {
            gone(&dora, path);
        }
        for path in ["/office/rounds/ROUND/ranking", "/decisions/ROUND", "/office/rounds/ROUND/letters"] {
            gone(&cora, path);
        }
        is_silent(&open(&cora, "/decisions"), &[&round.reference]);
        says(&open(&sam, "/decisions"), &[&round.reference]);
        says(
            &open(&sam, &format!("/decisions/{}", round.reference)),
            &["My husband teaches there.", "Cora Commissioner", "I used to govern the school.", "Works for them"],
        );
        open(&olive, &format!("/office/rounds/{}/ranking", round.reference));
        for (browser, path, fields) in [
            (&dora, format!("/office/rounds/{}/take-back", round.reference), vec![("reason", "No.")]),
            (&dora, format!("/office/rounds/{}/letters/draft", round.reference), vec![]),
            (&cora, format!("/decisions/{}", round.reference), vec![
                ("recommendation", "1"), ("interests", "None"), ("statement", "Yes."), ("confirmed", "yes"), ("code", "1"),
            ]),
        ] {
            browser.post(&path, &fields).expect_status(404);
        }
        assert_eq!(world.raw().count("decisions"), 0);
        // Lifted, it is open again.
        let row = account(&world, CORA);
        world.act(OFFICER, |tx| lift(tx, &references[2], row, "He left the school last year."));
        open(&cora, &format!("/decisions/{}", round.reference));
    }

    fn the_register_of_interests_is_dated_and_nothing_of_it_goes(world) {
        let (_, _) = scoring(&world);
        let pia = world.sign_in(PIA);
        let form = open(&pia, "/interests").form("Add it");
        let faulty = form.clone().set("since_day", "40").send(&pia).expect_status(422);
        assert_eq!(faulty.all(".govuk-error-summary__list li").len(), 2, "{}", faulty.words());
        let domain = form.clone().set("kind", "email_domain").set("name", "gmail.com").send(&pia).expect_status(422);
        says(&domain, &["Many people share this email domain"]);
        let form = form.set("kind", "organisation").set("name", "Towpath Trust").set("number", "1164883");
        let form = form.set("since_day", "1").set("since_month", "6").set("since_year", "2024").set("note", "I chair it.");
        form.send(&pia).expect_redirect("/interests");
        let page = open(&pia, "/interests");
        says(&page, &["Towpath Trust", "1164883", "I chair it.", "1 June 2024"]);
        let olive = world.sign_in(OFFICER);
        says(&open(&olive, "/office/interests"), &["Panel Member0x"]);
        let member = account(&world, PIA).row();
        says(&open(&olive, &format!("/office/interests/{member}")), &["Towpath Trust", "1164883"]);
        world.advance_minutes(60 * 24);
        let (pia, olive) = (world.sign_in(PIA), world.sign_in(OFFICER));
        open(&pia, "/interests").form("End Towpath Trust").send(&pia).expect_redirect("/interests");
        assert!(!open(&pia, "/interests").has_button("End Towpath Trust"));
        says(&open(&olive, &format!("/office/interests/{member}")), &["Towpath Trust"]);
        let row = world.raw().text("SELECT CAST(min(id) AS TEXT) AS value FROM interests");
        pia.post(&format!("/interests/{row}/end"), &[]).expect_status(404);
        world.sign_in(CORA).post(&format!("/interests/{row}/end"), &[]).expect_status(404);
        for sql in ["DELETE FROM interests", "UPDATE interests SET name = 'Another'", "UPDATE interests SET ended_at = NULL"] {
            let refusal = world.raw().try_run(sql);
            assert!(refusal.as_ref().is_err_and(|told| told.contains("interests_frozen_check")), "{sql}: {refusal:?}");
        }
        for who in [PIA, CORA] {
            world.sign_in(who).get("/office/interests").expect_status(404);
        }
        let kinds = world.raw().texts("SELECT kind AS value FROM audit_events WHERE kind LIKE 'interest%' ORDER BY seq");
        assert_eq!(kinds, ["interest_added", "interest_ended"]);
    }

    fn likely_conflicts_wait_for_an_officer_with_their_reason(world) {
        let (round, references) = scoring(&world);
        world.add_person(DORA, "Dora Double", &[Role::Officer]);
        let pia = world.sign_in(PIA);
        for (kind, name) in [("organisation", "The Mill Road Club Ltd"), ("email_domain", "bidder0.example")] {
            let form = open(&pia, "/interests").form("Add it").set("kind", kind).set("name", name);
            form.send(&pia).expect_redirect("/interests");
        }
        let olive = world.sign_in(OFFICER);
        let path = format!("/office/rounds/{}/conflicts", round.reference);
        let page = open(&olive, &path);
        says(&page, &[
            "2 found", "Same name of an organisation: Mill Road Club", "The Mill Road Club Ltd",
            "Same email domain: bidder0.example", "Panel Member0x",
        ]);
        open(&pia, "/declarations");
        is_silent(&open(&pia, "/declarations"), &["Mill Road Club"]);
        // A suggestion hides nothing by itself.
        let nobody = world.actor(PIA);
        assert!(world.read(|conn| hidden_from(conn, &nobody, round.id)).is_empty());
        let member = account(&world, PIA);
        let case = |reference: &str| format!("/office/applications/{reference}/conflicts/{}", member.row());
        let form = open(&olive, &case(&references[1])).form("Dismiss the suggestion");
        form.set("reason", "A club of the same name in Kent.").send(&olive).expect_redirect(&case(&references[1]));
        let form = open(&olive, &case(&references[0])).form("Record a conflict");
        form.set("reason", "She works there.").send(&olive).expect_redirect(&case(&references[0]));
        assert!(world.read(|conn| suggestions_of_round(conn, round.id)).is_empty());
        says(&open(&olive, &path), &["None.", "A club of the same name in Kent.", "Suggestion dismissed", "She works there."]);
        // What is new since is suggested again.
        let form = open(&pia, "/interests").form("Add it").set("kind", "email_domain").set("name", "bidder1.example");
        form.send(&pia).expect_redirect("/interests");
        says(&open(&olive, &path), &["1 found", "Same email domain: bidder1.example"]);
        // An ended interest suggests nothing.
        open(&pia, "/interests").form("End bidder1.example").send(&pia).expect_redirect("/interests");
        assert!(world.read(|conn| suggestions_of_round(conn, round.id)).is_empty());
        // An officer's own is for another officer: Dora acts for an applicant.
        let dora = account(&world, DORA);
        let school = world.raw().text(&format!("SELECT CAST(id AS TEXT) AS value FROM organisations WHERE name = '{}'", BIDDERS[2]));
        world.raw().run(&format!(
            "INSERT INTO memberships (organisation_id, account_id, created_at) VALUES ({}, {}, '2026-11-22 10:00:00.000000')",
            school, dora.row()
        ));
        world.tampered();
        says(&open(&olive, &path), &["Acts for the organisation in this service", "Dora Double"]);
        is_silent(&open(&world.sign_in(DORA), &path), &["Acts for the organisation in this service"]);
        world.sign_in(DORA).get(&format!("/office/applications/{}/conflicts/{}", references[2], dora.row())).expect_status(404);
    }

    /// What was declared before the register was made is taken into it through the trail, once; until then it hides all the same.
    fn earlier_declarations_are_adopted(world) {
        let (round, references) = scoring(&world);
        assigned(&world, &references[..2], PIA);
        let (bid, member) = (id(&world, &references[0]), account(&world, PIA));
        let earlier = |stage: &str, kind: &str, reference: &str| {
            world.raw().run(&format!(
                "UPDATE assignments SET stage = '{stage}', declared_at = assigned_at, {kind} WHERE application_id = {}",
                id(&world, reference).row()
            ));
        };
        earlier("conflicted", "conflict_kind = 'supplies', conflict_note = 'I sell them paper.'", &references[0]);
        earlier("cleared", "conflict_kind = NULL", &references[1]);
        world.tampered();
        let pia = world.actor(PIA);
        assert_eq!(world.read(|conn| hidden_from(conn, &pia, round.id)), [bid].into());
        assert_eq!(adopt_declarations(&world.app.ledger).unwrap(), 2);
        assert_eq!(adopt_declarations(&world.app.ledger).unwrap(), 0);
        let told = world.read(|conn| conflicts_of_round(conn, round.id));
        let mut found: Vec<(String, bool, String)> =
            told.iter().map(|one| (one.reference.clone(), one.record.stands(), one.words().to_owned())).collect();
        found.sort();
        let mut expected = vec![
            (references[0].clone(), true, "I sell them paper.".to_owned()),
            (references[1].clone(), false, String::new()),
        ];
        expected.sort();
        assert_eq!(found, expected);
        assert!(told.iter().all(|one| one.record.account == member && one.changes[0].by == member));
        assert_eq!(world.raw().count("audit_events WHERE kind = 'conflicts_adopted'"), 1);
    }
}
