//! The render process: reads letters' data on standard input, writes PDFs on standard output.
//!
//! It is the service's own binary under a hidden subcommand. It limits itself before it reads
//! anything, and ends when its input ends.

use std::{
    io::{self, BufReader, BufWriter},
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    time::Duration,
};

use rlimit::Resource;

use super::{
    document::Document,
    fault::RenderFault,
    prepare::too_big,
    render::{Engine, Rendered},
    wire,
};

/// The most memory it may map. Typst needs about 50 MB for a letter and ends the process without
/// it.
const MEMORY_BYTES: u64 = 1536 * 1024 * 1024;

/// How long a child may work in all before its parent replaces it.
///
/// The processor limit below is of the process, not of a letter, so a child must not grow old: with
/// one thread it uses no more processor time than wall time, and the parent counts that.
pub(super) const WORKING_LIFE: Duration = Duration::from_mins(1);

/// The processor time after which the kernel ends the process: a backstop for a child whose parent
/// is gone. It is above [`WORKING_LIFE`] and one document's longest wall limit together.
const PROCESSOR_SECONDS: u64 = 90;

/// Standard input, output and error, and a few that the runtime opens for a moment.
const OPEN_FILES: u64 = 16;

/// Runs until standard input ends.
#[must_use]
pub fn run() -> ExitCode {
    // A fault here or in the pipe has nobody to read it but the parent, which sees the process end.
    match limit().and_then(|()| serve()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn limit() -> io::Result<()> {
    for (resource, most) in [
        (Resource::AS, MEMORY_BYTES),
        (Resource::CPU, PROCESSOR_SECONDS),
        (Resource::NOFILE, OPEN_FILES),
        (Resource::FSIZE, 0),
        (Resource::CORE, 0),
    ] {
        // A container may already allow less.
        let most = most.min(resource.get_hard()?);
        resource.set(most, most)?;
    }
    Ok(())
}

fn serve() -> io::Result<()> {
    let engine = Engine::new().map_err(io::Error::other)?;
    let mut requests = BufReader::new(io::stdin().lock());
    let mut answers = BufWriter::new(io::stdout().lock());
    while let Some(request) = wire::receive(&mut requests, wire::MAX_REQUEST)? {
        // After a panic typst's caches may be in any state, so the answer is this process's last.
        let panicked = match catch_unwind(AssertUnwindSafe(|| answer(&engine, &request))) {
            Ok(result) => {
                wire::send_answer(&mut answers, result)?;
                false
            }
            Err(_) => true,
        };
        if panicked {
            let how = String::from("the typesetter panicked");
            wire::send_answer(&mut answers, Err(RenderFault::Died { how }))?;
            break;
        }
    }
    Ok(())
}

fn answer(engine: &Engine, request: &[u8]) -> Result<Rendered, RenderFault> {
    if request.len() > wire::MAX_REQUEST {
        return Err(too_big(request.len(), wire::MAX_REQUEST));
    }
    let document: Document<'_> = serde_json::from_slice(request)
        .map_err(|fault| RenderFault::Process { reason: format!("unreadable data: {fault}") })?;
    engine.render(document)
}
