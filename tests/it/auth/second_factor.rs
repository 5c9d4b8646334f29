//! `/api/auth/second-factor`, and signing in with one.

use std::time::Duration;

use dawr_identity::totp::Secret;
use dawr_testkit::{Answer, Call, Clinic, PASSWORD, TestCloud};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::world::enrol;

/// As long as a code is shown.
const STEP: Duration = Duration::from_secs(30);

fn log_in<'a>(cloud: &'a TestCloud, clinic: &Clinic, code: Option<&str>) -> Call<'a> {
    let body = json!({ "clinic": clinic.slug, "username": "owner", "password": PASSWORD, "code": code });
    cloud.post("/api/auth/login").json(&body)
}

/// An owner with a confirmed factor: the app, the recovery codes and the new session.
async fn enrolled(cloud: &TestCloud, clinic: &Clinic) -> (Secret, Vec<String>, Answer) {
    let app = enrol(cloud, &clinic.owner).await;
    let code = json!({ "code": app.code(cloud.clock().now()) });
    let confirm = cloud.post("/api/auth/second-factor/confirm").as_(&clinic.owner).json(&code);
    let answer = confirm.send_expecting(200).await;
    let codes = answer.data()["recoveryCodes"].as_array().unwrap().clone();
    cloud.advance(STEP);
    (app, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect(), answer)
}

/// The password, with which a factor is set up.
fn mine() -> Value {
    json!({ "password": PASSWORD })
}

fn token(session: &Value) -> String {
    session["accessToken"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_app_learns_the_secret_in_three_forms_and_the_table_does_not() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let staged = cloud.post("/api/auth/second-factor").as_(&clinic.owner).json(&mine()).expect(200).await;
    let secret = staged["secret"].as_str().unwrap();
    let uri =
        format!("otpauth://totp/Dawr:al%2Dshifa%2Fowner?secret={secret}&issuer=Dawr&algorithm=SHA1&digits=6&period=30");
    assert_eq!((secret.len(), staged["otpauthUri"].as_str().unwrap()), (32, uri.as_str()));
    assert!(staged["qr"].as_str().unwrap().contains("<svg"));
    let everything = serde_json::to_string(&cloud.items().into_values().collect::<Vec<_>>()).unwrap();
    assert!(!everything.contains(secret));
    // Until a code confirms it, it may be begun anew and nothing is asked for.
    let again = cloud.post("/api/auth/second-factor").as_(&clinic.owner).json(&mine()).expect(200).await;
    assert_ne!(again["secret"], staged["secret"]);
    log_in(&cloud, &clinic, None).expect(200).await;
}

#[tokio::test]
async fn a_factor_is_confirmed_by_a_code_and_asked_for_from_then_on() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let confirm =
        |code: &str| cloud.post("/api/auth/second-factor/confirm").as_(&clinic.owner).json(&json!({ "code": code }));
    assert_eq!(confirm("123456").expect_errors(409).await[0].0, "NoSecondFactor");
    let wrong = json!({ "password": "Wrong-horse 9" });
    let set_up = cloud.post("/api/auth/second-factor").as_(&clinic.owner).json(&wrong).expect_errors(422).await;
    assert_eq!(set_up, [("WrongPassword".to_owned(), "password".to_owned())]);
    enrol(&cloud, &clinic.owner).await;
    assert_eq!(confirm("000000").expect_errors(401).await[0].0, "InvalidCode");
    let (app, codes, confirmed) = enrolled(&cloud, &clinic).await;
    assert_eq!(codes.len(), 10);
    // The sessions of before are over, the new one goes on.
    cloud.post("/api/auth/refresh").cookie(&clinic.signed_up.cookie().unwrap()).expect_errors(401).await;
    cloud.get("/api/queues").as_(&clinic.owner).expect_errors(401).await;
    cloud.get("/api/queues").as_(&token(&confirmed.data()["session"])).expect(200).await;
    // Whoever is signed in sees whether it is on: at once, and with every token after it.
    assert_eq!(clinic.signed_up.data()["secondFactor"], false);
    assert_eq!(confirmed.data()["session"]["secondFactor"], true);
    let refreshed = cloud.post("/api/auth/refresh").cookie(&confirmed.cookie().unwrap()).expect(200).await;
    assert_eq!(refreshed["secondFactor"], true);

    let asked = log_in(&cloud, &clinic, None).send_expecting(401).await;
    assert_eq!(asked.errors(), [("SecondFactorNeeded".to_owned(), "code".to_owned())]);
    assert_eq!(asked.cookie(), None);
    let wrong = log_in(&cloud, &clinic, Some("000000")).expect_errors(401).await;
    assert_eq!(wrong, [("InvalidCode".to_owned(), "code".to_owned())]);
    let session = log_in(&cloud, &clinic, Some(&app.code(cloud.clock().now()))).expect(200).await;
    let set_up = cloud.post("/api/auth/second-factor").as_(&token(&session)).json(&mine()).expect_errors(409).await;
    assert_eq!(set_up[0].0, "SecondFactorActive");
    let history = cloud.get("/api/auth/history").as_(&token(&session)).expect(200).await;
    let outcomes: Vec<&Value> = history["items"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
    for outcome in ["codeNeeded", "wrongCode", "signedIn"] {
        assert!(outcomes.contains(&&json!(outcome)), "{outcomes:?}");
    }
}

#[tokio::test]
async fn a_code_is_good_once_even_among_twenty_at_once() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let (app, codes, _) = enrolled(&cloud, &clinic).await;
    for code in [app.code(cloud.clock().now()), codes[4].clone()] {
        let tries = (0..8).map(|_| log_in(&cloud, &clinic, Some(&code)).send());
        let answers = join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{code}");
        cloud.advance(Duration::from_secs(15 * 60));
        log_in(&cloud, &clinic, Some(&code)).expect_errors(401).await;
    }
    log_in(&cloud, &clinic, Some(&codes[5].to_uppercase())).expect(200).await;
}

