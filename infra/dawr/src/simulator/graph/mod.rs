//! Meta's Graph API: `POST /simulator/graph/{version}/{phone-number-id}/messages`.

pub(super) mod error;
pub(super) mod request;
mod template;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use super::Simulator;
use super::accept::{Accepted, Verdict, accept};
use super::error::SimulatorError;
use super::fault::FaultKind;
use super::ids::fbtrace_id;
use super::store::messages;
use super::store::numbers::{self, Number};
use error::GraphError;
use request::{Outgoing, Request, parse};

pub(super) async fn messages(
    State(simulator): State<Simulator>,
    Path((version, phone_number_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match answer(&simulator, &version, &phone_number_id, &headers, body).await {
        Ok(response) => response,
        Err(Refusal::Meta(error)) => error.respond(&fbtrace_id(&mut simulator.fork_rng())),
        Err(Refusal::Own(error)) => {
            tracing::error!(%error, "the simulator could not take a request");
            GraphError::of(131_000).respond(&fbtrace_id(&mut simulator.fork_rng()))
        }
    }
}

/// Any other method on the same path.
pub(super) async fn unsupported(
    State(simulator): State<Simulator>,
    Path((_, phone_number_id)): Path<(String, String)>,
    method: Method,
) -> Response {
    GraphError::no_such_object(&method.as_str().to_ascii_lowercase(), &phone_number_id)
        .respond(&fbtrace_id(&mut simulator.fork_rng()))
}

enum Refusal {
    Meta(GraphError),
    Own(SimulatorError),
}

impl From<GraphError> for Refusal {
    fn from(error: GraphError) -> Self {
        Self::Meta(error)
    }
}

impl From<SimulatorError> for Refusal {
    fn from(error: SimulatorError) -> Self {
        Self::Own(error)
    }
}

async fn answer(
    simulator: &Simulator,
    version: &str,
    phone_number_id: &str,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    if !is_version(version) {
        return Err(GraphError::bad_version(version).into());
    }
    let id = phone_number_id.to_owned();
    let number = simulator.store().read(move |db| numbers::find(db, &id)).await?;
    let number = number.ok_or_else(|| GraphError::no_such_object("post", phone_number_id))?;
    if bearer(headers) != Some(number.access_token.as_str()) {
        return Err(GraphError::bad_token().into());
    }
    let body = body.map_err(|_| GraphError::with_details(100, "The request body could not be read."))?;
    match parse(&body)? {
        Request::Read { wamid } => {
            let id = number.phone_number_id;
            let known = simulator.store().write(move |db| messages::mark_read(db, &id, &wamid)).await?;
            if !known {
                let details = "Param message_id is not a message that this number received.";
                return Err(GraphError::with_details(131_009, details).into());
            }
            Ok(Json(json!({ "success": true })).into_response())
        }
        Request::Message(outgoing) => {
            if outgoing.to == number.display {
                return Err(GraphError::of(131_021).into());
            }
            deliver(simulator, number, outgoing).await
        }
    }
}

async fn deliver(simulator: &Simulator, number: Number, outgoing: Outgoing) -> Result<Response, Refusal> {
    let (now, mut rng) = (simulator.now(), simulator.fork_rng());
    let contact = json!({ "input": outgoing.input, "wa_id": outgoing.to.wa_id() });
    let is_template = outgoing.kind == "template";
    let verdict = simulator.store().write(move |db| accept(db, &number, &outgoing, now, &mut rng)).await?;
    match verdict {
        Verdict::Accepted(Accepted { wamid, answered }) => {
            if !answered {
                simulator.closing().await;
                return Ok(hang_up());
            }
            // Meta says so of templates only, which it may hold back.
            let message =
                if is_template { json!({ "id": wamid, "message_status": "accepted" }) } else { json!({ "id": wamid }) };
            Ok(Json(json!({ "messaging_product": "whatsapp", "contacts": [contact], "messages": [message] }))
                .into_response())
        }
        Verdict::Refused(FaultKind::Error(code)) => Err(GraphError::of(code).into()),
        Verdict::Refused(FaultKind::Http(status)) => plain_status(status),
        Verdict::Refused(_) => Ok(hang_up()),
    }
}

/// Meta's own servers answer 500 and 503 with an error of theirs; any other status is taken to come from a machine
/// on the way, which knows nothing of the API.
fn plain_status(status: u16) -> Result<Response, Refusal> {
    match status {
        500 => Err(GraphError::unknown(500, 1).into()),
        503 => Err(GraphError::unknown(503, 2).into()),
        _ => {
            let code = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            let page = format!("<!DOCTYPE html><title>Error</title><h1>{code}</h1>");
            Ok((code, Html(page)).into_response())
        }
    }
}

/// Closes the connection without a single byte of an answer: the body fails before the head is flushed.
fn hang_up() -> Response {
    let failure = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Response::new(Body::from_stream(futures::stream::iter([Err::<Bytes, _>(failure)])))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn is_version(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
    text.strip_prefix('v')
        .and_then(|rest| rest.split_once('.'))
        .is_some_and(|(major, minor)| digits(major) && digits(minor))
}
