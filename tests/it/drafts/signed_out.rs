//! A session that ends while somebody types. Without a script, too, nothing typed is lost, and nothing is saved unseen.

use evenhand::web::pending::KEPT_HOURS;
use evenhand::web::session::APPLICANT_IDLE_MINUTES;

use super::*;

const TYPED: &str = "Half of them walk home alone.\r\nWe asked ninety.";

/// Sends a page after its session has run out.
fn send_too_late(world: &TestWorld, draft: &Draft) -> Reply {
    let form =
        draft.open(&draft.ann).form("Save and come back later").set("NEED_PROBLEM", TYPED).set("NEED_COST", "a lot");
    world.advance_minutes(APPLICANT_IDLE_MINUTES);
    form.send(&draft.ann)
}

/// Signs in again from the page that one was sent to.
fn sign_in_from(world: &TestWorld, browser: &Browser, to: &str, email: &str) -> Reply {
    let page = browser.get(to).expect_status(200);
    page.form("Send me a link").set("email", email).send(browser).expect_status(200);
    let link = world.link_for(email).unwrap();
    browser.claim(&link)
}

on_both! {
    fn what_was_sent_without_a_session_is_shown_after_signing_in(world) {
        let draft = draft(&world);
        let sent = send_too_late(&world, &draft).expect_status(303);
        let to = sent.location().unwrap();
        assert!(to.starts_with("/sign-in?to=%2Fapplications%2F") && to.ends_with("&kept=true"), "{to}");
        says(&draft.ann.get(&to), &["We have kept what you typed for 24 hours", "same email address"]);
        // A colleague who signs in does not see it, nor does another browser of hers.
        let cara = world.sign_in(CARA);
        assert_eq!(draft.open(&cara).form("Save and continue").value("NEED_PROBLEM"), "");

        // The link is opened on a telephone.
        let phone = world.browser();
        sign_in_from(&world, &phone, &to, ANN).expect_redirect(&draft.section);
        let page = phone.get(&draft.section).expect_status(200);
        says(&page, &["You were signed out before this page was saved", "It is not saved yet"]);
        assert!(page.has("form[data-unsaved]"), "the script sends nothing by itself");
        let form = page.form("Save and come back later");
        assert_eq!((form.value("NEED_PROBLEM").replace("\r\n", "\n"), form.value("NEED_COST")), (TYPED.replace("\r\n", "\n"), "a lot".to_owned()));
        assert_eq!(world.raw().count("answers"), 0, "nothing is saved unseen");

        form.set("NEED_COST", "40").send(&phone).expect_status(303);
        assert_eq!((world.raw().count("answers"), world.raw().count("pending_forms")), (2, 0));
        let page = phone.get(&draft.section).expect_status(200);
        assert!(!page.words().contains("not saved yet"), "{}", page.words());
    }

    fn it_meets_what_a_colleague_saved_meanwhile(world) {
        let draft = draft(&world);
        let to = send_too_late(&world, &draft).expect_status(303).location().unwrap();
        let cara = world.sign_in(CARA);
        draft.save(&cara, &[("NEED_PROBLEM", "What Cara wrote.")]);
        sign_in_from(&world, &draft.ann, &to, ANN).expect_redirect(&draft.section);
        let form = draft.open(&draft.ann).form("Save and come back later").set("NEED_COST", "");
        says(&form.send(&draft.ann).expect_status(409), &["What Cara wrote.", "Half of them walk home alone."]);
    }

    fn it_can_be_thrown_away_and_goes_after_a_day(world) {
        let draft = draft(&world);
        let to = send_too_late(&world, &draft).expect_status(303).location().unwrap();
        sign_in_from(&world, &draft.ann, &to, ANN);
        let page = draft.open(&draft.ann);
        let form = page.form("Throw it away what I typed before I was signed out");
        form.send(&draft.ann).expect_redirect(&draft.section);
        assert_eq!((draft.value("NEED_PROBLEM").as_str(), world.raw().count("pending_forms")), ("", 0));

        let form = draft.open(&draft.ann).form("Save and continue").set("NEED_PROBLEM", TYPED);
        world.advance_minutes(APPLICANT_IDLE_MINUTES);
        form.send(&draft.ann).expect_status(303);
        assert_eq!(world.raw().count("pending_forms"), 1);
        world.advance_minutes(60 * KEPT_HOURS);
        let ann = world.sign_in(ANN);
        assert_eq!(draft.open(&ann).form("Save and continue").value("NEED_PROBLEM"), "");
        evenhand::web::pending::tidy(&world.app.db, world.now()).unwrap();
        assert_eq!(world.raw().count("pending_forms"), 0);
    }

    /// Nobody can leave a text for somebody else to find.
    fn only_a_session_that_ran_out_leaves_anything(world) {
        let draft = draft(&world);
        let kept = |world: &TestWorld| world.raw().count("pending_forms");
        let form = draft.open(&draft.ann).form("Save and continue").set("NEED_PROBLEM", TYPED);
        // Nobody's: no cookie, another's form, a cookie that never was.
        form.clone().send(&world.browser()).expect_status(303);
        let forger = world.browser();
        forger.set_cookie("evenhand", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        form.clone().send(&forger).expect_status(303);
        world.advance_minutes(APPLICANT_IDLE_MINUTES);
        let wrong = form.clone().forge("csrf", "AAAA").send(&draft.ann).expect_status(303);
        assert!(!wrong.location().unwrap().contains("kept"));
        assert_eq!(kept(&world), 0);
        // Signed out on purpose: the browser keeps no cookie, and the session's end is final.
        let ann = world.sign_in(ANN);
        let form = draft.open(&ann).form("Save and continue").set("NEED_PROBLEM", TYPED);
        let token = ann.cookie("evenhand").unwrap();
        ann.post("/sign-out", &[]).expect_status(303);
        let left = world.browser();
        left.set_cookie("evenhand", &token);
        form.send(&left).expect_status(303);
        assert_eq!(kept(&world), 0);
        // Other forms are kept too, and come back on a page of their own.
        let ann = world.sign_in(ANN);
        let withdraw = ann.get(&format!("/applications/{}/withdraw", draft.reference)).form("Withdraw the application");
        world.advance_minutes(APPLICANT_IDLE_MINUTES);
        let to = withdraw.set("reason", "Because").send(&ann).expect_status(303).location().unwrap();
        assert!(to.starts_with("/sign-in?to=%2Fkept%3Fat%3D"), "{to}");
        assert_eq!(kept(&world), 1);
    }

    /// The page is from before a new sign-in in another tab: its token is no good any more, and what was typed comes back.
    fn a_page_from_before_a_new_sign_in_loses_nothing(world) {
        let draft = draft(&world);
        let form = draft.open(&draft.ann).form("Save and come back later").set("NEED_PROBLEM", TYPED);
        let again = world.sign_in(ANN);
        let page = form.clone().send(&again).expect_status(403);
        says(&page, &["You signed in again", "It is not saved yet"]);
        assert_eq!(world.raw().count("answers"), 0);
        page.form("Save and come back later").send(&again).expect_status(303);
        assert_eq!(draft.value("NEED_PROBLEM").replace("\r\n", "\n"), TYPED.replace("\r\n", "\n"));
        // From elsewhere it is refused whole, and so is somebody else's bid.
        let evil = again.request(reqwest::Method::POST, &draft.section).header("Origin", "https://evil.example");
        assert!(!again.send(evil.form(&[("NEED_PROBLEM", "Else")])).has("textarea"));
        world.add_applicant(STRANGER, "Rutland Boxing Club");
        let stranger = form.send(&world.sign_in(STRANGER)).expect_status(403);
        assert!(!stranger.has("textarea[name=NEED_PROBLEM]"));
    }

    /// The text that a browser had kept comes back on the page, and is saved by its person alone.
    fn a_browsers_own_copy_is_put_back_without_being_saved(world) {
        let draft = draft(&world);
        let fields = [("versions", "NEED_PROBLEM:0,NEED_PLACE:0"), ("NEED_PROBLEM", TYPED), ("go", "restore")];
        let page = draft.ann.post(&draft.section, &fields).expect_status(200);
        says(&page, &["the text that your browser had kept", "It is not saved yet"]);
        assert_eq!(world.raw().count("answers"), 0);
        page.form("Save and come back later").send(&draft.ann).expect_status(303);
        assert_eq!(world.raw().count("answers"), 1);
    }

    fn signing_in_leads_back_to_the_place(world) {
        let draft = draft(&world);
        let nobody = world.browser();
        let to = nobody.get(&draft.section).expect_status(303).location().unwrap();
        let place = format!("{}#NEED_PLACE", draft.section);
        // The part behind `#` is put into the form by the page's script.
        let fields = [("email", ANN), ("to", place.as_str())];
        nobody.get(&to).expect_status(200);
        nobody.post("/sign-in", &fields).expect_status(200);
        nobody.claim(&world.link_for(ANN).unwrap()).expect_redirect(&place);
        // Whoever is signed in already is led on, and only to a place of ours.
        nobody.get(&to).expect_redirect(&draft.section);
        nobody.get("/sign-in?to=https://evil.example").expect_redirect("/applications");
        nobody.get("/sign-in?to=//evil.example").expect_redirect("/applications");
    }
}
