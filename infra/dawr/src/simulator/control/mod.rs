//! The control API under `/simulator/api`: what tests and the page use. Plain JSON, no envelope on success.

mod events;
mod input;
mod people;
mod replies;
mod view;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::json;

use super::error::SimulatorError;
use super::person::Address;
use super::phone::Phone;
use super::store::{faults, messages, numbers, people as persons, webhooks};
use super::{Registration, Simulator};
use input::{Fields, Refusal};
use view::{FaultView, MessageView, NumberView, WebhookView};

/// A callback may have 3 MB at Meta; whoever tests what comes of a larger one sends a larger one.
const LONGEST_BODY: usize = 16 * 1024 * 1024;

/// How many phones and how many messages of a chat the page gets at a time.
const SHOWN: u32 = 200;

pub(super) fn router() -> Router<Simulator> {
    Router::new()
        .route("/simulator/api/messages", get(list_messages))
        .route("/simulator/api/replies", post(replies::reply))
        .route("/simulator/api/events", post(events::event))
        .route("/simulator/api/raw", post(events::raw))
        .route("/simulator/api/people", post(people::put))
        .route("/simulator/api/faults", get(list_faults).post(add_fault).delete(clear_faults))
        .route("/simulator/api/numbers", get(list_numbers).post(register))
        .route("/simulator/api/webhooks", get(list_webhooks))
        .route("/simulator/api/state", get(state))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn(same_site))
}

/// A page of another site, open in the same browser, must not write on the phones.
async fn same_site(request: Request, next: Next) -> Response {
    if request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

#[derive(Deserialize)]
struct MessagesQuery {
    to: Option<String>,
}

/// `GET /simulator/api/messages?to=`: what the phones received, the oldest first.
async fn list_messages(
    State(simulator): State<Simulator>,
    Query(query): Query<MessagesQuery>,
) -> Result<Response, Refusal> {
    let address = match query.to {
        Some(to) => Some(Address::parse(&to).ok_or_else(|| Refusal::invalid("to", input::NO_PERSON))?),
        None => None,
    };
    let received = simulator
        .store()
        .read(move |db| match address {
            None => messages::received(db, None),
            Some(address) => messages::received(db, Some(&key(db, &address)?)),
        })
        .await?;
    Ok(Json(received.iter().map(MessageView::of).collect::<Vec<_>>()).into_response())
}

/// What somebody is called here, whether they were met or not.
fn key(db: &Connection, address: &Address) -> Result<String, SimulatorError> {
    Ok(match (persons::find(db, address)?, address) {
        (Some(person), _) => person.key,
        (None, Address::Phone(phone)) => phone.as_str().to_owned(),
        (None, Address::User(id)) => id.as_str().to_owned(),
    })
}

/// `POST /simulator/api/faults {kind, to?, times?}`.
async fn add_fault(State(simulator): State<Simulator>, body: Bytes) -> Result<Response, Refusal> {
    let mut fields = Fields::read(&body)?;
    let kind = fields.parsed("kind", true);
    let to = fields.address("to", false);
    let times = fields.count("times", 1_000_000);
    fields.finish()?;
    let Some(kind) = kind else {
        return Err(Refusal::incomplete());
    };
    let fault = simulator
        .store()
        .write(move |db| {
            let person = to.map(|to| key(db, &to)).transpose()?;
            faults::add(db, kind, person, times.unwrap_or(1))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(FaultView::of(&fault))).into_response())
}

/// `GET /simulator/api/faults`: those in force, the oldest first.
async fn list_faults(State(simulator): State<Simulator>) -> Result<Response, Refusal> {
    let faults = simulator.store().read(|db| faults::all(db)).await?;
    Ok(Json(faults.iter().map(FaultView::of).collect::<Vec<_>>()).into_response())
}

/// `DELETE /simulator/api/faults`: none is in force any more.
async fn clear_faults(State(simulator): State<Simulator>) -> Result<Response, Refusal> {
    simulator.store().write(|db| faults::clear(db)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST /simulator/api/numbers`: makes a clinic's number known, or replaces what is known of it.
async fn register(State(simulator): State<Simulator>, body: Bytes) -> Result<Response, Refusal> {
    let mut fields = Fields::read(&body)?;
    let registration = Registration {
        phone_number_id: fields.text("phoneNumberId", true, 64).unwrap_or_default(),
        display_number: fields.text("displayNumber", true, 64).unwrap_or_default(),
        name: fields.text("name", false, 128).unwrap_or_default(),
        access_token: fields.text("accessToken", true, 4096).unwrap_or_default(),
        app_secret: fields.text("appSecret", true, 4096).unwrap_or_default(),
        callback_url: fields.text("callbackUrl", true, 2048).unwrap_or_default(),
    };
    fields.finish()?;
    let id = registration.phone_number_id.clone();
    match simulator.register_number(registration).await {
        Ok(true) => Ok((StatusCode::CREATED, Json(json!({ "phoneNumberId": id }))).into_response()),
        Ok(false) => Ok(Json(json!({ "phoneNumberId": id })).into_response()),
        Err(SimulatorError::Registration { field, problem }) => Err(Refusal::invalid(field, problem)),
        Err(error) => Err(error.into()),
    }
}

/// `GET /simulator/api/numbers`: the clinics' numbers, without their secrets.
async fn list_numbers(State(simulator): State<Simulator>) -> Result<Response, Refusal> {
    let numbers = simulator.store().read(|db| numbers::all(db)).await?;
    Ok(Json(numbers.iter().map(NumberView::of).collect::<Vec<_>>()).into_response())
}

/// `GET /simulator/api/webhooks`: those still owed, the next first.
async fn list_webhooks(State(simulator): State<Simulator>) -> Result<Response, Refusal> {
    let owed = simulator.store().read(|db| webhooks::all(db)).await?;
    Ok(Json(owed.iter().map(WebhookView::of).collect::<Vec<_>>()).into_response())
}

#[derive(Deserialize)]
struct StateQuery {
    phone: Option<String>,
    search: Option<String>,
    after: Option<String>,
}

/// `GET /simulator/api/state?phone=&search=&after=`: all that the page shows; 204 when nothing changed since the
/// revision `after`.
async fn state(State(simulator): State<Simulator>, Query(query): Query<StateQuery>) -> Result<Response, Refusal> {
    // Read before the state, so that a change in between is seen next time.
    let revision = simulator.store().changes().revision().to_string();
    if query.after.as_ref() == Some(&revision) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let phone = query.phone.as_deref().and_then(Address::parse);
    let search = query.search.unwrap_or_default();
    let digits: String = search.chars().filter(char::is_ascii_digit).collect();
    let candidate = Phone::parse(&search);
    let body = simulator
        .store()
        .read(move |db| {
            let chat = match &phone {
                Some(phone) => messages::chat(db, &key(db, phone)?, SHOWN)?,
                None => Vec::new(),
            };
            Ok(json!({
                "revision": revision,
                "phones": messages::phones(db, &digits, SHOWN)?.iter().map(view::phone).collect::<Vec<_>>(),
                "phoneCount": messages::phone_count(db)?,
                "candidate": candidate.as_ref().map(Phone::as_str),
                "chat": chat.iter().map(view::bubble).collect::<Vec<_>>(),
                "numbers": numbers::all(db)?.iter().map(NumberView::of).collect::<Vec<_>>(),
                "faults": faults::all(db)?.iter().map(FaultView::of).collect::<Vec<_>>(),
                "owed": webhooks::count(db)?,
            }))
        })
        .await?;
    Ok(Json(body).into_response())
}
