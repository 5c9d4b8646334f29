//! `/api/auth/invite`, `/api/auth/invitations`, `/api/auth/accept-invite`, `/api/auth/join`

use std::time::Duration;

use dawr_api::{
    role::{Coverage, Role},
    tenant::Limits,
};
use dawr_testkit::{Answer, Call, Clinic, PASSWORD, TestCloud};
use futures::future::join_all;
use serde_json::{Value, json};

use super::{made, signed_in, token};
use crate::{desk::Desk, world::id};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// What somebody chooses who accepts.
const CHOSEN: &str = "Blue-kettle 72";

async fn invited(desk: &Desk<'_>, body: Value) -> Value {
    desk.post("/api/auth/invite", body).expect(201).await
}

fn accepting<'a>(cloud: &'a TestCloud, token: &Value, username: &str) -> Call<'a> {
    let body = json!({ "token": token, "username": username, "password": CHOSEN, "fullName": "ريم الدوسري" });
    cloud.post("/api/auth/accept-invite").json(&body)
}

/// The one way in which a token is refused.
async fn assert_invalid(call: Call<'_>) {
    let errors = call.expect_errors(422).await;
    assert_eq!(errors, [("InvitationInvalid".to_owned(), "token".to_owned())]);
}

async fn states(desk: &Desk<'_>) -> Vec<String> {
    desk.all("/api/auth/invitations?pageSize=2").await.iter().map(|one| id(&one["state"])).collect()
}

#[tokio::test]
async fn somebody_new_is_invited_looks_accepts_and_works() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let body = json!({ "role": "receptionist", "fullName": "ريم", "email": "Reem@example.com", "hours": 48 });
    let invitation = invited(&desk, body).await;
    let link = id(&invitation["link"]);
    assert!(link.ends_with(&format!("/invite#{}", id(&invitation["token"]))), "{link}");
    assert_eq!(invitation["sent"], false, "there is no phone");
    insta::assert_json_snapshot!(invitation, {
        ".id" => "[invitation]", ".invitedBy" => "[member]", ".token" => "[token]", ".link" => "[link]"
    });

    let looked = cloud.post("/api/auth/invitation").json(&json!({ "token": invitation["token"] })).expect(200).await;
    insta::assert_json_snapshot!(looked, { ".tenant.id" => "[tenant]" });

    let joined = accepting(&cloud, &invitation["token"], "Reem").expect(201).await;
    assert_eq!((&joined["username"], &joined["tenant"]["slug"]), (&json!("reem"), &json!("al-shifa")));
    let session = signed_in(&cloud, &desk.clinic, "reem", CHOSEN).await;
    let me = cloud.get("/api/users/me").as_(&token(&session)).expect(200).await;
    assert_eq!(
        (&me["role"], &me["fullName"], &me["email"], &me["id"]),
        (&json!("receptionist"), &json!("ريم الدوسري"), &json!("reem@example.com"), &joined["memberId"])
    );
    let listed = desk.all("/api/auth/invitations").await;
    assert_eq!((&listed[0]["state"], &listed[0]["memberId"]), (&json!("accepted"), &joined["memberId"]));
    assert!(listed[0].get("token").is_none() && listed[0].get("link").is_none());

    // Once is once, and nothing of the token is kept.
    assert_invalid(accepting(&cloud, &invitation["token"], "other")).await;
    let everything = serde_json::to_string(&cloud.items().into_values().collect::<Vec<_>>()).unwrap();
    let secret = link.rsplit('.').next().unwrap();
    assert!(!everything.contains(secret));
}

