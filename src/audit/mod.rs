//! The tamper-evident trail: what was done, by whom, when, and what every row looked like afterwards.
//!
//! Design D of rule R9, four layers that each catch what the others cannot:
//! a SHA-256 chain over length-prefixed fields; an HMAC of every link with a key outside the database;
//! signed checkpoints outside the database; and a digest of every row that an action leaves behind, so that a
//! direct edit of a score is seen as well as an edit of the trail.
//!
//! [`Ledger::write`] is the only way to change a row of [`tables::Table`], and it wants a [`Change`], which
//! cannot be made without an [`Event`]. Personal text is never in the chain: events take [`Fact`]s (numbers,
//! codes, times), and a row's digest is an HMAC under a random salt of its own, so erasing the row and its salt
//! leaves the chain valid and the old digests meaningless (D6).

pub mod chain;
pub mod checkpoint;
pub mod event;
pub mod keys;
pub mod ledger;
pub mod store;
pub mod tables;
pub mod verify;

pub use event::{Event, EventKind, Fact};
pub use keys::Keys;
pub use ledger::{Change, Ledger, WriteTx};
pub use tables::Table;
