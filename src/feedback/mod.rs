//! Feedback that is written once and used: every submitted application has feedback on each criterion, begun from the texts that the panel
//! agreed, completed by an officer, and accepted by a second reader. The feedback letter is made of it.
//!
//! What the panel agreed is never written over. Every save is a version of its own (`to write -> waits for its second reader -> accepted`
//! or `sent back`, or it has faults); a change is a new version, which nobody has read yet. Wordings that were of use are kept in a bank,
//! by criterion, over rounds; how often one is used is counted from the lines that hold its words.

pub mod actions;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;

pub use actions::panel_names;
pub use model::{Band, BankEntry, Feedback, Kind, Line, Reading, Standing, Theme, Verdict, criterion_key};
pub use rules::{Named, People, named};
pub use store::{bank_of, every_version_of, newest_of, newest_of_round, themes_told};
