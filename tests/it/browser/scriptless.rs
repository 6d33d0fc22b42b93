//! The applicant's part with scripts off: everything is saved, sent and received all the same.

use serde_json::json;

use super::chrome::with_browser;
use super::journey::{add_file, finish_draft, open_draft};

#[test]
fn an_applicant_needs_no_script() {
    with_browser(async |chrome, demo| {
        chrome.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        chrome.sign_in(demo.link("Marcus Oyelaran-Pike")).await;
        let draft = open_draft(&chrome).await;
        finish_draft(&chrome, &draft).await;
        add_file(&chrome, &draft).await;
        chrome.open(&format!("{draft}/check")).await;
        chrome.press("Submit the application").await;
        assert!(chrome.words().await.contains("There is a problem"), "{}", chrome.words().await);
        chrome.type_into("input[name=role]", "Manager").await;
        chrome.click("input[name=authority][value=yes]").await;
        chrome.click("input[name=confirmed]").await;
        chrome.press("Submit the application").await;
        assert_eq!(chrome.path().await, format!("{draft}/receipt"), "{}", chrome.words().await);
    });
}
