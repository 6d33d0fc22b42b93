//! After the closing time: gates, who scores what, conflicts of interest, and scoring alone.

use super::{DORA, OLIVE, PETE, PIA, RHYS, SAM, is_silent, open, row, says};
use crate::support::builders::default_definition;
use crate::support::{PageForm, TestWorld};

/// Every gate of what was submitted; what was withdrawn or never submitted has none.
pub(super) fn check_gates(world: &TestWorld, round: &str, submitted: &[&str], others: &[&str]) {
    let olive = world.sign_in(OLIVE);
    let list = open(&olive, &format!("/office/rounds/{round}/applications"));
    says(&list, &["0 of 3 met"]);
    is_silent(&list, &[others[1]]);
    for reference in submitted {
        let page = format!("/office/applications/{reference}");
        let form = open(&olive, &page).form_at("/gates/DOCS", "Record");
        says(&form.clone().send(&olive).expect_status(422), &["Choose a result for this gate"]);
        let unexplained = form.set("DOCS-outcome", "not_met").send(&olive).expect_status(422);
        says(&unexplained, &["Say what is not met"]);
        for gate in &default_definition().gates {
            let form = open(&olive, &page).form_at(&format!("/gates/{}", gate.code), "Record");
            let form = form.set(&format!("{}-outcome", gate.code), "met");
            let form = form.set(&format!("{}-note", gate.code), "Looked at the file.");
            form.send(&olive).expect_redirect(&format!("{page}#gates"));
        }
        says(&open(&olive, &page), &["Olive Officer", "Looked at the file."]);
    }
    for reference in others {
        olive.get(&format!("/office/applications/{reference}")).expect_status(404);
    }
    says(&open(&olive, &format!("/office/rounds/{round}/applications")), &["3 of 3 met"]);
}

/// One member by hand, the rest evenly; what was withdrawn goes to nobody.
pub(super) fn assign(world: &TestWorld, round: &str, harbour: &str, mill: &str, without: &str) {
    let olive = world.sign_in(OLIVE);
    let path = format!("/office/rounds/{round}/assignments");
    let page = open(&olive, &path);
    let form = page.form("Assign");
    assert_eq!(form.clone().send(&olive).expect_status(422).all(".govuk-error-summary__list li").len(), 2);
    let dora = world.raw().text(&format!("SELECT CAST(id AS TEXT) AS value FROM accounts WHERE email = '{DORA}'"));
    form.set("application", mill).set("member", &dora).send(&olive).expect_redirect(&path);
    let plan = open(&olive, &format!("{path}/automatic"));
    plan.form("Make these 5 assignments").send(&olive).expect_redirect(&path);
    let page = open(&olive, &path);
    says(&page, &["5 assignments made"]);
    is_silent(&page, &[without]);
    assert_eq!(row(&page, "Applications and panel members", harbour)[1], "3");
    assert_eq!(row(&page, "Applications and panel members", mill)[1], "3");

    let pete = world.sign_in(PETE);
    says(&open(&pete, "/panel"), &["You have no bids to score"]);
    pete.get(&format!("/panel/applications/{harbour}/conflict")).expect_status(404);
    open(&olive, &path).form("Start scoring").send(&olive).expect_redirect(&path);
    says(&open(&pete, "/panel"), &["0 of 2 submitted", harbour, mill]);
    says(&open(&world.sign_in(DORA), "/panel"), &["0 of 1 submitted", mill]);
}

/// Pete has a conflict in one bid and loses it whole.
pub(super) fn lose_a_bid_by_conflict(world: &TestWorld, round: &str, harbour: &str, mill: &str) {
    let pete = world.sign_in(PETE);
    let base = format!("/panel/applications/{harbour}");
    pete.get(&format!("{base}/sheet")).expect_redirect(&format!("{base}/conflict"));
    let page = open(&pete, &format!("{base}/conflict"));
    says(&page, &["Harbour Lane Trust", "only after you have answered"]);
    is_silent(&page, &["What we say about"]);
    let document = world.raw().text(&format!(
        "SELECT CAST(min(d.id) AS TEXT) AS value FROM documents d JOIN applications a ON a.id = d.application_id \
         WHERE a.reference = '{harbour}'"
    ));
    let document = format!("/applications/{harbour}/documents/{document}");
    pete.get(&document).expect_status(404);
    let form = page.form("Send your declaration");
    says(&form.clone().send(&pete).expect_status(422), &["Choose whether you have a conflict"]);
    let form = form.set("conflict", "yes");
    assert_eq!(form.clone().send(&pete).expect_status(422).all(".govuk-error-summary__list li").len(), 2);
    form.set("kind", "belongs").set("note", "My sister is a trustee.").send(&pete).expect_redirect("/panel");

    for path in ["conflict", "sheet", "assessment"] {
        pete.get(&format!("{base}/{path}")).expect_status(404);
    }
    pete.get(&document).expect_status(404);
    for path in [format!("/applications/{harbour}"), format!("/office/applications/{harbour}")] {
        pete.get(&path).expect_status(404);
    }
    pete.post(&format!("{base}/conflict"), &[("conflict", "no")]).expect_status(404);
    for path in ["sheet", "sheet/autosave"] {
        pete.post(&format!("{base}/{path}"), &[("version", "0"), ("NEED-mark", "5")]).expect_status(404);
    }
    let list = open(&pete, "/panel");
    says(&list, &["0 of 1 submitted", mill]);
    // The notice of the declaration itself was shown on this page; the bid is in no row of it.
    is_silent(&open(&pete, "/panel"), &[harbour]);
    let olive = world.sign_in(OLIVE);
    let page = open(&olive, &format!("/office/rounds/{round}/assignments"));
    assert_eq!(
        row(&page, "Declared conflicts", harbour)[1..4],
        ["Pete Panel", "Trustee, staff or member", "My sister is a trustee."]
    );
    assert!(row(&page, "Applications and panel members", harbour)[1].starts_with('2'));
}

