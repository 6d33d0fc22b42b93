//! Versions of the feedback, their lines and their readings.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use super::model::{Feedback, Line, Reading, Verdict};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, FeedbackId, ReasonVersionId, RoundId};
use crate::base::time::At;
use crate::db::schema::{applications, feedback_lines, feedback_readings, feedback_versions};
use crate::db::{Conn, DbResult};

mod bank;
mod standings;
mod themes;

pub use bank::{NewEntry, bank, bank_of, bank_page, bank_versions_of, entry_of};
pub(super) use bank::{insert_entry, insert_entry_version, retire_entry};
pub use standings::{Place, count_by_standing, next_place, page_of_round, versions_of};
pub use themes::themes_told;

type VersionRow = (i32, ApplicationId, i32, i32, At, AccountId);
type LineRow = (i32, String, super::model::Kind, String, Option<i32>);
type ReadingRow = (i32, Verdict, Option<String>, At, AccountId);

/// Rows of one kind by the version that they belong to.
fn by_version<T>(rows: Vec<(i32, T)>) -> HashMap<i32, Vec<T>> {
    let mut by = HashMap::<i32, Vec<T>>::new();
    for (id, row) in rows {
        by.entry(id).or_default().push(row);
    }
    by
}

/// Versions with what belongs to them.
fn whole(conn: &mut Conn, rows: Vec<VersionRow>) -> DbResult<Vec<Feedback>> {
    let ids: Vec<i32> = rows.iter().map(|row| row.0).collect();
    let lines: Vec<LineRow> = feedback_lines::table
        .filter(feedback_lines::feedback_id.eq_any(ids.clone()))
        .order((feedback_lines::criterion, feedback_lines::kind.desc(), feedback_lines::place))
        .select((
            feedback_lines::feedback_id,
            feedback_lines::criterion,
            feedback_lines::kind,
            feedback_lines::text,
            feedback_lines::reason_id,
        ))
        .load(conn)?;
    let mut lines = by_version(
        lines
            .into_iter()
            .map(|(id, criterion, kind, text, reason)| {
                (id, Line { criterion, kind, text, reason: reason.map(ReasonVersionId::new) })
            })
            .collect(),
    );
    let readings: Vec<ReadingRow> = feedback_readings::table
        .filter(feedback_readings::feedback_id.eq_any(ids))
        .select((
            feedback_readings::feedback_id,
            feedback_readings::verdict,
            feedback_readings::reason,
            feedback_readings::read_at,
            feedback_readings::read_by,
        ))
        .load(conn)?;
    let mut readings: HashMap<i32, Reading> =
        readings.into_iter().map(|(id, verdict, reason, at, by)| (id, Reading { verdict, reason, at, by })).collect();
    Ok(rows
        .into_iter()
        .map(|(id, application, version, faults, saved_at, saved_by)| Feedback {
            id: FeedbackId::new(id),
            application,
            version,
            faults,
            saved_at,
            saved_by,
            reading: readings.remove(&id),
            lines: lines.remove(&id).unwrap_or_default(),
        })
        .collect())
}

macro_rules! columns {
    () => {
        (
            feedback_versions::id,
            feedback_versions::application_id,
            feedback_versions::version,
            feedback_versions::faults,
            feedback_versions::saved_at,
            feedback_versions::saved_by,
        )
    };
}

/// Every version of the feedback on an application, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn every_version_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Feedback>> {
    let rows: Vec<VersionRow> = feedback_versions::table
        .filter(feedback_versions::application_id.eq(application))
        .order(feedback_versions::version.desc())
        .select(columns!())
        .load(conn)?;
    whole(conn, rows)
}

/// The newest version of the feedback on an application.
///
/// # Errors
/// When the database cannot be read.
pub fn newest_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Option<Feedback>> {
    let row: Option<VersionRow> = feedback_versions::table
        .filter(feedback_versions::application_id.eq(application))
        .order(feedback_versions::version.desc())
        .select(columns!())
        .first(conn)
        .optional()?;
    Ok(whole(conn, row.into_iter().collect())?.pop())
}

/// The newest version on each application of a round that has one.
///
/// # Errors
/// When the database cannot be read.
pub fn newest_of_round(conn: &mut Conn, round: RoundId) -> DbResult<BTreeMap<ApplicationId, Feedback>> {
    let rows: Vec<VersionRow> = feedback_versions::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .order((feedback_versions::application_id, feedback_versions::version))
        .select(columns!())
        .load(conn)?;
    // Of several rows with one key a map keeps the last.
    let newest: BTreeMap<ApplicationId, VersionRow> = rows.into_iter().map(|row| (row.1, row)).collect();
    let whole = whole(conn, newest.into_values().collect())?;
    Ok(whole.into_iter().map(|feedback| (feedback.application, feedback)).collect())
}

/// Saves a version after those that are there.
pub(super) fn insert_version(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    (version, faults): (i32, i32),
    lines: &[Line],
) -> DbResult<FeedbackId> {
    let (now, account) = (tx.now(), tx.account()?);
    let id = tx.insert(Table::FeedbackVersions, |conn| {
        diesel::insert_into(feedback_versions::table)
            .values((
                feedback_versions::application_id.eq(application),
                feedback_versions::version.eq(version),
                feedback_versions::faults.eq(faults),
                feedback_versions::saved_at.eq(now),
                feedback_versions::saved_by.eq(account),
            ))
            .returning(feedback_versions::id)
            .get_result(conn)
    })?;
    for (place, line) in (1_i32..).zip(lines) {
        tx.insert(Table::FeedbackLines, |conn| {
            diesel::insert_into(feedback_lines::table)
                .values((
                    feedback_lines::feedback_id.eq(id),
                    feedback_lines::criterion.eq(&line.criterion),
                    feedback_lines::kind.eq(line.kind),
                    feedback_lines::place.eq(place),
                    feedback_lines::text.eq(&line.text),
                    feedback_lines::reason_id.eq(line.reason.map(ReasonVersionId::row)),
                ))
                .returning(feedback_lines::id)
                .get_result(conn)
        })?;
    }
    Ok(FeedbackId::new(id))
}

/// Records what the second reader said of a version.
pub(super) fn insert_reading(
    tx: &mut WriteTx<'_>,
    feedback: FeedbackId,
    verdict: Verdict,
    reason: Option<&str>,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::FeedbackReadings, |conn| {
        diesel::insert_into(feedback_readings::table)
            .values((
                feedback_readings::feedback_id.eq(feedback.row()),
                feedback_readings::verdict.eq(verdict),
                feedback_readings::reason.eq(reason),
                feedback_readings::read_at.eq(now),
                feedback_readings::read_by.eq(account),
            ))
            .returning(feedback_readings::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Whether a round is closed: everybody has their letters.
pub(super) fn is_closed(conn: &mut Conn, round: RoundId) -> DbResult<bool> {
    use crate::db::schema::round_closings;
    let row: Option<i32> = round_closings::table
        .filter(round_closings::round_id.eq(round))
        .select(round_closings::id)
        .first(conn)
        .optional()?;
    Ok(row.is_some())
}
