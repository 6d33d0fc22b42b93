//! The bank of wordings: added to, improved, retired.

use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::text::{clean, clean_line};
use crate::error::{Faults, Problem};
use crate::feedback::model::{Band, BankEntry, Kind, Theme};
use crate::feedback::rules::{self, People};
use crate::feedback::store::{self, NewEntry};

/// A wording as an officer types it.
#[derive(Debug, Clone, Default)]
pub struct BankInput {
    /// The criterion's title.
    pub name: String,
    /// A strength or an improvement.
    pub kind: Option<Kind>,
    /// What it is about.
    pub theme: Option<Theme>,
    /// The scores that it fits; none is any.
    pub band: Option<Band>,
    /// Its words.
    pub text: String,
}

/// One paragraph that says nothing unfinished.
fn text(typed: &str, faults: &mut Faults) -> String {
    let text = clean_line(&clean(typed));
    if text.is_empty() {
        faults.add("text", "Write the wording");
    }
    for fault in rules::of_text(&text, &People::default()).0 {
        faults.add("text", fault);
    }
    text
}

/// Adds a wording to the bank.
///
/// # Errors
/// Every fault of the form; [`Problem::Refused`] when the bank has these words already.
pub fn add_wording(tx: &mut WriteTx<'_>, input: &BankInput) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let mut faults = Faults::default();
    let name = clean_line(&input.name);
    if name.is_empty() {
        faults.add("criterion", "Choose the criterion");
    }
    if input.kind.is_none() {
        faults.add("kind", "Say whether it is a strength or an improvement");
    }
    if input.theme.is_none() {
        faults.add("theme", "Choose what it is about");
    }
    let text = text(&input.text, &mut faults);
    faults.check()?;
    let (Some(kind), Some(theme)) = (input.kind, input.theme) else { return Err(Problem::NotFound) };
    let there =
        store::bank_of(tx.conn(), &[crate::feedback::model::criterion_key(&name)], &std::collections::BTreeSet::new())?;
    if there.iter().any(|entry| entry.kind == kind && rules::same_words(&entry.text, &text)) {
        return Err(Problem::refused("The bank has this wording already", "Nothing was added."));
    }
    let id = store::insert_entry(tx, NewEntry { name: &name, kind, theme, band: input.band })?;
    store::insert_entry_version(tx, id, 1, &text)?;
    Ok(Change::new((), Event::new(EventKind::ReasonSaved).with("reason", id.row()).with("version", 1)))
}

fn entry(tx: &mut WriteTx<'_>, id: i32) -> Result<BankEntry, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let entry = store::entry_of(tx.conn(), id)?.ok_or(Problem::NotFound)?;
    if entry.retired_at.is_some() {
        return Err(Problem::refused("This wording is retired", "Add it again if it is to be used."));
    }
    Ok(entry)
}

/// Improves a wording: a new version; the old one is kept, and so are its uses.
///
/// # Errors
/// [`Problem::Stale`] with both texts when somebody else improved it meanwhile; faults of the text.
pub fn change_wording(tx: &mut WriteTx<'_>, id: i32, version: i32, typed: &str) -> Result<Change<()>, Problem> {
    let entry = entry(tx, id)?;
    let mut faults = Faults::default();
    let text = text(typed, &mut faults);
    faults.check()?;
    if entry.version != version {
        return Err(Problem::Stale {
            title: "This wording".to_owned(),
            texts: vec![("Wording".to_owned(), entry.text, text)],
        });
    }
    if rules::same_words(&entry.text, &text) {
        return Ok(Change::unchanged(()));
    }
    let next = version.saturating_add(1);
    store::insert_entry_version(tx, entry.id, next, &text)?;
    Ok(Change::new((), Event::new(EventKind::ReasonSaved).with("reason", entry.id.row()).with("version", next)))
}

/// Takes a wording out of use.
///
/// # Errors
/// [`Problem::Refused`] when it is retired already.
pub fn retire_wording(tx: &mut WriteTx<'_>, id: i32) -> Result<Change<()>, Problem> {
    let entry = entry(tx, id)?;
    store::retire_entry(tx, entry.id)?;
    Ok(Change::new((), Event::new(EventKind::ReasonRetired).with("reason", entry.id.row())))
}
