//! decisions
pub mod rules;
