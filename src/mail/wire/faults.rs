//! What went wrong, said so that an officer knows what happened and whoever runs the service knows which setting to look at.

use std::error::Error as _;
use std::io;

use lettre::Address;
use lettre::address::Envelope;
use lettre::transport::smtp::Error;

use super::NotDone;
use crate::base::text::clean_line;
use crate::config::{MailServer, MailTls};
use crate::mail::ending::{Ending, Fault, Told};

const MAIL: &str = "--mail (EVENHAND_MAIL)";
const AUTHORITY: &str = "--mail-authority (EVENHAND_MAIL_AUTHORITY)";
const OFFICE: &str = "--office-email (EVENHAND_OFFICE_EMAIL)";

/// What a server said, in one line that a table can hold.
pub(super) fn short(text: &str) -> String {
    clean_line(text).chars().take(500).collect()
}

/// The server's answer with its number, or the fault of the connection.
pub(super) fn said(error: &Error) -> String {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    match error.status() {
        Some(code) => short(&format!("{code} {cause}")),
        None if cause.is_empty() => short(&error.to_string()),
        None => short(&cause),
    }
}

fn code(error: &Error) -> u16 {
    error.status().map_or(0, u16::from)
}

fn is_timeout(error: &Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return matches!(io.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock);
        }
        source = cause.source();
    }
    false
}

fn place(server: &MailServer) -> String {
    format!("{}:{}", server.host, server.port)
}

fn waits(words: String, said: String, setting: &'static str, hint: &str) -> Ending {
    Ending::Waits(Told { words, said }, Fault { setting, hint: hint.to_owned() })
}

/// No connection, no greeting, or no encryption from the first byte.
pub(super) fn connecting(server: &MailServer, error: &Error) -> Ending {
    let (said, place) = (said(error), place(server));
    let text = said.to_lowercase();
    if text.contains("lookup address") || text.contains("resolve") || text.contains("name or service") {
        let words = format!("No machine is known by the name {}.", server.host);
        return waits(words, said, MAIL, "Check the name of the mail server, and that this machine can look names up.");
    }
    if text.contains("refused") {
        let words = format!("Nothing answers at {place}.");
        return waits(
            words,
            said,
            MAIL,
            "Check the port (587 for smtp://, 465 for smtps://), and that the mail server runs.",
        );
    }
    if is_timeout(error) {
        let words = format!("The mail server {place} does not answer.");
        let hint = "Check the host and the port, and that a firewall lets this machine through. smtps:// on a port \
                    that begins unencrypted waits for ever.";
        return waits(words, said, MAIL, hint);
    }
    if text.contains("certificate") {
        return certificate(server, said);
    }
    if error.is_transient() || error.is_permanent() {
        let words = format!("The mail server {place} does not serve us now.");
        return waits(words, said, MAIL, "Ask whoever runs the mail server whether this machine may use it.");
    }
    if server.tls == MailTls::Wrapped {
        let words = format!("The mail server {place} does not begin with encryption.");
        return waits(words, said, MAIL, "smtps:// is for port 465. For port 587 write smtp://…?tls=required.");
    }
    let words = format!("The mail server {place} closed the connection before it said anything.");
    waits(words, said, MAIL, "Check the port: 465 takes smtps://, 587 takes smtp://…?tls=required.")
}

fn certificate(server: &MailServer, said: String) -> Ending {
    let words = format!("The certificate of the mail server does not prove that it is {}.", server.host);
    let hint = "Write the name that the certificate bears into --mail. If your own authority signed it, give that \
                authority's certificate by --mail-authority.";
    waits(words, said, AUTHORITY, hint)
}

/// `STARTTLS` is not offered, or does not work.
pub(super) fn encrypting(server: &MailServer, error: &Error) -> Ending {
    let said = said(error);
    if error.is_client() {
        let words = format!("The mail server {} offers no encryption.", place(server));
        return waits(
            words,
            said,
            MAIL,
            "Nothing is sent unencrypted. Use a server with STARTTLS, or smtps:// on port 465.",
        );
    }
    if said.to_lowercase().contains("certificate") {
        return certificate(server, said);
    }
    let words = format!("The encryption with the mail server {} could not be begun.", place(server));
    waits(words, said, MAIL, "Ask whoever runs the mail server; it must offer TLS 1.2 or 1.3.")
}

