//! Sending, receiving, hiding, giving up, taking turns.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::{
    Message, MessageAttributeValue, MessageSystemAttributeName as System, QueueAttributeName as Attribute,
};

use super::Machine;

pub(super) async fn receive(machine: &Machine, queue: &str, max: i32) -> Vec<Message> {
    machine
        .sqs()
        .receive_message()
        .queue_url(machine.url(queue))
        .max_number_of_messages(max)
        .message_system_attribute_names(System::All)
        .message_attribute_names("All")
        .send()
        .await
        .unwrap()
        .messages
        .unwrap_or_default()
}

pub(super) async fn send(machine: &Machine, queue: &str, group: &str, body: &str) {
    machine
        .sqs()
        .send_message()
        .queue_url(machine.url(queue))
        .message_group_id(group)
        .message_body(body)
        .send()
        .await
        .unwrap();
}

pub(super) async fn counts(machine: &Machine, queue: &str) -> [String; 3] {
    let attributes = machine
        .sqs()
        .get_queue_attributes()
        .queue_url(machine.url(queue))
        .attribute_names(Attribute::All)
        .send()
        .await
        .unwrap()
        .attributes
        .unwrap();
    [
        Attribute::ApproximateNumberOfMessages,
        Attribute::ApproximateNumberOfMessagesNotVisible,
        Attribute::ApproximateNumberOfMessagesDelayed,
    ]
    .map(|name| attributes[&name].clone())
}

#[tokio::test]
async fn a_message_comes_back_as_it_was_sent() {
    let machine = Machine::start().await;
    let sent = machine
        .sqs()
        .send_message()
        .queue_url(machine.url("jobs"))
        .message_body("دور <&\"> \u{1f600}\n")
        .message_group_id("ten_1")
        .message_attributes(
            "epoch",
            MessageAttributeValue::builder().data_type("Number").string_value("7").build().unwrap(),
        )
        .message_attributes(
            "raw",
            MessageAttributeValue::builder().data_type("Binary").binary_value(Blob::new([0, 255, 1])).build().unwrap(),
        )
        .send()
        .await
        .unwrap();
    let found = receive(&machine, "jobs", 10).await.remove(0);
    assert_eq!(found.message_id, sent.message_id);
    assert_eq!(found.body(), Some("دور <&\"> \u{1f600}\n"));
    assert_eq!(found.md5_of_body, sent.md5_of_message_body);
    assert_eq!(found.md5_of_message_attributes, sent.md5_of_message_attributes);
    let attributes = found.message_attributes.unwrap();
    assert_eq!(attributes["epoch"].string_value(), Some("7"));
    assert_eq!(attributes["raw"].binary_value().unwrap().as_ref(), [0, 255, 1]);
    let system = found.attributes.unwrap();
    assert_eq!(system[&System::MessageGroupId], "ten_1");
    assert_eq!(system[&System::ApproximateReceiveCount], "1");
    assert_eq!(system[&System::SentTimestamp], "1767225600000");
    assert_eq!(system[&System::ApproximateFirstReceiveTimestamp], "1767225600000");
}

#[tokio::test]
async fn a_received_message_is_hidden_until_its_timeout_and_gone_when_deleted() {
    let machine = Machine::start().await;
    send(&machine, "jobs", "a", "1").await;
    let first = receive(&machine, "jobs", 10).await.remove(0);
    assert!(receive(&machine, "jobs", 10).await.is_empty());
    assert_eq!(counts(&machine, "jobs").await, ["0", "1", "0"]);

    machine.hand.forward(Duration::from_millis(29_999));
    assert!(receive(&machine, "jobs", 10).await.is_empty());
    machine.hand.forward(Duration::from_millis(1));
    let second = receive(&machine, "jobs", 10).await.remove(0);
    assert_eq!(second.attributes.as_ref().unwrap()[&System::ApproximateReceiveCount], "2");

    let delete = |handle: Option<String>| {
        machine.sqs().delete_message().queue_url(machine.url("jobs")).set_receipt_handle(handle).send()
    };
    delete(first.receipt_handle).await.unwrap();
    assert_eq!(counts(&machine, "jobs").await, ["0", "1", "0"], "a spent handle");
    delete(second.receipt_handle).await.unwrap();
    assert_eq!(counts(&machine, "jobs").await, ["0", "0", "0"]);
}

