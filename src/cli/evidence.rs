//! `evenhand evidence` and `evenhand case-file`: evidence written into a file, for whoever runs the machine.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::Args;

use super::audit::open;
use crate::app::{Store, chain};
use crate::audit::{Change, WriteTx};
use crate::base::actor::Actor;
use crate::config::{DataArgs, DataSettings};
use crate::error::Problem;
use crate::files::digest;
use crate::trail::actions::{Made, record_bundle, record_case_file};
use crate::trail::evidence::{self, Packed, Source};
use crate::web::Pages;

/// Of what, and where to.
#[derive(Debug, Args)]
pub(super) struct EvidenceArgs {
    /// The reference: of a round for `evidence`, of an application for `case-file`
    reference: String,
    /// Where the data is
    #[command(flatten)]
    data: DataArgs,
    /// The file to write; it must not be there yet [default: REFERENCE-evidence.zip or REFERENCE-case-file.zip]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Leave out documents that a virus scanner has not passed
    #[arg(long)]
    scanned: bool,
}

const BY: Actor = Actor::System("command line");

type Out = BufWriter<File>;

/// Writes the bundle of a round.
pub(super) fn bundle(args: &EvidenceArgs) -> Result<(), String> {
    let (settings, store) = open(&args.data)?;
    let pages = pages()?;
    write(args, "evidence", &store, record_bundle, |out| {
        store.db.read(|conn| {
            let round = evidence::round_for(conn, &BY, &args.reference)?;
            evidence::bundle(conn, source(args, &settings, &store, &pages), &round, out)
        })
    })
}

/// Writes the case file of an application.
pub(super) fn case_file(args: &EvidenceArgs) -> Result<(), String> {
    let (settings, store) = open(&args.data)?;
    let pages = pages()?;
    write(args, "case-file", &store, record_case_file, |out| {
        store.db.read(|conn| {
            let (application, _) = evidence::application_for(conn, &BY, &args.reference)?;
            evidence::case_file(conn, source(args, &settings, &store, &pages), &application, out)
        })
    })
}

fn pages() -> Result<Pages, String> {
    Pages::load().map_err(|e| chain(&e))
}

fn source<'a>(args: &EvidenceArgs, settings: &'a DataSettings, store: &'a Store, pages: &'a Pages) -> Source<'a> {
    Source {
        files: &store.files,
        pages,
        keys: store.ledger.keys(),
        checkpoints: &settings.checkpoints,
        scanner: args.scanned,
    }
}

/// Makes the file, records it, and leaves nothing behind when either fails.
fn write(
    args: &EvidenceArgs,
    what: &str,
    store: &Store,
    record: impl FnOnce(&mut WriteTx<'_>, &str, &Made) -> Result<Change<()>, Problem>,
    make: impl FnOnce(Out) -> Result<Packed<Out>, Problem>,
) -> Result<(), String> {
    let path = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}-{what}.zip", args.reference)));
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .map_err(|e| format!("{}: {e}", path.display()))?;
    let done = finish(args, make(BufWriter::new(file)), &path).and_then(|made| {
        store.ledger.write(&BY, |tx| record(tx, &args.reference, &made)).map_err(|e| told(&args.reference, &e))?;
        Ok(made)
    });
    match done {
        Ok(made) => {
            println!("{}: {} files, {} bytes, SHA-256 {}", path.display(), made.files, made.bytes, made.sha256);
            Ok(())
        }
        Err(line) => {
            // What is half written is no evidence.
            fs::remove_file(&path).map_err(|e| format!("{line}; {} cannot be removed: {e}", path.display()))?;
            Err(line)
        }
    }
}

fn finish(args: &EvidenceArgs, packed: Result<Packed<Out>, Problem>, path: &Path) -> Result<Made, String> {
    let Packed { out, files, applications } = packed.map_err(|problem| told(&args.reference, &problem))?;
    let fault = |e: std::io::Error| format!("{}: {e}", path.display());
    let mut file = out.into_inner().map_err(|e| fault(e.into_error()))?;
    let (size, sha256) = digest(&mut file).map_err(fault)?;
    file.sync_all().map_err(fault)?;
    Ok(Made { applications, files, bytes: i64::try_from(size).unwrap_or(i64::MAX), sha256 })
}

fn told(reference: &str, problem: &Problem) -> String {
    match problem {
        Problem::NotFound => format!("there is no {reference} that evidence can be made of"),
        other => chain(other),
    }
}
