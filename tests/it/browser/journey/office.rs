//! Who runs the round, who decides, and who audits.

use super::super::chrome::Chrome;
use super::super::demo::Demo;
use super::fill_all;

/// The reference of the round that is moderated, from any link with it.
async fn round(chrome: &Chrome) -> String {
    chrome.open("/office").await;
    let href = chrome.href_with("-R2").await;
    href.rsplit('/').next().unwrap().to_owned()
}

/// Records a meeting that goes on, chaired by the other officer.
async fn records_a_meeting(chrome: &Chrome, round: &str) {
    chrome.open(&format!("/office/rounds/{round}/meetings")).await;
    chrome.look("meetings").await;
    chrome.press("Record the meeting").await;
    chrome.look_at_faults("an empty meeting").await;
    chrome
        .js("const of = (s, text) => [...s.options].find(o => o.text === text); \
             const chair = document.querySelector('select[name=chair]'); \
             chair.value = of(chair, 'Gareth Holroyd').value; \
             const there = document.querySelector(`select[name=person-${chair.value}]`); there.value = 'present'; \
             document.querySelector('input[name=place]').value = 'Room 4'; return true")
        .await;
    chrome.press("Record the meeting").await;
    assert!(chrome.words().await.contains("What was discussed"), "{}", chrome.words().await);
    chrome.look("a meeting").await;
}

/// The chair confirms, signed in as themselves, whatever waits.
async fn confirms_as_the_chair(chrome: &Chrome, link: &str) {
    chrome.sign_in(link).await;
    chrome.open("/chair").await;
    chrome.look("discussions to confirm").await;
    let waiting = chrome.hrefs().await.into_iter().filter(|href| href.starts_with("/chair/"));
    let mut looked = false;
    for bid in waiting.collect::<std::collections::BTreeSet<_>>() {
        chrome.open(&bid).await;
        if !looked {
            chrome.look("what the chair confirms").await;
            looked = true;
        }
        if chrome.has("main form button").await {
            chrome.press("Confirm and close").await;
            assert!(chrome.words().await.contains("confirmed and closed"), "{bid}: {}", chrome.words().await);
        }
    }
}

pub async fn moderates(chrome: &Chrome, link: &str, chair: &str) {
    chrome.sign_in(link).await;
    let round = round(chrome).await;
    records_a_meeting(chrome, &round).await;
    let agenda = format!("/office/rounds/{round}/moderation");
    chrome.open(&agenda).await;
    chrome.look("the agenda").await;
    let mut screens: Vec<String> =
        chrome.hrefs().await.into_iter().filter(|h| h.starts_with("/office/applications/")).collect();
    screens.dedup();
    assert_eq!(screens.len(), 7, "{screens:?}");
    let mut looked = false;
    for (place, screen) in screens.into_iter().enumerate() {
        chrome.open(&screen).await;
        if chrome.words().await.contains("Re-open the moderation") {
            continue;
        }
        if !looked {
            chrome.look("not moderated").await;
        }
        chrome.click(&format!("form[action='{screen}/discuss'] button")).await;
        if !looked {
            chrome.open(&format!("{screen}?view=projector")).await;
            chrome.look("big type for the room").await;
            chrome.open(&screen).await;
        }
        agree(chrome, &screen, place, !looked).await;
        looked = true;
    }
    chrome.look("moderated").await;
    confirms_as_the_chair(chrome, chair).await;
    chrome.sign_in(link).await;
    chrome.open(&agenda).await;
    assert!(chrome.words().await.contains("7 of 7 closed"), "{}", chrome.words().await);
    chrome.open(&format!("/office/rounds/{round}/moderation/statistics")).await;
    chrome.look("statistics").await;
}

/// Agrees every mark of an application.
///
/// Two get totals of their own and the rest marks below every minimum, so that no tie stands at the cut line: ties are settled
/// in the journeys through pages.
async fn agree(chrome: &Chrome, screen: &str, place: usize, look: bool) {
    for code in ["NEED", "PLAN", "OUTC", "TEAM", "VFM", "INCL"] {
        let form = format!("form[action='{screen}/{code}']");
        if look && code == "NEED" {
            let empty = format!("document.querySelectorAll(\"{form} textarea\").forEach(e => e.value = '')");
            chrome.js(&empty).await;
            chrome.click(&format!("{form} input[value='3']")).await;
            chrome.click(&format!("{form} button")).await;
            chrome.look("a mark without a reason").await;
        }
        let mark = match (place, code) {
            (0, "OUTC") => "5",
            (0 | 1, _) => "4",
            _ => "1",
        };
        fill_all(chrome, mark).await;
        chrome.click(&format!("{form} button")).await;
        assert!(!chrome.has(".govuk-error-summary").await, "{screen} {code}: {}", chrome.words().await);
    }
}

/// Records every gate that nobody has checked as met.
async fn check_gates(chrome: &Chrome, round: &str) {
    let next = "const card = [...document.querySelectorAll('main .govuk-summary-card')].find(c => \
         c.querySelector('strong')?.textContent.trim() === 'Not checked' && c.querySelector('form')); \
         if (!card) return false; card.querySelector('details').open = true; \
         card.querySelector('input[value=met]').checked = true; \
         card.querySelector('textarea').value = 'Seen by the office.'; \
         card.querySelector('form button').id = 'record'; return true";
    chrome.open(&format!("/office/rounds/{round}/applications")).await;
    let bids = chrome.hrefs().await.into_iter().filter(|href| href.starts_with("/office/applications/"));
    for bid in bids.collect::<std::collections::BTreeSet<_>>() {
        chrome.open(&bid).await;
        for _ in 0..4 {
            if chrome.js(next).await != true {
                break;
            }
            chrome.click("button#record").await;
        }
    }
    chrome.look("checked gates").await;
}

