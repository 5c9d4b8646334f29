//! The keys of a deployment: the one that signs access tokens, the distribution's secret header, and, on one machine, the one that seals
//! page tokens.

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{Ed25519KeyPair, KeyPair},
};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use dawr_kernel::entropy::{Entropy, random};
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
pub fn random_text(entropy: &dyn Entropy) -> String {
    BASE64URL_NOPAD.encode(&random::<32>(entropy))
}

/// The secret header of a distribution, and its hash as the functions know it.
pub fn edge_proof(entropy: &dyn Entropy) -> (String, String) {
    let proof = random_text(entropy);
    let hash = HEXLOWER.encode(digest(&SHA256, proof.as_bytes()).as_ref());
    (proof, hash)
}

impl Keys {
    /// New keys.
    ///
    /// # Errors
    /// If the signing key cannot be written.
    pub fn generate(entropy: &dyn Entropy) -> anyhow::Result<Self> {
        // Any 32 bytes are a seed (RFC 8032).
        let pair = Ed25519KeyPair::from_seed_unchecked(&random::<32>(entropy));
        let pkcs8 = pair.map_err(|error| anyhow::anyhow!("the signing key: {error}"))?.to_pkcs8v1()?;
        Ok(Self {
            kid: BASE64URL_NOPAD.encode(&random::<6>(entropy)),
            pkcs8: BASE64.encode(pkcs8.as_ref()),
            page_key: random_text(entropy),
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
