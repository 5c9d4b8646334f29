//! Batches, limits, errors and the queues themselves.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, QueueAttributeName as Attribute,
    SendMessageBatchRequestEntry,
};

use super::Machine;
use super::queues::{counts, receive, send};

#[tokio::test]
async fn visibility_is_changed_and_one_bad_entry_holds_up_no_other() {
    let machine = Machine::start().await;
    let sqs = machine.sqs();
    send(&machine, "jobs", "a", "1").await;
    let handle = receive(&machine, "jobs", 1).await.remove(0).receipt_handle.unwrap();
    let change = |seconds: i32| {
        sqs.change_message_visibility()
            .queue_url(machine.url("jobs"))
            .receipt_handle(&handle)
            .visibility_timeout(seconds)
            .send()
    };
    change(60).await.unwrap();
    machine.hand.forward(Duration::from_secs(59));
    assert!(receive(&machine, "jobs", 1).await.is_empty());
    change(0).await.unwrap();
    let error = change(5).await.unwrap_err().into_service_error();
    assert!(error.is_message_not_inflight(), "{error:?}");
    let again = receive(&machine, "jobs", 1).await.remove(0).receipt_handle.unwrap();
    let error = change(5).await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("InvalidParameterValue"), "a spent handle");

    let entry = |id: &str, handle: &str| {
        ChangeMessageVisibilityBatchRequestEntry::builder()
            .id(id)
            .receipt_handle(handle)
            .visibility_timeout(0)
            .build()
            .unwrap()
    };
    let answer = sqs
        .change_message_visibility_batch()
        .queue_url(machine.url("jobs"))
        .entries(entry("bad", "nonsense"))
        .entries(entry("good", &again))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.successful()[0].id(), "good");
    assert_eq!(answer.failed()[0].code(), "ReceiptHandleIsInvalid");
    assert!(answer.failed()[0].sender_fault());

    let last = receive(&machine, "jobs", 1).await.remove(0).receipt_handle.unwrap();
    let entry = |id: &str, handle: &str| {
        DeleteMessageBatchRequestEntry::builder().id(id).receipt_handle(handle).build().unwrap()
    };
    let answer = sqs
        .delete_message_batch()
        .queue_url(machine.url("jobs"))
        .entries(entry("x", "nonsense"))
        .entries(entry("y", &last))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.successful().len(), 1);
    assert_eq!(answer.failed().len(), 1);
    assert_eq!(counts(&machine, "jobs").await, ["0", "0", "0"]);
}

#[tokio::test]
async fn batches_keep_to_the_limits() {
    let machine = Machine::start().await;
    let sqs = machine.sqs();
    let batch = |entries: Vec<(String, String)>| {
        let mut request = sqs.send_message_batch().queue_url(machine.url("jobs"));
        for (id, body) in entries {
            request =
                request.entries(SendMessageBatchRequestEntry::builder().id(id).message_body(body).build().unwrap());
        }
        request.send()
    };
    let short = |count: usize| (0..count).map(|n| (n.to_string(), "x".to_owned())).collect();
    let ten = batch(short(10)).await.unwrap();
    assert_eq!(ten.successful().len(), 10);

    let error = batch(short(11)).await.unwrap_err().into_service_error();
    assert!(error.is_too_many_entries_in_batch_request(), "{error:?}");
    let error = batch(Vec::new()).await.unwrap_err().into_service_error();
    assert!(error.is_empty_batch_request(), "{error:?}");
    let twice = vec![("a".to_owned(), "x".to_owned()); 2];
    let error = batch(twice).await.unwrap_err().into_service_error();
    assert!(error.is_batch_entry_ids_not_distinct(), "{error:?}");
    let named = vec![("a b".to_owned(), "x".to_owned())];
    let error = batch(named).await.unwrap_err().into_service_error();
    assert!(error.is_invalid_batch_entry_id(), "{error:?}");
    let half = "x".repeat(524_288);
    let full = vec![("a".to_owned(), half.clone()), ("b".to_owned(), half.clone())];
    assert_eq!(batch(full).await.unwrap().successful().len(), 2);
    let over = vec![("a".to_owned(), half.clone()), ("b".to_owned(), half + "x")];
    let error = batch(over).await.unwrap_err().into_service_error();
    assert!(error.is_batch_request_too_long(), "{error:?}");
    let bad = vec![("a".to_owned(), "\u{b}".to_owned()), ("b".to_owned(), "fine".to_owned())];
    let mixed = batch(bad).await.unwrap();
    assert_eq!(mixed.failed()[0].code(), "InvalidMessageContents");
    assert_eq!(mixed.successful()[0].id(), "b");
    assert_eq!(counts(&machine, "jobs").await[0], "13");

    machine.sqs().purge_queue().queue_url(machine.url("jobs")).send().await.unwrap();
    assert_eq!(counts(&machine, "jobs").await[0], "0");
}

#[tokio::test]
async fn errors_are_those_that_the_client_knows() {
    let machine = Machine::start().await;
    let sqs = machine.sqs();
    let error = sqs.receive_message().queue_url(machine.url("nobody")).send().await.unwrap_err().into_service_error();
    assert!(error.is_queue_does_not_exist(), "{error:?}");
    let error = sqs.get_queue_url().queue_name("nobody").send().await.unwrap_err().into_service_error();
    assert!(error.is_queue_does_not_exist(), "{error:?}");
    let error = sqs
        .delete_message()
        .queue_url(machine.url("jobs"))
        .receipt_handle("nonsense")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(error.is_receipt_handle_is_invalid(), "{error:?}");
    let error = sqs
        .get_queue_attributes()
        .queue_url(machine.url("jobs"))
        .attribute_names(Attribute::from("Colour"))
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(error.is_invalid_attribute_name(), "{error:?}");
    let error = sqs
        .send_message()
        .queue_url(machine.url("jobs"))
        .message_body("x".repeat(1_048_577))
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert_eq!(error.code(), Some("InvalidParameterValue"));
    let error = sqs
        .receive_message()
        .queue_url(machine.url("jobs"))
        .max_number_of_messages(11)
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert_eq!(error.code(), Some("InvalidParameterValue"));
    let error = sqs.delete_queue().queue_url(machine.url("jobs")).send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("InvalidAction"));
}

