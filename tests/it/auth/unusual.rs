//! Sign-ins that are out of the ordinary.

use std::time::Duration;

use dawr_api::role::Role;
use dawr_testkit::{Answer, Call, Clinic, PASSWORD, Person, TestCloud};
use futures::future::join_all;
use serde_json::{Value, json};

use super::edge::{EDGE, behind_an_edge};
use crate::{
    users::{made, token},
    world::{code_in, enrol, id},
};

const PHONE: &str = "+966551230001";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn login<'a>(cloud: &'a TestCloud, clinic: &Clinic, device: Option<&str>, code: Option<&str>) -> Call<'a> {
    let body = json!({ "clinic": clinic.slug, "username": "hind", "password": PASSWORD, "code": code });
    let call = cloud.post("/api/auth/login").json(&body);
    match device {
        Some(device) => call.cookie(device),
        None => call,
    }
}

/// A clinic with somebody who has signed in once; and their browser.
async fn with_hind(cloud: &TestCloud, phone: Option<&str>) -> (Clinic, String) {
    let clinic = cloud.clinic("al-shifa").await;
    made(cloud, &clinic, "hind", json!({ "role": "nurse", "phone": phone })).await;
    let first = login(cloud, &clinic, None, None).send_expecting(200).await;
    (clinic, first.device())
}

/// The last text that came to the phone.
async fn text(cloud: &TestCloud) -> String {
    cloud.settle().await;
    cloud.received_by(PHONE).await.last().map(|text| text.text.clone()).unwrap_or_default()
}

async fn history(cloud: &TestCloud, answer: &Answer) -> Vec<(String, Value)> {
    let history = cloud.get("/api/auth/history").as_(&token(answer)).expect(200).await;
    let items = history["items"].as_array().unwrap().iter();
    items.map(|one| (id(&one["outcome"]), one["unusual"].clone())).collect()
}

#[tokio::test]
async fn a_new_device_is_asked_for_a_code_that_comes_to_the_phone_and_is_known_then() {
    let cloud = TestCloud::start().await;
    let (clinic, known) = with_hind(&cloud, Some(PHONE)).await;
    login(&cloud, &clinic, Some(&known), None).expect(200).await;
    assert_eq!(text(&cloud).await, "", "nothing is unusual");

    let agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36";
    let asked = login(&cloud, &clinic, None, None).header("user-agent", agent).send_expecting(401).await;
    assert_eq!(asked.errors(), [("SecondFactorNeeded".to_owned(), "code".to_owned())]);
    assert!(asked.text.contains("WhatsApp") && asked.cookie().is_none(), "{}", asked.text);
    let said = text(&cloud).await;
    assert!(said.contains("Chrome, Windows") && said.contains("عيادة al-shifa"), "{said}");
    let code = code_in(&said);
    let everything = serde_json::to_string(&cloud.items().into_values().collect::<Vec<_>>()).unwrap();
    assert!(!everything.contains(&format!("{code} ")), "what is kept of the code does not tell it");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(login(&cloud, &clinic, None, Some(wrong)).expect_errors(401).await[0].0, "InvalidCode");
    let entered = login(&cloud, &clinic, None, Some(&code)).send_expecting(200).await;
    let second = entered.device();
    assert_ne!(second, known);
    // Both are known now, and the code is used up.
    for one in [&known, &second] {
        login(&cloud, &clinic, Some(one), None).expect(200).await;
    }
    assert_eq!(login(&cloud, &clinic, None, Some(&code)).expect_errors(401).await[0].0, "InvalidCode");
    assert_eq!(cloud.received_by(PHONE).await.len(), 1);
    let history = history(&cloud, &entered).await;
    for outcome in ["codeNeeded", "wrongCode", "signedIn"] {
        assert!(history.contains(&(outcome.to_owned(), json!(["newDevice"]))), "{outcome}: {history:?}");
    }
}

