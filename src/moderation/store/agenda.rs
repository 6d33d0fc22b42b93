//! The agenda: sorted by disagreement and cut into pages by the database, in a number of queries that does not depend on how many
//! applications there are. How far scores lie apart stands in `agenda_entries`, which the database's triggers keep.

use std::collections::{BTreeSet, HashMap};

use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use crate::applications::ApplicationStage;
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::base::money::Pence;
use crate::db::schema::{agenda_entries, applications, meeting_items, moderations, organisations, rounds};
use crate::db::{Conn, DbResult};
use crate::moderation::model::ModerationStage;
use crate::rounds::RoundStage;
use crate::web::paging::{PER_PAGE, offset};

/// Which applications of the agenda are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgendaFilter {
    /// Every one.
    All,
    /// Those not closed.
    ToDo,
    /// Those closed.
    Closed,
}

/// An application of the agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaEntry {
    /// Which.
    pub application: ApplicationId,
    /// Its reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Who made it.
    pub organisation: String,
    /// What it asks for.
    pub ask: Option<Pence>,
    /// How many criteria are to be discussed.
    pub flags: i32,
    /// The largest spread.
    pub largest: i32,
    /// The spreads of every criterion together.
    pub total: i32,
}

/// How many applications of a round stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AgendaCounts {
    /// To be moderated.
    pub all: i64,
    /// Of which closed.
    pub closed: i64,
    /// Of which have a criterion to be discussed.
    pub flagged: i64,
}

/// The applications of a round's agenda, without those that are hidden from the reader.
macro_rules! agenda {
    ($round:expr, $hidden:expr, $filter:expr, $columns:expr) => {{
        let mut query = agenda_entries::table
            .inner_join(applications::table.inner_join(organisations::table))
            .filter(agenda_entries::round_id.eq($round))
            .filter(applications::stage.eq(ApplicationStage::Submitted))
            .select($columns)
            .into_boxed();
        if !$hidden.is_empty() {
            query = query.filter(agenda_entries::application_id.ne_all($hidden.clone()));
        }
        let closed = moderations::table
            .filter(moderations::stage.eq(ModerationStage::Closed))
            .select(moderations::application_id);
        match $filter {
            AgendaFilter::All => query,
            AgendaFilter::ToDo => query.filter(agenda_entries::application_id.ne_all(closed)),
            AgendaFilter::Closed => query.filter(agenda_entries::application_id.eq_any(closed)),
        }
    }};
}

type Row = (ApplicationId, String, String, String, Option<Pence>, i32, i32, i32);

/// A page of the agenda: the most divided first.
///
/// # Errors
/// When the database cannot be read.
pub fn agenda_page(
    conn: &mut Conn,
    round: RoundId,
    hidden: &BTreeSet<ApplicationId>,
    filter: AgendaFilter,
    page: i64,
) -> DbResult<Vec<AgendaEntry>> {
    let hidden: Vec<ApplicationId> = hidden.iter().copied().collect();
    let columns = (
        agenda_entries::application_id,
        applications::reference,
        applications::title,
        organisations::name,
        applications::ask_pence,
        agenda_entries::flags,
        agenda_entries::largest,
        agenda_entries::total,
    );
    let rows: Vec<Row> = agenda!(round, hidden, filter, columns)
        .order((
            agenda_entries::flags.desc(),
            agenda_entries::largest.desc(),
            agenda_entries::total.desc(),
            agenda_entries::application_id.asc(),
        ))
        .limit(PER_PAGE)
        .offset(offset(page, PER_PAGE))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(application, reference, title, organisation, ask, flags, largest, total)| AgendaEntry {
            application,
            reference,
            title,
            organisation,
            ask,
            flags,
            largest,
            total,
        })
        .collect())
}

/// How many applications of a round stand how, without those that are hidden from the reader.
///
/// # Errors
/// When the database cannot be read.
pub fn agenda_counts(conn: &mut Conn, round: RoundId, hidden: &BTreeSet<ApplicationId>) -> DbResult<AgendaCounts> {
    let hidden: Vec<ApplicationId> = hidden.iter().copied().collect();
    let entries: Vec<(i32, i64)> = agenda_entries::table
        .inner_join(applications::table)
        .filter(agenda_entries::round_id.eq(round))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .filter(agenda_entries::application_id.ne_all(hidden.clone()))
        .group_by(agenda_entries::flags)
        .select((agenda_entries::flags, count_star()))
        .load(conn)?;
    let closed = agenda_entries::table
        .inner_join(applications::table)
        .inner_join(moderations::table.on(moderations::application_id.eq(agenda_entries::application_id)))
        .filter(agenda_entries::round_id.eq(round))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .filter(moderations::stage.eq(ModerationStage::Closed))
        .filter(agenda_entries::application_id.ne_all(hidden))
        .count()
        .get_result(conn)?;
    let count =
        |flagged: bool| entries.iter().filter(|(flags, _)| !flagged || *flags > 0).map(|(_, count)| count).sum();
    Ok(AgendaCounts { all: count(false), closed, flagged: count(true) })
}

/// How pages name an application.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    /// Its reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Who made it.
    pub organisation: String,
}

/// How pages name some applications.
///
/// # Errors
/// When the database cannot be read.
pub fn labels_of(conn: &mut Conn, ids: &[ApplicationId]) -> DbResult<HashMap<ApplicationId, Label>> {
    let ids: Vec<i32> = ids.iter().map(|id| id.row()).collect();
    let rows: Vec<(i32, String, String, String)> = applications::table
        .inner_join(organisations::table)
        .filter(applications::id.eq_any(ids))
        .select((applications::id, applications::reference, applications::title, organisations::name))
        .load(conn)?;
    let labels = rows
        .into_iter()
        .map(|(id, reference, title, organisation)| (ApplicationId::new(id), Label { reference, title, organisation }));
    Ok(labels.collect())
}

/// The applications, of rounds that are being moderated, whose last discussion somebody chaired; the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn chaired_by(conn: &mut Conn, account: AccountId) -> DbResult<Vec<(RoundId, ApplicationId)>> {
    let own: Vec<(i32, RoundId, ApplicationId)> = meeting_items::table
        .inner_join(applications::table.inner_join(rounds::table))
        .filter(meeting_items::chair_id.eq(account))
        .filter(applications::stage.eq(ApplicationStage::Submitted))
        .filter(rounds::stage.eq(RoundStage::Moderation))
        .order(meeting_items::id.desc())
        .select((meeting_items::id, applications::round_id, meeting_items::application_id))
        .load(conn)?;
    let ids: Vec<ApplicationId> = own.iter().map(|(_, _, application)| *application).collect();
    let last: Vec<(ApplicationId, Option<i32>)> = meeting_items::table
        .filter(meeting_items::application_id.eq_any(ids))
        .group_by(meeting_items::application_id)
        .select((meeting_items::application_id, max(meeting_items::id)))
        .load(conn)?;
    let last: BTreeSet<i32> = last.into_iter().filter_map(|(_, item)| item).collect();
    Ok(own
        .into_iter()
        .filter(|(item, _, _)| last.contains(item))
        .map(|(_, round, application)| (round, application))
        .collect())
}
