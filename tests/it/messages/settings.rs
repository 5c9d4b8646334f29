//! `PUT /api/settings/whatsapp`

use std::time::Duration;

use dawr_testkit::{Logs, TestCloud};
use serde_json::{Value, json};

use crate::desk::Desk;

const NUMBER: &str = "106540352242922";
const TOKEN: &str = "EAAG-canary-access-token";

fn with(number: &str, token: &str, secret: &str) -> Value {
    json!({
        "phoneNumberId": number, "accessToken": token, "appSecret": secret, "verifyToken": "canary-verify-token",
    })
}

fn account(number: &str) -> Value {
    with(number, TOKEN, "canary-app-secret-0123")
}

/// The names of a tenant's secrets for WhatsApp, also of those that are being deleted.
fn secrets(cloud: &TestCloud, desk: &Desk) -> Vec<String> {
    let prefix = format!("dawr/whatsapp/{}", desk.clinic.tenant);
    cloud.inner().aws().secrets().names().unwrap().into_iter().filter(|name| name.starts_with(&prefix)).collect()
}

/// What is noted of secrets that no account names.
fn loose(cloud: &TestCloud) -> usize {
    cloud.items().keys().filter(|(_, sort)| sort.starts_with("LOOSE#")).count()
}

#[tokio::test]
async fn credentials_are_stored_as_a_secret_and_never_shown() {
    let logs = Logs::capture();
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    cloud.number_at_meta(NUMBER, TOKEN).await;
    let answer = desk.put("/api/settings/whatsapp", account(NUMBER)).send_expecting(200).await;
    assert!(!answer.text.contains("canary"), "{}", answer.text);
    let number = cloud.whatsapp(&desk.clinic).await;
    assert_eq!((number.phone_number_id.as_str(), number.app_secret.as_str()), (NUMBER, "canary-app-secret-0123"));
    let table = serde_json::to_string(&cloud.items().into_values().collect::<Vec<_>>()).unwrap();
    assert!(!table.contains("canary") && !logs.text().contains("canary"));
    let verify = "/api/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=7&hub.verify_token=canary-verify-token";
    assert_eq!(cloud.get(verify).send().await.text, "7");
    assert_eq!((secrets(&cloud, &desk).len(), loose(&cloud)), (1, 0), "the secret of the sign-up is gone");
}

/// Whoever saves a number has a token that reaches it. What is wrong is named by its field, and nothing changes.
#[tokio::test]
async fn a_number_is_proved_with_the_token() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    cloud.number_at_meta(NUMBER, TOKEN).await;
    let before = (cloud.whatsapp(&desk.clinic).await.phone_number_id, secrets(&cloud, &desk));
    let save = async |body: Value, status: u16| desk.put("/api/settings/whatsapp", body).expect_errors(status).await;
    let refused = |code: &str, field: &str| vec![(code.to_owned(), field.to_owned())];
    let squatter = with(NUMBER, "EAAG-a-token-of-somebody-else", "canary-app-secret-0123");
    assert_eq!(save(squatter, 422).await, refused("AccessTokenRefused", "accessToken"));
    assert_eq!(save(account("206540352242922"), 422).await, refused("NumberNotReachable", "phoneNumberId"));
    for (fault, status, code, field) in [
        ("lookup:10", 422, "NumberNotReachable", "phoneNumberId"),
        ("lookup:190", 422, "AccessTokenRefused", "accessToken"),
        ("lookup:2", 503, "Unavailable", ""),
        ("lookup:4", 503, "Unavailable", ""),
    ] {
        cloud.fault(fault, None, 1).await;
        assert_eq!(save(account(NUMBER), status).await, refused(code, field), "{fault}");
    }
    assert_eq!((cloud.whatsapp(&desk.clinic).await.phone_number_id, secrets(&cloud, &desk)), before);
    assert_eq!(loose(&cloud), 0);
    desk.put("/api/settings/whatsapp", account(NUMBER)).expect(200).await;
}

#[tokio::test]
async fn a_number_is_one_clinics_as_long_as_its_token_reaches_it() {
    let cloud = TestCloud::start().await;
    let (desk, other) = (Desk::open(&cloud, "al-shifa").await, Desk::open(&cloud, "al-noor").await);
    cloud.number_at_meta(NUMBER, TOKEN).await;
    cloud.number_at_meta("206540352242922", TOKEN).await;
    desk.put("/api/settings/whatsapp", account(NUMBER)).expect(200).await;
    let errors = other.put("/api/settings/whatsapp", account(NUMBER)).expect_errors(409).await;
    assert_eq!(errors, [("NumberTaken".to_owned(), "phoneNumberId".to_owned())]);
    let own = cloud.whatsapp(&other.clinic).await;
    assert!(!own.app_secret.contains("canary"), "the refused credentials are not stored");
    assert_eq!((secrets(&cloud, &other).len(), loose(&cloud)), (1, 0));
    // Whoever gives a number up leaves it to others.
    desk.put("/api/settings/whatsapp", account("206540352242922")).expect(200).await;
    other.put("/api/settings/whatsapp", account(NUMBER)).expect(200).await;
}

