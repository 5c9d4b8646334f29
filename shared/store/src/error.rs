//! What can go wrong between Dawr and its table.

use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    operation::transact_write_items::TransactWriteItemsError,
};

use crate::entity::{Entity, Item, Stored};
use crate::work::Slot;

/// A failure that is nobody's decision: the table did not answer, or what it holds cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The table did not do what was asked, after the SDK's own retries.
    #[error("the table did not answer: {0}")]
    Unavailable(String),
    /// Stored data that does not decode.
    #[error("stored data of kind {kind} at {at} does not decode: {reason}")]
    Corrupt {
        /// The kind that was expected.
        kind: &'static str,
        /// The first part of the sort key.
        at: String,
        /// What was wrong; never the data itself.
        reason: String,
    },
    /// What lies under one partition key is as large as the local index allows: 10 GB. No other try makes it smaller.
    #[error("an item collection is full")]
    Full,
    /// A request that cannot be built.
    #[error("a request to the table cannot be built: {0}")]
    Malformed(String),
}

impl StoreError {
    pub(crate) fn of<E: ProvideErrorMetadata, R>(error: SdkError<E, R>) -> Self {
        match &error {
            SdkError::ConstructionFailure(_) => Self::Malformed(plain(&error)),
            SdkError::ServiceError(service) if service.err().code() == Some("ValidationException") => {
                Self::Malformed(plain(&error))
            }
            SdkError::ServiceError(service)
                if service.err().code() == Some("ItemCollectionSizeLimitExceededException") =>
            {
                Self::Full
            }
            _ => Self::Unavailable(plain(&error)),
        }
    }

    /// Of a transaction: it says why in the reasons of its actions.
    pub(crate) fn of_commit<R>(error: SdkError<TransactWriteItemsError, R>) -> Self {
        let reasons = match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => cancelled.cancellation_reasons(),
            _ => &[],
        };
        let is_full = reasons.iter().any(|reason| reason.code() == Some("ItemCollectionSizeLimitExceeded"));
        if is_full { Self::Full } else { Self::of(error) }
    }

    pub(crate) fn malformed(error: impl std::fmt::Display) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// What an AWS service answered, for a log: its code and message. The error's own Debug would show the answer's bytes and
/// the items that a condition found.
pub fn plain<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    match error {
        SdkError::ServiceError(service) => {
            let code = service.err().code().unwrap_or("unknown error");
            format!("{code}: {}", service.err().message().unwrap_or_default())
        }
        SdkError::TimeoutError(_) => "no answer in time".to_owned(),
        SdkError::DispatchFailure(_) => "no connection".to_owned(),
        SdkError::ConstructionFailure(_) => "the request cannot be built".to_owned(),
        _ => "an answer that cannot be read".to_owned(),
    }
}

/// Why a commit did not happen.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// At least one condition did not hold; nothing was written.
    #[error("refused: {0:?}")]
    Refused(Vec<Refusal>),
    /// It is not known whether anything was written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CommitError {
    /// The refusal of the action in this slot, if that is what stopped the commit.
    pub fn refusal(&self, slot: Slot) -> Option<&Refusal> {
        match self {
            Self::Refused(refusals) => refusals.iter().find(|refusal| refusal.slot == slot),
            Self::Store(_) => None,
        }
    }
}

/// One action whose condition did not hold.
#[derive(Clone)]
pub struct Refusal {
    pub(crate) slot: Slot,
    pub(crate) found: Option<Item>,
}

impl std::fmt::Debug for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let found = if self.found.is_some() { "present" } else { "missing" };
        write!(f, "{:?} found its item {found}", self.slot)
    }
}

impl Refusal {
    /// What stands there now: the newer item, or nothing.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn found<T: Entity>(&self) -> Result<Option<Stored<T>>, StoreError> {
        self.found.clone().map(Stored::decode).transpose()
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::{
        error::ErrorMetadata,
        types::{CancellationReason, error::TransactionCanceledException},
    };

    use super::*;

    fn cancelled(code: &str) -> StoreError {
        let reasons = ["None", code].map(|code| CancellationReason::builder().code(code).build());
        let cancelled = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons.to_vec()));
        let meta = ErrorMetadata::builder().code("TransactionCanceledException").build();
        let error = TransactWriteItemsError::TransactionCanceledException(cancelled.meta(meta).build());
        StoreError::of_commit(SdkError::service_error(error, ()))
    }

    #[test]
    fn a_full_collection_is_no_table_that_is_busy() {
        assert!(matches!(cancelled("ItemCollectionSizeLimitExceeded"), StoreError::Full));
        assert!(matches!(cancelled("ValidationError"), StoreError::Unavailable(_)));
    }
}
