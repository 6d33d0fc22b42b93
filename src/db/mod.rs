//! The database: embedded SQLite by default, PostgreSQL when one machine is not enough.
//!
//! [`Db::read`] hands out connections that cannot write. Changes go through `audit::Ledger::write`; rows that
//! hold no fact about a round (sessions, sign-in links, the outbox) through [`Db::operate`].
//! `match conn` stands in [`conn`], [`portable`] and [`migrate`] alone.

pub mod conn;
pub mod error;
pub mod migrate;
pub mod people;
pub mod portable;
pub mod schema;

pub use conn::{Conn, Db, DbUrl};
pub use error::{DbError, DbResult};
pub use people::person;