fn marked(mut form: PageForm, mark: &str, need: &str) -> PageForm {
    for criterion in &default_definition().criteria {
        let mark = if criterion.code == "NEED" { need } else { mark };
        form = form
            .set(&format!("{}-mark", criterion.code), mark)
            .set(&format!("{}-reason", criterion.code), "As the bid says, in detail.");
    }
    form
}

/// The others declare, read, and score alone; nobody sees anybody's marks before scoring has ended.
pub(super) fn score(world: &TestWorld, round: &str, harbour: &str, mill: &str) {
    let criteria = default_definition().criteria.len();
    let sheet = format!("/panel/applications/{harbour}/sheet");
    let pia = world.sign_in(PIA);
    clear(&pia, harbour);
    let page = open(&pia, &sheet);
    says(&page, &["Lights on the towpath", "What we say about need problem", "Nobody else sees your scores"]);
    // What was asked and answered is read, the contacts' addresses and what was not asked are not.
    says(&page, &["March 2027: The first session is held", "Young people: 40"]);
    is_silent(&page, &["ann@charity.example", "0116 496 0000", "Do any roles in the project need a check"]);
    assert!(!page.attributes("a", "href").contains(&"#answer-INCL_DBS".to_owned()), "no link to what is not there");
    let draft = page.form("Save draft").set("NEED-mark", "2").set("NEED-reason", "Thin.");
    draft.send(&pia).expect_redirect(&sheet);
    says(&open(&pia, "/panel"), &["Draft saved", "0 of 2 submitted"]);
    let form = open(&pia, &sheet).form("Submit and lock");
    assert_eq!((form.value("NEED-mark").as_str(), form.value("NEED-reason").as_str()), ("2", "Thin."));
    // One reason is too short; the other criteria have neither mark nor reason.
    let faulty = form.send(&pia).expect_status(422);
    assert_eq!(faulty.all(".govuk-error-summary__list li").len(), 1 + 2 * (criteria - 1), "{}", faulty.words());
    let form = marked(faulty.form("Submit and lock"), "4", "2");
    form.clone().send(&pia).expect_redirect("/panel");
    form.send(&pia).expect_status(409);
    let locked = open(&pia, &sheet);
    says(&locked, &["It is locked, and counts."]);
    assert!(!locked.has_button("Submit and lock"));

    let rhys = world.sign_in(RHYS);
    clear(&rhys, harbour);
    let assessment = format!("/panel/applications/{harbour}/assessment");
    for person in [PIA, RHYS, PETE, DORA, OLIVE, SAM] {
        world.sign_in(person).get(&assessment).expect_status(404);
    }
    let olive = world.sign_in(OLIVE);
    olive.get(&format!("/office/applications/{harbour}/moderation")).expect_status(404);
    olive.get(&format!("/office/rounds/{round}/moderation")).expect_status(409);
    olive.get(&format!("/office/rounds/{round}/ranking")).expect_status(404);
    is_silent(&open(&olive, &format!("/trail?round={round}")), &["\"NEED\""]);

    // Rhys goes from bid to bid; he has no other.
    let form = open(&rhys, &sheet).form("Submit and go to the next bid");
    marked(form, "4", "5").send(&rhys).expect_redirect("/panel");
    for person in [PIA, PETE, DORA] {
        let browser = world.sign_in(person);
        clear(&browser, mill);
        let form = open(&browser, &format!("/panel/applications/{mill}/sheet")).form("Submit and lock");
        marked(form, "4", "4").send(&browser).expect_redirect("/panel");
        says(&open(&browser, "/panel"), &["submitted and locked"]);
    }
    says(&open(&olive, &format!("/office/rounds/{round}/assignments")), &["2 of 2 submitted", "1 of 1 submitted"]);
}

fn clear(browser: &crate::support::Browser, reference: &str) {
    let form = open(browser, &format!("/panel/applications/{reference}/conflict")).form("Send your declaration");
    form.set("conflict", "no").send(browser).expect_redirect(&format!("/panel/applications/{reference}/sheet"));
}
