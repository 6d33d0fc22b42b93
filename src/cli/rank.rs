//! `evenhand rank FILE.json`: a whole round in, its ranking out, by the same code as online.
//!
//! Input is strict JSON; what is read and what is refused stands in [`read`], the output in
//! [`report`]. Good input: the ranking on standard output, exit 0. Bad input: every fault with its
//! place, one per line, on standard error, nothing on standard output, exit 2.

mod node;
mod place;
mod read;
mod report;

use std::fmt::Display;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::decisions::rules::rank;

/// Bad usage or bad input; clap uses the same.
const BAD_INPUT: u8 = 2;

/// What `evenhand rank` is given.
#[derive(Debug, clap::Args)]
pub(super) struct RankArgs {
    /// The round as JSON; `-` reads standard input
    #[arg(value_name = "FILE.json")]
    file: PathBuf,
}

/// Ranks the round in the file.
pub(super) fn run(args: &RankArgs) -> ExitCode {
    let json = match read_bytes(&args.file) {
        Ok(json) => json,
        Err(error) => return refuse([format!("{}: cannot be read: {error}", args.file.display())]),
    };
    let (rules, candidates) = match node::parse(&json).map_err(|fault| vec![fault]).and_then(|root| read::read(&root)) {
        Ok(round) => round,
        Err(faults) => return refuse(faults),
    };
    match report::render(&rank(&rules, &candidates)).map_err(io::Error::from).and_then(|text| print(&text)) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has seen enough (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain([format!("the ranking cannot be written: {error}")]);
            ExitCode::FAILURE
        }
    }
}

fn read_bytes(file: &Path) -> io::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut json = Vec::new();
        io::stdin().lock().read_to_end(&mut json)?;
        return Ok(json);
    }
    fs::read(file)
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn refuse<T: Display>(faults: impl IntoIterator<Item = T>) -> ExitCode {
    complain(faults);
    ExitCode::from(BAD_INPUT)
}

fn complain<T: Display>(lines: impl IntoIterator<Item = T>) {
    let mut err = io::BufWriter::new(io::stderr().lock());
    for line in lines {
        // When even standard error is closed, the exit code has to say it alone.
        if writeln!(err, "{line}").is_err() {
            return;
        }
    }
}
