//! Who is an operator, and who cannot become one.

use dawr_api::{
    permission::{Permission, PermissionSet},
    role::Role,
};
use dawr_testkit::{PASSWORD, Person, TestCloud, sample::Sample};
use serde_json::json;

use super::admin;
use crate::{
    desk::Desk,
    world::{World, id, is_platforms},
};

#[tokio::test]
async fn the_platforms_roles_may_do_what_they_say() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    for role in [Role::PlatformAdmin, Role::PlatformOperator] {
        for sample in Sample::endpoints().iter().filter(|sample| is_platforms(sample)) {
            let person = cloud.operator(role).await;
            let answer = sample.call(&cloud, &world.values_of(sample, &person)).without("idempotency-key").send().await;
            let dawr_api::function::Requires::Permission(permission) = sample.function.http().unwrap().requires else {
                panic!("{}", sample.name())
            };
            let refused = answer.status == 403 && answer.code() == "Forbidden";
            assert_eq!(refused, !role.has(permission), "{} as {}: {}", sample.name(), role.as_str(), answer.text);
        }
    }
}

/// A customer's owner has everything that there is in their tenant, and nothing of the platform's; nor does a role of a
/// tenant's own, whatever was stored of it.
#[tokio::test]
async fn nobody_of_a_customers_tenant_is_an_operator() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let mut claims = cloud.claims(&world.clinic, world.clinic.owner.id, Role::PrimaryAdmin);
    claims.role = format!("rol_{}", "0".repeat(26)).parse().unwrap();
    claims.permissions = Some(PermissionSet::ALL);
    let stored = Person { token: cloud.token(&claims), ..world.clinic.owner.clone() };
    let before = cloud.items();
    for sample in Sample::endpoints().iter().filter(|sample| is_platforms(sample)) {
        for person in [&world.clinic.owner, &stored] {
            let answer = sample.call(&cloud, &world.values_of(sample, person)).send().await;
            assert_eq!((answer.status, answer.code()), (403, "Forbidden".to_owned()), "{}", sample.name());
        }
    }
    assert_eq!(cloud.items(), before);
    let me = cloud.get("/api/users/me").as_(&world.clinic.owner).expect(200).await;
    assert!(!me["permissions"].to_string().contains("platform:"));
}

#[tokio::test]
async fn a_role_is_given_only_where_it_belongs() {
    let cloud = TestCloud::start().await;
    let customer = Desk::open(&cloud, "al-shifa").await;
    let platform = cloud.platform().await;
    let operators = Desk { cloud: &cloud, clinic: platform.clone(), person: platform.owner.clone() };
    let names = async |desk: &Desk<'_>| {
        let roles = desk.get("/api/roles").expect(200).await;
        roles["items"].as_array().unwrap().iter().map(|role| id(&role["id"])).collect::<Vec<_>>()
    };
    assert_eq!(names(&operators).await, ["platform_admin", "platform_operator"]);
    assert!(!names(&customer).await.iter().any(|name| name.starts_with("platform_") || name == "support"));
    let user = |role: &str| json!({ "username": "new", "fullName": "عضو", "role": role, "password": PASSWORD });
    let unknown = [("UnknownValue".to_owned(), "role".to_owned())];
    for role in ["platform_admin", "platform_operator", "support"] {
        assert_eq!(customer.post("/api/users", user(role)).expect_errors(422).await, unknown, "{role}");
        let body = json!({ "clinicRoles": [{ "clinicId": customer.clinic.clinic, "role": role }] });
        let nurse = cloud.member(&customer.clinic, Role::Nurse).await;
        let errors = customer.put(&format!("/api/users/{}", nurse.id), body).expect_errors(422).await;
        assert_eq!(errors[0].1, "clinicRoles[0].role", "{role}");
        let change = customer.put(&format!("/api/users/{}", nurse.id), json!({ "role": role }));
        assert_eq!(change.expect_errors(422).await, unknown, "{role}");
        let rules = json!({ "security": { "secondFactorRoles": [role] } });
        let errors = customer.patch("/api/tenants/me", rules).expect_errors(422).await;
        assert_eq!(errors[0].1, "security.secondFactorRoles[0]");
    }
    for role in ["primary_admin", "nurse", "support"] {
        assert_eq!(operators.post("/api/users", user(role)).expect_errors(422).await, unknown, "{role}");
    }
    for permission in Permission::ALL.iter().filter(|permission| permission.is_platforms()) {
        let body = json!({ "title": "دور", "permissions": ["queues:read", permission.as_str()] });
        let errors = customer.post("/api/roles", body).expect_errors(422).await;
        assert_eq!(errors, [("UnknownValue".to_owned(), "permissions[1]".to_owned())]);
    }
    let body = json!({ "title": "دور", "permissions": ["members:read"] });
    operators.post("/api/roles", body).expect_errors(403).await;
}

