use serde_json::json;

use super::*;

fn received() -> Timestamp {
    Timestamp::from_second(1_800_000_100).unwrap()
}

fn read(kind: &str, content: &Value) -> Inbound {
    let mut event = json!({ "from": "966501234567", "id": "w", "timestamp": "1800000000", "type": kind });
    event[kind] = content.clone();
    inbound(&event, received()).unwrap()
}

#[test]
fn what_a_person_wrote_is_read_from_all_forms() {
    let media = json!({ "id": "m1", "mime_type": "image/jpeg", "caption": "صورة" });
    for (kind, content, text) in [
        ("text", json!({ "body": "نعم" }), Some("نعم")),
        ("image", media.clone(), Some("صورة")),
        ("audio", media.clone(), None),
        ("voice", media.clone(), None),
        ("video", media.clone(), Some("صورة")),
        ("document", json!({ "id": "m1", "filename": "تحليل.pdf" }), Some("تحليل.pdf")),
        ("sticker", media, None),
        ("location", json!({ "latitude": 24.5, "longitude": 46.25 }), Some("24.5, 46.25")),
        ("contacts", json!([{ "name": { "formatted_name": "أم محمد" } }]), Some("أم محمد")),
        ("button", json!({ "payload": "p", "text": "تأكيد" }), Some("تأكيد")),
        ("interactive", json!({ "list_reply": { "id": "1", "title": "غدًا" } }), Some("غدًا")),
        ("reaction", json!({ "message_id": "wamid.9", "emoji": "👍" }), Some("👍")),
        ("order", json!({ "catalog_id": "1" }), None),
    ] {
        let inbound = read(kind, &content);
        assert!(inbound.kind.is_written(), "{kind}");
        assert_eq!(inbound.text.as_ref().map(Words::expose), text, "{kind}");
    }
    assert_eq!(
        read("reaction", &json!({ "message_id": "wamid.9", "emoji": "👍" })).reply_to.as_deref(),
        Some("wamid.9")
    );
}

#[test]
fn what_no_person_wrote_opens_nothing() {
    let moved = json!({ "body": "User changed from 1 to 2", "wa_id": "966507654321", "type": "user_changed_number" });
    let moved = read("system", &moved);
    assert_eq!((moved.kind, moved.kind.is_written(), &moved.text), (Kind::NumberChanged, false, &None));
    assert_eq!(moved.moved_to.unwrap().expose(), "+966507654321");
    for kind in ["system", "request_welcome", "unsupported", "revoke", "edit", "ephemeral", "unknown", "brand_new"] {
        let inbound = read(kind, &json!({ "type": "customer_identity_changed", "body": "x" }));
        assert!(!inbound.kind.is_written() && inbound.kind != Kind::NumberChanged, "{kind}");
        assert_eq!((inbound.meaning, inbound.moved_to), (None, None), "{kind}");
    }
    assert_eq!(read("reaction", &json!({ "message_id": "w" })).kind, Kind::Other, "a reaction that was taken back");
    let without_type = json!({ "from": "966501234567", "timestamp": "1", "text": { "body": "STOP" } });
    assert_eq!(inbound(&without_type, received()).unwrap().kind, Kind::Other);
}

#[test]
fn a_button_means_its_id_or_payload_and_a_text_its_words() {
    let stop = Some(Meaning::Wish(Wish::Stop));
    for (kind, content, meaning) in [
        ("text", json!({ "body": "إيقاف" }), stop),
        ("text", json!({ "body": "إلغاء" }), Some(Meaning::Unclear)),
        ("interactive", json!({ "button_reply": { "id": "cancel-appt-7", "title": "إلغاء" } }), None),
        ("interactive", json!({ "button_reply": { "id": "cancel-appt-7", "title": "STOP" } }), None),
        ("interactive", json!({ "list_reply": { "id": "row-1", "title": "إيقاف" } }), None),
        ("button", json!({ "payload": "cancel-appt-7", "text": "إيقاف" }), None),
        ("button", json!({ "payload": "إلغاء", "text": "إلغاء" }), None),
        ("button", json!({ "payload": "Stop promotions", "text": "Stop promotions" }), stop),
        ("button", json!({ "text": "Stop promotions" }), stop),
        ("image", json!({ "id": "m", "caption": "STOP" }), None),
    ] {
        assert_eq!(read(kind, &content).meaning, meaning, "{kind} {content}");
    }
}

#[test]
fn a_person_may_have_no_number_a_group_is_no_person_and_a_time_may_be_missing() {
    let event = json!({ "from_user_id": "SA.1", "type": "text", "text": { "body": "x" } });
    let heard = inbound(&event, received()).unwrap();
    assert_eq!((heard.from, heard.user_id.unwrap().expose(), heard.at), (None, "SA.1", received()));
    assert!(inbound(&json!({ "type": "text", "text": { "body": "x" } }), received()).is_none());
    let group = json!({ "from": "966501234567", "group_id": "Y2Fw", "type": "text", "text": { "body": "STOP" } });
    assert!(inbound(&group, received()).unwrap().in_group);
}

#[test]
fn preferences_are_read_as_meta_writes_them() {
    let event = json!({ "wa_id": "966501234567", "detail": "User requested to stop marketing messages",
        "category": "marketing_messages", "value": "stop", "timestamp": 1_800_000_000 });
    let heard = preference(&event, received()).unwrap();
    assert_eq!((heard.kind, heard.meaning), (Kind::Preference, Some(Meaning::Wish(Wish::Stop))));
    assert_eq!(heard.at.as_second(), 1_800_000_000);
    assert!(!heard.kind.is_written());
    assert!(preference(&json!({ "wa_id": "966501234567", "value": "other" }), received()).is_none());
    assert!(preference(&json!({ "value": "stop" }), received()).is_none());
}

#[test]
fn words_are_kept_as_far_as_they_can_be_shown() {
    assert_eq!(Words::heard("a\u{0}b\u{202E}c").unwrap().expose(), "abc");
    assert_eq!(Words::heard(&"م".repeat(9_000)).unwrap().expose().chars().count(), 4_096);
    assert!(Words::heard("\u{200B}").is_none() && Words::heard("  ").is_none());
    assert_eq!(format!("{:?}", Words::heard("سر").unwrap()), "Words(…)");
}
