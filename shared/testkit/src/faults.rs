//! What goes wrong between the functions and AWS, at every request that they make: a request that never arrives, an
//! answer that never comes back, an invocation that is killed before or after a request was done; and what others do just
//! before a transaction is.
//!
//! What goes wrong follows from the seed alone, as long as nothing else runs at the same time.

use std::{
    fmt,
    future::pending,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::retry::RetryConfig;
use dawr::cloud::Between;
use dawr_kernel::entropy::{Entropy, Seeded, random};
use tokio::sync::Notify;

/// How long a provider may take here: what a test waits for is real time.
const PROVIDER_TIMEOUT: Duration = Duration::from_millis(150);

/// How often each thing goes wrong, in a thousand requests.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rates {
    /// The request never arrives.
    pub lost: u64,
    /// The request is done, its answer never comes back.
    pub unanswered: u64,
    /// The invocation is killed instead of the request, or right after it: either is as likely.
    pub killed: u64,
}

/// What goes wrong. Clones share it.
#[derive(Clone)]
pub struct Faults(Arc<Inner>);

struct Inner {
    entropy: Seeded,
    rates: Mutex<Rates>,
    kill: Notify,
    requests: AtomicU32,
    kills: AtomicU32,
    gate: Mutex<Option<Gate>>,
    rule: Mutex<Option<Rule>>,
}

/// Looks at a request, by its target and its body, and says whether it is refused.
type Rule = Arc<dyn Fn(&str, &str) -> bool + Send + Sync>;

/// A transaction that waits.
#[derive(Clone)]
struct Gate {
    /// So many others pass before it.
    others: u32,
    reached: Arc<Notify>,
    open: Arc<Notify>,
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Faults(after {} requests)", self.0.requests.load(Ordering::SeqCst))
    }
}

/// What becomes of one request.
enum Fate {
    Done,
    Lost,
    Unanswered,
    KilledBefore,
    KilledAfter,
}

