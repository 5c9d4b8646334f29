//! The table: dynoxide, an embedded DynamoDB, on a file or in memory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dynoxide::actions::describe_table::DescribeTableRequest;
use dynoxide::actions::update_time_to_live::{TimeToLiveSpecification, UpdateTimeToLiveRequest};
use dynoxide::{Database, DynoxideError};
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use uuid::Uuid;

use super::clock::{Clock, TableClock, millis};
use super::folder::{Folder, OpenError, TABLE, classify, open_file, touch_private};

/// DynamoDB keeps stream records for a day.
const STREAM_RETENTION_SECS: i64 = 86_400;

/// Records trimmed at once: a request waits for no longer than that takes.
const TRIM_CHUNK: usize = 200;

/// dynoxide looks the last sequence number up on every write, and the next records on every
/// read of the stream, without an index: both would take longer with every record.
const STREAM_INDEXES: &str = "
    CREATE INDEX IF NOT EXISTS dawr_stream_last
        ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
    CREATE INDEX IF NOT EXISTS dawr_stream_next
        ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));";

/// The table that must exist once the store is open. All keys are text, and the stream carries new and old images.
#[derive(Clone, Debug)]
pub struct TableDefinition {
    /// Its name.
    pub name: String,
    /// Partition and sort key.
    pub key: (String, String),
    /// Global secondary indexes.
    pub global_indexes: Vec<GlobalIndex>,
    /// Local secondary indexes, which project all attributes: name, sort key.
    pub local_indexes: Vec<(String, String)>,
    /// The number, in seconds since the epoch, after which an item is deleted.
    pub ttl_attribute: String,
}

/// A global secondary index.
#[derive(Clone, Debug)]
pub struct GlobalIndex {
    /// Its name.
    pub name: String,
    /// Partition and sort key.
    pub key: (String, String),
    /// What it projects, as DynamoDB calls it: `ALL` or `KEYS_ONLY`.
    pub projection: &'static str,
}

impl GlobalIndex {
    fn new(name: &str, projection: &'static str) -> Self {
        Self { name: name.to_owned(), key: (format!("{name}PK"), format!("{name}SK")), projection }
    }
}

impl TableDefinition {
    /// Dawr's single table (docs/adr, `template.yaml`).
    #[must_use]
    pub fn single(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            key: ("PK".to_owned(), "SK".to_owned()),
            global_indexes: vec![
                GlobalIndex::new("GSI1", "ALL"),
                GlobalIndex::new("GSI2", "ALL"),
                GlobalIndex::new("GSI3", "KEYS_ONLY"),
            ],
            local_indexes: vec![("LSI1".to_owned(), "LSI1SK".to_owned())],
            ttl_attribute: "expires_at".to_owned(),
        }
    }

    /// The body of the `CreateTable` request.
    #[must_use]
    pub fn create_request(&self) -> Value {
        let schema = |partition: &str, sort: &str| {
            json!([
                {"AttributeName": partition, "KeyType": "HASH"},
                {"AttributeName": sort, "KeyType": "RANGE"},
            ])
        };
        let (partition, sort) = &self.key;
        let mut attributes = vec![partition, sort];
        for index in &self.global_indexes {
            attributes.extend([&index.key.0, &index.key.1]);
        }
        attributes.extend(self.local_indexes.iter().map(|(_, sort)| sort));
        attributes.sort();
        attributes.dedup();
        let attributes: Vec<Value> =
            attributes.into_iter().map(|name| json!({"AttributeName": name, "AttributeType": "S"})).collect();
        let index = |name: &str, keys: Value, projection: &str| {
            json!({
                "IndexName": name,
                "KeySchema": keys,
                "Projection": {"ProjectionType": projection},
            })
        };
        let global = self.global_indexes.iter();
        let global = global.map(|one| index(&one.name, schema(&one.key.0, &one.key.1), one.projection)).collect();
        let local = self.local_indexes.iter();
        let local: Vec<Value> = local.map(|(name, sort)| index(name, schema(partition, sort), "ALL")).collect();
        let mut request = json!({
            "TableName": self.name,
            "KeySchema": schema(partition, sort),
            "AttributeDefinitions": attributes,
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {
                "StreamEnabled": true,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
        });
        // An empty list of indexes is refused.
        if let Some(fields) = request.as_object_mut() {
            for (name, indexes) in [("GlobalSecondaryIndexes", global), ("LocalSecondaryIndexes", local)] {
                if !indexes.is_empty() {
                    fields.insert(name.to_owned(), Value::Array(indexes));
                }
            }
        }
        request
    }
}

