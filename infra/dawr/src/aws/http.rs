//! The HTTP face of SQS and Secrets Manager: one address, told apart by `X-Amz-Target`.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use uuid::Uuid;

use super::secrets::{self, Secrets};
use super::sqs::{self, Queues};

/// A batch of 1 MiB grows when JSON escapes it.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// An error as the AWS JSON protocols put it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    /// The error's shape, with its namespace.
    pub(crate) shape: &'static str,
    /// The code that clients of the older query protocol know
    /// (`x-amzn-query-error`); the SQS clients still go by it.
    pub(crate) query_code: Option<&'static str>,
    pub(crate) message: String,
}

impl Failure {
    /// A request that names no operation that is served.
    pub(crate) fn unknown_operation(operation: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            shape: "com.amazon.coral.service#UnknownOperationException",
            query_code: Some("InvalidAction"),
            message: format!("The action {operation} is not valid for this endpoint."),
        }
    }

    /// A body that is not the operation's JSON.
    pub(crate) fn malformed(message: String) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            shape: "com.amazon.coral.service#SerializationException",
            query_code: Some("MalformedInput"),
            message,
        }
    }
}

/// Reads an operation's input.
pub(crate) fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|error| Failure::malformed(error.to_string()))
}

#[derive(Clone)]
pub(crate) struct Services {
    pub(crate) queues: Queues,
    pub(crate) secrets: Secrets,
}

pub(crate) fn router(services: Services) -> Router {
    Router::new().fallback(post(answer)).layer(DefaultBodyLimit::max(MAX_BODY_BYTES)).with_state(services)
}

async fn answer(State(services): State<Services>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let target = text("x-amz-target");
    let (content_type, outcome) = match target.split_once('.') {
        Some(("AmazonSQS", operation)) => {
            let base = format!("http://{}", text("host"));
            let outcome = sqs::call(&services.queues, operation, &base, &body).await;
            ("application/x-amz-json-1.0", outcome)
        }
        Some(("secretsmanager", operation)) => {
            ("application/x-amz-json-1.1", secrets::call(&services.secrets, operation, &body))
        }
        _ => ("application/x-amz-json-1.0", Err(Failure::unknown_operation(target))),
    };
    respond(content_type, outcome)
}

fn respond(content_type: &'static str, outcome: Result<Value, Failure>) -> Response {
    let (status, body, query_code) = match outcome {
        // An operation without output answers with no body at all.
        Ok(Value::Null) => (StatusCode::OK, String::new(), None),
        Ok(value) => (StatusCode::OK, value.to_string(), None),
        Err(failure) => {
            if failure.status.is_server_error() {
                tracing::error!(shape = failure.shape, "{}", failure.message);
            }
            (
                failure.status,
                json!({"__type": failure.shape, "message": failure.message}).to_string(),
                failure.query_code.map(|code| (code, failure.status.is_server_error())),
            )
        }
    };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::try_from(Uuid::new_v4().to_string()) {
        headers.insert("x-amzn-requestid", id);
    }
    if let Some((code, ours)) = query_code {
        let fault = if ours { "Receiver" } else { "Sender" };
        if let Ok(value) = HeaderValue::try_from(format!("{code};{fault}")) {
            headers.insert("x-amzn-query-error", value);
        }
    }
    response
}
