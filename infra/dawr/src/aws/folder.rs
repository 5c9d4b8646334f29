//! The data folder: who may use it, and whether what it holds is whole.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, MAIN_DB, backup::Progress};

/// What the folder's `format` file says. A change of any file's schema changes this.
const FORMAT: &str = "dawr 1\n";

/// The lock of a process that was just killed, or that a child had no time to close, is gone within moments.
const LOCK_TRIES: u32 = 10;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// The files that a folder in use always holds.
const STORES: [&str; 4] = [TABLE, QUEUES, SECRETS, CHECKPOINTS];
pub(crate) const TABLE: &str = "table.sqlite";
pub(crate) const QUEUES: &str = "queues.sqlite";
pub(crate) const SECRETS: &str = "secrets.sqlite";
pub(crate) const CHECKPOINTS: &str = "checkpoints.sqlite";

/// Where the state is kept.
#[derive(Clone, Debug)]
pub enum Storage {
    /// In this folder, made if absent.
    Folder(PathBuf),
    /// In memory: nothing is kept.
    Memory,
    /// In memory, beginning with what was [saved](super::Aws::save) in this folder, which stays as it is.
    Copy(PathBuf),
}

/// Why the state could not be opened. Each is one line that tells a person what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the folder's lock.
    #[error("the data folder {} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// A file is missing, cut short, overwritten or otherwise not what was written.
    #[error("the data file {} is damaged ({reason}): restore the folder from a copy, or move it away to start anew", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The folder was written by a version with another format.
    #[error("the data folder {} was made by another version of Dawr: move it away to start anew", .0.display())]
    OtherVersion(PathBuf),
    /// The operating system refused.
    #[error("the data folder cannot be used: {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A store refused for another reason, for example a full disk.
    #[error("the data file {} cannot be opened: {reason}", file.display())]
    Store {
        /// The file.
        file: PathBuf,
        /// What the store said.
        reason: String,
    },
    /// The queues or the table asked for cannot be made.
    #[error("{0}")]
    Definition(String),
}

/// A folder whose lock is held for as long as a clone of this lives, or no folder.
#[derive(Clone)]
pub(crate) struct Folder {
    path: Option<PathBuf>,
    /// What stores in memory begin with.
    saved: Option<PathBuf>,
    /// The kernel drops the lock with the process, however it ends.
    _lock: Option<Arc<File>>,
}

impl Folder {
    /// Takes the folder and checks that every file in it is whole.
    pub(crate) fn open(storage: &Storage) -> Result<Self, OpenError> {
        let path = match storage {
            Storage::Folder(path) => path,
            Storage::Memory => return Ok(Self { path: None, saved: None, _lock: None }),
            Storage::Copy(saved) => return Ok(Self { path: None, saved: Some(saved.clone()), _lock: None }),
        };
        create_private(path).map_err(|source| io_error(path, source))?;
        let lock = lock(path)?;
        let format = path.join("format");
        match fs::read_to_string(&format) {
            Ok(found) if found == FORMAT => require_stores(path)?,
            Ok(_) => return Err(OpenError::OtherVersion(path.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(damaged(&format, "it is not text"));
            }
            Err(source) => return Err(io_error(&format, source)),
        }
        for name in STORES {
            check(&path.join(name))?;
        }
        Ok(Self { path: Some(path.clone()), saved: None, _lock: Some(Arc::new(lock)) })
    }

    /// Says that every store was opened once, so that a missing one is noticed from now on.
    pub(crate) fn seal(&self) -> Result<(), OpenError> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let format = path.join("format");
        if format.exists() {
            return Ok(());
        }
        let draft = path.join("format.new");
        let write = || -> io::Result<()> {
            let mut file = File::create(&draft)?;
            file.write_all(FORMAT.as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, &format)
        };
        write().map_err(|source| io_error(&format, source))
    }

    /// The path of a store's file; `None` in memory.
    pub(crate) fn file(&self, name: &str) -> Option<PathBuf> {
        self.path.as_ref().map(|path| path.join(name))
    }

