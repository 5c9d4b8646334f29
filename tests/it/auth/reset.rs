//! `/api/auth/forgot-password`, `/api/auth/reset-password`

use std::time::Duration;

use dawr_api::{function::Queue, role::Role};
use dawr_testkit::{Answer, Call, Clinic, PASSWORD, TestCloud};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::{
    users::{made, signed_in, token},
    world::{code_for, code_in, enrol, id},
};

const PHONE: &str = "+966551230001";

/// What they choose.
const NEW: &str = "Blue-kettle 72";

/// How long a code is good.
const GOOD: Duration = Duration::from_secs(15 * 60);

fn asking<'a>(cloud: &'a TestCloud, clinic: &str, username: &str) -> Call<'a> {
    cloud.post("/api/auth/forgot-password").json(&json!({ "clinic": clinic, "username": username }))
}

fn resetting<'a>(cloud: &'a TestCloud, clinic: &str, username: &str, code: &str) -> Call<'a> {
    let body = json!({ "clinic": clinic, "username": username, "code": code, "newPassword": NEW });
    cloud.post("/api/auth/reset-password").json(&body)
}

async fn assert_refused(call: Call<'_>) {
    assert_eq!(call.expect_errors(401).await, [("InvalidCode".to_owned(), "code".to_owned())]);
}

/// A clinic with somebody whose phone is known.
async fn with_hind(cloud: &TestCloud) -> (Clinic, Value) {
    let clinic = cloud.clinic("al-shifa").await;
    let hind = made(cloud, &clinic, "hind", json!({ "role": "nurse", "phone": PHONE })).await;
    (clinic, hind)
}

fn login<'a>(cloud: &'a TestCloud, clinic: &Clinic, username: &str, password: &str) -> Call<'a> {
    let body = json!({ "clinic": clinic.slug, "username": username, "password": password });
    cloud.post("/api/auth/login").json(&body)
}

#[tokio::test]
async fn a_code_comes_to_the_phone_and_sets_a_new_password() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud).await;
    let before = signed_in(&cloud, &clinic, "hind", PASSWORD).await;
    let code = code_for(&cloud, &clinic, "HIND", PHONE).await;
    let texts = cloud.received_by(PHONE).await;
    assert!(texts.len() == 1 && texts[0].text.contains("عيادة al-shifa"), "{texts:?}");
    // What is kept tells nobody the code; the text is forgotten.
    let everything = serde_json::to_string(&cloud.items().into_values().collect::<Vec<_>>()).unwrap();
    assert!(!everything.contains(&code) && !everything.contains(&format!("{}-{}", &code[..4], &code[4..])));

    let arabic: String = code.chars().map(|c| char::from_u32(c as u32 - 0x30 + 0x660).unwrap()).collect();
    let reset = resetting(&cloud, "al-shifa", "hind", &arabic).send_expecting(204).await;
    login(&cloud, &clinic, "hind", PASSWORD).expect_errors(401).await;
    // Who has shown the phone is not asked for it again.
    let after = login(&cloud, &clinic, "hind", NEW).cookie(&reset.cookie().unwrap()).send_expecting(200).await;
    // All sessions of before are over.
    cloud.post("/api/auth/refresh").cookie(&before.cookie().unwrap()).expect_errors(401).await;
    cloud.advance(Duration::from_secs(30));
    cloud.get("/api/users/me").as_(&token(&before)).expect_errors(401).await;
    // Once is once.
    assert_refused(resetting(&cloud, "al-shifa", "hind", &code)).await;

    let history = cloud.get("/api/auth/history").as_(&token(&after)).expect(200).await;
    let outcomes: Vec<&str> =
        history["items"].as_array().unwrap().iter().map(|one| one["outcome"].as_str().unwrap()).collect();
    for outcome in ["resetAsked", "passwordReset"] {
        assert!(outcomes.contains(&outcome), "{outcomes:?}");
    }
    let trail = cloud.get("/api/audit?action=reset_password").as_(&cloud.renewed(&clinic, &clinic.owner));
    assert_eq!(trail.expect(200).await["items"][0]["subjects"][0]["fields"], json!(["password"]));
}

