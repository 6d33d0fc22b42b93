//! What a person is told when something cannot be done. One type, one place that turns it into a page
//! (`web::problem`); the cause is logged once and never shown.

use std::error::Error;

use crate::db::DbError;

/// One field's fault, in the field's own words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// The field's id on the page.
    pub field: String,
    /// What is wrong and what to do, for the person who typed it.
    pub message: String,
}

/// Every fault of a form at once, in page order.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(Fault { field: field.into(), message: message.into() });
    }

    /// The value, or the fault added under `field`.
    pub fn take<T>(&mut self, field: &str, result: Result<T, impl ToString>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(fault) => {
                self.add(field, fault.to_string());
                None
            }
        }
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults, in page order.
    #[must_use]
    pub fn list(&self) -> &[Fault] {
        &self.0
    }

    /// The first fault of a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
    }

    /// Adds another form's faults after these.
    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// `Ok` when there is no fault.
    ///
    /// # Errors
    /// [`Problem::Invalid`] with all of them.
    pub fn check(self) -> Result<(), Problem> {
        if self.is_empty() { Ok(()) } else { Err(Problem::Invalid(self)) }
    }
}

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// There is no such thing, or this person may not know of it: the two look alike (D10).
    #[error("not found")]
    NotFound,
    /// The person must sign in first.
    #[error("sign in first")]
    SignIn,
    /// A rule of the service forbids it now; the person is told which and what to do.
    #[error("refused: {title}")]
    Refused {
        /// What cannot be done.
        title: String,
        /// Why, and what to do instead.
        text: String,
    },
    /// Somebody else changed it meanwhile. What this person typed is kept on the page.
    #[error("changed meanwhile")]
    Stale {
        /// What both people edited.
        title: String,
        /// Field by field: its name, what is stored now, what this person typed.
        texts: Vec<(String, String, String)>,
    },
    /// The same request was carried out before: nothing is changed, and the person is sent to its outcome (D4).
    #[error("carried out before")]
    Repeated(String),
    /// What was typed cannot be taken.
    #[error("invalid input")]
    Invalid(Faults),
    /// The request did not come from one of our own pages, or its page was too old.
    #[error("the request did not come from one of our pages")]
    Forged,
    /// Too many tries.
    #[error("too many tries")]
    TooMany,
    /// Too much at once of what costs the service much; the person is told what to do meanwhile.
    #[error("busy: {title}")]
    Busy {
        /// What cannot be done now.
        title: String,
        /// Why, and what to do instead.
        text: String,
    },
    /// More bytes than the page takes.
    #[error("too large")]
    TooLarge,
    /// The request is none that a page of ours sends.
    #[error("bad request: {0}")]
    Malformed(String),
    /// The disk or the database failed at the moment of saving: whether the change is there is not known.
    #[error("not known whether it was saved")]
    Unsure(#[source] Box<dyn Error + Send + Sync>),
    /// The disk failed earlier; nothing is saved until the service has started again.
    #[error("saving is paused")]
    Paused,
    /// A fault of ours.
    #[error("internal fault")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

impl Problem {
    /// A rule forbids it now.
    #[must_use]
    pub fn refused(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Refused { title: title.into(), text: text.into() }
    }

    /// A fault of ours, with its cause.
    #[must_use]
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::NotFound => Self::NotFound,
            DbError::Constraint(name) => refused_by(&name).map_or_else(
                || Self::Internal(DbError::Constraint(name).into()),
                |(title, text)| Self::refused(title, text),
            ),
            DbError::Halted => Self::Paused,
            unsure @ DbError::Unsure(_) => Self::Unsure(unsure.into()),
            other => Self::Internal(other.into()),
        }
    }
}

impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Self {
        DbError::from(error).into()
    }
}

impl From<crate::base::random::RandomError> for Problem {
    fn from(error: crate::base::random::RandomError) -> Self {
        Self::Internal(error.into())
    }
}

