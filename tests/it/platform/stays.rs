//! Operators' stays in customers' tenants: how they begin, and all the ways in which they end.

use std::time::Duration;

use dawr_api::{
    auth::{Acting, Claims},
    role::{Coverage, Role},
};
use dawr_testkit::{PASSWORD, Person, Stay, TestCloud};
use serde_json::{Value, json};

use super::{admin, coming, elevating, of, trail};
use crate::{
    auth::standing::assert_void,
    desk::Desk,
    users::{signed_in, token},
    world::{World, id},
};

/// Longer than a function goes by what it read.
const MOMENT: Duration = Duration::from_secs(30);

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn is_in(cloud: &TestCloud, stay: &Stay) {
    cloud.get("/api/queues").as_(&stay.person).expect(200).await;
}

#[tokio::test]
async fn a_stay_has_a_reason_and_an_end_within_four_hours() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let operator = cloud.operator(Role::PlatformOperator).await;
    let come = |body: Value| coming(&cloud, &operator, &clinic, &body);
    let errors = come(json!({})).expect_errors(422).await;
    assert_eq!(errors, [("Required".to_owned(), "reason".to_owned())]);
    assert_eq!(come(json!({ "reason": "لا" })).expect_errors(422).await[0].0, "TooShort");
    assert_eq!(come(json!({ "reason": "   " })).expect_errors(422).await[0].1, "reason");
    for minutes in [4, 0, -1, 241, 100_000] {
        let errors = come(json!({ "reason": "رسائل لا تصل", "minutes": minutes })).expect_errors(422).await;
        assert_eq!(errors, [("OutOfRange".to_owned(), "minutes".to_owned())], "{minutes}");
    }
    for (minutes, ends) in [(json!(null), "10:00"), (json!(5), "09:05"), (json!(240), "13:00")] {
        let begun = come(json!({ "reason": "رسائل لا تصل", "minutes": minutes })).expect(201).await;
        assert_eq!(begun["endsAt"], format!("2026-03-01T{ends}:00Z"), "{minutes}");
        assert_eq!((&begun["state"], &begun["reason"]), (&json!("open"), &json!("رسائل لا تصل")));
    }
    for nowhere in [cloud.platform().await.tenant.to_string(), "ten_00000000000000000000000000".to_owned()] {
        let path = format!("/api/platform/tenants/{nowhere}/elevations");
        let call = cloud.post(&path).as_(&operator).json(&json!({ "reason": "رسائل لا تصل" }));
        assert_eq!(call.expect_errors(404).await[0].0, "NotFound", "{nowhere}");
    }
}

#[tokio::test]
async fn a_token_is_good_for_a_quarter_of_an_hour_and_never_beyond_the_stay() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let begun = coming(&cloud, &world.operator, &world.clinic, &json!({ "reason": "رسائل لا تصل", "minutes": 20 }));
    let stay = id(&begun.expect(201).await["id"]);
    let first = elevating(&cloud, &world.operator, &world.clinic, &stay).expect(200).await;
    assert_eq!(first["expiresIn"], 900);
    cloud.advance(Duration::from_secs(14 * 60));
    let operator = cloud.renewed(&cloud.platform().await, &world.operator);
    let answer = elevating(&cloud, &operator, &world.clinic, &stay).send_expecting(200).await;
    assert_eq!(answer.cookie(), None, "there is nothing to refresh");
    let second = answer.data();
    assert_eq!(second["expiresIn"], 6 * 60);
    cloud.get("/api/queues").as_(&id(&second["accessToken"])).expect(200).await;
    cloud.advance(Duration::from_secs(6 * 60));
    assert_void(&cloud, &world, &id(&second["accessToken"])).await;
    let late = elevating(&cloud, &operator, &world.clinic, &stay).expect_errors(409).await;
    assert_eq!(late[0].0, "ElevationEnded");
}

#[tokio::test]
async fn an_operator_ends_their_stay() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let operator = cloud.operator(Role::PlatformOperator).await;
    let stay = cloud.elevated(&operator, &world.clinic).await;
    is_in(&cloud, &stay).await;
    let path = of(&world.clinic, &format!("/elevations/{}", stay.id));
    cloud.delete(&path).as_(&operator).expect(204).await;
    cloud.advance(MOMENT);
    assert_void(&cloud, &world, &stay.person.token).await;
    assert_eq!(elevating(&cloud, &operator, &world.clinic, &stay.id).expect_errors(409).await[0].0, "ElevationEnded");
    let before = cloud.items();
    cloud.delete(&path).as_(&operator).expect(204).await;
    assert_eq!(cloud.items(), before, "what has ended stays as it is");
}

