//! Dependencies that no source names.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};

use super::{
    packages::{Dependency, Metadata, Package},
    report::Outcome,
};

/// Every dependency of every crate is used by it: those of the program in its program, those of tests anywhere.
pub(super) fn check(root: &Path) -> Outcome {
    Outcome::of(Metadata::of(root).and_then(|metadata| {
        let unused = unused(&metadata)?;
        ensure!(unused.is_empty(), "{}", unused.join("\n"));
        Ok(())
    }))
}

fn unused(metadata: &Metadata) -> anyhow::Result<Vec<String>> {
    let mut problems = Vec::new();
    for package in metadata.own() {
        let sources = Sources::of(package)?;
        let dependencies = metadata.dependencies(package);
        let unused = dependencies.iter().filter(|dependency| !sources.name(dependency));
        problems.extend(unused.map(|unused| format!("{} does not use {}", package.name, unused.package)));
    }
    Ok(problems)
}

/// The lines of a crate's sources, without comments.
struct Sources {
    /// What is in `src`, and what builds it.
    program: Vec<String>,
    /// What is elsewhere.
    tests: Vec<String>,
}

impl Sources {
    fn of(package: &Package) -> anyhow::Result<Self> {
        let mut files = Vec::new();
        walk(package.folder(), &mut files)?;
        let mut sources = Self { program: Vec::new(), tests: Vec::new() };
        for file in files {
            let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            let below = file.strip_prefix(package.folder()).unwrap_or(&file);
            let is_program = below.starts_with("src") || below == Path::new("build.rs");
            let words = if is_program { &mut sources.program } else { &mut sources.tests };
            words.extend(text.lines().map(code).map(str::to_owned));
        }
        Ok(sources)
    }

    /// Whether a line of those that may use the dependency names it.
    fn name(&self, dependency: &Dependency) -> bool {
        let anywhere = self.program.iter().chain(self.tests.iter().filter(|_| dependency.is_for_tests));
        anywhere.into_iter().any(|line| names(line, &dependency.name))
    }
}

/// A line without its comment.
fn code(line: &str) -> &str {
    let line = line.trim_start();
    if line.starts_with("//") { "" } else { line }
}

/// Whether a line names a crate: as the beginning of a path, as a whole one that is used, or in an attribute's text.
fn names(line: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(name).any(|(at, _)| {
        let (before, after) = (line.get(..at).unwrap_or_default(), line.get(at + name.len()..).unwrap_or_default());
        let is_word = !before.ends_with(is_part) && !after.starts_with(is_part);
        // `::name` of another crate's path is another thing, `::name` at the beginning is this one.
        let is_first = before.strip_suffix("::").is_none_or(|path| !path.ends_with(is_part));
        let is_used = || {
            let before = before.trim_end();
            before.ends_with("use") || before.ends_with("extern crate") || before.starts_with("use {")
        };
        let is_quoted = || before.ends_with("= \"") && after.starts_with('"');
        is_word && is_first && (after.starts_with("::") || is_used() || is_quoted())
    })
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            // A crate in a crate has its own dependencies.
            if !path.join("Cargo.toml").exists() && !path.ends_with("target") {
                walk(&path, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::packages::tests::workspace, *};

    #[test]
    fn a_crate_is_named_by_a_path_or_a_use() {
        for line in [
            "use serde_json::json;",
            "let x = serde_json::Value::Null;",
            "#[serde(with = \"serde_json::raw\")]",
            "#[serde(with = \"serde_json\")]",
            "::serde_json::json!({})",
            "use serde_json as json;",
            "pub use serde_json;",
            "use {serde_json, other};",
        ] {
            assert!(names(code(line), "serde_json"), "{line}");
        }
        for line in [
            "// serde_json::json",
            "/// [`serde_json::json`]",
            "use my_serde_json::json;",
            "use serde_json2::json;",
            "let serde_json = 1;",
            "println(\"serde_json\")",
            "other::serde_json::json",
            "serde_json.to_string()",
        ] {
            assert!(!names(code(line), "serde_json"), "{line}");
        }
    }

    fn unused_of(dependency: &str, kind: Option<&str>) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("src/lib.rs", "use used_one::It;\n// commented::it\n"),
            ("tests/it.rs", "use for_tests::It;"),
            ("inner/Cargo.toml", ""),
            ("inner/src/lib.rs", "use of_another::It;"),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        unused(&workspace(folder.path(), &json!({}), &[(json!({ "name": dependency }), kind)])).unwrap()
    }

    #[test]
    fn what_no_source_names_is_told() {
        assert!(unused_of("used-one", None).is_empty());
        assert!(unused_of("for-tests", Some("dev")).is_empty());
        assert!(unused_of("used-one", Some("dev")).is_empty());
        for (dependency, kind) in [
            ("absent", None),
            ("absent", Some("dev")),
            ("commented", None),
            ("of-another", None),
            // What only tests use is a dependency of tests.
            ("for-tests", None),
        ] {
            assert_eq!(unused_of(dependency, kind), [format!("own does not use {dependency}")]);
        }
    }
}
