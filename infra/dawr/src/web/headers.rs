//! What browsers are told of every page and file of the web app. CloudFront's policy is generated from the same list.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Everything from this origin, nothing inline. The one style that is allowed by its hash is React Aria's, which it adds on iOS while
/// a dialog is open; of texts that become HTML the app's own policy lets the empty one through and no other.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; \
     style-src 'self' 'sha256-gYiS/BvZvRcK27JIXTuwhZ3hs2+VJ1X+2gUlE+farlg='; font-src 'self'; \
     img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default";

/// The headers, by their names in small letters.
pub(crate) const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"),
];

/// Adds the headers.
pub(crate) fn secure(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}
