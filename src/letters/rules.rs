//! The rules of letters: which one reason is given, which dates count, and what a letter must never say.

mod dates;
mod problems;
mod questions;
mod reason;
mod record;
mod silence;

pub use dates::{is_working_day, middle, plus_days, plus_working_days};
pub use problems::in_plain_words;
pub use questions::{Asked, Sort, asked, grounds};
pub use reason::{Refused, one_reason, percentage};
pub use record::{Record, differs_from_record};
pub use silence::{may_be_quoted, what_must_not_be_said};