/// The table of one machine. Cheap to clone; every clone is the same store.
#[derive(Clone)]
pub struct Table {
    database: Database,
    name: Arc<str>,
    clock: Clock,
    /// A second connection to the file, for trimming the stream; none in memory, where the
    /// stream is kept whole.
    trimmer: Option<Arc<Mutex<Connection>>>,
}

impl Table {
    pub(crate) fn open(folder: &Folder, clock: Clock, definition: &TableDefinition) -> Result<Self, OpenError> {
        let file = folder.file(TABLE);
        let (database, trimmer) = match &file {
            Some(file) => {
                if !file.exists() {
                    make(file, definition)?;
                }
                let (database, trimmer) = open_on_disk(file)?;
                (database, Some(Arc::new(Mutex::new(trimmer))))
            }
            None => {
                let database = open_in_memory(&clock, folder.saved(TABLE).as_deref());
                let database = database.map_err(|error| refused(Path::new(TABLE), error))?;
                (database, None)
            }
        };
        let shown = file.unwrap_or_else(|| PathBuf::from(TABLE));
        define(&database, definition, &shown)?;
        Ok(Self { database, name: Arc::from(definition.name.as_str()), clock, trimmer })
    }

    /// The table's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The embedded database, for reading it without HTTP.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    pub(crate) fn save(&self, file: &Path) -> Result<(), DynoxideError> {
        self.database.vacuum_into(&file.to_string_lossy())
    }

    /// Deletes the items that have expired, and returns how many. Each enters the stream.
    pub fn expire(&self) -> Result<usize, DynoxideError> {
        self.database.sweep_ttl()
    }

    /// Deletes stream records that are a day old and not after `sequence_number`, which is
    /// how far every reader has got; the newest record stays, so that numbers never repeat.
    pub(crate) fn trim_stream(&self, sequence_number: i64) -> rusqlite::Result<usize> {
        let Some(trimmer) = &self.trimmer else {
            return Ok(0);
        };
        let trimmer = trimmer.lock().unwrap_or_else(PoisonError::into_inner);
        let before = millis(&self.clock) / 1000 - STREAM_RETENTION_SECS;
        let mut trimmed = 0;
        loop {
            let chunk = trimmer
                .prepare_cached(
                    "DELETE FROM _stream_records WHERE id IN (
                         SELECT id FROM _stream_records
                         WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= ?2
                         AND created_at < ?3
                         AND CAST(sequence_number AS INTEGER) < (
                             SELECT MAX(CAST(sequence_number AS INTEGER))
                             FROM _stream_records WHERE table_name = ?1)
                         ORDER BY CAST(sequence_number AS INTEGER) LIMIT ?4)",
                )?
                .execute(params![&*self.name, sequence_number, before, TRIM_CHUNK])?;
            trimmed += chunk;
            if chunk < TRIM_CHUNK {
                return Ok(trimmed);
            }
        }
    }
}

