//! `POST /api/auth/login`

use std::time::Duration;

use dawr_testkit::{Answer, Call, PASSWORD, TestCloud};
use futures::future::join_all;
use serde_json::json;

fn login<'a>(cloud: &'a TestCloud, clinic: &str, username: &str, password: &str) -> Call<'a> {
    let body = json!({ "clinic": clinic, "username": username, "password": password });
    cloud.post("/api/auth/login").json(&body)
}

#[tokio::test]
async fn an_owner_signs_in_by_slug_and_name_in_any_case() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let answer = login(&cloud, "al-shifa", "OWNER", PASSWORD).send_expecting(200).await;
    assert_eq!(answer.data()["user"]["id"], clinic.owner.id.to_string());
    let token = answer.data()["accessToken"].as_str().unwrap().to_owned();
    cloud.get("/api/users/me").as_(&token).expect(200).await;
    assert_ne!(answer.cookie(), clinic.signed_up.cookie(), "each sign-in has a session of its own");
}

#[tokio::test]
async fn an_address_signs_in_without_naming_the_clinic() {
    let cloud = TestCloud::start().await;
    let body = json!({
        "clinicName": "Al Noor", "slug": "al-noor", "fullName": "Noura", "username": "noura@example.com",
        "password": PASSWORD,
    });
    cloud.post("/api/auth/signup").json(&body).expect(201).await;
    let body = json!({ "username": "Noura@Example.com", "password": PASSWORD });
    cloud.post("/api/auth/login").json(&body).expect(200).await;
    let body = json!({ "username": "noura", "password": PASSWORD });
    let errors = cloud.post("/api/auth/login").json(&body).expect_errors(422).await;
    assert_eq!(errors, [("Required".into(), "clinic".into())]);
}

#[tokio::test]
async fn an_unknown_name_an_unknown_clinic_and_a_wrong_password_get_the_same_answer() {
    let cloud = TestCloud::start().await;
    cloud.clinic("al-shifa").await;
    let (cost, wrong) = cloud.cost(login(&cloud, "al-shifa", "owner", "Wrong-horse 9").send_expecting(401)).await;
    assert_eq!(wrong.code(), "InvalidCredentials");
    for (clinic, username) in [("al-shifa", "nobody"), ("no-such-clinic", "owner"), ("al-shifa", "nobody@example.com")]
    {
        let (trips, answer) = cloud.cost(login(&cloud, clinic, username, "Wrong-horse 9").send()).await;
        assert_eq!(answer.comparable(), wrong.comparable(), "{clinic} {username}");
        assert_eq!(trips.trips, cost.trips, "{clinic} {username}");
    }
}

#[tokio::test]
async fn an_account_is_closed_to_guesses_for_a_quarter_of_an_hour() {
    let cloud = TestCloud::start().await;
    cloud.clinic("al-shifa").await;
    for _ in 0..10 {
        login(&cloud, "al-shifa", "owner", "Wrong-horse 9").expect_errors(401).await;
    }
    let locked = login(&cloud, "al-shifa", "owner", PASSWORD).send_expecting(429).await;
    assert_eq!(locked.code(), "TooManyRequests");
    let wait: u64 = locked.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    // Neither does another address get in, nor does it matter how the name is written.
    login(&cloud, "al-shifa", "Owner", PASSWORD).from([198, 51, 100, 7]).expect_errors(429).await;
    cloud.advance(Duration::from_secs(wait));
    login(&cloud, "al-shifa", "owner", PASSWORD).expect(200).await;
}

#[tokio::test]
async fn guesses_at_once_gain_nothing() {
    let cloud = TestCloud::start().await;
    cloud.clinic("al-shifa").await;
    let tries = (0..40).map(|_| login(&cloud, "al-shifa", "owner", "Wrong-horse 9").send());
    let answers: Vec<Answer> = join_all(tries).await;
    let of = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert!(of(401) <= 10, "{} guesses were looked at", of(401));
    assert_eq!(of(401) + of(429) + of(503), 40);
}

#[tokio::test]
async fn who_signs_in_often_is_not_locked_out() {
    let cloud = TestCloud::start().await;
    cloud.clinic("al-shifa").await;
    for _ in 0..12 {
        login(&cloud, "al-shifa", "owner", PASSWORD).expect(200).await;
    }
}

#[tokio::test]
async fn an_address_is_one_account_whether_the_clinic_is_named_or_not_and_whether_it_exists_or_not() {
    let cloud = TestCloud::start().await;
    let body = json!({
        "clinicName": "Al Noor", "slug": "al-noor", "fullName": "Noura", "username": "noura@example.com",
        "password": PASSWORD,
    });
    cloud.post("/api/auth/signup").json(&body).expect(201).await;
    for username in ["noura@example.com", "nobody@example.com"] {
        let without =
            || cloud.post("/api/auth/login").json(&json!({ "username": username, "password": "Wrong-horse 9" }));
        for _ in 0..5 {
            login(&cloud, "al-noor", username, "Wrong-horse 9").expect_errors(401).await;
            without().expect_errors(401).await;
        }
        login(&cloud, "al-noor", username, PASSWORD).expect_errors(429).await;
        without().expect_errors(429).await;
    }
}

