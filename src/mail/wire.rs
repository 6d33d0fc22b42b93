//! The conversation with the mail server, step by step: where it broke decides what may have happened to the message.

mod faults;

use std::cell::Cell;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lettre::Address;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};
use secrecy::ExposeSecret;

use super::compose::Composed;
use super::ending::{Ending, Told};
use crate::config::{MailServer, MailTls};

/// How long we wait for the server.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a connection, and for the answer to a command.
    pub command: Duration,
    /// For the answer to the final dot: impatience here makes messages uncertain (RFC 5321, 4.5.3.2.6).
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { command: Duration::from_secs(60), answer: Duration::from_secs(240) }
    }
}

/// A mail server, and the connection to it while there is more to send.
pub struct Wire {
    server: MailServer,
    tls: Option<TlsParameters>,
    hello: ClientId,
    patience: Patience,
    open: Mutex<Option<SmtpConnection>>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Wire({}:{})", self.server.host, self.server.port)
    }
}

impl Wire {
    /// A server that is not yet spoken to.
    ///
    /// # Errors
    /// When its name, or the authority's certificate, cannot be used for encryption.
    pub fn new(server: &MailServer, patience: Patience) -> Result<Self, String> {
        let tls = match server.tls {
            MailTls::Never => None,
            MailTls::Start | MailTls::Wrapped => {
                let mut parameters = TlsParameters::builder(server.host.clone());
                if let Some(pem) = &server.authority {
                    let certificate = Certificate::from_pem(pem).map_err(|e| format!("--mail-authority: {e}"))?;
                    parameters = parameters.add_root_certificate(certificate);
                }
                Some(parameters.build().map_err(|e| format!("--mail: {e}"))?)
            }
        };
        let hello = server.hello.clone().map(ClientId::Domain).unwrap_or_default();
        Ok(Self { server: server.clone(), tls, hello, patience, open: Mutex::new(None) })
    }

    fn kept(&self) -> MutexGuard<'_, Option<SmtpConnection>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says goodbye, when nothing more is to be sent now.
    pub fn rest(&self) {
        let kept = self.kept().take();
        if let Some(mut connection) = kept {
            // Whether the server says goodbye too makes no difference.
            let _ = connection.quit();
        }
    }

    /// Sends one message. `hand_over` is asked once, right before the first byte of the content leaves, and nothing leaves when it
    /// says no.
    pub fn send(&self, message: &Composed, hand_over: &mut dyn FnMut() -> bool) -> Ending {
        let mut connection = match self.begin(&message.envelope) {
            Ok(connection) => connection,
            Err(ending) => return ending,
        };
        if let Err(ending) = self.announce(&mut connection, &message.envelope) {
            if matches!(ending, Ending::Refused(_) | Ending::Later(_)) {
                self.keep_after_refusal(connection);
            }
            return ending;
        }
        if !hand_over() {
            // Closed within DATA: by RFC 5321 the server drops what it has, which is nothing.
            return Ending::Lost;
        }
        self.content(connection, &message.bytes)
    }

    /// A connection on which the sender is named. One that was kept from the message before may be gone: then a new one.
    fn begin(&self, envelope: &Envelope) -> Result<SmtpConnection, Ending> {
        let kept = self.kept().take();
        if let Some(mut connection) = kept
            && self.name_sender(&mut connection, envelope).is_ok()
        {
            return Ok(connection);
        }
        let mut connection = self.connect()?;
        self.name_sender(&mut connection, envelope)?;
        Ok(connection)
    }

