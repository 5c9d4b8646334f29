//! Builds the bootstraps of all contexts for Lambda's `provided.al2023` and checks what came out.

mod bootstrap;
mod dependencies;
mod tools;

use std::{
    io::{self, Write as _},
    path::Path,
    process::Command,
};

use anyhow::{Context as _, ensure};

use crate::generate::CONTEXTS;
use bootstrap::Bootstrap;

/// The platform, with the newest glibc that its symbols may ask for: provided.al2023 has 2.34.
const TARGET: &str = "x86_64-unknown-linux-gnu.2.34";

/// Builds `target/lambda/<context>/bootstrap` for every context and checks each: its size, its zipped size, the glibc it
/// asks for, and that there is one TLS stack.
///
/// # Errors
/// If a tool cannot be installed, the build fails, or a bootstrap breaks a limit.
pub fn run(root: &Path) -> anyhow::Result<()> {
    dependencies::check(root)?;
    let tools = tools::install(root)?;
    let mut build = Command::new("cargo");
    // One call for all, so that what they share is compiled once.
    build.args(["lambda", "build", "--release", "--locked", "--target", TARGET]);
    for context in CONTEXTS {
        build.args(["--package", &format!("dawr-{}", context.name), "--bin", context.name]);
    }
    build.current_dir(root);
    build.env("PATH", tools);
    // Without it the cryptography library measures its own jitter for entropy during init: tens of milliseconds of
    // every cold start, and the kernel's randomness is enough.
    build.env("AWS_LC_SYS_NO_JITTER_ENTROPY", "1");
    // A program at a fixed address: no list of a hundred thousand places to relocate, half a megabyte of each bootstrap, and
    // nothing to do for it at a cold start. A sandbox of Lambda's runs one program, in a virtual machine of its own.
    build.env("RUSTFLAGS", "-C relocation-model=static");
    let status = build.status().context("starting cargo lambda")?;
    ensure!(status.success(), "the bootstraps were not built: cargo lambda ended with {status}");
    report(root)
}

fn report(root: &Path) -> anyhow::Result<()> {
    let mut out = io::stdout();
    let mut broken = Vec::new();
    for context in CONTEXTS {
        let path = root.join("target/lambda").join(context.name).join("bootstrap");
        let bootstrap = Bootstrap::read(&path).with_context(|| format!("checking {}", path.display()))?;
        writeln!(out, "{:<12} {bootstrap}", context.name)?;
        broken.extend(bootstrap.faults().into_iter().map(|fault| format!("{}: {fault}", context.name)));
    }
    ensure!(broken.is_empty(), "{}", broken.join("; "));
    Ok(())
}