/// No tenant becomes the platform's, and the platform's becomes no customer's.
#[tokio::test]
async fn what_kind_the_platform_is_cannot_be_chosen() {
    let cloud = TestCloud::start().await;
    let customer = Desk::open(&cloud, "al-shifa").await;
    let platform = cloud.platform().await;
    let errors = customer.patch("/api/tenants/me", json!({ "kind": "platform" })).expect_errors(422).await;
    assert_eq!(errors, [("UnknownValue".to_owned(), "kind".to_owned())]);
    let own = cloud.patch("/api/tenants/me").as_(&platform.owner).json(&json!({ "kind": "clinic" }));
    assert_eq!(own.expect_errors(422).await, [("UnknownValue".to_owned(), "kind".to_owned())]);
    let body = json!({
        "clinicName": "عيادة", "slug": "other", "fullName": "سارة", "username": "owner", "password": PASSWORD,
        "kind": "platform",
    });
    let errors = cloud.post("/api/auth/signup").json(&body).expect_errors(422).await;
    assert_eq!(errors, [("UnknownValue".to_owned(), "kind".to_owned())]);
    let taken = json!({
        "clinicName": "عيادة", "slug": "platform", "fullName": "سارة", "username": "owner", "password": PASSWORD,
    });
    assert_eq!(cloud.post("/api/auth/signup").json(&taken).expect_errors(409).await[0].0, "SlugTaken");
    let number = json!({ "phoneNumberId": "1234567890", "accessToken": "x".repeat(20), "appSecret": "y".repeat(20),
        "verifyToken": "z".repeat(20) });
    let connect = cloud.put("/api/settings/whatsapp").as_(&platform.owner).json(&number);
    assert_eq!(connect.expect_errors(403).await[0].0, "Forbidden");
}

/// The platform always has an administrator who can sign in, as every tenant has an owner.
#[tokio::test]
async fn the_last_administrator_of_the_platform_stays() {
    let cloud = TestCloud::start().await;
    let first = cloud.platform().await.owner;
    let second = admin(&cloud).await;
    let path = |person: &Person| format!("/api/users/{}", person.id);
    let dismiss = |who: &Person, by: &Person| cloud.delete(&path(who)).as_(by).send();
    let (one, other) = tokio::join!(dismiss(&first, &second), dismiss(&second, &first));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409], "{} {}", one.text, other.text);
    assert_eq!(if one.status == 409 { one.code() } else { other.code() }, "LastOwner");
    // Nor is anybody an administrator in a part of it.
    let third = cloud.operator(Role::PlatformAdmin).await;
    let body = json!({ "clinics": [cloud.platform().await.clinic] });
    let left = if one.status == 409 { &first } else { &second };
    let errors = cloud.put(&path(left)).as_(&third).json(&body).expect_errors(422).await;
    assert!(errors.iter().any(|(_, field)| field.starts_with("clinics")), "{errors:?}");
}
