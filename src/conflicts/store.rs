//! The tables of conflicts and interests.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use super::model::{ConflictChange, ConflictKind, ConflictRecord, Declared, RecordedConflict, RuledOn, Ruling, What};
use super::rules::{Rule, rules_of_text, rules_text};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, ConflictId, RoundId};
use crate::base::time::At;
use crate::db::schema::{accounts, applications, assignments, conflict_changes, conflicts, organisations};
use crate::db::{Conn, DbResult};

mod assignments_of;
mod facts;
mod interests;
mod lists;

pub(super) use assignments_of::{not_adopted, set_cleared, set_conflicted, set_open_again};
pub use facts::{Suggestion, matches_of, suggestions_of_round};
pub(super) use interests::{end_interest, find_interest, insert_interest};
pub use interests::{interests_of, people_with_interests};
pub(super) use lists::{Listed, ToDeclare, declarable, office_records, own_records, to_declare};

type Columns = (
    (i32, ApplicationId, AccountId, i32),
    (Option<Declared>, Option<ConflictKind>, Option<String>, Option<At>),
    (Option<Ruling>, Option<String>, Option<String>, Option<At>, Option<AccountId>),
);

macro_rules! record_columns {
    () => {
        (
            (conflicts::id, conflicts::application_id, conflicts::account_id, conflicts::version),
            (conflicts::declared, conflicts::kind, conflicts::detail, conflicts::declared_at),
            (conflicts::ruling, conflicts::reason, conflicts::rules, conflicts::ruled_at, conflicts::ruled_by),
        )
    };
}

use record_columns;

fn record(columns: Columns) -> ConflictRecord {
    let ((id, application, account, version), said, ruled) = columns;
    let (declared, kind, detail, declared_at) = said;
    let (ruling, reason, rules, at, by) = ruled;
    let ruling = match (ruling, at, by) {
        (Some(ruling), Some(at), Some(by)) => Some(RuledOn {
            ruling,
            reason: reason.unwrap_or_default(),
            rules: rules_of_text(rules.as_deref().unwrap_or_default()),
            at,
            by,
        }),
        _ => None,
    };
    ConflictRecord {
        id: ConflictId::new(id),
        application,
        account,
        declared: declared.zip(declared_at),
        kind,
        detail,
        ruling,
        version,
    }
}

type ChangeRow = (ConflictId, What, Option<ConflictKind>, String, At, AccountId);

macro_rules! change_columns {
    () => {
        (
            conflict_changes::conflict_id,
            conflict_changes::what,
            conflict_changes::kind,
            conflict_changes::words,
            conflict_changes::changed_at,
            conflict_changes::changed_by,
        )
    };
}

fn change((record, what, kind, words, at, by): ChangeRow) -> ConflictChange {
    ConflictChange { record, what, kind, words, at, by }
}

/// A person's record on a bid.
///
/// # Errors
/// When the database cannot be read.
pub fn record_of(conn: &mut Conn, application: ApplicationId, account: AccountId) -> DbResult<Option<ConflictRecord>> {
    let row: Option<Columns> = conflicts::table
        .filter(conflicts::application_id.eq(application).and(conflicts::account_id.eq(account)))
        .select(record_columns!())
        .get_result(conn)
        .optional()?;
    Ok(row.map(record))
}

/// Everything that was said and ruled on a record, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn changes_of(conn: &mut Conn, conflict: ConflictId) -> DbResult<Vec<ConflictChange>> {
    let rows: Vec<ChangeRow> = conflict_changes::table
        .filter(conflict_changes::conflict_id.eq(conflict))
        .order(conflict_changes::id)
        .select(change_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(change).collect())
}

