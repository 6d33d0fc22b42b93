//! What is left behind is removed: files that were never received whole, and kept files that no row names.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{FileStore, is_name};

impl FileStore {
    /// Removes what began to be received longer ago than `age` and is still there: its process was killed. Returns how many.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn sweep_incoming(&self, age: Duration) -> io::Result<usize> {
        let now = self.disk_time()?;
        let mut removed = 0;
        for entry in fs::read_dir(&self.incoming)? {
            let path = entry?.path();
            if is_older(&path, now, age) && fs::remove_file(&path).is_ok() {
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Names of the kept files.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for folder in fs::read_dir(&self.root)? {
            let folder = folder?;
            if folder.file_name().len() != 2 || !folder.file_type()?.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder.path())? {
                if let Some(name) = file?.file_name().to_str().filter(|name| is_name(name)) {
                    names.push(name.to_owned());
                }
            }
        }
        Ok(names)
    }

    /// Removes those of `candidates` that no row names and that were kept longer ago than `age`. Returns how many.
    ///
    /// `candidates` must have been listed before `named` was read. A file that is kept again meanwhile is young, and its age
    /// is looked at while nobody can keep one, so that what a transaction is about to name stays.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn sweep_orphans(&self, candidates: &[String], named: &HashSet<String>, age: Duration) -> io::Result<usize> {
        let mut removed = 0;
        for name in candidates.iter().filter(|name| is_name(name) && !named.contains(*name)) {
            let now = self.disk_time()?;
            let lock = self.lock_file()?;
            lock.lock()?;
            let path = self.path(name);
            if is_older(&path, now, age) {
                fs::remove_file(&path)?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// The time as the disk tells it: ages are compared with nothing else.
    fn disk_time(&self) -> io::Result<SystemTime> {
        let probe = self.root.join(format!(".time-{}", std::process::id()));
        let time = File::create(&probe)?.metadata()?.modified()?;
        fs::remove_file(&probe)?;
        Ok(time)
    }
}

fn is_older(path: &Path, now: SystemTime, age: Duration) -> bool {
    let modified = fs::metadata(path).and_then(|data| data.modified());
    // What seems to come from the future is young.
    modified.is_ok_and(|modified| now.duration_since(modified).is_ok_and(|past| past >= age))
}
