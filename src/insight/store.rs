//! The tables of insight, and what it reads of others.

mod advice;
mod figures;
mod workshops;

pub(super) use advice::insert_judgement;
pub use advice::judgements_of;
pub(super) use figures::{judged_bids, labels, organisations_of, rounds_of, submitted_in, told_before};
pub(super) use workshops::{guests, insert_invitation, insert_version, insert_workshop};
pub use workshops::{invited_to, list_workshops, workshop_of};
