//! The queues and where they are kept.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use tokio::sync::{Notify, watch};

use super::error::QueueError;
use super::settings::{QueueDefinition, Settings, check_name};
use crate::aws::clock::{Clock, millis};
use crate::aws::folder::{Folder, OpenError, QUEUES, save};

/// `grp` is `-` for a message without a group and `+<group>` otherwise, so that the empty
/// text sorts before every group. `receipt` counts the receives; it is 0 again when a
/// message enters another queue. Times are milliseconds since the epoch.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS queues (
        name TEXT PRIMARY KEY,
        settings TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        modified_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id TEXT NOT NULL,
        queue TEXT NOT NULL,
        grp TEXT NOT NULL,
        body TEXT NOT NULL,
        attributes TEXT NOT NULL,
        system_attributes TEXT NOT NULL,
        sent_at INTEGER NOT NULL,
        entered_at INTEGER NOT NULL,
        visible_at INTEGER NOT NULL,
        receive_count INTEGER NOT NULL DEFAULT 0,
        in_flight INTEGER NOT NULL DEFAULT 0,
        first_received_at INTEGER,
        dead_letter_source TEXT
    );
    CREATE INDEX IF NOT EXISTS messages_by_group ON messages (queue, grp, visible_at);
    CREATE INDEX IF NOT EXISTS messages_by_time ON messages (queue, visible_at, in_flight);
    CREATE INDEX IF NOT EXISTS messages_by_age ON messages (queue, entered_at);
    CREATE TABLE IF NOT EXISTS move_tasks (
        handle TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        destination TEXT,
        rate INTEGER,
        status TEXT NOT NULL,
        last_id INTEGER NOT NULL,
        to_move INTEGER NOT NULL,
        moved INTEGER NOT NULL DEFAULT 0,
        failure TEXT,
        started_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS move_tasks_by_source ON move_tasks (source, started_at);";

/// How many messages a queue holds, by what can be done with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Can be received now.
    pub visible: u64,
    /// Received, and hidden until deleted or timed out.
    pub in_flight: u64,
    /// Not yet due.
    pub delayed: u64,
}

/// The queues of one machine. Cheap to clone; every clone is the same store.
#[derive(Clone)]
pub struct Queues(pub(super) Arc<Inner>);

pub(super) struct Inner {
    connection: Mutex<Connection>,
    clock: Clock,
    /// Who waits for a message, by queue.
    wakes: Mutex<HashMap<String, Arc<Notify>>>,
    /// The group served last, by queue.
    pub(super) served: Mutex<HashMap<String, String>>,
    /// When each queue was last purged.
    pub(super) purged: Mutex<HashMap<String, i64>>,
    /// Wakes the mover.
    pub(super) moves: Notify,
    closing: watch::Sender<bool>,
}

impl Queues {
    /// Opens the store and makes or updates the queues that are asked for. Others stay.
    pub(crate) fn open(folder: &Folder, clock: Clock, definitions: &[QueueDefinition]) -> Result<Self, OpenError> {
        let queues = Self(Arc::new(Inner {
            connection: Mutex::new(folder.connect(QUEUES, SCHEMA)?),
            clock,
            wakes: Mutex::default(),
            served: Mutex::default(),
            purged: Mutex::default(),
            moves: Notify::new(),
            closing: watch::Sender::new(false),
        }));
        let opened = queues.define(definitions).and_then(|()| queues.release());
        opened.map_err(|error| match error {
            QueueError::Store(_) | QueueError::Record(_) => OpenError::Store {
                file: folder.file(QUEUES).unwrap_or_else(|| PathBuf::from(QUEUES)),
                reason: error.to_string(),
            },
            error => OpenError::Definition(error.to_string()),
        })?;
        Ok(queues)
    }

