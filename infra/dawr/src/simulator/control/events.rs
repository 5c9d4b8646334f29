//! `POST /simulator/api/events` and `/raw`: what WhatsApp says that no patient wrote.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::input::{Fields, Refusal};
use super::replies::{chosen, named};
use crate::simulator::Simulator;
use crate::simulator::accept::{accept_event, accept_inbound};
use crate::simulator::error::SimulatorError;
use crate::simulator::person::{Address, wa_id};
use crate::simulator::phone::Phone;
use crate::simulator::store::numbers::Number;
use crate::simulator::store::people::{self, Person};
use crate::simulator::store::templates::{self, Template};
use crate::simulator::webhook;

/// What happens.
enum Event {
    /// Somebody has another phone now.
    NumberChanged { from: Address, new: Phone },
    /// Somebody has another user id now.
    UserIdChanged { from: Address },
    /// Somebody wants no marketing any more, or wants it again.
    Preference { from: Address, wanted: bool },
    /// A template was approved, paused, disabled, rejected, …
    Template { name: String, language: String, event: String, reason: String },
    /// Something about the account as a whole.
    Account { event: String, more: Map<String, Value> },
    /// Any other field of a webhook.
    Field { field: String, value: Value },
}

const KINDS: &str = "must be one of number_changed, user_id_changed, preference, template, account, field";

fn read(fields: &mut Fields) -> Option<Event> {
    match fields.text("kind", true, 64)?.as_str() {
        "number_changed" => {
            let (from, new) = (fields.address("from", true), fields.phone("newNumber", true));
            Some(Event::NumberChanged { from: from?, new: new? })
        }
        "user_id_changed" => Some(Event::UserIdChanged { from: fields.address("from", true)? }),
        "preference" => {
            let (from, value) = (fields.address("from", true), fields.text("value", true, 16));
            let wanted = match value?.as_str() {
                "stop" => false,
                "resume" => true,
                _ => return fields.refuse("value", "must be stop or resume"),
            };
            Some(Event::Preference { from: from?, wanted })
        }
        "template" => {
            let (name, event) = (fields.text("template", true, 512), fields.text("event", true, 64));
            let language = fields.text("language", false, 16).unwrap_or_else(|| "ar".to_owned());
            let reason = fields.text("reason", false, 200).unwrap_or_else(|| "NONE".to_owned());
            Some(Event::Template { name: name?, language, event: event?.to_ascii_uppercase(), reason })
        }
        "account" => {
            let (event, more) = (fields.text("event", true, 64), fields.object("value", false));
            Some(Event::Account { event: event?, more: more.unwrap_or_default() })
        }
        "field" => {
            let (field, value) = (fields.text("field", true, 64), fields.value("value", true));
            Some(Event::Field { field: field?, value: value? })
        }
        _ => fields.refuse("kind", KINDS),
    }
}

/// `POST /simulator/api/events {kind, to?, …}`.
pub(super) async fn event(State(simulator): State<Simulator>, body: Bytes) -> Result<Response, Refusal> {
    let mut fields = Fields::read(&body)?;
    let to = fields.text("to", false, 64);
    let event = read(&mut fields);
    fields.finish()?;
    let event = event.ok_or_else(Refusal::incomplete)?;
    let (now, mut rng) = (simulator.now(), simulator.fork_rng());
    let taken = simulator.store().write(move |db| take(db, to.as_deref(), event, now, &mut rng)).await?;
    let (id, to) = taken?;
    Ok((StatusCode::CREATED, Json(json!({ "wamid": id, "to": to, "at": now }))).into_response())
}

type Taken = Result<Result<(String, String), Refusal>, SimulatorError>;

