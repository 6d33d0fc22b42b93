//! Receipts of submissions, by token.

use diesel::prelude::*;

use crate::audit::{Table, WriteTx};
use crate::base::ids::ApplicationId;
use crate::db::schema::submission_receipts;
use crate::db::{Conn, DbResult};

/// The receipt of an earlier submission with this token: its application and the digest of its request.
pub(in crate::applications) fn find_receipt(conn: &mut Conn, token: &str) -> DbResult<Option<(ApplicationId, String)>> {
    Ok(submission_receipts::table
        .filter(submission_receipts::token.eq(token))
        .select((submission_receipts::application_id, submission_receipts::request_digest))
        .get_result(conn)
        .optional()?)
}

pub(in crate::applications) fn insert_receipt(
    tx: &mut WriteTx<'_>,
    application: ApplicationId,
    token: &str,
    request_digest: &str,
) -> DbResult<()> {
    let now = tx.now();
    tx.insert(Table::SubmissionReceipts, |conn| {
        diesel::insert_into(submission_receipts::table)
            .values((
                submission_receipts::application_id.eq(application),
                submission_receipts::token.eq(token),
                submission_receipts::request_digest.eq(request_digest),
                submission_receipts::created_at.eq(now),
            ))
            .returning(submission_receipts::id)
            .get_result(conn)
    })?;
    Ok(())
}
