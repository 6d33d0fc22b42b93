//! Long lists, a page at a time: every bid once over the pages, always in the same order, and what a conflict hides in no page and no count.

use std::collections::BTreeSet;

use evenhand::applications::application_of_reference;
use evenhand::base::ids::{AccountId, ApplicationId};
use evenhand::base::role::Role;
use evenhand::conflicts::actions::{declare_conflict, declare_no_conflict};
use evenhand::rounds::Round;
use evenhand::scoring::actions::{assign, start_scoring};
use evenhand::scoring::own_order;

use crate::support::builders::{OFFICER, default_definition};
use crate::support::pages::{is_silent, open, says};
use crate::support::{Browser, TestWorld};

const BIDS: usize = 120;
const MEMBER: &str = "m0@panel.example";
const OTHER: &str = "m1@panel.example";
const DORA: &str = "dora@opcc.example";

/// A round in scoring with a hundred and twenty bids, by reference.
fn long_round(world: &TestWorld) -> (Round, Vec<String>) {
    let round = world.round_of(&default_definition(), true);
    let organisation = world.add_applicant("applicant@bidders.example", "Harbour Lane Trust");
    let first = world.submitted_application("applicant@bidders.example", &round, organisation);
    let mut raw = world.attacker();
    let copies: Vec<String> = (1..BIDS).map(|number| format!("CSF-2026-Z{number:03}")).collect();
    for copy in &copies {
        raw.run(&format!(
            "INSERT INTO applications (round_id, organisation_id, reference, stage, title, ask_pence, eligibility, created_at, created_by, submitted_at, submitted_by, declared_name, declared_role, version, stream) \
             SELECT round_id, organisation_id, '{copy}', stage, title, ask_pence, eligibility, created_at, created_by, submitted_at, submitted_by, declared_name, declared_role, version, stream \
             FROM applications WHERE reference = '{first}'"
        ));
    }
    world.set_time(round.settled_at());
    world.act(OFFICER, |tx| start_scoring(tx, round.id));
    let mut bids = [vec![first], copies].concat();
    bids.sort();
    (round, bids)
}

fn id(world: &TestWorld, reference: &str) -> ApplicationId {
    world.read(|conn| application_of_reference(conn, reference)).id
}

/// The references on the first three pages of a list.
fn pages(browser: &Browser, path: &str, selector: &str) -> [Vec<String>; 3] {
    [1, 2, 3].map(|page| open(browser, &format!("{path}page={page}")).all(selector))
}

fn sizes(pages: &[Vec<String>; 3]) -> [usize; 3] {
    [pages[0].len(), pages[1].len(), pages[2].len()]
}

fn sorted(mut bids: Vec<String>) -> Vec<String> {
    bids.sort();
    bids
}

