//! A file that is made to be handed out and not kept.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::sync::atomic::Ordering;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::FileStore;

impl FileStore {
    /// A file without a name, on the disk of the kept files: it is gone when it is closed, however that comes about.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn scratch(&self) -> io::Result<File> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.incoming.join(format!("{}-{number}.scratch", std::process::id()));
        let file = File::options().read(true).write(true).create_new(true).open(&path)?;
        fs::remove_file(&path)?;
        Ok(file)
    }
}

/// Size and SHA-256 of a file, which is then at its beginning again.
///
/// # Errors
/// When it cannot be read.
pub fn digest(file: &mut File) -> io::Result<(u64, String)> {
    file.rewind()?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 65_536];
    let mut size = 0_u64;
    loop {
        let read = file.read(&mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        hash.update(part);
        size = size.saturating_add(u64::try_from(read).unwrap_or_default());
    }
    file.rewind()?;
    Ok((size, HEXLOWER.encode(&hash.finalize())))
}
