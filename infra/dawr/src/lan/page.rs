//! How a device in the house comes to trust this machine: a page without TLS, for it cannot be asked for with it yet. It serves the
//! authority's certificate and nothing else; whoever stands between could give another one, so both say its fingerprint.

use std::sync::Arc;

use axum::{Router, body::Body, routing::get};
use http::{HeaderValue, Response, header};

use crate::web::secure;

/// The page's parts: its text has places for what is known only when it is served.
const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// Where the certificate is.
pub(super) const CERTIFICATE: &str = "/dawr.crt";

/// What a page tells.
pub(super) struct Told {
    /// Where the app is.
    pub(super) app: String,
    /// What devices call the authority.
    pub(super) name: String,
    pub(super) fingerprint: String,
    /// DER.
    pub(super) certificate: Vec<u8>,
}

/// The page and what belongs to it.
pub(super) fn router(told: Told) -> Router {
    let told = Arc::new(told);
    let page = PAGE
        .replace("{app}", &escaped(&told.app))
        .replace("{name}", &escaped(&told.name))
        .replace("{fingerprint}", &escaped(&told.fingerprint));
    let page = move || async move { answer("text/html; charset=utf-8", page) };
    let certificate = move || async move {
        let mut answer = answer("application/x-x509-ca-cert", told.certificate.clone());
        let attached = HeaderValue::from_static("attachment; filename=\"dawr.crt\"");
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, attached);
        answer
    };
    Router::new()
        .route("/", get(page))
        .route("/page.css", get(|| async { answer("text/css; charset=utf-8", STYLE) }))
        .route(CERTIFICATE, get(certificate))
}

fn answer(kind: &'static str, content: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(content.into());
    let headers = response.headers_mut();
    secure(headers);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A text within a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
