//! Corrected letters, and which letter of an application is the one that counts.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{first_issued_of, letters_of_round};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, CorrectionId, LetterId, RoundId, WordingId};
use crate::base::time::At;
use crate::db::schema::{applications, letter_corrections, letters};
use crate::db::{Conn, DbError, DbResult};
use crate::letters::model::{Correction, CorrectionStage, Delivery, Issued, Letter};
use crate::press::LetterKind;

type Columns = (
    (CorrectionId, i32, i32, String, String, CorrectionStage, String, Option<String>, Option<String>),
    (String, String, Option<WordingId>),
    (At, AccountId, Option<At>, Option<AccountId>, Delivery, Option<String>),
    (ApplicationId, String),
);

macro_rules! correction_columns {
    () => {
        (
            (
                letter_corrections::id,
                letter_corrections::letter_id,
                letter_corrections::number,
                letter_corrections::reference,
                letter_corrections::reason,
                letter_corrections::stage,
                letter_corrections::data,
                letter_corrections::pdf_sha256,
                letter_corrections::problem,
            ),
            (letter_corrections::template, letter_corrections::template_sha256, letter_corrections::wording_id),
            (
                letter_corrections::drafted_at,
                letter_corrections::drafted_by,
                letter_corrections::issued_at,
                letter_corrections::approved_by,
                letter_corrections::delivery,
                letter_corrections::message_id,
            ),
            (letters::application_id, letters::kind),
        )
    };
}

