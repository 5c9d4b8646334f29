//! Nobody gives, changes or takes away what exceeds their own rights.

use std::collections::BTreeSet;

use dawr_api::{
    role::{Coverage, Role},
    tenant::TenantKind,
};
use dawr_identity::model::ClinicRole;
use dawr_testkit::{PASSWORD, Person, TestCloud};
use serde_json::{Value, json};

use super::{made, signed_in, token};
use crate::world::id;

#[tokio::test]
async fn every_role_gives_and_takes_exactly_what_it_includes() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    for by in [Role::PrimaryAdmin, Role::SecondaryAdmin, Role::Manager] {
        let person = cloud.member(&clinic, by).await;
        for role in Role::all_for(TenantKind::Clinic) {
            let included = by.permissions().includes(role.permissions());
            let username = format!("{}-{}", by.as_str(), role.as_str());
            let body = json!({ "username": username, "fullName": "عضو", "role": role.as_str(), "password": PASSWORD });
            let made = cloud.post("/api/users").as_(&person).json(&body).send().await;
            let target = cloud.member(&clinic, role).await;
            let path = format!("/api/users/{}", target.id);
            let renamed = cloud.put(&path).as_(&person).json(&json!({ "fullName": "عضو آخر" })).send().await;
            let reset = cloud.post(&format!("{path}/reset-password")).as_(&person).send().await;
            let gone = cloud.delete(&path).as_(&person).send().await;
            let what = format!("{} on {}", by.as_str(), role.as_str());
            for (answer, status) in [(made, 201), (renamed, 200), (reset, 200), (gone, 204)] {
                if included {
                    assert_eq!(answer.status, status, "{what}: {}", answer.text);
                } else {
                    assert_eq!((answer.status, answer.code()), (403, "ExceedsOwnRights".to_owned()), "{what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_member_of_one_clinic_decides_on_nobody_of_another() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let manager = json!({ "role": "manager", "clinics": [clinic.clinic] });
    made(&cloud, &clinic, "manager", manager).await;
    let manager = token(&signed_in(&cloud, &clinic, "manager", PASSWORD).await);
    let make = |name: &str, rights: Value| {
        let mut body = json!({ "username": name, "fullName": "عضو", "role": "nurse", "password": PASSWORD });
        body.as_object_mut().unwrap().extend(rights.as_object().unwrap().clone());
        cloud.post("/api/users").as_(&manager).json(&body)
    };
    let here = make("here", json!({})).expect(201).await;
    assert_eq!(here["clinics"], json!([clinic.clinic]), "the caller's own clinics unless said");
    assert_eq!(make("all", json!({ "clinics": "all" })).expect_errors(403).await[0].0, "ExceedsOwnRights");
    let everywhere = made(&cloud, &clinic, "everywhere", json!({ "role": "nurse" })).await;
    let change =
        |user: &Value, body: Value| cloud.put(&format!("/api/users/{}", id(&user["id"]))).as_(&manager).json(&body);
    change(&here, json!({ "role": "doctor" })).expect(200).await;
    assert_eq!(change(&here, json!({ "clinics": "all" })).expect_errors(403).await[0].0, "ExceedsOwnRights");
    for body in [json!({ "role": "user" }), json!({ "clinics": [clinic.clinic] }), json!({ "fullName": "أخرى" })] {
        assert_eq!(change(&everywhere, body).expect_errors(403).await[0].0, "ExceedsOwnRights");
    }
}

#[tokio::test]
async fn a_role_of_ones_own_lends_nobody_more() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let make_role = |by: &str, permissions: Value| {
        cloud.post("/api/roles").as_(by).json(&json!({ "title": "دور", "permissions": permissions }))
    };
    let staff = json!(["roles:manage", "members:manage", "members:read", "queues:read"]);
    let staff = id(&make_role(&clinic.owner.token, staff).expect(201).await["id"]);
    let strong = id(&make_role(&clinic.owner.token, json!(["quotas:manage"])).expect(201).await["id"]);
    made(&cloud, &clinic, "hind", json!({ "role": staff })).await;
    let hind = token(&signed_in(&cloud, &clinic, "hind", PASSWORD).await);
    let exceeds = async |call: dawr_testkit::Call<'_>| {
        assert_eq!(call.as_(&hind).expect_errors(403).await[0].0, "ExceedsOwnRights");
    };
    exceeds(make_role(&hind, json!(["queues:read", "quotas:manage"]))).await;
    let body = |permissions: Value| json!({ "title": "دور", "permissions": permissions });
    exceeds(cloud.put(&format!("/api/roles/{strong}")).json(&body(json!(["queues:read"])))).await;
    exceeds(cloud.delete(&format!("/api/roles/{strong}"))).await;
    let user = json!({ "username": "other", "fullName": "عضو", "role": strong, "password": PASSWORD });
    exceeds(cloud.post("/api/users").json(&user)).await;

    let weak = id(&make_role(&hind, json!(["queues:read"])).expect(201).await["id"]);
    exceeds(cloud.put(&format!("/api/roles/{weak}")).json(&body(json!(["audit:read"])))).await;
    let own = cloud.put(&format!("/api/roles/{staff}")).as_(&hind).json(&body(json!(["queues:read"])));
    assert_eq!(own.expect_errors(403).await[0].0, "NotOneself");
    let other = made(&cloud, &clinic, "other", json!({ "role": weak })).await;
    let path = format!("/api/users/{}", id(&other["id"]));
    cloud.delete(&path).as_(&hind).expect(204).await;
}

/// Not every function knows at once that a token is void; whoever makes lasting things of it looks.
#[tokio::test]
async fn who_was_dismissed_a_moment_ago_makes_nobody_anything() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let manager = made(&cloud, &clinic, "manager", json!({ "role": "secondary_admin" })).await;
    let gone = token(&signed_in(&cloud, &clinic, "manager", PASSWORD).await);
    cloud.get("/api/users").as_(&gone).expect(200).await;
    cloud.delete(&format!("/api/users/{}", manager["id"].as_str().unwrap())).as_(&clinic.owner).expect(204).await;
    cloud.get("/api/users").as_(&gone).expect(200).await;
    let before = cloud.items();
    let body = json!({ "username": "backdoor", "fullName": "باب خلفي", "role": "nurse", "password": PASSWORD });
    cloud.post("/api/users").as_(&gone).json(&body).expect_errors(401).await;
    cloud.post("/api/auth/invite").as_(&gone).json(&json!({ "role": "nurse" })).expect_errors(401).await;
    let role = json!({ "title": "منسق", "permissions": ["queues:read"] });
    cloud.post("/api/roles").as_(&gone).json(&role).expect_errors(401).await;
    assert_eq!(cloud.items(), before);
}

/// Whoever leads a branch decides on its people, and sees what is the whole organisation's no more than they must.
#[tokio::test]
async fn who_leads_a_branch_stays_in_it() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let branch = json!({ "name": "العليا", "slug": "olaya" });
    let branch = cloud.post("/api/clinics").as_(&clinic.owner).json(&branch).expect(201).await;
    let here = Coverage::Only(vec![branch["id"].as_str().unwrap().parse().unwrap()]);
    let leader = cloud.member_in(&clinic, Role::Manager, here.clone()).await;
    let (inside, outside) =
        (cloud.member_in(&clinic, Role::Nurse, here).await, cloud.member(&clinic, Role::Nurse).await);
    let quota =
        |of: &Person| cloud.put(&format!("/api/quotas/{}", of.id)).as_(&leader).json(&json!({ "addMessages": 5 }));
    quota(&inside).expect(200).await;
    for of in [&outside, &clinic.owner] {
        assert_eq!(quota(of).expect_errors(403).await[0].0, "ExceedsOwnRights");
    }
    assert_eq!(quota(&leader).expect_errors(403).await[0].0, "NotOneself");
    for whole in ["/api/audit", "/api/audit/export", "/api/tenants/me/elevations"] {
        assert_eq!(cloud.get(whole).as_(&leader).expect_errors(403).await[0].0, "Forbidden", "{whole}");
    }
}