#[tokio::test]
async fn a_link_goes_to_the_phone_where_there_is_a_way() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let body = json!({ "role": "nurse", "phone": "0551239876" });
    let invitation = invited(&desk, body.clone()).await;
    assert_eq!(invitation["sent"], true);
    cloud.settle().await;
    let texts = cloud.received_by("+966551239876").await;
    assert_eq!(texts.len(), 1);
    assert!(texts[0].text.contains(invitation["link"].as_str().unwrap()), "{}", texts[0].text);
    assert!(texts[0].text.starts_with("تدعوك"), "{}", texts[0].text);
    // It is nobody else's to read: in no list, and forgotten once it is sent.
    let messages = desk.all("/api/messages?pageSize=50").await;
    assert_eq!(messages, Vec::<Value>::new());
    let everything = serde_json::to_string(&cloud.items().into_values().collect::<Vec<_>>()).unwrap();
    assert!(!everything.contains(id(&invitation["token"]).rsplit('.').next().unwrap()));

    let again = desk.post(&format!("/api/auth/invitations/{}/resend", id(&invitation["id"])), json!({}));
    let again = again.without("content-type").expect(200).await;
    cloud.settle().await;
    assert_eq!(cloud.received_by("+966551239876").await.len(), 2);
    assert_invalid(accepting(&cloud, &invitation["token"], "reem")).await;
    accepting(&cloud, &again["token"], "reem").expect(201).await;

    // Whoever wants no messages gets none: the link is handed over.
    cloud.reply(&desk.clinic, "+966551239876", "إيقاف").await;
    cloud.settle().await;
    assert_eq!(invited(&desk, body).await["sent"], false);
}

#[tokio::test]
async fn a_token_is_good_for_its_hours_until_it_is_revoked_or_renewed() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let mut made = Vec::new();
    for _ in 0..4 {
        made.push(invited(&desk, json!({ "role": "nurse" })).await);
        cloud.advance(Duration::from_millis(2));
    }
    let path = |n: usize| format!("/api/auth/invitations/{}", id(&made[n]["id"]));
    desk.delete(&path(1)).expect(204).await;
    desk.delete(&path(1)).expect(204).await;
    accepting(&cloud, &made[3]["token"], "third").expect(201).await;
    assert_eq!(states(&desk).await, ["accepted", "pending", "revoked", "pending"]);
    assert_invalid(accepting(&cloud, &made[1]["token"], "first")).await;
    let decided = |errors: Vec<(String, String)>| assert_eq!(errors[0].0, "InvitationDecided");
    for n in [1, 3] {
        decided(desk.post(&format!("{}/resend", path(n)), json!({})).without("content-type").expect_errors(409).await);
    }
    decided(desk.delete(&path(3)).expect_errors(409).await);

    cloud.advance(HOUR * 72 - Duration::from_millis(9));
    accepting(&cloud, &made[0]["token"], "in-time").expect(201).await;
    cloud.advance(Duration::from_millis(8));
    assert_invalid(accepting(&cloud, &made[2]["token"], "late")).await;
    let desk = desk.renewed();
    assert_eq!(states(&desk).await, ["accepted", "expired", "revoked", "accepted"]);
    let again = desk.post(&format!("{}/resend", path(2)), json!({})).without("content-type").expect(200).await;
    assert_eq!((&again["state"], &again["version"]), (&json!("pending"), &json!(2)));
    accepting(&cloud, &again["token"], "late").expect(201).await;
    // A month later nobody asks any more.
    cloud.advance(HOUR * 24 * 40);
    assert_eq!(states(&desk.renewed()).await, Vec::<String>::new());
}

#[tokio::test]
async fn of_twenty_who_accept_at_once_one_joins() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let invitation = invited(&desk, json!({ "role": "nurse" })).await;
    let tries = (0..20).map(|n| accepting(&cloud, &invitation["token"], &format!("reem-{n}")).send());
    let answers: Vec<Answer> = join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 422 | 429 | 503)));
    assert_eq!(desk.all("/api/users?role=nurse").await.len(), 1);
}

#[tokio::test]
async fn nobody_invites_to_more_than_they_have() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let manager = cloud.member(&desk.clinic, Role::Manager).await;
    let invite = |role: &str| cloud.post("/api/auth/invite").as_(&manager).json(&json!({ "role": role }));
    for role in ["primary_admin", "secondary_admin"] {
        assert_eq!(invite(role).expect_errors(403).await[0].0, "ExceedsOwnRights", "{role}");
    }
    invite("doctor").expect(201).await;
    let branch = id(&desk.post("/api/clinics", json!({ "name": "العليا", "slug": "olaya" })).expect(201).await["id"]);
    let there = cloud.member_in(&desk.clinic, Role::Manager, Coverage::Only(vec![branch.parse().unwrap()])).await;
    let invite = |body: Value| cloud.post("/api/auth/invite").as_(&there).json(&body);
    let own = invite(json!({ "role": "nurse" })).expect(201).await;
    assert_eq!(own["clinics"], json!([branch]), "their own clinics, unless said");
    let beyond = invite(json!({ "role": "nurse", "clinics": "all" })).expect_errors(403).await;
    assert_eq!(beyond[0].0, "ExceedsOwnRights");
    // Nor does anybody take back, or send again, what exceeds theirs.
    let owners = invited(&desk, json!({ "role": "secondary_admin" })).await;
    let path = format!("/api/auth/invitations/{}", id(&owners["id"]));
    assert_eq!(cloud.delete(&path).as_(&manager).expect_errors(403).await[0].0, "ExceedsOwnRights");
    let resend = cloud.post(&format!("{path}/resend")).as_(&manager);
    assert_eq!(resend.expect_errors(403).await[0].0, "ExceedsOwnRights");
}

