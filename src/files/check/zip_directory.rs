//! The directory of a ZIP archive, read strictly: what two readers could understand in two ways is refused.

use super::tail;
use crate::files::kind::Refusal;

/// How an entry begins.
pub(super) const ENTRY: &[u8] = b"PK\x03\x04";
const LISTED: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;

/// Entries that an archive may have.
const MOST_ENTRIES: usize = 2_000;
/// What its entries may hold in all, and each, in bytes.
pub(super) const MOST_BYTES: u64 = 200 * 1024 * 1024;
/// How many times its packed size an entry may be.
const MOST_RATIO: u64 = 100;
/// Entries below this cannot do harm by their ratio.
const SMALL: u64 = 1024 * 1024;

/// An entry as the directory lists it.
#[derive(Debug)]
pub(super) struct Listed {
    pub name: String,
    pub size: u64,
    pub stored: bool,
    /// Where it begins and where the next may begin.
    start: usize,
    end: usize,
}

fn number16(bytes: &[u8], at: usize) -> Result<usize, Refusal> {
    let part: [u8; 2] = bytes.get(at..at + 2).and_then(|part| part.try_into().ok()).ok_or(Refusal::Damaged)?;
    Ok(usize::from(u16::from_le_bytes(part)))
}

fn number32(bytes: &[u8], at: usize) -> Result<usize, Refusal> {
    let part: [u8; 4] = bytes.get(at..at + 4).and_then(|part| part.try_into().ok()).ok_or(Refusal::Damaged)?;
    usize::try_from(u32::from_le_bytes(part)).map_err(|_| Refusal::TooComplex)
}

/// The entries, in the order of the directory.
///
/// # Errors
/// When the archive is against the rules.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Listed>, Refusal> {
    // The record at the end, whose comment must reach to the file's last byte.
    let last = tail(bytes, END_LENGTH + 65_535);
    let offset = bytes.len() - last.len();
    let ends: Vec<usize> = (0..last.len())
        .filter(|at| last.get(*at..).is_some_and(|rest| rest.starts_with(END)))
        .filter(|at| number16(last, at + 20).is_ok_and(|comment| at + END_LENGTH + comment == last.len()))
        .collect();
    let [end] = ends.as_slice() else { return Err(Refusal::Damaged) };
    let (end, record) = (offset + end, last.get(*end..).unwrap_or_default());
    let (disks, entries) = (number32(record, 4)?, number16(record, 10)?);
    let (length, start) = (number32(record, 12)?, number32(record, 16)?);
    if entries == 0xffff || length == 0xffff_ffff || start == 0xffff_ffff || entries > MOST_ENTRIES {
        return Err(Refusal::TooComplex);
    }
    if disks != 0 || number16(record, 8)? != entries || start.checked_add(length) != Some(end) {
        return Err(Refusal::Damaged);
    }
    let mut directory = bytes.get(start..end).ok_or(Refusal::Damaged)?;
    let mut listed = Vec::with_capacity(entries);
    for _ in 0..entries {
        let (entry, rest) = read_entry(directory, bytes, start)?;
        listed.push(entry);
        directory = rest;
    }
    if !directory.is_empty() {
        return Err(Refusal::Damaged);
    }
    check_layout(&listed)?;
    Ok(listed)
}

fn read_entry<'a>(directory: &'a [u8], bytes: &[u8], limit: usize) -> Result<(Listed, &'a [u8]), Refusal> {
    if !directory.starts_with(LISTED) {
        return Err(Refusal::Damaged);
    }
    let (flags, method) = (number16(directory, 8)?, number16(directory, 10)?);
    let (packed, size) = (number32(directory, 20)?, number32(directory, 24)?);
    let (name, extra, comment) = (number16(directory, 28)?, number16(directory, 30)?, number16(directory, 32)?);
    let (mode, start) = (number16(directory, 40)?, number32(directory, 42)?);
    let raw = directory.get(46..46 + name).ok_or(Refusal::Damaged)?;
    let rest = directory.get(46 + name + extra + comment..).ok_or(Refusal::Damaged)?;
    // Bit 0 and bit 6: behind a password. Bit 13: its directory is.
    if flags & 0b0010_0000_0100_0001 != 0 {
        return Err(Refusal::Encrypted);
    }
    if !matches!(method, 0 | 8) || (method == 0 && packed != size) {
        return Err(Refusal::Damaged);
    }
    // A symbolic link, in the upper half of the attributes.
    if mode & 0o170_000 == 0o120_000 {
        return Err(Refusal::Embedded);
    }
    let size = u64::try_from(size).map_err(|_| Refusal::TooComplex)?;
    let packed_size = u64::try_from(packed).map_err(|_| Refusal::TooComplex)?;
    if size > SMALL && size > packed_size.saturating_mul(MOST_RATIO) {
        return Err(Refusal::TooComplex);
    }
    // The entry itself must be where the directory says, under the same name.
    let local = bytes.get(start..limit).filter(|local| local.starts_with(ENTRY)).ok_or(Refusal::Damaged)?;
    let (local_name, local_extra) = (number16(local, 26)?, number16(local, 28)?);
    if local.get(30..30 + local_name) != Some(raw) || number16(local, 6)? & 1 != 0 || number16(local, 8)? != method {
        return Err(Refusal::Damaged);
    }
    let end = start + 30 + local_name + local_extra + packed;
    if end > limit {
        return Err(Refusal::Damaged);
    }
    Ok((Listed { name: plain_name(raw)?, size, stored: method == 0, start, end }, rest))
}

/// A name that leads nowhere outside of the archive.
fn plain_name(raw: &[u8]) -> Result<String, Refusal> {
    let name = std::str::from_utf8(raw).map_err(|_| Refusal::Damaged)?;
    let leads_out = name.is_empty()
        || name.len() > 512
        || name.starts_with('/')
        || name.contains(['\\', ':'])
        || name.chars().any(char::is_control)
        || name.split('/').any(|part| part == ".." || part == ".");
    if leads_out { Err(Refusal::Damaged) } else { Ok(name.to_owned()) }
}

/// No two entries overlap or share a name, the first is at the very beginning, and all together stay within bounds.
fn check_layout(listed: &[Listed]) -> Result<(), Refusal> {
    let mut spans: Vec<(usize, usize)> = listed.iter().map(|entry| (entry.start, entry.end)).collect();
    spans.sort_unstable();
    if spans.first().is_none_or(|(start, _)| *start != 0) {
        return Err(Refusal::TwoInOne);
    }
    let overlap = spans.iter().zip(spans.iter().skip(1)).any(|((_, end), (next, _))| end > next);
    let mut names: Vec<String> = listed.iter().map(|entry| entry.name.to_lowercase()).collect();
    names.sort_unstable();
    if overlap || names.iter().zip(names.iter().skip(1)).any(|(one, other)| one == other) {
        return Err(Refusal::Damaged);
    }
    let total = listed.iter().try_fold(0_u64, |total, entry| total.checked_add(entry.size));
    let packed: usize = spans.iter().map(|(start, end)| end - start).sum();
    let packed = u64::try_from(packed).unwrap_or(u64::MAX);
    if total.is_none_or(|total| total > MOST_BYTES || total > packed.saturating_mul(MOST_RATIO).max(SMALL)) {
        return Err(Refusal::TooComplex);
    }
    Ok(())
}
