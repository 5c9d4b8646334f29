//! What can go wrong when the simulator opens or works.

/// Why the simulator could not open, register a number or reach its state.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The file is no SQLite database, or SQLite found it damaged.
    #[error("the simulator's state file is damaged: {0}")]
    Damaged(String),
    /// The file was written by a newer Dawr.
    #[error("the simulator's state file has format {found}, this Dawr knows up to {known}")]
    NewerFormat {
        /// Format number in the file.
        found: i64,
        /// Newest format number that this build reads.
        known: i64,
    },
    /// A stored value does not decode; names the column, never the value.
    #[error("a stored {0} does not decode")]
    Decode(&'static str),
    /// SQLite refused: disk full, folder missing, file locked and the like.
    #[error("the simulator's state cannot be reached: {0}")]
    Storage(#[from] rusqlite::Error),
    /// The operating system refused.
    #[error("the simulator's state file cannot be used: {0}")]
    File(#[from] std::io::Error),
    /// The blocking pool ended while a piece of work was on it.
    #[error("the simulator was shut down in the middle of a piece of work")]
    Interrupted,
    /// A registration carries a value that cannot be used; names the field.
    #[error("the number's {field} {problem}")]
    Registration {
        /// Field of [`Registration`](super::Registration), as in JSON.
        field: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The HTTP client that sends webhooks could not be built.
    #[error("the webhook client cannot be built: {0}")]
    Client(#[from] reqwest::Error),
}
