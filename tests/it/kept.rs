//! A form that came after its sender's session had ended: every one is kept for a day, shown to its sender alone, and carried out only
//! when they send it again.

use evenhand::base::role::Role;
use evenhand::web::session::STAFF_IDLE_MINUTES;

use crate::support::builders::OFFICER;
use crate::support::pages::{is_silent, open, says};
use crate::support::{Browser, PageForm, TestWorld};

const OTHER: &str = "other@opcc.example";
const TYPED: &str = "My sister is a trustee of this one.\r\nShe joined in May.";

fn typed(browser: &Browser) -> PageForm {
    open(browser, "/interests")
        .form("Add it")
        .set("kind", "organisation")
        .set("name", "Hawthorn Trust")
        .set("note", TYPED)
}

/// Sends a form after its session has run out, and signs in again from where that leads; returns the page of the kept form.
fn send_too_late(world: &TestWorld, browser: &Browser, form: PageForm) -> String {
    world.advance_minutes(STAFF_IDLE_MINUTES);
    let to = form.send(browser).expect_status(303).location().unwrap();
    assert!(to.starts_with("/sign-in?to=%2Fkept%3Fat%3D") && to.ends_with("&kept=true"), "{to}");
    let page = browser.get(&to).expect_status(200);
    page.form("Send me a link").set("email", OFFICER).send(browser).expect_status(200);
    let kept = browser.claim(&world.link_for(OFFICER).unwrap()).location().unwrap();
    assert!(kept.starts_with("/kept?at="), "{kept}");
    kept
}

fn waiting(world: &TestWorld) -> i64 {
    world.raw().count("pending_forms")
}

on_both! {
    fn what_was_sent_too_late_is_sent_again_by_its_sender_alone(world) {
        world.add_person(OFFICER, "Olive Officer", &[Role::Officer]);
        world.add_person(OTHER, "Otto Other", &[Role::Officer]);
        let olive = world.sign_in(OFFICER);
        let form = typed(&olive);
        let kept = send_too_late(&world, &olive, form);
        assert_eq!((world.raw().count("interests"), waiting(&world)), (0, 1), "nothing is done with it");
        is_silent(&open(&world.sign_in(OTHER), &kept), &["My sister"]);
        let page = open(&olive, &kept);
        says(&page, &["You were signed out before this was sent", "My sister is a trustee of this one."]);
        let again = |form: PageForm| {
            let request = form.request(&olive).header("Referer", format!("{}{kept}", world.base()));
            olive.send(request)
        };
        again(page.form("Send it again").forge("unknown", "x")).expect_status(400);
        assert_eq!((world.raw().count("interests"), waiting(&world)), (0, 1), "what is refused is still kept");
        again(page.form("Send it again")).expect_status(303);
        assert_eq!((world.raw().count("interests"), waiting(&world)), (1, 0));
        says(&open(&olive, "/interests"), &["Hawthorn Trust", "She joined in May."]);
        says(&open(&olive, &kept), &["Nothing is kept here for you"]);
    }

    /// Whoever comes back by another way than the page that told them so finds it all the same; a code for a signature is not stored.
    fn it_is_found_by_whoever_signs_in_anew(world) {
        world.add_person(OFFICER, "Olive Officer", &[Role::Officer]);
        let olive = world.sign_in(OFFICER);
        let form = typed(&olive).forge("code", "123456");
        let kept = send_too_late(&world, &olive, form);
        assert!(!world.raw().text("SELECT body AS value FROM pending_forms").contains("123456"));
        let olive = world.browser();
        let page = open(&olive, "/sign-in");
        page.form("Send me a link").set("email", OFFICER).send(&olive).expect_status(200);
        assert_eq!(olive.claim(&world.link_for(OFFICER).unwrap()).location().unwrap(), "/kept");
        let list = open(&olive, "/kept");
        says(&list, &["Forms that we have kept for you"]);
        assert_eq!(list.attributes("main li a", "href"), [kept]);
    }

    fn it_is_thrown_away_or_gone_after_a_day(world) {
        world.add_person(OFFICER, "Olive Officer", &[Role::Officer]);
        let olive = world.sign_in(OFFICER);
        let form = typed(&olive);
        let kept = send_too_late(&world, &olive, form);
        open(&olive, &kept).form("Throw it away").send(&olive).expect_redirect("/");
        assert_eq!((world.raw().count("interests"), waiting(&world)), (0, 0));
        let form = typed(&olive);
        let kept = send_too_late(&world, &olive, form);
        world.advance_minutes(24 * 60);
        let olive = world.sign_in(OFFICER);
        says(&open(&olive, &kept), &["Nothing is kept here for you"]);
        // Signing out ends it for good: nothing is kept for whoever left on purpose.
        let (form, token, before) = (typed(&olive), olive.cookie("evenhand").unwrap(), waiting(&world));
        olive.post("/sign-out", &[]).expect_status(303);
        let left = world.browser();
        left.set_cookie("evenhand", &token);
        form.send(&left).expect_status(303);
        assert_eq!(waiting(&world), before);
    }
}
