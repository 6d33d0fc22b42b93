//! The bank of wordings, and the feedback on applications.

use crate::base::ids::{AccountId, ApplicationId, FeedbackId, ReasonId, ReasonVersionId};
use crate::base::time::At;
use crate::column_enum;

column_enum!(Kind, "What a line of feedback says.",
    /// What was strong.
    Strength => "strength",
    /// What would have made it stronger.
    Improvement => "improvement",
);

column_enum!(Theme, "What a wording is about: a short list, the same for every round.",
    /// Evidence of need.
    Need => "need",
    /// Outcomes, and how they are measured.
    Outcomes => "outcomes",
    /// Budget and value for money.
    Budget => "budget",
    /// Delivery plan and timetable.
    Delivery => "delivery",
    /// Risks.
    Risk => "risk",
    /// Safeguarding.
    Safeguarding => "safeguarding",
    /// Partners and the community.
    Partnership => "partnership",
    /// What remains when the grant ends.
    Sustainability => "sustainability",
    /// Equality and who is reached.
    Equality => "equality",
    /// The organisation's own experience and record.
    Experience => "experience",
    /// Documents and answers that were incomplete.
    Documents => "documents",
    /// Anything else.
    Other => "other",
);

column_enum!(Band, "The scores that a wording fits.",
    /// The lower third of the scale.
    Low => "low",
    /// The middle of the scale.
    Middle => "middle",
    /// The upper third.
    High => "high",
);

column_enum!(Verdict, "What the second reader said.",
    /// It can be sent.
    Accepted => "accepted",
    /// Its author should look at it again.
    Returned => "returned",
);

impl Kind {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Strength => "Strength",
            Self::Improvement => "Improvement",
        }
    }
}

impl Theme {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Need => "Evidence of need",
            Self::Outcomes => "Outcomes and measures",
            Self::Budget => "Budget and value for money",
            Self::Delivery => "Delivery plan",
            Self::Risk => "Risks",
            Self::Safeguarding => "Safeguarding",
            Self::Partnership => "Partners and community",
            Self::Sustainability => "What lasts after the grant",
            Self::Equality => "Equality and reach",
            Self::Experience => "Experience and track record",
            Self::Documents => "Missing documents or answers",
            Self::Other => "Something else",
        }
    }
}

impl Band {
    /// Where a score lies on a scale that ends at `max`.
    #[must_use]
    pub fn of(mark: i32, max: i32) -> Self {
        let thrice = i64::from(mark).saturating_mul(3);
        let max = i64::from(max);
        if thrice <= max {
            Self::Low
        } else if thrice <= max.saturating_mul(2) {
            Self::Middle
        } else {
            Self::High
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Low => "Low scores",
            Self::Middle => "Middling scores",
            Self::High => "High scores",
        }
    }
}

/// By what a criterion is the same one in every round: its title, as people know it. Codes may be given anew.
#[must_use]
pub fn criterion_key(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A wording of the bank, in its newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankEntry {
    /// Its row.
    pub id: ReasonId,
    /// The row of its newest version.
    pub newest: ReasonVersionId,
    /// [`criterion_key`] of its criterion.
    pub criterion: String,
    /// The criterion's title.
    pub name: String,
    /// What it says.
    pub kind: Kind,
    /// What it is about.
    pub theme: Theme,
    /// The scores that it fits; none is any.
    pub band: Option<Band>,
    /// The newest version's number.
    pub version: i32,
    /// Its words.
    pub text: String,
    /// Who wrote the newest version.
    pub saved_by: AccountId,
    /// When.
    pub saved_at: At,
    /// When it was retired, if it was.
    pub retired_at: Option<At>,
    /// How many applications' feedback has it now, in any of its versions.
    pub uses: i64,
}

/// A version of a wording in the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankVersion {
    /// Its row.
    pub id: ReasonVersionId,
    /// Of which entry.
    pub entry: ReasonId,
    /// From 1.
    pub version: i32,
    /// Its words.
    pub text: String,
    /// Who wrote it.
    pub saved_by: AccountId,
    /// When.
    pub saved_at: At,
}

/// A point of feedback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The code of the criterion in its round.
    pub criterion: String,
    /// What it says.
    pub kind: Kind,
    /// Its words.
    pub text: String,
    /// The version of a wording of the bank whose words these are.
    pub reason: Option<ReasonVersionId>,
}

/// What the second reader said of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What.
    pub verdict: Verdict,
    /// Why it was sent back.
    pub reason: Option<String>,
    /// When.
    pub at: At,
    /// Who.
    pub by: AccountId,
}

/// A version of the feedback on an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Its row.
    pub id: FeedbackId,
    /// On which application.
    pub application: ApplicationId,
    /// From 1.
    pub version: i32,
    /// How many faults were in it when it was saved.
    pub faults: i32,
    /// When it was saved.
    pub saved_at: At,
    /// Who saved it.
    pub saved_by: AccountId,
    /// What its second reader said.
    pub reading: Option<Reading>,
    /// Its points, in order.
    pub lines: Vec<Line>,
}

impl Feedback {
    /// The points of a criterion.
    #[must_use]
    pub fn points(&self, criterion: &str, kind: Kind) -> Vec<String> {
        let own = self.lines.iter().filter(|line| line.criterion == criterion && line.kind == kind);
        own.map(|line| line.text.clone()).collect()
    }

    /// Where it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match &self.reading {
            Some(Reading { verdict: Verdict::Accepted, .. }) => Standing::Ready,
            Some(Reading { verdict: Verdict::Returned, .. }) => Standing::SentBack,
            None if self.faults > 0 => Standing::Faulty,
            None => Standing::Waiting,
        }
    }
}

/// Where the feedback on an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// Nobody has saved any.
    ToWrite,
    /// The newest version has faults.
    Faulty,
    /// It waits for its second reader.
    Waiting,
    /// The second reader sent it back.
    SentBack,
    /// The second reader accepted it.
    Ready,
}

impl Standing {
    /// All, in the order of the work.
    pub const ALL: [Self; 5] = [Self::ToWrite, Self::Faulty, Self::SentBack, Self::Waiting, Self::Ready];

    /// In addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ToWrite => "to-write",
            Self::Faulty => "faults",
            Self::Waiting => "waiting",
            Self::SentBack => "sent-back",
            Self::Ready => "ready",
        }
    }

    /// As people read it, with its tone.
    #[must_use]
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::ToWrite => ("To write", "todo"),
            Self::Faulty => ("Has faults", "bad"),
            Self::Waiting => ("Waits for a second reader", "waiting"),
            Self::SentBack => ("Sent back", "warn"),
            Self::Ready => ("Ready", "done"),
        }
    }

    /// That of an application, by its newest feedback.
    #[must_use]
    pub fn of(newest: Option<&Feedback>) -> Self {
        newest.map_or(Self::ToWrite, Feedback::standing)
    }
}