#[tokio::test]
async fn a_try_is_possible_again_just_when_it_was_said() {
    let cloud = TestCloud::start().await;
    cloud.clinic("al-shifa").await;
    cloud.advance(Duration::from_millis(137_400));
    for _ in 0..10 {
        login(&cloud, "al-shifa", "owner", "Wrong-horse 9").expect_errors(401).await;
    }
    let locked = login(&cloud, "al-shifa", "owner", PASSWORD).send_expecting(429).await;
    let wait: u64 = locked.header("retry-after").parse().unwrap();
    cloud.advance(Duration::from_secs(wait - 1));
    login(&cloud, "al-shifa", "owner", PASSWORD).expect_errors(429).await;
    cloud.advance(Duration::from_secs(1));
    login(&cloud, "al-shifa", "owner", PASSWORD).expect(200).await;
}

/// A measured time says little in a test; what it comes from says all: the same requests to the table, and the same hash.
#[tokio::test]
async fn an_unknown_account_costs_what_a_wrong_password_costs() {
    let cloud = TestCloud::start().await;
    cloud.clinic("al-shifa").await;
    let tries = [
        json!({ "clinic": "al-shifa", "username": "owner", "password": "Wrong-horse 9" }),
        json!({ "clinic": "al-shifa", "username": "nobody", "password": "Wrong-horse 9" }),
        json!({ "clinic": "no-such-clinic", "username": "owner", "password": "Wrong-horse 9" }),
        json!({ "username": "nobody@example.com", "password": "Wrong-horse 9" }),
    ];
    let mut costs = Vec::new();
    for body in &tries {
        let (cost, _) = cloud.cost(cloud.post("/api/auth/login").json(body).expect_errors(401)).await;
        costs.push((cost.trips, cost.write.to_string()));
    }
    assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
}

/// How often somebody may guess tells nothing of who there is.
#[tokio::test]
async fn an_address_is_locked_alike_in_every_clinic_whether_it_exists_or_not() {
    let cloud = TestCloud::start().await;
    cloud.clinic("al-shifa").await;
    let body = json!({
        "clinicName": "Al Noor", "slug": "al-noor", "fullName": "Noura", "username": "noura@example.com",
        "password": PASSWORD,
    });
    cloud.post("/api/auth/signup").json(&body).expect(201).await;
    for username in ["noura@example.com", "nobody@example.com"] {
        for _ in 0..10 {
            let body = json!({ "username": username, "password": "Wrong-horse 9" });
            cloud.post("/api/auth/login").json(&body).expect_errors(401).await;
        }
        login(&cloud, "al-shifa", username, "Wrong-horse 9").expect_errors(429).await;
    }
}

/// Whoever has signed in from a browser before is not locked out there by what strangers try, from wherever they do.
#[tokio::test]
async fn a_browser_that_is_known_has_a_count_of_its_own() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let known = clinic.signed_up.device();
    let stranger = format!("__Secure-device={}", "x".repeat(22));
    let guess = |cookie: &str| login(&cloud, "al-shifa", "owner", "Wrong-horse 9").cookie(cookie);
    for n in 0..10 {
        let guess = login(&cloud, "al-shifa", "owner", "Wrong-horse 9");
        if n % 2 == 0 { guess } else { guess.cookie(&stranger) }.expect_errors(401).await;
    }
    // A cookie that somebody made up makes no browser known, nor does one of another account.
    let other = cloud.clinic("al-noor").await.signed_up.device();
    for cookie in [&stranger, &other, &format!("__Secure-device={}", "y".repeat(22))] {
        guess(cookie).expect_errors(429).await;
        login(&cloud, "al-shifa", "owner", PASSWORD).cookie(cookie).expect_errors(429).await;
    }
    login(&cloud, "al-shifa", "owner", PASSWORD).expect_errors(429).await;
    login(&cloud, "al-shifa", "owner", PASSWORD).cookie(&known).expect(200).await;
    // Its own count closes, too, for a quarter of an hour.
    for _ in 0..10 {
        guess(&known).expect_errors(401).await;
    }
    let locked = login(&cloud, "al-shifa", "owner", PASSWORD).cookie(&known).send_expecting(429).await;
    let wait: u64 = locked.header("retry-after").parse().unwrap();
    cloud.advance(Duration::from_secs(wait));
    login(&cloud, "al-shifa", "owner", PASSWORD).cookie(&known).expect(200).await;
}

#[tokio::test]
async fn guesses_at_once_from_a_known_browser_gain_nothing() {
    let cloud = TestCloud::start().await;
    let known = cloud.clinic("al-shifa").await.signed_up.device();
    let tries = (0..40).map(|_| login(&cloud, "al-shifa", "owner", "Wrong-horse 9").cookie(&known).send());
    let answers: Vec<Answer> = join_all(tries).await;
    let of = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert!(of(401) <= 10, "{} guesses were looked at", of(401));
    assert_eq!(of(401) + of(429) + of(503), 40);
}

/// A whole network may be used up by strangers; who is known behind it is not asked to wait for them.
#[tokio::test]
async fn strangers_at_the_same_address_lock_no_known_browser_out() {
    let cloud = TestCloud::start().await;
    let known = cloud.clinic("al-shifa").await.signed_up.device();
    for n in 0..100 {
        login(&cloud, "al-shifa", &format!("user-{n}"), "Wrong-horse 9").expect_errors(401).await;
    }
    login(&cloud, "al-shifa", "owner", PASSWORD).expect_errors(429).await;
    login(&cloud, "al-shifa", "owner", PASSWORD).cookie(&known).expect(200).await;
}
