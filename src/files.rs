//! Kept files: uploads and issued letters, each under the SHA-256 of its content (rules D2, D8).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// A folder of files that are named by their content and never change.
#[derive(Debug)]
pub struct FileStore {
    root: PathBuf,
    next: AtomicU64,
}

impl FileStore {
    /// Opens the folder, making it where needed.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        Ok(Self { root: root.to_owned(), next: AtomicU64::new(0) })
    }

    /// Keeps `bytes`; returns their SHA-256. When this returns, a power cut no longer loses them: the file was
    /// written, synced, renamed to its name, and the folder synced.
    ///
    /// # Errors
    /// When the disk refuses; then nothing is kept under that name.
    pub fn put(&self, bytes: &[u8]) -> io::Result<String> {
        let sha256 = sha256(bytes);
        let path = self.path(&sha256);
        if path.exists() {
            return Ok(sha256);
        }
        let folder = path.parent().unwrap_or(&self.root);
        if !folder.is_dir() {
            fs::create_dir_all(folder)?;
            File::open(&self.root)?.sync_all()?;
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let temporary = folder.join(format!(".{}-{turn}.tmp", std::process::id()));
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&temporary)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&temporary, &path));
        if let Err(error) = written {
            // The half-written file is of no use to anybody; that it cannot be removed changes nothing.
            let _ = fs::remove_file(&temporary);
            return Err(error);
        }
        File::open(folder)?.sync_all()?;
        Ok(sha256)
    }

    /// The content of a kept file; `None` when it is not there.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn get(&self, sha256: &str) -> io::Result<Option<Vec<u8>>> {
        if !is_name(sha256) {
            return Ok(None);
        }
        match fs::read(self.path(sha256)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The SHA-256 that the file of that name has now; `None` when it cannot be read.
    #[must_use]
    pub fn hash_now(&self, name: &str) -> Option<String> {
        self.get(name).ok().flatten().map(|bytes| sha256(&bytes))
    }

    fn path(&self, sha256: &str) -> PathBuf {
        let folder: String = sha256.chars().take(2).collect();
        self.root.join(folder).join(sha256)
    }
}

fn is_name(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// SHA-256 of some bytes, in lower-case hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}
