//! The office opens a submitted score sheet again, and a member's workbook is taken in.

use super::saving::{TypedSheet, save_sheet};
use crate::access::{self, Action};
use crate::applications::versions::Bases;
use crate::applications::{application_of_reference, bid_of};
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::ids::AccountId;
use crate::error::{Faults, Problem, required_reason};
use crate::rounds::{RoundStage, get_round};
use crate::scoring::model::{Origin, Part, SheetStage};
use crate::scoring::store;
use crate::scoring::workbook::{Fill, STALE};

/// Most characters of the reason.
const REASON_MOST: usize = 1_000;

/// Makes a member's submitted sheet a draft again, for its member to correct. Nobody else changes it, and every version stays.
///
/// # Errors
/// A fault of the reason; [`Problem::Refused`] when the sheet is not submitted or scoring is over: then members have seen each
/// other's scores, and a sheet is independent no more.
pub fn reopen_sheet(
    tx: &mut WriteTx<'_>,
    reference: &str,
    member: AccountId,
    reason: &str,
) -> Result<Change<()>, Problem> {
    let actor = tx.actor().clone();
    access::require(&actor, Action::RunRounds)?;
    let application = application_of_reference(tx.conn(), reference)?;
    let bid = bid_of(tx.conn(), &application, &actor)?;
    access::require(&actor, Action::ReadBid(&bid))?;
    let round = get_round(tx.conn(), application.round)?;
    let assignment = store::find_assignment(tx.conn(), application.id, member)?.ok_or(Problem::NotFound)?;
    let sheet = store::sheet_of(tx.conn(), assignment.id)?.ok_or(Problem::NotFound)?;
    if round.stage != RoundStage::Scoring {
        return Err(Problem::refused(
            "This score sheet can no longer be opened again",
            "Scoring is over, and members have seen each other's scores. What the panel thinks now belongs into its agreed scores.",
        ));
    }
    if sheet.stage != SheetStage::Submitted {
        return Err(Problem::refused("This score sheet is a draft", "Its member can change it already."));
    }
    let reason = required_reason(
        "reason",
        reason,
        REASON_MOST,
        "Say why the score sheet is opened again: the member reads it, and it stays on record",
    )?;
    store::open_again(tx, &sheet, &reason)?;
    let event = Event::new(EventKind::SheetReopened)
        .round(round.id)
        .application(application.id)
        .with("sheet", sheet.id.row())
        .with("account", member.row());
    Ok(Change::new((), event))
}

/// Saves every row of a workbook as a draft: all of them, or none. Returns how many sheets it wrote.
///
/// # Errors
/// [`Problem::Invalid`] with the cell of every sheet that was changed since the workbook was made; [`Problem::Refused`] when there
/// is nothing to write.
pub(in crate::scoring) fn take_workbook(tx: &mut WriteTx<'_>, rows: &[Fill]) -> Result<Change<usize>, Problem> {
    let mut faults = Faults::default();
    let mut done: Option<Change<usize>> = None;
    for row in rows {
        let change = save_sheet(tx, &row.reference, &of_row(row), false)?;
        let saved = change.value();
        // What the workbook did not know of is not written over: then all of it is refused, and nothing is written.
        if saved.base != row.version || !saved.conflicts.is_empty() || !saved.theirs.is_empty() {
            faults.add("file", format!("Cell {}: {STALE}", row.version_cell));
        }
        done = Some(match done {
            None => change.map(|_| 1),
            Some(before) => before.with(change).map(|(count, _)| count.saturating_add(1)),
        });
    }
    faults.check()?;
    done.ok_or_else(|| {
        Problem::refused(
            "Nothing in this spreadsheet differs from your score sheets",
            "Nothing was written. Check that you saved the spreadsheet before you uploaded it.",
        )
    })
}

fn of_row(row: &Fill) -> TypedSheet {
    let mut bases = Bases::default();
    for (code, part) in row.lines.keys().flat_map(|code| Part::ALL.map(|part| (code, part))) {
        bases.set(&part.field(code), row.version);
    }
    TypedSheet { lines: row.lines.clone(), note: None, bases, submission: None, origin: Origin::Workbook }
}
