//! The office's view of organisations: the list, one of them, what may be doubled, and merging two.

mod list;
mod merge;
mod show;

pub(super) use list::{duplicates, is_wanted, list};
pub(super) use merge::{ask_to_merge, merge};
pub(super) use show::show;

use crate::accounts::Profile;

/// The office's page of an organisation.
fn href(id: crate::base::ids::OrganisationId) -> String {
    format!("/office/organisations/{}", id.row())
}

/// Its registration numbers, each after its register; a line that says so where it has none.
pub(super) fn registrations(profile: &Profile) -> Vec<(&'static str, String)> {
    if profile.numbers.is_empty() {
        return vec![("Registration numbers", "None".to_owned())];
    }
    profile.numbers.iter().map(|number| (number.scheme().title(), number.number().to_owned())).collect()
}

/// Its numbers in one line.
fn numbers(profile: &Profile) -> String {
    let numbers: Vec<&str> = profile.numbers.iter().map(crate::base::registration::Registration::number).collect();
    numbers.join(", ")
}
