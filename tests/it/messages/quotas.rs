//! `/api/quotas`

use dawr_api::role::Role;
use dawr_testkit::TestCloud;
use serde_json::json;

use crate::{
    desk::{Desk, phone},
    world::missing_like,
};

#[tokio::test]
async fn a_quota_is_reserved_settled_and_given_back() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let queue = owner.queue("د. ليلى").await;
    let tickets = owner.crowd(&queue, 4).await;
    let template = owner.template("نص").await;
    let sender = owner.with(cloud.member(&owner.clinic, Role::Moderator).await);
    let path = format!("/api/quotas/{}", sender.person.id);
    owner.put(&path, json!({ "addMessages": 5 })).expect(200).await;
    cloud.fault("error:131026", Some(&phone(0)), 1).await;
    sender.sending(&template, &tickets).expect(202).await;
    let quota = owner.quota(&sender.person).await;
    assert_eq!((&quota["messagesLeft"], &quota["reservedMessages"]), (&json!(1), &json!(4)), "{quota}");
    let refused = sender.sending(&template, &tickets).send_expecting(409).await;
    assert_eq!(refused.code(), "QuotaExceeded");
    assert!(
        refused.body["errors"][0]["message"].as_str().unwrap().contains('1'),
        "it says what is left: {}",
        refused.text
    );
    cloud.settle().await;
    let quota = owner.quota(&sender.person).await;
    assert_eq!(
        (&quota["messagesLeft"], &quota["reservedMessages"], &quota["consumedMessages"]),
        (&json!(2), &json!(0), &json!(3)),
        "{quota}"
    );
    owner.put(&path, json!({ "addMessages": 2 })).expect(200).await;
    sender.sending(&template, &tickets).expect(202).await;
    cloud.settle().await;
    assert_eq!(owner.quota(&sender.person).await["messagesLeft"], 0);
    // Retrying the one that failed needs a message of the quota again.
    let task = owner.all("/api/tasks/failed").await.remove(0);
    let retry = owner.post(&format!("/api/tasks/{}/retry", task["id"].as_str().unwrap()), json!({}));
    assert_eq!(retry.expect_errors(409).await[0].0, "QuotaExceeded");
}

#[tokio::test]
async fn quotas_are_granted_to_members_only() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let other = Desk::open(&cloud, "al-noor").await;
    let grant = |id: String, body: serde_json::Value| owner.put(&format!("/api/quotas/{id}"), body);
    for id in [missing_like(&owner.person.id.to_string()), other.person.id.to_string()] {
        grant(id, json!({ "addMessages": 5 })).expect_errors(404).await;
    }
    for wrong in [json!({ "addMessages": -1 }), json!({ "addQueues": 1_000_001 }), json!({ "addMessages": "5" })] {
        grant(owner.person.id.to_string(), wrong).expect_errors(422).await;
    }
    // Even an administrator keeps to a quota once there is one.
    let queue = owner.queue("د. ليلى").await;
    let tickets = owner.crowd(&queue, 2).await;
    let template = owner.template("نص").await;
    grant(owner.person.id.to_string(), json!({ "addMessages": 1 })).expect(200).await;
    assert_eq!(owner.sending(&template, &tickets).expect_errors(409).await[0].0, "QuotaExceeded");
}
