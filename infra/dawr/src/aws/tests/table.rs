//! The table, through the real client.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Put, ReturnConsumedCapacity, TransactWriteItem};

use super::{Machine, dynamodb};

type Item = HashMap<String, AttributeValue>;

fn item(pairs: &[(&str, &str)]) -> Item {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), AttributeValue::S((*value).to_owned()))).collect()
}

fn put(item: Item) -> TransactWriteItem {
    TransactWriteItem::builder()
        .put(
            Put::builder()
                .table_name("dawr")
                .set_item(Some(item))
                .condition_expression("attribute_not_exists(PK)")
                .build()
                .unwrap(),
        )
        .build()
}

fn must_exist(pk: &str) -> TransactWriteItem {
    TransactWriteItem::builder()
        .condition_check(
            ConditionCheck::builder()
                .table_name("dawr")
                .set_key(Some(item(&[("PK", pk), ("SK", "s")])))
                .condition_expression("attribute_exists(PK)")
                .build()
                .unwrap(),
        )
        .build()
}

#[tokio::test]
async fn indexes_and_their_capacity_are_served() {
    let machine = Machine::start().await;
    let client = dynamodb(machine.serving.endpoints());
    let written = client
        .put_item()
        .table_name("dawr")
        .set_item(Some(item(&[
            ("PK", "p"),
            ("SK", "s"),
            ("GSI1PK", "g1"),
            ("GSI1SK", "1"),
            ("GSI2PK", "g2"),
            ("GSI2SK", "2"),
            ("GSI3PK", "g3"),
            ("GSI3SK", "3"),
            ("LSI1SK", "l"),
        ])))
        .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
        .send()
        .await
        .unwrap()
        .consumed_capacity
        .unwrap();
    assert_eq!(written.capacity_units(), Some(5.0));
    assert_eq!(written.global_secondary_indexes().unwrap().len(), 3);
    assert_eq!(written.local_secondary_indexes().unwrap().len(), 1);
    for (index, key, value) in
        [("GSI1", "GSI1PK", "g1"), ("GSI2", "GSI2PK", "g2"), ("GSI3", "GSI3PK", "g3"), ("LSI1", "PK", "p")]
    {
        let found = client
            .query()
            .table_name("dawr")
            .index_name(index)
            .key_condition_expression("#k = :v")
            .expression_attribute_names("#k", key)
            .expression_attribute_values(":v", AttributeValue::S(value.to_owned()))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .unwrap();
        assert_eq!(found.items().len(), 1, "{index}");
        assert_eq!(found.items()[0]["SK"].as_s().unwrap(), "s", "{index}");
        let capacity = found.consumed_capacity.unwrap();
        assert_eq!(capacity.capacity_units(), Some(0.5), "{index}");
    }
}

#[tokio::test]
async fn a_transaction_is_all_or_nothing_and_its_token_makes_it_happen_once() {
    let machine = Machine::start().await;
    let client = dynamodb(machine.serving.endpoints());
    let count = || async {
        let found = client
            .query()
            .table_name("dawr")
            .key_condition_expression("PK = :p")
            .expression_attribute_values(":p", AttributeValue::S("p".to_owned()))
            .consistent_read(true)
            .send()
            .await
            .unwrap();
        found.count()
    };
    let failed = client
        .transact_write_items()
        .transact_items(put(item(&[("PK", "p"), ("SK", "1")])))
        .transact_items(must_exist("nobody"))
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(failed.is_transaction_canceled_exception(), "{failed:?}");
    assert_eq!(count().await, 0);

    let both = || {
        client
            .transact_write_items()
            .client_request_token("token")
            .transact_items(put(item(&[("PK", "p"), ("SK", "1")])))
            .transact_items(put(item(&[("PK", "p"), ("SK", "2")])))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
    };
    let first = both().await.unwrap();
    assert_eq!(first.consumed_capacity()[0].capacity_units(), Some(4.0));
    both().await.unwrap();
    assert_eq!(count().await, 2);
    let other = client
        .transact_write_items()
        .client_request_token("token")
        .transact_items(put(item(&[("PK", "p"), ("SK", "3")])))
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(other.is_idempotent_parameter_mismatch_exception(), "{other:?}");
}

#[tokio::test]
async fn an_item_expires() {
    let machine = Machine::start().await;
    let client = dynamodb(machine.serving.endpoints());
    let mut expiring = item(&[("PK", "p"), ("SK", "s")]);
    // Ten seconds after the clock's beginning.
    let end = AttributeValue::N("1767225610".to_owned());
    expiring.insert("expires_at".to_owned(), end);
    client.put_item().table_name("dawr").set_item(Some(expiring)).send().await.unwrap();
    assert_eq!(machine.aws.table().expire().unwrap(), 0);
    machine.hand.forward(Duration::from_secs(11));
    assert_eq!(machine.aws.table().expire().unwrap(), 1);
}

/// dynoxide by itself looks through the whole stream on every write.
#[tokio::test]
async fn a_write_does_not_slow_down_as_the_stream_grows() {
    let folder = tempfile::tempdir().unwrap();
    for storage in [super::Storage::Memory, super::Storage::Folder(folder.path().to_owned())] {
        let hand = super::Hand::new();
        let aws = super::Aws::open(&storage, hand.clock(), &super::resources()).unwrap();
        let table = aws.table().database();
        let mut written = 0;
        // The fastest of some blocks, so that a busy machine does not count.
        let mut fastest = |blocks: u32| {
            (0..blocks)
                .map(|_| {
                    let began = Instant::now();
                    for _ in 0..100 {
                        written += 1;
                        let request = serde_json::json!({
                            "TableName": "dawr",
                            "Item": {"PK": {"S": "p"}, "SK": {"S": format!("{}", written % 50)},
                                "pad": {"S": "x".repeat(500)}},
                        });
                        table.put_item(serde_json::from_value(request).unwrap()).unwrap();
                    }
                    began.elapsed()
                })
                .min()
                .unwrap()
        };
        let early = fastest(4);
        fastest(30);
        let late = fastest(4);
        // Without the index it is more than ten times as long.
        assert!(late < early * 4, "{storage:?}: {early:?}, then {late:?}");
    }
}
