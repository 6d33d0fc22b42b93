//! Assignments of panel members, declared conflicts of interest, and the independent score sheets.
//!
//! An assignment is `assigned -> cleared or conflicted`; the office may take one off (`removed`) until its sheet is
//! submitted. A conflict closes the application to the member whole, and their sheet, should there be one, is absent
//! from every count (P8). A sheet is `draft -> submitted`; a submitted sheet never changes, by trigger.
//! Until moderation nobody sees, and nothing shows, another member's sheet.

pub mod actions;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;

pub use model::{AssignmentRecord, AssignmentStage, ConflictKind, Mark, ScoreSheet, SheetStage};
pub use pages::{BidSection, Status, bid_sections, mark_items};
pub use rules::{bid, mark_words, marks_by_criterion};
pub use store::{
    assignments_of, assignments_of_member, assignments_of_round, has_sheet, sheet_of, sheets_of, sheets_of_round,
    submitted_sheets_of,
};
