//! Rules that the source keeps, checked in the source.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every Rust file of the deployed crates, by its path from the root.
pub fn sources() -> Vec<(String, String)> {
    ["functions", "shared"].into_iter().flat_map(sources_of).collect()
}

/// The same of what is below one folder.
fn sources_of(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = root();
    let mut files = Vec::new();
    walk(&root.join(folder), &mut files);
    let relative = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
    let read = |path: &PathBuf| (relative(path), fs::read_to_string(path).unwrap());
    let is_test =
        |path: &str| path.starts_with("shared/testkit/") || path.ends_with("/tests.rs") || path.contains("/tests/");
    files.iter().map(read).filter(|(path, _)| !is_test(path)).collect()
}

/// A file without the tests at its end.
pub fn deployed(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap()
}

/// A scope stands for an authorization: who makes one must have looked at a credential, or be on this list for a reason
/// that `Ground` names.
#[test]
fn scopes_are_made_only_where_a_credential_was_checked() {
    let allowed = [
        // A verified token; a job that one of Dawr's own functions wrote.
        // Also the tenant that an operator of the platform is about to look at or to help.
        "shared/api/src/context.rs",
        // Where the operator of a stay is at home: what the customer does to the stay is in that trail, too.
        "shared/api/src/elevation.rs",
        // Each tenant's own, one after the other, for the tool that renews what is stored.
        "shared/api/src/migrate.rs",
        // A password, a membership of whoever is signed in, a refresh token, a tenant that is just founded.
        "functions/identity/src/account.rs",
        "functions/identity/src/membership.rs",
        "functions/identity/src/session.rs",
        "functions/identity/src/sign_up.rs",
        // A request for a new password, which is no tenant's.
        "functions/identity/src/forgot_password.rs",
        // The token of an invitation.
        "functions/members/src/invitation_token.rs",
        // The holder of a number that somebody else has just proved to be theirs.
        "functions/messaging/src/takeover.rs",
        // The number that a callback names, before its signature is checked with the secret of that number's owner.
        "functions/messaging/src/addressee.rs",
    ];
    let makes = |text: &str| deployed(text).contains("TenantScope::on(");
    let found: Vec<String> = sources().into_iter().filter(|(_, text)| makes(text)).map(|(path, _)| path).collect();
    let unexpected: Vec<_> = found.iter().filter(|path| !allowed.contains(&path.as_str())).collect();
    assert!(unexpected.is_empty(), "these make a scope: {unexpected:?}");
    let unused: Vec<_> = allowed.iter().filter(|path| !found.iter().any(|found| found == *path)).collect();
    assert!(unused.is_empty(), "these need not be on the list: {unused:?}");
}

/// What a deployment hashes at the full cost is hashed at none in a test: nothing that is deployed, and nothing that
/// `cargo run` does, may know of that.
#[test]
fn only_the_harness_hashes_passwords_cheaply() {
    let program = |path: &str| path.starts_with("infra/dawr/src/");
    for (path, text) in sources().into_iter().chain(sources_of("infra").into_iter().filter(|(path, _)| program(path))) {
        assert!(!deployed(&text).contains("Hashing::cheap("), "{path} hashes passwords cheaply");
    }
    let starts = fs::read_to_string(root().join("shared/runtime/src/services.rs")).unwrap();
    assert!(starts.contains("hashing: Hashing::DEPLOYED,"), "every function starts with the full cost");
}

#[test]
fn nothing_scans_the_table() {
    for (path, text) in sources() {
        assert!(!text.contains(".scan()"), "{path} scans the table");
    }
}

#[test]
fn keys_are_built_in_one_place() {
    for (path, text) in sources().into_iter().filter(|(path, _)| !path.starts_with("shared/store/src/")) {
        // `PK` alone is Pakistan, too.
        for attribute in ["\"SK\"", "\"GSI1PK\"", "\"LSI1SK\""] {
            assert!(!text.contains(attribute), "{path} names {attribute}");
        }
    }
}

#[test]
fn only_the_runtime_knows_of_lambda() {
    for (path, text) in sources().into_iter().filter(|(path, _)| !path.starts_with("shared/runtime/")) {
        for name in ["lambda_http::", "lambda_runtime::"] {
            assert!(!text.contains(name), "{path} uses {name}");
        }
    }
}
