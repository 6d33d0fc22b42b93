//! The `evenhand` command.

use std::process::ExitCode;

/// Letters are set about a tenth faster with it than with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    evenhand::cli::run()
}
