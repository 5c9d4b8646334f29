//! `/api/quotas`

use dawr_api::{quota::settle, role::Role};
use dawr_kernel::id::{BatchId, MessageId};
use dawr_store::{Ground, TenantScope, Work};
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

/// What was granted, sent, asked for and left is one sum, whatever was taken back.
fn sums(quota: &Value) -> [i64; 4] {
    let number = |name: &str| quota[name].as_i64().unwrap_or_else(|| panic!("{name} of {quota}"));
    let all = ["messagesQuota", "consumedMessages", "reservedMessages", "messagesLeft"].map(number);
    assert_eq!(all[0], all[1] + all[2] + all[3], "{quota}");
    all
}

/// An administrator to whom something was granted can be without limit again. What they asked for before goes or fails as ever.
#[tokio::test]
async fn what_was_granted_can_be_taken_back_and_the_role_counts_again() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let queue = owner.queue("د. ليلى").await;
    let tickets = owner.crowd(&queue, 3).await;
    let template = owner.template("نص").await;
    for (desk, is_admin) in [
        (owner.with(owner.person.clone()), true),
        (owner.with(cloud.member(&owner.clinic, Role::Moderator).await), false),
    ] {
        let path = format!("/api/quotas/{}", desk.person.id);
        let (messages, queues) = if is_admin { (json!(null), json!(null)) } else { (json!(3), json!(0)) };
        owner.put(&path, json!({ "addMessages": 5, "addQueues": 2 })).expect(200).await;
        cloud.fault("error:131026", Some(&phone(0)), 1).await;
        desk.sending(&template, &tickets).expect(202).await;
        // Three are under way, of which one will fail.
        let ended = owner.delete(&path).expect(200).await;
        assert_eq!(ended, owner.quota(&desk.person).await);
        assert_eq!((&ended["messagesUnlimited"], &ended["queuesUnlimited"]), (&json!(is_admin), &json!(is_admin)));
        assert_eq!((&ended["messagesQuota"], &ended["queuesQuota"]), (&messages, &queues));
        assert_eq!((&ended["consumedMessages"], &ended["reservedMessages"]), (&json!(0), &json!(3)));
        let again = desk.sending(&template, &tickets[1..]);
        if is_admin {
            again.expect(202).await;
        } else {
            assert_eq!(again.expect_errors(409).await[0].0, "QuotaExceeded");
        }
        cloud.settle().await;
        let settled = owner.quota(&desk.person).await;
        assert_eq!((&settled["consumedMessages"], &settled["reservedMessages"]), (&json!(2), &json!(0)), "{settled}");
        assert_eq!(settled["messagesUnlimited"], is_admin);
        // Twice is once.
        let before = cloud.items();
        assert_eq!(owner.delete(&path).expect(200).await, settled);
        assert_eq!(cloud.items(), before);
        // What is granted anew is that and no more, and queues are still the role's.
        let anew = owner.put(&path, json!({ "addMessages": 1 })).expect(200).await;
        assert_eq!((sums(&anew), &anew["queuesUnlimited"]), ([3, 2, 0, 1], &json!(is_admin)));
        assert_eq!(desk.sending(&template, &tickets[1..]).expect_errors(409).await[0].0, "QuotaExceeded");
        assert_eq!(owner.put(&path, json!({ "addMessages": -2 })).expect_errors(409).await[0].0, "QuotaInUse");
        desk.sending(&template, &tickets[1..2]).expect(202).await;
        cloud.settle().await;
        assert_eq!(sums(&owner.quota(&desk.person).await), [3, 3, 0, 0]);
    }
    let trail = owner.get("/api/audit?action=delete_quota").expect(200).await;
    assert_eq!(trail["items"].as_array().unwrap().len(), 2, "{trail}");
    assert_eq!(trail["items"][1]["subjects"][0]["id"], owner.person.id.to_string());
}

/// Of many who send, are granted something and have it taken back at once, no count is lost.
#[tokio::test]
async fn taking_back_amid_sending_loses_no_count() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let queue = owner.queue("د. ليلى").await;
    let tickets = owner.crowd(&queue, 8).await;
    let template = owner.template("نص").await;
    let sender = owner.with(cloud.member(&owner.clinic, Role::Moderator).await);
    let path = format!("/api/quotas/{}", sender.person.id);
    let mut accepted = 0;
    for _ in 0..3 {
        owner.put(&path, json!({ "addMessages": 8 })).expect(200).await;
        let sends = tickets.iter().map(|ticket| sender.sending(&template, std::slice::from_ref(ticket)).send());
        let sends = futures::future::join_all(sends);
        let (sends, taken, _) = futures::join!(sends, owner.delete(&path).send(), cloud.settle());
        assert_eq!(taken.status, 200, "{}", taken.text);
        accepted += sends.iter().filter(|answer| answer.status == 202).count();
        assert!(sends.iter().all(|answer| [202, 409, 412, 503].contains(&answer.status)));
        cloud.settle().await;
    }
    let accepted = i64::try_from(accepted).unwrap();
    assert_eq!(sums(&owner.quota(&sender.person).await), [accepted, accepted, 0, 0]);
}

#[tokio::test]
async fn what_is_granted_is_taken_back_by_who_may_grant_it() {
    let cloud = TestCloud::start().await;
    let (owner, other) = (Desk::open(&cloud, "al-shifa").await, Desk::open(&cloud, "al-noor").await);
    for id in [missing_like(&owner.person.id.to_string()), other.person.id.to_string()] {
        owner.delete(&format!("/api/quotas/{id}")).expect_errors(404).await;
    }
    let colleague = owner.with(cloud.member(&owner.clinic, Role::Moderator).await);
    colleague.delete(&format!("/api/quotas/{}", colleague.person.id)).expect_errors(403).await;
}

/// A page costs what its members cost, not what all of the tenant's do.
#[tokio::test]
async fn a_page_of_quotas_costs_the_same_wherever_it_is() {
    let cloud = TestCloud::start().await;
    let owner = Desk::open(&cloud, "al-shifa").await;
    let scope = TenantScope::on(Ground::Platform, owner.clinic.tenant);
    for n in 0..12 {
        let member = cloud.member(&owner.clinic, Role::Moderator).await;
        owner.put(&format!("/api/quotas/{}", member.id), json!({ "addMessages": 100 + n })).expect(200).await;
        let batch = BatchId::generate_for_messages(cloud.clock().now(), cloud.entropy());
        // One after the other, they fall into one shard after the other.
        for recipient in 0..16 {
            let mut work = Work::new();
            settle(&scope, member.id, MessageId::of(batch, recipient), &mut work);
            cloud.table().commit(work).await.unwrap();
        }
    }
    let (mut costs, mut sent, mut page) = (Vec::new(), 0, String::new());
    loop {
        let (cost, list) = cloud.cost(owner.get(&format!("/api/quotas?pageSize=1{page}")).expect(200)).await;
        costs.push((cost.trips, cost.read));
        sent += list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|quota| quota["consumedMessages"].as_i64().unwrap())
            .sum::<i64>();
        match list["nextPage"].as_str() {
            Some(next) => page = format!("&page={next}"),
            None => break,
        }
    }
    assert_eq!(sent, 12 * 16);
    assert!(costs.len() >= 13, "{costs:?}");
    // The owner, who is first, was granted nothing; the first request also looks at how the tenant stands.
    let (first, last) = (costs[2], costs[12]);
    assert!(last == first && last.0 == 2, "{costs:?}");
}
