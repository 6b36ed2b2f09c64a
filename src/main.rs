//! The binary: reads its arguments and hands over to `cli`.
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    umeed::cli::run()
}
