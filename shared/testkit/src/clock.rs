//! A clock that stands still until it is moved.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;

/// When every test begins: 2026-03-01T09:00:00Z, noon of a working day in Riyadh.
const START: i64 = 1_772_355_600_000;

/// The time of one test, in milliseconds since 1970. Clones share it.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START)))
    }

    pub(crate) fn at(now: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(now.as_millisecond())))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }

    /// Moves it forward.
    pub fn advance(&self, span: Duration) {
        let span = i64::try_from(span.as_millis()).unwrap();
        self.0.fetch_add(span, Ordering::SeqCst);
    }

    /// Moves it forward to a time; a time that is over changes nothing.
    pub fn advance_to(&self, at: Timestamp) {
        // What is due within a millisecond is due at its end.
        let at = at.as_millisecond() + i64::from(at.as_microsecond() % 1_000 > 0);
        self.0.fetch_max(at, Ordering::SeqCst);
    }

    pub(crate) fn source(&self) -> Arc<dyn Fn() -> Timestamp + Send + Sync> {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}
