//! Insight across rounds: figures worked by hand, small counts kept back, who bid again and what was made of advice, workshops.

use std::collections::BTreeMap;

use evenhand::accounts::members_of;
use evenhand::applications::actions::merge_organisations;
use evenhand::applications::application_of_reference;
use evenhand::base::role::Role;
use evenhand::feedback::actions::{self as feedback, BankInput};
use evenhand::feedback::{Kind, Theme};
use evenhand::rounds::{Round, round_of_reference};
use evenhand::scoring::{Mark, actions as scoring};

use crate::support::builders::{OFFICER, default_definition};
use crate::support::deciding::RECOMMENDER;
use crate::support::pages::{is_silent, open, says};
use crate::support::{Reply, TestWorld};

const COMMISSIONER: &str = "commissioner@opcc.example";
const SECOND: &str = "second@opcc.example";
const TORN: &str = "torn@opcc.example";
const MEMBER: &str = "p1@panel.example";
const OTHER: &str = "p2@panel.example";

/// A round whose bids have one mark each on every criterion, signed: those of 4 and more are funded.
fn decided(world: &TestWorld, marks: &[i32]) -> (Round, Vec<String>) {
    world.add_person(COMMISSIONER, "Cora Commissioner", &[Role::DecisionMaker]);
    let (round, bids) = world.moderated_round(&default_definition(), marks);
    let funded: Vec<&str> =
        bids.iter().zip(marks).filter(|(_, mark)| **mark >= 4).map(|(bid, _)| bid.as_str()).collect();
    world.recommend(&round, &world.awards(&funded));
    world.sign_decision(COMMISSIONER, &round);
    (world.read(|conn| round_of_reference(conn, &round.reference)), bids)
}

/// The same with its letters issued.
fn issued(world: &TestWorld, marks: &[i32]) -> (Round, Vec<String>) {
    let (round, bids) = decided(world, marks);
    world.add_person(SECOND, "Sam Second", &[Role::Officer]);
    world.accept_feedback(RECOMMENDER, &round);
    evenhand::letters::drafting::draft_round(&world.app, &world.actor(OFFICER), round.id).unwrap();
    world.approve_letters(SECOND, &round).unwrap();
    world.act(OFFICER, |tx| evenhand::letters::actions::issue_round(tx, &world.app, round.id));
    (round, bids)
}

fn rows(page: &Reply, table: usize) -> Vec<Vec<String>> {
    let parsed = page.page();
    let select = |css: &str| scraper::Selector::parse(css).unwrap();
    let tables: Vec<_> = parsed.select(&select("main table")).collect();
    let cell = |cell: scraper::ElementRef<'_>| {
        cell.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    tables[table].select(&select("tbody tr")).map(|row| row.select(&select("th, td")).map(cell).collect()).collect()
}