    fn define(&self, definitions: &[QueueDefinition]) -> Result<(), QueueError> {
        let known = |name: &str| definitions.iter().any(|other| other.name == name);
        self.write(|store, now| {
            for definition in definitions {
                check_name(&definition.name)?;
                let mut settings = find(store, &definition.name)?.unwrap_or_default();
                settings.visibility_timeout = definition.visibility_timeout;
                settings.redrive.clone_from(&definition.redrive);
                if let Some(redrive) = &settings.redrive
                    && !known(&redrive.dead_letter)
                {
                    return Err(QueueError::InvalidParameter(format!(
                        "the queue {} names a dead-letter queue {} that is not defined",
                        definition.name, redrive.dead_letter
                    )));
                }
                put(store, &definition.name, &settings, now)?;
            }
            Ok(())
        })
    }

    /// Shows what was received and not deleted again: who received it died with the process that held the folder, so
    /// there is nobody to wait for.
    fn release(&self) -> Result<(), QueueError> {
        self.write(|store, now| {
            store.execute(
                "UPDATE messages SET visible_at = ?1, in_flight = 0
                 WHERE in_flight AND visible_at > ?1",
                [now],
            )?;
            Ok(())
        })
    }

    pub(crate) fn save(&self, file: &Path) -> rusqlite::Result<()> {
        save(&self.connection(), file)
    }

    /// Makes a queue. One that exists with the same attributes is left as it is.
    pub(super) fn create(&self, name: &str, attributes: &BTreeMap<String, String>) -> Result<(), QueueError> {
        check_name(name)?;
        self.write(|store, now| {
            if let Some(found) = find(store, name)? {
                let mut asked = found.clone();
                asked.apply(attributes)?;
                if asked == found {
                    return Ok(());
                }
                let (was, is) = (found.report(name), asked.report(name));
                let differing = is.iter().find(|(key, value)| was.get(*key) != Some(value));
                let attribute = differing.map_or("RedrivePolicy", |(key, _)| key.as_str());
                return Err(QueueError::QueueNameExists(attribute.to_owned()));
            }
            let mut settings = Settings::default();
            settings.apply(attributes)?;
            check_dead_letter(store, &settings)?;
            put(store, name, &settings, now)
        })
    }

    /// Changes a queue's attributes.
    pub(super) fn configure(&self, name: &str, attributes: &BTreeMap<String, String>) -> Result<(), QueueError> {
        self.write(|store, now| {
            let mut settings = existing(store, name)?;
            settings.apply(attributes)?;
            check_dead_letter(store, &settings)?;
            put(store, name, &settings, now)
        })
    }

    /// Every attribute of a queue but its counts.
    pub(super) fn attributes(&self, name: &str) -> Result<BTreeMap<String, String>, QueueError> {
        let store = self.connection();
        let mut report = existing(&store, name)?.report(name);
        let (created, modified): (i64, i64) =
            store.query_row("SELECT created_at, modified_at FROM queues WHERE name = ?1", [name], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        report.insert("CreatedTimestamp".to_owned(), (created / 1000).to_string());
        report.insert("LastModifiedTimestamp".to_owned(), (modified / 1000).to_string());
        Ok(report)
    }

    /// The longest message that a queue takes.
    pub(super) fn max_message_bytes(&self, name: &str) -> Result<u32, QueueError> {
        Ok(existing(&self.connection(), name)?.max_message_bytes)
    }

    /// The names of the queues that begin with `prefix`, in order.
    pub fn names(&self, prefix: &str) -> Result<Vec<String>, QueueError> {
        let store = self.connection();
        let mut query = store.prepare_cached("SELECT name FROM queues ORDER BY name")?;
        let names = query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        Ok(names.into_iter().filter(|name| name.starts_with(prefix)).collect())
    }

    /// The queues that give up their messages to this one.
    pub fn dead_letter_sources(&self, name: &str) -> Result<Vec<String>, QueueError> {
        let store = self.connection();
        existing(&store, name)?;
        sources(&store, name)
    }

    /// How many messages a queue holds.
    pub fn depth(&self, name: &str) -> Result<Depth, QueueError> {
        let now = self.now();
        let store = self.connection();
        existing(&store, name)?;
        let count = |sql: &str| -> rusqlite::Result<u64> {
            store.prepare_cached(sql)?.query_row(params![name, now], |row| row.get(0))
        };
        Ok(Depth {
            visible: count("SELECT COUNT(*) FROM messages WHERE queue = ?1 AND visible_at <= ?2")?,
            in_flight: count("SELECT COUNT(*) FROM messages WHERE queue = ?1 AND visible_at > ?2 AND in_flight")?,
            delayed: count("SELECT COUNT(*) FROM messages WHERE queue = ?1 AND visible_at > ?2 AND NOT in_flight")?,
        })
    }

    /// How long the oldest message has been in a queue; `None` when the queue is empty.
    /// On AWS this is CloudWatch's `ApproximateAgeOfOldestMessage`, and like there a
    /// dead-letter queue counts from the move into it.
    pub fn oldest_age(&self, name: &str) -> Result<Option<Duration>, QueueError> {
        let now = self.now();
        let store = self.connection();
        existing(&store, name)?;
        let entered: Option<i64> = store
            .prepare_cached("SELECT MIN(entered_at) FROM messages WHERE queue = ?1")?
            .query_row([name], |row| row.get(0))?;
        Ok(entered.map(|entered| Duration::from_millis(u64::try_from(now - entered).unwrap_or_default())))
    }

    /// Lets every waiting receive look again: for a test that has moved its clock.
    pub fn wake(&self) {
        for wake in guard(&self.0.wakes).values() {
            wake.notify_waiters();
        }
        self.0.moves.notify_one();
    }

    /// Answers every waiting receive with what there is, now and from now on.
    pub(crate) fn close(&self) {
        self.0.closing.send_replace(true);
    }

    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }

