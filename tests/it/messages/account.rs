//! What WhatsApp says of a clinic's account and of its provider templates without being asked.

use std::time::Duration;

use dawr_api::{function::Queue, role::Role};
use dawr_testkit::{Faults, Rates, TestCloud, TestOptions};
use serde_json::{Value, json};

use super::meta::Meta;
use crate::{
    desk::{Desk, phone},
    world::id,
};

const FIRST: &str = "106540352242922";
const SECOND: &str = "206540352242922";
const TOKEN: &str = "EAAG-a-token";
const ACCOUNT: &str = "102290129340398";
const OTHER: &str = "202290129340398";

/// Connects a clinic with a number of an account.
async fn connect(desk: &Desk<'_>, number: &str, account: Option<&str>) -> Value {
    desk.cloud.number_at_meta(number, TOKEN).await;
    let mut body = json!({ "phoneNumberId": number, "accessToken": TOKEN,
        "appSecret": format!("secret-of-{}", desk.clinic.slug), "verifyToken": "verify-verify" });
    if let Some(account) = account {
        body["businessAccountId"] = json!(account);
    }
    let saved = desk.put("/api/settings/whatsapp", body).expect(200).await;
    // What is said from now on is said later.
    desk.cloud.advance(Duration::from_secs(2));
    saved
}

async fn standing(desk: &Desk<'_>) -> Value {
    desk.get("/api/settings/whatsapp").expect(200).await
}

/// Which numbers are known to belong to which accounts.
fn belonging(cloud: &TestCloud) -> Vec<(String, String)> {
    let known = cloud.items_of("provider-account").into_iter();
    known.map(|item| (id(&item["account"]["S"]), id(&item["phone_number_id"]["S"]))).collect()
}

/// Whatever a clinic changes, it hears what is said of the account that its number is in now, and of no other.
#[tokio::test]
async fn what_is_said_of_an_account_is_heard_after_each_change_of_the_connection() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let changes =
        [(FIRST, ACCOUNT), (SECOND, ACCOUNT), (SECOND, ACCOUNT), (FIRST, ACCOUNT), (FIRST, OTHER), (SECOND, ACCOUNT)];
    for ((number, account), n) in changes.into_iter().zip(0..) {
        connect(&desk, number, Some(account)).await;
        assert_eq!(belonging(&cloud), [(account.to_owned(), number.to_owned())], "{n}");
        // Somebody who was cut off between the secret and the commit.
        cloud.leave_credentials_behind(&desk.clinic, cloud.clock().now()).await;
        let mut meta = Meta::of(&desk).await;
        meta.account = account;
        let event = json!({ "event": format!("EVENT_{n}") });
        meta.says(cloud.clock().now().as_second(), &[("account_update", event.clone())]).await;
        assert_eq!(standing(&desk).await["accountEvent"], event["event"], "{n}");
        meta.account = if account == ACCOUNT { OTHER } else { ACCOUNT };
        meta.signed(meta.news(1, &[("account_update", event)])).expect_errors(401).await;
    }
    // What is learnt from callbacks is no other than what is said: the number belongs to one account.
    connect(&desk, FIRST, None).await;
    assert!(belonging(&cloud).is_empty(), "nobody knows to which account the number belongs");
    let mut meta = Meta::of(&desk).await;
    for account in [ACCOUNT, OTHER] {
        meta.account = account;
        meta.text(&phone(0), account, "أهلًا").await;
        assert_eq!(belonging(&cloud), [(account.to_owned(), FIRST.to_owned())]);
    }
}

#[tokio::test]
async fn two_clinics_in_one_account_each_hear_by_their_own_secret() {
    let cloud = TestCloud::start().await;
    let (one, two) = (Desk::open(&cloud, "al-shifa").await, Desk::open(&cloud, "al-noor").await);
    connect(&two, FIRST, Some(ACCOUNT)).await;
    connect(&one, SECOND, Some(ACCOUNT)).await;
    connect(&one, "306540352242922", Some(ACCOUNT)).await;
    let (first, second) = (Meta::of(&one).await, Meta::of(&two).await);
    let now = cloud.clock().now().as_second();
    first.says(now, &[("account_update", json!({ "event": "ONE" }))]).await;
    assert_eq!(
        (&standing(&one).await["accountEvent"], &standing(&two).await["accountEvent"]),
        (&json!("ONE"), &Value::Null)
    );
    second.says(now, &[("account_update", json!({ "event": "TWO" }))]).await;
    assert_eq!(
        (&standing(&one).await["accountEvent"], &standing(&two).await["accountEvent"]),
        (&json!("ONE"), &json!("TWO"))
    );
}

