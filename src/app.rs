//! What the running service holds: settings, database, ledger, clock, templates, files, limits, press.
//!
//! Names no feature; `routes.rs` names all. Opening it asserts everything that the service relies on.

use std::path::Path;
use std::sync::Arc;

use crate::audit::{Keys, Ledger};
use crate::base::memo::Memo;
use crate::base::random::Random;
use crate::base::time::Clock;
use crate::config::{DataSettings, Settings};
use crate::db::{Db, migrate};
use crate::files::{FileChecker, FileStore};
use crate::press::Press;
use crate::web::copies::Copies;
use crate::web::limits::Limits;
use crate::web::pages::Pages;

/// The running service.
#[derive(Debug)]
pub struct App {
    /// Settings.
    pub settings: Settings,
    /// The database, for reading and for operational rows.
    pub db: Db,
    /// The one door for changes.
    pub ledger: Ledger,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// Templates.
    pub pages: Pages,
    /// Kept files.
    pub files: Arc<FileStore>,
    /// Checks uploads in child processes.
    pub checker: FileChecker,
    /// Limits on tries.
    pub limits: Limits,
    /// What is dear to read, kept until the trail says that it changed.
    pub memo: Memo,
    /// Limits on PDF copies.
    pub copies: Copies,
    /// Sets documents in child processes; starts none before the first document.
    pub renderer: Press,
}

/// An error while opening, in words for the person at the terminal.
pub type OpenError = String;

/// A data folder, opened: what every command needs that touches data.
#[derive(Debug)]
pub struct Store {
    /// The database.
    pub db: Db,
    /// The one door for changes.
    pub ledger: Ledger,
    /// Kept files.
    pub files: Arc<FileStore>,
}

impl Store {
    /// Opens the data folder, making it where needed. Does not migrate.
    ///
    /// # Errors
    /// One line that names what cannot be had.
    pub fn open(settings: &DataSettings, clock: &Clock, random: &Random) -> Result<Self, OpenError> {
        make_folder(&settings.data)?;
        let keys = Keys::open(&settings.keys, random).map_err(|e| e.to_string())?;
        let db = Db::open(&settings.database).map_err(|e| format!("{:?}: {}", settings.database, chain(&e)))?;
        let files = FileStore::open(&settings.data.join("files"))
            .map_err(|e| format!("{}: {e}", settings.data.join("files").display()))?;
        let ledger = Ledger::new(db.clone(), Arc::new(keys), clock.clone(), random.clone());
        Ok(Self { db, ledger, files: Arc::new(files) })
    }

    /// Refuses a database that lacks migrations or is newer than this program.
    ///
    /// # Errors
    /// One line that says what to do.
    pub fn require_current(&self) -> Result<(), OpenError> {
        match migrate::is_current(&self.db) {
            Ok(true) => Ok(()),
            Ok(false) => Err("the database is of an older version of evenhand; run `evenhand migrate`".to_owned()),
            Err(error) => Err(chain(&error)),
        }
    }
}

impl App {
    /// Opens the service on a migrated database.
    ///
    /// # Errors
    /// One line that names what cannot be had.
    pub fn open(settings: Settings, clock: Clock, random: Random) -> Result<Self, OpenError> {
        let store = Store::open(&settings.data, &clock, &random)?;
        store.require_current()?;
        Ok(Self {
            memo: Memo::default(),
            limits: Limits::new(settings.sign_in_limit),
            copies: Copies::default(),
            renderer: Press::new(settings.renderers),
            checker: FileChecker::default(),
            pages: Pages::load().map_err(|e| chain(&e))?,
            db: store.db,
            ledger: store.ledger,
            files: store.files,
            settings,
            clock,
            random,
        })
    }
}

fn make_folder(folder: &Path) -> Result<(), OpenError> {
    std::fs::create_dir_all(folder).map_err(|e| format!("cannot write to {}: {e}", folder.display()))?;
    let probe = folder.join(".writable");
    std::fs::write(&probe, b"")
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|e| format!("cannot write to {}: {e}", folder.display()))
}

/// An error with its causes, in one line.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    // PostgreSQL's own messages have several lines.
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
