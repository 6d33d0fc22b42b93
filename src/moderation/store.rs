//! The tables of moderation.

mod agenda;
mod figures;
mod meetings;
mod records;

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use super::model::{AgreedMark, Agreement, Moderation, ModerationStage};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, ModerationId, RoundId};
use crate::base::time::At;
use crate::db::schema::{agreed_marks, applications, moderations};
use crate::db::{Conn, DbResult};

pub use agenda::{AgendaCounts, AgendaEntry, AgendaFilter, Label, agenda_counts, agenda_page, chaired_by, labels_of};
pub use figures::marks_of_closed;
pub(super) use meetings::{end_item, insert_item, insert_meeting, insert_recusal, set_ended, update_meeting};
pub use meetings::{
    items_of_application, items_of_meeting, meeting_of_number, meetings_of_round, people_of, recusals_of,
};
pub use records::{agreed_versions_of, has_typed, management_text_of, moderation_reopenings_of};
pub(super) use records::{insert_management_text, insert_reopening, insert_version};

type Row = (i32, ApplicationId, ModerationStage, AccountId, Option<At>, Option<AccountId>, Option<String>, i32);
type MarkRow = (ModerationId, String, Option<i32>, String, String, String, i32, AccountId);

macro_rules! columns {
    () => {
        (
            moderations::id,
            moderations::application_id,
            moderations::stage,
            moderations::opened_by,
            moderations::closed_at,
            moderations::closed_by,
            moderations::reopened_reason,
            moderations::version,
        )
    };
}

macro_rules! mark_columns {
    () => {
        (
            agreed_marks::moderation_id,
            agreed_marks::criterion,
            agreed_marks::mark,
            agreed_marks::reason,
            agreed_marks::strength,
            agreed_marks::improvement,
            agreed_marks::version,
            agreed_marks::saved_by,
        )
    };
}

fn with_marks(rows: Vec<Row>, marks: Vec<MarkRow>) -> Vec<Moderation> {
    let mut by_moderation: HashMap<ModerationId, BTreeMap<String, AgreedMark>> = HashMap::new();
    for (moderation, criterion, mark, reason, strength, improvement, version, saved_by) in marks {
        let agreed = AgreedMark { mark, reason, strength, improvement, version, saved_by };
        by_moderation.entry(moderation).or_default().insert(criterion, agreed);
    }
    rows.into_iter()
        .map(|(id, application, stage, opened_by, closed_at, closed_by, reopened_reason, version)| Moderation {
            id: ModerationId::new(id),
            application,
            stage,
            opened_by,
            closed_at,
            closed_by,
            reopened_reason,
            version,
            marks: by_moderation.remove(&ModerationId::new(id)).unwrap_or_default(),
        })
        .collect()
}

/// The moderation of an application, once it was opened.
///
/// # Errors
/// When the database cannot be read.
pub fn moderation_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Option<Moderation>> {
    let rows: Vec<Row> =
        moderations::table.filter(moderations::application_id.eq(application)).select(columns!()).load(conn)?;
    let marks: Vec<MarkRow> = agreed_marks::table
        .inner_join(moderations::table)
        .filter(moderations::application_id.eq(application))
        .select(mark_columns!())
        .load(conn)?;
    Ok(with_marks(rows, marks).pop())
}

/// The moderations of some applications, by application; those never opened are not there.
///
/// # Errors
/// When the database cannot be read.
pub fn moderations_of(conn: &mut Conn, ids: &[ApplicationId]) -> DbResult<HashMap<ApplicationId, Moderation>> {
    let rows: Vec<Row> =
        moderations::table.filter(moderations::application_id.eq_any(ids.to_vec())).select(columns!()).load(conn)?;
    let marks: Vec<MarkRow> = agreed_marks::table
        .inner_join(moderations::table)
        .filter(moderations::application_id.eq_any(ids.to_vec()))
        .select(mark_columns!())
        .load(conn)?;
    Ok(with_marks(rows, marks).into_iter().map(|moderation| (moderation.application, moderation)).collect())
}

