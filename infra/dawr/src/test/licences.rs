//! What the dependencies may be: their licences, where they are from, and which of them are not to come in.
//!
//! Whether a version has become known to be unsafe is not looked at: that changes without a change here.

use std::path::Path;

use anyhow::ensure;
use spdx::{Expression, ParseMode};

use super::{
    packages::{Metadata, Package, Requirement},
    report::Outcome,
};

/// Licences that ask for no more than to be named.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// The only place that packages are from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// One TLS stack, and none of the ones before: a package and how its version begins.
const BANNED: &[(&str, &str)] =
    &[("native-tls", ""), ("openssl", ""), ("openssl-sys", ""), ("ring", ""), ("hyper", "0.14."), ("rustls", "0.21.")];

/// Every package of the workspace's dependencies is one that may be there.
pub(super) fn check(root: &Path) -> Outcome {
    Outcome::of(Metadata::of(root).and_then(|metadata| {
        let problems = problems(&metadata);
        ensure!(problems.is_empty(), "{}", problems.join("\n"));
        Ok(())
    }))
}

fn problems(metadata: &Metadata) -> Vec<String> {
    let mut problems = Vec::new();
    for package in metadata.others() {
        let mut found = |what: String| problems.push(format!("{} {} {what}", package.name, package.version));
        if package.source.as_deref() != Some(REGISTRY) {
            let source = package.source.as_deref().unwrap_or("a folder outside the workspace");
            found(format!("is from {source}, not from crates.io"));
        }
        if is_banned(package) {
            found("is not to be used here".to_owned());
        }
        if let Err(problem) = licence(package) {
            found(problem);
        }
    }
    let any = |requirement: &&Requirement| requirement.req == "*" && requirement.path.is_none();
    for own in metadata.own() {
        let wild = own.dependencies.iter().filter(any);
        problems.extend(wild.map(|wild| format!("{} takes any version of {}", own.name, wild.name)));
    }
    problems
}

fn is_banned(package: &Package) -> bool {
    BANNED.iter().any(|(name, version)| package.name == *name && package.version.starts_with(version))
}

/// Of several licences to choose from, one that is allowed will do.
fn licence(package: &Package) -> Result<(), String> {
    let Some(text) = &package.license else { return Err("says no licence".to_owned()) };
    // Older manifests separate by a slash.
    let expression = Expression::parse_mode(text, ParseMode::LAX)
        .map_err(|error| format!("has a licence that cannot be read: {text}: {}", error.reason))?;
    if expression.evaluate(|licence| ALLOWED.contains(&licence.to_string().as_str())) {
        Ok(())
    } else {
        Err(format!("has a licence that is not allowed: {text}"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{super::packages::tests::workspace, *};

    fn problems_with(own: &Value, other: Value) -> Vec<String> {
        problems(&workspace(Path::new("/own"), own, &[(other, None)]))
    }

    #[test]
    fn what_may_be_there_is_no_problem() {
        for licence in [
            "MIT",
            "MIT/Apache-2.0",
            "Apache-2.0 / MIT",
            "GPL-3.0 OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            let found = problems_with(&json!({}), json!({ "name": "other", "license": licence }));
            assert!(found.is_empty(), "{licence}: {found:?}");
        }
        let newer = problems_with(&json!({}), json!({ "name": "hyper", "version": "1.0.14" }));
        assert!(newer.is_empty(), "{newer:?}");
        let own = json!({ "dependencies": [{ "name": "sibling", "req": "*", "path": "/sibling" }] });
        assert!(problems_with(&own, json!({ "name": "other" })).is_empty());
    }

    #[test]
    fn each_thing_that_may_not_be_there_is_told() {
        for (other, told) in [
            (json!({ "name": "other", "license": "GPL-3.0-only" }), "other 1.0.0 has a licence that is not allowed"),
            (json!({ "name": "other", "license": "MIT AND GPL-3.0-only" }), "not allowed: MIT AND GPL-3.0-only"),
            (json!({ "name": "other", "license": "GPL-2.0 WITH Classpath-exception-2.0" }), "not allowed"),
            (json!({ "name": "other", "license": "Proprietary" }), "cannot be read: Proprietary"),
            (json!({ "name": "other", "license": "" }), "cannot be read"),
            (json!({ "name": "other", "license": null }), "says no licence"),
            (json!({ "name": "other", "source": "git+https://example.com/other" }), "not from crates.io"),
            (json!({ "name": "other", "source": null }), "a folder outside the workspace"),
            (json!({ "name": "ring" }), "ring 1.0.0 is not to be used here"),
            (json!({ "name": "rustls", "version": "0.21.9" }), "rustls 0.21.9 is not to be used here"),
        ] {
            let found = problems_with(&json!({}), other.clone());
            assert!(found.len() == 1 && found[0].contains(told), "{other}: {found:?}");
        }
        let own = json!({ "dependencies": [{ "name": "other", "req": "*" }] });
        assert_eq!(problems_with(&own, json!({ "name": "other" })), ["own takes any version of other"]);
    }
}
