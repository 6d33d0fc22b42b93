//! Settings, parsed once into typed values; every fault is named at once.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

pub use self::mail::{MailServer, MailSignIn, MailTls};
use crate::db::DbUrl;
use crate::files::scanner::ScannerAddress;

mod mail;

/// Settings of the commands that touch data. Each is a flag and an environment variable.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// Folder that holds the database, kept files, keys, checkpoints and mail
    #[arg(long, env = "EVENHAND_DATA", default_value = "data", value_name = "DIR")]
    pub data: PathBuf,
    /// Database: sqlite:PATH or postgres://… [default: evenhand.sqlite3 in the data folder]
    #[arg(long, env = "EVENHAND_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Folder of the keys; keep it off the database's machine or disk where you can [default: keys/ in the data folder]
    #[arg(long, env = "EVENHAND_KEYS", value_name = "DIR")]
    pub keys: Option<PathBuf>,
    /// Folder of the signed checkpoints; best on another machine [default: checkpoints/ in the data folder]
    #[arg(long, env = "EVENHAND_CHECKPOINTS", value_name = "DIR")]
    pub checkpoints: Option<PathBuf>,
}

/// Settings of the web service.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Where the data is
    #[command(flatten)]
    pub data: DataArgs,
    /// Address to listen on
    #[arg(long, env = "EVENHAND_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// The address people use; https unless it is this machine [default: http://LISTEN]
    #[arg(long, env = "EVENHAND_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// How mail leaves: file (into mail/ of the data folder), smtp://user:password@host:587?tls=required or smtps://…
    #[arg(long, env = "EVENHAND_MAIL", default_value = "file", value_name = "URL", hide_env_values = true)]
    pub mail: String,
    /// Certificates (PEM) of the authority that signed the mail server's, besides those that the system trusts
    #[arg(long, env = "EVENHAND_MAIL_AUTHORITY", value_name = "FILE")]
    pub mail_authority: Option<PathBuf>,
    /// Name the letter in the subject of the mail that tells of it (which may tell the outcome to whoever sees the screen)
    #[arg(long, env = "EVENHAND_MAIL_OUTCOME")]
    pub mail_outcome: bool,
    /// The service's name
    #[arg(long, env = "EVENHAND_SERVICE_NAME", default_value = "Commissioner's Safety Fund", value_name = "NAME")]
    pub service_name: String,
    /// The office's name
    #[arg(
        long,
        env = "EVENHAND_OFFICE_NAME",
        default_value = "Office of the Police and Crime Commissioner for Leicestershire",
        value_name = "NAME"
    )]
    pub office_name: String,
    /// The office's postal address, lines separated by semicolons
    #[arg(
        long,
        env = "EVENHAND_OFFICE_ADDRESS",
        default_value = "Police Headquarters;St Johns;Enderby;Leicester LE19 2BX",
        value_name = "LINES"
    )]
    pub office_address: String,
    /// The office's e-mail address; mail comes from it
    #[arg(long, env = "EVENHAND_OFFICE_EMAIL", default_value = "grants@opcc.example", value_name = "EMAIL")]
    pub office_email: String,
    /// The office's telephone number
    #[arg(long, env = "EVENHAND_OFFICE_PHONE", default_value = "0116 496 0000", value_name = "NUMBER")]
    pub office_phone: String,
    /// Who deals with complaints, as a letter names them
    #[arg(long, env = "EVENHAND_OFFICE_COMPLAINTS", default_value = "the Chief Executive", value_name = "WHO")]
    pub office_complaints: String,
    /// Tries to sign in that one caller may make in a minute
    #[arg(long, env = "EVENHAND_SIGN_IN_LIMIT", default_value_t = 30, value_name = "COUNT")]
    pub sign_in_limit: u32,
    /// A proxy of yours stands in front and sets X-Forwarded-For: its last address is who calls
    #[arg(long, env = "EVENHAND_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// Child processes that set letters
    #[arg(long, env = "EVENHAND_RENDERERS", default_value_t = 1, value_name = "COUNT")]
    pub renderers: usize,
    /// A ClamAV service that checks every upload: unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310 [default: none]
    #[arg(long, env = "EVENHAND_CLAMD", value_name = "ADDRESS")]
    pub clamd: Option<String>,
    /// Per cent of the disk that uploads leave free, so that answers and submissions can always be stored
    #[arg(long, env = "EVENHAND_UPLOAD_RESERVE", default_value_t = 10, value_name = "PERCENT")]
    pub upload_reserve: u8,
}

/// How mail leaves.
#[derive(Clone)]
pub enum MailRoute {
    /// As files that a mail program opens.
    File,
    /// Through a mail server.
    Smtp(Box<MailServer>),
}

impl std::fmt::Debug for MailRoute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::File => "file",
            Self::Smtp(_) => "smtp",
        })
    }
}

/// The office, as pages and letters name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// Name.
    pub name: String,
    /// Postal address, a line each.
    pub address: Vec<String>,
    /// E-mail.
    pub email: String,
    /// Telephone.
    pub phone: String,
    /// Who deals with complaints, as in "the Chief Executive".
    pub complaints: String,
}

/// Where the data is, parsed.
#[derive(Debug, Clone)]
pub struct DataSettings {
    /// The folder.
    pub data: PathBuf,
    /// The database.
    pub database: DbUrl,
    /// Keys.
    pub keys: PathBuf,
    /// Checkpoints.
    pub checkpoints: PathBuf,
}

