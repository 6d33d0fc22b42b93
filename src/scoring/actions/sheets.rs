//! What panel members do with their sheets: score, submit.

use std::collections::BTreeMap;

use crate::access::{self, Action};
use crate::applications::{Application, application_of_reference, bid_of};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::error::Problem;
use crate::rounds::{Round, RoundDefinition, RoundStage, get_definition, get_round};
use crate::scoring::model::{AssignmentRecord, Mark, ScoreSheet, SheetStage};
use crate::scoring::{rules, store};

struct Own {
    application: Application,
    round: Round,
    assignment: AssignmentRecord,
}

fn own_to_score(tx: &mut WriteTx<'_>, reference: &str) -> Result<Own, Problem> {
    let application = application_of_reference(tx.conn(), reference)?;
    let actor = tx.actor().clone();
    let bid = bid_of(tx.conn(), &application, &actor)?;
    access::require(&actor, Action::Score(&bid))?;
    own(tx, application)
}

fn own(tx: &mut WriteTx<'_>, application: Application) -> Result<Own, Problem> {
    let account = tx.account()?;
    let round = get_round(tx.conn(), application.round)?;
    let assignment = store::find_assignment(tx.conn(), application.id, account)?.ok_or(Problem::NotFound)?;
    Ok(Own { application, round, assignment })
}

fn event(kind: EventKind, own: &Own) -> Event {
    Event::new(kind).round(own.round.id).application(own.application.id)
}

/// Saves a member's marks as a draft, which may be incomplete. Returns the sheet's new version.
///
/// `version` is that of the sheet on the page, 0 when there was none.
///
/// # Errors
/// Faults of what is there; [`Problem::Refused`] when it is locked or scoring is over; [`Problem::Stale`] with both
/// texts when the sheet was saved elsewhere meanwhile.
pub fn save_marks(
    tx: &mut WriteTx<'_>,
    reference: &str,
    marks: &BTreeMap<String, Mark>,
    version: i32,
) -> Result<Change<i32>, Problem> {
    let own = own_to_score(tx, reference)?;
    let (_, definition) = get_definition(tx.conn(), own.round.id)?;
    let marks = rules::cleaned(marks);
    let sheet = writable(tx, &own, &definition, &marks, version)?;
    rules::draft_faults(&definition, &marks).check()?;
    let version = write(tx, &own, &definition, sheet, &marks)?.version;
    // No marks: a draft is its member's own, and officers read the trail while the round is scored.
    let event = event(EventKind::MarksSaved, &own).with("version", version);
    Ok(Change::new(version, event))
}

/// Submits a member's sheet and locks it.
///
/// # Errors
/// Every fault at once, in the order of the criteria; otherwise those of [`save_marks`].
pub fn submit_sheet(
    tx: &mut WriteTx<'_>,
    reference: &str,
    marks: &BTreeMap<String, Mark>,
    version: i32,
) -> Result<Change<()>, Problem> {
    let own = own_to_score(tx, reference)?;
    let (_, definition) = get_definition(tx.conn(), own.round.id)?;
    let marks = rules::cleaned(marks);
    let sheet = writable(tx, &own, &definition, &marks, version)?;
    rules::sheet_faults(&definition, &marks).check()?;
    let sheet = write(tx, &own, &definition, sheet, &marks)?;
    store::set_submitted(tx, sheet.id)?;
    let event = event(EventKind::SheetSubmitted, &own)
        .with("sheet", sheet.id.row())
        .with("marks", numbers(&definition, &marks));
    Ok(Change::new((), event))
}

fn numbers(definition: &RoundDefinition, marks: &BTreeMap<String, Mark>) -> Fact {
    let mark = |code: &String| marks.get(code).and_then(|mark| mark.mark);
    Fact::numbers(definition.criteria.iter().map(|criterion| (criterion.code.as_str(), mark(&criterion.code))))
}

/// The stored sheet, when it may be written now: the round is scored, the sheet is a draft, and the page was not older.
/// A page that says the same as the stored sheet is never too old: the answer to its last save was lost on the way.
fn writable(
    tx: &mut WriteTx<'_>,
    own: &Own,
    definition: &RoundDefinition,
    marks: &BTreeMap<String, Mark>,
    version: i32,
) -> Result<Option<ScoreSheet>, Problem> {
    if own.round.stage != RoundStage::Scoring {
        return Err(Problem::refused(
            "Scoring is over",
            "The panel moderates now. A score sheet that was not submitted in time does not count.",
        ));
    }
    if let Some(code) = marks.keys().find(|code| definition.criterion(code).is_none()) {
        return Err(Problem::Malformed(format!("{code} is no criterion of this round")));
    }
    let sheet = store::sheet_of(tx.conn(), own.assignment.id)?;
    let stored = sheet.as_ref().map_or(0, |sheet| sheet.version);
    if sheet.as_ref().is_some_and(|sheet| sheet.stage == SheetStage::Submitted) {
        return Err(Problem::refused(
            "This score sheet is locked",
            "You submitted it, and a submitted score sheet does not change.",
        ));
    }
    let same = sheet.as_ref().is_some_and(|sheet| rules::cleaned(&sheet.marks) == *marks);
    if stored != version && !same {
        return Err(stale(own, definition, sheet.as_ref(), marks));
    }
    Ok(sheet)
}

fn stale(
    own: &Own,
    definition: &RoundDefinition,
    sheet: Option<&ScoreSheet>,
    marks: &BTreeMap<String, Mark>,
) -> Problem {
    let absent = Mark::default();
    let mut texts = Vec::new();
    for criterion in &definition.criteria {
        let stored = sheet.and_then(|sheet| sheet.marks.get(&criterion.code)).unwrap_or(&absent);
        let typed = marks.get(&criterion.code).unwrap_or(&absent);
        if stored.mark != typed.mark {
            let text = |mark: Option<i32>| mark.map_or_else(|| "None".to_owned(), |mark| mark.to_string());
            texts.push((format!("{}: score", criterion.title), text(stored.mark), text(typed.mark)));
        }
        if stored.reason != typed.reason {
            texts.push((format!("{}: reason", criterion.title), stored.reason.clone(), typed.reason.clone()));
        }
    }
    Problem::Stale { title: format!("Your score sheet for {}", own.application.reference), texts }
}

/// Writes what changed, and gives the sheet as it is then.
fn write(
    tx: &mut WriteTx<'_>,
    own: &Own,
    definition: &RoundDefinition,
    sheet: Option<ScoreSheet>,
    marks: &BTreeMap<String, Mark>,
) -> Result<ScoreSheet, Problem> {
    let (id, old) = match sheet {
        Some(sheet) => {
            store::raise_version(tx, sheet.id, sheet.version)?;
            (sheet.id, sheet.marks)
        }
        None => (store::insert_sheet(tx, &own.assignment)?, BTreeMap::new()),
    };
    let absent = Mark::default();
    for criterion in &definition.criteria {
        let typed = marks.get(&criterion.code).unwrap_or(&absent);
        if old.get(&criterion.code).unwrap_or(&absent) != typed {
            store::put_mark(tx, id, &criterion.code, typed)?;
        }
    }
    store::sheet_of(tx.conn(), own.assignment.id)?.ok_or(Problem::NotFound)
}
