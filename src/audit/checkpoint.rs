//! Signed checkpoints: short texts outside the database that say how the trail ended at a moment.
//!
//! The format is C2SP's tlog-checkpoint inside a signed note: origin, number of records, hash of the last record
//! in base64, an empty line, and the signature line. Our trail is a chain, not a Merkle tree, so the third line is the
//! chain's last hash. A checkpoint can be read aloud, mailed, or printed; an older trail cannot be passed off as whole
//! while one copy of a newer checkpoint exists anywhere.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use sha2::{Digest, Sha256};

use super::keys::Keys;
use super::store::{self, Head};
use crate::db::{Db, DbError};

/// The first line of every checkpoint, and the name of the key.
pub const ORIGIN: &str = "evenhand/trail";

/// A checkpoint cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The folder or a file in it.
    #[error("checkpoint {path}: {cause}")]
    File {
        /// Which.
        path: String,
        /// Why.
        cause: String,
    },
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Writes a checkpoint of the trail's head into `folder`, unless one of that size is there. Returns the file.
///
/// # Errors
/// When the folder cannot be written or the database not read.
pub fn write(db: &Db, keys: &Keys, folder: &Path) -> Result<Option<PathBuf>, CheckpointError> {
    let Some((head, _)) = db.read(store::head)? else {
        return Err(DbError::Corrupt("the trail has no head row".to_owned()).into());
    };
    let path = folder.join(format!("checkpoint-{:012}.txt", head.seq));
    if head.seq == 0 || path.exists() {
        return Ok(None);
    }
    let fault =
        |cause: std::io::Error| CheckpointError::File { path: path.display().to_string(), cause: cause.to_string() };
    fs::create_dir_all(folder).map_err(fault)?;
    let temporary = folder.join(format!(".checkpoint-{:012}.tmp", head.seq));
    let mut file = File::create(&temporary).map_err(fault)?;
    file.write_all(signed_note(&head, keys).as_bytes()).map_err(fault)?;
    file.sync_all().map_err(fault)?;
    fs::rename(&temporary, &path).map_err(fault)?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(fault)?;
    Ok(Some(path))
}

/// The checkpoint's text with its signature.
#[must_use]
pub fn signed_note(head: &Head, keys: &Keys) -> String {
    let hash = HEXLOWER.decode(head.hash.as_bytes()).unwrap_or_default();
    let text = format!("{ORIGIN}\n{}\n{}\n", head.seq, BASE64.encode(&hash));
    let public = keys.checkpoint_public();
    let signature = [key_id(&public).as_slice(), &keys.sign(text.as_bytes())].concat();
    format!("{text}\n\u{2014} {ORIGIN} {}\n", BASE64.encode(&signature))
}

/// The signed note's key hash: first four bytes of SHA-256(name, newline, 0x01, public key).
fn key_id(public: &VerifyingKey) -> [u8; 4] {
    let digest = Sha256::new()
        .chain_update(ORIGIN.as_bytes())
        .chain_update([b'\n', 1])
        .chain_update(public.as_bytes())
        .finalize();
    let mut id = [0; 4];
    for (to, from) in id.iter_mut().zip(digest.iter()) {
        *to = *from;
    }
    id
}

/// A checkpoint file as found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The file.
    pub file: String,
    /// What it says, or why it cannot be trusted.
    pub head: Result<Head, String>,
}

/// Reads every checkpoint of `folder`, oldest first, and checks each signature.
///
/// # Errors
/// When the folder is there and cannot be read.
pub fn read_all(folder: &Path, public: &VerifyingKey) -> Result<Vec<Found>, CheckpointError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let fault =
        |cause: std::io::Error| CheckpointError::File { path: folder.display().to_string(), cause: cause.to_string() };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("checkpoint-") && name.ends_with(".txt") {
            files.push((name, path));
        }
    }
    files.sort();
    Ok(files
        .into_iter()
        .map(|(file, path)| {
            let head = fs::read_to_string(&path).map_err(|e| e.to_string()).and_then(|note| open_note(&note, public));
            Found { file, head }
        })
        .collect())
}

/// The newest checkpoint of `folder` whose signature fits: its file, its text and its head.
///
/// # Errors
/// When the folder is there and cannot be read.
pub fn latest(folder: &Path, public: &VerifyingKey) -> Result<Option<(String, String, Head)>, CheckpointError> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let fault =
        |cause: std::io::Error| CheckpointError::File { path: folder.display().to_string(), cause: cause.to_string() };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let name = entry.map_err(fault)?.file_name().to_string_lossy().into_owned();
        if name.starts_with("checkpoint-") && name.ends_with(".txt") {
            names.push(name);
        }
    }
    names.sort();
    // Their numbers have one width, so the newest is the last; one that is damaged proves nothing.
    Ok(names.into_iter().rev().find_map(|name| {
        let note = fs::read_to_string(folder.join(&name)).ok()?;
        let head = open_note(&note, public).ok()?;
        Some((name, note, head))
    }))
}

/// Checks a signed note and reads its head.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn open_note(note: &str, public: &VerifyingKey) -> Result<Head, String> {
    let (text, signatures) = note.split_once("\n\n").ok_or("it has no signature")?;
    let text = format!("{text}\n");
    let ours = key_id(public);
    let signature = signatures
        .lines()
        .filter_map(|line| line.strip_prefix(&format!("\u{2014} {ORIGIN} ")))
        .filter_map(|encoded| BASE64.decode(encoded.as_bytes()).ok())
        .find_map(|bytes| bytes.strip_prefix(&ours).map(<[u8]>::to_vec))
        .ok_or("it was not signed with this key")?;
    let signature = Signature::from_slice(&signature).map_err(|_| "its signature is damaged")?;
    public.verify(text.as_bytes(), &signature).map_err(|_| "its signature does not fit its text")?;
    let mut lines = text.lines();
    let (origin, size, hash) = (lines.next(), lines.next(), lines.next());
    if origin != Some(ORIGIN) {
        return Err("it is of another trail".to_owned());
    }
    let seq = size.and_then(|size| size.parse().ok()).ok_or("its size is no number")?;
    let hash = hash.and_then(|hash| BASE64.decode(hash.as_bytes()).ok()).ok_or("its hash is damaged")?;
    Ok(Head { seq, hash: HEXLOWER.encode(&hash) })
}