#[tokio::test]
async fn another_operators_stay_is_none_unless_one_manages_the_platform() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let (operator, other) =
        (cloud.operator(Role::PlatformOperator).await, cloud.operator(Role::PlatformOperator).await);
    let stay = cloud.elevated(&operator, &clinic).await;
    let path = of(&clinic, &format!("/elevations/{}", stay.id));
    assert_eq!(cloud.delete(&path).as_(&other).expect_errors(404).await[0].0, "NotFound");
    for who in [&other, &admin(&cloud).await] {
        assert_eq!(elevating(&cloud, who, &clinic, &stay.id).expect_errors(404).await[0].0, "NotFound");
    }
    // Elsewhere there is no such stay either.
    let elsewhere = cloud.clinic("al-noor").await;
    assert_eq!(elevating(&cloud, &operator, &elsewhere, &stay.id).expect_errors(404).await[0].0, "NotFound");
    cloud.delete(&path).as_(&admin(&cloud).await).expect(204).await;
    cloud.advance(MOMENT);
    cloud.get("/api/queues").as_(&stay.person).expect_errors(401).await;
    let own = cloud.get("/api/platform/elevations").as_(&operator).expect(200).await;
    assert_eq!((&own["items"][0]["state"], &own["items"][0]["endedBy"]), (&json!("ended"), &json!("platform")));
    let none = cloud.get("/api/platform/elevations").as_(&other).expect(200).await;
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn the_tenant_sees_every_stay_and_ends_it() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let operator = cloud.operator(Role::PlatformOperator).await;
    cloud.advance(Duration::from_millis(1));
    let stay = cloud.elevated(&operator, &world.clinic).await;
    let owner = Desk { cloud: &cloud, clinic: world.clinic.clone(), person: world.clinic.owner.clone() };
    let seen = owner.all("/api/tenants/me/elevations?pageSize=1").await;
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0]["id"], stay.id.as_str());
    assert_eq!(seen[0]["operator"], json!({ "id": operator.id, "name": "عضو العيادة" }));
    assert_eq!((&seen[0]["reason"], &seen[0]["endedAt"]), (&json!("رسائل لا تصل"), &Value::Null));
    // Neither whoever may not set the tenant up, nor who covers a part of it, nor the operator.
    let path = format!("/api/tenants/me/elevations/{}", stay.id);
    let there = Coverage::Only(vec![world.clinic.clinic]);
    let part = cloud.member_in(&world.clinic, Role::Manager, there).await;
    for person in [cloud.member(&world.clinic, Role::Doctor).await, part, stay.person.clone()] {
        assert_eq!(cloud.delete(&path).as_(&person).expect_errors(403).await[0].0, "Forbidden");
    }
    is_in(&cloud, &stay).await;
    owner.delete(&path).expect(204).await;
    cloud.advance(MOMENT);
    assert_void(&cloud, &world, &stay.person.token).await;
    let ended = owner.all("/api/tenants/me/elevations").await.remove(0);
    assert_eq!((&ended["state"], &ended["endedBy"]), (&json!("ended"), &json!("tenant")));
    owner.delete(&path).expect(204).await;
    // A stay elsewhere is none here.
    let foreign = Desk::open(&cloud, "al-noor").await;
    assert_eq!(foreign.delete(&path).expect_errors(404).await[0].0, "NotFound");
    assert_eq!(foreign.all("/api/tenants/me/elevations").await, Vec::<Value>::new());
}

/// Somebody who signed in as an operator.
async fn came_in(cloud: &TestCloud, name: &str) -> (String, Person, String) {
    let platform = cloud.platform().await;
    let made = crate::users::made(cloud, &platform, name, json!({ "role": "platform_operator" })).await;
    let session = signed_in(cloud, &platform, name, PASSWORD).await;
    let cookie = session.cookie().unwrap();
    // How a second factor is set up is tried elsewhere: here the session is what counts.
    let claims = cloud.claims(&platform, id(&made["id"]).parse().unwrap(), Role::PlatformOperator);
    let sid = cookie.split('.').nth(1).unwrap().parse().unwrap();
    let token = cloud.token(&Claims { sid, ..claims.clone() });
    let person = Person { id: claims.sub, role: Role::PlatformOperator, token };
    (format!("/api/users/{}", id(&made["id"])), person, cookie)
}

#[tokio::test]
async fn a_deactivated_operator_is_out_of_every_tenant() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let (path, operator, _) = came_in(&cloud, "hind").await;
    let stay = cloud.elevated(&operator, &world.clinic).await;
    is_in(&cloud, &stay).await;
    let platform = cloud.platform().await;
    cloud.delete(&path).as_(&platform.owner).expect(204).await;
    // No other token can be had from that moment on, and half a minute later the one that there is is void.
    assert_eq!(elevating(&cloud, &operator, &world.clinic, &stay.id).expect_errors(401).await[0].0, "Unauthenticated");
    cloud.advance(MOMENT);
    assert_void(&cloud, &world, &stay.person.token).await;
}

