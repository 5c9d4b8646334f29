//! `cargo run -- operator add`

use dawr::operator::{AddError, Added, NewOperator};
use dawr_api::{hashing::Hashing, role::Role};
use dawr_identity::model::Username;
use dawr_kernel::text::PersonName;
use dawr_testkit::TestCloud;
use serde_json::json;

use super::{coming, trail};
use crate::{
    users::{signed_in, token},
    world::enrol_with,
};

fn operator(username: &str) -> NewOperator {
    NewOperator {
        username: Username::parse(username).unwrap(),
        full_name: PersonName::parse("هند القحطاني").unwrap(),
        role: None,
        slug: None,
    }
}

async fn add(cloud: &TestCloud, operator: NewOperator) -> Result<Added, String> {
    let added = operator.add(cloud.table(), cloud.clock().now(), Hashing::cheap(), cloud.entropy()).await;
    added.map_err(|error| match error {
        AddError::Refused(why) => why,
        AddError::Failed(error) => panic!("{error:#}"),
    })
}

/// From nothing to a stay in a clinic, with nothing but what the tool prints.
#[tokio::test]
async fn whoever_is_added_signs_in_sets_up_a_factor_and_helps() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let first = add(&cloud, operator("hind")).await.unwrap();
    assert!(first.founded && first.role == Role::PlatformAdmin && first.slug == "platform");
    let body = json!({ "clinic": "platform", "username": "hind", "password": first.password.password().expose() });
    let session = cloud.post("/api/auth/login").json(&body).send_expecting(200).await;
    assert_eq!(session.data()["must"], "changePassword");
    let come = |token: &str| {
        let person = dawr_testkit::Person { id: first.member, role: first.role, token: token.to_owned() };
        coming(&cloud, &person, &clinic, &json!({ "reason": "رسائل لا تصل" }))
    };
    assert_eq!(come(&token(&session)).expect_errors(403).await[0].0, "PasswordChangeRequired");
    let change = json!({
        "currentPassword": first.password.password().expose(), "newPassword": "Another-horse 9",
    });
    let call = cloud.put("/api/users/me/change-password").as_(&token(&session)).json(&change);
    let session = call.send_expecting(200).await;
    assert_eq!(session.data()["must"], "setUpSecondFactor");
    assert_eq!(come(&token(&session)).expect_errors(403).await[0].0, "SecondFactorRequired");
    let person = dawr_testkit::Person { id: first.member, role: first.role, token: token(&session) };
    let app = enrol_with(&cloud, &person, "Another-horse 9").await;
    let code = json!({ "code": app.code(cloud.clock().now()) });
    let confirmed = cloud.post("/api/auth/second-factor/confirm").as_(&person).json(&code).send_expecting(200).await;
    let session = confirmed.data();
    let token = session["accessToken"].as_str().or_else(|| session["session"]["accessToken"].as_str()).unwrap();
    come(token).expect(201).await;

    // The next one is an operator unless said, and asks for the factor, too.
    let second = add(&cloud, operator("sara")).await.unwrap();
    assert!(!second.founded && second.role == Role::PlatformOperator && second.tenant == first.tenant);
    let users = cloud.get("/api/users").as_(token).expect(200).await;
    assert_eq!(users["items"].as_array().unwrap().len(), 2);
    let platform = dawr_testkit::Clinic { tenant: first.tenant, ..clinic };
    let entries = trail(&cloud, &platform, "operator_add");
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().all(|entry| entry["subjects"].to_string().contains("member")));
    cloud.settle().await;
    assert_eq!(crate::audit::verified(&cloud, &platform).await.findings, []);
}

#[tokio::test]
async fn what_cannot_be_is_told() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let slugged = |slug: &str| NewOperator { slug: Some(slug.parse().unwrap()), ..operator("hind") };
    let (taken, before) = (add(&cloud, slugged("al-shifa")).await.unwrap_err(), cloud.items());
    assert_eq!(taken, "the slug belongs to a clinic: choose another one with --slug");
    let lesser = NewOperator { role: Some(Role::PlatformOperator), ..operator("hind") };
    assert_eq!(
        add(&cloud, lesser).await.unwrap_err(),
        "the first one must be a platform_admin, who can appoint others"
    );
    assert_eq!(cloud.items(), before);
    assert_eq!(add(&cloud, slugged("dawr-ops")).await.unwrap().slug, "dawr-ops");
    assert_eq!(add(&cloud, operator("hind")).await.unwrap_err(), "the username is taken");
    let other = add(&cloud, slugged("another")).await.unwrap_err();
    assert_eq!(other, "the platform's organisation exists, and its slug is dawr-ops");
    // The clinic of that name stays what it is.
    signed_in(&cloud, &clinic, "owner", dawr_testkit::PASSWORD).await;
}
