//! `/api/roles` and `/api/permissions`

use std::pin::Pin;

use dawr_api::{permission::PermissionSet, role::Role, tenant::TenantKind};
use dawr_testkit::{Answer, TestCloud};
use futures::future::join_all;
use serde_json::{Value, json};

use super::made;
use crate::{desk::Desk, world::id};

#[tokio::test]
async fn permissions_are_told_in_the_callers_language() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let list = async |language: &str| {
        cloud.get("/api/permissions").as_(&clinic.owner).header("accept-language", language).expect(200).await
    };
    let (english, arabic) = (list("en").await, list("ar").await);
    assert_eq!(english["items"].as_array().unwrap().len(), PermissionSet::OF_TENANTS.iter().count());
    let read = json!({ "name": "queues:read", "summary": "See queues and their tickets." });
    assert!(english["items"].as_array().unwrap().contains(&read));
    let read = json!({ "name": "queues:read", "summary": "عرض الطوابير وتذاكرها" });
    assert!(arabic["items"].as_array().unwrap().contains(&read));
}

#[tokio::test]
async fn a_role_is_made_listed_changed_and_deleted() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let body = json!({ "title": " منسق العيادة ", "permissions": ["patients:read", "queues:read", "queues:read"] });
    let role = desk.post("/api/roles", body).expect(201).await;
    insta::assert_json_snapshot!(role, { ".id" => "[role]" });
    let path = format!("/api/roles/{}", id(&role["id"]));
    let all = desk.get("/api/roles").expect(200).await;
    assert_eq!(all["items"].as_array().unwrap().len(), Role::all_for(TenantKind::Clinic).count() + 1);
    assert_eq!(all["items"].as_array().unwrap().last(), Some(&role));
    assert_eq!(desk.get(&path).expect(200).await, role);
    let nurse = desk.get("/api/roles/nurse").expect(200).await;
    assert_eq!((&nurse["title"], &nurse["builtIn"]), (&json!("Nurse"), &json!(true)));
    for elsewhere in ["platform_admin", "platform_operator", "support"] {
        desk.get(&format!("/api/roles/{elsewhere}")).expect_errors(404).await;
    }
    for change in [desk.put("/api/roles/nurse", json!({})), desk.delete("/api/roles/nurse")] {
        assert!(matches!(change.send().await.status, 404 | 422), "built-in roles stay");
    }
    let changed = desk.put(&path, json!({ "title": "منسق", "permissions": ["queues:read"] })).expect(200).await;
    assert_eq!((&changed["version"], &changed["permissions"]), (&json!(2), &json!(["queues:read"])));
    desk.delete(&path).header("if-match", "\"1\"").expect_errors(412).await;
    desk.delete(&path).expect(204).await;
    desk.get(&path).expect_errors(404).await;
    assert_eq!(
        desk.get("/api/roles").expect(200).await["items"].as_array().unwrap().len(),
        Role::all_for(TenantKind::Clinic).count()
    );
    let counts = cloud.items_of("counts");
    assert_eq!(counts[0]["roles"]["N"], "0");
    assert!(cloud.items_of("role_use").is_empty());
}

#[tokio::test]
async fn what_no_role_may_include_is_refused() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let before = cloud.items();
    let told = async |permissions: Value| {
        let body = json!({ "title": "دور", "permissions": permissions });
        desk.post("/api/roles", body).expect_errors(422).await.remove(0)
    };
    let expected = |code: &str, field: &str| (code.to_owned(), field.to_owned());
    assert_eq!(told(json!(["queues:read", "tenant:own"])).await, expected("UnknownValue", "permissions[1]"));
    assert_eq!(told(json!(["levers:pull"])).await, expected("UnknownValue", "permissions[0]"));
    assert_eq!(told(json!([])).await, expected("Required", "permissions"));
    assert_eq!(told(json!(vec!["queues:read"; 101])).await, expected("TooMany", "permissions"));
    assert_eq!(cloud.items(), before);
}

#[tokio::test]
async fn a_role_that_somebody_has_stays() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let body = json!({ "title": "دور", "permissions": ["queues:read"] });
    let role = id(&desk.post("/api/roles", body).expect(201).await["id"]);
    let path = format!("/api/roles/{role}");
    let refused = async || desk.delete(&path).expect_errors(409).await.remove(0).0;
    let member = made(&cloud, &desk.clinic, "hind", json!({ "role": role })).await;
    let user = format!("/api/users/{}", id(&member["id"]));
    assert_eq!(refused().await, "RoleInUse");
    let there = json!({ "role": "nurse", "clinicRoles": [{ "clinicId": desk.clinic.clinic, "role": role }] });
    desk.put(&user, there).expect(200).await;
    assert_eq!(refused().await, "RoleInUse", "in one clinic is in use");
    desk.delete(&user).expect(204).await;
    assert_eq!(refused().await, "RoleInUse", "who comes back has it");
    desk.put(&user, json!({ "clinicRoles": [] })).expect(200).await;
    desk.delete(&path).expect(204).await;
}

#[tokio::test]
async fn nobody_gets_a_role_that_is_deleted_at_the_same_moment() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let member = id(&made(&cloud, &desk.clinic, "hind", json!({ "role": "nurse" })).await["id"]);
    let user = format!("/api/users/{member}");
    for _ in 0..12 {
        let body = json!({ "title": "دور", "permissions": ["queues:read"] });
        let role = id(&desk.post("/api/roles", body).expect(201).await["id"]);
        let path = format!("/api/roles/{role}");
        let give = desk.put(&user, json!({ "role": role })).send();
        let answers =
            join_all([Box::pin(give) as Pin<Box<dyn Future<Output = Answer>>>, Box::pin(desk.delete(&path).send())])
                .await;
        let has = desk.get(&user).expect(200).await["role"] == role.as_str();
        assert_eq!(has, desk.get(&path).send().await.status == 200, "{answers:?}");
        assert!(answers.iter().filter(|answer| answer.status < 300).count() == 1, "{answers:?}");
        desk.put(&user, json!({ "role": "nurse" })).expect(200).await;
    }
}
