//! `/api/quotas`

use dawr_api::role::Role;
use dawr_testkit::TestCloud;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, phone},
    world::missing_like,
};

/// A member to whom an owner grants messages, and whom they could write to.
struct Grant<'a> {
    owner: Desk<'a>,
    sender: Desk<'a>,
    tickets: Vec<String>,
    template: String,
    /// The member's quota.
    path: String,
}

impl<'a> Grant<'a> {
    async fn new(cloud: &'a TestCloud, count: u32) -> Self {
        let owner = Desk::open(cloud, "al-shifa").await;
        let queue = owner.queue("د. ليلى").await;
        let tickets = owner.crowd(&queue, count).await;
        let template = owner.template("نص").await;
        let sender = owner.with(cloud.member(&owner.clinic, Role::Moderator).await);
        let path = format!("/api/quotas/{}", sender.person.id);
        Self { owner, sender, tickets, template, path }
    }
}

#[tokio::test]
async fn a_quota_is_reserved_settled_and_given_back() {
    let cloud = TestCloud::start().await;
    let Grant { owner, sender, tickets, template, path } = Grant::new(&cloud, 4).await;
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
    for wrong in [
        json!({}),
        json!({ "addQueues": 1_000_001 }),
        json!({ "addMessages": "5" }),
        json!({ "addQueues": -1_000_001 }),
    ] {
        grant(owner.person.id.to_string(), wrong).expect_errors(422).await;
    }
    // Even an administrator keeps to a quota once there is one.
    let queue = owner.queue("د. ليلى").await;
    let tickets = owner.crowd(&queue, 2).await;
    let template = owner.template("نص").await;
    grant(owner.person.id.to_string(), json!({ "addMessages": 1 })).expect(200).await;
    assert_eq!(owner.sending(&template, &tickets).expect_errors(409).await[0].0, "QuotaExceeded");
}

#[tokio::test]
async fn no_limit_and_nothing_left_are_two_answers() {
    let cloud = TestCloud::start().await;
    let Grant { owner, sender, tickets, template, path } = Grant::new(&cloud, 2).await;
    let preview = async |desk: &Desk<'_>| {
        let body = json!({ "templateId": template, "ticketIds": tickets });
        let preview = desk.post("/api/messages/send-preview", body).expect(200).await;
        (preview["unlimited"].clone(), preview["quotaLeft"].clone())
    };
    // To neither of them anything was granted.
    assert_eq!(preview(&owner).await, (json!(true), json!(null)));
    assert_eq!(preview(&sender).await, (json!(false), json!(0)));
    let quota = owner.quota(&owner.person).await;
    let of = |quota: &Value, names: [&str; 4]| names.map(|name| quota[name].clone());
    const MESSAGES: [&str; 4] = ["messagesUnlimited", "messagesQuota", "messagesLeft", "consumedMessages"];
    const QUEUES: [&str; 4] = ["queuesUnlimited", "queuesQuota", "queuesLeft", "consumedQueues"];
    for names in [MESSAGES, QUEUES] {
        assert_eq!(of(&quota, names), [json!(true), json!(null), json!(null), json!(0)]);
        assert_eq!(of(&owner.quota(&sender.person).await, names), [json!(false), json!(0), json!(0), json!(0)]);
    }
    let sent = owner.sending(&template, &tickets).expect(202).await;
    assert_eq!((&sent["unlimited"], &sent["quotaLeft"]), (&json!(true), &json!(null)));
    // Messages alone are granted: of queues there are none, still.
    let granted = owner.put(&path, json!({ "addMessages": 5 })).expect(200).await;
    assert_eq!(of(&granted, MESSAGES), [json!(false), json!(5), json!(5), json!(0)]);
    assert_eq!(of(&granted, QUEUES), [json!(false), json!(0), json!(0), json!(0)]);
    assert_eq!(granted, owner.quota(&sender.person).await);
    let sent = sender.sending(&template, &tickets).expect(202).await;
    assert_eq!((&sent["unlimited"], &sent["quotaLeft"]), (&json!(false), &json!(3)));
    assert_eq!(preview(&sender).await, (json!(false), json!(3)));
}

#[tokio::test]
async fn what_is_left_of_a_quota_can_be_taken_back_and_no_more() {
    let cloud = TestCloud::start().await;
    let Grant { owner, sender, tickets, template, path } = Grant::new(&cloud, 2).await;
    let in_use = |field: &str| vec![("QuotaInUse".to_owned(), field.to_owned())];
    assert_eq!(owner.put(&path, json!({ "addMessages": -1 })).expect_errors(409).await, in_use("addMessages"));
    owner.put(&path, json!({ "addMessages": 5, "addQueues": 1 })).expect(200).await;
    sender.sending(&template, &tickets).expect(202).await;
    let before = cloud.items();
    let refused = owner.put(&path, json!({ "addMessages": -4, "addQueues": 2 })).send_expecting(409).await;
    assert_eq!(refused.errors(), in_use("addMessages"));
    assert!(refused.body["errors"][0]["message"].as_str().unwrap().contains('3'), "{}", refused.text);
    assert_eq!(cloud.items(), before, "all or nothing");
    let lowered = owner.put(&path, json!({ "addMessages": -3, "addQueues": -1 })).expect(200).await;
    assert_eq!(
        (&lowered["messagesQuota"], &lowered["messagesLeft"], &lowered["reservedMessages"], &lowered["queuesLeft"]),
        (&json!(2), &json!(0), &json!(2), &json!(0))
    );
    cloud.settle().await;
    let settled = owner.quota(&sender.person).await;
    assert_eq!((&settled["consumedMessages"], &settled["messagesLeft"]), (&json!(2), &json!(0)));
    assert_eq!(sender.sending(&template, &tickets).expect_errors(409).await[0].0, "QuotaExceeded");
}

#[tokio::test]
async fn every_member_is_listed_page_by_page() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let mut expected = vec![owner.person.id.to_string()];
    for n in 0..4 {
        let member = cloud.member(&owner.clinic, Role::Moderator).await;
        expected.push(member.id.to_string());
        if n % 2 == 0 {
            owner.put(&format!("/api/quotas/{}", member.id), json!({ "addMessages": n + 1 })).expect(200).await;
        }
    }
    let listed = owner.all("/api/quotas?pageSize=2").await;
    let mut ids: Vec<_> = listed.iter().map(|quota| quota["userId"].as_str().unwrap().to_owned()).collect();
    ids.sort_unstable();
    expected.sort_unstable();
    assert_eq!(ids, expected);
    let granted: Vec<_> =
        listed.iter().filter_map(|quota| quota["messagesLeft"].as_i64()).filter(|left| *left > 0).collect();
    assert_eq!(granted.iter().sum::<i64>(), 4, "{granted:?}");
}
