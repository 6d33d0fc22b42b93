//! A file while it is received: written piece by piece, hashed on the way, gone when it is dropped.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// A file that is being received. Dropped before it was kept, it is removed.
#[derive(Debug)]
pub struct Incoming {
    path: PathBuf,
    file: File,
    hasher: Sha256,
    size: u64,
    kept: bool,
}

impl Incoming {
    pub(super) fn create(folder: &Path, next: &AtomicU64) -> io::Result<Self> {
        loop {
            let turn = next.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{}-{turn}.part", std::process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    return Ok(Self { path, file, hasher: Sha256::new(), size: 0, kept: false });
                }
                // Left by an earlier process of the same number, or made by one in another container.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Writes the next piece.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.file.write_all(piece)?;
        self.hasher.update(piece);
        self.size = self.size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    /// Bytes received so far.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The file from its beginning, to read only.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn reader(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// Makes what was written safe on disk; its SHA-256 and size.
    pub(super) fn seal(&self) -> io::Result<(String, u64)> {
        self.file.sync_all()?;
        Ok((HEXLOWER.encode(&self.hasher.clone().finalize()), self.size))
    }

    pub(super) fn rename(mut self, to: &Path) -> io::Result<()> {
        fs::rename(&self.path, to)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.kept {
            // It is of no use to anybody; where it cannot be removed now, the sweeper will.
            let _ = fs::remove_file(&self.path);
        }
    }
}