    fn connect(&self) -> Result<SmtpConnection, Ending> {
        let MailServer { host, port, tls, sign_in, .. } = &self.server;
        let at_once = if *tls == MailTls::Wrapped { self.tls.as_ref() } else { None };
        let address = (host.as_str(), *port);
        let mut connection = SmtpConnection::connect(address, Some(self.patience.command), &self.hello, at_once, None)
            .map_err(|error| faults::connecting(&self.server, &error))?;
        if *tls == MailTls::Start
            && let Some(parameters) = &self.tls
        {
            connection.starttls(parameters, &self.hello).map_err(|error| faults::encrypting(&self.server, &error))?;
        }
        if let Some(sign_in) = sign_in {
            let mechanisms =
                if sign_in.token { vec![Mechanism::Xoauth2] } else { vec![Mechanism::Plain, Mechanism::Login] };
            let credentials = Credentials::new(sign_in.user.clone(), sign_in.password.expose_secret().to_owned());
            connection
                .auth(&mechanisms, &credentials)
                .map_err(|error| faults::signing_in(&self.server, &sign_in.user, &error))?;
        }
        Ok(connection)
    }

    fn name_sender(&self, connection: &mut SmtpConnection, envelope: &Envelope) -> Result<(), Ending> {
        let mut options = Vec::new();
        let plain = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
        if !envelope.to().iter().chain(envelope.from()).all(plain) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Ending::Refused(Told {
                    words: "The mail server does not take addresses with letters beyond a to z.".to_owned(),
                    said: String::new(),
                }));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        let answer = connection.command(Mail::new(envelope.from().cloned(), options));
        completed(answer).map_err(|error| faults::naming_sender(&self.server, envelope, &error))
    }

    /// Names the recipient and asks to send the content.
    fn announce(&self, connection: &mut SmtpConnection, envelope: &Envelope) -> Result<(), Ending> {
        for to in envelope.to() {
            let answer = connection.command(Rcpt::new(to.clone(), Vec::new()));
            completed(answer).map_err(|error| faults::naming_recipient(&self.server, to, &error))?;
        }
        match connection.command(Data) {
            Ok(response) if response.code().severity == Severity::PositiveIntermediate => Ok(()),
            Ok(response) => Err(faults::broken(&self.server, &said(&response))),
            Err(error) => Err(faults::announcing(&self.server, &error)),
        }
    }

    /// The content, the final dot and the answer. The dot is written when the content's last part has been: before that nothing
    /// can have arrived, after it everything can.
    fn content(&self, mut connection: SmtpConnection, bytes: &[u8]) -> Ending {
        if connection.set_timeout(Some(self.patience.answer)).is_err() {
            return faults::broken(&self.server, "the connection is gone");
        }
        let dot = Cell::new(false);
        let parts = std::iter::once(bytes).chain(std::iter::from_fn(|| {
            dot.set(true);
            None
        }));
        match connection.message_iter(parts) {
            Ok(response) if response.code().severity == Severity::PositiveCompletion => {
                let words = "The mail server took the message.".to_owned();
                let told = Told { words, said: said(&response) };
                if connection.set_timeout(Some(self.patience.command)).is_ok() {
                    *self.kept() = Some(connection);
                }
                Ending::Sent(told)
            }
            Ok(response) => faults::unknown(&self.server, &said(&response)),
            Err(error) if error.is_transient() || error.is_permanent() => {
                self.keep_after_refusal(connection);
                faults::refusing(&self.server, &error)
            }
            Err(error) if !dot.get() => faults::broken(&self.server, &faults::said(&error)),
            Err(error) => faults::unknown(&self.server, &faults::said(&error)),
        }
    }

    /// The server is well and refused one message alone: the next goes over the same connection.
    fn keep_after_refusal(&self, mut connection: SmtpConnection) {
        if connection.set_timeout(Some(self.patience.command)).is_ok() && completed(connection.command(Rset)).is_ok() {
            *self.kept() = Some(connection);
        }
    }
}

/// Why a command was not done.
enum NotDone {
    Refused(lettre::transport::smtp::Error),
    /// An answer that is neither yes nor no.
    Strange(String),
}

fn completed(answer: Result<Response, lettre::transport::smtp::Error>) -> Result<(), NotDone> {
    match answer {
        Ok(response) if response.code().severity == Severity::PositiveCompletion => Ok(()),
        Ok(response) => Err(NotDone::Strange(said(&response))),
        Err(error) => Err(NotDone::Refused(error)),
    }
}

fn said(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    faults::short(&format!("{} {}", response.code(), lines.join(" ")))
}