/// All settings, parsed.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the data is.
    pub data: DataSettings,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// The address people use, without a slash at the end.
    pub public_url: url::Url,
    /// How mail leaves.
    pub mail: MailRoute,
    /// Whether the subject of a mail may name the letter that it tells of.
    pub mail_outcome: bool,
    /// The service's name.
    pub service_name: String,
    /// The office.
    pub office: Office,
    /// Tries to sign in a minute.
    pub sign_in_limit: u32,
    /// Whether a proxy of ours stands in front.
    pub behind_proxy: bool,
    /// Child processes that set letters.
    pub renderers: usize,
    /// Where uploads are checked for viruses; none checks nothing.
    pub clamd: Option<ScannerAddress>,
    /// Per cent of the disk that uploads leave free.
    pub upload_reserve: u8,
    /// Whether the data is a demonstration.
    pub demo: bool,
}

impl DataArgs {
    /// Parses them.
    ///
    /// # Errors
    /// Every fault.
    pub fn parse(&self) -> Result<DataSettings, Vec<String>> {
        let database = match &self.database_url {
            Some(url) => DbUrl::parse(url).map_err(|fault| vec![format!("--database-url: {fault}")])?,
            None => DbUrl::in_folder(&self.data),
        };
        Ok(DataSettings {
            database,
            keys: self.keys.clone().unwrap_or_else(|| self.data.join("keys")),
            checkpoints: self.checkpoints.clone().unwrap_or_else(|| self.data.join("checkpoints")),
            data: self.data.clone(),
        })
    }
}

impl ServeArgs {
    /// Parses them.
    ///
    /// # Errors
    /// Every fault, each naming its setting.
    pub fn parse(&self) -> Result<Settings, Vec<String>> {
        let mut faults = Vec::new();
        let data = self.data.parse().map_err(|found| faults.extend(found)).ok();
        let public_url = parse_public_url(self, &mut faults);
        let mail = parse_mail(self, &mut faults);
        if crate::base::email::EmailAddress::parse(&self.office_email).is_err() {
            faults.push(format!("--office-email: {} is no e-mail address", self.office_email));
        }
        if self.renderers == 0 || self.renderers > 16 {
            faults.push("--renderers: choose 1 to 16".to_owned());
        }
        if self.upload_reserve > 90 {
            faults.push("--upload-reserve: choose 0 to 90".to_owned());
        }
        let clamd = match self.clamd.as_deref().map(ScannerAddress::parse).transpose() {
            Ok(clamd) => clamd,
            Err(fault) => {
                faults.push(format!("--clamd: {fault}"));
                None
            }
        };
        match (data, public_url, mail) {
            (Some(data), Some(public_url), Some(mail)) if faults.is_empty() => Ok(Settings {
                data,
                listen: self.listen,
                public_url,
                mail,
                mail_outcome: self.mail_outcome,
                service_name: self.service_name.clone(),
                office: Office {
                    name: self.office_name.clone(),
                    address: self
                        .office_address
                        .split(';')
                        .map(|line| line.trim().to_owned())
                        .filter(|line| !line.is_empty())
                        .collect(),
                    email: self.office_email.clone(),
                    phone: self.office_phone.clone(),
                    complaints: self.office_complaints.clone(),
                },
                sign_in_limit: self.sign_in_limit,
                behind_proxy: self.behind_proxy,
                renderers: self.renderers,
                clamd,
                upload_reserve: self.upload_reserve,
                demo: false,
            }),
            _ => Err(faults),
        }
    }
}

fn parse_public_url(args: &ServeArgs, faults: &mut Vec<String>) -> Option<url::Url> {
    let text = args.public_url.clone().unwrap_or_else(|| format!("http://{}", args.listen));
    let parsed = url::Url::parse(&text).ok().filter(|url| url.host_str().is_some() && url.path() == "/");
    match parsed {
        Some(url) if url.scheme() == "https" => Some(url),
        Some(url) if url.scheme() == "http" && is_loopback(&url) => Some(url),
        Some(_) => {
            faults.push("--public-url: must begin with https:// unless it is this machine".to_owned());
            None
        }
        None => {
            faults.push(format!("--public-url: {text} is no address like https://grants.example.org"));
            None
        }
    }
}

fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn parse_mail(args: &ServeArgs, faults: &mut Vec<String>) -> Option<MailRoute> {
    if args.mail == "file" {
        return Some(MailRoute::File);
    }
    let server = MailServer::parse(&args.mail).map_err(|fault| faults.push(format!("--mail: {fault}"))).ok()?;
    let server = match &args.mail_authority {
        None => server,
        Some(file) => server.trusting(file).map_err(|fault| faults.push(format!("--mail-authority: {fault}"))).ok()?,
    };
    Some(MailRoute::Smtp(Box::new(server)))
}

impl Settings {
    /// Whether people reach the service by https.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// The public address's origin: scheme, host and port.
    #[must_use]
    pub fn public_origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// A public address of ours, for mail.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_origin())
    }

    /// The mail server, where mail leaves by one.
    #[must_use]
    pub fn smtp(&self) -> Option<&MailServer> {
        match &self.mail {
            MailRoute::File => None,
            MailRoute::Smtp(server) => Some(server),
        }
    }
}
