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

use super::{
    fault::RenderFault,
    order::Order,
    prepare::too_big,
    render::{Engine, Rendered},
    sandbox, wire,
};

/// How long a child may work in all before its parent replaces it.
///
/// The processor limit of [`sandbox`] is of the process too, so a child must not grow old: with
/// one thread it uses no more processor time than wall time, and the parent counts that.
pub(super) const WORKING_LIFE: Duration = Duration::from_mins(1);

/// How a child ends that this system lets do more than it may.
pub(super) const NOT_SHUT_IN: u8 = 71;

/// Runs until standard input ends.
#[must_use]
pub fn run() -> ExitCode {
    // A fault here or in the pipe has nobody to read it but the parent, which sees the process end.
    if shut_in().is_err() {
        return ExitCode::from(NOT_SHUT_IN);
    }
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// One thread, this one: a letter is too small to share out, and [`WORKING_LIFE`] counts on it.
///
/// Where the stack ends is looked up while files can still be read. Typst asks before each deep step, and when it cannot be
/// known, takes a new stack for it: more than a hundred for a letter, a tenth of the letter's time.
fn shut_in() -> io::Result<()> {
    stacker::remaining_stack();
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().map_err(io::Error::other)?;
    sandbox::shut_in()
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
    let order: Order<'_> = serde_json::from_slice(request)
        .map_err(|fault| RenderFault::Process { reason: format!("unreadable data: {fault}") })?;
    let time = Duration::from_secs(order.document.kind().bounds().processor_seconds);
    sandbox::grant(time).map_err(|fault| RenderFault::Process { reason: fault.to_string() })?;
    engine.carry_out(&order)
}
