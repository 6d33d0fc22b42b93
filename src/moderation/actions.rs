//! What officers record of the panel's moderation. What the chair does is in `chair`, the record of meetings in `meetings`.

mod chair;
mod meetings;

use super::model::{AgreedMark, Agreement, Moderation, ModerationStage};
use super::{rules, store};
use crate::access::{self, Action};
use crate::applications::{Application, bid_of, get_application, hidden_from, settle_returned, submitted_of_round};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::{ApplicationId, RoundId};
use crate::base::text::clean;
use crate::db::{Conn, DbResult};
use crate::error::{Faults, Problem, required_reason};
use crate::rounds::{Round, RoundDefinition, RoundStage, get_definition, get_round, set_stage};
use crate::scoring::{ScoreSheet, SheetStage, has_sheet, sheets_of, sheets_of_round};

pub use chair::{barred_as_chair, close, last_discussion};
pub use meetings::{
    change_meeting, discuss, end_discussion, end_meeting, is_conflicted, leave, people_for_meetings, record_meeting,
};

/// Most characters of the reason for re-opening.
const REASON_MOST: usize = 1_000;

/// The submitted applications of a round that have fewer submitted sheets than the quorum (P8), with their numbers.
///
/// # Errors
/// When the database cannot be read.
pub fn short_of_quorum(
    conn: &mut Conn,
    round: RoundId,
    definition: &RoundDefinition,
) -> DbResult<Vec<(Application, usize)>> {
    let sheets = sheets_of_round(conn, round)?;
    let quorum = usize::try_from(definition.quorum).unwrap_or(0);
    let submitted = |application: &Application| {
        let of = |sheet: &&crate::scoring::ScoreSheet| {
            sheet.application == application.id && sheet.stage == SheetStage::Submitted
        };
        sheets.iter().filter(of).count()
    };
    let applications = submitted_of_round(conn, round)?.into_iter();
    Ok(applications
        .map(|application| {
            let count = submitted(&application);
            (application, count)
        })
        .filter(|(_, count)| *count < quorum)
        .collect())
}

/// Starts the moderation of a round: scoring ends, drafts never submitted stay out, and the panel sees all sheets.
///
/// # Errors
/// [`Problem::Refused`] when the round is not being scored, or an application was re-opened and not handed in again; and, unless `anyway`, when applications have fewer
/// submitted sheets than the quorum: they could be moderated, but they would block the ranking (P8).
pub fn start_moderation(tx: &mut WriteTx<'_>, round: RoundId, anyway: bool) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let round = get_round(tx.conn(), round)?;
    if round.stage != RoundStage::Scoring {
        return Err(Problem::refused(
            "Moderation cannot start now",
            format!("This round stands at: {}.", round.standing(tx.now())),
        ));
    }
    let settled = settle_returned(tx, &round, true)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let short = short_of_quorum(tx.conn(), round.id, &definition)?;
    // What a conflict of interest hides from an officer holds nothing up for them, and no message names it.
    let actor = tx.actor().clone();
    let hidden = hidden_from(tx.conn(), &actor, round.id)?;
    let told: Vec<&(Application, usize)> = short.iter().filter(|(bid, _)| !hidden.contains(&bid.id)).collect();
    if !told.is_empty() && !anyway {
        let list: Vec<String> =
            told.iter().map(|(application, count)| format!("{} has {count}", application.reference)).collect();
        return Err(Problem::refused(
            "Some applications have too few score sheets",
            format!(
                "Each application needs {} submitted score sheets. {}. Without them these applications are incomplete, \
                 and nothing in the round can be ranked.",
                definition.quorum,
                list.join(", ")
            ),
        ));
    }
    set_stage(tx, round.id, RoundStage::Scoring, RoundStage::Moderation)?;
    let event = Event::new(EventKind::ModerationStarted).round(round.id).with("short_of_quorum", short.len());
    Ok(settled.with(Change::new((), event)).map(|_| ()))
}

