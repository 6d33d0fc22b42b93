//! What officers read and do across rounds.

mod advice;
mod figures;
mod workshops;

pub(super) use advice::require_judged;
pub use advice::{Advice, AdviceItem, advice_of, judge};
pub use figures::{Export, Figures, chosen, figures, open_rounds, record_export};
pub use workshops::{Chosen, announce, guests_of, hidden_organisations, open_workshop, plan, save};
