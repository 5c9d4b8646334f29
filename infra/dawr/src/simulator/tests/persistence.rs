//! What was answered survives the process.

use serde_json::json;

use super::bed::{Bed, NUMBER, PATIENT, SECRET, TOKEN, events, notice};
use crate::simulator::{FILE_NAME, Simulator, SimulatorError, Storage};

#[tokio::test]
async fn phones_owed_webhooks_numbers_and_faults_survive() {
    let folder = tempfile::tempdir().unwrap();
    let first = Bed::on(folder.path()).await;
    first.register(NUMBER, "+966112223334", TOKEN, SECRET).await;
    let (_, answer) = first.send(notice("before")).await;
    first.reply("hello").await;
    first.fault("error:131056", 2).await;
    assert_eq!(first.send(notice("refused")).await.0, 400);
    // Not closed: the file is as `kill -9` would leave it.
    std::mem::forget(first);

    let second = Bed::on(folder.path()).await;
    assert_eq!(second.get("/simulator/api/messages").await[0]["wamid"], answer["messages"][0]["id"]);
    assert_eq!(second.get("/simulator/api/faults").await[0]["remaining"], 1);
    let mut arrived = events(&second.settle().await);
    arrived.sort();
    assert_eq!(arrived, ["delivered", "message", "read", "sent"]);
    assert_eq!(second.send(notice("refused")).await.0, 400);
    // The same seed begins again, the counters do not: no id comes twice.
    let (status, again) = second.send(notice("after")).await;
    assert_eq!(status, 200);
    assert_ne!(again["messages"][0]["id"], answer["messages"][0]["id"]);
    assert_eq!(second.phone_texts().await, ["before", "after"]);
    let state = second.get(&format!("/simulator/api/state?phone={PATIENT}").replace('+', "%2B")).await;
    assert_eq!(state["chat"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn registering_again_replaces_the_credentials() {
    let folder = tempfile::tempdir().unwrap();
    let bed = Bed::on(folder.path()).await;
    bed.register(NUMBER, "+966112223334", "old", SECRET).await;
    bed.register(NUMBER, "+966112223334", TOKEN, SECRET).await;
    assert_eq!(bed.send(notice("x")).await.0, 200);
    let numbers = bed.get("/simulator/api/numbers").await;
    assert_eq!(
        numbers,
        json!([{ "phoneNumberId": NUMBER, "displayNumber": "+966112223334", "name": "عيادة النور",
                 "callbackUrl": "/hook" }])
    );
}

fn open(folder: &std::path::Path) -> Result<Simulator, SimulatorError> {
    Simulator::open(&Storage::Folder(folder.to_owned()), std::sync::Arc::new(|| jiff::Timestamp::UNIX_EPOCH), 1)
}

#[test]
fn a_damaged_or_newer_file_is_named_as_such() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE_NAME), "this is no database, whatever its name says").unwrap();
    assert!(matches!(open(folder.path()), Err(SimulatorError::Damaged(_))));

    let folder = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(folder.path().join(FILE_NAME)).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(open(folder.path()), Err(SimulatorError::NewerFormat { found: 99, .. })));

    assert!(matches!(open(&folder.path().join("missing")), Err(SimulatorError::File(_))));

    // An empty file held something before.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE_NAME), "").unwrap();
    assert!(matches!(open(folder.path()), Err(SimulatorError::Damaged(_))));
    assert_eq!(std::fs::read(folder.path().join(FILE_NAME)).unwrap(), b"");
}

#[test]
fn a_start_that_was_cut_off_is_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE_NAME).with_extension("new"), "half of a databa").unwrap();
    drop(open(folder.path()).unwrap());
    assert!(open(folder.path()).is_ok());
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_phones() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let _simulator = open(folder.path()).unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
}
