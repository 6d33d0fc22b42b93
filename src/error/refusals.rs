//! The database's own refusals in a person's words. Actions check these rules first and say more; the words here are for whoever
//! comes a moment later.

/// Constraints, what was refused, and what to do.
type Refusal = (&'static [&'static str], &'static str, &'static str);

/// What a refusal by a constraint is to a person; nothing when the constraint should never have been met.
pub(super) fn refused_by(constraint: &str) -> Option<(&'static str, &'static str)> {
    let all = ROUNDS.iter().chain(ASSESSMENT).chain(DECISIONS).chain(LETTERS);
    all.into_iter().find(|(names, ..)| names.contains(&constraint)).map(|(_, title, hint)| (*title, *hint))
}

/// Accounts, rounds, applications, and what every feature keeps.
const ROUNDS: &[Refusal] = &[
    (
        &["score_sheets_cleared_check"],
        "You cannot score this application",
        "Declare first whether you have a conflict of interest.",
    ),
    (
        &["round_definitions_frozen_check"],
        "The rules of this round are frozen",
        "Criteria, weights and questions freeze when a round is published.",
    ),
    (
        &["applications_test_check"],
        "Test rounds and real rounds stay apart",
        "A test organisation can bid in a test round alone, and any other organisation in a real round alone.",
    ),
    (
        &["rounds_closes_at_extended_check", "round_extensions_round_id_old_closes_at_key"],
        "The closing time was not changed",
        "It moves only by an extension with a reason, before scoring starts. Somebody may have extended the round a moment ago.",
    ),
    (&["rounds_grace_minutes_check"], "The grace period is too long", "It can be 0 to 60 minutes."),
    (
        &["rounds_unsealed_first_check"],
        "This round is sealed",
        "Unseal its bids first. Nobody can read or score them before.",
    ),
    (
        &[
            "agreed_mark_versions_moderation_id_criterion_version_key",
            "management_texts_moderation_id_version_key",
            "feedback_versions_application_id_version_key",
            "feedback_readings_feedback_id_key",
            "reason_versions_entry_id_version_key",
        ],
        "Somebody else saved this a moment before",
        "Nothing was overwritten. Open the page again to see what they wrote.",
    ),
    (
        &[
            "submissions_frozen_check",
            "reopenings_frozen_check",
            "office_entries_frozen_check",
            "agreed_mark_versions_frozen_check",
            "feedback_versions_frozen_check",
            "feedback_lines_frozen_check",
            "feedback_readings_frozen_check",
            "reason_versions_frozen_check",
            "reason_entries_kept_check",
            "moderation_reopenings_frozen_check",
            "management_texts_frozen_check",
        ],
        "That is on record and does not change",
        "What was received, and why it was opened again, stays as it was.",
    ),
    (&["accounts_email_key"], "That address has an account", "Each email address can have one account."),
    (
        &["organisation_merges_organisation_id_key"],
        "That organisation is merged already",
        "Open the organisation that it was merged into.",
    ),
];

/// Conflicts of interest, score sheets and moderation.
const ASSESSMENT: &[Refusal] = &[
    (
        &["moderations_chair_check"],
        "The chair must confirm this",
        "Whoever chaired the discussion closes it, and only if they neither scored the application nor typed what was agreed.",
    ),
    (
        &["sheet_marks_locked_check", "score_sheets_locked_check"],
        "This score sheet is locked",
        "It was submitted, and a submitted score sheet does not change.",
    ),
    (
        &["mark_versions_frozen_check", "sheet_openings_frozen_check", "sheet_readings_frozen_check"],
        "That is on record and does not change",
        "Every version of a score stays as it was.",
    ),
    (
        &["panel_members_round_id_account_id_key"],
        "Somebody else has just changed this panel member",
        "Open the page again to see what they saved.",
    ),
    (
        &["assignment_removals_kept_check"],
        "That is on record and does not change",
        "Why somebody was taken off an application stays as it was written.",
    ),
    (
        &["assignments_conflict_check", "score_sheets_conflict_check"],
        "This person has a conflict of interest",
        "Whoever has a conflict of interest in an application is neither assigned to it nor scores it.",
    ),
    (
        &["conflicts_pinned_check"],
        "This conflict stands",
        "An officer recorded it, and only an officer can lift it, with a reason.",
    ),
];

