//! What is looked at in a file before it is kept (S8). Pure, and run in a process of its own by [`super::checker`].
//!
//! A file is what its first bytes say, never what `%PDF` somewhere within says (finding 10); it must be whole, of one kind
//! alone, and without anything that runs. What cannot be understood is refused.

mod image;
mod package;
mod pdf;
mod zip_directory;

use super::kind::{FileKind, Refusal};

/// Checks a file whose name promised `kind`.
///
/// # Errors
/// The first reason not to take it.
pub fn check(kind: FileKind, bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    let begins = |start: &[u8]| bytes.starts_with(start);
    match kind {
        FileKind::Pdf if begins(pdf::START) => pdf::check(bytes),
        FileKind::Png if begins(image::PNG) => image::check_png(bytes),
        FileKind::Jpeg if begins(image::JPEG) => image::check_jpeg(bytes),
        FileKind::Docx | FileKind::Xlsx | FileKind::Odt if begins(package::START) => package::check(kind, bytes),
        // What Word and Excel write when a password protects the document.
        FileKind::Docx | FileKind::Xlsx if begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") => Err(Refusal::Encrypted),
        _ if [pdf::START, image::PNG, image::JPEG, package::START].iter().any(|start| begins(start)) => {
            Err(Refusal::Mismatch)
        }
        _ => Err(Refusal::Unknown),
    }
}

/// Whether `needle` stands in `bytes`.
fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    find(bytes, needle).is_some()
}

/// Where `needle` first stands in `bytes`.
fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let at = from + rest.iter().position(|byte| *byte == first)?;
        if bytes.get(at..)?.starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The first bytes, as many as there are up to `count`.
fn head(bytes: &[u8], count: usize) -> &[u8] {
    bytes.get(..count.min(bytes.len())).unwrap_or_default()
}

/// The last bytes, as many as there are up to `count`.
fn tail(bytes: &[u8], count: usize) -> &[u8] {
    bytes.get(bytes.len().saturating_sub(count)..).unwrap_or_default()
}

/// Whether a page of a website begins here: some programs would show it as one.
fn looks_like_a_page(bytes: &[u8]) -> bool {
    let start = head(bytes, 1024).to_ascii_lowercase();
    [&b"<html"[..], b"<script", b"<!doctype", b"<?php", b"<svg"].iter().any(|tag| contains(&start, tag))
}
