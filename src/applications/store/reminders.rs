//! Which drafts were reminded of what. No fact of a round: not in the trail.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::applications::model::ApplicationStage;
use crate::applications::reminders::Reminder;
use crate::base::ids::{ApplicationId, RoundId};
use crate::base::time::At;
use crate::db::schema::{applications, reminders, rounds};
use crate::db::{Conn, DbResult};

/// Drafts of a round that were begun before a moment and have not had a reminder, the oldest first.
pub(in crate::applications) fn drafts_without(
    conn: &mut Conn,
    round: RoundId,
    reminder: Reminder,
    begun_before: At,
) -> DbResult<Vec<ApplicationId>> {
    let sent = reminders::table
        .filter(reminders::application_id.eq(applications::id).and(reminders::kind.eq(reminder)))
        .select(reminders::id);
    let rows: Vec<i32> = applications::table
        .filter(applications::round_id.eq(round).and(applications::stage.eq(ApplicationStage::Draft)))
        .filter(applications::created_at.lt(begun_before))
        .filter(not(exists(sent)))
        .order(applications::id)
        .select(applications::id)
        .load(conn)?;
    Ok(rows.into_iter().map(ApplicationId::new).collect())
}

/// Holds a round's row until the transaction ends, so that an extension comes wholly before or wholly after; returns its closing
/// time. The row stays as it is.
pub(in crate::applications) fn hold_round(conn: &mut Conn, round: RoundId) -> DbResult<At> {
    Ok(diesel::update(rounds::table.find(round.row()))
        .set(rounds::version.eq(rounds::version + 0))
        .returning(rounds::closes_at)
        .get_result(conn)?)
}

/// Whether an application is a draft still.
pub(in crate::applications) fn is_draft(conn: &mut Conn, application: ApplicationId) -> DbResult<bool> {
    let stage: ApplicationStage =
        applications::table.find(application.row()).select(applications::stage).get_result(conn)?;
    Ok(stage == ApplicationStage::Draft)
}

/// Notes that a reminder is queued; a second one of its kind is refused by `reminders_application_id_kind_key`.
pub(in crate::applications) fn insert_reminder(
    conn: &mut Conn,
    application: ApplicationId,
    reminder: Reminder,
    closes_at: At,
    now: At,
) -> DbResult<()> {
    diesel::insert_into(reminders::table)
        .values((
            reminders::application_id.eq(application),
            reminders::kind.eq(reminder),
            reminders::closes_at.eq(closes_at),
            reminders::queued_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}
