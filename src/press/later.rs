//! What letters say that are not the outcome of a round: before it, that an application came or was taken back; after it, what becomes
//! of a grant.

use serde::{Deserialize, Serialize};

use super::{
    data::{Common, Condition, Payment},
    values::{LetterDate, Money, WrittenMoney},
};

/// A letter that says that an application was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgementLetter {
    /// What every letter has.
    pub common: Common,
    /// What was asked for.
    pub requested: Money,
    /// The day on which it was received.
    pub received: LetterDate,
    /// The time of that day, such as "4.12pm".
    pub received_time: String,
    /// What happens next, in order.
    pub next_steps: Vec<NextStep>,
    /// The SHA-256 of what was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

/// Something that will happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextStep {
    /// What.
    pub what: String,
    /// By when; without it, in its turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<LetterDate>,
}

/// A letter that confirms that an applicant took an application back after it was submitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawnApplicationLetter {
    /// What every letter has.
    pub common: Common,
    /// The day on which it was received.
    pub received: LetterDate,
    /// The day on which it was withdrawn.
    pub withdrawn_on: LetterDate,
}

/// A letter that reminds of conditions of a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReminderLetter {
    /// What every letter has.
    pub common: Common,
    /// The grant.
    pub awarded: WrittenMoney,
    /// The conditions that are not met yet; each with its date.
    pub conditions: Vec<Condition>,
    /// The last day to answer.
    pub respond_by: LetterDate,
    /// What happens otherwise, as a sentence.
    pub consequence: String,
}

/// A letter that changes a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariationLetter {
    /// What every letter has.
    pub common: Common,
    /// The day on which the organisation asked for it; absent when the office did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_on: Option<LetterDate>,
    /// Why it changes.
    pub reason: String,
    /// From when the change holds.
    pub effective: LetterDate,
    /// What changes.
    pub changes: Vec<Change>,
    /// The whole grant after the change.
    pub total: WrittenMoney,
    /// What was paid of it already.
    pub paid: Money,
    /// The payments that are left; with what was paid they add up to the whole.
    pub payments: Vec<Payment>,
    /// The last day to agree.
    pub confirm_by: LetterDate,
    /// What to do, step by step.
    pub steps: Vec<String>,
}

/// One thing that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What: "End of the funding period".
    pub what: String,
    /// As it was.
    pub before: String,
    /// As it will be.
    pub after: String,
}

/// Why an offer is taken back or a grant ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroundCode {
    /// The organisation did not accept in time.
    NotAccepted,
    /// A condition of the offer was not met.
    ConditionNotMet,
    /// The organisation asked for it.
    Asked,
    /// What it said was false or misleading.
    FalseInformation,
    /// The money was used for something else.
    OtherPurpose,
    /// The project does not go ahead.
    NotProceeding,
    /// The same costs were paid by someone else too.
    DuplicateFunding,
    /// The project was changed without consent.
    UnapprovedChange,
    /// Terms were broken, or reports are overdue.
    Breach,
    /// The organisation is insolvent or ceased to exist.
    CeasedToExist,
    /// Safeguarding or fraud.
    SafeguardingOrFraud,
}

impl GroundCode {
    /// As the letter prints it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::NotAccepted => "The offer was not accepted in time",
            Self::ConditionNotMet => "A condition was not met",
            Self::Asked => "You asked for it",
            Self::FalseInformation => "Information was false or misleading",
            Self::OtherPurpose => "The grant was used for another purpose",
            Self::NotProceeding => "The project is not going ahead",
            Self::DuplicateFunding => "The same costs are paid by someone else",
            Self::UnapprovedChange => "The project was changed without our consent",
            Self::Breach => "Terms of the grant were broken",
            Self::CeasedToExist => "The organisation is insolvent or no longer exists",
            Self::SafeguardingOrFraud => "There is a safeguarding or fraud concern",
        }
    }

    /// Whether an offer that was not accepted can be taken back for it: a grant that runs knows other grounds.
    #[must_use]
    pub const fn before_acceptance(self) -> bool {
        !matches!(self, Self::OtherPurpose | Self::UnapprovedChange | Self::Breach)
    }
}

/// Why, with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Which it is.
    pub code: GroundCode,
    /// Its title, as the letter prints it.
    pub title: String,
    /// What happened, in plain words, and what shows it.
    pub sentence: String,
}

impl Ground {
    /// A ground with its title.
    #[must_use]
    pub fn new(code: GroundCode, sentence: &str) -> Self {
        Self { code, title: code.title().to_owned(), sentence: sentence.to_owned() }
    }
}

/// A letter that takes an offer back before it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalLetter {
    /// What every letter has.
    pub common: Common,
    /// What was offered.
    pub offered: WrittenMoney,
    /// When it was offered.
    pub offered_on: LetterDate,
    /// From when it no longer stands.
    pub withdrawn_on: LetterDate,
    /// Why.
    pub ground: Ground,
}

/// A letter that ends a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminationLetter {
    /// What every letter has.
    pub common: Common,
    /// The reference of the grant agreement.
    pub agreement: String,
    /// The grant.
    pub awarded: WrittenMoney,
    /// When the funding period began.
    pub starts: LetterDate,
    /// When it was to end.
    pub ends: LetterDate,
    /// When it ends now.
    pub ended_on: LetterDate,
    /// Why.
    pub ground: Ground,
    /// The clauses of the agreement that it rests on.
    pub clauses: String,
    /// What was said and asked before, in order.
    pub notices: Vec<Notice>,
    /// What was paid.
    pub paid: Money,
    /// What of it was spent as agreed.
    pub spent: Money,
    /// What is to be paid back: what was paid and not spent as agreed.
    pub repay: Money,
    /// How and by when to pay it back; needed when something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repayment: Option<Repayment>,
    /// From when nothing more is paid.
    pub payments_stop: LetterDate,
    /// When the final return is due.
    pub final_return: LetterDate,
}

/// A notice that came before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// When.
    pub date: LetterDate,
    /// What.
    pub what: String,
}

/// How to pay back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repayment {
    /// The last day.
    pub by: LetterDate,
    /// How.
    pub how: String,
}
