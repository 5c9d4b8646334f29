//! What became of each step, said while it runs and once more at the end.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

/// What became of a step.
pub(super) enum Outcome {
    Passed,
    Failed(String),
    /// It did not run: this tool is not here.
    Missing(&'static str),
    /// It did not run for want of this tool, and may go without it in CI as well.
    LeftOut(&'static str),
}

impl Outcome {
    pub(super) fn of(result: anyhow::Result<()>) -> Self {
        match result {
            Ok(()) => Self::Passed,
            Err(error) => Self::Failed(format!("{error:#}")),
        }
    }
}

/// The steps so far.
pub(super) struct Report {
    total: usize,
    /// Whether a step must have run: nobody reads what is said of it.
    is_ci: bool,
    done: Vec<(&'static str, Outcome, Duration)>,
}

impl Report {
    pub(super) const fn new(total: usize, is_ci: bool) -> Self {
        Self { total, is_ci, done: Vec::new() }
    }

    /// Runs a step and says how it went.
    pub(super) fn run(&mut self, name: &'static str, about: &str, step: impl FnOnce() -> Outcome) {
        say(&format!("== [{}/{}] {name}: {about}", self.done.len() + 1, self.total));
        let started = Instant::now();
        let outcome = match step() {
            Outcome::Missing(tool) if self.is_ci => Outcome::Failed(format!("{tool} is not installed")),
            outcome => outcome,
        };
        let took = started.elapsed();
        say(&line(name, &outcome, took));
        self.done.push((name, outcome, took));
    }

    /// Leaves a step out because of an earlier one.
    pub(super) fn skip(&mut self, name: &'static str, needed: &str) {
        let outcome = Outcome::Failed(format!("not run, because {needed} failed"));
        say(&line(name, &outcome, Duration::ZERO));
        self.done.push((name, outcome, Duration::ZERO));
    }

    /// Whether a step ran and failed.
    pub(super) fn failed(&self, name: &str) -> bool {
        self.done.iter().any(|(done, outcome, _)| *done == name && matches!(outcome, Outcome::Failed(_)))
    }

    /// Says what became of everything; true if nothing failed.
    pub(super) fn conclude(&self) -> bool {
        say("== summary");
        for (name, outcome, took) in &self.done {
            say(&line(name, outcome, *took));
        }
        let absent: Vec<&str> = self
            .done
            .iter()
            .filter_map(|(_, outcome, _)| match outcome {
                Outcome::Missing(tool) | Outcome::LeftOut(tool) => Some(*tool),
                Outcome::Passed | Outcome::Failed(_) => None,
            })
            .collect();
        if !absent.is_empty() {
            say(&format!("not found on this machine: {}", absent.join(", ")));
        }
        let failed = self.done.iter().filter(|(_, outcome, _)| matches!(outcome, Outcome::Failed(_))).count();
        let took: Duration = self.done.iter().map(|(_, _, took)| *took).sum();
        say(&format!("{} steps, {failed} failed, in {}", self.done.len(), minutes(took)));
        failed == 0
    }
}

fn line(name: &str, outcome: &Outcome, took: Duration) -> String {
    let took = minutes(took);
    match outcome {
        Outcome::Passed => format!("   {name}: passed in {took}"),
        Outcome::Failed(reason) => format!("   {name}: FAILED after {took}: {reason}"),
        Outcome::Missing(tool) | Outcome::LeftOut(tool) => format!("   {name}: not run, {tool} is not installed"),
    }
}

fn minutes(took: Duration) -> String {
    let seconds = took.as_secs();
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {} s", seconds / 60, seconds % 60) }
}

fn say(line: &str) {
    // Nobody is left to be told if even this cannot be written.
    let _ = writeln!(io::stdout(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_fails_the_whole_and_a_missing_tool_does_not() {
        let mut report = Report::new(3, false);
        report.run("a", "", || Outcome::Passed);
        report.run("b", "", || Outcome::Missing("python3"));
        assert!(report.conclude());
        report.run("c", "", || Outcome::of(Err(anyhow::anyhow!("broken"))));
        assert!(report.failed("c") && !report.failed("a") && !report.failed("b"));
        assert!(!report.conclude());
    }

    #[test]
    fn in_ci_a_step_that_cannot_run_has_failed() {
        let mut report = Report::new(1, true);
        report.run("a", "", || Outcome::Missing("python3"));
        assert!(report.failed("a") && !report.conclude());
    }

    #[test]
    fn what_may_be_left_out_fails_nowhere() {
        let mut report = Report::new(1, true);
        report.run("a", "", || Outcome::LeftOut("Chromium"));
        assert!(!report.failed("a") && report.conclude());
    }

    #[test]
    fn a_step_whose_need_failed_counts_as_failed() {
        let mut report = Report::new(1, false);
        report.skip("cloud", "bootstraps");
        assert!(!report.conclude());
    }
}
