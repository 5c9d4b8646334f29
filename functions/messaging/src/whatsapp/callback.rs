//! Meta's callbacks: the signature over the raw bytes, and the events in the body.

mod body;
mod clip;
mod inbound;
mod mend;
pub mod read;
mod status;

use aws_lc_rs::hmac;

pub use body::{Body, Content, Part};
pub use inbound::{Inbound, Kind, Words, inbound, preference};
pub use status::{StatusUpdate, status};

/// The signature of a callback.
pub struct Signature(Vec<u8>);

impl Signature {
    /// Reads the header `X-Hub-Signature-256`.
    pub fn parse(header: &str) -> Option<Self> {
        let tag = data_encoding::HEXLOWER_PERMISSIVE.decode(header.strip_prefix("sha256=")?.as_bytes()).ok()?;
        (tag.len() == hmac::HMAC_SHA256.digest_algorithm().output_len()).then_some(Self(tag))
    }

    /// Whether it is the app's over these bytes. Takes the same time wherever they differ.
    pub fn is_of(&self, secret: &str, bytes: &[u8]) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hmac::verify(&key, bytes, &self.0).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_checked_over_the_raw_bytes() {
        // Public test vectors, recomputed with openssl.
        let body = br#"{"object":"whatsapp_business_account"}"#;
        let good = "sha256=b6978b21c4467654c466607663db9b43fae44b71083568df403e0a077089208e";
        let is_signed = |secret: &str, bytes: &[u8], header: &str| {
            Signature::parse(header).is_some_and(|signature| signature.is_of(secret, bytes))
        };
        assert!(is_signed("test-app-secret", body, good));
        assert!(is_signed(
            "secret",
            b"test",
            "sha256=0329a06b62cd16b33eb6792be8c60b158d89a2ee3a876fce9a881ebb488c0914"
        ));
        for (secret, bytes, signature) in [
            ("another", body.as_slice(), good),
            ("test-app-secret", b"{}", good),
            ("test-app-secret", body, ""),
            ("test-app-secret", body, "sha256="),
            ("test-app-secret", body, "sha256=zz"),
            ("test-app-secret", body, &good[..40]),
        ] {
            assert!(!is_signed(secret, bytes, signature));
        }
    }
}
