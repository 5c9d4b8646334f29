//! `/api/auth/sessions` and `/api/auth/history`

use std::time::Duration;

use dawr_api::role::Role;
use dawr_testkit::{Answer, Clinic, PASSWORD, TestCloud};
use serde_json::{Value, json};

/// Longer than a function goes by what it read.
const MOMENT: Duration = Duration::from_secs(30);

const ANDROID: &str =
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36";

async fn log_in(cloud: &TestCloud, clinic: &Clinic, password: &str) -> Answer {
    let body = json!({ "clinic": clinic.slug, "username": "owner", "password": password });
    let call = cloud.post("/api/auth/login").json(&body);
    call.header("user-agent", ANDROID).from([198, 51, 100, 7]).send().await
}

fn token(answer: &Answer) -> String {
    answer.data()["accessToken"].as_str().unwrap().to_owned()
}

async fn listed(cloud: &TestCloud, who: &str, what: &str) -> Vec<Value> {
    let list = cloud.get(&format!("/api/auth/{what}")).as_(who).expect(200).await;
    list["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_member_sees_where_they_are_signed_in_and_since_when() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    cloud.clinic("al-noor").await;
    cloud.advance(Duration::from_secs(60));
    let phone = log_in(&cloud, &clinic, PASSWORD).await;
    cloud.advance(Duration::from_secs(60));
    cloud.post("/api/auth/refresh").cookie(&phone.cookie().unwrap()).from([198, 51, 100, 8]).expect(200).await;
    let open = cloud.get("/api/auth/sessions").as_(&clinic.owner).send_expecting(200).await;
    insta::assert_json_snapshot!(open.data(), { ".items[].id" => "[session]", ".items[].startedAt" => "[time]", ".items[].lastUsedAt" => "[time]" });
    let items = open.data()["items"].clone();
    assert_ne!(items[0]["startedAt"], items[0]["lastUsedAt"], "the phone was used after its sign-in");
    assert_eq!(items[1]["startedAt"], items[1]["lastUsedAt"]);
    let page = cloud.get("/api/auth/sessions?pageSize=1").as_(&clinic.owner).expect(200).await;
    let next = page["nextPage"].as_str().unwrap();
    let rest = cloud.get(&format!("/api/auth/sessions?pageSize=1&page={next}")).as_(&clinic.owner).expect(200).await;
    assert_eq!(rest["items"][0], items[1]);
}

#[tokio::test]
async fn a_session_that_is_ended_is_good_for_nothing() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let phone = log_in(&cloud, &clinic, PASSWORD).await;
    let open = listed(&cloud, clinic.owner.as_ref(), "sessions").await;
    let lost = open.iter().find(|session| session["current"] == false).unwrap()["id"].as_str().unwrap().to_owned();
    let end = || cloud.delete(&format!("/api/auth/sessions/{lost}"));
    // Not even a colleague's, whatever their role.
    let colleague = cloud.member(&clinic, Role::SecondaryAdmin).await;
    end().as_(&colleague).expect_errors(404).await;
    end().as_(&clinic.owner).expect(204).await;
    end().as_(&clinic.owner).expect_errors(404).await;
    cloud.post("/api/auth/refresh").cookie(&phone.cookie().unwrap()).expect_errors(401).await;
    cloud.advance(MOMENT);
    cloud.get("/api/queues").as_(&token(&phone)).expect_errors(401).await;
    cloud.get("/api/queues").as_(&clinic.owner).expect(200).await;
}

#[tokio::test]
async fn all_other_sessions_end_at_once_however_many_and_this_one_if_asked() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let mut phones = Vec::new();
    // More than fit in one transaction.
    for _ in 0..50 {
        phones.push(log_in(&cloud, &clinic, PASSWORD).await);
    }
    cloud.delete("/api/auth/sessions").as_(&clinic.owner).expect(204).await;
    let open = listed(&cloud, clinic.owner.as_ref(), "sessions").await;
    assert_eq!((open.len(), &open[0]["current"]), (1, &json!(true)));
    cloud.advance(MOMENT);
    for phone in &phones {
        cloud.get("/api/auth/sessions").as_(&token(phone)).expect_errors(401).await;
    }
    cloud.delete("/api/auth/sessions?all=true").as_(&clinic.owner).expect(204).await;
    assert!(cloud.items_of("session").is_empty());
    cloud.advance(MOMENT);
    cloud.get("/api/auth/sessions").as_(&clinic.owner).expect_errors(401).await;
}

#[tokio::test]
async fn a_member_sees_who_tried_to_sign_in_as_them() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    for password in [PASSWORD, "Wrong-horse 9"] {
        cloud.advance(Duration::from_secs(1));
        log_in(&cloud, &clinic, password).await;
    }
    // What somebody else's name was tried with is not theirs to see, and soon nobody's.
    let body = json!({ "clinic": "al-shifa", "username": "nobody", "password": "Wrong-horse 9" });
    cloud.post("/api/auth/login").json(&body).expect_errors(401).await;
    cloud.advance(Duration::from_secs(1));
    let stolen = clinic.signed_up.cookie().unwrap();
    cloud.post("/api/auth/refresh").cookie(&stolen).expect(200).await;
    cloud.advance(Duration::from_secs(31));
    cloud.post("/api/auth/refresh").cookie(&stolen).expect_errors(401).await;
    cloud.advance(Duration::from_secs(1));
    let owner = token(&log_in(&cloud, &clinic, PASSWORD).await);
    let tries = listed(&cloud, &owner, "history").await;
    let outcomes: Vec<&str> = tries.iter().map(|one| one["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["signedIn", "tokenReused", "wrongPassword", "signedIn", "signedIn"]);
    assert_eq!((&tries[0]["device"], &tries[0]["address"]), (&json!("Chrome, Android"), &json!("198.51.100.7")));
    let colleague = cloud.member(&clinic, Role::SecondaryAdmin).await;
    assert!(listed(&cloud, colleague.as_ref(), "history").await.is_empty());
    cloud.advance(Duration::from_secs(181 * 24 * 60 * 60));
    assert!(listed(&cloud, cloud.renewed(&clinic, &clinic.owner).as_ref(), "history").await.is_empty());
}
