//! The command line: every command, and what it says to the person at the terminal.
//!
//! A command that cannot do its work says why in one line and ends with a code that is not zero.

mod account;
mod audit;
mod check;
mod demo;
mod evidence;
mod letter;
mod rank;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{DataArgs, DataSettings, ServeArgs};
use crate::db::DbUrl;

/// Runs grant rounds even-handedly: bids, scoring, decisions, letters, and a trail anyone can verify.
#[derive(Debug, Parser)]
#[command(name = "evenhand", version, max_term_width = 100)]
#[command(after_help = "Examples:\n  \
    evenhand demo                      an example fund on http://127.0.0.1:8080, with a sign-in link for everybody in it\n  \
    evenhand serve --data /srv/fund    the service on its own data\n  \
    evenhand rank round.json           rank a round from a file, without a database\n  \
    evenhand audit verify --data DIR   check the whole trail against every row, checkpoint and file\n  \
    evenhand check --data DIR          check everything that must be true of the data, and the trail")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make an example fund with rounds at every stage, and serve it
    Demo(demo::DemoArgs),
    /// Serve the pages, send mail, write checkpoints
    Serve(ServeArgs),
    /// Send mail and write checkpoints, without pages
    Worker(ServeArgs),
    /// Bring the database to this program's version
    Migrate(DataArgs),
    /// Check every setting and say each fault
    CheckConfig(ServeArgs),
    /// Rank a round from a JSON file, without a database, and print the result as JSON
    Rank(rank::RankArgs),
    /// Check a letter template, or make one letter from a file
    #[command(subcommand)]
    Letter(letter::LetterCommand),
    /// Verify, anchor and export the audit trail
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Check a live database: everything that must be true of it, and its trail; changes nothing
    ///
    /// Exits with 0 when everything fits, with 1 and everything that does not, and with 2 when the check could not be made.
    Check(check::CheckArgs),
    /// Write the evidence of a round into a ZIP file that is read and checked without the service
    Evidence(evidence::EvidenceArgs),
    /// Write the case file of one application into a ZIP file that is read and checked without the service
    CaseFile(evidence::EvidenceArgs),
    /// Add, list, deactivate and reactivate accounts
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Set letters for the service, over standard input and output
    #[command(hide = true)]
    RenderWorker,
    /// Check one upload for the service, on standard input
    #[command(hide = true)]
    FileCheck {
        /// The kind that its name promised
        kind: String,
    },
}

/// Reads the command line and does what it says.
#[must_use]
pub fn run() -> ExitCode {
    match Cli::parse().command {
        Command::Demo(args) => ended(demo::run(&args)),
        Command::Serve(args) => ended(serve::serve(&args)),
        Command::Worker(args) => ended(serve::worker(&args)),
        Command::Migrate(args) => ended(serve::migrate(&args)),
        Command::CheckConfig(args) => ended(serve::check_config(&args)),
        Command::Rank(args) => rank::run(&args),
        Command::Letter(command) => command.run(),
        Command::Audit(command) => audit::run(&command),
        Command::Check(args) => check::run(&args),
        Command::Evidence(args) => ended(evidence::bundle(&args)),
        Command::CaseFile(args) => ended(evidence::case_file(&args)),
        Command::Account(command) => ended(account::run(&command)),
        Command::RenderWorker => crate::press::worker::run(),
        Command::FileCheck { kind } => crate::files::checker::run(&kind),
    }
}

/// Success, or the one line that says why not.
fn ended(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => {
            eprintln!("evenhand: {line}");
            ExitCode::FAILURE
        }
    }
}

/// Refuses a data folder or an embedded database that is not there: a misspelt name makes nothing.
fn require_data(settings: &DataSettings) -> Result<(), String> {
    if !settings.data.is_dir() {
        return Err(format!("there is no folder {}", settings.data.display()));
    }
    match &settings.database {
        DbUrl::Sqlite(path) if !path.is_file() => {
            Err(format!("there is no database {}; make it with: evenhand migrate", path.display()))
        }
        _ => Ok(()),
    }
}

/// Several faults in one message, a line each.
fn lines(faults: &[String]) -> String {
    faults.join("\nevenhand: ")
}
