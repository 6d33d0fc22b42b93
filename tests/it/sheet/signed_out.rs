//! A session that ends in an evening of forty bids: without a script, too, the sheet is there again after signing in.

use evenhand::web::session::STAFF_IDLE_MINUTES;

use super::*;
use crate::support::{Browser, Reply};

/// Sends a sheet after its session has run out, and signs in again from where that leads.
fn send_too_late_and_sign_in(world: &TestWorld, pia: &Browser, form: PageForm) -> Reply {
    world.advance_minutes(STAFF_IDLE_MINUTES);
    let to = form.send(pia).expect_status(303).location().unwrap();
    assert!(to.ends_with("&kept=true"), "{to}");
    let page = pia.get(&to).expect_status(200);
    page.form("Send me a link").set("email", PIA).send(pia).expect_status(200);
    pia.claim(&world.link_for(PIA).unwrap())
}

on_both! {
    fn a_sheet_sent_without_a_session_is_shown_after_signing_in(world) {
        let panel = panel(&world, 2);
        let (pia, sheet) = (world.sign_in(PIA), panel.sheet(0));
        let form = full(open(&pia, &sheet).form("Submit and lock")).set("note", "Ask about the lease.");
        send_too_late_and_sign_in(&world, &pia, form).expect_redirect(&sheet);
        let page = open(&pia, &sheet);
        says(&page, &["You were signed out before this page was saved", "It is not saved yet"]);
        assert!(page.has("form[data-unsaved]"), "the script sends nothing by itself");
        assert_eq!(world.raw().count("score_sheets"), 0, "nothing is saved unseen");
        // Nobody else is shown it.
        let rhys = world.sign_in(RHYS);
        is_silent(&open(&rhys, &panel.sheet(1)), &["You were signed out", "Ask about the lease."]);

        let form = page.form("Submit and lock");
        assert_eq!(form.value(&format!("{}-reason", codes()[0])), REASON);
        form.send(&pia).expect_redirect("/panel");
        assert_eq!(world.raw().count("pending_forms"), 0);
        says(&open(&pia, &sheet), &["It is locked, and counts.", REASON, "Ask about the lease."]);
    }

    fn it_meets_what_another_window_saved_and_can_be_thrown_away(world) {
        let panel = panel(&world, 2);
        let (pia, sheet, code) = (world.sign_in(PIA), panel.sheet(0), codes()[0].clone());
        let reason = format!("{code}-reason");
        let old = open(&pia, &sheet).form("Save draft").set(&reason, "What the first window says of it.");
        open(&pia, &sheet).form("Save draft").set(&reason, "What the second window says.").send(&pia).expect_status(303);
        send_too_late_and_sign_in(&world, &pia, old).expect_redirect(&sheet);
        let stale = open(&pia, &sheet).form("Save draft").send(&pia).expect_status(409);
        says(&stale, &["What the first window says of it.", "What the second window says."]);

        let again = open(&pia, &sheet).form("Save draft").set(&reason, "A third text, sent too late.");
        send_too_late_and_sign_in(&world, &pia, again);
        let page = open(&pia, &sheet);
        assert_eq!(page.form("Save draft").value(&reason), "A third text, sent too late.");
        page.form("Throw away what I typed before I was signed out").send(&pia).expect_redirect(&sheet);
        assert_eq!(open(&pia, &sheet).form("Save draft").value(&reason), "What the second window says.");
        assert_eq!(world.raw().count("pending_forms"), 0);
    }
}
