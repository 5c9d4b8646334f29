//! `/api/users/me`

use dawr_api::role::Role;
use dawr_testkit::{PASSWORD, TestCloud};
use futures::future::join_all;
use serde_json::json;

#[tokio::test]
async fn a_member_sees_what_the_role_permits() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let me = cloud.get("/api/users/me").as_(&clinic.owner).send_expecting(200).await;
    insta::assert_json_snapshot!(me.body, {
        ".data.id" => "[member]",
        ".data.clinics[0]" => "[clinic]",
        ".data.tenant.id" => "[tenant]",
    });
    for role in Role::ALL {
        let person = cloud.member(&clinic, *role).await;
        let me = cloud.get("/api/users/me").as_(&person).expect(200).await;
        assert_eq!(me["id"], person.id.to_string());
        assert_eq!(me["role"], role.as_str());
    }
}

#[tokio::test]
async fn a_profile_is_replaced_as_a_whole() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let full = json!({
        "fullName": " سارة  ", "phone": "٠٥٥١٢٣٤٥٦٧", "email": "Sara@Example.com", "currentPassword": PASSWORD,
    });
    let changed = cloud.put("/api/users/me").as_(&clinic.owner).json(&full).expect(200).await;
    assert_eq!(changed["fullName"], "سارة");
    assert_eq!(changed["phone"], "+966551234567");
    assert_eq!(changed["email"], "sara@example.com");
    assert_eq!(changed, cloud.get("/api/users/me").as_(&clinic.owner).expect(200).await);
    let bare =
        cloud.put("/api/users/me").as_(&clinic.owner).json(&json!({ "fullName": "سارة", "currentPassword": PASSWORD }));
    let bare = bare.expect(200).await;
    assert_eq!((bare["phone"].is_null(), bare["email"].is_null()), (true, true));
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let wrong = json!({ "fullName": "a\u{0007}b", "phone": 12, "email": "sara@", "role": "primary_admin" });
    let mut errors = cloud.put("/api/users/me").as_(&clinic.owner).json(&wrong).expect_errors(422).await;
    errors.sort();
    let expected = [
        ("InvalidCharacters", "fullName"),
        ("InvalidFormat", "email"),
        ("UnknownField", "role"),
        ("WrongType", "phone"),
    ];
    assert_eq!(errors, expected.map(|(code, field)| (code.to_owned(), field.to_owned())));
    // Whether it is a number at all, only the clinic's region tells.
    let no_phone = json!({ "fullName": "", "phone": "12" });
    let errors = cloud.put("/api/users/me").as_(&clinic.owner).json(&no_phone).expect_errors(422).await;
    let expected = [("Required", "fullName"), ("InvalidPhoneNumber", "phone")];
    assert_eq!(errors, expected.map(|(code, field)| (code.to_owned(), field.to_owned())));
}

#[tokio::test]
async fn a_change_of_a_version_that_is_gone_is_refused() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let name = |n: usize| json!({ "fullName": format!("سارة {}", "ب".repeat(n + 1)) });
    let change = |n: usize| cloud.put("/api/users/me").as_(&clinic.owner).json(&name(n));
    for wrong in ["x", "", "-1", "1.5", "W/\"1\"", "99999999999999999999999"] {
        let errors = change(0).header("if-match", wrong).expect_errors(400).await;
        assert_eq!(errors[0].0, "InvalidVersion", "{wrong}");
    }
    let answers = join_all((0..20).map(|n| change(n).header("if-match", "\"1\"").send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 412)));
    change(0).header("if-match", "2").expect(200).await;
    change(0).header("if-match", "*").expect(200).await;
    assert_eq!(change(0).header("if-match", "\"2\"").expect_errors(412).await[0].0, "StaleVersion");
}

#[tokio::test]
async fn a_member_who_is_gone_is_nobody() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let other = cloud.clinic("al-noor").await;
    // A member of one tenant is nobody in another one.
    let token = cloud.token(&cloud.claims(&clinic, other.owner.id, Role::PrimaryAdmin));
    cloud.get("/api/users/me").as_(&token).expect_errors(401).await;
}

/// Codes go to the phone: whoever holds a token only must not turn them to a phone of their own.
#[tokio::test]
async fn another_phone_is_said_with_the_password_and_the_one_before_is_told() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let put = |phone: Option<&str>, password: Option<&str>| {
        let body = json!({ "fullName": "سارة الأحمد", "phone": phone, "currentPassword": password });
        cloud.put("/api/users/me").as_(&clinic.owner).json(&body)
    };
    let asked = put(Some("0551230001"), None).expect_errors(422).await;
    assert_eq!(asked, [("Required".to_owned(), "currentPassword".to_owned())]);
    let wrong = put(Some("0551230001"), Some("Wrong-horse 9")).expect_errors(422).await;
    assert_eq!(wrong, [("WrongPassword".to_owned(), "currentPassword".to_owned())]);
    put(Some("0551230001"), Some(PASSWORD)).expect(200).await;
    put(Some("0551230001"), None).expect(200).await;
    put(None, None).expect_errors(422).await;
    put(Some("0551230002"), Some(PASSWORD)).expect(200).await;
    cloud.settle().await;
    let told = cloud.received_by("+966551230001").await;
    assert!(told.len() == 1 && told[0].text.contains("لم يعد هذا رقم هاتفك"), "{told:?}");
    assert!(cloud.received_by("+966551230002").await.is_empty());
    // Nor is there a way around it, as whoever manages members.
    let path = format!("/api/users/{}", clinic.owner.id);
    let around = cloud.put(&path).as_(&clinic.owner).json(&json!({ "phone": "0551230003" })).expect_errors(403).await;
    assert_eq!(around, [("NotOneself".to_owned(), "phone".to_owned())]);
    // And it is guessed at as often as at a sign-in.
    for _ in 0..9 {
        put(Some("0551230004"), Some("Wrong-horse 9")).expect_errors(422).await;
    }
    put(Some("0551230004"), Some(PASSWORD)).expect_errors(429).await;
}
