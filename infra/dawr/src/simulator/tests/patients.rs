//! What patients and WhatsApp send, in Meta's form since April 2026.

use serde_json::{Value, json};

use super::bed::{Bed, NUMBER, PATIENT, SECRET, TOKEN, notice, text};
use crate::simulator::signature::sign;

/// The newest message that came in.
async fn inbound(bed: &Bed) -> Value {
    let arrived = bed.settle().await;
    let webhook = arrived.iter().rev().find(|webhook| webhook.event() == "message").unwrap();
    assert_eq!(webhook.signature, sign(SECRET, &webhook.raw));
    webhook.value["messages"][0].clone()
}

async fn sends(bed: &Bed, message: Value) -> Value {
    let (status, answer) = bed.control("replies", json!({ "from": PATIENT, "message": message })).await;
    assert_eq!(status, 201, "{answer}");
    inbound(bed).await
}

#[tokio::test]
async fn everybody_has_a_user_id_for_each_number() {
    let bed = Bed::new().await;
    bed.register("2222", "+966119999999", "token-b", "secret-b").await;
    bed.control("replies", json!({ "from": PATIENT, "text": "a", "to": NUMBER, "name": "سارة" })).await;
    bed.control("replies", json!({ "from": PATIENT, "text": "b", "to": "2222" })).await;
    bed.send(notice("x")).await;
    let arrived = bed.settle().await;
    let of = |number: &str, event: &str| {
        let found = arrived.iter().find(|webhook| {
            webhook.value["metadata"]["phone_number_id"] == number && webhook.event() == event
        });
        found.unwrap().value.clone()
    };
    let (first, other) = (of(NUMBER, "message"), of("2222", "message"));
    let id = first["messages"][0]["from_user_id"].as_str().unwrap();
    assert!(id.starts_with("SA.") && id.len() > 10, "{id}");
    assert_eq!(first["contacts"], json!([{ "profile": { "name": "سارة" }, "wa_id": "966501234567", "user_id": id }]));
    assert_ne!(other["messages"][0]["from_user_id"], id);
    for event in ["sent", "delivered", "read"] {
        let status = of(NUMBER, event);
        assert_eq!(status["contacts"][0]["user_id"], id, "{event}");
        assert_eq!(status["statuses"][0]["recipient_user_id"], id, "{event}");
        assert_eq!(status["statuses"][0]["conversation"], Value::Null);
    }
}

#[tokio::test]
async fn all_that_a_patient_can_send_comes_as_meta_sends_it() {
    let bed = Bed::new().await;
    for (kind, mime) in [
        ("image", "image/jpeg"),
        ("video", "video/mp4"),
        ("audio", "audio/ogg; codecs=opus"),
        ("document", "application/pdf"),
        ("sticker", "image/webp"),
    ] {
        let sent = sends(&bed, json!({ "type": kind, kind: { "caption": "أشعة" } })).await;
        assert_eq!((&sent["type"], &sent[kind]["mime_type"]), (&json!(kind), &json!(mime)));
        assert_eq!(sent[kind]["voice"].as_bool(), (kind == "audio").then_some(true));
        // The clinic fetches it.
        let url = format!("{}/simulator/graph/v26.0/{}", bed.base, sent[kind]["id"].as_str().unwrap());
        assert_eq!(bed.http.get(url).bearer_auth(TOKEN).send().await.unwrap().status(), 200, "{kind}");
    }
    for message in [
        json!({ "type": "location", "location": { "latitude": 24.7, "longitude": 46.6, "name": "البيت" } }),
        json!({ "type": "contacts", "contacts": [{ "name": { "formatted_name": "أم محمد" } }] }),
        json!({ "type": "reaction", "reaction": { "message_id": "wamid.X", "emoji": "👍" } }),
        json!({ "type": "button", "button": { "payload": "Stop promotions", "text": "Stop promotions" } }),
        json!({ "type": "interactive", "interactive": { "type": "nfm_reply", "nfm_reply": { "body": "Sent", "name": "flow", "response_json": "{}" } } }),
        json!({ "type": "edit", "edit": { "original_message_id": "wamid.X", "message": { "type": "text", "text": { "body": "x" } } } }),
        json!({ "type": "revoke", "revoke": { "original_message_id": "wamid.X" } }),
        json!({ "type": "request_welcome" }),
    ] {
        let sent = sends(&bed, message.clone()).await;
        for (field, value) in message.as_object().unwrap() {
            assert_eq!(sent[field], *value, "{message}");
        }
        assert!(sent["id"].is_string() && sent["timestamp"].is_string() && sent["from"] == "966501234567");
    }
    assert_eq!(sends(&bed, json!({ "type": "unsupported" })).await["errors"][0]["code"], 131_051);
    for wrong in [json!({ "type": "hologram" }), json!({ "type": "image" }), json!({}), json!("x")] {
        assert_eq!(bed.control("replies", json!({ "from": PATIENT, "message": wrong })).await.0, 422, "{wrong}");
    }
}

