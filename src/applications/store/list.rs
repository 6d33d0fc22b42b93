//! The officer's list: filtered, sorted, counted and cut into pages by the database, in a number of queries that does not
//! depend on how many bids there are.

use std::collections::{BTreeSet, HashMap};

use diesel::dsl::{count, count_star, exists, not};
use diesel::prelude::*;

use super::{Columns, application, application_columns};
use crate::applications::filter::{Filter, GateStanding, ListRules, Sort};
use crate::applications::gates::GateOutcome;
use crate::applications::model::{Application, ApplicationStage};
use crate::audit::store::kept_of_round;
use crate::base::ids::{ApplicationId, RoundId};
use crate::base::memo::Memo;
use crate::db::schema::{applications, documents, gate_checks, organisations};
use crate::db::{Conn, DbResult};

diesel::define_sql_function! {
    /// Small letters.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// A bid of the list.
#[derive(Debug, Clone)]
pub struct ListedBid {
    /// The bid.
    pub application: Application,
    /// How many gates let it be awarded.
    pub passed: usize,
    /// How many are not met.
    pub failed: usize,
}

/// How many bids of a round stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListCounts {
    /// Still being written.
    pub drafts: i64,
    /// With the office.
    pub submitted: i64,
    /// Taken back.
    pub withdrawn: i64,
    /// With the office and every gate met.
    pub met: i64,
    /// With the office and a gate not met.
    pub not_met: i64,
    /// With the office and a required document missing.
    pub missing: i64,
}

impl ListCounts {
    /// With the office, nothing not met, and something not checked.
    #[must_use]
    pub const fn open(&self) -> i64 {
        self.submitted.saturating_sub(self.met).saturating_sub(self.not_met)
    }
}

/// A page of the list.
#[derive(Debug, Clone)]
pub struct ListPage {
    /// Its bids.
    pub bids: Vec<ListedBid>,
    /// How many bids match in all.
    pub matching: i64,
    /// How the round's bids stand, whatever the filter.
    pub counts: ListCounts,
}