/// Who declared what on the bids of a round and when, and what officers ruled, by reference and name: for the decision notice, the minutes
/// and the case file. Everything is in it: leave out what is hidden from who reads.
///
/// # Errors
/// When the database cannot be read.
pub fn conflicts_of_round(conn: &mut Conn, round: RoundId) -> DbResult<Vec<RecordedConflict>> {
    let rows: Vec<(Columns, String, String, String)> = conflicts::table
        .inner_join(applications::table.inner_join(organisations::table))
        .inner_join(accounts::table.on(accounts::id.eq(conflicts::account_id)))
        .filter(applications::round_id.eq(round))
        .order((applications::reference, accounts::name, conflicts::id))
        .select((record_columns!(), applications::reference, organisations::name, accounts::name))
        .load(conn)?;
    let changed: Vec<ChangeRow> = conflict_changes::table
        .inner_join(conflicts::table.inner_join(applications::table))
        .filter(applications::round_id.eq(round))
        .order(conflict_changes::id)
        .select(change_columns!())
        .load(conn)?;
    let mut changes: HashMap<ConflictId, Vec<ConflictChange>> = HashMap::new();
    for found in changed.into_iter().map(change) {
        changes.entry(found.record).or_default().push(found);
    }
    Ok(rows
        .into_iter()
        .map(|(columns, reference, organisation, person)| {
            let record = record(columns);
            let changes = changes.remove(&record.id).unwrap_or_default();
            RecordedConflict { record, reference, organisation, person, changes }
        })
        .collect())
}

/// The records of a round by bid and person.
pub(super) fn records_of_round(
    conn: &mut Conn,
    round: RoundId,
) -> DbResult<BTreeMap<(ApplicationId, AccountId), ConflictRecord>> {
    let rows: Vec<Columns> = conflicts::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .select(record_columns!())
        .load(conn)?;
    Ok(rows.into_iter().map(record).map(|one| ((one.application, one.account), one)).collect())
}

/// The rows of the assignment of a person to a bid, where there is one: its row and stage.
pub(super) fn assignment_of(
    conn: &mut Conn,
    application: ApplicationId,
    account: AccountId,
) -> DbResult<Option<(i32, String)>> {
    Ok(assignments::table
        .filter(assignments::application_id.eq(application).and(assignments::account_id.eq(account)))
        .select((assignments::id, assignments::stage))
        .get_result(conn)
        .optional()?)
}

/// What a person says of themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'a> {
    pub declared: Declared,
    pub kind: Option<ConflictKind>,
    pub detail: Option<&'a str>,
    pub at: At,
    /// Who said it.
    pub by: AccountId,
}

/// Writes what a person declared, and keeps it in the record's history. A new declaration of a conflict ends an officer's `lifted`.
pub(super) fn put_declared(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    account: AccountId,
    said: Said<'_>,
) -> DbResult<()> {
    let found = record_of(tx.conn(), application, account)?;
    let values = (
        conflicts::declared.eq(Some(said.declared)),
        conflicts::kind.eq(said.kind),
        conflicts::detail.eq(said.detail),
        conflicts::declared_at.eq(Some(said.at)),
    );
    let id = match found {
        None => insert_record(tx, application, account, |conn, id| {
            diesel::update(conflicts::table.find(id)).set(values).execute(conn)
        })?,
        Some(old) => {
            let reset = said.declared == Declared::Conflict
                && old.ruling.as_ref().is_some_and(|ruled| ruled.ruling != Ruling::Pinned);
            tx.update(Table::Conflicts, old.id.row(), |conn| {
                diesel::update(conflicts::table.find(old.id.row()).filter(conflicts::version.eq(old.version)))
                    .set((values, conflicts::version.eq(old.version + 1)))
                    .execute(conn)
            })?;
            if reset {
                clear_ruling(tx, old.id)?;
            }
            old.id
        }
    };
    let what = match said.declared {
        Declared::Clear => What::Clear,
        Declared::Conflict => What::Conflict,
    };
    let change = NewChange { what, kind: said.kind, words: said.detail.unwrap_or_default(), rules: None };
    insert_change(tx, id, change, (said.at, said.by))
}

/// A row with nothing in it, filled in at once: one `INSERT` would need the columns of each caller.
fn insert_record(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    account: AccountId,
    fill: impl FnOnce(&mut Conn, i32) -> QueryResult<usize>,
) -> DbResult<ConflictId> {
    let id = tx.insert(Table::Conflicts, |conn| {
        diesel::insert_into(conflicts::table)
            .values((
                conflicts::application_id.eq(application),
                conflicts::account_id.eq(account),
                conflicts::version.eq(1),
            ))
            .returning(conflicts::id)
            .get_result(conn)
    })?;
    tx.update(Table::Conflicts, id, |conn| fill(conn, id))?;
    Ok(ConflictId::new(id))
}