#[tokio::test]
async fn queues_are_made_listed_and_configured() {
    let machine = Machine::start().await;
    let sqs = machine.sqs();
    let create =
        |timeout: &str| sqs.create_queue().queue_name("late").attributes(Attribute::VisibilityTimeout, timeout).send();
    let url = create("40").await.unwrap().queue_url.unwrap();
    assert_eq!(url, machine.url("late"));
    assert_eq!(create("40").await.unwrap().queue_url.unwrap(), url);
    let error = create("41").await.unwrap_err().into_service_error();
    assert!(error.is_queue_name_exists(), "{error:?}");

    sqs.set_queue_attributes()
        .queue_url(&url)
        .attributes(
            Attribute::RedrivePolicy,
            r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:jobs-dead","maxReceiveCount":"2"}"#,
        )
        .send()
        .await
        .unwrap();
    let attributes: BTreeMap<String, String> = sqs
        .get_queue_attributes()
        .queue_url(&url)
        .attribute_names(Attribute::RedrivePolicy)
        .attribute_names(Attribute::VisibilityTimeout)
        .attribute_names(Attribute::QueueArn)
        .send()
        .await
        .unwrap()
        .attributes
        .unwrap()
        .into_iter()
        .map(|(name, value)| (name.as_str().to_owned(), value))
        .collect();
    assert_eq!(
        attributes.into_iter().collect::<Vec<_>>(),
        [
            ("QueueArn", "arn:aws:sqs:us-east-1:000000000000:late"),
            (
                "RedrivePolicy",
                r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:jobs-dead","maxReceiveCount":2}"#
            ),
            ("VisibilityTimeout", "40"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    let listed = sqs.list_queues().queue_name_prefix("jobs").send().await.unwrap();
    assert_eq!(listed.queue_urls(), [machine.url("jobs"), machine.url("jobs-dead")]);
}

#[tokio::test]
async fn a_list_of_queues_comes_in_pages() {
    let machine = Machine::start().await;
    let sqs = machine.sqs();
    for n in 0..5 {
        sqs.create_queue().queue_name(format!("page-{n}")).send().await.unwrap();
    }
    let (mut found, mut token, mut pages) = (Vec::new(), None, 0);
    loop {
        let list = sqs.list_queues().queue_name_prefix("page-").max_results(2).set_next_token(token).send().await.unwrap();
        assert!(list.queue_urls().len() <= 2);
        found.extend(list.queue_urls().iter().map(|url| url.rsplit('/').next().unwrap().to_owned()));
        pages += 1;
        token = list.next_token().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!((found.join(" "), pages), ("page-0 page-1 page-2 page-3 page-4".to_owned(), 3));
    let all = sqs.list_queues().queue_name_prefix("page-").send().await.unwrap();
    assert_eq!((all.queue_urls().len(), all.next_token()), (5, None));
    let whole = sqs.list_queues().queue_name_prefix("page-").max_results(5).send().await.unwrap();
    assert_eq!((whole.queue_urls().len(), whole.next_token()), (5, None));
    for (most, token) in [(Some(0), None), (Some(1001), None), (Some(2), Some("nonsense")), (None, Some("cGFnZS0x"))] {
        let asked = sqs.list_queues().set_max_results(most).set_next_token(token.map(str::to_owned));
        let error = asked.send().await.unwrap_err().into_service_error();
        assert!(matches!(error.code(), Some("InvalidParameterValue" | "MissingParameter")), "{most:?} {token:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_queue_is_purged_once_a_minute() {
    let machine = Machine::start().await;
    let sqs = machine.sqs();
    let purge = || sqs.purge_queue().queue_url(machine.url("jobs")).send();
    send(&machine, "jobs", "a", "1").await;
    purge().await.unwrap();
    assert!(receive(&machine, "jobs", 1).await.is_empty());
    machine.hand.forward(Duration::from_secs(59));
    let error = purge().await.unwrap_err().into_service_error();
    assert!(error.is_purge_queue_in_progress(), "{error:?}");
    machine.hand.forward(Duration::from_secs(1));
    purge().await.unwrap();
}

#[tokio::test]
async fn names_of_attributes_are_those_that_sqs_takes() {
    let machine = Machine::start().await;
    let sqs = machine.sqs();
    let value = || {
        aws_sdk_sqs::types::MessageAttributeValue::builder().data_type("String").string_value("x").build().unwrap()
    };
    let send = |name: &str| {
        sqs.send_message().queue_url(machine.url("jobs")).message_body("x").message_attributes(name, value()).send()
    };
    for name in ["aws.x", "AWS.X", "Amazon.x", "amazon.", ".x", "x.", "a..b", "a b", "ä", &"x".repeat(257)] {
        let error = send(name).await.unwrap_err().into_service_error();
        assert_eq!(error.code(), Some("InvalidParameterValue"), "{name}");
    }
    for name in ["awsx", "a.b-c_d", "amazonian", &"x".repeat(256)] {
        send(name).await.unwrap();
    }
}