#[tokio::test]
async fn what_the_inviter_may_not_give_any_more_is_not_given() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let mut tokens = Vec::new();
    let mut managers = Vec::new();
    for n in 0..2 {
        let name = format!("manager-{n}");
        managers.push(made(&cloud, &desk.clinic, &name, json!({ "role": "manager" })).await);
        let session = token(&signed_in(&cloud, &desk.clinic, &name, PASSWORD).await);
        let invite = cloud.post("/api/auth/invite").as_(&session).json(&json!({ "role": "manager" }));
        tokens.push(invite.expect(201).await["token"].clone());
    }
    let path = |n: usize| format!("/api/users/{}", id(&managers[n]["id"]));
    desk.put(&path(0), json!({ "role": "moderator" })).expect(200).await;
    desk.delete(&path(1)).expect(204).await;
    for (n, token) in tokens.iter().enumerate() {
        assert_invalid(accepting(&cloud, token, &format!("late-{n}"))).await;
        assert_invalid(cloud.post("/api/auth/invitation").json(&json!({ "token": token }))).await;
    }
    desk.put(&path(0), json!({ "role": "manager" })).expect(200).await;
    accepting(&cloud, &tokens[0], "in-time").expect(201).await;
    // A role that is gone is nobody's.
    let role = json!({ "title": "منسق", "permissions": ["queues:read"] });
    let role = id(&desk.post("/api/roles", role).expect(201).await["id"]);
    let invitation = invited(&desk, json!({ "role": role })).await;
    desk.delete(&format!("/api/roles/{role}")).expect(204).await;
    assert_invalid(accepting(&cloud, &invitation["token"], "nobody")).await;
    let resend = desk.post(&format!("/api/auth/invitations/{}/resend", id(&invitation["id"])), json!({}));
    assert_eq!(resend.without("content-type").expect_errors(422).await, [("UnknownValue".into(), "role".into())]);
}

#[tokio::test]
async fn the_plan_the_name_and_the_password_are_judged_when_somebody_accepts() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let invitation = invited(&desk, json!({ "role": "nurse" })).await;
    let accept = |body: Value| {
        let mut all = json!({ "token": invitation["token"], "username": "reem", "password": CHOSEN });
        all.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        cloud.post("/api/auth/accept-invite").json(&all)
    };
    assert_eq!(accept(json!({})).expect_errors(422).await, [("Required".into(), "fullName".into())]);
    let named = json!({ "fullName": "ريم الدوسري", "password": "Reem-reem-12" });
    assert_eq!(accept(named).expect_errors(422).await, [("WeakPassword".into(), "password".into())]);
    let taken = accept(json!({ "fullName": "ريم", "username": "OWNER" })).expect_errors(409).await;
    assert_eq!(taken, [("UsernameTaken".into(), "username".into())]);
    cloud.limit(&desk.clinic, Limits { members: Some(1), clinics: None }).await;
    assert_eq!(accept(json!({ "fullName": "ريم" })).expect_errors(409).await[0].0, "LimitReached");
    cloud.limit(&desk.clinic, Limits::default()).await;
    accept(json!({ "fullName": "ريم" })).expect(201).await;
}

fn joining<'a>(cloud: &'a TestCloud, who: &str, token: &Value) -> Call<'a> {
    cloud.post("/api/auth/join").as_(who).json(&json!({ "token": token, "password": CHOSEN }))
}

/// Somebody of a clinic, by name, with a password that they chose; with their session's token.
async fn member_of(cloud: &TestCloud, clinic: &Clinic, name: &str, contact: Value) -> String {
    let mut rights = json!({ "role": "doctor" });
    rights.as_object_mut().unwrap().extend(contact.as_object().unwrap().clone());
    made(cloud, clinic, name, rights).await;
    let first = token(&signed_in(cloud, clinic, name, PASSWORD).await);
    let change = json!({ "currentPassword": PASSWORD, "newPassword": CHOSEN });
    token(&cloud.put("/api/users/me/change-password").as_(&first).json(&change).send_expecting(200).await)
}

