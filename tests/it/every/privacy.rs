//! Personal data stays where it belongs: no log line and no queue holds any.

use dawr_testkit::{Logs, TestCloud};
use serde_json::json;

/// Texts that occur nowhere else.
const CANARIES: [&str; 4] = ["كناري الخصوصية", "0559182736", "559182736", "Canary-Password 77"];

#[tokio::test]
async fn no_canary_is_in_a_log_line_or_in_a_queue() {
    let logs = Logs::capture();
    let cloud = TestCloud::start().await;
    let body = json!({
        "clinicName": "عيادة الخصوصية", "slug": "privacy", "fullName": "كناري الخصوصية",
        "username": "canary.owner@example.com", "password": "Canary-Password 77",
    });
    let answer = cloud.post("/api/auth/signup").json(&body).send_expecting(201).await;
    let token = answer.data()["accessToken"].as_str().unwrap().to_owned();
    let cookie = answer.cookie().unwrap();
    let profile = json!({ "fullName": "كناري الخصوصية", "phone": "0559182736" });
    cloud.put("/api/users/me").as_(&token).json(&profile).expect(200).await;
    let wrong =
        json!({ "clinic": "privacy", "username": "canary.owner@example.com", "password": "Canary-Password 77 " });
    cloud.post("/api/auth/login").json(&wrong).expect_errors(401).await;
    cloud.post("/api/auth/refresh").cookie(&format!("{cookie}x")).expect_errors(401).await;
    cloud.settle().await;

    let text = logs.text();
    assert!(text.contains("\"function\":\"sign_up\""), "the lines are captured");
    let secret = cookie.rsplit_once('.').unwrap().1;
    for canary in CANARIES.into_iter().chain(["canary.owner", token.as_str(), secret]) {
        let line = text.lines().find(|line| line.contains(canary));
        assert_eq!(line, None, "{canary} is in a log line");
        let body = cloud.message_bodies().into_iter().find(|body| body.contains(canary));
        assert_eq!(body, None, "{canary} is in a queue");
    }
}
