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
        json!([{ "phoneNumberId": NUMBER, "businessAccountId": format!("1{NUMBER}"), "displayNumber": "+966112223334", "name": "عيادة النور",
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

/// What the first format of the file held.
const FIRST: &str = "
    CREATE TABLE number (id INTEGER PRIMARY KEY AUTOINCREMENT, phone_number_id TEXT NOT NULL UNIQUE, display TEXT NOT NULL,
        name TEXT NOT NULL, access_token TEXT NOT NULL, app_secret TEXT NOT NULL, callback TEXT NOT NULL) STRICT;
    CREATE TABLE message (id INTEGER PRIMARY KEY AUTOINCREMENT, wamid TEXT NOT NULL UNIQUE, outbound INTEGER NOT NULL,
        phone TEXT NOT NULL, phone_number_id TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, options TEXT NOT NULL,
        callback_data TEXT, at INTEGER NOT NULL, received INTEGER NOT NULL, told INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE TABLE webhook (id INTEGER PRIMARY KEY AUTOINCREMENT, message INTEGER NOT NULL REFERENCES message (id),
        event TEXT NOT NULL, body TEXT NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, outcome TEXT) STRICT;
    CREATE TABLE fault (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, phone TEXT, times INTEGER NOT NULL,
        remaining INTEGER NOT NULL) STRICT;
    INSERT INTO number VALUES (1, '106540352242922', '+966112223334', 'عيادة', 'token-a', 'secret-a', '/hook');
    INSERT INTO message VALUES (1, 'wamid.old', 1, '+966501234567', '106540352242922', 'interactive', 'قادم؟', '[\"نعم\"]', NULL,
        1795000000000, 1, 3);
    PRAGMA user_version = 1;";

#[tokio::test]
async fn an_older_file_is_brought_up() {
    let folder = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(folder.path().join(FILE_NAME)).unwrap();
    db.execute_batch(FIRST).unwrap();
    drop(db);
    let bed = Bed::on(folder.path()).await;
    assert_eq!(bed.get("/simulator/api/messages").await[0]["text"], "قادم؟");
    assert_eq!(bed.control("replies", json!({ "from": PATIENT, "press": "نعم" })).await.0, 201);
    assert_eq!(bed.send(notice("after")).await.0, 200);
}
