//! Hands messages of the outbox to a mail server or, by default, to files.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Message, SmtpTransport, Transport};

use super::outbox::{self, Held, Stage};
use crate::base::ids::LetterId;
use crate::base::time::Clock;
use crate::config::Settings;
use crate::db::{Db, DbResult};

/// After so many tries a message fails.
const MOST_ATTEMPTS: i32 = 8;

/// Sends what is due.
pub struct Sender {
    db: Db,
    clock: Clock,
    from: String,
    way: Way,
}

enum Way {
    Folder(PathBuf),
    Server(Box<SmtpTransport>),
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sender({})", self.from)
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

enum Tried {
    Sent,
    Refused(String),
    Later(String),
    Unknown(String),
}

#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Sender {
    /// A sender by the settings.
    ///
    /// # Errors
    /// When the mail folder cannot be made or the server's address is unusable.
    pub fn new(settings: &Settings, db: Db, clock: Clock) -> Result<Self, String> {
        let way = match settings.smtp() {
            None => {
                let folder = settings.data.data.join("mail");
                fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
                Way::Folder(folder)
            }
            Some(url) => Way::Server(Box::new(SmtpTransport::from_url(url).map_err(|e| e.to_string())?.build())),
        };
        let from = format!("\"{}\" <{}>", settings.office.name.replace('"', ""), settings.office.email);
        Ok(Self { db, clock, from, way })
    }

    /// Sends one message that is due; `None` when nothing is.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn send_next(&self) -> DbResult<Option<Outcome>> {
        let Some(held) = outbox::take(&self.db, self.clock.now())? else { return Ok(None) };
        let stage = match self.try_to_send(&held) {
            Tried::Sent => self.settle(&held, Stage::Sent, None)?,
            Tried::Refused(why) => self.settle(&held, Stage::Failed, Some(&why))?,
            Tried::Unknown(why) => self.settle(&held, Stage::Uncertain, Some(&why))?,
            Tried::Later(why) if held.attempts >= MOST_ATTEMPTS => self.settle(&held, Stage::Failed, Some(&why))?,
            Tried::Later(why) => {
                let wait = 30_i64.saturating_mul(1 << held.attempts.clamp(0, 10));
                outbox::put_back(&self.db, held.id, &why, self.clock.now().plus_seconds(wait))?;
                Stage::Queued
            }
        };
        Ok(Some(Outcome { letter: held.letter, stage }))
    }

    /// Marks what a vanished sender held; returns the letters concerned.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn abandon(&self) -> DbResult<Vec<Outcome>> {
        Ok(outbox::abandon(&self.db, self.clock.now())?
            .into_iter()
            .map(|(_, letter)| Outcome { letter, stage: Stage::Uncertain })
            .collect())
    }

    fn settle(&self, held: &Held, stage: Stage, error: Option<&str>) -> DbResult<Stage> {
        outbox::settle(&self.db, held.id, stage, error, self.clock.now())?;
        if let Some(error) = error {
            tracing::warn!(message = held.id, stage = stage.word(), error, "a message was not sent");
        }
        Ok(stage)
    }

    fn try_to_send(&self, held: &Held) -> Tried {
        let message = match self.message(held) {
            Ok(message) => message,
            Err(why) => return Tried::Refused(why),
        };
        match &self.way {
            Way::Folder(folder) => match write_eml(folder, held, &message.formatted()) {
                Ok(()) => Tried::Sent,
                Err(error) => Tried::Later(error.to_string()),
            },
            Way::Server(server) => send_by(server, &message),
        }
    }

    fn message(&self, held: &Held) -> Result<Message, String> {
        let from: Mailbox = self.from.parse().map_err(|e| format!("sender's address: {e}"))?;
        let to = held.to_email.parse().map_err(|e| format!("recipient's address: {e}"))?;
        let at = std::time::UNIX_EPOCH
            + std::time::Duration::from_micros(u64::try_from(self.clock.now().micros()).unwrap_or(0));
        Message::builder()
            .from(from)
            .to(Mailbox::new(Some(held.to_name.clone()), to))
            .subject(&held.subject)
            .message_id(Some(held.message_id.clone()))
            .date(at)
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(held.text.clone(), held.html.clone()))
            .map_err(|e| e.to_string())
    }
}

fn send_by(server: &SmtpTransport, message: &Message) -> Tried {
    // Until a connection stands, nothing can have arrived.
    match server.test_connection() {
        Ok(true) => {}
        Ok(false) => return Tried::Later("the mail server does not answer".to_owned()),
        Err(error) if error.is_permanent() => return Tried::Refused(error.to_string()),
        Err(error) => return Tried::Later(error.to_string()),
    }
    match server.send(message) {
        Ok(_) => Tried::Sent,
        Err(error) if error.is_permanent() => Tried::Refused(error.to_string()),
        Err(error) if error.is_transient() => Tried::Later(error.to_string()),
        Err(error) => Tried::Unknown(error.to_string()),
    }
}

fn write_eml(folder: &Path, held: &Held, bytes: &[u8]) -> std::io::Result<()> {
    let path = folder.join(format!("{:06}-{}.eml", held.id, file_part(&held.to_email)));
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
