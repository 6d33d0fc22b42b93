//! Two windows, every version, a sheet that was opened again, and a bid that changed.

use evenhand::base::role::Role;

use super::{OFFICER, PIA, REASON, RHYS, codes, full, is_silent, open, panel, says};
use crate::support::TestWorld;

on_both! {
    fn two_windows_lose_nothing(world) {
        let panel = panel(&world, 1);
        let (pia, codes) = (world.sign_in(PIA), codes());
        let (reason, other) = (format!("{}-reason", codes[0]), format!("{}-reason", codes[1]));
        let first = open(&pia, &panel.sheet(0)).form("Save draft");
        let second = open(&pia, &panel.sheet(0)).form("Save draft");
        first.set(&reason, "From the first window.").set("note", "One.").send(&pia).expect_status(303);
        let met = second.set(&reason, "From the second.").set(&other, "Only here.").set("note", "Two.").send(&pia);
        let met = met.expect_status(409);
        says(&met, &["in another window too", "From the first window.", "One."]);
        let form = met.form("Save draft");
        assert_eq!((form.value(&reason), form.value("note")), ("From the second.".to_owned(), "Two.".to_owned()));
        let mut raw = world.raw();
        let stored = "SELECT reason AS value FROM sheet_marks WHERE reason <> '' ORDER BY reason";
        assert_eq!(raw.texts(stored), ["From the first window.", "Only here."], "the rest of it is saved");
        form.send(&pia).expect_status(303);
        assert_eq!(raw.texts(stored), ["From the second.", "Only here."]);
        assert_eq!(raw.text("SELECT note AS value FROM sheet_notes"), "Two.");
        says(&open(&pia, &format!("{}/history", panel.sheet(0))), &["From the first window.", "From the second.", "Version 2"]);
    }

    fn saving_in_the_background_meets_itself_never_and_another_window_always(world) {
        let panel = panel(&world, 1);
        let (pia, codes) = (world.sign_in(PIA), codes());
        let (reason, other) = (format!("{}-reason", codes[0]), format!("{}-reason", codes[1]));
        let autosave = format!("{}/autosave", panel.sheet(0));
        let (mine, theirs) = (open(&pia, &panel.sheet(0)), open(&pia, &panel.sheet(0)));
        let form = mine.form("Save draft").by_script(&autosave);
        let saved = form.clone().set(&reason, "One").send(&pia).expect_status(200);
        let said: serde_json::Value = serde_json::from_slice(&saved.bytes).unwrap();
        assert_eq!((&said["versions"][&reason], &said["conflicts"]), (&1.into(), &serde_json::json!([])), "{said}");
        assert_eq!(said["saved_at"].as_str().unwrap().len(), 5);
        // The answer was lost on the way: the page sends more, with what it knew before.
        let saved = form.set(&reason, "One two").send(&pia).expect_status(200);
        let said: serde_json::Value = serde_json::from_slice(&saved.bytes).unwrap();
        assert_eq!((&said["versions"][&reason], &said["conflicts"]), (&2.into(), &serde_json::json!([])), "{said}");
        let form = theirs.form("Save draft").by_script(&autosave);
        let saved = form.set(&reason, "Three").set(&other, "Four").send(&pia).expect_status(200);
        let said: serde_json::Value = serde_json::from_slice(&saved.bytes).unwrap();
        assert_eq!((&said["versions"][&other], &said["conflicts"]), (&3.into(), &serde_json::json!([reason])), "{said}");
        let mut raw = world.raw();
        assert_eq!(raw.texts("SELECT reason AS value FROM sheet_marks ORDER BY reason"), ["Four", "One two"]);
        let by: Vec<String> = raw.texts("SELECT DISTINCT accounts.name AS value FROM mark_versions JOIN accounts ON accounts.id = saved_by");
        assert_eq!(by, ["Pia Panel"]);
        for change in ["UPDATE mark_versions SET reason = 'x'", "DELETE FROM mark_versions"] {
            assert!(raw.try_run(change).unwrap_err().contains("mark_versions_frozen_check"), "{change}");
        }
    }

    fn the_office_opens_a_submitted_sheet_again_with_a_reason_and_changes_nothing_in_it(world) {
        let panel = panel(&world, 1);
        let (pia, rhys, officer) = (world.sign_in(PIA), world.sign_in(RHYS), world.sign_in(OFFICER));
        full(open(&pia, &panel.sheet(0)).form("Submit and lock")).send(&pia).expect_redirect("/panel");
        let mut raw = world.raw();
        let unlock = "UPDATE score_sheets SET stage = 'draft', submitted_at = NULL, version = version + 1";
        assert!(raw.try_run(unlock).unwrap_err().contains("score_sheets_locked_check"), "not without an opening on record");
        let sheets = format!("/office/applications/{}/sheets", panel.bids[0]);
        let members = open(&officer, &sheets);
        says(&members, &["Pia Panel", "Submitted at", "Rhys Panel", "Not begun"]);
        let hrefs = members.attributes("main table a", "href");
        let page = open(&officer, &hrefs[0]);
        says(&page, &["Nobody but its member sees what is in this score sheet"]);
        is_silent(&page, &[REASON, "Version 1"]);
        says(&page.form("Open the score sheet again").send(&officer).expect_status(422), &["Say why"]);
        let why = "The score for the budget is of another bid.";
        page.form("Open the score sheet again").set("reason", why).send(&officer).expect_redirect(&sheets);
        officer.post(&hrefs[0], &[("reason", why)]).expect_status(409);
        officer.post(&hrefs[1], &[("reason", why)]).expect_status(404);
        let page = open(&pia, &panel.sheet(0));
        says(&page, &[why, "The office opened this score sheet again"]);
        let mark = format!("{}-mark", codes()[0]);
        page.form("Submit and lock").set(&mark, "1").send(&pia).expect_redirect("/panel");
        full(open(&rhys, &panel.sheet(0)).form("Submit and lock")).send(&rhys).expect_redirect("/panel");
        world.act(OFFICER, |tx| evenhand::moderation::actions::start_moderation(tx, panel.round.id, false));
        let page = open(&officer, &hrefs[0]);
        says(&page, &[why, "Version 1: 4", "Version 2: 1", "Opened again by Olive Officer", REASON]);
        assert!(!page.has_button("Open the score sheet again"), "members have seen each other's scores");
        officer.post(&hrefs[0], &[("reason", why)]).expect_status(409);
        rhys.get(&hrefs[0]).expect_status(404);
        assert_eq!(raw.count("sheet_openings"), 1);
    }

    fn a_bid_re_opened_while_it_is_scored_comes_back_with_what_changed(world) {
        let panel = panel(&world, 1);
        let (bid, office) = (panel.bids[0].clone(), format!("/office/applications/{}", panel.bids[0]));
        let (pia, rhys, officer) = (world.sign_in(PIA), world.sign_in(RHYS), world.sign_in(OFFICER));
        full(open(&pia, &panel.sheet(0)).form("Save draft")).send(&pia).expect_status(303);
        full(open(&rhys, &panel.sheet(0)).form("Submit and lock")).send(&rhys).expect_redirect("/panel");
        is_silent(&open(&pia, &panel.sheet(0)), &["This bid has changed since you began"]);
        assert!(open(&officer, &office).has(&format!("a[href='{office}/reopen']")));
        let page = open(&officer, &format!("{office}/reopen"));
        says(&page, &["It is being scored", "1 score sheet is submitted, and is opened again"]);
        let form = page.form("Re-open the application").set("reason", "The budget names another project.");
        says(&form.clone().send(&officer).expect_status(422), &["Say until when"]);
        let on = |at: evenhand::base::time::At| {
            let day = at.london_date();
            let form = form.clone().set("until_day", &day.day().to_string()).set("until_month", &day.month().to_string());
            form.set("until_year", &day.year().to_string()).set("until_time", "12:00")
        };
        says(&on(world.now().plus_days(40)).send(&officer).expect_status(422), &["within 28 days"]);
        let stale = open(&pia, &panel.sheet(0)).form("Save draft");
        on(world.now().plus_days(3)).send(&officer).expect_status(303);

        // While its applicant has it, nobody scores it, and the round does not go on without it.
        for member in [&pia, &rhys] {
            says(&open(member, "/panel"), &["With their applicants again", &bid]);
            says(&member.get(&panel.sheet(0)).expect_status(409), &["is with its applicant again", "What you have scored is kept"]);
        }
        stale.send(&pia).expect_status(409);
        officer.get(&office).expect_status(404);
        evenhand::scoring::notices::queue_due(&world.app).unwrap();
        let told = || world.raw().count("outbox WHERE kind = 'sheet_opened'");
        assert_eq!(told(), 0, "it cannot be scored yet");
        let refused = world.write_as(OFFICER, |tx| evenhand::moderation::actions::start_moderation(tx, panel.round.id, true));
        assert!(format!("{refused:?}").contains("is with its applicant until"), "{refused:?}");

        // Its applicant corrects it.
        let ann = world.sign_in("applicant0@bidders.example");
        let home = format!("/applications/{bid}");
        says(&open(&ann, &home), &["The budget names another project.", "or it is considered as you submitted it before"]);
        let form = open(&ann, &format!("{home}/sections/need")).form("Save and continue");
        form.set("NEED_PROBLEM", "Nobody walks home now.").send(&ann).expect_status(303);
        let form = open(&ann, &format!("{home}/check")).form("Submit the application");
        let form = form.set("name", "Ann Applicant").set("role", "Treasurer").set("authority", "yes").set("confirmed", "yes");
        form.send(&ann).expect_redirect(&format!("{home}/receipt"));
        // Once scoring has begun only the office opens a bid.
        is_silent(&open(&ann, &home), &["Change your application"]);
        ann.post(&format!("{home}/change"), &[]).expect_status(409);

        evenhand::scoring::notices::queue_due(&world.app).unwrap();
        assert_eq!(told(), 1);
        for member in [&pia, &rhys] {
            is_silent(&open(member, "/panel"), &["With their applicants again"]);
            let page = open(member, &panel.sheet(0));
            says(&page, &["This bid has changed since you began", "What we say about need problem", "Nobody walks home now"]);
        }
        let page = open(&rhys, &panel.sheet(0));
        says(&page, &["The office opened this score sheet again", "The budget names another project."]);
        page.form("I have read the changes").send(&rhys).expect_redirect(&panel.sheet(0));
        open(&rhys, &panel.sheet(0)).form("Submit and lock").send(&rhys).expect_redirect("/panel");
        let page = open(&pia, &panel.sheet(0));
        let faulty = page.form("Submit and lock").send(&pia).expect_status(422);
        assert_eq!(faulty.attributes(".govuk-error-summary__list a", "href"), ["#changes"]);
        assert!(faulty.has("#changes"));
        let confirm = faulty.form("I have read the changes");
        confirm.clone().forge("submission", "1").send(&pia).expect_status(409);
        confirm.send(&pia).expect_redirect(&panel.sheet(0));
        let page = open(&pia, &panel.sheet(0));
        says(&page, &["Nobody walks home now"]);
        is_silent(&page, &["What we say about need problem", "This bid has changed"]);
        page.form("Submit and lock").send(&pia).expect_redirect("/panel");
        assert_eq!(world.raw().count("sheet_readings"), 4);
        world.act(OFFICER, |tx| evenhand::moderation::actions::start_moderation(tx, panel.round.id, false));
    }

    /// What a conflict of interest hides from an officer holds nothing up for them, and no message names it; the bid is not lost either.
    fn a_re_opened_bid_is_put_back_for_an_officer_who_may_not_know_of_it(world) {
        let panel = panel(&world, 1);
        let bid = panel.bids[0].clone();
        let torn = world.add_person("torn@opcc.example", "Tina Torn", &[Role::Officer]);
        world.act(OFFICER, |tx| evenhand::conflicts::actions::pin(tx, &bid, torn, "She is its treasurer's sister."));
        let until = world.now().plus_days(2);
        world.act(OFFICER, |tx| {
            evenhand::scoring::actions::reopen_bid(tx, &bid, "A page was missing.", Some(until), |_, _| Ok(Vec::new()))
        });
        let officer = world.sign_in("torn@opcc.example");
        let list = format!("/office/rounds/{}/applications", panel.round.reference);
        is_silent(&open(&officer, &list), &[&bid]);
        officer.get(&format!("/office/applications/{bid}/put-back")).expect_status(404);
        officer.post(&format!("/office/applications/{bid}/put-back"), &[]).expect_status(404);
        world.act("torn@opcc.example", |tx| evenhand::moderation::actions::start_moderation(tx, panel.round.id, true));
        assert_eq!(world.raw().text("SELECT stage AS value FROM applications"), "submitted");
    }
}