#[tokio::test]
async fn what_is_pressed_comes_back_with_what_it_was_under() {
    let bed = Bed::new().await;
    bed.reply("hi").await;
    let with = |interactive: Value| {
        let mut body = text("x");
        body["type"] = json!("interactive");
        body["interactive"] = interactive;
        body
    };
    let button = json!({ "type": "button", "body": { "text": "قادم؟" }, "action": { "buttons": [
        { "type": "reply", "reply": { "id": "cancel-appt-7", "title": "إلغاء" } }] } });
    let list = json!({ "type": "list", "body": { "text": "متى؟" }, "action": { "button": "اختر", "sections": [
        { "rows": [{ "id": "sun", "title": "الأحد", "description": "صباحًا" }] }] } });
    let (_, sent) = bed.send(with(button)).await;
    bed.send(with(list)).await;
    let press = async |what: &str| {
        let (status, answer) = bed.control("replies", json!({ "from": PATIENT, "press": what })).await;
        assert_eq!(status, 201, "{answer}");
        inbound(&bed).await
    };
    let pressed = press("إلغاء").await;
    assert_eq!(pressed["interactive"], json!({ "type": "button_reply", "button_reply": { "id": "cancel-appt-7", "title": "إلغاء" } }));
    assert_eq!(pressed["context"], json!({ "from": "966112223334", "id": sent["messages"][0]["id"] }));
    let row = press("sun").await;
    assert_eq!(row["interactive"]["list_reply"], json!({ "id": "sun", "title": "الأحد", "description": "صباحًا" }));
    assert_eq!(bed.control("replies", json!({ "from": PATIENT, "press": "nothing" })).await.0, 422);
}

#[tokio::test]
async fn somebody_without_a_phone_writes_and_is_written_to() {
    let bed = Bed::new().await;
    let id = "SA.13491208655302741918";
    let person = json!({ "person": id, "name": "نورة", "username": "@noura" });
    assert_eq!(bed.control("people", person).await.1["userIds"][NUMBER], id);
    assert_eq!(bed.control("replies", json!({ "from": id, "text": "STOP" })).await.0, 201);
    let arrived = bed.settle().await;
    let value = &arrived.last().unwrap().value;
    assert_eq!(value["contacts"], json!([{ "profile": { "name": "نورة", "username": "@noura" }, "user_id": id }]));
    assert_eq!((&value["messages"][0]["from"], &value["messages"][0]["from_user_id"]), (&Value::Null, &json!(id)));
    let mut body = text("أهلًا");
    body["to"] = Value::Null;
    body["recipient"] = json!(id);
    assert_eq!(bed.send(body).await.0, 200);
    let status = bed.settle().await.pop().unwrap().value;
    assert_eq!((&status["statuses"][0]["recipient_id"], &status["contacts"][0]["user_id"]), (&Value::Null, &json!(id)));
    assert_eq!(bed.get(&format!("/simulator/api/messages?to={id}")).await[0]["text"], "أهلًا");
    // Somebody with a phone that they do not show.
    bed.control("people", json!({ "person": PATIENT, "username": "@sara", "hidesPhone": true })).await;
    bed.reply("hi").await;
    let value = bed.settle().await.pop().unwrap().value;
    assert_eq!((&value["messages"][0]["from"], &value["contacts"][0]["wa_id"]), (&Value::Null, &Value::Null));
    assert!(value["contacts"][0]["user_id"].as_str().unwrap().starts_with("SA."));
}