/// An application whose moderation the actor may record now, with its round.
fn moderable(tx: &mut WriteTx<'_>, application: ApplicationId) -> Result<(Application, Round), Problem> {
    let application = get_application(tx.conn(), application)?;
    let actor = tx.actor().clone();
    let bid = bid_of(tx.conn(), &application, &actor)?;
    access::require(&actor, Action::Moderate(&bid))?;
    let account = tx.account()?;
    if has_sheet(tx.conn(), application.id, account)? {
        return Err(Problem::refused(
            "You cannot record this moderation",
            "You scored this application. Another officer must record what the panel agrees on it.",
        ));
    }
    let round = get_round(tx.conn(), application.round)?;
    if round.stage != RoundStage::Moderation {
        return Err(over());
    }
    Ok((application, round))
}

fn over() -> Problem {
    Problem::refused("Moderation is over", "The panel has made its recommendation. What it agreed no longer changes.")
}

/// The same for somebody who types: not the chair, who confirms what others typed.
fn typable(tx: &mut WriteTx<'_>, application: ApplicationId) -> Result<(Application, Round), Problem> {
    let (application, round) = moderable(tx, application)?;
    let account = tx.account()?;
    if last_discussion(tx.conn(), application.id)?.is_some_and(|item| item.chair == account) {
        return Err(Problem::refused(
            "You chair this discussion",
            "The chair confirms what was agreed. Another officer must type it.",
        ));
    }
    Ok((application, round))
}

fn opened(tx: &mut WriteTx<'_>, application: &Application) -> Result<Moderation, Problem> {
    let moderation = store::moderation_of(tx.conn(), application.id)?;
    let moderation = moderation.ok_or_else(|| {
        Problem::refused("This moderation is not open", "Open it first, then record what the panel agrees.")
    })?;
    if moderation.stage == ModerationStage::Open {
        Ok(moderation)
    } else {
        Err(Problem::refused("This moderation is closed", "Re-open it, with a reason, to change what was agreed."))
    }
}

fn event(kind: EventKind, application: &Application) -> Event {
    Event::new(kind).round(application.round).application(application.id)
}

/// Opens the moderation of an application.
///
/// # Errors
/// [`Problem::Refused`] when it is open or closed already.
pub fn open(tx: &mut WriteTx<'_>, application: ApplicationId) -> Result<Change<()>, Problem> {
    let (application, _) = moderable(tx, application)?;
    if let Some(moderation) = store::moderation_of(tx.conn(), application.id)? {
        return Err(match moderation.stage {
            ModerationStage::Open => Problem::refused("This moderation is open already", "You can record it."),
            ModerationStage::Closed => {
                Problem::refused("This moderation is closed", "Re-open it, with a reason, to change what was agreed.")
            }
        });
    }
    store::insert_moderation(tx, application.id)?;
    Ok(Change::new((), event(EventKind::ModerationOpened, &application)))
}

/// Records what the panel agreed on one criterion. `version` is that of the agreed mark on the page, 0 when there was
/// none. Returns the new version.
///
/// # Errors
/// Faults of the agreement; [`Problem::Stale`] with both texts when another officer saved it meanwhile.
pub fn agree_mark(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    criterion: &str,
    agreement: &Agreement,
    version: i32,
) -> Result<Change<i32>, Problem> {
    let (application, round) = typable(tx, application)?;
    let moderation = opened(tx, &application)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let criterion = definition.criterion(criterion).ok_or(Problem::NotFound)?;
    let agreement = rules::cleaned(agreement);
    let stored = moderation.marks.get(&criterion.code);
    if stored.map_or(0, |stored| stored.version) != version {
        let title = format!("{}: {}", application.reference, criterion.title);
        return Err(stale(title, stored, &agreement));
    }
    let sheets = sheets_of(tx.conn(), application.id)?;
    let submitted: Vec<&ScoreSheet> = sheets.iter().filter(|sheet| sheet.stage == SheetStage::Submitted).collect();
    let rule = rules::ReasonRule::of(&criterion.code, &submitted);
    rules::agreement_faults(&definition, criterion, &agreement, &rule).check()?;
    if stored.is_some() {
        store::update_mark(tx, moderation.id, &criterion.code, &agreement, version)?;
    } else {
        store::insert_mark(tx, moderation.id, &criterion.code, &agreement)?;
    }
    let event = event(EventKind::MarkAgreed, &application)
        .with("criterion", Fact::code(&criterion.code))
        .with("marks", Fact::numbers([(criterion.code.as_str(), agreement.mark)]));
    Ok(Change::new(version + 1, event))
}

