//! Every route × every role: who may not is told so, before anything else is looked at.

use dawr_api::{
    function::{Queue, Requires, Verb},
    permission::Permission,
    role::Role,
};
use dawr_testkit::{TestCloud, sample::Sample};
use serde_json::json;

use crate::world::{World, id};

#[tokio::test]
async fn every_endpoint_asks_for_what_it_requires() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    for sample in Sample::endpoints() {
        let allowed = |role: Role| match sample.function.http().unwrap().requires {
            Requires::Permission(permission) => Some(role.has(permission)),
            Requires::SignedIn | Requires::Member => Some(true),
            // A role is nothing to these.
            Requires::Nothing | Requires::RefreshCookie | Requires::Signature => None,
        };
        let mut refused = Vec::new();
        for role in Role::ALL {
            let Some(allowed) = allowed(*role) else {
                continue;
            };
            if !allowed {
                let person = cloud.member(&world.clinic, *role).await;
                refused.push((role, world.values_of(&sample, &person)));
                continue;
            }
            world.prepare(&cloud, &sample).await;
            let person = cloud.member(&world.clinic, *role).await;
            let mut values = world.values_of(&sample, &person);
            if role.has(Permission::TemplateWrite) {
                // Beyond the permission, a template is its author's.
                let template = json!({ "title": "له", "content": "مرحبًا" });
                let own = cloud.post("/api/templates").as_(&person).json(&template).expect(201).await;
                values.insert("templateId", id(&own["id"]));
            }
            let answer = sample.call(&cloud, &values).send().await;
            assert!(!matches!(answer.status, 401 | 403), "{} as {}: {}", sample.name(), role.as_str(), answer.text);
        }
        let before = cloud.items();
        for (role, values) in refused {
            let answer = sample.call(&cloud, &values).send().await;
            let (told, what) = ((answer.status, answer.code()), format!("{} as {}", sample.name(), role.as_str()));
            assert_eq!(told, (403, "Forbidden".to_owned()), "{what}");
        }
        assert_eq!(cloud.items(), before, "{}: whoever may not changes nothing", sample.name());
    }
    cloud.exhume(Queue::Sends);
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
            Requires::SignedIn | Requires::Member | Requires::Permission(_) => {
                assert_eq!(anonymous.expect_errors(401).await[0].0, "Unauthenticated", "{}", sample.name());
                assert_eq!(cloud.items(), before, "{}", sample.name());
            }
            // What is no cookie or no signature of ours changes nothing, whatever is answered.
            Requires::RefreshCookie => {
                let answer = anonymous.without("cookie").send().await;
                assert!(matches!(answer.status, 204 | 401), "{}", sample.name());
                assert_eq!(cloud.items(), before, "{}", sample.name());
            }
            // Meta verifies an address by a word that we gave it.
            Requires::Signature if sample.function.http().unwrap().method == Verb::Get => {
                let values = world.values_with(&sample, "verifyToken", "another-word");
                assert_eq!(sample.call(&cloud, &values).expect_errors(403).await[0].0, "Forbidden");
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
