//! `evenhand account`: the accounts of a data folder, for whoever runs the machine.

use clap::Subcommand;

use super::{lines, require_data};
use crate::accounts::{self, actions};
use crate::app::{Store, chain};
use crate::base::actor::Actor;
use crate::base::email::EmailAddress;
use crate::base::random::Random;
use crate::base::role::Role;
use crate::base::time::Clock;
use crate::config::DataArgs;
use crate::error::Problem;

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub(super) enum AccountCommand {
    /// Add an account; the person signs in by a link sent to their address
    #[command(
        after_help = "Example:\n  evenhand account add --data DIR --email ann@office.org --name \"Ann Lee\" --role administrator"
    )]
    Add {
        /// Where the data is
        #[command(flatten)]
        data: DataArgs,
        /// Their e-mail address
        #[arg(long)]
        email: String,
        /// Their full name
        #[arg(long)]
        name: String,
        /// applicant, panel, officer, decision_maker, auditor or administrator; may be given again
        #[arg(long, required = true)]
        role: Vec<String>,
    },
    /// Deactivate an account and end its sessions; what the person did stays theirs
    Disable {
        /// Where the data is
        #[command(flatten)]
        data: DataArgs,
        /// Their e-mail address
        #[arg(long)]
        email: String,
    },
    /// Reactivate an account
    Enable {
        /// Where the data is
        #[command(flatten)]
        data: DataArgs,
        /// Their e-mail address
        #[arg(long)]
        email: String,
    },
}

const BY: Actor = Actor::System("command line");

/// Does it.
pub(super) fn run(command: &AccountCommand) -> Result<(), String> {
    match command {
        AccountCommand::Add { data, email, name, role } => add(data, email, name, role),
        AccountCommand::Disable { data, email } => set_active(data, email, false),
        AccountCommand::Enable { data, email } => set_active(data, email, true),
    }
}

fn open(args: &DataArgs) -> Result<Store, String> {
    let settings = args.parse().map_err(|faults| lines(&faults))?;
    require_data(&settings)?;
    let store = Store::open(&settings, &Clock::system(), &Random::system())?;
    store.require_current()?;
    Ok(store)
}

fn add(data: &DataArgs, email: &str, name: &str, roles: &[String]) -> Result<(), String> {
    let email = EmailAddress::parse(email).map_err(|e| format!("--email: {e}"))?;
    let roles = roles
        .iter()
        .map(|word| Role::from_word(word).ok_or_else(|| format!("--role: {word} is no role")))
        .collect::<Result<Vec<Role>, String>>()?;
    let store = open(data)?;
    store.ledger.write(&BY, |tx| actions::add_account(tx, &email, name, &roles)).map_err(|problem| told(&problem))?;
    println!("{email} can sign in");
    Ok(())
}

fn set_active(data: &DataArgs, email: &str, active: bool) -> Result<(), String> {
    let email = EmailAddress::parse(email).map_err(|e| format!("--email: {e}"))?;
    let store = open(data)?;
    let account = store
        .db
        .read(|conn| accounts::store::account_of_email(conn, email.as_str()))
        .map_err(|e| chain(&e))?
        .ok_or_else(|| format!("nobody has the address {email}"))?;
    store.ledger.write(&BY, |tx| actions::set_active(tx, account, active)).map_err(|problem| told(&problem))?;
    println!("{email} {}", if active { "can sign in again" } else { "can no longer sign in" });
    Ok(())
}

fn told(problem: &Problem) -> String {
    match problem {
        Problem::Refused { title, text } => format!("{title}. {text}"),
        other => chain(other),
    }
}
