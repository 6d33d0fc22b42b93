//! The arithmetic of insight: pure and exact.

pub mod again;
pub mod agenda;
pub mod losses;
pub mod small;
pub mod themes;

#[cfg(test)]
mod tests;
