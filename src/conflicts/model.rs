//! Records of conflicts, and interests.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::rules::Rule;
use crate::base::ids::{AccountId, ApplicationId, ConflictId, InterestId};
use crate::base::time::At;
use crate::column_enum;

column_enum!(ConflictKind, "What ties a person to an applicant.",
    /// A trustee, a member of staff, a member.
    Belongs => "belongs",
    /// Paid by the applicant.
    Works => "works",
    /// Sells to the applicant.
    Supplies => "supplies",
    /// Had a hand in the bid.
    Wrote => "wrote",
    /// Anything else.
    Other => "other",
);

impl ConflictKind {
    /// As the person reads it, about themselves.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Belongs => "I, or someone in my family, is a trustee, member of staff or member of the organisation",
            Self::Works => "I, or someone in my family, works for the organisation or one of its partners",
            Self::Supplies => {
                "I, or someone in my family, supplies the organisation or would be paid from this project"
            }
            Self::Wrote => "I helped to write this bid, or advised on it",
            Self::Other => "Something else that could make a fair person doubt that I am impartial",
        }
    }

    /// As the office reads it, in short.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            Self::Belongs => "Trustee, staff or member",
            Self::Works => "Works for them",
            Self::Supplies => "Supplies them",
            Self::Wrote => "Helped write the bid",
            Self::Other => "Other",
        }
    }
}

column_enum!(Declared, "What a person said of themselves.",
    /// No conflict.
    Clear => "clear",
    /// A conflict.
    Conflict => "conflict",
);

column_enum!(Ruling, "What an officer ruled.",
    /// There is a conflict, whatever the person says.
    Pinned => "pinned",
    /// There is none any more.
    Lifted => "lifted",
    /// What looked like one is none.
    Dismissed => "dismissed",
);

column_enum!(What, "What changed on a record.",
    /// The person declared no conflict.
    Clear => "clear",
    /// The person declared a conflict.
    Conflict => "conflict",
    /// An officer pinned one.
    Pinned => "pinned",
    /// An officer lifted it.
    Lifted => "lifted",
    /// An officer dismissed a suggestion.
    Dismissed => "dismissed",
);

impl What {
    /// As pages say it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Clear => "Declared no conflict",
            Self::Conflict => "Declared a conflict",
            Self::Pinned => "Recorded by an officer",
            Self::Lifted => "Lifted by an officer",
            Self::Dismissed => "Suggestion dismissed by an officer",
        }
    }
}

/// A person's record on a bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictRecord {
    /// Its row.
    pub id: ConflictId,
    /// On which bid.
    pub application: ApplicationId,
    /// Whose.
    pub account: AccountId,
    /// What the person said, and when.
    pub declared: Option<(Declared, At)>,
    /// What kind of conflict they declared.
    pub kind: Option<ConflictKind>,
    /// The conflict in their words.
    pub detail: Option<String>,
    /// What an officer ruled last.
    pub ruling: Option<RuledOn>,
    /// Goes up with every change.
    pub version: i32,
}

/// An officer's ruling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuledOn {
    /// Which.
    pub ruling: Ruling,
    /// Why.
    pub reason: String,
    /// What had been suggested then.
    pub rules: BTreeSet<Rule>,
    /// When.
    pub at: At,
    /// By whom.
    pub by: AccountId,
}

impl ConflictRecord {
    /// Whether the bid is closed to the person.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.is_pinned() || self.declared.is_some_and(|(declared, _)| declared == Declared::Conflict)
    }

    /// Whether an officer pinned it.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        self.ruling.as_ref().is_some_and(|ruled| ruled.ruling == Ruling::Pinned)
    }

    /// Whether an officer has looked into everything that these rules found.
    #[must_use]
    pub fn answers(&self, found: &BTreeSet<Rule>) -> bool {
        self.stands()
            || self.ruling.as_ref().is_some_and(|ruled| ruled.ruling != Ruling::Pinned && found.is_subset(&ruled.rules))
    }
}

/// A change of a record, as it stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictChange {
    /// Of which record.
    pub record: ConflictId,
    /// What.
    pub what: What,
    /// The kind of a declared conflict.
    pub kind: Option<ConflictKind>,
    /// The person's words, or the officer's reason.
    pub words: String,
    /// When.
    pub at: At,
    /// By whom.
    pub by: AccountId,
}

/// A record as a decision notice, minutes or a case file tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedConflict {
    /// The record as it stands.
    pub record: ConflictRecord,
    /// The bid's reference.
    pub reference: String,
    /// Who bids.
    pub organisation: String,
    /// Whose record, by name.
    pub person: String,
    /// Everything that was said and ruled, the oldest first.
    pub changes: Vec<ConflictChange>,
}

impl RecordedConflict {
    /// What the conflict is in the person's words, or an officer's reason where the person said nothing.
    #[must_use]
    pub fn words(&self) -> &str {
        let reason = self.record.ruling.as_ref().map(|ruled| ruled.reason.as_str());
        self.record.detail.as_deref().or(reason).unwrap_or_default()
    }
}

column_enum!(InterestKind, "What ties a person to the world.",
    /// An organisation that they, or somebody close to them, belong to, govern or supply.
    Organisation => "organisation",
    /// Whoever pays them.
    Employer => "employer",
    /// Somebody close to them.
    Person => "person",
    /// An e-mail domain that they write from.
    EmailDomain => "email_domain",
    /// An address that they live or work at.
    Address => "address",
);

impl InterestKind {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Organisation => "Organisation",
            Self::Employer => "Employer",
            Self::Person => "Person close to you",
            Self::EmailDomain => "Email domain",
            Self::Address => "Address",
        }
    }

    /// What to write for it.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Organisation => "One that you, or someone in your family, belong to, help to run, or sell to",
            Self::Employer => "Whoever pays you, or paid you in the last two years",
            Self::Person => "Family, or somebody you live or do business with: their full name",
            Self::EmailDomain => "The part after the @ of an address that you use, such as smalltrust.example",
            Self::Address => "House name or number with street, then the postcode",
        }
    }

    /// Whether a registration number can go with it.
    #[must_use]
    pub const fn has_number(self) -> bool {
        matches!(self, Self::Organisation | Self::Employer)
    }
}

/// An entry of a person's register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interest {
    /// Its row.
    pub id: InterestId,
    /// Whose.
    pub account: AccountId,
    /// What.
    pub kind: InterestKind,
    /// Name, domain or address.
    pub name: String,
    /// Registration number of an organisation.
    pub number: Option<String>,
    /// What ties the person to it; may be empty.
    pub note: String,
    /// Since when, where the person said so.
    pub since: Option<Date>,
    /// When it was entered.
    pub added_at: At,
    /// When it was ended.
    pub ended_at: Option<At>,
}

/// An interest to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInterest {
    /// What.
    pub kind: InterestKind,
    /// Name, domain or address.
    pub name: String,
    /// Registration number of an organisation.
    pub number: Option<String>,
    /// What ties the person to it; may be empty.
    pub note: String,
    /// Since when.
    pub since: Option<Date>,
}