    /// The file that a store in memory begins with.
    pub(crate) fn saved(&self, name: &str) -> Option<PathBuf> {
        self.saved.as_ref().map(|path| path.join(name))
    }

    /// Opens one of our own stores, readable by its owner only, and brings its schema up.
    pub(crate) fn connect(&self, name: &str, schema: &str) -> Result<Connection, OpenError> {
        let shown = self.file(name).unwrap_or_else(|| PathBuf::from(name));
        let connection = match self.file(name) {
            Some(file) => {
                // SQLite gives its side files the permissions of the main one.
                touch_private(&file).map_err(|source| io_error(&file, source))?;
                open_file(&file)?
            }
            None => open_in_memory(self.saved(name).as_deref()).map_err(|error| classify(&shown, &error))?,
        };
        connection.execute_batch(schema).map_err(|error| classify(&shown, &error))?;
        Ok(connection)
    }
}

/// Opens a database in memory, empty or with what a file holds.
pub(crate) fn open_in_memory(saved: Option<&Path>) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    if let Some(file) = saved {
        connection.restore(MAIN_DB, file, None::<fn(Progress)>)?;
    }
    Ok(connection)
}

/// Writes all that a database holds to a file that does not exist yet.
pub(crate) fn save(connection: &Connection, file: &Path) -> rusqlite::Result<()> {
    connection.execute("VACUUM INTO ?1", [file.to_string_lossy()]).map(drop)
}

/// Opens a file for writing. A killed process loses nothing that it committed: its pages are
/// already the kernel's, so no wait for the disk is bought on each commit.
pub(crate) fn open_file(file: &Path) -> Result<Connection, OpenError> {
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open(file)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    };
    open().map_err(|error| classify(file, &error))
}

/// Makes an empty file that only its owner may read, if there is none.
pub(crate) fn touch_private(file: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

/// Turns a store's error into the line a person reads.
pub(crate) fn classify(file: &Path, error: &rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => damaged(file, "it is not a database"),
        Some(ErrorCode::DatabaseCorrupt) => damaged(file, "its pages do not fit together"),
        _ => OpenError::Store { file: file.to_owned(), reason: error.to_string() },
    }
}

fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn lock(path: &Path) -> Result<File, OpenError> {
    let file = path.join("lock");
    let handle = OpenOptions::new().create(true).append(true).open(&file).map_err(|source| io_error(&file, source))?;
    let mut tries = 0;
    loop {
        tries += 1;
        match handle.try_lock() {
            Ok(()) => return Ok(handle),
            Err(TryLockError::WouldBlock) if tries < LOCK_TRIES => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(path.to_owned())),
            Err(TryLockError::Error(source)) => return Err(io_error(&file, source)),
        }
    }
}

/// SQLite takes a missing or empty file for a new database; here it would hide a loss.
fn require_stores(path: &Path) -> Result<(), OpenError> {
    for name in STORES {
        let file = path.join(name);
        match fs::metadata(&file) {
            Ok(found) if found.len() > 0 => {}
            Ok(_) => return Err(damaged(&file, "it is empty")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(damaged(&file, "it is missing"));
            }
            Err(source) => return Err(io_error(&file, source)),
        }
    }
    Ok(())
}

/// Walks every page of a file that exists.
fn check(file: &Path) -> Result<(), OpenError> {
    match fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(io_error(file, source)),
        Ok(found) if !found.is_file() => return Err(damaged(file, "it is not a file")),
        Ok(_) => {}
    }
    let connection = Connection::open(file).map_err(|error| classify(file, &error))?;
    let verdict: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|error| classify(file, &error))?;
    if verdict == "ok" {
        Ok(())
    } else {
        // SQLite's report may run over several lines.
        let first = verdict.lines().last().unwrap_or("it is malformed");
        Err(damaged(file, first))
    }
}

fn damaged(file: &Path, reason: &str) -> OpenError {
    OpenError::Damaged { file: file.to_owned(), reason: reason.to_owned() }
}

fn io_error(path: &Path, source: io::Error) -> OpenError {
    OpenError::Io { path: path.to_owned(), source }
}
