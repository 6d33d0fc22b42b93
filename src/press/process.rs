//! The pool of render processes, and their supervision.
//!
//! A letter that takes too long, or a process that dies over it, costs that letter alone: the
//! process is replaced and the next letter works. The processes end with the pool, or by themselves
//! when the service dies and their input closes.

use std::{
    collections::VecDeque,
    ffi::OsString,
    io::{self, BufReader},
    num::NonZeroUsize,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    document::Document,
    fault::RenderFault,
    order::Order,
    prepare::too_big,
    render::Rendered,
    wire,
    worker::{NOT_SHUT_IN, WORKING_LIFE},
};

/// The hidden subcommand that runs [`super::worker`].
pub const SUBCOMMAND: &str = "render-worker";

/// How the pool is set up.
#[derive(Debug, Clone)]
pub struct RendererConfig {
    /// The program to run.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// How many processes, and so how many letters at once.
    pub children: NonZeroUsize,
    /// How long one letter may take; a document that may be larger may take longer.
    pub wall_limit: Duration,
    /// After how many letters a process is replaced.
    pub letters_per_child: u32,
}

impl RendererConfig {
    /// This same program, one process, 15 seconds a letter.
    ///
    /// # Errors
    ///
    /// If the system does not say which program this is.
    pub fn of_this_program() -> io::Result<Self> {
        // On Linux this names the running file itself, even after an upgrade has put another one in
        // its place: parent and child are always the same version.
        let running = Path::new("/proc/self/exe");
        let program = if running.exists() { running.to_path_buf() } else { std::env::current_exe()? };
        Ok(Self {
            program,
            arguments: vec![OsString::from(SUBCOMMAND)],
            children: NonZeroUsize::MIN,
            wall_limit: Duration::from_secs(15),
            letters_per_child: 500,
        })
    }
}

/// The pool. It may be shared: a thread waits until a process is free.
#[derive(Debug)]
pub struct Renderer {
    config: RendererConfig,
    idle: Mutex<VecDeque<Option<RenderProcess>>>,
    freed: Condvar,
}

impl Renderer {
    /// Starts the processes.
    ///
    /// # Errors
    ///
    /// If the program cannot be run.
    pub fn start(config: RendererConfig) -> Result<Self, RenderFault> {
        let idle =
            (0..config.children.get()).map(|_| RenderProcess::start(&config).map(Some)).collect::<Result<_, _>>()?;
        Ok(Self { config, idle: Mutex::new(idle), freed: Condvar::new() })
    }

    /// Makes one document.
    ///
    /// # Errors
    ///
    /// Those of [`super::Engine::render`], and if the process ran out of time or ended.
    pub fn render<'a>(&self, document: impl Into<Document<'a>>) -> Result<Rendered, RenderFault> {
        self.carry_out(&Order::of(document))
    }

    /// Makes one document as it is ordered.
    ///
    /// # Errors
    ///
    /// Those of [`super::Engine::carry_out`], and if the process ran out of time or ended.
    pub fn carry_out(&self, order: &Order<'_>) -> Result<Rendered, RenderFault> {
        let document = &order.document;
        let bounds = document.kind().bounds();
        let request = serde_json::to_vec(order).map_err(|fault| RenderFault::Process { reason: fault.to_string() })?;
        if request.len() > bounds.data_bytes {
            return Err(too_big(request.len(), bounds.data_bytes));
        }
        let limit = match document {
            Document::Letter(_) => self.config.wall_limit,
            Document::Application(_) | Document::Minutes(_) | Document::Notice(_) | Document::PanelPack(_) => {
                self.config.wall_limit.max(Duration::from_secs(bounds.seconds))
            }
        };
        let mut lease = self.lease();
        // An idle process may have been killed from outside; that is no letter's fault.
        let mut process = match lease.process.take().and_then(RenderProcess::if_running) {
            Some(idle) => idle,
            None => RenderProcess::start(&self.config)?,
        };
        let result = process.render(request, limit);
        if process.is_fit(&self.config) {
            lease.process = Some(process);
        }
        result
    }

    /// The ids of the processes that wait for a letter.
    #[must_use]
    pub fn idle_processes(&self) -> Vec<u32> {
        self.lock().iter().flatten().map(|process| process.child.id()).collect()
    }

    fn lease(&self) -> Lease<'_> {
        let mut idle = self.lock();
        loop {
            if let Some(process) = idle.pop_front() {
                return Lease { renderer: self, process };
            }
            idle = self.freed.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The queue is whole at every instant, so a panic elsewhere need not spoil it.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Option<RenderProcess>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the pool; it goes back whatever happens to the letter.
struct Lease<'r> {
    renderer: &'r Renderer,
    process: Option<RenderProcess>,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.renderer.lock().push_back(self.process.take());
        self.renderer.freed.notify_one();
    }
}

