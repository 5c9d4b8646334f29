//! The control API's answers to good and bad orders, and the page.

use serde_json::{Value, json};

use super::bed::{Bed, NUMBER, PATIENT, notice};

fn fields(answer: &Value) -> Vec<&str> {
    let mut fields: Vec<_> =
        answer["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    fields.sort_unstable();
    fields
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let bed = Bed::new().await;
    let (status, answer) = bed.control("faults", json!({ "kind": "slow", "to": "05", "times": 0, "x": 1 })).await;
    assert_eq!(status, 422);
    assert_eq!(fields(&answer), ["kind", "times", "to", "x"]);
    let (status, answer) = bed.control("replies", json!({ "text": " " })).await;
    assert_eq!((status, fields(&answer)), (422, vec!["from", "text"]));
    let (status, answer) = bed.control("replies", json!({ "from": PATIENT, "text": "x", "press": "y" })).await;
    assert_eq!((status, fields(&answer)), (422, vec!["text"]));
    let (status, answer) = bed.control("numbers", json!({ "phoneNumberId": "a b" })).await;
    assert_eq!(status, 422);
    assert_eq!(fields(&answer), ["accessToken", "appSecret", "callbackUrl", "displayNumber"]);
    for times in [json!(-1), json!(1.5), json!("2"), json!(1_000_001)] {
        assert_eq!(bed.control("faults", json!({ "kind": "http:500", "times": times })).await.0, 422, "{times}");
    }
    assert_eq!(bed.get("/simulator/api/faults").await, json!([]));
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let bed = Bed::new().await;
    for body in ["", "{", "[]", "null"] {
        let (status, answer) = bed.post_raw("/simulator/api/faults", "", body.to_owned()).await;
        assert_eq!((status, &answer["success"]), (400, &json!(false)), "{body}");
    }
}

#[tokio::test]
async fn times_is_one_unless_said() {
    let bed = Bed::new().await;
    let (status, fault) = bed.control("faults", json!({ "kind": "no_webhooks", "to": null })).await;
    assert_eq!(status, 201);
    assert_eq!((&fault["times"], &fault["remaining"], &fault["to"]), (&json!(1), &json!(1), &Value::Null));
}

#[tokio::test]
async fn a_reply_needs_a_number_that_is_there() {
    let bed = Bed::new().await;
    let (status, answer) = bed.control("replies", json!({ "from": PATIENT, "text": "x", "to": "nobody" })).await;
    assert_eq!((status, fields(&answer)), (422, vec!["to"]));
    // Nobody wrote yet: the only number.
    let (status, answer) = bed.control("replies", json!({ "from": PATIENT, "text": "x" })).await;
    assert_eq!((status, &answer["to"]), (201, &json!(NUMBER)));
}

#[tokio::test]
async fn messages_can_be_asked_for_by_phone_in_any_writing() {
    let bed = Bed::new().await;
    bed.send(notice("one")).await;
    let mut other = notice("two");
    other["to"] = json!("+201012345678");
    bed.send(other).await;
    for to in ["%2B966501234567", "+966501234567", "00966501234567", "966501234567"] {
        let messages = bed.get(&format!("/simulator/api/messages?to={to}")).await;
        assert_eq!(messages.as_array().unwrap().len(), 1, "{to}");
    }
    let response = bed.http.get(format!("{}/simulator/api/messages?to=abc", bed.base)).send().await.unwrap();
    assert_eq!(response.status(), 422);
}

#[tokio::test]
async fn a_number_can_be_registered_over_http() {
    let bed = Bed::new().await;
    let body = json!({
        "phoneNumberId": "3333", "displayNumber": "+966115555555", "accessToken": "token-c", "appSecret": "secret-c",
        "callbackUrl": "/hook", "name": "Clinic C",
    });
    assert_eq!(bed.control("numbers", body.clone()).await.0, 201);
    assert_eq!(bed.control("numbers", body.clone()).await.0, 200);
    let mut bad = body;
    bad["callbackUrl"] = json!("hook");
    let (status, answer) = bed.control("numbers", bad).await;
    assert_eq!((status, fields(&answer)), (422, vec!["callbackUrl"]));
    let (status, _) = bed.post_raw("/simulator/graph/v26.0/3333/messages", "token-c", notice("x").to_string()).await;
    assert_eq!(status, 200);
    assert!(!bed.get("/simulator/api/numbers").await.to_string().contains("secret"));
}

#[tokio::test]
async fn the_state_says_when_nothing_changed() {
    let bed = Bed::new().await;
    bed.send(notice("x")).await;
    let state = bed.get("/simulator/api/state?phone=966501234567&search=50123").await;
    assert_eq!(state["phones"][0]["phone"], PATIENT);
    assert_eq!(state["chat"][0]["text"], "x");
    assert_eq!(state["owed"], 3);
    let again = format!("{}/simulator/api/state?after={}", bed.base, state["revision"].as_str().unwrap());
    assert_eq!(bed.http.get(&again).send().await.unwrap().status(), 204);
    bed.reply("hi").await;
    assert_eq!(bed.http.get(&again).send().await.unwrap().status(), 200);
    assert_eq!(bed.get("/simulator/api/state?search=+962790000000").await["candidate"], "+962790000000");
}

#[tokio::test]
async fn another_sites_page_is_kept_out() {
    let bed = Bed::new().await;
    let request = bed.http.delete(format!("{}/simulator/api/faults", bed.base));
    assert_eq!(request.header("sec-fetch-site", "cross-site").send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn the_page_needs_nothing_from_outside() {
    let bed = Bed::new().await;
    for path in [
        "/simulator",
        "/simulator/",
        "/simulator/app.js",
        "/simulator/texts.js",
        "/simulator/app.css",
        "/simulator/icon.svg",
    ] {
        let response = bed.http.get(format!("{}{path}", bed.base)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}");
        let content = response.text().await.unwrap().replace("http://www.w3.org/2000/svg", "");
        assert!(!content.is_empty(), "{path}");
        assert!(!content.contains("http://") && !content.contains("https://"), "{path}");
    }
}
