//! Whose request it is: the viewer's, where it came through our own distribution, or else of whoever the gateway saw.
//!
//! Behind a distribution the gateway sees the address of an edge, which thousands of people share. What a request says of its
//! viewer, anybody can say who reaches the gateway past the distribution; so it counts only beside the secret header that our
//! distribution adds. Without it, what only a distribution can know is taken out of the request.

use std::net::{IpAddr, SocketAddr};

use dawr_api::settings::EdgeProof;
use http::HeaderMap;

/// The secret header that our distribution adds (a custom header of its origin).
pub const PROOF: &str = "x-dawr-edge-proof";

/// The viewer's address and port, as CloudFront says them.
const ADDRESS: &str = "cloudfront-viewer-address";

/// The viewer's country, as CloudFront says it.
const COUNTRY: &str = "cloudfront-viewer-country";

/// The addresses on the way, the viewer's own claims first; each station adds the one that it saw at the end.
const FORWARDED: &str = "x-forwarded-for";

/// The address that the request came from. From here on nobody reads the proof, and what is said of the viewer is so.
pub(crate) fn address(headers: &mut HeaderMap, seen: String, proof: &EdgeProof) -> String {
    let proven = headers.remove(PROOF).is_some_and(|value| proof.is_shown_by(value.as_bytes()));
    if !proven {
        headers.remove(ADDRESS);
        headers.remove(COUNTRY);
        return seen;
    }
    named(headers).or_else(|| forwarded(headers, &seen)).map_or(seen, |address| address.to_canonical().to_string())
}

fn named(headers: &HeaderMap) -> Option<IpAddr> {
    with_port(headers.get(ADDRESS)?.to_str().ok()?.trim())
}

/// `203.0.113.9:46532`, and of IPv6 with brackets around the address or without.
fn with_port(text: &str) -> Option<IpAddr> {
    let bracketed = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    let plain = || {
        let (address, port) = text.rsplit_once(':')?;
        port.parse::<u16>().ok()?;
        address.parse().ok()
    };
    bracketed().or_else(plain).or_else(|| text.parse().ok())
}

/// What the distribution saw: the last entry, but for that of the edge, which the gateway adds.
fn forwarded(headers: &HeaderMap, seen: &str) -> Option<IpAddr> {
    let all = headers.get(FORWARDED)?.to_str().ok()?;
    all.rsplit(',').map(str::trim).find(|entry| *entry != seen)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

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

    #[test]
    fn a_proven_request_is_its_viewers() {
        for (said, viewer) in [
            ("203.0.113.9:46532", "203.0.113.9"),
            ("203.0.113.9", "203.0.113.9"),
            ("2001:db8:85a3:0:0:8a2e:370:7334:46532", "2001:db8:85a3::8a2e:370:7334"),
            ("2001:db8::7:46532", "2001:db8::7"),
            ("[2001:db8::7]:46532", "2001:db8::7"),
            ("2001:db8:0:0:0:0:0:7", "2001:db8::7"),
            ("::ffff:203.0.113.9:46532", "203.0.113.9"),
        ] {
            let (address, headers) = seen(&[(PROOF, SECRET), (ADDRESS, said), (COUNTRY, "SA")]);
            assert_eq!(address, viewer, "{said}");
            assert!(headers.get(PROOF).is_none() && headers.contains_key(COUNTRY));
        }
    }

    #[test]
    fn without_its_header_the_viewer_is_who_the_distribution_saw() {
        for (said, viewer) in [
            ("203.0.113.9", "203.0.113.9"),
            ("203.0.113.9, 130.176.0.9", "203.0.113.9"),
            ("198.51.100.1, 203.0.113.9,130.176.0.9", "203.0.113.9"),
            ("198.51.100.1, 2001:db8::7, 130.176.0.9", "2001:db8::7"),
        ] {
            assert_eq!(seen(&[(PROOF, SECRET), (FORWARDED, said)]).0, viewer, "{said}");
        }
    }

    #[test]
    fn what_is_malformed_says_nothing() {
        for said in ["", "me", "203.0.113.9:x", "203.0.113.999:1", "203.0.113.9:99999", "a:b:c", "1.2.3.4:1,5.6.7.8:1"]
        {
            assert_eq!(seen(&[(PROOF, SECRET), (ADDRESS, said)]).0, EDGE, "{said}");
            assert_eq!(seen(&[(PROOF, SECRET), (FORWARDED, said)]).0, EDGE, "{said}");
        }
        assert_eq!(seen(&[(PROOF, SECRET)]).0, EDGE);
        assert_eq!(seen(&[(PROOF, SECRET), (FORWARDED, "203.0.113.9, x, 130.176.0.9")]).0, EDGE);
    }

    #[test]
    fn what_is_not_proven_does_not_count() {
        let said = [(ADDRESS, "203.0.113.9:46532"), (COUNTRY, "SA"), (FORWARDED, "203.0.113.9, 130.176.0.9")];
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
        headers.insert(ADDRESS, HeaderValue::from_static("203.0.113.9:1"));
        assert_eq!(super::address(&mut headers, EDGE.to_owned(), &EdgeProof::default()), EDGE);
    }
}
