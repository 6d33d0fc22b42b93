//! Applicants who are told alike.

use crate::column_enum;
use crate::decisions::Outcome;

column_enum!(Group, "Applicants who are told alike: by what was decided, or that they withdrew before anything was.",
    /// They get all that they asked for.
    Award => "award",
    /// They get a part of it.
    Partial => "partial",
    /// They wait for money that others do not use.
    Reserve => "reserve",
    /// They get nothing.
    Reject => "reject",
    /// They withdrew, and nothing was decided.
    Withdrawn => "withdrawn",
);

impl Group {
    /// The group of an applicant on whose application this was decided.
    #[must_use]
    pub const fn of(outcome: Option<Outcome>) -> Self {
        match outcome {
            Some(Outcome::Award) => Self::Award,
            Some(Outcome::Partial) => Self::Partial,
            Some(Outcome::Reserve) => Self::Reserve,
            Some(Outcome::Reject) => Self::Reject,
            None => Self::Withdrawn,
        }
    }

    /// What was decided on their applications.
    #[must_use]
    pub const fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Award => Some(Outcome::Award),
            Self::Partial => Some(Outcome::Partial),
            Self::Reserve => Some(Outcome::Reserve),
            Self::Reject => Some(Outcome::Reject),
            Self::Withdrawn => None,
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self.outcome() {
            Some(outcome) => outcome.title(),
            None => "Withdrawn",
        }
    }
}

#[test]
fn every_group_is_that_of_its_outcome() {
    for group in Group::ALL {
        assert_eq!(Group::of(group.outcome()), *group);
    }
    for outcome in Outcome::ALL {
        assert_eq!(Group::of(Some(*outcome)).word(), outcome.word());
    }
}