#[tokio::test]
async fn whoever_has_an_account_joins_with_it_and_works_in_both() {
    let cloud = TestCloud::start().await;
    let home = Desk::open(&cloud, "al-noor").await;
    let host = Desk::open(&cloud, "al-shifa").await;
    let contact = json!({ "phone": "0559990001", "email": "hind@example.com" });
    let hind = member_of(&cloud, &home.clinic, "hind", contact).await;
    let offer = json!({ "role": "nurse", "phone": "0558880002", "email": "evil@example.com", "fullName": "غيرها" });
    let invitation = invited(&host, offer).await;
    let joined = joining(&cloud, &hind, &invitation["token"]).expect(200).await;
    assert_eq!(joined["username"], "hind");
    let session = signed_in(&cloud, &host.clinic, "hind", CHOSEN).await;
    let me = cloud.get("/api/users/me").as_(&token(&session)).expect(200).await;
    // Neither the host nor those at home decide where codes go here: they say so themselves.
    assert_eq!((&me["phone"], &me["email"]), (&Value::Null, &Value::Null));
    assert_eq!((&me["role"], &me["fullName"]), (&json!("nurse"), &json!("عضو جديد")));
    let memberships = cloud.get("/api/auth/memberships").as_(&hind).expect(200).await;
    assert_eq!(memberships["items"].as_array().unwrap().len(), 2);
    let there = json!({ "tenantId": host.clinic.tenant.to_string() });
    cloud.post("/api/auth/switch").as_(&hind).json(&there).expect(200).await;
    // Another invitation to the same place is of no use.
    let again = invited(&host, json!({ "role": "doctor" })).await;
    assert_eq!(joining(&cloud, &hind, &again["token"]).expect_errors(409).await[0].0, "AlreadyMember");
    // The trail of the place that was joined tells of it; nobody may decide how they sign in any more.
    let entries = host.get("/api/audit?action=join").expect(200).await;
    assert_eq!(entries["items"][0]["actor"]["memberId"], joined["memberId"]);
    let path = format!("/api/users/{}", id(&joined["memberId"]));
    assert_eq!(host.put(&path, json!({ "phone": "0558880002" })).expect_errors(409).await[0].0, "IdentityShared");
}

#[tokio::test]
async fn whoever_joins_at_once_twice_is_a_member_once() {
    let cloud = TestCloud::start().await;
    let home = Desk::open(&cloud, "al-noor").await;
    let host = Desk::open(&cloud, "al-shifa").await;
    let hind = member_of(&cloud, &home.clinic, "hind", json!({})).await;
    let mut tokens = Vec::new();
    for _ in 0..4 {
        tokens.push(invited(&host, json!({ "role": "nurse" })).await["token"].clone());
    }
    let tries = (0..8).map(|n| {
        let body = json!({ "token": tokens[n % 4], "password": CHOSEN, "username": format!("hind-{n}") });
        cloud.post("/api/auth/join").as_(&hind).json(&body).send()
    });
    let answers = join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(host.all("/api/users?role=nurse").await.len(), 1);
}

#[tokio::test]
async fn whoever_is_out_does_not_join() {
    let cloud = TestCloud::start().await;
    let home = Desk::open(&cloud, "al-noor").await;
    let host = Desk::open(&cloud, "al-shifa").await;
    let hind = member_of(&cloud, &home.clinic, "hind", json!({})).await;
    let invitation = invited(&host, json!({ "role": "nurse" })).await;
    cloud.get("/api/users/me").as_(&hind).expect(200).await;
    cloud.delete("/api/auth/sessions?all=true").as_(&hind).expect(204).await;
    // Other functions may go by what they read for half a minute; this one looks.
    joining(&cloud, &hind, &invitation["token"]).expect_errors(401).await;
    assert_eq!(states(&host).await, ["pending"]);
}

#[tokio::test]
async fn invitations_are_counted() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    for _ in 0..50 {
        invited(&desk, json!({ "role": "nurse" })).await;
    }
    let refused = desk.post("/api/auth/invite", json!({ "role": "nurse" })).send_expecting(429).await;
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(states(&desk).await.len(), 50);
}

