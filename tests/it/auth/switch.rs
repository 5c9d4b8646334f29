//! `/api/auth/memberships` and `/api/auth/switch`

use dawr_api::role::{Coverage, Role};
use dawr_identity::model::ClinicRole;
use dawr_testkit::{Answer, Clinic, Person, TestCloud};
use serde_json::{Value, json};

use crate::{desk::Desk, world::id};

/// Somebody who is a nurse in one clinic, and a member of another one.
async fn nurse_of_two(cloud: &TestCloud) -> (Clinic, Clinic, Person) {
    let (home, other) = (cloud.clinic("al-shifa").await, cloud.clinic("al-noor").await);
    let nurse = cloud.member(&home, Role::Nurse).await;
    cloud.join(&other, nurse.id, &home).await;
    (home, other, nurse)
}

async fn switch(cloud: &TestCloud, who: &str, to: Value) -> Answer {
    cloud.post("/api/auth/switch").as_(who).json(&to).send().await
}

fn token(answer: &Answer) -> String {
    id(&answer.data()["accessToken"])
}

#[tokio::test]
async fn a_member_of_two_tenants_works_in_either() {
    let cloud = TestCloud::start().await;
    let (home, other, nurse) = nurse_of_two(&cloud).await;
    cloud.change_joined(&other, nurse.id, &home, |there| there.role = Role::Manager.into()).await;
    let seen = cloud.get("/api/auth/memberships").as_(&nurse).expect(200).await;
    let one = |n: usize| json!([seen["items"][n]["slug"], seen["items"][n]["role"], seen["items"][n]["current"]]);
    assert_eq!((one(0), one(1)), (json!(["al-shifa", "nurse", true]), json!(["al-noor", "manager", false])));
    let there = switch(&cloud, &nurse.token, json!({ "tenantId": other.tenant })).await;
    assert_eq!((there.status, &there.data()["user"]["role"]), (200, &json!("manager")));
    assert_eq!(there.data()["clinic"]["id"], other.clinic.to_string());
    // There they see what is there, and the cookie stays there.
    let tenant = cloud.get("/api/tenants/me").as_(&token(&there)).expect(200).await;
    assert_eq!(tenant["id"], other.tenant.to_string());
    let again = cloud.post("/api/auth/refresh").cookie(&there.cookie().unwrap()).expect(200).await;
    assert_eq!(again["tenant"]["id"], other.tenant.to_string());
    // The way back, and the session that they came from is still good.
    let back = switch(&cloud, &token(&there), json!({ "tenantId": home.tenant })).await;
    assert_eq!(back.data()["user"]["id"], nurse.id.to_string());
    assert_eq!(cloud.get("/api/tenants/me").as_(&nurse).expect(200).await["id"], home.tenant.to_string());
}

#[tokio::test]
async fn a_clinic_gives_the_role_that_is_theirs_there() {
    let cloud = TestCloud::start().await;
    let (home, other, nurse) = nurse_of_two(&cloud).await;
    let owner = Desk { cloud: &cloud, clinic: other.clone(), person: other.owner.clone() };
    let open = async |slug: &str| {
        id(&owner.post("/api/clinics", json!({ "name": slug, "slug": slug })).expect(201).await["id"])
    };
    let (olaya, malaz) = (open("olaya").await, open("malaz").await);
    let role = ClinicRole { clinic: olaya.parse().unwrap(), role: Role::Moderator.into() };
    cloud
        .change_joined(&other, nurse.id, &home, |there| {
            (there.clinics, there.elsewhere) = (Coverage::Only(vec![other.clinic]), vec![role]);
        })
        .await;
    let seen = cloud.get("/api/auth/memberships").as_(&nurse).expect(200).await;
    let expected = json!([{ "clinicId": olaya, "clinicName": "olaya", "role": "moderator" }]);
    assert_eq!(seen["items"][1]["clinicRoles"], expected);
    let there = switch(&cloud, &nurse.token, json!({ "tenantId": other.tenant, "clinicId": olaya })).await;
    assert_eq!(
        (&there.data()["user"]["role"], &there.data()["clinic"]["name"]),
        (&json!("moderator"), &json!("olaya"))
    );
    let me = cloud.get("/api/users/me").as_(&token(&there)).expect(200).await;
    assert_eq!(me["clinics"], json!([olaya]));
    let first = switch(&cloud, &nurse.token, json!({ "tenantId": other.tenant, "clinicId": other.clinic })).await;
    assert_eq!(first.data()["user"]["role"], "nurse");
    // They do not work in the third one.
    for clinic in [malaz.as_str(), "cli_00000000000000000000000000", &home.clinic.to_string()] {
        let refused = switch(&cloud, &nurse.token, json!({ "tenantId": other.tenant, "clinicId": clinic })).await;
        assert_eq!((refused.status, refused.code()), (404, "NotFound".to_owned()), "{clinic}");
    }
}

#[tokio::test]
async fn nobody_gets_where_they_may_not_be() {
    let cloud = TestCloud::start().await;
    let (home, other, nurse) = nurse_of_two(&cloud).await;
    let foreign = cloud.clinic("al-amal").await;
    let to = |clinic: &Clinic| json!({ "tenantId": clinic.tenant });
    assert_eq!(switch(&cloud, &nurse.token, to(&foreign)).await.status, 404);
    let owner = Desk { cloud: &cloud, clinic: other.clone(), person: other.owner.clone() };
    // The other tenant's rules about addresses hold before anybody is there.
    let networks = json!({ "security": { "allowedAddresses": ["192.0.2.1"] } });
    owner.patch("/api/tenants/me", networks).expect(200).await;
    let call = cloud.post("/api/auth/switch").as_(&nurse).json(&to(&other)).from([198, 51, 100, 7]);
    assert_eq!(call.expect_errors(403).await[0].0, "AddressNotAllowed");
    // So do those about second factors.
    let factors = json!({ "security": { "secondFactorRoles": ["nurse"] } });
    owner.patch("/api/tenants/me", factors).expect(200).await;
    assert_eq!(switch(&cloud, &nurse.token, to(&other)).await.data()["must"], "setUpSecondFactor");
    cloud.change_joined(&other, nurse.id, &home, |there| there.active = false).await;
    assert_eq!(switch(&cloud, &nurse.token, to(&other)).await.status, 404);
    let seen = cloud.get("/api/auth/memberships").as_(&nurse).expect(200).await;
    assert_eq!(seen["items"].as_array().unwrap().len(), 1);
}

/// A new session would outlive the one that was ended.
#[tokio::test]
async fn an_ended_session_opens_no_other_one_at_once() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    cloud.get("/api/tenants/me").as_(&clinic.owner).expect(200).await;
    cloud.post("/api/auth/logout").cookie(&clinic.signed_up.cookie().unwrap()).expect(204).await;
    // Other functions may go by what they read half a minute ago.
    cloud.get("/api/tenants/me").as_(&clinic.owner).expect(200).await;
    let refused = switch(&cloud, &clinic.owner.token, json!({ "tenantId": clinic.tenant })).await;
    assert_eq!((refused.status, refused.code()), (401, "Unauthenticated".to_owned()));
}