#[tokio::test]
async fn another_country_and_an_odd_hour_are_unusual() {
    let cloud = behind_an_edge().await;
    let (clinic, known) = with_hind(&cloud, Some(PHONE)).await;
    let unproven =
        |country: &str| login(&cloud, &clinic, Some(&known), None).header("cloudfront-viewer-country", country);
    let from = |country: &str| unproven(country).header("x-dawr-edge-proof", EDGE);
    // At noon, for a fortnight.
    for _ in 0..14 {
        from("SA").expect(200).await;
        cloud.advance(DAY);
    }
    from("sa, DE").expect(200).await;
    unproven("DE").expect(200).await;
    unproven("DE").header("x-dawr-edge-proof", "an-edge").expect(200).await;
    from("DE").expect_errors(401).await;
    assert!(!text(&cloud).await.is_empty());
    cloud.advance(Duration::from_secs(2 * 60 * 60));
    from("SA").expect(200).await;
    cloud.advance(Duration::from_secs(12 * 60 * 60));
    from("SA").expect_errors(401).await;
    let code = code_in(&text(&cloud).await);
    let entered = login(&cloud, &clinic, Some(&known), Some(&code)).send_expecting(200).await;
    assert_eq!(history(&cloud, &entered).await[0], ("signedIn".to_owned(), json!(["oddHour"])));
}

#[tokio::test]
async fn who_cannot_be_asked_is_let_in_and_finds_it_in_the_history() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud, None).await;
    let entered = login(&cloud, &clinic, None, None).send_expecting(200).await;
    assert!(history(&cloud, &entered).await.contains(&("signedIn".to_owned(), json!(["newDevice"]))));
    cloud.settle().await;
    assert!(cloud.received().await.is_empty());
}

#[tokio::test]
async fn who_has_a_second_factor_is_told() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let app = enrol(&cloud, &clinic.owner).await;
    cloud.confirm_second_factor(&clinic, &clinic.owner).await;
    cloud.change(&clinic, clinic.owner.id, |owner| owner.phone = PHONE.parse().ok()).await;
    let body = json!({
        "clinic": "al-shifa", "username": "owner", "password": PASSWORD, "code": app.code(cloud.clock().now()),
    });
    cloud.post("/api/auth/login").json(&body).expect(200).await;
    let said = text(&cloud).await;
    assert!(said.contains("غير المعتاد"), "{said}");
    assert_eq!(cloud.received_by(PHONE).await.len(), 1);
}

#[tokio::test]
async fn a_tenant_may_choose_not_to_look() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud, Some(PHONE)).await;
    let settings = json!({ "security": { "watchesSignIns": false } });
    cloud.patch("/api/tenants/me").as_(&clinic.owner).json(&settings).expect(200).await;
    login(&cloud, &clinic, None, None).expect(200).await;
    assert_eq!(text(&cloud).await, "");
}

#[tokio::test]
async fn codes_are_neither_guessed_nor_sent_without_end() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud, Some(PHONE)).await;
    // One that is on its way is not sent again.
    for _ in 0..3 {
        login(&cloud, &clinic, None, None).expect_errors(401).await;
    }
    let code = code_in(&text(&cloud).await);
    assert_eq!(cloud.received_by(PHONE).await.len(), 1);
    for n in 0..7 {
        login(&cloud, &clinic, None, Some(&format!("00000{n}"))).expect_errors(401).await;
    }
    login(&cloud, &clinic, None, Some(&code)).expect_errors(429).await;
    cloud.advance(Duration::from_secs(15 * 60));
    assert_eq!(login(&cloud, &clinic, None, Some(&code)).expect_errors(401).await[0].0, "InvalidCode", "it is over");
    login(&cloud, &clinic, None, None).expect_errors(401).await;
    let code = code_in(&text(&cloud).await);
    login(&cloud, &clinic, None, Some(&code)).expect(200).await;
}

