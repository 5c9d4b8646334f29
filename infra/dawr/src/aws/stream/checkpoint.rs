//! How far each consumer has read the table's stream.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension};

use crate::aws::folder::{CHECKPOINTS, Folder, OpenError, save};

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS checkpoints (
        consumer TEXT PRIMARY KEY,
        sequence_number TEXT NOT NULL
    ) WITHOUT ROWID;";

/// What dynoxide adds to a stored sequence number to give it DynamoDB's length.
const OFFSET: i128 = 100_000_000_000_000_000_000;

#[derive(Clone)]
pub(crate) struct Checkpoints(Arc<Mutex<Connection>>);

impl Checkpoints {
    pub(crate) fn open(folder: &Folder) -> Result<Self, OpenError> {
        let connection = folder.connect(CHECKPOINTS, SCHEMA)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// The last record that a consumer is done with.
    pub(crate) fn get(&self, consumer: &str) -> rusqlite::Result<Option<String>> {
        self.connection()
            .prepare_cached("SELECT sequence_number FROM checkpoints WHERE consumer = ?1")?
            .query_row([consumer], |row| row.get(0))
            .optional()
    }

    pub(crate) fn set(&self, consumer: &str, sequence_number: &str) -> rusqlite::Result<()> {
        self.connection()
            .prepare_cached(
                "INSERT INTO checkpoints (consumer, sequence_number) VALUES (?1, ?2)
                 ON CONFLICT (consumer) DO UPDATE SET sequence_number = excluded.sequence_number",
            )?
            .execute([consumer, sequence_number])?;
        Ok(())
    }

    /// How far every consumer has got, as dynoxide stores it; `None` without a consumer.
    pub(crate) fn lowest(&self) -> rusqlite::Result<Option<i64>> {
        // All have the same length, so that their order as text is that as numbers.
        let lowest: Option<String> =
            self.connection().query_row("SELECT MIN(sequence_number) FROM checkpoints", [], |row| row.get(0))?;
        Ok(lowest.and_then(|public| public.parse::<i128>().ok()).and_then(|public| i64::try_from(public - OFFSET).ok()))
    }

    pub(crate) fn save(&self, file: &Path) -> rusqlite::Result<()> {
        save(&self.connection(), file)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
