//! The officer sets a round up and publishes it; the public reads it.

use super::{OLIVE, is_silent, london, open, row, says, stored};
use crate::support::{PageForm, TestWorld};

fn dates(form: PageForm) -> PageForm {
    form.set("opens_date_day", "24")
        .set("opens_date_month", "11")
        .set("opens_date_year", "2026")
        .set("opens_time", "09:00")
        .set("closes_date_day", "21")
        .set("closes_date_month", "12")
        .set("closes_date_year", "2026")
        .set("closes_time", "17:00")
}

/// Returns the reference of the published round.
pub(super) fn set_up_and_publish(world: &TestWorld) -> String {
    let olive = world.sign_in(OLIVE);
    let form = open(&olive, "/office/new-round").form("Set up the round");
    let faulty = form.clone().set("closes_time", "late").send(&olive).expect_status(422);
    assert_eq!(faulty.all(".govuk-error-summary__list li").len(), 3, "{}", faulty.words());
    let made = dates(form.set("name", "Winter round")).send(&olive).expect_redirect("/office/rounds/CSF-2026-R1");
    let home = made.location().unwrap();
    says(&open(&olive, &home), &["Being set up", "Publishing freezes the dates, criteria, weights and questions."]);
    world.browser().get("/rounds/CSF-2026-R1").expect_status(404);

    // Weights need not add up to anything: the page says what share each really carries (P10).
    let set_up = format!("{home}/set-up");
    let page = open(&olive, &set_up);
    assert_eq!(row(&page, "really carries", "Need and fit")[1..], ["20", "20.00%"]);
    let form = page.form("Save the set-up");
    let stale = form.clone();
    let faulty = form.clone().set("quorum", "none").set("criterion-0-weight", "heavy").send(&olive).expect_status(422);
    assert_eq!(faulty.all(".govuk-error-summary__list li").len(), 2, "{}", faulty.words());
    assert_eq!(faulty.form("Save the set-up").value("criterion-0-weight"), "heavy", "what was typed is kept");
    form.set("criterion-0-weight", "30")
        .set("pot", "£10,000")
        .set("reason", "Need counts for more this year")
        .send(&olive)
        .expect_redirect(&set_up);
    let page = open(&olive, &set_up);
    assert_eq!(row(&page, "really carries", "Need and fit")[1..], ["30", "27.27%"]);
    assert_eq!(row(&page, "really carries", "Inclusion")[1..], ["10", "9.09%"]);
    let lost = stale.set("name", "Another name").send(&olive).expect_status(409);
    says(&lost, &["Winter round", "Another name"]);

    let questions = format!("{home}/questions");
    let question = format!("{questions}/NEED_PROBLEM");
    assert!(open(&olive, &questions).attributes("a", "href").contains(&question));
    let form = open(&olive, &question).form("Save the question");
    form.set("text", "Which problem will you work on?").send(&olive).expect_redirect(&questions);
    says(&open(&olive, &questions), &["Which problem will you work on?"]);

    open(&olive, &home).form("Publish the round").send(&olive).expect_redirect(&home);
    is_silent(&open(&olive, &home), &["Being set up"]);
    assert!(!open(&olive, &set_up).has_button("Save the set-up"), "it is frozen");
    assert!(!open(&olive, &question).has_button("Save the question"), "it is frozen");
    stored(world, "CSF-2026-R1").reference
}

/// Before its opening time the round can be read and not applied to; from then on it can.
pub(super) fn opens_by_the_clock(world: &TestWorld, round: &str) {
    let public = world.browser();
    let (page, questions) = (format!("/rounds/{round}"), format!("/rounds/{round}/eligibility"));
    let shown = open(&public, &page);
    says(&shown, &["Winter round", "£10,000.00", "Tuesday 24 November 2026 at 9am", "27.27%", "Opens soon"]);
    is_silent(&shown, &["Check that you can apply"]);
    says(&public.get(&questions).expect_status(409), &["not open yet"]);
    says(&open(&public, "/"), &["Coming soon", "No round is open at the moment"]);
    world.set_time(evenhand::base::time::At::from_micros(london(2026, 11, 24, 9, 0).micros() - 1));
    public.get(&questions).expect_status(409);
    world.set_time(london(2026, 11, 24, 9, 0));
    open(&public, &questions);
    says(&open(&public, &page), &["Check that you can apply"]);
    says(&open(&public, "/"), &["Open until"]);
}
