//! Where the look-alikes read the time.

use std::sync::Arc;

use jiff::Timestamp;

/// Tells the time. Tests hand in one that they set.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The machine's own time.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place where the one-machine cloud reads the real time")]
pub fn system_clock() -> Clock {
    Arc::new(Timestamp::now)
}

/// Milliseconds since the epoch, the resolution that SQS reports.
pub(crate) fn millis(clock: &Clock) -> i64 {
    clock().as_millisecond()
}

/// Lends the clock to dynoxide, which stamps stream records and expires items by it.
pub(crate) struct TableClock(pub(crate) Clock);

impl dynoxide::storage_backend::Clock for TableClock {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from((self.0)().as_second()).unwrap_or_default()
    }

    fn now_unix_secs_f64(&self) -> f64 {
        (self.0)().as_duration().as_secs_f64()
    }
}
