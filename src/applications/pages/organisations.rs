//! The office's view of organisations: the list, one of them, what may be doubled, and merging two.

mod list;
mod merge;
mod show;

pub(super) use list::{duplicates, list};
pub(super) use merge::{ask_to_merge, merge};
pub(super) use show::show;

use crate::accounts::Profile;

/// The office's page of an organisation.
fn href(id: crate::base::ids::OrganisationId) -> String {
    format!("/office/organisations/{}", id.row())
}

/// Its numbers in one line.
fn numbers(profile: &Profile) -> String {
    let numbers: Vec<&str> = profile.numbers.iter().map(crate::base::registration::Registration::number).collect();
    numbers.join(", ")
}
