//! Exports: that a round's applications left the service, and in what file.

use crate::access::{self, Action};
use crate::audit::{Change, Event, EventKind, Fact, WriteTx};
use crate::column_enum;
use crate::error::Problem;
use crate::rounds::Round;

column_enum!(ExportFormat, "What kind of file an export is.",
    /// A workbook of typed cells.
    Xlsx => "xlsx",
    /// One table as text.
    Csv => "csv",
    /// Every application and document, in folders.
    Zip => "zip",
);

impl ExportFormat {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Xlsx => "Spreadsheet",
            Self::Csv => "CSV table",
            Self::Zip => "Applications and documents",
        }
    }
}

/// A file that was made.
#[derive(Debug, Clone)]
pub struct Export {
    /// Of what kind.
    pub format: ExportFormat,
    /// How many applications are in it.
    pub applications: usize,
    /// How many applications the person may not read, and that are therefore not in it.
    pub left_out: usize,
    /// How many documents are in it.
    pub documents: usize,
    /// Its size.
    pub bytes: i64,
    /// SHA-256 of its content, so that a copy can be told from what was handed out.
    pub sha256: String,
}

/// Records an export, before its file is handed out.
///
/// # Errors
/// [`Problem::NotFound`] for who does not run rounds.
pub fn record_export(tx: &mut WriteTx<'_>, round: &Round, export: &Export) -> Result<Change<()>, Problem> {
    access::require(tx.actor(), Action::RunRounds)?;
    let event = Event::new(EventKind::RoundExported)
        .round(round.id)
        .with("format", Fact::code(export.format.word()))
        .with("applications", export.applications)
        .with("left_out", export.left_out)
        .with("documents", export.documents)
        .with("bytes", export.bytes)
        .with("sha256", Fact::code(&export.sha256));
    Ok(Change::new((), event))
}
