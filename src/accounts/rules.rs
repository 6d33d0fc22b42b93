//! What may be said of an organisation, and when two are perhaps one.

mod details;
mod names;

pub use details::{
    CONTACT_FIELDS, TypedContact, TypedDetails, address_with, check_details, check_new, number_field, parse_postcode,
    postcode_within, split_address,
};
pub use names::{Reason, Seen, duplicates, name_key, same_name};

#[cfg(test)]
mod tests;