/// Same answer, same requests to the table: whoever asks learns nothing of whether there is such an account.
#[tokio::test]
async fn who_asks_learns_nothing() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud).await;
    let gone = made(&cloud, &clinic, "gone", json!({ "role": "nurse", "phone": "+966551230002" })).await;
    cloud.delete(&format!("/api/users/{}", id(&gone["id"]))).as_(&clinic.owner).expect(204).await;
    let asked = async |clinic: &str, username: &str| {
        let (cost, answer) = cloud.cost(asking(&cloud, clinic, username).send_expecting(202)).await;
        (cost.trips, cost.write.to_string(), cost.read.to_string(), answer.comparable())
    };
    let known = asked("al-shifa", "hind").await;
    assert_eq!(known.0, 1);
    let others = [("al-shifa", "nobody"), ("al-shifa", "owner"), ("al-shifa", "gone"), ("no-such", "hind")];
    for (clinic, username) in others {
        assert_eq!(asked(clinic, username).await, known, "{clinic} {username}");
    }
    cloud.settle().await;
    let texts = cloud.received().await;
    assert_eq!(texts.iter().map(|text| text.to.as_str()).collect::<Vec<_>>(), [PHONE], "who is gone gets nothing");
    assert!(cloud.items_of("reset_request").is_empty(), "every request is answered");
    // Nor does a wrong code tell: nobody asked for the owner, nobody is called so, and hind has another one.
    let tried = async |username: &str| {
        let (cost, answer) = cloud.cost(resetting(&cloud, "al-shifa", username, "00000000").send_expecting(401)).await;
        (cost.trips, cost.write.to_string(), answer.comparable())
    };
    let known = tried("hind").await;
    for username in ["owner", "nobody", "gone"] {
        assert_eq!(tried(username).await, known, "{username}");
    }
}

#[tokio::test]
async fn a_code_is_good_for_a_quarter_of_an_hour_and_the_last_one_alone() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud).await;
    let first = code_for(&cloud, &clinic, "hind", PHONE).await;
    let second = code_for(&cloud, &clinic, "hind", PHONE).await;
    assert_ne!(first, second);
    assert_refused(resetting(&cloud, "al-shifa", "hind", &first)).await;
    cloud.advance(GOOD);
    assert_refused(resetting(&cloud, "al-shifa", "hind", &second)).await;
    let third = code_for(&cloud, &clinic, "hind", PHONE).await;
    cloud.advance(GOOD - Duration::from_secs(5));
    resetting(&cloud, "al-shifa", "hind", &third).expect(204).await;
}

#[tokio::test]
async fn codes_are_neither_guessed_nor_sent_without_end() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud).await;
    let code = code_for(&cloud, &clinic, "hind", PHONE).await;
    let guesses = (0..12).map(|n| resetting(&cloud, "al-shifa", "hind", &format!("0000000{}", n % 10)).send());
    let answers: Vec<Answer> = join_all(guesses).await;
    let of = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert!((1..=5).contains(&of(401)), "{} guesses were looked at", of(401));
    assert_eq!(of(401) + of(429) + of(503), 12);
    // Even the right one comes too late, from wherever.
    let late = resetting(&cloud, "al-shifa", "hind", &code).from([198, 51, 100, 7]).send_expecting(429).await;
    assert!(!late.header("retry-after").is_empty());
    for _ in 0..2 {
        asking(&cloud, "al-shifa", "hind").expect(202).await;
    }
    asking(&cloud, "al-shifa", "hind").expect_errors(429).await;
    cloud.settle().await;
    assert_eq!(cloud.received_by(PHONE).await.len(), 3);
    // Nor does one address ask for everybody.
    for n in 0..30 {
        let call = asking(&cloud, "al-shifa", &format!("name-{n}")).from([198, 51, 100, 8]);
        call.expect(202).await;
    }
    asking(&cloud, "al-shifa", "one-more").from([198, 51, 100, 8]).expect_errors(429).await;
    cloud.settle().await;
}

#[tokio::test]
async fn of_codes_used_at_once_one_counts() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud).await;
    let code = code_for(&cloud, &clinic, "hind", PHONE).await;
    let answers = join_all((0..5).map(|_| resetting(&cloud, "al-shifa", "hind", &code).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 1);
}

#[tokio::test]
async fn a_code_is_void_once_there_is_another_password() {
    let cloud = TestCloud::start().await;
    let (clinic, hind) = with_hind(&cloud).await;
    let code = code_for(&cloud, &clinic, "hind", PHONE).await;
    let path = format!("/api/users/{}/reset-password", id(&hind["id"]));
    cloud.post(&path).as_(&clinic.owner).expect(200).await;
    assert_refused(resetting(&cloud, "al-shifa", "hind", &code)).await;
}

