//! What can go wrong in the database, with the constraint's name where one refused.

use diesel::result::{DatabaseErrorKind, Error};

/// A database fault.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A named constraint or trigger refused the change.
    #[error("the database refused the change: {0}")]
    Constraint(String),
    /// The row is not there.
    #[error("no such row")]
    NotFound,
    /// Any other fault of a query.
    #[error("a query failed")]
    Query(#[source] Error),
    /// The commit itself failed: whether the change is there cannot be told from here.
    #[error("the commit failed, so whether the change was kept is not known")]
    Unsure(#[source] Error),
    /// The disk failed under a write, so nothing more is written until the program starts again.
    #[error("the disk failed under an earlier write")]
    Halted,
    /// No connection could be had.
    #[error("no database connection: {0}")]
    Connection(String),
    /// The database is not what this program needs.
    #[error("{0}")]
    Unfit(String),
    /// Whoever acts may no longer do what they might when they asked.
    #[error("the person's account, roles or organisations changed meanwhile")]
    Outdated,
    /// A stored value is not of its type.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(String),
}

/// A result of the database.
pub type DbResult<T> = Result<T, DbError>;

impl From<Error> for DbError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::DatabaseError(kind, ref info) => constraint(kind, info.constraint_name(), info.message())
                .map_or_else(|| Self::Query(error), Self::Constraint),
            other => Self::Query(other),
        }
    }
}

impl From<serde_json::Error> for DbError {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl From<crate::base::random::RandomError> for DbError {
    fn from(error: crate::base::random::RandomError) -> Self {
        Self::Unfit(error.to_string())
    }
}

/// One name on both databases. PostgreSQL tells the constraint; SQLite tells it only in the message:
/// `UNIQUE constraint failed: funds.code`, `CHECK constraint failed: rounds_stage_check`, or a trigger's text.
fn constraint(kind: DatabaseErrorKind, name: Option<&str>, message: &str) -> Option<String> {
    if let Some(name) = name {
        return Some(name.to_owned());
    }
    if let Some(columns) = message.strip_prefix("UNIQUE constraint failed: ") {
        let mut parts = columns.split(", ").filter_map(|column| column.split_once('.'));
        let (table, first) = parts.next()?;
        let columns = std::iter::once(first).chain(parts.map(|(_, column)| column));
        return Some(format!("{table}_{}_key", columns.collect::<Vec<_>>().join("_")));
    }
    if let Some(name) = message.strip_prefix("CHECK constraint failed: ") {
        return Some(name.to_owned());
    }
    if message.ends_with("_check") && !message.contains(' ') {
        return Some(message.to_owned());
    }
    matches!(kind, DatabaseErrorKind::ForeignKeyViolation).then(|| "foreign_key".to_owned())
}
