//! Hands messages of the outbox to a mail server or, by default, to files.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use lettre::message::Mailbox;

use super::compose::{Composed, compose, office};
use super::ending::{Ending, Fault, Told};
use super::outbox::{self, Held, Stage};
use super::wire::{Patience, Wire};
use crate::base::ids::LetterId;
use crate::base::time::Clock;
use crate::config::Settings;
use crate::db::{Db, DbError, DbResult};

/// Sends what is due.
pub struct Sender {
    db: Db,
    clock: Clock,
    office: Mailbox,
    way: Way,
}

enum Way {
    Folder(PathBuf),
    Server(Box<Wire>),
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sender({})", self.office)
    }
}

/// How one message ended, for whoever keeps the letter's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The letter it brought.
    pub letter: Option<LetterId>,
    /// How it ended.
    pub stage: Stage,
}

impl Sender {
    /// A sender by the settings.
    ///
    /// # Errors
    /// When the mail folder cannot be made or the server's address is unusable.
    pub fn new(settings: &Settings, db: Db, clock: Clock) -> Result<Self, String> {
        Self::with_patience(settings, db, clock, Patience::default())
    }

    /// The same with another patience than the usual.
    ///
    /// # Errors
    /// The same.
    pub fn with_patience(settings: &Settings, db: Db, clock: Clock, patience: Patience) -> Result<Self, String> {
        let way = match settings.smtp() {
            None => {
                let folder = settings.data.data.join("mail");
                fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
                Way::Folder(folder)
            }
            Some(server) => Way::Server(Box::new(Wire::new(server, patience)?)),
        };
        let office = office(&settings.office.name, &settings.office.email)?;
        Ok(Self { db, clock, office, way })
    }

    /// Sends one message that is due; `None` when nothing is, or when mail must wait.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn send_next(&self) -> DbResult<Option<Outcome>> {
        let Some(held) = outbox::take(&self.db, self.clock.now())? else {
            self.rest();
            return Ok(None);
        };
        let (ending, sha256) = match compose(&self.office, &held) {
            Ok(message) => (self.try_to_send(&held, &message)?, Some(message.sha256)),
            Err(words) => (Ending::Refused(Told { words, said: String::new() }), None),
        };
        let stage = outbox::settle(&self.db, &held, &ending, sha256.as_deref(), self.clock.now())?;
        if !matches!(ending, Ending::Sent(_)) {
            let told = ending.told();
            tracing::warn!(
                message = held.id,
                stage = stage.word(),
                words = told.words,
                said = told.said,
                "a message was not sent"
            );
        }
        Ok(Some(Outcome { letter: held.letter, stage }))
    }

    /// Takes back what vanished senders held; returns how many are due again, and how many may have arrived.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn abandon(&self) -> DbResult<(usize, usize)> {
        outbox::abandon(&self.db, self.clock.now())
    }

    /// Says goodbye to the mail server until there is more to send.
    pub fn rest(&self) {
        if let Way::Server(wire) = &self.way {
            wire.rest();
        }
    }

    fn try_to_send(&self, held: &Held, message: &Composed) -> DbResult<Ending> {
        let wire = match &self.way {
            // The same file with the same bytes, however often: nothing to hand over that cannot be done twice.
            Way::Folder(folder) => return Ok(write_eml(folder, held, &message.bytes)),
            Way::Server(wire) => wire,
        };
        let mut fault: Option<DbError> = None;
        let mut hand_over = || match outbox::hand_over(&self.db, held, self.clock.now()) {
            Ok(ours) => ours,
            Err(error) => {
                fault = Some(error);
                false
            }
        };
        let ending = wire.send(message, &mut hand_over);
        // The message stays held: when its lease is over it is due again, or uncertain if that commit was made after all.
        fault.map_or(Ok(ending), Err)
    }
}

fn write_eml(folder: &Path, held: &Held, bytes: &[u8]) -> Ending {
    match try_to_write(folder, held, bytes) {
        Ok(()) => Ending::Sent(Told { words: "Written into the folder of mail.".to_owned(), said: String::new() }),
        Err(error) => Ending::Waits(
            Told { words: format!("No mail can be written into {}.", folder.display()), said: error.to_string() },
            Fault {
                setting: "--data (EVENHAND_DATA)",
                hint:
                    "Check that the folder is there, that the service may write into it, and that the disk is not full."
                        .to_owned(),
            },
        ),
    }
}

fn try_to_write(folder: &Path, held: &Held, bytes: &[u8]) -> std::io::Result<()> {
    let copy = if held.copies > 0 { format!(".{}", held.copies) } else { String::new() };
    let path = folder.join(format!("{:06}{copy}-{}.eml", held.id, file_part(&held.to_email)));
    let temporary = folder.join(format!(".{:06}.tmp", held.id));
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    File::open(folder)?.sync_all()
}

fn file_part(email: &str) -> String {
    email.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '_' }).collect()
}
