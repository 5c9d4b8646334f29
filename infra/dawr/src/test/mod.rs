//! `cargo run -- test`: every test and check there is, one after the other, on a clean clone as well.
//!
//! A step that fails does not stop the next one, unless that one needs what it makes. What this machine lacks is named
//! at the end: nothing is left out silently.

mod cargo;
mod report;
mod snapshots;
mod tools;

use std::{path::Path, process::Command};

use anyhow::{bail, ensure};

use report::{Outcome, Report};

/// What to run.
#[derive(Debug, Default, clap::Args)]
pub struct Selection {
    /// Only these steps, in their usual order; everything if none is named.
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(STEPS.iter().map(|step| step.name)))]
    steps: Vec<String>,
}

/// A step of the whole.
struct Step {
    name: &'static str,
    /// What it checks, for whoever reads the progress.
    about: &'static str,
    run: fn(&Path) -> Outcome,
    /// The step without whose success there is nothing to run.
    needs: Option<&'static str>,
}

const fn step(name: &'static str, about: &'static str, run: fn(&Path) -> Outcome) -> Step {
    Step { name, about, run, needs: None }
}

/// The steps: what is quick to fail comes first.
const STEPS: &[Step] = &[
    step("format", "cargo fmt --check", cargo::format),
    step("clippy", "clippy, warnings denied, all targets", cargo::clippy),
    step("docs", "cargo doc, warnings denied", cargo::docs),
    step("tests", "unit and integration tests", cargo::tests),
    step("doctests", "examples in the documentation", cargo::doctests),
    step("snapshots", "no snapshot without a test", snapshots::check),
    step("drift", "generated files are those of the code", drift),
    step("licences", "cargo deny: advisories, licences, sources", tools::deny),
    step("unused", "cargo machete: no dependency without a use", tools::machete),
    step("bootstraps", "release bootstraps for provided.al2023, within their limits", bootstraps),
    Step {
        needs: Some("bootstraps"),
        ..step("cloud", "the templates linted, deployed to an emulator and used", cloud)
    },
];

/// Runs the steps and prints what became of each.
///
/// # Errors
/// If a step failed.
pub fn run(root: &Path, selection: &Selection) -> anyhow::Result<()> {
    let chosen = |step: &&Step| selection.steps.is_empty() || selection.steps.iter().any(|name| name == step.name);
    let steps: Vec<&Step> = STEPS.iter().filter(chosen).collect();
    let mut report = Report::new(steps.len());
    for step in steps {
        match step.needs.filter(|needed| report.failed(needed)) {
            Some(needed) => report.skip(step.name, needed),
            None => report.run(step.name, step.about, || (step.run)(root)),
        }
    }
    ensure!(report.conclude(), "not everything passed");
    Ok(())
}

fn drift(root: &Path) -> Outcome {
    Outcome::of(match crate::generate::drift(root).as_slice() {
        [] => Ok(()),
        differences => Err(anyhow::anyhow!("{}", differences.join("\n"))),
    })
}

fn bootstraps(root: &Path) -> Outcome {
    Outcome::of(crate::build::run(root))
}

fn cloud(root: &Path) -> Outcome {
    let script = root.join("tests/cloud/run.py");
    if !tools::answers("python3", &["--version"]) {
        return Outcome::Missing("python3".to_owned());
    }
    let mut command = Command::new("python3");
    command.arg(script);
    // The program that runs now plays the patients' phones; or its successor, if an earlier step has built it anew.
    if let Some(own) = std::env::current_exe().ok().filter(|own| own.exists()) {
        command.env("DAWR", own);
    }
    Outcome::of(succeed(root, &mut command))
}

/// Runs a command in the project's root, its output on this one's.
fn succeed(root: &Path, command: &mut Command) -> anyhow::Result<()> {
    match command.current_dir(root).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("{} ended with {status}", command.get_program().display()),
        Err(error) => bail!("{} cannot be started: {error}", command.get_program().display()),
    }
}
