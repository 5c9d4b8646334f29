//! Meta's Graph API under `/simulator/graph`: a number's messages, media and data, and an account's templates. Everything else
//! is refused as Meta refuses it.

pub(in crate::simulator) mod attachment;
pub(super) mod error;
mod fields;
mod interactive;
mod media;
mod node;
pub(super) mod request;
mod template;
mod templates;

use std::collections::HashMap;

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request as HttpRequest, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use super::Simulator;
use super::accept::{Accepted, Verdict, accept};
use super::error::SimulatorError;
use super::fault::FaultKind;
use super::ids::fbtrace_id;
use super::person::Address;
use super::store::messages;
use super::store::numbers::{self, Number};
pub(super) use media::download;

use error::GraphError;
use request::{Outgoing, Request, parse};

/// Where it is served.
pub(super) const ROOT: &str = "/simulator/graph";

/// The largest body that is read: media go up to this, messages stay far below.
const LONGEST_BODY: usize = 101 * 1024 * 1024;

/// A request to the API, taken apart.
struct Call {
    method: Method,
    headers: HeaderMap,
    query: HashMap<String, String>,
    body: Bytes,
}

impl Call {
    /// The verb as Meta's errors have it.
    fn verb(&self) -> String {
        self.method.as_str().to_ascii_lowercase()
    }

    /// Where the caller reached the simulator.
    fn host(&self) -> &str {
        self.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost")
    }

    fn content_type(&self) -> &str {
        self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default()
    }

    /// The token must be the number's own.
    fn authorize(&self, number: &Number) -> Result<(), GraphError> {
        let given = bearer(&self.headers).or_else(|| self.query.get("access_token").map(String::as_str));
        if given == Some(number.access_token.as_str()) { Ok(()) } else { Err(GraphError::bad_token()) }
    }
}

/// Everything below [`ROOT`].
pub(super) async fn serve(
    State(simulator): State<Simulator>,
    query: Result<Query<HashMap<String, String>>, QueryRejection>,
    request: HttpRequest,
) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().strip_prefix(ROOT).unwrap_or_default().trim_matches('/').to_owned();
    let answered = match to_bytes(body, LONGEST_BODY).await {
        Ok(body) => {
            let query = query.map(|Query(query)| query).unwrap_or_default();
            let call = Call { method: parts.method, headers: parts.headers, query, body };
            answer(&simulator, &path, &call).await
        }
        Err(_) => Err(GraphError::with_details(100, "The request body could not be read.").into()),
    };
    match answered {
        Ok(response) => response,
        Err(Refusal::Meta(error)) => error.respond(&fbtrace_id(&mut simulator.fork_rng())),
        Err(Refusal::Own(error)) => {
            tracing::error!(%error, "the simulator could not take a request");
            GraphError::of(131_000).respond(&fbtrace_id(&mut simulator.fork_rng()))
        }
    }
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

async fn answer(simulator: &Simulator, path: &str, call: &Call) -> Result<Response, Refusal> {
    let (version, rest) = path.split_once('/').unwrap_or((path, ""));
    if !is_version(version) {
        return Err(GraphError::unknown_path(path).into());
    }
    let (id, edge) = rest.split_once('/').unwrap_or((rest, ""));
    if id.is_empty() || edge.contains('/') {
        return Err(GraphError::unknown_path(rest).into());
    }
    let unsupported = || Refusal::from(GraphError::no_such_object(&call.verb(), id));
    let (key, account) = (id.to_owned(), id.to_owned());
    let number = simulator.store().read(move |db| numbers::find(db, &key)).await?;
    if let Some(number) = number {
        let is_post = call.method == Method::POST;
        // What cannot be asked of a number is refused whoever asks.
        return match (edge, is_post) {
            ("messages", true) => {
                call.authorize(&number)?;
                message(simulator, number, call).await
            }
            ("media", true) => {
                call.authorize(&number)?;
                media::upload(simulator, &number, call).await
            }
            ("", false) if call.method == Method::GET => {
                call.authorize(&number)?;
                node::number(simulator, &number, call).await
            }
            _ => Err(unsupported()),
        };
    }
    if edge.is_empty()
        && let Some(response) = media::node(simulator, version, id, call).await?
    {
        return Ok(response);
    }
    match simulator.store().read(move |db| numbers::of_account(db, &account)).await? {
        Some(number) => templates::account(simulator, &number, edge, call).await,
        None => Err(unsupported()),
    }
}

async fn message(simulator: &Simulator, number: Number, call: &Call) -> Result<Response, Refusal> {
    match parse(&call.body)? {
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
            if matches!(&outgoing.to, Address::Phone(phone) if *phone == number.display) {
                return Err(GraphError::of(131_021).into());
            }
            deliver(simulator, number, *outgoing).await
        }
    }
}

async fn deliver(simulator: &Simulator, number: Number, outgoing: Outgoing) -> Result<Response, Refusal> {
    let (now, mut rng) = (simulator.now(), simulator.fork_rng());
    let (input, is_template) = (outgoing.input.clone(), outgoing.kind == "template");
    let verdict = simulator.store().write(move |db| accept(db, &number, &outgoing, now, &mut rng)).await?;
    match verdict {
        Verdict::Accepted(Accepted { wamid, wa_id, answered }) => {
            if !answered {
                simulator.closing().await;
                return Ok(hang_up());
            }
            // A user id is what was asked for; a phone is answered with the id that WhatsApp has for it.
            let contact = match wa_id {
                Some(wa_id) => json!({ "input": input, "wa_id": wa_id }),
                None => json!({ "input": input, "user_id": input }),
            };
            // Meta says so of templates only, which it may hold back.
            let message =
                if is_template { json!({ "id": wamid, "message_status": "accepted" }) } else { json!({ "id": wamid }) };
            Ok(Json(json!({ "messaging_product": "whatsapp", "contacts": [contact], "messages": [message] }))
                .into_response())
        }
        Verdict::Invalid(error) => Err(error.into()),
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