/// A number that is taken over is in its owner's account, and in no other any more.
#[tokio::test]
async fn a_number_that_changes_hands_leaves_the_account_that_it_was_in() {
    let cloud = TestCloud::start().await;
    let (desk, owner) = (Desk::open(&cloud, "al-shifa").await, Desk::open(&cloud, "al-noor").await);
    connect(&desk, FIRST, Some(ACCOUNT)).await;
    let lost = Meta::of(&desk).await;
    cloud.number_at_meta(FIRST, "EAAG-another-token").await;
    let body = json!({ "phoneNumberId": FIRST, "businessAccountId": OTHER, "accessToken": "EAAG-another-token",
        "appSecret": "secret-of-the-owner", "verifyToken": "verify-verify" });
    owner.put("/api/settings/whatsapp", body).expect(200).await;
    assert_eq!(belonging(&cloud), [(OTHER.to_owned(), FIRST.to_owned())]);
    lost.signed(lost.news(1, &[("account_update", json!({ "event": "X" }))])).expect_errors(401).await;
}

/// Unknown numbers and an account in one body are two reads before the signature, whatever is found.
#[tokio::test]
async fn a_body_of_unknown_numbers_and_an_account_costs_two_reads_before_its_signature() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    connect(&desk, FIRST, Some(ACCOUNT)).await;
    let meta = Meta::of(&desk).await;
    let status = |number: String| {
        json!({ "field": "messages", "value": { "metadata": { "phone_number_id": number },
        "statuses": [{ "id": "w", "status": "read", "timestamp": "1" }] } })
    };
    let mut changes: Vec<Value> = (0..30).map(|n| status(format!("7{n:08}"))).collect();
    changes.insert(0, json!({ "field": "account_update", "value": { "event": "X" } }));
    let (cost, answer) = cloud.cost(meta.unsigned(&meta.body(&changes)).send()).await;
    assert_eq!((answer.status, cost.trips), (401, 2), "{cost:?}");
    assert!(cost.read <= 9.0 && cost.write == 0.0, "{cost:?}");
    // Also if our own number is among them, which signed something else.
    changes.insert(1, status(FIRST.to_owned()));
    let (cost, answer) = cloud.cost(meta.unsigned(&meta.body(&changes)).send()).await;
    assert_eq!((answer.status, cost.trips), (401, 2), "{cost:?}");
    // Rightly signed, it is heard: that none of the first numbers is ours says nothing of the account.
    changes.remove(1);
    meta.signed(meta.body(&changes)).expect(200).await;
    cloud.settle().await;
    assert_eq!(standing(&desk).await["accountEvent"], "X");
}

#[tokio::test]
async fn what_is_merely_told_hides_no_stop() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    connect(&desk, FIRST, Some(ACCOUNT)).await;
    let meta = Meta::of(&desk).await;
    let at = cloud.clock().now().as_second();
    cloud.advance(Duration::from_secs(100));
    let ban = |state: &str| json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": state } });
    meta.says(at + 50, &[("account_update", json!({ "event": "VERIFIED_ACCOUNT" }))]).await;
    meta.says(at + 40, &[("account_update", ban("DISABLE"))]).await;
    let stopped = standing(&desk).await;
    assert_eq!((&stopped["stoppedBy"], &stopped["accountEvent"]), (&json!(131_031), &json!("VERIFIED_ACCOUNT")));
    meta.says(at + 45, &[("account_update", ban("REINSTATE"))]).await;
    assert_eq!(standing(&desk).await["stoppedBy"], Value::Null);
    // Two changes of one callback are of one time.
    let restricted = json!({ "event": "ACCOUNT_RESTRICTION",
        "restriction_info": [{ "restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": at + 5_000 }] });
    let violated = json!({ "event": "ACCOUNT_VIOLATION", "violation_info": { "violation_type": "ADULT" } });
    meta.says(at + 60, &[("account_update", violated), ("account_update", restricted)]).await;
    let stopped = standing(&desk).await;
    assert_eq!((&stopped["stoppedBy"], &stopped["accountEvent"]), (&json!(368), &json!("ACCOUNT_RESTRICTION")));
}

