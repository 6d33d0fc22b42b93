//! Where the feedback on each application of a round stands, a page at a time.

use std::collections::{BTreeSet, HashMap};

use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use super::{VersionRow, whole};
use crate::applications::ApplicationStage;
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::db::schema::{applications, feedback_readings, feedback_versions, organisations};
use crate::db::{Conn, DbResult};
use crate::feedback::model::{Feedback, Standing, Verdict};

/// An application in the list of a round's feedback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its reference.
    pub reference: String,
    /// Who applied.
    pub organisation: String,
    /// The project.
    pub title: String,
    /// Where its feedback stands.
    pub standing: Standing,
    /// Row of the newest version, and who saved it.
    pub newest: Option<(i32, AccountId)>,
}

type Row = (String, String, String, Option<i32>, Option<AccountId>, Option<i32>, Option<Verdict>);

/// Every submitted application of a round that is not hidden, beside its newest feedback and what was said of it; boxed, so that a
/// standing can be chosen.
macro_rules! placed {
    ($round:expr, $hidden:expr, $columns:expr) => {{
        let others = diesel::alias!(feedback_versions as newest);
        let newest = others
            .group_by(others.field(feedback_versions::application_id))
            .select(max(others.field(feedback_versions::id)));
        let hidden: Vec<i32> = $hidden.iter().map(|id| id.row()).collect();
        applications::table
            .inner_join(organisations::table)
            .left_join(
                feedback_versions::table.on(feedback_versions::application_id
                    .eq(applications::id)
                    .and(feedback_versions::id.nullable().eq_any(newest))),
            )
            .left_join(feedback_readings::table.on(feedback_readings::feedback_id.eq(feedback_versions::id)))
            .filter(applications::round_id.eq($round))
            .filter(applications::stage.eq(ApplicationStage::Submitted))
            .filter(applications::id.ne_all(hidden))
            .select($columns)
            .into_boxed()
    }};
}

/// Those of a standing alone.
macro_rules! standing {
    ($query:expr, $standing:expr) => {
        match $standing {
            Standing::ToWrite => $query.filter(feedback_versions::id.is_null()),
            Standing::Faulty => $query.filter(feedback_readings::id.is_null()).filter(feedback_versions::faults.gt(0)),
            Standing::Waiting => $query.filter(feedback_readings::id.is_null()).filter(feedback_versions::faults.eq(0)),
            Standing::SentBack => $query.filter(feedback_readings::verdict.eq(Verdict::Returned)),
            Standing::Ready => $query.filter(feedback_readings::verdict.eq(Verdict::Accepted)),
        }
    };
}

/// What of it the list shows.
macro_rules! place_columns {
    () => {
        (
            applications::reference,
            organisations::name,
            applications::title,
            feedback_versions::id.nullable(),
            feedback_versions::saved_by.nullable(),
            feedback_versions::faults.nullable(),
            feedback_readings::verdict.nullable(),
        )
    };
}

fn place((reference, organisation, title, id, saved_by, faults, verdict): Row) -> Place {
    let standing = match (id, verdict) {
        (None, _) => Standing::ToWrite,
        (_, Some(Verdict::Accepted)) => Standing::Ready,
        (_, Some(Verdict::Returned)) => Standing::SentBack,
        (_, None) if faults.unwrap_or(0) > 0 => Standing::Faulty,
        (_, None) => Standing::Waiting,
    };
    Place { reference, organisation, title, standing, newest: id.zip(saved_by) }
}

/// How many applications of a round have their feedback at each standing, without those that are `hidden` from the reader.
///
/// # Errors
/// When the database cannot be read.
pub fn count_by_standing(
    conn: &mut Conn,
    round: RoundId,
    hidden: &BTreeSet<ApplicationId>,
) -> DbResult<[(Standing, i64); 5]> {
    let mut counts = Standing::ALL.map(|standing| (standing, 0));
    for (standing, count) in &mut counts {
        let query = placed!(round, hidden, count_star());
        *count = standing!(query, *standing).get_result(conn)?;
    }
    Ok(counts)
}

/// A page of a round's applications by reference, of one standing or of all; without those that are `hidden` from the reader.
///
/// # Errors
/// When the database cannot be read.
pub fn page_of_round(
    conn: &mut Conn,
    round: RoundId,
    hidden: &BTreeSet<ApplicationId>,
    chosen: Option<Standing>,
    (offset, limit): (i64, i64),
) -> DbResult<Vec<Place>> {
    let mut query = placed!(round, hidden, place_columns!());
    if let Some(chosen) = chosen {
        query = standing!(query, chosen);
    }
    let rows: Vec<Row> = query.order(applications::reference).limit(limit).offset(offset).load(conn)?;
    Ok(rows.into_iter().map(place).collect())
}

/// The reference of the next application after one, by reference and around, whose feedback needs an officer: it is to be written or
/// put right, or waits for somebody else than its author to read it.
///
/// # Errors
/// When the database cannot be read.
pub fn next_place(
    conn: &mut Conn,
    round: RoundId,
    hidden: &BTreeSet<ApplicationId>,
    account: AccountId,
    after: Option<&str>,
) -> DbResult<Option<String>> {
    macro_rules! first {
        ($condition:expr) => {
            placed!(round, hidden, applications::reference)
                .filter(
                    feedback_versions::id.is_null().or(feedback_readings::verdict.eq(Verdict::Returned)).or(
                        feedback_readings::id
                            .is_null()
                            .and(feedback_versions::faults.gt(0).or(feedback_versions::saved_by.ne(account))),
                    ),
                )
                .filter($condition)
                .order(applications::reference)
                .first::<String>(conn)
                .optional()
        };
    }
    let after = after.unwrap_or_default().to_owned();
    match first!(applications::reference.gt(after.clone()))? {
        Some(found) => Ok(Some(found)),
        None => Ok(first!(applications::reference.lt(after))?),
    }
}

/// Versions by row, whole.
///
/// # Errors
/// When the database cannot be read.
pub fn versions_of(conn: &mut Conn, ids: &[i32]) -> DbResult<HashMap<i32, Feedback>> {
    let rows: Vec<VersionRow> = feedback_versions::table
        .filter(feedback_versions::id.eq_any(ids.to_vec()))
        .select((
            feedback_versions::id,
            feedback_versions::application_id,
            feedback_versions::version,
            feedback_versions::faults,
            feedback_versions::saved_at,
            feedback_versions::saved_by,
        ))
        .load(conn)?;
    Ok(whole(conn, rows)?.into_iter().map(|one| (one.id.row(), one)).collect())
}
