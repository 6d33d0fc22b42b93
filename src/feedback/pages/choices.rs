//! What may be added from the bank, and what may be kept in it.

use serde::Serialize;

use crate::feedback::actions::Desk;
use crate::feedback::model::{Band, BankEntry, Feedback, Line, Theme, criterion_key};
use crate::feedback::rules;
use crate::rounds::Criterion;
use crate::web::{Field, Item};

/// Own words that the bank does not have.
#[derive(Debug, Serialize)]
pub(super) struct KeepView {
    line: Field,
    theme: Field,
    band: Field,
}

/// Wordings of the bank that the feedback does not have: those that fit the score first, then those in use most.
pub(super) fn pick(criterion: &Criterion, band: Option<Band>, (lines, bank): (&[Line], &[BankEntry])) -> Option<Field> {
    let key = criterion_key(&criterion.title);
    let is_there = |entry: &BankEntry| {
        lines.iter().any(|line| line.kind == entry.kind && rules::same_words(&line.text, &entry.text))
    };
    let mut fitting: Vec<&BankEntry> = bank.iter().filter(|entry| entry.criterion == key && !is_there(entry)).collect();
    // The bank comes by use, and this keeps that order among equals.
    fitting.sort_by_key(|entry| match entry.band {
        fits if fits.is_some() && fits == band => 0,
        None => 1,
        Some(_) => 2,
    });
    let items: Vec<Item> = fitting
        .into_iter()
        .map(|entry| {
            let fits = entry.band.map_or("any score", Band::title);
            let about = format!("{}. {}. {fits}. Used {} times", entry.kind.title(), entry.theme.title(), entry.uses);
            Item::new(entry.id.row().to_string(), entry.text.clone()).hint(about)
        })
        .collect();
    let label = format!("Add from the bank: {}", criterion.title);
    (!items.is_empty()).then(|| Field::new(format!("pick-{}", criterion.code), label).items(items))
}

pub(super) fn keep_view(desk: &Desk, newest: &Feedback) -> Option<KeepView> {
    let items: Vec<Item> = (0_usize..)
        .zip(&newest.lines)
        .filter(|(_, line)| line.reason.is_none())
        .map(|(at, line)| {
            let title = desk.definition.criterion(&line.criterion).map_or("", |criterion| criterion.title.as_str());
            Item::new(at.to_string(), line.text.clone()).hint(format!("{}: {}", title, line.kind.title()))
        })
        .collect();
    if items.is_empty() {
        return None;
    }
    let themes = std::iter::once(Item::new("", "Choose"))
        .chain(Theme::ALL.iter().map(|theme| Item::new(theme.word(), theme.title())))
        .collect();
    let bands = std::iter::once(Item::new("", "Any score"))
        .chain(Band::ALL.iter().map(|band| Item::new(band.word(), band.title())))
        .collect();
    Some(KeepView {
        line: Field::new("line", "Which words?").items(items),
        theme: Field::new("theme", "What are they about?").items(themes),
        band: Field::new("band", "Which scores do they fit?").items(bands),
    })
}
