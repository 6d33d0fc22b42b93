//! What a person is to the service.

use crate::column_enum;

column_enum!(Role, "A role; a person may hold several.",
    /// Bids for an organisation.
    Applicant => "applicant",
    /// Scores alone, then moderates with the panel.
    Panel => "panel",
    /// Runs the round.
    Officer => "officer",
    /// Signs the decision: the Commissioner, or who acts for them.
    DecisionMaker => "decision_maker",
    /// Reads everything of a round that is over, and the trail; changes nothing.
    Auditor => "auditor",
    /// Keeps accounts, and nothing else.
    Administrator => "administrator",
);

impl Role {
    /// The role's name as people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Applicant => "Applicant",
            Self::Panel => "Panel member",
            Self::Officer => "Officer",
            Self::DecisionMaker => "Decision maker",
            Self::Auditor => "Auditor",
            Self::Administrator => "Administrator",
        }
    }
}