/// What Meta says of the provider template `queue_update`.
fn status(event: &str) -> (&'static str, Value) {
    let value = json!({ "event": event, "message_template_id": 1, "message_template_name": "queue_update",
        "message_template_language": "en_US", "reason": "NONE" });
    ("message_template_status_update", value)
}

/// A template that the provider template carries.
fn carried() -> Value {
    json!({ "title": "نص", "content": "مرحبًا", "isShared": true,
        "providerTemplate": { "name": "queue_update", "language": "en_US", "parameters": [] } })
}

/// How many templates that `queue_update` carries are paused, and how many are not.
fn paused(cloud: &TestCloud) -> (usize, usize) {
    let all = cloud.items_of("template").into_iter().filter(|item| item.get("provider_template").is_some());
    let (paused, free): (Vec<_>, Vec<_>) = all.partition(|item| item.get("pause").is_some());
    (paused.len(), free.len())
}

#[tokio::test]
async fn all_that_a_provider_template_carries_is_paused_however_much_it_is() {
    let faults = Faults::new(7);
    let options = TestOptions { between: Some(faults.between()), ..TestOptions::default() };
    let cloud = TestCloud::with(options).await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    connect(&desk, FIRST, Some(ACCOUNT)).await;
    let meta = Meta::of(&desk).await;
    for _ in 0..95 {
        desk.post("/api/templates", carried()).expect(201).await;
    }
    let at = cloud.clock().now().as_second();
    meta.signed(meta.news(at, &[status("PAUSED")])).expect(200).await;
    // A worker that is cut off again and again goes on where it was.
    faults.set(Rates { lost: 30, unanswered: 30, killed: 30 });
    for _ in 0..20 {
        while faults.invocation(cloud.inner().relay()).await.is_none_or(|relayed| relayed.unwrap() > 0) {}
        let jobs = cloud.receive(Queue::Callbacks, None).await;
        if !jobs.is_empty() {
            faults.invocation(cloud.inner().deliver(Queue::Callbacks, &jobs)).await;
        }
        cloud.advance(Duration::from_secs(100));
    }
    faults.set(Rates::default());
    cloud.pass(Duration::from_secs(10 * 60)).await;
    assert_eq!(paused(&cloud), (95, 0));
    meta.says(cloud.clock().now().as_second(), &[status("APPROVED")]).await;
    assert_eq!(paused(&cloud), (0, 95));
}

/// What is written while WhatsApp pauses the provider template is paused as well, whichever is first.
#[tokio::test]
async fn a_template_that_is_written_at_the_same_time_is_paused() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    connect(&desk, FIRST, Some(ACCOUNT)).await;
    let meta = Meta::of(&desk).await;
    let plain = desk.template("نص").await;
    for (event, n) in ["PAUSED", "APPROVED", "PAUSED"].into_iter().zip(1..) {
        meta.signed(meta.news(cloud.clock().now().as_second(), &[status(event)])).expect(200).await;
        let writes = futures::future::join_all((0..8).map(|_| desk.post("/api/templates", carried()).expect(201)));
        let changes = desk.put(&format!("/api/templates/{plain}"), carried()).expect(200);
        futures::join!(writes, changes, cloud.settle());
        let all = 8 * n + 1;
        assert_eq!(paused(&cloud), if event == "PAUSED" { (all, 0) } else { (0, all) }, "{event}");
        desk.put(&format!("/api/templates/{plain}"), json!({ "title": "نص", "content": "نص" })).expect(200).await;
        cloud.advance(Duration::from_secs(2));
    }
}

