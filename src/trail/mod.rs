//! The trail as people read it, and what rests on it: how it stands, and what happened in a round.
//!
//! Officers read when and by whom; the facts of the records, marks among them, show only when the round is over.
//! [`invariants`]: what must be true of every database, asked by `evenhand check`. [`replay`]: a round's results worked out again
//! from the trail. [`evidence`]: case files and bundles that are read and checked without the service.

pub mod actions;
pub mod evidence;
pub mod invariants;
pub mod pages;
pub mod replay;
