//! What came too late: refused, and kept in the trail as evidence for an extension.

use crate::applications::model::Application;
use crate::audit::{Event, EventKind, Fact, WriteTx};
use crate::base::time::At;
use crate::rounds::Round;

/// What somebody wanted to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    Start,
    Submit,
}

impl Attempt {
    const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Submit => "submit",
        }
    }

    /// Until when it could be done.
    fn due(self, round: &Round) -> At {
        match self {
            Self::Start => round.closes_at,
            Self::Submit => round.last_moment(),
        }
    }
}

/// The event of an attempt that was refused: what, when it was received, and when it was due.
pub(super) fn refused(tx: &WriteTx<'_>, round: &Round, application: Option<&Application>, attempt: Attempt) -> Event {
    let event = Event::new(EventKind::LateAttemptRefused)
        .round(round.id)
        .with("attempt", Fact::code(attempt.word()))
        .with("closes_at", round.closes_at)
        .with("due", attempt.due(round))
        .with("received", tx.received());
    match application {
        Some(application) => event.application(application.id).with("reference", Fact::code(&application.reference)),
        None => event,
    }
}

/// Added to the words of a refusal that is on record.
pub(super) const RECORDED: &str = "Your attempt has been recorded.";
