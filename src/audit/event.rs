//! Events: the past tense of what people do.

use serde_json::{Map, Value};

use crate::base::ids::{ApplicationId, RoundId};
use crate::base::money::Pence;
use crate::base::time::At;

macro_rules! event_kinds {
    ($($(#[$meta:meta])* $variant:ident => $word:literal, $sentence:literal;)+) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum EventKind {
            $(#[doc = $sentence] $(#[$meta])* $variant),+
        }

        impl EventKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in the trail.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        /// The sentence that pages show for a word of the trail.
        #[must_use]
        pub fn sentence(word: &str) -> &str {
            match word {
                $($word => $sentence,)+
                other => other,
            }
        }
    };
}

event_kinds! {
    AccountAdded => "account_added", "Account added";
    AccountDeactivated => "account_deactivated", "Account deactivated";
    AccountReactivated => "account_reactivated", "Account reactivated";
    RolesChanged => "roles_changed", "Roles changed";
    SignedIn => "signed_in", "Signed in";
    SignedOut => "signed_out", "Signed out";
    OrganisationAdded => "organisation_added", "Organisation added";
    OrganisationChanged => "organisation_changed", "Details of an organisation changed";
    OrganisationsMerged => "organisations_merged", "Two records of one organisation merged";
    PersonInvited => "person_invited", "Somebody invited into an organisation";
    InvitationWithdrawn => "invitation_withdrawn", "Invitation into an organisation withdrawn";
    PersonJoined => "person_joined", "Somebody joined an organisation";
    PersonRemoved => "person_removed", "Somebody taken out of an organisation";
    PersonLeft => "person_left", "Somebody left an organisation";
    JoiningAsked => "joining_asked", "Somebody asked to join an organisation";
    JoiningDeclined => "joining_declined", "Request to join an organisation declined";
    FundAdded => "fund_added", "Fund set up";
    RoundAdded => "round_added", "Round set up";
    RoundChanged => "round_changed", "Round changed";
    RoundCopied => "round_copied", "Round set up as a copy of another";
    TestRoundMade => "test_round_made", "Test round made to try a draft out";
    TestRoundClosed => "test_round_closed", "Test round closed early";
    RoundPublished => "round_published", "Round published; criteria and rules frozen";
    RoundExtended => "round_extended", "Closing time moved to a later one, for everybody";
    RoundUnsealed => "round_unsealed", "Bids unsealed: from now on officers can read them";
    ScoringStarted => "scoring_started", "Scoring started";
    ModerationStarted => "moderation_started", "Moderation of the round started";
    ApplicationStarted => "application_started", "Application started";
    StreamChanged => "stream_changed", "Stream of the application changed";
    AnswersSaved => "answers_saved", "Answers saved";
    AnswerBroughtBack => "answer_brought_back", "An earlier answer brought back";
    DocumentAdded => "document_added", "Document added";
    DocumentReused => "document_reused", "Document of an earlier application used again";
    DocumentRemoved => "document_removed", "Document removed";
    VirusFound => "virus_found", "Virus found in a document; it is withheld";
    ApplicationEnteredByOffice => "application_entered_by_office", "Application entered by the office from a paper form or a telephone call";
    ApplicationSubmitted => "application_submitted", "Application submitted";
    ApplicationTakenBack => "application_taken_back", "Application taken back by the applicant, to change it";
    ApplicationReopened => "application_reopened", "Application re-opened by the office";
    ApplicationPutBack => "application_put_back", "Re-opened application put back as it was submitted";
    LateAttemptRefused => "late_attempt_refused", "Attempt after the deadline refused";
    ApplicationWithdrawn => "application_withdrawn", "Application withdrawn";
    GateChecked => "gate_checked", "Gate checked";
    GateItemChecked => "gate_item_checked", "Item of a gate checked";
    RoundExported => "round_exported", "Applications of the round exported";
    PanelMemberSet => "panel_member_set", "Place, limit or expertise of a panel member set";
    MemberAssigned => "member_assigned", "Panel member assigned";
    MemberUnassigned => "member_unassigned", "Panel member taken off";
    NoConflictDeclared => "no_conflict_declared", "Declared no conflict of interest";
    ConflictDeclared => "conflict_declared", "Declared a conflict of interest";
    ConflictPinned => "conflict_pinned", "Conflict of interest recorded by an officer";
    ConflictLifted => "conflict_lifted", "Conflict of interest lifted by an officer";
    ConflictDismissed => "conflict_dismissed", "Likely conflict of interest looked into and dismissed";
    ConflictsAdopted => "conflicts_adopted", "Earlier declarations of conflicts taken into their own register";
    InterestAdded => "interest_added", "Interest added to the register";
    InterestEnded => "interest_ended", "Interest of the register ended";
    MarksSaved => "marks_saved", "Score sheet saved";
    ScoresUploaded => "scores_uploaded", "Scores uploaded from a spreadsheet";
    ChangesRead => "changes_read", "Changes in the application read by a panel member";
    SheetSubmitted => "sheet_submitted", "Score sheet submitted and locked";
    SheetReopened => "sheet_reopened", "Score sheet opened again by the office";
    MeetingRecorded => "meeting_recorded", "Meeting of the panel recorded";
    MeetingChanged => "meeting_changed", "Record of a meeting changed";
    MeetingEnded => "meeting_ended", "Meeting of the panel ended";
    DiscussionStarted => "discussion_started", "Discussion of the application started";
    DiscussionEnded => "discussion_ended", "Discussion of the application ended";
    LeftTheRoom => "left_the_room", "Somebody left the room before the application was discussed";
    ModerationOpened => "moderation_opened", "Moderation opened";
    MarkAgreed => "mark_agreed", "Score agreed by the panel";
    ManagementTextSaved => "management_text_saved", "Text for management saved";
    ModerationClosed => "moderation_closed", "Moderation closed; the chair confirmed what was agreed";
    ModerationReopened => "moderation_reopened", "Moderation re-opened";
    TieSettled => "tie_settled", "Tie at the cut line settled by the panel";
    AwardLineRecorded => "award_line_recorded", "Award line recorded";
    RecommendationMade => "recommendation_made", "Recommendation made";
    RecommendationTakenBack => "recommendation_taken_back", "Recommendation taken back";
    RecommendationApproved => "recommendation_approved", "Recommendation approved by the management";
    InterestDeclared => "interest_declared", "Conflict of interest declared instead of a signature or approval";
    SigningLimitSet => "signing_limit_set", "Largest amount that a person may sign changed";
    DecisionSigned => "decision_signed", "Decision signed";
    NoticeIssued => "notice_issued", "Decision notice issued";
    ReasonSaved => "reason_saved", "Wording saved in the bank for feedback";
    ReasonRetired => "reason_retired", "Wording in the bank for feedback retired";
    FeedbackSaved => "feedback_saved", "Feedback saved";
    FeedbackAccepted => "feedback_accepted", "Feedback accepted by a second reader";
    FeedbackReturned => "feedback_returned", "Feedback sent back by its second reader";
    WordingSaved => "wording_saved", "Wording of a letter saved";
    WordingProposed => "wording_proposed", "Wording of a letter proposed for approval";
    WordingReturned => "wording_returned", "Wording of a letter sent back to its author";
    WordingDiscarded => "wording_discarded", "Wording of a letter discarded";
    WordingApproved => "wording_approved", "Wording of a letter approved by a second person";
    LettersRequested => "letters_requested", "Letters requested";
    LetterDrafted => "letter_drafted", "Letter drafted";
    LetterHeld => "letter_held", "Letter needs an officer";
    LettersApproved => "letters_approved", "Letters of the round approved by a second person, who saw counts, dates and samples";
    LetterApproved => "letter_approved", "Letter approved by a second person";
    LettersScheduled => "letters_scheduled", "Letters of the round set to be issued at a time";
    LettersUnscheduled => "letters_unscheduled", "Issuing the letters at a set time cancelled";
    LettersNotIssued => "letters_not_issued", "Letters could not be issued at the set time";
    LettersExported => "letters_exported", "Letters of the round exported for the post";
    LetterIssued => "letter_issued", "Letter issued";
    LetterDelivered => "letter_delivered", "Letter's delivery recorded";
    MailSentAgain => "mail_sent_again", "Message to be sent again";
    MailReached => "mail_reached", "Addressee reached another way";
    LetterRead => "letter_read", "Letter opened by the applicant";
    RoundFinished => "round_finished", "All letters of the round issued";
    CorrectionDrafted => "correction_drafted", "Corrected letter drafted";
    CorrectionHeld => "correction_held", "Corrected letter needs an officer";
    CorrectionWithdrawn => "correction_withdrawn", "Corrected letter given up before it was issued";
    LetterReplaced => "letter_replaced", "Letter replaced by a corrected one, which a second person approved";
    SingleDrafted => "single_letter_drafted", "Letter about a grant drafted from what an officer recorded";
    SingleHeld => "single_letter_held", "Letter about a grant needs an officer";
    SingleWithdrawn => "single_letter_withdrawn", "Letter about a grant given up before it was issued";
    SingleIssued => "single_letter_issued", "Letter about a grant issued, which a second person approved";
    LetterPosted => "letter_posted", "Letter recorded as sent by post or handed over";
    RoundClosed => "round_closed", "Round closed: everybody has their letters";
    InsightExported => "insight_exported", "Figures across rounds exported";
    AdviceJudged => "advice_judged", "Whether earlier advice was acted on recorded by an officer";
    WorkshopPlanned => "workshop_planned", "Workshop planned from the figures of rounds";
    WorkshopChanged => "workshop_changed", "Agenda, time or place of a workshop changed";
    WorkshopAnnounced => "workshop_announced", "Invitations to a workshop queued";
    CaseFileMade => "case_file_made", "Case file of the application made";
    EvidenceMade => "evidence_made", "Evidence of the round made";
}

/// A value that may stand in the trail: a number, a code, a time. Never free text.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact(Value);

impl Fact {
    /// A short code (a reference, a criterion, a stage): letters, digits, `-`, `_` and `.` only; anything else is
    /// dropped, so that no sentence or name can slip into the trail.
    #[must_use]
    pub fn code(text: &str) -> Self {
        let code: String =
            text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).take(80).collect();
        Self(Value::String(code))
    }

    /// Numbers by code: the marks of a sheet. `None` is a mark not given.
    #[must_use]
    pub fn numbers<'a>(numbers: impl IntoIterator<Item = (&'a str, Option<i32>)>) -> Self {
        Self(Value::Object(
            numbers
                .into_iter()
                .map(|(code, number)| (code.to_owned(), number.map_or(Value::Null, Value::from)))
                .collect(),
        ))
    }

    /// Several codes, in order.
    #[must_use]
    pub fn codes<'a>(codes: impl IntoIterator<Item = &'a str>) -> Self {
        Self(Value::Array(codes.into_iter().map(|code| Self::code(code).0).collect()))
    }
}

