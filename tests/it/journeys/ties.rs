//! What keeps a round from being recommended: a tie that only the panel can settle, and too few score sheets.

use evenhand::applications::GateOutcome;
use evenhand::applications::actions::check_gate;
use evenhand::base::ids::ApplicationId;
use evenhand::base::money::Pence;
use evenhand::base::role::Role;
use evenhand::moderation::Agreement;
use evenhand::rounds::Round;
use evenhand::scoring::Mark;

use super::{is_silent, open, row, says};
use crate::support::TestWorld;
use crate::support::builders::{OFFICER, default_definition};

const MEMBERS: [&str; 3] = ["m1@panel.example", "m2@panel.example", "m3@panel.example"];

/// A round in scoring whose bids ask for £4,500 each, of £6,000; so many sheets of each are in, all marks 4.
fn scored(world: &TestWorld, sheets: &[usize]) -> (Round, Vec<String>) {
    let mut definition = default_definition();
    definition.money.pot_pence = Pence::new(600_000);
    definition.money.max_ask_pence = Pence::new(500_000);
    let round = world.round_of(&definition, true);
    for (place, member) in MEMBERS.iter().enumerate() {
        world.add_person(member, &format!("Member Number{place}"), &[Role::Panel]);
    }
    let bids: Vec<String> = (0..sheets.len())
        .map(|place| {
            let email = format!("applicant{place}@bidders.example");
            let organisation = world.add_applicant(&email, &format!("Club Number{place}"));
            world.submitted_application(&email, &round, organisation)
        })
        .collect();
    world.set_time(round.settled_at());
    world.act(OFFICER, |tx| evenhand::scoring::actions::start_scoring(tx, round.id));
    world.act(OFFICER, |tx| evenhand::scoring::actions::assign_balanced(tx, round.id));
    let mark = || Mark { mark: Some(4), reason: "As the bid says, in detail.".to_owned() };
    let marks = definition.criteria.iter().map(|criterion| (criterion.code.clone(), mark())).collect();
    for (reference, count) in bids.iter().zip(sheets) {
        for member in &MEMBERS[..*count] {
            world.act(member, |tx| evenhand::scoring::actions::declare_no_conflict(tx, reference));
            world.act(member, |tx| evenhand::scoring::actions::submit_sheet(tx, reference, &marks, 0));
        }
    }
    (round, bids)
}

fn id(world: &TestWorld, reference: &str) -> ApplicationId {
    world.read(|conn| evenhand::applications::application_of_reference(conn, reference)).id
}

fn moderate(world: &TestWorld, reference: &str) {
    let id = id(world, reference);
    for gate in &default_definition().gates {
        world.act(OFFICER, |tx| check_gate(tx, id, &gate.code, GateOutcome::Met, "Looked at the file."));
    }
    world.act(OFFICER, |tx| evenhand::moderation::actions::open(tx, id));
    for criterion in &default_definition().criteria {
        let agreement = Agreement {
            mark: Some(4),
            reason: "Agreed after discussion.".to_owned(),
            strength: "Clear.".to_owned(),
            improvement: "Give figures.".to_owned(),
        };
        world.act(OFFICER, |tx| evenhand::moderation::actions::agree_mark(tx, id, &criterion.code, &agreement, 0));
    }
    world.chair_closes(id);
}

on_both! {
    /// P7: nothing is recommended, and no reference or name decides, until the panel's choice is on record.
    fn a_tie_at_the_cut_line_needs_a_recorded_decision(world) {
        let (round, bids) = scored(&world, &[2, 2]);
        let (first, second) = (bids[0].as_str(), bids[1].as_str());
        world.act(OFFICER, |tx| evenhand::moderation::actions::start_moderation(tx, round.id, false));
        for bid in &bids {
            moderate(&world, bid);
        }
        let officer = world.sign_in(OFFICER);
        let home = format!("/office/rounds/{}", round.reference);
        let page = open(&officer, &format!("{home}/ranking"));
        says(&page, &[
            "This round cannot be recommended yet",
            "share a rank and cannot all be funded",
            "Together they ask for £9,000.00, and £6,000.00 is left",
        ]);
        for bid in &bids {
            let cells = row(&page, "with the cut line", bid);
            assert_eq!([&cells[0], &cells[5], &cells[7]], ["1=", "None", "Tie at the cut line"]);
        }
        says(&officer.get(&format!("{home}/recommend")).expect_status(409), &["cannot be recommended yet"]);
        officer.post(&format!("{home}/recommend"), &[("note", ""), ("step", "confirm")]).expect_status(409);

        let (choose_first, choose_second) = (format!("choice-{first}"), format!("choice-{second}"));
        let form = page.form("Record the panel's decision");
        says(&form.clone().set(&choose_first, "fund").send(&officer).expect_status(422), &["Choose what the panel decided"]);
        let both = form.clone().set(&choose_first, "fund").set(&choose_second, "fund").set("reason", "We like both.");
        both.send(&officer).expect_status(422);
        let form = form.set(&choose_first, "reserve").set(&choose_second, "fund");
        form.clone().send(&officer).expect_status(422);
        let why = "No other project works in that town.";
        form.set("reason", why).send(&officer).expect_redirect(&format!("{home}/ranking"));
        let page = open(&officer, &format!("{home}/ranking"));
        is_silent(&page, &["cannot be recommended yet"]);
        says(&page, &["A tie that the panel settled", why, "Record the award line"]);
        assert_eq!(row(&page, "with the cut line", second)[7], "Fund");
        assert_eq!(row(&page, "with the cut line", first)[7], "Reserve");
        let line = page.form("Record the award line").set("line-reason", "The panel keeps it.");
        line.send(&officer).expect_redirect(&format!("{home}/ranking"));
        world.add_person("rita@opcc.example", "Rita Recommender", &[Role::Officer]);
        let other = world.sign_in("rita@opcc.example");
        open(&other, &format!("{home}/recommend")).form("Continue");
    }

    /// P8: one bid with too few sheets keeps the whole round from a ranking, and the page says which and why.
    fn too_few_score_sheets_block_the_ranking(world) {
        let (round, bids) = scored(&world, &[1, 2]);
        let officer = world.sign_in(OFFICER);
        let home = format!("/office/rounds/{}", round.reference);
        let page = open(&officer, &format!("{home}/assignments"));
        says(&page, &[&format!("{} has 1 submitted", bids[0])]);
        let form = page.form("End scoring and start moderation");
        says(&form.clone().send(&officer).expect_status(409), &["too few score sheets", &format!("{} has 1", bids[0])]);
        form.set("anyway", "yes").send(&officer).expect_redirect(&format!("{home}/moderation"));
        for bid in &bids {
            moderate(&world, bid);
        }
        let page = open(&officer, &format!("{home}/ranking"));
        says(&page, &[&format!("{} is not complete: 1 complete score sheet, and it needs 2.", bids[0])]);
        assert_eq!(row(&page, "with aids", &bids[0]).last().unwrap(), "Incomplete");
        assert_eq!(row(&page, "with aids", &bids[1]).last().unwrap(), "Waiting");
        officer.get(&format!("{home}/recommend")).expect_status(409);
    }
}