#[tokio::test]
async fn a_weak_password_is_told_before_the_code_is_looked_at() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud).await;
    let code = code_for(&cloud, &clinic, "hind", PHONE).await;
    for weak in ["short", "Al-shifa-2026"] {
        let body = json!({ "clinic": "al-shifa", "username": "hind", "code": code, "newPassword": weak });
        let errors = cloud.post("/api/auth/reset-password").json(&body).expect_errors(422).await;
        assert_eq!(errors, [("WeakPassword".to_owned(), "newPassword".to_owned())], "{weak}");
    }
    let body = json!({ "username": "hind", "code": "1", "newPassword": "x" });
    let mut errors = cloud.post("/api/auth/reset-password").json(&body).expect_errors(422).await;
    errors.sort();
    assert_eq!(errors, [("InvalidFormat".into(), "code".into()), ("WeakPassword".into(), "newPassword".into())]);
    resetting(&cloud, "al-shifa", "hind", &code).expect(204).await;
}

#[tokio::test]
async fn a_request_is_answered_once_however_often_its_job_comes() {
    let cloud = TestCloud::start().await;
    with_hind(&cloud).await;
    asking(&cloud, "al-shifa", "hind").expect(202).await;
    cloud.inner().relay().await.unwrap();
    let jobs = cloud.receive(Queue::Resets, None).await;
    assert_eq!(jobs.len(), 1);
    assert!(!jobs[0].body.contains("hind"), "{}", jobs[0].body);
    let run = || cloud.inner().deliver(Queue::Resets, &jobs);
    futures::join!(run(), run(), run());
    cloud.settle().await;
    assert_eq!(cloud.received_by(PHONE).await.len(), 1);
}

/// The second factor stays: a new password is not a way past it.
#[tokio::test]
async fn a_second_factor_is_still_asked_for() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    enrol(&cloud, &clinic.owner).await;
    cloud.confirm_second_factor(&clinic, &clinic.owner).await;
    cloud.change(&clinic, clinic.owner.id, |owner| owner.phone = PHONE.parse().ok()).await;
    let code = code_for(&cloud, &clinic, "owner", PHONE).await;
    resetting(&cloud, "al-shifa", "owner", &code).expect(204).await;
    let asked = login(&cloud, &clinic, "owner", NEW).expect_errors(401).await;
    assert_eq!(asked[0].0, "SecondFactorNeeded");
}

/// Somebody in two clinics, of which each has its own number: what one of them can read must not open the other.
async fn in_two(cloud: &TestCloud) -> (Clinic, Clinic) {
    let (home, host) = (cloud.clinic("al-noor").await, cloud.clinic("al-shifa").await);
    let hind = made(cloud, &home, "hind", json!({ "role": "doctor", "phone": PHONE })).await;
    cloud.join(&host, id(&hind["id"]).parse().unwrap(), &home).await;
    for clinic in [&home, &host] {
        let settings = json!({ "security": { "watchesSignIns": false } });
        cloud.patch("/api/tenants/me").as_(&clinic.owner).json(&settings).expect(200).await;
    }
    (home, host)
}

#[tokio::test]
async fn a_code_of_one_clinic_is_proof_in_that_clinic_alone() {
    let cloud = TestCloud::start().await;
    let (home, host) = in_two(&cloud).await;
    let at_home = signed_in(&cloud, &home, "hind", PASSWORD).await;
    let code = code_for(&cloud, &host, "hind", PHONE).await;
    resetting(&cloud, "al-shifa", "hind", &code).expect(204).await;
    login(&cloud, &host, "hind", PASSWORD).expect_errors(401).await;
    let there = signed_in(&cloud, &host, "hind", NEW).await;
    // At home nothing has changed, and neither knows of the other any more.
    login(&cloud, &home, "hind", NEW).expect_errors(401).await;
    signed_in(&cloud, &home, "hind", PASSWORD).await;
    cloud.post("/api/auth/refresh").cookie(&at_home.cookie().unwrap()).expect(200).await;
    for session in [&at_home, &there] {
        let memberships = cloud.get("/api/auth/memberships").as_(&token(session)).expect(200).await;
        assert_eq!(memberships["items"].as_array().unwrap().len(), 1);
    }
    let away = json!({ "tenantId": home.tenant.to_string() });
    assert_eq!(
        cloud.post("/api/auth/switch").as_(&token(&there)).json(&away).expect_errors(404).await[0].0,
        "NotFound"
    );
}

