//! What runs beside the pages: mail is sent, reminders are queued, checkpoints are written.

pub mod files;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::app::{App, chain};
use crate::applications::reminders;
use crate::audit::{checkpoint, verify};
use crate::letters;
use crate::mail::sender::Sender;
use crate::scoring::notices;
use crate::web::pending;

/// A checkpoint is written at least so often while the trail grows (rule R9).
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);
/// And at least after so many new records.
const CHECKPOINT_RECORDS: i64 = 100;
/// How often reminders are looked for.
const REMINDERS_EVERY: Duration = Duration::from_secs(60);
/// How often what people sent without a session, and did not come back for, is deleted.
const TIDY_EVERY: Duration = Duration::from_secs(600);
/// How often the jobs look for work.
const TICK: Duration = Duration::from_millis(500);

/// The running jobs; dropping it stops them.
#[derive(Debug)]
pub struct Jobs {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Starts the jobs on threads of their own.
    ///
    /// # Errors
    /// When mail cannot leave as the settings say, or no thread can be had.
    pub fn start(app: Arc<App>) -> Result<Self, String> {
        let sender = Sender::new(&app.settings, app.db.clone(), app.clock.clone())?;
        let stop = Arc::new(AtomicBool::new(false));
        let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| {
            std::thread::Builder::new().name(name.to_owned()).spawn(work).map_err(|e| e.to_string())
        };
        // Files have a thread of their own: a virus scanner that hangs must hold up no mail.
        let (their_app, stopped) = (Arc::clone(&app), Arc::clone(&stop));
        let mut jobs = Self { stop, threads: Vec::new() };
        jobs.threads.push(spawn("files", Box::new(move || files::run(&their_app, &stopped)))?);
        // And mail one: a mail server that hangs must hold up no checkpoint.
        let (their_app, stopped) = (Arc::clone(&app), Arc::clone(&jobs.stop));
        jobs.threads.push(spawn("mail", Box::new(move || post(&their_app, &sender, &stopped)))?);
        let stopped = Arc::clone(&jobs.stop);
        jobs.threads.push(spawn("jobs", Box::new(move || run(&app, &stopped)))?);
        Ok(jobs)
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the jobs had failed");
            }
        }
    }
}

fn post(app: &App, sender: &Sender, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        send_mail(app, sender, stop);
        std::thread::sleep(TICK);
    }
    sender.rest();
}

fn run(app: &Arc<App>, stop: &AtomicBool) {
    let (mut last_size, mut last_time) = (0, Instant::now());
    let mut reminded: Option<Instant> = None;
    let mut tidied: Option<Instant> = None;
    while !stop.load(Ordering::SeqCst) {
        if reminded.is_none_or(|last| last.elapsed() >= REMINDERS_EVERY) {
            remind(app);
            reminded = Some(Instant::now());
        }
        see_to_letters(app);
        match app.db.read(verify::current_head) {
            Ok(head) => {
                let due = head.seq - last_size >= CHECKPOINT_RECORDS
                    || last_time.elapsed() >= CHECKPOINT_EVERY
                    || last_size == 0;
                if head.seq > last_size && due {
                    write_checkpoint(app);
                    (last_size, last_time) = (head.seq, Instant::now());
                }
            }
            Err(error) => tracing::error!(cause = chain(&error), "the end of the audit trail cannot be read"),
        }
        if tidied.is_none_or(|at| at.elapsed() >= TIDY_EVERY) {
            tidied = Some(Instant::now());
            app.limits.tidy();
            logged("forms that nobody came back for were not deleted", pending::tidy(&app.db, app.clock.now()));
        }
        std::thread::sleep(TICK);
    }
    write_checkpoint(app);
}

fn remind(app: &App) {
    logged("reminders cannot be queued", reminders::queue_due(app));
    logged("panel members cannot be told", notices::queue_due(app));
}

/// Issues letters whose time has come, takes up batches that a dead process left, and records how e-mails about corrected letters
/// ended.
fn see_to_letters(app: &Arc<App>) {
    logged("letters whose time has come were not issued", letters::actions::issue_due(app));
    logged("batches of letters were not taken up again", letters::drafting::resume(app));
    logged("how corrected letters were sent was not recorded", letters::actions::settle_corrections(app));
    logged("how letters about one grant were sent was not recorded", letters::actions::settle_singles(app));
}

/// A job that fails is tried again in time, and holds up no other.
fn logged<T, E: std::error::Error>(failure: &str, done: Result<T, E>) {
    if let Err(error) = done {
        tracing::error!(cause = chain(&error), "{failure}");
    }
}

/// Sends everything that is due.
fn send_mail(app: &App, sender: &Sender, stop: &AtomicBool) {
    if let Err(error) = sender.abandon() {
        tracing::error!(cause = chain(&error), "the outbox cannot be read");
    }
    // What a process that died did not come to record.
    record(app);
    while !stop.load(Ordering::SeqCst) {
        match sender.send_next() {
            Ok(Some(outcome)) if outcome.letter.is_some() => record(app),
            Ok(Some(_)) => {}
            Ok(None) => return,
            Err(error) => {
                tracing::error!(cause = chain(&error), "mail cannot be sent");
                return;
            }
        }
    }
}

/// Sends what waits, once: after seeding, and in tests.
///
/// # Errors
/// When mail cannot leave as the settings say.
pub fn send_all(app: &App) -> Result<usize, String> {
    let sender = Sender::new(&app.settings, app.db.clone(), app.clock.clone())?;
    let mut sent = 0;
    while sender.send_next().map_err(|e| chain(&e))?.is_some() {
        sent += 1;
    }
    record(app);
    letters::actions::settle_corrections(app).map_err(|e| chain(&e))?;
    letters::actions::settle_singles(app).map_err(|e| chain(&e))?;
    Ok(sent)
}

fn record(app: &App) {
    if let Err(problem) = letters::record_outcomes(app) {
        tracing::error!(cause = chain(&problem), "a letter's delivery was not recorded");
    }
}

/// Writes a checkpoint of the trail as it stands.
pub fn write_checkpoint(app: &App) {
    if let Err(error) = checkpoint::write(&app.db, app.ledger.keys(), &app.settings.data.checkpoints) {
        tracing::error!(cause = chain(&error), "no checkpoint could be written");
    }
}
