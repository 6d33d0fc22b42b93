//! The table of wordings.

use diesel::prelude::*;

use crate::audit::{Table, WriteTx};
use crate::base::ids::{AccountId, WordingId};
use crate::base::time::At;
use crate::db::schema::letter_wordings;
use crate::db::{Conn, DbError, DbResult};
use crate::letters::model::{Wording, WordingStage};
use crate::press::LetterKind;

type Columns = (
    (i32, String, i32, WordingStage, String, Option<String>, String, i32),
    (At, AccountId, At, Option<At>, Option<At>, Option<AccountId>, Option<String>),
);

macro_rules! wording_columns {
    () => {
        (
            (
                letter_wordings::id,
                letter_wordings::kind,
                letter_wordings::version,
                letter_wordings::stage,
                letter_wordings::opening,
                letter_wordings::closing,
                letter_wordings::text_sha256,
                letter_wordings::edition,
            ),
            (
                letter_wordings::effective_at,
                letter_wordings::author_id,
                letter_wordings::saved_at,
                letter_wordings::proposed_at,
                letter_wordings::approved_at,
                letter_wordings::approved_by,
                letter_wordings::returned_reason,
            ),
        )
    };
}

fn wording(columns: Columns) -> DbResult<Wording> {
    let ((id, kind, version, stage, opening, closing, sha256, edition), rest) = columns;
    let (effective_at, author, saved_at, proposed_at, approved_at, approved_by, returned_reason) = rest;
    let kind: LetterKind =
        kind.parse().map_err(|fault: crate::press::kind::UnknownKind| DbError::Corrupt(fault.to_string()))?;
    Ok(Wording {
        id: WordingId::new(id),
        kind,
        version,
        stage,
        opening,
        closing,
        sha256,
        edition,
        effective_at,
        author,
        saved_at,
        proposed_at,
        approved: approved_at.zip(approved_by),
        returned_reason,
    })
}

/// Every version of every wording, by kind, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn wordings(conn: &mut Conn) -> DbResult<Vec<Wording>> {
    let rows: Vec<Columns> = letter_wordings::table
        .order((letter_wordings::kind, letter_wordings::version.desc()))
        .select(wording_columns!())
        .load(conn)?;
    rows.into_iter().map(wording).collect()
}

/// Every version of one kind, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn wordings_of(conn: &mut Conn, kind: LetterKind) -> DbResult<Vec<Wording>> {
    let rows: Vec<Columns> = letter_wordings::table
        .filter(letter_wordings::kind.eq(kind.name()))
        .order(letter_wordings::version.desc())
        .select(wording_columns!())
        .load(conn)?;
    rows.into_iter().map(wording).collect()
}

/// The texts of a wording as they are saved.
#[derive(Debug)]
pub struct Texts<'a> {
    pub opening: &'a str,
    pub closing: Option<&'a str>,
    pub sha256: &'a str,
    pub effective_at: At,
}

pub fn insert_wording(tx: &mut WriteTx<'_>, kind: LetterKind, version: i32, texts: &Texts<'_>) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.insert(Table::LetterWordings, |conn| {
        diesel::insert_into(letter_wordings::table)
            .values((
                letter_wordings::kind.eq(kind.name()),
                letter_wordings::version.eq(version),
                letter_wordings::stage.eq(WordingStage::Draft),
                letter_wordings::opening.eq(texts.opening),
                letter_wordings::closing.eq(texts.closing),
                letter_wordings::text_sha256.eq(texts.sha256),
                letter_wordings::edition.eq(1),
                letter_wordings::effective_at.eq(texts.effective_at),
                letter_wordings::author_id.eq(account),
                letter_wordings::saved_at.eq(now),
            ))
            .returning(letter_wordings::id)
            .get_result(conn)
    })?;
    Ok(())
}

/// Saves a draft again, if it is still as its author read it.
pub fn save_wording(tx: &mut WriteTx<'_>, read: &Wording, texts: &Texts<'_>) -> DbResult<()> {
    let (now, id) = (tx.now(), read.id.row());
    tx.update(Table::LetterWordings, id, |conn| {
        diesel::update(
            letter_wordings::table
                .find(id)
                .filter(letter_wordings::stage.eq(WordingStage::Draft))
                .filter(letter_wordings::edition.eq(read.edition)),
        )
        .set((
            letter_wordings::opening.eq(texts.opening),
            letter_wordings::closing.eq(texts.closing),
            letter_wordings::text_sha256.eq(texts.sha256),
            letter_wordings::edition.eq(read.edition.saturating_add(1)),
            letter_wordings::effective_at.eq(texts.effective_at),
            letter_wordings::saved_at.eq(now),
        ))
        .execute(conn)
    })
}

/// `draft -> proposed`.
pub fn set_proposed(tx: &mut WriteTx<'_>, id: WordingId) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::LetterWordings, id.row(), |conn| {
        diesel::update(letter_wordings::table.find(id.row()).filter(letter_wordings::stage.eq(WordingStage::Draft)))
            .set((
                letter_wordings::stage.eq(WordingStage::Proposed),
                letter_wordings::proposed_at.eq(Some(now)),
                letter_wordings::returned_reason.eq(None::<String>),
            ))
            .execute(conn)
    })
}

/// `proposed -> approved`, in force from `effective_at`.
pub fn set_wording_approved(tx: &mut WriteTx<'_>, id: WordingId, effective_at: At) -> DbResult<()> {
    let (now, account) = (tx.now(), tx.account()?);
    tx.update(Table::LetterWordings, id.row(), |conn| {
        diesel::update(letter_wordings::table.find(id.row()).filter(letter_wordings::stage.eq(WordingStage::Proposed)))
            .set((
                letter_wordings::stage.eq(WordingStage::Approved),
                letter_wordings::effective_at.eq(effective_at),
                letter_wordings::approved_at.eq(Some(now)),
                letter_wordings::approved_by.eq(Some(account)),
            ))
            .execute(conn)
    })
}

/// `proposed -> draft`, with the reason.
pub fn set_returned(tx: &mut WriteTx<'_>, id: WordingId, reason: &str) -> DbResult<()> {
    tx.update(Table::LetterWordings, id.row(), |conn| {
        diesel::update(letter_wordings::table.find(id.row()).filter(letter_wordings::stage.eq(WordingStage::Proposed)))
            .set((letter_wordings::stage.eq(WordingStage::Draft), letter_wordings::returned_reason.eq(Some(reason))))
            .execute(conn)
    })
}

/// `draft` or `proposed -> discarded`.
pub fn set_discarded(tx: &mut WriteTx<'_>, read: &Wording) -> DbResult<()> {
    let id = read.id.row();
    tx.update(Table::LetterWordings, id, |conn| {
        diesel::update(letter_wordings::table.find(id).filter(letter_wordings::stage.eq(read.stage)))
            .set(letter_wordings::stage.eq(WordingStage::Discarded))
            .execute(conn)
    })
}
