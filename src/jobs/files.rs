//! Files beside the pages: what was left behind is swept away, and new ones are scanned for viruses.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::app::{App, chain};
use crate::applications::scans::scan_due;
use crate::db::{DbError, portable};
use crate::files::scanner::Scanner;

/// How often new files are looked for.
const TICK: Duration = Duration::from_secs(1);
/// How often what was left behind is looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(600);
/// No upload takes so long: what is older was left by a process that was killed.
const INCOMING_AGE: Duration = Duration::from_secs(1800);
/// A kept file that no row names for so long belongs to a change that was refused.
const ORPHAN_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Works until it is told to stop.
pub(super) fn run(app: &App, stop: &AtomicBool) {
    let stopped = || stop.load(Ordering::SeqCst);
    let scanner = app.settings.clamd.clone().map(Scanner::new);
    let mut swept: Option<Instant> = None;
    while !stopped() {
        if swept.is_none_or(|at| at.elapsed() >= SWEEP_EVERY) {
            sweep(app, INCOMING_AGE, ORPHAN_AGE);
            swept = Some(Instant::now());
        }
        if let Some(scanner) = &scanner
            && let Err(problem) = scan_due(app, scanner, stopped)
        {
            tracing::error!(cause = chain(&problem), "documents cannot be scanned");
        }
        std::thread::sleep(TICK);
    }
}

/// Removes what was left behind longer ago than the two ages: uploads that never came whole, and kept files that no row names.
pub fn sweep(app: &App, incoming: Duration, orphans: Duration) {
    match app.files.sweep_incoming(incoming) {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "unfinished uploads were removed"),
        Err(error) => tracing::error!(cause = chain(&error), "unfinished uploads cannot be removed"),
    }
    match sweep_orphans(app, orphans) {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "files that no row names were removed"),
        Err(cause) => tracing::error!(cause, "files that no row names cannot be removed"),
    }
}

fn sweep_orphans(app: &App, age: Duration) -> Result<usize, String> {
    // Listed first, so that a file whose row is written meanwhile is not taken for one without.
    let kept = app.files.names().map_err(|e| chain(&e))?;
    let named = app.db.read(|conn| portable::values_of_columns(conn, "sha256")).map_err(|e: DbError| chain(&e))?;
    app.files.sweep_orphans(&kept, &named, age).map_err(|e| chain(&e))
}
