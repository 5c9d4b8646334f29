//! API Gateway: finds the function of a request and hands it an HTTP API event (payload format 2.0).

use std::collections::BTreeMap;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request, State},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use dawr_api::{
    Fault,
    code::Code,
    function::{Context, Function, Trigger},
};
use dawr_kernel::language::Language;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use std::net::{IpAddr, SocketAddr};

use super::{Functions, newcomer::SIGN_UP};

/// The largest request that API Gateway takes, in bytes.
const MAX_REQUEST: usize = 10 * 1024 * 1024;

/// The routes of all functions.
pub(crate) struct Routes {
    methods: BTreeMap<&'static str, matchit::Router<&'static Function>>,
    /// What answers where no route leads.
    unrouted: Option<&'static Function>,
}

impl Routes {
    /// The routes of these contexts.
    ///
    /// # Errors
    /// If two paths cannot be told apart.
    pub(crate) fn new(contexts: &[&'static Context]) -> anyhow::Result<Self> {
        let mut routes = Self { methods: BTreeMap::new(), unrouted: None };
        for function in contexts.iter().flat_map(|context| context.functions) {
            match &function.trigger {
                Trigger::Http(http) => {
                    routes.methods.entry(http.method.as_str()).or_default().insert(http.path, function)?;
                }
                Trigger::Unrouted(_) => routes.unrouted = Some(function),
                Trigger::Stream(_) | Trigger::Queue(..) | Trigger::Schedule { .. } => {}
            }
        }
        Ok(routes)
    }

    fn find(&self, method: &str, path: &str) -> Option<(&'static Function, Map<String, Value>)> {
        let found = self.methods.get(method)?.at(path).ok()?;
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let parameters = found.params.iter().map(|(name, value)| (name.to_owned(), decode(value).into())).collect();
        Some((found.value, parameters))
    }
}

/// Serves one request.
pub(crate) async fn serve(
    State(functions): State<Functions>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let headers = parts.headers.clone();
    let answer = match to_bytes(body, MAX_REQUEST).await {
        Ok(body) => functions.request(Request::from_parts(parts, body), peer.ip()).await,
        Err(_) => refuse(&headers, &Fault::new(Code::PayloadTooLarge)),
    };
    answer.map(Body::from)
}

impl Functions {
    /// The function that a request is for.
    pub fn route(&self, method: &str, path: &str) -> Option<&'static Function> {
        self.routes().find(method, path).map(|(function, _)| function)
    }

    /// Answers a request that came from this address.
    pub async fn request(&self, request: http::Request<Bytes>, from: IpAddr) -> Response<String> {
        let routes = self.routes();
        let found = routes.find(request.method().as_str(), request.uri().path());
        let Some((function, parameters)) = found.or_else(|| Some((routes.unrouted?, Map::new()))) else {
            return refuse(request.headers(), &Fault::new(Code::NotFound));
        };
        let event = event(function, &request, parameters, from);
        match self.invoke(function, event).await {
            Ok(answer) => {
                let response = answered(&answer);
                if function.name == SIGN_UP && response.status() == StatusCode::CREATED {
                    self.welcome(request.body(), &answer, from).await;
                }
                response
            }
            Err(error) => {
                tracing::error!(function = function.name, %error, "the function failed");
                refuse(request.headers(), &Fault::new(Code::Internal))
            }
        }
    }
}

/// The event of a request that came from this address.
pub(super) fn event(
    function: &Function,
    request: &http::Request<Bytes>,
    parameters: Map<String, Value>,
    from: IpAddr,
) -> Value {
    let mut joined: BTreeMap<&str, String> = BTreeMap::new();
    let mut cookies = Vec::new();
    for (name, value) in request.headers() {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        if name == header::COOKIE {
            cookies.extend(value.split(';').map(|cookie| cookie.trim().to_owned()));
            continue;
        }
        joined.entry(name.as_str()).and_modify(|all| all.push_str(&format!(",{value}"))).or_insert(value);
    }
    let (method, path, body) = (request.method().as_str(), request.uri().path(), request.body());
    let route = function.http().map_or_else(|| "$default".to_owned(), |http| format!("{method} {}", http.path));
    let text = std::str::from_utf8(body).ok();
    json!({
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": request.uri().query().unwrap_or_default(),
        "cookies": cookies,
        "headers": joined,
        "requestContext": {
            "accountId": crate::aws::ACCOUNT,
            "apiId": "local",
            "domainName": "localhost",
            "domainPrefix": "local",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": from.to_string(),
                "userAgent": joined.get("user-agent").cloned().unwrap_or_default(),
            },
            "requestId": "local",
            "routeKey": route,
            "stage": "$default",
            "time": "",
            "timeEpoch": 0,
        },
        "pathParameters": parameters,
        "body": (!body.is_empty()).then(|| text.map_or_else(|| STANDARD.encode(body), str::to_owned)),
        "isBase64Encoded": text.is_none(),
    })
}

fn answered(answer: &Value) -> Response<String> {
    let status = answer.get("statusCode").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let body = answer.get("body").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut response = Response::new(body);
    *response.status_mut() =
        status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::BAD_GATEWAY);
    let headers = answer.get("headers").and_then(Value::as_object).into_iter().flatten();
    for (name, value) in headers {
        put(&mut response, name.as_str(), value.as_str());
    }
    for cookie in answer.get("cookies").and_then(Value::as_array).into_iter().flatten() {
        put(&mut response, "set-cookie", cookie.as_str());
    }
    response
}

fn put(response: &mut Response<String>, name: &str, value: Option<&str>) {
    let name = HeaderName::from_bytes(name.as_bytes());
    let value = HeaderValue::from_str(value.unwrap_or_default());
    if let (Ok(name), Ok(value)) = (name, value) {
        response.headers_mut().append(name, value);
    }
}

/// What the gateway answers itself, in the language of the request as the functions do.
fn refuse(headers: &HeaderMap, fault: &Fault) -> Response<String> {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let language = Language::negotiate(wanted, Language::Ar);
    let error = json!({ "code": fault.code.as_str(), "message": fault.message(language) });
    let body = json!({ "success": false, "errors": [error], "traceId": "gateway" });
    let mut response = Response::new(body.to_string());
    *response.status_mut() = fault.code.status();
    put(&mut response, "content-type", Some("application/json"));
    put(&mut response, "content-language", Some(language.as_str()));
    response
}