#[tokio::test]
async fn with_the_second_factor_a_code_is_proof_everywhere() {
    let cloud = TestCloud::start().await;
    let (home, host) = in_two(&cloud).await;
    let hind = signed_in(&cloud, &home, "hind", PASSWORD).await;
    let staged = cloud.post("/api/auth/second-factor").as_(&token(&hind)).json(&json!({ "password": PASSWORD }));
    let bytes = data_encoding::BASE32_NOPAD.decode(staged.expect(200).await["secret"].as_str().unwrap().as_bytes());
    let app = dawr_identity::totp::Secret::from_bytes(&bytes.unwrap()).unwrap();
    let code = json!({ "code": app.code(cloud.clock().now()) });
    cloud.post("/api/auth/second-factor/confirm").as_(&token(&hind)).json(&code).expect(200).await;
    cloud.advance(Duration::from_secs(30));
    let code = code_for(&cloud, &host, "hind", PHONE).await;
    let with = |factor: Option<String>| {
        let body = json!({
            "clinic": "al-shifa", "username": "hind", "code": code, "newPassword": NEW, "factorCode": factor,
        });
        cloud.post("/api/auth/reset-password").json(&body)
    };
    let asked = with(None).expect_errors(401).await;
    assert_eq!(asked, [("SecondFactorNeeded".to_owned(), "factorCode".to_owned())]);
    let wrong = with(Some("000000".to_owned())).expect_errors(401).await;
    assert_eq!(wrong, [("InvalidCode".to_owned(), "factorCode".to_owned())]);
    with(Some(app.code(cloud.clock().now()))).expect(204).await;
    cloud.advance(Duration::from_secs(30));
    for clinic in [&home, &host] {
        let body = json!({
            "clinic": clinic.slug, "username": "hind", "password": NEW, "code": app.code(cloud.clock().now()),
        });
        cloud.post("/api/auth/login").json(&body).expect(200).await;
        cloud.advance(Duration::from_secs(30));
    }
}

#[tokio::test]
async fn who_cannot_be_reached_finds_it_in_the_history() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    // Entries of one moment have no order.
    cloud.advance(Duration::from_secs(1));
    asking(&cloud, "al-shifa", "owner").header("user-agent", "curl/8.0").expect(202).await;
    cloud.settle().await;
    assert!(cloud.received().await.is_empty() && cloud.items_of("reset").is_empty());
    let history = cloud.get("/api/auth/history").as_(&clinic.owner).expect(200).await;
    let last = &history["items"][0];
    assert_eq!((&last["outcome"], &last["device"]), (&json!("resetUnreachable"), &json!("curl")));
    assert_eq!(code_in("رمزك 1234-5678 صالح"), "12345678");
}

#[tokio::test]
async fn a_code_is_good_on_the_phone_that_got_it() {
    let cloud = TestCloud::start().await;
    let (clinic, hind) = with_hind(&cloud).await;
    let code = code_for(&cloud, &clinic, "hind", PHONE).await;
    // The phone was stolen, and an administrator was told.
    let path = format!("/api/users/{}", id(&hind["id"]));
    cloud.put(&path).as_(&clinic.owner).json(&json!({ "phone": "0551230009" })).expect(200).await;
    assert_refused(resetting(&cloud, "al-shifa", "hind", &code)).await;
}

#[tokio::test]
async fn who_asks_in_anothers_name_does_not_fill_their_phone() {
    let cloud = TestCloud::start().await;
    with_hind(&cloud).await;
    for _ in 0..6 {
        for _ in 0..3 {
            asking(&cloud, "al-shifa", "hind").expect(202).await;
        }
        cloud.settle().await;
        cloud.advance(GOOD);
    }
    assert_eq!(cloud.received_by(PHONE).await.len(), 10);
    cloud.advance(Duration::from_secs(24 * 60 * 60));
    asking(&cloud, "al-shifa", "hind").expect(202).await;
    cloud.settle().await;
    assert_eq!(cloud.received_by(PHONE).await.len(), 11);
}

#[tokio::test]
async fn what_could_not_be_sent_counts_against_nobody() {
    let cloud = TestCloud::start().await;
    let (clinic, hind) = with_hind(&cloud).await;
    let path = format!("/api/users/{}", id(&hind["id"]));
    cloud.put(&path).as_(&clinic.owner).json(&json!({ "phone": null })).expect(200).await;
    for _ in 0..4 {
        for _ in 0..3 {
            asking(&cloud, "al-shifa", "hind").expect(202).await;
        }
        cloud.settle().await;
        cloud.advance(GOOD);
    }
    let owner = signed_in(&cloud, &clinic, "owner", PASSWORD).await;
    cloud.put(&path).as_(&token(&owner)).json(&json!({ "phone": PHONE })).expect(200).await;
    asking(&cloud, "al-shifa", "hind").expect(202).await;
    cloud.settle().await;
    assert_eq!(cloud.received_by(PHONE).await.len(), 1);
}

#[tokio::test]
async fn a_request_that_waited_too_long_is_not_answered() {
    let cloud = TestCloud::start().await;
    with_hind(&cloud).await;
    asking(&cloud, "al-shifa", "hind").expect(202).await;
    cloud.advance(GOOD);
    cloud.settle().await;
    assert!(cloud.received().await.is_empty());
}

