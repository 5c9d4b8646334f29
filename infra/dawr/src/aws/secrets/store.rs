//! The secrets and where they are kept.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use uuid::Uuid;

use super::error::SecretError;
use crate::aws::clock::{Clock, millis};
use crate::aws::folder::{Folder, OpenError, SECRETS, save};

/// The stage that a read without a stage means.
pub(super) const CURRENT: &str = "AWSCURRENT";

/// The stage of the value before the current one.
const PREVIOUS: &str = "AWSPREVIOUS";

const DAY_MILLIS: i64 = 86_400_000;

/// How the resource name of every secret here begins.
const ARN_PREFIX: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:";

const SCHEMA: &str = "
    PRAGMA secure_delete = ON;
    CREATE TABLE IF NOT EXISTS secrets (
        name TEXT PRIMARY KEY,
        arn TEXT NOT NULL,
        description TEXT,
        created_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        deleted_at INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS versions (
        name TEXT NOT NULL,
        id TEXT NOT NULL,
        string TEXT,
        binary TEXT,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (name, id)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS stages (
        name TEXT NOT NULL,
        stage TEXT NOT NULL,
        version TEXT NOT NULL,
        PRIMARY KEY (name, stage)
    ) WITHOUT ROWID;";

/// A secret without its value.
pub(super) struct Secret {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) description: Option<String>,
    pub(super) created_at: i64,
    pub(super) changed_at: i64,
    /// When it ends; it can be restored until then.
    pub(super) deleted_at: Option<i64>,
}

/// A value of a secret. No `Debug`: it must not reach a log.
pub(super) struct Version {
    pub(super) id: String,
    pub(super) string: Option<String>,
    pub(super) binary: Option<String>,
    pub(super) created_at: i64,
    pub(super) stages: Vec<String>,
}

/// A value to store.
pub(super) struct NewVersion {
    /// The version's id: a repeated request is recognised by it.
    pub(super) token: Option<String>,
    pub(super) string: Option<String>,
    pub(super) binary: Option<String>,
    pub(super) stages: Vec<String>,
}

/// The secrets of one machine. Cheap to clone; every clone is the same store.
#[derive(Clone)]
pub struct Secrets {
    connection: Arc<Mutex<Connection>>,
    clock: Clock,
}

impl Secrets {
    pub(crate) fn open(folder: &Folder, clock: Clock) -> Result<Self, OpenError> {
        Ok(Self { connection: Arc::new(Mutex::new(folder.connect(SECRETS, SCHEMA)?)), clock })
    }

    pub(crate) fn save(&self, file: &Path) -> rusqlite::Result<()> {
        save(&self.connection.lock().unwrap_or_else(PoisonError::into_inner), file)
    }

    pub(super) fn create(
        &self,
        name: &str,
        description: Option<&str>,
        value: Option<NewVersion>,
    ) -> Result<(Secret, Option<String>), SecretError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
        if !(1..=512).contains(&name.len()) || !name.chars().all(allowed) {
            return Err(SecretError::InvalidParameter(
                "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
                    .to_owned(),
            ));
        }
        self.write(|store, now| {
            match find(store, name, now)? {
                Some(secret) if secret.deleted_at.is_some() => {
                    return Err(SecretError::InvalidRequest(
                        "You can't create this secret because a secret with this name is already scheduled for deletion."
                            .to_owned(),
                    ));
                }
                Some(secret) => {
                    // Only the very same request may be repeated.
                    return match value {
                        Some(value) if stored_already(store, name, &value)? => {
                            Ok((secret, value.token))
                        }
                        _ => Err(SecretError::Exists(format!("the secret {name}"))),
                    };
                }
                None => {}
            }
            let suffix: String = Uuid::new_v4().simple().to_string().chars().take(6).collect();
            store.execute(
                "INSERT INTO secrets (name, arn, description, created_at, changed_at)
                 VALUES (?1, ?2, ?3, ?4, ?4)",
                params![
                    name,
                    format!("{ARN_PREFIX}{name}-{suffix}"),
                    description,
                    now
                ],
            )?;
            let version = value
                .map(|value| add(store, name, value, now))
                .transpose()?;
            Ok((active(store, name, now)?, version))
        })
    }

    pub(super) fn put(&self, id: &str, value: NewVersion) -> Result<(Secret, Version), SecretError> {
        self.write(|store, now| {
            let secret = active(store, id, now)?;
            let version = add(store, &secret.name, value, now)?;
            let version = version_of(store, &secret.name, &version)?;
            Ok((secret, version))
        })
    }

    /// The value of this version, at this stage, or both; else the current one.
    pub(super) fn get(
        &self,
        id: &str,
        version: Option<&str>,
        stage: Option<&str>,
    ) -> Result<(Secret, Version), SecretError> {
        self.write(|store, now| {
            let secret = active(store, id, now)?;
            let stage = stage.or_else(|| version.is_none().then_some(CURRENT));
            let staged: Option<String> = match stage {
                Some(stage) => store
                    .query_row(
                        "SELECT version FROM stages WHERE name = ?1 AND stage = ?2",
                        [secret.name.as_str(), stage],
                        |row| row.get(0),
                    )
                    .optional()?,
                None => None,
            };
            let chosen = match (version, stage, staged) {
                (Some(version), None, _) => version.to_owned(),
                (None, _, Some(staged)) => staged,
                (Some(version), Some(_), Some(staged)) if staged == version => staged,
                (_, stage, _) => {
                    return Err(SecretError::NoSuchVersion(format!("staging label: {}", stage.unwrap_or_default())));
                }
            };
            let version = version_of(store, &secret.name, &chosen)?;
            Ok((secret, version))
        })
    }

    pub(super) fn describe(&self, id: &str) -> Result<(Secret, Vec<Version>), SecretError> {
        self.write(|store, now| {
            let secret = find(store, id, now)?.ok_or(SecretError::NotFound)?;
            let ids = store
                .prepare_cached("SELECT id FROM versions WHERE name = ?1 ORDER BY created_at")?
                .query_map([&secret.name], |row| row.get(0))?
                .collect::<Result<Vec<String>, _>>()?;
            let versions =
                ids.iter().map(|version| version_of(store, &secret.name, version)).collect::<Result<_, _>>()?;
            Ok((secret, versions))
        })
    }

    /// Ends a secret after so many days.
    pub(super) fn delete(&self, id: &str, days: i64) -> Result<Secret, SecretError> {
        self.write(|store, now| {
            let mut secret = active(store, id, now)?;
            secret.deleted_at = Some(now + days * DAY_MILLIS);
            store.execute(
                "UPDATE secrets SET deleted_at = ?2 WHERE name = ?1",
                params![secret.name, secret.deleted_at],
            )?;
            Ok(secret)
        })
    }

    /// Ends a secret at once, also one that ends anyway. One that does not exist is as good as ended, as on AWS.
    pub(super) fn delete_now(&self, id: &str) -> Result<Secret, SecretError> {
        self.write(|store, now| {
            let Some(mut secret) = find(store, id, now)? else {
                let (name, arn) = match id.strip_prefix(ARN_PREFIX) {
                    Some(name) => (name, id.to_owned()),
                    None => (id, format!("{ARN_PREFIX}{id}")),
                };
                let (name, deleted_at) = (name.to_owned(), Some(now));
                return Ok(Secret { name, arn, description: None, created_at: now, changed_at: now, deleted_at });
            };
            erase(store, &secret.name)?;
            secret.deleted_at = Some(now);
            Ok(secret)
        })
    }

    /// Takes a deletion back.
    pub(super) fn restore(&self, id: &str) -> Result<Secret, SecretError> {
        self.write(|store, now| {
            let secret = find(store, id, now)?.ok_or(SecretError::NotFound)?;
            store.execute("UPDATE secrets SET deleted_at = NULL WHERE name = ?1", [&secret.name])?;
            Ok(secret)
        })
    }

    /// The names of the secrets that there are, but for those that are being deleted.
    pub fn names(&self) -> Result<Vec<String>, SecretError> {
        self.write(|store, _| {
            let mut query = store.prepare_cached("SELECT name FROM secrets WHERE deleted_at IS NULL ORDER BY name")?;
            Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
        })
    }

    fn write<T>(&self, work: impl FnOnce(&Connection, i64) -> Result<T, SecretError>) -> Result<T, SecretError> {
        let now = millis(&self.clock);
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = work(&transaction, now)?;
        transaction.commit()?;
        Ok(outcome)
    }
}

