//! Temporary passwords, their change, and whom nobody may give one.

use std::time::Duration;

use dawr_api::role::Role;
use dawr_testkit::{PASSWORD, TestCloud};
use serde_json::json;

use super::{made, signed_in, token};
use crate::world::{enrol, id};

const NEW: &str = "Blue-kettle 72";

#[tokio::test]
async fn a_temporary_password_opens_nothing_but_its_own_change() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let body = json!({ "username": "hind", "fullName": "هند", "role": "nurse" });
    let make = || cloud.post("/api/users").as_(&clinic.owner).json(&body).key("hind-1");
    let made = make().expect(201).await;
    let temporary = made["temporaryPassword"].as_str().unwrap().to_owned();
    assert!(temporary.len() >= 16);
    let again = make().expect(201).await;
    assert_eq!((&again["id"], again.get("temporaryPassword")), (&made["id"], None), "it is told once");

    let first = signed_in(&cloud, &clinic, "hind", &temporary).await;
    assert_eq!(first.data()["must"], "changePassword");
    let refused = cloud.get("/api/queues").as_(&token(&first)).expect_errors(403).await;
    assert_eq!(refused[0].0, "PasswordChangeRequired");
    cloud.get("/api/users/me").as_(&token(&first)).expect(200).await;
    let refreshed = cloud.post("/api/auth/refresh").cookie(&first.cookie().unwrap()).send_expecting(200).await;
    assert_eq!(refreshed.data()["must"], "changePassword", "a new token does not free from it");

    let change = json!({ "currentPassword": temporary, "newPassword": NEW });
    let changed = cloud.put("/api/users/me/change-password").as_(&token(&refreshed)).json(&change);
    let changed = changed.send_expecting(200).await;
    assert_eq!(changed.data().get("must"), None);
    cloud.advance(Duration::from_secs(30));
    cloud.get("/api/queues").as_(&token(&changed)).expect(200).await;
    let next = cloud.post("/api/auth/refresh").cookie(&changed.cookie().unwrap()).send_expecting(200).await;
    cloud.get("/api/queues").as_(&token(&next)).expect(200).await;
    assert_eq!(signed_in(&cloud, &clinic, "hind", NEW).await.data().get("must"), None);
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    made(&cloud, &clinic, "hind", json!({ "role": "nurse" })).await;
    let phone = signed_in(&cloud, &clinic, "hind", PASSWORD).await;
    let desk = signed_in(&cloud, &clinic, "hind", PASSWORD).await;
    let colleague = cloud.member(&clinic, Role::Nurse).await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    let changed = cloud.put("/api/users/me/change-password").as_(&token(&desk)).json(&change).send_expecting(200).await;
    cloud.advance(Duration::from_secs(30));
    for before in [&phone, &desk] {
        assert_eq!(cloud.get("/api/users/me").as_(&token(before)).expect_errors(401).await[0].0, "Unauthenticated");
        let refused = cloud.post("/api/auth/refresh").cookie(&before.cookie().unwrap()).expect_errors(401).await;
        assert_eq!(refused[0].0, "SessionEnded");
    }
    cloud.get("/api/users/me").as_(&token(&changed)).expect(200).await;
    cloud.get("/api/users/me").as_(&colleague).expect(200).await;
    let old = json!({ "clinic": "al-shifa", "username": "hind", "password": PASSWORD });
    cloud.post("/api/auth/login").json(&old).expect_errors(401).await;
}

#[tokio::test]
async fn a_wrong_or_weak_password_changes_nothing_and_tries_are_counted() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let attempt = |current: &str, new: &str| {
        let body = json!({ "currentPassword": current, "newPassword": new });
        cloud.put("/api/users/me/change-password").as_(&clinic.owner).json(&body)
    };
    let both = attempt("wrong", "owner-Owner").expect_errors(422).await;
    let told = [("WrongPassword", "currentPassword"), ("WeakPassword", "newPassword")];
    assert_eq!(both, told.map(|(code, field)| (code.to_owned(), field.to_owned())));
    assert_eq!(attempt(PASSWORD, PASSWORD).expect_errors(422).await[0].0, "WeakPassword");
    for _ in 2..10 {
        assert_eq!(attempt("wrong", NEW).expect_errors(422).await[0].0, "WrongPassword");
    }
    assert_eq!(attempt(PASSWORD, NEW).expect_errors(429).await[0].0, "TooManyRequests");
    cloud.advance(Duration::from_secs(15 * 60));
    signed_in(&cloud, &clinic, "owner", PASSWORD).await;
}

