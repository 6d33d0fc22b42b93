//! The arithmetic of insight: pure and exact.

pub mod again;
pub mod agenda;
pub mod losses;
pub mod small;

#[cfg(test)]
mod tests;
