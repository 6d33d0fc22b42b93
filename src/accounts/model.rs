//! Accounts and organisations.

mod organisation;

pub use organisation::{
    Contact, ContactRole, Details, Invitation, JoinRequest, KnownName, Member, Merge, NameKind, Profile,
};

use crate::base::ids::{AccountId, OrganisationId};
use crate::base::role::Role;
use crate::column_enum;

/// A person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its row.
    pub id: AccountId,
    /// Address, in lower case.
    pub email: String,
    /// Name.
    pub name: String,
    /// Whether it may sign in.
    pub active: bool,
    /// What the person is to the service.
    pub roles: Vec<Role>,
}

column_enum!(OrganisationKind, "What an organisation is.",
    /// Registered charity.
    Charity => "charity",
    /// Charitable incorporated organisation.
    Cio => "cio",
    /// Community interest company.
    Cic => "cic",
    /// Company limited by guarantee.
    Company => "company",
    /// Constituted community group.
    Group => "group",
    /// School.
    School => "school",
    /// Parish or town council, or another statutory body.
    Council => "council",
);

impl OrganisationKind {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Charity => "Registered charity",
            Self::Cio => "Charitable incorporated organisation (CIO)",
            Self::Cic => "Community interest company (CIC)",
            Self::Company => "Company limited by guarantee",
            Self::Group => "Constituted community group",
            Self::School => "School",
            Self::Council => "Parish or town council, or other statutory body",
        }
    }
}

/// An organisation that bids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its row.
    pub id: OrganisationId,
    /// Legal name.
    pub name: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// Charity number.
    pub charity_number: Option<String>,
    /// Company number.
    pub company_number: Option<String>,
    /// Postal address, lines.
    pub address: String,
    /// Made within a test round: it bids in test rounds alone.
    pub test: bool,
}

/// An organisation to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrganisation {
    /// Legal name.
    pub name: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// Charity number.
    pub charity_number: Option<String>,
    /// Company number.
    pub company_number: Option<String>,
    /// Postal address, lines.
    pub address: String,
}
