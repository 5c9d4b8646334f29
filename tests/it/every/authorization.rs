//! Every route × every role: who may not is told so, before anything else is looked at.

use dawr_api::{
    function::{Queue, Requires},
    permission::{Permission, PermissionSet},
    role::{Grant, Role, RoleName},
};
use dawr_kernel::id::{Id, RoleId};
use dawr_testkit::{Person, TestCloud, sample::Sample};
use serde_json::json;

use crate::world::{World, id};

/// So many tests share the roles: each has a part of the matrix to itself.
const PARTS: usize = 4;

/// Whether somebody of these permissions may call it; none if that is not asked.
fn allows(sample: &Sample, permissions: PermissionSet) -> Option<bool> {
    match sample.function.http().unwrap().requires {
        // What is the platform's is nobody's in a customer's tenant, whatever their role says.
        Requires::Permission(permission) => Some(permissions.has(permission) && !permission.is_platforms()),
        Requires::SignedIn | Requires::Account | Requires::Oneself | Requires::Member => Some(true),
        // A role is nothing to these.
        Requires::Nothing | Requires::RefreshCookie | Requires::Signature => None,
    }
}

/// A member with a token that says this of their role.
async fn somebody(cloud: &TestCloud, world: &World, grant: &Grant) -> Person {
    match grant.role {
        RoleName::BuiltIn(role) => cloud.member(&world.clinic, role).await,
        RoleName::Own(_) => {
            let person = cloud.member(&world.clinic, Role::User).await;
            let mut claims = cloud.claims(&world.clinic, person.id, Role::User);
            (claims.role, claims.permissions) = (grant.role, Some(grant.permissions));
            Person { token: cloud.token(&claims), ..person }
        }
    }
}

/// Every endpoint as somebody of this role: refused, with nothing changed, or let in.
async fn walk(cloud: &TestCloud, world: &World, grant: Grant) {
    let samples = Sample::endpoints();
    let person = somebody(cloud, world, &grant).await;
    let before = cloud.items();
    for sample in samples.iter().filter(|sample| allows(sample, grant.permissions) == Some(false)) {
        let answer = sample.call(cloud, &world.values_of(sample, &person)).send().await;
        let what = format!("{} as {grant:?}", sample.name());
        assert_eq!((answer.status, answer.code()), (403, "Forbidden".to_owned()), "{what}");
    }
    assert_eq!(cloud.items(), before, "what is refused to {grant:?} changes nothing");
    for sample in samples.iter().filter(|sample| allows(sample, grant.permissions) == Some(true)) {
        world.prepare(cloud, sample).await;
        let person = somebody(cloud, world, &grant).await;
        let mut values = world.values_of(sample, &person);
        if grant.permissions.has(Permission::TemplateWrite) && sample.placeholders(&values).contains("templateId") {
            // Beyond the permission, a template is its author's.
            let template = json!({ "title": "له", "content": "مرحبًا" });
            let own = cloud.post("/api/templates").as_(&person).json(&template).expect(201).await;
            values.insert("templateId", id(&own["id"]));
        }
        let answer = sample.call(cloud, &values).send().await;
        // What exceeds one's own rights is refused by the endpoint itself, which has tests of its own.
        let refused = answer.status == 401 || (answer.status == 403 && answer.code() == "Forbidden");
        assert!(!refused, "{} as {grant:?}: {}", sample.name(), answer.text);
    }
}

/// A part of all roles: the built-in ones, and for each permission one that has nothing else.
async fn part(n: usize) {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let own = |permission: &Permission| Grant {
        role: RoleName::Own(RoleId::generate(cloud.clock().now(), cloud.entropy())),
        permissions: PermissionSet::of(&[*permission]),
    };
    let built_in = Role::ALL.iter().copied().map(Grant::built_in);
    let all: Vec<Grant> = built_in.chain(Permission::ALL.iter().map(own)).collect();
    for grant in all.into_iter().skip(n).step_by(PARTS) {
        walk(&cloud, &world, grant).await;
    }
    cloud.exhume(Queue::Sends);
}

#[tokio::test]
async fn every_endpoint_asks_for_what_it_requires_1() {
    part(0).await;
}

#[tokio::test]
async fn every_endpoint_asks_for_what_it_requires_2() {
    part(1).await;
}

#[tokio::test]
async fn every_endpoint_asks_for_what_it_requires_3() {
    part(2).await;
}

#[tokio::test]
async fn every_endpoint_asks_for_what_it_requires_4() {
    part(3).await;
}

#[tokio::test]
async fn nobody_gets_in_without_a_credential() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let before = cloud.items();
    for sample in Sample::endpoints() {
        let anonymous = sample.call(&cloud, &world.values(&sample)).without("authorization");
        match sample.function.http().unwrap().requires {
            Requires::Nothing => {}
            Requires::SignedIn | Requires::Account | Requires::Oneself | Requires::Member | Requires::Permission(_) => {
                assert_eq!(anonymous.expect_errors(401).await[0].0, "Unauthenticated", "{}", sample.name());
                assert_eq!(cloud.items(), before, "{}", sample.name());
            }
            // What is no cookie or no signature of ours changes nothing, whatever is answered.
            Requires::RefreshCookie => {
                let answer = anonymous.without("cookie").send().await;
                assert!(matches!(answer.status, 204 | 401), "{}", sample.name());
                assert_eq!(cloud.items(), before, "{}", sample.name());
            }
            Requires::Signature => {
                let forged = format!("sha256={}", "0".repeat(64));
                for call in
                    [anonymous.clone().header("x-hub-signature-256", &forged), anonymous.without("x-hub-signature-256")]
                {
                    assert_eq!(call.expect_errors(401).await[0].0, "InvalidSignature", "{}", sample.name());
                    assert_eq!(cloud.items(), before, "{}", sample.name());
                }
            }
        }
    }
}
