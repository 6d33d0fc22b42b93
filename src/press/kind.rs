//! The kinds of letter, each with its template and title.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// Says that an application was received.
    Acknowledgement,
    /// Offers what was asked for.
    Award,
    /// Offers less than was asked for.
    PartialAward,
    /// Says that an application is held in reserve.
    Reserve,
    /// Says that an application was not funded, and why.
    Rejection,
    /// Says how an application was scored.
    Feedback,
    /// Confirms that an applicant took an application back after it was submitted.
    WithdrawnApplication,
    /// Reminds of conditions of a grant.
    ConditionReminder,
    /// Changes a grant.
    Variation,
    /// Takes an offer back.
    Withdrawal,
    /// Ends a grant.
    Termination,
}

impl LetterKind {
    /// Every kind, in the order in which people meet them.
    pub const ALL: [Self; 11] = [
        Self::Acknowledgement,
        Self::Award,
        Self::PartialAward,
        Self::Reserve,
        Self::Rejection,
        Self::Feedback,
        Self::WithdrawnApplication,
        Self::ConditionReminder,
        Self::Variation,
        Self::Withdrawal,
        Self::Termination,
    ];

    /// The name in files, on the command line and in data.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Acknowledgement => "acknowledgement",
            Self::Award => "award",
            Self::PartialAward => "partial_award",
            Self::Reserve => "reserve",
            Self::Rejection => "rejection",
            Self::Feedback => "feedback",
            Self::WithdrawnApplication => "withdrawn_application",
            Self::ConditionReminder => "condition_reminder",
            Self::Variation => "variation",
            Self::Withdrawal => "withdrawal",
            Self::Termination => "termination",
        }
    }

    /// What the office calls it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Acknowledgement => "Acknowledgement",
            Self::Award => "Award",
            Self::PartialAward => "Partial award",
            Self::Reserve => "Reserve list",
            Self::Rejection => "Rejection",
            Self::Feedback => "Feedback",
            Self::WithdrawnApplication => "Withdrawn application",
            Self::ConditionReminder => "Reminder of conditions",
            Self::Variation => "Variation",
            Self::Withdrawal => "Withdrawal of an offer",
            Self::Termination => "Termination",
        }
    }

    /// The title, as the template prints it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Acknowledgement => "We have received your application",
            Self::Award => "Offer of a grant",
            Self::PartialAward => "Offer of part of what you asked for",
            Self::Reserve => "Your application is on the reserve list",
            Self::Rejection => "Decision on your application",
            Self::Feedback => "Feedback on your application",
            Self::WithdrawnApplication => "You withdrew your application",
            Self::ConditionReminder => "Conditions of your grant",
            Self::Variation => "Change to your grant",
            Self::Withdrawal => "Withdrawal of our offer",
            Self::Termination => "End of your grant",
        }
    }

    /// Whether it is the one letter that tells what became of an application: what was decided on it, or that it was withdrawn.
    #[must_use]
    pub const fn tells_outcome(self) -> bool {
        matches!(self, Self::Award | Self::PartialAward | Self::Reserve | Self::Rejection | Self::WithdrawnApplication)
    }

    /// Whether it tells of a decision, so that it bears the decision's reference and date.
    #[must_use]
    pub const fn has_decision(self) -> bool {
        !matches!(self, Self::Acknowledgement | Self::WithdrawnApplication)
    }

    /// Whether what it tells can be reviewed, so that it says by when to ask.
    #[must_use]
    pub const fn has_review(self) -> bool {
        self.has_decision() && !matches!(self, Self::ConditionReminder | Self::Variation)
    }

    /// The template's file name.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Acknowledgement => "acknowledgement.typ",
            Self::Award => "award.typ",
            Self::PartialAward => "partial_award.typ",
            Self::Reserve => "reserve.typ",
            Self::Rejection => "rejection.typ",
            Self::Feedback => "feedback.typ",
            Self::WithdrawnApplication => "withdrawn_application.typ",
            Self::ConditionReminder => "condition_reminder.typ",
            Self::Variation => "variation.typ",
            Self::Withdrawal => "withdrawal.typ",
            Self::Termination => "termination.typ",
        }
    }

    /// The template that the binary carries.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Acknowledgement => include_str!("../../letter-templates/acknowledgement.typ"),
            Self::Award => include_str!("../../letter-templates/award.typ"),
            Self::PartialAward => include_str!("../../letter-templates/partial_award.typ"),
            Self::Reserve => include_str!("../../letter-templates/reserve.typ"),
            Self::Rejection => include_str!("../../letter-templates/rejection.typ"),
            Self::Feedback => include_str!("../../letter-templates/feedback.typ"),
            Self::WithdrawnApplication => include_str!("../../letter-templates/withdrawn_application.typ"),
            Self::ConditionReminder => include_str!("../../letter-templates/condition_reminder.typ"),
            Self::Variation => include_str!("../../letter-templates/variation.typ"),
            Self::Withdrawal => include_str!("../../letter-templates/withdrawal.typ"),
            Self::Termination => include_str!("../../letter-templates/termination.typ"),
        }
    }
}

/// The version of the templates that the binary carries; goes up when what they print changes.
pub const TEMPLATE_VERSION: u32 = 3;

/// The file with what every document shares: colours, fonts, lines, tables.
pub const BASE_FILE: &str = "base.typ";

/// That file as the binary carries it.
pub const BASE: &str = include_str!("../../letter-templates/base.typ");

/// The file that every letter imports.
pub const PREAMBLE_FILE: &str = "preamble.typ";

/// The preamble that the binary carries.
pub const PREAMBLE: &str = include_str!("../../letter-templates/preamble.typ");

impl fmt::Display for LetterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name of no kind of letter.
#[derive(Debug, thiserror::Error)]
#[error("there is no kind of letter called {name:?}: use one of {kinds}", kinds = LetterKind::ALL.map(LetterKind::name).join(", "))]
pub struct UnknownKind {
    name: String,
}

impl FromStr for LetterKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| UnknownKind { name: name.to_owned() })
    }
}