#[tokio::test]
async fn a_code_is_good_once_and_sign_ins_at_once_do_not_stand_in_each_others_way() {
    let cloud = TestCloud::start().await;
    let (clinic, known) = with_hind(&cloud, Some(PHONE)).await;
    login(&cloud, &clinic, None, None).expect_errors(401).await;
    let code = code_in(&text(&cloud).await);
    let answers = join_all((0..4).map(|_| login(&cloud, &clinic, None, Some(&code)).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    cloud.advance(Duration::from_secs(15 * 60));
    let answers = join_all((0..6).map(|_| login(&cloud, &clinic, Some(&known), None).send())).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
}

/// Somebody in two clinics, whose phone is known in each; signed in to the first one, from a browser that it knows.
async fn in_two(cloud: &TestCloud) -> (Clinic, Clinic, String) {
    let (clinic, known) = with_hind(cloud, Some(PHONE)).await;
    let host = cloud.clinic("al-noor").await;
    let found = cloud.get("/api/users?role=nurse").as_(&clinic.owner).expect(200).await;
    cloud.join(&host, id(&found["items"][0]["id"]).parse().unwrap(), &clinic).await;
    (clinic, host, known)
}

#[tokio::test]
async fn what_one_tenant_has_seen_is_no_sign_for_another() {
    let cloud = TestCloud::start().await;
    let (clinic, host, known) = in_two(&cloud).await;
    let home = token(&login(&cloud, &clinic, Some(&known), None).send_expecting(200).await);
    let switch = |from: &str, device: &str, code: Option<&str>| {
        let body = json!({ "tenantId": host.tenant.to_string(), "code": code });
        cloud.post("/api/auth/switch").as_(from).cookie(device).json(&body)
    };
    // The host has never seen them: it asks, over its own number.
    let asked = switch(&home, &known, None).expect_errors(401).await;
    assert_eq!(asked, [("SecondFactorNeeded".to_owned(), "code".to_owned())]);
    let said = text(&cloud).await;
    assert!(said.contains("عيادة al-noor"), "{said}");
    assert_eq!(switch(&home, &known, Some("000000")).expect_errors(401).await[0].0, "InvalidCode");
    let there = switch(&home, &known, Some(&code_in(&said))).send_expecting(200).await;
    assert_eq!(there.device(), known, "the browser stays the same one");
    switch(&home, &known, None).expect(200).await;
    let history = history(&cloud, &there).await;
    for outcome in ["codeNeeded", "wrongCode", "signedIn"] {
        assert!(history.contains(&(outcome.to_owned(), json!(["newDevice"]))), "{outcome}: {history:?}");
    }
    // Within a tenant it is the same sign-in.
    let stay = json!({ "tenantId": clinic.tenant.to_string() });
    cloud.post("/api/auth/switch").as_(&home).json(&stay).expect(200).await;

    // A thief who knows the password comes in by the one and is asked by the other.
    let other = cloud.clinic("al-amal").await;
    let found = cloud.get("/api/users?role=nurse").as_(&clinic.owner).expect(200).await;
    cloud.join(&other, id(&found["items"][0]["id"]).parse().unwrap(), &clinic).await;
    let lax = json!({ "security": { "watchesSignIns": false } });
    cloud.patch("/api/tenants/me").as_(&other.owner).json(&lax).expect(200).await;
    let thief = token(&login(&cloud, &other, None, None).send_expecting(200).await);
    let body = json!({ "tenantId": clinic.tenant.to_string() });
    let asked = cloud.post("/api/auth/switch").as_(&thief).json(&body).expect_errors(401).await;
    assert_eq!(asked[0].0, "SecondFactorNeeded");
}

#[tokio::test]
async fn whoever_comes_to_a_second_place_first_by_its_own_door_is_asked_too() {
    let cloud = TestCloud::start().await;
    let (_, host, _) = in_two(&cloud).await;
    login(&cloud, &host, None, None).expect_errors(401).await;
    let code = code_in(&text(&cloud).await);
    login(&cloud, &host, None, Some(&code)).expect(200).await;
}

#[tokio::test]
async fn who_is_out_of_reach_is_not_locked_out() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud, Some(PHONE)).await;
    // The phone is not on WhatsApp: nobody knows before it was tried once.
    cloud.fault("error:131026", Some(PHONE), 1).await;
    login(&cloud, &clinic, None, None).expect_errors(401).await;
    cloud.settle().await;
    cloud.advance(Duration::from_secs(60));
    login(&cloud, &clinic, None, None).expect(200).await;
    // They write from it: it can be reached again.
    cloud.reply(&clinic, PHONE, "مرحبا").await;
    cloud.settle().await;
    login(&cloud, &clinic, None, None).expect_errors(401).await;
    // The clinic's number is stopped by Meta, which some other message has met.
    cloud.advance(Duration::from_secs(15 * 60));
    cloud.fault("error:190", None, 1).await;
    let owner = cloud.renewed(&clinic, &clinic.owner);
    let invite = json!({ "role": "nurse", "phone": "0551239999" });
    cloud.post("/api/auth/invite").as_(&owner).json(&invite).expect(201).await;
    cloud.settle().await;
    login(&cloud, &clinic, None, None).expect(200).await;
    // They want no messages.
    cloud.advance(Duration::from_secs(20 * 60));
    cloud.reply(&clinic, PHONE, "إيقاف").await;
    cloud.settle().await;
    login(&cloud, &clinic, None, None).expect(200).await;
}

