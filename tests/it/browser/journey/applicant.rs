//! Who applies.

use thirtyfour::Key;

use super::super::chrome::Chrome;

pub async fn refusals_of_sign_in(chrome: &Chrome) {
    chrome.open("/sign-in").await;
    chrome.type_into("input[name=email]", "nobody at all").await;
    chrome.click("main form button").await;
    chrome.look_at_faults("a bad address").await;
    chrome.type_into("input[name=email]", "new.person@charity.example").await;
    chrome.click("main form button").await;
    chrome.look("asked for a link").await;
    chrome.open("/sign-in/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await;
    chrome.driver.browser_log().await.unwrap();
    chrome.look("a link that does not work").await;
}

/// The path of the draft in the open round.
pub async fn open_draft(chrome: &Chrome) -> String {
    chrome.open("/applications").await;
    chrome.href_beside("div[contains(@class, 'govuk-summary-card')]", "Round 4").await
}

pub async fn applies(chrome: &Chrome, link: &str) {
    chrome.open(link).await;
    chrome.look("signing in").await;
    chrome.sign_in(link).await;
    eligibility(chrome).await;
    let draft = open_draft(chrome).await;
    chrome.open(&draft).await;
    chrome.look("the task list").await;
    faulty_section(chrome, &draft).await;
    autosave(chrome, &draft).await;
    finish_draft(chrome, &draft).await;
    chrome.open(&format!("{draft}/sections/documents")).await;
    chrome.press("Add the file").await;
    chrome.look("no file").await;
    add_file(chrome, &draft).await;
    chrome.look("a file").await;
    chrome.open(&draft).await;
    chrome.look("all tasks done").await;
    chrome.press("Check your answers and submit").await;
    chrome.look("check").await;
    chrome.press("Submit the application").await;
    chrome.look_at_faults("an empty declaration").await;
    chrome.type_into("input[name=role]", "Manager").await;
    chrome.click("input[name=authority][value=yes]").await;
    chrome.click("input[name=confirmed]").await;
    chrome.press("Submit the application").await;
    assert_eq!(chrome.path().await, format!("{draft}/receipt"), "{}", chrome.words().await);
    chrome.look("the receipt").await;
    chrome.open(&draft).await;
    chrome.look("a submitted application").await;
    chrome.open(&format!("{draft}/proof")).await;
    chrome.look("the proof of receipt").await;
    chrome.open(&format!("{draft}/change")).await;
    chrome.look("taking it back").await;
}

async fn eligibility(chrome: &Chrome) {
    chrome.open("/rounds").await;
    let round = chrome.href_with("/rounds/").await;
    chrome.open(&format!("{round}/eligibility")).await;
    chrome.press("Continue").await;
    chrome.look_at_faults("no eligibility answers").await;
    // The first answer of each question lets on; the second to where the project is does not.
    let choose = |which: &str| {
        format!(
            "const seen = new Set(); for (const e of document.querySelectorAll('main input[type=radio]')) \
             if (!seen.has(e.name)) {{ seen.add(e.name); e.checked = true }} {which}"
        )
    };
    chrome.js(&choose("document.querySelector('main input[value=no]').checked = true")).await;
    chrome.press("Continue").await;
    chrome.look("not eligible").await;
    chrome.open(&format!("{round}/eligibility")).await;
    chrome.js(&choose("")).await;
    chrome.press("Continue").await;
    chrome.look("the kinds of grant").await;
    chrome.press("Continue").await;
    chrome.look_at_faults("no kind of grant").await;
    chrome.js(&choose("")).await;
    chrome.press("Continue").await;
    chrome.look("eligible").await;
}

async fn faulty_section(chrome: &Chrome, draft: &str) {
    chrome.open(&format!("{draft}/sections/budget")).await;
    let amount = chrome.element("input[name=VFM_ASK]").await.prop("value").await.unwrap().unwrap();
    chrome.type_into("input[name=VFM_ASK]", "a lot").await;
    chrome.press("Save and continue").await;
    chrome.look_at_faults("a budget that is no number").await;
    // The box was left empty for a moment, and that was saved.
    chrome.type_into("form[data-draft] input[name=VFM_ASK]", &amount).await;
    chrome.press("Save and come back later").await;
    chrome.open(&format!("{draft}/sections/project")).await;
    chrome.type_into("input[name=PROJ_START_day]", "45").await;
    chrome.press("Save and continue").await;
    chrome.look_at_faults("a day that is none").await;
}

/// What is typed is saved when the tab is left for another.
async fn autosave(chrome: &Chrome, draft: &str) {
    chrome.open(&format!("{draft}/sections/legacy")).await;
    chrome.type_into("textarea[name=INCL_LEGACY]", "The hall stays open: we begin with twelve.").await;
    chrome.js("document.dispatchEvent(new Event('evenhand:save'))").await;
    let said = "return document.querySelector('[data-autosave-status]').textContent.startsWith('Saved at')";
    chrome.wait_for("\"Saved at\"", said).await;
    chrome.look("a saved section").await;
    chrome.open(&format!("{draft}/sections/legacy")).await;
    let kept = chrome.element("textarea[name=INCL_LEGACY]").await.prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some("The hall stays open: we begin with twelve."));
    chrome.element("textarea[name=INCL_LEGACY]").await.send_keys(Key::Tab + "").await.unwrap();
}

