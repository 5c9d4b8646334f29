//! What SQS refuses, and the shape in which it says so.

use axum::http::StatusCode;

use crate::aws::http::Failure;

/// An operation that was not done.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// No queue has this name.
    #[error("The specified queue does not exist.")]
    QueueDoesNotExist,
    /// A queue of this name has other attributes.
    #[error("A queue already exists with the same name and a different value for attribute {0}")]
    QueueNameExists(String),
    /// The handle was not made by this queue.
    #[error("The input receipt handle is invalid.")]
    ReceiptHandleIsInvalid,
    /// The message is back in the queue already.
    #[error("The message referred to is not in flight.")]
    MessageNotInflight,
    /// A batch of none.
    #[error("There should be at least one entry in the request.")]
    EmptyBatch,
    /// More than ten entries; carries how many.
    #[error("Maximum number of entries per request are 10. You have sent {0}.")]
    TooManyEntries(usize),
    /// Two entries of a batch share this id.
    #[error("Id {0} repeated.")]
    EntryIdsNotDistinct(String),
    /// An entry's id is empty, too long or has a forbidden character.
    #[error(
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."
    )]
    InvalidEntryId,
    /// The batch is longer than 1 MiB; carries its length in bytes.
    #[error("Batch requests cannot be longer than 1048576 bytes. You have sent {0} bytes.")]
    BatchTooLong(usize),
    /// No such attribute.
    #[error("Unknown Attribute {0}.")]
    InvalidAttributeName(String),
    /// An attribute that cannot have this value.
    #[error("Invalid value for the parameter {0}.")]
    InvalidAttributeValue(String),
    /// A character that XML 1.0 does not allow.
    #[error(
        "Invalid binary character was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
    )]
    InvalidMessageContents,
    /// A parameter that cannot have this value; carries the reason.
    #[error("{0}")]
    InvalidParameter(String),
    /// A parameter that must be there.
    #[error("The request must contain the parameter {0}.")]
    MissingParameter(&'static str),
    /// The queue was purged less than a minute ago.
    #[error("Only one PurgeQueue operation on {0} is allowed every 60 seconds.")]
    PurgeInProgress(String),
    /// Not possible for this queue now; carries the reason.
    #[error("{0}")]
    UnsupportedOperation(String),
    /// The queue or task that a move names does not exist.
    #[error("{0}")]
    ResourceNotFound(String),
    /// The store failed: nothing was changed.
    #[error("the queue store failed: {0}")]
    Store(#[from] rusqlite::Error),
    /// The store holds what no version of it wrote.
    #[error("the queue store holds an unreadable record")]
    Record(#[from] serde_json::Error),
}

impl QueueError {
    /// The code of the query protocol, which is also what a batch's failed entry carries.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::QueueDoesNotExist => "AWS.SimpleQueueService.NonExistentQueue",
            Self::QueueNameExists(_) => "QueueAlreadyExists",
            Self::ReceiptHandleIsInvalid => "ReceiptHandleIsInvalid",
            Self::MessageNotInflight => "AWS.SimpleQueueService.MessageNotInflight",
            Self::EmptyBatch => "AWS.SimpleQueueService.EmptyBatchRequest",
            Self::TooManyEntries(_) => "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
            Self::EntryIdsNotDistinct(_) => "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
            Self::InvalidEntryId => "AWS.SimpleQueueService.InvalidBatchEntryId",
            Self::BatchTooLong(_) => "AWS.SimpleQueueService.BatchRequestTooLong",
            Self::InvalidAttributeName(_) => "InvalidAttributeName",
            Self::InvalidAttributeValue(_) => "InvalidAttributeValue",
            Self::InvalidMessageContents => "InvalidMessageContents",
            Self::InvalidParameter(_) => "InvalidParameterValue",
            Self::MissingParameter(_) => "MissingParameter",
            Self::PurgeInProgress(_) => "AWS.SimpleQueueService.PurgeQueueInProgress",
            Self::UnsupportedOperation(_) => "AWS.SimpleQueueService.UnsupportedOperation",
            Self::ResourceNotFound(_) => "ResourceNotFoundException",
            Self::Store(_) | Self::Record(_) => "InternalError",
        }
    }

    fn shape(&self) -> &'static str {
        match self {
            Self::QueueDoesNotExist => "com.amazonaws.sqs#QueueDoesNotExist",
            Self::QueueNameExists(_) => "com.amazonaws.sqs#QueueNameExists",
            Self::ReceiptHandleIsInvalid => "com.amazonaws.sqs#ReceiptHandleIsInvalid",
            Self::MessageNotInflight => "com.amazonaws.sqs#MessageNotInflight",
            Self::EmptyBatch => "com.amazonaws.sqs#EmptyBatchRequest",
            Self::TooManyEntries(_) => "com.amazonaws.sqs#TooManyEntriesInBatchRequest",
            Self::EntryIdsNotDistinct(_) => "com.amazonaws.sqs#BatchEntryIdsNotDistinct",
            Self::InvalidEntryId => "com.amazonaws.sqs#InvalidBatchEntryId",
            Self::BatchTooLong(_) => "com.amazonaws.sqs#BatchRequestTooLong",
            Self::InvalidAttributeName(_) => "com.amazonaws.sqs#InvalidAttributeName",
            Self::InvalidAttributeValue(_) => "com.amazonaws.sqs#InvalidAttributeValue",
            Self::InvalidMessageContents => "com.amazonaws.sqs#InvalidMessageContents",
            Self::InvalidParameter(_) => "com.amazon.coral.service#InvalidParameterValueException",
            Self::MissingParameter(_) => "com.amazon.coral.service#MissingRequiredParameterException",
            Self::PurgeInProgress(_) => "com.amazonaws.sqs#PurgeQueueInProgress",
            Self::UnsupportedOperation(_) => "com.amazonaws.sqs#UnsupportedOperation",
            Self::ResourceNotFound(_) => "com.amazonaws.sqs#ResourceNotFoundException",
            Self::Store(_) | Self::Record(_) => "com.amazon.coral.service#InternalFailure",
        }
    }

    /// Whether the caller can do better; otherwise the store is at fault.
    pub(super) fn is_sender_fault(&self) -> bool {
        !matches!(self, Self::Store(_) | Self::Record(_))
    }
}

impl From<QueueError> for Failure {
    fn from(error: QueueError) -> Self {
        Self {
            status: match &error {
                QueueError::ResourceNotFound(_) => StatusCode::NOT_FOUND,
                error if error.is_sender_fault() => StatusCode::BAD_REQUEST,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            },
            shape: error.shape(),
            query_code: Some(error.code()),
            message: error.to_string(),
        }
    }
}
