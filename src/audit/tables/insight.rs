//! The tables of insight across rounds, as the trail reads them.

use super::ColumnKind::{Number, Text, Time};
use super::TableSpec;

pub(super) const ADVICE_JUDGEMENTS: TableSpec = TableSpec {
    name: "advice_judgements",
    columns: &[
        ("application_id", Number),
        ("letter_id", Number),
        ("reference", Text),
        ("item", Number),
        ("verdict", Text),
        ("reason", Text),
        ("version", Number),
        ("judged_at", Time),
        ("judged_by", Number),
    ],
};
pub(super) const WORKSHOPS: TableSpec =
    TableSpec { name: "workshops", columns: &[("created_at", Time), ("created_by", Number)] };
pub(super) const WORKSHOP_ROUNDS: TableSpec =
    TableSpec { name: "workshop_rounds", columns: &[("workshop_id", Number), ("round_id", Number)] };
pub(super) const WORKSHOP_VERSIONS: TableSpec = TableSpec {
    name: "workshop_versions",
    columns: &[
        ("workshop_id", Number),
        ("version", Number),
        ("title", Text),
        ("agenda", Text),
        ("starts_at", Time),
        ("place", Text),
        ("link", Text),
        ("saved_at", Time),
        ("saved_by", Number),
    ],
};
pub(super) const WORKSHOP_INVITATIONS: TableSpec = TableSpec {
    name: "workshop_invitations",
    columns: &[
        ("workshop_id", Number),
        ("organisation_id", Number),
        ("account_id", Number),
        ("message_id", Text),
        ("invited_at", Time),
        ("invited_by", Number),
    ],
};
