//! Checks of uploads, each in a process of its own: a hostile file can neither fill this process's memory nor hold it up.
//!
//! The process gets the open file as its standard input and no path, limits itself before it reads, and answers one word.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rlimit::Resource;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::check;
use super::kind::{FileKind, Refusal};

/// The hidden subcommand that runs [`run`].
pub const SUBCOMMAND: &str = "file-check";

/// Checks at once; more wait.
const AT_ONCE: usize = 2;
/// How long one check may take.
const WALL: Duration = Duration::from_secs(20);
/// The most memory a check may map.
const MEMORY_BYTES: u64 = 1536 * 1024 * 1024;
/// Processor time of a check.
const PROCESSOR_SECONDS: u64 = 15;
/// The answer of a file without fault.
const SOUND: &str = "sound";

/// Starts checks.
#[derive(Debug)]
pub struct FileChecker {
    program: Option<PathBuf>,
    turns: Arc<Semaphore>,
}

/// The right to run one check.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "it is held, and given back when it is dropped")] OwnedSemaphorePermit);

impl Default for FileChecker {
    fn default() -> Self {
        Self { program: None, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl FileChecker {
    /// Checks by another program than this one: tests are not the program themselves.
    #[must_use]
    pub fn with_program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = Some(program.into());
        self
    }

    /// Waits for a turn; [`Self::check`] takes it along, so that it lasts as long as the check, whoever still waits for it.
    ///
    /// # Errors
    /// Never, since nobody closes the queue.
    pub async fn turn(&self) -> io::Result<Turn> {
        self.turns.clone().acquire_owned().await.map(Turn).map_err(io::Error::other)
    }

    /// Checks a file whose name promised `kind`. Blocks.
    ///
    /// # Errors
    /// When no process can be started; a file that breaks its process is a [`Refusal::Unchecked`].
    pub fn check(&self, _turn: Turn, kind: FileKind, file: File) -> io::Result<Result<(), Refusal>> {
        let mut child = Command::new(self.program()?)
            .arg(SUBCOMMAND)
            .arg(kind.word())
            .env_clear()
            // One thread: each would claim a stack of the memory below.
            .env("RAYON_NUM_THREADS", "1")
            .current_dir("/")
            .stdin(Stdio::from(file))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let ended = wait(&mut child)?;
        let mut answer = String::new();
        if let Some(out) = child.stdout.take().filter(|_| ended) {
            out.take(64).read_to_string(&mut answer)?;
        }
        Ok(match answer.as_str() {
            SOUND => Ok(()),
            word => Err(Refusal::from_word(word).unwrap_or(Refusal::Unchecked)),
        })
    }

    fn program(&self) -> io::Result<PathBuf> {
        // On Linux this names the running file itself, even after an upgrade has put another in its place.
        let running = Path::new("/proc/self/exe");
        match &self.program {
            Some(program) => Ok(program.clone()),
            None if running.exists() => Ok(running.to_owned()),
            None => std::env::current_exe(),
        }
    }
}

/// Whether it ended well and in time. It is gone either way.
fn wait(child: &mut Child) -> io::Result<bool> {
    let began = Instant::now();
    while began.elapsed() < WALL {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        sleep(Duration::from_millis(5));
    }
    // It may have ended meanwhile, which is as good.
    let _ = child.kill();
    child.wait()?;
    Ok(false)
}

/// The process of one check: reads the file on standard input, answers one word on standard output.
#[must_use]
pub fn run(kind: &str) -> ExitCode {
    let Some(kind) = FileKind::from_word(kind) else { return ExitCode::FAILURE };
    // A fault has nobody to read it but the parent, which sees the process end.
    match answer(kind) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn answer(kind: FileKind) -> io::Result<()> {
    for (resource, most) in [
        (Resource::AS, MEMORY_BYTES),
        (Resource::CPU, PROCESSOR_SECONDS),
        (Resource::NOFILE, 16),
        (Resource::FSIZE, 0),
        (Resource::CORE, 0),
    ] {
        // A container may already allow less.
        let most = most.min(resource.get_hard()?);
        resource.set(most, most)?;
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let word = match check::check(kind, &bytes) {
        Ok(()) => SOUND,
        Err(refusal) => refusal.word(),
    };
    io::stdout().write_all(word.as_bytes())
}
