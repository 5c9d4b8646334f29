//! `/api/tenants/me`

use dawr_api::role::{Coverage, Role};
use dawr_testkit::TestCloud;
use serde_json::json;

use crate::desk::Desk;

const ME: &str = "/api/tenants/me";

#[tokio::test]
async fn what_is_left_out_stays() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let before = desk.get(ME).expect(200).await;
    let change = json!({
        "name": "مجموعة الشفاء",
        "weekend": ["sunday", "saturday", "sunday"],
        "branding": { "color": "#0F766E", "logoUrl": "https://cdn.example.com/logo.png" },
        "security": { "idleMinutes": 30, "allowedAddresses": ["192.0.2.9/24", "2001:db8::/32"] },
        "retention": { "auditDays": 365 },
    });
    let changed = desk.patch(ME, change).expect(200).await;
    assert_eq!(changed["name"], "مجموعة الشفاء");
    assert_eq!(changed["weekend"], json!(["saturday", "sunday"]));
    assert_eq!(changed["branding"], json!({ "color": "#0f766e", "logoUrl": "https://cdn.example.com/logo.png" }));
    assert_eq!(changed["security"]["allowedAddresses"], json!(["192.0.2.0/24", "2001:db8::/32"]));
    assert_eq!(changed["security"]["idleMinutes"], 30);
    assert_eq!(changed["security"]["absoluteHours"], before["security"]["absoluteHours"]);
    assert_eq!(changed["retention"]["auditDays"], 365);
    for same in ["id", "slug", "kind", "locale", "timezone", "region", "limits", "firstClinic", "createdAt"] {
        assert_eq!(changed[same], before[same], "{same}");
    }
    let bare = desk.patch(ME, json!({ "branding": { "logoUrl": null } })).expect(200).await;
    assert_eq!(bare["branding"], json!({ "color": "#0f766e", "logoUrl": null }));
    assert_eq!(desk.patch(ME, json!({})).expect(200).await["name"], "مجموعة الشفاء");
}

#[tokio::test]
async fn how_people_sign_in_is_shown_to_who_may_change_it() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    assert!(desk.get(ME).expect(200).await["security"].is_object());
    let nurse = desk.with(cloud.member(&desk.clinic, Role::Nurse).await);
    let seen = nurse.get(ME).expect(200).await;
    assert!(seen.get("security").is_none() && seen["weekend"].is_array());
    nurse.patch(ME, json!({ "name": "عيادتي" })).expect_errors(403).await;
}

#[tokio::test]
async fn who_covers_one_clinic_does_not_set_all_of_them_up() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let there = Coverage::Only(vec![desk.clinic.clinic]);
    let head = desk.with(cloud.member_in(&desk.clinic, Role::Manager, there).await);
    let errors = head.patch(ME, json!({ "name": "عيادتي" })).expect_errors(403).await;
    assert_eq!(errors, [("Forbidden".into(), String::new())]);
    assert!(head.get(ME).expect(200).await.get("security").is_none(), "nor sees how all of them sign in");
}

#[tokio::test]
async fn nobody_locks_themselves_out() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let only = |networks: &[&str]| json!({ "security": { "allowedAddresses": networks } });
    let errors = desk.patch(ME, only(&["203.0.113.0/24"])).expect_errors(422).await;
    assert_eq!(errors, [("LocksYouOut".into(), "security.allowedAddresses".into())]);
    desk.patch(ME, only(&["203.0.113.0/24", "192.0.2.1"])).expect(200).await;
    desk.get(ME).expect(200).await;
    desk.patch(ME, only(&[])).expect(200).await;
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let before = cloud.items();
    let wrong = json!({
        "name": "", "kind": "spa", "locale": "fr", "timezone": "Riyadh", "region": "ZZ", "weekend": ["fryday"],
        "branding": { "color": "red", "logoUrl": "http://example.com" },
        "retention": { "auditDays": 364 },
        "security": {
            "idleMinutes": 4, "absoluteHours": 2161, "allowedAddresses": ["home"], "secondFactorRoles": ["boss"],
            "watchesSignIns": "yes",
        },
        "slug": "other",
    });
    let mut errors = desk.patch(ME, wrong).expect_errors(422).await;
    errors.sort_by(|a, b| a.1.cmp(&b.1));
    insta::assert_json_snapshot!(errors);
    let week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let missing = "rol_00000000000000000000000000";
    let long = json!({
        "weekend": week,
        "security": { "allowedAddresses": vec!["192.0.2.1"; 51], "secondFactorRoles": ["nurse", missing] },
    });
    let errors = desk.patch(ME, long).expect_errors(422).await;
    let expected = [
        ("TooMany", "weekend"),
        ("TooMany", "security.allowedAddresses"),
        ("NotFound", "security.secondFactorRoles[1]"),
    ];
    assert_eq!(errors, expected.map(|(code, field)| (code.to_owned(), field.to_owned())));
    assert_eq!(cloud.items(), before);
}

#[tokio::test]
async fn a_change_of_a_version_that_is_gone_is_refused() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    desk.patch(ME, json!({ "locale": "en" })).header("if-match", "\"1\"").expect(200).await;
    let errors = desk.patch(ME, json!({ "locale": "ar" })).header("if-match", "\"1\"").expect_errors(412).await;
    assert_eq!(errors[0].0, "StaleVersion");
}
