//! One TLS stack: a second one costs megabytes and milliseconds, and has its own holes to mend.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use anyhow::{Context as _, ensure};

use crate::generate::CONTEXTS;

/// Of these a bootstrap has exactly one version.
const ONE: &[&str] = &["aws-lc-rs", "hyper", "hyper-rustls", "rustls"];

/// These it has not at all.
const NONE: &[&str] = &["native-tls", "openssl", "openssl-sys", "ring"];

/// Checks what the bootstraps are made of.
///
/// # Errors
/// If there is more than one TLS stack, or cargo cannot be asked.
pub(super) fn check(root: &Path) -> anyhow::Result<()> {
    let mut tree = Command::new("cargo");
    tree.args(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    for context in CONTEXTS {
        tree.args(["--package", &format!("dawr-{}", context.name)]);
    }
    let output = tree.current_dir(root).output().context("starting cargo tree")?;
    ensure!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr).trim());
    let faults = faults(&String::from_utf8_lossy(&output.stdout));
    ensure!(faults.is_empty(), "the bootstraps do not have one TLS stack: {}", faults.join("; "));
    Ok(())
}

fn faults(tree: &str) -> Vec<String> {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in tree.lines() {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            versions.entry(name).or_default().insert(version);
        }
    }
    let found = |name: &str| versions.get(name).into_iter().flatten().copied().collect::<Vec<_>>().join(" and ");
    let mut faults = Vec::new();
    for name in ONE {
        if versions.get(name).map_or(0, BTreeSet::len) != 1 {
            faults.push(format!("one {name} is expected, not {:?}", found(name)));
        }
    }
    for name in NONE {
        if versions.contains_key(name) {
            faults.push(format!("{name} {} is not expected", found(name)));
        }
    }
    // Two versions of hyper are counted above; the old one must not be the only one either.
    if found("hyper").starts_with("v0.") && !found("hyper").contains(" and ") {
        faults.push("hyper 0.14 came back".to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
dawr-identity v0.1.0 (/somewhere)
rustls v0.23.1
rustls v0.23.1 (*)
hyper v1.7.0
hyper-rustls v0.27.0
aws-lc-rs v1.14.0
";

    #[test]
    fn one_stack_is_fine() {
        assert_eq!(faults(GOOD), Vec::<String>::new());
    }

    #[test]
    fn another_stack_is_found() {
        for more in ["rustls v0.21.0", "hyper v0.14.3", "openssl-sys v0.9.1", "native-tls v0.2.0", "ring v0.17.0"] {
            assert_eq!(faults(&format!("{GOOD}{more}\n")).len(), 1, "{more}");
        }
        assert_eq!(faults(&GOOD.replace("hyper v1.7.0", "hyper v0.14.3")).len(), 1);
        assert_eq!(faults("").len(), ONE.len());
    }
}