impl From<i32> for Fact {
    fn from(number: i32) -> Self {
        Self(Value::from(number))
    }
}

impl From<i64> for Fact {
    fn from(number: i64) -> Self {
        Self(Value::from(number))
    }
}

impl From<usize> for Fact {
    fn from(number: usize) -> Self {
        Self(Value::from(number))
    }
}

impl From<Pence> for Fact {
    fn from(amount: Pence) -> Self {
        Self(Value::from(amount.get()))
    }
}

impl From<At> for Fact {
    fn from(at: At) -> Self {
        Self(Value::from(at.rfc3339()))
    }
}

/// One thing that happened, ready for the trail.
#[derive(Debug, Clone)]
pub struct Event {
    pub(super) kind: EventKind,
    pub(super) round: Option<RoundId>,
    pub(super) application: Option<ApplicationId>,
    pub(super) data: Map<String, Value>,
}

impl Event {
    /// An event of `kind`.
    #[must_use]
    pub fn new(kind: EventKind) -> Self {
        Self { kind, round: None, application: None, data: Map::new() }
    }

    /// In which round.
    #[must_use]
    pub const fn round(mut self, round: RoundId) -> Self {
        self.round = Some(round);
        self
    }

    /// To which application.
    #[must_use]
    pub const fn application(mut self, application: ApplicationId) -> Self {
        self.application = Some(application);
        self
    }

    /// With a fact.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: impl Into<Fact>) -> Self {
        self.data.insert(name.to_owned(), fact.into().0);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sentence_can_enter_the_trail() {
        assert_eq!(Fact::code("Ann's reason: late!").0, Value::String("Annsreasonlate".to_owned()));
        assert_eq!(Fact::code("CSF-2026-4TQ7X").0, Value::String("CSF-2026-4TQ7X".to_owned()));
    }

    #[test]
    fn every_kind_has_its_own_word_and_sentence() {
        let words: std::collections::BTreeSet<_> = EventKind::ALL.iter().map(|kind| kind.word()).collect();
        assert_eq!(words.len(), EventKind::ALL.len());
        for word in words {
            assert_ne!(sentence(word), word);
        }
    }
}
