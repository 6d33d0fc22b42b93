//! DOCX, XLSX and ODT: ZIP archives, read by their directory and inflated to nowhere, never unpacked.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::zip_directory::{self, Listed, MOST_BYTES};
use super::{contains, head};
use crate::files::kind::{FileKind, Refusal};

/// How one begins.
pub(super) const START: &[u8] = zip_directory::ENTRY;

/// What is read of a part that is looked into.
const LOOKED_INTO: usize = 1024 * 1024;

/// Parts that say what the whole is.
const KEPT: &[&str] = &["[Content_Types].xml", "mimetype", "META-INF/manifest.xml"];

/// A workbook's strings, which are looked into whole.
const STRINGS: &str = "sharedstrings.xml";

/// What was seen of an entry while it was inflated.
struct Seen {
    head: Vec<u8>,
}

pub(super) fn check(kind: FileKind, bytes: &[u8]) -> Result<(), Refusal> {
    if contains(head(bytes, 1024), b"%PDF-") {
        return Err(Refusal::TwoInOne);
    }
    let listed = zip_directory::read(bytes)?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
    if archive.len() != listed.len() {
        return Err(Refusal::Damaged);
    }
    let mut total = 0;
    let mut seen = Vec::with_capacity(listed.len());
    for (place, entry) in listed.iter().enumerate() {
        let mut part = inflate(&mut archive, place, entry, &mut total)?;
        check_entry(entry, &part)?;
        if !KEPT.contains(&entry.name.as_str()) {
            part.head = Vec::new();
        }
        seen.push((entry, part));
    }
    let part = |name: &str| seen.iter().find(|(entry, _)| entry.name == name).map(|(_, part)| part.head.as_slice());
    if kind == FileKind::Odt {
        return check_odt(&listed, part);
    }
    let types = part("[Content_Types].xml").ok_or(Refusal::Unknown)?;
    if types.len() >= LOOKED_INTO {
        return Err(Refusal::TooComplex);
    }
    let lower = types.to_ascii_lowercase();
    if contains(&lower, b"macroenabled") || contains(&lower, b"vbaproject") || contains(&lower, b"activex") {
        return Err(Refusal::Active);
    }
    let of = |document: &str, main: &[u8]| part(document).is_some() && contains(types, main);
    let word = of("word/document.xml", b"wordprocessingml.document.main+xml");
    let sheet = of("xl/workbook.xml", b"spreadsheetml.sheet.main+xml");
    match (kind, word, sheet) {
        (FileKind::Docx, true, false) | (FileKind::Xlsx, false, true) => Ok(()),
        (_, true, true) => Err(Refusal::TwoInOne),
        (_, false, false) => Err(Refusal::Unknown),
        _ => Err(Refusal::Mismatch),
    }
}

/// Inflates an entry to nowhere, never beyond what the directory promised; keeps its beginning.
fn inflate(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    place: usize,
    entry: &Listed,
    total: &mut u64,
) -> Result<Seen, Refusal> {
    let mut part = archive.by_index(place).map_err(|_| Refusal::Damaged)?;
    let mut seen = Vec::new();
    let most = if entry.name.to_lowercase().ends_with(STRINGS) { usize::MAX } else { LOOKED_INTO };
    let mut buffer = vec![0; 64 * 1024];
    let mut size = 0_u64;
    loop {
        let count = part.read(&mut buffer).map_err(|_| Refusal::Damaged)?;
        if count == 0 {
            break;
        }
        let piece = buffer.get(..count).unwrap_or_default();
        size += u64::try_from(count).unwrap_or(u64::MAX);
        *total += u64::try_from(count).unwrap_or(u64::MAX);
        if size > entry.size || *total > MOST_BYTES {
            return Err(Refusal::TooComplex);
        }
        let room = most.saturating_sub(seen.len());
        seen.extend_from_slice(head(piece, room));
    }
    if size != entry.size {
        return Err(Refusal::Damaged);
    }
    if !looked_into(&entry.name) {
        seen.truncate(16);
        seen.shrink_to_fit();
    }
    Ok(Seen { head: seen })
}