#[tokio::test]
async fn where_nobody_may_work_nobody_resets() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud).await;
    let code = code_for(&cloud, &clinic, "hind", PHONE).await;
    let here = json!({ "security": { "allowedAddresses": ["192.0.2.0/24"] } });
    cloud.patch("/api/tenants/me").as_(&clinic.owner).json(&here).expect(200).await;
    let elsewhere = resetting(&cloud, "al-shifa", "hind", &code).from([198, 51, 100, 7]).expect_errors(403).await;
    assert_eq!(elsewhere[0].0, "AddressNotAllowed");
    resetting(&cloud, "al-shifa", "hind", &code).expect(204).await;
    let operator = cloud.operator(Role::PlatformAdmin).await;
    let suspend = format!("/api/platform/tenants/{}/suspend", clinic.tenant);
    cloud.post(&suspend).as_(&operator).json(&json!({ "reason": "فاتورة لم تُدفع" })).expect(200).await;
    let before = cloud.received().await.len();
    asking(&cloud, "al-shifa", "hind").expect(202).await;
    cloud.settle().await;
    assert_eq!(cloud.received().await.len(), before);
}

/// Who has become a person of their own has nothing of the other one's left over.
#[tokio::test]
async fn who_is_split_off_begins_without_the_factor_that_was_staged() {
    let cloud = TestCloud::start().await;
    let (home, host) = in_two(&cloud).await;
    let hind = signed_in(&cloud, &home, "hind", PASSWORD).await;
    let stage = cloud.post("/api/auth/second-factor").as_(&token(&hind)).json(&json!({ "password": PASSWORD }));
    stage.expect(200).await;
    let code = code_for(&cloud, &host, "hind", PHONE).await;
    resetting(&cloud, "al-shifa", "hind", &code).expect(204).await;
    let there = signed_in(&cloud, &host, "hind", NEW).await;
    let confirm = cloud.post("/api/auth/second-factor/confirm").as_(&token(&there)).json(&json!({ "code": "123456" }));
    assert_eq!(confirm.expect_errors(409).await[0].0, "NoSecondFactor");
}

/// Somebody asks and guesses in a person's name until nobody may any more; from their own browser the person still can.
#[tokio::test]
async fn who_is_known_asks_and_answers_whatever_strangers_do() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud).await;
    let known = signed_in(&cloud, &clinic, "hind", PASSWORD).await.device();
    for _ in 0..3 {
        asking(&cloud, "al-shifa", "hind").expect(202).await;
    }
    asking(&cloud, "al-shifa", "hind").expect_errors(429).await;
    cloud.settle().await;
    let sent = cloud.received_by(PHONE).await.len();
    // Made-up cookies get the same answer, and send no more than one without would.
    for n in 0..6 {
        let made_up = format!("__Secure-device={}", n.to_string().repeat(22));
        asking(&cloud, "al-shifa", "hind").cookie(&made_up).expect(202).await;
    }
    cloud.settle().await;
    assert!(cloud.received_by(PHONE).await.len() <= sent + 3);
    for n in 0..5 {
        assert_refused(resetting(&cloud, "al-shifa", "hind", &format!("0000000{n}"))).await;
    }
    resetting(&cloud, "al-shifa", "hind", "00000009").expect_errors(429).await;
    asking(&cloud, "al-shifa", "hind").cookie(&known).expect(202).await;
    cloud.settle().await;
    let code = code_in(&cloud.received_by(PHONE).await.last().unwrap().text);
    resetting(&cloud, "al-shifa", "hind", &code).cookie(&known).expect(204).await;
}

/// The texts of a day are used up by a stranger for strangers alone.
#[tokio::test]
async fn a_day_of_texts_that_strangers_asked_for_leaves_the_person_theirs() {
    let cloud = TestCloud::start().await;
    let (clinic, _) = with_hind(&cloud).await;
    let known = signed_in(&cloud, &clinic, "hind", PASSWORD).await.device();
    for _ in 0..5 {
        for _ in 0..3 {
            asking(&cloud, "al-shifa", "hind").expect(202).await;
        }
        cloud.settle().await;
        cloud.advance(GOOD);
    }
    let most = cloud.received_by(PHONE).await.len();
    assert_eq!(most, 10, "so many a day");
    asking(&cloud, "al-shifa", "hind").cookie(&known).expect(202).await;
    cloud.settle().await;
    assert_eq!(cloud.received_by(PHONE).await.len(), most + 1);
}
