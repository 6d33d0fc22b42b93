//! Documents: sent, taken off, fetched.

use actix_web::web;

use super::UPLOAD_LIMIT;
use super::section::{faulty_upload, section_of};
use crate::access::{Action, may};
use crate::applications::actions::{self, Kept};
use crate::applications::store;
use crate::base::ids::DocumentId;
use crate::base::text::clean_line;
use crate::error::{Faults, Problem};
use crate::web::{Answer, Ctx, Form, Upload};

/// What a file is, by how its content begins; never by its name (rule D8).
pub(super) fn media_type(bytes: &[u8]) -> Option<&'static str> {
    const ZIP: &[u8] = b"PK\x03\x04";
    let has = |needle: &[u8]| {
        let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
        head.windows(needle.len()).any(|window| window == needle)
    };
    if bytes.starts_with(b"%PDF-") {
        return Some("application/pdf");
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("image/png");
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return Some("image/jpeg");
    }
    if bytes.starts_with(ZIP) {
        if has(b"application/vnd.oasis.opendocument.text") {
            return Some("application/vnd.oasis.opendocument.text");
        }
        if has(b"[Content_Types].xml") || has(b"_rels/.rels") {
            let body = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
            if body(b"word/document.xml") {
                return Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document");
            }
            if body(b"xl/workbook.xml") {
                return Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
            }
        }
    }
    None
}

pub(super) async fn add(ctx: Ctx, path: web::Path<(String, String)>, upload: Upload) -> Answer {
    let (reference, question) = path.into_inner();
    // Nothing is kept for a bid that is not theirs.
    let section = section_of(&ctx, reference.clone(), question.clone()).await?;
    let mut faults = Faults::default();
    let media_type = media_type(&upload.bytes);
    if upload.bytes.is_empty() {
        faults.add(&question, "Choose a file");
    } else if upload.bytes.len() > UPLOAD_LIMIT {
        faults.add(&question, "The file must be 10 MB or smaller");
    } else if media_type.is_none() {
        faults.add(
            &question,
            "The file must be a PDF, Word (DOCX), Excel (XLSX), OpenDocument (ODT), JPEG or PNG document",
        );
    }
    let Some(media_type) = media_type.filter(|_| faults.is_empty()) else {
        return faulty_upload(&ctx, reference, section, &faults).await;
    };
    let file_name = display_name(&upload.file_name);
    let bytes = upload.bytes;
    let size_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    // The file is safe on disk before the row that promises it (D2).
    let sha256 = ctx.block(move |app| app.files.put(&bytes).map_err(Problem::internal)).await?;
    let kept = Kept { file_name: file_name.clone(), media_type, size_bytes, sha256 };
    let to = reference.clone();
    ctx.write(move |tx| actions::add_document(tx, &to, &question, &kept)).await?;
    ctx.redirect_with(&format!("/applications/{reference}/sections/{section}"), &format!("{file_name} is added"))
}

/// The browser's name for a file, for display only: its last part, cleaned and cut.
pub(super) fn display_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String = clean_line(last).chars().take(120).collect();
    if cleaned.is_empty() { "document".to_owned() } else { cleaned }
}

pub(super) async fn remove(ctx: Ctx, path: web::Path<(String, i32)>, Form(_): Form) -> Answer {
    let (reference, document) = path.into_inner();
    let to = reference.clone();
    ctx.write(move |tx| actions::remove_document(tx, &to, DocumentId::new(document))).await?;
    ctx.redirect_with(&format!("/applications/{reference}"), "The document is removed")
}

pub(super) async fn download(ctx: Ctx, path: web::Path<(String, i32)>) -> Answer {
    let (reference, id) = path.into_inner();
    let document = ctx
        .read(move |conn, actor| {
            let application = store::application_of_reference(conn, &reference)?;
            let bid = store::bid_of(conn, &application, actor)?;
            if !may(actor, Action::ReadOwnBid(&bid)) && !may(actor, Action::ReadBid(&bid)) {
                return Err(Problem::NotFound);
            }
            store::documents_of(conn, application.id)?
                .into_iter()
                .find(|document| document.id == DocumentId::new(id))
                .ok_or(Problem::NotFound)
        })
        .await?;
    let sha256 = document.sha256.clone();
    let bytes = ctx.block(move |app| app.files.get(&sha256).map_err(Problem::internal)).await?;
    let bytes = bytes.ok_or_else(|| Problem::internal(format!("file {} is missing", document.sha256)))?;
    Ok(ctx.attachment(&document.file_name, &document.media_type, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        assert_eq!(media_type(b"%PDF-1.7 ..."), Some("application/pdf"));
        assert_eq!(media_type(b"<html><script>%PDF-"), None);
        assert_eq!(media_type(b""), None);
        assert_eq!(media_type(b"PK\x03\x04nothing of ours"), None);
    }

    #[test]
    fn a_name_cannot_lead_anywhere() {
        assert_eq!(display_name("../../etc/passwd"), "passwd");
        assert_eq!(display_name("C:\\x\\accounts.pdf"), "accounts.pdf");
        assert_eq!(display_name("a\u{202E}fdp.exe\u{0}"), "afdp.exe");
        assert_eq!(display_name("/"), "document");
    }
}