pub async fn draws_the_line(chrome: &Chrome) {
    let round = round(chrome).await;
    check_gates(chrome, &round).await;
    chrome.open(&format!("/office/rounds/{round}/ranking")).await;
    chrome.look("the ranking").await;
    chrome.press("Record the award line").await;
    chrome.look_at_faults("an award line without a reason").await;
    chrome.type_into("textarea[name=line-reason]", "The panel looked at the line and agrees.").await;
    chrome.press("Record the award line").await;
    chrome.look("the award line recorded").await;
    chrome.open(&format!("/office/rounds/{round}/ranking?pot=1000&line=80&mode=skip")).await;
    chrome.look("what if").await;
}

/// By another officer than who closed the moderations.
pub async fn recommends(chrome: &Chrome, link: &str) {
    chrome.sign_in(link).await;
    let round = round(chrome).await;
    chrome.open(&format!("/office/rounds/{round}/recommend")).await;
    chrome.look("recommending").await;
    chrome.press("Continue").await;
    chrome.look_at_faults("an empty recommendation").await;
    fill_all(chrome, "").await;
    chrome.press("Continue").await;
    chrome.look("checking the recommendation").await;
    chrome.press("Make the recommendation").await;
    chrome.look("recommended").await;
}

pub async fn decides(chrome: &Chrome, demo: &Demo) {
    chrome.sign_in(demo.link("Rosalind Thackeray-Moss")).await;
    chrome.open("/decisions").await;
    chrome.look("decisions").await;
    let paper = chrome.href_with("-R2").await;
    chrome.open(&paper).await;
    chrome.look("a decision paper").await;
    chrome.press("Sign the decision").await;
    chrome.look_at_faults("an empty sign form").await;
    chrome.press("Send me a code").await;
    chrome.look("a code was sent").await;
    let code = demo.code();
    chrome.click("input[name=interest][value=none]").await;
    chrome
        .type_into("textarea[name=statement]", "I award the grants that the panel recommends, for its reasons.")
        .await;
    chrome.click("input[name=confirmed]").await;
    chrome.type_into("input[name=code]", &code).await;
    chrome.press("Sign the decision").await;
    assert!(!chrome.has(".govuk-error-summary").await, "{}", chrome.words().await);
    chrome.look("a signed decision").await;
}

/// One officer completes what the panel agreed to say, another reads it.
pub async fn gives_feedback(chrome: &Chrome, demo: &Demo) {
    chrome.sign_in(demo.link("Priya Nandakumar")).await;
    let feedback = format!("/office/rounds/{}/feedback", round(chrome).await);
    chrome.open(&feedback).await;
    chrome.look("feedback to begin").await;
    chrome.press("Begin all with what the panel agreed").await;
    chrome.look("feedback begun").await;
    let one = chrome.href_with("/office/applications/").await;
    chrome.open(&one).await;
    chrome.look("feedback on one application").await;

    chrome.sign_in(demo.link("Gareth Holroyd")).await;
    chrome.open(&format!("{feedback}?state=waiting")).await;
    chrome.look("feedback to read").await;
    chrome.js("document.querySelectorAll('input[name=read]').forEach(box => box.click())").await;
    chrome.press("Accept what I ticked").await;
    chrome.look("feedback accepted").await;
    chrome.open(&one).await;
    chrome.look("accepted feedback on one application").await;
}

/// One officer drafts, another reads three letters and approves, the first issues.
pub async fn sends_letters(chrome: &Chrome, demo: &Demo) {
    chrome.sign_in(demo.link("Priya Nandakumar")).await;
    let round = round(chrome).await;
    let letters = format!("/office/rounds/{round}/letters");
    chrome.open(&letters).await;
    chrome.look("letters").await;
    chrome.click("main form button").await;
    chrome.look("letters under way").await;
    for _ in 0..600 {
        let words = chrome.words().await;
        if words.contains(" made") && !words.contains("Making the letters") {
            break;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(100)).await;
        chrome.open(&letters).await;
    }
    chrome.look("letters drafted").await;

    chrome.sign_in(demo.link("Gareth Holroyd")).await;
    chrome.open(&format!("{letters}/approve")).await;
    chrome.look("letters to approve").await;
    chrome.press("Approve").await;
    chrome.look_at_faults("letters that nobody read").await;
    let sample = chrome.href_with("/page").await;
    chrome.open(&sample).await;
    chrome.look("a letter to approve").await;
    chrome.open(&format!("{letters}/approve")).await;
    for box_of in ["numbers", "samples"] {
        chrome.click(&format!("input[name=read][value={box_of}]")).await;
    }
    chrome.press("Approve").await;
    chrome.look("letters approved").await;

    chrome.sign_in(demo.link("Priya Nandakumar")).await;
    chrome.open(&format!("{letters}/issue")).await;
    chrome.look("issuing letters").await;
    chrome.press("Issue the letters").await;
    chrome.look_at_faults("no time to issue").await;
    chrome.click("input[name=when][value=now]").await;
    chrome.press("Issue the letters").await;
    chrome.look("letters issued").await;
    chrome.open(&format!("{letters}/reconciliation")).await;
    chrome.look("what is missing").await;
    chrome.open(&sample.replace("/page", "")).await;
    chrome.look("an issued letter").await;
    chrome.press("Draft the corrected letter").await;
    chrome.look_at_faults("a correction without a reason").await;
}

pub async fn audits(chrome: &Chrome, link: &str) {
    chrome.sign_in(link).await;
    chrome.open("/audit").await;
    chrome.look("the auditor's rounds").await;
    let paper = chrome.href_with("-R1").await;
    chrome.open(&paper).await;
    chrome.look("the auditor's paper").await;
    chrome.open("/trail").await;
    chrome.look("the trail").await;
}
