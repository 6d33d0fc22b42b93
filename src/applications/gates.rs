//! Gates: pass/fail checks by officers, apart from every score (P4).

use crate::base::ids::{AccountId, ApplicationId};
use crate::base::time::At;
use crate::column_enum;

column_enum!(GateOutcome, "How a check came out.",
    /// Nobody has looked yet.
    NotChecked => "not_checked",
    /// Met.
    Met => "met",
    /// Met, with something to be done before payment.
    MetWithCondition => "met_with_condition",
    /// Not met.
    NotMet => "not_met",
    /// Does not concern this application.
    NotApplicable => "not_applicable",
);

impl GateOutcome {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::NotChecked => "Not checked",
            Self::Met => "Met",
            Self::MetWithCondition => "Met with a condition",
            Self::NotMet => "Not met",
            Self::NotApplicable => "Not applicable",
        }
    }

    /// Whether it lets the application be awarded.
    #[must_use]
    pub const fn passes(self) -> bool {
        matches!(self, Self::Met | Self::MetWithCondition | Self::NotApplicable)
    }
}

/// A check as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateCheck {
    /// Whose application.
    pub application: ApplicationId,
    /// The gate's code.
    pub gate: String,
    /// How it came out.
    pub outcome: GateOutcome,
    /// Evidence, in the officer's words.
    pub note: String,
    /// When.
    pub checked_at: At,
    /// By whom.
    pub checked_by: AccountId,
}
