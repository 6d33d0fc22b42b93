//! Letters about one grant.

use diesel::prelude::*;
use jiff::civil::Date;

use super::records::posted;

use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, LetterId, SingleId, WordingId};
use crate::base::time::At;
use crate::db::schema::{single_letter_posts, single_letters};
use crate::db::{Conn, DbError, DbResult};
use crate::letters::model::{CorrectionStage, Delivery, Issued, Letter, Posted, Single, Way};
use crate::press::LetterKind;

type Columns = (
    (SingleId, ApplicationId, String, i32, String, CorrectionStage, String, Option<i32>, Option<String>),
    (String, String, String, Option<WordingId>, Option<String>, Option<String>),
    (At, AccountId, Option<At>, Option<AccountId>, Delivery, Option<String>),
);

macro_rules! single_columns {
    () => {
        (
            (
                single_letters::id,
                single_letters::application_id,
                single_letters::kind,
                single_letters::number,
                single_letters::reference,
                single_letters::stage,
                single_letters::facts,
                single_letters::replaces_id,
                single_letters::reason,
            ),
            (
                single_letters::data,
                single_letters::template,
                single_letters::template_sha256,
                single_letters::wording_id,
                single_letters::pdf_sha256,
                single_letters::problem,
            ),
            (
                single_letters::drafted_at,
                single_letters::drafted_by,
                single_letters::issued_at,
                single_letters::approved_by,
                single_letters::delivery,
                single_letters::message_id,
            ),
        )
    };
}

/// No letter of a round has this row.
const NO_ROW: LetterId = LetterId::new(0);

fn single((own, made, rest): Columns) -> DbResult<Single> {
    let (id, application, kind, number, reference, stage, facts, replaces, reason) = own;
    let (data, template, template_sha256, wording, pdf_sha256, problem) = made;
    let (drafted_at, drafted_by, issued_at, approved_by, delivery, message_id) = rest;
    let kind: LetterKind =
        kind.parse().map_err(|fault: crate::press::kind::UnknownKind| DbError::Corrupt(fault.to_string()))?;
    let letter = Letter {
        id: NO_ROW,
        application,
        kind,
        reference,
        stage: stage.of_letter(),
        data,
        template,
        template_sha256,
        wording,
        pdf_sha256,
        problem,
        drafted_at,
        drafted_by,
        approved: issued_at.zip(approved_by),
        issued_at,
        delivery,
        number,
    };
    Ok(Single { id, letter, facts, stage, replaces: replaces.map(SingleId::new).zip(reason), message_id })
}

/// Every letter about an application's grant, given up or not, the first first.
///
/// # Errors
/// When the database cannot be read.
pub fn singles_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Single>> {
    let rows: Vec<Columns> = single_letters::table
        .filter(single_letters::application_id.eq(application))
        .order(single_letters::id)
        .select(single_columns!())
        .load(conn)?;
    rows.into_iter().map(single).collect()
}

/// The issued letters about an application's grant, each with what replaced it, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn singles_issued_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Issued>> {
    let all: Vec<Single> = singles_of(conn, application)?.into_iter().filter(|one| one.letter.is_issued()).collect();
    let replaced = |id: SingleId| {
        let by = all.iter().find(|one| one.replaces.as_ref().is_some_and(|(first, _)| *first == id))?;
        Some((by.letter.issued_at?, by.letter.reference.clone()))
    };
    Ok(all
        .iter()
        .rev()
        .map(|one| Issued {
            letter: one.letter.clone(),
            reason: one.replaces.as_ref().map(|(_, reason)| reason.clone()),
            replaced: replaced(one.id),
        })
        .collect())
}

/// A letter about a grant that was not given up.
///
/// # Errors
/// `NotFound` when there is none.
pub fn letter_about_grant(conn: &mut Conn, reference: &str) -> DbResult<Single> {
    let row: Columns = single_letters::table
        .filter(single_letters::reference.eq(reference))
        .filter(single_letters::stage.ne(CorrectionStage::Withdrawn))
        .select(single_columns!())
        .first(conn)?;
    single(row)
}

