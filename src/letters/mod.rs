//! Letters: one that tells the outcome and one with feedback for every submitted application of a decided round.
//!
//! A letter is `draft -> approved -> issued`, or `needs_officer` when it could not be made or something in it is
//! unfinished; such a letter has no PDF. Whoever drafted a letter cannot approve it. A letter bears the date on which
//! it was drafted, and its deadlines count from that date, so it is drafted, approved and issued on one day; what is
//! left over from an earlier day is drafted again.
//! All letters of a round are issued together, and the round is over. An issued letter never changes, by trigger; its
//! bytes are kept for ever under their hash.
//!
//! The office words the first and last paragraphs of each kind itself ([`Wording`]): one officer writes a version, another approves it,
//! and letters are made with the one that is in force. A letter of another version can be neither approved nor issued.
//!
//! [`crate::press`] sets letters and knows no database. [`data`] says what a letter says. [`drafting`] makes a round's letters
//! in the background, one after the other: a letter that fails is held for an officer and never holds up the others.

pub mod actions;
pub mod data;
pub mod drafting;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;

pub use actions::{record_delivery, wordings::WordingInput};
pub use model::{Batch, BatchStage, Delivery, Letter, LetterStage, Wording, WordingStage};
pub use store::{letter_of_reference, letters_of, letters_of_round, wordings_of};
