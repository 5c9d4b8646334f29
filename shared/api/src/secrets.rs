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
    fn get(&self, name: &str, now: Timestamp) -> Option<String> {
        let cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |read_at: Timestamp| now.duration_since(read_at) < FRESH;
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
    /// A secret's text; none if there is no such secret. At most a minute old.
    ///
    /// # Errors
    /// `Unavailable` if Secrets Manager does not answer.
    pub async fn secret(&self, name: &str) -> Result<Option<String>, Failure> {
        let cache = &self.services.secret_cache;
        if let Some(value) = cache.get(name, self.now()) {
            return Ok(Some(value));
        }
        match self.secrets()?.get_secret_value().secret_id(name).send().await {
            Ok(output) => {
                let value = output.secret_string.unwrap_or_default();
                cache.put(name, &value, self.now());
                Ok(Some(value))
            }
            // One that is being deleted is not read any more.
            Err(error)
                if error.as_service_error().is_some_and(|error| {
                    error.is_resource_not_found_exception() || error.is_invalid_request_exception()
                }) =>
            {
                Ok(None)
            }
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Creates a secret; false if there is one of that name already, which stays as it is.
    ///
    /// # Errors
    /// `Unavailable` if Secrets Manager does not answer.
    pub async fn create_secret(&self, name: &str, value: &str) -> Result<bool, Failure> {
        let created = self.secrets()?.create_secret().name(name).secret_string(value);
        match created.set_kms_key_id(self.settings().kms_key.clone()).send().await {
            Ok(_) => {
                self.services.secret_cache.put(name, value, self.now());
                Ok(true)
            }
            // One that is about to be deleted holds its name, too.
            Err(error)
                if error.as_service_error().is_some_and(|error| {
                    error.is_resource_exists_exception() || error.is_invalid_request_exception()
                }) =>
            {
                Ok(false)
            }
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Deletes a secret; a person can have it back for a week. One that does not exist, or is being deleted, is as good as
    /// deleted.
    ///
    /// # Errors
    /// `Unavailable` if Secrets Manager does not answer.
    pub async fn delete_secret(&self, name: &str) -> Result<(), Failure> {
        match self.secrets()?.delete_secret().secret_id(name).recovery_window_in_days(7).send().await {
            Err(error)
                if !error.as_service_error().is_some_and(|error| {
                    error.is_resource_not_found_exception() || error.is_invalid_request_exception()
                }) =>
            {
                Err(unavailable(error))
            }
            _ => Ok(()),
        }
    }
}

/// A service that did not answer as it should.
pub fn unavailable<E: ProvideErrorMetadata, R>(error: SdkError<E, R>) -> Failure {
    Failure::new(Code::Unavailable).caused_by(plain(&error))
}