type Answered = io::Result<Result<Rendered, RenderFault>>;

/// One child, with a thread that writes to it and reads from it: a pipe has no time limit of its
/// own.
#[derive(Debug)]
struct RenderProcess {
    child: Child,
    requests: Sender<Vec<u8>>,
    answers: Receiver<Answered>,
    letters: u32,
    worked: Duration,
    broken: bool,
}

impl RenderProcess {
    fn start(config: &RendererConfig) -> Result<Self, RenderFault> {
        let fault = |fault: io::Error| RenderFault::Process { reason: fault.to_string() };
        let mut child = Command::new(&config.program)
            .args(&config.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(fault)?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (requests, to_send) = mpsc::channel();
        let (answered, answers) = mpsc::channel();
        // From here on dropping the process ends the child.
        let process = Self { child, requests, answers, letters: 0, worked: Duration::ZERO, broken: false };
        let (stdin, stdout) =
            pipes.ok_or_else(|| RenderFault::Process { reason: String::from("the render process has no pipes") })?;
        thread::Builder::new()
            .name(String::from("render-process"))
            .spawn(move || converse(stdin, stdout, &to_send, &answered))
            .map_err(fault)?;
        Ok(process)
    }

    fn render(&mut self, request: Vec<u8>, limit: Duration) -> Result<Rendered, RenderFault> {
        let began = Instant::now();
        self.letters += 1;
        // If the thread is gone, the answer below says so.
        let _ = self.requests.send(request);
        let answer = self.answers.recv_timeout(limit);
        self.worked += began.elapsed();
        match answer {
            Ok(Ok(result)) => {
                // A child that panicked answers once more and ends.
                self.broken = matches!(result, Err(RenderFault::Died { .. }));
                result
            }
            Err(RecvTimeoutError::Timeout) => {
                self.end();
                let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
                Err(RenderFault::TimedOut { limit_ms })
            }
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                let how = self.end().map_or_else(|| String::from("unknown"), describe);
                Err(RenderFault::Died { how })
            }
        }
    }

    fn if_running(mut self) -> Option<Self> {
        matches!(self.child.try_wait(), Ok(None)).then_some(self)
    }

    fn is_fit(&self, config: &RendererConfig) -> bool {
        !self.broken && self.letters < config.letters_per_child && self.worked < WORKING_LIFE
    }

    /// Ends the child, and collects it so that it leaves no zombie.
    ///
    /// A child that ended by itself a moment ago is collected with its own status first: its pipe
    /// closes before the kernel has it ready.
    fn end(&mut self) -> Option<ExitStatus> {
        self.broken = true;
        if let Ok(Some(status)) = self.child.try_wait() {
            return Some(status);
        }
        // It may have ended meanwhile, which is as good.
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

impl Drop for RenderProcess {
    fn drop(&mut self) {
        self.end();
    }
}

/// Passes requests and answers until one side is gone. It owns the pipes, so they close with it.
fn converse(mut stdin: ChildStdin, stdout: ChildStdout, requests: &Receiver<Vec<u8>>, answers: &Sender<Answered>) {
    let mut stdout = BufReader::new(stdout);
    for request in requests {
        let answer = wire::send(&mut stdin, &request).and_then(|()| wire::receive_answer(&mut stdout));
        let failed = answer.is_err();
        if answers.send(answer).is_err() || failed {
            return;
        }
    }
}

fn describe(status: ExitStatus) -> String {
    if status.code() == Some(i32::from(NOT_SHUT_IN)) {
        return String::from("this system cannot keep it from files and the network: seccomp is missing");
    }
    match status.signal() {
        // SIGABRT is what running out of memory ends in, SIGXCPU the processor limit.
        Some(6) => String::from("it ran out of memory or aborted"),
        Some(24) => String::from("it used up its processor time"),
        Some(signal) => format!("signal {signal}"),
        None => status.to_string(),
    }
}