impl Faults {
    /// Nothing goes wrong yet.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Inner {
            entropy: Seeded::new(seed),
            rates: Mutex::default(),
            kill: Notify::new(),
            requests: AtomicU32::new(0),
            kills: AtomicU32::new(0),
            gate: Mutex::default(),
            rule: Mutex::default(),
        }))
    }

    /// From now on this much goes wrong.
    pub fn set(&self, rates: Rates) {
        *self.0.rates.lock().unwrap() = rates;
    }

    /// From now on requests of which this is true never arrive: it is told what is asked for, and the body.
    pub fn refuse(&self, rule: impl Fn(&str, &str) -> bool + Send + Sync + 'static) {
        *self.0.rule.lock().unwrap() = Some(Arc::new(rule));
    }

    /// From now on none is refused.
    pub fn refuse_none(&self) {
        *self.0.rule.lock().unwrap() = None;
    }

    fn is_refused(&self, request: &HttpRequest) -> bool {
        let Some(rule) = self.0.rule.lock().unwrap().clone() else { return false };
        let body = request.body().bytes().map(String::from_utf8_lossy).unwrap_or_default();
        rule(request.headers().get("x-amz-target").unwrap_or_default(), &body)
    }

    /// A number below `limit`, from the same seed.
    pub fn below(&self, limit: u64) -> u64 {
        u64::from_le_bytes(random(&self.0.entropy)) % limit
    }

    /// Randomness from the same seed.
    pub fn entropy(&self) -> &dyn Entropy {
        &self.0.entropy
    }

    /// How many requests there were, and how many invocations were killed.
    pub fn counts(&self) -> (u32, u32) {
        (self.0.requests.load(Ordering::SeqCst), self.0.kills.load(Ordering::SeqCst))
    }

    /// Runs an invocation until it ends or is killed: then none.
    pub async fn invocation<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let killed = self.0.kill.notified();
        tokio::pin!(killed);
        killed.as_mut().enable();
        tokio::select! {
            biased;
            () = killed => None,
            output = work => Some(output),
        }
    }

    /// Does work, which waits before its transaction of this number, from 0, until something else was done.
    pub async fn before_commit<T>(&self, others: u32, work: impl Future<Output = T>, something: impl Future) -> T {
        let gate = Gate { others, reached: Arc::default(), open: Arc::default() };
        *self.0.gate.lock().unwrap() = Some(gate.clone());
        tokio::pin!(work);
        tokio::select! {
            biased;
            () = gate.reached.notified() => {}
            _ = &mut work => panic!("there is no transaction {others}"),
        }
        something.await;
        gate.open.notify_one();
        work.await
    }

    /// The gate at which a request waits, if it does.
    fn gate(&self, request: &HttpRequest) -> Option<Gate> {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let mut gate = self.0.gate.lock().unwrap();
        let others = &mut gate.as_mut().filter(|_| target.ends_with("TransactWriteItems"))?.others;
        match others.checked_sub(1) {
            Some(left) => {
                *others = left;
                None
            }
            None => gate.take(),
        }
    }

    fn fate(&self) -> Fate {
        self.0.requests.fetch_add(1, Ordering::SeqCst);
        let rates = *self.0.rates.lock().unwrap();
        let [lost, unanswered, killed] = [rates.lost, rates.unanswered, rates.killed];
        match self.below(1_000) {
            roll if roll < lost => Fate::Lost,
            roll if roll < lost + unanswered => Fate::Unanswered,
            roll if roll < lost + unanswered + killed / 2 => Fate::KilledBefore,
            roll if roll < lost + unanswered + killed => Fate::KilledAfter,
            _ => Fate::Done,
        }
    }

    async fn kill<T>(&self) -> T {
        self.0.kills.fetch_add(1, Ordering::SeqCst);
        self.0.kill.notify_waiters();
        pending().await
    }

    /// Puts itself between the functions and the table, the queues, the secrets.
    pub fn between(&self) -> Between {
        let faults = self.clone();
        // Plain HTTP, one pool for all clients.
        let client = aws_smithy_http_client::Builder::new().build_http();
        Arc::new(move |mut services| {
            let disturbed = SharedHttpClient::new(Disturbed { inner: client.clone(), faults: faults.clone() });
            // As in the cloud, but without the pauses, which a test would wait for.
            let retry = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
            services.table = services.table.reached_by(|client| {
                let config = client.config().to_builder().http_client(disturbed.clone()).retry_config(retry.clone());
                aws_sdk_dynamodb::Client::from_conf(config.build())
            });
            services.sqs = services.sqs.map(|client| {
                let config = client.config().to_builder().http_client(disturbed.clone()).retry_config(retry.clone());
                aws_sdk_sqs::Client::from_conf(config.build())
            });
            services.secrets = services.secrets.map(|client| {
                let config = client.config().to_builder().http_client(disturbed.clone()).retry_config(retry.clone());
                aws_sdk_secretsmanager::Client::from_conf(config.build())
            });
            if services.http.is_some() {
                services.http = reqwest::Client::builder().timeout(PROVIDER_TIMEOUT).build().ok();
            }
            services
        })
    }
}

#[derive(Debug)]
struct Disturbed {
    inner: SharedHttpClient,
    faults: Faults,
}

impl HttpClient for Disturbed {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(DisturbedConnector { inner, faults: self.faults.clone() })
    }
}

#[derive(Debug)]
struct DisturbedConnector {
    inner: SharedHttpConnector,
    faults: Faults,
}

impl HttpConnector for DisturbedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (inner, faults) = (self.inner.clone(), self.faults.clone());
        let broken = || ConnectorError::io(Box::new(io::Error::from(io::ErrorKind::ConnectionReset)));
        HttpConnectorFuture::new(async move {
            if let Some(gate) = faults.gate(&request) {
                gate.reached.notify_one();
                gate.open.notified().await;
            }
            if faults.is_refused(&request) {
                return Err(broken());
            }
            match faults.fate() {
                Fate::Done => inner.call(request).await,
                Fate::Lost => Err(broken()),
                Fate::Unanswered => {
                    inner.call(request).await?;
                    Err(broken())
                }
                Fate::KilledBefore => faults.kill().await,
                Fate::KilledAfter => {
                    inner.call(request).await?;
                    faults.kill().await
                }
            }
        })
    }
}
