//! A WhatsApp of one's own: what Dawr's one-machine cloud talks to instead of Meta.
//!
//! It speaks Meta's Graph API (`/simulator/graph/…`) as strictly as Meta, sends signed webhooks back as Meta does since April
//! 2026, shows the patients' phones on a page (`/simulator`) and takes orders from tests (`/simulator/api/…`): what patients
//! send, events of the account, faults, numbers, people. docs/operations/simulator.md tells them all.
//!
//! Invariants:
//! * An accepted message, its arrival on the phone and the webhooks owed for it are one transaction, committed before
//!   the answer. So a phone gets a message exactly once per accepted request, also when the process is killed.
//! * A webhook is owed until it was answered with 200. It may arrive more than once, as Meta's may.
//! * The webhooks of one message arrive in their planned order.
//! * Logs hold no phone, text or message id (which contains the phone).

mod accept;
mod control;
mod error;
mod fault;
mod graph;
mod ids;
mod inbound;
mod page;
mod person;
mod phone;
mod sender;
mod signature;
mod store;
#[cfg(test)]
mod tests;
mod webhook;

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::routing::{any, get};
use jiff::Timestamp;
use tokio::sync::watch;

pub use error::SimulatorError;
pub use fault::{FaultKind, UnknownFault};
pub use phone::Phone;
pub use store::{FILE_NAME, Storage};

use store::numbers::{self, Number};
use store::{Store, webhooks};

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A clinic's number, as the simulator must know it to play WhatsApp for it.
#[derive(Clone)]
pub struct Registration {
    /// Meta's id of the number: 1 to 64 letters, digits, `-` or `_`.
    pub phone_number_id: String,
    /// The number that patients see, in international form.
    pub display_number: String,
    /// The name that patients see; the number itself when empty.
    pub name: String,
    /// The bearer token that the clinic sends with.
    pub access_token: String,
    /// What webhooks are signed with.
    pub app_secret: String,
    /// Where webhooks go: an absolute http(s) address, or a path from `/` on the
    /// [callback base](Simulator::set_callback_base).
    pub callback_url: String,
}

impl Registration {
    fn into_number(self) -> Result<Number, SimulatorError> {
        let refuse = |field, problem| SimulatorError::Registration { field, problem };
        let id_is_plain = |id: &str| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !(1..=64).contains(&self.phone_number_id.len()) || !id_is_plain(&self.phone_number_id) {
            return Err(refuse("phoneNumberId", "must be 1 to 64 letters, digits, '-' or '_'"));
        }
        let display = Phone::parse(&self.display_number)
            .ok_or_else(|| refuse("displayNumber", "must be an international phone number"))?;
        if self.access_token.is_empty() {
            return Err(refuse("accessToken", "must not be empty"));
        }
        if self.app_secret.is_empty() {
            return Err(refuse("appSecret", "must not be empty"));
        }
        let absolute =
            reqwest::Url::parse(&self.callback_url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !absolute && !self.callback_url.starts_with('/') {
            return Err(refuse("callbackUrl", "must be an http(s) address or a path from /"));
        }
        let name = if self.name.trim().is_empty() { display.as_str().to_owned() } else { self.name };
        Ok(Number {
            phone_number_id: self.phone_number_id,
            display,
            name,
            access_token: self.access_token,
            app_secret: self.app_secret,
            callback: self.callback_url,
        })
    }
}

/// The simulator. Clones share one state.
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    clock: Clock,
    rng: Mutex<fastrand::Rng>,
    callback_base: Mutex<Option<String>>,
    posters: sender::Posters,
    closing: watch::Sender<bool>,
}

impl Simulator {
    /// Opens the state, or begins an empty one. `seed` decides delays and the random part of ids; ids stay unique
    /// over restarts with the same seed.
    ///
    /// # Errors
    /// [`SimulatorError::Damaged`], [`SimulatorError::NewerFormat`] and [`SimulatorError::Storage`] when the file
    /// cannot be used.
    pub fn open(storage: &Storage, clock: Clock, seed: u64) -> Result<Self, SimulatorError> {
        let now = clock();
        // Pages compare revisions for equality: starting at the time keeps them apart over restarts.
        let revision = u64::try_from(now.as_microsecond()).unwrap_or(0);
        Ok(Self {
            shared: Arc::new(Shared {
                store: Store::open(storage, revision)?,
                clock,
                rng: Mutex::new(fastrand::Rng::with_seed(seed)),
                callback_base: Mutex::new(None),
                posters: sender::Posters::new()?,
                closing: watch::Sender::new(false),
            }),
        })
    }

    /// Writes the state to a folder, for [`Storage::Copy`].
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub fn save(&self, folder: &std::path::Path) -> Result<(), SimulatorError> {
        self.store().save(folder)
    }

    /// Makes a number known, or replaces what is known of it. True when it is new.
    ///
    /// # Errors
    /// [`SimulatorError::Registration`] for a value that cannot be used, others when the state cannot be written.
    pub async fn register_number(&self, registration: Registration) -> Result<bool, SimulatorError> {
        let number = registration.into_number()?;
        let new = self.store().write(move |db| numbers::put(db, &number)).await?;
        Ok(new)
    }

    /// Says where callback paths lead in this run, for example `http://127.0.0.1:8080`. Webhooks that waited for
    /// another try go at once.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn set_callback_base(&self, base: &str) -> Result<(), SimulatorError> {
        let base = base.trim_end_matches('/').to_owned();
        *self.shared.callback_base.lock().unwrap_or_else(PoisonError::into_inner) = Some(base);
        let now = self.now();
        self.store().write(move |db| webhooks::retry_now(db, now)).await?;
        Ok(())
    }

    /// Everything that the simulator serves, under `/simulator`. It has no fallback of its own, so it can be merged
    /// into a router that has one.
    pub fn router(&self) -> Router {
        Router::new()
            .route(graph::ROOT, any(graph::serve))
            .route("/simulator/graph/", any(graph::serve))
            .route("/simulator/graph/{*path}", any(graph::serve))
            .route("/simulator/media/{version}/{id}", get(graph::download))
            .merge(control::router())
            .route("/simulator", get(page::html))
            .route("/simulator/", get(page::html))
            .route("/simulator/app.js", get(page::script))
            .route("/simulator/texts.js", get(page::texts))
            .route("/simulator/app.css", get(page::style))
            .route("/simulator/icon.svg", get(page::icon))
            .with_state(self.clone())
    }

    fn now(&self) -> Timestamp {
        (self.shared.clock)()
    }

    fn store(&self) -> &Store {
        &self.shared.store
    }

    fn posters(&self) -> &sender::Posters {
        &self.shared.posters
    }

    /// A random source for one piece of work.
    fn fork_rng(&self) -> fastrand::Rng {
        self.shared.rng.lock().unwrap_or_else(PoisonError::into_inner).fork()
    }

    /// The address of a number's callback in this run; None while the base is not known.
    fn callback(&self, callback: &str) -> Option<String> {
        if !callback.starts_with('/') {
            return Some(callback.to_owned());
        }
        let base = self.shared.callback_base.lock().unwrap_or_else(PoisonError::into_inner);
        base.as_ref().map(|base| format!("{base}{callback}"))
    }

    fn close(&self) {
        self.shared.closing.send_replace(true);
    }

    /// Completes when the simulator ends.
    async fn closing(&self) {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.shared.closing.subscribe().wait_for(|closing| *closing).await;
    }
}
