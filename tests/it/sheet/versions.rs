//! Two windows, every version, a sheet that was opened again, and a bid that changed.

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

    fn what_changed_in_the_bid_is_shown_and_must_be_confirmed(world) {
        let panel = panel(&world, 1);
        let pia = world.sign_in(PIA);
        let form = open(&pia, &panel.sheet(0)).form("Save draft");
        full(form).send(&pia).expect_status(303);
        is_silent(&open(&pia, &panel.sheet(0)), &["This bid has changed since you began"]);
        // No action opens a bid again once scoring has begun; whatever does in time to come leaves another submission.
        world.tampered();
        world.raw().run(
            "INSERT INTO submissions (application_id, number, content, content_digest, submitted_at, submitted_by, declared_name, \
             declared_role) SELECT application_id, 2, replace(content, 'What we say about need problem', 'Nobody walks home now'), \
             content_digest, submitted_at, submitted_by, declared_name, declared_role FROM submissions",
        );
        let page = open(&pia, &panel.sheet(0));
        says(&page, &["This bid has changed since you began", "What we say about need problem", "Nobody walks home now"]);
        let faulty = page.form("Submit and lock").send(&pia).expect_status(422);
        assert_eq!(faulty.attributes(".govuk-error-summary__list a", "href"), ["#changes"]);
        assert!(faulty.has("#changes"));
        let confirm = faulty.form("I have read the changes");
        confirm.clone().forge("submission", "1").send(&pia).expect_status(409);
        confirm.send(&pia).expect_redirect(&panel.sheet(0));
        let page = open(&pia, &panel.sheet(0));
        is_silent(&page, &["Nobody walks home now", "This bid has changed"]);
        page.form("Submit and lock").send(&pia).expect_redirect("/panel");
        assert_eq!(world.raw().count("sheet_readings"), 2);
    }
}
