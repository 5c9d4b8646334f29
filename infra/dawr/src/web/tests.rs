use std::{fs, path::Path};

use axum::body::{Body, to_bytes};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use super::{
    headers::POLICY,
    serve::{no_app, page, wants_page},
};

fn site() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("dist");
    fs::create_dir_all(folder.join("assets")).unwrap();
    for (name, content) in [
        ("dist/index.html", "<!doctype html>"),
        ("dist/boot.js", "boot"),
        ("dist/.built", "a hash"),
        ("dist/assets/app-1a2b.js", "a script"),
        ("dist/assets/app-1a2b.js.br", "in Brotli"),
        ("dist/assets/app-1a2b.js.gz", "in gzip"),
        ("secret", "not the app's"),
    ] {
        fs::write(root.path().join(name), content).unwrap();
    }
    root
}

fn asked(folder: &Path, path: &str, headers: &[(header::HeaderName, &'static str)]) -> Response<Body> {
    let headers: HeaderMap =
        headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
    page(&folder.join("dist"), path, &headers)
}

async fn text(answer: Response<Body>) -> String {
    String::from_utf8(to_bytes(answer.into_body(), 1_000).await.unwrap().to_vec()).unwrap()
}

fn header(answer: &Response<Body>, name: header::HeaderName) -> &str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn what_is_no_file_is_a_place_in_the_app() {
    let site = site();
    for path in ["/", "/queues/que_1", "/queues/", "/sign-in", "/v1.2/notes", "/a//b", "/%2e%2e/secret"] {
        let answer = asked(site.path(), path, &[]);
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&answer, header::CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(header(&answer, header::CACHE_CONTROL), "no-cache");
        assert_eq!(text(answer).await, "<!doctype html>", "{path}");
    }
}

/// As at the edge: what looks like a file is one, or nothing.
#[tokio::test]
async fn a_dot_in_its_last_part_makes_a_path_a_file() {
    let site = site();
    for path in ["/favicon.ico", "/queues/a.b", "/..", "/."] {
        assert_eq!(asked(site.path(), path, &[]).status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(text(asked(site.path(), "/boot.js", &[])).await, "boot");
    assert!(super::EDGE.contains(r#"name.indexOf(".") < 0 && uri.indexOf("/assets/") !== 0"#));
}

#[tokio::test]
async fn nothing_outside_the_app_is_served() {
    let site = site();
    for path in
        ["/../secret", "/assets/../../secret", "/..%2fsecret", "//secret", "/.built", "/assets/.", "\\..\\secret"]
    {
        let answer = asked(site.path(), path, &[]);
        let told = text(answer).await;
        assert!(told.is_empty() || told == "<!doctype html>", "{path}: {told}");
    }
}

#[tokio::test]
async fn a_hashed_file_never_changes_and_is_compressed() {
    let site = site();
    let asset = "/assets/app-1a2b.js";
    for (accepted, content, encoding) in [
        ("gzip, deflate, br, zstd", "in Brotli", "br"),
        ("gzip", "in gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "in gzip", "gzip"),
        ("identity", "a script", ""),
    ] {
        let answer = asked(site.path(), asset, &[(header::ACCEPT_ENCODING, accepted)]);
        assert_eq!(header(&answer, header::CACHE_CONTROL), "public, max-age=31536000, immutable");
        assert_eq!(header(&answer, header::CONTENT_TYPE), "text/javascript; charset=utf-8");
        assert_eq!(header(&answer, header::CONTENT_ENCODING), encoding);
        assert_eq!(header(&answer, header::VARY), "accept-encoding");
        assert_eq!(text(answer).await, content, "{accepted}");
    }
    assert_eq!(asked(site.path(), "/assets/app-gone.js", &[]).status(), StatusCode::NOT_FOUND);
    assert_eq!(asked(site.path(), "/assets/", &[]).status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_a_browser_has_is_not_sent_again() {
    let site = site();
    let first = asked(site.path(), "/boot.js", &[]);
    let tag = header(&first, header::ETAG).to_owned();
    let known: HeaderMap = [(header::IF_NONE_MATCH, HeaderValue::from_str(&tag).unwrap())].into_iter().collect();
    let again = page(&site.path().join("dist"), "/boot.js", &known);
    assert_eq!((again.status(), header(&again, header::ETAG)), (StatusCode::NOT_MODIFIED, tag.as_str()));
    assert_eq!(text(again).await, "");
}

#[tokio::test]
async fn every_answer_is_guarded() {
    let site = site();
    for path in ["/", "/boot.js", "/assets/app-1a2b.js", "/assets/gone.js"] {
        let answer = asked(site.path(), path, &[]);
        assert_eq!(header(&answer, header::CONTENT_SECURITY_POLICY), POLICY);
        assert_eq!(header(&answer, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(header(&answer, header::REFERRER_POLICY), "same-origin");
    }
    assert!(!POLICY.contains("unsafe") && !POLICY.contains("http") && !POLICY.contains('*'));
}

#[tokio::test]
async fn without_the_app_a_person_reads_in_both_languages_why() {
    for (path, status, phones) in [("/", StatusCode::OK, true), ("/invite", StatusCode::NOT_FOUND, false)] {
        let answer = no_app(path, phones);
        assert_eq!((answer.status(), header(&answer, header::CONTENT_SECURITY_POLICY)), (status, POLICY), "{path}");
        assert_eq!(header(&answer, header::CONTENT_TYPE), "text/html; charset=utf-8");
        let text = String::from_utf8(to_bytes(answer.into_body(), 10_000).await.unwrap().to_vec()).unwrap();
        assert!(text.contains("lang=\"ar\"") && text.contains("lang=\"en\"") && text.contains("--api"), "{text}");
        assert_eq!(text.contains("/simulator"), phones, "there is no way to where nothing is: {text}");
    }
    let wants =
        |accept: &'static str| wants_page(&[(header::ACCEPT, HeaderValue::from_static(accept))].into_iter().collect());
    assert!(wants("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8") && wants("text/html"));
    assert!(!wants("*/*") && !wants("application/json") && !wants(""));
}

#[test]
fn one_builds_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let other = || std::fs::File::open(folder.path().join(".lock")).unwrap().try_lock();
    let held = super::alone(folder.path(), |text| panic!("nobody is at it: {text}")).unwrap();
    assert!(matches!(other(), Err(std::fs::TryLockError::WouldBlock)));
    let (said, told) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let waits =
            scope.spawn(|| super::alone(folder.path(), move |text| said.send(text.to_owned()).unwrap()).unwrap());
        assert!(told.recv().unwrap().contains("waiting"), "whoever waits says so");
        drop(held);
        drop(waits.join().unwrap());
    });
    assert!(other().is_ok());
}

/// The list of what is compressed stands in three languages.
#[test]
fn the_build_the_distribution_and_the_upload_mean_the_same_texts() {
    let texts = format!(r"\.({})$", super::files::TEXTS.join("|"));
    assert!(super::EDGE.contains(&texts), "{texts}");
    let build = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/scripts/compress.ts");
    assert!(fs::read_to_string(build).unwrap().contains(&texts), "{texts}");
}
