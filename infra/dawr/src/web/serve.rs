//! Serves the built app. Files under `/assets` have their hash in their name and never change; everything else is asked about each
//! time; a path without a dot in its last part is a place within the app.

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request, State},
};
use data_encoding::BASE64URL_NOPAD;
use http::{
    HeaderMap, HeaderValue, Method, Response, StatusCode,
    header::{self, HeaderName},
};

use super::{
    files::{FORMS, INDEX, cache, is_place, is_plain, kind},
    headers::secure,
};
use crate::cloud::{Functions, gateway};

/// What is answered at the front door: the functions, and the web app if there is one.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) functions: Functions,
    /// The folder of the built app.
    pub(crate) folder: Option<PathBuf>,
    /// Whether the patients' phones are shown beside it.
    pub(crate) phones: bool,
}

/// Serves one request: of the API if it has such a route or such a prefix, else of the web app.
pub(crate) async fn front(State(site): State<Site>, peer: ConnectInfo<SocketAddr>, request: Request) -> Response<Body> {
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_api = path == "/api" || path.starts_with("/api/") || site.functions.route("GET", path).is_some();
    match site.folder.clone().filter(|_| reads && !is_api) {
        Some(folder) => {
            let (path, headers) = (path.to_owned(), request.headers().clone());
            let answer = tokio::task::spawn_blocking(move || page(&folder, &path, &headers)).await;
            answer.unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR))
        }
        None if reads && !is_api && wants_page(request.headers()) => no_app(path, site.phones),
        None => gateway::serve(State(site.functions), peer, request).await,
    }
}

/// Whether it is a person who asks, by a browser.
pub(super) fn wants_page(wanted: &HeaderMap) -> bool {
    let accepted = wanted.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|one| one.split(';').next().map(str::trim) == Some("text/html"))
}

/// What a person sees where the web app would be if it were served, with a way to the patients' phones where they are shown.
pub(super) fn no_app(path: &str, phones: bool) -> Response<Body> {
    let lines = include_str!("no_app.html").lines().filter(|line| phones || !line.contains("/simulator"));
    let mut response = Response::new(Body::from(lines.collect::<Vec<_>>().join("\n")));
    if path != "/" {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    let headers = response.headers_mut();
    secure(headers);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// The answer to a path of the web app.
pub(crate) fn page(folder: &Path, path: &str, wanted: &HeaderMap) -> Response<Body> {
    let file = |path: &str| below(folder, path).and_then(|file| read(&file, wanted).transpose());
    // What is no place is a file or nothing: from a page the app could not tell that a part of its version is gone.
    let path = if is_place(path) { INDEX } else { path };
    match file(path).map(|found| (path, found)) {
        Some((path, Ok(found))) => answer(path, found, wanted),
        Some((_, Err(_))) => plain(StatusCode::INTERNAL_SERVER_ERROR),
        None => plain(StatusCode::NOT_FOUND),
    }
}

/// The file that a path names; none of a path that is written in any but the plainest way.
fn below(folder: &Path, path: &str) -> Option<PathBuf> {
    let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    parts.iter().all(|part| is_plain(part)).then(|| folder.join(parts.join("/")))
}

/// A file's bytes, and how they are compressed.
struct Found {
    bytes: Vec<u8>,
    encoding: Option<&'static str>,
}

/// Reads a file, in the smallest form that is there and wanted; none if it is not there.
fn read(file: &Path, wanted: &HeaderMap) -> io::Result<Option<Found>> {
    let accepted = wanted.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts = |name: &str| {
        accepted.split(',').any(|one| {
            let mut parts = one.split(';').map(str::trim);
            parts.next() == Some(name) && parts.all(|weight| weight != "q=0")
        })
    };
    for (encoding, suffix) in FORMS.into_iter().filter(|(encoding, _)| encoding.is_none_or(accepts)) {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        match fs::read(&name) {
            Ok(bytes) => return Ok(Some(Found { bytes, encoding })),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) if error.kind() == io::ErrorKind::IsADirectory => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn answer(path: &str, found: Found, wanted: &HeaderMap) -> Response<Body> {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &found.bytes);
    let tag = format!("\"{}\"", BASE64URL_NOPAD.encode(hash.as_ref()).get(..16).unwrap_or_default());
    let same = wanted.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if same { Response::new(Body::empty()) } else { Response::new(Body::from(found.bytes)) };
    if same {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    secure(headers);
    let mut set = |name: HeaderName, value: &str| HeaderValue::from_str(value).map(|value| headers.insert(name, value));
    let _ = set(header::ETAG, &tag);
    let _ = set(header::CACHE_CONTROL, cache(path));
    let _ = set(header::VARY, "accept-encoding");
    let _ = set(header::CONTENT_TYPE, kind(path));
    if let Some(encoding) = found.encoding {
        let _ = set(header::CONTENT_ENCODING, encoding);
    }
    response
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    secure(response.headers_mut());
    response
}
