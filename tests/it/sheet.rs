//! The score sheet: what it asks for, two windows of it, every version, openings, what changed in the bid, paper and spreadsheet.

mod paper;
mod signed_out;
mod versions;
mod workbook;

use evenhand::base::role::Role;
use evenhand::rounds::Round;
use evenhand::scoring::actions::{assign, declare_no_conflict, start_scoring};

use crate::support::builders::{OFFICER, default_definition};
use crate::support::pages::{is_silent, open, says};
use crate::support::{PageForm, TestWorld};

pub const PIA: &str = "pia@panel.example";
const RHYS: &str = "rhys@panel.example";
/// A reason that is long enough.
const REASON: &str = "The bid counts the need, and says how.";

/// A round in scoring: Pia scores every bid, Rhys the last alone.
pub struct Panel {
    pub round: Round,
    pub bids: Vec<String>,
}

impl Panel {
    pub fn sheet(&self, place: usize) -> String {
        format!("/panel/applications/{}/sheet", self.bids[place])
    }

    fn offline(&self) -> String {
        format!("/panel/rounds/{}/offline", self.round.reference)
    }
}

pub fn panel(world: &TestWorld, count: usize) -> Panel {
    let round = world.published_round();
    let pia = world.add_person(PIA, "Pia Panel", &[Role::Panel]);
    let rhys = world.add_person(RHYS, "Rhys Panel", &[Role::Panel]);
    let mut bids: Vec<String> = (0..count)
        .map(|place| {
            let email = format!("applicant{place}@bidders.example");
            let organisation = world.add_applicant(&email, &format!("Club Number{place}"));
            world.submitted_application(&email, &round, organisation)
        })
        .collect();
    bids.sort();
    world.set_time(round.settled_at());
    world.act(OFFICER, |tx| start_scoring(tx, round.id));
    for (place, bid) in bids.iter().enumerate() {
        let id = world.read(|conn| evenhand::applications::application_of_reference(conn, bid)).id;
        world.act(OFFICER, |tx| assign(tx, id, pia));
        world.act(PIA, |tx| declare_no_conflict(tx, bid));
        if place + 1 == count {
            world.act(OFFICER, |tx| assign(tx, id, rhys));
            world.act(RHYS, |tx| declare_no_conflict(tx, bid));
        }
    }
    Panel { round, bids }
}

fn codes() -> Vec<String> {
    default_definition().criteria.iter().map(|criterion| criterion.code.clone()).collect()
}

/// The form with every score and reason.
fn full(mut form: PageForm) -> PageForm {
    for code in codes() {
        form = form.set(&format!("{code}-mark"), "4").set(&format!("{code}-reason"), REASON);
    }
    form
}

