//! What an operator may do during a stay: exactly what the role `support` permits, and all of it is told.

use dawr_api::{
    function::{Queue, Requires},
    role::Role,
};
use dawr_testkit::{TestCloud, sample::Sample};
use serde_json::{Value, json};

use crate::world::{World, id};

/// Whether the contract lets an operator call it during a stay; none if nobody is asked who they are.
fn admits(sample: &Sample) -> Option<bool> {
    match sample.function.http().unwrap().requires {
        Requires::Permission(permission) => Some(Role::Support.has(permission)),
        Requires::SignedIn | Requires::Member => Some(true),
        Requires::Account | Requires::Oneself => Some(false),
        Requires::Nothing | Requires::RefreshCookie | Requires::Signature => None,
    }
}

/// The entries of the clinic's trail, by their ids.
fn entries(cloud: &TestCloud, world: &World) -> Vec<Value> {
    crate::audit::of(cloud, &world.clinic, "audit")
}

/// Every endpoint during a stay: refused with nothing changed, or let in; and what an entry is left of names the stay.
#[tokio::test]
async fn an_operator_may_do_what_support_may_and_every_entry_says_so() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let stay = cloud.elevated(&world.operator, &world.clinic).await;
    let before = cloud.items();
    let samples = Sample::endpoints();
    for sample in samples.iter().filter(|sample| admits(sample) == Some(false)) {
        let answer = sample.call(&cloud, &world.values_of(sample, &stay.person)).send().await;
        assert_eq!((answer.status, answer.code()), (403, "Forbidden".to_owned()), "{}", sample.name());
    }
    assert_eq!(cloud.items(), before, "what is refused changes nothing");
    let (mut called, mut told) = (0, Vec::new());
    for sample in samples.iter().filter(|sample| admits(sample) == Some(true)) {
        world.prepare(&cloud, sample).await;
        let known: Vec<String> = entries(&cloud, &world).iter().map(|entry| id(&entry["id"]["S"])).collect();
        let answer = sample.call(&cloud, &world.values_of(sample, &stay.person)).send().await;
        let refused = matches!(answer.status, 401 | 403) || answer.status >= 500;
        assert!(!refused, "{}: {}", sample.name(), answer.text);
        called += 1;
        for entry in entries(&cloud, &world).iter().filter(|entry| !known.contains(&id(&entry["id"]["S"]))) {
            let actor = &entry["actor"]["M"];
            assert_eq!(actor["elevation"]["S"], stay.id.as_str(), "{}", sample.name());
            assert_eq!(actor["operator"]["S"], world.operator.id.to_string(), "{}", sample.name());
            assert!(actor.get("member").is_none_or(|member| member.get("S").is_none()), "{}", sample.name());
            told.push(sample.function.name);
        }
    }
    assert!(called > 20, "{called}");
    for name in ["get_patient", "search_patients", "list_tickets", "list_messages", "retry_task"] {
        assert!(told.contains(&name), "{name} leaves no entry: {told:?}");
    }
    cloud.exhume(Queue::Sends);
}

#[tokio::test]
async fn an_operator_is_told_who_they_are_and_until_when() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let operator = cloud.operator(Role::PlatformOperator).await;
    let stay = cloud.elevated(&operator, &clinic).await;
    let me = cloud.get("/api/users/me").as_(&stay.person).expect(200).await;
    assert_eq!((&me["id"], &me["role"]), (&json!(operator.id), &json!("support")));
    assert_eq!((&me["fullName"], &me["tenant"]["slug"]), (&json!("عضو العيادة"), &json!("al-shifa")));
    let expected = json!({ "id": stay.id, "reason": "رسائل لا تصل", "endsAt": "2026-03-01T10:00:00Z" });
    assert_eq!(me["elevation"], expected);
    let permissions: Vec<_> = Role::Support.permissions().iter().map(|permission| permission.as_str()).collect();
    assert_eq!(me["permissions"], json!(permissions));
    let tenant = cloud.get("/api/tenants/me").as_(&stay.person).expect(200).await;
    assert!(tenant["id"] == json!(clinic.tenant) && tenant.get("security").is_none());
    // A member has no stay.
    assert!(cloud.get("/api/users/me").as_(&clinic.owner).expect(200).await.get("elevation").is_none());
}

#[tokio::test]
async fn numbers_stay_masked_for_who_helps() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let stay = cloud.elevated(&world.operator, &world.clinic).await;
    let path = format!("/api/patients/{}", world.value("patientId"));
    let (owner, operator) = (
        cloud.get(&path).as_(&world.clinic.owner).expect(200).await,
        cloud.get(&path).as_(&stay.person).expect(200).await,
    );
    assert!(owner.to_string().contains("501234567") && !operator.to_string().contains("501234567"), "{operator}");
}

/// What the tenant's own people look at without a note is noted when an operator does.
#[tokio::test]
async fn what_an_operator_sees_of_a_tenants_people_is_in_its_trail() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let operator = cloud.operator(Role::PlatformOperator).await;
    let stay = cloud.elevated(&operator, &clinic).await;
    let looks = ["/api/users", "/api/auth/invitations", "/api/audit", "/api/audit/export"];
    let one = format!("/api/users/{}", clinic.owner.id);
    for path in looks.into_iter().chain([one.as_str()]) {
        cloud.get(path).as_(&stay.person).send_expecting(200).await;
        cloud.get(path).as_(&clinic.owner).send_expecting(200).await;
    }
    let entries = cloud.items_of("audit");
    for action in ["list_users", "list_invitations", "list_audit", "export_audit", "get_user"] {
        let of = |entry: &&serde_json::Value| entry["action"]["S"] == action;
        let noted: Vec<_> = entries.iter().filter(of).collect();
        assert_eq!(noted.len(), 1, "{action}: the operator's look, and no other");
        assert_eq!(noted[0]["actor"]["M"]["operator"]["S"], operator.id.to_string(), "{action}");
    }
}
