//! What officers do with the wording of letters: one writes, another approves.

use jiff::civil::Date;

use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::AccountId;
use crate::base::text::clean_line;
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::files::sha256;
use crate::letters::model::{Wording, WordingStage};
use crate::letters::store;
use crate::press::LetterKind;
use crate::press::text::clean_text;
use crate::press::wording::{Part, faults};

/// A wording as somebody typed it.
#[derive(Debug, Clone)]
pub struct WordingInput {
    /// The first paragraphs.
    pub opening: String,
    /// The last; may be empty.
    pub closing: String,
    /// From which day it holds.
    pub effective: Date,
    /// The edition that the author read; 0 when there was none.
    pub edition: i32,
    /// Whether it goes on to whoever approves it.
    pub propose: bool,
}

/// Saves a wording: the author's own draft, or a new version. With `propose`, it waits for approval from then on.
///
/// # Errors
/// Every fault of each field; [`Problem::Refused`] where somebody else writes this wording or it waits for approval;
/// [`Problem::Stale`] when the author saved it in another window.
pub fn save(tx: &mut WriteTx<'_>, kind: LetterKind, input: &WordingInput) -> Result<Change<i32>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let account = tx.account()?;
    let known = store::wordings_of(tx.conn(), kind)?;
    let open = known.iter().find(|wording| wording.is_open());
    if let Some(open) = open {
        require_own(open, account)?;
    }
    let (opening, closing) = sound(kind, input, tx.now())?;
    let digest = digest(&opening, closing.as_deref());
    let texts = store::Texts {
        opening: &opening,
        closing: closing.as_deref(),
        sha256: &digest,
        effective_at: At::from_london(input.effective, 0, 0).map_err(Problem::internal)?,
    };
    if open.map_or(0, |open| open.edition) != input.edition {
        return Err(stale(kind, open, input));
    }
    let version = match open {
        Some(open) => {
            store::save_wording(tx, open, &texts)?;
            open.version
        }
        None => {
            let version = known.first().map_or(1, |newest| newest.version.saturating_add(1));
            store::insert_wording(tx, kind, version, &texts)?;
            version
        }
    };
    let saved = Change::new(version, event(EventKind::WordingSaved, kind, version, &digest));
    if !input.propose {
        return Ok(saved);
    }
    let id = store::wordings_of(tx.conn(), kind)?.into_iter().find(|wording| wording.version == version);
    store::set_proposed(tx, id.ok_or(Problem::NotFound)?.id)?;
    Ok(saved.and(event(EventKind::WordingProposed, kind, version, &digest)))
}

/// Only its author changes a draft: so whoever approves it has written nothing of it.
fn require_own(open: &Wording, account: AccountId) -> Result<(), Problem> {
    let title = "This wording cannot be changed now";
    if open.stage == WordingStage::Proposed {
        return Err(Problem::refused(
            title,
            "It waits for approval. Whoever approves it can send it back to its author.",
        ));
    }
    if open.author != account {
        return Err(Problem::refused(
            title,
            "Somebody else is writing a new version. Wait until it is approved, or discard it and begin your own.",
        ));
    }
    Ok(())
}

/// The texts, cleaned, when no field has a fault.
fn sound(kind: LetterKind, input: &WordingInput, now: At) -> Result<(String, Option<String>), Problem> {
    let mut found = Faults::default();
    let mut text = |field: &str, part: Part, typed: &str| {
        let clean =
            found.take(field, clean_text(typed).map_err(|fault| format!("The text {fault}"))).unwrap_or_default();
        for fault in faults(kind, part, &clean) {
            found.add(field, fault);
        }
        clean.trim().to_owned()
    };
    let opening = text("opening", Part::Opening, &input.opening);
    let closing = text("closing", Part::Closing, &input.closing);
    if input.effective < now.london_date() {
        found.add("effective-day", "The day from which it holds must be today or later");
    }
    found.check()?;
    Ok((opening, Some(closing).filter(|closing| !closing.is_empty())))
}

fn digest(opening: &str, closing: Option<&str>) -> String {
    sha256(format!("{opening}\u{0}{}", closing.unwrap_or_default()).as_bytes())
}

