//! Letters: one that tells the outcome and one with feedback for every submitted application of a decided round;
//! one that confirms it for an application that was withdrawn after it had been submitted.
//!
//! A letter is `draft -> approved -> issued`, or `needs_officer` when it could not be made or something in it is
//! unfinished; such a letter has no PDF. Whoever drafted a letter cannot approve it. A letter bears the date of the day on
//! which it is to be issued, and its deadlines count from that date; what is left over from an earlier day is drafted again.
//! All letters of a round are issued together, now or at a set time on the day whose date they bear, and the round is over. An
//! issued letter never changes, by trigger; its bytes are kept for ever under their hash. One that was wrong is replaced by a
//! corrected one (`letter_corrections`). A round is closed ([`actions::closing`]) when everybody has their letters.
//!
//! After the decision an officer writes letters about one grant ([`Single`]): they rest on an issued letter of award and on what the
//! officer records, are approved and issued by a second person, and are no letters of the round.
//!
//! The office words the first and last paragraphs of each kind itself ([`Wording`]): one officer writes a version, another approves it,
//! and letters are made with the one that is in force. A letter of another version can be neither approved nor issued.
//!
//! [`crate::press`] sets letters and knows no database. [`data`] says what a letter says. [`drafting`] makes a round's letters
//! in the background, as many at once as there are render processes: a letter that fails is held for an officer and never
//! holds up the others.

pub mod actions;
pub mod data;
pub mod delivery;
pub mod drafting;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;

pub use actions::wordings::WordingInput;
pub use delivery::record_outcomes;
pub use model::{Batch, BatchStage, Delivery, Group, Issued, Letter, LetterStage, Single, Way, Wording, WordingStage};
pub use store::{
    every_issued_of, letter_about_grant, letter_of_reference, letters_of, letters_of_round, singles_issued_of,
    singles_of, wordings_of,
};
