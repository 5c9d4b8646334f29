use serde_json::json;

use super::*;

fn status(id: &str) -> Value {
    json!({ "id": id, "status": "sent", "timestamp": "1800000000" })
}

fn change(number: &str, ids: &[&str]) -> Value {
    let statuses: Vec<_> = ids.iter().map(|id| status(id)).collect();
    json!({ "field": "messages", "value": { "metadata": { "phone_number_id": number }, "statuses": statuses } })
}

fn read(body: &Value) -> Body {
    Body::read(body.to_string().as_bytes()).unwrap()
}

fn counts(body: &Body) -> Vec<(&str, usize)> {
    body.parts.iter().map(|part| (part.number.as_deref().unwrap_or("-"), part.contents.len())).collect()
}

#[test]
fn every_level_of_a_body_is_walked() {
    let body = read(&json!({ "object": "whatsapp_business_account", "entry": [
        { "id": "1", "changes": [change("11111", &["a", "b"]), change("22222", &["c"])] },
        { "id": "2", "changes": [change("11111", &["d"])] },
    ]}));
    assert_eq!(counts(&body), [("11111", 2), ("22222", 1), ("11111", 1)]);
    assert_eq!(body.parts[2].account.as_deref(), Some("2"));
    assert_eq!(body.skipped, 0);
}

#[test]
fn what_is_no_callback_is_told_from_one_that_says_nothing() {
    for broken in ["", "{", "[]", "\"x\"", "1", "null", "{\"entry\": [}"] {
        assert_eq!(Body::read(broken.as_bytes()), None, "{broken}");
    }
    for empty in [json!({}), json!({ "entry": [] }), json!({ "entry": null }), json!({ "entry": [{ "id": "1" }] })] {
        assert_eq!(read(&empty).parts, [], "{empty}");
    }
    let null = read(&json!({ "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": null }] }] }));
    assert_eq!((null.parts.len(), null.skipped), (0, 1));
}

#[test]
fn what_is_unreadable_refuses_none_of_its_neighbours() {
    let good = status("good").to_string();
    for bad in [
        "null".to_owned(),
        "7".to_owned(),
        "[]".to_owned(),
        "\"text\"".to_owned(),
        "{\"id\": 1e999}".to_owned(),
        format!("{{\"id\": {}1{}}}", "[".repeat(500), "]".repeat(500)),
    ] {
        let body = format!(
            r#"{{"entry":[null,{{"changes":"x"}},{{"id":"1","changes":[7,{{"field":"messages","value":
               {{"metadata":{{"phone_number_id":"11111"}},"contacts":5,"statuses":[{bad},{good}],"messages":[{bad}]}}}}]}}]}}"#
        );
        let body = Body::read(body.as_bytes()).unwrap();
        assert_eq!(counts(&body), [("11111", 1)], "{bad}");
        assert_eq!(body.skipped, 6, "{bad}");
    }
    // A string that cannot be read is mended: what a person wrote beside half an emoji is kept.
    let body = br#"{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":11111},
        "messages":[{"id":"w","text":{"body":"STOP \ud83d"}},{"id":"x\xFF"}]}}]}]}"#;
    let body = Body::read(body).unwrap();
    assert_eq!(counts(&body), [("11111", 2)]);
    assert_eq!(body.parts[0].contents[0], Content::Message(json!({ "id": "w", "text": { "body": "STOP \u{FFFD}" } })));
}

#[test]
fn an_event_is_what_its_field_says() {
    let value = json!({ "metadata": { "phone_number_id": "11111" }, "messages": [{ "id": "w" }],
        "user_preferences": [{ "value": "stop" }], "event": "PAUSED" });
    let contents = |field: &str| {
        let body = json!({ "entry": [{ "id": "9", "time": 5, "changes": [{ "field": field, "value": value }] }] });
        read(&body).parts.remove(0).contents
    };
    assert!(matches!(contents("messages")[..], [Content::Message(_)]));
    assert!(matches!(contents("user_preferences")[..], [Content::Preference(_)]));
    let [Content::Template(template)] = &contents("message_template_status_update")[..] else { panic!() };
    assert_eq!(template["time"], 5);
    assert!(matches!(contents("account_update")[..], [Content::Account(_)]));
    for other in ["message_echoes", "smb_message_echoes", "history", "standby", "phone_number_quality_update"] {
        assert_eq!(contents(other), []);
    }
}

#[test]
fn the_contacts_beside_an_event_name_its_person() {
    let body = read(&json!({ "entry": [{ "changes": [{ "field": "messages", "value": {
        "metadata": { "phone_number_id": "11111" },
        "contacts": [{ "wa_id": "966501", "user_id": "SA.1" }, { "wa_id": "966502", "user_id": "SA.2" }],
        "messages": [{ "from": "966502" }, { "from": "966503" }, { "from": "966501", "from_user_id": "SA.9" }],
    } }] }] }));
    let users = body.parts[0].contents.iter().map(|content| match content {
        Content::Message(event) => event.get("from_user_id").and_then(Value::as_str),
        _ => None,
    });
    assert_eq!(users.collect::<Vec<_>>(), [Some("SA.2"), None, Some("SA.9")]);
}
