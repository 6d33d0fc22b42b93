//! The tables of decisions, as the trail reads them.

use super::ColumnKind::{Number, Text, Time};
use super::TableSpec;

pub(super) const TIE_CHOICES: TableSpec = TableSpec {
    name: "tie_choices",
    columns: &[
        ("round_id", Number),
        ("application_id", Number),
        ("choice", Text),
        ("reason", Text),
        ("recorded_at", Time),
        ("recorded_by", Number),
    ],
};
pub(super) const RECOMMENDATIONS: TableSpec = TableSpec {
    name: "recommendations",
    columns: &[
        ("round_id", Number),
        ("made_at", Time),
        ("made_by", Number),
        ("note", Text),
        ("ranking", Text),
        ("superseded_at", Time),
        ("superseded_by", Number),
        ("superseded_reason", Text),
    ],
};
pub(super) const RECOMMENDED_OUTCOMES: TableSpec = TableSpec {
    name: "recommended_outcomes",
    columns: &[
        ("recommendation_id", Number),
        ("application_id", Number),
        ("outcome", Text),
        ("offer_pence", Number),
        ("public_reasons", Text),
        ("conditions", Text),
    ],
};
pub(super) const DECISIONS: TableSpec = TableSpec {
    name: "decisions",
    columns: &[
        ("round_id", Number),
        ("recommendation_id", Number),
        ("reference", Text),
        ("signed_at", Time),
        ("signed_by", Number),
        ("statement", Text),
        ("interests", Text),
    ],
};
pub(super) const RECOMMENDATION_APPROVALS: TableSpec = TableSpec {
    name: "recommendation_approvals",
    columns: &[("recommendation_id", Number), ("approved_at", Time), ("approved_by", Number), ("note", Text)],
};
pub(super) const DECLARED_INTERESTS: TableSpec = TableSpec {
    name: "declared_interests",
    columns: &[
        ("round_id", Number),
        ("account_id", Number),
        ("duty", Text),
        ("kind", Text),
        ("statement", Text),
        ("declared_at", Time),
    ],
};
pub(super) const SIGNING_LIMITS: TableSpec = TableSpec {
    name: "signing_limits",
    columns: &[("account_id", Number), ("limit_pence", Number), ("set_at", Time), ("set_by", Number)],
};
pub(super) const AWARD_LINES: TableSpec = TableSpec {
    name: "award_lines",
    columns: &[
        ("round_id", Number),
        ("recorded_at", Time),
        ("recorded_by", Number),
        ("reason", Text),
        ("funded", Number),
        ("lowest_rank", Number),
        ("lowest_percent", Text),
        ("ceiling_pence", Number),
        ("committed_pence", Number),
        ("ranking_sha256", Text),
    ],
};
pub(super) const DECISION_NOTICES: TableSpec = TableSpec {
    name: "decision_notices",
    columns: &[
        ("decision_id", Number),
        ("series", Text),
        ("number", Number),
        ("reference", Text),
        ("issued_at", Time),
        ("public_document", Text),
        ("internal_document", Text),
    ],
};