/// The server does not take who we are.
pub(super) fn signing_in(server: &MailServer, user: &str, error: &Error) -> Ending {
    let said = said(error);
    let place = place(server);
    if error.is_client() {
        let words = format!("The mail server {place} offers no way to sign in that we know.");
        return waits(words, said, MAIL, "It must offer PLAIN or LOGIN; for an access token write auth=xoauth2.");
    }
    if error.is_permanent() {
        let words = format!("The mail server {place} refuses the user name or password of {user}.");
        let hint = "Check both. Signs such as @ : / % in them are written %40 %3A %2F %25.";
        return waits(words, said, MAIL, hint);
    }
    let words = format!("Signing in to the mail server {place} did not work now.");
    waits(words, said, MAIL, "It is tried again by itself.")
}

/// The connection broke; the message was not handed over.
pub(super) fn broken(server: &MailServer, said: &str) -> Ending {
    let words = "The connection to the mail server broke before the message was handed over.".to_owned();
    let hint = format!("It is tried again by itself. If it stays, ask whoever runs {}.", server.host);
    Ending::Broken(Told { words, said: short(said) }, Fault { setting: MAIL, hint })
}

/// No answer, or one without sense, after the final dot.
pub(super) fn unknown(server: &MailServer, said: &str) -> Ending {
    let words = format!(
        "The message was handed over, and {} did not say whether it took it. It may have arrived.",
        server.host
    );
    Ending::Unknown(Told { words, said: short(said) })
}

/// Who sends is named before whom: a refusal is about us, and every message would meet it.
pub(super) fn naming_sender(server: &MailServer, envelope: &Envelope, fault: &NotDone) -> Ending {
    let error = match fault {
        NotDone::Strange(said) => return broken(server, said),
        NotDone::Refused(error) => error,
    };
    if needs_sign_in(error) {
        return sign_in_wanted(server, error);
    }
    if error.is_permanent() {
        let from = envelope.from().map(ToString::to_string).unwrap_or_default();
        let words = format!("The mail server does not let us send as {from}.");
        let hint = "The office's address must be one that the user of --mail may send from.";
        return waits(words, said(error), OFFICE, hint);
    }
    later_or_broken(server, error)
}

pub(super) fn naming_recipient(server: &MailServer, to: &Address, fault: &NotDone) -> Ending {
    let error = match fault {
        NotDone::Strange(said) => return broken(server, said),
        NotDone::Refused(error) => error,
    };
    if needs_sign_in(error) {
        return sign_in_wanted(server, error);
    }
    if error.is_permanent() {
        let words = format!("The mail server refused the address {to}.");
        return Ending::Refused(Told { words, said: said(error) });
    }
    later_or_broken(server, error)
}

pub(super) fn announcing(server: &MailServer, error: &Error) -> Ending {
    if needs_sign_in(error) {
        return sign_in_wanted(server, error);
    }
    if error.is_permanent() { refusing(server, error) } else { later_or_broken(server, error) }
}

/// A clear no to the message itself.
pub(super) fn refusing(server: &MailServer, error: &Error) -> Ending {
    if error.is_permanent() {
        let words = "The mail server refused the message.".to_owned();
        return Ending::Refused(Told { words, said: said(error) });
    }
    later_or_broken(server, error)
}

fn later_or_broken(server: &MailServer, error: &Error) -> Ending {
    if error.is_transient() {
        let words = "The mail server did not take the message now, and asks to try again later.".to_owned();
        return Ending::Later(Told { words, said: said(error) });
    }
    broken(server, &said(error))
}

/// Answers by which a server says that it wants a password first.
fn needs_sign_in(error: &Error) -> bool {
    matches!(code(error), 530 | 534 | 535 | 538)
}

fn sign_in_wanted(server: &MailServer, error: &Error) -> Ending {
    let words = format!("The mail server {} wants a user name and password.", place(server));
    waits(words, said(error), MAIL, "Write them into the address: smtp://user:password@host:587?tls=required.")
}