fn passing() -> Vec<GateOutcome> {
    GateOutcome::ALL.iter().copied().filter(|outcome| outcome.passes()).collect()
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// How many gates of an application are passed, within a query of applications.
macro_rules! gates_passed {
    ($rules:expr) => {
        gate_checks::table
            .filter(gate_checks::application_id.eq(applications::id))
            .filter(gate_checks::gate.eq_any($rules.gates.clone()))
            .filter(gate_checks::outcome.eq_any(passing()))
            .select(count_star())
            .single_value()
    };
}

/// Whether a gate of an application is not met, within a query of applications.
macro_rules! gate_failed {
    ($rules:expr) => {
        exists(
            gate_checks::table
                .filter(gate_checks::application_id.eq(applications::id))
                .filter(gate_checks::gate.eq_any($rules.gates.clone()))
                .filter(gate_checks::outcome.eq(GateOutcome::NotMet)),
        )
    };
}

/// How many of the documents that everybody needs are there, within a query of applications.
macro_rules! documents_there {
    ($rules:expr) => {
        documents::table
            .filter(documents::application_id.eq(applications::id))
            .filter(documents::question.eq_any($rules.documents.clone()))
            .filter(documents::removed_at.is_null())
            .select(count(documents::question).aggregate_distinct())
            .single_value()
    };
}

/// The bids of a round that a filter chooses, without drafts and without those that are hidden from who asks.
macro_rules! chosen {
    ($round:expr, $rules:expr, $filter:expr, $hidden:expr, $columns:expr) => {{
        let (rules, filter): (&ListRules, &Filter) = ($rules, $filter);
        let mut query = applications::table
            .inner_join(organisations::table)
            .filter(applications::round_id.eq($round))
            .filter(applications::id.ne_all(rows_of($hidden)))
            .filter(applications::stage.ne(ApplicationStage::Draft))
            .select($columns)
            .into_boxed();
        if let Some(stage) = filter.stage {
            query = query.filter(applications::stage.eq(stage));
        }
        if let Some(stream) = &filter.stream {
            query = query.filter(applications::stream.eq(Some(stream)));
        }
        if filter.gates.is_some() || filter.missing {
            query = query.filter(applications::stage.eq(ApplicationStage::Submitted));
        }
        query = match filter.gates {
            None => query,
            Some(GateStanding::NotMet) => query.filter(gate_failed!(rules)),
            Some(GateStanding::Met) => query.filter(gates_passed!(rules).eq(number(rules.gates.len()))),
            Some(GateStanding::Open) => {
                query.filter(gates_passed!(rules).lt(number(rules.gates.len()))).filter(not(gate_failed!(rules)))
            }
        };
        if !filter.text.is_empty() {
            // SQLite's `lower` knows ASCII alone.
            let (ascii, all) = (contains(&filter.text.to_ascii_lowercase()), contains(&filter.text.to_lowercase()));
            query = query.filter(
                lower(organisations::name)
                    .like(ascii.clone())
                    .escape('\\')
                    .or(lower(organisations::name).like(all).escape('\\'))
                    .or(lower(applications::reference).like(ascii).escape('\\')),
            );
        }
        if let Some(least) = filter.least {
            query = query.filter(applications::ask_pence.ge(least));
        }
        if let Some(most) = filter.most {
            query = query.filter(applications::ask_pence.le(most));
        }
        if let Some(from) = filter.from {
            query = query.filter(applications::submitted_at.ge(from));
        }
        if let Some(until) = filter.until {
            query = query.filter(applications::submitted_at.lt(until));
        }
        if filter.missing {
            query = query.filter(documents_there!(rules).lt(number(rules.documents.len())));
        }
        query
    }};
}

/// A pattern of texts that contain this one.
fn contains(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

fn rows_of(hidden: &BTreeSet<ApplicationId>) -> Vec<i32> {
    hidden.iter().map(|id| id.row()).collect()
}

/// A page of a round's bids, with counts; those that are `hidden` from who asks are in neither.
///
/// # Errors
/// When the database cannot be read.
pub fn list_page(
    conn: &mut Conn,
    round: RoundId,
    rules: &ListRules,
    filter: &Filter,
    hidden: &BTreeSet<ApplicationId>,
    memo: &Memo,
) -> DbResult<ListPage> {
    // What nothing is hidden from is the same for every officer until something happens in the round.
    let counts = if hidden.is_empty() {
        *kept_of_round(conn, round.row(), memo, |conn| counts(conn, round, rules, hidden))?
    } else {
        counts(conn, round, rules, hidden)?
    };
    let matching = if filter.chooses_all() {
        counts.submitted.saturating_add(counts.withdrawn)
    } else {
        chosen!(round, rules, filter, hidden, count_star()).get_result(conn)?
    };
    let mut query = chosen!(round, rules, filter, hidden, application_columns!());
    query = match (filter.sort.unwrap_or(Sort::Reference), filter.descending) {
        (Sort::Reference, false) => query.order(applications::reference.asc()),
        (Sort::Reference, true) => query.order(applications::reference.desc()),
        (Sort::Project, false) => query.order(lower(applications::title).asc()),
        (Sort::Project, true) => query.order(lower(applications::title).desc()),
        (Sort::Organisation, false) => query.order(lower(organisations::name).asc()),
        (Sort::Organisation, true) => query.order(lower(organisations::name).desc()),
        (Sort::Asked, false) => query.order(applications::ask_pence.asc()),
        (Sort::Asked, true) => query.order(applications::ask_pence.desc()),
        (Sort::Received, false) => query.order(applications::submitted_at.asc()),
        (Sort::Received, true) => query.order(applications::submitted_at.desc()),
        (Sort::Gates, false) => query.order(gates_passed!(rules).asc()),
        (Sort::Gates, true) => query.order(gates_passed!(rules).desc()),
    };
    let rows: Vec<Columns> = query
        .then_order_by(applications::reference.asc())
        .limit(filter.per_page())
        .offset(filter.offset())
        .load(conn)?;
    let found: Vec<Application> = rows.into_iter().map(application).collect();
    let bids = with_gates(conn, found, rules)?;
    Ok(ListPage { bids, matching, counts })
}

/// Counts of the whole round, each without what its answer does not hang on: the organisations, and gates or documents where the round has
/// none.
fn counts(
    conn: &mut Conn,
    round: RoundId,
    rules: &ListRules,
    hidden: &BTreeSet<ApplicationId>,
) -> DbResult<ListCounts> {
    let stages: Vec<(ApplicationStage, i64)> = applications::table
        .filter(applications::round_id.eq(round))
        .filter(applications::id.ne_all(rows_of(hidden)))
        .group_by(applications::stage)
        .select((applications::stage, count_star()))
        .load(conn)?;
    let of = |stage| stages.iter().find(|(found, _)| *found == stage).map_or(0, |(_, count)| *count);
    let submitted = || {
        applications::table
            .filter(applications::round_id.eq(round).and(applications::stage.eq(ApplicationStage::Submitted)))
            .filter(applications::id.ne_all(rows_of(hidden)))
            .select(count_star())
    };
    let met = if rules.gates.is_empty() {
        of(ApplicationStage::Submitted)
    } else {
        submitted().filter(gates_passed!(rules).eq(number(rules.gates.len()))).get_result(conn)?
    };
    let not_met = if rules.gates.is_empty() { 0 } else { submitted().filter(gate_failed!(rules)).get_result(conn)? };
    let missing = if rules.documents.is_empty() {
        0
    } else {
        submitted().filter(documents_there!(rules).lt(number(rules.documents.len()))).get_result(conn)?
    };
    Ok(ListCounts {
        drafts: of(ApplicationStage::Draft),
        submitted: of(ApplicationStage::Submitted),
        withdrawn: of(ApplicationStage::Withdrawn),
        met,
        not_met,
        missing,
    })
}

fn with_gates(conn: &mut Conn, found: Vec<Application>, rules: &ListRules) -> DbResult<Vec<ListedBid>> {
    let ids: Vec<ApplicationId> = found.iter().map(|application| application.id).collect();
    let rows: Vec<(ApplicationId, String, GateOutcome)> = gate_checks::table
        .filter(gate_checks::application_id.eq_any(ids))
        .select((gate_checks::application_id, gate_checks::gate, gate_checks::outcome))
        .load(conn)?;
    let mut gates: HashMap<ApplicationId, (usize, usize)> = HashMap::new();
    for (application, gate, outcome) in rows {
        if rules.gates.contains(&gate) {
            let (passed, failed) = gates.entry(application).or_default();
            *passed += usize::from(outcome.passes());
            *failed += usize::from(outcome == GateOutcome::NotMet);
        }
    }
    Ok(found
        .into_iter()
        .map(|application| {
            let (passed, failed) = gates.get(&application.id).copied().unwrap_or_default();
            ListedBid { application, passed, failed }
        })
        .collect())
}
