//! Letters: one that tells the outcome and one with feedback for every submitted application of a decided round.
//!
//! A letter is `draft -> approved -> issued`, or `needs_officer` when it could not be made or something in it is
//! unfinished; such a letter has no PDF. Whoever drafted a letter cannot approve it. A letter bears the date on which
//! it was drafted, and its deadlines count from that date, so it is drafted, approved and issued on one day; what is
//! left over from an earlier day is drafted again.
//! All letters of a round are issued together, and the round is over. An issued letter never changes, by trigger; its
//! bytes are kept for ever under their hash.
//!
//! [`crate::press`] sets letters and knows no database. [`data`] says what a letter says. [`drafting`] makes a round's letters
//! in the background, one after the other: a letter that fails is held for an officer and never holds up the others.

pub mod actions;
pub mod data;
pub mod delivery;
pub mod drafting;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;

pub use actions::record_delivery;
pub use delivery::record_outcomes;
pub use model::{Batch, BatchStage, Delivery, Letter, LetterStage};
pub use store::{letter_of_reference, letters_of, letters_of_round};
