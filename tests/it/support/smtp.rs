//! A mail server that does what a test tells it, at the very step it tells: it refuses, hangs, breaks off, keeps a message and dies
//! before it says so. And a real one (aiosmtpd, from Debian) for what only a real one proves.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use data_encoding::{BASE64, HEXLOWER};
use evenhand::config::MailServer;
use sha2::{Digest, Sha256};

/// A step of the conversation, at which something can be told to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    Greeting,
    Hello,
    StartTls,
    SignIn,
    Sender,
    Recipient,
    Data,
    /// The first line of the content has come.
    Content,
    /// The final dot has come.
    Dot,
}

/// What happens at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// This answer, and the conversation goes on.
    Answer(&'static str),
    /// The connection is closed.
    Close,
    /// At the dot: the message is kept, and then the connection is closed.
    KeepAndClose,
    /// Nothing more comes until the client goes.
    Hang,
    /// The answer comes in pieces, a byte at a time.
    Slow,
}

/// What became of one message that came whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub message_id: String,
    pub to: String,
    pub content: String,
    pub sha256: String,
    /// Whether the server kept it.
    pub kept: bool,
    /// Whether it said yes.
    pub answered: bool,
}

/// A stop at a step: the test is told that it is reached and says when it goes on.
pub struct Stop {
    pub step: Step,
    /// How often the step passes before.
    pub after: usize,
    /// At the dot: whether the message is kept first.
    pub keep: bool,
    reached: mpsc::Sender<()>,
    go: mpsc::Receiver<()>,
}

/// The test's side of a stop.
pub struct Held {
    reached: mpsc::Receiver<()>,
    pub go: mpsc::Sender<()>,
}

impl Held {
    /// Waits until the step is reached.
    pub fn wait(&self) {
        self.reached.recv_timeout(Duration::from_secs(120)).expect("the step is reached");
    }
}

type Decide = Box<dyn FnMut(Step) -> Option<Fault> + Send>;

struct Shared {
    decide: Mutex<Decide>,
    stop: Mutex<Option<Stop>>,
    taken: Mutex<Vec<Taken>>,
    /// Messages whose content had begun to come when the connection was closed by us.
    cut: Mutex<Vec<String>>,
    reached: Mutex<Vec<Step>>,
    password: Option<(String, String)>,
    offers_tls: bool,
    ended: AtomicBool,
}

/// The server.
pub struct Scripted {
    pub port: u16,
    shared: Arc<Shared>,
}

impl Scripted {
    /// A server that takes everything.
    pub fn start() -> Self {
        Self::with(None, false)
    }

    /// One that wants a password, or offers an encryption that it does not have.
    pub fn with(password: Option<(&str, &str)>, offers_tls: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            decide: Mutex::new(Box::new(|_| None)),
            stop: Mutex::new(None),
            taken: Mutex::default(),
            cut: Mutex::default(),
            reached: Mutex::default(),
            password: password.map(|(user, word)| (user.to_owned(), word.to_owned())),
            offers_tls,
            ended: AtomicBool::new(false),
        });
        let theirs = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if theirs.ended.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&theirs);
                std::thread::spawn(move || {
                    let quiet = stream.try_clone().expect("a socket has two sides");
                    // A client that vanishes in the midst is what half of the tests are about.
                    let _ = Talk { shared: &shared, stream, bytes: BufReader::new(quiet), to: String::new() }.run();
                });
            }
        });
        Self { port, shared }
    }

    /// Its address, with nothing more.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub fn server(&self) -> MailServer {
        MailServer::parse(&self.url()).unwrap()
    }

    /// What happens at each step from now on.
    pub fn decide(&self, decide: impl FnMut(Step) -> Option<Fault> + Send + 'static) {
        *self.shared.decide.lock().unwrap() = Box::new(decide);
    }

    /// These faults, once each and in this order; else it takes everything.
    pub fn script(&self, faults: &[(Step, Fault)]) {
        let mut left: VecDeque<(Step, Fault)> = faults.to_vec().into();
        self.decide(move |step| {
            if left.front().is_some_and(|(at, _)| *at == step) {
                left.pop_front().map(|(_, fault)| fault)
            } else {
                None
            }
        });
    }

    /// Stops once at a step.
    pub fn stop_at(&self, step: Step, after: usize, keep: bool) -> Held {
        let (tell, reached) = mpsc::channel();
        let (go, wait) = mpsc::channel();
        *self.shared.stop.lock().unwrap() = Some(Stop { step, after, keep, reached: tell, go: wait });
        Held { reached, go }
    }

    /// Every message that came whole, in order.
    pub fn taken(&self) -> Vec<Taken> {
        self.shared.taken.lock().unwrap().clone()
    }

    /// Every message that it kept.
    pub fn kept(&self) -> Vec<Taken> {
        self.taken().into_iter().filter(|taken| taken.kept).collect()
    }

    /// Addressees of messages that were cut off within their content.
    pub fn cut(&self) -> Vec<String> {
        self.shared.cut.lock().unwrap().clone()
    }

    /// How often a step was reached.
    pub fn reached(&self, step: Step) -> usize {
        self.shared.reached.lock().unwrap().iter().filter(|reached| **reached == step).count()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for callers.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// The conversation is over.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

struct Talk<'a> {
    shared: &'a Shared,
    stream: TcpStream,
    bytes: BufReader<TcpStream>,
    to: String,
}

