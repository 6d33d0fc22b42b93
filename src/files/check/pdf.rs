//! PDF: whole, of one kind, without a password, without anything that runs, without files within.

use std::collections::BTreeSet;

use lopdf::{Document, LoadOptions, Object};

use super::{contains, find, looks_like_a_page, tail};
use crate::files::kind::Refusal;

/// How one begins, at the very first byte.
pub(super) const START: &[u8] = b"%PDF-";

/// Objects that one may have.
const MOST_OBJECTS: usize = 200_000;
/// What one compressed part may grow to.
const MOST_DECOMPRESSED: usize = 64 * 1024 * 1024;
/// How deeply dictionaries may stand in one another.
const MOST_DEPTH: usize = 64;

/// Names of what runs, or reaches out, when the document is opened or used.
const ACTIVE: &[&[u8]] = &[
    b"JS",
    b"JavaScript",
    b"Launch",
    b"ImportData",
    b"SubmitForm",
    b"Rendition",
    b"XFA",
    b"RichMedia",
    b"GoToE",
    b"3D",
];
/// Names of files within.
const EMBEDDED: &[&[u8]] = &[b"EmbeddedFile", b"EmbeddedFiles", b"EF", b"FileAttachment"];

pub(super) fn check(bytes: &[u8]) -> Result<(), Refusal> {
    if !contains(tail(bytes, 1024), b"%%EOF") {
        return Err(Refusal::Damaged);
    }
    // The record by which programs find a ZIP archive stands in its last 64 KiB.
    if contains(tail(bytes, 65_557), b"PK\x05\x06") || looks_like_a_page(bytes) || contains(bytes, b"<?php") {
        return Err(Refusal::TwoInOne);
    }
    let written = written_names(bytes);
    if written.contains(&b"Encrypt"[..]) {
        return Err(Refusal::Encrypted);
    }
    judge(written.iter().map(Vec::as_slice))?;
    let options = LoadOptions::with_max_decompressed_size(MOST_DECOMPRESSED);
    let document = Document::load_mem_with_options(bytes, options).map_err(|_| Refusal::Damaged)?;
    if document.was_encrypted() || document.trailer.get(b"Encrypt").is_ok() {
        return Err(Refusal::Encrypted);
    }
    if document.objects.len() > MOST_OBJECTS {
        return Err(Refusal::TooComplex);
    }
    if document.get_pages().is_empty() {
        return Err(Refusal::Damaged);
    }
    let mut names = BTreeSet::new();
    for object in document.objects.values() {
        gather(object, 0, &mut names)?;
    }
    judge(names.into_iter())
}

fn judge<'a>(mut names: impl Iterator<Item = &'a [u8]>) -> Result<(), Refusal> {
    let found = names.find_map(|name| {
        if ACTIVE.contains(&name) {
            Some(Refusal::Active)
        } else if EMBEDDED.contains(&name) {
            Some(Refusal::Embedded)
        } else {
            None
        }
    });
    found.map_or(Ok(()), Err)
}

/// Every name in an object, as key or as value.
fn gather<'a>(object: &'a Object, depth: usize, names: &mut BTreeSet<&'a [u8]>) -> Result<(), Refusal> {
    if depth > MOST_DEPTH {
        return Err(Refusal::TooComplex);
    }
    match object {
        Object::Name(name) => {
            names.insert(name);
        }
        Object::Array(items) => {
            for item in items {
                gather(item, depth + 1, names)?;
            }
        }
        Object::Dictionary(dictionary) => {
            for (key, value) in dictionary.iter() {
                names.insert(key);
                gather(value, depth + 1, names)?;
            }
        }
        Object::Stream(stream) => {
            for (key, value) in stream.dict.iter() {
                names.insert(key);
                gather(value, depth + 1, names)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Every name that stands outside streams, whatever table of contents leads to it: another reader may find what ours does not.
fn written_names(bytes: &[u8]) -> BTreeSet<Vec<u8>> {
    let mut names = BTreeSet::new();
    let mut rest = bytes;
    loop {
        let begins = stream_begin(rest);
        add_names(rest.get(..begins.unwrap_or(rest.len())).unwrap_or_default(), &mut names);
        let Some(body) = begins.and_then(|at| rest.get(at..)) else { return names };
        match find(body, b"endstream").and_then(|at| body.get(at + b"endstream".len()..)) {
            Some(after) => rest = after,
            None => return names,
        }
    }
}

/// Where the next stream's content begins: `stream` at the end of its line.
fn stream_begin(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + find(bytes.get(from..)?, b"stream")? + b"stream".len();
        if matches!(bytes.get(at), Some(b'\r' | b'\n')) {
            return Some(at);
        }
        from = at;
    }
}

fn add_names(bytes: &[u8], names: &mut BTreeSet<Vec<u8>>) {
    let plain = |byte: &u8| {
        !byte.is_ascii_whitespace()
            && !matches!(byte, 0 | b'/' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'%')
    };
    for part in bytes.split(|byte| *byte == b'/').skip(1) {
        let length = part.iter().position(|byte| !plain(byte)).unwrap_or(part.len());
        // No name that matters is longer, even with every letter as its number.
        names.insert(unescaped(part.get(..length.min(64)).unwrap_or_default()));
    }
}

/// `#4a` is `J`.
fn unescaped(name: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *first == b'#') {
            Some(byte) => {
                plain.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                plain.push(*first);
                rest = after;
            }
        }
    }
    plain
}