/// How letters about an application's grant went where their e-mail did not, the newest record last.
pub(in crate::letters) fn posts_of_singles(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Posted>> {
    let rows: Vec<(String, Way, String, AccountId)> = single_letter_posts::table
        .filter(single_letter_posts::application_id.eq(application))
        .order(single_letter_posts::id)
        .select((
            single_letter_posts::reference,
            single_letter_posts::way,
            single_letter_posts::sent_on,
            single_letter_posts::recorded_by,
        ))
        .load(conn)?;
    let row = |(reference, way, sent_on, by)| posted((NO_ROW.row(), reference, way, sent_on, by));
    rows.into_iter().map(row).collect()
}

pub(in crate::letters) fn insert_single_post(
    tx: &mut WriteTx<'_>,
    (application, reference): (ApplicationId, &str),
    way: Way,
    sent_on: Date,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::SingleLetterPosts, |conn| {
        diesel::insert_into(single_letter_posts::table)
            .values((
                single_letter_posts::application_id.eq(application),
                single_letter_posts::reference.eq(reference),
                single_letter_posts::way.eq(way),
                single_letter_posts::sent_on.eq(sent_on.to_string()),
                single_letter_posts::recorded_at.eq(now),
                single_letter_posts::recorded_by.eq(account),
            ))
            .returning(single_letter_posts::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Issued letters whose e-mail has not ended.
pub(in crate::letters) fn singles_under_way(conn: &mut Conn) -> DbResult<Vec<Single>> {
    let rows: Vec<Columns> = single_letters::table
        .filter(single_letters::stage.eq(CorrectionStage::Issued))
        .filter(single_letters::delivery.eq(Delivery::Queued))
        .order(single_letters::id)
        .select(single_columns!())
        .load(conn)?;
    rows.into_iter().map(single).collect()
}

/// A letter about a grant as drafted now.
#[derive(Debug)]
pub(in crate::letters) struct NewSingle<'a> {
    pub application: ApplicationId,
    pub kind: LetterKind,
    pub number: i32,
    pub reference: &'a str,
    pub facts: &'a str,
    pub replaces: Option<(SingleId, &'a str)>,
    pub data: &'a str,
    pub template: &'a str,
    pub template_sha256: &'a str,
    pub wording: Option<WordingId>,
    pub pdf_sha256: Option<&'a str>,
    pub problem: Option<&'a str>,
}

pub(in crate::letters) fn insert_single(tx: &mut WriteTx<'_>, new: &NewSingle<'_>) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::SingleLetters, |conn| {
        diesel::insert_into(single_letters::table)
            .values((
                single_letters::application_id.eq(new.application),
                single_letters::kind.eq(new.kind.name()),
                single_letters::number.eq(new.number),
                single_letters::reference.eq(new.reference),
                single_letters::stage.eq(CorrectionStage::made(new.problem)),
                single_letters::facts.eq(new.facts),
                single_letters::replaces_id.eq(new.replaces.map(|(first, _)| first.row())),
                single_letters::reason.eq(new.replaces.map(|(_, reason)| reason)),
                single_letters::data.eq(new.data),
                single_letters::template.eq(new.template),
                single_letters::template_sha256.eq(new.template_sha256),
                single_letters::wording_id.eq(new.wording),
                single_letters::pdf_sha256.eq(new.pdf_sha256),
                single_letters::problem.eq(new.problem),
                single_letters::drafted_at.eq(now),
                single_letters::drafted_by.eq(account),
                single_letters::delivery.eq(Delivery::None),
            ))
            .returning(single_letters::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Drafts a letter again, in its own row. `NotFound` when it is issued or given up.
pub(in crate::letters) fn redraft_single(tx: &mut WriteTx<'_>, id: SingleId, new: &NewSingle<'_>) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    let open = single_letters::stage.eq_any([CorrectionStage::Draft, CorrectionStage::NeedsOfficer]);
    tx.update(Table::SingleLetters, id.row(), |conn| {
        diesel::update(single_letters::table.find(id.row()).filter(open))
            .set((
                single_letters::stage.eq(CorrectionStage::made(new.problem)),
                single_letters::facts.eq(new.facts),
                single_letters::reason.eq(new.replaces.map(|(_, reason)| reason)),
                single_letters::data.eq(new.data),
                single_letters::template.eq(new.template),
                single_letters::template_sha256.eq(new.template_sha256),
                single_letters::wording_id.eq(new.wording),
                single_letters::pdf_sha256.eq(new.pdf_sha256),
                single_letters::problem.eq(new.problem),
                single_letters::drafted_at.eq(now),
                single_letters::drafted_by.eq(account),
            ))
            .execute(conn)
    })
}

/// `draft -> issued`, approved and issued by one act of a second person.
pub(in crate::letters) fn issue_single(
    tx: &mut WriteTx<'_>,
    id: SingleId,
    delivery: Delivery,
    message_id: Option<&str>,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::SingleLetters, id.row(), |conn| {
        let draft = single_letters::stage.eq(CorrectionStage::Draft);
        diesel::update(single_letters::table.find(id.row()).filter(draft))
            .set((
                single_letters::stage.eq(CorrectionStage::Issued),
                single_letters::issued_at.eq(Some(now)),
                single_letters::approved_by.eq(Some(account)),
                single_letters::delivery.eq(delivery),
                single_letters::message_id.eq(message_id),
            ))
            .execute(conn)
    })
}

/// Gives a letter up before it is issued.
pub(in crate::letters) fn withdraw_single(tx: &mut WriteTx<'_>, id: SingleId) -> DbResult<()> {
    let open = single_letters::stage.eq_any([CorrectionStage::Draft, CorrectionStage::NeedsOfficer]);
    tx.update(Table::SingleLetters, id.row(), |conn| {
        diesel::update(single_letters::table.find(id.row()).filter(open))
            .set(single_letters::stage.eq(CorrectionStage::Withdrawn))
            .execute(conn)
    })
}

pub(in crate::letters) fn set_single_delivery(tx: &mut WriteTx<'_>, id: SingleId, delivery: Delivery) -> DbResult<()> {
    tx.update(Table::SingleLetters, id.row(), |conn| {
        diesel::update(single_letters::table.find(id.row())).set(single_letters::delivery.eq(delivery)).execute(conn)
    })
}
