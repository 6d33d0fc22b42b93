//! What a person has to declare on, may declare on, and has declared.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::{Columns, record, record_columns};
use crate::base::ids::{AccountId, ApplicationId, RoundId};
use crate::conflicts::model::ConflictRecord;
use crate::db::schema::{accounts, applications, assignments, conflicts, organisations};
use crate::db::{Conn, DbResult};

diesel::define_sql_function! {
    /// Small letters.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// A bid as far as it is known before a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conflicts) struct ToDeclare {
    pub application: ApplicationId,
    pub reference: String,
    pub title: String,
    pub organisation: String,
}

impl From<(i32, String, String, String)> for ToDeclare {
    fn from((id, reference, title, organisation): (i32, String, String, String)) -> Self {
        Self { application: ApplicationId::new(id), reference, title, organisation }
    }
}

/// The submitted bids of a round that a person is assigned to and has not declared on, by reference.
pub(in crate::conflicts) fn to_declare(
    conn: &mut Conn,
    account: AccountId,
    round: RoundId,
) -> DbResult<Vec<ToDeclare>> {
    let rows: Vec<(i32, String, String, String)> = assignments::table
        .inner_join(applications::table.inner_join(organisations::table))
        .filter(assignments::account_id.eq(account).and(assignments::stage.eq("assigned")))
        .filter(applications::round_id.eq(round).and(applications::stage.eq("submitted")))
        .order(applications::reference)
        .select((applications::id, applications::reference, applications::title, organisations::name))
        .load(conn)?;
    Ok(rows.into_iter().map(ToDeclare::from).collect())
}

/// A page of the submitted bids of a round but for those that are hidden, by organisation; `text` is looked for in the organisation's name
/// and the reference. And how many there are.
pub(in crate::conflicts) fn declarable(
    conn: &mut Conn,
    round: RoundId,
    hidden: &[ApplicationId],
    text: &str,
    (offset, limit): (i64, i64),
) -> DbResult<(Vec<ToDeclare>, i64)> {
    macro_rules! chosen {
        ($columns:expr) => {{
            let rows: Vec<i32> = hidden.iter().map(|id| id.row()).collect();
            let mut query = applications::table
                .inner_join(organisations::table)
                .filter(applications::round_id.eq(round).and(applications::stage.eq("submitted")))
                .filter(applications::id.ne_all(rows))
                .select($columns)
                .into_boxed();
            if !text.is_empty() {
                let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
                // SQLite's `lower` knows ASCII alone.
                let ascii = format!("%{}%", escaped.to_ascii_lowercase());
                let all = format!("%{}%", escaped.to_lowercase());
                query = query.filter(
                    lower(organisations::name)
                        .like(ascii.clone())
                        .escape('\\')
                        .or(lower(organisations::name).like(all).escape('\\'))
                        .or(lower(applications::reference).like(ascii).escape('\\')),
                );
            }
            query
        }};
    }
    let matching: i64 = chosen!(count_star()).get_result(conn)?;
    let rows: Vec<(i32, String, String, String)> =
        chosen!((applications::id, applications::reference, applications::title, organisations::name))
            .order(lower(organisations::name).asc())
            .then_order_by(applications::reference.asc())
            .limit(limit)
            .offset(offset)
            .load(conn)?;
    Ok((rows.into_iter().map(ToDeclare::from).collect(), matching))
}

/// A person's own records with the bid's reference and organisation, the newest first.
pub(in crate::conflicts) fn own_records(
    conn: &mut Conn,
    account: AccountId,
) -> DbResult<Vec<(ConflictRecord, String, String)>> {
    let rows: Vec<(Columns, String, String)> = conflicts::table
        .inner_join(applications::table.inner_join(organisations::table))
        .filter(conflicts::account_id.eq(account))
        .order(conflicts::id.desc())
        .select((record_columns!(), applications::reference, organisations::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(columns, reference, organisation)| (record(columns), reference, organisation)).collect())
}

/// A record as the office lists it.
#[derive(Debug, Clone)]
pub(in crate::conflicts) struct Listed {
    pub record: ConflictRecord,
    pub reference: String,
    pub organisation: String,
    pub person: String,
}

/// A page of a round's records by reference and name, without bids that are `hidden` from who asks; with `all`, also those where somebody
/// declared that there is none. And how many there are.
pub(in crate::conflicts) fn office_records(
    conn: &mut Conn,
    round: RoundId,
    (hidden, all): (&[i32], bool),
    (offset, limit): (i64, i64),
) -> DbResult<(Vec<Listed>, i64)> {
    macro_rules! chosen {
        ($columns:expr) => {{
            let mut query = conflicts::table
                .inner_join(applications::table.inner_join(organisations::table))
                .inner_join(accounts::table.on(accounts::id.eq(conflicts::account_id)))
                .filter(applications::round_id.eq(round))
                .filter(applications::id.ne_all(hidden.to_vec()))
                .select($columns)
                .into_boxed();
            if !all {
                query = query.filter(conflicts::declared.eq("conflict").or(conflicts::ruling.is_not_null()));
            }
            query
        }};
    }
    let matching: i64 = chosen!(count_star()).get_result(conn)?;
    let rows: Vec<(Columns, String, String, String)> =
        chosen!((record_columns!(), applications::reference, organisations::name, accounts::name))
            .order((applications::reference.asc(), accounts::name.asc(), conflicts::id.asc()))
            .limit(limit)
            .offset(offset)
            .load(conn)?;
    let listed = rows
        .into_iter()
        .map(|(columns, reference, organisation, person)| Listed {
            record: record(columns),
            reference,
            organisation,
            person,
        })
        .collect();
    Ok((listed, matching))
}
