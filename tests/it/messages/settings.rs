//! `PUT /api/settings/whatsapp`

use dawr_testkit::{Logs, TestCloud};
use serde_json::{Value, json};

use crate::desk::Desk;

fn account(number: &str) -> Value {
    json!({
        "phoneNumberId": number, "accessToken": "EAAG-canary-access-token", "appSecret": "canary-app-secret-0123",
        "verifyToken": "canary-verify-token",
    })
}

#[tokio::test]
async fn credentials_are_stored_as_a_secret_and_never_shown() {
    let logs = Logs::capture();
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let answer = desk.put("/api/settings/whatsapp", account("106540352242922")).send_expecting(200).await;
    assert!(!answer.text.contains("canary"), "{}", answer.text);
    let number = cloud.whatsapp(&desk.clinic).await;
    assert_eq!(
        (number.phone_number_id.as_str(), number.app_secret.as_str()),
        ("106540352242922", "canary-app-secret-0123")
    );
    let table = serde_json::to_string(&cloud.items().into_values().collect::<Vec<_>>()).unwrap();
    assert!(!table.contains("canary") && !logs.text().contains("canary"));
    let verify = "/api/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=7&hub.verify_token=canary-verify-token";
    assert_eq!(cloud.get(verify).send().await.text, "7");
}

#[tokio::test]
async fn a_number_is_one_clinics() {
    let cloud = TestCloud::start().await;
    let (desk, other) = (Desk::open(&cloud, "al-shifa").await, Desk::open(&cloud, "al-noor").await);
    desk.put("/api/settings/whatsapp", account("106540352242922")).expect(200).await;
    let errors = other.put("/api/settings/whatsapp", account("106540352242922")).expect_errors(409).await;
    assert_eq!(errors, [("NumberTaken".to_owned(), "phoneNumberId".to_owned())]);
    let own = cloud.whatsapp(&other.clinic).await;
    assert!(!own.app_secret.contains("canary"), "the refused credentials are not stored");
    // Whoever gives a number up leaves it to others.
    desk.put("/api/settings/whatsapp", account("206540352242922")).expect(200).await;
    other.put("/api/settings/whatsapp", account("106540352242922")).expect(200).await;
}
