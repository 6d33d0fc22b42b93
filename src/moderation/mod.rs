//! What the panel agrees on each application, criterion by criterion, beside the independent scores.
//!
//! A moderation is `open -> closed`, and may be re-opened with a reason until the recommendation. An agreed mark is the
//! panel's own whole number on the scale with a written reason (P2): it is never derived from the independent scores.
//! An officer who scored the application, or has a conflict of interest in it, cannot record its moderation.

pub mod actions;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;

pub use model::{AgreedMark, Agreement, Moderation, ModerationStage};
pub use store::{moderation_of, moderations_of_round};
