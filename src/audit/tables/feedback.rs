//! The bank of wordings and the feedback on applications, as the trail reads them.

use super::ColumnKind::{Number, Text, Time};
use super::TableSpec;

pub(super) const REASON_ENTRIES: TableSpec = TableSpec {
    name: "reason_entries",
    columns: &[
        ("criterion", Text),
        ("name", Text),
        ("kind", Text),
        ("theme", Text),
        ("band", Text),
        ("created_at", Time),
        ("created_by", Number),
        ("retired_at", Time),
        ("retired_by", Number),
    ],
};
pub(super) const REASON_VERSIONS: TableSpec = TableSpec {
    name: "reason_versions",
    columns: &[("entry_id", Number), ("version", Number), ("text", Text), ("saved_at", Time), ("saved_by", Number)],
};
pub(super) const FEEDBACK_VERSIONS: TableSpec = TableSpec {
    name: "feedback_versions",
    columns: &[
        ("application_id", Number),
        ("version", Number),
        ("faults", Number),
        ("saved_at", Time),
        ("saved_by", Number),
    ],
};
pub(super) const FEEDBACK_LINES: TableSpec = TableSpec {
    name: "feedback_lines",
    columns: &[
        ("feedback_id", Number),
        ("criterion", Text),
        ("kind", Text),
        ("place", Number),
        ("text", Text),
        ("reason_id", Number),
    ],
};
pub(super) const FEEDBACK_READINGS: TableSpec = TableSpec {
    name: "feedback_readings",
    columns: &[("feedback_id", Number), ("verdict", Text), ("reason", Text), ("read_at", Time), ("read_by", Number)],
};
