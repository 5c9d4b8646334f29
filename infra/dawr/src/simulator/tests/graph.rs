//! Meta's side: what is taken, what is refused, and in which words.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::bed::{Bed, NUMBER, PATIENT, TOKEN, events, notice, text};
use crate::simulator::graph::request::{Request, parse};

#[tokio::test]
async fn an_accepted_message_is_answered_like_meta_and_is_on_the_phone() {
    let bed = Bed::new().await;
    let (status, answer) = bed.send(notice("دورك رقم ٥\nأهلا")).await;
    assert_eq!(status, 200, "{answer}");
    let wamid = answer["messages"][0]["id"].as_str().unwrap();
    assert!(wamid.starts_with("wamid."));
    assert_eq!(answer["contacts"], json!([{ "input": PATIENT, "wa_id": "966501234567" }]));
    assert_eq!(
        bed.get("/simulator/api/messages").await,
        json!([{
            "to": PATIENT, "wamid": wamid, "text": "دورك رقم ٥\nأهلا", "at": "2026-11-21T08:00:00Z",
            "from": "+966112223334", "phoneNumberId": NUMBER, "type": "template",
            "bizOpaqueCallbackData": "msg_1", "told": "none",
        }])
    );
    let (_, second) = bed.send(notice("again")).await;
    assert_ne!(second["messages"][0]["id"], answer["messages"][0]["id"]);
}

#[tokio::test]
async fn who_may_send_is_checked_before_what_is_sent() {
    let bed = Bed::new().await;
    bed.register("2222", "+966119999999", "token-b", "secret-b").await;
    let body = || notice("x").to_string();
    let path = |id: &str| format!("/simulator/graph/v26.0/{id}/messages");

    let (status, answer) = bed.post_raw(&path("999"), TOKEN, body()).await;
    assert_eq!((status, &answer["error"]["code"], &answer["error"]["error_subcode"]), (400, &json!(100), &json!(33)));
    assert_eq!(answer["error"]["type"], "GraphMethodException");

    for token in ["wrong", "", "token-b"] {
        let (status, answer) = bed.post_raw(&path(NUMBER), token, body()).await;
        assert_eq!((status, &answer["error"]["code"]), (401, &json!(190)), "{token}");
        assert_eq!(answer["error"]["type"], "OAuthException");
        assert!(answer["error"]["fbtrace_id"].is_string());
    }

    let (status, answer) = bed.post_raw(&format!("/simulator/graph/nope/{NUMBER}/messages"), TOKEN, body()).await;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!(2500)));

    let response = bed.http.get(format!("{}{}", bed.base, path(NUMBER))).send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert_eq!(response.json::<Value>().await.unwrap()["error"]["error_subcode"], 33);
    assert!(bed.phone_texts().await.is_empty());
}

#[tokio::test]
async fn a_wrong_body_is_refused_in_metas_shape_and_changes_nothing() {
    let bed = Bed::new().await;
    let (status, answer) = bed.send(json!({ "messaging_product": "whatsapp", "to": PATIENT, "text": {} })).await;
    assert_eq!(status, 400);
    let error = &answer["error"];
    assert_eq!(error["message"], "(#131008) Required parameter is missing");
    assert_eq!(error["type"], "OAuthException");
    assert_eq!(error["code"], 131_008);
    assert_eq!(
        error["error_data"],
        json!({ "messaging_product": "whatsapp", "details": "The parameter text['body'] is required." })
    );
    assert_eq!(bed.owed().await, 0);
}

/// The error code of a body, or 0 when it is valid.
fn code(body: &str) -> u32 {
    parse(body.as_bytes()).err().map_or(0, |error| error.code())
}

fn with(changes: Value) -> String {
    let mut body = text("hello");
    for (field, value) in changes.as_object().unwrap() {
        body[field] = value.clone();
    }
    body.to_string()
}

#[test]
fn bodies_are_judged_as_meta_judges_them() {
    assert_eq!(code("{"), 100);
    assert_eq!(code("[]"), 100);
    assert_eq!(code("{}"), 100);
    for (changes, expected) in [
        (json!({}), 0),
        (json!({ "messaging_product": "sms" }), 100),
        (json!({ "recipient_type": "group" }), 100),
        (json!({ "to": null }), 100),
        (json!({ "to": "" }), 100),
        (json!({ "to": "0501234567" }), 131_009),
        (json!({ "to": "966 50-123 4567" }), 0),
        (json!({ "type": 5 }), 100),
        (json!({ "type": "hologram" }), 131_051),
        (json!({ "text": "hello" }), 100),
        (json!({ "text": { "body": "" } }), 100),
        (json!({ "text": { "body": "   " } }), 100),
        (json!({ "text": { "body": 5 } }), 100),
        (json!({ "text": { "body": "ب".repeat(4096) } }), 0),
        (json!({ "text": { "body": "ب".repeat(4097) } }), 100),
        (json!({ "text": { "body": "x", "preview_url": "yes" } }), 100),
        (json!({ "biz_opaque_callback_data": "x".repeat(512) }), 0),
        (json!({ "biz_opaque_callback_data": "x".repeat(513) }), 100),
        (json!({ "biz_opaque_callback_data": { "id": 1 } }), 100),
        (json!({ "context": { "message_id": "wamid.X" } }), 0),
        (json!({ "context": {} }), 131_008),
        (json!({ "type": "image" }), 100),
        (json!({ "type": "image", "image": { "link": "https://x.example/a.png", "caption": "c" } }), 0),
        (json!({ "type": "image", "image": { "link": "ftp://x.example/a.png" } }), 131_009),
        (json!({ "type": "image", "image": { "id": "123" } }), 131_009),
    ] {
        assert_eq!(code(&with(changes.clone())), expected, "{changes}");
    }
}

