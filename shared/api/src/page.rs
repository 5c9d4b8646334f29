//! Pages: `?page=<opaque>&pageSize=` in, `{items, nextPage}` out.
//!
//! A token is sealed with AES-256-GCM and bound to tenant, route and query, so that it can be neither read nor forged
//! nor used for another list.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    digest::{SHA256, digest},
};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Failure, code::Code};

/// How long a token may be used, in seconds.
const LIFETIME: i64 = 24 * 60 * 60;

const NONCE: usize = 12;

/// A page of a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct List<T> {
    /// The items.
    pub items: Vec<T>,
    /// What to send as `page` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page: Option<String>,
}

/// Seals and opens page tokens.
pub struct PageSealer(RandomizedNonceKey);

#[derive(Serialize, Deserialize)]
struct Sealed<T> {
    until: i64,
    place: T,
}

impl PageSealer {
    /// The shortest text that a key is made of, in bytes.
    const SHORTEST: usize = 32;

    /// A sealer by a long random text; none if it is too short.
    pub fn new(text: &str) -> Option<Self> {
        let key = digest(&SHA256, text.as_bytes());
        let key = RandomizedNonceKey::new(&AES_256_GCM, key.as_ref()).ok();
        key.filter(|_| text.len() >= Self::SHORTEST).map(Self)
    }

    /// Seals a place of the list that `bound` names.
    ///
    /// # Errors
    /// If the place cannot be written.
    pub fn seal<T: Serialize>(&self, place: T, bound: &[u8], now: Timestamp) -> Result<String, Failure> {
        let sealed = Sealed { until: now.as_second() + LIFETIME, place };
        let mut bytes = serde_json::to_vec(&sealed).map_err(Failure::internal)?;
        let nonce =
            self.0.seal_in_place_append_tag(Aad::from(bound), &mut bytes).map_err(|_| Failure::new(Code::Internal))?;
        bytes.splice(..0, nonce.as_ref().iter().copied());
        Ok(BASE64URL_NOPAD.encode(&bytes))
    }

    /// Opens a token for the list that `bound` names.
    ///
    /// # Errors
    /// `InvalidPage` for a token that was changed, is of another list, or is too old.
    pub fn open<T: DeserializeOwned>(&self, token: &str, bound: &[u8], now: Timestamp) -> Result<T, Failure> {
        let invalid = || Failure::from(crate::Fault::at(Code::InvalidPage, "page"));
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).map_err(|_| invalid())?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or_else(invalid)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| invalid())?;
        let mut sealed = sealed.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(bound), &mut sealed).map_err(|_| invalid())?;
        let opened: Sealed<T> = serde_json::from_slice(plain).map_err(|_| invalid())?;
        if opened.until <= now.as_second() {
            return Err(invalid());
        }
        Ok(opened.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer() -> PageSealer {
        PageSealer::new(&BASE64URL_NOPAD.encode(&[7; 32])).unwrap()
    }

    #[test]
    fn a_token_opens_only_where_it_was_made() {
        let (sealer, now) = (sealer(), Timestamp::from_second(1_800_000_000).unwrap());
        let token = sealer.seal("place", b"tenant list", now).unwrap();
        assert_eq!(sealer.open::<String>(&token, b"tenant list", now).unwrap(), "place");
        let changed: String = token.chars().rev().collect();
        let later = Timestamp::from_second(1_800_000_000 + LIFETIME).unwrap();
        for (token, bound, at) in [
            (token.as_str(), b"another list".as_slice(), now),
            (&changed, b"tenant list", now),
            (&token, b"tenant list", later),
            ("", b"tenant list", now),
            ("💥", b"tenant list", now),
        ] {
            assert_eq!(sealer.open::<String>(token, bound, at).unwrap_err().code(), Code::InvalidPage);
        }
    }
}
