//! `POST /api/auth/refresh`

use std::time::Duration;

use dawr_testkit::{Answer, TestCloud};
use futures::future::join_all;

async fn refresh(cloud: &TestCloud, cookie: &str) -> Answer {
    cloud.post("/api/auth/refresh").cookie(cookie).send().await
}

#[tokio::test]
async fn a_cookie_is_changed_for_a_new_one_and_a_new_token() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let first = clinic.signed_up.cookie().unwrap();
    cloud.advance(Duration::from_secs(16 * 60));
    cloud.get("/api/users/me").as_(&clinic.owner).expect_errors(401).await;
    let answer = refresh(&cloud, &first).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let token = answer.data()["accessToken"].as_str().unwrap().to_owned();
    cloud.get("/api/users/me").as_(&token).expect(200).await;
    let second = answer.cookie().unwrap();
    assert_ne!(first, second);
    assert_eq!(refresh(&cloud, &second).await.status, 200);
}

#[tokio::test]
async fn of_a_hundred_refreshes_at_once_all_go_on_with_the_same_cookie() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let cookie = clinic.signed_up.cookie().unwrap();
    let answers = join_all((0..100).map(|_| refresh(&cloud, &cookie))).await;
    let (good, busy): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert!(!good.is_empty());
    for answer in busy {
        assert!(matches!(answer.status, 409 | 503), "{}", answer.text);
        assert_eq!(answer.cookie(), None);
    }
    let next = good[0].cookie().unwrap();
    assert!(next != cookie && good.iter().all(|answer| answer.cookie().as_ref() == Some(&next)));
    let answer = refresh(&cloud, &next).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// The tabs of one browser, which send all of its cookies; each gets a token, and the session goes on.
#[tokio::test]
async fn of_four_tabs_at_once_none_is_thrown_out() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let device = clinic.signed_up.device();
    let mut cookie = clinic.signed_up.cookie().unwrap();
    for _ in 0..5 {
        let jar = format!("{device}; {cookie}");
        let answers = join_all((0..4).map(|_| refresh(&cloud, &jar))).await;
        for answer in &answers {
            assert_eq!(answer.status, 200, "{}", answer.text);
            assert_eq!(answer.cookie(), answers[0].cookie());
            let token = answer.data()["accessToken"].as_str().unwrap().to_owned();
            cloud.get("/api/users/me").as_(&token).expect(200).await;
        }
        cookie = answers[0].cookie().unwrap();
        cloud.advance(Duration::from_secs(15 * 60));
    }
    assert_eq!(cloud.items_of("session").len(), 1);
}

/// Whoever did not get the answer asks again, a moment later.
#[tokio::test]
async fn a_lost_answer_ends_no_session() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let first = clinic.signed_up.cookie().unwrap();
    let lost = refresh(&cloud, &first).await.cookie().unwrap();
    cloud.advance(Duration::from_secs(29));
    let again = refresh(&cloud, &first).await;
    assert_eq!((again.status, again.cookie()), (200, Some(lost.clone())), "{}", again.text);
    cloud.advance(Duration::from_secs(15 * 60));
    assert_eq!(refresh(&cloud, &lost).await.status, 200);
}

/// Neither another browser nor one that is not known at the address is given what was given to the first one.
#[tokio::test]
async fn another_browser_is_told_to_try_again_and_gets_nothing() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let first = clinic.signed_up.cookie().unwrap();
    let device = |n: u8| format!("__Secure-device={}", char::from(b'a' + n).to_string().repeat(22));
    let second = refresh(&cloud, &format!("{}; {first}", device(0))).await.cookie().unwrap();
    let sessions = cloud.items_of("session");
    let with = |cookie: &str| cloud.post("/api/auth/refresh").cookie(cookie);
    for call in [
        with(&format!("{}; {first}", device(1))),
        with(&first),
        with(&first).from([198, 51, 100, 7]),
        with(&first).header("user-agent", "curl/8.9.1"),
    ] {
        let answer = call.send_expecting(409).await;
        assert_eq!((answer.code(), answer.cookie()), ("RefreshedMeanwhile".to_owned(), None));
        assert_eq!(answer.header("retry-after"), "1");
    }
    assert_eq!(cloud.items_of("session"), sessions, "nothing ends, and nothing is given");
    assert_eq!(refresh(&cloud, &format!("{}; {second}", device(0))).await.status, 200);
}

