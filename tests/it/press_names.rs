//! Every name prints: what goes in is what is read back from the PDF.

use std::collections::BTreeMap;

use evenhand::base::text::{clean, direction_override};
use evenhand::press::{Engine, FindingKind, LetterData, LetterKind, sample::sample, text::unprintable};

use crate::support::TestWorld;
use crate::support::hostile::texts;
use crate::support::letters::{assert_conforms, pdf_text, render, squeeze, with};

/// The marks of direction that `pdftotext` puts round runs of right-to-left letters, and ours.
fn without_marks(text: &str) -> String {
    squeeze(text)
        .chars()
        .filter(|c| !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect()
}

fn is_right_to_left(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{590}'..='\u{8ff}'))
}

/// The runs of right-to-left letters, and of other letters and figures.
fn words_of(text: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut last = 0;
    for c in text.chars() {
        let kind = match c {
            '\u{590}'..='\u{8ff}' => 1,
            _ if c.is_alphanumeric() => 2,
            _ => 0,
        };
        if kind != last {
            words.push(String::new());
        }
        if kind > 0 {
            words.last_mut().unwrap().push(c);
        }
        last = kind;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A letter of award with these texts as its steps, and the shortest as the name that its sentences use.
fn letter(texts: &[&str]) -> LetterData {
    let LetterData::Award(mut letter) = sample(LetterKind::Award) else { unreachable!() };
    letter.acceptance.steps = texts.iter().map(|text| (*text).to_owned()).collect();
    let shortest = texts.iter().min_by_key(|text| text.chars().count()).unwrap();
    letter.common.recipient.organisation = (*shortest).to_owned();
    LetterData::Award(letter)
}

#[test]
fn five_hundred_hostile_texts_are_read_back_as_they_were_typed() {
    let texts = texts();
    assert_eq!(texts.len(), 500);
    let engine = Engine::new().unwrap();
    let mut wrong: Vec<String> = Vec::new();
    for chunk in texts.chunks(10) {
        for (what, text) in chunk {
            assert_eq!(unprintable(text), Vec::<char>::new(), "{what}: {text}");
        }
        let typed: Vec<&str> = chunk.iter().map(|(_, text)| text.as_str()).collect();
        let rendered = engine.render(&letter(&typed)).unwrap();
        assert!(rendered.findings.iter().all(|finding| finding.kind != FindingKind::Unprintable));
        assert_conforms(&rendered.pdf);
        let (printed, read_back) = (without_marks(&pdf_text(&rendered.pdf)), without_marks(&rendered.text));
        for (what, text) in chunk {
            let words = words_of(&clean(text));
            let text = without_marks(&clean(text));
            // Where a line runs in two directions it is printed from both sides: there each word is compared by itself.
            let kept = |printed: &str| {
                if is_right_to_left(&text) {
                    words.iter().all(|word| printed.contains(word.as_str()))
                } else {
                    printed.contains(&text)
                }
            };
            let kept = kept(&printed) && kept(&read_back);
            if !kept {
                wrong.push(format!("{what}: {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of 500 are not read back:\n{}", wrong.len(), wrong.join("\n"));
}

/// How often each letter stands in a text.
fn letters(text: &str) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for c in text.chars() {
        *counts.entry(c).or_insert(0) += 1;
    }
    counts
}

/// A name in a sentence keeps its words in their order and its brackets on their side, whatever its direction.
#[test]
fn a_name_from_right_to_left_stands_rightly_in_a_sentence() {
    for name in ["رابطة الشباب (ليفربول)", "קהילת הנוער (לידס)", "جمعية 2026", "The رابطة Trust (1)"]
    {
        let rendered = render(&with(&sample(LetterKind::Award), "/common/recipient/organisation", name));
        assert_eq!(rendered.findings, vec![]);
        let printed = pdf_text(&rendered.pdf);
        // The sentence goes on behind the name, to its right.
        let sentence = printed.split("Weoffer").nth(1).unwrap().split("agrantof").next().unwrap();
        assert_eq!(letters(&without_marks(sentence)), letters(&without_marks(name)), "{name}: {sentence}");
        for word in name.split([' ', '(', ')']).filter(|word| !word.is_empty()) {
            assert!(without_marks(sentence).contains(word), "{name}: {sentence}");
        }
        assert_conforms(&rendered.pdf);
    }
}

#[test]
fn typed_text_is_cleaned_in_one_way_everywhere() {
    for (what, text) in texts() {
        let once = clean(&text);
        assert_eq!(clean(&once), once, "{what}");
        assert_eq!(direction_override(&once), None, "{what}");
        // The press changes nothing of what the forms let through, but spaces.
        let pressed = evenhand::press::text::clean_text(&once).unwrap();
        assert_eq!(squeeze(&pressed), squeeze(&once), "{what}");
    }
}

on_both! {
    /// A form with a direction override is refused before anything is looked at, and nothing is stored.
    fn a_form_that_reads_backwards_is_refused(world) {
        world.add_person(crate::support::builders::OFFICER, "Olive Officer", &[evenhand::base::role::Role::Officer]);
        let person = world.sign_in(crate::support::builders::OFFICER);
        let reply = person.post("/office/new-round", &[("name", "Sam\u{202e}draw")]);
        assert!((400..500).contains(&reply.status), "{}", reply.status);
        assert!(reply.words().contains("Type a text again"), "{}", reply.words());
        assert!(reply.words().contains("\u{201c}Samdraw\u{201d}"), "{}", reply.words());
    }
}
