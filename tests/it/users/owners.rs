//! A tenant always has an owner who can sign in.

use std::pin::Pin;

use dawr_api::role::Role;
use dawr_testkit::{Answer, Person, TestCloud};
use futures::future::join_all;
use serde_json::json;

/// The owners who may sign in, and how many are counted.
fn owners(cloud: &TestCloud) -> (usize, usize) {
    let owns = |member: &serde_json::Value| member["role"]["S"] == "primary_admin" && member["active"]["BOOL"] == true;
    let counted = cloud.items_of("counts")[0]["owners"]["N"].as_str().unwrap().parse().unwrap();
    (cloud.items_of("member").iter().filter(|member| owns(member)).count(), counted)
}

#[tokio::test]
async fn owners_who_dismiss_each_other_at_once_leave_one() {
    for round in 0..6 {
        let cloud = TestCloud::start().await;
        let clinic = cloud.clinic("al-shifa").await;
        let mut people: Vec<Person> = vec![clinic.owner.clone()];
        for _ in 0..round {
            people.push(cloud.member(&clinic, Role::PrimaryAdmin).await);
        }
        let dismiss = |n: usize| {
            let (by, whom) = (&people[n], &people[(n + 1) % people.len()]);
            let path = format!("/api/users/{}", whom.id);
            match n % 3 {
                0 => cloud.put(&path).as_(by).json(&json!({ "role": "nurse" })).send(),
                1 => cloud.delete(&path).as_(by).send(),
                _ => cloud.put(&path).as_(by).json(&json!({ "active": false })).send(),
            }
        };
        let answers =
            join_all((0..people.len()).map(|n| Box::pin(dismiss(n)) as Pin<Box<dyn Future<Output = Answer>>>)).await;
        let (left, counted) = owners(&cloud);
        assert!(left >= 1 && left == counted, "{left} owners are left, {counted} are counted: {answers:?}");
        // Who was dismissed before their own dismissal was looked at is nobody.
        let refused = |code: &str| matches!(code, "LastOwner" | "NotOneself" | "Unauthenticated");
        assert!(answers.iter().all(|answer| answer.status < 300 || refused(&answer.code())), "{answers:?}");
    }
}

#[tokio::test]
async fn the_last_owner_stays_and_nobody_changes_their_own_rights() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let second = cloud.member(&clinic, Role::PrimaryAdmin).await;
    let own = format!("/api/users/{}", clinic.owner.id);
    let change = |body| cloud.put(&own).as_(&clinic.owner).json(&body);
    for body in [
        json!({ "role": "nurse" }),
        json!({ "active": false }),
        json!({ "clinicRoles": [{ "clinicId": clinic.clinic, "role": "nurse" }] }),
    ] {
        assert_eq!(change(body).expect_errors(403).await[0].0, "NotOneself");
    }
    assert_eq!(cloud.delete(&own).as_(&clinic.owner).expect_errors(403).await[0].0, "NotOneself");
    change(json!({ "fullName": "سارة", "role": "primary_admin" })).expect(200).await;

    cloud.delete(&own).as_(&second).expect(204).await;
    // The first one's token is good for a moment, but for nothing that lasts; and were it good, nobody would be left.
    let last = format!("/api/users/{}", second.id);
    assert_eq!(cloud.delete(&last).as_(&clinic.owner).expect_errors(401).await[0].0, "Unauthenticated");
    let operator =
        cloud.token(&cloud.claims(&clinic, "mem_00000000000000000000000000".parse().unwrap(), Role::PrimaryAdmin));
    assert_eq!(cloud.delete(&last).as_(&operator).expect_errors(409).await[0].0, "LastOwner");
    assert_eq!(owners(&cloud), (1, 1));
}
