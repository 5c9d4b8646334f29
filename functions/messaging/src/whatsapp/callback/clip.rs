//! As much of an event as is kept: an item of the table has room for 400 KB, and a transaction for 4 MB.

use serde_json::{Map, Value};

/// The longest event that is kept as it is, in bytes of JSON. A text of WhatsApp's has up to 4,096 characters; a hundred such
/// events fit in one transaction.
const MOST: usize = 32 * 1024;

/// What is kept of an event that is longer: all else that it has is nothing that we read.
const KNOWN: &[&str] = &[
    "id",
    "from",
    "from_user_id",
    "timestamp",
    "type",
    "group_id",
    "context",
    "text",
    "button",
    "interactive",
    "reaction",
    "location",
    "contacts",
    "order",
    "system",
    "image",
    "audio",
    "voice",
    "video",
    "document",
    "sticker",
    "status",
    "recipient_id",
    "recipient_user_id",
    "biz_opaque_callback_data",
    "errors",
    "wa_id",
    "user_id",
    "category",
    "value",
    "event",
    "time",
    "message_template_name",
    "message_template_language",
    "ban_info",
    "restriction_info",
];

/// Lengths of texts in characters, and of lists and objects, one after the other until an event fits.
const LIMITS: [(usize, usize); 4] = [(4_096, 20), (1_024, 8), (256, 4), (64, 2)];

/// How deep an event is looked into once it is too long.
const DEPTH: u32 = 4;

/// An event of which so much is left as fits.
pub fn clipped(event: Value) -> Value {
    if length(&event) <= MOST {
        return event;
    }
    let Value::Object(all) = event else { return Value::Null };
    let known: Map<String, Value> = all.into_iter().filter(|(name, _)| KNOWN.contains(&name.as_str())).collect();
    let clip_all = |(characters, entries): (usize, usize)| {
        let clip = |(name, value): (&String, &Value)| (name.clone(), clip(value, characters, entries, DEPTH));
        Value::Object(known.iter().map(clip).collect())
    };
    let fits = LIMITS.into_iter().map(clip_all).find(|clipped| length(clipped) <= MOST);
    fits.unwrap_or_else(|| Value::Object(known.iter().filter_map(scalar).collect()))
}

fn length(value: &Value) -> usize {
    value.to_string().len()
}

fn clip(value: &Value, characters: usize, entries: usize, depth: u32) -> Value {
    match value {
        Value::String(text) => Value::String(text.chars().take(characters).collect()),
        Value::Array(_) | Value::Object(_) if depth == 0 => Value::Null,
        Value::Array(list) => {
            Value::Array(list.iter().take(entries).map(|value| clip(value, characters, entries, depth - 1)).collect())
        }
        Value::Object(object) => {
            let name = |name: &String| name.chars().take(characters).collect();
            let clip = |(key, value): (&String, &Value)| (name(key), clip(value, characters, entries, depth - 1));
            Value::Object(object.iter().take(entries).map(clip).collect())
        }
        other => other.clone(),
    }
}

fn scalar((name, value): (&String, &Value)) -> Option<(String, Value)> {
    match value {
        Value::Array(_) | Value::Object(_) => None,
        value => Some((name.clone(), clip(value, 128, 0, 0))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_fits_stays_as_it_is() {
        let event =
            json!({ "id": "w", "anything": ["م".repeat(4_096)], "deep": { "a": { "b": { "c": { "d": {} } } } } });
        assert_eq!(clipped(event.clone()), event);
    }

    #[test]
    fn of_what_does_not_fit_the_beginning_and_all_that_matters_is_kept() {
        let long = "م".repeat(400_000);
        let event = json!({ "id": "wamid.1", "from": "966501234567", "timestamp": "1", "type": "text",
            "text": { "body": format!("STOP {long}") }, "other": long });
        let clipped = clipped(event);
        assert!(length(&clipped) <= MOST && clipped["other"].is_null());
        assert_eq!((&clipped["id"], &clipped["from"]), (&json!("wamid.1"), &json!("966501234567")));
        assert!(clipped["text"]["body"].as_str().is_some_and(|body| body.starts_with("STOP ممم")));
    }

    #[test]
    fn nothing_is_too_large_to_be_cut() {
        let wide: Map<String, Value> = (0..5_000).map(|n| (format!("{n}"), json!("x".repeat(500)))).collect();
        let nested = (0..100).fold(json!("\u{1}".repeat(9_000)), |inner, _| json!([inner]));
        for event in [
            json!({ "id": "w", "text": wide }),
            json!({ "id": "w", "contacts": vec![wide; 20] }),
            json!({ "id": "\u{1}".repeat(100_000), "order": nested }),
        ] {
            let clipped = clipped(event);
            assert!(length(&clipped) <= MOST && clipped.get("id").is_some());
        }
    }
}
