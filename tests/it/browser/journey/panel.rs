//! Who scores.

use thirtyfour::Key;

use super::super::chrome::Chrome;

/// Opens the bid of a person's list that stands so.
async fn open_bid(chrome: &Chrome, action: &str) -> String {
    chrome.open("/panel").await;
    chrome.look("a panel member's bids").await;
    chrome.press(action).await;
    chrome.path().await
}

pub async fn declares(chrome: &Chrome, link: &str) {
    chrome.sign_in(link).await;
    chrome.open("/panel").await;
    let form = chrome.href_with("/conflict").await;
    chrome.open(&form).await;
    chrome.look("declaring").await;
    chrome.press("Send your declaration").await;
    chrome.look_at_faults("an empty declaration").await;
    chrome.click("input[name=conflict][value=no]").await;
    chrome.press("Send your declaration").await;
    chrome.look("declared").await;
    assert!(chrome.path().await.ends_with("/sheet"), "{}", chrome.path().await);
}

pub async fn scores_with_keys(chrome: &Chrome, link: &str) {
    chrome.sign_in(link).await;
    let sheet = open_bid(chrome, "Continue").await;
    assert!(sheet.ends_with("/sheet"), "{sheet}");
    chrome.look("a draft sheet").await;
    let empty = "for (const e of document.querySelectorAll('main textarea')) e.value = ''";
    chrome.js(empty).await;
    chrome.press("Submit and lock").await;
    chrome.look_at_faults("an incomplete score sheet").await;
    let names = chrome
        .js("return [...new Set([...document.querySelectorAll('main input[type=radio]')].map(e => e.name))]")
        .await;
    let names: Vec<String> = names.as_array().unwrap().iter().map(|n| n.as_str().unwrap().to_owned()).collect();
    assert_eq!(names.len(), 6);
    // A number key chooses the mark; Tab leads from the marks to the reason; no mouse from here on.
    let first = format!("document.querySelector('input[name=\"{}\"]').focus()", names[0]);
    chrome.js("document.querySelectorAll('main input[type=radio]').forEach(e => e.checked = false)").await;
    chrome.js(&first).await;
    for (place, name) in names.iter().enumerate() {
        let focused = format!("return document.activeElement.name === '{name}'");
        assert_eq!(chrome.js(&focused).await, true, "Tab leads to {name}");
        // By a number key, else as radios are used: Space chooses what has the focus.
        if place % 2 == 0 {
            keys(chrome, "4").await
        } else {
            keys(chrome, " ").await
        }
        let chosen = format!("return document.querySelector('input[name=\"{name}\"]:checked')?.value");
        let expected = if place % 2 == 0 { "4" } else { "0" };
        assert_eq!(chrome.js(&chosen).await, expected, "{name}");
        keys(chrome, Key::Tab + "").await;
        keys(chrome, "The bid says who does what, and when.").await;
        next_criterion(chrome).await;
    }
    let reached = "return document.activeElement.textContent.trim() === 'Submit and lock'";
    for _ in 0..4 {
        if chrome.js(reached).await == true {
            break;
        }
        keys(chrome, Key::Tab + "").await;
    }
    keys(chrome, Key::Enter + "").await;
    chrome.wait_for("the list of bids", "return location.pathname === '/panel'").await;
    chrome.look("a submitted sheet").await;
    chrome.open(&sheet).await;
    chrome.look("a locked sheet").await;
}

/// Tab, past the links to the answers, to the next criterion's marks or the buttons.
async fn next_criterion(chrome: &Chrome) {
    for _ in 0..12 {
        keys(chrome, Key::Tab + "").await;
        if chrome.js("return document.activeElement.matches('main input[type=radio], main form button')").await == true
        {
            return;
        }
    }
    panic!("Tab does not lead on");
}

async fn keys(chrome: &Chrome, text: impl Into<thirtyfour::TypingData>) {
    let active = chrome.driver.active_element().await.unwrap();
    active.send_keys(text).await.unwrap();
}
