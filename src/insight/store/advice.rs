//! What officers found of last time's advice.

use diesel::prelude::*;

use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId};
use crate::base::time::At;
use crate::db::schema::advice_judgements;
use crate::db::{Conn, DbResult};
use crate::insight::model::{Judgement, NewJudgement, Verdict};

type Row = (String, i32, Verdict, String, i32, At, AccountId);

/// Every judgement of a bid's advice, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn judgements_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Judgement>> {
    let rows: Vec<Row> = advice_judgements::table
        .filter(advice_judgements::application_id.eq(application))
        .order(advice_judgements::id.desc())
        .select((
            advice_judgements::reference,
            advice_judgements::item,
            advice_judgements::verdict,
            advice_judgements::reason,
            advice_judgements::version,
            advice_judgements::judged_at,
            advice_judgements::judged_by,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(reference, item, verdict, reason, version, at, by)| Judgement {
            key: (reference, item),
            verdict,
            reason,
            version,
            at,
            by,
        })
        .collect())
}

/// Records a version; a constraint refuses one that somebody else recorded meanwhile.
pub(in crate::insight) fn insert_judgement(tx: &mut WriteTx<'_>, new: &NewJudgement) -> DbResult<i32> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::AdviceJudgements, |conn| {
        diesel::insert_into(advice_judgements::table)
            .values((
                advice_judgements::application_id.eq(new.application),
                advice_judgements::letter_id.eq(new.letter.row()),
                advice_judgements::reference.eq(&new.key.0),
                advice_judgements::item.eq(new.key.1),
                advice_judgements::verdict.eq(new.verdict),
                advice_judgements::reason.eq(&new.reason),
                advice_judgements::version.eq(new.version),
                advice_judgements::judged_at.eq(now),
                advice_judgements::judged_by.eq(account),
            ))
            .returning(advice_judgements::id)
            .get_result(conn)
    })
}
