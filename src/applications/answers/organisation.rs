//! The organisation's details as the applicant confirmed them. What is kept of it later does not alter the bid.

use serde::{Deserialize, Serialize};

use crate::accounts::{Organisation, OrganisationKind};

/// An organisation's details on the day when they were confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationDetails {
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

impl From<&Organisation> for OrganisationDetails {
    fn from(organisation: &Organisation) -> Self {
        Self {
            name: organisation.name.clone(),
            kind: organisation.kind,
            charity_number: organisation.charity_number.clone(),
            company_number: organisation.company_number.clone(),
            address: organisation.address.clone(),
        }
    }
}

impl OrganisationDetails {
    /// What each detail is called, and what it is.
    #[must_use]
    pub fn rows(&self) -> [(&'static str, String); 5] {
        let number = |number: &Option<String>| number.clone().unwrap_or_else(|| "None".to_owned());
        [
            ("Legal name", self.name.clone()),
            ("Kind of organisation", self.kind.title().to_owned()),
            ("Charity number", number(&self.charity_number)),
            ("Company number", number(&self.company_number)),
            ("Postal address", self.address.clone()),
        ]
    }

    pub(super) fn plain(&self) -> String {
        let [name, kind, charity, company, address] = self.rows();
        format!("{}\n{}\nCharity number: {}\nCompany number: {}\n{}", name.1, kind.1, charity.1, company.1, address.1)
    }
}