fn take(db: &Connection, to: Option<&str>, event: Event, now: Timestamp, rng: &mut fastrand::Rng) -> Taken {
    let person = match &event {
        Event::NumberChanged { from, .. } | Event::UserIdChanged { from } | Event::Preference { from, .. } => {
            Some(people::meet(db, from)?)
        }
        _ => None,
    };
    let number = match &person {
        Some(person) => chosen(db, person, to)?,
        None => named(db, to)?,
    };
    let number = match number {
        Ok(number) => number,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let id = match (event, person) {
        (Event::NumberChanged { new, .. }, Some(person)) => {
            let system = number_changed(db, &number, &person, new)?;
            accept_inbound(db, &number, &person, &system, now, rng)?
        }
        (Event::UserIdChanged { .. }, Some(person)) => {
            let system = user_id_changed(db, &number, &person)?;
            accept_inbound(db, &number, &person, &system, now, rng)?
        }
        (Event::Preference { wanted, .. }, Some(person)) => {
            people::set_marketing(db, &person, &number, wanted)?;
            let said = if wanted { "resume" } else { "stop" };
            let detail = format!("User requested to {said} marketing messages");
            let preference = json!({ "category": "marketing_messages", "value": said, "detail": detail });
            let contact = people::contact(db, &person, &number)?;
            let body = webhook::user_preferences(&number, &contact, &preference, now);
            accept_event(db, &number, body, now, rng)?
        }
        (Event::Template { name, language, event, reason }, _) => {
            let template = of_status(db, &number, name, language, &event)?;
            let value = template_value(db, &number, &template, &event, &reason)?;
            let body = webhook::change(&number, "message_template_status_update", &value, now);
            accept_event(db, &number, body, now, rng)?
        }
        (Event::Account { event, mut more }, _) => {
            more.insert("event".to_owned(), json!(event));
            more.entry("phone_number").or_insert_with(|| json!(number.display.wa_id()));
            let body = webhook::change(&number, "account_update", &Value::Object(more), now);
            accept_event(db, &number, body, now, rng)?
        }
        (Event::Field { field, value }, _) => {
            accept_event(db, &number, webhook::change(&number, &field, &value, now), now, rng)?
        }
        // Those were given their person above.
        (_, None) => return Ok(Err(Refusal::incomplete())),
    };
    Ok(Ok((id, number.phone_number_id)))
}

fn system(value: Value) -> Map<String, Value> {
    Map::from_iter([("type".to_owned(), json!("system")), ("system".to_owned(), value)])
}

/// Meta's form of a changed number. Whoever has the new phone is the same person under a new user id; the old phone is nobody's
/// any more, as far as is known.
fn number_changed(
    db: &Connection,
    number: &Number,
    person: &Person,
    new: Phone,
) -> Result<Map<String, Value>, SimulatorError> {
    let (old, now_id) = (person.id().to_owned(), wa_id(&new));
    let mut moved = people::meet(db, &Address::Phone(new))?;
    moved.name.clone_from(&person.name);
    moved.username.clone_from(&person.username);
    people::put(db, &moved)?;
    let before = people::user_id(db, person, number)?;
    let user_id = people::user_id(db, &moved, number)?;
    Ok(system(json!({
        "body": format!("User {} changed from {old} to {now_id}", person.name),
        "wa_id": now_id,
        "user_id": user_id,
        "previous_user_id": before,
        "type": "user_changed_number",
    })))
}

fn user_id_changed(db: &Connection, number: &Number, person: &Person) -> Result<Map<String, Value>, SimulatorError> {
    let before = people::user_id(db, person, number)?;
    let user_id = people::new_user_id(db, person, number)?;
    Ok(system(json!({
        "body": format!("User {} changed from {before} to {user_id}", person.name),
        "user_id": user_id,
        "previous_user_id": before,
        "type": "user_changed_user_id",
    })))
}

/// The template in its new state: what the number sends with it is refused as long as it is not approved.
fn of_status(
    db: &Connection,
    number: &Number,
    name: String,
    language: String,
    event: &str,
) -> Result<Template, SimulatorError> {
    let known = templates::named(db, &number.phone_number_id, &name, &language)?;
    let known = known.into_iter().find(|template| template.language == language);
    let status = match event {
        "REINSTATED" | "UNPAUSED" => "APPROVED",
        event => event,
    };
    let template = known.unwrap_or(Template {
        id: String::new(),
        name,
        language,
        category: "UTILITY".to_owned(),
        status: String::new(),
        components: None,
    });
    Ok(Template { status: status.to_owned(), ..template })
}

fn template_value(
    db: &Connection,
    number: &Number,
    template: &Template,
    event: &str,
    reason: &str,
) -> Result<Value, SimulatorError> {
    let id = templates::put(db, &number.phone_number_id, template)?;
    Ok(json!({
        "event": event,
        "message_template_id": id.parse::<i64>().unwrap_or_default(),
        "message_template_name": template.name,
        "message_template_language": template.language,
        "message_template_category": template.category,
        "reason": reason,
    }))
}

#[derive(Deserialize)]
pub(super) struct RawQuery {
    to: Option<String>,
}

/// `POST /simulator/api/raw?to=`: the body goes to the number's callback as it is, byte for byte, with the right signature.
pub(super) async fn raw(
    State(simulator): State<Simulator>,
    Query(query): Query<RawQuery>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let text = String::from_utf8(body.to_vec()).map_err(|_| Refusal::invalid("body", "must be UTF-8"))?;
    let (now, mut rng) = (simulator.now(), simulator.fork_rng());
    let taken = simulator
        .store()
        .write(move |db| {
            Ok(match named(db, query.to.as_deref())? {
                Ok(number) => Ok((accept_event(db, &number, text, now, &mut rng)?, number.phone_number_id)),
                Err(refusal) => Err(refusal),
            })
        })
        .await?;
    let (id, to) = taken?;
    Ok((StatusCode::CREATED, Json(json!({ "wamid": id, "to": to, "at": now }))).into_response())
}
