//! `/api/users`, as whoever manages members uses it.

use dawr_api::{role::Role, tenant::Limits};
use dawr_testkit::{PASSWORD, TestCloud};
use futures::future::join_all;
use serde_json::{Value, json};

use super::{made, signed_in, token};
use crate::{desk::Desk, world::id};

#[tokio::test]
async fn a_member_is_made_listed_changed_and_deactivated() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let body = json!({
        "username": "Hind.Q", "fullName": " هند القحطاني ", "role": "receptionist", "phone": "٠٥٥١٢٣٤٥٦٧",
        "email": "Hind@Example.com", "password": "Blue-kettle 72",
    });
    let made = desk.post("/api/users", body).expect(201).await;
    insta::assert_json_snapshot!(made, { ".id" => "[member]" });
    let path = format!("/api/users/{}", id(&made["id"]));
    assert_eq!(desk.get(&path).expect(200).await, made);
    signed_in(&cloud, &desk.clinic, "hind.q", "Blue-kettle 72").await;

    let changed = desk.put(&path, json!({ "role": "nurse", "phone": null })).expect(200).await;
    assert_eq!((&changed["role"], &changed["phone"], &changed["version"]), (&json!("nurse"), &Value::Null, &json!(2)));
    assert_eq!((&changed["email"], &changed["fullName"]), (&made["email"], &made["fullName"]));
    let stale = desk.put(&path, json!({ "role": "doctor" })).header("if-match", "\"1\"").expect_errors(412).await;
    assert_eq!(stale[0].0, "StaleVersion");

    desk.delete(&path).expect(204).await;
    desk.delete(&path).expect(204).await;
    let gone = desk.get(&path).expect(200).await;
    assert_eq!((&gone["active"], &gone["version"]), (&json!(false), &json!(3)), "the record stays");
    let wrong = json!({ "clinic": "al-shifa", "username": "hind.q", "password": "Blue-kettle 72" });
    assert_eq!(cloud.post("/api/auth/login").json(&wrong).expect_errors(401).await[0].0, "InvalidCredentials");
    let again = json!({ "username": "hind.q", "fullName": "أخرى", "role": "nurse" });
    let taken = desk.post("/api/users", again).expect_errors(409).await;
    assert_eq!(taken, [("UsernameTaken".to_owned(), "username".to_owned())], "the name stays theirs");
    desk.put(&path, json!({ "active": true })).expect(200).await;
    signed_in(&cloud, &desk.clinic, "hind.q", "Blue-kettle 72").await;
}

#[tokio::test]
async fn members_are_listed_by_role_and_standing_over_pages() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    for n in 0..7 {
        let role = if n % 2 == 0 { "nurse" } else { "doctor" };
        let member = made(&cloud, &desk.clinic, &format!("member-{n}"), json!({ "role": role })).await;
        if n >= 5 {
            desk.delete(&format!("/api/users/{}", id(&member["id"]))).expect(204).await;
        }
    }
    let names = async |query: &str| -> Vec<String> {
        let all = desk.all(&format!("/api/users?{query}")).await;
        let mut names: Vec<String> = all.iter().map(|member| id(&member["username"])).collect();
        // Made within one millisecond, they come in any order.
        names.sort();
        names
    };
    assert_eq!(names("pageSize=2").await.len(), 8);
    assert_eq!(names("pageSize=2&role=nurse").await, ["member-0", "member-2", "member-4", "member-6"]);
    assert_eq!(names("pageSize=2&role=nurse&active=true").await, ["member-0", "member-2", "member-4"]);
    assert_eq!(names("active=false&pageSize=1").await, ["member-5", "member-6"]);
    assert_eq!(names("role=primary_admin&pageSize=200").await, ["owner"]);
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let before = cloud.items();
    let told = async |body: Value| {
        let mut errors = desk.post("/api/users", body).expect_errors(422).await;
        errors.sort();
        errors.into_iter().map(|(code, field)| format!("{code} {field}")).collect::<Vec<_>>()
    };
    let wrong = json!({ "username": "a b", "role": "king", "clinics": "some", "password": "short", "phone": "12" });
    assert_eq!(
        told(wrong).await,
        [
            "InvalidCharacters username",
            "InvalidPhoneNumber phone",
            "Required fullName",
            "UnknownValue clinics",
            "UnknownValue role",
            "WeakPassword password"
        ]
    );
    let gone = "cli_00000000000000000000000000";
    let nothing = json!({
        "username": "hind", "fullName": "هند", "role": "rol_00000000000000000000000000", "clinics": [gone],
        "clinicRoles": [
            { "clinicId": desk.clinic.clinic, "role": "primary_admin" }, { "clinicId": desk.clinic.clinic, "role": "nurse" },
        ],
    });
    assert_eq!(
        told(nothing).await,
        [
            "UnknownValue clinicRoles[0].role",
            "UnknownValue clinicRoles[1].clinicId",
            "UnknownValue clinics[0]",
            "UnknownValue role"
        ]
    );
    let branch =
        json!({ "username": "hind", "fullName": "هند", "role": "primary_admin", "clinics": [desk.clinic.clinic] });
    assert_eq!(told(branch).await, ["UnknownValue clinics"], "an owner has all clinics");
    let nowhere = json!({ "username": "hind", "fullName": "هند", "role": "nurse", "clinics": [] });
    assert_eq!(told(nowhere).await, ["UnknownValue clinics"], "whoever works nowhere is seen by nobody");
    let named = json!({ "username": "hind.alq", "fullName": "هند", "role": "nurse", "password": "hind.alq-7X" });
    assert_eq!(told(named).await, ["WeakPassword password"], "a password is not made of its owner's name");
    assert_eq!(cloud.items(), before);
}

