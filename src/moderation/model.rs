//! Moderations and agreed marks.

use std::collections::BTreeMap;

use crate::base::ids::{AccountId, ApplicationId, ModerationId};
use crate::base::time::At;
use crate::column_enum;

mod meeting;

pub use meeting::{Attendance, Meeting, MeetingItem, MeetingRecord, Recusal, RecusalCause};

column_enum!(ModerationStage, "Where a moderation stands.",
    /// Being agreed.
    Open => "open",
    /// Agreed on every criterion.
    Closed => "closed",
);

/// What the panel agreed on one criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreedMark {
    /// On the scale; none yet.
    pub mark: Option<i32>,
    /// Why, for the record.
    pub reason: String,
    /// What was strong, for the applicant.
    pub strength: String,
    /// What would have made it stronger, for the applicant.
    pub improvement: String,
    /// Goes up with every save of this criterion.
    pub version: i32,
    /// The officer who recorded it last.
    pub saved_by: AccountId,
}

/// The moderation of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moderation {
    /// Its row.
    pub id: ModerationId,
    /// Of which application.
    pub application: ApplicationId,
    /// Where it stands.
    pub stage: ModerationStage,
    /// Who opened it.
    pub opened_by: AccountId,
    /// When it was closed last.
    pub closed_at: Option<At>,
    /// Who closed it last.
    pub closed_by: Option<AccountId>,
    /// Why it was re-opened last.
    pub reopened_reason: Option<String>,
    /// Goes up when it is closed or re-opened.
    pub version: i32,
    /// By criterion.
    pub marks: BTreeMap<String, AgreedMark>,
}

/// What an officer types for one criterion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agreement {
    /// The agreed whole number on the scale; none yet.
    pub mark: Option<i32>,
    /// Why.
    pub reason: String,
    /// What was strong, for the applicant.
    pub strength: String,
    /// What would have made it stronger, for the applicant.
    pub improvement: String,
}

/// A version of what was agreed on a criterion: as somebody saved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreedVersion {
    /// Of which criterion.
    pub criterion: String,
    /// 1 is the first.
    pub version: i32,
    /// What was saved.
    pub agreement: Agreement,
    /// When.
    pub saved_at: At,
    /// By whom.
    pub saved_by: AccountId,
}

/// A text for management. No letter is made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagementText {
    /// Of which moderation.
    pub moderation: ModerationId,
    /// 1 is the first; the highest stands.
    pub version: i32,
    /// What it says.
    pub text: String,
    /// When it was saved.
    pub saved_at: At,
    /// By whom.
    pub saved_by: AccountId,
}

/// A re-opening of a moderation that the chair had closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopening {
    /// Of which moderation.
    pub moderation: ModerationId,
    /// Why.
    pub reason: String,
    /// When.
    pub at: At,
    /// By whom.
    pub by: AccountId,
}
