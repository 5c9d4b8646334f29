//! What a deployment decides. Read from the environment once, at start.

use std::{collections::BTreeMap, str::FromStr, time::Duration};

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};

use crate::function::Queue;

/// The settings of a function.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The table's name.
    pub table: String,
    /// The keys that verify access tokens: key id and the 32 bytes of an Ed25519 public key, base64url.
    pub public_keys: BTreeMap<String, String>,
    /// By what a request shows that it came through our own distribution.
    pub edge_proof: EdgeProof,
    /// The key that seals page tokens, a long random text. What hands out pages has it, and on AWS reads it from a secret at start.
    pub page_key: Option<String>,
    /// The secret that holds it; none for what hands out no pages.
    pub page_key_secret: Option<String>,
    /// The customer's own key of KMS for secrets that are made; none for the one of AWS.
    pub kms_key: Option<String>,
    /// The secret that holds the key signing access tokens.
    pub signing_key_secret: String,
    /// The secret that holds the key encrypting the secrets of second factors.
    pub factor_key_secret: String,
    /// What the names of secrets start with.
    pub secret_prefix: String,
    /// Each queue's address.
    pub queues: BTreeMap<Queue, String>,
    /// Each dead-letter queue's address.
    pub dead_letters: BTreeMap<Queue, String>,
    /// The address of the queue for stream records that nobody could handle.
    pub stream_dead_letters: Option<String>,
    /// Meta's Graph API, without the version.
    pub graph_url: String,
    /// The version of Meta's Graph API.
    pub graph_version: String,
    /// Where browsers and the simulator's callbacks reach this deployment.
    pub public_url: String,
    /// How long the provider may take to answer.
    pub provider_timeout: Duration,
    /// How long a sender owns a message that it is sending; longer than the provider may take.
    pub send_lease: Duration,
    /// How long a message whose outcome is unknown waits for a callback.
    pub unknown_hold: Duration,
    /// After so long without a job a queued message is handed on again.
    pub straggler_after: Duration,
    /// How long a number that the provider stopped is left alone before the next try.
    pub account_hold: Duration,
    /// How often a message is tried.
    pub max_attempts: u32,
}

/// A setting that is absent or unreadable.
#[derive(Debug, thiserror::Error)]
#[error("the setting {name} is {problem}")]
pub struct SettingError {
    name: String,
    problem: &'static str,
}

impl Settings {
    /// Reads the settings by name, for example from the environment.
    ///
    /// # Errors
    /// Names the first setting that is absent or unreadable.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let required = |name: &str| get(name).ok_or_else(|| SettingError { name: name.to_owned(), problem: "absent" });
        let or = |name: &str, default: &str| get(name).unwrap_or_else(|| default.to_owned());
        let public_keys = serde_json::from_str(&required("DAWR_PUBLIC_KEYS")?).map_err(|_| SettingError {
            name: "DAWR_PUBLIC_KEYS".into(),
            problem: "no JSON object of key ids and keys",
        })?;
        let addresses = |prefix: &str| {
            Queue::ALL
                .iter()
                .filter_map(|queue| Some((*queue, get(&format!("{prefix}{}", queue.as_str().to_uppercase()))?)))
                .collect()
        };
        let settings = Self {
            table: required("DAWR_TABLE")?,
            public_keys,
            edge_proof: EdgeProof::parse(&or("DAWR_EDGE_PROOF_SHA256", ""))?,
            page_key: None,
            page_key_secret: get("DAWR_PAGE_KEY_SECRET"),
            kms_key: get("DAWR_KMS_KEY").filter(|key| !key.is_empty()),
            signing_key_secret: or("DAWR_SIGNING_KEY_SECRET", "dawr/signing-key"),
            factor_key_secret: or("DAWR_FACTOR_KEY_SECRET", "dawr/factor-key"),
            secret_prefix: or("DAWR_SECRET_PREFIX", "dawr"),
            queues: addresses("DAWR_QUEUE_"),
            dead_letters: addresses("DAWR_DEAD_LETTERS_"),
            stream_dead_letters: get("DAWR_STREAM_DEAD_LETTERS"),
            graph_url: or("DAWR_GRAPH_URL", "https://graph.facebook.com"),
            graph_version: or("DAWR_GRAPH_VERSION", "v26.0"),
            public_url: or("DAWR_PUBLIC_URL", ""),
            provider_timeout: seconds(&get, "DAWR_PROVIDER_TIMEOUT_SECONDS", 10)?,
            send_lease: seconds(&get, "DAWR_SEND_LEASE_SECONDS", 30)?,
            unknown_hold: seconds(&get, "DAWR_UNKNOWN_HOLD_SECONDS", 900)?,
            straggler_after: seconds(&get, "DAWR_STRAGGLER_SECONDS", 300)?,
            account_hold: seconds(&get, "DAWR_ACCOUNT_HOLD_SECONDS", 900)?,
            max_attempts: number(&get, "DAWR_MAX_ATTEMPTS", 6)?,
        };
        // A lease that ends while the provider still works would call a message unknown that is being sent. Only the sender
        // is told both.
        let is_sender =
            ["DAWR_SEND_LEASE_SECONDS", "DAWR_PROVIDER_TIMEOUT_SECONDS"].iter().all(|name| get(name).is_some());
        if is_sender && settings.send_lease <= settings.provider_timeout {
            return Err(SettingError {
                name: "DAWR_SEND_LEASE_SECONDS".into(),
                problem: "no longer than the provider may take",
            });
        }
        Ok(settings)
    }
}

/// The SHA-256 hashes of what our own distribution says to the API with each request; none where there is no distribution. The
/// hash of a long random text is no secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EdgeProof(Vec<String>);

impl EdgeProof {
    /// Accepts hashes in hexadecimal, separated by commas: two while one is changed for another.
    ///
    /// # Errors
    /// If one of them is no such hash.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        let hashes: Vec<String> =
            text.split(',').map(|hash| hash.trim().to_ascii_lowercase()).filter(|hash| !hash.is_empty()).collect();
        let is_hash = |hash: &String| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if hashes.iter().all(is_hash) {
            return Ok(Self(hashes));
        }
        Err(SettingError { name: "DAWR_EDGE_PROOF_SHA256".into(), problem: "no list of SHA-256 hashes in hexadecimal" })
    }

    /// Whether a request that says this came through our own distribution.
    pub fn is_shown_by(&self, said: &[u8]) -> bool {
        let said = data_encoding::HEXLOWER.encode(digest(&SHA256, said).as_ref());
        let is_it = |hash: &String| verify_slices_are_equal(hash.as_bytes(), said.as_bytes()).is_ok();
        self.0.iter().any(is_it)
    }
}

fn number<T: FromStr>(get: &impl Fn(&str) -> Option<String>, name: &str, default: T) -> Result<T, SettingError> {
    match get(name) {
        Some(text) => text.parse().map_err(|_| SettingError { name: name.to_owned(), problem: "no whole number" }),
        None => Ok(default),
    }
}

fn seconds(get: &impl Fn(&str) -> Option<String>, name: &str, default: u64) -> Result<Duration, SettingError> {
    number(get, name, default).map(Duration::from_secs)
}
