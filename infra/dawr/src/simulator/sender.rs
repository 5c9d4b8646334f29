//! Sends the webhooks that are owed, until each was answered with 200.

use std::collections::HashSet;
use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use super::Simulator;
use super::error::SimulatorError;
use super::signature::sign;
use super::store::webhooks::{self, Owed};

/// Webhooks on their way at the same time.
const CONCURRENT: usize = 16;
/// How long a receiver may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// First and longest wait between two tries of one webhook, in milliseconds. Meta's own go up to hours; one machine
/// wants to see the end.
const BACK_OFF: std::ops::RangeInclusive<u64> = 250..=15_000;
/// Longest sleep: a clock that was moved, or a number whose callback came later, is noticed after this.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);
/// How long webhooks on their way may still take at the end.
const FAREWELL: Duration = Duration::from_secs(1);

/// What webhooks are sent with.
pub(super) struct Posters {
    /// Without TLS: most receivers are on this machine, and to read the certificates that it trusts takes long.
    plain: reqwest::Client,
    trusting: OnceLock<Option<reqwest::Client>>,
}

impl Posters {
    pub(super) fn new() -> Result<Self, SimulatorError> {
        Ok(Self { plain: builder().tls_certs_only([]).build()?, trusting: OnceLock::new() })
    }

    /// The one for an address; none if the machine's certificates cannot be read.
    fn to(&self, url: &str) -> Option<&reqwest::Client> {
        if url.starts_with("http://") {
            return Some(&self.plain);
        }
        self.trusting.get_or_init(|| builder().build().ok()).as_ref()
    }
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(TIMEOUT)
        .user_agent("facebookexternalua")
}

impl Simulator {
    /// Sends webhooks as they fall due, until `shutdown` completes. Those still owed stay in the state for the next
    /// start; callers that a fault keeps waiting are let go. Run it once per process.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let mut shutdown = std::pin::pin!(shutdown);
        let mut sending = JoinSet::new();
        let mut under_way = HashSet::new();
        let now = self.now();
        // The receiver was most likely away for the same reason as the simulator: try again at once.
        if let Err(error) = self.store().write(move |db| webhooks::retry_now(db, now)).await {
            tracing::error!(%error, "the simulator cannot bring its webhooks forward");
        }
        loop {
            let now = self.now();
            let sleep = match self.start_due(now, &mut sending, &mut under_way).await {
                Ok(sleep) => sleep,
                Err(error) => {
                    tracing::error!(%error, "the simulator cannot read which webhooks it owes");
                    LONGEST_SLEEP
                }
            };
            tokio::select! {
                () = &mut shutdown => break,
                Some(done) = sending.join_next() => match done {
                    Ok(id) => { under_way.remove(&id); }
                    // A task that panicked does not say which webhook it had: look at all of them again.
                    Err(_) => under_way.clear(),
                },
                () = self.store().changes().next() => {}
                () = tokio::time::sleep(sleep) => {}
            }
        }
        self.close();
        // What does not end in time goes again at the next start, as Meta's would.
        let _ = tokio::time::timeout(FAREWELL, async { while sending.join_next().await.is_some() {} }).await;
    }

    async fn start_due(
        &self,
        now: Timestamp,
        sending: &mut JoinSet<i64>,
        under_way: &mut HashSet<i64>,
    ) -> Result<Duration, SimulatorError> {
        let limit = CONCURRENT + under_way.len();
        let (due, next) =
            self.store().read(move |db| Ok((webhooks::due(db, now, limit)?, webhooks::next_due(db, now)?))).await?;
        for owed in due {
            if under_way.len() >= CONCURRENT {
                break;
            }
            if under_way.insert(owed.id) {
                let simulator = self.clone();
                sending.spawn(async move {
                    let id = owed.id;
                    if let Err(error) = simulator.send(owed).await {
                        tracing::error!(%error, webhook = id, "the simulator cannot note how a webhook fared");
                    }
                    id
                });
            }
        }
        let until = next.and_then(|next| Duration::try_from(next.duration_since(now)).ok());
        Ok(until.unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP))
    }

    /// Sends everything that is due at the clock's present time, one by one, and gives how many were answered with
    /// 200. For a test that drives the time itself instead of calling [`run`](Self::run).
    ///
    /// # Errors
    /// When the state cannot be read or written.
    pub async fn send_due(&self) -> Result<usize, SimulatorError> {
        let (now, mut answered) = (self.now(), 0);
        loop {
            let due = self.store().read(move |db| webhooks::due(db, now, 1)).await?;
            let Some(owed) = due.into_iter().next() else {
                return Ok(answered);
            };
            answered += usize::from(self.send(owed).await?);
        }
    }

    /// When the next webhook falls due, if one is owed that is not due yet.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, SimulatorError> {
        let now = self.now();
        self.store().read(move |db| webhooks::next_due(db, now)).await
    }

    /// One try of one webhook; true when it was answered with 200.
    async fn send(&self, owed: Owed) -> Result<bool, SimulatorError> {
        match self.post(&owed).await {
            Ok(()) => {
                self.store().write(move |db| webhooks::settle(db, &owed)).await?;
                Ok(true)
            }
            Err(outcome) => {
                let mut rng = self.fork_rng();
                let longest = BACK_OFF.end().min(&(BACK_OFF.start() << owed.attempts.min(16))).to_owned();
                let wait = SignedDuration::from_millis(i64::try_from(rng.u64(longest / 2..=longest)).unwrap_or(0));
                let due = self.now().checked_add(wait).unwrap_or(self.now());
                tracing::debug!(webhook = owed.id, outcome, "a webhook goes again later");
                self.store().write(move |db| webhooks::postpone(db, owed.id, due, &outcome)).await?;
                Ok(false)
            }
        }
    }

    async fn post(&self, owed: &Owed) -> Result<(), String> {
        let url = self.callback(&owed.callback).ok_or("no callback address yet")?;
        let poster = self.posters().to(&url).ok_or("no connection")?;
        let answer = poster
            .post(url)
            .header("Content-Type", "application/json")
            .header("X-Hub-Signature-256", sign(&owed.app_secret, owed.body.as_bytes()))
            .body(owed.body.clone())
            .send()
            .await
            .map_err(|error| if error.is_timeout() { "no answer in time" } else { "no connection" }.to_owned())?;
        match answer.status().as_u16() {
            200 => Ok(()),
            status => Err(format!("HTTP {status}")),
        }
    }
}
