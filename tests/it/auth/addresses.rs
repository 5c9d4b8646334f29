//! E-mail addresses as names: nobody has proved one, so none is anybody's alone (docs/adr/0014).

use dawr_testkit::{Answer, Call, TestCloud};
use serde_json::{Value, json};

use crate::world::code_in;

const ADDRESS: &str = "noura@example.com";

/// The owner's password.
const OWN: &str = "Blue-kettle 72";

/// The squatter's.
const OTHERS: &str = "Green-kettle 73";

/// Somebody founds a clinic under the address.
async fn founded(cloud: &TestCloud, slug: &str, password: &str) -> Answer {
    let body = json!({
        "clinicName": slug, "slug": slug, "fullName": "نورة", "username": ADDRESS, "password": password,
    });
    cloud.post("/api/auth/signup").json(&body).send_expecting(201).await
}

fn login<'a>(cloud: &'a TestCloud, clinic: Option<&str>, password: &str) -> Call<'a> {
    cloud.post("/api/auth/login").json(&json!({ "clinic": clinic, "username": ADDRESS, "password": password }))
}

async fn slug(call: Call<'_>) -> Value {
    call.expect(200).await["tenant"]["slug"].clone()
}

/// Whoever claims somebody's address, before them or after, neither keeps them from it nor gets in their way.
#[tokio::test]
async fn an_address_cannot_be_squatted() {
    let cloud = TestCloud::start().await;
    founded(&cloud, "squatter", OTHERS).await;
    founded(&cloud, "al-noor", OWN).await;
    founded(&cloud, "latecomer", OTHERS).await;
    assert_eq!(slug(login(&cloud, None, OWN)).await, "al-noor");
    assert_eq!(slug(login(&cloud, Some("al-noor"), OWN)).await, "al-noor");
    login(&cloud, Some("squatter"), OWN).expect_errors(401).await;
    login(&cloud, Some("al-noor"), OTHERS).expect_errors(401).await;
    // Two of one password: only who has shown it is told that there are two.
    let errors = login(&cloud, None, OTHERS).expect_errors(422).await;
    assert_eq!(errors, [("Required".to_owned(), "clinic".to_owned())]);
    assert_eq!(slug(login(&cloud, Some("latecomer"), OTHERS)).await, "latecomer");
}

/// How many have an address is told to nobody: neither by the answer nor by what it costs.
#[tokio::test]
async fn an_address_of_several_costs_what_an_address_of_nobody_costs() {
    let cloud = TestCloud::start().await;
    let wrong = |username: &str| {
        let body = json!({ "username": username, "password": "Wrong-horse 9" });
        cloud.post("/api/auth/login").json(&body).send()
    };
    let (nobody, answer) = cloud.cost(wrong("nobody@example.com")).await;
    for found in ["one", "two", "three", "four"] {
        founded(&cloud, found, OWN).await;
        let (cost, refused) = cloud.cost(wrong(ADDRESS)).await;
        assert_eq!(refused.comparable(), answer.comparable(), "{found}");
        assert_eq!((cost.trips, cost.write.to_string()), (nobody.trips, nobody.write.to_string()), "{found}");
    }
}

/// In the history of an account is what was tried at it: whoever founds one under somebody's address does not watch them.
#[tokio::test]
async fn who_has_the_same_address_learns_nothing_of_the_others_tries() {
    let cloud = TestCloud::start().await;
    founded(&cloud, "squatter", OTHERS).await;
    founded(&cloud, "al-noor", OWN).await;
    login(&cloud, None, "Wrong-horse 9").expect_errors(401).await;
    login(&cloud, None, OWN).from([203, 0, 113, 9]).expect(200).await;
    let history = async |clinic: &str, password: &str| {
        let token = login(&cloud, Some(clinic), password).expect(200).await["accessToken"].clone();
        cloud.get("/api/auth/history").as_(token.as_str().unwrap()).expect(200).await["items"].clone()
    };
    let watched = history("squatter", OTHERS).await;
    assert_eq!(watched.as_array().unwrap().len(), 2, "signed up, and signed in: {watched}");
    assert!(!watched.to_string().contains("203.0.113.9"));
    assert!(history("al-noor", OWN).await.to_string().contains("203.0.113.9"));
}

/// A browser that one of the accounts knows means that one: a squatter's own browser guesses at nothing but their own.
#[tokio::test]
async fn a_squatters_browser_gains_no_guesses() {
    let cloud = TestCloud::start().await;
    let theirs = founded(&cloud, "squatter", OTHERS).await.device();
    let own = founded(&cloud, "al-noor", OWN).await.device();
    login(&cloud, None, OWN).cookie(&theirs).expect_errors(401).await;
    assert_eq!(slug(login(&cloud, None, OTHERS).cookie(&theirs)).await, "squatter");
    for _ in 0..10 {
        login(&cloud, None, "Wrong-horse 9").expect_errors(401).await;
    }
    login(&cloud, None, OWN).expect_errors(429).await;
    assert_eq!(slug(login(&cloud, None, OWN).cookie(&own)).await, "al-noor");
}

#[tokio::test]
async fn a_new_password_is_asked_for_by_an_address_alone() {
    let cloud = TestCloud::start().await;
    founded(&cloud, "squatter", OTHERS).await;
    let owner = founded(&cloud, "al-noor", OWN).await;
    let phone = "+966551230001";
    let me = json!({ "fullName": "نورة", "phone": phone, "currentPassword": OWN });
    let token = owner.data()["accessToken"].as_str().unwrap().to_owned();
    cloud.put("/api/users/me").as_(&token).json(&me).expect(200).await;
    cloud.settle().await;
    cloud.post("/api/auth/forgot-password").json(&json!({ "username": ADDRESS })).expect(202).await;
    cloud.settle().await;
    let code = code_in(&cloud.received_by(phone).await.last().expect("a code comes").text);
    let reset = json!({ "username": ADDRESS, "code": code, "newPassword": "Red-kettle 74" });
    let known = cloud.post("/api/auth/reset-password").json(&reset).send_expecting(204).await.device();
    assert_eq!(slug(login(&cloud, None, "Red-kettle 74").cookie(&known)).await, "al-noor");
    assert_eq!(slug(login(&cloud, Some("squatter"), OTHERS)).await, "squatter");
}