impl Talk<'_> {
    fn run(mut self) -> Result<(), Over> {
        self.step(Step::Greeting, "220 mail.test ESMTP")?;
        loop {
            let line = self.line()?;
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" | "HELO" => self.hello()?,
                "STARTTLS" => {
                    self.step(Step::StartTls, "220 go ahead")?;
                    // It offered what it does not have: what comes now is no handshake.
                    self.say("500 what?")?;
                    return self.close();
                }
                "AUTH" => self.sign_in(&line)?,
                "MAIL" => self.step(Step::Sender, "250 2.1.0 ok")?,
                "RCPT" => {
                    self.to =
                        line.split_once('<').map(|(_, rest)| rest.trim_end_matches('>').to_owned()).unwrap_or_default();
                    self.step(Step::Recipient, "250 2.1.5 ok")?;
                }
                "DATA" => self.data()?,
                "RSET" | "NOOP" => self.say("250 2.0.0 ok")?,
                "QUIT" => {
                    self.say("221 2.0.0 bye")?;
                    return self.close();
                }
                _ => self.say("502 5.5.2 what?")?,
            }
        }
    }

    fn hello(&mut self) -> Result<(), Over> {
        let mut words = "250-mail.test\r\n250-8BITMIME".to_owned();
        if self.shared.offers_tls {
            words.push_str("\r\n250-STARTTLS");
        }
        if self.shared.password.is_some() {
            words.push_str("\r\n250-AUTH PLAIN");
        }
        words.push_str("\r\n250 ENHANCEDSTATUSCODES");
        self.step(Step::Hello, &words)
    }

    fn sign_in(&mut self, line: &str) -> Result<(), Over> {
        let given = line.split(' ').nth(2).and_then(|text| BASE64.decode(text.as_bytes()).ok()).unwrap_or_default();
        let wanted = self.shared.password.as_ref().map(|(user, word)| format!("\0{user}\0{word}").into_bytes());
        if wanted == Some(given) {
            self.step(Step::SignIn, "235 2.7.0 welcome")
        } else {
            self.step(Step::SignIn, "535 5.7.8 Authentication credentials invalid")
        }
    }

    fn data(&mut self) -> Result<(), Over> {
        // Whoever is refused here sends no content.
        if !self.told(Step::Data, "354 go on", "354")? {
            return Ok(());
        }
        let mut content = String::new();
        let mut first = true;
        loop {
            let line = self.raw_line()?;
            if std::mem::take(&mut first) {
                self.note(Step::Content);
                if self.fault(Step::Content) == Some(Fault::Close) {
                    self.shared.cut.lock().unwrap().push(self.to.clone());
                    return self.close();
                }
            }
            if line == ".\r\n" {
                break;
            }
            content.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        // The line break before the dot belongs to the dot.
        let content = content.strip_suffix("\r\n").unwrap_or(&content).to_owned();
        self.dot(content)
    }

    fn dot(&mut self, content: String) -> Result<(), Over> {
        let message_id = content
            .lines()
            .find_map(|line| line.strip_prefix("Message-ID: "))
            .map(|id| id.trim().to_owned())
            .unwrap_or_default();
        let sha256 = HEXLOWER.encode(&Sha256::digest(content.as_bytes()));
        let to = self.to.clone();
        let taken = |kept, answered| Taken {
            message_id: message_id.clone(),
            to: to.clone(),
            content: content.clone(),
            sha256: sha256.clone(),
            kept,
            answered,
        };
        let keep = |taken| self.shared.taken.lock().unwrap().push(taken);
        self.note(Step::Dot);
        if let Some(stop) = self.stop(Step::Dot) {
            keep(taken(stop.keep, false));
            let _ = stop.reached.send(());
            if stop.go.recv().is_err() {
                return self.close();
            }
            self.say("250 2.0.0 taken")?;
            return Ok(());
        }
        match self.fault(Step::Dot) {
            None | Some(Fault::Slow) => {
                // Kept before it is said, as RFC 5321 asks.
                keep(taken(true, true));
                self.say("250 2.0.0 taken")
            }
            Some(Fault::Answer(answer)) => {
                keep(taken(false, answer.starts_with(['4', '5'])));
                self.say(answer)
            }
            Some(Fault::KeepAndClose) => {
                keep(taken(true, false));
                self.close()
            }
            Some(Fault::Close) => {
                keep(taken(false, false));
                self.close()
            }
            Some(Fault::Hang) => {
                keep(taken(true, false));
                self.hang()
            }
        }
    }

    fn note(&self, step: Step) {
        self.shared.reached.lock().unwrap().push(step);
    }

    fn fault(&self, step: Step) -> Option<Fault> {
        (self.shared.decide.lock().unwrap())(step)
    }

    fn stop(&self, step: Step) -> Option<Stop> {
        let mut stop = self.shared.stop.lock().unwrap();
        let due = stop.as_mut().filter(|stop| stop.step == step)?;
        if due.after > 0 {
            due.after -= 1;
            return None;
        }
        stop.take()
    }

    fn step(&mut self, step: Step, usual: &str) -> Result<(), Over> {
        self.told(step, usual, "").map(|_| ())
    }

    /// Answers at a step; whether the answer begins as it should.
    fn told(&mut self, step: Step, usual: &str, wanted: &str) -> Result<bool, Over> {
        self.note(step);
        if let Some(stop) = self.stop(step) {
            let _ = stop.reached.send(());
            if stop.go.recv().is_err() {
                self.close()?;
            }
        }
        match self.fault(step) {
            None => self.say(usual).map(|()| usual.starts_with(wanted)),
            Some(Fault::Answer(answer)) => self.say(answer).map(|()| answer.starts_with(wanted)),
            Some(Fault::Slow) => {
                for byte in format!("{usual}\r\n").bytes() {
                    self.stream.write_all(&[byte])?;
                    self.stream.flush()?;
                }
                Ok(usual.starts_with(wanted))
            }
            Some(Fault::Hang) => self.hang().map(|()| false),
            Some(Fault::Close | Fault::KeepAndClose) => self.close().map(|()| false),
        }
    }

    fn say(&mut self, words: &str) -> Result<(), Over> {
        self.stream.write_all(format!("{words}\r\n").as_bytes())?;
        Ok(self.stream.flush()?)
    }

    fn close(&mut self) -> Result<(), Over> {
        let _ = self.stream.shutdown(Shutdown::Both);
        Err(Over)
    }

    /// Says nothing until the client has gone.
    fn hang(&mut self) -> Result<(), Over> {
        let mut line = String::new();
        while self.bytes.read_line(&mut line)? > 0 {
            line.clear();
        }
        self.close()
    }

    fn raw_line(&mut self) -> Result<String, Over> {
        let mut line = String::new();
        if self.bytes.read_line(&mut line)? == 0 { Err(Over) } else { Ok(line) }
    }

    fn line(&mut self) -> Result<String, Over> {
        Ok(self.raw_line()?.trim_end().to_owned())
    }
}