/// The moderations of a round, by application; those never opened are not there.
///
/// # Errors
/// When the database cannot be read.
pub fn moderations_of_round(conn: &mut Conn, round: RoundId) -> DbResult<HashMap<ApplicationId, Moderation>> {
    let rows: Vec<Row> = moderations::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .select(columns!())
        .load(conn)?;
    let marks: Vec<MarkRow> = agreed_marks::table
        .inner_join(moderations::table.inner_join(applications::table))
        .filter(applications::round_id.eq(round))
        .select(mark_columns!())
        .load(conn)?;
    Ok(with_marks(rows, marks).into_iter().map(|moderation| (moderation.application, moderation)).collect())
}

pub(super) fn insert_moderation(tx: &mut WriteTx<'_>, application: ApplicationId) -> DbResult<ModerationId> {
    let (now, account) = (tx.now(), tx.account()?);
    let id = tx.insert(Table::Moderations, |conn| {
        diesel::insert_into(moderations::table)
            .values((
                moderations::application_id.eq(application),
                moderations::stage.eq(ModerationStage::Open),
                moderations::opened_at.eq(now),
                moderations::opened_by.eq(account),
                moderations::version.eq(1),
            ))
            .returning(moderations::id)
            .get_result(conn)
    })?;
    Ok(ModerationId::new(id))
}

pub(super) fn insert_mark(
    tx: &mut WriteTx<'_>,
    moderation: ModerationId,
    criterion: &str,
    agreement: &Agreement,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::AgreedMarks, |conn| {
        diesel::insert_into(agreed_marks::table)
            .values((
                agreed_marks::moderation_id.eq(moderation),
                agreed_marks::criterion.eq(criterion),
                agreed_marks::mark.eq(agreement.mark),
                agreed_marks::reason.eq(&agreement.reason),
                agreed_marks::strength.eq(&agreement.strength),
                agreed_marks::improvement.eq(&agreement.improvement),
                agreed_marks::version.eq(1),
                agreed_marks::saved_at.eq(now),
                agreed_marks::saved_by.eq(account),
            ))
            .returning(agreed_marks::id)
            .get_result(conn)
    })?;
    insert_version(tx, moderation, criterion, agreement, 1)
}

/// The next version of an agreed mark; `NotFound` when `version` has moved on.
pub(super) fn update_mark(
    tx: &mut WriteTx<'_>,
    moderation: ModerationId,
    criterion: &str,
    agreement: &Agreement,
    version: i32,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    let row: i32 = agreed_marks::table
        .filter(agreed_marks::moderation_id.eq(moderation).and(agreed_marks::criterion.eq(criterion)))
        .select(agreed_marks::id)
        .get_result(tx.conn())?;
    tx.update(Table::AgreedMarks, row, |conn| {
        diesel::update(agreed_marks::table.find(row).filter(agreed_marks::version.eq(version)))
            .set((
                agreed_marks::mark.eq(agreement.mark),
                agreed_marks::reason.eq(&agreement.reason),
                agreed_marks::strength.eq(&agreement.strength),
                agreed_marks::improvement.eq(&agreement.improvement),
                agreed_marks::version.eq(agreed_marks::version + 1),
                agreed_marks::saved_at.eq(now),
                agreed_marks::saved_by.eq(account),
            ))
            .execute(conn)
    })?;
    insert_version(tx, moderation, criterion, agreement, version.saturating_add(1))
}

/// `open -> closed`; `NotFound` when it is not open.
pub(super) fn set_closed(tx: &mut WriteTx<'_>, id: ModerationId) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::Moderations, id.row(), |conn| {
        diesel::update(moderations::table.find(id.row()).filter(moderations::stage.eq(ModerationStage::Open)))
            .set((
                moderations::stage.eq(ModerationStage::Closed),
                moderations::closed_at.eq(Some(now)),
                moderations::closed_by.eq(Some(account)),
                moderations::version.eq(moderations::version + 1),
            ))
            .execute(conn)
    })
}

/// `closed -> open`, with a reason. Who closed it last stays on record: they took part.
pub(super) fn set_reopened(tx: &mut WriteTx<'_>, id: ModerationId, reason: &str) -> DbResult<()> {
    tx.update(Table::Moderations, id.row(), |conn| {
        diesel::update(moderations::table.find(id.row()).filter(moderations::stage.eq(ModerationStage::Closed)))
            .set((
                moderations::stage.eq(ModerationStage::Open),
                moderations::reopened_reason.eq(Some(reason)),
                moderations::version.eq(moderations::version + 1),
            ))
            .execute(conn)
    })?;
    insert_reopening(tx, id, reason)
}
