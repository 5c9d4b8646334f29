//! A callback's body, taken apart event by event: what is unreadable is left out and counted, and refuses nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};

use super::{clip::clipped, mend::mend};

/// A callback's body.
#[derive(Debug, Default, PartialEq)]
pub struct Body {
    /// Its parts.
    pub parts: Vec<Part>,
    /// How much of it is unreadable.
    pub skipped: usize,
}

/// What a body says of one of the provider's numbers, or of one of its accounts.
#[derive(Debug, PartialEq)]
pub struct Part {
    /// Meta's id of the account.
    pub account: Option<String>,
    /// Meta's id of the number; none for what concerns the account.
    pub number: Option<String>,
    /// The events.
    pub contents: Vec<Content>,
}

/// What an event is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "type", content = "event")]
pub enum Content {
    /// What became of a message of ours.
    Status(Value),
    /// What a person wrote.
    Message(Value),
    /// Whether a person wants messages, as they told WhatsApp.
    Preference(Value),
    /// What WhatsApp says of an approved template.
    Template(Value),
    /// What WhatsApp says of the account.
    Account(Value),
}

type Object<'a> = BTreeMap<String, &'a RawValue>;

impl Body {
    /// Reads a body; none if it is no callback at all.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let text = mend(bytes);
        let envelope: Object<'_> = serde_json::from_str(&text).ok()?;
        let mut body = Self::default();
        for entry in body.list(envelope.get("entry").copied()) {
            if let Some(entry) = body.object(Some(entry)) {
                body.add_entry(&entry);
            }
        }
        Some(body)
    }

    fn add_entry(&mut self, entry: &Object<'_>) {
        let account = entry.get("id").and_then(|id| name(id));
        for change in self.list(entry.get("changes").copied()) {
            let Some(change) = self.object(Some(change)) else { continue };
            let Some(value) = self.object(change.get("value").copied()) else { continue };
            let field = change.get("field").and_then(|field| name(field));
            let metadata = value.get("metadata").and_then(|metadata| serde_json::from_str(metadata.get()).ok());
            let metadata: Object<'_> = metadata.unwrap_or_default();
            let number = metadata.get("phone_number_id").and_then(|id| name(id));
            let contents = match field.as_deref() {
                Some("messages") | None => self.conversation(&value),
                Some("user_preferences") => self.events(value.get("user_preferences").copied(), Content::Preference),
                Some("message_template_status_update") => self.news(&change, entry, Content::Template),
                Some("account_update") => self.news(&change, entry, Content::Account),
                // Nothing else asks for anything to be done. It is taken all the same, or it would come again.
                Some(_) => Vec::new(),
            };
            if number.is_some() || account.is_some() {
                self.parts.push(Part { account: account.clone(), number, contents });
            }
        }
    }

    /// Statuses and messages. What the contacts beside them say of a person stands in the event then.
    fn conversation(&mut self, value: &Object<'_>) -> Vec<Content> {
        let contacts: Vec<Value> = self.values(value.get("contacts").copied());
        let mut statuses = self.events(value.get("statuses").copied(), Content::Status);
        let mut messages = self.events(value.get("messages").copied(), Content::Message);
        for content in statuses.iter_mut().chain(&mut messages) {
            match content {
                Content::Status(event) => name_user(event, "recipient_id", "recipient_user_id", &contacts),
                Content::Message(event) => name_user(event, "from", "from_user_id", &contacts),
                _ => {}
            }
        }
        statuses.extend(messages);
        statuses
    }

    /// The one event that a change is, with its time.
    fn news(&mut self, change: &Object<'_>, entry: &Object<'_>, of: fn(Value) -> Content) -> Vec<Content> {
        let time = entry.get("time").and_then(|time| serde_json::from_str::<Value>(time.get()).ok());
        let event = change.get("value").and_then(|value| event(value));
        let Some(Value::Object(mut event)) = event else {
            self.skipped += 1;
            return Vec::new();
        };
        event.extend(time.map(|time| ("time".to_owned(), time)));
        vec![of(Value::Object(event))]
    }

    fn events(&mut self, list: Option<&RawValue>, of: fn(Value) -> Content) -> Vec<Content> {
        let values: Vec<Value> = self.values(list);
        values.into_iter().map(of).collect()
    }

    fn values(&mut self, list: Option<&RawValue>) -> Vec<Value> {
        let list = self.list(list);
        let values: Vec<Value> = list.iter().filter_map(|raw| event(raw)).collect();
        self.skipped += list.len() - values.len();
        values
    }

    fn list<'a>(&mut self, raw: Option<&'a RawValue>) -> Vec<&'a RawValue> {
        let Some(raw) = raw else { return Vec::new() };
        serde_json::from_str(raw.get()).unwrap_or_else(|_| {
            self.skipped += 1;
            Vec::new()
        })
    }

    fn object<'a>(&mut self, raw: Option<&'a RawValue>) -> Option<Object<'a>> {
        let object = raw.and_then(|raw| serde_json::from_str(raw.get()).ok());
        self.skipped += usize::from(object.is_none());
        object
    }
}

/// An event that can be read, as far as there is room for it.
fn event(raw: &RawValue) -> Option<Value> {
    let value: Value = serde_json::from_str(raw.get()).ok()?;
    value.is_object().then(|| clipped(value))
}

/// A name or an id, which may be written as a number.
fn name(raw: &RawValue) -> Option<String> {
    match serde_json::from_str(raw.get()).ok()? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Adds to an event what WhatsApp calls its person, if only the contacts beside it say so.
fn name_user(event: &mut Value, number: &str, user: &str, contacts: &[Value]) {
    let Some(event) = event.as_object_mut() else { return };
    if event.get(user).is_some_and(Value::is_string) {
        return;
    }
    let own = event.get(number).filter(|number| number.is_string());
    let contact = match (own, contacts) {
        (Some(own), contacts) => contacts.iter().find(|contact| contact.get("wa_id") == Some(own)),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let id = contact.and_then(Value::as_object).and_then(|contact| contact.get("user_id"));
    event.extend(
        id.filter(|id| id.is_string()).map(|id| (user.to_owned(), id.clone())).into_iter().collect::<Map<_, _>>(),
    );
}

#[cfg(test)]
#[path = "body/tests.rs"]
mod tests;