/// Finds a secret by its name, its resource name, or that without the random end. One whose
/// time is over is erased and not found.
fn find(store: &Connection, id: &str, now: i64) -> Result<Option<Secret>, SecretError> {
    let name = id.strip_prefix(ARN_PREFIX);
    let secret = store
        .prepare_cached(
            "SELECT name, arn, description, created_at, changed_at, deleted_at FROM secrets
             WHERE name = ?1 OR arn = ?1 OR name = ?2",
        )?
        .query_row(params![id, name], secret)
        .optional()?;
    match secret {
        Some(secret) if secret.deleted_at.is_some_and(|end| end <= now) => {
            erase(store, &secret.name)?;
            Ok(None)
        }
        secret => Ok(secret),
    }
}

fn active(store: &Connection, id: &str, now: i64) -> Result<Secret, SecretError> {
    let secret = find(store, id, now)?.ok_or(SecretError::NotFound)?;
    if secret.deleted_at.is_some() {
        return Err(SecretError::InvalidRequest(
            "You can't perform this operation on the secret because it was marked for deletion.".to_owned(),
        ));
    }
    Ok(secret)
}

fn secret(row: &Row<'_>) -> rusqlite::Result<Secret> {
    Ok(Secret {
        name: row.get(0)?,
        arn: row.get(1)?,
        description: row.get(2)?,
        created_at: row.get(3)?,
        changed_at: row.get(4)?,
        deleted_at: row.get(5)?,
    })
}

