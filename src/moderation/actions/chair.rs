//! The chair's part: whoever chaired the discussion of an application confirms what was agreed, and so closes its moderation.

use super::{event, opened, over};
use crate::access::{self, Action, Duty, may};
use crate::accounts::name_of;
use crate::applications::{Application, bid_of, get_application, hidden_from, require_duty};
use crate::audit::{Change, EventKind, Fact, WriteTx};
use crate::base::ids::{AccountId, ApplicationId};
use crate::db::{Conn, DbResult};
use crate::error::Problem;
use crate::moderation::model::MeetingItem;
use crate::moderation::{rules, store};
use crate::rounds::{RoundStage, get_definition, get_round};
use crate::scoring::{ScoreSheet, SheetStage, has_sheet, sheets_of};

/// The discussion of an application that counts: its last.
///
/// # Errors
/// When the database cannot be read.
pub fn last_discussion(conn: &mut Conn, application: ApplicationId) -> DbResult<Option<MeetingItem>> {
    Ok(store::items_of_application(conn, application)?.pop())
}

/// Why a person, though they chaired the discussion, cannot confirm what was agreed; none when they can.
///
/// # Errors
/// When the database cannot be read.
pub fn barred_as_chair(
    conn: &mut Conn,
    application: ApplicationId,
    account: AccountId,
) -> DbResult<Option<&'static str>> {
    if has_sheet(conn, application, account)? {
        return Ok(Some("You scored this application. Somebody who did not must chair its discussion and confirm it."));
    }
    if store::has_typed(conn, application, account)? {
        return Ok(Some("You typed what was agreed on this application. Somebody else must chair its discussion."));
    }
    Ok(None)
}

/// Closes the moderation of an application: the person who chaired its discussion confirms what was agreed.
///
/// # Errors
/// [`Problem::Refused`] for everybody else, and when the chair scored the application or typed what was agreed; everything that is
/// missing: see [`rules::closing_faults`].
pub fn close(tx: &mut WriteTx<'_>, application: ApplicationId) -> Result<Change<()>, Problem> {
    let application = get_application(tx.conn(), application)?;
    let item = require_chair(tx, &application)?;
    let round = get_round(tx.conn(), application.round)?;
    if round.stage != RoundStage::Moderation {
        return Err(over());
    }
    let account = tx.account()?;
    if let Some(why) = barred_as_chair(tx.conn(), application.id, account)? {
        return Err(Problem::refused("You cannot confirm this", why));
    }
    require_duty(tx, round.id, Some(application.id), Duty::Chair)?;
    let moderation = opened(tx, &application)?;
    let (_, definition) = get_definition(tx.conn(), round.id)?;
    let sheets = sheets_of(tx.conn(), application.id)?;
    let submitted: Vec<&ScoreSheet> = sheets.iter().filter(|sheet| sheet.stage == SheetStage::Submitted).collect();
    rules::closing_faults(&definition, &moderation, &submitted).check()?;
    let agreed = |code: &str| moderation.marks.get(code).and_then(|agreed| agreed.mark);
    let codes = definition.criteria.iter().map(|criterion| criterion.code.as_str());
    let closed = event(EventKind::ModerationClosed, &application)
        .with("marks", Fact::numbers(codes.map(|code| (code, agreed(code)))))
        .with("meeting", item.number);
    if item.ended_at.is_none() {
        store::end_item(tx, item.id)?;
    }
    store::set_closed(tx, moderation.id)?;
    let change = Change::new((), closed);
    Ok(if item.ended_at.is_none() {
        change.and(event(EventKind::DiscussionEnded, &application).with("meeting", item.number))
    } else {
        change
    })
}

/// The discussion that the actor chaired. To an officer who did not it is said who did; to anybody else the application is not there.
fn require_chair(tx: &mut WriteTx<'_>, application: &Application) -> Result<MeetingItem, Problem> {
    let actor = tx.actor().clone();
    let bid = bid_of(tx.conn(), application, &actor)?;
    access::require(&actor, Action::Chair(&bid))?;
    if hidden_from(tx.conn(), &actor, application.round)?.contains(&application.id) {
        return Err(Problem::NotFound);
    }
    let account = tx.account()?;
    let item = last_discussion(tx.conn(), application.id)?;
    let why = match item {
        Some(item) if item.chair == account => return Ok(item),
        Some(item) => format!("{} chaired its discussion, and closes it by confirming what was agreed.", name_of(tx.conn(), item.chair)?),
        None => "Nobody has chaired its discussion yet. Record the panel's meeting and start the discussion of this application in it: \
                 whoever chairs it then confirms what was agreed."
            .to_owned(),
    };
    if may(&actor, Action::Moderate(&bid)) {
        Err(Problem::refused("The chair must confirm this", why))
    } else {
        Err(Problem::NotFound)
    }
}
