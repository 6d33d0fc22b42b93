//! Documents.

use diesel::prelude::*;

use crate::applications::model::Document;
use crate::audit::{Table, WriteTx};
use crate::base::ids::{ApplicationId, DocumentId};
use crate::base::time::At;
use crate::db::schema::documents;
use crate::db::{Conn, DbResult};

/// Documents of an application that were not removed, in the order in which they came.
///
/// # Errors
/// When the database cannot be read.
pub fn documents_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Document>> {
    let rows: Vec<(i32, String, String, String, i64, String, At)> = documents::table
        .filter(documents::application_id.eq(application).and(documents::removed_at.is_null()))
        .order(documents::id)
        .select((
            documents::id,
            documents::question,
            documents::file_name,
            documents::media_type,
            documents::size_bytes,
            documents::sha256,
            documents::uploaded_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, question, file_name, media_type, size_bytes, sha256, uploaded_at)| Document {
            id: DocumentId::new(id),
            application,
            question,
            file_name,
            media_type,
            size_bytes,
            sha256,
            uploaded_at,
        })
        .collect())
}

/// A document to be added.
#[derive(Debug)]
pub(in crate::applications) struct NewDocument<'a> {
    pub application: ApplicationId,
    pub question: &'a str,
    pub file_name: &'a str,
    pub media_type: &'a str,
    pub size_bytes: i64,
    pub sha256: &'a str,
}

pub(in crate::applications) fn insert_document(tx: &mut WriteTx<'_>, new: &NewDocument<'_>) -> DbResult<DocumentId> {
    let (now, account) = (tx.now(), tx.account()?);
    let id = tx.insert(Table::Documents, |conn| {
        diesel::insert_into(documents::table)
            .values((
                documents::application_id.eq(new.application),
                documents::question.eq(new.question),
                documents::file_name.eq(new.file_name),
                documents::media_type.eq(new.media_type),
                documents::size_bytes.eq(new.size_bytes),
                documents::sha256.eq(new.sha256),
                documents::uploaded_at.eq(now),
                documents::uploaded_by.eq(account),
            ))
            .returning(documents::id)
            .get_result(conn)
    })?;
    Ok(DocumentId::new(id))
}

pub(in crate::applications) fn set_document_removed(tx: &mut WriteTx<'_>, id: DocumentId) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::Documents, id.row(), |conn| {
        diesel::update(documents::table.find(id.row()).filter(documents::removed_at.is_null()))
            .set(documents::removed_at.eq(Some(now)))
            .execute(conn)
    })
}
