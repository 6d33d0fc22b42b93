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
        // A text that runs over the end of a page is in one piece but for the foot.
        let reference = sample(LetterKind::Award).common().letter_reference.clone();
        let foot = |line: &&str| line.contains("award version ") || line.starts_with(reference.as_str());
        let body: Vec<&str> = rendered.text.split(['\n', '\u{c}']).filter(|line| !foot(line)).collect();
        let (printed, read_back) = (without_marks(&pdf_text(&rendered.pdf)), without_marks(&body.concat()));
        for (what, text) in chunk {
            let text = without_marks(&clean(text));
            let (tag, inside) = text.split_at(text.find('n').map_or(0, |_| text[1..].find('n').unwrap() + 2));
            let inside = inside.strip_suffix(tag).unwrap();
            // `pdftotext` gives letters that are drawn in parts, from right to left, in the order in which they stand: there
            // nothing may be lost and nothing said twice.
            let kept = |printed: &str| {
                printed.contains(&text)
                    || (is_right_to_left(&text) && printed.split(tag).any(|piece| letters(piece) == letters(inside)))
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

/// A name stands whole at its place in a sentence, with its brackets and figures, whatever its direction.
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
        assert_conforms(&rendered.pdf);
    }
}

/// The words of the line that begins with `We offer`, each with its letters and how far it stands from the left.
fn offering_line(pdf: &[u8]) -> Vec<(BTreeMap<char, usize>, i32)> {
    let folder = crate::support::db::folder();
    let path = folder.path().join("letter.pdf");
    std::fs::write(&path, pdf).unwrap();
    let told = std::process::Command::new("pdftotext").args(["-bbox", "-l", "1"]).arg(&path).arg("-").output().unwrap();
    let page = String::from_utf8(told.stdout).unwrap();
    // Whole points are near enough.
    let points = |text: &str| text.split('.').next().unwrap().parse::<i32>().unwrap();
    let words: Vec<(i32, i32, String)> = page
        .split("<word xMin=\"")
        .skip(1)
        .map(|one| {
            let (left, rest) = one.split_once("\" yMin=\"").unwrap();
            let (top, rest) = rest.split_once('"').unwrap();
            let text = rest.split_once('>').unwrap().1.split_once("</word>").unwrap().0;
            (points(left), points(top), without_marks(text))
        })
        .collect();
    // Letters of two directions that touch are given as one word.
    let starts = words.windows(2).find(|pair| pair[0].2 == "We" && pair[1].2.starts_with("offer"));
    let line = starts.unwrap_or_else(|| panic!("{:?}", words.iter().map(|word| &word.2).collect::<Vec<_>>()))[0].1;
    // Scripts stand a little higher or lower on one line.
    words
        .iter()
        .filter(|(_, top, _)| (top - line).abs() < 6)
        .flat_map(|(left, _, text)| of_one_direction(text).map(|part| (letters(&part), *left)))
        .collect()
}

/// The letters of each direction of a text.
fn of_one_direction(text: &str) -> [String; 2] {
    let (hebrew, latin) = text.chars().partition(|c| matches!(c, '\u{590}'..='\u{8ff}'));
    [hebrew, latin]
}

/// Words of a name run from right to left, and the sentence around it from left to right.
#[test]
fn words_of_a_name_stand_in_the_order_in_which_they_are_read() {
    for (name, from_the_left) in [
        ("קהילת הנוער לידס", ["לידס", "הנוער", "קהילת"]),
        ("קהילת Bridge הנוער", ["הנוער", "Bridge", "קהילת"]),
        ("קהילת 77 הנוער", ["הנוער", "77", "קהילת"]),
    ] {
        let line =
            offering_line(&render(&with(&sample(LetterKind::Award), "/common/recipient/organisation", name)).pdf);
        // Letters may be given either way round.
        let places = from_the_left.map(|word| {
            let found = line.iter().find(|(of, _)| *of == letters(word));
            found.unwrap_or_else(|| panic!("{word} of {name} does not stand on {line:?}")).1
        });
        assert!(places.is_sorted(), "{name}: {from_the_left:?} stand at {places:?}");
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
