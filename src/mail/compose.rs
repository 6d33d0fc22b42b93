//! The bytes of a message: the same at every try.

use std::time::{Duration, UNIX_EPOCH};

use lettre::address::Envelope;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use sha2::{Digest, Sha256};

use super::outbox::Held;

/// A message as it leaves.
#[derive(Debug, Clone)]
pub struct Composed {
    /// From whom and to whom.
    pub envelope: Envelope,
    /// Every byte of it.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
}

/// Says that no person wrote it, so that no absence notice answers (RFC 3834).
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

/// The same for mail systems that look at this one alone.
#[derive(Clone)]
struct SuppressAnswers;

impl Header for SuppressAnswers {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Auto-Response-Suppress")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "OOF, AutoReply".to_owned())
    }
}

/// The office as sender: answers reach it. There are no `List-` headers: each message is for one person about their own matter, and
/// nobody can leave.
///
/// # Errors
/// When the address is none.
pub fn office(name: &str, email: &str) -> Result<Mailbox, String> {
    let address = email.parse().map_err(|e| format!("--office-email: {email}: {e}"))?;
    Ok(Mailbox::new(named(name), address))
}

/// A name or subject longer than this would break the longest line that mail may have (998 bytes, RFC 5322).
const MOST_CHARACTERS: usize = 200;

fn short(text: &str) -> String {
    text.trim().chars().take(MOST_CHARACTERS).collect()
}

fn named(name: &str) -> Option<String> {
    Some(short(name)).filter(|name| !name.is_empty())
}

/// The recipient, with a domain that every mail server understands.
fn address(email: &str) -> Result<Address, String> {
    let address: Address = email.parse().map_err(|e| format!("{email} is no address: {e}"))?;
    if address.domain().is_ascii() {
        return Ok(address);
    }
    let url = url::Url::parse(&format!("https://{}", address.domain())).map_err(|e| format!("{email}: {e}"))?;
    let domain = url.host_str().unwrap_or_default();
    Address::new(address.user(), domain).map_err(|e| format!("{email} is no address: {e}"))
}

/// Writes a message. Its date is that of its cause, and the border between its parts comes from its Message-ID, so that whoever gets
/// it twice gets the same twice.
///
/// # Errors
/// What makes it unsendable, in plain words.
pub fn compose(office: &Mailbox, held: &Held) -> Result<Composed, String> {
    let to = address(&held.to_email)?;
    let at = UNIX_EPOCH + Duration::from_micros(u64::try_from(held.created_at.micros()).unwrap_or(0));
    let subject = short(&held.subject);
    let subject = if held.copies > 0 { format!("Copy: {subject}") } else { subject };
    let border: String = held.message_id.chars().filter(char::is_ascii_hexdigit).take(32).collect();
    let parts = MultiPart::alternative()
        .boundary(format!("=_{border}"))
        .singlepart(SinglePart::plain(held.text.clone()))
        .singlepart(SinglePart::html(held.html.clone()));
    let message = Message::builder()
        .from(office.clone())
        .reply_to(office.clone())
        .to(Mailbox::new(named(&held.to_name), to))
        .subject(subject)
        .message_id(Some(held.message_id.clone()))
        .date(at)
        .header(AutoSubmitted)
        .header(SuppressAnswers)
        .multipart(parts)
        .map_err(|e| format!("it cannot be written: {e}"))?;
    let bytes = message.formatted();
    let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
    Ok(Composed { envelope: message.envelope().clone(), bytes, sha256 })
}