fn looked_into(name: &str) -> bool {
    KEPT.contains(&name) || is_xml(name)
}

fn is_xml(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.ends_with(".xml") || lower.ends_with(".rels")
}

/// What no entry of any of our kinds may be.
fn check_entry(entry: &Listed, seen: &Seen) -> Result<(), Refusal> {
    let name = entry.name.to_lowercase();
    let last = name.rsplit('/').next().unwrap_or_default();
    let scripts = ["basic/", "scripts/"].iter().any(|folder| name.starts_with(folder));
    if matches!(last, "vbaproject.bin" | "vbadata.xml") || name.contains("/activex/") || (scripts && entry.size > 0) {
        return Err(Refusal::Active);
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| last.ends_with(ending));
    if ends(&[".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".jar", ".lnk", ".scr", ".hta"])
        || seen.head.starts_with(b"MZ")
        || seen.head.starts_with(b"\x7fELF")
    {
        return Err(Refusal::Active);
    }
    // A chart carries its sheet along; other archives have no place in a document.
    let office = name.contains("/embeddings/") && ends(&[".xlsx", ".docx", ".pptx"]);
    let ole = name.contains("/embeddings/") && ends(&[".bin"]);
    let archive = ends(&[".zip", ".7z", ".rar", ".gz"]) || seen.head.starts_with(zip_directory::ENTRY);
    if ole || (archive && !office) {
        return Err(Refusal::Embedded);
    }
    if is_xml(&name) && contains(&seen.head, b"<!ENTITY") {
        return Err(Refusal::TooComplex);
    }
    if last == STRINGS && !is_true_count(&seen.head) {
        return Err(Refusal::TooComplex);
    }
    Ok(())
}

/// Whether a workbook's list of strings claims no more of them than it has bytes: readers take memory for as many as it claims.
fn is_true_count(strings: &[u8]) -> bool {
    let text = String::from_utf8_lossy(strings);
    let is_list =
        |tag: &&str| tag.split([' ', '\t', '\r', '\n', '>', '/']).next().is_some_and(|name| name.ends_with("sst"));
    let claimed = |rest: &str| {
        let digits = rest.trim_start_matches([' ', '\t', '\r', '\n', '=', '"', '\'']);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits.get(..end).and_then(|digits| digits.parse().ok()).unwrap_or(usize::MAX)
    };
    text.split('<')
        .filter(is_list)
        .flat_map(|tag| tag.split("uniqueCount").skip(1))
        .all(|rest| claimed(rest) <= strings.len())
}

/// The kind is the first entry, stored as it is; the manifest names no password and no macro.
fn check_odt<'a>(listed: &[Listed], part: impl Fn(&str) -> Option<&'a [u8]>) -> Result<(), Refusal> {
    let first = listed.first().filter(|entry| entry.name == "mimetype" && entry.stored);
    match (first, part("mimetype")) {
        (Some(_), Some(kind)) if kind == FileKind::Odt.media_type().as_bytes() => {}
        (None, Some(kind)) if kind == FileKind::Odt.media_type().as_bytes() => return Err(Refusal::Damaged),
        _ => return Err(Refusal::Mismatch),
    }
    let manifest = part("META-INF/manifest.xml").ok_or(Refusal::Damaged)?;
    if contains(manifest, b"encryption-data") {
        return Err(Refusal::Encrypted);
    }
    if part("content.xml").is_none() {
        return Err(Refusal::Damaged);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_true_count;

    #[test]
    fn a_list_of_strings_claims_no_more_than_it_holds() {
        assert!(is_true_count(
            br#"<?xml version="1.0"?><sst count="2" uniqueCount="1"><si><t>A sst uniqueCount</t></si></sst>"#
        ));
        assert!(is_true_count(b"<sst><si/></sst>"));
        for claim in [
            r#"<sst uniqueCount="1000000000000"></sst>"#,
            r"<x:sst a='1' uniqueCount = '99999999999999999999999'/>",
            r#"<sst uniqueCount="1"><si/><sst uniqueCount="4000000000"/></sst>"#,
        ] {
            assert!(!is_true_count(claim.as_bytes()), "{claim}");
        }
    }
}
