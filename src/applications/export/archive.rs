//! An archive of applications and documents, written one file at a time; with an index that says what each file is.

use std::io::{Seek, Write};

use zip::CompressionMethod;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::book::Column;
use super::names::{Taken, document, plain};
use super::{Cell, ExportError, Sheet, table};
use crate::applications::model::{Application, Document};

/// An archive being written. Holds one file's content at a time.
pub(in crate::applications) struct Archive<W: Write + Seek> {
    zip: ZipWriter<W>,
    taken: Taken,
    index: Sheet,
    documents: usize,
}

const INDEX: [(&str, u16); 8] = [
    ("Reference", 18),
    ("Organisation", 32),
    ("File in this archive", 60),
    ("Question", 20),
    ("Name that the applicant gave it", 36),
    ("Kind", 24),
    ("Bytes", 12),
    ("SHA-256", 64),
];

impl<W: Write + Seek> Archive<W> {
    /// An empty archive.
    pub fn new(out: W) -> Self {
        let columns = INDEX.iter().map(|(title, width)| Column { title: (*title).to_owned(), width: *width }).collect();
        Self {
            zip: ZipWriter::new(out),
            taken: Taken::default(),
            index: Sheet { name: "Index".to_owned(), columns, rows: Vec::new() },
            documents: 0,
        }
    }

    fn folder(application: &Application) -> String {
        format!("{} {}", plain(&application.reference), plain(&application.organisation_name))
    }

    /// Adds an application as a page.
    pub fn add_application(&mut self, application: &Application, html: &str) -> Result<(), ExportError> {
        let name = self.taken.unique(&format!("{}/application.html", Self::folder(application)));
        self.put(&name, html.as_bytes())?;
        self.note(application, &name, None, Some(html.as_bytes()));
        Ok(())
    }

    /// Adds a document; without its content where the file store no longer has it, which the index then says.
    pub fn add_document(
        &mut self,
        application: &Application,
        kept: &Document,
        bytes: Option<&[u8]>,
    ) -> Result<(), ExportError> {
        let Some(content) = bytes else {
            self.note(application, "MISSING: tell your administrator", Some(kept), None);
            return Ok(());
        };
        let name = format!(
            "{}/{} {} {}",
            Self::folder(application),
            plain(&application.reference),
            plain(&kept.question),
            document(&kept.file_name, &kept.media_type)
        );
        let name = self.taken.unique(&name);
        self.put(&name, content)?;
        self.documents = self.documents.saturating_add(1);
        self.note(application, &name, Some(kept), Some(content));
        Ok(())
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.zip.start_file(name, options)?;
        self.zip.write_all(bytes)?;
        Ok(())
    }

    fn note(&mut self, application: &Application, name: &str, kept: Option<&Document>, bytes: Option<&[u8]>) {
        let sha256 = match (bytes, kept) {
            (Some(bytes), _) => crate::files::sha256(bytes),
            (None, Some(kept)) => kept.sha256.clone(),
            (None, None) => String::new(),
        };
        let size = bytes.and_then(|bytes| i64::try_from(bytes.len()).ok()).unwrap_or_default();
        let text = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
        self.index.rows.push(vec![
            text(&application.reference),
            text(&application.organisation_name),
            text(name),
            kept.map_or(Cell::Empty, |kept| text(&kept.question)),
            kept.map_or(Cell::Empty, |kept| text(&kept.file_name)),
            text(kept.map_or("text/html", |kept| kept.media_type.as_str())),
            Cell::Number(size),
            text(&sha256),
        ]);
    }

    /// Writes the index and ends the archive; returns what it was written to and how many documents are in it.
    pub fn finish(mut self) -> Result<(W, usize), ExportError> {
        let index = table(&self.index)?;
        self.put("index.csv", &index)?;
        Ok((self.zip.finish()?, self.documents))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;
    use crate::applications::model::ApplicationStage;
    use crate::base::ids::{AccountId, ApplicationId, DocumentId, OrganisationId, RoundId};
    use crate::base::time::At;

    fn application(name: &str) -> Application {
        Application {
            id: ApplicationId::new(1),
            round: RoundId::new(1),
            organisation: OrganisationId::new(1),
            stream: None,
            organisation_name: name.to_owned(),
            reference: "CSF-2026-4TQ7X".to_owned(),
            stage: ApplicationStage::Submitted,
            title: "Lights".to_owned(),
            ask: None,
            created_at: At::from_micros(0),
            created_by: AccountId::new(1),
            submitted_at: None,
            declared_by: None,
            withdrawn: None,
            version: 1,
        }
    }

    #[test]
    fn an_archive_holds_what_was_put_in_under_plain_names() {
        let bid = application("../=Evil/ Trust\n");
        let kept = Document {
            id: DocumentId::new(1),
            application: bid.id,
            question: "DOC".to_owned(),
            file_name: "=cmd|'/c calc'!A1.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size_bytes: 4,
            sha256: "aa".to_owned(),
            uploaded_at: At::from_micros(0),
            expires_on: None,
            scan: None,
        };
        let mut archive = Archive::new(Cursor::new(Vec::new()));
        archive.add_application(&bid, "<p>Hello</p>").unwrap();
        archive.add_document(&bid, &kept, Some(b"%PDF")).unwrap();
        archive.add_document(&bid, &kept, Some(b"%PDF")).unwrap();
        archive.add_document(&bid, &kept, None).unwrap();
        let (out, documents) = archive.finish().unwrap();
        assert_eq!(documents, 2);
        let mut read = zip::ZipArchive::new(out).unwrap();
        let names: Vec<String> = read.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names.len(), 4, "{names:?}");
        for name in names.iter().filter(|name| *name != "index.csv") {
            assert!(name.starts_with("CSF-2026-4TQ7X Evil_ Trust/"), "{name}");
            assert!(!name.contains("..") && name.matches('/').count() == 1, "{name}");
        }
        let mut index = String::new();
        read.by_name("index.csv").unwrap().read_to_string(&mut index).unwrap();
        assert!(index.contains("MISSING") && index.contains("'=cmd|"), "{index}");
    }
}
