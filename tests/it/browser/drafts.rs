//! Drafts in the browser: what is typed survives other tabs, a lost connection, a closed tab, and the end of the session.

use serde_json::json;
use thirtyfour::Key;

use super::chrome::{Chrome, with_world};
use crate::drafts::{ANN, Draft, draft};
use crate::support::{Kind, TestWorld};

const BOX: &str = "form[data-draft] textarea[name=NEED_PROBLEM]";
const COPIES: &str = "return Object.keys(localStorage).filter(key => key.startsWith('evenhand-draft:')).length";

async fn sign_in(chrome: &Chrome, world: &TestWorld) {
    chrome.open("/sign-in").await;
    sign_in_here(chrome, world).await;
}

/// Signs in from the sign-in page that is open.
async fn sign_in_here(chrome: &Chrome, world: &TestWorld) {
    chrome.type_into("input[name=email]", ANN).await;
    chrome.press("Send me a link").await;
    chrome.open(&world.link_for(ANN).unwrap()).await;
    chrome.click("main form button").await;
}

/// Writes into the box at the end of what is there.
async fn write(chrome: &Chrome, text: &str) {
    chrome.element(BOX).await.send_keys(text).await.unwrap();
}

/// Leaves the box, as who goes on to the next.
async fn leave(chrome: &Chrome) {
    chrome.element(BOX).await.send_keys(Key::Tab + "").await.unwrap();
}

async fn status_says(chrome: &Chrome, text: &str) {
    let script =
        format!("return document.querySelector('[data-autosave-status]').textContent.includes({})", json!(text));
    chrome.wait_for(text, &script).await;
}

async fn typed(chrome: &Chrome) -> String {
    chrome.element(BOX).await.prop("value").await.unwrap().unwrap_or_default()
}

async fn connection(chrome: &Chrome, offline: bool) {
    let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    chrome.cdp("Network.enable", json!({})).await;
    chrome.cdp("Network.emulateNetworkConditions", conditions).await;
}

/// The stored answer.
fn stored(world: &TestWorld) -> Option<String> {
    let values = "SELECT value FROM answers WHERE question = 'NEED_PROBLEM'";
    world.raw().texts(values).pop().map(|value| serde_json::from_str(&value).unwrap())
}

fn withdrawn(world: &TestWorld) -> usize {
    world.raw().texts("SELECT reference AS value FROM applications WHERE stage = 'withdrawn'").len()
}

fn test(run: impl AsyncFnOnce(Chrome, &TestWorld, &Draft)) {
    let world = TestWorld::start(Kind::Sqlite);
    let draft = draft(&world);
    with_world(world.base(), |chrome| run(chrome, &world, &draft));
}

#[test]
fn a_save_says_the_servers_time_and_a_lost_connection_loses_nothing() {
    test(async |chrome, world, draft| {
        sign_in(&chrome, world).await;
        chrome.open(&draft.section).await;
        write(&chrome, "Half of them").await;
        leave(&chrome).await;
        // The service's clock stands at ten; the browser's does not.
        status_says(&chrome, "Saved at 10:00").await;
        assert_eq!((stored(world).as_deref(), chrome.js(COPIES).await), (Some("Half of them"), json!(0)));

        connection(&chrome, true).await;
        write(&chrome, " walk home alone.").await;
        leave(&chrome).await;
        status_says(&chrome, "Not saved: no connection. Your text is safe on this page").await;
        assert_eq!((stored(world).as_deref(), chrome.js(COPIES).await), (Some("Half of them"), json!(1)));
        world.advance_minutes(7);
        connection(&chrome, false).await;
        status_says(&chrome, "Saved at 10:07").await;
        assert_eq!(
            (stored(world).as_deref(), chrome.js(COPIES).await),
            (Some("Half of them walk home alone."), json!(0))
        );
        // The page has moved on with its own saves: going on is no conflict.
        write(&chrome, " We asked ninety.").await;
        chrome.press("Save and come back later").await;
        assert_eq!(stored(world).as_deref(), Some("Half of them walk home alone. We asked ninety."));
        assert_eq!(chrome.js(COPIES).await, json!(0), "the form arrived, so the copy is gone");
    });
}

#[test]
fn two_tabs_show_both_texts() {
    test(async |chrome, world, draft| {
        sign_in(&chrome, world).await;
        chrome.open(&draft.section).await;
        let first = chrome.driver.window().await.unwrap();
        let second = chrome.driver.new_tab().await.unwrap();
        chrome.driver.switch_to_window(second.clone()).await.unwrap();
        chrome.open(&draft.section).await;
        chrome.driver.switch_to_window(first).await.unwrap();
        write(&chrome, "In the first tab.").await;
        leave(&chrome).await;
        status_says(&chrome, "Saved at").await;
        chrome.driver.switch_to_window(second).await.unwrap();
        write(&chrome, "In the second tab.").await;
        chrome.element("textarea[name=NEED_PLACE]").await.send_keys("In Sileby.").await.unwrap();
        leave(&chrome).await;
        status_says(&chrome, "but not where somebody else changed your answer").await;
        assert_eq!(stored(world).as_deref(), Some("In the first tab."));
        assert!(chrome.words().await.contains("Somebody else changed this answer."));
        chrome.press("See both texts and choose").await;
        chrome.look_at_faults("an answer that two tabs changed").await;
        let words = chrome.words().await;
        assert!(words.contains("In the first tab.") && words.contains("What you wrote"), "{words}");
        assert_eq!(typed(&chrome).await, "In the second tab.");
        chrome.click("input[name='choice-NEED_PROBLEM'][value=mine]").await;
        chrome.press("Save and come back later").await;
        assert_eq!(stored(world).as_deref(), Some("In the second tab."));
        let places = world.raw().texts("SELECT value FROM answers WHERE question = 'NEED_PLACE'");
        assert_eq!(places, ["\"In Sileby.\""]);
        chrome.open(&format!("/applications/{}/answers/NEED_PROBLEM", draft.reference)).await;
        chrome.look("the history of an answer").await;
        chrome.open(&format!("/applications/{}/answers", draft.reference)).await;
        chrome.look("the history of all answers").await;
    });
}