/// Recommendations, approvals, signatures and notices.
const DECISIONS: &[Refusal] = &[
    (
        &["decisions_separate_duties_check"],
        "You cannot sign this decision",
        "Whoever scored, moderated or recommended in a round cannot also sign its decision.",
    ),
    (
        &[
            "score_sheets_separate_duties_check",
            "moderations_separate_duties_check",
            "recommendations_separate_duties_check",
            "recommendation_approvals_separate_duties_check",
            "single_letters_separate_duties_check",
        ],
        "Somebody else must do this",
        "Scoring, closing the moderation, recommending, approving and signing are done by different people, so that no \
             one person controls an award.",
    ),
    (
        &["decisions_conflict_check", "recommendation_approvals_conflict_check", "single_letters_conflict_check"],
        "You declared a conflict of interest in this round",
        "Nothing was signed or approved. Somebody without a conflict must do it.",
    ),
    (
        &["decisions_limit_check"],
        "The awards are above your limit",
        "Nothing was signed. Somebody with a higher limit must sign.",
    ),
    (
        &["single_letters_limit_check"],
        "The grant is above your limit",
        "Nothing was approved. Somebody with a higher limit must approve it.",
    ),
    (
        &["decisions_approved_check"],
        "The recommendation is not approved yet",
        "In this round the management approves a recommendation before it is signed.",
    ),
    (
        &["recommendation_approvals_recommendation_id_key"],
        "The recommendation is already approved",
        "One approval is enough.",
    ),
    (
        &[
            "recommendation_approvals_kept_check",
            "declared_interests_kept_check",
            "signing_limits_kept_check",
            "award_lines_kept_check",
            "decision_notices_kept_check",
            "insight_kept_check",
            "mail_remarks_kept_check",
        ],
        "That is on record and does not change",
        "What was recorded stays as it was.",
    ),
    (&["decisions_round_id_key"], "The decision is already signed", "A round has one decision."),
];

/// Feedback, letters and their wording.
const LETTERS: &[Refusal] = &[
    (
        &["letters_approved_by_check", "letter_corrections_approved_by_check"],
        "You cannot approve this letter",
        "You drafted it. Another officer must approve it.",
    ),
    (
        &["feedback_readings_reader_check"],
        "This feedback cannot be accepted or sent back by you",
        "It is read by somebody else than who saved it last, as it stands now, and accepted without faults.",
    ),
    (
        &["letters_issued_check", "letter_records_kept_check"],
        "That is on record and does not change",
        "A letter that is issued, and how it was sent, stays as it was.",
    ),
    (
        &["letter_schedules_round_id_key"],
        "The letters already wait for a set time",
        "Cancel that first, then choose another time.",
    ),
    (&["round_closings_round_id_key"], "This round is closed already", "Somebody else has just closed it."),
    (
        &["letters_wording_check"],
        "The wording of this letter is superseded",
        "Another wording is in force now. Draft the letters again.",
    ),
    (
        &["letter_wordings_approver_check", "letter_wordings_author_check"],
        "You cannot approve this wording",
        "Whoever wrote it cannot approve it. Another officer must.",
    ),
    (
        &["letter_wordings_kept_check", "letter_wordings_proposed_check"],
        "This wording does not change any more",
        "It was approved or discarded. Begin a new version instead.",
    ),
    (
        &["letter_wordings_kind_version_key", "letter_wordings_open_key"],
        "Somebody else began a new version a moment before",
        "Open the page again to see what they wrote.",
    ),
];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// What is written in the migrations of one database.
    fn migrations(kind: &str) -> String {
        let mut text = String::new();
        for folder in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(kind)).unwrap() {
            text.push_str(&fs::read_to_string(folder.unwrap().path().join("up.sql")).unwrap());
        }
        text
    }

    #[test]
    fn every_constraint_is_one_of_both_databases() {
        for kind in ["sqlite", "postgres"] {
            let sql = migrations(kind);
            for (names, ..) in ROUNDS.iter().chain(ASSESSMENT).chain(DECISIONS).chain(LETTERS) {
                for name in *names {
                    assert!(sql.contains(name), "{kind} has no {name}");
                }
            }
        }
    }

    #[test]
    fn no_constraint_is_named_twice() {
        let mut all: Vec<_> =
            ROUNDS.iter().chain(ASSESSMENT).chain(DECISIONS).chain(LETTERS).flat_map(|(names, ..)| *names).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
