//! Requests that a browser makes on its own account, with a cookie and no token, must come from the web app's own pages.
//!
//! The cookie is `SameSite=Strict`, which counts every host of a registrable domain as one site; this asks for the same
//! origin. What no browser sent has neither header, and no cookie of anybody else's.

use dawr_api::{Failure, code::Code};
use http::{HeaderMap, header};

/// Fetch Metadata (W3C): a browser says it of each request, and no script can change it.
const FETCH_SITE: &str = "sec-fetch-site";

/// Refuses what another site's page asked for.
///
/// # Errors
/// `CrossSite`.
pub(crate) fn check(headers: &HeaderMap, public_url: &str) -> Result<(), Failure> {
    let own = match (headers.get(FETCH_SITE), headers.get(header::ORIGIN)) {
        (Some(site), _) => matches!(site.as_bytes(), b"same-origin" | b"none"),
        // A browser of before 2023.
        (None, Some(origin)) => origin.to_str().is_ok_and(|origin| is_own(origin, headers, public_url)),
        (None, None) => true,
    };
    if own { Ok(()) } else { Err(Code::CrossSite.into()) }
}

fn is_own(origin: &str, headers: &HeaderMap, public_url: &str) -> bool {
    let Some((_, host)) = origin.split_once("://") else { return false };
    let asked = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    // A CDN names another host to the API than the browser named to the CDN.
    let public = public_url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    [asked, public].into_iter().flatten().any(|own| !own.is_empty() && own.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn passes(given: &[(&'static str, &'static str)]) -> bool {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        check(&given.iter().map(pair).collect(), "https://app.dawr.example/").is_ok()
    }

    #[test]
    fn a_browser_says_where_a_request_comes_from() {
        for own in ["same-origin", "none"] {
            assert!(passes(&[("sec-fetch-site", own)]), "{own}");
        }
        for other in ["same-site", "cross-site", "", "Same-Origin", "same-origin, cross-site"] {
            assert!(!passes(&[("sec-fetch-site", other)]), "{other}");
            assert!(!passes(&[("sec-fetch-site", other), ("origin", "https://app.dawr.example")]), "{other}");
        }
    }

    #[test]
    fn an_old_browser_names_the_origin() {
        let host = ("host", "api.dawr.example");
        for own in ["https://api.dawr.example", "https://APP.dawr.example"] {
            assert!(passes(&[host, ("origin", own)]), "{own}");
        }
        for other in [
            "null",
            "",
            "https://",
            "https://evil.example",
            "https://app.dawr.example.evil.example",
            "https://app.dawr.example:8443",
            "https://evil.example/https://app.dawr.example",
            "https://app.dawr.example@evil.example",
        ] {
            assert!(!passes(&[host, ("origin", other)]), "{other}");
        }
        assert!(!passes(&[("origin", "https://evil.example")]), "no host to compare with");
    }

    #[test]
    fn what_is_no_browser_says_neither() {
        assert!(passes(&[]) && passes(&[("host", "api.dawr.example")]));
    }
}
