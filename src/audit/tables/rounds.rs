//! The tables of funds and rounds, as the trail reads them.

use super::ColumnKind::{Number, Text, Time};
use super::TableSpec;

pub(super) const FUNDS: TableSpec =
    TableSpec { name: "funds", columns: &[("code", Text), ("name", Text), ("created_at", Time)] };
pub(super) const ROUNDS: TableSpec = TableSpec {
    name: "rounds",
    columns: &[
        ("fund_id", Number),
        ("reference", Text),
        ("name", Text),
        ("stage", Text),
        ("opens_at", Time),
        ("closes_at", Time),
        ("created_at", Time),
        ("created_by", Number),
        ("published_at", Time),
        ("version", Number),
        ("test", Number),
        ("grace_minutes", Number),
        ("sealed", Number),
        ("unsealed_at", Time),
    ],
};
pub(super) const ROUND_DEFINITIONS: TableSpec = TableSpec {
    name: "round_definitions",
    columns: &[
        ("round_id", Number),
        ("version", Number),
        ("document", Text),
        ("reason", Text),
        ("created_at", Time),
        ("created_by", Number),
    ],
};
pub(super) const ROUND_EXTENSIONS: TableSpec = TableSpec {
    name: "round_extensions",
    columns: &[
        ("round_id", Number),
        ("old_closes_at", Time),
        ("new_closes_at", Time),
        ("reason", Text),
        ("extended_at", Time),
        ("extended_by", Number),
    ],
};
