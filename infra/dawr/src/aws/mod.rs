//! AWS on one machine: the table, its stream, the queues and the secrets, as the real AWS
//! clients expect them.
//!
//! Everything answered with success survives the process being killed at any moment. A power
//! loss may undo the last moments: no commit waits for the disk.

mod clock;
mod folder;
mod http;
mod secrets;
mod sqs;
mod stream;
mod table;
#[cfg(test)]
mod tests;

use std::io;
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};

pub use clock::{Clock, system_clock};
pub use folder::{OpenError, Storage};
pub use secrets::{SecretError, Secrets};
pub use sqs::{
    Attribute, Depth, Message, MoveStatus, MoveTask, NewMessage, QueueDefinition, QueueError, Queues, ReceiveOptions,
    Redrive,
};
pub use stream::{HandlerError, StreamConfig, StreamError, StreamReader};
pub use table::{Table, TableDefinition};

use folder::{CHECKPOINTS, Folder, QUEUES, SECRETS, TABLE};
pub(crate) use folder::{open_in_memory, save, touch_private};
use stream::Checkpoints;

/// The account in every resource name.
pub const ACCOUNT: &str = "000000000000";

/// The region in every resource name, and the one for clients to sign for.
pub const REGION: &str = "us-east-1";

/// How long a shutdown waits for requests that are being answered.
const GRACE: Duration = Duration::from_secs(2);

/// How often expired items are deleted and old stream records trimmed. It reads the whole
/// table, and DynamoDB itself may take days over it.
const UPKEEP: Duration = Duration::from_secs(1_800);

/// How long after the start it is first done.
const UPKEEP_START: Duration = Duration::from_secs(60);

/// What must exist once the state is open.
#[derive(Clone, Debug)]
pub struct Resources {
    /// The table.
    pub table: TableDefinition,
    /// The queues; a dead-letter queue is one of them.
    pub queues: Vec<QueueDefinition>,
}

/// AWS's state on this machine. Cheap to clone. The data folder is free again when the last
/// clone is gone.
#[derive(Clone)]
pub struct Aws {
    queues: Queues,
    secrets: Secrets,
    table: Table,
    checkpoints: Checkpoints,
    clock: Clock,
    // Last, so that every store is closed before the lock goes.
    _folder: Folder,
}

/// Where the services answer, for `endpoint_url`. The ports are others after each start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// DynamoDB and DynamoDB Streams.
    pub dynamodb: String,
    /// SQS.
    pub sqs: String,
    /// Secrets Manager.
    pub secrets_manager: String,
}

impl Endpoints {
    /// A queue's URL.
    #[must_use]
    pub fn queue_url(&self, name: &str) -> String {
        format!("{}/{ACCOUNT}/{name}", self.sqs)
    }
}

impl Aws {
    /// Opens the state, or makes it, and takes the folder for this process alone.
    pub fn open(storage: &Storage, clock: Clock, resources: &Resources) -> Result<Self, OpenError> {
        let folder = Folder::open(storage)?;
        let aws = Self {
            queues: Queues::open(&folder, clock.clone(), &resources.queues)?,
            secrets: Secrets::open(&folder, clock.clone())?,
            table: Table::open(&folder, clock.clone(), &resources.table)?,
            checkpoints: Checkpoints::open(&folder)?,
            clock,
            _folder: folder.clone(),
        };
        folder.seal()?;
        Ok(aws)
    }

    /// Writes the state to a folder of its own, for [`Storage::Copy`]. Nothing may change meanwhile.
    pub fn save(&self, folder: &Path) -> Result<(), OpenError> {
        let failed = |name: &str, reason: String| OpenError::Store { file: folder.join(name), reason };
        let file = |name: &str| folder.join(name);
        self.queues.save(&file(QUEUES)).map_err(|error| failed(QUEUES, error.to_string()))?;
        self.secrets.save(&file(SECRETS)).map_err(|error| failed(SECRETS, error.to_string()))?;
        self.checkpoints.save(&file(CHECKPOINTS)).map_err(|error| failed(CHECKPOINTS, error.to_string()))?;
        self.table.save(&file(TABLE)).map_err(|error| failed(TABLE, error.to_string()))
    }

    /// The secrets, without HTTP.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The queues, without HTTP.
    #[must_use]
    pub fn queues(&self) -> &Queues {
        &self.queues
    }

    /// The table, without HTTP.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// A reader of the table's stream.
    #[must_use]
    pub fn stream(&self, config: StreamConfig) -> StreamReader {
        StreamReader::new(self.table.clone(), self.checkpoints.clone(), self.queues.clone(), self.clock.clone(), config)
    }

    /// Begins to answer on loopback ports that were free, and to work on move tasks. To be called once.
    pub async fn serve(&self) -> io::Result<Serving> {
        let services = http::Services { queues: self.queues.clone(), secrets: self.secrets.clone() };
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();

        let (listener, address) = listen().await?;
        let server = axum::serve(listener, http::router(services)).with_graceful_shutdown(until(stopped.clone()));
        tasks.spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "the SQS and Secrets Manager endpoint failed");
            }
        });

        let (listener, table_address) = listen().await?;
        let server =
            dynoxide::server::serve_with_shutdown(listener, self.table.database().clone(), until(stopped.clone()));
        tasks.spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "the DynamoDB endpoint failed");
            }
        });

        let queues = self.queues.clone();
        tasks.spawn(async move { queues.run_moves().await });
        Ok(Serving {
            endpoints: Endpoints { dynamodb: table_address, sqs: address.clone(), secrets_manager: address },
            queues: self.queues.clone(),
            stop,
            tasks,
        })
    }
}

/// The services while they answer. Dropped, they stop without waiting for anybody.
pub struct Serving {
    endpoints: Endpoints,
    queues: Queues,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Serving {
    /// Where they answer.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// Answers what is being asked, long polls at once, and stops; within two seconds.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        self.queues.close();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, all).await.is_err() {
            tracing::warn!("requests were cut off by the shutdown");
            self.tasks.shutdown().await;
        }
    }
}

async fn listen() -> io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = format!("http://{}", listener.local_addr()?);
    Ok((listener, address))
}

impl Aws {
    /// What goes on by itself as long as the state is open: expiry, trimming.
    pub fn upkeep(&self, stopped: watch::Receiver<bool>) -> impl Future<Output = ()> + use<> {
        upkeep(self.table.clone(), self.checkpoints.clone(), stopped)
    }
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // An error means that the services were dropped: that stops them as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Deletes what has expired and trims the stream, now and then. By the machine's own clock, which is DynamoDB's: where the
/// clock is another one, as in tests, it is not to be run.
async fn upkeep(table: Table, checkpoints: Checkpoints, mut stopped: watch::Receiver<bool>) {
    let mut interval = tokio::time::interval_at(Instant::now() + UPKEEP_START, UPKEEP);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stopped.wait_for(|stopped| *stopped) => return,
        }
        let (table, checkpoints) = (table.clone(), checkpoints.clone());
        let work = tokio::task::spawn_blocking(move || {
            if let Err(error) = table.expire() {
                tracing::error!(%error, "expired items cannot be deleted");
            }
            let trimmed = checkpoints.lowest().and_then(|lowest| match lowest {
                Some(lowest) => table.trim_stream(lowest),
                None => Ok(0),
            });
            if let Err(error) = trimmed {
                tracing::warn!(%error, "old stream records cannot be trimmed");
            }
        });
        if let Err(error) = work.await {
            tracing::error!(%error, "the upkeep failed");
        }
    }
}
