//! The panel meets: officers record what it agrees, two of them at once.

use super::{GRACE, OLIVE, PIA, SAM, is_silent, open, row, says};
use crate::support::builders::default_definition;
use crate::support::{Browser, TestWorld};

pub(super) fn moderate(world: &TestWorld, round: &str, harbour: &str, mill: &str) {
    let (olive, sam) = (world.sign_in(OLIVE), world.sign_in(SAM));
    let back = format!("/office/rounds/{round}/moderation");
    let form = open(&olive, &format!("/office/rounds/{round}/assignments")).form("End scoring and start moderation");
    assert_eq!(form.names(), Vec::<&str>::new(), "enough sheets: nothing to confirm");
    form.send(&olive).expect_redirect(&back);

    // Now that every sheet is in, the members see each other's.
    let pia = world.sign_in(PIA);
    says(
        &open(&pia, &format!("/panel/applications/{harbour}/assessment")),
        &["Rhys Panel", "As the bid says, in detail."],
    );
    says(&pia.get(&format!("/panel/applications/{harbour}/sheet")).expect_status(200), &["Your score sheet"]);

    // NEED is three apart in one bid, nothing is in the other.
    let agenda = open(&olive, &back);
    says(&agenda, &["0 of 2 closed"]);
    let references = agenda.all("tbody .evenhand-reference");
    assert_eq!(references.first().map(String::as_str), Some(harbour), "the most divided first");
    two_officers_at_once(&olive, &sam, harbour);
    meet(world, &olive, round);
    record(&olive, harbour, "4", 1);
    record(&sam, mill, "4", 0);
    confirm(world, harbour, mill);
    says(&open(&olive, &back), &["2 of 2 closed"]);
}

/// Both opened the page; the second to save loses no word and overwrites none.
fn two_officers_at_once(olive: &Browser, sam: &Browser, reference: &str) {
    let page = format!("/office/applications/{reference}/moderation");
    let shown = open(olive, &page);
    assert_eq!(row(&shown, "", "Pia Panel")[1], "2");
    assert_eq!(row(&shown, "", "Rhys Panel")[1], "5");
    shown.form("Open the moderation").send(olive).expect_redirect(&page);
    let forms = [sam, olive].map(|browser| open(browser, &page).form_at("/moderation/NEED", "Save what was agreed"));
    let [first, second] = forms;
    let sams = format!(
        "Sam wrote this. {}",
        "The panel looked at the figures again, and at what each member had read. ".repeat(2)
    );
    let saved = first.set("mark", "5").set("reason", &sams).set("strength", "Your figures are from this year.");
    saved.send(sam).expect_redirect(&format!("{page}#criterion-NEED"));
    let lost = second.set("mark", "3").set("reason", "Olive wrote that.").send(olive).expect_status(409);
    says(&lost, &["was changed by somebody else", "Sam wrote this.", "Olive wrote that.", "Nothing was overwritten"]);
    let now = open(olive, &page);
    says(&now, &["Agreed: 5"]);
    is_silent(&now, &["Olive wrote that."]);
}

/// A meeting begins; Grace chairs it, and Pete's conflict of interest is on record.
fn meet(world: &TestWorld, olive: &Browser, round: &str) {
    let path = format!("/office/rounds/{round}/meetings");
    let number = |email: &str| {
        world.raw().text(&format!("SELECT CAST(id AS TEXT) AS value FROM accounts WHERE email = '{email}'"))
    };
    let form = open(olive, &path).form("Record the meeting");
    assert_eq!(form.clone().send(olive).expect_status(422).all(".govuk-error-summary__list li").len(), 2);
    let mut form = form.set("place", "Room 4").set("chair", &number(GRACE));
    for person in [GRACE, PIA, super::PETE, super::RHYS, super::DORA] {
        form = form.set(&format!("person-{}", number(person)), "present");
    }
    form.send(olive).expect_redirect(&format!("{path}/1"));
}

/// Whoever typed cannot close; the chair does, signed in as herself.
fn confirm(world: &TestWorld, harbour: &str, mill: &str) {
    let olive = world.sign_in(OLIVE);
    olive.get(&format!("/chair/{harbour}")).expect_status(404);
    says(
        &olive.post(&format!("/chair/{harbour}"), &[]).expect_status(409),
        &["The chair must confirm this", "Grace Chair"],
    );
    let grace = world.sign_in(GRACE);
    says(&open(&grace, "/chair"), &[harbour, mill, "Not confirmed"]);
    for reference in [harbour, mill] {
        let form = open(&grace, &format!("/chair/{reference}")).form("Confirm and close");
        form.send(&grace).expect_redirect("/chair");
        let closed = open(&olive, &format!("/office/applications/{reference}/moderation"));
        assert!(!closed.has_button("Save what was agreed") && closed.has_button("Re-open the moderation"));
    }
}

/// Discusses an application and agrees every criterion from the given one on.
fn record(browser: &Browser, reference: &str, mark: &str, from: usize) {
    let page = format!("/office/applications/{reference}/moderation");
    open(browser, &page).form("Start the discussion in meeting 1").send(browser).expect_redirect(&page);
    let early = open(browser, &page);
    says(&early, &["Agree a score for Activities and delivery", "Grace Chair chaired the discussion"]);
    if from > 0 {
        says(&early, &["Pete Panel left the room"]);
    }
    for criterion in &default_definition().criteria[from..] {
        let form = open(browser, &page).form_at(&format!("/moderation/{}", criterion.code), "Save what was agreed");
        let unexplained = form.clone().set("mark", mark).send(browser).expect_status(422);
        says(&unexplained, &["Write the panel's reason"]);
        let form =
            form.set("mark", mark).set("reason", "Agreed after discussion.").set("strength", "Clear and costed.");
        let form = form.set("improvement", "Give figures for each ward.");
        form.send(browser).expect_redirect(&format!("{page}#criterion-{}", criterion.code));
    }
}
