//! Secrets, kept in memory for some minutes so that a request seldom waits for them.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use dawr_store::plain;
use jiff::{SignedDuration, Timestamp};

use crate::{Cx, Failure, code::Code};

/// A replaced secret is seen by every function within this time.
const FRESH: SignedDuration = SignedDuration::from_mins(1);

/// The secrets that were read, by name.
#[derive(Default)]
pub struct SecretCache(Mutex<HashMap<String, (Timestamp, String)>>);

impl SecretCache {
    fn get(&self, name: &str, since: Timestamp, now: Timestamp) -> Option<String> {
        let cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |read_at: Timestamp| read_at > since && now.duration_since(read_at) < FRESH;
        cache.get(name).filter(|(read_at, _)| fresh(*read_at)).map(|(_, value)| value.clone())
    }

    fn put(&self, name: &str, value: &str, now: Timestamp) {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cache.insert(name.to_owned(), (now, value.to_owned()));
    }
}

impl std::fmt::Debug for SecretCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretCache(…)")
    }
}

impl Cx {
    /// A secret's text; none if there is no such secret. At most a minute old, and read after `since`: the time of
    /// the change that the caller knows of.
    ///
    /// # Errors
    /// `Unavailable` if Secrets Manager does not answer.
    pub async fn secret(&self, name: &str, since: Timestamp) -> Result<Option<String>, Failure> {
        let cache = &self.services.secret_cache;
        if let Some(value) = cache.get(name, since, self.now()) {
            return Ok(Some(value));
        }
        match self.secrets()?.get_secret_value().secret_id(name).send().await {
            Ok(output) => {
                let value = output.secret_string.unwrap_or_default();
                cache.put(name, &value, self.now());
                Ok(Some(value))
            }
            Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) => {
                Ok(None)
            }
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Creates a secret or replaces its text.
    ///
    /// # Errors
    /// `Unavailable` if Secrets Manager does not answer.
    pub async fn store_secret(&self, name: &str, value: &str) -> Result<(), Failure> {
        let client = self.secrets()?;
        let created = client.create_secret().name(name).secret_string(value);
        let created = created.set_kms_key_id(self.settings().kms_key.clone()).send().await;
        if let Err(error) = created {
            if !error.as_service_error().is_some_and(|error| error.is_resource_exists_exception()) {
                return Err(unavailable(error));
            }
            client.put_secret_value().secret_id(name).secret_string(value).send().await.map_err(unavailable)?;
        }
        self.services.secret_cache.put(name, value, self.now());
        Ok(())
    }
}

/// A service that did not answer as it should.
pub fn unavailable<E: ProvideErrorMetadata, R>(error: SdkError<E, R>) -> Failure {
    Failure::new(Code::Unavailable).caused_by(plain(&error))
}