    pub(super) fn wake_of(&self, queue: &str) -> Arc<Notify> {
        let mut wakes = guard(&self.0.wakes);
        match wakes.get(queue) {
            Some(wake) => Arc::clone(wake),
            None => Arc::clone(wakes.entry(queue.to_owned()).or_default()),
        }
    }

    pub(super) fn now(&self) -> i64 {
        millis(&self.0.clock)
    }

    /// The connection. Statements take microseconds, so waiting for it does not need a
    /// thread of its own; it must never be held across an await.
    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        guard(&self.0.connection)
    }

    /// Runs `work` in one transaction: all of it is kept, or none.
    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>, i64) -> Result<T, QueueError>,
    ) -> Result<T, QueueError> {
        let now = self.now();
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = work(&transaction, now)?;
        transaction.commit()?;
        Ok(outcome)
    }
}

/// A lock whose data is whole even after a panic: transactions roll back when dropped.
pub(super) fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn find(store: &Connection, name: &str) -> Result<Option<Settings>, QueueError> {
    let settings: Option<String> = store
        .prepare_cached("SELECT settings FROM queues WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(settings.map(|text| serde_json::from_str(&text)).transpose()?)
}

pub(super) fn existing(store: &Connection, name: &str) -> Result<Settings, QueueError> {
    find(store, name)?.ok_or(QueueError::QueueDoesNotExist)
}

/// The queues whose dead-letter queue is `name`.
pub(super) fn sources(store: &Connection, name: &str) -> Result<Vec<String>, QueueError> {
    let mut query = store.prepare_cached(
        "SELECT name FROM queues
         WHERE json_extract(settings, '$.redrive.dead_letter') = ?1 ORDER BY name",
    )?;
    let names = query.query_map([name], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(names)
}

fn put(store: &Connection, name: &str, settings: &Settings, now: i64) -> Result<(), QueueError> {
    store.execute(
        "INSERT INTO queues (name, settings, created_at, modified_at) VALUES (?1, ?2, ?3, ?3)
         ON CONFLICT (name) DO UPDATE SET settings = excluded.settings,
             modified_at = excluded.modified_at
         WHERE settings <> excluded.settings",
        params![name, serde_json::to_string(settings)?, now],
    )?;
    Ok(())
}

fn check_dead_letter(store: &Connection, settings: &Settings) -> Result<(), QueueError> {
    match &settings.redrive {
        Some(redrive) if find(store, &redrive.dead_letter)?.is_none() => {
            Err(QueueError::InvalidParameter("Dead letter target does not exist.".to_owned()))
        }
        _ => Ok(()),
    }
}
