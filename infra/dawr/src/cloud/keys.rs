//! The keys of a deployment: the one that signs access tokens, and, on one machine, the one that seals page tokens.

use aws_lc_rs::{
    rand::{SecureRandom, SystemRandom},
    signature::{Ed25519KeyPair, KeyPair},
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The keys of a deployment.
#[derive(Serialize, Deserialize)]
pub struct Keys {
    /// The name of the signing key.
    pub kid: String,
    /// The signing key: PKCS#8, base64.
    pub pkcs8: String,
    /// The key of page tokens: a random text.
    pub page_key: String,
}

/// A text of 32 random bytes.
///
/// # Errors
/// If the machine gives no randomness.
pub fn random_text() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow::anyhow!("keys cannot be made"))?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

impl Keys {
    /// New keys.
    ///
    /// # Errors
    /// If the machine gives no randomness.
    pub fn generate() -> anyhow::Result<Self> {
        let unspecified = |_| anyhow::anyhow!("keys cannot be made");
        let pair = Ed25519KeyPair::generate().map_err(unspecified)?;
        let pkcs8 = pair.to_pkcs8v1().map_err(unspecified)?;
        let (mut page_key, mut kid) = ([0; 32], [0; 6]);
        let random = SystemRandom::new();
        random.fill(&mut page_key).map_err(unspecified)?;
        random.fill(&mut kid).map_err(unspecified)?;
        Ok(Self {
            kid: BASE64URL_NOPAD.encode(&kid),
            pkcs8: BASE64.encode(pkcs8.as_ref()),
            page_key: BASE64URL_NOPAD.encode(&page_key),
        })
    }

    /// The secret of the signing key, as identity functions read it.
    pub fn signing_secret(&self) -> String {
        json!({ "kid": self.kid, "pkcs8": self.pkcs8 }).to_string()
    }

    /// The setting `DAWR_PUBLIC_KEYS`.
    ///
    /// # Errors
    /// If the signing key is none.
    pub fn public_keys(&self) -> anyhow::Result<String> {
        let pkcs8 = BASE64.decode(self.pkcs8.as_bytes())?;
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|error| anyhow::anyhow!("the signing key: {error}"))?;
        Ok(json!({ &self.kid: BASE64URL_NOPAD.encode(pair.public_key().as_ref()) }).to_string())
    }
}