fn version_of(store: &Connection, name: &str, id: &str) -> Result<Version, SecretError> {
    let stages = store
        .prepare_cached("SELECT stage FROM stages WHERE name = ?1 AND version = ?2 ORDER BY stage")?
        .query_map([name, id], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    store
        .prepare_cached("SELECT string, binary, created_at FROM versions WHERE name = ?1 AND id = ?2")?
        .query_row([name, id], |row| {
            Ok(Version { id: id.to_owned(), string: row.get(0)?, binary: row.get(1)?, created_at: row.get(2)?, stages })
        })
        .optional()?
        .ok_or_else(|| SecretError::NoSuchVersion(format!("VersionId: {id}")))
}

/// Whether the version that the token names holds this very value.
fn stored_already(store: &Connection, name: &str, value: &NewVersion) -> Result<bool, SecretError> {
    let Some(token) = &value.token else {
        return Ok(false);
    };
    match version_of(store, name, token) {
        Ok(stored) => Ok(stored.string == value.string && stored.binary == value.binary),
        Err(SecretError::NoSuchVersion(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Stores a value and moves its stages to it. A value that no stage names any more is erased.
fn add(store: &Connection, name: &str, value: NewVersion, now: i64) -> Result<String, SecretError> {
    let repeated = stored_already(store, name, &value)?;
    let id = value.token.unwrap_or_else(|| Uuid::new_v4().to_string());
    if !repeated {
        let stored = store.execute(
            "INSERT INTO versions (name, id, string, binary, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            params![name, id, value.string, value.binary, now],
        )?;
        if stored == 0 {
            return Err(SecretError::Exists(format!("the version {id}")));
        }
    }
    let mut label = store.prepare_cached(
        "INSERT INTO stages (name, stage, version) VALUES (?1, ?2, ?3)
         ON CONFLICT (name, stage) DO UPDATE SET version = excluded.version",
    )?;
    if value.stages.iter().any(|stage| stage == CURRENT) {
        store.execute(
            "INSERT INTO stages (name, stage, version)
             SELECT name, ?3, version FROM stages
             WHERE name = ?1 AND stage = ?2 AND version <> ?4
             ON CONFLICT (name, stage) DO UPDATE SET version = excluded.version",
            params![name, CURRENT, PREVIOUS, id],
        )?;
    }
    for stage in &value.stages {
        label.execute(params![name, stage, id])?;
    }
    store.execute(
        "DELETE FROM versions WHERE name = ?1
         AND id NOT IN (SELECT version FROM stages WHERE name = ?1)",
        [name],
    )?;
    store.execute("UPDATE secrets SET changed_at = ?2 WHERE name = ?1", params![name, now])?;
    Ok(id)
}

fn erase(store: &Connection, name: &str) -> Result<(), SecretError> {
    for table in ["secrets", "versions", "stages"] {
        store.execute(&format!("DELETE FROM {table} WHERE name = ?1"), [name])?;
    }
    Ok(())
}