#[tokio::test]
async fn whoever_brings_a_password_along_that_somebody_else_knows_does_not_join() {
    let cloud = TestCloud::start().await;
    let home = Desk::open(&cloud, "al-noor").await;
    let host = Desk::open(&cloud, "al-shifa").await;
    made(&cloud, &home.clinic, "hind", json!({ "role": "doctor" })).await;
    let hind = token(&signed_in(&cloud, &home.clinic, "hind", PASSWORD).await);
    let invitation = invited(&host, json!({ "role": "nurse" })).await;
    let join = |who: &str, password: &str| {
        let body = json!({ "token": invitation["token"], "password": password });
        cloud.post("/api/auth/join").as_(who).json(&body)
    };
    assert_eq!(join(&hind, PASSWORD).expect_errors(403).await[0].0, "PasswordChangeRequired");
    let wrong = join(&hind, CHOSEN).expect_errors(422).await;
    assert_eq!(wrong, [("WrongPassword".to_owned(), "password".to_owned())]);
    let change = json!({ "currentPassword": PASSWORD, "newPassword": CHOSEN });
    let hind = cloud.put("/api/users/me/change-password").as_(&hind).json(&change).send_expecting(200).await;
    join(&token(&hind), CHOSEN).expect(200).await;
}

#[tokio::test]
async fn whoever_signs_in_with_an_address_joins_under_it_and_names_the_clinic_there() {
    let cloud = TestCloud::start().await;
    let home = Desk::open(&cloud, "al-noor").await;
    let host = Desk::open(&cloud, "al-shifa").await;
    let hind = member_of(&cloud, &home.clinic, "hind@example.com", json!({})).await;
    let invitation = invited(&host, json!({ "role": "nurse" })).await;
    joining(&cloud, &hind, &invitation["token"]).expect(200).await;
    let login = |clinic: Option<&str>| {
        let body = json!({ "clinic": clinic, "username": "Hind@Example.com", "password": CHOSEN });
        cloud.post("/api/auth/login").json(&body)
    };
    for (clinic, slug) in [(None, "al-noor"), (Some("al-noor"), "al-noor"), (Some("al-shifa"), "al-shifa")] {
        assert_eq!(login(clinic).expect(200).await["tenant"]["slug"], slug);
    }
    // Within a clinic the name is one person's; in another one it is free.
    let other = invited(&host, json!({ "role": "nurse" })).await;
    let taken = accepting(&cloud, &other["token"], "hind@example.com").expect_errors(409).await;
    assert_eq!(taken[0].0, "UsernameTaken");
    let elsewhere = Desk::open(&cloud, "al-amal").await;
    let other = invited(&elsewhere, json!({ "role": "nurse" })).await;
    accepting(&cloud, &other["token"], "hind@example.com").expect(201).await;
}

#[tokio::test]
async fn a_token_is_no_way_to_ask_for_names_without_end() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let invitation = invited(&desk, json!({ "role": "nurse" })).await;
    for _ in 0..10 {
        assert_eq!(accepting(&cloud, &invitation["token"], "owner").expect_errors(409).await[0].0, "UsernameTaken");
    }
    accepting(&cloud, &invitation["token"], "owner").expect_errors(429).await;
    cloud.advance(Duration::from_secs(15 * 60));
    accepting(&cloud, &invitation["token"], "reem").expect(201).await;
}

/// What the table cannot hold apart, nobody is called.
#[tokio::test]
async fn a_name_that_would_not_be_read_again_is_nobodys() {
    let cloud = TestCloud::start().await;
    let desk = Desk::open(&cloud, "al-shifa").await;
    let invitation = invited(&desk, json!({ "role": "nurse" })).await;
    for name in ["İbrahim", "ㅤㅤㅤ", "\u{64B}\u{64B}\u{64B}"] {
        let errors = accepting(&cloud, &invitation["token"], name).expect_errors(422).await;
        assert_eq!(errors[0].1, "username", "{name}");
        let body = json!({ "clinic": "al-shifa", "username": name });
        cloud.post("/api/auth/forgot-password").json(&body).expect_errors(422).await;
    }
    accepting(&cloud, &invitation["token"], "ا\u{654}حمد").expect(201).await;
    signed_in(&cloud, &desk.clinic, "أحمد", CHOSEN).await;
    assert_eq!(desk.all("/api/users").await.len(), 2);
}
