//! From a request to a handler and back: correlation, authorization, decoding, idempotency, errors and the envelope,
//! once for every endpoint.

use std::{panic::AssertUnwindSafe, sync::Arc};

use dawr_api::{
    Cx, Failure, Reply, Services,
    code::Code,
    function::{Function, Http},
    idempotency::{Before, Claim},
    reply::Content,
    request::Incoming,
};
use dawr_kernel::{
    id::{Id, RequestId},
    language::Language,
};
use futures::FutureExt;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use crate::origin;

/// The header that ties together all that one request caused.
const CORRELATION: &str = "x-correlation-id";

/// Runs an endpoint.
pub async fn handle(
    services: &Arc<Services>,
    function: &Function,
    http: &Http,
    incoming: Incoming,
) -> Response<String> {
    let started = (services.clock)();
    let mut cx = context(services, function, &incoming);
    let result = AssertUnwindSafe(answer(&mut cx, http, &incoming)).catch_unwind().await;
    let result = result.unwrap_or_else(|_| Err(Failure::internal("the handler panicked")));
    let status = result.as_ref().map_or_else(|failure| failure.status().as_u16(), |reply| reply.status);
    log(&cx, status, started, result.as_ref().err());
    respond(&cx, result)
}

fn context(services: &Arc<Services>, function: &Function, incoming: &Incoming) -> Cx {
    let correlation = incoming
        .header(CORRELATION)
        .filter(|text| is_correlation(text))
        .map_or_else(|| RequestId::generate((services.clock)(), &*services.entropy).to_string(), str::to_owned);
    let language = incoming.header(header::ACCEPT_LANGUAGE).unwrap_or_default();
    let list = incoming.query_pairs().into_iter().filter(|(name, _)| name != "page");
    Cx {
        function: function.name,
        correlation,
        language: Language::negotiate(language, Language::Ar),
        address: incoming.address.clone(),
        headers: incoming.headers.clone(),
        if_match: None,
        claims: None,
        claim: None,
        list: format!("{} {:?}", incoming.path, list.collect::<Vec<_>>()),
        services: services.clone(),
    }
}

fn is_correlation(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
    (1..=128).contains(&text.len()) && text.bytes().all(plain)
}

async fn answer(cx: &mut Cx, http: &Http, incoming: &Incoming) -> Result<Reply, Failure> {
    if http.trusts_browsers() {
        origin::check(&incoming.headers, &cx.settings().public_url)?;
    }
    if let Some(token) = bearer(incoming).filter(|_| http.requires.asks_who()) {
        match cx.services.verifier.verify(token, cx.now()) {
            Ok(claims) => cx.accept(claims).await?,
            Err(error) => tracing::debug!(%error, "a token was refused"),
        }
    }
    cx.guard(http)?;
    if http.takes_version() {
        cx.if_match = if_match(incoming)?;
    }
    if !http.idempotent {
        return (http.handler)(cx, incoming).await;
    }
    let Some(key) = idempotency_key(incoming)? else { return (http.handler)(cx, incoming).await };
    let caller = cx.member()?;
    let member = caller.member.to_string();
    let signed = [incoming.raw_query.as_bytes(), b"\0", &incoming.body].concat();
    let parts = [member.as_str(), &incoming.path, key];
    let services = cx.services.clone();
    let look = async |now| Claim::look(&services.table, &caller, parts, &signed, http.status, now).await;
    match look(cx.now()).await? {
        Before::Answered(reply) => return Ok(reply),
        Before::Nothing(claim) => cx.claim = Some(claim),
    }
    let result = (http.handler)(cx, incoming).await;
    // A repetition that was faster has done the work: its answer is the answer.
    if let Err(failure) = &result
        && failure.status().is_client_error()
        && let Ok(Before::Answered(reply)) = look(cx.now()).await
    {
        return Ok(reply);
    }
    result
}

fn bearer(incoming: &Incoming) -> Option<&str> {
    let (scheme, token) = incoming.header(header::AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn idempotency_key(incoming: &Incoming) -> Result<Option<&str>, Failure> {
    let Some(value) = incoming.headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=200).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(Some(key)),
        _ => Err(Code::InvalidIdempotencyKey.into()),
    }
}

fn if_match(incoming: &Incoming) -> Result<Option<u64>, Failure> {
    let Some(value) = incoming.headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().ok().map(str::trim).unwrap_or_default();
    if text == "*" {
        return Ok(None);
    }
    text.trim_matches('"').parse().map(Some).map_err(|_| Code::InvalidVersion.into())
}

fn log(cx: &Cx, status: u16, started: jiff::Timestamp, failure: Option<&Failure>) {
    let milliseconds = i64::try_from(cx.now().duration_since(started).as_millis()).unwrap_or_default();
    let (function, correlation) = (cx.function, cx.correlation.as_str());
    let code = failure.map(|failure| failure.code().as_str());
    let source = failure.and_then(|failure| failure.source.as_ref()).map(ToString::to_string);
    match source {
        Some(source) if status >= 500 => {
            tracing::error!(function, correlation, status, milliseconds, code, source, "request");
        }
        source => tracing::info!(function, correlation, status, milliseconds, code, source, "request"),
    }
}

fn respond(cx: &Cx, result: Result<Reply, Failure>) -> Response<String> {
    let mut response = match result {
        Ok(reply) => {
            let mut response = match reply.content {
                Content::Data(data) => envelope(&json!({ "success": true, "data": data })),
                Content::Text(text) => with_type(text, "text/plain; charset=utf-8"),
                Content::Csv(text) => with_type(text, "text/csv; charset=utf-8"),
                Content::Empty => Response::new(String::new()),
            };
            *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
            response.headers_mut().extend(reply.headers);
            response
        }
        Err(failure) => {
            let errors: Vec<_> = failure
                .faults()
                .iter()
                .map(|fault| {
                    let mut error = json!({ "code": fault.code.as_str(), "message": cx.say(fault) });
                    for (name, value) in [("field", &fault.field), ("id", &fault.id)] {
                        if let (Some(value), Some(object)) = (value, error.as_object_mut()) {
                            object.insert(name.to_owned(), json!(value));
                        }
                    }
                    error
                })
                .collect();
            let mut response = envelope(&json!({ "success": false, "errors": errors, "traceId": cx.correlation }));
            *response.status_mut() = failure.status();
            if let Some(seconds) = failure.retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            response
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(cx.language.as_str()));
    if let Ok(value) = HeaderValue::from_str(&cx.correlation) {
        headers.insert(CORRELATION, value);
    }
    response
}

fn envelope(body: &serde_json::Value) -> Response<String> {
    with_type(body.to_string(), "application/json")
}

fn with_type(body: String, kind: &'static str) -> Response<String> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
