//! What rounds taught, across rounds: where bidders lost marks, which kinds of organisation share a weakness, who bid again and
//! whether last time's advice was acted on, and the workshop that follows from it.
//!
//! Figures are of agreed scores alone, of real rounds whose decision is signed. A round in which an officer has a conflict of interest
//! is left out for them whole: any figure that it is part of tells of every bid in it, and two figures would tell by subtraction what
//! one hides. Counts under five are not shown ([`rules::small`] says how they are kept from being worked out). Whether advice was
//! acted on is an officer's recorded judgement and never guessed; members of the panel read it once their own score sheet is in.

pub mod actions;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;

pub use model::{Judgement, Verdict, Workshop};
pub use store::{invited_to, judgements_of, list_workshops};
