//! The score sheet in the browser: side by side, number keys with a switch, saving in the background, two windows.

use serde_json::json;
use thirtyfour::Key;

use super::chrome::{Chrome, with_world};
use crate::sheet::{PIA, Panel, panel};
use crate::support::{Kind, TestWorld};

fn test(run: impl AsyncFnOnce(Chrome, &TestWorld, &Panel)) {
    let world = TestWorld::start(Kind::Sqlite);
    let panel = panel(&world, 2);
    with_world(world.base(), |chrome| run(chrome, &world, &panel));
}

async fn sign_in(chrome: &Chrome, world: &TestWorld) {
    chrome.open("/sign-in").await;
    chrome.type_into("input[name=email]", PIA).await;
    chrome.press("Send me a link").await;
    chrome.open(&world.link_for(PIA).unwrap()).await;
    chrome.click("main form button").await;
}

async fn key(chrome: &Chrome, key: impl Into<thirtyfour::TypingData>) {
    chrome.driver.active_element().await.unwrap().send_keys(key).await.unwrap();
}

async fn status_says(chrome: &Chrome, text: &str) {
    let script =
        format!("return document.querySelector('[data-autosave-status]').textContent.includes({})", json!(text));
    chrome.wait_for(text, &script).await;
}

const CHOSEN: &str = "return document.querySelector('input[type=radio]:checked')?.value ?? 'none'";
const BOX: &str = "main textarea[name$='-reason']";

#[test]
fn a_sheet_is_scored_with_keys_and_saved_in_the_background() {
    test(async |chrome, world, panel| {
        sign_in(&chrome, world).await;
        chrome.open(&panel.sheet(0)).await;
        chrome.look("an empty score sheet").await;
        let beside = "const r = document.querySelector('.evenhand-beside__read').getBoundingClientRect(); \
                      const w = document.querySelector('.evenhand-beside__work').getBoundingClientRect(); \
                      return [r.right <= w.left, w.top >= r.bottom]";
        assert_eq!(chrome.js(beside).await, json!([true, false]), "side by side where there is room");
        chrome.width(360).await;
        assert_eq!(chrome.js(beside).await, json!([false, true]), "one above the other on a phone");
        chrome.width(1280).await;

        // A number key counts in the criterion that has the focus, and nowhere else.
        key(&chrome, "4").await;
        assert_eq!(chrome.js(CHOSEN).await, "none");
        chrome.js("document.querySelector('main input[type=radio]').focus()").await;
        key(&chrome, "4").await;
        assert_eq!(chrome.js(CHOSEN).await, "4");
        chrome.element(BOX).await.send_keys("In 3 years").await.unwrap();
        assert_eq!(chrome.js(CHOSEN).await, "4", "figures in a reason are figures");
        key(&chrome, Key::Tab + "").await;
        status_says(&chrome, "Saved at").await;
        // The score was saved a moment before: that is what the page may still be saying.
        let stored = || world.raw().texts("SELECT reason AS value FROM sheet_marks");
        for _ in 0..200 {
            if stored() == ["In 3 years"] {
                break;
            }
            actix_web::rt::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(stored(), ["In 3 years"]);
        // Switched off, and remembered.
        chrome.click("label[for=score-keys]").await;
        chrome.open(&panel.sheet(0)).await;
        assert_eq!(chrome.js("return document.getElementById('score-keys').checked").await, false);
        chrome.js("document.querySelector('main input[type=radio]:checked').focus()").await;
        key(&chrome, "1").await;
        assert_eq!(chrome.js(CHOSEN).await, "4");
        chrome.press("Submit and lock").await;
        chrome.look_at_faults("a score sheet that cannot be submitted").await;
        chrome.open(&format!("{}/history", panel.sheet(0))).await;
        chrome.look("earlier versions of scores").await;
        chrome.open("/panel").await;
        chrome.look("bids with one begun").await;
        chrome.press("Score on paper or in a spreadsheet").await;
        chrome.look("scoring offline").await;
        chrome.press("Check and save the spreadsheet").await;
        chrome.look_at_faults("no spreadsheet chosen").await;
    });
}

#[test]
fn two_windows_of_a_sheet_show_both_texts() {
    test(async |chrome, world, panel| {
        sign_in(&chrome, world).await;
        chrome.open(&panel.sheet(0)).await;
        let first = chrome.driver.window().await.unwrap();
        let second = chrome.driver.new_tab().await.unwrap();
        chrome.driver.switch_to_window(second.clone()).await.unwrap();
        chrome.open(&panel.sheet(0)).await;
        chrome.driver.switch_to_window(first).await.unwrap();
        chrome.element(BOX).await.send_keys("In the first window.").await.unwrap();
        key(&chrome, Key::Tab + "").await;
        status_says(&chrome, "Saved at").await;
        chrome.driver.switch_to_window(second).await.unwrap();
        chrome.element(BOX).await.send_keys("In the second window.").await.unwrap();
        key(&chrome, Key::Tab + "").await;
        status_says(&chrome, "but not where").await;
        chrome.press("See both texts and choose").await;
        chrome.look_at_faults("a score sheet that two windows changed").await;
        let words = chrome.words().await;
        assert!(words.contains("In the first window."), "{words}");
        assert_eq!(chrome.element(BOX).await.prop("value").await.unwrap().unwrap(), "In the second window.");
        chrome.press("Save draft").await;
        assert_eq!(world.raw().texts("SELECT reason AS value FROM sheet_marks"), ["In the second window."]);
    });
}
