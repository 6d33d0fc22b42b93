//! Mail: written to the outbox in the transaction of its cause, sent by a worker (rule D7).
//!
//! `queued -> sending -> sent | failed | uncertain`. What may have arrived is `uncertain` and is never sent again by
//! itself: an officer decides.

pub mod outbox;
pub mod sender;

pub use outbox::{NewMail, Stage, queue};