/// Both texts of every field, so that neither officer loses a word.
fn stale(title: String, stored: Option<&AgreedMark>, typed: &Agreement) -> Problem {
    let number = |mark: Option<i32>| mark.map_or_else(|| "None".to_owned(), |mark| mark.to_string());
    let text = |of: fn(&AgreedMark) -> &String| stored.map_or_else(String::new, |stored| of(stored).clone());
    let texts = vec![
        ("Agreed score".to_owned(), number(stored.and_then(|stored| stored.mark)), number(typed.mark)),
        ("Reason".to_owned(), text(|stored| &stored.reason), typed.reason.clone()),
        ("Strength".to_owned(), text(|stored| &stored.strength), typed.strength.clone()),
        ("Improvement".to_owned(), text(|stored| &stored.improvement), typed.improvement.clone()),
    ];
    Problem::Stale { title, texts }
}

/// Saves the text for management on an application; an empty one takes the text back. `version` is that of the text on the page, 0 when
/// there was none. It goes into no letter, notice or page of an applicant. Returns the new version.
///
/// # Errors
/// A fault of the text; [`Problem::Stale`] with both texts when another officer saved it meanwhile.
pub fn save_management_text(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    text: &str,
    version: i32,
) -> Result<Change<i32>, Problem> {
    let (application, _) = typable(tx, application)?;
    let moderation = opened(tx, &application)?;
    let text = clean(text);
    let stored = store::management_text_of(tx.conn(), moderation.id)?;
    if stored.as_ref().map_or(0, |stored| stored.version) != version {
        let theirs = stored.map_or_else(String::new, |stored| stored.text);
        let texts = vec![("Text for management".to_owned(), theirs, text)];
        return Err(Problem::Stale { title: format!("{}: text for management", application.reference), texts });
    }
    if text.chars().count() > rules::TEXT_MOST {
        let mut faults = Faults::default();
        faults.add("management", "The text for management must be 4,000 characters or fewer");
        faults.check()?;
    }
    let next = version.saturating_add(1);
    store::insert_management_text(tx, moderation.id, &text, next)?;
    Ok(Change::new(next, event(EventKind::ManagementTextSaved, &application).with("version", next)))
}

/// Re-opens a closed moderation, with a reason that stays on record.
///
/// # Errors
/// A fault of the reason; [`Problem::Refused`] when it is not closed, or the panel has made its recommendation.
pub fn reopen(tx: &mut WriteTx<'_>, application: ApplicationId, reason: &str) -> Result<Change<()>, Problem> {
    let (application, _) = moderable(tx, application)?;
    let reason =
        required_reason("reopen-reason", reason, REASON_MOST, "Say why the panel looks at this application again")?;
    let moderation = store::moderation_of(tx.conn(), application.id)?;
    let closed = moderation.filter(|moderation| moderation.stage == ModerationStage::Closed);
    let closed = closed.ok_or_else(|| Problem::refused("This moderation is not closed", "You can record it."))?;
    store::set_reopened(tx, closed.id, &reason)?;
    Ok(Change::new((), event(EventKind::ModerationReopened, &application)))
}
