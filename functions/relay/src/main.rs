//! The bootstrap of the context: one binary, started as whichever function the template names.

fn main() -> std::process::ExitCode {
    dawr_runtime::start(&dawr_relay::CONTEXT)
}