/// Types the answers that the draft of the demonstration lacks.
pub async fn finish_draft(chrome: &Chrome, draft: &str) {
    chrome.open(&format!("{draft}/sections/activities")).await;
    chrome.type_into("input[name=PLAN_MILESTONES-0-what]", "We open on Mondays").await;
    chrome.type_into("input[name=PLAN_MILESTONES-0-by]", "March 2027").await;
    go_on(chrome, "activities").await;
    chrome.open(&format!("{draft}/sections/risk")).await;
    chrome.type_into("input[name=PLAN_RISKS-0-risk]", "Too few volunteers").await;
    for name in ["likelihood", "impact"] {
        let select = chrome.element(&format!("select[name=PLAN_RISKS-0-{name}]")).await;
        select.send_keys("Medium").await.unwrap();
    }
    chrome.type_into("input[name=PLAN_RISKS-0-action]", "We begin with twelve").await;
    go_on(chrome, "risk").await;
    // The page of the budget offers what could not be read before, in a form of its own.
    for (section, question) in [("inclusion", "INCL_ACCESS"), ("legacy", "INCL_LEGACY"), ("budget", "VFM_BASIS")] {
        chrome.open(&format!("{draft}/sections/{section}")).await;
        chrome
            .type_into(
                &format!("form[data-draft] textarea[name={question}]"),
                "We open on Mondays from March.\nThe hall is ours.",
            )
            .await;
        go_on(chrome, section).await;
    }
}

async fn go_on(chrome: &Chrome, section: &str) {
    chrome.press("Save and continue").await;
    let fault = chrome.has(".govuk-error-summary").await;
    assert!(!fault, "{section}: {}", chrome.words().await);
}

/// Adds the document that the draft lacks.
pub async fn add_file(chrome: &Chrome, draft: &str) {
    let file = tempfile::Builder::new().suffix(".pdf").tempfile().unwrap();
    std::fs::write(file.path(), crate::support::builders::pdf(draft, "accounts")).unwrap();
    chrome.open(&format!("{draft}/sections/documents")).await;
    let input = chrome.element("form[action*=DOC_ACCOUNTS] input[type=file]").await;
    input.send_keys(file.path().to_string_lossy().into_owned()).await.unwrap();
    chrome.click("form[action*=DOC_ACCOUNTS] button[type=submit]").await;
    let name = file.path().file_name().unwrap().to_string_lossy().into_owned();
    // A name is shown without the dot that hides a file.
    assert!(chrome.words().await.contains(name.trim_start_matches('.')), "{}", chrome.words().await);
}

pub async fn reads_the_letter(chrome: &Chrome, link: &str) {
    chrome.sign_in(link).await;
    chrome.open("/applications").await;
    let bid = chrome.href_beside("div[contains(@class, 'govuk-summary-card')]", "Round 1").await;
    chrome.open(&format!("{bid}/letters")).await;
    chrome.look("own letters").await;
    let letter = chrome.href_with("/letters/").await;
    chrome.open(&letter).await;
    chrome.look("a letter").await;
}
