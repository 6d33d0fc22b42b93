//! What came too late: refused, and kept in the trail as evidence for an extension.

use super::own;
use crate::applications::model::{Application, ApplicationStage};
use crate::audit::store::{Filter, list_records};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::time::At;
use crate::db::{Conn, DbResult};
use crate::error::Problem;
use crate::rounds::deadline::MOST_LATE_SAVES;
use crate::rounds::{Round, Window};

/// What somebody wanted to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Begin a bid.
    Start,
    /// Submit a bid.
    Submit,
    /// Save answers.
    Save,
    /// Send a file.
    Upload,
}

impl Attempt {
    const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Submit => "submit",
            Self::Save => "save",
            Self::Upload => "upload",
        }
    }

    /// Until when it could be done.
    fn due(self, round: &Round) -> At {
        match self {
            Self::Start => round.closes_at,
            Self::Submit | Self::Save | Self::Upload => round.last_moment(),
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

/// Records that answers or a file came after the last moment, if they did: at most [`MOST_LATE_SAVES`] of one bid. Whether it is
/// on record.
///
/// # Errors
/// [`Problem::NotFound`] when it is not their bid.
pub fn record_late(tx: &mut WriteTx<'_>, reference: &str, attempt: Attempt) -> Result<Change<bool>, Problem> {
    let (application, round) = own(tx, reference)?;
    let late = application.stage == ApplicationStage::Draft && round.window(tx.received()) == Window::Closed;
    if !late || late_saves(tx.conn(), &application)? >= MOST_LATE_SAVES {
        return Ok(Change::unchanged(false));
    }
    let event = refused(tx, &round, Some(&application), attempt);
    Ok(Change::new(true, event))
}

/// How many late saves and files of a bid are on record. Attempts to submit are not among them, and each of those is recorded.
fn late_saves(conn: &mut Conn, application: &Application) -> DbResult<usize> {
    let filter = Filter {
        application: Some(application.id.row()),
        kinds: &[EventKind::LateAttemptRefused],
        newest_first: true,
        limit: 1_000,
        ..Filter::default()
    };
    let is_save = |data: &str| {
        let facts: serde_json::Value = serde_json::from_str(data).unwrap_or_default();
        let attempt = facts.get("attempt").and_then(serde_json::Value::as_str);
        [Attempt::Save, Attempt::Upload].iter().any(|of| attempt == Some(of.word()))
    };
    Ok(list_records(conn, &filter)?.iter().filter(|stored| is_save(&stored.record.data)).count())
}

/// Added to the words of a refusal that is on record.
pub(super) const RECORDED: &str = "Your attempt has been recorded.";
