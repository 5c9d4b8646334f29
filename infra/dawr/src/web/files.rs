//! The files of the built app: what each is, how long it is kept, and in which forms it lies there. One machine and the bucket say the
//! same of them.

/// Where files are that have their hash in their name and never change.
pub(crate) const ASSETS: &str = "/assets/";

/// The page that every place within the app is.
pub(crate) const INDEX: &str = "/index.html";

/// The forms of a text, the smallest first: how it is encoded, and what its file's name ends in.
pub(super) const FORMS: [(Option<&str>, &str); 3] = [(Some("br"), ".br"), (Some("gzip"), ".gz"), (None, "")];

/// The texts: what the build writes in all three forms, and the distribution sends in the smallest.
pub(super) const TEXTS: [&str; 6] = ["html", "js", "css", "svg", "txt", "webmanifest"];

/// Whether this is the name of a file or folder that is the app's: written in the plainest way, and not hidden.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// Whether this is a place within the app rather than a file: no dot is in its last part, here as at the edge (`edge.js`).
pub(super) fn is_place(path: &str) -> bool {
    !path.starts_with(ASSETS) && path.rsplit('/').next().is_none_or(|last| !last.contains('.'))
}

/// How long a path is kept by those who have it.
pub(super) fn cache(path: &str) -> &'static str {
    if path.starts_with(ASSETS) { "public, max-age=31536000, immutable" } else { "no-cache" }
}

/// Whether a path is a text.
pub(super) fn is_text(path: &str) -> bool {
    extension(path).is_some_and(|extension| TEXTS.contains(&extension))
}

fn extension(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(_, extension)| extension)
}

/// What a path is.
pub(super) fn kind(path: &str) -> &'static str {
    match extension(path) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
