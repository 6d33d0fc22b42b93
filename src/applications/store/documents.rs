//! Documents.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::civil::Date;

use super::scans::scan_states;
use crate::applications::model::{Application, Document, EarlierDocument};
use crate::audit::{Table, WriteTx};
use crate::base::ids::{ApplicationId, DocumentId};
use crate::base::time::At;
use crate::db::schema::{applications, documents, rounds};
use crate::db::{Conn, DbResult};

type Columns = (i32, ApplicationId, String, String, String, i64, String, At, Option<String>);

macro_rules! document_columns {
    () => {
        (
            documents::id,
            documents::application_id,
            documents::question,
            documents::file_name,
            documents::media_type,
            documents::size_bytes,
            documents::sha256,
            documents::uploaded_at,
            documents::expires_on,
        )
    };
}

fn document(columns: Columns) -> Document {
    let (id, application, question, file_name, media_type, size_bytes, sha256, uploaded_at, expires_on) = columns;
    Document {
        id: DocumentId::new(id),
        application,
        question,
        file_name,
        media_type,
        size_bytes,
        sha256,
        uploaded_at,
        expires_on: expires_on.and_then(|text| text.parse::<Date>().ok()),
        scan: None,
    }
}

/// Documents of an application that were not removed, in the order in which they came.
///
/// # Errors
/// When the database cannot be read.
pub fn documents_of(conn: &mut Conn, application: ApplicationId) -> DbResult<Vec<Document>> {
    let rows: Vec<Columns> = documents::table
        .filter(documents::application_id.eq(application).and(documents::removed_at.is_null()))
        .order(documents::id)
        .select(document_columns!())
        .load(conn)?;
    let mut found: Vec<Document> = rows.into_iter().map(document).collect();
    with_scans(conn, found.iter_mut())?;
    Ok(found)
}

/// The same of several applications, by application.
pub(in crate::applications) fn documents_of_many(
    conn: &mut Conn,
    applications: &[ApplicationId],
) -> DbResult<HashMap<ApplicationId, Vec<Document>>> {
    let rows: Vec<Columns> = documents::table
        .filter(documents::application_id.eq_any(applications.to_vec()).and(documents::removed_at.is_null()))
        .order(documents::id)
        .select(document_columns!())
        .load(conn)?;
    let mut all: Vec<Document> = rows.into_iter().map(document).collect();
    with_scans(conn, all.iter_mut())?;
    let mut found: HashMap<ApplicationId, Vec<Document>> = HashMap::new();
    for document in all {
        found.entry(document.application).or_default().push(document);
    }
    Ok(found)
}

/// Every document that an application ever had, in the order in which they came, each with whether it was removed.
pub(in crate::applications) fn documents_ever(
    conn: &mut Conn,
    application: ApplicationId,
) -> DbResult<Vec<(Document, bool)>> {
    let rows: Vec<(Columns, Option<At>)> = documents::table
        .filter(documents::application_id.eq(application))
        .order(documents::id)
        .select((document_columns!(), documents::removed_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(columns, removed)| (document(columns), removed.is_some())).collect())
}

/// Documents of the other applications of an application's organisation, the newest first.
pub(in crate::applications) fn earlier_documents(
    conn: &mut Conn,
    application: &Application,
) -> DbResult<Vec<EarlierDocument>> {
    let rows: Vec<(Columns, String)> = documents::table
        .inner_join(applications::table.inner_join(rounds::table))
        .filter(
            applications::organisation_id
                .eq(application.organisation)
                .and(applications::id.ne(application.id.row()))
                .and(documents::removed_at.is_null()),
        )
        .order(documents::id.desc())
        .select((document_columns!(), rounds::name))
        .load(conn)?;
    let mut found: Vec<EarlierDocument> =
        rows.into_iter().map(|(columns, round)| EarlierDocument { document: document(columns), round }).collect();
    with_scans(conn, found.iter_mut().map(|earlier| &mut earlier.document))?;
    Ok(found)
}

fn with_scans<'a>(conn: &mut Conn, documents: impl Iterator<Item = &'a mut Document>) -> DbResult<()> {
    let documents: Vec<&mut Document> = documents.collect();
    let states = scan_states(conn, documents.iter().map(|document| document.sha256.clone()).collect())?;
    for document in documents {
        document.scan = states.get(&document.sha256).copied();
    }
    Ok(())
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
    pub expires_on: Option<Date>,
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
                documents::expires_on.eq(new.expires_on.map(|date| date.to_string())),
            ))
            .returning(documents::id)
            .get_result(conn)
    })?;
    Ok(DocumentId::new(id))
}

/// A removed document counts again.
pub(in crate::applications) fn set_document_back(tx: &mut WriteTx<'_>, id: DocumentId) -> DbResult<()> {
    tx.update(Table::Documents, id.row(), |conn| {
        diesel::update(documents::table.find(id.row()).filter(documents::removed_at.is_not_null()))
            .set(documents::removed_at.eq(None::<At>))
            .execute(conn)
    })
}

pub(in crate::applications) fn set_document_removed(tx: &mut WriteTx<'_>, id: DocumentId) -> DbResult<()> {
    let now = tx.now();
    tx.update(Table::Documents, id.row(), |conn| {
        diesel::update(documents::table.find(id.row()).filter(documents::removed_at.is_null()))
            .set(documents::removed_at.eq(Some(now)))
            .execute(conn)
    })
}
