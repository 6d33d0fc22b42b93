//! The tables whose every row is in the audit trail, and how each column is read for its digest.
//!
//! Sessions, sign-in links, forms that wait for a sign-in, the outbox, reminders, letter batches and the trail's own tables are not
//! here: they hold no fact about how a round was run.
//! `tests/it/migrations.rs` fails when a table or a column of the database is in neither list.

/// How a column's stored value becomes text, the same on both databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Whole number, in decimal.
    Number,
    /// Text, as it is.
    Text,
    /// UTC time, as microseconds since 1970.
    Time,
}

use ColumnKind::{Number, Text, Time};

/// A table of the trail: its name and, after `id`, its columns in order.
#[derive(Debug)]
pub struct TableSpec {
    /// Name in the database.
    pub name: &'static str,
    /// Columns after `id`.
    pub columns: &'static [(&'static str, ColumnKind)],
}

/// A table whose rows are digested into the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the table of that name")]
pub enum Table {
    Accounts,
    AccountRoles,
    Organisations,
    Memberships,
    OrganisationProfiles,
    OrganisationNumbers,
    OrganisationNames,
    OrganisationContacts,
    OrganisationInvitations,
    OrganisationRequests,
    OrganisationMerges,
    Funds,
    Rounds,
    RoundDefinitions,
    RoundExtensions,
    Applications,
    Answers,
    AnswerVersions,
    Documents,
    GateChecks,
    GateFindings,
    SubmissionReceipts,
    Submissions,
    Reopenings,
    OfficeEntries,
    Assignments,
    ScoreSheets,
    SheetMarks,
    Moderations,
    AgreedMarks,
    Meetings,
    MeetingPeople,
    MeetingItems,
    MeetingRecusals,
    AgreedMarkVersions,
    ModerationReopenings,
    ManagementTexts,
    TieChoices,
    Recommendations,
    RecommendedOutcomes,
    Decisions,
    Letters,
}

impl Table {
    /// Every table of the trail.
    pub const ALL: &[Self] = &[
        Self::Accounts,
        Self::AccountRoles,
        Self::Organisations,
        Self::Memberships,
        Self::OrganisationProfiles,
        Self::OrganisationNumbers,
        Self::OrganisationNames,
        Self::OrganisationContacts,
        Self::OrganisationInvitations,
        Self::OrganisationRequests,
        Self::OrganisationMerges,
        Self::Funds,
        Self::Rounds,
        Self::RoundDefinitions,
        Self::RoundExtensions,
        Self::Applications,
        Self::Answers,
        Self::AnswerVersions,
        Self::Documents,
        Self::GateChecks,
        Self::GateFindings,
        Self::SubmissionReceipts,
        Self::Submissions,
        Self::Reopenings,
        Self::OfficeEntries,
        Self::Assignments,
        Self::ScoreSheets,
        Self::SheetMarks,
        Self::Moderations,
        Self::AgreedMarks,
        Self::Meetings,
        Self::MeetingPeople,
        Self::MeetingItems,
        Self::MeetingRecusals,
        Self::AgreedMarkVersions,
        Self::ModerationReopenings,
        Self::ManagementTexts,
        Self::TieChoices,
        Self::Recommendations,
        Self::RecommendedOutcomes,
        Self::Decisions,
        Self::Letters,
    ];

