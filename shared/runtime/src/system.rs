//! The machine's own clock and randomness.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use dawr_kernel::entropy::Entropy;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};

/// The time, to the millisecond: what is stored and what is answered are then the same.
#[allow(clippy::disallowed_methods, reason = "this is the clock that contexts are given")]
pub fn system_clock() -> Timestamp {
    let now = Timestamp::now();
    now.round(TimestampRound::new().smallest(Unit::Millisecond).mode(RoundMode::Trunc)).unwrap_or(now)
}

/// Randomness fit for secrets.
#[derive(Debug, Default)]
pub struct SystemEntropy(SystemRandom);

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // The kernel's generator does not fail once it is seeded; without randomness no id may be made.
        if self.0.fill(bytes).is_err() {
            std::process::abort();
        }
    }
}