#[tokio::test]
async fn a_name_is_one_persons_in_each_clinic_even_among_twenty_at_once() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let other = cloud.clinic("al-noor").await;
    let make = |clinic: &dawr_testkit::Clinic, n: usize| {
        let name = format!("{}هند", "ب".repeat(n));
        let body = json!({ "username": "hind@example.com", "fullName": name, "role": "nurse", "password": PASSWORD });
        cloud.post("/api/users").as_(&clinic.owner).json(&body)
    };
    let answers = join_all((1..=20).map(|n| make(if n % 2 == 0 { &clinic } else { &other }, n).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 2);
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.code() == "UsernameTaken"));
    assert_eq!(cloud.items_of("counts").iter().filter(|counts| counts["members"]["N"] == "2").count(), 2);
}

#[tokio::test]
async fn a_plan_is_kept_even_among_ten_at_once() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    cloud.limit(&clinic, Limits { members: Some(4), clinics: None }).await;
    let make = |n: usize| {
        let body =
            json!({ "username": format!("member-{n}"), "fullName": "عضو", "role": "nurse", "password": PASSWORD });
        cloud.post("/api/users").as_(&clinic.owner).json(&body)
    };
    let answers = join_all((0..10).map(|n| make(n).send())).await;
    let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(made.len(), 3);
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.code() == "LimitReached"));
    // Whoever is deactivated makes room, and needs it to come back.
    let path = format!("/api/users/{}", id(&made[0].data()["id"]));
    cloud.delete(&path).as_(&clinic.owner).expect(204).await;
    make(20).expect(201).await;
    let back = cloud.put(&path).as_(&clinic.owner).json(&json!({ "active": true }));
    assert_eq!(back.expect_errors(409).await[0].0, "LimitReached");
}

#[tokio::test]
async fn what_is_done_to_members_is_in_the_trail_and_their_passwords_are_not() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let member = made(&cloud, &clinic, "hind", json!({ "role": "nurse" })).await;
    let path = format!("/api/users/{}", id(&member["id"]));
    cloud.put(&path).as_(&clinic.owner).json(&json!({ "role": "doctor" })).expect(200).await;
    let reset = cloud.post(&format!("{path}/reset-password")).as_(&clinic.owner).expect(200).await;
    let trail = serde_json::to_string(&cloud.items_of("audit")).unwrap();
    for action in ["create_user", "update_user", "reset_user_password"] {
        assert!(trail.contains(action), "{action}");
    }
    let everything = format!("{:?}", cloud.items());
    assert!(!everything.contains(reset["temporaryPassword"].as_str().unwrap()), "it is kept nowhere");
    let me = signed_in(&cloud, &clinic, "hind", reset["temporaryPassword"].as_str().unwrap()).await;
    assert_eq!(me.data()["must"], "changePassword");
    assert!(!token(&me).is_empty());
    assert!(cloud.member(&clinic, Role::Nurse).await.role == Role::Nurse);
}