fn correction((own, (template, template_sha256, wording), rest, (application, kind)): Columns) -> DbResult<Correction> {
    let (id, letter, number, reference, reason, stage, data, pdf_sha256, problem) = own;
    let (drafted_at, drafted_by, issued_at, approved_by, delivery, message_id) = rest;
    let kind: LetterKind =
        kind.parse().map_err(|fault: crate::press::kind::UnknownKind| DbError::Corrupt(fault.to_string()))?;
    let letter = Letter {
        id: LetterId::new(letter),
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
    Ok(Correction { id, letter, reason, stage, message_id })
}

/// A corrected letter that was not given up, by its reference.
pub(in crate::letters) fn correction_of_reference(conn: &mut Conn, reference: &str) -> DbResult<Correction> {
    let row: Columns = letter_corrections::table
        .inner_join(letters::table)
        .filter(letter_corrections::reference.eq(reference))
        .filter(letter_corrections::stage.ne(CorrectionStage::Withdrawn))
        .select(correction_columns!())
        .get_result(conn)?;
    correction(row)
}

/// Every correction of a letter, the first first.
pub(in crate::letters) fn corrections_of(conn: &mut Conn, letter: LetterId) -> DbResult<Vec<Correction>> {
    let rows: Vec<Columns> = letter_corrections::table
        .inner_join(letters::table)
        .filter(letter_corrections::letter_id.eq(letter.row()))
        .order(letter_corrections::number)
        .select(correction_columns!())
        .load(conn)?;
    rows.into_iter().map(correction).collect()
}

/// Every correction of a round's letters, by letter, the first first.
pub(in crate::letters) fn corrections_of_round(
    conn: &mut Conn,
    round: RoundId,
) -> DbResult<HashMap<LetterId, Vec<Correction>>> {
    let rows: Vec<Columns> = letter_corrections::table
        .inner_join(letters::table.inner_join(applications::table))
        .filter(applications::round_id.eq(round))
        .order(letter_corrections::number)
        .select(correction_columns!())
        .load(conn)?;
    let mut found: HashMap<LetterId, Vec<Correction>> = HashMap::new();
    for row in rows {
        let one = correction(row)?;
        found.entry(one.letter.id).or_default().push(one);
    }
    Ok(found)
}

/// Issued corrections whose e-mail has not ended.
pub(in crate::letters) fn corrections_under_way(conn: &mut Conn) -> DbResult<Vec<Correction>> {
    let rows: Vec<Columns> = letter_corrections::table
        .inner_join(letters::table)
        .filter(letter_corrections::stage.eq(CorrectionStage::Issued))
        .filter(letter_corrections::delivery.eq(Delivery::Queued))
        .order(letter_corrections::id)
        .select(correction_columns!())
        .load(conn)?;
    rows.into_iter().map(correction).collect()
}

/// A letter's line: the letter as it was first issued and its issued corrections, each with what replaced it.
pub(in crate::letters) fn line_of(first: Letter, corrections: &[Correction]) -> Vec<Issued> {
    let mut line = vec![Issued { letter: first, reason: None, replaced: None }];
    for next in corrections.iter().filter(|one| one.stage == CorrectionStage::Issued) {
        if let (Some(before), Some(at)) = (line.last_mut(), next.letter.issued_at) {
            before.replaced = Some((at, next.letter.reference.clone()));
        }
        line.push(Issued { letter: next.letter.clone(), reason: Some(next.reason.clone()), replaced: None });
    }
    line
}

/// Every letter of an application that was ever issued: the one that tells the outcome first, and of each the one that counts
/// before those that it replaced.
///
/// # Errors
/// When the database cannot be read.
pub fn every_issued_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Issued>> {
    let mut all = Vec::new();
    for first in first_issued_of(conn, application)? {
        let corrections = corrections_of(conn, first.id)?;
        all.extend(line_of(first, &corrections).into_iter().rev());
    }
    Ok(all)
}

/// The issued letters of an application that count: without those that were replaced. The one that tells the outcome first.
///
/// # Errors
/// When the database cannot be read.
pub fn letters_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Letter>> {
    let all = every_issued_of(conn, application)?;
    Ok(all.into_iter().filter(|one| one.replaced.is_none()).map(|one| one.letter).collect())
}

/// The letters of a round that count: each as drafted or issued, or the newest issued correction in its place.
pub(in crate::letters) fn current_of_round(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Issued>> {
    let corrections = corrections_of_round(conn, round)?;
    let mut found = Vec::new();
    for first in letters_of_round(conn, round)? {
        let of_letter = corrections.get(&first.id).map_or(&[][..], Vec::as_slice);
        found.extend(line_of(first, of_letter).pop());
    }
    Ok(found)
}

/// A corrected letter as drafted now.
#[derive(Debug)]
pub(in crate::letters) struct NewCorrection<'a> {
    pub letter: LetterId,
    pub number: i32,
    pub reference: &'a str,
    pub reason: &'a str,
    pub data: &'a str,
    pub template: &'a str,
    pub template_sha256: &'a str,
    pub wording: Option<WordingId>,
    pub pdf_sha256: Option<&'a str>,
    pub problem: Option<&'a str>,
}

pub(in crate::letters) fn insert_correction(tx: &mut WriteTx<'_>, new: &NewCorrection<'_>) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::LetterCorrections, |conn| {
        diesel::insert_into(letter_corrections::table)
            .values((
                letter_corrections::letter_id.eq(new.letter.row()),
                letter_corrections::number.eq(new.number),
                letter_corrections::reference.eq(new.reference),
                letter_corrections::reason.eq(new.reason),
                letter_corrections::stage.eq(CorrectionStage::made(new.problem)),
                letter_corrections::data.eq(new.data),
                letter_corrections::template.eq(new.template),
                letter_corrections::template_sha256.eq(new.template_sha256),
                letter_corrections::wording_id.eq(new.wording),
                letter_corrections::pdf_sha256.eq(new.pdf_sha256),
                letter_corrections::problem.eq(new.problem),
                letter_corrections::drafted_at.eq(now),
                letter_corrections::drafted_by.eq(account),
                letter_corrections::delivery.eq(Delivery::None),
            ))
            .returning(letter_corrections::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Drafts a correction again, in its own row. `NotFound` when it is issued or given up.
pub(in crate::letters) fn redraft_correction(
    tx: &mut WriteTx<'_>,
    id: CorrectionId,
    new: &NewCorrection<'_>,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    let open = letter_corrections::stage.eq_any([CorrectionStage::Draft, CorrectionStage::NeedsOfficer]);
    tx.update(Table::LetterCorrections, id.row(), |conn| {
        diesel::update(letter_corrections::table.find(id.row()).filter(open))
            .set((
                letter_corrections::reason.eq(new.reason),
                letter_corrections::stage.eq(CorrectionStage::made(new.problem)),
                letter_corrections::data.eq(new.data),
                letter_corrections::template.eq(new.template),
                letter_corrections::template_sha256.eq(new.template_sha256),
                letter_corrections::wording_id.eq(new.wording),
                letter_corrections::pdf_sha256.eq(new.pdf_sha256),
                letter_corrections::problem.eq(new.problem),
                letter_corrections::drafted_at.eq(now),
                letter_corrections::drafted_by.eq(account),
            ))
            .execute(conn)
    })
}

/// `draft -> issued`, approved and issued by one act of a second person.
pub(in crate::letters) fn issue_correction(
    tx: &mut WriteTx<'_>,
    id: CorrectionId,
    delivery: Delivery,
    message_id: Option<&str>,
) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::LetterCorrections, id.row(), |conn| {
        let draft = letter_corrections::stage.eq(CorrectionStage::Draft);
        diesel::update(letter_corrections::table.find(id.row()).filter(draft))
            .set((
                letter_corrections::stage.eq(CorrectionStage::Issued),
                letter_corrections::issued_at.eq(Some(now)),
                letter_corrections::approved_by.eq(Some(account)),
                letter_corrections::delivery.eq(delivery),
                letter_corrections::message_id.eq(message_id),
            ))
            .execute(conn)
    })
}

/// Gives a correction up before it is issued.
pub(in crate::letters) fn withdraw_correction(tx: &mut WriteTx<'_>, id: CorrectionId) -> DbResult<()> {
    let open = letter_corrections::stage.eq_any([CorrectionStage::Draft, CorrectionStage::NeedsOfficer]);
    tx.update(Table::LetterCorrections, id.row(), |conn| {
        diesel::update(letter_corrections::table.find(id.row()).filter(open))
            .set(letter_corrections::stage.eq(CorrectionStage::Withdrawn))
            .execute(conn)
    })
}

pub(in crate::letters) fn set_correction_delivery(
    tx: &mut WriteTx<'_>,
    id: CorrectionId,
    delivery: Delivery,
) -> DbResult<()> {
    tx.update(Table::LetterCorrections, id.row(), |conn| {
        diesel::update(letter_corrections::table.find(id.row()))
            .set(letter_corrections::delivery.eq(delivery))
            .execute(conn)
    })
}
