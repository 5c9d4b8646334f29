//! The steps that cargo does. They share what they compile: clippy and the documentation check the dependencies once,
//! the tests build them once, all in the `dev` profile of the program that runs now.

use std::{env, path::Path, process::Command, thread};

use super::{report::Outcome, snapshots, succeed};

/// The cargo that started this program.
pub(super) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn run(root: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Outcome {
    Outcome::of(succeed(root, cargo().args(arguments).envs(variables.iter().copied())))
}

pub(super) fn format(root: &Path) -> Outcome {
    run(root, &["fmt", "--all", "--check"], &[])
}

pub(super) fn clippy(root: &Path) -> Outcome {
    run(root, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], &[])
}

pub(super) fn docs(root: &Path) -> Outcome {
    let arguments = ["doc", "--workspace", "--no-deps", "--locked", "--document-private-items"];
    run(root, &arguments, &[("RUSTDOCFLAGS", "-D warnings")])
}

/// Every test of the workspace: by nextest where it is, each in a process of its own and within a limit; by cargo itself
/// elsewhere, which runs the same ones and asserts the same.
pub(super) fn tests(root: &Path) -> Outcome {
    let references = snapshots::begin(root);
    // Property tests draw the same cases each time: one that fails here has failed before it was pushed. To search for new
    // ones, run a crate's tests by hand with a larger PROPTEST_CASES.
    let variables = [
        ("INSTA_UPDATE", "no".into()),
        ("INSTA_SNAPSHOT_REFERENCES_FILE", references.into_os_string()),
        ("PROPTEST_RNG_SEED", "1".into()),
    ];
    let nextest = succeed(root, cargo().args(["nextest", "--version"])).is_ok();
    // One more than there are cores: some tests wait for the clock, and leave theirs idle.
    let threads = thread::available_parallelism().map_or(2, |cores| cores.get() + 1).to_string();
    let arguments: &[&str] = if nextest {
        &["nextest", "run", "--workspace", "--locked", "--profile", "ci", "--test-threads", &threads]
    } else {
        // Libraries, programs and integration tests: doctests have a step of their own.
        &["test", "--workspace", "--locked", "--all-targets", "--no-fail-fast"]
    };
    Outcome::of(succeed(root, cargo().args(arguments).envs(variables)))
}

pub(super) fn doctests(root: &Path) -> Outcome {
    run(root, &["test", "--workspace", "--locked", "--doc"], &[])
}
