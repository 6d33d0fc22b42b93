//! The tables of moderation and its meetings, as the trail reads them.

use super::ColumnKind::{Number, Text, Time};
use super::TableSpec;

pub(super) const MODERATIONS: TableSpec = TableSpec {
    name: "moderations",
    columns: &[
        ("application_id", Number),
        ("stage", Text),
        ("opened_at", Time),
        ("opened_by", Number),
        ("closed_at", Time),
        ("closed_by", Number),
        ("reopened_reason", Text),
        ("version", Number),
    ],
};
pub(super) const AGREED_MARKS: TableSpec = TableSpec {
    name: "agreed_marks",
    columns: &[
        ("moderation_id", Number),
        ("criterion", Text),
        ("mark", Number),
        ("reason", Text),
        ("strength", Text),
        ("improvement", Text),
        ("version", Number),
        ("saved_at", Time),
        ("saved_by", Number),
    ],
};
pub(super) const MEETINGS: TableSpec = TableSpec {
    name: "meetings",
    columns: &[
        ("round_id", Number),
        ("number", Number),
        ("place", Text),
        ("chair_id", Number),
        ("began_at", Time),
        ("ended_at", Time),
        ("created_at", Time),
        ("created_by", Number),
        ("version", Number),
    ],
};
pub(super) const MEETING_PEOPLE: TableSpec = TableSpec {
    name: "meeting_people",
    columns: &[
        ("meeting_id", Number),
        ("account_id", Number),
        ("attendance", Text),
        ("recorded_at", Time),
        ("recorded_by", Number),
    ],
};
pub(super) const MEETING_ITEMS: TableSpec = TableSpec {
    name: "meeting_items",
    columns: &[
        ("meeting_id", Number),
        ("application_id", Number),
        ("chair_id", Number),
        ("started_at", Time),
        ("started_by", Number),
        ("ended_at", Time),
    ],
};
pub(super) const MEETING_RECUSALS: TableSpec = TableSpec {
    name: "meeting_recusals",
    columns: &[
        ("item_id", Number),
        ("account_id", Number),
        ("cause", Text),
        ("note", Text),
        ("left_at", Time),
        ("returned_at", Time),
        ("recorded_by", Number),
    ],
};
pub(super) const AGREED_MARK_VERSIONS: TableSpec = TableSpec {
    name: "agreed_mark_versions",
    columns: &[
        ("moderation_id", Number),
        ("criterion", Text),
        ("version", Number),
        ("mark", Number),
        ("reason", Text),
        ("strength", Text),
        ("improvement", Text),
        ("saved_at", Time),
        ("saved_by", Number),
    ],
};
pub(super) const MODERATION_REOPENINGS: TableSpec = TableSpec {
    name: "moderation_reopenings",
    columns: &[("moderation_id", Number), ("reason", Text), ("reopened_at", Time), ("reopened_by", Number)],
};
pub(super) const MANAGEMENT_TEXTS: TableSpec = TableSpec {
    name: "management_texts",
    columns: &[
        ("moderation_id", Number),
        ("version", Number),
        ("text", Text),
        ("saved_at", Time),
        ("saved_by", Number),
    ],
};
