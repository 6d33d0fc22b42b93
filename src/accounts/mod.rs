//! People, their roles, the organisations they bid for, and how they sign in.
//!
//! Sign-in is a single-use link by e-mail: it lives 15 minutes, opening it only shows a page (mail scanners open
//! links), pressing its button claims it, and a newer link ends the older. Whether an address is known, the answer is
//! the same; somebody unknown becomes an applicant when they claim their first link.
//!
//! Accounts are deactivated, never deleted: what a person did stays theirs.
//! Staff second factors belong between [`actions::claim_link`] and the new session.

pub mod actions;
pub mod model;
pub mod pages;
pub mod store;

pub use actions::{add_organisation, add_organisation_by_office};
pub use model::{Account, NewOrganisation, Organisation, OrganisationKind};
pub use store::{accounts_with_role, contacts_of, find_organisation, list_organisations, name_of, names_of};
