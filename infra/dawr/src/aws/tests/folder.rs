//! What opening a folder refuses, and how.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::{Hand, resources};
use crate::aws::{Aws, Depth, NewMessage, OpenError, QueueDefinition, ReceiveOptions, Redrive, Resources, Storage};

fn open(folder: &Path) -> Result<Aws, OpenError> {
    Aws::open(&Storage::Folder(folder.to_owned()), Hand::new().clock(), &resources())
}

/// A folder that was used and closed.
fn used() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let aws = open(folder.path()).unwrap();
    let message = NewMessage { body: "kept".to_owned(), ..NewMessage::default() };
    aws.queues().send("jobs", &vec![message; 200]).unwrap();
    drop(aws);
    folder
}

fn one_line(error: &OpenError) -> String {
    let text = error.to_string();
    assert!(!text.contains('\n') && !text.is_empty(), "{text}");
    text
}

#[test]
fn a_folder_serves_one_process_at_a_time() {
    let folder = used();
    let first = open(folder.path()).unwrap();
    let second = open(folder.path()).err().unwrap();
    assert!(matches!(second, OpenError::InUse(_)), "{second}");
    one_line(&second);
    drop(first);
    let third = open(folder.path()).unwrap();
    assert_eq!(third.queues().depth("jobs").unwrap().visible, 200);
}

/// The process that received them is gone; what was only delayed still has to wait.
#[tokio::test]
async fn messages_in_flight_are_visible_again_when_the_folder_is_opened() {
    let folder = used();
    let hour = Duration::from_secs(3_600);
    let first = open(folder.path()).unwrap();
    let delayed =
        NewMessage { body: "later".to_owned(), delay: Some(Duration::from_secs(900)), ..NewMessage::default() };
    first.queues().send("jobs", &[delayed]).unwrap();
    let options = ReceiveOptions { max: 10, visibility: Some(hour), wait: Some(Duration::ZERO) };
    let received = first.queues().receive("jobs", options).await.unwrap();
    let kept = &received[0];
    first.queues().delete("jobs", &received[1].receipt_handle).unwrap();
    drop(first);

    let second = open(folder.path()).unwrap();
    let expected = Depth { visible: 199, in_flight: 0, delayed: 1 };
    assert_eq!(second.queues().depth("jobs").unwrap(), expected);
    let everything = async {
        let mut all = Vec::new();
        while let Ok(more) = second.queues().receive("jobs", options).await
            && !more.is_empty()
        {
            all.extend(more);
        }
        all
    };
    let again = everything.await;
    let again = again.iter().find(|message| message.id == kept.id).unwrap();
    assert_eq!(again.receive_count, 2, "it was received before, which counts");
}

#[test]
fn damage_is_told_in_one_line_and_changes_nothing() {
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 6] = [
        ("missing", |file| fs::remove_file(file).unwrap()),
        ("empty", |file| fs::write(file, "").unwrap()),
        ("garbage", |file| fs::write(file, "garbage ".repeat(2_000)).unwrap()),
        ("half", |file| {
            let whole = fs::read(file).unwrap();
            fs::write(file, &whole[..whole.len() / 2]).unwrap();
        }),
        ("overwritten", |file| {
            let mut bytes = fs::read(file).unwrap();
            let length = bytes.len();
            bytes[4096..length.min(12_288)].fill(0xa5);
            fs::write(file, bytes).unwrap();
        }),
        ("a folder", |file| {
            fs::remove_file(file).unwrap();
            fs::create_dir(file).unwrap();
        }),
    ];
    for name in ["table.sqlite", "queues.sqlite", "secrets.sqlite", "checkpoints.sqlite"] {
        for (kind, damage) in damages {
            let folder = used();
            let file = folder.path().join(name);
            damage(&file);
            let before = fs::read(&file).ok();
            let error = open(folder.path()).err().unwrap_or_else(|| panic!("{name} {kind}"));
            assert!(matches!(error, OpenError::Damaged { .. }), "{name} {kind}: {error}");
            assert!(one_line(&error).contains(name), "{error}");
            assert_eq!(fs::read(&file).ok(), before, "{name} {kind}");
        }
    }
}

/// An index more is what a later version may bring: the data stays, and is in it.
#[test]
fn a_global_index_that_is_new_is_added_to_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::Folder(folder.path().to_owned());
    let mut before = resources();
    before.table.global_indexes.pop();
    let put = json!({"TableName": "dawr", "Item": {
        "PK": {"S": "p"}, "SK": {"S": "s"}, "GSI3PK": {"S": "g"}, "GSI3SK": {"S": "1"}, "text": {"S": "long"},
    }});
    {
        let aws = Aws::open(&storage, Hand::new().clock(), &before).unwrap();
        aws.table().database().put_item(serde_json::from_value(put).unwrap()).unwrap();
    }
    let aws = open(folder.path()).unwrap();
    let query = json!({"TableName": "dawr", "IndexName": "GSI3", "KeyConditionExpression": "GSI3PK = :p",
        "ExpressionAttributeValues": {":p": {"S": "g"}}});
    let found = aws.table().database().query(serde_json::from_value(query).unwrap()).unwrap();
    let found = serde_json::to_value(found).unwrap();
    assert_eq!(found["Items"][0]["SK"]["S"], "s", "{found}");
    assert!(found["Items"][0].get("text").is_none(), "it holds keys alone: {found}");
    drop(aws);
    open(folder.path()).unwrap();
}

#[test]
fn other_formats_and_other_definitions_are_refused() {
    let folder = used();
    fs::write(folder.path().join("format"), "dawr 999\n").unwrap();
    let error = open(folder.path()).err().unwrap();
    assert!(matches!(error, OpenError::OtherVersion(_)), "{error}");
    fs::write(folder.path().join("format"), [0xff, 0xfe]).unwrap();
    let error = open(folder.path()).err().unwrap();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");

    let folder = used();
    let mut changed = resources();
    changed.table.global_indexes.remove(0);
    let storage = Storage::Folder(folder.path().to_owned());
    let error = Aws::open(&storage, Hand::new().clock(), &changed).err().unwrap();
    assert!(matches!(error, OpenError::Definition(_)), "{error}");
    one_line(&error);

    let broken = Resources {
        queues: vec![QueueDefinition {
            name: "jobs".to_owned(),
            visibility_timeout: 30,
            redrive: Some(Redrive { dead_letter: "nobody".to_owned(), max_receive_count: 1 }),
        }],
        ..resources()
    };
    let error = Aws::open(&Storage::Memory, Hand::new().clock(), &broken).err().unwrap();
    assert!(matches!(error, OpenError::Definition(_)), "{error}");
}

#[test]
fn a_path_that_cannot_be_a_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("below")] {
        let error = open(&path).err().unwrap();
        assert!(matches!(error, OpenError::Io { .. }), "{error}");
        one_line(&error);
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    let _aws = open(&folder).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains(".sqlite") {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
}