/// Makes the file in one piece: dynoxide does not make a table in one transaction, and one
/// that was half made when the process was killed would never work.
fn make(file: &Path, definition: &TableDefinition) -> Result<(), OpenError> {
    let failed = |source| OpenError::Io { path: file.to_owned(), source };
    let draft = file.with_extension("new");
    for leftover in ["new", "new-wal", "new-shm"] {
        match fs::remove_file(file.with_extension(leftover)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    {
        let (database, _trimmer) = open_on_disk(&draft)?;
        define(&database, definition, &draft)?;
        // Closed here, which brings everything into the one file.
    }
    fs::rename(&draft, file).map_err(failed)
}

/// Makes the table if it is absent. If it is not, adds the global indexes that it lacks, as a deployment does, and checks it.
fn define(database: &Database, definition: &TableDefinition, file: &Path) -> Result<(), OpenError> {
    let refused = |error| refused(file, error);
    let found = database.describe_table(DescribeTableRequest { table_name: definition.name.clone() });
    let request = definition.create_request();
    match found {
        Ok(found) => {
            let found = serde_json::to_value(found.table).unwrap_or_default();
            let missing = missing_indexes(&found, &request);
            if !same_keys(&with_indexes(found, &missing), &request) {
                return Err(OpenError::Definition(format!(
                    "the data file {} holds a table {} with other keys or indexes: move the folder away to start anew",
                    file.display(),
                    definition.name
                )));
            }
            for index in missing {
                let add = json!({
                    "TableName": definition.name,
                    "AttributeDefinitions": request.get("AttributeDefinitions"),
                    "GlobalSecondaryIndexUpdates": [{ "Create": index }],
                });
                let add = serde_json::from_value(add).map_err(|error| OpenError::Definition(error.to_string()))?;
                database.update_table(add).map_err(refused)?;
            }
        }
        Err(DynoxideError::ResourceNotFoundException(_)) => {
            let request = serde_json::from_value(request).map_err(|error| OpenError::Definition(error.to_string()))?;
            database.create_table(request).map_err(refused)?;
        }
        Err(error) => return Err(refused(error)),
    }
    // Setting what is set already is an error, as in DynamoDB.
    let has_ttl =
        database.get_table_metadata(&definition.name).map_err(refused)?.is_some_and(|table| table.ttl_enabled);
    if !has_ttl {
        database
            .update_time_to_live(UpdateTimeToLiveRequest {
                table_name: definition.name.clone(),
                time_to_live_specification: TimeToLiveSpecification {
                    attribute_name: definition.ttl_attribute.clone(),
                    enabled: true,
                },
            })
            .map_err(refused)?;
    }
    Ok(())
}

fn open_on_disk(file: &Path) -> Result<(Database, Connection), OpenError> {
    touch_private(file).map_err(|source| OpenError::Io { path: file.to_owned(), source })?;
    let path = file
        .to_str()
        .ok_or_else(|| OpenError::Store { file: file.to_owned(), reason: "its path is not UTF-8".to_owned() })?;
    let database = Database::new(path).map_err(|error| refused(file, error))?;
    // The one public way to `synchronous = NORMAL`; dynoxide's own is a disk flush for each
    // commit, which a killed process does not need.
    database.disable_bulk_loading().map_err(|error| refused(file, error))?;
    let trimmer = open_file(file)?;
    trimmer.execute_batch(STREAM_INDEXES).map_err(|error| classify(file, &error))?;
    trimmer.busy_timeout(Duration::from_secs(1)).map_err(|error| classify(file, &error))?;
    Ok((database, trimmer))
}

/// An in-memory database takes a clock, and hands out no connection to put an index on. So
/// the indexes are put on a template that it restores from, unless that is a saved one that has them.
fn open_in_memory(clock: &Clock, saved: Option<&Path>) -> Result<Database, DynoxideError> {
    let database = Database::memory_with_clock(Arc::new(TableClock(Arc::clone(clock))))?;
    if let Some(file) = saved {
        database.restore_from(&file.to_string_lossy())?;
        return Ok(database);
    }
    let name = format!("file:dawr-{}?mode=memory&cache=shared", Uuid::new_v4().simple());
    let template = dynoxide::storage::Storage::new(&name)?;
    template.conn().execute_batch(STREAM_INDEXES)?;
    database.restore_from(&name)?;
    Ok(database)
}

/// The global indexes that a request asks for and a table's description does not name.
fn missing_indexes(found: &Value, asked: &Value) -> Vec<Value> {
    let indexes = |table: &Value| table["GlobalSecondaryIndexes"].as_array().cloned().unwrap_or_default();
    let found = indexes(found);
    let is_there = |index: &Value| found.iter().any(|there| there["IndexName"] == index["IndexName"]);
    indexes(asked).into_iter().filter(|index| !is_there(index)).collect()
}

/// A table's description with these global indexes as well.
fn with_indexes(mut table: Value, more: &[Value]) -> Value {
    let there = table.get("GlobalSecondaryIndexes").and_then(Value::as_array).into_iter().flatten();
    let all: Value = there.chain(more).cloned().collect();
    if let Some(table) = table.as_object_mut() {
        table.insert("GlobalSecondaryIndexes".to_owned(), all);
    }
    table
}

/// Whether a table's description has the keys and indexes that a request asks for.
fn same_keys(found: &Value, asked: &Value) -> bool {
    let indexes = |table: &Value, kind: &str| {
        let mut indexes: Vec<String> = table
            .get(kind)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|index| format!("{:?}{:?}", index.get("IndexName"), index.get("KeySchema")))
            .collect();
        indexes.sort();
        indexes
    };
    found.get("KeySchema") == asked.get("KeySchema")
        && ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"]
            .iter()
            .all(|kind| indexes(found, kind) == indexes(asked, kind))
}

fn refused(file: &Path, error: DynoxideError) -> OpenError {
    match error {
        DynoxideError::SqliteError(error) => classify(file, &error),
        error => OpenError::Store { file: file.to_owned(), reason: error.to_string() },
    }
}