/// Only what a person wrote opens the window.
#[tokio::test]
async fn a_changed_number_is_told_and_opens_no_window() {
    let bed = Bed::new().await;
    let (status, _) = bed.control("events", json!({ "kind": "number_changed", "from": PATIENT, "newNumber": "+966502222222" })).await;
    assert_eq!(status, 201);
    let arrived = bed.settle().await;
    let value = &arrived[0].value;
    assert_eq!(value["contacts"], Value::Null);
    let system = &value["messages"][0];
    assert_eq!((&system["type"], &system["from"]), (&json!("system"), &json!("966501234567")));
    assert_eq!((&system["system"]["type"], &system["system"]["wa_id"]), (&json!("user_changed_number"), &json!("966502222222")));
    assert_ne!(system["system"]["user_id"], system["system"]["previous_user_id"]);
    for message in [json!({ "type": "unsupported" }), json!({ "type": "request_welcome" })] {
        bed.control("replies", json!({ "from": PATIENT, "message": message })).await;
    }
    bed.send(text("hello")).await;
    assert_eq!(bed.settle().await.pop().unwrap().value["statuses"][0]["errors"][0]["code"], 131_047);
}

#[tokio::test]
async fn whatsapp_tells_of_templates_accounts_and_wishes() {
    let bed = Bed::new().await;
    let told = async |event: Value| {
        bed.settle().await;
        let (status, answer) = bed.control("events", event).await;
        assert_eq!(status, 201, "{answer}");
        let webhook = bed.settle().await.pop().unwrap();
        assert_eq!(webhook.signature, sign(SECRET, &webhook.raw));
        serde_json::from_slice::<Value>(&webhook.raw).unwrap()["entry"][0].clone()
    };
    let entry = told(json!({ "kind": "template", "template": "dawr_notice", "event": "paused", "reason": "LOW_QUALITY" })).await;
    assert_eq!((&entry["id"], entry["time"].is_i64()), (&json!(format!("1{NUMBER}")), true));
    assert_eq!(entry["changes"][0]["field"], "message_template_status_update");
    assert_eq!(entry["changes"][0]["value"]["event"], "PAUSED");
    assert_eq!(bed.send(notice("x")).await.1["error"]["code"], 132_015);
    told(json!({ "kind": "template", "template": "dawr_notice", "event": "APPROVED" })).await;
    assert_eq!(bed.send(notice("x")).await.0, 200);
    let entry = told(json!({ "kind": "account", "event": "DISABLED_UPDATE", "value": { "ban_info": { "waba_ban_state": "DISABLE" } } })).await;
    assert_eq!(entry["changes"][0]["value"]["ban_info"]["waba_ban_state"], "DISABLE");
    let entry = told(json!({ "kind": "preference", "from": PATIENT, "value": "stop" })).await;
    assert_eq!(entry["changes"][0]["field"], "user_preferences");
    let wish = &entry["changes"][0]["value"]["user_preferences"][0];
    assert_eq!((&wish["value"], &wish["category"], &wish["wa_id"]), (&json!("stop"), &json!("marketing_messages"), &json!("966501234567")));
    let entry = told(json!({ "kind": "field", "field": "security", "value": { "event": "PIN_CHANGED" } })).await;
    assert_eq!(entry["changes"][0], json!({ "field": "security", "value": { "event": "PIN_CHANGED" } }));
    for wrong in [json!({}), json!({ "kind": "x" }), json!({ "kind": "preference", "from": PATIENT, "value": "maybe" })] {
        assert_eq!(bed.control("events", wrong.clone()).await.0, 422, "{wrong}");
    }
}

#[tokio::test]
async fn a_raw_callback_goes_out_byte_for_byte() {
    let bed = Bed::new().await;
    let body = r#"{ "object":"whatsapp_business_account",  "entry": [] }"#;
    let (status, _) = bed.post_raw(&format!("/simulator/api/raw?to={NUMBER}"), "", body.to_owned()).await;
    assert_eq!(status, 201);
    let webhook = bed.settle().await.pop().unwrap();
    assert_eq!((webhook.raw.as_slice(), webhook.signature), (body.as_bytes(), sign(SECRET, body.as_bytes())));
}
