//! What is handed on again and again and never moves ends, and gives back what was reserved for it.

use dawr_api::role::Role;
use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use crate::{desk::Desk, world::id};

/// An owner and a moderator with a quota for so many, who has sent a template to so many: nobody has looked at it yet.
async fn sent(cloud: &TestCloud, recipients: u32) -> (Desk<'_>, Desk<'_>, Value) {
    let owner = Desk::open(cloud, "al-shifa").await;
    let queue = owner.queue("د. ليلى").await;
    let tickets = owner.crowd(&queue, recipients).await;
    let template = owner.template("مرحبًا").await;
    cloud.settle().await;
    let sender = owner.with(cloud.member(&owner.clinic, Role::Moderator).await);
    owner.put(&format!("/api/quotas/{}", sender.person.id), json!({ "addMessages": recipients })).expect(200).await;
    let sent = sender.sending(&template, &tickets).expect(202).await;
    (owner, sender, sent)
}

/// The only item of a kind, as it is once it was handed on so often in vain and is due.
fn hand_on_in_vain(cloud: &TestCloud, kind: &str) {
    let mut item = cloud.items_of(kind).remove(0);
    item["wake"]["M"]["tries"] = json!({ "N": "12" });
    item["look_at"] = json!({ "S": cloud.clock().now().to_string() });
    cloud.forge(&item);
}

async fn left(owner: &Desk<'_>, sender: &Desk<'_>) -> Value {
    owner.quota(&sender.person).await["messagesLeft"].clone()
}

#[tokio::test]
async fn a_message_becomes_a_task() {
    let cloud = TestCloud::start().await;
    let (owner, sender, sent) = sent(&cloud, 1).await;
    assert_eq!(left(&owner, &sender).await, 0);
    hand_on_in_vain(&cloud, "message");
    cloud.settle().await;
    let message = sender.get(&format!("/api/messages/{}", id(&sent["messageIds"][0]))).expect(200).await;
    assert_eq!((&message["status"], &message["attemptCount"]), (&json!("failed"), &json!(0)), "{message}");
    assert!(message["taskId"].is_string(), "{message}");
    assert_eq!(left(&owner, &sender).await, 1);
    assert!(cloud.received().await.is_empty());
}

#[tokio::test]
async fn a_batch_ends_without_the_messages_that_were_not_made() {
    let cloud = TestCloud::start().await;
    let (owner, sender, sent) = sent(&cloud, 120).await;
    assert_eq!(left(&owner, &sender).await, 0);
    hand_on_in_vain(&cloud, "batch");
    cloud.settle().await;
    let batch = sender.get(&format!("/api/batches/{}", id(&sent["batchId"]))).expect(200).await;
    assert_eq!((&batch["state"], &batch["skippedCount"]), (&json!("expanded"), &json!(120)), "{batch}");
    assert_eq!(left(&owner, &sender).await, 120);
    assert!(cloud.received().await.is_empty());
}