#[tokio::test]
async fn an_operator_with_another_role_is_out_of_every_tenant() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let (path, operator, _) = came_in(&cloud, "hind").await;
    let stay = cloud.elevated(&operator, &world.clinic).await;
    let platform = cloud.platform().await;
    cloud.put(&path).as_(&platform.owner).json(&json!({ "role": "platform_admin" })).expect(200).await;
    cloud.advance(MOMENT);
    assert_void(&cloud, &world, &stay.person.token).await;
}

#[tokio::test]
async fn the_end_of_the_operators_session_is_the_end_of_their_tokens() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let (_, operator, cookie) = came_in(&cloud, "hind").await;
    let stay = cloud.elevated(&operator, &world.clinic).await;
    is_in(&cloud, &stay).await;
    cloud.post("/api/auth/logout").cookie(&cookie).expect(204).await;
    assert_eq!(elevating(&cloud, &operator, &world.clinic, &stay.id).expect_errors(401).await[0].0, "Unauthenticated");
    cloud.advance(MOMENT);
    assert_void(&cloud, &world, &stay.person.token).await;
}

#[tokio::test]
async fn a_stay_holds_where_the_platform_may_be_used_from() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let platform = cloud.platform().await;
    let stay = cloud.elevated(&cloud.operator(Role::PlatformOperator).await, &clinic).await;
    // The customer's list keeps its own people in, and does not keep out who comes to help.
    let only = |address: &str| json!({ "security": { "allowedAddresses": [address] } });
    cloud.patch("/api/tenants/me").as_(&clinic.owner).json(&only("192.0.2.1")).expect(200).await;
    cloud.patch("/api/tenants/me").as_(&platform.owner).json(&only("192.0.2.0/24")).expect(200).await;
    cloud.advance(MOMENT);
    let from = |address| cloud.get("/api/queues").as_(&stay.person).from(address);
    from([192, 0, 2, 200]).expect(200).await;
    assert_eq!(from([198, 51, 100, 7]).expect_errors(403).await[0].0, "AddressNotAllowed");
}

#[tokio::test]
async fn a_suspended_tenant_can_be_helped() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let admin = admin(&cloud).await;
    cloud.post(&of(&clinic, "/suspend")).as_(&admin).json(&json!({ "reason": "فاتورة" })).expect(200).await;
    let stay = cloud.elevated(&admin, &clinic).await;
    is_in(&cloud, &stay).await;
    // The owner's standing was looked at when the clinic was connected.
    cloud.advance(Duration::from_secs(31));
    cloud.get("/api/queues").as_(&clinic.owner).expect_errors(403).await;
}

/// Whatever else a token says, it is good only for its own stay, in its own tenant, from the platform's own organisation.
#[tokio::test]
async fn what_is_said_of_a_stay_must_be_so() {
    let cloud = TestCloud::start().await;
    let (clinic, other) = (cloud.clinic("al-shifa").await, cloud.clinic("al-noor").await);
    let operator = cloud.operator(Role::PlatformOperator).await;
    let stay = cloud.elevated(&operator, &clinic).await;
    let platform = cloud.platform().await;
    let claims = cloud.claims(&platform, operator.id, Role::Support);
    let elevation = stay.id.parse().unwrap();
    let acting = |platform| Some(Acting { elevation, platform });
    // Signed by us, but at home in a customer's tenant.
    let wrong = cloud.token(&Claims { tid: clinic.tenant, act: acting(other.tenant), ..claims.clone() });
    cloud.get("/api/queues").as_(&wrong).expect_errors(401).await;
    // Changed by somebody else.
    let [header, body, signature] = stay.person.token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let good = Claims { tid: clinic.tenant, act: acting(platform.tenant), ..claims };
    let mut forged = serde_json::to_value(&good).unwrap();
    forged["tid"] = json!(other.tenant);
    let forged = data_encoding::BASE64URL_NOPAD.encode(forged.to_string().as_bytes());
    assert_ne!(forged, body);
    cloud.get("/api/queues").as_(&format!("{header}.{forged}.{signature}")).expect_errors(401).await;
    // Nobody elevates from within a stay, or without being an operator.
    for token in [&stay.person.token, &clinic.owner.token] {
        let who = Person { token: token.clone(), ..operator.clone() };
        assert_eq!(elevating(&cloud, &who, &clinic, &stay.id).expect_errors(403).await[0].0, "Forbidden");
    }
}

