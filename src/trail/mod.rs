//! The trail as people read it: how it stands, and what happened in a round.
//!
//! Officers read when and by whom; the facts of the records, marks among them, show only when the round is over.

pub mod pages;
