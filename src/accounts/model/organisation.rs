//! What is known of an organisation besides its row: numbers, names it had, contacts, people who are on their way in.

use crate::accounts::model::{Organisation, OrganisationKind};
use crate::base::ids::{AccountId, InvitationId, JoinRequestId, OrganisationId};
use crate::base::registration::{Registration, Scheme, primary};
use crate::base::time::At;
use crate::column_enum;

column_enum!(NameKind, "What a name was to an organisation.",
    /// Its legal name once.
    Legal => "legal",
    /// Another name that it is known by.
    Other => "other",
);

column_enum!(ContactRole, "What a contact is to an organisation.",
    /// Whom the office writes to first.
    Lead => "lead",
    /// Whom it writes to when the first does not answer.
    Second => "second",
    /// Who may sign a grant agreement.
    Signatory => "signatory",
);

impl ContactRole {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Lead => "Lead contact",
            Self::Second => "Second contact",
            Self::Signatory => "Authorised signatory",
        }
    }

    /// What it is for.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Lead => "Who we ask first about your applications",
            Self::Second => "Who we ask when the lead contact is away",
            Self::Signatory => {
                "Who may sign a grant agreement for your organisation. We ask for this before we pay a grant"
            }
        }
    }
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// What they are to the organisation.
    pub role: ContactRole,
    /// Name.
    pub name: String,
    /// Their post, such as treasurer.
    pub position: String,
    /// E-mail address.
    pub email: String,
    /// Telephone number, may be empty.
    pub telephone: String,
}

/// A name beside the legal one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownName {
    /// Its row.
    pub row: i32,
    /// What it was.
    pub kind: NameKind,
    /// The name.
    pub name: String,
    /// From when.
    pub from: At,
    /// Until when; none while it is in use.
    pub until: Option<At>,
}

impl KnownName {
    /// `known until 3 May 2026 as Old Name`, for the office.
    #[must_use]
    pub fn words(&self) -> String {
        match self.until {
            Some(until) => format!("known until {} as {}", until.date_words(), self.name),
            None => format!("also known as {}", self.name),
        }
    }
}

/// Everything that an organisation says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its row.
    pub organisation: Organisation,
    /// Goes up with every change.
    pub version: i32,
    /// When it was added.
    pub created_at: At,
    /// Every registration number, in the order of the registers.
    pub numbers: Vec<Registration>,
    /// Names that it has and had beside its legal name.
    pub names: Vec<KnownName>,
    /// Website; may be empty.
    pub website: String,
    /// Telephone number; may be empty.
    pub telephone: String,
    /// Contacts, in the order of their roles.
    pub contacts: Vec<Contact>,
}

impl Profile {
    /// The number that identifies it in open data.
    #[must_use]
    pub fn primary(&self) -> Option<&Registration> {
        primary(&self.numbers, self.organisation.kind.first_registers())
    }

    /// The number in one register.
    #[must_use]
    pub fn number(&self, scheme: Scheme) -> Option<&Registration> {
        self.numbers.iter().find(|registration| registration.scheme() == scheme)
    }

    /// A contact.
    #[must_use]
    pub fn contact(&self, role: ContactRole) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.role == role)
    }

    /// Other names in use.
    #[must_use]
    pub fn other_names(&self) -> Vec<&str> {
        self.names
            .iter()
            .filter(|name| name.kind == NameKind::Other && name.until.is_none())
            .map(|name| name.name.as_str())
            .collect()
    }
}

impl OrganisationKind {
    /// Registers that identify this kind before all others.
    #[must_use]
    pub const fn first_registers(self) -> &'static [Scheme] {
        match self {
            Self::School => &[Scheme::School, Scheme::Provider],
            Self::Council => &[Scheme::LocalAuthority],
            _ => &[],
        }
    }
}

/// The details of an organisation as checked, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Legal name.
    pub name: String,
    /// Other names in use.
    pub other_names: Vec<String>,
    /// What it is.
    pub kind: OrganisationKind,
    /// At most one number of each register.
    pub numbers: Vec<Registration>,
    /// Postal address: lines, the postcode last.
    pub address: String,
    /// Website; may be empty.
    pub website: String,
    /// Telephone number; may be empty.
    pub telephone: String,
    /// Contacts.
    pub contacts: Vec<Contact>,
}

/// Somebody of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their account.
    pub account: AccountId,
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Since when.
    pub since: At,
    /// Whether they can sign in.
    pub active: bool,
}

/// An invitation that waits to be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its row.
    pub id: InvitationId,
    /// Into which organisation.
    pub organisation: OrganisationId,
    /// For which address alone.
    pub email: String,
    /// Until when.
    pub expires_at: At,
    /// Whether it was accepted, withdrawn or replaced.
    pub ended: bool,
}

/// Somebody who asks to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinRequest {
    /// Its row.
    pub id: JoinRequestId,
    /// Which organisation.
    pub organisation: OrganisationId,
    /// Who.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// When they asked.
    pub asked_at: At,
}

/// A row that was merged into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The row that was given up.
    pub from: OrganisationId,
    /// The row that stays.
    pub into: OrganisationId,
    /// Why.
    pub reason: String,
    /// When.
    pub at: At,
    /// By whom.
    pub by: AccountId,
}
