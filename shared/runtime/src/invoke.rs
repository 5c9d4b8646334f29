//! Runs a function on the event that Lambda, or the one-machine cloud, hands it.

use std::{collections::BTreeMap, sync::Arc};

use aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use dawr_api::{
    Cx, Services,
    function::{EventError, Function, Trigger},
    request::Incoming,
    settings::Settings,
};
use http::{HeaderMap, header};
use lambda_http::{Body, RequestExt, request::LambdaRequest, request::RequestContext};
use serde_json::Value;

use crate::{handle, viewer};

/// An event that a function could not handle.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    /// It is not of the kind that starts this function.
    #[error("the event is not of the kind that starts this function: {0}")]
    Event(#[from] serde_json::Error),
    /// The function failed; the event's source delivers it again.
    #[error("{0}")]
    Function(EventError),
}

/// Runs a function on an event and returns what its source expects back.
///
/// # Errors
/// [`InvokeError`]. An endpoint fails only on what is no request: its own failures are answers.
pub async fn invoke(services: &Arc<Services>, function: &Function, event: Value) -> Result<Value, InvokeError> {
    match &function.trigger {
        Trigger::Http(http) | Trigger::Unrouted(http) => {
            let request: LambdaRequest = serde_json::from_value(event)?;
            let response = handle(services, function, http, incoming(request.into(), &services.settings)).await;
            Ok(serde_json::to_value(outgoing(response))?)
        }
        Trigger::Stream(handler) | Trigger::Queue(_, handler) | Trigger::Schedule { handler, .. } => {
            let cx = Cx::for_event(services.clone(), function.name);
            handler(&cx, event).await.map_err(InvokeError::Function)
        }
    }
}

fn incoming(request: http::Request<Body>, settings: &Settings) -> Incoming {
    let parameters = request.path_parameters();
    let parameters: BTreeMap<String, String> =
        parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let seen = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.clone().unwrap_or_default(),
        _ => String::new(),
    };
    let path = request.raw_http_path().to_owned();
    let (mut parts, body) = request.into_parts();
    let address = viewer::address(&mut parts.headers, seen, &settings.edge_proof);
    Incoming {
        method: parts.method,
        path,
        parameters,
        raw_query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: body.to_vec(),
        address,
    }
}

fn outgoing(response: http::Response<String>) -> ApiGatewayV2httpResponse {
    let (parts, body) = response.into_parts();
    let mut headers = parts.headers;
    // HTTP APIs want cookies in a list of their own.
    let cookies =
        headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok().map(str::to_owned)).collect();
    headers.remove(header::SET_COOKIE);
    let mut response = ApiGatewayV2httpResponse::default();
    response.status_code = i64::from(parts.status.as_u16());
    response.headers = headers;
    response.multi_value_headers = HeaderMap::new();
    response.body = (!body.is_empty()).then_some(Body::Text(body));
    response.is_base64_encoded = false;
    response.cookies = cookies;
    response
}
