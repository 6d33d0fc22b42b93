//! A disk that knows what was synced.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::trace::Call;

/// What a power cut does to writes that were not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// All of them are lost, and every name that its folder was not synced for.
    AllLost,
    /// A random half is kept, in any order; of names, those up to a random one.
    HalfKept,
    /// The same, and of a kept write each sector may be lost.
    Torn,
}

/// Disks write sectors whole.
const SECTOR: usize = 512;

/// A change of a file that waits for its sync.
#[derive(Debug, Clone)]
struct Pending {
    /// Its place in the list of calls.
    at: usize,
    what: Change,
}

#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Length(usize),
}

#[derive(Debug, Clone, Default)]
struct Inode {
    safe: Vec<u8>,
    pending: Vec<Pending>,
}

/// A change of a folder's names that waits for the folder's sync.
#[derive(Debug, Clone)]
struct Naming {
    at: usize,
    folder: String,
    /// A name gets a file, or loses it.
    path: String,
    inode: Option<usize>,
}

/// The files of the data folder.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    inodes: Vec<Inode>,
    /// Names as the running program sees them.
    now: HashMap<String, usize>,
    /// Names that survive any cut.
    safe: BTreeMap<String, usize>,
    naming: Vec<Naming>,
    calls: usize,
}

fn parent(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned())
}

impl Disk {
    /// Keeps a folder as it is, to be loaded again and again.
    pub fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                Self::copy(&entry.path(), &target);
            } else {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }

    /// A disk on which all of a folder is safe.
    pub fn load(folder: &Path) -> Self {
        let mut disk = Self::default();
        disk.load_below(folder, folder);
        disk
    }

    fn load_below(&mut self, root: &Path, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.load_below(root, &path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            if name.ends_with("-shm") {
                continue;
            }
            let inode = self.inodes.len();
            self.inodes.push(Inode { safe: fs::read(&path).unwrap(), pending: Vec::new() });
            self.now.insert(name.clone(), inode);
            self.safe.insert(name, inode);
        }
    }

    /// Carries a call out; syncs of the paths that `ignored` names are left out of account.
    pub fn apply(&mut self, call: &Call, ignored: &dyn Fn(&str) -> bool) {
        let at = self.calls;
        self.calls += 1;
        match call {
            Call::Open { path, create, truncate } => {
                if !self.now.contains_key(path) && *create {
                    let inode = self.inodes.len();
                    self.inodes.push(Inode::default());
                    self.name(at, path, Some(inode));
                }
                if *truncate {
                    self.change(at, path, Change::Length(0));
                }
            }
            Call::Write { path, offset, bytes } => {
                let offset = usize::try_from(*offset).unwrap();
                self.change(at, path, Change::Write { offset, bytes: bytes.clone() });
            }
            Call::Truncate { path, length } => {
                self.change(at, path, Change::Length(usize::try_from(*length).unwrap()));
            }
            Call::Rename { from, to } => {
                let inode = self.now.get(from).copied();
                self.name(at, from, None);
                self.name(at, to, inode);
            }
            Call::Unlink { path } => self.name(at, path, None),
            Call::Sent(_) => {}
            Call::Sync { path, began } => {
                if !ignored(path) {
                    self.sync(path, *began);
                }
            }
        }
    }

    fn name(&mut self, at: usize, path: &str, inode: Option<usize>) {
        match inode {
            Some(inode) => self.now.insert(path.to_owned(), inode),
            None => self.now.remove(path),
        };
        self.naming.push(Naming { at, folder: parent(path), path: path.to_owned(), inode });
    }

    fn change(&mut self, at: usize, path: &str, what: Change) {
        let inode = *self.now.get(path).unwrap_or_else(|| panic!("{path} was never opened"));
        self.inodes[inode].pending.push(Pending { at, what });
    }

    /// What was asked before the sync began is safe.
    fn sync(&mut self, path: &str, began: usize) {
        if let Some(inode) = self.now.get(path) {
            let inode = &mut self.inodes[*inode];
            let (done, waiting): (Vec<Pending>, Vec<Pending>) =
                inode.pending.drain(..).partition(|pending| pending.at < began);
            done.iter().for_each(|pending| carry_out(&mut inode.safe, &pending.what));
            inode.pending = waiting;
            return;
        }
        let (done, waiting): (Vec<Naming>, Vec<Naming>) =
            self.naming.drain(..).partition(|naming| naming.folder == path && naming.at < began);
        done.into_iter().for_each(|naming| set(&mut self.safe, naming));
        self.naming = waiting;
    }

    /// Writes what a cut would leave.
    pub fn write(&self, cut: Cut, seed: u64, folder: &Path) {
        let mut dice = Dice(seed.wrapping_mul(2).wrapping_add(1));
        let mut names = self.safe.clone();
        if cut != Cut::AllLost {
            // A file system keeps the order of names.
            let kept = dice.below(self.naming.len() + 1);
            self.naming.iter().take(kept).cloned().for_each(|naming| set(&mut names, naming));
        }
        for (name, inode) in names {
            let inode = &self.inodes[inode];
            let mut bytes = inode.safe.clone();
            for pending in &inode.pending {
                if cut == Cut::AllLost || dice.below(2) == 0 {
                    continue;
                }
                match (&pending.what, cut) {
                    (Change::Write { offset, bytes: written }, Cut::Torn) => {
                        for (turn, sector) in written.chunks(SECTOR).enumerate() {
                            if dice.below(2) == 0 {
                                let offset = offset + turn * SECTOR;
                                carry_out(&mut bytes, &Change::Write { offset, bytes: sector.to_vec() });
                            }
                        }
                    }
                    (what, _) => carry_out(&mut bytes, what),
                }
            }
            let path = folder.join(name);
            // Folders are made wherever a file needs one: kinder than a disk, but each name is judged by its folder's sync.
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, bytes).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
}

fn set(names: &mut BTreeMap<String, usize>, naming: Naming) {
    match naming.inode {
        Some(inode) => names.insert(naming.path, inode),
        None => names.remove(&naming.path),
    };
}

fn carry_out(bytes: &mut Vec<u8>, what: &Change) {
    match what {
        Change::Write { offset, bytes: written } => {
            let end = offset + written.len();
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[*offset..end].copy_from_slice(written);
        }
        Change::Length(length) => bytes.resize(*length, 0),
    }
}

/// Chance that comes out the same each time (a linear congruential generator; the upper half is what is used).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}
