//! Answers and their versions.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::applications::answers::Answer;
use crate::applications::model::{AnswerVersion, Standing};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::time::At;
use crate::db::schema::{accounts, answer_versions, answers};
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

/// An answer as it is stored.
#[derive(Debug, Clone)]
pub(in crate::applications) struct StoredAnswer {
    pub row: i32,
    pub version: i32,
    pub value: String,
    pub saved_at: At,
    pub saved_by: AccountId,
}

/// Stored answers by question.
pub(in crate::applications) fn stored_answers(
    conn: &mut Conn,
    application: ApplicationId,
) -> DbResult<BTreeMap<String, StoredAnswer>> {
    let rows: Vec<(String, i32, i32, String, At, AccountId)> = answers::table
        .filter(answers::application_id.eq(application))
        .select((
            answers::question,
            answers::id,
            answers::version,
            answers::value,
            answers::saved_at,
            answers::saved_by,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(code, row, version, value, saved_at, saved_by)| {
            (code, StoredAnswer { row, version, value, saved_at, saved_by })
        })
        .collect())
}

/// Makes `value` the answer, and keeps it as a version. Returns its version; `NotFound` when `stored` is no longer the answer.
pub(in crate::applications) fn put_answer(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    question: &str,
    stored: Option<&StoredAnswer>,
    (value, page): (&str, &str),
) -> DbResult<i32> {
    let (now, account) = (tx.now(), tx.account()?);
    let version = match stored {
        Some(stored) => {
            keep_earlier(tx, application, question, stored)?;
            update_answer(tx, stored, value)?;
            stored.version + 1
        }
        None => {
            insert_answer(tx, application, question, value)?;
            1
        }
    };
    let kept = NewVersion { question, version, standing: Standing::Saved, value, page, at: now, by: account };
    insert_version(tx, application, &kept)?;
    Ok(version)
}

/// An answer from before versions were kept gets its row when it is first changed.
fn keep_earlier(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    question: &str,
    stored: &StoredAnswer,
) -> DbResult<()> {
    if version_text(tx.conn(), application, question, stored.version)?.is_some() {
        return Ok(());
    }
    let kept = NewVersion {
        question,
        version: stored.version,
        standing: Standing::Saved,
        value: &stored.value,
        page: "",
        at: stored.saved_at,
        by: stored.saved_by,
    };
    insert_version(tx, application, &kept)
}

/// Keeps a text that met somebody else's, written on version `base`. The same text of the same person is kept once.
pub(in crate::applications) fn set_aside(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    question: &str,
    base: i32,
    value: &str,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    let known: i64 = answer_versions::table
        .filter(
            answer_versions::application_id
                .eq(application)
                .and(answer_versions::question.eq(question))
                .and(answer_versions::standing.eq(Standing::SetAside))
                .and(answer_versions::saved_by.eq(account))
                .and(answer_versions::value.eq(value)),
        )
        .count()
        .get_result(tx.conn())?;
    if known > 0 {
        return Ok(());
    }
    let kept =
        NewVersion { question, version: base, standing: Standing::SetAside, value, page: "", at: now, by: account };
    insert_version(tx, application, &kept)
}

struct NewVersion<'a> {
    question: &'a str,
    version: i32,
    standing: Standing,
    value: &'a str,
    page: &'a str,
    at: At,
    by: AccountId,
}

fn insert_version(tx: &mut WriteTx<'_>, application: ApplicationId, new: &NewVersion<'_>) -> DbResult<()> {
    tx.insert(Table::AnswerVersions, |conn| {
        diesel::insert_into(answer_versions::table)
            .values((
                answer_versions::application_id.eq(application),
                answer_versions::question.eq(new.question),
                answer_versions::version.eq(new.version),
                answer_versions::standing.eq(new.standing),
                answer_versions::value.eq(new.value),
                answer_versions::page.eq(new.page),
                answer_versions::saved_at.eq(new.at),
                answer_versions::saved_by.eq(new.by),
            ))
            .returning(answer_versions::id)
            .get_result(conn)
    })?;
    Ok(())
}

fn insert_answer(tx: &mut WriteTx<'_>, application: ApplicationId, question: &str, value: &str) -> DbResult<()> {
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

fn update_answer(tx: &mut WriteTx<'_>, stored: &StoredAnswer, value: &str) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::Answers, stored.row, |conn| {
        diesel::update(answers::table.find(stored.row).filter(answers::version.eq(stored.version)))
            .set((
                answers::value.eq(value),
                answers::version.eq(stored.version + 1),
                answers::saved_at.eq(now),
                answers::saved_by.eq(account),
            ))
            .execute(conn)
    })
}

/// The text of a version that was the answer, and the opened page that it came from.
pub(in crate::applications) fn version_text(
    conn: &mut Conn,
    application: ApplicationId,
    question: &str,
    version: i32,
) -> DbResult<Option<(String, String)>> {
    Ok(answer_versions::table
        .filter(
            answer_versions::application_id
                .eq(application)
                .and(answer_versions::question.eq(question))
                .and(answer_versions::version.eq(version))
                .and(answer_versions::standing.eq(Standing::Saved)),
        )
        .select((answer_versions::value, answer_versions::page))
        .get_result(conn)
        .optional()?)
}

/// Every kept text of an answer, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn versions_of(conn: &mut Conn, application: ApplicationId, question: &str) -> DbResult<Vec<AnswerVersion>> {
    let rows: Vec<(i32, i32, Standing, String, At, String)> = answer_versions::table
        .inner_join(accounts::table)
        .filter(answer_versions::application_id.eq(application).and(answer_versions::question.eq(question)))
        .order(answer_versions::id.desc())
        .select((
            answer_versions::id,
            answer_versions::version,
            answer_versions::standing,
            answer_versions::value,
            answer_versions::saved_at,
            accounts::name,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, version, standing, value, saved_at, by)| AnswerVersion {
            id,
            version,
            standing,
            value,
            saved_at,
            by,
        })
        .collect())
}

/// How many texts are kept of each answer, those that were set aside too.
pub(in crate::applications) fn count_versions(
    conn: &mut Conn,
    application: ApplicationId,
) -> DbResult<BTreeMap<String, usize>> {
    let rows: Vec<(String, i64)> = answer_versions::table
        .filter(answer_versions::application_id.eq(application))
        .group_by(answer_versions::question)
        .select((answer_versions::question, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(question, count)| (question, usize::try_from(count).unwrap_or_default())).collect())
}