/// A real mail server, with encryption and a password; killed when it is dropped.
pub struct Real {
    child: Child,
    pub port: u16,
    folder: PathBuf,
}

impl Real {
    /// Starts it: `mode` is `starttls` or `tls`. Its certificate is for `localhost`, signed by the authority in `authority.pem`.
    pub fn start(folder: &Path, mode: &str) -> Self {
        certificates(folder);
        let kept = folder.join("kept");
        std::fs::create_dir_all(&kept).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/smtp_server.py");
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .arg(mode)
            .args([folder.join("server.pem"), folder.join("server.key"), kept.clone()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 runs; tests/install.sh installs what it needs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().unwrap_or_else(|_| {
            panic!("the mail server does not start ({line:?}): run tests/install.sh, which installs python3-aiosmtpd")
        });
        Self { child, port, folder: kept }
    }

    /// Messages that it kept.
    pub fn kept(&self) -> Vec<String> {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.into_iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An authority, and a certificate for `localhost` that it signed.
fn certificates(folder: &Path) {
    let begin = "[req]\ndistinguished_name = dn\nprompt = no\nx509_extensions = v3\n[dn]\n";
    let write = |name: &str, rest: &str| std::fs::write(folder.join(name), format!("{begin}{rest}")).unwrap();
    write("authority.cnf", "CN = Test authority\n[v3]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = keyCertSign\n");
    write(
        "server.cnf",
        "CN = localhost\n[v3]\nbasicConstraints = critical, CA:FALSE\nsubjectAltName = DNS:localhost\n",
    );
    let common = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650";
    for (name, more) in [("authority", ""), ("server", "-CA authority.pem -CAkey authority.key")] {
        let line = format!("{common} -config {name}.cnf -keyout {name}.key -out {name}.pem {more}");
        let made =
            Command::new("openssl").args(line.split_whitespace()).current_dir(folder).output().expect("openssl runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
}
