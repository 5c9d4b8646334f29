//! The steps of tools that are used where they are: compiling them would take longer than all tests together.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use super::{report::Outcome, succeed};

/// Whether a program is there and answers.
pub(super) fn answers(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn of(root: &Path, program: &str, arguments: &[&str]) -> Outcome {
    if answers(program, &["--version"]) {
        Outcome::of(succeed(root, Command::new(program).args(arguments)))
    } else {
        Outcome::Missing(program.to_owned())
    }
}

/// Security advisories, licences, duplicate versions and sources of all dependencies, by `deny.toml`.
pub(super) fn deny(root: &Path) -> Outcome {
    of(root, "cargo-deny", &["--workspace", "--locked", "check"])
}

/// Dependencies that no code uses.
pub(super) fn machete(root: &Path) -> Outcome {
    of(root, "cargo-machete", &["--skip-target-dir"])
}