on_both! {
    fn a_draft_may_be_incomplete_and_submitting_tells_every_fault_with_the_text_kept(world) {
        let panel = panel(&world, 2);
        let (pia, codes) = (world.sign_in(PIA), codes());
        let page = open(&pia, &panel.sheet(0));
        says(&page, &["Bid 1 of 2", "0 of 2 submitted", "Next bid", "Nobody else sees them, now or later", "Judged under"]);
        // The descriptors are the choices' own, and criteria and answers lead to each other.
        let definition = default_definition();
        for point in &definition.scale.points {
            says(&page, &[&format!("{} – {}", point.mark, point.label), &point.descriptor]);
        }
        for link in page.attributes(".evenhand-beside a", "href").iter().filter(|href| href.starts_with('#')) {
            assert!(page.has(&format!("[id='{}']", &link[1..])), "{link} leads nowhere");
        }
        let form = page.form("Save draft").set(&format!("{}-mark", codes[0]), "3");
        let form = form.set(&format!("{}-strength", codes[0]), "A strong team.").set("note", "Ask Rhys nothing.");
        form.send(&pia).expect_redirect(&panel.sheet(0));
        says(&open(&pia, "/panel"), &["Draft saved", "Go on where you left off", &panel.bids[0]]);

        // Words said again and again say nothing more.
        let form = open(&pia, &panel.sheet(0)).form("Submit and lock");
        let form = form.set(&format!("{}-reason", codes[0]), "good good good good good good good good");
        let faulty = form.send(&pia).expect_status(422);
        let told = faulty.attributes(".govuk-error-summary__list a", "href");
        let mut expected = vec![format!("#{}-reason", codes[0])];
        for code in &codes[1..] {
            expected.extend([format!("#{code}-mark"), format!("#{code}-reason")]);
        }
        assert_eq!(told, expected, "every fault, in the order of the page");
        says(&faulty, &["at least 20 characters of different words"]);
        let form = faulty.form("Submit and lock");
        assert_eq!(form.value(&format!("{}-reason", codes[0])), "good good good good good good good good");
        // What was typed is safe although it was not submitted.
        assert_eq!(world.raw().text("SELECT strength AS value FROM sheet_marks WHERE strength IS NOT NULL"), "A strong team.");
        full(form).send(&pia).expect_redirect("/panel");
        let locked = open(&pia, &panel.sheet(0));
        says(&locked, &["It is locked, and counts.", "A strong team.", "Ask Rhys nothing.", "1 of 2 submitted"]);
        assert!(!locked.has_button("Submit and lock"));
    }

    fn the_least_reason_is_a_rule_of_the_round(world) {
        let mut definition = default_definition();
        definition.reason_least = Some(60);
        let round = world.round_of(&definition, false);
        let officer = world.sign_in(OFFICER);
        let page = open(&officer, &format!("/office/rounds/{}/set-up", round.reference));
        let form = page.form("Save the set-up");
        assert_eq!(form.value("reason_least"), "60");
        form.clone().set("reason_least", "none").send(&officer).expect_status(422);
        form.set("reason_least", "20").send(&officer).expect_status(303);
        assert_eq!(world.definition_of(&round).reason_least, None, "what is usual is not written down");
    }

    fn the_next_bid_is_one_that_is_not_done(world) {
        let panel = panel(&world, 3);
        let pia = world.sign_in(PIA);
        full(open(&pia, &panel.sheet(1)).form("Submit and lock")).send(&pia).expect_redirect("/panel");
        let form = open(&pia, &panel.sheet(0)).form("Save and go to the next bid");
        form.send(&pia).expect_redirect(&panel.sheet(2));
        let form = open(&pia, &panel.sheet(2)).form("Submit and go to the next bid");
        full(form).send(&pia).expect_redirect(&panel.sheet(0));
        says(&open(&pia, "/panel"), &["2 of 3 submitted"]);
        let form = open(&pia, &panel.sheet(0)).form("Submit and go to the next bid");
        full(form).send(&pia).expect_redirect("/panel");
        is_silent(&open(&pia, "/panel"), &["Go on where you left off"]);
    }

    fn private_notes_are_nowhere_else(world) {
        let panel = panel(&world, 1);
        let secret = "Zebra-crossing-note";
        let (pia, rhys, officer) = (world.sign_in(PIA), world.sign_in(RHYS), world.sign_in(OFFICER));
        full(open(&pia, &panel.sheet(0)).form("Submit and lock")).set("note", secret).send(&pia).expect_redirect("/panel");
        full(open(&rhys, &panel.sheet(0)).form("Submit and lock")).send(&rhys).expect_redirect("/panel");
        world.act(OFFICER, |tx| evenhand::moderation::actions::start_moderation(tx, panel.round.id, false));
        let bid = &panel.bids[0];
        let office = format!("/office/applications/{bid}");
        for (browser, path) in [
            (&pia, format!("{}/history", panel.sheet(0))),
            (&pia, format!("/panel/applications/{bid}/assessment")),
            (&rhys, panel.sheet(0)),
            (&rhys, format!("/panel/applications/{bid}/assessment")),
            (&officer, office.clone()),
            (&officer, format!("{office}/sheets")),
            (&officer, format!("{office}/moderation")),
            (&officer, format!("/office/rounds/{}/moderation", panel.round.reference)),
            (&officer, format!("/trail?round={}", panel.round.reference)),
        ] {
            assert!(!open(browser, &path).text().contains(secret), "{path}");
        }
        for member in open(&officer, &format!("{office}/sheets")).attributes("main table a", "href") {
            let page = open(&officer, &member);
            says(&page, &["Version 1", REASON]);
            assert!(!page.text().contains(secret), "{member}");
        }
        says(&open(&pia, &panel.sheet(0)), &[secret]);
        let mut raw = world.raw();
        assert!(raw.texts("SELECT data AS value FROM audit_events").iter().all(|data| !data.contains(secret)));
        assert_eq!(raw.text("SELECT note AS value FROM sheet_notes WHERE note <> ''"), secret);
    }
}
