//! The steps of the web app: what Node.js does alone, and what needs a browser.

use std::{
    env,
    io::{self, Write as _},
    path::Path,
    process::Command,
};

use anyhow::Context as _;

use super::{report::Outcome, succeed};
use crate::web::{Node, alone, build, chromium, install};

/// Packages, types, lint, unit tests, build and sizes.
pub(super) fn check(root: &Path) -> Outcome {
    let Some(node) = Node::find() else { return Outcome::Missing(Node::NAME) };
    let run = || {
        let _alone = alone(&root.join("web"), |text| drop(writeln!(io::stderr(), "{text}")))?;
        install(root, &node, |_| ())?;
        for script in ["check", "lint", "test"] {
            npm(root, script)?;
        }
        build(root, &node)?;
        npm(root, "sizes")
    };
    Outcome::of(run())
}

/// A clinic's day in Chromium: in both languages, with an import and a session that ends.
pub(super) fn day(root: &Path) -> Outcome {
    in_chromium(root, &["day", "import", "session"])
}

/// Every screen in Chromium.
pub(super) fn browse(root: &Path) -> Outcome {
    in_chromium(root, &[])
}

/// The app in Chromium, against the program that runs now; of the files of its tests only those that are named, if any is.
fn in_chromium(root: &Path, files: &[&str]) -> Outcome {
    if Node::find().is_none() {
        return Outcome::Missing(Node::NAME);
    }
    let Some(chromium) = chromium() else { return Outcome::LeftOut("Chromium") };
    let run = || {
        let own = env::current_exe().context("the program that runs now")?;
        let mut command = Command::new("npm");
        command.args(["run", "--silent", "browser", "--"]).args(files).env("CHROMIUM", chromium);
        // Its successor, if an earlier step has built it anew.
        if own.exists() {
            command.env("DAWR", own);
        }
        succeed(&root.join("web"), &mut command)
    };
    Outcome::of(run())
}

fn npm(root: &Path, script: &str) -> anyhow::Result<()> {
    succeed(&root.join("web"), Command::new("npm").args(["run", "--silent", script]).env_remove("NODE_ENV"))
        .with_context(|| format!("npm run {script}"))
}
