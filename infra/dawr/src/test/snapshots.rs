//! Snapshots that no test looks at any more, and those that wait for a decision.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};

use super::report::Outcome;

/// Where each test notes the snapshots that it looks at (insta's `INSTA_SNAPSHOT_REFERENCES_FILE`).
fn references(root: &Path) -> PathBuf {
    root.join("target").join("snapshot-references")
}

/// Forgets what an earlier run noted, and says where this one does.
pub(super) fn begin(root: &Path) -> PathBuf {
    let references = references(root);
    // What cannot be removed fails the check below with names that no longer are.
    let _ = fs::remove_file(&references);
    references
}

/// Every snapshot was looked at by the tests of this run.
pub(super) fn check(root: &Path) -> Outcome {
    Outcome::of(unreferenced(root).and_then(|found| {
        ensure!(found.is_empty(), "no test looks at these, delete them:\n{}", found.join("\n"));
        Ok(())
    }))
}

fn unreferenced(root: &Path) -> anyhow::Result<Vec<String>> {
    let noted = fs::read_to_string(references(root)).context("the tests did not run before")?;
    let canonical = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let looked_at: BTreeSet<PathBuf> = noted.lines().map(|line| canonical(&root.join(line))).collect();
    let mut found = Vec::new();
    for folder in ["functions", "infra", "shared", "tests"] {
        walk(&root.join(folder), &mut found)?;
    }
    let stale = found.into_iter().map(|path| canonical(&path)).filter(|path| !looked_at.contains(path));
    Ok(stale.map(|path| path.display().to_string()).collect())
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let is = |extension: &str| path.extension().is_some_and(|found| found == extension);
        if path.is_dir() {
            walk(&path, found)?;
        } else if is("snap") || is("new") {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_that_no_test_named_is_found() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["functions", "infra", "shared", "tests/it/snapshots", "target"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        let snapshots = root.path().join("tests/it/snapshots");
        for name in ["used.snap", "stale.snap", "pending.snap.new"] {
            fs::write(snapshots.join(name), "").unwrap();
        }
        assert!(unreferenced(root.path()).is_err(), "without a run of the tests nothing is known");
        let used = snapshots.join("../snapshots/used.snap");
        fs::write(begin(root.path()), format!("{}\n", used.display())).unwrap();
        let mut found = unreferenced(root.path()).unwrap();
        found.sort();
        assert_eq!(found.len(), 2);
        assert!(found[0].ends_with("pending.snap.new") && found[1].ends_with("stale.snap"));
    }
}
