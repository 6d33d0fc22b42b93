//! What keeps all mail waiting, as officers' pages say it: the template's component is `letters.trouble`.

use serde::Serialize;

use crate::db::{Conn, DbResult};
use crate::mail::outbox::trouble::open_trouble;

/// A fault of the mail server or of the settings.
#[derive(Debug, Clone, Serialize)]
pub struct MailTrouble {
    words: String,
    said: String,
    setting: String,
    hint: String,
    since: String,
    next: String,
}

impl MailTrouble {
    /// The fault that keeps mail waiting now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn now(conn: &mut Conn) -> DbResult<Option<Self>> {
        Ok(open_trouble(conn)?.map(|trouble| Self {
            words: trouble.words,
            said: trouble.said,
            setting: trouble.setting,
            hint: trouble.hint,
            since: trouble.began_at.moment_words(),
            next: trouble.next_try_at.moment_words(),
        }))
    }
}
