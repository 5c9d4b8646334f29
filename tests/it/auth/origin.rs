//! What a browser asks for with a cookie, or to get one, must come from the web app's own pages.

use dawr_api::function::Requires;
use dawr_testkit::{TestCloud, sample::Sample};

use crate::world::World;

/// The endpoints that a browser reaches without a token.
fn by_browsers() -> Vec<Sample> {
    Sample::endpoints().into_iter().filter(|sample| sample.function.http().unwrap().trusts_browsers()).collect()
}

#[tokio::test]
async fn another_sites_page_gets_nothing_done() {
    let cloud = TestCloud::start().await;
    let world = World::found(&cloud, "al-shifa").await;
    let before = cloud.items();
    let all = by_browsers();
    assert!(all.iter().any(|sample| sample.function.http().unwrap().requires == Requires::RefreshCookie));
    for sample in &all {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "https://api.dawr.example.evil.example"),
            ("origin", "null"),
        ] {
            let call = sample.call(&cloud, &world.values(sample)).header(name, value);
            let refused = call.expect_errors(403).await;
            assert_eq!(refused[0].0, "CrossSite", "{} {name}: {value}", sample.name());
            assert_eq!(cloud.items(), before, "{} {name}: {value}", sample.name());
        }
    }
}

#[tokio::test]
async fn the_web_app_and_what_is_no_browser_pass() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    let mut cookie = clinic.signed_up.cookie().unwrap();
    for headers in [
        vec![("sec-fetch-site", "same-origin"), ("origin", "https://app.dawr.example")],
        vec![("sec-fetch-site", "none")],
        vec![("host", "app.dawr.example"), ("origin", "https://app.dawr.example")],
        vec![],
    ] {
        let call = cloud.post("/api/auth/refresh").cookie(&cookie);
        let call = headers.iter().fold(call, |call, (name, value)| call.header(*name, value));
        cookie = call.send_expecting(200).await.cookie().unwrap();
    }
}

/// A token is no cookie: no page of another site has one.
#[tokio::test]
async fn whoever_brings_a_token_may_come_from_anywhere() {
    let cloud = TestCloud::start().await;
    let clinic = cloud.clinic("al-shifa").await;
    cloud.get("/api/users/me").as_(&clinic.owner).header("sec-fetch-site", "cross-site").expect(200).await;
}
