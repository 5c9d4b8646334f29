//! Meta's side: what is taken, what is refused, and in which words.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::bed::{Bed, NUMBER, PATIENT, TOKEN, events, notice, text};
use crate::simulator::graph::request::{Request, parse};

#[tokio::test]
async fn an_accepted_message_is_answered_like_meta_and_is_on_the_phone() {
    let bed = Bed::new().await;
    let (status, answer) = bed.send(notice("دورك رقم ٥، أهلا")).await;
    assert_eq!(status, 200, "{answer}");
    let wamid = answer["messages"][0]["id"].as_str().unwrap();
    assert!(wamid.starts_with("wamid."));
    assert_eq!(answer["contacts"], json!([{ "input": PATIENT, "wa_id": "966501234567" }]));
    assert_eq!(
        bed.get("/simulator/api/messages").await,
        json!([{
            "to": PATIENT, "wamid": wamid, "text": "دورك رقم ٥، أهلا", "at": "2026-11-21T08:00:00Z",
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
        (json!({ "type": "image", "image": { "id": "123" } }), 0),
        (json!({ "type": "image", "image": { "id": "123", "link": "https://x.example/a.png" } }), 100),
        (json!({ "type": "image", "image": { "id": "123", "caption": "x".repeat(1025) } }), 100),
        (json!({ "type": "image", "image": {} }), 131_008),
        (json!({ "type": "audio", "audio": { "id": "123", "caption": "c" } }), 100),
        (json!({ "type": "location", "location": { "latitude": 24.7, "longitude": "46.6" } }), 0),
        (json!({ "type": "location", "location": { "latitude": 94.7, "longitude": 46.6 } }), 131_009),
        (json!({ "type": "location", "location": { "latitude": 24.7 } }), 131_008),
        (json!({ "type": "reaction", "reaction": { "message_id": "wamid.X", "emoji": "👍" } }), 0),
        (json!({ "type": "reaction", "reaction": { "message_id": "wamid.X", "emoji": "" } }), 0),
        (json!({ "type": "reaction", "reaction": { "message_id": "wamid.X", "emoji": "yes" } }), 131_009),
        (json!({ "type": "contacts", "contacts": [{ "name": { "formatted_name": "د. سارة", "first_name": "سارة" } }] }), 0),
        (json!({ "type": "contacts", "contacts": [{ "name": { "formatted_name": "د. سارة" } }] }), 131_008),
        (json!({ "type": "contacts", "contacts": [] }), 131_009),
        (json!({ "to": null, "recipient": "SA.13491208655302741918" }), 0),
        (json!({ "recipient": "nobody" }), 0),
        (json!({ "to": null, "recipient": "nobody" }), 131_009),
        (json!({ "to": "SA.13491208655302741918" }), 131_009),
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
    assert_eq!(buttons(vec![button("same", "y"), button("same", "n")]), 131_009);
    assert_eq!(buttons(vec![button(&"i".repeat(256), "y")]), 0);
    assert_eq!(buttons(vec![button(&"i".repeat(257), "y")]), 100);
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

    let row = |id: &str, title: &str, description: &str| json!({ "id": id, "title": title, "description": description });
    let rows = |button: &str, rows: Vec<Value>| {
        let action = json!({ "button": button, "sections": [{ "rows": rows }] });
        let interactive = json!({ "type": "list", "body": { "text": "Which day?" }, "action": action });
        code(&with(json!({ "type": "interactive", "interactive": interactive })))
    };
    assert_eq!(rows("Choose", vec![row("1", &"t".repeat(24), &"d".repeat(72))]), 0);
    assert_eq!(rows("Choose", vec![row("1", &"t".repeat(25), "d")]), 100);
    assert_eq!(rows("Choose", vec![row("1", "t", &"d".repeat(73))]), 100);
    assert_eq!(rows(&"b".repeat(21), vec![row("1", "t", "d")]), 100);
    assert_eq!(rows("Choose", vec![row("1", "t", "d"), row("1", "u", "d")]), 131_009);
}

#[test]
fn other_interactive_messages_are_known() {
    let sent = |interactive: Value| code(&with(json!({ "type": "interactive", "interactive": interactive })));
    let body = json!({ "text": "x" });
    let link = |url: &str| json!({ "name": "cta_url", "parameters": { "display_text": "Open", "url": url } });
    assert_eq!(sent(json!({ "type": "cta_url", "body": body, "action": link("https://x.example") })), 0);
    assert_eq!(sent(json!({ "type": "cta_url", "body": body, "action": link("x.example") })), 131_009);
    let flow = json!({ "name": "flow", "parameters": { "flow_message_version": "3", "flow_id": "1", "flow_cta": "Go" } });
    assert_eq!(sent(json!({ "type": "flow", "body": body, "action": flow })), 0);
    assert_eq!(sent(json!({ "type": "flow", "body": body, "action": { "parameters": {} } })), 131_008);
    let product = json!({ "catalog_id": "1", "product_retailer_id": "2" });
    assert_eq!(sent(json!({ "type": "product", "action": product })), 0);
    let card = |index: usize, id: &str| {
        json!({
            "card_index": index, "type": "cta_url", "header": { "type": "image", "image": { "link": "https://x.example/a" } },
            "body": { "text": "card" }, "action": { "buttons": [{ "type": "reply", "reply": { "id": id, "title": "Go" } }] },
        })
    };
    let mut cards = vec![card(0, "a"), card(1, "b")];
    for card in &mut cards {
        card["type"] = json!("button");
    }
    assert_eq!(sent(json!({ "type": "carousel", "body": body, "action": { "cards": cards } })), 0);
    cards[1] = cards[0].clone();
    assert_eq!(sent(json!({ "type": "carousel", "body": body, "action": { "cards": cards } })), 131_009);
    assert_eq!(sent(json!({ "type": "carousel", "body": body, "action": { "cards": [card(0, "a")] } })), 131_009);
    assert_eq!(sent(json!({ "type": "hologram", "body": body, "action": {} })), 100);
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
    assert_eq!(shown(template("your_turn", "en_US", &["A", "B"])), Ok("[your_turn] A | B".into()));
    assert_eq!(shown(json!({ "name": "hello_world", "language": { "code": "en_US" } })), Ok("[hello_world]".into()));
    assert_eq!(shown(template("your_turn", "ar_SA", &["a"])), Err(132_001));
    assert_eq!(shown(template("Your Turn", "ar", &["a"])), Err(132_001));
    for broken in ["a\nb", "a\r\nb", "a\tb", "a     b", "a\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}b", "a\u{2028}b", "     a", "a\u{3000} \u{2009}  b"] {
        for name in ["your_turn", "dawr_notice"] {
            assert_eq!(shown(template(name, "ar", &[broken])), Err(132_018), "{broken:?} in {name}");
        }
    }
    assert_eq!(shown(template("your_turn", "ar", &["a    b"])), Ok("[your_turn] a    b".into()));
    for empty in ["", " ", "\u{200B}", "\u{200F}\u{200E}", "\u{A0}"] {
        assert_eq!(shown(template("your_turn", "ar", &[empty])), Err(131_008), "{empty:?}");
    }
    let long = "م".repeat(600);
    assert_eq!(shown(template("your_turn", "ar", &[&long, &long])), Err(132_005));
    assert!(shown(template("your_turn", "ar", &[&"م".repeat(1024)])).is_ok());
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

#[tokio::test]
async fn the_notice_template_has_one_variable_as_any_approved_one_has_its_own() {
    let bed = Bed::new().await;
    let with = |texts: &[&str]| {
        let mut body = notice("x");
        let parameters: Vec<_> = texts.iter().map(|text| json!({ "type": "text", "text": text })).collect();
        body["template"]["components"][0]["parameters"] = json!(parameters);
        body
    };
    for texts in [&[][..], &["a", "b"]] {
        let (status, answer) = bed.send(with(texts)).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(132_000)), "{texts:?}");
    }
    assert_eq!(bed.send(with(&["a"])).await.0, 200);
    assert_eq!(bed.owed().await, 3, "what was refused left nothing behind");
}

#[tokio::test]
async fn a_template_that_was_made_is_held_to_its_form() {
    let bed = Bed::new().await;
    let path = format!("/simulator/graph/v26.0/1{NUMBER}/message_templates");
    let body = json!({
        "name": "queue_update", "language": "ar", "category": "UTILITY",
        "components": [
            { "type": "HEADER", "format": "TEXT", "text": "العيادة" },
            { "type": "BODY", "text": "أهلا {{1}}، أمامك {{2}}" },
            { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": "سأحضر" }] },
        ],
    });
    let (status, made) = bed.post_raw(&path, TOKEN, body.to_string()).await;
    assert_eq!((status, &made["status"]), (200, &json!("APPROVED")));
    let send = |texts: &[&str], language: &str| {
        let parameters: Vec<_> = texts.iter().map(|text| json!({ "type": "text", "text": text })).collect();
        let mut body = notice("x");
        body["template"] = json!({
            "name": "queue_update", "language": { "code": language },
            "components": [{ "type": "body", "parameters": parameters },
                { "type": "button", "sub_type": "quick_reply", "index": "0",
                  "parameters": [{ "type": "payload", "payload": "yes-7" }] }],
        });
        body
    };
    assert_eq!(bed.send(send(&["سارة"], "ar")).await.1["error"]["code"], 132_000);
    assert_eq!(bed.send(send(&["سارة", "٣"], "en")).await.1["error"]["code"], 132_001);
    assert_eq!(bed.send(send(&["سارة", "٣"], "ar")).await.0, 200);
    assert_eq!(bed.phone_texts().await, ["العيادة\nأهلا سارة، أمامك ٣"]);
    // Its button is pressed by its title, and comes back with what it carries.
    assert_eq!(bed.control("replies", json!({ "from": PATIENT, "press": "سأحضر" })).await.0, 201);
    let arrived = bed.settle().await;
    let message = &arrived.iter().find(|webhook| webhook.event() == "message").unwrap().value["messages"][0];
    assert_eq!(message["button"], json!({ "payload": "yes-7", "text": "سأحضر" }));

    let paused = json!({ "kind": "template", "template": "queue_update", "event": "PAUSED" });
    assert_eq!(bed.control("events", paused).await.0, 201);
    assert_eq!(bed.send(send(&["سارة", "٣"], "ar")).await.1["error"]["code"], 132_015);
}

#[tokio::test]
async fn media_are_uploaded_sent_and_fetched() {
    let bed = Bed::new().await;
    bed.reply("hi").await;
    let upload = |kind: &str, content: &str| {
        let part = |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        let file = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: {kind}\r\n\r\n{content}\r\n--b--\r\n"
        );
        let body = part("messaging_product", "whatsapp") + &part("type", kind) + &file;
        let url = format!("{}/simulator/graph/v26.0/{NUMBER}/media", bed.base);
        bed.http.post(url).bearer_auth(TOKEN).header("content-type", "multipart/form-data; boundary=b").body(body).send()
    };
    assert_eq!(upload("image/gif", "x").await.unwrap().status(), 400);
    let made: Value = upload("image/png", "a picture").await.unwrap().json().await.unwrap();
    let id = made["id"].as_str().unwrap();
    let with = |kind: &str| {
        let mut body = text("x");
        body["type"] = json!(kind);
        body[kind] = json!({ "id": id });
        body
    };
    assert_eq!(bed.send(with("image")).await.0, 200);
    assert_eq!(bed.send(with("document")).await.0, 200);
    assert_eq!(bed.send(with("sticker")).await.1["error"]["code"], 131_053);
    let mut unknown = with("image");
    unknown["image"]["id"] = json!("999");
    assert_eq!(bed.send(unknown).await.1["error"]["code"], 131_009);

    let url = format!("{}/simulator/graph/v26.0/{id}", bed.base);
    let shown: Value = bed.http.get(&url).bearer_auth(TOKEN).send().await.unwrap().json().await.unwrap();
    assert_eq!((&shown["mime_type"], &shown["file_size"]), (&json!("image/png"), &json!(9)));
    let file = bed.http.get(shown["url"].as_str().unwrap());
    assert_eq!(file.try_clone().unwrap().send().await.unwrap().status(), 401);
    assert_eq!(file.bearer_auth(TOKEN).send().await.unwrap().text().await.unwrap(), "a picture");
    assert_eq!(bed.http.get(&url).send().await.unwrap().status(), 401);
    assert_eq!(bed.http.delete(&url).bearer_auth(TOKEN).send().await.unwrap().status(), 200);
    assert_eq!(bed.http.get(&url).bearer_auth(TOKEN).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn a_number_is_shown_to_whoever_has_its_token() {
    let bed = Bed::new().await;
    let get = async |path: &str, token: &str| {
        let response = bed.http.get(format!("{}/simulator/graph{path}", bed.base)).bearer_auth(token).send().await.unwrap();
        (response.status().as_u16(), response.json::<Value>().await.unwrap())
    };
    let number = format!("/v26.0/{NUMBER}");
    let (status, answer) = get(&format!("{number}?fields=display_phone_number,verified_name"), TOKEN).await;
    assert_eq!(status, 200);
    assert_eq!(answer, json!({ "id": NUMBER, "display_phone_number": "+966112223334", "verified_name": "عيادة النور" }));
    assert_eq!(get(&number, TOKEN).await.1["quality_rating"], "GREEN");
    for (path, token, status, code, subcode) in [
        (number.as_str(), "wrong", 401, 190, Value::Null),
        (&format!("{number}?fields=shoe_size"), TOKEN, 400, 100, Value::Null),
        ("/v26.0/999", TOKEN, 400, 100, json!(33)),
        (&format!("{number}/hologram"), TOKEN, 400, 100, json!(33)),
        ("/v26.0", TOKEN, 400, 2500, Value::Null),
        ("/", TOKEN, 400, 2500, Value::Null),
        (&format!("{number}/messages/more"), TOKEN, 400, 2500, Value::Null),
        ("/nope/me", TOKEN, 400, 2500, Value::Null),
    ] {
        let (found, answer) = get(path, token).await;
        let error = &answer["error"];
        assert_eq!((found, &error["code"], &error["error_subcode"]), (status, &json!(code), &subcode), "{path}: {answer}");
        assert!(error["fbtrace_id"].is_string() && error["message"].is_string() && error["type"].is_string());
    }
    bed.fault("lookup:2", 1).await;
    assert_eq!(bed.send(notice("not concerned")).await.0, 200);
    assert_eq!(get(&number, TOKEN).await.0, 503);
    assert_eq!(get(&number, TOKEN).await.0, 200);
}

#[tokio::test]
async fn brazilian_and_mexican_numbers_are_known_by_another_id() {
    let bed = Bed::new().await;
    for (number, wa_id) in [("+5541987654321", "554187654321"), ("+525512345678", "5215512345678")] {
        let mut body = notice("x");
        body["to"] = json!(number);
        let (_, answer) = bed.send(body).await;
        assert_eq!(answer["contacts"], json!([{ "input": number, "wa_id": wa_id }]));
        assert_eq!(bed.control("replies", json!({ "from": wa_id, "text": "STOP" })).await.0, 201);
        for webhook in bed.settle().await.split_off(0).iter().rev().take(4) {
            assert_eq!(webhook.value["contacts"][0]["wa_id"], wa_id);
            let named = [&webhook.value["statuses"][0]["recipient_id"], &webhook.value["messages"][0]["from"]];
            assert!(named.contains(&&json!(wa_id)), "{}", webhook.value);
        }
        let digits = number.trim_start_matches('+');
        let shown = bed.get(&format!("/simulator/api/messages?to={digits}")).await;
        assert_eq!(shown[0]["to"], number);
    }
}

#[tokio::test]
async fn somebody_is_written_to_by_the_user_id_that_webhooks_name() {
    let bed = Bed::new().await;
    bed.reply("hi").await;
    let id = bed.settle().await[0].value["messages"][0]["from_user_id"].as_str().unwrap().to_owned();
    let mut body = text("by id");
    body["to"] = Value::Null;
    body["recipient"] = json!(id);
    let (status, answer) = bed.send(body).await;
    assert_eq!((status, &answer["contacts"]), (200, &json!([{ "input": id, "user_id": id }])));
    assert_eq!(bed.get("/simulator/api/messages").await[0]["to"], PATIENT);
    let status = bed.settle().await.pop().unwrap().value;
    assert_eq!(status["statuses"][0]["recipient_user_id"], id.as_str());
}

#[tokio::test]
async fn a_phone_without_whatsapp_and_one_that_wants_no_marketing_get_nothing() {
    let bed = Bed::new().await;
    bed.control("people", json!({ "person": PATIENT, "isOnWhatsApp": false })).await;
    bed.send(notice("x")).await;
    let failed = bed.settle().await.pop().unwrap().value;
    assert_eq!(failed["statuses"][0]["errors"][0]["code"], 131_026);
    assert_eq!(failed["contacts"][0]["user_id"], Value::Null);
    bed.control("people", json!({ "person": PATIENT, "isOnWhatsApp": true })).await;
    let path = format!("/simulator/graph/v26.0/1{NUMBER}/message_templates");
    let offer = json!({ "name": "offer", "language": "ar", "category": "MARKETING", "components": [{ "type": "BODY", "text": "عرض" }] });
    bed.post_raw(&path, TOKEN, offer.to_string()).await;
    bed.control("events", json!({ "kind": "preference", "from": PATIENT, "value": "stop" })).await;
    let mut body = notice("x");
    body["template"] = json!({ "name": "offer", "language": { "code": "ar" } });
    assert_eq!(bed.send(body).await.0, 200);
    assert_eq!(bed.settle().await.pop().unwrap().value["statuses"][0]["errors"][0]["code"], 131_050);
    assert!(bed.phone_texts().await.is_empty());
}
