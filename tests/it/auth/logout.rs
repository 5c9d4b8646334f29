//! `POST /api/auth/logout`

use dawr_testkit::TestCloud;

#[tokio::test]
async fn the_session_ends_and_the_cookie_goes() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let cookie = clinic.signed_up.cookie().unwrap();
    let answer = cloud.post("/api/auth/logout").cookie(&cookie).send_expecting(204).await;
    assert!(answer.header("set-cookie").starts_with("__Secure-refresh=; Max-Age=0; Path=/api/auth;"));
    assert!(cloud.items_of("session").is_empty());
    cloud.post("/api/auth/refresh").cookie(&cookie).expect_errors(401).await;
    cloud.post("/api/auth/logout").cookie(&cookie).expect(204).await;
}

#[tokio::test]
async fn without_a_session_there_is_nothing_to_end() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    cloud.post("/api/auth/logout").expect(204).await;
    cloud.post("/api/auth/logout").cookie("__Secure-refresh=x").expect(204).await;
    let cookie = clinic.signed_up.cookie().unwrap();
    let forged = format!("{}x", cookie);
    cloud.post("/api/auth/logout").cookie(&forged).expect(204).await;
    assert_eq!(cloud.items_of("session").len(), 1, "who does not hold the secret ends nothing");
    cloud.post("/api/auth/refresh").cookie(&cookie).expect(200).await;
}
