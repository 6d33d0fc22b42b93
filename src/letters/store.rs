//! The tables of letters.

mod batches;
mod corrections;
mod list;
pub(super) mod mails;
mod records;
mod singles;
mod wordings;

pub(super) use batches::*;
pub(super) use corrections::*;
pub use corrections::{every_issued_of, letters_of};
pub(super) use list::{ListFilter, Listed, StageCount, counts, page_of_letters};
pub(super) use records::*;
pub(super) use singles::*;
pub use singles::{letter_about_grant, singles_issued_of, singles_of};

use diesel::prelude::*;

use super::model::{Delivery, Letter, LetterStage};
use crate::audit::{EventKind, Table, WriteTx};
use crate::base::ids::{AccountId, ApplicationId, LetterId, RoundId, WordingId};
use crate::base::time::At;
use crate::db::schema::{applications, audit_events, letters};
use crate::db::{Conn, DbError, DbResult};
use crate::press::LetterKind;

pub(super) use wordings::{
    Texts, insert_wording, save_wording, set_discarded, set_proposed, set_returned, set_wording_approved,
};
pub use wordings::{wordings, wordings_of};

type Columns = (
    (i32, ApplicationId, String, String, LetterStage, String, Option<String>, Option<String>),
    (At, AccountId, Option<At>, Option<AccountId>, Option<At>, Delivery),
    (String, String, Option<WordingId>),
);

macro_rules! letter_columns {
    () => {
        (
            (
                letters::id,
                letters::application_id,
                letters::kind,
                letters::reference,
                letters::stage,
                letters::data,
                letters::pdf_sha256,
                letters::problem,
            ),
            (
                letters::drafted_at,
                letters::drafted_by,
                letters::approved_at,
                letters::approved_by,
                letters::issued_at,
                letters::delivery,
            ),
            (letters::template, letters::template_sha256, letters::wording_id),
        )
    };
}

fn letter(columns: Columns) -> DbResult<Letter> {
    let ((id, application, kind, reference, stage, data, pdf_sha256, problem), rest, made_from) = columns;
    let (template, template_sha256, wording) = made_from;
    let (drafted_at, drafted_by, approved_at, approved_by, issued_at, delivery) = rest;
    let kind: LetterKind =
        kind.parse().map_err(|fault: crate::press::kind::UnknownKind| DbError::Corrupt(fault.to_string()))?;
    Ok(Letter {
        id: LetterId::new(id),
        application,
        kind,
        reference,
        stage,
        data,
        template,
        template_sha256,
        wording,
        pdf_sha256,
        problem,
        drafted_at,
        drafted_by,
        approved: approved_at.zip(approved_by),
        issued_at,
        delivery,
        number: 1,
    })
}

/// The letters of an application as they were first issued, the one that tells the outcome first.
pub(super) fn first_issued_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Letter>> {
    let rows: Vec<Columns> = letters::table
        .filter(letters::application_id.eq(application).and(letters::stage.eq(LetterStage::Issued)))
        .select(letter_columns!())
        .load(conn)?;
    in_order(rows)
}

/// The letters of an application at any stage.
pub(super) fn letters_of_application(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Letter>> {
    let rows: Vec<Columns> =
        letters::table.filter(letters::application_id.eq(application)).select(letter_columns!()).load(conn)?;
    in_order(rows)
}

/// Every letter of a round, by application; of one application the letter that tells the outcome first.
///
/// # Errors
/// When the database cannot be read.
pub fn letters_of_round(conn: &mut Conn, round: RoundId) -> DbResult<Vec<Letter>> {
    let rows: Vec<Columns> = letters::table
        .inner_join(applications::table)
        .filter(applications::round_id.eq(round))
        .select(letter_columns!())
        .load(conn)?;
    in_order(rows)
}

fn in_order(rows: Vec<Columns>) -> DbResult<Vec<Letter>> {
    let mut found: Vec<Letter> = rows.into_iter().map(letter).collect::<DbResult<_>>()?;
    found.sort_by_key(|letter| {
        let application = letter.reference.rsplit_once('-').map_or("", |(first, _)| first).to_owned();
        (application, letter.kind == LetterKind::Feedback)
    });
    Ok(found)
}

/// A letter by its reference, or a corrected letter that was not given up.
///
/// # Errors
/// `NotFound` when there is none.
pub fn letter_of_reference(conn: &mut Conn, reference: &str) -> DbResult<Letter> {
    let row: Option<Columns> = letters::table
        .filter(letters::reference.eq(reference))
        .select(letter_columns!())
        .get_result(conn)
        .optional()?;
    match row {
        Some(row) => letter(row),
        None => corrections::correction_of_reference(conn, reference).map(|found| found.letter),
    }
}

/// A letter.
pub(super) fn get_letter(conn: &mut Conn, id: LetterId) -> DbResult<Letter> {
    letter(letters::table.find(id.row()).select(letter_columns!()).get_result(conn)?)
}

/// A letter as drafted now.
#[derive(Debug)]
pub(super) struct Drafted<'a> {
    pub application: ApplicationId,
    pub kind: LetterKind,
    pub reference: &'a str,
    pub stage: LetterStage,
    pub data: &'a str,
    pub template: &'a str,
    pub template_sha256: &'a str,
    pub wording: Option<WordingId>,
    pub pdf_sha256: Option<&'a str>,
    pub problem: Option<&'a str>,
}

