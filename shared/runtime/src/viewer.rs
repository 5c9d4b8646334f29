//! Whose request it is: the viewer's, where it came through our own distribution, or else of whoever the gateway saw.
//!
//! Behind a distribution the gateway sees the address of an edge, which thousands of people share. What a request says of its
//! viewer, anybody can say who reaches the gateway past the distribution; so it counts only beside the secret header that our
//! distribution adds. Without it, what only a distribution can know is taken out of the request.

use std::net::IpAddr;

use dawr_api::settings::EdgeProof;
use http::{HeaderMap, HeaderValue};

/// The secret header that our distribution adds (a custom header of its origin).
pub const PROOF: &str = "x-dawr-edge-proof";

/// The viewer's country, as CloudFront says it.
const COUNTRY: &str = "cloudfront-viewer-country";

/// The addresses on the way, the viewer's own claims first; each station adds the one that it saw at the end.
const FORWARDED: &str = "x-forwarded-for";

/// The address that the request came from. From here on nobody reads the proof, and what is said of the viewer is so.
pub(crate) fn address(headers: &mut HeaderMap, seen: String, proof: &EdgeProof) -> String {
    let proven = headers.remove(PROOF).is_some_and(|value| proof.is_shown_by(value.as_bytes()));
    if !proven {
        headers.remove(COUNTRY);
        return seen;
    }
    forwarded(headers, &seen).map_or(seen, |address| address.to_canonical().to_string())
}

/// What the distribution saw, which it always puts at the end: the last entry, but for that of the edge, which the gateway adds. The
/// header that CloudFront can name the viewer in is not read: where a distribution does not set it, it is whatever the viewer says.
fn forwarded(headers: &HeaderMap, seen: &str) -> Option<IpAddr> {
    // What the viewer put before it may be no text.
    let lines = headers.get_all(FORWARDED).iter().map(HeaderValue::as_bytes).rev();
    let mut entries = lines.flat_map(|line| line.rsplit(|byte| *byte == b',')).map(<[u8]>::trim_ascii).peekable();
    entries.next_if(|last| *last == seen.as_bytes());
    str::from_utf8(entries.next()?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    const EDGE: &str = "130.176.0.9";
    const SECRET: &str = "an-edge-of-ours";

    fn seen(given: &[(&'static str, &'static str)]) -> (String, HeaderMap) {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        let mut headers = given.iter().map(pair).collect();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, SECRET.as_bytes());
        let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let proof = EdgeProof::parse(&format!("{}, {hex}", "0".repeat(64))).unwrap();
        (address(&mut headers, EDGE.to_owned(), &proof), headers)
    }

    /// In which CloudFront names the viewer if it is told to, and a viewer whatever they like if it is not.
    const NAMED: &str = "cloudfront-viewer-address";

    #[test]
    fn a_proven_request_is_of_whom_the_distribution_saw() {
        for (said, viewer) in [
            ("203.0.113.9", "203.0.113.9"),
            ("203.0.113.9, 130.176.0.9", "203.0.113.9"),
            ("198.51.100.1, 203.0.113.9,130.176.0.9", "203.0.113.9"),
            ("198.51.100.1, 2001:db8:0:0::7, 130.176.0.9", "2001:db8::7"),
            ("::ffff:203.0.113.9, 130.176.0.9", "203.0.113.9"),
            // Whoever claims to be the edge is not thereby whom they name before it.
            ("203.0.113.9, 130.176.0.9, 130.176.0.9", EDGE),
        ] {
            let (address, headers) = seen(&[(PROOF, SECRET), (FORWARDED, said), (COUNTRY, "SA")]);
            assert_eq!(address, viewer, "{said}");
            assert!(headers.get(PROOF).is_none() && headers.contains_key(COUNTRY));
        }
        let (address, _) =
            seen(&[(PROOF, SECRET), (FORWARDED, "198.51.100.1"), (FORWARDED, "203.0.113.9"), (FORWARDED, EDGE)]);
        assert_eq!(address, "203.0.113.9");
    }

    #[test]
    fn what_is_no_text_before_it_hides_nobody() {
        let mut headers = HeaderMap::new();
        headers.insert(FORWARDED, HeaderValue::from_bytes(b"\xc3\xa9\xff, 203.0.113.9, 130.176.0.9").unwrap());
        assert_eq!(forwarded(&headers, EDGE), "203.0.113.9".parse().ok());
    }

    #[test]
    fn what_the_viewer_says_of_themselves_changes_nothing() {
        for forged in ["198.51.100.1:46532", "198.51.100.1", "[2001:db8::7]:1", ""] {
            let said = [(PROOF, SECRET), (FORWARDED, "203.0.113.9, 130.176.0.9"), (NAMED, forged)];
            assert_eq!(seen(&said).0, "203.0.113.9", "{forged}");
            assert_eq!(seen(&[(PROOF, SECRET), (NAMED, forged)]).0, EDGE, "{forged}");
        }
    }

    #[test]
    fn what_is_malformed_says_nothing() {
        for said in ["", ",", "me", "203.0.113.9:x", "203.0.113.9:46532", "203.0.113.999", "a:b:c", "203.0.113.9,"] {
            assert_eq!(seen(&[(PROOF, SECRET), (FORWARDED, said)]).0, EDGE, "{said}");
        }
        assert_eq!(seen(&[(PROOF, SECRET)]).0, EDGE);
        assert_eq!(seen(&[(PROOF, SECRET), (FORWARDED, "203.0.113.9, x, 130.176.0.9")]).0, EDGE);
    }

    #[test]
    fn what_is_not_proven_does_not_count() {
        let said = [(COUNTRY, "SA"), (FORWARDED, "203.0.113.9, 130.176.0.9")];
        for proof in ["", "an-edge", "an-edge-of-ours ", "AN-EDGE-OF-OURS"] {
            let (address, headers) = seen(&[&said[..], &[(PROOF, proof)]].concat());
            assert_eq!(address, EDGE, "{proof}");
            assert!(headers.get(PROOF).is_none() && !headers.contains_key(COUNTRY), "{proof}");
        }
        let (address, headers) = seen(&said);
        assert!(address == EDGE && !headers.contains_key(COUNTRY));
        // Where there is no distribution, nothing is a proof.
        let mut headers = HeaderMap::new();
        headers.insert(PROOF, HeaderValue::from_static(""));
        headers.insert(FORWARDED, HeaderValue::from_static("203.0.113.9, 130.176.0.9"));
        assert_eq!(super::address(&mut headers, EDGE.to_owned(), &EdgeProof::default()), EDGE);
    }
}
