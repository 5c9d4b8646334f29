//! The look-alikes, asked by the real AWS clients.

mod crash;
mod folder;
mod limits;
mod moves;
mod queues;
mod secrets;
mod stream;
mod table;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use aws_credential_types::Credentials;
use jiff::Timestamp;

use super::{Aws, Clock, Endpoints, QueueDefinition, REGION, Redrive, Resources, Serving, Storage, TableDefinition};

/// A clock that stands still until it is moved.
#[derive(Clone)]
struct Hand(Arc<AtomicI64>);

impl Hand {
    fn new() -> Self {
        // 2026-01-01T00:00:00Z
        Self(Arc::new(AtomicI64::new(1_767_225_600_000)))
    }

    fn clock(&self) -> Clock {
        let millis = Arc::clone(&self.0);
        Arc::new(move || Timestamp::from_millisecond(millis.load(Ordering::SeqCst)).unwrap_or_default())
    }

    fn forward(&self, span: Duration) {
        let millis = i64::try_from(span.as_millis()).unwrap();
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

/// The services in memory, with a clock to move.
struct Machine {
    aws: Aws,
    serving: Serving,
    hand: Hand,
}

impl Machine {
    async fn start() -> Self {
        let hand = Hand::new();
        let aws = Aws::open(&Storage::Memory, hand.clock(), &resources()).unwrap();
        let serving = aws.serve().await.unwrap();
        Self { aws, serving, hand }
    }

    fn sqs(&self) -> aws_sdk_sqs::Client {
        sqs(self.serving.endpoints())
    }

    fn url(&self, queue: &str) -> String {
        self.serving.endpoints().queue_url(queue)
    }
}

/// `jobs`, which gives up after three receives, and its dead-letter queue.
fn resources() -> Resources {
    let queue = |name: &str, redrive| QueueDefinition { name: name.to_owned(), visibility_timeout: 30, redrive };
    Resources {
        table: TableDefinition::single("dawr"),
        queues: vec![
            queue("jobs", Some(Redrive { dead_letter: "jobs-dead".to_owned(), max_receive_count: 3 })),
            queue("jobs-dead", None),
            queue("other", None),
        ],
    }
}

fn credentials() -> Credentials {
    Credentials::from_keys("local", "local", None)
}

fn sqs(endpoints: &Endpoints) -> aws_sdk_sqs::Client {
    use aws_sdk_sqs::config::{BehaviorVersion, Config, Region};
    aws_sdk_sqs::Client::from_conf(
        Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(REGION))
            .endpoint_url(&endpoints.sqs)
            .credentials_provider(credentials())
            .build(),
    )
}

fn secrets_manager(endpoints: &Endpoints) -> aws_sdk_secretsmanager::Client {
    use aws_sdk_secretsmanager::config::{BehaviorVersion, Config, Region};
    aws_sdk_secretsmanager::Client::from_conf(
        Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(REGION))
            .endpoint_url(&endpoints.secrets_manager)
            .credentials_provider(credentials())
            .build(),
    )
}

fn dynamodb(endpoints: &Endpoints) -> aws_sdk_dynamodb::Client {
    use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};
    aws_sdk_dynamodb::Client::from_conf(
        Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(REGION))
            .endpoint_url(&endpoints.dynamodb)
            .credentials_provider(credentials())
            .build(),
    )
}