/// The database's own refusals in a person's words. Actions check these rules first and say more; the words here
/// are for whoever comes a moment later.
fn refused_by(constraint: &str) -> Option<(&'static str, &'static str)> {
    Some(match constraint {
        "moderations_chair_check" => (
            "The chair must confirm this",
            "Whoever chaired the discussion closes it, and only if they neither scored the application nor typed what was agreed.",
        ),
        "sheet_marks_locked_check" | "score_sheets_locked_check" => {
            ("This score sheet is locked", "It was submitted, and a submitted score sheet does not change.")
        }
        "mark_versions_frozen_check" | "sheet_openings_frozen_check" | "sheet_readings_frozen_check" => {
            ("That is on record and does not change", "Every version of a score stays as it was.")
        }
        "score_sheets_cleared_check" => {
            ("You cannot score this application", "Declare first whether you have a conflict of interest.")
        }
        "panel_members_round_id_account_id_key" => {
            ("Somebody else has just changed this panel member", "Open the page again to see what they saved.")
        }
        "assignment_removals_kept_check" => (
            "That is on record and does not change",
            "Why somebody was taken off an application stays as it was written.",
        ),
        "assignments_conflict_check" | "score_sheets_conflict_check" => (
            "This person has a conflict of interest",
            "Whoever has a conflict of interest in an application is neither assigned to it nor scores it.",
        ),
        "conflicts_pinned_check" => {
            ("This conflict stands", "An officer recorded it, and only an officer can lift it, with a reason.")
        }
        "round_definitions_frozen_check" => {
            ("The rules of this round are frozen", "Criteria, weights and questions freeze when a round is published.")
        }
        "applications_test_check" => (
            "Test rounds and real rounds stay apart",
            "A test organisation can bid in a test round alone, and any other organisation in a real round alone.",
        ),
        "rounds_closes_at_extended_check" | "round_extensions_round_id_old_closes_at_key" => (
            "The closing time was not changed",
            "It moves only by an extension with a reason, before scoring starts. Somebody may have extended the round a moment ago.",
        ),
        "rounds_grace_minutes_check" => ("The grace period is too long", "It can be 0 to 60 minutes."),
        "rounds_unsealed_first_check" => {
            ("This round is sealed", "Unseal its bids first. Nobody can read or score them before.")
        }
        "agreed_mark_versions_moderation_id_criterion_version_key"
        | "management_texts_moderation_id_version_key"
        | "feedback_versions_application_id_version_key"
        | "feedback_readings_feedback_id_key"
        | "reason_versions_entry_id_version_key" => (
            "Somebody else saved this a moment before",
            "Nothing was overwritten. Open the page again to see what they wrote.",
        ),
        "submissions_frozen_check"
        | "reopenings_frozen_check"
        | "office_entries_frozen_check"
        | "agreed_mark_versions_frozen_check"
        | "feedback_versions_frozen_check"
        | "feedback_lines_frozen_check"
        | "feedback_readings_frozen_check"
        | "reason_versions_frozen_check"
        | "reason_entries_kept_check"
        | "moderation_reopenings_frozen_check"
        | "management_texts_frozen_check" => (
            "That is on record and does not change",
            "What was received, and why it was opened again, stays as it was.",
        ),
        "accounts_email_key" => ("That address has an account", "Each email address can have one account."),
        "organisations_charity_number_key" | "organisations_company_number_key" => (
            "That organisation is already registered",
            "Ask somebody of the organisation to add you, or contact the office.",
        ),
        "organisation_merges_organisation_id_key" => {
            ("That organisation is merged already", "Open the organisation that it was merged into.")
        }
        _ => return refused_in_deciding(constraint),
    })
}

/// The same for recommendations, approvals, signatures and notices.
fn refused_in_deciding(constraint: &str) -> Option<(&'static str, &'static str)> {
    Some(match constraint {
        "decisions_separate_duties_check" => (
            "You cannot sign this decision",
            "Whoever scored, moderated or recommended in a round cannot also sign its decision.",
        ),
        "score_sheets_separate_duties_check"
        | "moderations_separate_duties_check"
        | "recommendations_separate_duties_check"
        | "recommendation_approvals_separate_duties_check" => (
            "Somebody else must do this",
            "Scoring, closing the moderation, recommending, approving and signing are done by different people, so that no \
             one person controls an award.",
        ),
        "decisions_conflict_check" | "recommendation_approvals_conflict_check" => (
            "You declared a conflict of interest in this round",
            "Nothing was signed or approved. Somebody without a conflict must do it.",
        ),
        "decisions_limit_check" => {
            ("The awards are above your limit", "Nothing was signed. Somebody with a higher limit must sign.")
        }
        "decisions_approved_check" => (
            "The recommendation is not approved yet",
            "In this round the management approves a recommendation before it is signed.",
        ),
        "recommendation_approvals_recommendation_id_key" => {
            ("The recommendation is already approved", "One approval is enough.")
        }
        "recommendation_approvals_kept_check"
        | "declared_interests_kept_check"
        | "signing_limits_kept_check"
        | "award_lines_kept_check"
        | "decision_notices_kept_check"
        | "insight_kept_check"
        | "mail_remarks_kept_check" => ("That is on record and does not change", "What was recorded stays as it was."),
        "decisions_round_id_key" => ("The decision is already signed", "A round has one decision."),
        _ => return refused_in_letters(constraint),
    })
}

/// The same for letters and their wording.
fn refused_in_letters(constraint: &str) -> Option<(&'static str, &'static str)> {
    Some(match constraint {
        "letters_approved_by_check" | "letter_corrections_approved_by_check" => {
            ("You cannot approve this letter", "You drafted it. Another officer must approve it.")
        }
        "feedback_readings_reader_check" => (
            "This feedback cannot be accepted or sent back by you",
            "It is read by somebody else than who saved it last, as it stands now, and accepted without faults.",
        ),
        "letters_issued_check" | "letter_records_kept_check" => {
            ("That is on record and does not change", "A letter that is issued, and how it was sent, stays as it was.")
        }
        "letter_schedules_round_id_key" => {
            ("The letters already wait for a set time", "Cancel that first, then choose another time.")
        }
        "round_closings_round_id_key" => ("This round is closed already", "Somebody else has just closed it."),
        "letters_wording_check" => {
            ("The wording of this letter is superseded", "Another wording is in force now. Draft the letters again.")
        }
        "letter_wordings_approver_check" | "letter_wordings_author_check" => {
            ("You cannot approve this wording", "Whoever wrote it cannot approve it. Another officer must.")
        }
        "letter_wordings_kept_check" | "letter_wordings_proposed_check" => {
            ("This wording does not change any more", "It was approved or discarded. Begin a new version instead.")
        }
        "letter_wordings_kind_version_key" | "letter_wordings_open_key" => {
            ("Somebody else began a new version a moment before", "Open the page again to see what they wrote.")
        }
        _ => return None,
    })
}
