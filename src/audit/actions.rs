//! Pages' view of the trail.

use super::store::{self, Filter, StoredRecord};
use crate::db::Conn;
use crate::error::Problem;

/// A page of records, newest first, with the count of all that match.
///
/// # Errors
/// When the database cannot be read.
pub fn recent(conn: &mut Conn, filter: Filter) -> Result<(Vec<StoredRecord>, i64), Problem> {
    let count = store::count_records(conn, &filter)?;
    Ok((store::list_records(conn, &Filter { newest_first: true, ..filter })?, count))
}
