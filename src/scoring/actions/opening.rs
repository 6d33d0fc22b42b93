//! The office opens a bid again while it is scored, or a submitted score sheet; and a member's workbook is taken in.

use super::saving::{TypedSheet, save_sheet};
use crate::access::{self, Action};
use crate::applications::versions::Bases;
use crate::applications::{Application, application_of_reference, bid_of, reopen};
use crate::audit::{Change, Event, EventKind, WriteTx};
use crate::base::ids::AccountId;
use crate::base::time::At;
use crate::error::{Faults, Problem, required_reason};
use crate::mail::NewMail;
use crate::rounds::{Round, RoundStage, get_round};
use crate::scoring::model::{Origin, Part, ScoreSheet, SheetStage};
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
    open_again(tx, &application, &sheet, &reason)
}

fn open_again(
    tx: &mut WriteTx<'_>,
    application: &Application,
    sheet: &ScoreSheet,
    reason: &str,
) -> Result<Change<()>, Problem> {
    store::open_again(tx, sheet, reason)?;
    let event = Event::new(EventKind::SheetReopened)
        .round(application.round)
        .application(application.id)
        .with("sheet", sheet.id.row())
        .with("account", sheet.account.row());
    Ok(Change::new((), event))
}

/// Re-opens a submitted bid for its applicant ([`reopen`]), and with it every score sheet of it that is
/// submitted: a score counts for what its member has read. Returns how many sheets it opened.
///
/// # Errors
/// Those of the bid's re-opening.
pub fn reopen_bid(
    tx: &mut WriteTx<'_>,
    reference: &str,
    reason: &str,
    until: Option<At>,
    told: impl FnOnce(&Application, &Round) -> Result<Vec<NewMail>, Problem>,
) -> Result<Change<usize>, Problem> {
    let mut change = reopen(tx, reference, reason, until, told)?.map(|()| 0_usize);
    let application = application_of_reference(tx.conn(), reference)?;
    let why = format!("The application itself is open again for its applicant. {}", reason.trim());
    for sheet in store::submitted_sheets_of(tx.conn(), &[application.id])? {
        let opened = open_again(tx, &application, &sheet, &why)?;
        change = change.with(opened).map(|(count, ())| count.saturating_add(1));
    }
    Ok(change)
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
