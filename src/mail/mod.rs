//! Mail: written to the outbox in the transaction of its cause, sent by a worker (rule D7).
//!
//! `queued -> sending -> sent | failed | uncertain`. A sender holds a message under a lease. Before the first byte of its
//! content leaves, the sender commits that it hands it over, and only while its lease holds: whoever lost the message to the clock hands
//! over nothing. So a sender that vanishes leaves a message that certainly did not arrive, which is sent by another, or one
//! that may have arrived, which is `uncertain` and never sent again by itself: an officer decides.
//!
//! [`compose`] writes the same bytes at every try. [`wire`] speaks with the mail server, step by step, and says in plain words how it
//! ended. What is wrong with the server or the settings keeps every message waiting ([`outbox::trouble`]) and fails none.

pub mod compose;
pub mod ending;
pub mod outbox;
pub mod sender;
pub mod wire;

pub use outbox::{About, NewMail, Stage, queue, queue_about};