#[tokio::test]
async fn codes_are_not_guessed() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let (app, ..) = enrolled(&cloud, &clinic).await;
    for n in 0..10 {
        log_in(&cloud, &clinic, Some(&format!("00000{n}"))).expect_errors(401).await;
        // The question alone counts for nothing, and does not make up for a guess.
        if n < 9 {
            log_in(&cloud, &clinic, None).expect_errors(401).await;
        }
    }
    log_in(&cloud, &clinic, Some(&app.code(cloud.clock().now()))).expect_errors(429).await;
}

#[tokio::test]
async fn a_factor_is_changed_only_on_the_password_and_a_code() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let (app, codes, confirmed) = enrolled(&cloud, &clinic).await;
    let owner = token(&confirmed.data()["session"]);
    let proof = |password: &str, code: &str| json!({ "password": password, "code": code });
    let renew = |body: &Value| cloud.post("/api/auth/second-factor/recovery-codes").as_(&owner).json(body);
    let now = || app.code(cloud.clock().now());
    let wrong = renew(&proof("Wrong-horse 9", &now())).expect_errors(422).await;
    assert_eq!(wrong, [("WrongPassword".to_owned(), "password".to_owned())]);
    assert_eq!(renew(&proof(PASSWORD, "000000")).expect_errors(401).await[0].0, "InvalidCode");
    let renewed = renew(&proof(PASSWORD, &now())).expect(200).await;
    log_in(&cloud, &clinic, Some(&codes[0])).expect_errors(401).await;
    log_in(&cloud, &clinic, Some(renewed["recoveryCodes"][0].as_str().unwrap())).expect(200).await;
    cloud.advance(STEP);
    let remove = |body: &Value| cloud.delete("/api/auth/second-factor").as_(&owner).json(body);
    remove(&proof(PASSWORD, "000000")).expect_errors(401).await;
    let session = remove(&proof(PASSWORD, &now())).expect(200).await;
    assert_eq!(session["secondFactor"], false);
    // Sessions that were begun with it are over: what a role asks for is asked for at once.
    cloud.advance(STEP);
    remove(&proof(PASSWORD, &now())).expect_errors(401).await;
    let remove = cloud.delete("/api/auth/second-factor").as_(&token(&session)).json(&proof(PASSWORD, &now()));
    assert_eq!(remove.expect_errors(409).await[0].0, "NoSecondFactor");
    log_in(&cloud, &clinic, None).expect(200).await;
}
