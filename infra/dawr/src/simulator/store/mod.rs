//! The simulator's state in SQLite: numbers, messages, webhooks still owed, faults.
//!
//! WAL with `synchronous=NORMAL`: a commit is in the operating system's hands before it is answered, so `kill -9`
//! loses nothing; only a power cut may lose the last moments.

pub(super) mod faults;
pub(super) mod media;
pub(super) mod messages;
pub(super) mod numbers;
pub(super) mod people;
pub(super) mod templates;
pub(super) mod webhooks;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use tokio::sync::Notify;

use super::error::SimulatorError;
use crate::aws::{open_in_memory, save, touch_private};

/// Where the state lives.
#[derive(Clone, Debug)]
pub enum Storage {
    /// `simulator.sqlite` in this folder, which exists.
    Folder(PathBuf),
    /// Nowhere: it ends with the process.
    Memory,
    /// Nowhere, beginning with what was saved in this folder.
    Copy(PathBuf),
}

/// Name of the state file in its folder.
pub const FILE_NAME: &str = "simulator.sqlite";

const FORMAT: i64 = 2;

// `AUTOINCREMENT` keeps the counters in the file, so no id is ever given twice, also after deletions.
const SCHEMA: &str = "
    CREATE TABLE number (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        phone_number_id TEXT NOT NULL UNIQUE,
        display TEXT NOT NULL,
        name TEXT NOT NULL,
        access_token TEXT NOT NULL,
        app_secret TEXT NOT NULL,
        callback TEXT NOT NULL
    ) STRICT;
    CREATE TABLE message (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        wamid TEXT NOT NULL UNIQUE,
        outbound INTEGER NOT NULL,
        phone TEXT NOT NULL,
        phone_number_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        options TEXT NOT NULL,
        callback_data TEXT,
        at INTEGER NOT NULL,
        received INTEGER NOT NULL,
        told INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX message_of_phone ON message (phone, id);
    CREATE TABLE webhook (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        message INTEGER NOT NULL REFERENCES message (id),
        event TEXT NOT NULL,
        body TEXT NOT NULL,
        due INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        outcome TEXT
    ) STRICT;
    CREATE INDEX webhook_due ON webhook (due, id);
    CREATE INDEX webhook_of_message ON webhook (message, id);
    CREATE TABLE fault (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        phone TEXT,
        times INTEGER NOT NULL,
        remaining INTEGER NOT NULL
    ) STRICT;
";

// What the second format added: people beyond their phones, media, approved templates. Of those who were written to before,
// the phone is all that is known.
const SECOND: &str = "
    CREATE TABLE person (
        key TEXT PRIMARY KEY,
        wa_id TEXT UNIQUE,
        name TEXT NOT NULL,
        username TEXT,
        hides_phone INTEGER NOT NULL,
        on_whatsapp INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE user (
        number TEXT NOT NULL,
        person TEXT NOT NULL REFERENCES person (key),
        id TEXT NOT NULL,
        PRIMARY KEY (number, person)
    ) STRICT;
    CREATE INDEX user_id ON user (id);
    CREATE TABLE refusal (
        number TEXT NOT NULL,
        person TEXT NOT NULL REFERENCES person (key),
        PRIMARY KEY (number, person)
    ) STRICT;
    CREATE TABLE media (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        phone_number_id TEXT NOT NULL,
        mime_type TEXT NOT NULL,
        content BLOB NOT NULL,
        at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE template (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        number TEXT NOT NULL,
        name TEXT NOT NULL,
        language TEXT NOT NULL,
        category TEXT NOT NULL,
        status TEXT NOT NULL,
        components TEXT,
        UNIQUE (number, name, language)
    ) STRICT;
";

/// The open database. Every piece of work is one transaction, one at a time.
#[derive(Clone)]
pub(super) struct Store {
    connection: Arc<Mutex<Connection>>,
    changes: Arc<Changes>,
}

/// Tells that the state changed.
pub(super) struct Changes {
    revision: AtomicU64,
    news: Notify,
}

impl Changes {
    /// Another number after every change.
    pub(super) fn revision(&self) -> u64 {
        self.revision.load(Ordering::Relaxed)
    }

    /// Completes after the next change, or at once when one came since the last call.
    pub(super) async fn next(&self) {
        self.news.notified().await;
    }

    fn announce(&self) {
        self.revision.fetch_add(1, Ordering::Relaxed);
        self.news.notify_one();
    }
}

impl Store {
    /// `revision` is the number that [`Changes`] begins with.
    pub(super) fn open(storage: &Storage, revision: u64) -> Result<Self, SimulatorError> {
        let mut connection = match storage {
            Storage::Folder(folder) => {
                let file = folder.join(FILE_NAME);
                begin(&file)?;
                Connection::open(file)?
            }
            Storage::Memory => open_in_memory(None)?,
            Storage::Copy(saved) => open_in_memory(Some(&saved.join(FILE_NAME)))?,
        };
        prepare(&mut connection).map_err(|error| match error {
            SimulatorError::Storage(rusqlite::Error::SqliteFailure(failure, text))
                if matches!(failure.code, ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) =>
            {
                SimulatorError::Damaged(text.unwrap_or_else(|| failure.to_string()))
            }
            other => other,
        })?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            changes: Arc::new(Changes { revision: AtomicU64::new(revision), news: Notify::new() }),
        })
    }

    pub(super) fn save(&self, folder: &Path) -> Result<(), SimulatorError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(save(&connection, &folder.join(FILE_NAME))?)
    }

    pub(super) fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Runs one transaction that only reads.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, SimulatorError> + Send + 'static,
    ) -> Result<T, SimulatorError> {
        self.transact(TransactionBehavior::Deferred, work, |_| {}).await
    }

    /// Runs one transaction that writes. It is committed when `work` succeeds, and only then does this return. Once
    /// begun it runs to its end and is announced, also when the caller goes away in the middle.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, SimulatorError> + Send + 'static,
    ) -> Result<T, SimulatorError> {
        self.transact(TransactionBehavior::Immediate, work, Changes::announce).await
    }

    // Off the async threads: a commit may wait for the disk.
    async fn transact<T: Send + 'static>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, SimulatorError> + Send + 'static,
        committed: fn(&Changes),
    ) -> Result<T, SimulatorError> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || {
            // A panic in another piece of work rolled its transaction back: the connection is still sound.
            let mut connection = store.connection.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.transaction_with_behavior(behavior)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            committed(&store.changes);
            Ok(result)
        })
        .await
        .map_err(|_| SimulatorError::Interrupted)?
    }
}