on_both! {
    /// Ten bids, five with 1 and five with 4 out of 5. Of the marks 80% and 20% are lost: 50% on average. A criterion of weight 20 of
    /// 100 costs a bid 16 or 4 points, together 100; one of 15 costs 75, one of 10 costs 50. Five are below the minimum of 2.
    fn what_criteria_cost_comes_out_as_by_hand(world) {
        let (round, _) = decided(&world, &[1, 4, 1, 4, 1, 4, 1, 4, 1, 4]);
        let officer = world.sign_in(OFFICER);
        let page = open(&officer, "/office/insight");
        says(&page, &["Figures of 10 applications", &round.reference]);
        let line = |title: &str, points: &str| -> Vec<String> {
            [title, "10", "50.00%", points, "5 of 10 (50.00%)"].map(ToOwned::to_owned).to_vec()
        };
        let expected = [
            line("Need and fit with the Plan", "100.00"),
            line("Outcomes and measurement", "100.00"),
            line("Activities and delivery", "100.00"),
            line("People, skills and partners", "75.00"),
            line("Budget and value", "75.00"),
            line("Inclusion, safeguarding and legacy", "50.00"),
        ];
        assert_eq!(rows(&page, 0), expected);
        let kinds = rows(&page, 1);
        assert_eq!(kinds[0][..3], ["Registered charity", "10", "5 of 10"]);
        assert_eq!(kinds[1][..3], ["All kinds", "10", "5 of 10"]);
        assert_eq!(kinds.len(), 2);
        let form = page.form("Marks lost (CSV)");
        let file = form.send(&officer).expect_status(200);
        assert!(file.text().contains("Need and fit with the Plan,10,50.00%,100.00,5 of 10 (50.00%)"), "{}", file.text());
        let book = page.form("All tables as a spreadsheet (XLSX)").send(&officer).expect_status(200);
        assert!(book.bytes.starts_with(b"PK"));
        officer.get("/office/insight?round=CSF-2026-R99").expect_status(404);
    }

    /// Three weak bids of seven: neither the page nor a file tells the three, nor what it could be worked out from.
    fn a_count_under_five_is_nowhere(world) {
        decided(&world, &[1, 4, 1, 4, 1, 4, 4]);
        let officer = world.sign_in(OFFICER);
        let page = open(&officer, "/office/insight");
        // Lost: three times 80% and four times 20%, a seventh of 320%; three times 16 points and four times 4.
        assert_eq!(rows(&page, 0)[0], ["Need and fit with the Plan", "7", "45.71%", "64.00", "Not shown"]);
        assert!(rows(&page, 1).iter().all(|row| row[1] == "7" && row[2..].iter().all(|cell| cell == "Not shown")));
        is_silent(&page, &["3 of 7", "4 of 7"]);
        for button in ["Marks lost (CSV)", "Kinds of organisation (CSV)"] {
            let file = page.form(button).send(&officer).expect_status(200);
            assert!(file.text().contains("Not shown") && !file.text().contains("of 7"), "{}", file.text());
        }
    }

    /// Eleven bids: six with 1, five with 4 out of 5. Accepted feedback says a wording of the bank about the need to four of the six, then
    /// to all, and to nobody else. They lost 80% of a criterion of weight 20 of 100: 16 points each, together 96.
    fn themes_come_out_as_by_hand(world) {
        let (round, bids) = decided(&world, &[1, 1, 1, 1, 1, 1, 4, 4, 4, 4, 4]);
        world.add_person(SECOND, "Sam Second", &[Role::Officer]);
        let words = BankInput {
            name: "Need and fit with the Plan".to_owned(),
            kind: Some(Kind::Improvement),
            theme: Some(Theme::Need),
            band: None,
            text: "Count the streets that you serve.".to_owned(),
        };
        world.act(OFFICER, |tx| feedback::add_wording(tx, &words));
        world.act(OFFICER, |tx| feedback::begin_all(tx, round.id));
        let tell = |bid: &str, text: &str| {
            let id = world.read(|conn| application_of_reference(conn, bid)).id;
            let newest = world.read(|conn| evenhand::feedback::newest_of(conn, id)).unwrap();
            let mut lines = newest.lines;
            for line in lines.iter_mut().filter(|line| line.criterion == "NEED" && line.kind == Kind::Improvement) {
                text.clone_into(&mut line.text);
            }
            world.act(OFFICER, |tx| feedback::save(tx, bid, &lines, newest.version));
        };
        for bid in &bids[..4] {
            tell(bid, &words.text);
        }
        let officer = world.sign_in(OFFICER);
        // Four were told: nothing is shown, nor before anything is accepted.
        is_silent(&open(&officer, "/office/insight"), &["Evidence of need"]);
        world.accept_feedback(SECOND, &round);
        is_silent(&open(&officer, "/office/insight"), &["Evidence of need", "4 of 11"]);
        for bid in &bids[4..6] {
            tell(bid, &words.text);
        }
        world.accept_feedback(SECOND, &round);
        let page = open(&officer, "/office/insight");
        says(&page, &["From the accepted feedback on 11 applications"]);
        assert_eq!(rows(&page, 2), [["Evidence of need", "Need and fit with the Plan", "6 of 11 (54.55%)", "96.00"]]);
        assert_eq!(rows(&page, 3), [["Registered charity", "11", "6 of 11"], ["All kinds", "11", "6 of 11"]]);
        let file = page.form("Themes (CSV)").send(&officer).expect_status(200);
        assert!(file.text().contains("Evidence of need,Need and fit with the Plan,6 of 11 (54.55%),96.00"), "{}", file.text());
        let file = page.form("Themes by kind (CSV)").send(&officer).expect_status(200);
        assert!(file.text().contains("All kinds,11,6 of 11"), "{}", file.text());

        // The agenda quotes the bank's wording for the criterion, and those alone are listed who were told of the theme.
        let planned = open(&officer, "/office/insight/workshops").form("Plan a workshop").set("round", &round.reference);
        let address = planned.send(&officer).expect_status(303).location().unwrap();
        let page = open(&officer, &address);
        says(&page, &["What would have made many bids stronger:", "- Count the streets that you serve.", "Trust Number5"]);
        tell(&bids[0], "Another word.");
        world.accept_feedback(SECOND, &round);
        let chosen = open(&officer, &format!("{address}?theme=need"));
        says(&chosen, &["Trust Number1", "Trust Number5"]);
        is_silent(&chosen, &["Trust Number0", "Trust Number6"]);
        says(&open(&officer, &format!("{address}?criterion=NEED")), &["Trust Number0", "Trust Number5"]);
        officer.get(&format!("{address}?theme=nonsense")).expect_status(400);
        let form = open(&officer, &format!("{address}/edit")).form("Save").set("place", "The Library");
        let form = form.set("starts_date_day", "20").set("starts_date_month", "5").set("starts_date_year", "2027");
        form.set("starts_time", "10:00").send(&officer).expect_redirect(&address);
        let chosen = open(&officer, &format!("{address}?theme=need"));
        chosen.form("Send the invitations").send(&officer).expect_redirect(&address);
        assert_eq!(world.raw().count("workshop_invitations"), 5);
        let told = world.raw().text("SELECT data AS value FROM audit_events WHERE kind = 'workshop_announced'");
        assert!(told.contains("\"themes\":[\"need\"]") && told.contains("\"invitations\":5"), "{told}");
    }

    /// Two records of one organisation that were merged are one: it bid again, and is invited once.
    fn a_merged_organisation_is_one(world) {
        let (first, bids) = issued(&world, &[1, 4, 1, 4, 4, 4]);
        world.advance_minutes(60);
        let next = world.round_of(&default_definition(), true);
        // Somebody of the first registered it once more, with somebody new.
        let before = world.read(|conn| application_of_reference(conn, &bids[0])).organisation;
        let known = world.read(|conn| members_of(conn, before)).remove(0).account;
        let new = world.add_person("again@bidders.example", "Ann Applicant", &[Role::Applicant]);
        let again = world.add_organisation("Number Zero Trust", &[new, known]);
        let bid = world.submitted_application("again@bidders.example", &next, again);
        world.set_time(next.settled_at());
        world.act(OFFICER, |tx| scoring::start_scoring(tx, next.id));
        let officer = world.sign_in(OFFICER);
        let list = "/office/insight/again";
        is_silent(&open(&officer, list), &["Number Zero Trust"]);
        let case = format!("{list}/{bid}");
        is_silent(&open(&officer, &case), &["Give figures."]);
        world.act(OFFICER, |tx| merge_organisations(tx, before, again, "Their treasurer told us.", |_| Ok(Vec::new())));
        assert_eq!(rows(&open(&officer, list), 0), [["Number Zero Trust", &bid, "Not decided yet", &bids[0], "Not awarded"]]);
        says(&open(&officer, &case), &["Give figures.", "1 of 5"]);
        let page = open(&officer, "/office/insight");
        says(&page, &["Figures of 6 applications"]);
        let references = [first.reference.clone()];
        let workshop = world.act(OFFICER, |tx| evenhand::insight::actions::plan(tx, &references));
        let page = open(&officer, &format!("/office/insight/workshops/{}", workshop.row()));
        says(&page, &["Number Zero Trust", "Trust Number2"]);
        is_silent(&page, &["Trust Number0"]);
        assert_eq!(rows(&page, 0).len(), 2, "two organisations were not awarded");
    }

    /// A round in which an officer has a conflict of interest is left out for them whole, and so is what was made of it.
    fn a_conflict_leaves_the_round_out(world) {
        let (round, bids) = decided(&world, &[1, 4, 1, 4, 4, 4]);
        world.add_person(TORN, "Tess Torn", &[Role::Officer]);
        let references = [round.reference.clone()];
        let workshop = world.act(OFFICER, |tx| evenhand::insight::actions::plan(tx, &references));
        let address = format!("/office/insight/workshops/{}", workshop.row());
        let torn = world.sign_in(TORN);
        says(&open(&torn, "/office/insight"), &["Figures of 6 applications"]);
        open(&torn, &address);
        world.act(TORN, |tx| evenhand::conflicts::actions::declare_conflict(tx, &bids[0], "works", "My brother runs it."));
        let page = open(&torn, "/office/insight");
        is_silent(&page, &["Figures of", &round.reference, "Need and fit"]);
        torn.get(&format!("/office/insight?round={}", round.reference)).expect_status(404);
        torn.get(&address).expect_status(404);
        torn.get(&format!("{address}/edit")).expect_status(404);
        is_silent(&open(&torn, "/office/insight/workshops"), &["Writing a stronger bid", &round.reference]);
        torn.get(&format!("/office/insight/again/{}", bids[1])).expect_status(404);
        says(&open(&world.sign_in(OFFICER), "/office/insight"), &["Figures of 6 applications"]);
    }

    /// An agenda from the figures, made one's own; each person is invited once, and only what is their business is told to them.
    fn a_workshop_is_planned_and_announced_once(world) {
        let (round, _) = decided(&world, &[1, 4, 1, 4, 4, 4]);
        let officer = world.sign_in(OFFICER);
        let nothing = officer.post("/office/insight/workshops", &[]).expect_status(422);
        says(&nothing, &["Choose at least one round"]);
        let planned = open(&officer, "/office/insight/workshops").form("Plan a workshop").set("round", &round.reference);
        let address = planned.send(&officer).expect_status(303).location().unwrap();
        let page = open(&officer, &address);
        // Lost: (2 x 80% + 4 x 20%) / 6.
        says(&page, &["2. Need and fit with the Plan", "On average bids lost 40.00% of the marks here.", "Trust Number0", "Trust Number2"]);
        // Funded, and lost no more than half: not on the list.
        is_silent(&page, &["Trust Number1", "Trust Number3"]);
        let refused = page.form("Send the invitations").send(&officer).expect_status(409);
        says(&refused, &["Give it a time that is still to come"]);
        let form = open(&officer, &format!("{address}/edit")).form("Save");
        let bad = form.clone().set("link", "javascript:alert(1)").set("title", "").send(&officer).expect_status(422);
        says(&bad, &["Enter a title", "begins with https://"]);
        let filled = form
            .set("starts_date_day", "20")
            .set("starts_date_month", "5")
            .set("starts_date_year", "2027")
            .set("starts_time", "10:00")
            .set("place", "The Library")
            .set("link", "https://meet.example/bids");
        filled.clone().send(&officer).expect_redirect(&address);
        // The same page again, from before: both texts are shown.
        filled.set("agenda", "Another agenda").send(&officer).expect_status(409);
        let page = open(&officer, &address);
        says(&page, &["20 May 2027", "The Library", "Version 2", "Version 1"]);
        // Letters to whoever was not funded tell of it.
        world.accept_feedback(RECOMMENDER, &round);
        evenhand::letters::drafting::draft_round(&world.app, &world.actor(OFFICER), round.id).unwrap();
        let letters = world.raw().texts("SELECT kind || ' ' || data AS value FROM letters ORDER BY id");
        let told = |letter: &&String| letter.contains("20 May 2027 at 10:00am, The Library") || letter.contains("20 May 2027 at 10am, The Library");
        assert_eq!(letters.iter().filter(told).count(), 4, "{letters:?}");
        page.form("Send the invitations").send(&officer).expect_redirect(&address);
        let page = open(&officer, &address);
        says(&page, &["Waiting to be sent"]);
        assert!(!page.has_button("Send the invitations"));
        officer.post(&format!("{address}/announce"), &[]).expect_status(409);
        world.deliver();
        says(&open(&officer, &address), &["Sent"]);
        for (place, mails) in [(0, 1), (1, 0), (2, 1), (3, 0)] {
            let of = world.mails_to(&format!("bidder{place}@bidders.example"));
            let of: Vec<&String> = of.iter().filter(|mail| mail.contains("free workshop")).collect();
            assert_eq!(of.len(), mails, "bidder{place}");
            assert!(of.iter().all(|mail| mail.contains("The Library") && !mail.contains("Trust Number")));
        }
    }

    /// Who bids again is seen beside last time; an officer records what was made of advice, and a member reads it only with their own
    /// sheet in.
    fn advice_is_judged_and_told_after_scoring(world) {
        let (first, bids) = issued(&world, &[4, 1]);
        world.advance_minutes(60);
        let definition = default_definition();
        let next = world.round_of(&definition, true);
        let bidder = "bidder1@bidders.example";
        let organisation = world.actor(bidder).person().unwrap().organisations[0];
        let bid = world.submitted_application(bidder, &next, organisation);
        let stranger = world.add_applicant("new@bidders.example", "New Trust");
        let new = world.submitted_application("new@bidders.example", &next, stranger);
        world.set_time(next.settled_at());
        world.act(OFFICER, |tx| scoring::start_scoring(tx, next.id));
        for reference in [&bid, &new] {
            let id = world.read(|conn| evenhand::applications::application_of_reference(conn, reference)).id;
            for member in [MEMBER, OTHER] {
                let account = world.actor(member).account().unwrap();
                world.act(OFFICER, |tx| scoring::assign(tx, id, account));
                world.act(member, |tx| scoring::declare_no_conflict(tx, reference));
            }
        }
        let officer = world.sign_in(OFFICER);
        let list = rows(&open(&officer, "/office/insight/again"), 0);
        assert_eq!(list, [["Trust Number1", &bid, "Not decided yet", &bids[1], "Not awarded"]]);
        let case = format!("/office/insight/again/{bid}");
        let page = open(&officer, &case);
        says(&page, &["Give figures.", "1 out of 5", "Nobody has recorded", "Not decided yet", &first.name]);
        assert_eq!(rows(&page, 0)[0], ["Need and fit with the Plan", "1 of 5", "None", ""]);
        let item = page.attributes("main a", "href").into_iter().find(|href| href.ends_with("/1")).unwrap();
        let form = open(&officer, &item).form("Record it");
        let faulty = form.clone().send(&officer).expect_status(422);
        says(&faulty, &["Choose what you found", "at least 20 characters"]);
        let why = "The second answer now counts the streets.";
        let filled = form.set("verdict", "partly").set("reason", why);
        filled.clone().send(&officer).expect_redirect(&case);
        // From the page of before: what was recorded meanwhile is not written over.
        filled.set("verdict", "acted").send(&officer).expect_status(409);
        let again = open(&officer, &item).form("Record it").set("verdict", "acted");
        again.send(&officer).expect_redirect(&case);
        let page = open(&officer, &case);
        says(&page, &["Acted on. The second answer now counts", "Acted on in part. The second answer now counts", "Olive Officer"]);
        officer.get(&format!("{case}/NO-LETTER/1")).expect_status(404);
        officer.get(&item.replace("/1", "/999")).expect_status(404);

        // A member: nothing before their own sheet is in, then the newest judgement without its officer.
        let member = world.sign_in(MEMBER);
        let advice = format!("/panel/applications/{bid}/advice");
        let before = member.get(&advice).expect_status(404);
        assert_eq!(before.whole().2, member.get("/panel/applications/CSF-2026-ZZZZZ/advice").expect_status(404).whole().2);
        is_silent(&open(&member, &format!("/panel/applications/{bid}/sheet")), &["last time", "Give figures"]);
        let marks: BTreeMap<String, Mark> = definition
            .criteria
            .iter()
            .map(|one| (one.code.clone(), Mark { mark: Some(3), reason: "A reason of my own, in detail.".to_owned() }))
            .collect();
        world.act(MEMBER, |tx| scoring::save_marks(tx, &bid, &marks, 0));
        member.get(&advice).expect_status(404);
        let version = world.raw().count("(SELECT 1 FROM score_sheets) AS sheets");
        assert!(version > 0);
        world.act(MEMBER, |tx| scoring::submit_sheet(tx, &bid, &marks, 1));
        let page = open(&member, &advice);
        says(&page, &["Give figures.", "Acted on. The second answer now counts"]);
        is_silent(&page, &["Olive Officer", "in part"]);
        says(&open(&member, &format!("/panel/applications/{bid}/sheet")), &["What we told this organisation last time"]);
        // The other member has not scored it; and the new bidder was never told anything.
        world.sign_in(OTHER).get(&advice).expect_status(404);
        world.act(MEMBER, |tx| scoring::submit_sheet(tx, &new, &marks, 0));
        says(&open(&member, &format!("/panel/applications/{new}/advice")), &["No feedback letter had been issued"]);
        // What was found stays as it was recorded.
        let verdicts = world.raw().texts("SELECT verdict AS value FROM advice_judgements ORDER BY id");
        assert_eq!(verdicts, ["partly", "acted"]);
    }
}
