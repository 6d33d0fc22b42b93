//! What the panel agrees on each application, criterion by criterion, beside the independent scores.
//!
//! A moderation is `open -> closed`, and may be re-opened with a reason until the recommendation. An agreed mark is the
//! panel's own whole number on the scale with a written reason (P2): it is never derived from the independent scores.
//! Officers type it; the person who chaired its discussion in a recorded meeting confirms it, which closes the moderation: somebody who
//! neither scored the application nor typed what was agreed. A text for management is kept apart, and no letter is made of it.
//! An officer who scored the application, or has a conflict of interest in it, cannot record its moderation.

pub mod actions;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;

pub use model::{
    AgreedMark, AgreedVersion, Agreement, Attendance, ManagementText, Meeting, MeetingItem, MeetingRecord, Moderation,
    ModerationStage, Recusal, RecusalCause, Reopening,
};
pub use store::{
    agreed_versions_of, items_of_application, items_of_meeting, management_text_of, meetings_of_round, moderation_of,
    moderation_reopenings_of, moderations_of_round, people_of, recusals_of,
};
