//! `POST /simulator/api/replies`: what a patient sends to a clinic.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::input::{Fields, Refusal};
use crate::simulator::Simulator;
use crate::simulator::accept::accept_inbound;
use crate::simulator::error::SimulatorError;
use crate::simulator::inbound;
use crate::simulator::phone::Phone;
use crate::simulator::store::numbers::{self, Number};
use crate::simulator::store::people::{self, Person};
use crate::simulator::store::{media, messages};

/// What a patient does.
enum Deed {
    /// Writes a text.
    Text(String),
    /// Presses what is under a message: its id, or its title.
    Press(String),
    /// Anything else, in Meta's form.
    Message(Map<String, Value>),
}

/// `POST /simulator/api/replies {from, to?, name?, replyTo?}` with one of `text`, `press` and `message`.
pub(super) async fn reply(State(simulator): State<Simulator>, body: Bytes) -> Result<Response, Refusal> {
    let mut fields = Fields::read(&body)?;
    let from = fields.address("from", true);
    let (to, name) = (fields.text("to", false, 64), fields.text("name", false, 64));
    let reply_to = fields.text("replyTo", false, 512);
    let text = fields.text("text", false, 4096).map(Deed::Text);
    let press = fields.text("press", false, 256).map(Deed::Press);
    let message = fields.message("message").map(Deed::Message);
    let mut deeds = [text, press, message].into_iter().flatten();
    let deed = deeds.next();
    if deed.is_none() || deeds.next().is_some() {
        fields.refuse_unless_refused("text", &["press", "message"], "is required, or else one of press and message");
    }
    fields.finish()?;
    let (Some(from), Some(deed)) = (from, deed) else {
        return Err(Refusal::incomplete());
    };
    let now = simulator.now();
    let mut rng = simulator.fork_rng();
    let taken = simulator
        .store()
        .write(move |db| {
            let mut person = people::meet(db, &from)?;
            if let Some(name) = name {
                person.name = name;
                people::put(db, &person)?;
            }
            let number = match chosen(db, &person, to.as_deref())? {
                Ok(number) => number,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let message = match message_of(db, &number, &person, deed, reply_to.as_deref(), now)? {
                Ok(message) => message,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let wamid = accept_inbound(db, &number, &person, &message, now, &mut rng)?;
            Ok(Ok((wamid, number.phone_number_id)))
        })
        .await?;
    let (wamid, to) = taken?;
    Ok((StatusCode::CREATED, Json(json!({ "wamid": wamid, "to": to, "at": now }))).into_response())
}

type Or<T> = Result<Result<T, Refusal>, SimulatorError>;

/// The number that is meant: the one named, or the one that wrote last to the person, or the first.
pub(super) fn chosen(db: &Connection, person: &Person, to: Option<&str>) -> Or<Number> {
    let number = match to {
        Some(_) => return named(db, to),
        None => numbers::last_writer(db, &person.key)?,
    };
    match number {
        Some(number) => Ok(Ok(number)),
        None => named(db, None),
    }
}

/// The number of that id, or which is shown as that; the first one if none is named.
pub(super) fn named(db: &Connection, to: Option<&str>) -> Or<Number> {
    let all = numbers::all(db)?;
    let Some(to) = to else {
        let refusal = || Refusal::invalid("to", "cannot be chosen: no number is registered yet");
        return Ok(all.into_iter().next().ok_or_else(refusal));
    };
    let display = Phone::parse(to);
    let is_meant = |number: &Number| {
        number.phone_number_id == to || number.account_id() == to || display.as_ref() == Some(&number.display)
    };
    let refusal = || Refusal::invalid("to", "is neither the id nor the display number of a known number");
    Ok(all.into_iter().find(is_meant).ok_or_else(refusal))
}

/// The message in Meta's form.
fn message_of(
    db: &Connection,
    number: &Number,
    person: &Person,
    deed: Deed,
    reply_to: Option<&str>,
    now: Timestamp,
) -> Or<Map<String, Value>> {
    let mut message = match deed {
        Deed::Text(text) => inbound::text(&text),
        Deed::Message(message) => message,
        Deed::Press(what) => {
            let chat = messages::chat(db, &person.key, super::SHOWN)?;
            let mut shown = chat.iter().rev().filter(|message| {
                message.phone_number_id == number.phone_number_id && reply_to.is_none_or(|wamid| message.wamid == wamid)
            });
            let pressed = shown.find_map(|message| {
                let meant = |id: &str, title: &str| id == what || title == what;
                let choice = message.options.iter().find(|choice| meant(&choice.id, &choice.title))?;
                inbound::pressed(choice, message)
            });
            match pressed {
                Some(message) => message,
                None => return Ok(Err(Refusal::invalid("press", "is under no message on this phone"))),
            }
        }
    };
    if let (Some(wamid), false) = (reply_to, message.contains_key("context")) {
        message.insert("context".to_owned(), json!({ "from": number.display.wa_id(), "id": wamid }));
    }
    inbound::complete(&mut message);
    attach(db, number, &mut message, now)?;
    Ok(Ok(message))
}

/// A medium that the message only speaks of is made, so that it can be fetched.
fn attach(
    db: &Connection,
    number: &Number,
    message: &mut Map<String, Value>,
    now: Timestamp,
) -> Result<(), SimulatorError> {
    let kind = inbound::kind(message).to_owned();
    let Some((_, usual, content)) = inbound::MEDIA.iter().find(|(known, ..)| *known == kind) else { return Ok(()) };
    let Some(medium) = message.get_mut(&kind).and_then(Value::as_object_mut) else { return Ok(()) };
    if medium.contains_key("id") {
        return Ok(());
    }
    let mime_type = medium.get("mime_type").and_then(Value::as_str).unwrap_or(usual).to_owned();
    let made = media::add(db, &number.phone_number_id, &mime_type, content, now)?;
    medium.insert("sha256".to_owned(), json!(made.sha256_base64()));
    medium.insert("id".to_owned(), json!(made.id));
    medium.insert("mime_type".to_owned(), json!(mime_type));
    if kind == "audio" {
        medium.entry("voice").or_insert(json!(true));
    }
    Ok(())
}
