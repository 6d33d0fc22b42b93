//! The tables of accounts and organisations, as the trail reads them.

use super::ColumnKind::{Number, Text, Time};
use super::TableSpec;

pub(super) const ACCOUNTS: TableSpec = TableSpec {
    name: "accounts",
    columns: &[("email", Text), ("name", Text), ("created_at", Time), ("deactivated_at", Time)],
};
pub(super) const ACCOUNT_ROLES: TableSpec =
    TableSpec { name: "account_roles", columns: &[("account_id", Number), ("role", Text), ("granted_at", Time)] };
pub(super) const ORGANISATIONS: TableSpec = TableSpec {
    name: "organisations",
    columns: &[
        ("name", Text),
        ("kind", Text),
        ("charity_number", Text),
        ("company_number", Text),
        ("address", Text),
        ("created_at", Time),
        ("version", Number),
        ("test", Number),
    ],
};
pub(super) const MEMBERSHIPS: TableSpec = TableSpec {
    name: "memberships",
    columns: &[("organisation_id", Number), ("account_id", Number), ("created_at", Time)],
};
pub(super) const ORGANISATION_PROFILES: TableSpec = TableSpec {
    name: "organisation_profiles",
    columns: &[("organisation_id", Number), ("website", Text), ("telephone", Text), ("updated_at", Time)],
};
pub(super) const ORGANISATION_NUMBERS: TableSpec = TableSpec {
    name: "organisation_numbers",
    columns: &[("organisation_id", Number), ("scheme", Text), ("number", Text)],
};
pub(super) const ORGANISATION_NAMES: TableSpec = TableSpec {
    name: "organisation_names",
    columns: &[("organisation_id", Number), ("kind", Text), ("name", Text), ("from_at", Time), ("until_at", Time)],
};
pub(super) const ORGANISATION_CONTACTS: TableSpec = TableSpec {
    name: "organisation_contacts",
    columns: &[
        ("organisation_id", Number),
        ("role", Text),
        ("name", Text),
        ("position", Text),
        ("email", Text),
        ("telephone", Text),
    ],
};
pub(super) const ORGANISATION_INVITATIONS: TableSpec = TableSpec {
    name: "organisation_invitations",
    columns: &[
        ("organisation_id", Number),
        ("email", Text),
        ("token_hash", Text),
        ("created_at", Time),
        ("created_by", Number),
        ("expires_at", Time),
        ("outcome", Text),
        ("ended_at", Time),
        ("ended_by", Number),
    ],
};
pub(super) const ORGANISATION_REQUESTS: TableSpec = TableSpec {
    name: "organisation_requests",
    columns: &[
        ("organisation_id", Number),
        ("account_id", Number),
        ("created_at", Time),
        ("outcome", Text),
        ("ended_at", Time),
        ("ended_by", Number),
    ],
};
pub(super) const ORGANISATION_MERGES: TableSpec = TableSpec {
    name: "organisation_merges",
    columns: &[
        ("organisation_id", Number),
        ("into_id", Number),
        ("reason", Text),
        ("merged_at", Time),
        ("merged_by", Number),
    ],
};
