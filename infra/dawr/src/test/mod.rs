//! `cargo run -- test`: every test and check there is, one after the other, on a clean clone as well. Only what goes
//! through every screen in a browser runs when it is named.
//!
//! A step that fails does not stop the next one, unless that one needs what it makes. What this machine lacks is named
//! at the end: nothing is left out silently. Where `CI` is set, a step that cannot run has failed.

mod cargo;
mod licences;
mod packages;
mod report;
mod snapshots;
mod unused;
mod web;

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{bail, ensure};

use report::{Outcome, Report};

/// What to run.
#[derive(Debug, Default, clap::Args)]
pub struct Selection {
    /// Only these steps, in their usual order; if none is named, all but `browser`.
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
    /// Whether it runs only when it is named: it takes too long for every change.
    by_name: bool,
}

const fn step(name: &'static str, about: &'static str, run: fn(&Path) -> Outcome) -> Step {
    Step { name, about, run, needs: None, by_name: false }
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
    step("web", "the web app: types, lint, unit tests, build, sizes", web::check),
    Step {
        needs: Some("web"),
        ..step("day", "a clinic's day in Chromium: in both languages, with an import and a session that ends", web::day)
    },
    Step {
        needs: Some("web"),
        by_name: true,
        ..step("browser", "every screen of the web app in Chromium", web::browse)
    },
    step("licences", "licences, sources and bans of all dependencies", licences::check),
    step("unused", "no dependency without a use", unused::check),
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
    let is_named = |step: &Step| selection.steps.iter().any(|name| name == step.name);
    let chosen = |step: &&Step| if selection.steps.is_empty() { !step.by_name } else { is_named(step) };
    let steps: Vec<&Step> = STEPS.iter().filter(chosen).collect();
    let is_ci = env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    let mut report = Report::new(steps.len(), is_ci);
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
    if has_python() { Outcome::of(crate::build::run(root)) } else { Outcome::Missing(PYTHON) }
}

fn cloud(root: &Path) -> Outcome {
    if !has_python() {
        return Outcome::Missing(PYTHON);
    }
    let mut command = Command::new(PYTHON);
    command.arg(root.join("tests/cloud/run.py"));
    // The program that runs now plays the patients' phones; or its successor, if an earlier step has built it anew.
    if let Some(own) = env::current_exe().ok().filter(|own| own.exists()) {
        command.env("DAWR", own);
    }
    Outcome::of(succeed(root, &mut command))
}

/// What the last steps install their tools with.
const PYTHON: &str = "python3";

fn has_python() -> bool {
    let mut command = Command::new(PYTHON);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Runs a command in the project's root, its output on this one's.
fn succeed(root: &Path, command: &mut Command) -> anyhow::Result<()> {
    match command.current_dir(root).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("{} ended with {status}", command.get_program().display()),
        Err(error) => bail!("{} cannot be started: {error}", command.get_program().display()),
    }
}