on_both! {
    fn a_members_pages_hold_every_bid_once_in_the_order_of_their_own(world) {
        let (round, bids) = long_round(&world);
        let member = world.add_person(MEMBER, "Member Number0", &[Role::Panel]);
        let other = world.add_person(OTHER, "Member Number1", &[Role::Panel]);
        for bid in &bids {
            let application = id(&world, bid);
            world.act(OFFICER, |tx| assign(tx, application, member));
        }
        for bid in &bids[..60] {
            let application = id(&world, bid);
            world.act(OFFICER, |tx| assign(tx, application, other));
        }
        let path = format!("/panel?round={}&", round.reference);
        let browser = world.sign_in(MEMBER);
        let first = pages(&browser, &path, "tbody th");
        assert_eq!(sizes(&first), [50, 50, 20]);
        assert_eq!(pages(&browser, &path, "tbody th"), first, "the same at every visit");
        let all = first.concat();
        assert_eq!(sorted(all.clone()), bids, "every bid once");
        let place = |member: AccountId, bid: &String| {
            let application = id(&world, bid);
            (own_order(round.id, member, application), application)
        };
        let mut expected = bids.clone();
        expected.sort_by_key(|bid| place(member, bid));
        assert_eq!(all, expected, "in the order of the rule");
        says(&open(&browser, "/panel"), &["0 of 120 submitted"]);
        let last = open(&browser, &format!("{path}page=99")).all("tbody th");
        assert_eq!(last, first[2], "past the end is the last page");

        let theirs = pages(&world.sign_in(OTHER), &path, "tbody th");
        assert_eq!(sorted([theirs[0].clone(), theirs[1].clone()].concat()), bids[..60]);
        let mut expected = bids[..60].to_vec();
        expected.sort_by_key(|bid| place(other, bid));
        assert_eq!(theirs[0], expected[..50]);

        // A conflict takes one out of the second page; the others move up and stay in their order.
        let (gone, after) = (&all[57], &all[58]);
        world.act(MEMBER, |tx| declare_conflict(tx, gone, "works", "My employer."));
        let left = pages(&browser, &path, "tbody th");
        let expected: Vec<String> = all.iter().filter(|bid| *bid != gone).cloned().collect();
        assert_eq!((sizes(&left), left.concat()), ([50, 50, 19], expected));
        let page = open(&browser, &format!("{path}page=2"));
        says(&page, &["0 of 119 submitted"]);
        is_silent(&page, &[gone]);
        world.act(MEMBER, |tx| declare_no_conflict(tx, after));
        let sheet = open(&browser, &format!("/panel/applications/{after}/sheet"));
        says(&sheet, &["Bid 58 of 119"]);
        let links: BTreeSet<String> = sheet.attributes("a", "href").into_iter().collect();
        for beside in [&all[56], &all[59]] {
            assert!(links.contains(&format!("/panel/applications/{beside}/conflict")), "{beside}: {links:?}");
        }
        is_silent(&sheet, &[gone]);
    }

    fn what_a_conflict_hides_is_on_no_page_of_the_office_and_in_no_count(world) {
        let (round, bids) = long_round(&world);
        let dora = world.add_person(DORA, "Dora Double", &[Role::Officer, Role::Panel]);
        let gone = &bids[70];
        let hidden = id(&world, gone);
        world.act(OFFICER, |tx| assign(tx, hidden, dora));
        let (olive, browser) = (world.sign_in(OFFICER), world.sign_in(DORA));
        let list = format!("/office/rounds/{}/applications?", round.reference);
        let (rows, entries) = ("tbody tr th", "tbody .evenhand-reference");
        assert_eq!(pages(&browser, &list, rows).concat(), bids);
        world.act(DORA, |tx| declare_conflict(tx, gone, "works", "My employer."));
        let expected: Vec<String> = bids.iter().filter(|bid| *bid != gone).cloned().collect();
        assert_eq!(pages(&browser, &list, rows).concat(), expected);
        assert_eq!(pages(&olive, &list, rows).concat(), bids);
        for (reader, all) in [(&browser, 119), (&olive, 120)] {
            let page = open(reader, &format!("{list}page=2"));
            let (state, gates) = (format!("Submitted ({all})"), format!("All ({all})"));
            says(&page, &[&state, &gates, &format!("51 to 100 of {all} applications")]);
        }

        world.act(OFFICER, |tx| evenhand::moderation::actions::start_moderation(tx, round.id, true));
        world.attacker().run(
            "INSERT INTO agenda_entries (application_id, round_id, spread_flag, flags, largest, total) \
             SELECT id, round_id, 2, id % 2, id % 3, id % 5 FROM applications \
             WHERE NOT EXISTS (SELECT 1 FROM agenda_entries e WHERE e.application_id = applications.id)",
        );
        let agenda = format!("/office/rounds/{}/moderation?", round.reference);
        let (seen, theirs) = (pages(&olive, &agenda, entries), pages(&browser, &agenda, entries));
        assert_eq!((sizes(&seen), sizes(&theirs)), ([50, 50, 20], [50, 50, 19]));
        let all = seen.concat();
        assert_eq!(sorted(all.clone()), bids);
        let expected: Vec<String> = all.into_iter().filter(|bid| bid != gone).collect();
        assert_eq!(theirs.concat(), expected, "without a hidden bid, the others stay in their order");
        says(&open(&olive, &agenda), &["0 of 120 closed", "All (120)", "Not closed (120)", "Closed (0)"]);
        let page = open(&browser, &agenda);
        says(&page, &["0 of 119 closed", "All (119)", "Not closed (119)", "Closed (0)"]);
        is_silent(&page, &[gone]);
    }
}
