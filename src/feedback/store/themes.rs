//! The themes of accepted feedback.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::base::ids::{ApplicationId, RoundId};
use crate::db::schema::{
    applications, feedback_lines, feedback_readings, feedback_versions, reason_entries, reason_versions,
};
use crate::db::{Conn, DbResult};
use crate::feedback::model::{Kind, Theme, Verdict};

/// Of every application of some rounds whose feedback was accepted: the themes of the improvements that it was told last, each with the
/// code of its criterion. Words that the bank does not have are of no theme.
///
/// # Errors
/// When the database cannot be read.
pub fn themes_told(
    conn: &mut Conn,
    rounds: &[RoundId],
) -> DbResult<BTreeMap<ApplicationId, BTreeSet<(Theme, String)>>> {
    let accepted: Vec<(ApplicationId, i32)> = feedback_versions::table
        .inner_join(applications::table)
        .inner_join(feedback_readings::table)
        .filter(applications::round_id.eq_any(rounds.to_vec()))
        .filter(feedback_readings::verdict.eq(Verdict::Accepted))
        .order((feedback_versions::application_id, feedback_versions::version))
        .select((feedback_versions::application_id, feedback_versions::id))
        .load(conn)?;
    // Of several rows with one key a map keeps the last.
    let newest: BTreeMap<ApplicationId, i32> = accepted.into_iter().collect();
    let lines: Vec<(i32, Theme, String)> = feedback_lines::table
        .inner_join(reason_versions::table.inner_join(reason_entries::table))
        .filter(feedback_lines::feedback_id.eq_any(newest.values().copied().collect::<Vec<_>>()))
        .filter(feedback_lines::kind.eq(Kind::Improvement))
        .select((feedback_lines::feedback_id, reason_entries::theme, feedback_lines::criterion))
        .load(conn)?;
    let mut by_version: BTreeMap<i32, BTreeSet<(Theme, String)>> = BTreeMap::new();
    for (version, theme, criterion) in lines {
        by_version.entry(version).or_default().insert((theme, criterion));
    }
    let told = newest.into_iter().map(|(bid, version)| (bid, by_version.remove(&version).unwrap_or_default()));
    Ok(told.collect())
}