#[tokio::test]
async fn an_administrator_gives_a_new_password_to_their_own_people_only() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let member = made(&cloud, &clinic, "hind", json!({ "role": "nurse" })).await;
    let session = signed_in(&cloud, &clinic, "hind", PASSWORD).await;
    let path = format!("/api/users/{}/reset-password", id(&member["id"]));
    let reset = cloud.post(&path).as_(&clinic.owner).expect(200).await;
    cloud.advance(Duration::from_secs(30));
    cloud.get("/api/users/me").as_(&token(&session)).expect_errors(401).await;
    cloud.post("/api/auth/refresh").cookie(&session.cookie().unwrap()).expect_errors(401).await;
    let old = json!({ "clinic": "al-shifa", "username": "hind", "password": PASSWORD });
    cloud.post("/api/auth/login").json(&old).expect_errors(401).await;
    let temporary = reset["temporaryPassword"].as_str().unwrap();
    assert_eq!(signed_in(&cloud, &clinic, "hind", temporary).await.data()["must"], "changePassword");

    let own = format!("/api/users/{}/reset-password", clinic.owner.id);
    assert_eq!(cloud.post(&own).as_(&clinic.owner).expect_errors(403).await[0].0, "NotOneself");
    // Somebody who works elsewhere, too, is nobody's to take the place of.
    let other = cloud.clinic("al-noor").await;
    cloud.join(&other, id(&member["id"]).parse().unwrap(), &clinic).await;
    let before = cloud.items();
    assert_eq!(cloud.post(&path).as_(&clinic.owner).expect_errors(409).await[0].0, "IdentityShared");
    // A new password is sent to where they can be reached.
    let user = cloud.put(&format!("/api/users/{}", id(&member["id"]))).as_(&clinic.owner);
    assert_eq!(user.clone().json(&json!({ "phone": "0551234567" })).expect_errors(409).await[0].0, "IdentityShared");
    assert_eq!(cloud.items(), before);
    user.json(&json!({ "fullName": "هند", "phone": null })).expect(200).await;
}

#[tokio::test]
async fn a_new_password_ends_sessions_in_every_tenant() {
    let cloud = TestCloud::start().await;
    let (clinic, other) = (cloud.clinic("al-shifa").await, cloud.clinic("al-noor").await);
    let member = made(&cloud, &clinic, "hind", json!({ "role": "nurse" })).await;
    cloud.join(&other, id(&member["id"]).parse().unwrap(), &clinic).await;
    let here = signed_in(&cloud, &clinic, "hind", PASSWORD).await;
    let there = signed_in(&cloud, &other, "hind", PASSWORD).await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    cloud.put("/api/users/me/change-password").as_(&token(&here)).json(&change).expect(200).await;
    cloud.advance(Duration::from_secs(30));
    cloud.get("/api/users/me").as_(&token(&there)).expect_errors(401).await;
    cloud.post("/api/auth/refresh").cookie(&there.cookie().unwrap()).expect_errors(401).await;
    let trail = serde_json::to_string(&cloud.items_of("audit")).unwrap();
    let foreign = token_subject(&there);
    let told = cloud.items_of("audit").into_iter().filter(|entry| entry["tenant"]["S"] == clinic.tenant.to_string());
    assert!(trail.contains("change_password"));
    assert!(
        told.into_iter().all(|entry| !entry.to_string().contains(&foreign)),
        "a trail names nobody of another tenant"
    );
    signed_in(&cloud, &other, "hind", NEW).await;
}

/// The member that an answer to a sign-in names.
fn token_subject(answer: &dawr_testkit::Answer) -> String {
    id(&answer.data()["user"]["id"])
}

#[tokio::test]
async fn an_administrator_removes_the_second_factor_of_whoever_has_lost_it() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    enrol(&cloud, &clinic.owner).await;
    let hind = made(&cloud, &clinic, "hind", json!({ "role": "nurse" })).await;
    let before = signed_in(&cloud, &clinic, "hind", PASSWORD).await;
    let path = format!("/api/users/{}/second-factor", id(&hind["id"]));
    let remove = || cloud.delete(&path).as_(&clinic.owner);
    assert_eq!(remove().expect_errors(409).await[0].0, "NoSecondFactor");
    cloud.lend_second_factor(&clinic, &clinic.owner, id(&hind["id"]).parse().unwrap()).await;
    let body = json!({ "clinic": "al-shifa", "username": "hind", "password": PASSWORD });
    assert_eq!(cloud.post("/api/auth/login").json(&body).expect_errors(401).await[0].0, "SecondFactorNeeded");
    let nurse = cloud.delete(&path).as_(&token(&before)).expect_errors(403).await;
    assert_eq!(nurse[0].0, "Forbidden");
    remove().expect(204).await;
    cloud.post("/api/auth/refresh").cookie(&before.cookie().unwrap()).expect_errors(401).await;
    signed_in(&cloud, &clinic, "hind", PASSWORD).await;
    // Of oneself one shows the factor; of somebody in two places nobody decides; of an owner only an owner.
    let own = cloud.delete(&format!("/api/users/{}/second-factor", clinic.owner.id)).as_(&clinic.owner);
    assert_eq!(own.expect_errors(403).await[0].0, "NotOneself");
    let manager = cloud.member(&clinic, Role::Manager).await;
    let owners = cloud.delete(&format!("/api/users/{}/second-factor", clinic.owner.id)).as_(&manager);
    assert_eq!(owners.expect_errors(403).await[0].0, "ExceedsOwnRights");
    cloud.lend_second_factor(&clinic, &clinic.owner, id(&hind["id"]).parse().unwrap()).await;
    let other = cloud.clinic("al-noor").await;
    cloud.join(&other, id(&hind["id"]).parse().unwrap(), &clinic).await;
    assert_eq!(remove().expect_errors(409).await[0].0, "IdentityShared");
}