#[tokio::test]
async fn coming_and_going_is_in_both_trails_and_so_is_every_token() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let operator = cloud.operator(Role::PlatformOperator).await;
    let platform = cloud.platform().await;
    let first = cloud.elevated(&operator, &desk.clinic).await;
    let second = cloud.elevated(&operator, &desk.clinic).await;
    cloud.delete(&of(&desk.clinic, &format!("/elevations/{}", first.id))).as_(&operator).expect(204).await;
    desk.delete(&format!("/api/tenants/me/elevations/{}", second.id)).expect(204).await;
    for (action, by_operator, count) in
        [("begin_elevation", true, 2), ("elevate", true, 2), ("end_elevation", true, 1), ("end_stay", false, 1)]
    {
        let there = desk.all(&format!("/api/audit?action={action}")).await;
        let here = trail(&cloud, &platform, action);
        assert_eq!((there.len(), here.len()), (count, count), "{action}");
        for entry in &there {
            if by_operator {
                assert_eq!(entry["actor"]["operatorId"], operator.id.to_string(), "{action}");
                assert_eq!(entry["actor"]["name"], "عضو العيادة", "{action}");
                assert_eq!(entry["support"], true);
            } else {
                assert_eq!(entry["actor"]["memberId"], desk.person.id.to_string());
            }
            assert_eq!(entry["subjects"][0]["kind"], "elevation", "{action}");
        }
        for entry in &here {
            let actor = &entry["actor"]["M"];
            // The tenant's people are nobody whom the platform's trail names.
            assert_eq!(actor.get("member").and_then(|member| member["S"].as_str()).is_some(), by_operator, "{action}");
            let tenant = desk.clinic.tenant.to_string();
            let of_tenant = action == "elevate" || entry["subjects"].to_string().contains(&tenant);
            assert!(of_tenant, "{action}");
        }
    }
    let own = desk.all(&format!("/api/audit?actor={}", first.id)).await;
    assert_eq!(own.len(), 3, "one stay's entries are found by its id");
    cloud.settle().await;
    for clinic in [&desk.clinic, &platform] {
        assert_eq!(crate::audit::verified(&cloud, clinic).await.findings, []);
    }
}

/// Past stays are kept as long as the trail, and the operator lists their own over all tenants.
#[tokio::test]
async fn stays_are_listed_the_latest_first_and_kept_as_long_as_the_trail() {
    let cloud = TestCloud::start().await;
    let (first, second) = (Desk::open(&cloud, "al-shifa").await, Desk::open(&cloud, "al-noor").await);
    let operator = cloud.operator(Role::PlatformOperator).await;
    let mut begun = Vec::new();
    for desk in [&first, &second, &first] {
        begun.push(cloud.elevated(&operator, &desk.clinic).await.id);
        cloud.advance(Duration::from_secs(1));
    }
    begun.reverse();
    let platform = cloud.platform().await;
    let mine = Desk { cloud: &cloud, clinic: platform.clone(), person: operator.clone() };
    let ids = |items: Vec<Value>| items.iter().map(|stay| id(&stay["id"])).collect::<Vec<_>>();
    for size in 1..=3 {
        assert_eq!(ids(mine.all(&format!("/api/platform/elevations?pageSize={size}")).await), begun, "{size}");
    }
    cloud.advance(HOUR);
    let later = first.renewed().all("/api/tenants/me/elevations").await;
    assert!(later.len() == 2 && later.iter().all(|stay| stay["state"] == "ended" && stay["endedAt"].is_null()));
    cloud.advance(Duration::from_secs(6 * 365 * 24 * 60 * 60));
    assert_eq!(first.renewed().all("/api/tenants/me/elevations").await, Vec::<Value>::new());
}

/// The same request gives the same stay; another one another stay.
#[tokio::test]
async fn a_repeated_request_begins_one_stay() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let operator = cloud.operator(Role::PlatformOperator).await;
    let come = || coming(&cloud, &operator, &clinic, &json!({ "reason": "رسائل لا تصل" })).key("once");
    assert_eq!(come().expect(201).await, come().expect(201).await);
    assert_eq!(cloud.items_of("elevation").len(), 1);
}

/// Whoever signs in as an operator has a second factor to set up before anything else.
#[tokio::test]
async fn an_operator_without_a_second_factor_enters_nothing() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let platform = cloud.platform().await;
    crate::users::made(&cloud, &platform, "hind", json!({ "role": "platform_operator" })).await;
    // Not even the platform's own rules can waive it.
    let waived = json!({ "security": { "secondFactorRoles": [] } });
    cloud.patch("/api/tenants/me").as_(&platform.owner).json(&waived).expect(200).await;
    let session = signed_in(&cloud, &platform, "hind", PASSWORD).await;
    assert_eq!(session.data()["must"], "setUpSecondFactor");
    let hind = Person { id: clinic.owner.id, role: Role::PlatformOperator, token: token(&session) };
    let refused = coming(&cloud, &hind, &clinic, &json!({ "reason": "رسائل لا تصل" })).expect_errors(403).await;
    assert_eq!(refused[0].0, "SecondFactorRequired");
}
