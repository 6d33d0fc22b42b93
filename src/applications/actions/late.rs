//! What came too late: refused, and kept in the trail as evidence for an extension.

use super::{closed_text, own};
use crate::applications::model::{Application, ApplicationStage};
use crate::audit::store::{Filter, list_records};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::base::ids::RoundId;
use crate::base::time::At;
use crate::db::{Conn, DbResult};
use crate::error::Problem;
use crate::rounds::deadline::{MOST_LATE_SAVES, MOST_LATE_TRIES};
use crate::rounds::{Round, RoundStage, Window, get_round};

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
fn refused(tx: &WriteTx<'_>, round: &Round, application: Option<&Application>, attempt: Attempt) -> Event {
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
    let of_bid = Filter { application: Some(application.id.row()), ..Filter::default() };
    if !late || count(tx.conn(), of_bid, &[Attempt::Save, Attempt::Upload])? >= MOST_LATE_SAVES {
        return Ok(Change::unchanged(false));
    }
    let event = refused(tx, &round, Some(&application), attempt);
    Ok(Change::new(true, event))
}

/// Refuses to begin a bid in a round that has closed, in words; nothing where it has not. At most [`MOST_LATE_TRIES`] of one person
/// in one round are recorded.
///
/// # Errors
/// When the database refuses.
pub fn refuse_late_start(tx: &mut WriteTx<'_>, round: RoundId) -> Result<Change<Option<String>>, Problem> {
    let account = tx.account()?;
    let round = get_round(tx.conn(), round)?;
    let text = match round.window(tx.received()) {
        Window::Grace if round.stage == RoundStage::Published => round.grace_words().unwrap_or_default(),
        Window::Closed if round.stage == RoundStage::Published => closed_text(&round),
        _ => return Ok(Change::unchanged(None)),
    };
    let of_person = Filter {
        round: Some(round.id.row()),
        without_application: true,
        account: Some(account.row()),
        ..Filter::default()
    };
    if count(tx.conn(), of_person, &[Attempt::Start])? >= MOST_LATE_TRIES {
        return Ok(Change::unchanged(Some(text)));
    }
    let event = refused(tx, &round, None, Attempt::Start);
    Ok(Change::new(Some(format!("{text} {RECORDED}")), event))
}

/// Refuses to submit a bid whose round has closed, in words. At most [`MOST_LATE_TRIES`] of one bid are recorded.
pub(super) fn refuse_late_submission(
    tx: &mut WriteTx<'_>,
    round: &Round,
    application: &Application,
) -> Result<Change<String>, Problem> {
    let text = closed_text(round);
    let of_bid = Filter { application: Some(application.id.row()), ..Filter::default() };
    if count(tx.conn(), of_bid, &[Attempt::Submit])? >= MOST_LATE_TRIES {
        return Ok(Change::unchanged(text));
    }
    let event = refused(tx, round, Some(application), Attempt::Submit);
    Ok(Change::new(format!("{text} {RECORDED}"), event))
}

/// How many of the newest late attempts that match are of these kinds.
fn count(conn: &mut Conn, of: Filter<'_>, attempts: &[Attempt]) -> DbResult<usize> {
    let filter = Filter { kinds: &[EventKind::LateAttemptRefused], newest_first: true, limit: 1_000, ..of };
    let is_one = |data: &str| {
        let facts: serde_json::Value = serde_json::from_str(data).unwrap_or_default();
        let attempt = facts.get("attempt").and_then(serde_json::Value::as_str);
        attempts.iter().any(|of| attempt == Some(of.word()))
    };
    Ok(list_records(conn, &filter)?.iter().filter(|stored| is_one(&stored.record.data)).count())
}

/// Added to the words of a refusal that is on record.
pub(super) const RECORDED: &str = "Your attempt has been recorded.";