pub(super) fn insert_letter(tx: &mut WriteTx<'_>, new: &Drafted<'_>) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::Letters, |conn| {
        diesel::insert_into(letters::table)
            .values((
                letters::application_id.eq(new.application),
                letters::kind.eq(new.kind.name()),
                letters::reference.eq(new.reference),
                letters::stage.eq(new.stage),
                letters::data.eq(new.data),
                letters::template.eq(new.template),
                letters::template_sha256.eq(new.template_sha256),
                letters::wording_id.eq(new.wording),
                letters::pdf_sha256.eq(new.pdf_sha256),
                letters::problem.eq(new.problem),
                letters::drafted_at.eq(now),
                letters::drafted_by.eq(account),
                letters::delivery.eq(Delivery::None),
            ))
            .returning(letters::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Drafts a letter again, in its own row: an approval it had is gone. `NotFound` when it is issued.
pub(super) fn redraft_letter(tx: &mut WriteTx<'_>, id: LetterId, new: &Drafted<'_>) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::Letters, id.row(), |conn| {
        diesel::update(letters::table.find(id.row()).filter(letters::stage.ne(LetterStage::Issued)))
            .set((
                letters::kind.eq(new.kind.name()),
                letters::reference.eq(new.reference),
                letters::stage.eq(new.stage),
                letters::data.eq(new.data),
                letters::template.eq(new.template),
                letters::template_sha256.eq(new.template_sha256),
                letters::wording_id.eq(new.wording),
                letters::pdf_sha256.eq(new.pdf_sha256),
                letters::problem.eq(new.problem),
                letters::drafted_at.eq(now),
                letters::drafted_by.eq(account),
                letters::approved_at.eq(None::<At>),
                letters::approved_by.eq(None::<AccountId>),
            ))
            .execute(conn)
    })
}

/// `draft -> approved`.
pub(super) fn set_approved(tx: &mut WriteTx<'_>, id: LetterId) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::Letters, id.row(), |conn| {
        diesel::update(letters::table.find(id.row()).filter(letters::stage.eq(LetterStage::Draft)))
            .set((
                letters::stage.eq(LetterStage::Approved),
                letters::approved_at.eq(Some(now)),
                letters::approved_by.eq(Some(account)),
            ))
            .execute(conn)
    })
}

/// `approved -> issued`.
pub(super) fn set_issued(tx: &mut WriteTx<'_>, id: LetterId, delivery: Delivery) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::Letters, id.row(), |conn| {
        diesel::update(letters::table.find(id.row()).filter(letters::stage.eq(LetterStage::Approved)))
            .set((
                letters::stage.eq(LetterStage::Issued),
                letters::issued_at.eq(Some(now)),
                letters::issued_by.eq(Some(account)),
                letters::delivery.eq(delivery),
            ))
            .execute(conn)
    })
}

pub(super) fn set_delivery(tx: &mut WriteTx<'_>, id: LetterId, delivery: Delivery) -> DbResult<()> {
    tx.update(Table::Letters, id.row(), |conn| {
        diesel::update(letters::table.find(id.row())).set(letters::delivery.eq(delivery)).execute(conn)
    })
}

/// Whether the trail says that the applicant has opened a letter.
pub(super) fn was_read(conn: &mut Conn, letter: &Letter) -> DbResult<bool> {
    let said = format!("%\"{}\"%", letter.reference);
    let count: i64 = audit_events::table
        .filter(
            audit_events::kind
                .eq(EventKind::LetterRead.word())
                .and(audit_events::application_id.eq(Some(letter.application.row())))
                .and(audit_events::data.like(said)),
        )
        .count()
        .get_result(conn)?;
    Ok(count > 0)
}