#[tokio::test]
async fn a_template_that_names_a_paused_provider_template_begins_paused() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let author = desk.with(cloud.member(&desk.clinic, Role::Moderator).await);
    connect(&desk, FIRST, Some(ACCOUNT)).await;
    let meta = Meta::of(&desk).await;
    meta.says(cloud.clock().now().as_second(), &[status("PAUSED")]).await;
    let made = author.post("/api/templates", carried()).expect(201).await;
    assert_eq!(made["paused"]["providerCode"], 132_015);
    let path = format!("/api/templates/{}", id(&made["id"]));
    assert_eq!(author.get(&path).expect(200).await, made);
    // Another way to fill it is no other provider template; another one is, and back again.
    let mut filled = carried();
    filled["providerTemplate"]["parameters"] = json!(["patientName"]);
    assert_eq!(author.put(&path, filled).expect(200).await["paused"]["providerCode"], 132_015);
    let mut another = carried();
    another["providerTemplate"]["name"] = json!("queue_update_2");
    assert_eq!(author.put(&path, another).expect(200).await["paused"], Value::Null);
    let back = author.put(&path, carried()).header("if-match", "3").expect(200).await;
    assert_eq!((&back["paused"]["providerCode"], &back["version"]), (&json!(132_015), &json!(4)));
    // An administrator knows better, until WhatsApp says something new.
    let mut resumed = carried();
    resumed["resume"] = json!(true);
    assert_eq!(desk.put(&path, resumed).expect(200).await["paused"], Value::Null);
    assert_eq!(desk.put(&path, carried()).expect(200).await["paused"], Value::Null);
    cloud.advance(Duration::from_secs(2));
    meta.says(cloud.clock().now().as_second(), &[status("DISABLED")]).await;
    assert_eq!(desk.get(&path).expect(200).await["paused"]["providerCode"], 132_016);
}

/// The notice template is a provider template like others. To save it again resumes it; at another number it is another one.
#[tokio::test]
async fn a_notice_template_that_is_paused_begins_so_until_it_is_saved_again() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    connect(&desk, FIRST, Some(ACCOUNT)).await;
    let meta = Meta::of(&desk).await;
    meta.says(cloud.clock().now().as_second(), &[status("PAUSED")]).await;
    let save = async |number: &str| {
        cloud.number_at_meta(number, TOKEN).await;
        let body = json!({ "phoneNumberId": number, "accessToken": TOKEN, "appSecret": "secret-secret",
            "verifyToken": "verify-verify", "noticeTemplate": { "name": "queue_update", "language": "en_US" } });
        desk.put("/api/settings/whatsapp", body).expect(200).await;
        standing(&desk).await["noticeTemplatePaused"].clone()
    };
    assert_eq!(save(FIRST).await["providerCode"], 132_015);
    assert_eq!(save(FIRST).await, Value::Null);
    assert_eq!(save(SECOND).await, Value::Null);
}

/// Of a change and what is read next the version is the same, and who saw another one is told.
#[tokio::test]
async fn the_version_of_the_connection_is_shown_and_kept_to() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let before = standing(&desk).await["version"].as_u64().unwrap();
    let saved = connect(&desk, FIRST, Some(ACCOUNT)).await;
    assert_eq!((saved["version"].as_u64(), &standing(&desk).await["version"]), (Some(before + 1), &saved["version"]));
    let body = json!({ "phoneNumberId": FIRST, "accessToken": TOKEN, "appSecret": "secret-secret",
        "verifyToken": "verify-verify" });
    let save =
        |version: u64| desk.put("/api/settings/whatsapp", body.clone()).header("if-match", &format!("\"{version}\""));
    assert_eq!(save(before).expect_errors(412).await[0].0, "StaleVersion");
    save(before + 1).expect(200).await;
    // Where there is no connection there is nothing that anybody could have seen.
    cloud.number_at_meta(FIRST, "EAAG-another-token").await;
    let owner = Desk::open(&cloud, "al-noor").await;
    let taken = json!({ "phoneNumberId": FIRST, "accessToken": "EAAG-another-token", "appSecret": "secret-secret",
        "verifyToken": "verify-verify" });
    owner.put("/api/settings/whatsapp", taken).expect(200).await;
    cloud.number_at_meta(FIRST, TOKEN).await;
    assert_eq!(save(before + 2).expect_errors(412).await[0].0, "StaleVersion");
    assert_eq!(save(0).expect(200).await["version"], 1);
}
