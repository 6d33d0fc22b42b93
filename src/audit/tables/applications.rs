//! The tables of applications, as the trail reads them.

use super::ColumnKind::{Number, Text, Time};
use super::TableSpec;

pub(super) const APPLICATIONS: TableSpec = TableSpec {
    name: "applications",
    columns: &[
        ("round_id", Number),
        ("organisation_id", Number),
        ("reference", Text),
        ("stage", Text),
        ("title", Text),
        ("ask_pence", Number),
        ("eligibility", Text),
        ("created_at", Time),
        ("created_by", Number),
        ("submitted_at", Time),
        ("submitted_by", Number),
        ("declared_name", Text),
        ("declared_role", Text),
        ("withdrawn_at", Time),
        ("withdrawn_by", Number),
        ("withdrawn_reason", Text),
        ("version", Number),
        ("stream", Text),
    ],
};
pub(super) const ANSWERS: TableSpec = TableSpec {
    name: "answers",
    columns: &[
        ("application_id", Number),
        ("question", Text),
        ("value", Text),
        ("version", Number),
        ("saved_at", Time),
        ("saved_by", Number),
    ],
};
pub(super) const ANSWER_VERSIONS: TableSpec = TableSpec {
    name: "answer_versions",
    columns: &[
        ("application_id", Number),
        ("question", Text),
        ("version", Number),
        ("standing", Text),
        ("value", Text),
        ("page", Text),
        ("saved_at", Time),
        ("saved_by", Number),
    ],
};
pub(super) const DOCUMENTS: TableSpec = TableSpec {
    name: "documents",
    columns: &[
        ("application_id", Number),
        ("question", Text),
        ("file_name", Text),
        ("media_type", Text),
        ("size_bytes", Number),
        ("sha256", Text),
        ("uploaded_at", Time),
        ("uploaded_by", Number),
        ("removed_at", Time),
        ("expires_on", Text),
    ],
};
pub(super) const GATE_CHECKS: TableSpec = TableSpec {
    name: "gate_checks",
    columns: &[
        ("application_id", Number),
        ("gate", Text),
        ("outcome", Text),
        ("note", Text),
        ("checked_at", Time),
        ("checked_by", Number),
    ],
};
pub(super) const GATE_FINDINGS: TableSpec = TableSpec {
    name: "gate_findings",
    columns: &[
        ("application_id", Number),
        ("gate", Text),
        ("item", Text),
        ("outcome", Text),
        ("note", Text),
        ("reference", Text),
        ("expires_on", Text),
        ("file_name", Text),
        ("media_type", Text),
        ("size_bytes", Number),
        ("sha256", Text),
        ("checked_at", Time),
        ("checked_by", Number),
    ],
};
pub(super) const SUBMISSION_RECEIPTS: TableSpec = TableSpec {
    name: "submission_receipts",
    columns: &[("application_id", Number), ("token", Text), ("request_digest", Text), ("created_at", Time)],
};
pub(super) const SUBMISSIONS: TableSpec = TableSpec {
    name: "submissions",
    columns: &[
        ("application_id", Number),
        ("number", Number),
        ("content", Text),
        ("content_digest", Text),
        ("submitted_at", Time),
        ("submitted_by", Number),
        ("declared_name", Text),
        ("declared_role", Text),
    ],
};
pub(super) const REOPENINGS: TableSpec = TableSpec {
    name: "reopenings",
    columns: &[
        ("application_id", Number),
        ("submission", Number),
        ("asked_by", Text),
        ("reason", Text),
        ("until_at", Time),
        ("opened_at", Time),
        ("opened_by", Number),
    ],
};
pub(super) const OFFICE_ENTRIES: TableSpec = TableSpec {
    name: "office_entries",
    columns: &[
        ("application_id", Number),
        ("channel", Text),
        ("received_at", Time),
        ("entered_at", Time),
        ("entered_by", Number),
    ],
};
