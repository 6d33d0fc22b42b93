//! Moderations and agreed marks.

use std::collections::BTreeMap;

use crate::base::ids::{AccountId, ApplicationId, ModerationId};
use crate::base::time::At;
use crate::column_enum;

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