    /// Name and columns.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a list of every column is as long as there are columns")]
    pub const fn spec(self) -> &'static TableSpec {
        match self {
            Self::Accounts => &TableSpec {
                name: "accounts",
                columns: &[("email", Text), ("name", Text), ("created_at", Time), ("deactivated_at", Time)],
            },
            Self::AccountRoles => &TableSpec {
                name: "account_roles",
                columns: &[("account_id", Number), ("role", Text), ("granted_at", Time)],
            },
            Self::Organisations => &TableSpec {
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
            },
            Self::Memberships => &TableSpec {
                name: "memberships",
                columns: &[("organisation_id", Number), ("account_id", Number), ("created_at", Time)],
            },
            Self::OrganisationProfiles => &TableSpec {
                name: "organisation_profiles",
                columns: &[("organisation_id", Number), ("website", Text), ("telephone", Text), ("updated_at", Time)],
            },
            Self::OrganisationNumbers => &TableSpec {
                name: "organisation_numbers",
                columns: &[("organisation_id", Number), ("scheme", Text), ("number", Text)],
            },
            Self::OrganisationNames => &TableSpec {
                name: "organisation_names",
                columns: &[
                    ("organisation_id", Number),
                    ("kind", Text),
                    ("name", Text),
                    ("from_at", Time),
                    ("until_at", Time),
                ],
            },
            Self::OrganisationContacts => &TableSpec {
                name: "organisation_contacts",
                columns: &[
                    ("organisation_id", Number),
                    ("role", Text),
                    ("name", Text),
                    ("position", Text),
                    ("email", Text),
                    ("telephone", Text),
                ],
            },
            Self::OrganisationInvitations => &TableSpec {
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
            },
            Self::OrganisationRequests => &TableSpec {
                name: "organisation_requests",
                columns: &[
                    ("organisation_id", Number),
                    ("account_id", Number),
                    ("created_at", Time),
                    ("outcome", Text),
                    ("ended_at", Time),
                    ("ended_by", Number),
                ],
            },
            Self::OrganisationMerges => &TableSpec {
                name: "organisation_merges",
                columns: &[
                    ("organisation_id", Number),
                    ("into_id", Number),
                    ("reason", Text),
                    ("merged_at", Time),
                    ("merged_by", Number),
                ],
            },
            Self::Funds => {
                &TableSpec { name: "funds", columns: &[("code", Text), ("name", Text), ("created_at", Time)] }
            }
            Self::Rounds => &TableSpec {
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
            },
            Self::RoundDefinitions => &TableSpec {
                name: "round_definitions",
                columns: &[
                    ("round_id", Number),
                    ("version", Number),
                    ("document", Text),
                    ("reason", Text),
                    ("created_at", Time),
                    ("created_by", Number),
                ],
            },
            Self::RoundExtensions => &TableSpec {
                name: "round_extensions",
                columns: &[
                    ("round_id", Number),
                    ("old_closes_at", Time),
                    ("new_closes_at", Time),
                    ("reason", Text),
                    ("extended_at", Time),
                    ("extended_by", Number),
                ],
            },
            Self::Applications => &TableSpec {
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
            },
            Self::Answers => &TableSpec {
                name: "answers",
                columns: &[
                    ("application_id", Number),
                    ("question", Text),
                    ("value", Text),
                    ("version", Number),
                    ("saved_at", Time),
                    ("saved_by", Number),
                ],
            },
            Self::AnswerVersions => &TableSpec {
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
            },
            Self::Documents => &TableSpec {
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
            },
            Self::GateChecks => &TableSpec {
                name: "gate_checks",
                columns: &[
                    ("application_id", Number),
                    ("gate", Text),
                    ("outcome", Text),
                    ("note", Text),
                    ("checked_at", Time),
                    ("checked_by", Number),
                ],
            },
            Self::GateFindings => &TableSpec {
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
            },
            Self::SubmissionReceipts => &TableSpec {
                name: "submission_receipts",
                columns: &[("application_id", Number), ("token", Text), ("request_digest", Text), ("created_at", Time)],
            },
            Self::Submissions => &TableSpec {
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
            },
            Self::Reopenings => &TableSpec {
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
            },
            Self::OfficeEntries => &TableSpec {
                name: "office_entries",
                columns: &[
                    ("application_id", Number),
                    ("channel", Text),
                    ("received_at", Time),
                    ("entered_at", Time),
                    ("entered_by", Number),
                ],
            },
            Self::Assignments => &TableSpec {
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
            },
            Self::ScoreSheets => &TableSpec {
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
            },
            Self::SheetMarks => &TableSpec {
                name: "sheet_marks",
                columns: &[
                    ("sheet_id", Number),
                    ("criterion", Text),
                    ("mark", Number),
                    ("reason", Text),
                    ("saved_at", Time),
                ],
            },
            Self::Moderations => &TableSpec {
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
            },
            Self::AgreedMarks => &TableSpec {
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
            },
            Self::Meetings => &TableSpec {
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
            },
            Self::MeetingPeople => &TableSpec {
                name: "meeting_people",
                columns: &[
                    ("meeting_id", Number),
                    ("account_id", Number),
                    ("attendance", Text),
                    ("recorded_at", Time),
                    ("recorded_by", Number),
                ],
            },
            Self::MeetingItems => &TableSpec {
                name: "meeting_items",
                columns: &[
                    ("meeting_id", Number),
                    ("application_id", Number),
                    ("chair_id", Number),
                    ("started_at", Time),
                    ("started_by", Number),
                    ("ended_at", Time),
                ],
            },
            Self::MeetingRecusals => &TableSpec {
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
            },
            Self::AgreedMarkVersions => &TableSpec {
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
            },
            Self::ModerationReopenings => &TableSpec {
                name: "moderation_reopenings",
                columns: &[("moderation_id", Number), ("reason", Text), ("reopened_at", Time), ("reopened_by", Number)],
            },
            Self::ManagementTexts => &TableSpec {
                name: "management_texts",
                columns: &[
                    ("moderation_id", Number),
                    ("version", Number),
                    ("text", Text),
                    ("saved_at", Time),
                    ("saved_by", Number),
                ],
            },
            Self::TieChoices => &TableSpec {
                name: "tie_choices",
                columns: &[
                    ("round_id", Number),
                    ("application_id", Number),
                    ("choice", Text),
                    ("reason", Text),
                    ("recorded_at", Time),
                    ("recorded_by", Number),
                ],
            },
            Self::Recommendations => &TableSpec {
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
            },
            Self::RecommendedOutcomes => &TableSpec {
                name: "recommended_outcomes",
                columns: &[
                    ("recommendation_id", Number),
                    ("application_id", Number),
                    ("outcome", Text),
                    ("offer_pence", Number),
                    ("public_reasons", Text),
                    ("conditions", Text),
                ],
            },
            Self::Decisions => &TableSpec {
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
            },
            Self::Letters => &TableSpec {
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
                ],
            },
        }
    }
}
