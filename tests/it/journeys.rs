//! A whole round through its pages: every step by a person with a browser of their own, every form as the page has it.

mod apply;
mod decide;
mod edges;
mod meet;
mod panel;
mod setup;
mod ties;

use evenhand::base::role::Role;
use evenhand::base::time::At;
use evenhand::rounds::{Round, round_of_reference};
use jiff::civil::date;

use crate::support::pages::{is_silent, open, says};
use crate::support::{Reply, TestWorld};

const OLIVE: &str = "olive@opcc.example";
const SAM: &str = "sam@opcc.example";
const RITA: &str = "rita@opcc.example";
const PIA: &str = "pia@panel.example";
const PETE: &str = "pete@panel.example";
const DORA: &str = "dora@opcc.example";
const RHYS: &str = "rhys@panel.example";
const CORA: &str = "commissioner@opcc.example";
const GRACE: &str = "grace@opcc.example";
const AUDREY: &str = "audrey@audit.example";

/// The staff; Dora is on the panel and could also sign.
fn staff(world: &TestWorld) {
    for (email, name, roles) in [
        (OLIVE, "Olive Officer", &[Role::Officer][..]),
        (SAM, "Sam Second", &[Role::Officer]),
        (RITA, "Rita Recommender", &[Role::Officer]),
        (PIA, "Pia Panel", &[Role::Panel]),
        (PETE, "Pete Panel", &[Role::Panel]),
        (DORA, "Dora Double", &[Role::Panel, Role::DecisionMaker]),
        (RHYS, "Rhys Panel", &[Role::Panel]),
        (CORA, "Cora Commissioner", &[Role::DecisionMaker]),
        (GRACE, "Grace Chair", &[Role::Officer]),
        (AUDREY, "Audrey Auditor", &[Role::Auditor]),
    ] {
        world.add_person(email, name, roles);
    }
}

/// A moment of London.
fn london(year: i16, month: i8, day: i8, hour: i8, minute: i8) -> At {
    At::from_london(date(year, month, day), hour, minute).expect("that moment exists")
}

fn stored(world: &TestWorld, reference: &str) -> Round {
    world.read(|conn| round_of_reference(conn, reference))
}

/// The cells of the table row that begins with, or names, `what`.
#[track_caller]
fn row(page: &Reply, table: &str, what: &str) -> Vec<String> {
    use scraper::Selector;
    let words = |element: scraper::ElementRef<'_>| {
        element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (tables, rows, cells, caption) = (
        Selector::parse("table").unwrap(),
        Selector::parse("tbody tr").unwrap(),
        Selector::parse("th, td").unwrap(),
        Selector::parse("caption").unwrap(),
    );
    let html = page.page();
    html.select(&tables)
        .filter(|found| found.select(&caption).any(|caption| words(caption).contains(table)))
        .flat_map(|found| found.select(&rows).collect::<Vec<_>>())
        .map(|row| row.select(&cells).map(words).collect::<Vec<String>>())
        .find(|cells| cells.iter().any(|cell| cell.contains(what)))
        .unwrap_or_else(|| panic!("{}: no row of {what} in {table}: {}", page.request, page.words()))
}

/// A bid of the journey.
struct Bidder {
    email: &'static str,
    organisation: &'static str,
    title: &'static str,
    ask: &'static str,
}

const HARBOUR: Bidder = Bidder {
    email: "ann@harbour.example",
    organisation: "Harbour Lane Trust",
    title: "Lights on the towpath",
    ask: "4500.00",
};
const MILL: Bidder =
    Bidder { email: "ben@mill.example", organisation: "Mill Road Club", title: "Boxing after school", ask: "6000.00" };
const QUARRY: Bidder = Bidder {
    email: "cat@quarry.example",
    organisation: "Quarry Hill School",
    title: "Safe walks home",
    ask: "1000.00",
};
const DAIRY: Bidder =
    Bidder { email: "dan@dairy.example", organisation: "Old Dairy Project", title: "A youth workshop", ask: "2000.00" };

on_both! {
    /// From an empty database to letters on the applicants' pages.
    fn a_round_from_its_set_up_to_its_letters(world) {
        staff(&world);
        let round = setup::set_up_and_publish(&world);
        setup::opens_by_the_clock(&world, &round);

        apply::is_it_for_us(&world, &round);
        let harbour = apply::apply(&world, &round, &HARBOUR);
        apply::submit(&world, &HARBOUR, &harbour);
        let mill = apply::apply(&world, &round, &MILL);
        apply::submit(&world, &MILL, &mill);
        let dairy = apply::apply(&world, &round, &DAIRY);
        apply::submit(&world, &DAIRY, &dairy);
        apply::withdraw(&world, &DAIRY, &dairy);
        let quarry = apply::apply(&world, &round, &QUARRY);
        apply::too_late(&world, &round, &QUARRY, &quarry);

        world.set_time(london(2026, 12, 22, 10, 0));
        panel::check_gates(&world, &round, &[&harbour, &mill], &[&dairy, &quarry]);
        panel::assign(&world, &round, &harbour, &mill, &dairy);
        panel::lose_a_bid_by_conflict(&world, &round, &harbour, &mill);
        panel::score(&world, &round, &harbour, &mill);

        meet::moderate(&world, &round, &harbour, &mill);
        decide::rank_and_recommend(&world, &round, &harbour, &mill);
        decide::sign(&world, &round, &harbour, &mill);
        decide::letters(&world, &round, &harbour, &mill);
        decide::audit(&world, &round, &harbour);
        assert!(world.verify().is_clean());
    }
}
