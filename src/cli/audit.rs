//! `evenhand audit`: verify, checkpoint, export.

use std::io::Write;
use std::process::ExitCode;

use clap::Subcommand;

use super::{lines, require_data};
use crate::app::{Store, chain};
use crate::audit::store::{Filter, list_records};
use crate::audit::{checkpoint, verify};
use crate::base::random::Random;
use crate::base::time::Clock;
use crate::config::{DataArgs, DataSettings};
use crate::trail::replay;

/// What to do with the trail.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Check the whole trail against every row, checkpoint and kept file
    ///
    /// Exits with 0 and the counts when everything fits, with 1 and every finding, the first bad record first,
    /// when anything does not, and with 2 when the check could not be made.
    Verify(DataArgs),
    /// Write a signed checkpoint of the trail as it stands
    Checkpoint(DataArgs),
    /// Print every record of the trail as JSON, a line each
    Export(DataArgs),
    /// Work out a round's published results again from the trail and the frozen criteria alone, and compare them
    ///
    /// Recomputes every percentage, rank, status and offer of every recommendation of the round, and compares them byte for byte with
    /// what was published. Exits with 0 when they are equal, with 1 and the first difference when they are not, and with 2 when
    /// there is nothing to compare or it cannot be read.
    Replay {
        /// The round, such as CSF-2026-R1
        round: String,
        /// Where the data is
        #[command(flatten)]
        data: DataArgs,
        /// Print every difference, not the first alone
        #[arg(long)]
        all: bool,
    },
    /// Print the public key that checkpoints are signed with
    Key(DataArgs),
}

/// Does it.
pub(super) fn run(command: &AuditCommand) -> ExitCode {
    let done = match command {
        AuditCommand::Verify(args) => verify(args),
        AuditCommand::Checkpoint(args) => checkpoint(args),
        AuditCommand::Export(args) => export(args),
        AuditCommand::Replay { round, data, all } => replay(data, round, *all),
        AuditCommand::Key(args) => key(args),
    };
    done.unwrap_or_else(|line| {
        eprintln!("evenhand: {line}");
        ExitCode::from(2)
    })
}

/// The data folder, with its settings. Makes nothing: not even a key that is missing.
pub(super) fn open(args: &DataArgs) -> Result<(DataSettings, Store), String> {
    let settings = args.parse().map_err(|faults| lines(&faults))?;
    require_data(&settings)?;
    // Other commands make missing keys. A check against new keys would call every record forged.
    if !settings.keys.join("trail.key").is_file() {
        return Err(format!("there are no keys in {}; name their folder with --keys", settings.keys.display()));
    }
    let store = Store::open(&settings, &Clock::system(), &Random::system())?;
    store.require_current()?;
    Ok((settings, store))
}

fn verify(args: &DataArgs) -> Result<ExitCode, String> {
    let (settings, store) = open(args)?;
    let hash = |sha256: &str| store.files.hash_now(sha256);
    let report = verify::verify(&store.db, store.ledger.keys(), &settings.checkpoints, &hash).map_err(|e| chain(&e))?;
    let anchored = if report.anchored > 0 {
        format!("records 1 to {} are anchored by a signed checkpoint", report.anchored)
    } else {
        "NO record is anchored: there is no checkpoint, so a trail cut off at its end would not be seen".to_owned()
    };
    println!(
        "{} records, {} rows, {} files, {} checkpoints; {anchored}",
        report.records, report.rows, report.files, report.checkpoints
    );
    if report.is_clean() {
        println!("everything fits");
        return Ok(ExitCode::SUCCESS);
    }
    for finding in &report.findings {
        println!("{finding}");
    }
    println!("{} in all", report.findings.len());
    Ok(ExitCode::from(1))
}

fn checkpoint(args: &DataArgs) -> Result<ExitCode, String> {
    let (settings, store) = open(args)?;
    let written = checkpoint::write(&store.db, store.ledger.keys(), &settings.checkpoints).map_err(|e| chain(&e))?;
    match written {
        Some(path) => println!("{}", path.display()),
        None => println!("there is a checkpoint of the trail as it stands already"),
    }
    Ok(ExitCode::SUCCESS)
}

fn export(args: &DataArgs) -> Result<ExitCode, String> {
    let (_, store) = open(args)?;
    let mut out = std::io::stdout().lock();
    let mut filter = Filter { limit: 1_000, ..Filter::default() };
    loop {
        let page = store.db.read(|conn| list_records(conn, &filter)).map_err(|e| chain(&e))?;
        let Some(last) = page.last() else { return Ok(ExitCode::SUCCESS) };
        filter.after = last.record.seq;
        for stored in &page {
            let record = &stored.record;
            let line = serde_json::json!({
                "seq": record.seq, "at": record.at, "kind": record.kind, "actor": record.actor,
                "account_id": record.account_id, "round_id": record.round_id, "application_id": record.application_id,
                "data": record.data, "changed_rows": record.changed_rows, "previous_hash": record.previous_hash,
                "hash": stored.hash, "mac": stored.mac,
            });
            if writeln!(out, "{line}").is_err() {
                // Whoever reads has had enough.
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
}

fn replay(args: &DataArgs, round: &str, all: bool) -> Result<ExitCode, String> {
    let (_, store) = open(args)?;
    let replayed = replay::replay(&store.db, store.ledger.keys(), round).map_err(|e| chain(&e))?;
    println!(
        "round {round}: {} records, {} applications, {} recommendations, {} decision",
        replayed.records, replayed.applications, replayed.recommendations, replayed.decisions
    );
    println!("{}", replay::WHAT_WAS_READ);
    let Some(first) = replayed.differences.first() else {
        println!("equal: every percentage, rank, status and offer comes out as it was published, byte for byte");
        return Ok(ExitCode::SUCCESS);
    };
    if all {
        for difference in &replayed.differences {
            println!("{difference}");
        }
    } else {
        println!("first difference: {first}");
    }
    println!("{} in all", replayed.differences.len());
    Ok(ExitCode::from(1))
}

fn key(args: &DataArgs) -> Result<ExitCode, String> {
    let (_, store) = open(args)?;
    println!("{}", data_encoding::BASE64.encode(store.ledger.keys().checkpoint_public().as_bytes()));
    Ok(ExitCode::SUCCESS)
}
