//! Every kind of message: two parts, one thing to do, and headers that no name can break.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use data_encoding::BASE64;
use evenhand::base::text::clean_line;
use evenhand::base::time::At;
use evenhand::mail::compose::{compose, office};
use evenhand::mail::outbox::Held;
use evenhand::web::Pages;
use proptest::prelude::*;
use scraper::{Html, Selector};
use serde_json::{Value, json};

const HEADERS: [&str; 10] = [
    "Auto-Submitted",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Reply-To",
    "Subject",
    "To",
    "X-Auto-Response-Suppress",
];

/// Names that break what is put together carelessly.
const NAMES: [&str; 12] = [
    "Ann O'Brien-Smith",
    "Siân Ó Néill",
    "Zoë \"Zed\" <all@bidders.example>",
    "a@b.example, c@d.example; e:",
    "Ann\r\nBcc: all@bidders.example",
    "=?utf-8?b?SGVsbG8=?=",
    "张伟 Йонас محمد דוד",
    "<script>alert(1)</script>",
    "\u{202e}desrever",
    "E\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}lise",
    "",
    "Wordswithoutanyspaceatallbetweenthemthatgoonandonandonandonandonandonandonandonandonandonandonandonandonandonandonandonandonandonandonandonandonandonandonandonandon",
];

/// Which of the data is the link of a kind; none where the thing to do is no page.
fn link_of(kind: &str) -> Option<&'static str> {
    match kind {
        "round_closed" => Some("copy"),
        // One answers by e-mail.
        "signature_code" | "workshop" => None,
        _ => Some("link"),
    }
}

fn data(name: &str) -> Value {
    json!({
        "name": name, "by": name, "organisation": name, "project": name, "title": name, "file": name, "reason": name,
        "reference": "CSF-2026-4TQ7X", "round": "Commissioner's Safety Fund, Round 1", "service": "Commissioner's Safety Fund",
        "office": "Office of the Police and Crime Commissioner", "office_email": "grants@opcc.example",
        "office_phone": "0116 496 0000", "email": "ann@bidders.example", "ask": "£1,200.00",
        "received": "Monday 23 November 2026 at 10am", "from": "Monday", "to": "Tuesday", "until": "Friday",
        "closes": "Friday", "at": "Monday", "countdown": "in 2 days", "grace": "A grace period of 5 minutes follows.",
        "missing_words": "1 of its 6 sections is not complete:", "missing": ["Your project"], "drafts": ["CSF-2026-1"],
        "submitted": ["CSF-2026-2"], "minutes": 15, "code": "123456", "applicant": true, "members": 3, "given": name, "kept": name,
        "when": "Friday 4 December 2026 at 10am", "place": "The library, Loughborough", "online": "",
        "link": "https://grants.opcc.example/applications/CSF-2026-4TQ7X",
        "copy": "https://grants.opcc.example/applications/CSF-2026-4TQ7X/copy",
    })
}

fn kinds() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/mail");
    let names: BTreeSet<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let kinds: BTreeSet<String> = names.iter().map(|name| name.split('.').next().unwrap().to_owned()).collect();
    for kind in &kinds {
        for part in ["txt", "html"] {
            assert!(names.contains(&format!("{kind}.{part}")), "{kind} has no {part} part");
        }
    }
    kinds
}

fn addresses(text: &str) -> BTreeSet<String> {
    let stops = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | ')');
    let found = text.match_indices("http").map(|(at, _)| text[at..].split(stops).next().unwrap());
    found.filter(|found| found.contains("://")).map(ToOwned::to_owned).collect()
}

/// The headers of a message, each once, as they are read.
fn headers(message: &str) -> BTreeMap<String, String> {
    let head = message.split("\r\n\r\n").next().unwrap();
    let mut found: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            found.last_mut().expect("the first line is no continuation").1.push_str(line);
        } else {
            let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("no header: {line:?}"));
            found.push((name.to_owned(), value.to_owned()));
        }
    }
    let count = found.len();
    let headers: BTreeMap<String, String> = found.into_iter().collect();
    assert_eq!(headers.len(), count, "a header is there twice: {head}");
    headers
}

/// Encoded words written out; the space between two of them is none.
fn decoded(value: &str) -> String {
    let mut out = String::new();
    let (mut rest, mut after_word) = (value, false);
    while let Some(at) = rest.find("=?utf-8?b?") {
        let before = &rest[..at];
        if !(after_word && before.trim().is_empty()) {
            out.push_str(before);
        }
        let word = &rest[at + "=?utf-8?b?".len()..];
        let end = word.find("?=").unwrap();
        out.push_str(&String::from_utf8(BASE64.decode(&word.as_bytes()[..end]).unwrap()).unwrap());
        (rest, after_word) = (&word[end + 2..], true);
    }
    out + rest
}