#[tokio::test]
async fn a_second_factor_is_guessed_at_no_more_often_in_two_places() {
    let cloud = TestCloud::start().await;
    let (clinic, known) = with_hind(&cloud, Some(PHONE)).await;
    let host = cloud.clinic("al-noor").await;
    let session = login(&cloud, &clinic, Some(&known), None).send_expecting(200).await;
    let member = id(&session.data()["user"]["id"]).parse().unwrap();
    let hind = Person { id: member, role: Role::Nurse, token: token(&session) };
    enrol(&cloud, &hind).await;
    cloud.confirm_second_factor(&clinic, &hind).await;
    cloud.join(&host, member, &clinic).await;
    for n in 0..10 {
        let at = if n % 2 == 0 { &clinic } else { &host };
        login(&cloud, at, Some(&known), Some(&format!("00000{n}"))).expect_errors(401).await;
    }
    for at in [&clinic, &host] {
        login(&cloud, at, Some(&known), Some("000000")).expect_errors(429).await;
    }
}

/// Whoever knows the password comes in by a tenant that does not ask, but changes nothing that counts where they would be asked.
#[tokio::test]
async fn what_is_the_persons_own_is_not_changed_from_a_browser_that_another_tenant_does_not_know() {
    let cloud = TestCloud::start().await;
    let (clinic, host, known) = in_two(&cloud).await;
    login(&cloud, &clinic, Some(&known), None).expect(200).await;
    let lax = json!({ "security": { "watchesSignIns": false } });
    cloud.patch("/api/tenants/me").as_(&host.owner).json(&lax).expect(200).await;
    let thief = token(&login(&cloud, &host, None, None).send_expecting(200).await);
    let refused = |errors: Vec<(String, String)>| assert_eq!(errors[0].0, "UnknownBrowser");
    let mine = json!({ "password": PASSWORD });
    refused(cloud.post("/api/auth/second-factor").as_(&thief).json(&mine).expect_errors(403).await);
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "Blue-kettle 72" });
    refused(cloud.put("/api/users/me/change-password").as_(&thief).json(&change).expect_errors(403).await);
    assert_eq!(text(&cloud).await, "");
    // From their own browser, at the same place, the person does both; and every phone is told.
    let own = login(&cloud, &host, Some(&known), None).send_expecting(200).await;
    let changed = cloud.put("/api/users/me/change-password").as_(&token(&own)).cookie(&known).json(&change);
    let own = token(&changed.send_expecting(200).await);
    cloud.settle().await;
    let told: Vec<_> = cloud.received_by(PHONE).await.into_iter().map(|text| text.text).collect();
    for name in ["عيادة al-shifa", "عيادة al-noor"] {
        assert!(told.iter().any(|text| text.contains("تغيّرت كلمة مرورك") && text.contains(name)), "{told:?}");
    }
    let mine = json!({ "password": "Blue-kettle 72" });
    let stage = cloud.post("/api/auth/second-factor").as_(&own).cookie(&known).json(&mine).expect(200).await;
    let bytes = data_encoding::BASE32_NOPAD.decode(stage["secret"].as_str().unwrap().as_bytes()).unwrap();
    let code = json!({ "code": dawr_identity::totp::Secret::from_bytes(&bytes).unwrap().code(cloud.clock().now()) });
    refused(cloud.post("/api/auth/second-factor/confirm").as_(&own).json(&code).expect_errors(403).await);
    cloud.post("/api/auth/second-factor/confirm").as_(&own).cookie(&known).json(&code).expect(200).await;
    assert!(text(&cloud).await.contains("عامل ثانٍ"));
}

#[tokio::test]
async fn of_many_right_passwords_at_once_one_sends_a_code() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud, Some(PHONE)).await;
    let answers = join_all((0..8).map(|_| login(&cloud, &clinic, None, None).send())).await;
    assert!(answers.iter().all(|answer| answer.status == 401), "{answers:?}");
    let code = code_in(&text(&cloud).await);
    assert_eq!(cloud.received_by(PHONE).await.len(), 1);
    cloud.advance(Duration::from_secs(5 * 60));
    login(&cloud, &clinic, None, Some(&code)).expect(200).await;
}
