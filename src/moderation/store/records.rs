//! What stays of a moderation: every version of what was agreed, every re-opening, the text for management.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, ModerationId};
use crate::base::time::At;
use crate::db::schema::{agreed_mark_versions, agreed_marks, management_texts, moderation_reopenings, moderations};
use crate::db::{Conn, DbResult};
use crate::moderation::model::{AgreedVersion, Agreement, ManagementText, Reopening};

pub(in crate::moderation) fn insert_version(
    tx: &mut WriteTx<'_>,
    moderation: ModerationId,
    criterion: &str,
    agreement: &Agreement,
    version: i32,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::AgreedMarkVersions, |conn| {
        diesel::insert_into(agreed_mark_versions::table)
            .values((
                agreed_mark_versions::moderation_id.eq(moderation),
                agreed_mark_versions::criterion.eq(criterion),
                agreed_mark_versions::version.eq(version),
                agreed_mark_versions::mark.eq(agreement.mark),
                agreed_mark_versions::reason.eq(&agreement.reason),
                agreed_mark_versions::strength.eq(&agreement.strength),
                agreed_mark_versions::improvement.eq(&agreement.improvement),
                agreed_mark_versions::saved_at.eq(now),
                agreed_mark_versions::saved_by.eq(account),
            ))
            .returning(agreed_mark_versions::id)
            .get_result(conn)
    })?;
    Ok(())
}

type VersionRow = (String, i32, Option<i32>, String, String, String, At, AccountId);

/// Every version of what was agreed on an application, the oldest of each criterion first. What was agreed before versions were kept
/// has none.
///
/// # Errors
/// When the database cannot be read.
pub fn agreed_versions_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<AgreedVersion>> {
    let rows: Vec<VersionRow> = agreed_mark_versions::table
        .inner_join(moderations::table)
        .filter(moderations::application_id.eq(application))
        .order((agreed_mark_versions::criterion, agreed_mark_versions::version))
        .select((
            agreed_mark_versions::criterion,
            agreed_mark_versions::version,
            agreed_mark_versions::mark,
            agreed_mark_versions::reason,
            agreed_mark_versions::strength,
            agreed_mark_versions::improvement,
            agreed_mark_versions::saved_at,
            agreed_mark_versions::saved_by,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(criterion, version, mark, reason, strength, improvement, saved_at, saved_by)| AgreedVersion {
            criterion,
            version,
            agreement: Agreement { mark, reason, strength, improvement },
            saved_at,
            saved_by,
        })
        .collect())
}

/// Whether a person typed any of what was agreed on an application.
///
/// # Errors
/// When the database cannot be read.
pub fn has_typed(conn: &mut Conn, application: ApplicationId, account: AccountId) -> DbResult<bool> {
    let standing: Option<i32> = agreed_marks::table
        .inner_join(moderations::table)
        .filter(moderations::application_id.eq(application).and(agreed_marks::saved_by.eq(account)))
        .select(agreed_marks::id)
        .first(conn)
        .optional()?;
    let earlier: Option<i32> = agreed_mark_versions::table
        .inner_join(moderations::table)
        .filter(moderations::application_id.eq(application).and(agreed_mark_versions::saved_by.eq(account)))
        .select(agreed_mark_versions::id)
        .first(conn)
        .optional()?;
    Ok(standing.or(earlier).is_some())
}

pub(in crate::moderation) fn insert_reopening(
    tx: &mut WriteTx<'_>,
    moderation: ModerationId,
    reason: &str,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::ModerationReopenings, |conn| {
        diesel::insert_into(moderation_reopenings::table)
            .values((
                moderation_reopenings::moderation_id.eq(moderation),
                moderation_reopenings::reason.eq(reason),
                moderation_reopenings::reopened_at.eq(now),
                moderation_reopenings::reopened_by.eq(account),
            ))
            .returning(moderation_reopenings::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Every re-opening of some moderations, the first first.
///
/// # Errors
/// When the database cannot be read.
pub fn moderation_reopenings_of(
    conn: &mut Conn,
    moderations_: &[ModerationId],
) -> DbResult<HashMap<ModerationId, Vec<Reopening>>> {
    let rows: Vec<(ModerationId, String, At, AccountId)> = moderation_reopenings::table
        .filter(moderation_reopenings::moderation_id.eq_any(moderations_.to_vec()))
        .order(moderation_reopenings::id)
        .select((
            moderation_reopenings::moderation_id,
            moderation_reopenings::reason,
            moderation_reopenings::reopened_at,
            moderation_reopenings::reopened_by,
        ))
        .load(conn)?;
    let mut found: HashMap<ModerationId, Vec<Reopening>> = HashMap::new();
    for (moderation, reason, at, by) in rows {
        found.entry(moderation).or_default().push(Reopening { moderation, reason, at, by });
    }
    Ok(found)
}

/// The next version of the text for management; the database takes a version once.
pub(in crate::moderation) fn insert_management_text(
    tx: &mut WriteTx<'_>,
    moderation: ModerationId,
    text: &str,
    version: i32,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::ManagementTexts, |conn| {
        diesel::insert_into(management_texts::table)
            .values((
                management_texts::moderation_id.eq(moderation),
                management_texts::version.eq(version),
                management_texts::text.eq(text),
                management_texts::saved_at.eq(now),
                management_texts::saved_by.eq(account),
            ))
            .returning(management_texts::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// The text for management that stands. It is for officers alone: no letter, notice or page of an applicant is made of it.
///
/// # Errors
/// When the database cannot be read.
pub fn management_text_of(conn: &mut Conn, moderation: ModerationId) -> DbResult<Option<ManagementText>> {
    let row: Option<(i32, String, At, AccountId)> = management_texts::table
        .filter(management_texts::moderation_id.eq(moderation))
        .order(management_texts::version.desc())
        .select((
            management_texts::version,
            management_texts::text,
            management_texts::saved_at,
            management_texts::saved_by,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(version, text, saved_at, saved_by)| ManagementText { moderation, version, text, saved_at, saved_by }))
}
