//! What a letter says, typed.
//!
//! An absent `Option` leaves its sentence out wholly. Field names are the JSON names; unknown
//! fields are refused, so that a misspelt one cannot go missing. What happens to a grant after its decision is in [`super::later`].

use serde::{Deserialize, Serialize};

use super::{
    kind::LetterKind,
    later::{
        AcknowledgementLetter, ReminderLetter, TerminationLetter, VariationLetter, WithdrawalLetter,
        WithdrawnApplicationLetter,
    },
    reason::Reason,
    values::{LetterDate, Money, Percentage, WrittenMoney},
    wording::OfficeWording,
};

pub use super::feedback::{CriterionFeedback, FeedbackLetter};

/// The data of one letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LetterData {
    /// Says that an application was received.
    Acknowledgement(Box<AcknowledgementLetter>),
    /// Offers what was asked for.
    Award(Box<AwardLetter>),
    /// Offers less than was asked for.
    PartialAward(Box<AwardLetter>),
    /// Says that an application is held in reserve.
    Reserve(Box<RejectionLetter>),
    /// Says that an application was not funded, and why.
    Rejection(Box<RejectionLetter>),
    /// Says how an application was scored.
    Feedback(Box<FeedbackLetter>),
    /// Confirms that an applicant took an application back after it was submitted.
    WithdrawnApplication(Box<WithdrawnApplicationLetter>),
    /// Reminds of conditions of a grant.
    ConditionReminder(Box<ReminderLetter>),
    /// Changes a grant.
    Variation(Box<VariationLetter>),
    /// Takes an offer back.
    Withdrawal(Box<WithdrawalLetter>),
    /// Ends a grant.
    Termination(Box<TerminationLetter>),
}

/// The same expression of every kind of letter.
macro_rules! of_each {
    ($data:expr, $letter:ident => $value:expr) => {
        match $data {
            LetterData::Acknowledgement($letter) => $value,
            LetterData::Award($letter) | LetterData::PartialAward($letter) => $value,
            LetterData::Reserve($letter) | LetterData::Rejection($letter) => $value,
            LetterData::Feedback($letter) => $value,
            LetterData::WithdrawnApplication($letter) => $value,
            LetterData::ConditionReminder($letter) => $value,
            LetterData::Variation($letter) => $value,
            LetterData::Withdrawal($letter) => $value,
            LetterData::Termination($letter) => $value,
        }
    };
}

impl LetterData {
    /// The kind of letter.
    #[must_use]
    pub const fn kind(&self) -> LetterKind {
        match self {
            Self::Acknowledgement(_) => LetterKind::Acknowledgement,
            Self::Award(_) => LetterKind::Award,
            Self::PartialAward(_) => LetterKind::PartialAward,
            Self::Reserve(_) => LetterKind::Reserve,
            Self::Rejection(_) => LetterKind::Rejection,
            Self::Feedback(_) => LetterKind::Feedback,
            Self::WithdrawnApplication(_) => LetterKind::WithdrawnApplication,
            Self::ConditionReminder(_) => LetterKind::ConditionReminder,
            Self::Variation(_) => LetterKind::Variation,
            Self::Withdrawal(_) => LetterKind::Withdrawal,
            Self::Termination(_) => LetterKind::Termination,
        }
    }

    /// What every letter has.
    #[must_use]
    pub fn common(&self) -> &Common {
        of_each!(self, letter => &letter.common)
    }

    /// What every letter has, to be changed: an office's wording is put in after the rest.
    #[must_use]
    pub fn common_mut(&mut self) -> &mut Common {
        of_each!(self, letter => &mut letter.common)
    }
}

/// What every letter has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// Who writes.
    pub office: Office,
    /// This letter's own reference; unique.
    pub letter_reference: String,
    /// The reference of the application it answers.
    pub application_reference: String,
    /// The date on the letter.
    pub date: LetterDate,
    /// To whom it goes.
    pub recipient: Recipient,
    /// The fund's name, as in "the Commissioner's Safety Fund".
    pub fund: String,
    /// The round's name.
    pub round: String,
    /// The project's title, as the applicant wrote it.
    pub project_title: String,
    /// Who signs.
    pub signatory: Signatory,
    /// The template and version the letter is made from.
    pub template: TemplateVersion,
    /// The letter in whose place this one stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Replaced>,
    /// The office's own wording; without it the letter has the standard one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wording: Option<OfficeWording>,
    /// The decision that the letter tells of; a letter about an application that was not decided has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The last day to ask for a review, of a letter that tells what can be reviewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_deadline: Option<LetterDate>,
    /// Where to ask for a review, or to write first when unhappy.
    pub review_email: String,
    /// To whom to complain.
    pub complaints: Complaints,
    /// The privacy notice's address.
    pub privacy_url: String,
    /// The invitation to a bid-writing workshop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workshop: Option<String>,
    /// When the next round opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_round: Option<String>,
}