#[test]
fn interactive_messages_keep_within_metas_limits() {
    let button = |id: &str, title: &str| json!({ "type": "reply", "reply": { "id": id, "title": title } });
    let buttons = |buttons: Vec<Value>| {
        let interactive = json!({ "type": "button", "body": { "text": "Coming?" }, "action": { "buttons": buttons } });
        code(&with(json!({ "type": "interactive", "interactive": interactive })))
    };
    assert_eq!(buttons(vec![button("y", "نعم"), button("n", "لا")]), 0);
    assert_eq!(buttons(vec![]), 131_009);
    assert_eq!(buttons((0..4).map(|n| button("i", &n.to_string())).collect()), 131_009);
    assert_eq!(buttons(vec![button("y", "same"), button("n", "same")]), 131_009);
    assert_eq!(buttons(vec![button("y", &"x".repeat(21))]), 100);

    let list = |rows: usize| {
        let rows: Vec<_> = (0..rows).map(|n| json!({ "id": n.to_string(), "title": format!("row {n}") })).collect();
        let action = json!({ "button": "Choose", "sections": [{ "rows": rows }] });
        let interactive = json!({ "type": "list", "body": { "text": "Which day?" }, "action": action });
        code(&with(json!({ "type": "interactive", "interactive": interactive })))
    };
    assert_eq!(list(10), 0);
    assert_eq!(list(0), 131_009);
    assert_eq!(list(11), 131_009);
}

fn shown(template: Value) -> Result<String, u32> {
    let body = with(json!({ "type": "template", "template": template }));
    match parse(body.as_bytes()) {
        Ok(Request::Message(message)) => Ok(message.text),
        Ok(Request::Read { .. }) => panic!("no receipt"),
        Err(error) => Err(error.code()),
    }
}

#[test]
fn a_template_shows_its_parameters() {
    let template = |name: &str, language: &str, texts: &[&str]| {
        let parameters: Vec<_> = texts.iter().map(|text| json!({ "type": "text", "text": text })).collect();
        json!({ "name": name, "language": { "code": language },
                "components": [{ "type": "body", "parameters": parameters }] })
    };
    assert_eq!(shown(template("dawr_notice", "ar", &["line\nline"])), Ok("line\nline".into()));
    assert_eq!(shown(template("your_turn", "en_US", &["A", "B"])), Ok("[your_turn] A | B".into()));
    assert_eq!(shown(json!({ "name": "hello_world", "language": { "code": "en_US" } })), Ok("[hello_world]".into()));
    assert_eq!(shown(template("dawr_notice", "ar", &["a", "b"])), Err(132_000));
    assert_eq!(shown(template("your_turn", "ar_SA", &["a"])), Err(132_001));
    assert_eq!(shown(template("Your Turn", "ar", &["a"])), Err(132_001));
    assert_eq!(shown(template("your_turn", "ar", &["a\nb"])), Err(132_018));
    assert_eq!(shown(template("your_turn", "ar", &[" "])), Err(131_008));
    assert_eq!(shown(json!({ "name": "your_turn" })), Err(131_008));
}

#[tokio::test]
async fn free_text_outside_the_window_is_taken_and_then_fails() {
    let bed = Bed::new().await;
    let (status, answer) = bed.send(text("hello")).await;
    assert_eq!(status, 200);
    let arrived = bed.settle().await;
    assert_eq!(events(&arrived), ["failed"]);
    let failure = &arrived[0].value["statuses"][0];
    assert_eq!(failure["id"], answer["messages"][0]["id"]);
    assert_eq!(failure["errors"][0]["code"], 131_047);
    assert!(bed.phone_texts().await.is_empty());
}

#[tokio::test]
async fn a_reply_opens_the_window_of_that_number_for_24_hours() {
    let bed = Bed::new().await;
    bed.register("2222", "+966119999999", "token-b", "secret-b").await;
    let (status, _) = bed.control("replies", json!({ "from": PATIENT, "text": "hi", "to": NUMBER })).await;
    assert_eq!(status, 201);

    bed.advance(SignedDuration::from_hours(24) - SignedDuration::from_millis(1));
    bed.send(text("inside")).await;
    let other = "/simulator/graph/v26.0/2222/messages";
    bed.post_raw(other, "token-b", text("other clinic").to_string()).await;
    assert_eq!(bed.phone_texts().await, ["inside"]);

    bed.advance(SignedDuration::from_millis(1));
    bed.send(text("outside")).await;
    assert_eq!(bed.phone_texts().await, ["inside"]);
}

#[tokio::test]
async fn a_read_receipt_is_for_a_message_that_this_number_got() {
    let bed = Bed::new().await;
    bed.reply("hello").await;
    let wamid = bed.settle().await[0].value["messages"][0]["id"].clone();
    let receipt = |id: &Value| json!({ "messaging_product": "whatsapp", "status": "read", "message_id": id });
    assert_eq!(bed.send(receipt(&wamid)).await, (200, json!({ "success": true })));
    assert_eq!(bed.send(receipt(&json!("wamid.unknown"))).await.0, 400);
    let state = bed.get("/simulator/api/state?phone=966501234567").await;
    assert_eq!(state["chat"][0]["told"], "read");
}

#[tokio::test]
async fn a_number_cannot_write_to_itself() {
    let bed = Bed::new().await;
    let mut body = notice("x");
    body["to"] = json!("+966112223334");
    assert_eq!(bed.send(body).await.1["error"]["code"], 131_021);
}
