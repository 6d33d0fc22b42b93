//! People, their roles, the organisations they bid for, and how they sign in.
//!
//! Sign-in is a single-use link by e-mail: it lives 15 minutes, opening it only shows a page (mail scanners open
//! links), pressing its button claims it, and signing in with one ends the others to the same address. Whether an address is known, the answer is
//! the same; somebody unknown becomes an applicant when they claim their first link.
//!
//! Accounts are deactivated, never deleted: what a person did stays theirs.
//! An organisation is known once: it keeps its details, the names it had and its people from round to round. One that was
//! registered twice is merged; the row that was given up stays readable.
//! Staff second factors belong between [`actions::claim_link`] and the new session.

pub mod actions;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;

pub use actions::{
    TakenUp, add_organisation, add_organisation_by_office, add_test_organisation, postcode_of, take_up, taken_numbers,
};
pub use model::{
    Account, Contact, ContactRole, JoinRequest, Member, Merge, NewOrganisation, Organisation, OrganisationKind, Profile,
};
pub use pages::profile_rows;
pub use rules::{
    Reason, Seen, TypedDetails, check_new, duplicates, name_key, postcode_within, same_name, split_address,
};
pub use store::{
    accounts_with_roles, all_seen, contacts_by_id, contacts_of, find_organisation, holds_any, members_of, merge_of,
    merges, name_of, names_of, open_requests, profile_of,
};