/// Who works in another branch alone is as if they did not exist; so are their quota, and an invitation to it.
#[tokio::test]
async fn who_leads_a_branch_knows_the_people_who_work_in_it() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let branch = json!({ "name": "العليا", "slug": "olaya" });
    let branch = id(&cloud.post("/api/clinics").as_(&clinic.owner).json(&branch).expect(201).await["id"]);
    let (here, there) = (Coverage::Only(vec![branch.parse().unwrap()]), Coverage::Only(vec![clinic.clinic]));
    let leader = cloud.member_in(&clinic, Role::Manager, here.clone()).await;
    let inside = cloud.member_in(&clinic, Role::Nurse, here).await;
    let everywhere = cloud.member(&clinic, Role::Nurse).await;
    let beyond = cloud.member_in(&clinic, Role::Nurse, there.clone()).await;
    let lent = cloud.member_in(&clinic, Role::Nurse, there).await;
    cloud
        .change(&clinic, lent.id, |lent| {
            lent.elsewhere = vec![ClinicRole { clinic: branch.parse().unwrap(), role: Role::Nurse.into() }];
        })
        .await;
    let invited = async |clinics: Value| {
        let invite = json!({ "role": "nurse", "clinics": clinics });
        id(&cloud.post("/api/auth/invite").as_(&clinic.owner).json(&invite).expect(201).await["id"])
    };
    let (one, other) = (invited(json!([branch])).await, invited(json!([clinic.clinic])).await);
    for of in [&inside, &everywhere, &beyond, &lent] {
        let granted = json!({ "addMessages": 5 });
        cloud.put(&format!("/api/quotas/{}", of.id)).as_(&clinic.owner).json(&granted).expect(200).await;
    }
    let listed = async |path: &str, field: &str| {
        let list = cloud.get(path).as_(&leader).expect(200).await;
        list["items"].as_array().unwrap().iter().map(|item| id(&item[field])).collect::<BTreeSet<_>>()
    };
    let ids = |people: &[&Person]| people.iter().map(|person| person.id.to_string()).collect::<BTreeSet<_>>();
    assert_eq!(listed("/api/users", "id").await, ids(&[&clinic.owner, &leader, &inside, &everywhere, &lent]));
    assert_eq!(listed("/api/users?role=nurse", "id").await, ids(&[&inside, &everywhere, &lent]));
    let all = ids(&[&clinic.owner, &leader, &inside, &everywhere, &lent]);
    assert_eq!(listed("/api/quotas", "userId").await, all, "also those to whom nothing was granted");
    assert_eq!(listed("/api/auth/invitations", "id").await, BTreeSet::from([one.clone()]));

    let before = cloud.items();
    let (user, quota) = (format!("/api/users/{}", beyond.id), format!("/api/quotas/{}", beyond.id));
    let body = json!({ "fullName": "أخرى" });
    for call in [
        cloud.get(&user),
        cloud.put(&user).json(&body),
        cloud.delete(&user),
        cloud.post(&format!("{user}/reset-password")),
        cloud.delete(&format!("{user}/second-factor")),
        cloud.put(&quota).json(&json!({ "addMessages": 5 })),
        cloud.post(&format!("/api/auth/invitations/{other}/resend")),
        cloud.delete(&format!("/api/auth/invitations/{other}")),
    ] {
        assert_eq!(call.as_(&leader).expect_errors(404).await[0].0, "NotFound");
    }
    // Who works here, too, is known; what they are beyond it is not the leader's to decide.
    for of in [&everywhere, &lent] {
        cloud.get(&format!("/api/users/{}", of.id)).as_(&leader).expect(200).await;
        let raise = cloud.put(&format!("/api/quotas/{}", of.id)).as_(&leader).json(&json!({ "addMessages": 5 }));
        assert_eq!(raise.expect_errors(403).await[0].0, "ExceedsOwnRights");
    }
    assert_eq!(cloud.items(), before);
    cloud.post(&format!("/api/auth/invitations/{one}/resend")).as_(&leader).expect(200).await;
}
