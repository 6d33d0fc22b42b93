//! The tables of the panel: assignments, conflicts of interest and score sheets, as the trail reads them.

use super::ColumnKind::{Number, Text, Time};
use super::TableSpec;

pub(super) const ASSIGNMENTS: TableSpec = TableSpec {
    name: "assignments",
    columns: &[
        ("application_id", Number),
        ("account_id", Number),
        ("stage", Text),
        ("assigned_at", Time),
        ("assigned_by", Number),
        ("declared_at", Time),
        ("conflict_kind", Text),
        ("conflict_note", Text),
    ],
};
pub(super) const PANEL_MEMBERS: TableSpec = TableSpec {
    name: "panel_members",
    columns: &[
        ("round_id", Number),
        ("account_id", Number),
        ("stage", Text),
        ("load_limit", Number),
        ("tags", Text),
        ("saved_at", Time),
        ("saved_by", Number),
        ("version", Number),
    ],
};
pub(super) const ASSIGNMENT_REMOVALS: TableSpec = TableSpec {
    name: "assignment_removals",
    columns: &[
        ("assignment_id", Number),
        ("reason", Text),
        ("note", Text),
        ("removed_at", Time),
        ("removed_by", Number),
    ],
};
pub(super) const CONFLICTS: TableSpec = TableSpec {
    name: "conflicts",
    columns: &[
        ("application_id", Number),
        ("account_id", Number),
        ("declared", Text),
        ("kind", Text),
        ("detail", Text),
        ("declared_at", Time),
        ("ruling", Text),
        ("reason", Text),
        ("rules", Text),
        ("ruled_at", Time),
        ("ruled_by", Number),
        ("version", Number),
    ],
};
pub(super) const CONFLICT_CHANGES: TableSpec = TableSpec {
    name: "conflict_changes",
    columns: &[
        ("conflict_id", Number),
        ("what", Text),
        ("kind", Text),
        ("words", Text),
        ("rules", Text),
        ("changed_at", Time),
        ("changed_by", Number),
    ],
};
pub(super) const INTERESTS: TableSpec = TableSpec {
    name: "interests",
    columns: &[
        ("account_id", Number),
        ("kind", Text),
        ("name", Text),
        ("number", Text),
        ("note", Text),
        ("since_on", Text),
        ("added_at", Time),
        ("ended_at", Time),
    ],
};
pub(super) const SCORE_SHEETS: TableSpec = TableSpec {
    name: "score_sheets",
    columns: &[
        ("assignment_id", Number),
        ("application_id", Number),
        ("account_id", Number),
        ("stage", Text),
        ("created_at", Time),
        ("submitted_at", Time),
        ("version", Number),
    ],
};
pub(super) const SHEET_MARKS: TableSpec = TableSpec {
    name: "sheet_marks",
    columns: &[
        ("sheet_id", Number),
        ("criterion", Text),
        ("mark", Number),
        ("reason", Text),
        ("saved_at", Time),
        ("strength", Text),
        ("improvement", Text),
    ],
};
pub(super) const MARK_VERSIONS: TableSpec = TableSpec {
    name: "mark_versions",
    columns: &[
        ("sheet_id", Number),
        ("criterion", Text),
        ("version", Number),
        ("mark", Number),
        ("reason", Text),
        ("strength", Text),
        ("improvement", Text),
        ("origin", Text),
        ("page", Text),
        ("saved_at", Time),
        ("saved_by", Number),
    ],
};
pub(super) const SHEET_OPENINGS: TableSpec = TableSpec {
    name: "sheet_openings",
    columns: &[
        ("sheet_id", Number),
        ("version", Number),
        ("submitted_at", Time),
        ("reason", Text),
        ("opened_at", Time),
        ("opened_by", Number),
    ],
};
pub(super) const SHEET_READINGS: TableSpec = TableSpec {
    name: "sheet_readings",
    columns: &[("assignment_id", Number), ("submission", Number), ("read_at", Time)],
};
