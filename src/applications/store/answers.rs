//! Answers.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use crate::applications::answers::Answer;
use crate::audit::{Table, WriteTx};
use crate::base::ids::ApplicationId;
use crate::db::schema::answers;
use crate::db::{Conn, DbError, DbResult};
use crate::rounds::RoundDefinition;

/// Answers by question.
///
/// # Errors
/// When the database cannot be read, or an answer is not of its kind.
pub fn answers_of(
    conn: &mut Conn,
    application: ApplicationId,
    definition: &RoundDefinition,
) -> DbResult<BTreeMap<String, Answer>> {
    let rows: Vec<(String, String)> = answers::table
        .filter(answers::application_id.eq(application))
        .select((answers::question, answers::value))
        .load(conn)?;
    rows.into_iter()
        .filter_map(|(code, value)| definition.question(&code).map(|question| (code, question.kind, value)))
        .map(|(code, kind, value)| Ok((code, Answer::from_json(kind, &value).map_err(DbError::Corrupt)?)))
        .collect()
}

/// An answer's row and version, by question.
pub(in crate::applications) fn answer_rows(
    conn: &mut Conn,
    application: ApplicationId,
) -> DbResult<HashMap<String, (i32, i32, String)>> {
    let rows: Vec<(String, i32, i32, String)> = answers::table
        .filter(answers::application_id.eq(application))
        .select((answers::question, answers::id, answers::version, answers::value))
        .load(conn)?;
    Ok(rows.into_iter().map(|(code, id, version, value)| (code, (id, version, value))).collect())
}

pub(in crate::applications) fn insert_answer(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    question: &str,
    value: &str,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::Answers, |conn| {
        diesel::insert_into(answers::table)
            .values((
                answers::application_id.eq(application),
                answers::question.eq(question),
                answers::value.eq(value),
                answers::version.eq(1),
                answers::saved_at.eq(now),
                answers::saved_by.eq(account),
            ))
            .returning(answers::id)
            .get_result(conn)
    })?;
    Ok(())
}

pub(in crate::applications) fn update_answer(tx: &mut WriteTx<'_>, row: i32, value: &str) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::Answers, row, |conn| {
        diesel::update(answers::table.find(row))
            .set((
                answers::value.eq(value),
                answers::version.eq(answers::version + 1),
                answers::saved_at.eq(now),
                answers::saved_by.eq(account),
            ))
            .execute(conn)
    })
}