fn held(name: &str, subject: &str, text: String, html: String) -> Held {
    Held {
        id: 1,
        letter: None,
        to_email: "ann@bidders.example".to_owned(),
        // As the outbox cleans them.
        to_name: clean_line(name),
        subject: clean_line(subject),
        text,
        html,
        message_id: "<0123456789abcdef0123456789abcdef@evenhand>".to_owned(),
        attempt: 1,
        tries: 1,
        copies: 0,
        created_at: At::from_micros(1_795_000_000_000_000),
    }
}

/// Composes, and checks what must be so of every message.
fn sound(name: &str, subject: &str, text: String, html: String) -> String {
    let from = office("Office of the \"Commissioner\", Leicestershire", "grants@opcc.example").unwrap();
    let held = held(name, subject, text, html);
    let composed = compose(&from, &held).unwrap();
    assert_eq!(composed.sha256, compose(&from, &held).unwrap().sha256, "the same bytes at every try");
    let message = String::from_utf8(composed.bytes).unwrap();
    assert!(message.is_ascii(), "{name:?}");
    for line in message.split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n']), "{name:?}: {line:?}");
    }
    let headers = headers(&message);
    assert_eq!(headers.keys().map(String::as_str).collect::<Vec<_>>(), HEADERS, "{name:?}");
    assert!(headers["To"].trim_end().ends_with("ann@bidders.example>") || headers["To"] == "ann@bidders.example");
    assert!(headers["From"].ends_with("<grants@opcc.example>"), "{}", headers["From"]);
    // Folded elsewhere, because the header's name is longer.
    assert_eq!(decoded(&headers["From"]), decoded(&headers["Reply-To"]), "an answer reaches the office");
    assert_eq!(headers["Auto-Submitted"], "auto-generated");
    assert!(headers["Content-Type"].starts_with("multipart/alternative"));
    let to: Vec<String> = composed.envelope.to().iter().map(ToString::to_string).collect();
    assert_eq!(to, ["ann@bidders.example"], "{name:?}");
    message
}

#[test]
fn every_kind_of_message_has_two_parts_and_one_thing_to_do() {
    let pages = Pages::load().unwrap();
    let kinds = kinds();
    assert!(kinds.len() >= 12, "{kinds:?}");
    let links = Selector::parse("a[href]").unwrap();
    for kind in &kinds {
        for name in NAMES {
            let data = data(name);
            let part = |part: &str| pages.mail(&format!("mail/{kind}.{part}"), &data).unwrap();
            let (text, html) = (part("txt"), part("html"));
            let told = format!("{kind}, {name:?}");

            let wanted: BTreeSet<String> =
                link_of(kind).map(|key| data[key].as_str().unwrap().to_owned()).into_iter().collect();
            assert_eq!(addresses(&text), wanted, "{told}: one thing to do in the text part");
            let page = Html::parse_document(&html);
            assert!(page.errors.is_empty(), "{told}: {:?}", page.errors);
            let hrefs: BTreeSet<String> = page
                .select(&links)
                .map(|link| link.value().attr("href").unwrap().to_owned())
                .filter(|href| !href.starts_with("mailto:"))
                .collect();
            assert_eq!(hrefs, wanted, "{told}: one thing to do in the HTML part");
            assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"), "{told}");
            for what in ["script", "img", "iframe", "link[rel=stylesheet]", "form"] {
                assert!(page.select(&Selector::parse(what).unwrap()).next().is_none(), "{told}: {what}");
            }
            assert!(page.select(&Selector::parse("title").unwrap()).next().is_some(), "{told}");
            assert!(!text.contains("&#x27;") && !text.contains("&amp;") && !text.contains("{{"), "{told}: {text}");
            sound(name, &format!("CSF-2026-4TQ7X: {name}"), text, html);
        }
    }
}

#[test]
fn a_subject_and_a_name_read_back_as_they_were() {
    for name in NAMES.iter().filter(|name| !name.starts_with("=?")) {
        let message = sound(name, name, "text".to_owned(), "<p>text</p>".to_owned());
        let headers = headers(&message);
        assert_eq!(decoded(headers.get("Subject").unwrap()).trim(), clean_line(name), "{message}");
        if !name.contains(['"', '\\']) && !name.is_empty() {
            let to = decoded(&headers["To"]);
            assert!(to.contains(&clean_line(name)), "{to}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever a name, subject or text is, the headers are those that we wrote, and every line can travel.
    #[test]
    fn nothing_typed_becomes_a_header(name in any::<String>(), subject in any::<String>(), text in any::<String>()) {
        sound(&name, &subject, text.clone(), text);
    }
}
