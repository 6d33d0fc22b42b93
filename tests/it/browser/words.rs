//! Words, counted alike in the browser and on the server; questions that come and go with an answer.

use evenhand::base::text::words;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::chrome::{Chrome, with_browser};
use super::journey::open_draft;

/// What people type and paste, and what spoils counters.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z]{1,9}",
        2 => "(it's|don’t|o'clock|'tis|well-known|co-operate|self‑help|and/or|e\\.g\\.|A&E|R&D)",
        1 => "-{1,3}|–|—|…|•|/|&|\\(|\\)",
        2 => "[0-9]{1,4}|£1,250\\.50|3rd|10%|½|①|²|07700 900123",
        1 => "https://www\\.example\\.org/a-b_c\\?d=e&f|ann@charity\\.example|#tag|@name",
        2 => "😀|👩‍👩‍👧|🇬🇧|1️⃣|❤️|👍🏽",
        2 => "السلام|عليكم|شُكْرًا|שלום|ਸਤਿ|ਸ੍ਰੀ|ধন্যবাদ|ગુજરાતી|สวัสดี|ខ្មែរ|Привет|Γειά",
        2 => "中文|社区安全|日本語|ひらがな|カタカナ|が|가나다|한국어|豈|\u{20000}",
        2 => "e\u{301}|a\u{323}\u{302}|\u{301}|n\u{303}o|\u{915}\u{93F}|\u{64B}|x\u{301}\u{301}\u{301}\u{301}\u{301}\u{64B}",
        1 => "\u{200B}|\u{200D}|\u{FEFF}|\u{AD}|\u{202E}|\u{2060}|\u{E000}|\u{85}|\u{7}|\u{C}",
        1 => "\\PC{1,3}",
    ];
    let space = prop_oneof![
        6 => Just(" ".to_owned()),
        2 => Just(String::new()),
        1 => Just("\r\n".to_owned()),
        1 => Just("\n\n".to_owned()),
        1 => Just("\u{A0}".to_owned()),
        1 => "\t|\u{2003}|\u{3000}|\u{202F}|\u{2028}|  ",
    ];
    proptest::collection::vec((piece, space), 0..24)
        .prop_map(|parts| parts.into_iter().map(|(piece, space)| [piece, space].concat()).collect())
}

/// What the page's own counter says of each text, as a number of words.
async fn counted(chrome: &Chrome, field: &str, limit: i64, texts: &[String]) -> Vec<i64> {
    let script = "const [name, texts] = arguments; const area = document.querySelector(`textarea[name=${name}]`); \
         const said = area.closest('.govuk-character-count').querySelector('.govuk-character-count__status'); \
         return texts.map(text => { area.value = text; area.dispatchEvent(new Event('input')); return said.textContent })";
    let told = chrome.driver.execute(script, vec![json!(field), json!(texts)]).await.expect("the script runs");
    told.json()
        .as_array()
        .unwrap()
        .iter()
        .map(|said| {
            let said = said.as_str().unwrap();
            let number: i64 =
                said.split(' ').nth(2).and_then(|word| word.parse().ok()).unwrap_or_else(|| panic!("{said}"));
            if said.ends_with("too many") { limit + number } else { limit - number }
        })
        .collect()
}

#[test]
fn the_browser_and_the_server_count_the_same_words() {
    with_browser(async |chrome, demo| {
        chrome.sign_in(demo.link("Marcus Oyelaran-Pike")).await;
        let draft = open_draft(&chrome).await;
        chrome.open(&format!("{draft}/sections/need")).await;
        let limit = evenhand::rounds::RoundDefinition::default_round().unwrap();
        let limit = limit.question("NEED_PROBLEM").unwrap().word_limit.unwrap();

        let mut runner = TestRunner::deterministic();
        let generated = texts();
        let mut all: Vec<String> = (0..600).map(|_| generated.new_tree(&mut runner).unwrap().current()).collect();
        all.extend(["", " ", "one", "well-known", "It's", "a\r\nb", "中文 and 2"].map(ToOwned::to_owned));
        let found = counted(&chrome, "NEED_PROBLEM", i64::try_from(limit).unwrap(), &all).await;
        assert_eq!(found.len(), all.len());
        let differ: Vec<String> = all
            .iter()
            .zip(&found)
            .filter(|(text, browser)| i64::try_from(words(text)).unwrap() != **browser)
            .map(|(text, browser)| format!("browser {browser}, server {}: {text:?}", words(text)))
            .collect();
        assert!(differ.is_empty(), "{} of {}:\n{}", differ.len(), all.len(), differ.join("\n"));
        assert!(found.iter().any(|count| *count > 12), "the texts are worth counting");

        // One word too many is told by both, and kept.
        let long = vec!["well-known"; limit + 1].join(" ");
        let said = counted(&chrome, "NEED_PROBLEM", i64::try_from(limit).unwrap(), &[long]).await;
        assert_eq!(said, [i64::try_from(limit).unwrap() + 1]);
        chrome.press("Save and continue").await;
        let told = format!("has {} words; the limit is {limit}", limit + 1);
        assert!(chrome.words().await.contains(&told), "{}", chrome.words().await);
        let kept = chrome.element("textarea[name=NEED_PROBLEM]").await.prop("value").await.unwrap().unwrap();
        assert_eq!(words(&kept), limit + 1);
    });
}

#[test]
fn a_question_comes_and_goes_with_the_answer_that_it_follows_from() {
    with_browser(async |chrome, demo| {
        chrome.sign_in(demo.link("Marcus Oyelaran-Pike")).await;
        let draft = open_draft(&chrome).await;
        chrome.open(&format!("{draft}/sections/inclusion")).await;
        let hidden = "return document.querySelector('[data-asked-on]').hidden";
        let choose = async |value: &str| {
            chrome.js(&format!("document.querySelector('input[name=INCL_WHO][value={value}]').click()")).await;
        };
        assert_eq!(chrome.js(hidden).await, Value::Bool(false), "the draft works with children");
        let line = "return document.querySelector('[data-asked-line]').checkVisibility()";
        assert_eq!(chrome.js(line).await, Value::Bool(false), "the page shows it, so it need not say so");
        chrome.look("a question that is asked").await;
        choose("neither").await;
        assert_eq!(chrome.js(hidden).await, Value::Bool(true));
        chrome.look("a question that is not asked").await;
        choose("adults").await;
        assert_eq!(chrome.js(hidden).await, Value::Bool(false));
    });
}
