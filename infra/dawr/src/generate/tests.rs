mod client;
mod contract;
mod sample;
mod stack;
mod template;
mod web;

use std::path::{Path, PathBuf};

use dawr_api::{permission::Permission, role::Role};

use super::*;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_committed_files_are_those_of_the_code() {
    assert_eq!(drift(&root()), Vec::<String>::new());
}

#[test]
fn the_same_code_gives_the_same_files() {
    assert_eq!(files(&[&sample::CLINIC]).unwrap(), files(&[&sample::CLINIC]).unwrap());
}

#[test]
fn every_file_says_that_it_is_generated() {
    for file in files(&[&sample::CLINIC]).unwrap() {
        assert!(file.text.lines().next().unwrap().contains(MARK), "{}", file.path);
    }
}

#[test]
fn a_file_that_was_changed_or_is_absent_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let count = files(CONTEXTS).unwrap().len();
    assert_eq!(drift(folder.path()).len(), count);
    assert_eq!(write(folder.path()).unwrap().len(), count);
    assert_eq!(drift(folder.path()), Vec::<String>::new());
    assert_eq!(write(folder.path()).unwrap(), Vec::<String>::new());

    std::fs::write(folder.path().join("docs/api/errors.md"), "changed by hand").unwrap();
    std::fs::write(folder.path().join("infra/stacks/gone.yaml"), "").unwrap();
    let found = drift(folder.path());
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().any(|line| line.starts_with("docs/api/errors.md is out of date")));
    assert!(found.iter().any(|line| line.starts_with("infra/stacks/gone.yaml belongs to no context")));
}

#[test]
fn the_matrix_knows_who_may_do_what() {
    let text = matrix::authorization(&[&sample::CLINIC]);
    let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap().to_owned();
    let cells = |mark: &dyn Fn(&Role) -> &'static str| Role::ALL.iter().map(mark).collect::<Vec<_>>().join(" | ");
    let deleting = cells(&|role| if role.has(Permission::QueueDelete) { "×" } else { "" });
    assert_eq!(
        line("| `POST /api/beds"),
        format!("| `POST /api/beds/{{bedId}}` | `queues:delete` | tenant | {deleting} |")
    );
    assert_eq!(line("| `GET /api/beds"), format!("| `GET /api/beds` | a member | own | {} |", cells(&|_| "×")));
    let nobody = cells(&|_| "–");
    assert_eq!(
        line("| `POST /api/hooks"),
        format!("| `POST /api/hooks` | the provider's signature | public | {nobody} |")
    );
}
