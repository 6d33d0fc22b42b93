//! Assignments of panel members, declared conflicts of interest, and the independent score sheets.
//!
//! An assignment is `assigned -> cleared or conflicted`: what was declared is the register of `conflicts`, which moves the stage with it.
//! The office may take one off (`removed`) with a reason until its sheet is submitted, and recuse a member (`conflicted`) even then.
//! Everybody with the role is on the panel of a round, without a limit, until the office says otherwise ([`PanelMember`]).
//! A conflict closes the application to the member whole, and their sheet, should there be one, is absent
//! from every count (P8). A sheet is `draft -> submitted`; a submitted sheet changes in one way, by trigger: the office opens it again
//! with a reason, while the round is scored, and its member corrects it. Every version of every line is kept (`mark_versions`).
//! Until moderation nobody sees, and nothing shows, another member's sheet.

pub mod actions;
pub mod model;
pub mod notices;
pub mod pages;
pub mod rules;
pub mod store;
mod workbook;

pub use crate::conflicts::ConflictKind;
pub use model::{
    AssignmentRecord, AssignmentStage, Line, LineVersion, Lines, Mark, Origin, PanelMember, PanelStage, Part, Removal,
    RemovalReason, ScoreSheet, SheetOpening, SheetStage, TakeOff,
};
pub use pages::{BidSection, Status, bid_sections, mark_items};
pub use rules::{mark_words, marks_by_criterion, own_bid, own_order};
pub use store::{
    assignments_of, assignments_of_round, has_sheet, history_of, lines_of_application, openings_of, panel_of,
    removals_of, sheet_of, sheets_of, sheets_of_round, submitted_sheets_of,
};