fn clear_ruling(tx: &mut WriteTx<'_>, id: ConflictId) -> DbResult<()> {
    tx.update(Table::Conflicts, id.row(), |conn| {
        diesel::update(conflicts::table.find(id.row()))
            .set((
                conflicts::ruling.eq(None::<Ruling>),
                conflicts::reason.eq(None::<String>),
                conflicts::rules.eq(None::<String>),
                conflicts::ruled_at.eq(None::<At>),
                conflicts::ruled_by.eq(None::<AccountId>),
            ))
            .execute(conn)
    })
}

/// What an officer rules.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewRuling<'a> {
    pub ruling: Ruling,
    pub reason: &'a str,
    /// What is suggested at the time.
    pub rules: &'a std::collections::BTreeSet<Rule>,
}

/// Writes an officer's ruling; lifted, a declared conflict is taken off the record with it and stays in its history.
pub(super) fn put_ruling(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    account: AccountId,
    new: NewRuling<'_>,
) -> DbResult<()> {
    let (now, by) = (tx.now(), tx.account()?);
    let rules = rules_text(new.rules);
    let values = (
        conflicts::ruling.eq(Some(new.ruling)),
        conflicts::reason.eq(Some(new.reason)),
        conflicts::rules.eq(Some(rules.as_str())),
        conflicts::ruled_at.eq(Some(now)),
        conflicts::ruled_by.eq(Some(by)),
    );
    let id = match record_of(tx.conn(), application, account)? {
        None => insert_record(tx, application, account, |conn, id| {
            diesel::update(conflicts::table.find(id)).set(values).execute(conn)
        })?,
        Some(old) => {
            tx.update(Table::Conflicts, old.id.row(), |conn| {
                diesel::update(conflicts::table.find(old.id.row()).filter(conflicts::version.eq(old.version)))
                    .set((values, conflicts::version.eq(old.version + 1)))
                    .execute(conn)
            })?;
            if new.ruling == Ruling::Lifted {
                clear_declared(tx, old.id)?;
            }
            old.id
        }
    };
    let what = match new.ruling {
        Ruling::Pinned => What::Pinned,
        Ruling::Lifted => What::Lifted,
        Ruling::Dismissed => What::Dismissed,
    };
    insert_change(tx, id, NewChange { what, kind: None, words: new.reason, rules: Some(&rules) }, (now, by))
}

fn clear_declared(tx: &mut WriteTx<'_>, id: ConflictId) -> DbResult<()> {
    tx.update(Table::Conflicts, id.row(), |conn| {
        diesel::update(conflicts::table.find(id.row()))
            .set((
                conflicts::declared.eq(None::<Declared>),
                conflicts::kind.eq(None::<ConflictKind>),
                conflicts::detail.eq(None::<String>),
                conflicts::declared_at.eq(None::<At>),
            ))
            .execute(conn)
    })
}

struct NewChange<'a> {
    what: What,
    kind: Option<ConflictKind>,
    words: &'a str,
    rules: Option<&'a str>,
}

fn insert_change(tx: &mut WriteTx<'_>, id: ConflictId, new: NewChange<'_>, (at, by): (At, AccountId)) -> DbResult<()> {
    tx.insert(Table::ConflictChanges, |conn| {
        diesel::insert_into(conflict_changes::table)
            .values((
                conflict_changes::conflict_id.eq(id),
                conflict_changes::what.eq(new.what),
                conflict_changes::kind.eq(new.kind),
                conflict_changes::words.eq(new.words),
                conflict_changes::rules.eq(new.rules),
                conflict_changes::changed_at.eq(at),
                conflict_changes::changed_by.eq(by),
            ))
            .returning(conflict_changes::id)
            .get_result(conn)
    })?;
    Ok(())
}
