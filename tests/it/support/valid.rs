//! Whether a page is sound HTML: every page that any test receives is asked, in whatever state it is.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};

/// Faults of a page; empty when it is sound.
pub fn faults(text: &str) -> Vec<String> {
    let page = Html::parse_document(text);
    let mut faults: Vec<String> = page.errors.iter().map(|error| format!("parse: {error}")).collect();
    let all: Vec<ElementRef<'_>> = page.select(&Selector::parse("*").unwrap()).collect();
    let mut ids = BTreeSet::new();
    for id in all.iter().filter_map(|element| element.attr("id")) {
        if id.is_empty() || id.contains(char::is_whitespace) || !ids.insert(id.to_owned()) {
            faults.push(format!("the id {id:?} is empty, has a space or stands twice"));
        }
    }
    for element in &all {
        references(*element, &ids, &mut faults);
        if element.value().attrs().any(|(name, _)| name == "style" || name.starts_with("on")) {
            faults.push(format!("<{}> has an attribute that the content policy forbids", element.value().name()));
        }
    }
    headings(&all, &mut faults);
    let words: String = page.root_element().text().collect();
    for leftover in ["{{", "{%", "[object Object]"] {
        if words.contains(leftover) {
            faults.push(format!("{leftover} stands on the page"));
        }
    }
    if page.root_element().attr("lang") != Some("en") {
        faults.push("the page does not say that it is in English".to_owned());
    }
    faults
}

/// Names of other elements must lead to one.
fn references(element: ElementRef<'_>, ids: &BTreeSet<String>, faults: &mut Vec<String>) {
    for name in ["for", "aria-describedby", "aria-labelledby", "list", "headers"] {
        for id in element.attr(name).unwrap_or_default().split_whitespace() {
            if !ids.contains(id) {
                faults.push(format!("{name}=\"{id}\" leads nowhere"));
            }
        }
    }
    if let Some(id) = element.attr("href").and_then(|href| href.strip_prefix('#'))
        && !id.is_empty()
        && !ids.contains(id)
    {
        faults.push(format!("href=\"#{id}\" leads nowhere"));
    }
}

fn headings(all: &[ElementRef<'_>], faults: &mut Vec<String>) {
    let level = |element: &ElementRef<'_>| {
        let name = element.value().name();
        name.strip_prefix('h').filter(|rest| rest.len() == 1).and_then(|rest| rest.parse::<u8>().ok())
    };
    // A dialog that is not open, and the summary of errors, stand outside the page's own outline.
    let outline = |element: &&ElementRef<'_>| {
        !element.ancestors().filter_map(ElementRef::wrap).any(|outer| {
            outer.value().name() == "dialog"
                || outer.attr("class").is_some_and(|class| class.contains("govuk-error-summary"))
                || outer.attr("class").is_some_and(|class| class.contains("govuk-notification-banner"))
        })
    };
    let levels: Vec<u8> = all.iter().filter(outline).filter_map(level).collect();
    if levels.iter().filter(|level| **level == 1).count() != 1 {
        faults.push(format!("the page has no single first heading: {levels:?}"));
    }
    if levels.windows(2).any(|pair| pair[1] > pair[0] + 1) {
        faults.push(format!("a level of headings is left out: {levels:?}"));
    }
    let empty = all
        .iter()
        .filter(|element| level(element).is_some())
        .any(|element| element.text().collect::<String>().trim().is_empty());
    if empty {
        faults.push("a heading is empty".to_owned());
    }
}
