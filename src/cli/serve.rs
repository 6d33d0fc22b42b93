//! `serve`, `worker`, `migrate`, `check-config`.

use std::io::IsTerminal;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web;
use tracing_subscriber::EnvFilter;

use super::{lines, require_data};
use crate::app::{App, Store, chain};
use crate::base::random::Random;
use crate::base::time::Clock;
use crate::config::{DataArgs, ServeArgs, Settings};
use crate::conflicts::actions::adopt_declarations;
use crate::db::{Db, migrate};
use crate::jobs::Jobs;
use crate::routes;

/// How often the service looks whether a disk failed; long enough for the page that says so to leave.
const HALT_WATCH: Duration = Duration::from_secs(2);

/// Serves the pages.
pub(super) fn serve(args: &ServeArgs) -> Result<(), String> {
    let settings = args.parse().map_err(|faults| lines(&faults))?;
    log();
    let listener = listen(&settings)?;
    let app = App::open(with_port(settings, &listener)?, Clock::system(), Random::system())?;
    run(app, listener)
}

/// Listens before anything else is done: an address in use is the commonest fault.
pub(super) fn listen(settings: &Settings) -> Result<TcpListener, String> {
    TcpListener::bind(settings.listen).map_err(|e| {
        format!("cannot listen on {}: {e}. Stop what uses it, or choose another with --listen", settings.listen)
    })
}

/// With port 0 the system chose one; the public address follows unless it was given.
pub(super) fn with_port(mut settings: Settings, listener: &TcpListener) -> Result<Settings, String> {
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    if settings.listen.port() == 0 {
        settings.listen = address;
        settings.public_url = url::Url::parse(&format!("http://{address}")).map_err(|e| e.to_string())?;
    }
    Ok(settings)
}

/// Runs the service until it is told to stop.
pub(super) fn run(app: App, listener: TcpListener) -> Result<(), String> {
    let app = web::Data::new(app);
    println!("listening on {}", app.settings.public_origin());
    let jobs = Jobs::start(Arc::clone(&app))?;
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get).clamp(2, 8);
    let db = app.db.clone();
    let served = actix_web::rt::System::new().block_on(async {
        let server = routes::serve(app, listener, workers).map_err(|e| e.to_string())?;
        actix_web::rt::spawn(stop_when_halted(db.clone(), server.handle()));
        server.await.map_err(|e| e.to_string())
    });
    drop(jobs);
    served?;
    if db.is_halted() {
        return Err(
            "the disk failed under a write, so the service stopped: nothing more was confirmed that may not be safe. \
                    Look at the disk, then start it again"
                .to_owned(),
        );
    }
    Ok(())
}

/// A failed disk ends the service, so that whatever supervises it starts it again on what the disk really holds.
async fn stop_when_halted(db: Db, server: ServerHandle) {
    while !db.is_halted() {
        actix_web::rt::time::sleep(HALT_WATCH).await;
    }
    server.stop(true).await;
}

/// Runs the jobs without pages, until interrupted.
pub(super) fn worker(args: &ServeArgs) -> Result<(), String> {
    let settings = args.parse().map_err(|faults| lines(&faults))?;
    log();
    let app = Arc::new(App::open(settings, Clock::system(), Random::system())?);
    let jobs = Jobs::start(app)?;
    println!("working; stop with Ctrl+C");
    let waited = actix_web::rt::System::new().block_on(actix_web::rt::signal::ctrl_c()).map_err(|e| e.to_string());
    drop(jobs);
    waited
}

/// Migrates the database.
pub(super) fn migrate(args: &DataArgs) -> Result<(), String> {
    let settings = args.parse().map_err(|faults| lines(&faults))?;
    let store = Store::open(&settings, &Clock::system(), &Random::system())?;
    let migrated = migrate::run(&store.db, |name| eprintln!("migrating: {name}")).map_err(|e| chain(&e))?;
    let adopted = adopt_declarations(&store.ledger).map_err(|e| chain(&e))?;
    if adopted > 0 {
        println!("{adopted} declarations of conflicts of interest taken into their register");
    }
    match migrated.applied.len() {
        0 => println!("the database is up to date"),
        count => println!("{count} migrations applied; the database is up to date"),
    }
    Ok(())
}

/// Says every fault of the settings.
pub(super) fn check_config(args: &ServeArgs) -> Result<(), String> {
    let settings = args.parse().map_err(|faults| lines(&faults))?;
    require_data(&settings.data)?;
    let store = Store::open(&settings.data, &Clock::system(), &Random::system())?;
    store.require_current()?;
    println!(
        "settings are sound: {:?}, mail by {:?}, at {}",
        settings.data.database, settings.mail, settings.public_url
    );
    Ok(())
}

/// Logs to standard error: lines for a person at a terminal, JSON for a machine.
pub(super) fn log() {
    let wanted = std::env::var("EVENHAND_LOG").unwrap_or_else(|_| "warn".to_owned());
    let filter = EnvFilter::try_new(&wanted).unwrap_or_else(|error| {
        eprintln!("EVENHAND_LOG is not understood ({error}); warnings and errors are logged");
        EnvFilter::new("warn")
    });
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Only a second logger in one process can fail here, and then the first one serves.
    let _ = if std::io::stderr().is_terminal() { builder.try_init() } else { builder.json().try_init() };
}
