//! Saving and submitting a score sheet: two pages of one sheet lose nothing of each other, and every version is kept.

use std::collections::BTreeMap;

use super::sheets::{Own, event, own_to_score};
use crate::access::Duty;
use crate::applications::versions::{Bases, Current, Verdict, judge};
use crate::applications::{latest_submission, require_duty};
use crate::audit::{Change, EventKind, Fact, WriteTx};
use crate::base::text::clean;
use crate::base::time::At;
use crate::error::{Faults, Problem};
use crate::rounds::{RoundDefinition, RoundStage, get_definition};
use crate::scoring::model::{Line, LineVersion, Lines, Mark, Origin, Part, PrivateNote, ScoreSheet, SheetStage};
use crate::scoring::rules;
use crate::scoring::store::{self, Written};

/// The unit of [`Bases`] under which a page has its private note.
pub const NOTE: &str = "note";

/// What a page or a workbook holds of a sheet.
#[derive(Debug, Clone)]
pub struct TypedSheet {
    /// What it says of the criteria; what is not there is empty.
    pub lines: Lines,
    /// The private note; none where the page has no place for it.
    pub note: Option<String>,
    /// The version of the sheet that each part was made from, `NEED-reason`, and of the note.
    pub bases: Bases,
    /// The submission of the bid that was shown beside it.
    pub submission: Option<i32>,
    /// Where it was written.
    pub origin: Origin,
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct SavedSheet {
    /// When, by the service's clock.
    pub at: At,
    /// The sheet's version before; 0 when there was none.
    pub base: i32,
    /// The sheet's version now.
    pub version: i32,
    /// The version that each part now has whose stored text is what was typed.
    pub versions: Bases,
    /// Parts that only another page changed: what was typed is their earlier text.
    pub theirs: Vec<String>,
    /// Parts that another page changed too, to another text. They are as that page left them.
    pub conflicts: Vec<String>,
    /// What keeps it from being submitted, where that was asked for.
    pub faults: Faults,
    /// Whether it is submitted.
    pub submitted: bool,
}

/// Saves a sheet as a draft, which may be incomplete; with `submit` it is submitted and locked, if nothing keeps it from that. What
/// was typed is saved in either case.
///
/// # Errors
/// Faults of what cannot be saved at all; [`Problem::Refused`] when the sheet is locked or scoring is over.
pub fn save_sheet(
    tx: &mut WriteTx<'_>,
    reference: &str,
    typed: &TypedSheet,
    submit: bool,
) -> Result<Change<SavedSheet>, Problem> {
    let own = own_to_score(tx, reference)?;
    let (_, definition) = get_definition(tx.conn(), own.round.id)?;
    let lines = rules::cleaned_lines(&typed.lines);
    let sheet = writable(tx, &own, &definition, &lines)?;
    let mut faults = rules::line_faults(&definition, &lines);
    if !faults.is_empty() && submit {
        faults = rules::submission_faults(&definition, &lines);
    }
    if typed.note.as_ref().is_some_and(|note| note.chars().count() > rules::NOTE_MOST) {
        faults.add(NOTE, "Your private notes must be 4,000 characters or fewer");
    }
    faults.check()?;
    let mut saved = write(tx, &own, (&definition, sheet), (&lines, typed))?;
    save_note(tx, &own, typed, &mut saved)?;
    if submit {
        let (stored, faults) = what_is_missing(tx, &own, &definition)?;
        saved.faults = faults;
        if saved.faults.is_empty() && saved.conflicts.is_empty() {
            return submitted(tx, &own, &definition, (&stored, saved));
        }
    }
    let kind = if typed.origin == Origin::Workbook { EventKind::ScoresUploaded } else { EventKind::MarksSaved };
    // No marks: a draft is its member's own, and officers read the trail while the round is scored.
    let mut done = event(kind, &own).with("version", saved.version);
    if !saved.conflicts.is_empty() {
        done = done.with("conflicts", Fact::codes(saved.conflicts.iter().map(String::as_str)));
    }
    Ok(Change::new(saved, done))
}

/// The stored lines, and everything that keeps them from being submitted, in the order of the page.
fn what_is_missing(tx: &mut WriteTx<'_>, own: &Own, definition: &RoundDefinition) -> Result<(Lines, Faults), Problem> {
    let mut faults = Faults::default();
    if unread(tx.conn(), own)?.is_some() {
        faults.add("changes", "Confirm that you have read what changed in this bid since you began");
    }
    let stored: Lines = match store::sheet_of(tx.conn(), own.assignment.id)? {
        Some(sheet) => {
            let lines = store::stored_lines(tx.conn(), sheet.id)?;
            lines.into_iter().map(|(code, (line, _))| (code, line)).collect()
        }
        None => Lines::new(),
    };
    faults.append(rules::submission_faults(definition, &stored));
    Ok((stored, faults))
}

fn submitted(
    tx: &mut WriteTx<'_>,
    own: &Own,
    definition: &RoundDefinition,
    (stored, mut saved): (&Lines, SavedSheet),
) -> Result<Change<SavedSheet>, Problem> {
    require_duty(tx, own.round.id, Some(own.application.id), Duty::Scorer)?;
    let sheet = store::sheet_of(tx.conn(), own.assignment.id)?.ok_or(Problem::NotFound)?;
    store::set_submitted(tx, sheet.id)?;
    saved.submitted = true;
    let mark = |code: &String| stored.get(code).and_then(|line| line.mark);
    let marks = Fact::numbers(definition.criteria.iter().map(|one| (one.code.as_str(), mark(&one.code))));
    let event = event(EventKind::SheetSubmitted, own).with("sheet", sheet.id.row()).with("marks", marks);
    Ok(Change::new(saved, event))
}

/// The stored sheet, when it may be written now: the round is scored and the sheet is a draft.
fn writable(
    tx: &mut WriteTx<'_>,
    own: &Own,
    definition: &RoundDefinition,
    lines: &Lines,
) -> Result<Option<ScoreSheet>, Problem> {
    if own.round.stage != RoundStage::Scoring {
        return Err(Problem::refused(
            "Scoring is over",
            "The panel moderates now. A score sheet that was not submitted in time does not count.",
        ));
    }
    if let Some(code) = lines.keys().find(|code| definition.criterion(code).is_none()) {
        return Err(Problem::Malformed(format!("{code} is no criterion of this round")));
    }
    let sheet = store::sheet_of(tx.conn(), own.assignment.id)?;
    if sheet.as_ref().is_some_and(|sheet| sheet.stage == SheetStage::Submitted) {
        return Err(Problem::refused(
            "This score sheet is locked",
            "You submitted it, and a submitted score sheet does not change. Ask the office if there is a mistake in it: it can open \
             the sheet again while the round is scored, and says why.",
        ));
    }
    Ok(sheet)
}

/// Writes what changed, criterion by criterion.
fn write(
    tx: &mut WriteTx<'_>,
    own: &Own,
    (definition, sheet): (&RoundDefinition, Option<ScoreSheet>),
    (lines, typed): (&Lines, &TypedSheet),
) -> Result<SavedSheet, Problem> {
    let base = sheet.as_ref().map_or(0, |sheet| sheet.version);
    let (sheet, stored, history) = begin(tx, own, sheet, typed)?;
    let absent = Line::default();
    let mut saved = SavedSheet {
        at: tx.now(),
        base,
        version: sheet.version,
        versions: Bases::default(),
        theirs: Vec::new(),
        conflicts: Vec::new(),
        faults: Faults::default(),
        submitted: false,
    };
    let mut changed = Vec::new();
    for code in definition.criteria.iter().map(|criterion| criterion.code.as_str()) {
        let before = stored.get(code).map_or(&absent, |(line, _)| line);
        let known: Vec<&LineVersion> = history.iter().filter(|version| version.criterion == code).collect();
        let merged = rules::merge(code, before, &known, &typed.bases, lines.get(code).unwrap_or(&absent));
        let fields = |parts: &[Part]| parts.iter().map(|part| part.field(code)).collect::<Vec<_>>();
        saved.theirs.extend(fields(&merged.theirs));
        saved.conflicts.extend(fields(&merged.conflicts));
        for field in fields(&merged.mine) {
            saved.versions.set(&field, 0);
        }
        if merged.line != *before {
            changed.push((code, merged.line));
        }
    }
    // A new sheet is at its first version already.
    if !changed.is_empty() && typed_on(&history, &stored, &sheet) {
        store::raise_version(tx, sheet.id, sheet.version)?;
        saved.version = sheet.version.saturating_add(1);
    }
    let written = Written { version: saved.version, origin: typed.origin, page: typed.bases.page() };
    for (code, line) in &changed {
        store::put_line(tx, sheet.id, (code, line), written)?;
    }
    let mine: Vec<String> = saved.versions.iter().map(|(field, _)| field.to_owned()).collect();
    for field in mine {
        saved.versions.set(&field, saved.version);
    }
    Ok(saved)
}

/// Whether the sheet's present version was written on before, so that a change needs the next.
fn typed_on(history: &[LineVersion], stored: &BTreeMap<String, (Line, At)>, sheet: &ScoreSheet) -> bool {
    !history.is_empty() || !stored.is_empty() || sheet.version > 1
}

type Begun = (ScoreSheet, BTreeMap<String, (Line, At)>, Vec<LineVersion>);

/// The sheet with its lines and their versions; a new one notes which submission of the bid its member has read.
fn begin(tx: &mut WriteTx<'_>, own: &Own, sheet: Option<ScoreSheet>, typed: &TypedSheet) -> Result<Begun, Problem> {
    let Some(sheet) = sheet else {
        store::insert_sheet(tx, &own.assignment)?;
        if let Some(latest) = latest_submission(tx.conn(), own.application.id)? {
            let read = typed.submission.filter(|read| (1..=latest).contains(read)).unwrap_or(latest);
            store::insert_reading(tx, own.assignment.id, read)?;
        }
        let sheet = store::sheet_of(tx.conn(), own.assignment.id)?.ok_or(Problem::NotFound)?;
        return Ok((sheet, BTreeMap::new(), Vec::new()));
    };
    let stored = store::stored_lines(tx.conn(), sheet.id)?;
    let mut history = store::history_of(tx.conn(), sheet.id)?;
    if history.is_empty() && !stored.is_empty() {
        // Written before versions were kept.
        for (code, (line, at)) in &stored {
            store::keep_known(tx, &sheet, code, (line, *at))?;
        }
        history = store::history_of(tx.conn(), sheet.id)?;
    }
    Ok((sheet, stored, history))
}

/// The private note follows the same rule; it is in no trail.
fn save_note(tx: &mut WriteTx<'_>, own: &Own, typed: &TypedSheet, saved: &mut SavedSheet) -> Result<(), Problem> {
    let Some(text) = typed.note.as_deref().map(clean) else { return Ok(()) };
    let stored = store::note_of(tx.conn(), own.assignment.id)?;
    let base = typed.bases.of(NOTE);
    let page = typed.bases.page();
    let own_page = !page.is_empty() && stored.page == page;
    let current = Current { version: if own_page { base } else { stored.version }, value: &stored.text };
    match judge(base, (base == 0).then_some(""), current, &text) {
        Verdict::Same => saved.versions.set(NOTE, stored.version),
        Verdict::Theirs => saved.theirs.push(NOTE.to_owned()),
        Verdict::Conflict => saved.conflicts.push(NOTE.to_owned()),
        Verdict::Save => {
            let version = stored.version.saturating_add(1);
            store::put_note(tx, own.assignment.id, &PrivateNote { text, version, page: page.to_owned() })?;
            saved.versions.set(NOTE, version);
        }
    }
    Ok(())
}

/// The submission that was read and the newest, when a member has begun on an earlier one.
fn unread(conn: &mut crate::db::Conn, own: &Own) -> Result<Option<(i32, i32)>, Problem> {
    let read = store::reading_of(conn, own.assignment.id)?;
    let latest = latest_submission(conn, own.application.id)?;
    Ok(read.zip(latest).filter(|(read, latest)| read < latest))
}

/// Notes that a member has read what changed in the bid, up to a submission.
///
/// # Errors
/// [`Problem::NotFound`] when the bid is not theirs to score; [`Problem::Refused`] when it was changed again since.
pub fn read_changes(tx: &mut WriteTx<'_>, reference: &str, submission: i32) -> Result<Change<()>, Problem> {
    let own = own_to_score(tx, reference)?;
    let latest = latest_submission(tx.conn(), own.application.id)?.ok_or(Problem::NotFound)?;
    if latest != submission {
        return Err(Problem::refused(
            "This bid was changed once more",
            "Go back, load the page again, and read what changed.",
        ));
    }
    if store::reading_of(tx.conn(), own.assignment.id)?.is_none_or(|read| read < latest) {
        store::insert_reading(tx, own.assignment.id, latest)?;
    }
    Ok(Change::new((), event(EventKind::ChangesRead, &own).with("submission", latest)))
}

/// Marks and reasons alone, as the sheet stands: for the demonstration and whoever has no page. `version` is that of the sheet that
/// they were made from, 0 when there was none.
fn of_marks(
    tx: &mut WriteTx<'_>,
    reference: &str,
    marks: &BTreeMap<String, Mark>,
    version: i32,
) -> Result<TypedSheet, Problem> {
    let own = own_to_score(tx, reference)?;
    let stored = match store::sheet_of(tx.conn(), own.assignment.id)? {
        Some(sheet) => store::stored_lines(tx.conn(), sheet.id)?,
        None => BTreeMap::new(),
    };
    let mut bases = Bases::default();
    let mut lines = Lines::new();
    let codes: std::collections::BTreeSet<&String> = marks.keys().chain(stored.keys()).collect();
    for code in codes {
        let mut line = marks.get(code).map(Line::from).unwrap_or_default();
        if let Some((before, _)) = stored.get(code) {
            line.take(Part::Strength, before);
            line.take(Part::Improvement, before);
        }
        for part in Part::ALL {
            bases.set(&part.field(code), version);
        }
        lines.insert(code.clone(), line);
    }
    Ok(TypedSheet { lines, note: None, bases, submission: None, origin: Origin::Page })
}

fn stale(tx: &mut WriteTx<'_>, reference: &str, typed: &TypedSheet, saved: &SavedSheet) -> Result<Problem, Problem> {
    let own = own_to_score(tx, reference)?;
    let (_, definition) = get_definition(tx.conn(), own.round.id)?;
    let sheet = store::sheet_of(tx.conn(), own.assignment.id)?.ok_or(Problem::NotFound)?;
    let stored = store::stored_lines(tx.conn(), sheet.id)?;
    let absent = Line::default();
    let mut texts = Vec::new();
    for criterion in &definition.criteria {
        let code = &criterion.code;
        let theirs = stored.get(code).map_or(&absent, |(line, _)| line);
        let mine = typed.lines.get(code).unwrap_or(&absent);
        for part in Part::ALL.into_iter().filter(|part| saved.conflicts.contains(&part.field(code))) {
            texts.push((format!("{}: {}", criterion.title, part.title()), theirs.text(part), mine.text(part)));
        }
    }
    Ok(Problem::Stale { title: format!("Your score sheet for {reference}"), texts })
}

/// Saves marks and reasons as a draft, whatever the page. Returns the sheet's new version.
///
/// # Errors
/// Those of [`save_sheet`]; [`Problem::Stale`] with both texts when the sheet was saved elsewhere meanwhile.
pub fn save_marks(
    tx: &mut WriteTx<'_>,
    reference: &str,
    marks: &BTreeMap<String, Mark>,
    version: i32,
) -> Result<Change<i32>, Problem> {
    let typed = of_marks(tx, reference, marks, version)?;
    whole(tx, reference, &typed, false).map(|change| change.map(|saved| saved.version))
}

/// Submits marks and reasons as a sheet, whatever the page.
///
/// # Errors
/// Every fault at once, in the order of the criteria; otherwise those of [`save_marks`].
pub fn submit_sheet(
    tx: &mut WriteTx<'_>,
    reference: &str,
    marks: &BTreeMap<String, Mark>,
    version: i32,
) -> Result<Change<()>, Problem> {
    let typed = of_marks(tx, reference, marks, version)?;
    whole(tx, reference, &typed, true).map(|change| change.map(|_| ()))
}

/// Everything, or nothing.
fn whole(
    tx: &mut WriteTx<'_>,
    reference: &str,
    typed: &TypedSheet,
    submit: bool,
) -> Result<Change<SavedSheet>, Problem> {
    let change = save_sheet(tx, reference, typed, submit)?;
    let saved = change.value();
    if !saved.conflicts.is_empty() || !saved.theirs.is_empty() {
        return Err(stale(tx, reference, typed, saved)?);
    }
    saved.faults.clone().check()?;
    Ok(change)
}
