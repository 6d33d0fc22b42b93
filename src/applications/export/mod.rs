//! A round's applications as files: a workbook of typed cells, a table of text, or an archive of every application and document.
//!
//! Holds what is with the office and nothing else: no draft, no withdrawn bid, no score. Text that a spreadsheet would run is made
//! text (CWE-1236), and no name in an archive leads anywhere (CWE-22).

mod archive;
mod book;
mod csv;
mod names;
mod xlsx;

pub(super) use archive::Archive;
pub(super) use book::gather;
pub(crate) use book::{Cell, Column, Sheet};
pub(crate) use csv::table;
pub use names::document as document_name;
pub(super) use names::file_name;
pub(crate) use xlsx::{new_book, workbook};

/// An export could not be made: a fault of ours.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExportError {
    /// The workbook.
    #[error("the workbook cannot be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The table.
    #[error("the table cannot be written")]
    Table(#[from] ::csv::Error),
    /// The archive.
    #[error("the archive cannot be written")]
    Archive(#[from] zip::result::ZipError),
    /// A file.
    #[error("a file cannot be written or read")]
    File(#[from] std::io::Error),
}

impl From<ExportError> for crate::error::Problem {
    fn from(error: ExportError) -> Self {
        Self::internal(error)
    }
}
