//! Moving dead letters back.

use std::time::Duration;

use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::ListMessageMoveTasksResultEntry as Entry;

use super::Machine;
use crate::aws::{MoveStatus, NewMessage, ReceiveOptions};

const DEAD: &str = "arn:aws:sqs:us-east-1:000000000000:jobs-dead";
const OTHER: &str = "arn:aws:sqs:us-east-1:000000000000:other";

/// A machine whose `jobs-dead` holds this many messages from `jobs`.
async fn with_dead(count: usize) -> Machine {
    let machine = Machine::start().await;
    let queues = machine.aws.queues();
    let messages: Vec<NewMessage> = (0..count)
        .map(|index| NewMessage { body: format!("{index}"), group: Some("ten_1".to_owned()), ..NewMessage::default() })
        .collect();
    queues.send("jobs", &messages).unwrap();
    for round in 0..4 {
        let mut received = 0;
        while received < count {
            let batch = queues.receive("jobs", options(10)).await.unwrap();
            received += batch.len();
            if batch.is_empty() {
                break;
            }
        }
        assert_eq!(received, if round < 3 { count } else { 0 });
        machine.hand.forward(Duration::from_secs(30));
    }
    assert_eq!(queues.depth("jobs-dead").unwrap().visible, count as u64);
    machine
}

fn options(max: usize) -> ReceiveOptions {
    ReceiveOptions { max, visibility: None, wait: None }
}

async fn latest(machine: &Machine) -> Entry {
    machine.sqs().list_message_move_tasks().source_arn(DEAD).send().await.unwrap().results.unwrap().remove(0)
}

/// Waits for the mover, which works in the background.
async fn ended(machine: &Machine) -> Entry {
    for _ in 0..200 {
        let task = latest(machine).await;
        if !matches!(task.status(), Some("RUNNING" | "CANCELLING")) {
            return task;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the task did not end");
}

#[tokio::test]
async fn dead_letters_go_back_to_where_they_came_from() {
    let machine = with_dead(12).await;
    machine.sqs().start_message_move_task().source_arn(DEAD).send().await.unwrap();
    let task = ended(&machine).await;
    assert_eq!(task.status(), Some("COMPLETED"));
    assert_eq!(task.approximate_number_of_messages_moved(), 12);
    assert_eq!(task.approximate_number_of_messages_to_move(), Some(12));
    assert_eq!(task.task_handle(), None, "it cannot be cancelled any more");
    let queues = machine.aws.queues();
    assert_eq!(queues.depth("jobs-dead").unwrap().visible, 0);
    let back = queues.receive("jobs", options(10)).await.unwrap();
    assert_eq!(back.len(), 10);
    assert!(back.iter().all(|message| message.receive_count == 1));
    assert_eq!(back[0].group.as_deref(), Some("ten_1"));
    assert_eq!(back[0].dead_letter_source, None);
}

#[tokio::test]
async fn a_slow_task_is_seen_and_cancelled() {
    let machine = with_dead(50).await;
    let handle = machine
        .sqs()
        .start_message_move_task()
        .source_arn(DEAD)
        .destination_arn(OTHER)
        .max_number_of_messages_per_second(1)
        .send()
        .await
        .unwrap()
        .task_handle
        .unwrap();
    let task = latest(&machine).await;
    assert_eq!(task.status(), Some("RUNNING"));
    assert_eq!(task.task_handle(), Some(handle.as_str()));
    assert_eq!(task.max_number_of_messages_per_second(), Some(1));
    assert_eq!(task.destination_arn(), Some(OTHER));

    let error = machine.sqs().start_message_move_task().source_arn(DEAD).send().await.unwrap_err().into_service_error();
    assert!(error.is_unsupported_operation(), "{error:?}");

    let moved = machine
        .sqs()
        .cancel_message_move_task()
        .task_handle(&handle)
        .send()
        .await
        .unwrap()
        .approximate_number_of_messages_moved();
    let task = ended(&machine).await;
    assert_eq!(task.status(), Some("CANCELLED"));
    assert_eq!(task.approximate_number_of_messages_moved(), moved);
    let queues = machine.aws.queues();
    let (left, gone) = (queues.depth("jobs-dead").unwrap().visible, queues.depth("other").unwrap().visible);
    assert_eq!((left + gone, gone), (50, u64::try_from(moved).unwrap()));
}

#[tokio::test]
async fn what_cannot_be_moved_is_refused_or_fails() {
    let machine = Machine::start().await;
    let sqs = machine.sqs();
    for source in ["arn:aws:sqs:us-east-1:000000000000:nobody", "arn:aws:sqs:eu-west-1:1:jobs-dead"] {
        let error = sqs.start_message_move_task().source_arn(source).send().await.unwrap_err().into_service_error();
        assert!(error.is_resource_not_found_exception(), "{error:?}");
    }
    for source in [OTHER, "jobs-dead"] {
        let error = sqs.start_message_move_task().source_arn(source).send().await.unwrap_err().into_service_error();
        assert_eq!(error.code(), Some("InvalidParameterValue"));
    }
    let error = sqs.cancel_message_move_task().task_handle("nonsense").send().await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");

    // Sent to the dead-letter queue itself: it came from nowhere.
    sqs.send_message().queue_url(machine.url("jobs-dead")).message_body("stray").send().await.unwrap();
    sqs.start_message_move_task().source_arn(DEAD).send().await.unwrap();
    let task = ended(&machine).await;
    assert_eq!(task.status(), Some("FAILED"));
    assert_eq!(task.failure_reason(), Some("CouldNotDetermineMessageSource"));
    assert_eq!(machine.aws.queues().depth("jobs-dead").unwrap().visible, 1);
}

/// A task's bound is what was there at its start, so it ends although its messages fail again.
#[tokio::test]
async fn a_task_does_not_chase_its_own_messages() {
    let machine = with_dead(3).await;
    let queues = machine.aws.queues();
    // The background mover is stopped, so that each step is taken here. A task from a queue
    // into itself is the worst case of messages that come back.
    queues.close();
    let handle = queues.start_move(DEAD, Some(DEAD), None).unwrap();
    let mut steps = 0;
    while queues.step(&handle, 2).unwrap().status == MoveStatus::Running {
        steps += 1;
        assert!(steps < 5);
    }
    assert_eq!(queues.moves(DEAD, 1).unwrap()[0].moved, 3);
}