#[tokio::test]
async fn a_delayed_message_waits() {
    let machine = Machine::start().await;
    machine
        .sqs()
        .send_message()
        .queue_url(machine.url("jobs"))
        .message_body("later")
        .delay_seconds(900)
        .send()
        .await
        .unwrap();
    assert_eq!(counts(&machine, "jobs").await, ["0", "0", "1"]);
    machine.hand.forward(Duration::from_secs(899));
    assert!(receive(&machine, "jobs", 1).await.is_empty());
    machine.hand.forward(Duration::from_secs(1));
    assert_eq!(receive(&machine, "jobs", 1).await.len(), 1);
}

#[tokio::test]
async fn a_message_received_too_often_is_given_up() {
    let machine = Machine::start().await;
    send(&machine, "jobs", "a", "poison").await;
    for _ in 0..3 {
        assert_eq!(receive(&machine, "jobs", 10).await.len(), 1);
        machine.hand.forward(Duration::from_secs(30));
    }
    send(&machine, "jobs", "a", "good").await;
    let next = receive(&machine, "jobs", 1).await;
    assert_eq!(next[0].body(), Some("good"), "it makes room for the next");
    assert_eq!(counts(&machine, "jobs-dead").await, ["1", "0", "0"]);
    machine.hand.forward(Duration::from_secs(5));
    assert_eq!(machine.aws.queues().oldest_age("jobs-dead").unwrap(), Some(Duration::from_secs(5)));
    let dead = receive(&machine, "jobs-dead", 1).await.remove(0);
    assert_eq!(dead.body(), Some("poison"));
    assert_eq!(dead.attributes.unwrap()[&System::DeadLetterQueueSourceArn], "arn:aws:sqs:us-east-1:000000000000:jobs");
    let sources =
        machine.sqs().list_dead_letter_source_queues().queue_url(machine.url("jobs-dead")).send().await.unwrap();
    assert_eq!(sources.queue_urls(), [machine.url("jobs")]);
}

#[tokio::test]
async fn groups_take_turns() {
    let machine = Machine::start().await;
    for index in 0..30 {
        send(&machine, "jobs", "big", &format!("big {index}")).await;
    }
    send(&machine, "jobs", "small", "small 0").await;
    send(&machine, "jobs", "tiny", "tiny 0").await;
    let mut order = Vec::new();
    for _ in 0..4 {
        order.push(receive(&machine, "jobs", 1).await[0].body().unwrap().to_owned());
    }
    assert_eq!(order, ["big 0", "small 0", "tiny 0", "big 1"]);
    send(&machine, "jobs", "small", "small 1").await;
    let batch: Vec<String> =
        receive(&machine, "jobs", 4).await.iter().map(|message| message.body().unwrap().to_owned()).collect();
    assert_eq!(batch, ["small 1", "big 2", "big 3", "big 4"]);
    let rest: HashSet<String> =
        receive(&machine, "jobs", 10).await.iter().map(|message| message.body().unwrap().to_owned()).collect();
    assert_eq!(rest, (5..15).map(|index| format!("big {index}")).collect());
}

#[tokio::test]
async fn a_long_poll_ends_with_a_send_with_time_and_with_a_shutdown() {
    let machine = Machine::start().await;
    let poll = |queue: &str| {
        let request = machine.sqs().receive_message().queue_url(machine.url(queue)).wait_time_seconds(20);
        tokio::spawn(request.send())
    };
    let waiting = poll("jobs");
    // Whether the poll is there already or comes after the send: it gets the message.
    tokio::task::yield_now().await;
    let began = Instant::now();
    send(&machine, "jobs", "a", "now").await;
    assert_eq!(waiting.await.unwrap().unwrap().messages().len(), 1);
    assert!(began.elapsed() < Duration::from_secs(2));

    let waiting = poll("jobs");
    machine.hand.forward(Duration::from_secs(31));
    machine.aws.queues().wake();
    assert_eq!(waiting.await.unwrap().unwrap().messages().len(), 1);

    let waiting = poll("other");
    // One more request on the way there and back: the poll is likely, not surely, waiting.
    counts(&machine, "other").await;
    let began = Instant::now();
    machine.serving.shutdown().await;
    assert!(began.elapsed() < Duration::from_secs(2));
    // Answered with nothing, or turned away because it came too late.
    if let Ok(answer) = waiting.await.unwrap() {
        assert!(answer.messages().is_empty());
    }
}
