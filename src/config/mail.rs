//! The mail server's address: `smtp://user:password@host:587?tls=required`, parsed once.

use std::net::IpAddr;
use std::path::Path;

use secrecy::SecretString;
use url::Url;
use url::form_urlencoded;

/// How the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// Not at all: a mail server on this machine.
    Never,
    /// From `STARTTLS` on, or no mail leaves.
    Start,
    /// From the first byte on.
    Wrapped,
}

/// Who we are to the mail server.
#[derive(Debug, Clone)]
pub struct MailSignIn {
    /// The user's name.
    pub user: String,
    /// The password, or the access token.
    pub password: SecretString,
    /// Whether it is an access token (XOAUTH2).
    pub token: bool,
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// Its name or number.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: MailTls,
    /// Who we are to it.
    pub sign_in: Option<MailSignIn>,
    /// The name by which we greet it; none takes this machine's.
    pub hello: Option<String>,
    /// Certificates (PEM) of the authority that signed the server's, besides those of the system.
    pub authority: Option<Vec<u8>>,
}

impl MailServer {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it, with a hint.
    pub fn parse(text: &str) -> Result<Self, String> {
        let like = "must be `file` or an address like smtp://user:password@host:587?tls=required";
        let url = Url::parse(text).map_err(|_| like.to_owned())?;
        if !matches!(url.scheme(), "smtp" | "smtps") {
            return Err(like.to_owned());
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| like.to_owned())?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let (mut tls, mut auth) = (None, None);
        for (key, value) in url.query_pairs() {
            match key.as_ref() {
                "tls" => tls = Some(value.into_owned()),
                "auth" => auth = Some(value.into_owned()),
                other => return Err(format!("does not know `{other}`; after the ? stand tls=… and auth=… alone")),
            }
        }
        let (tls, port) = encryption(url.scheme(), tls.as_deref(), is_this_machine(&host))?;
        let token = match auth.as_deref() {
            None | Some("password") => false,
            Some("xoauth2") => true,
            Some(other) => return Err(format!("auth={other} is neither password nor xoauth2")),
        };
        let sign_in = url.password().map(|password| MailSignIn {
            user: decoded(url.username()),
            password: decoded(password).into(),
            token,
        });
        if sign_in.is_none() && !url.username().is_empty() {
            return Err("names a user without a password; write user:password@host".to_owned());
        }
        let hello = Some(url.path().trim_matches('/').to_owned()).filter(|name| !name.is_empty());
        Ok(Self { host, port: url.port().unwrap_or(port), tls, sign_in, hello, authority: None })
    }

    /// Trusts the authority whose certificates are in a file too.
    ///
    /// # Errors
    /// When there are none.
    pub fn trusting(mut self, file: &Path) -> Result<Self, String> {
        let pem = std::fs::read(file).map_err(|e| format!("{} cannot be read: {e}", file.display()))?;
        if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
            return Err(format!("{} holds no certificate; it must be a PEM file", file.display()));
        }
        self.authority = Some(pem);
        Ok(self)
    }
}

/// Mail that leaves this machine is encrypted, always.
fn encryption(scheme: &str, tls: Option<&str>, here: bool) -> Result<(MailTls, u16), String> {
    match (scheme, tls) {
        ("smtps", None | Some("required")) => Ok((MailTls::Wrapped, 465)),
        ("smtp", Some("required")) => Ok((MailTls::Start, 587)),
        ("smtp", None | Some("none")) if here => Ok((MailTls::Never, 25)),
        ("smtp", None | Some("none")) => {
            Err("would send mail unencrypted over the network: add ?tls=required (port 587), \
             or write smtps:// (port 465)"
                .to_owned())
        }
        (_, Some(other)) => Err(format!("tls={other} cannot be; write tls=required")),
        (other, None) => Err(format!("{other}:// is no mail server's address")),
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A name or password of an address, its `%40` written out.
fn decoded(text: &str) -> String {
    let kept = text.replace('&', "%26").replace('+', "%2B");
    form_urlencoded::parse(format!("v={kept}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn an_address_is_read_and_its_password_is_not_shown() {
        let server =
            MailServer::parse("smtp://grants%40office.example:p+a=s%26s@mail.office.example?tls=required").unwrap();
        assert_eq!((server.host.as_str(), server.port, server.tls), ("mail.office.example", 587, MailTls::Start));
        let sign_in = server.sign_in.clone().unwrap();
        assert_eq!((sign_in.user.as_str(), sign_in.password.expose_secret()), ("grants@office.example", "p+a=s&s"));
        assert!(!format!("{server:?}").contains("p+a"));
        assert_eq!(MailServer::parse("smtps://mail.office.example").unwrap().port, 465);
        assert_eq!(MailServer::parse("smtp://[::1]:2525").unwrap().host, "::1");
        assert!(MailServer::parse("smtps://u:t@mail.example?auth=xoauth2").unwrap().sign_in.unwrap().token);
    }

    #[test]
    fn mail_never_leaves_the_machine_unencrypted() {
        for text in ["smtp://mail.office.example", "smtp://mail.office.example:587?tls=none", "smtp://10.0.0.1"] {
            assert!(MailServer::parse(text).unwrap_err().contains("unencrypted"), "{text}");
        }
        assert!(MailServer::parse("smtp://mail.example?tls=opportunistic").unwrap_err().contains("tls=required"));
        assert_eq!(MailServer::parse("smtp://127.0.0.1:25").unwrap().tls, MailTls::Never);
    }

    #[test]
    fn what_is_no_address_is_said() {
        for text in [
            "",
            "mail",
            "http://mail.example",
            "smtp://",
            "smtp://user@mail.example?tls=required",
            "smtps://m.example?x=1",
        ] {
            assert!(MailServer::parse(text).is_err(), "{text}");
        }
    }
}