/// Who has lost the number at Meta cannot keep it from who has it now.
#[tokio::test]
async fn a_proven_owner_takes_over_from_who_can_prove_it_no_more() {
    let cloud = TestCloud::start().await;
    let (desk, owner) = (Desk::open(&cloud, "al-shifa").await, Desk::open(&cloud, "al-noor").await);
    cloud.number_at_meta(NUMBER, TOKEN).await;
    desk.put("/api/settings/whatsapp", account(NUMBER)).expect(200).await;
    // The number changes hands at Meta: the old token is none any more.
    let token = "EAAG-canary-token-of-the-owner";
    cloud.number_at_meta(NUMBER, token).await;
    owner.put("/api/settings/whatsapp", with(NUMBER, token, "canary-secret-of-the-owner")).expect(200).await;
    assert_eq!(cloud.whatsapp(&owner.clinic).await.app_secret, "canary-secret-of-the-owner");
    let account = (format!("T#{}", desk.clinic.tenant), "WHATSAPP".to_owned());
    assert!(!cloud.items().contains_key(&account), "the earlier holder is not connected any more");
    assert_eq!((secrets(&cloud, &desk).len(), secrets(&cloud, &owner).len(), loose(&cloud)), (0, 1, 0));
    let trail = desk.get("/api/audit?action=set_whatsapp").expect(200).await;
    let told = trail["items"].as_array().unwrap().iter().find(|entry| entry["subjects"][0]["effect"] == "deleted");
    assert_eq!(told.unwrap()["subjects"][0]["id"], NUMBER, "{trail}");
    // Sends say what is the matter, and the earlier holder connects another number.
    let queue = desk.queue("د. ليلى").await;
    let tickets = desk.crowd(&queue, 1).await;
    let template = desk.template("نص").await;
    let errors = desk.sending(&template, &tickets).expect_errors(409).await;
    assert_eq!(errors[0].0, "ChannelNotConnected");
    cloud.number_at_meta("206540352242922", TOKEN).await;
    desk.put("/api/settings/whatsapp", with("206540352242922", TOKEN, "canary-app-secret-0123")).expect(200).await;
}

/// Of two who save at once one is refused, and the other's number has the other's credentials; nothing is left behind.
#[tokio::test]
async fn two_who_save_at_once_do_not_mix_their_credentials() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    for round in 0..6 {
        let numbers: Vec<String> = (1..=3).map(|n| format!("{n}0654035224{round}")).collect();
        let mut saves = Vec::new();
        for number in &numbers {
            let token = format!("EAAG-canary-token-{number}");
            cloud.number_at_meta(number, &token).await;
            let body = with(number, &token, &format!("canary-secret-{number}"));
            saves.push(desk.put("/api/settings/whatsapp", body).send());
        }
        let statuses: Vec<_> = futures::future::join_all(saves).await.iter().map(|answer| answer.status).collect();
        assert!(statuses.contains(&200) && statuses.iter().all(|status| [200, 412, 503].contains(status)), "{statuses:?}");
        let saved = cloud.whatsapp(&desk.clinic).await;
        assert!(numbers.contains(&saved.phone_number_id));
        assert_eq!(saved.app_secret, format!("canary-secret-{}", saved.phone_number_id));
        assert_eq!(saved.access_token, format!("EAAG-canary-token-{}", saved.phone_number_id));
        assert_eq!((secrets(&cloud, &desk).len(), loose(&cloud)), (1, 0));
    }
}

/// A save that was cut off between its secret and its commit leaves a note, by which a later one finds the secret.
#[tokio::test]
async fn what_a_crash_left_behind_is_found_by_a_later_save() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    cloud.number_at_meta(NUMBER, TOKEN).await;
    cloud.leave_credentials_behind(&desk.clinic, cloud.clock().now() - Duration::from_secs(1)).await;
    desk.put("/api/settings/whatsapp", account(NUMBER)).expect(200).await;
    assert_eq!((secrets(&cloud, &desk).len(), loose(&cloud)), (2, 1), "somebody may still be at it");
    cloud.advance(Duration::from_secs(2 * 3600));
    let owner = cloud.renewed(&desk.clinic, &desk.clinic.owner);
    cloud.put("/api/settings/whatsapp").as_(&owner).json(&account(NUMBER)).expect(200).await;
    assert_eq!((secrets(&cloud, &desk).len(), loose(&cloud)), (1, 0));
}