/// Makes the file if there is none, whole or not at all: SQLite takes an empty one for a new database, which would hide
/// that something was lost.
fn begin(file: &Path) -> Result<(), SimulatorError> {
    match fs::metadata(file) {
        Ok(found) if found.len() > 0 => return Ok(()),
        Ok(_) => return Err(SimulatorError::Damaged("it is empty".to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let draft = file.with_extension("new");
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        // What a start that was cut off left behind.
        _ => {}
    }
    touch_private(&draft)?;
    let mut connection = Connection::open(&draft)?;
    lay_out(&mut connection)?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(fs::rename(draft, file)?)
}

fn lay_out(connection: &mut Connection) -> Result<(), SimulatorError> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.execute_batch(SECOND)?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    Ok(transaction.commit()?)
}

fn prepare(connection: &mut Connection) -> Result<(), SimulatorError> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let check: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        return Err(SimulatorError::Damaged(check));
    }
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match found {
        FORMAT => {}
        0 => lay_out(connection)?,
        1 => {
            let transaction = connection.transaction()?;
            transaction.execute_batch(SECOND)?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
            transaction.commit()?;
        }
        found => {
            return Err(SimulatorError::NewerFormat { found, known: FORMAT });
        }
    }
    Ok(())
}

fn instant(milliseconds: i64) -> Result<Timestamp, SimulatorError> {
    Timestamp::from_millisecond(milliseconds).map_err(|_| SimulatorError::Decode("time"))
}
