//! Kept files: uploads and issued letters, each under the SHA-256 of its content (rules D2, D8, S8).
//!
//! An upload is `incoming` while it is received and [`check`]ed, and `kept` under its hash from then on. Only what was kept
//! may be named by a row; what no row names is swept away.

pub mod check;
pub mod checker;
mod incoming;
pub mod kind;
pub mod name;
pub mod scanner;
mod scratch;
mod sweep;
pub mod table;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

pub use checker::FileChecker;
pub use incoming::Incoming;
pub use kind::{FileKind, Refusal};
pub use scratch::digest;

/// A folder of files that are named by their content and never change.
#[derive(Debug)]
pub struct FileStore {
    root: PathBuf,
    incoming: PathBuf,
    next: AtomicU64,
}

/// A file that is safe under its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// SHA-256 of its content: its name.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
}

impl FileStore {
    /// Opens the folder, making it where needed.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(root: &Path) -> io::Result<Self> {
        let incoming = root.join("incoming");
        fs::create_dir_all(&incoming)?;
        Ok(Self { root: root.to_owned(), incoming, next: AtomicU64::new(0) })
    }

    /// Begins to receive a file. It has no name that anybody could ask for, and goes when it is dropped.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn begin(&self) -> io::Result<Incoming> {
        Incoming::create(&self.incoming, &self.next)
    }

    /// Keeps a received file. When this returns, a power cut no longer loses it: the file was synced, renamed to its name, and
    /// the folder synced (D2).
    ///
    /// # Errors
    /// When the disk refuses; then nothing is kept under that name.
    pub fn keep(&self, incoming: Incoming) -> io::Result<KeptFile> {
        let (sha256, size) = incoming.seal()?;
        let path = self.path(&sha256);
        let folder = path.parent().unwrap_or(&self.root);
        if !folder.is_dir() {
            fs::create_dir_all(folder)?;
            File::open(&self.root)?.sync_all()?;
        }
        {
            // The sweeper holds this lock alone while it looks at a file's age and removes it. A file that is there already is
            // replaced by its equal, so that it is young again.
            let lock = self.lock_file()?;
            lock.lock_shared()?;
            incoming.rename(&path)?;
        }
        File::open(folder)?.sync_all()?;
        Ok(KeptFile { sha256, size })
    }

    /// Keeps some bytes; returns their SHA-256.
    ///
    /// # Errors
    /// Those of [`Self::keep`].
    pub fn put(&self, bytes: &[u8]) -> io::Result<String> {
        let mut incoming = self.begin()?;
        incoming.write(bytes)?;
        Ok(self.keep(incoming)?.sha256)
    }

    /// A kept file with its size, to be read piece by piece; `None` when it is not there.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn read(&self, sha256: &str) -> io::Result<Option<(File, u64)>> {
        if !is_name(sha256) {
            return Ok(None);
        }
        match File::open(self.path(sha256)) {
            Ok(file) => {
                let size = file.metadata()?.len();
                Ok(Some((file, size)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The content of a kept file, whole; `None` when it is not there.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn get(&self, sha256: &str) -> io::Result<Option<Vec<u8>>> {
        let Some((mut file, _)) = self.read(sha256)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// The SHA-256 that the file of that name has now; `None` when it cannot be read.
    #[must_use]
    pub fn hash_now(&self, name: &str) -> Option<String> {
        let (mut file, _) = self.read(name).ok()??;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match file.read(&mut buffer).ok()? {
                0 => return Some(HEXLOWER.encode(&hasher.finalize())),
                count => hasher.update(buffer.get(..count)?),
            }
        }
    }

    /// Whether at least `reserve_percent` of the disk are free. Uploads stop before the disk is full, so that answers and
    /// submissions never do.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn has_room(&self, reserve_percent: u8) -> io::Result<bool> {
        let disk = rustix::fs::statvfs(&self.root)?;
        Ok(u128::from(disk.f_bavail) * 100 >= u128::from(disk.f_blocks) * u128::from(reserve_percent))
    }

    fn lock_file(&self) -> io::Result<File> {
        fs::OpenOptions::new().create(true).truncate(false).write(true).open(self.root.join(".lock"))
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
