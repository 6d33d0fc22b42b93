//! The real program as its own process, on a world's data: started, used through its pages, killed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::{Browser, TestWorld};

/// The program, serving; killed when it is dropped, so that a failed test leaves nothing running.
pub struct Served {
    pub child: Child,
    pub base: String,
}

impl Served {
    /// Serves a world.
    pub fn start(world: &TestWorld) -> Self {
        Self::start_under(&[], world.folder(), &world.database_address())
    }

    /// Serves a data folder under another program, such as a tracer: `prefix` is that program and its arguments.
    pub fn start_under(prefix: &[&str], folder: &Path, database: &str) -> Self {
        let mut child = program_under(prefix, folder, database, &SERVE)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("it says {line:?}")).to_owned();
        Self { child, base }
    }

    /// The jobs alone, with mail going to a server.
    pub fn worker(world: &TestWorld, mail: &str) -> Self {
        let mut child = program_under(&[], world.folder(), &world.database_address(), &["worker", "--mail", mail])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("working"), "it says {line:?}");
        Self { child, base: String::new() }
    }

    /// Sends a signal, such as `STOP`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "SIG{name} is sent");
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

// The folders of tests are small memory disks, of which no part is kept free.
const SERVE: [&str; 7] = ["serve", "--listen", "127.0.0.1:0", "--sign-in-limit", "1000000", "--upload-reserve", "0"];

fn program_under(prefix: &[&str], folder: &Path, database: &str, arguments: &[&str]) -> Command {
    let mut words = prefix.to_vec();
    words.push(env!("CARGO_BIN_EXE_evenhand"));
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).args(arguments).arg("--data").arg(folder).arg("--database-url").arg(database);
    command
}

/// Whether programs can be traced here; says so aloud when they cannot (some containers forbid it).
pub fn can_trace() -> bool {
    let traced =
        Command::new("strace").args(["-o", "/dev/null", "true"]).output().is_ok_and(|out| out.status.success());
    if !traced {
        eprintln!("NOT RUN: strace cannot trace a program here, so this test shows nothing");
    }
    traced
}

/// `evenhand audit verify` of a data folder.
pub fn verify(folder: &Path, database: &str) -> Output {
    program_under(&[], folder, database, &["audit", "verify"]).output().expect("the program runs")
}

/// A person's browser, signed in by mail that the running service sends itself.
pub fn sign_in(world: &TestWorld, base: &str, email: &str) -> Browser {
    let browser = Browser::new(base, base);
    // Receipts of the run before may come in between.
    let links = || world.mails_to(email).into_iter().filter(|mail| mail.contains("/sign-in/"));
    let before = links().count();
    browser.post("/sign-in", &[("email", email), ("to", "")]).expect_status(200);
    let mail = (0..600).find_map(|_| {
        sleep(Duration::from_millis(50));
        links().nth(before)
    });
    let mail = mail.unwrap_or_else(|| panic!("no link came to {email}"));
    let token = mail.split_once("/sign-in/").expect("a link").1;
    let token: String = token.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    browser.claim(&format!("/sign-in/{token}"));
    browser
}

/// Submits a draft through its pages; `Some` only when the receipt page was read to its end and names the reference.
pub fn submit(browser: &Browser, reference: &str) -> Option<()> {
    let path = format!("/applications/{reference}/check");
    let page = browser.try_send(browser.request(reqwest::Method::GET, &path)).ok()?;
    let (csrf, token) = (page.input("csrf")?, page.input("token")?);
    let reply = send_submission(browser, reference, &csrf, &token).ok()?;
    assert_eq!(reply.status, 303, "{reference}: {}", reply.words());
    let receipt = browser.try_send(browser.request(reqwest::Method::GET, &reply.location()?)).ok()?;
    assert_eq!(receipt.status, 200, "{reference}: {}", receipt.words());
    receipt.text().contains(reference).then_some(())
}

/// Presses the button of the check page whose tokens these are.
pub fn send_submission(browser: &Browser, reference: &str, csrf: &str, token: &str) -> reqwest::Result<super::Reply> {
    let fields = [
        ("csrf", csrf),
        ("token", token),
        ("name", "Ann Applicant"),
        ("role", "Treasurer"),
        ("authority", "yes"),
        ("confirmed", "yes"),
    ];
    let path = format!("/applications/{reference}/check");
    browser.try_send(browser.request(reqwest::Method::POST, &path).header("Origin", browser.origin()).form(&fields))
}
