//! The viewer's address behind a distribution: it counts when the request proves that it came through ours.

use std::collections::BTreeMap;

use dawr_testkit::{Call, PASSWORD, TestCloud, TestOptions};
use serde_json::{Value, json};

/// What our distribution says with each request.
pub const EDGE: &str = "an edge of ours, 1f0c";

/// A cloud that knows its distribution.
pub async fn behind_an_edge() -> TestCloud {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, EDGE.as_bytes());
    let hash = data_encoding::HEXLOWER.encode(digest.as_ref());
    let settings = BTreeMap::from([("DAWR_EDGE_PROOF_SHA256".to_owned(), hash)]);
    TestCloud::with(TestOptions { settings, ..TestOptions::default() }).await
}

/// The request as the distribution passes it on, from an edge that others share. What the viewer says of themselves is passed on, too.
fn through<'a>(call: Call<'a>, viewer: &str) -> Call<'a> {
    let forwarded = format!("198.51.100.200, {viewer}, 130.176.0.9");
    let call = call.from([130, 176, 0, 9]).header("x-dawr-edge-proof", EDGE).header("x-forwarded-for", &forwarded);
    call.header("cloudfront-viewer-address", "203.0.113.240:46532")
}

fn asks<'a>(cloud: &'a TestCloud, name: &str) -> Call<'a> {
    let body = json!({ "clinic": "al-shifa", "username": name });
    cloud.post("/api/auth/forgot-password").json(&body)
}

#[tokio::test]
async fn a_viewer_is_limited_by_their_own_address_and_the_edge_by_none() {
    let cloud = behind_an_edge().await;
    cloud.clinic("al-shifa").await;
    for n in 0..30 {
        through(asks(&cloud, &format!("user-{n}")), "203.0.113.9").expect(202).await;
    }
    through(asks(&cloud, "one-more"), "203.0.113.9").expect_errors(429).await;
    for other in ["203.0.113.10", "2001:db8::7", "2001:db8:0:1::7"] {
        through(asks(&cloud, &format!("by-{}", other.len())), other).expect(202).await;
    }
    // Of a network of IPv6 each subscriber has at least 64 bits of addresses.
    for n in 0..29 {
        through(asks(&cloud, &format!("six-{n}")), &format!("2001:db8::a:{n}")).expect(202).await;
    }
    through(asks(&cloud, "seven"), "2001:db8::b:7").expect_errors(429).await;
}

#[tokio::test]
async fn whoever_only_says_so_is_who_the_gateway_saw() {
    let cloud = behind_an_edge().await;
    let clinic = cloud.clinic("al-shifa").await;
    let only = json!({ "security": { "allowedAddresses": ["203.0.113.0/24"] } });
    let set = cloud.patch("/api/tenants/me").as_(&clinic.owner).json(&only);
    through(set, "203.0.113.9").expect(200).await;
    cloud.advance(std::time::Duration::from_secs(30));
    let me = || cloud.get("/api/users/me").as_(&clinic.owner);
    through(me(), "203.0.113.77").expect(200).await;
    through(me(), "198.51.100.7").expect_errors(403).await;
    for proof in [None, Some("an edge of theirs"), Some("")] {
        let call = me().header("cloudfront-viewer-address", "203.0.113.9:46532");
        let call = call.header("x-forwarded-for", "203.0.113.9, 192.0.2.1");
        let call = match proof {
            Some(proof) => call.header("x-dawr-edge-proof", proof),
            None => call,
        };
        assert_eq!(call.expect_errors(403).await[0].0, "AddressNotAllowed");
    }
    // What is no address is nobody's: then the edge's own counts.
    for viewer in ["", "203.0.113.9:x", "203.0.113.9:46532", "203.0.113.9,", "localhost"] {
        assert_eq!(through(me(), viewer).expect_errors(403).await[0].0, "AddressNotAllowed", "{viewer}");
    }
    let forwarded =
        me().header("x-dawr-edge-proof", EDGE).header("x-forwarded-for", "198.51.100.7, 203.0.113.9, 192.0.2.1");
    forwarded.expect(200).await;
}

#[tokio::test]
async fn the_trail_and_the_sessions_tell_the_viewers_address() {
    let cloud = behind_an_edge().await;
    let clinic = cloud.clinic("al-shifa").await;
    let body = json!({ "clinic": "al-shifa", "username": "owner", "password": PASSWORD });
    let entered = through(cloud.post("/api/auth/login").json(&body), "203.0.113.9").send_expecting(200).await;
    let token = entered.data()["accessToken"].as_str().unwrap().to_owned();
    let sessions = cloud.get("/api/auth/sessions").as_(&token).expect(200).await;
    assert!(sessions["items"].to_string().contains("203.0.113.9"), "{sessions}");
    let role = json!({ "title": "منسق", "permissions": ["queues:read"] });
    through(cloud.post("/api/roles").as_(&clinic.owner).json(&role), "203.0.113.10").expect(201).await;
    let told = |entry: &Value| entry["action"]["S"] == "create_role" && entry.to_string().contains("203.0.113.10");
    assert!(cloud.items_of("audit").iter().any(told));
    assert!(!cloud.items_of("audit").iter().any(|entry| entry.to_string().contains("130.176.0.9")));
}

/// Without a distribution nothing that a request says of its viewer counts.
#[tokio::test]
async fn where_there_is_no_distribution_nothing_is_a_proof() {
    let cloud = TestCloud::start().await;
    cloud.clinic("al-shifa").await;
    for n in 0..30 {
        through(asks(&cloud, &format!("user-{n}")), &format!("203.0.113.{n}")).expect(202).await;
    }
    through(asks(&cloud, "one-more"), "203.0.113.200").expect_errors(429).await;
}