#[test]
fn a_tab_that_dies_leaves_its_text() {
    test(async |chrome, world, draft| {
        sign_in(&chrome, world).await;
        let first = chrome.driver.window().await.unwrap();
        let second = chrome.driver.new_tab().await.unwrap();
        chrome.open(&draft.section).await;
        chrome.driver.switch_to_window(second.clone()).await.unwrap();
        chrome.open(&draft.section).await;
        connection(&chrome, true).await;
        write(&chrome, "Written before the tab died.").await;
        chrome.driver.close_window().await.unwrap();
        chrome.driver.switch_to_window(first).await.unwrap();
        chrome.open(&draft.section).await;
        assert!(chrome.words().await.contains("We found text that was not saved"), "{}", chrome.words().await);
        chrome.look("a page with a copy").await;
        assert_eq!(typed(&chrome).await, "");
        chrome.press("Put it back").await;
        assert_eq!(typed(&chrome).await, "Written before the tab died.");
        assert!(chrome.words().await.contains("It is not saved yet"), "{}", chrome.words().await);
        chrome.look("a copy put back").await;
        assert_eq!(stored(world), None, "nothing is saved unseen");
        chrome.press("Save and come back later").await;
        assert_eq!(stored(world).as_deref(), Some("Written before the tab died."));
        chrome.open(&draft.section).await;
        assert!(!chrome.has("[data-draft-copy]").await, "{}", chrome.words().await);
        assert_eq!(chrome.js(COPIES).await, json!(0));
    });
}

#[test]
fn a_session_that_ends_loses_nothing() {
    test(async |chrome, world, draft| {
        sign_in(&chrome, world).await;
        chrome.open(&draft.section).await;
        write(&chrome, "Written for an hour.").await;
        world.advance_minutes(61);
        leave(&chrome).await;
        status_says(&chrome, "You were signed out. Your text is safe on this page.").await;
        chrome.press("Sign in to save it").await;
        assert_eq!(chrome.path().await, "/sign-in");
        sign_in_here(&chrome, world).await;
        chrome.wait_for("the page of before", &format!("return location.pathname === {}", json!(draft.section))).await;
        assert!(chrome.words().await.contains("We found text that was not saved"), "{}", chrome.words().await);
        chrome.press("Put it back").await;
        chrome.press("Save and come back later").await;
        assert_eq!(stored(world).as_deref(), Some("Written for an hour."));
        // Who signs out leaves nothing behind.
        chrome.open(&draft.section).await;
        chrome.js("localStorage.setItem('evenhand-draft:/elsewhere#1', JSON.stringify({ address: '/elsewhere', at: Date.now(), fields: [] }))").await;
        assert_eq!(chrome.js(COPIES).await, json!(1));
        chrome.js("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()").await;
        chrome.wait_for("the start page", "return location.pathname === '/'").await;
        assert_eq!(chrome.js(COPIES).await, json!(0));
    });
}

#[test]
fn any_form_that_was_sent_too_late_is_offered_again() {
    test(async |chrome, world, draft| {
        sign_in(&chrome, world).await;
        let withdraw = format!("/applications/{}/withdraw", draft.reference);
        chrome.open(&withdraw).await;
        chrome.type_into("textarea[name=reason]", "Our hall was flooded in November.").await;
        world.advance_minutes(61);
        chrome.press("Withdraw the application").await;
        sign_in_here(&chrome, world).await;
        assert!(chrome.words().await.contains("Our hall was flooded in November."), "{}", chrome.words().await);
        chrome.look("an applicant who was signed out").await;
        assert_eq!(withdrawn(world), 0, "nothing is done unseen");
        chrome.press("Send it again").await;
        assert_eq!(withdrawn(world), 1);
    });
}

#[test]
fn a_session_that_ends_loses_nothing_without_a_script() {
    test(async |chrome, world, draft| {
        chrome.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        sign_in(&chrome, world).await;
        chrome.open(&draft.section).await;
        write(&chrome, "Written for an hour.").await;
        world.advance_minutes(61);
        chrome.press("Save and come back later").await;
        assert!(chrome.words().await.contains("We have kept what you typed"), "{}", chrome.words().await);
        sign_in_here(&chrome, world).await;
        assert_eq!(typed(&chrome).await, "Written for an hour.");
        assert!(chrome.words().await.contains("It is not saved yet"), "{}", chrome.words().await);
        assert_eq!(stored(world), None, "nothing is saved unseen");
        chrome.press("Save and come back later").await;
        assert_eq!(stored(world).as_deref(), Some("Written for an hour."));
    });
}
