//! A ClamAV service that looks for viruses. It may hang, die or answer nonsense: a file is clean only when it says so.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clamav_client::TransportProtocol;

use super::{FileStore, is_name};

/// How long a scan may take in all.
const WALL: Duration = Duration::from_secs(120);
/// How long one step of the conversation may take.
const STEP: Duration = Duration::from_secs(30);
/// Bytes that an answer may have.
const MOST_ANSWER: usize = 4096;

/// Where the service listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScannerAddress {
    /// A socket on this machine.
    Unix(PathBuf),
    /// Host and port.
    Tcp(String),
}

impl ScannerAddress {
    /// Reads `unix:/path` or `tcp:host:port`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fault = || format!("{text} is no address like unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310");
        if let Some(path) = text.strip_prefix("unix:") {
            return if path.starts_with('/') { Ok(Self::Unix(path.into())) } else { Err(fault()) };
        }
        let address = text.strip_prefix("tcp:").map(|rest| rest.trim_start_matches('/')).ok_or_else(fault)?;
        match address.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(Self::Tcp(address.to_owned())),
            _ => Err(fault()),
        }
    }
}

/// What the service says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// Something was found, of this name.
    Infected(String),
}

/// Asks the service.
#[derive(Debug, Clone)]
pub struct Scanner {
    address: ScannerAddress,
    step: Duration,
}

impl Scanner {
    /// A scanner at an address.
    #[must_use]
    pub const fn new(address: ScannerAddress) -> Self {
        Self { address, step: STEP }
    }

    /// The same with less patience, for tests.
    #[must_use]
    pub const fn with_patience(mut self, step: Duration) -> Self {
        self.step = step;
        self
    }

    /// Has a kept file looked at.
    ///
    /// # Errors
    /// When the file is not there, or the service does not answer clearly: then nothing is known of the file.
    pub fn scan(&self, files: &FileStore, sha256: &str) -> io::Result<Verdict> {
        if !is_name(sha256) {
            return Err(io::Error::other("no name of a kept file"));
        }
        let line = Line { address: &self.address, step: self.step };
        let answer = clamav_client::scan_file(files.path(sha256), line, Some(64 * 1024))?;
        understand(&answer)
    }
}

/// `stream: OK`, or `stream: NAME FOUND`; all else is no answer.
fn understand(answer: &[u8]) -> io::Result<Verdict> {
    let unclear = || io::Error::other(format!("the virus scanner answered {:?}", String::from_utf8_lossy(answer)));
    let text = std::str::from_utf8(answer).map_err(|_| unclear())?;
    // One answer, ended by one NUL: two answers in one are none.
    let text = text.strip_suffix('\0').filter(|text| !text.contains('\0')).ok_or_else(unclear)?;
    let said = text.trim().strip_prefix("stream: ").ok_or_else(unclear)?;
    if said == "OK" {
        return Ok(Verdict::Clean);
    }
    match said.strip_suffix(" FOUND") {
        Some(name) if !name.trim().is_empty() => {
            let name = name.chars().filter(|c| c.is_ascii_graphic()).take(120).collect();
            Ok(Verdict::Infected(name))
        }
        _ => Err(unclear()),
    }
}

/// How the service is reached, with limits of time and size on everything.
#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    address: &'a ScannerAddress,
    step: Duration,
}

impl TransportProtocol for Line<'_> {
    type Stream = Limited;

    fn connect(&self) -> io::Result<Limited> {
        let socket = match self.address {
            ScannerAddress::Unix(path) => Socket::Unix(UnixStream::connect(path)?),
            ScannerAddress::Tcp(address) => {
                let address = address.to_socket_addrs()?.next().ok_or_else(|| io::Error::other("no such host"))?;
                Socket::Tcp(TcpStream::connect_timeout(&address, self.step)?)
            }
        };
        match &socket {
            Socket::Unix(socket) => {
                socket.set_read_timeout(Some(self.step))?;
                socket.set_write_timeout(Some(self.step))?;
            }
            Socket::Tcp(socket) => {
                socket.set_read_timeout(Some(self.step))?;
                socket.set_write_timeout(Some(self.step))?;
            }
        }
        Ok(Limited { socket, began: Instant::now(), left: MOST_ANSWER })
    }
}

#[derive(Debug)]
enum Socket {
    Unix(UnixStream),
    Tcp(TcpStream),
}

#[derive(Debug)]
struct Limited {
    socket: Socket,
    began: Instant,
    left: usize,
}

impl Limited {
    fn in_time(&self) -> io::Result<()> {
        if self.began.elapsed() > WALL { Err(io::Error::from(io::ErrorKind::TimedOut)) } else { Ok(()) }
    }
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.in_time()?;
        let count = match &mut self.socket {
            Socket::Unix(socket) => socket.read(buffer),
            Socket::Tcp(socket) => socket.read(buffer),
        }?;
        self.left = self.left.checked_sub(count).ok_or_else(|| io::Error::other("the virus scanner does not stop"))?;
        Ok(count)
    }
}

impl Write for Limited {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.in_time()?;
        match &mut self.socket {
            Socket::Unix(socket) => socket.write(buffer),
            Socket::Tcp(socket) => socket.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_answer_counts() {
        assert_eq!(understand(b"stream: OK\0").unwrap(), Verdict::Clean);
        assert_eq!(understand(b"stream: Eicar-Test FOUND\0").unwrap(), Verdict::Infected("Eicar-Test".to_owned()));
        for answer in [
            &b""[..],
            b"OK",
            b"stream: NOT OK\0",
            b"stream: FOUND\0",
            b"stream:  FOUND\0",
            b"INSTREAM size limit exceeded. ERROR\0",
            b"stream: OK\0stream: X FOUND\0",
            b"\xff\xfe",
        ] {
            assert!(understand(answer).is_err(), "{answer:?}");
        }
    }

    #[test]
    fn an_address_is_a_socket_or_a_host() {
        assert_eq!(ScannerAddress::parse("unix:/run/x"), Ok(ScannerAddress::Unix("/run/x".into())));
        assert_eq!(ScannerAddress::parse("tcp:localhost:3310"), Ok(ScannerAddress::Tcp("localhost:3310".to_owned())));
        assert_eq!(ScannerAddress::parse("tcp://[::1]:3310"), Ok(ScannerAddress::Tcp("[::1]:3310".to_owned())));
        for text in ["", "unix:run", "tcp:localhost", "tcp::3310", "localhost:3310", "tcp:localhost:99999"] {
            assert!(ScannerAddress::parse(text).is_err(), "{text}");
        }
    }
}
