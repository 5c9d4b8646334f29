//! What can go wrong between Dawr and its table.

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
    /// A request that cannot be built.
    #[error("a request to the table cannot be built: {0}")]
    Malformed(String),
}

impl StoreError {
    pub(crate) fn of<E, R>(error: aws_sdk_dynamodb::error::SdkError<E, R>) -> Self
    where
        aws_sdk_dynamodb::error::SdkError<E, R>: std::error::Error + Send + Sync + 'static,
    {
        Self::Unavailable(aws_sdk_dynamodb::error::DisplayErrorContext(error).to_string())
    }

    pub(crate) fn malformed(error: impl std::fmt::Display) -> Self {
        Self::Malformed(error.to_string())
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

    /// Whether nothing stands there.
    pub const fn is_missing(&self) -> bool {
        self.found.is_none()
    }
}