fn stale(kind: LetterKind, open: Option<&Wording>, input: &WordingInput) -> Problem {
    let stored = |text: fn(&Wording) -> String| open.map(text).unwrap_or_default();
    let texts = vec![
        ("Opening".to_owned(), stored(|open| open.opening.clone()), input.opening.clone()),
        ("Closing".to_owned(), stored(|open| open.closing.clone().unwrap_or_default()), input.closing.clone()),
    ];
    Problem::Stale { title: format!("Wording of the letter \u{201c}{}\u{201d}", kind.label()), texts }
}

/// The version of a kind that waits for approval, as the actor read it.
fn proposed(tx: &mut WriteTx<'_>, kind: LetterKind, version: i32, sha: &str) -> Result<Wording, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let found = store::wordings_of(tx.conn(), kind)?.into_iter().find(|wording| wording.version == version);
    let found = found.ok_or(Problem::NotFound)?;
    if found.stage != WordingStage::Proposed || found.sha256 != sha {
        return Err(Problem::refused(
            "This wording is not what you read",
            "It was changed, sent back or approved meanwhile. Open the page again to see how it stands.",
        ));
    }
    Ok(found)
}

/// Approves what another officer wrote. Letters are made with it from its day, and not before now.
///
/// # Errors
/// [`Problem::Refused`] for its author, or when it is not what was read.
pub fn approve(tx: &mut WriteTx<'_>, kind: LetterKind, version: i32, sha: &str) -> Result<Change<()>, Problem> {
    let wording = proposed(tx, kind, version, sha)?;
    if tx.account()? == wording.author {
        return Err(Problem::refused(
            "You cannot approve this wording",
            "You wrote it. Another officer must approve it.",
        ));
    }
    // The rules may have grown since it was proposed.
    let closing = wording.closing.as_deref().unwrap_or_default();
    let faulty =
        !faults(kind, Part::Opening, &wording.opening).is_empty() || !faults(kind, Part::Closing, closing).is_empty();
    if faulty {
        return Err(Problem::refused(
            "This wording has a fault",
            "Send it back; its author is told which when they save it.",
        ));
    }
    let effective_at = wording.effective_at.max(tx.now());
    store::set_wording_approved(tx, wording.id, effective_at)?;
    let event = event(EventKind::WordingApproved, kind, version, sha).with("from", effective_at);
    Ok(Change::new((), event))
}

/// Sends a proposed wording back to its author, with a reason.
///
/// # Errors
/// A fault of the reason; [`Problem::Refused`] when it is not what was read.
pub fn send_back(
    tx: &mut WriteTx<'_>,
    kind: LetterKind,
    version: i32,
    sha: &str,
    reason: &str,
) -> Result<Change<()>, Problem> {
    let wording = proposed(tx, kind, version, sha)?;
    let reason = clean_line(reason);
    if reason.is_empty() || reason.chars().count() > 500 {
        let mut faults = Faults::default();
        faults.add("reason", "Say in at most 500 characters what its author should change");
        return Err(Problem::Invalid(faults));
    }
    store::set_returned(tx, wording.id, &reason)?;
    Ok(Change::new((), event(EventKind::WordingReturned, kind, version, sha)))
}

/// Gives up a version that is not approved, whoever wrote it: authors may be gone.
///
/// # Errors
/// [`Problem::Refused`] when no version is being written.
pub fn discard(tx: &mut WriteTx<'_>, kind: LetterKind, version: i32) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let open = store::wordings_of(tx.conn(), kind)?.into_iter().find(|wording| wording.version == version);
    let open = open.ok_or(Problem::NotFound)?;
    if !open.is_open() {
        return Err(Problem::refused("This wording cannot be discarded", "It is approved or discarded already."));
    }
    store::set_discarded(tx, &open)?;
    Ok(Change::new((), event(EventKind::WordingDiscarded, kind, version, &open.sha256)))
}

fn event(kind: EventKind, letter: LetterKind, version: i32, sha: &str) -> Event {
    Event::new(kind)
        .with("letter_kind", Fact::code(letter.name()))
        .with("version", version)
        .with("sha256", Fact::code(sha))
}
