//! `evenhand demo`: an example fund, made and served.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Parser};
use indicatif::ProgressBar;

use super::lines;
use super::serve::{self, listen, log, with_port};
use crate::app::{App, Store, chain};
use crate::base::random::Random;
use crate::base::time::Clock;
use crate::config::{ServeArgs, Settings};
use crate::db::migrate;
use crate::{demo, jobs};

/// How the demonstration is made.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Address to serve it on
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: std::net::SocketAddr,
    /// Folder to make it in; served again as it is when it is there
    #[arg(long, default_value = "demo-data", value_name = "DIR")]
    data: PathBuf,
    /// Make it in this empty PostgreSQL database instead of a file
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Make it and stop
    #[arg(long)]
    seed_only: bool,
}

/// The settings of a served demonstration: the usual ones.
#[derive(Debug, Parser)]
struct Usual {
    #[command(flatten)]
    serve: ServeArgs,
}

impl DemoArgs {
    fn settings(&self) -> Result<Settings, String> {
        let mut usual = Usual::try_parse_from(["evenhand"]).map_err(|e| e.to_string())?.serve;
        usual.listen = self.listen;
        usual.data.data.clone_from(&self.data);
        usual.data.database_url.clone_from(&self.postgres);
        usual.sign_in_limit = 600;
        let mut settings = usual.parse().map_err(|faults| lines(&faults))?;
        settings.demo = true;
        Ok(settings)
    }
}

/// Makes and serves it.
pub(super) fn run(args: &DemoArgs) -> Result<(), String> {
    let settings = args.settings()?;
    log();
    let listener = if args.seed_only { None } else { Some(listen(&settings)?) };
    let settings = match &listener {
        Some(listener) => with_port(settings, listener)?,
        None => settings,
    };
    seed(&settings)?;
    let Some(listener) = listener else {
        println!("the example is in {}", settings.data.data.display());
        return Ok(());
    };
    let app = App::open(settings, Clock::system(), Random::system())?;
    println!("Sign in as anybody of the example by their link:\n");
    for person in demo::links(&app).map_err(|e| chain(&e))? {
        println!("  {:<16} {:<24} {}", person.role, person.name, person.link);
    }
    println!("\nMail is written to {}. Stop with Ctrl+C.", app.settings.data.data.join("mail").display());
    serve::run(app, listener)
}

/// Makes the example where there is none.
fn seed(settings: &Settings) -> Result<(), String> {
    let now = Clock::system().now();
    let (clock, hand) = demo::clock(now);
    let random = Random::system();
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    let store = Store::open(&settings.data, &clock, &random)?;
    migrate::run(&store.db, |name| bar.set_message(format!("migrating: {name}"))).map_err(|e| chain(&e))?;
    drop(store);
    let app = Arc::new(App::open(settings.clone(), clock, random)?);
    if demo::is_seeded(&app).map_err(|e| chain(&e))? {
        return Ok(());
    }
    eprintln!("Making the example; this takes some seconds.");
    demo::seed(&app, &hand, now, &mut |what| {
        bar.set_message(format!("making: {what}"));
        bar.tick();
    })
    .map_err(|problem| format!("the example could not be made: {}", told(&problem)))?;
    jobs::send_all(&app)?;
    jobs::write_checkpoint(&app);
    bar.finish_and_clear();
    Ok(())
}

/// A problem with the words that its page would show.
fn told(problem: &crate::error::Problem) -> String {
    use crate::error::Problem;
    match problem {
        Problem::Refused { title, text } => format!("{title}: {text}"),
        Problem::Invalid(faults) => faults
            .list()
            .iter()
            .map(|fault| format!("{}: {}", fault.field, fault.message))
            .collect::<Vec<_>>()
            .join("; "),
        other => chain(other),
    }
}