/// The office that writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// Its name, as in "the Police and Crime Commissioner for Northfold".
    pub name: String,
    /// Its address, line by line.
    pub address: Vec<String>,
    /// Its e-mail address.
    pub email: String,
    /// Its telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Its web site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
}

/// To whom a letter goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// The organisation's name.
    pub organisation: String,
    /// The named contact.
    pub contact_name: String,
    /// The postal address, line by line; may be empty.
    pub address: Vec<String>,
}

/// Who signs a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// Their name.
    pub name: String,
    /// Their role in the office.
    pub role: String,
}

/// The template a letter is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateVersion {
    /// The template's id.
    pub id: String,
    /// Its version.
    pub version: u32,
}

/// A letter that was wrong, and in whose place another stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replaced {
    /// Its reference.
    pub reference: String,
    /// The date that it bears.
    pub date: LetterDate,
}

/// The decision that a letter tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The decision notice's reference.
    pub reference: String,
    /// When it was made.
    pub date: LetterDate,
}

/// To whom to complain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaints {
    /// The person, as in "the Chief Executive".
    pub contact: String,
    /// Their e-mail address.
    pub email: String,
}

/// A letter that offers a grant, in full or in part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwardLetter {
    /// What every letter has.
    pub common: Common,
    /// What was asked for.
    pub requested: WrittenMoney,
    /// What is offered.
    pub offered: WrittenMoney,
    /// What the grant is for.
    pub purpose: String,
    /// Why it was supported; this text is published.
    pub public_reasons: String,
    /// The first day of the funding period.
    pub starts: LetterDate,
    /// Its last day.
    pub ends: LetterDate,
    /// Conditions besides the standard terms; may be empty.
    pub special_conditions: Vec<Condition>,
    /// How and by when to accept.
    pub acceptance: Acceptance,
    /// The payments; they add up to the offer.
    pub payments: Vec<Payment>,
    /// The reports that are due.
    pub monitoring: Vec<Report>,
    /// How the grant is to be acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publicity: Option<String>,
}

/// A condition of one grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What must be done.
    pub text: String,
    /// By when; without it, throughout the grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<LetterDate>,
}

/// How to accept an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The last day.
    pub deadline: LetterDate,
    /// What lapses after it, as a sentence.
    pub lapse: String,
    /// What to do, step by step.
    pub steps: Vec<String>,
}

/// One payment of a grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// When it is paid.
    pub date: LetterDate,
    /// How much.
    pub amount: Money,
    /// What must have happened first.
    pub trigger: String,
}

/// A report that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// By when.
    pub due: LetterDate,
    /// What is needed.
    pub what: String,
}

/// A letter that says why an application was not funded, or not yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectionLetter {
    /// What every letter has.
    pub common: Common,
    /// What was asked for.
    pub requested: Money,
    /// The one reason.
    pub reason: Reason,
    /// The scores; absent where a gate failed and nothing was scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<ScoreSummary>,
    /// A sentence about the feedback, such as when it comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback_note: Option<String>,
    /// The round in figures.
    pub round_context: RoundContext,
}

/// The scores in a letter that is not the feedback itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreSummary {
    /// The application's weighted score.
    pub weighted: Percentage,
    /// The round's pass mark.
    pub pass_mark: Percentage,
    /// The lowest score that was funded; absent when none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest_funded: Option<Percentage>,
    /// The agreed scores.
    pub criteria: Vec<CriterionScore>,
}

/// An agreed score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionScore {
    /// The criterion.
    pub name: String,
    /// The agreed score.
    pub score: u32,
    /// The most it could be.
    pub max: u32,
    /// The least that the rules ask for; not printed, but the reason is compared with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<u32>,
}

/// The round in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundContext {
    /// How many applications were received.
    pub received: u32,
    /// What they asked for in all.
    pub requested: Money,
    /// How many were funded.
    pub funded: u32,
    /// What was awarded in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awarded: Option<Money>,
    /// What was available.
    pub available: Money,
}
