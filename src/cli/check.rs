//! `evenhand check`: everything that must be true of a live database, and its trail.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::audit::open;
use crate::app::chain;
use crate::audit::verify::{self, Report};
use crate::config::DataArgs;
use crate::trail::invariants::{self, Asked};

/// Places of one broken invariant that are printed.
const SHOWN: usize = 20;

/// What to check, and how to say it.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Where the data is
    #[command(flatten)]
    data: DataArgs,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// Checks.
pub(super) fn run(args: &CheckArgs) -> ExitCode {
    check(args).unwrap_or_else(|line| {
        eprintln!("evenhand: {line}");
        ExitCode::from(2)
    })
}

fn check(args: &CheckArgs) -> Result<ExitCode, String> {
    let (settings, store) = open(&args.data)?;
    let asked = invariants::ask_all(&store.db).map_err(|e| chain(&e))?;
    let hash = |sha256: &str| store.files.hash_now(sha256);
    let report = verify::verify(&store.db, store.ledger.keys(), &settings.checkpoints, &hash).map_err(|e| chain(&e))?;
    let well = report.is_clean() && asked.iter().all(|asked| asked.broken.is_empty());
    if args.json {
        println!("{}", as_json(&asked, &report, well));
    } else {
        print(&asked, &report, well);
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn as_json(asked: &[Asked], report: &Report, well: bool) -> serde_json::Value {
    json!({
        "well": well,
        "invariants": asked.iter().map(|asked| json!({
            "name": asked.invariant.name,
            "means": asked.invariant.means,
            "source": asked.invariant.source,
            "broken": asked.broken,
        })).collect::<Vec<_>>(),
        "trail": {
            "records": report.records,
            "rows": report.rows,
            "files": report.files,
            "checkpoints": report.checkpoints,
            "anchored": report.anchored,
            "findings": report.findings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        },
    })
}

fn print(asked: &[Asked], report: &Report, well: bool) {
    let broken: Vec<&Asked> = asked.iter().filter(|asked| !asked.broken.is_empty()).collect();
    println!("{} of {} invariants hold", asked.len() - broken.len(), asked.len());
    for asked in &broken {
        println!("broken: {} ({})", asked.invariant.name, asked.invariant.source);
        println!("  It should be so: {}", asked.invariant.means);
        for place in asked.broken.iter().take(SHOWN) {
            println!("  {place}");
        }
        if let Some(more) = asked.broken.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            println!("  and {more} more");
        }
    }
    println!(
        "trail: {} records, {} rows, {} files, {} checkpoints; records 1 to {} anchored",
        report.records, report.rows, report.files, report.checkpoints, report.anchored
    );
    for finding in &report.findings {
        println!("  {finding}");
    }
    println!("{}", if well { "everything fits" } else { "NOT everything fits" });
}
