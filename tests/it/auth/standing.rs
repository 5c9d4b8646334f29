//! What happened after a token was given out takes effect on every function within a minute.

use std::time::Duration;

use dawr_api::{function::Requires, role::Role};
use dawr_testkit::{Answer, PASSWORD, Person, TestCloud, sample::Sample};
use serde_json::json;

use crate::{
    users::{made, signed_in, token},
    world::{World, id},
};

/// Longer than a function goes by what it read.
const MOMENT: Duration = Duration::from_secs(30);

/// The samples of all functions that ask who calls.
fn guarded() -> Vec<Sample> {
    let asks = |sample: &Sample| {
        let requires = sample.function.http().unwrap().requires;
        !matches!(requires, Requires::Nothing | Requires::RefreshCookie | Requires::Signature)
    };
    Sample::endpoints().into_iter().filter(asks).collect()
}

/// Every function refuses the token, and changes nothing.
pub async fn assert_void(cloud: &TestCloud, world: &World, token: &str) {
    let person = Person { token: token.to_owned(), ..world.clinic.owner.clone() };
    let before = cloud.items();
    for sample in &guarded() {
        let answer = sample.call(cloud, &world.values_of(sample, &person)).send().await;
        assert_eq!((answer.status, answer.code()), (401, "Unauthenticated".to_owned()), "{}", sample.name());
    }
    assert_eq!(cloud.items(), before);
}

/// A member who signed in: their path, and the answer.
async fn member(cloud: &TestCloud, world: &World, role: &str) -> (String, Answer) {
    let made = made(cloud, &world.clinic, "hind", json!({ "role": role })).await;
    let answer = signed_in(cloud, &world.clinic, "hind", PASSWORD).await;
    (format!("/api/users/{}", id(&made["id"])), answer)
}

async fn permissions(cloud: &TestCloud, token: &str) -> Vec<String> {
    let me = cloud.get("/api/users/me").as_(token).expect(200).await;
    me["permissions"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn another_role_voids_tokens_everywhere_and_the_next_one_has_it() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let (path, before) = member(&cloud, &world, "doctor").await;
    cloud.get("/api/queues").as_(&token(&before)).expect(200).await;
    cloud.put(&path).as_(&world.clinic.owner).json(&json!({ "role": "accountant" })).expect(200).await;
    cloud.advance(MOMENT);
    assert_void(&cloud, &world, &token(&before)).await;
    let after = cloud.post("/api/auth/refresh").cookie(&before.cookie().unwrap()).send_expecting(200).await;
    assert_eq!(permissions(&cloud, &token(&after)).await, ["clinics:read", "patients:read", "quotas:read"]);
    cloud.get("/api/queues").as_(&token(&after)).expect_errors(403).await;
}

#[tokio::test]
async fn another_meaning_of_a_role_voids_tokens_everywhere_and_the_next_one_has_it() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let role = world.value("roleId").to_owned();
    let (_, before) = member(&cloud, &world, &role).await;
    assert_eq!(permissions(&cloud, &token(&before)).await, ["queues:read", "queues:write"]);
    let body = json!({ "title": "منسق", "permissions": ["templates:read"] });
    cloud.put(&format!("/api/roles/{role}")).as_(&world.clinic.owner).json(&body).expect(200).await;
    cloud.advance(MOMENT);
    assert_void(&cloud, &world, &token(&before)).await;
    let after = cloud.post("/api/auth/refresh").cookie(&before.cookie().unwrap()).send_expecting(200).await;
    assert_eq!(permissions(&cloud, &token(&after)).await, ["templates:read"]);
    cloud.get("/api/queues").as_(&token(&after)).expect_errors(403).await;
}

#[tokio::test]
async fn a_deactivated_member_is_refused_everywhere_and_old_sessions_stay_over() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let (path, before) = member(&cloud, &world, "doctor").await;
    cloud.delete(&path).as_(&world.clinic.owner).expect(204).await;
    cloud.advance(MOMENT);
    assert_void(&cloud, &world, &token(&before)).await;
    let refresh = || cloud.post("/api/auth/refresh").cookie(&before.cookie().unwrap()).expect_errors(401);
    assert_eq!(refresh().await[0].0, "SessionEnded");
    cloud.put(&path).as_(&world.clinic.owner).json(&json!({ "active": true })).expect(200).await;
    assert_eq!(refresh().await[0].0, "SessionEnded", "who comes back signs in anew");
    let back = signed_in(&cloud, &world.clinic, "hind", PASSWORD).await;
    cloud.get("/api/queues").as_(&token(&back)).expect(200).await;
}

#[tokio::test]
async fn a_token_of_an_ended_session_is_refused_by_every_function() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    cloud.post("/api/auth/logout").cookie(world.value("refreshCookie")).expect(204).await;
    cloud.advance(MOMENT);
    assert_void(&cloud, &world, &world.clinic.owner.token).await;
}

#[tokio::test]
async fn a_session_that_ended_ends_nobody_elses() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let colleague = cloud.member(&world.clinic, Role::Doctor).await;
    cloud.post("/api/auth/logout").cookie(world.value("refreshCookie")).expect(204).await;
    cloud.advance(MOMENT);
    cloud.get("/api/queues").as_(&colleague).expect(200).await;
}
