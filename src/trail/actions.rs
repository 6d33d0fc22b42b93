//! That evidence left the service, and in what file.

use super::evidence;
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::error::Problem;

/// An archive that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Applications in it.
    pub applications: usize,
    /// Files in it.
    pub files: usize,
    /// Its size.
    pub bytes: i64,
    /// SHA-256 of its content, so that a copy can be told from what was handed out.
    pub sha256: String,
}

impl Made {
    fn told(&self, event: Event) -> Event {
        event
            .with("applications", self.applications)
            .with("files", self.files)
            .with("bytes", self.bytes)
            .with("sha256", Fact::code(&self.sha256))
    }
}

/// Records that the evidence of a round was made, before it is handed out.
///
/// # Errors
/// [`Problem::NotFound`] for who may not have it.
pub fn record_bundle(tx: &mut WriteTx<'_>, round: &str, made: &Made) -> Result<Change<()>, Problem> {
    let actor = tx.actor().clone();
    let round = evidence::round_for(tx.conn(), &actor, round)?;
    Ok(Change::new((), made.told(Event::new(EventKind::EvidenceMade).round(round.id))))
}

/// Records that the case file of an application was made, before it is handed out.
///
/// # Errors
/// [`Problem::NotFound`] for who may not have it.
pub fn record_case_file(tx: &mut WriteTx<'_>, application: &str, made: &Made) -> Result<Change<()>, Problem> {
    let actor = tx.actor().clone();
    let (application, round) = evidence::application_for(tx.conn(), &actor, application)?;
    let event = Event::new(EventKind::CaseFileMade).round(round.id).application(application.id);
    Ok(Change::new((), made.told(event)))
}
