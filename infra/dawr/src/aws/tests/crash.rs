//! `kill -9`: what was answered with success is there afterwards.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};

use super::{dynamodb, resources, secrets_manager, sqs};
use crate::aws::{Aws, NewMessage, Storage, system_clock};

const FOLDER: &str = "DAWR_CRASH_TEST_FOLDER";

/// The number of a job that the child was answered for.
fn acknowledged(line: &str) -> Option<usize> {
    line.strip_prefix("done ")?.parse().ok()
}

/// Runs one of this file's ignored tests in a process of its own.
fn child(name: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--nocapture"])
        .arg(format!("aws::tests::crash::{name}"))
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills the child right after it says that it has done so many jobs, and returns the last
/// one that it said it had done.
fn kill_after(mut child: Child, jobs: usize) -> usize {
    let mut last = 0;
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut killed = false;
    for line in lines.map_while(Result::ok) {
        if let Some(number) = acknowledged(&line) {
            last = number;
        }
        if last >= jobs && !killed {
            // SIGKILL. What is still in the pipe was said before.
            child.kill().unwrap();
            killed = true;
        }
    }
    child.wait().unwrap();
    assert!(killed, "the child ended by itself after {last} jobs");
    last
}

/// Writes without end: a transaction of two items, a message, a secret, each awaited.
#[tokio::test]
#[ignore = "the process that is killed, run by the test below"]
async fn writer() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let storage = Storage::Folder(folder.into());
    let aws = Aws::open(&storage, system_clock(), &resources()).unwrap();
    let serving = aws.serve().await.unwrap();
    let (table, queues, secrets) =
        (dynamodb(serving.endpoints()), sqs(serving.endpoints()), secrets_manager(serving.endpoints()));
    let put = |pk: &str, number: usize| {
        TransactWriteItem::builder()
            .put(
                Put::builder()
                    .table_name("dawr")
                    .item("PK", AttributeValue::S(pk.to_owned()))
                    .item("SK", AttributeValue::S(format!("{number:06}")))
                    .item("pad", AttributeValue::S("x".repeat(2_000)))
                    .build()
                    .unwrap(),
            )
            .build()
    };
    let url = serving.endpoints().queue_url("jobs");
    for number in 1.. {
        table
            .transact_write_items()
            .transact_items(put("a", number))
            .transact_items(put("b", number))
            .send()
            .await
            .unwrap();
        queues.send_message().queue_url(&url).message_body(number.to_string()).send().await.unwrap();
        secrets.create_secret().name(format!("s{number}")).secret_string(number.to_string()).send().await.unwrap();
        println!("done {number}");
    }
}

#[tokio::test]
async fn nothing_that_was_answered_is_lost_and_no_transaction_is_torn() {
    let folder = tempfile::tempdir().unwrap();
    for jobs in [3, 40, 75] {
        // The folder is used again after each kill; each run overwrites the items from 1 on.
        std::fs::remove_dir_all(folder.path()).unwrap();
        let last = kill_after(child("writer", folder.path()), jobs);
        let storage = Storage::Folder(folder.path().to_owned());
        let aws = Aws::open(&storage, system_clock(), &resources()).unwrap();
        let serving = aws.serve().await.unwrap();
        let table = dynamodb(serving.endpoints());
        let mut sides = Vec::new();
        for pk in ["a", "b"] {
            let found = table
                .query()
                .table_name("dawr")
                .key_condition_expression("PK = :p")
                .expression_attribute_values(":p", AttributeValue::S(pk.to_owned()))
                .into_paginator()
                .items()
                .send()
                .try_collect()
                .await
                .unwrap();
            sides.push(found.len());
        }
        // One more may have been under way.
        assert!(sides[0] == last || sides[0] == last + 1, "{sides:?} of {last}");
        assert_eq!(sides[0], sides[1], "a torn transaction");
        let records = std::cell::Cell::new(0);
        aws.stream(super::super::StreamConfig {
            consumer: "relay".to_owned(),
            batch_size: 100,
            max_tries: None,
            back_off: Duration::from_millis(1),
            max_back_off: Duration::from_millis(1),
            on_failure: None,
        })
        .drain(|event| {
            let batch = event["Records"].as_array().unwrap().len();
            records.set(records.get() + batch);
            std::future::ready(Ok(serde_json::Value::Null))
        })
        .await
        .unwrap();
        assert_eq!(records.get(), sides[0] * 2, "the stream has every write");
        let queued = aws.queues().depth("jobs").unwrap().visible;
        assert!((last as u64..=last as u64 + 1).contains(&queued));
        let secrets = secrets_manager(serving.endpoints());
        let secret = secrets.get_secret_value().secret_id(format!("s{last}")).send().await.unwrap();
        assert_eq!(secret.secret_string(), Some(&*last.to_string()));
        serving.shutdown().await;
    }
}

/// A folder that is being made when the process dies is made by the next one.
#[test]
fn a_kill_while_the_folder_is_made_leaves_nothing_behind() {
    let parent = tempfile::tempdir().unwrap();
    for millis in (0..60).step_by(3) {
        let folder = parent.path().join(millis.to_string());
        let mut child = child("writer", &folder);
        std::thread::sleep(Duration::from_millis(millis));
        child.kill().unwrap();
        child.wait().unwrap();
        let storage = Storage::Folder(folder);
        let aws = Aws::open(&storage, system_clock(), &resources()).unwrap();
        let item = serde_json::json!({"TableName": "dawr", "Item":
            {"PK": {"S": "p"}, "SK": {"S": "s"}, "GSI2PK": {"S": "g"}, "GSI2SK": {"S": "g"}}});
        let table = aws.table().database();
        table.put_item(serde_json::from_value(item).unwrap()).unwrap();
    }
}

/// Moves dead letters, and says so.
#[tokio::test]
#[ignore = "the process that is killed, run by the test below"]
async fn mover() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let storage = Storage::Folder(folder.into());
    let aws = Aws::open(&storage, system_clock(), &resources()).unwrap();
    let _serving = aws.serve().await.unwrap();
    loop {
        let task = aws.queues().moves(DEAD, 1).unwrap().remove(0);
        println!("done {}", task.moved);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

const DEAD: &str = "arn:aws:sqs:us-east-1:000000000000:jobs-dead";

#[tokio::test]
async fn a_move_task_goes_on_after_a_kill_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::Folder(folder.path().to_owned());
    {
        let aws = Aws::open(&storage, system_clock(), &resources()).unwrap();
        let messages: Vec<NewMessage> =
            (0..300).map(|number| NewMessage { body: number.to_string(), ..NewMessage::default() }).collect();
        aws.queues().send("jobs-dead", &messages).unwrap();
        let other = "arn:aws:sqs:us-east-1:000000000000:other";
        aws.queues().start_move(DEAD, Some(other), None).unwrap();
    }
    for jobs in [50, 150] {
        kill_after(child("mover", folder.path()), jobs);
    }
    let aws = Aws::open(&storage, system_clock(), &resources()).unwrap();
    let task = aws.queues().moves(DEAD, 1).unwrap().remove(0);
    assert_eq!(aws.queues().depth("other").unwrap().visible, task.moved);
    assert_eq!(aws.queues().depth("jobs-dead").unwrap().visible, 300 - task.moved);
    let mut task = task;
    while task.status == crate::aws::MoveStatus::Running {
        task = aws.queues().step(&task.handle, 100).unwrap();
    }
    assert_eq!(task.moved, 300);
    assert_eq!(aws.queues().depth("other").unwrap().visible, 300);
}
