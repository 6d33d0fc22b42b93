//! JPEG and PNG: whole to their end, nothing after it, no more dots than anybody needs.

use super::{find, looks_like_a_page};
use crate::files::kind::Refusal;

/// How a PNG begins.
pub(super) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// How a JPEG begins.
pub(super) const JPEG: &[u8] = b"\xff\xd8\xff";

/// Dots a side.
const MOST_SIDE: usize = 12_000;
/// Dots in all.
const MOST_DOTS: usize = 60_000_000;
/// Parts of a PNG.
const MOST_CHUNKS: usize = 100_000;

fn check_size(bytes: &[u8]) -> Result<(), Refusal> {
    let size = imagesize::blob_size(bytes).map_err(|_| Refusal::Damaged)?;
    if size.width == 0 || size.height == 0 {
        return Err(Refusal::Damaged);
    }
    let dots = size.width.checked_mul(size.height);
    if size.width > MOST_SIDE || size.height > MOST_SIDE || dots.is_none_or(|dots| dots > MOST_DOTS) {
        return Err(Refusal::TooManyDots);
    }
    Ok(())
}

/// Parts one after another, from `IHDR` to `IEND`, and nothing behind.
pub(super) fn check_png(bytes: &[u8]) -> Result<(), Refusal> {
    check_size(bytes)?;
    if looks_like_a_page(bytes) {
        return Err(Refusal::TwoInOne);
    }
    let mut rest = bytes.get(PNG.len()..).unwrap_or_default();
    let mut data = false;
    for place in 0..MOST_CHUNKS {
        let (length, name) = (rest.get(..4), rest.get(4..8).ok_or(Refusal::Damaged)?);
        let length: [u8; 4] = length.and_then(|length| length.try_into().ok()).ok_or(Refusal::Damaged)?;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| Refusal::Damaged)?;
        let first = name == b"IHDR" && length == 13;
        if !name.iter().all(u8::is_ascii_alphabetic) || (place == 0) != first {
            return Err(Refusal::Damaged);
        }
        data |= name == b"IDAT";
        // Length, name and checksum are four bytes each.
        rest = rest.get(length.saturating_add(12)..).ok_or(Refusal::Damaged)?;
        if name == b"IEND" {
            return match (data && length == 0, rest.is_empty()) {
                (true, true) => Ok(()),
                (true, false) => Err(Refusal::Trailing),
                (false, _) => Err(Refusal::Damaged),
            };
        }
    }
    Err(Refusal::TooComplex)
}

/// One picture to its end; behind it only another, as cameras add, and blanks.
pub(super) fn check_jpeg(bytes: &[u8]) -> Result<(), Refusal> {
    let mut rest = bytes;
    for _ in 0..16 {
        if rest.iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        if !rest.starts_with(JPEG) {
            return Err(Refusal::Trailing);
        }
        check_size(rest)?;
        if looks_like_a_page(rest) {
            return Err(Refusal::TwoInOne);
        }
        rest = after_jpeg(rest)?;
    }
    Err(Refusal::TooComplex)
}

/// What stands behind a picture's end.
fn after_jpeg(bytes: &[u8]) -> Result<&[u8], Refusal> {
    let mut rest = bytes.get(2..).ok_or(Refusal::Damaged)?;
    let mut scanned = false;
    loop {
        let (first, after) = rest.split_first().ok_or(Refusal::Damaged)?;
        if *first != 0xff {
            return Err(Refusal::Damaged);
        }
        let (marker, after) = after.split_first().ok_or(Refusal::Damaged)?;
        match marker {
            // A filling byte before the marker.
            0xff => rest = rest.get(1..).unwrap_or_default(),
            0xd9 if scanned => return Ok(after),
            0x01 | 0xd0..=0xd7 => rest = after,
            0x00 | 0xd8 | 0xd9 => return Err(Refusal::Damaged),
            _ => {
                let length: [u8; 2] =
                    after.get(..2).and_then(|length| length.try_into().ok()).ok_or(Refusal::Damaged)?;
                let length = usize::from(u16::from_be_bytes(length));
                if length < 2 {
                    return Err(Refusal::Damaged);
                }
                rest = after.get(length..).ok_or(Refusal::Damaged)?;
                if *marker == 0xda {
                    scanned = true;
                    rest = after_scan(rest)?;
                }
            }
        }
    }
}

/// The marker that ends a scan's data: `FF` with neither a stuffed nought nor a restart behind it.
fn after_scan(bytes: &[u8]) -> Result<&[u8], Refusal> {
    let mut rest = bytes;
    loop {
        let at = find(rest, b"\xff").ok_or(Refusal::Damaged)?;
        rest = rest.get(at..).unwrap_or_default();
        match rest.get(1) {
            Some(0x00 | 0xd0..=0xd7) => rest = rest.get(2..).unwrap_or_default(),
            Some(0xff) => rest = rest.get(1..).unwrap_or_default(),
            Some(_) => return Ok(rest),
            None => return Err(Refusal::Damaged),
        }
    }
}