#[tokio::test]
async fn a_spent_cookie_that_comes_again_ends_the_whole_family() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let stolen = clinic.signed_up.cookie().unwrap();
    let owners = refresh(&cloud, &stolen).await.cookie().unwrap();
    cloud.advance(Duration::from_secs(31));
    let thief = refresh(&cloud, &stolen).await;
    assert_eq!((thief.status, thief.code()), (401, "SessionEnded".to_owned()));
    assert_eq!(refresh(&cloud, &owners).await.status, 401, "the family has ended");
    assert!(cloud.items_of("session").is_empty());
    // With it the access tokens that came of it, on every function.
    cloud.advance(Duration::from_secs(30));
    cloud.get("/api/users/me").as_(&clinic.owner).expect_errors(401).await;
    let ended = cloud.items_of("audit").into_iter().filter(|entry| entry["action"]["S"] == "refresh").count();
    assert_eq!(ended, 1, "the trail tells of it");
}

#[tokio::test]
async fn a_spent_cookie_within_seconds_is_a_second_tab() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let first = clinic.signed_up.cookie().unwrap();
    let second = refresh(&cloud, &first).await.cookie().unwrap();
    cloud.advance(Duration::from_secs(29));
    assert_eq!(refresh(&cloud, &first).await.cookie(), Some(second.clone()));
    assert_eq!(refresh(&cloud, &second).await.status, 200);
    // The one before last is a copy, however soon it comes.
    assert_eq!(refresh(&cloud, &first).await.status, 401);
    assert!(cloud.items_of("session").is_empty());
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_after_thirty_days_however_much_it_is() {
    let day = Duration::from_secs(24 * 60 * 60);
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let mut cookie = clinic.signed_up.cookie().unwrap();
    for _ in 0..29 {
        cloud.advance(day);
        cookie = refresh(&cloud, &cookie).await.cookie().expect("a session in use goes on");
    }
    cloud.advance(day);
    assert_eq!(refresh(&cloud, &cookie).await.status, 401);

    let clinic = cloud.clinic("al-noor").await;
    cloud.advance(14 * day);
    assert_eq!(refresh(&cloud, &clinic.signed_up.cookie().unwrap()).await.status, 401);
}

#[tokio::test]
async fn what_is_no_cookie_of_ours_is_refused_alike() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let other = cloud.clinic("al-noor").await;
    let good = clinic.signed_up.cookie().unwrap();
    let parts: Vec<&str> = good.split(['=', '.']).collect();
    let [name, tenant, session, family, secret] = parts.try_into().unwrap();
    let foreign = other.tenant;
    let refused = cloud.post("/api/auth/refresh").send_expecting(401).await;
    for cookie in [
        format!("{name}="),
        format!("{name}=x"),
        format!("{name}={tenant}.{session}"),
        format!("{name}={tenant}.{session}."),
        format!("{name}={tenant}.{session}.{family}"),
        format!("{name}={tenant}.{session}.{secret}.{family}"),
        format!("{name}={tenant}.{session}.{family}x.{secret}"),
        format!("{name}={tenant}.{session}.{}.{secret}", family.to_uppercase()),
        format!("{name}={foreign}.{session}.{family}.{secret}"),
        format!("{name}={tenant}.{tenant}.{family}.{secret}"),
        format!("{name}={tenant}.{session}#x.{family}.{secret}"),
        format!("refresh={tenant}.{session}.{family}.{secret}"),
        format!("{name}={}", "a".repeat(7_000)),
    ] {
        let answer = refresh(&cloud, &cookie).await;
        assert_eq!(answer.comparable(), refused.comparable(), "{cookie}");
    }
    // Guesses have ended nothing. Only whoever had a cookie of the session can look like somebody with a copy.
    let answer = refresh(&cloud, &good).await;
    assert_eq!(answer.status, 200);
    cloud.advance(Duration::from_secs(31));
    assert_eq!(refresh(&cloud, &format!("{name}={tenant}.{session}.{family}.{secret}x")).await.status, 401);
    assert_eq!(refresh(&cloud, &answer.cookie().unwrap()).await.status, 401);
    assert_eq!(refresh(&cloud, &other.signed_up.cookie().unwrap()).await.status, 200);
}
