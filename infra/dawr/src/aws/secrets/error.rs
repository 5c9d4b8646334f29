//! What Secrets Manager refuses.

use axum::http::StatusCode;

use crate::aws::http::Failure;

/// An operation that was not done. No text of it holds a secret's value.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// No secret, version or stage of this name.
    #[error("Secrets Manager can't find the specified secret.")]
    NotFound,
    /// The secret has no value at this stage or of this version; carries which.
    #[error("Secrets Manager can't find the specified secret value for {0}")]
    NoSuchVersion(String),
    /// Another secret has this name, or another value this token.
    #[error("The operation failed because {0} already exists.")]
    Exists(String),
    /// A parameter that cannot have this value.
    #[error("{0}")]
    InvalidParameter(String),
    /// Not possible in the secret's state, for example after it was deleted.
    #[error("{0}")]
    InvalidRequest(String),
    /// The store failed: nothing was changed.
    #[error("the secret store failed: {0}")]
    Store(#[from] rusqlite::Error),
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        let (status, shape) = match &error {
            SecretError::NotFound | SecretError::NoSuchVersion(_) => {
                (StatusCode::BAD_REQUEST, "ResourceNotFoundException")
            }
            SecretError::Exists(_) => (StatusCode::BAD_REQUEST, "ResourceExistsException"),
            SecretError::InvalidParameter(_) => (StatusCode::BAD_REQUEST, "InvalidParameterException"),
            SecretError::InvalidRequest(_) => (StatusCode::BAD_REQUEST, "InvalidRequestException"),
            SecretError::Store(_) => (StatusCode::INTERNAL_SERVER_ERROR, "InternalServiceError"),
        };
        Self { status, shape, query_code: None, message: error.to_string() }
    }
}
