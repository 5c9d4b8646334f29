//! What the workspace is made of, as cargo itself knows it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use super::cargo::cargo;

/// Where Dawr runs: what other systems would need is nobody's business.
const TARGETS: [&str; 2] = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];

/// The part of `cargo metadata` that is looked at.
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    pub(super) packages: Vec<Package>,
    workspace_members: Vec<String>,
    resolve: Resolve,
}

/// A package, the workspace's own or another's.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    id: String,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) license: Option<String>,
    /// Where it is from; none for a folder.
    pub(super) source: Option<String>,
    manifest_path: PathBuf,
    pub(super) dependencies: Vec<Requirement>,
}

/// A line of a package's dependencies.
#[derive(Debug, Deserialize)]
pub(super) struct Requirement {
    pub(super) name: String,
    /// The versions that will do.
    pub(super) req: String,
    pub(super) path: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Resolved>,
}

#[derive(Debug, Deserialize)]
struct Resolved {
    /// Its name in the sources.
    name: String,
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Debug, Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// What a crate of the workspace depends on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dependency {
    /// Its name in the sources.
    pub(super) name: String,
    /// Its name in the manifest, unless it is renamed there.
    pub(super) package: String,
    /// Whether only tests may use it.
    pub(super) is_for_tests: bool,
}

impl Metadata {
    /// Asks cargo. What is not on this machine yet is fetched, as for a build.
    ///
    /// # Errors
    /// If cargo does not answer, or `Cargo.lock` does not fit.
    pub(super) fn of(root: &Path) -> anyhow::Result<Self> {
        let platforms = |option: &'static str| TARGETS.iter().flat_map(move |target| [option, target]);
        let metadata = ["metadata", "--format-version", "1", "--locked", "--all-features"];
        let found = ask(root, metadata.into_iter().chain(platforms("--filter-platform")))?;
        let mut found: Self = serde_json::from_str(&found).context("cargo metadata")?;
        // It names packages of features that nobody has turned on, too; the tree does not.
        let tree =
            ["tree", "--workspace", "--locked", "--all-features", "--edges", "normal,build,dev", "--prefix", "none"];
        let tree = ask(root, tree.into_iter().chain(["--format", "{p}"]).chain(platforms("--target")))?;
        let used: BTreeSet<(&str, &str)> = tree.lines().filter_map(name_and_version).collect();
        found.packages.retain(|package| used.contains(&(&*package.name, &*package.version)));
        Ok(found)
    }

    fn is_own(&self, package: &Package) -> bool {
        self.workspace_members.contains(&package.id)
    }

    /// The workspace's own crates.
    pub(super) fn own(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.is_own(package))
    }

    /// All that is not the workspace's own.
    pub(super) fn others(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| !self.is_own(package))
    }

    /// What a crate depends on, once for each kind of use.
    pub(super) fn dependencies(&self, of: &Package) -> Vec<Dependency> {
        let names: BTreeMap<&str, &str> = self.packages.iter().map(|other| (&*other.id, &*other.name)).collect();
        let node = self.resolve.nodes.iter().find(|node| node.id == of.id);
        let resolved = node.into_iter().flat_map(|node| &node.deps);
        let uses = |resolved: &Resolved| {
            let mut kinds: Vec<bool> =
                resolved.dep_kinds.iter().map(|kind| kind.kind.as_deref() == Some("dev")).collect();
            kinds.sort_unstable();
            kinds.dedup();
            let package = names.get(&*resolved.pkg).map_or(&*resolved.name, |name| name).to_owned();
            let name = resolved.name.clone();
            kinds.into_iter().map(move |is_for_tests| Dependency {
                name: name.clone(),
                package: package.clone(),
                is_for_tests,
            })
        };
        resolved.flat_map(uses).collect()
    }
}

/// What cargo answers.
fn ask<'a>(root: &Path, arguments: impl Iterator<Item = &'a str>) -> anyhow::Result<String> {
    let output = cargo().current_dir(root).args(arguments).output().context("cargo cannot be started")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// Of a line of the tree: `serde v1.0.229 (proc-macro)`.
fn name_and_version(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_whitespace();
    Some((words.next()?, words.next()?.strip_prefix('v')?))
}

impl Package {
    /// Its folder.
    pub(super) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A workspace of one crate `own` in a folder, with these dependencies of its: each a package and its kind.
    pub(in crate::test) fn workspace(folder: &Path, own: &Value, others: &[(Value, Option<&str>)]) -> Metadata {
        let mut own = own.clone();
        own["name"] = json!("own");
        own["id"] = json!("own");
        own["manifest_path"] = json!(folder.join("Cargo.toml"));
        let complete = |(other, _): &(Value, Option<&str>)| {
            let mut other = other.clone();
            other["id"] = other["name"].clone();
            let defaults = json!({
                "version": "1.0.0", "license": "MIT", "manifest_path": "/elsewhere/Cargo.toml", "dependencies": [],
                "source": "registry+https://github.com/rust-lang/crates.io-index",
            });
            for (name, value) in defaults.as_object().unwrap() {
                if other.get(name).is_none() {
                    other[name] = value.clone();
                }
            }
            other
        };
        let resolve = |(other, kind): &(Value, Option<&str>)| {
            let name = other["name"].as_str().unwrap();
            json!({ "name": name.replace('-', "_"), "pkg": name, "dep_kinds": [{ "kind": kind }] })
        };
        let deps: Vec<Value> = others.iter().map(resolve).collect();
        let mut packages: Vec<Value> = others.iter().map(complete).collect();
        for (name, value) in [("version", json!("0.1.0")), ("dependencies", json!([]))] {
            if own.get(name).is_none() {
                own[name] = value;
            }
        }
        packages.push(own);
        let metadata = json!({
            "packages": packages,
            "workspace_members": ["own"],
            "resolve": { "nodes": [{ "id": "own", "deps": deps }] },
        });
        serde_json::from_value(metadata).unwrap()
    }

    #[test]
    fn this_workspace_is_read() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().parent().unwrap();
        let metadata = Metadata::of(root).unwrap();
        let own = metadata.own().find(|package| package.name == "dawr").unwrap();
        assert!(own.folder().ends_with("infra/dawr"));
        let dependencies = metadata.dependencies(own);
        let expected = |name: &str, package: &str, is_for_tests| Dependency {
            name: name.to_owned(),
            package: package.to_owned(),
            is_for_tests,
        };
        assert!(dependencies.contains(&expected("dynoxide", "dynoxide-rs", false)));
        assert!(dependencies.contains(&expected("tempfile", "tempfile", true)));
        assert!(metadata.others().all(|package| package.source.is_some()));
        // A feature of a dependency that is not turned on would bring it in.
        assert!(metadata.others().all(|package| package.name != "ring"));
    }
}
