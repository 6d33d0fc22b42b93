//! The page says what the PDF says.

use std::collections::BTreeSet;

use scraper::{Html, Selector};

use super::*;
use crate::press::data::Replaced;
use crate::press::sample::sample;
use crate::press::values::LetterDate;
use crate::press::{Engine, LetterKind};
use crate::web::Pages;
use crate::web::pages::Site;

fn html(pages: &Pages, view: &LetterView) -> String {
    let site = Site {
        service_name: "Fund",
        office_name: "Office",
        title_suffix: "Fund",
        office_email: "",
        office_phone: "",
        nav: Vec::new(),
        flash: None,
        csrf: String::new(),
        signed_in_name: None,
        session: None,
        test_round: false,
        assets: pages.assets(),
    };
    pages.render(&site, view).unwrap()
}

/// The words, so that line ends, hyphenless breaks and typographic quotes do not count.
fn words(text: &str) -> BTreeSet<String> {
    let kept = |c: char| c.is_alphanumeric() || matches!(c, '£' | '%');
    text.split(|c: char| !kept(c)).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric() || matches!(c, '£' | '%')).collect::<String>().to_lowercase()
}

/// Every paragraph, list item, heading and cell of the page stands in the letter, and every word of the letter (but its
/// page numbers and footer) on the page.
#[test]
fn a_letters_page_has_the_sentences_of_its_pdf() {
    let (engine, pages) = (Engine::new().unwrap(), Pages::load().unwrap());
    let mut corrected = sample(LetterKind::WithdrawnApplication);
    let replaces =
        Replaced { reference: "CSF-2026-K7PM-Z0".to_owned(), date: LetterDate::new(jiff::civil::date(2026, 11, 16)) };
    corrected.common_mut().replaces = Some(replaces);
    for data in LetterKind::ALL.into_iter().map(sample).chain([corrected]) {
        let kind = data.kind();
        let pdf = engine.render(&data).unwrap().text;
        let page = Html::parse_document(&html(&pages, &LetterView::of(&data).unwrap()));
        let main = page.select(&Selector::parse("main").unwrap()).next().unwrap();
        // A page break of the PDF puts its footer between two lines of a sentence.
        let lines = pdf.split(['\n', '\u{c}']).filter(|line| !line.contains(" version ") && !line.contains("Page "));
        let all = squeezed(&lines.collect::<Vec<_>>().join(" "));
        for part in main.select(&Selector::parse("p:not(.evenhand-no-print), li, h2, h3, h4, td, th").unwrap()) {
            let said = squeezed(&part.text().collect::<String>());
            assert!(all.contains(&said), "{kind}: the page says {:?}", part.text().collect::<String>());
        }
        let shown = words(&main.text().collect::<Vec<_>>().join(" "));
        let missing: Vec<String> = words(&pdf).difference(&shown).filter(|word| !is_footer(word)).cloned().collect();
        assert_eq!(missing, Vec::<String>::new(), "{kind}: words of the letter that are not on the page");
    }
}

fn is_footer(word: &str) -> bool {
    // A template's name in the footer: `partial_award`.
    let of_a_template = LetterKind::ALL.into_iter().any(|kind| kind.name().split('_').any(|part| part == word));
    matches!(word, "page" | "version" | "of" | "1" | "2" | "3" | "4" | "https" | "northfold") || of_a_template
}
