//! The tables of letters besides the letters themselves, as the trail reads them.

use super::ColumnKind::{Number, Text, Time};
use super::TableSpec;

pub(super) const LETTER_SCHEDULES: TableSpec = TableSpec {
    name: "letter_schedules",
    columns: &[
        ("round_id", Number),
        ("issue_at", Time),
        ("letters", Number),
        ("digest", Text),
        ("set_at", Time),
        ("set_by", Number),
        ("stage", Text),
        ("ended_at", Time),
        ("ended_by", Number),
        ("problem", Text),
    ],
};
pub(super) const LETTER_CORRECTIONS: TableSpec = TableSpec {
    name: "letter_corrections",
    columns: &[
        ("letter_id", Number),
        ("number", Number),
        ("reference", Text),
        ("reason", Text),
        ("stage", Text),
        ("data", Text),
        ("template", Text),
        ("template_sha256", Text),
        ("wording_id", Number),
        ("pdf_sha256", Text),
        ("problem", Text),
        ("drafted_at", Time),
        ("drafted_by", Number),
        ("issued_at", Time),
        ("approved_by", Number),
        ("delivery", Text),
        ("message_id", Text),
    ],
};
pub(super) const LETTER_POSTS: TableSpec = TableSpec {
    name: "letter_posts",
    columns: &[
        ("letter_id", Number),
        ("reference", Text),
        ("way", Text),
        ("sent_on", Text),
        ("recorded_at", Time),
        ("recorded_by", Number),
    ],
};
pub(super) const SINGLE_LETTER_POSTS: TableSpec = TableSpec {
    name: "single_letter_posts",
    columns: &[
        ("application_id", Number),
        ("reference", Text),
        ("way", Text),
        ("sent_on", Text),
        ("recorded_at", Time),
        ("recorded_by", Number),
    ],
};
pub(super) const ROUND_CLOSINGS: TableSpec = TableSpec {
    name: "round_closings",
    columns: &[
        ("round_id", Number),
        ("closed_at", Time),
        ("closed_by", Number),
        ("applications", Number),
        ("letters", Number),
    ],
};
pub(super) const SINGLE_LETTERS: TableSpec = TableSpec {
    name: "single_letters",
    columns: &[
        ("application_id", Number),
        ("kind", Text),
        ("number", Number),
        ("reference", Text),
        ("stage", Text),
        ("facts", Text),
        ("replaces_id", Number),
        ("reason", Text),
        ("data", Text),
        ("template", Text),
        ("template_sha256", Text),
        ("wording_id", Number),
        ("pdf_sha256", Text),
        ("problem", Text),
        ("drafted_at", Time),
        ("drafted_by", Number),
        ("issued_at", Time),
        ("approved_by", Number),
        ("delivery", Text),
        ("message_id", Text),
    ],
};
pub(super) const MAIL_REMARKS: TableSpec = TableSpec {
    name: "mail_remarks",
    columns: &[("outbox_id", Number), ("kind", Text), ("reason", Text), ("remarked_at", Time), ("remarked_by", Number)],
};
pub(super) const LETTER_WORDINGS: TableSpec = TableSpec {
    name: "letter_wordings",
    columns: &[
        ("kind", Text),
        ("version", Number),
        ("stage", Text),
        ("opening", Text),
        ("closing", Text),
        ("text_sha256", Text),
        ("edition", Number),
        ("effective_at", Time),
        ("author_id", Number),
        ("saved_at", Time),
        ("proposed_at", Time),
        ("approved_at", Time),
        ("approved_by", Number),
        ("returned_reason", Text),
    ],
};
pub(super) const LETTERS: TableSpec = TableSpec {
    name: "letters",
    columns: &[
        ("application_id", Number),
        ("kind", Text),
        ("reference", Text),
        ("stage", Text),
        ("data", Text),
        ("template", Text),
        ("template_sha256", Text),
        ("pdf_sha256", Text),
        ("problem", Text),
        ("drafted_at", Time),
        ("drafted_by", Number),
        ("approved_at", Time),
        ("approved_by", Number),
        ("issued_at", Time),
        ("issued_by", Number),
        ("delivery", Text),
        ("wording_id", Number),
    ],
};
