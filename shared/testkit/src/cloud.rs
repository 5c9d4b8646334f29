//! The cloud under test.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use dawr::{
    aws::Storage,
    cloud::{Between, Cloud, Options},
};
use dawr_api::{auth::Signer, function::Queue, hashing::Hashing};
use dawr_kernel::entropy::{Entropy, Seeded, random};
use dawr_store::{
    Table,
    meter::{Cost, Meter},
};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::{Clinic, TestClock, dump::Dump};

/// How a test wants its cloud.
#[derive(Clone, Default)]
pub struct TestOptions {
    /// Where randomness begins; a failing schedule is found again by it.
    pub seed: u64,
    /// Settings that differ from the ones of a machine.
    pub settings: BTreeMap<String, String>,
    /// Puts something between the functions and what they reach.
    pub between: Option<Between>,
    /// Passwords are hashed at the cost of a deployment: for tests that are about it.
    pub deployed_hashing: bool,
}

/// The whole cloud in memory, for one test.
pub struct TestCloud {
    cloud: Cloud,
    clock: TestClock,
    entropy: Arc<Seeded>,
    meter: Arc<Meter>,
    table: Arc<OnceLock<Table>>,
    secrets: Arc<OnceLock<aws_sdk_secretsmanager::Client>>,
    /// The bodies of all messages that were delivered from queues.
    pub(crate) bodies: Mutex<Vec<String>>,
    pub(crate) dump: Mutex<Dump>,
    expects_dead_letters: AtomicBool,
    pub(crate) platform: tokio::sync::OnceCell<Clinic>,
    options: TestOptions,
}

/// A cloud as it was at one moment, for others that begin there.
pub struct Kept {
    folder: TempDir,
    now: Timestamp,
    platform: Option<Clinic>,
    options: TestOptions,
}

impl Kept {
    /// Another cloud with the same in it, at the same time. Nothing that happens there is seen elsewhere.
    pub async fn cloud(&self) -> TestCloud {
        let clock = TestClock::at(self.now);
        let storage = Storage::Copy(self.folder.path().to_owned());
        let cloud = TestCloud::begin(storage, clock, self.options.clone()).await;
        if let Some(platform) = &self.platform {
            cloud.platform.get_or_init(async || platform.clone()).await;
        }
        cloud
    }
}

impl TestCloud {
    /// A cloud of its own for a test.
    pub async fn start() -> Self {
        Self::with(TestOptions::default()).await
    }

    /// The same with options.
    pub async fn with(options: TestOptions) -> Self {
        Self::begin(Storage::Memory, TestClock::new(), options).await
    }

    async fn begin(storage: Storage, clock: TestClock, options: TestOptions) -> Self {
        let entropy = Arc::new(Seeded::new(options.seed));
        let meter = Arc::new(Meter::default());
        let (table, secrets) = (Arc::new(OnceLock::new()), Arc::new(OnceLock::new()));
        let (counted, first, further) = (meter.clone(), (table.clone(), secrets.clone()), options.between.clone());
        let hashing = if options.deployed_hashing { Hashing::DEPLOYED } else { Hashing::cheap() };
        let between: Between = Arc::new(move |mut services| {
            // The harness's own reads and writes are neither counted nor disturbed.
            first.0.get_or_init(|| services.table.clone());
            if let Some(client) = &services.secrets {
                first.1.get_or_init(|| client.clone());
            }
            services = further.iter().fold(services, |services, further| further(services));
            services.table = services.table.metered(counted.clone());
            services.hashing = hashing;
            services
        });
        let cloud = Cloud::start(Options {
            storage,
            port: 0,
            clock: clock.source(),
            entropy: entropy.clone(),
            poll: false,
            settings: options.settings.clone(),
            web: None,
            between: Some(between),
        })
        .await
        .expect("the cloud starts");
        let (bodies, dump) = (Mutex::default(), Mutex::default());
        let (expects_dead_letters, platform) = (AtomicBool::new(false), tokio::sync::OnceCell::new());
        Self { cloud, clock, entropy, meter, table, secrets, bodies, dump, expects_dead_letters, platform, options }
    }

    /// Keeps all that is there now. Nothing may be under way.
    pub fn keep(&self) -> Kept {
        let folder = tempfile::tempdir().unwrap();
        self.cloud.save(folder.path()).expect("the state is saved");
        // What was drawn here is not drawn there again.
        let seed = u64::from_le_bytes(random(&*self.entropy));
        let options = TestOptions { seed, ..self.options.clone() };
        Kept { folder, now: self.clock.now(), platform: self.platform.get().cloned(), options }
    }

    /// The cloud itself.
    pub const fn inner(&self) -> &Cloud {
        &self.cloud
    }

    /// The time.
    pub const fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// Moves the time forward. Nothing runs by itself.
    pub fn advance(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Randomness, the same for the same seed.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    /// The table, uncounted.
    pub fn table(&self) -> &Table {
        self.table.get().expect("some function reaches the table")
    }

    pub(crate) fn secrets(&self) -> &aws_sdk_secretsmanager::Client {
        self.secrets.get().expect("some function reaches secrets")
    }

    /// Signs with the cloud's own key.
    pub fn signer(&self) -> Signer {
        let keys = self.cloud.keys();
        let pkcs8 = data_encoding::BASE64.decode(keys.pkcs8.as_bytes()).unwrap();
        Signer::new(&keys.kid, &pkcs8)
    }

    /// What the functions spent on the table while `work` ran.
    pub async fn cost<T>(&self, work: impl Future<Output = T>) -> (Cost, T) {
        self.meter.take();
        let output = work.await;
        (self.meter.take(), output)
    }

    /// Says that this test ends with messages in dead-letter queues.
    pub fn expect_dead_letters(&self) {
        self.expects_dead_letters.store(true, Ordering::SeqCst);
    }

    /// How many messages wait in each dead-letter queue that holds any.
    pub fn dead_letters(&self) -> BTreeMap<String, u64> {
        let names = Queue::ALL.iter().map(|queue| queue.as_str()).chain(["stream"]);
        names
            .map(|name| format!("{name}-dead"))
            .map(|name| (self.cloud.aws().queues().depth(&name).unwrap().visible, name))
            .filter_map(|(depth, name)| (depth > 0).then_some((name, depth)))
            .collect()
    }
}

impl Drop for TestCloud {
    /// A message that nobody could handle is a failure of the test that caused it.
    fn drop(&mut self) {
        if !thread::panicking() && !self.expects_dead_letters.load(Ordering::SeqCst) {
            let dead = self.dead_letters();
            assert!(dead.is_empty(), "dead letters are left behind: {dead:?}");
            self.keep_richest();
        }
    }
}
